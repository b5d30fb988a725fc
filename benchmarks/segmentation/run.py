"""Measure what segmentation costs beside scikit-learn in one script; see ../README.md.

Each step runs in a process of its own: its wall time, processor time and peak memory are its own.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import duckdb

sys.path.append(str(Path(__file__).resolve().parents[2]))
sys.path.append(str(Path(__file__).resolve().parents[1] / "scoring"))

from benchmarks.staging.run import (
    PACKAGES,
    ROOT,
    arguments_of,
    dbt,
    machine,
    measured,
    of_models,
    report_step,
)

SEGMENTATION = ("path:models/segmentation", "path:python_models/segmentation")
NOT_COUNTED = (
    "score_outliers",
    "customer_outlier_reviews",
    "fit_random_imputations",
    "imputation_sensitivity",
    "feature_outliers",
)
"""What looks at data quality, beside the segments."""

CHANGED_SHARE = 0.05
"""Customers whose features change in a night."""

SETTINGS = {"covey_segmentations": {"behaviour": {"k": 8}}}
"""The made groups overlap so far that the data alone would be called one segment."""

PHASES = {
    "matrix": ("feature_matrix", "customer_groups", "feature_sample"),
    "tournament": ("fit_segmentation_candidates", "segmentation_candidates"),
    "fit": ("fit_segment_models", "segment_models", "segment_model_parameters"),
}
"""What each model of segmentation is for; all others apply."""

Result = dict[str, Any]


def standing(database: Path, customers: int) -> None:
    """Write the tables that segmentation reads: eight overlapping groups, skewed, with gaps."""
    from data import matrix_sql, read_catalog

    rows = read_catalog()
    used = [row for row in rows if row["is_protected"] == "false"]
    catalog = [row | {"segmentations": "behaviour" if row in used else ""} for row in rows]
    with duckdb.connect(str(database), config={"storage_compatibility_version": "v1.5.0"}) as it:
        for schema in ("covey_features", "covey_intermediate", "covey_personal"):
            it.execute(f"create schema {schema}")
        it.execute(f"""
            create table covey_features.customer_features as
            select
                *,
                'Segment ' || cast(hash(customer_key) % 5 as varchar) as rfm_segment,
                'Category ' || cast(hash(customer_key) % 7 as varchar) as top_category
            from ({matrix_sql(customers)})
        """)
        it.execute("""
            create table covey_personal.int_customers_resolved as
            select
                customer_key,
                'channel ' || cast(hash(customer_key) % 4 as varchar) as acquisition_channel,
                'DE' as country
            from covey_features.customer_features
        """)
        it.execute("""
            create table covey_intermediate.int_as_of as
            select date '2026-01-01' as as_of_date, date '2024-01-01' as window_start_date
        """)
        names = [*catalog[0], "has_own_row"]
        numbers = ("outlier_bound", "clip_lower_quantile", "clip_upper_quantile", "weight")
        kinds = {**dict.fromkeys(numbers, "double"), "has_own_row": "boolean"}
        columns = ", ".join(f"{name} {kinds.get(name, 'varchar')}" for name in names)
        it.execute(f"create table covey_features.int_feature_catalog ({columns})")
        holes = ", ".join("?" * len(names))
        it.executemany(
            f"insert into covey_features.int_feature_catalog values ({holes})",
            [[*row.values(), "false"] for row in catalog],
        )


def scan(folder: Path, database: Path) -> Result:
    """Read every feature once: what any contender must do at least."""
    del folder
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute("set threads = 2")
        rows = connection.execute("describe covey_features.customer_features").fetchall()
        sums = ", ".join(f"sum({row[0]})" for row in rows if row[1] == "DOUBLE")
        connection.execute(f"select {sums} from covey_features.customer_features").fetchall()
    return {}


def build(folder: Path, database: Path) -> Result:
    """Build everything from the matrix to the segment of each customer."""
    del folder
    words = ("run", "--select", *SEGMENTATION, "--exclude", *NOT_COUNTED)
    return of_models(dbt(ROOT / "data/demo", database, *words, **SETTINGS), named=None)


def changed(folder: Path, database: Path) -> Result:
    """Change the features of some customers, as a night does."""
    del folder
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"""
            update covey_features.customer_features
            set recency_days = recency_days + 1, session_count = session_count + 1
            where hash(customer_key) % 10000 < {10000 * CHANGED_SHARE}
        """)
    return {}


def script(folder: Path, database: Path) -> Result:
    """Do the same in one script of scikit-learn."""
    del folder
    import peers

    return peers.script(str(database))


def all_pairs(folder: Path, database: Path) -> Result:
    """Measure the silhouette over all pairs."""
    del folder
    import peers

    return peers.all_pairs(str(database))


STEPS = {
    "scan": ("one scan of the features", scan),
    "script": ("scikit-learn in one script, k-means alone", script),
    "build": ("covey, first night", build),
    "night": (f"covey, a night with {CHANGED_SHARE:.0%} of the customers changed", build),
    "all_pairs": ("", all_pairs),
    "changed": ("", changed),
}


def of_size(customers: int, folder: Path) -> dict[str, Result]:
    """Measure every step for so many customers."""
    folder.mkdir(parents=True, exist_ok=True)
    database = folder.resolve() / f"{customers}.duckdb"
    database.unlink(missing_ok=True)
    standing(database, customers)
    results = {}
    # Read once, that the first step does not alone pay for the disk.
    for step in ("scan", "scan", "script", "all_pairs", "build", "changed", "night"):
        results[step] = measured(step, folder, database, __file__)
        words = f"  {customers:,} {step}: {results[step]['wall_seconds']} s"
        print(words, file=sys.stderr, flush=True)
    with duckdb.connect(str(database), read_only=True) as connection:
        chosen = connection.execute("""
            select candidate_id, features, customers, (
                select count(*) from covey_segmentation.segmentation_candidates
            )
            from covey_segmentation.segmentation_candidates
            where is_chosen
        """).fetchall()
    results["chosen"] = dict(
        zip(("candidate", "features", "sample", "candidates"), chosen[0], strict=True)
    )
    database.unlink()
    return results


def phases(result: Result) -> dict[str, float]:
    """Sum the seconds of the models by what they are for."""
    known = {model: phase for phase, models in PHASES.items() for model in models}
    seconds = dict.fromkeys((*PHASES, "apply"), 0.0)
    for model, spent in result["slowest"].items():
        seconds[known.get(model, "apply")] += spent
    return seconds


def report(customers: int, results: dict[str, Result]) -> str:
    """Lay the results of one size out as Markdown."""
    chosen, peer = results["chosen"], results["script"]
    lines = [
        f"### {customers:,} customers, {chosen['features']} features",
        "",
        f"Of {chosen['candidates']} candidates, fitted on {chosen['sample']:,} customers, covey "
        f"takes {chosen['candidate']}; the script tries 9 and takes kmeans-{peer['k']:02d}.",
        "",
        "| step | wall, s | cpu, s | models, s | peak, MB | wall / script |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, (title, _) in STEPS.items():
        if title:
            row = results[name]
            ratio = row["wall_seconds"] / peer["wall_seconds"]
            lines.append(
                f"| {title} | {row['wall_seconds']:,.1f} | {row['cpu_seconds']:,.1f} "
                f"| {row.get('sql_seconds', '')} | {row['peak_mb']:,} | {ratio:.2f} |"
            )
    lines += ["", "| covey, models, s | first night | a night |", "|---|---:|---:|"]
    first, later = phases(results["build"]), phases(results["night"])
    lines += [f"| {name} | {first[name]:.1f} | {later[name]:.1f} |" for name in first]
    spent = ", ".join(f"{what} {seconds} s" for what, seconds in peer["seconds"].items())
    sizes = results["all_pairs"]["seconds"]
    pairs = ", ".join(f"{int(size):,} customers {seconds} s" for size, seconds in sizes.items())
    largest, seconds = max((int(size), seconds) for size, seconds in sizes.items())
    whole = seconds * (customers / largest) ** 2 / 3600
    lines += ["", f"The script: {spent}."]
    lines.append(
        f"A silhouette over all pairs, as it is often called: {pairs}; for all customers it would "
        f"take {whole:,.1f} hours for each candidate, by its square."
    )
    return "\n".join([*lines, ""])


def main() -> None:
    """Measure every step at each size, and print the tables of RESULTS.md."""
    parser = arguments_of(__doc__, ROOT / "target/benchmark-segmentation", STEPS)
    arguments = parser.parse_args()
    if arguments.step:
        report_step(STEPS[arguments.step][1](arguments.data, arguments.database))
        return
    print(f"{machine((*PACKAGES, 'scikit-learn', 'pandas', 'pyarrow'))}.\n", flush=True)
    for customers in arguments.customers:
        results = of_size(customers, arguments.folder)
        written = arguments.folder.resolve() / f"{customers}.json"
        written.write_text(json.dumps(results, indent=2), encoding="utf-8")
        print(report(customers, results), flush=True)


if __name__ == "__main__":
    main()
