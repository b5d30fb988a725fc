"""The data of the scoring benchmark, and the model that is fitted to it."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

CATALOG = Path(__file__).resolve().parents[2] / "seeds" / "feature_catalog.csv"
GROUP_COLUMNS = ("acquisition_channel", "country", "rfm_segment", "top_category")
SEGMENTS, USED_FEATURES, SAMPLE_ROWS = 8, 20, 20_000
MIXTURE = {"algorithms": ["gaussian_mixture"]}
MODELS: dict[str, tuple[str, dict[str, object]]] = {
    "kmeans": (f"kmeans-{SEGMENTS:02d}", {}),
    "diag": (f"gaussian_mixture-diag-{SEGMENTS:02d}", MIXTURE),
    "full_10": (f"gaussian_mixture-full-{SEGMENTS:02d}", MIXTURE | {"pca_components": 10}),
    "full_15": (f"gaussian_mixture-full-{SEGMENTS:02d}", MIXTURE | {"pca_components": 15}),
    "full_20": (f"gaussian_mixture-full-{SEGMENTS:02d}", MIXTURE),
}
"""Name -> candidate and options: 20 features, or so many of their principal components."""


def read_catalog() -> list[dict[str, str]]:
    """Read the feature catalog; the model uses the first features that are not protected.

    Missing values are imputed by one number for all, which is all that the contenders know.
    """
    with CATALOG.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    used = [row["feature"] for row in rows if row["is_protected"] == "false"][:USED_FEATURES]
    return [
        row
        | {
            "segmentations": "benchmark" * (row["feature"] in used),
            "missing_rule": "zero" if row["missing_rule"] == "zero" else "median",
            "outlier_bound": row["outlier_bound"] or "nan",
        }
        for row in rows
    ]


def value_sql(number: int, transform: str, missing_rule: str) -> str:
    """Write a feature of eight overlapping blobs: skewed and not negative, or a share.

    Four 16-bit slices of one hash, added up, stand in for a normal deviate. Features that are
    imputed by a median miss 5 % of their values.
    """
    slices = " + ".join(f"((hash(i, {number}) >> {16 * j}) & 65535)" for j in range(4))
    noise, center = f"(({slices}) / 65536.0 - 2)", f"(hash(blob, {number}) % 1000 / 1000.0)"
    value = f"greatest(exp(3 * {center} + 2 * {noise}) - 1, 0)"
    if transform == "identity":
        value = f"least(greatest({center} + 0.6 * {noise}, 0), 1)"
    is_known = f"hash(i, -{number + 1}) % 20 > 0" if missing_rule == "median" else "true"
    return f"case when {is_known} then {value} end"


def matrix_sql(rows: int) -> str:
    """Write the feature matrix: all columns that covey's has, blobs of unequal size."""
    values = ", ".join(
        f"{value_sql(number, row['transform'], row['missing_rule'])} as {row['feature']}"
        for number, row in enumerate(read_catalog())
    )
    blob = f"cast(floor({SEGMENTS} * pow(hash(range) % 1000000 / 1e6, 1.3)) as integer)"
    return (
        f"select md5(cast(i as varchar)) as customer_key, {values}, "
        f"date '2026-01-01' as as_of_date "
        f"from (select range as i, {blob} as blob from range({rows}))"
    )


def no_rows_sql() -> list[str]:
    """Write the tables that the models make no use of: they impute by one number for all."""
    values = ", ".join(f"{row['feature']} double" for row in read_catalog())
    keys = "segmentation varchar, part varchar, customer_key varchar"
    groups = ", ".join(f"{name} varchar" for name in GROUP_COLUMNS)
    return [
        f"create table imputed_features ({keys}, {values})",
        f"create table customer_groups (customer_key varchar, {groups})",
        "create table assign_customers (model_id varchar)",
    ]


def prepare(path: str, rows: int) -> None:
    """Generate the feature matrix; fit each model to the sample of it that covey would take."""
    import duckdb
    import pandas as pd

    from covey.segmentation import fit_segment_models

    with duckdb.connect(path) as connection:
        connection.execute(f"create table feature_matrix as {matrix_sql(rows)}")
        sample = connection.sql(f"from feature_matrix order by customer_key limit {SAMPLE_ROWS}")
        frame, catalog = sample.df(), pd.DataFrame(read_catalog())
        for name, (candidate, options) in MODELS.items():
            columns = {"segmentation": "benchmark", "part": "(none)", "candidate_id": candidate}
            chosen = pd.DataFrame([columns | {"is_chosen": True}])
            settings = {"k": SEGMENTS, "correlation_limit": 1.0, **options}
            parameters = fit_segment_models(frame, catalog, chosen, {"benchmark": settings})
            connection.register("parameters", parameters)
            connection.execute(f"create table parameters_{name} as select * from parameters")
        for statement in no_rows_sql():
            connection.execute(statement)
        # A night later one customer in fifty has other values.
        changed = "hash(customer_key, 'night') % 50 = 0"
        connection.execute(
            f"create table feature_matrix_later as select * replace "
            f"(case when {changed} then monetary + 1 else monetary end as monetary) "
            f"from feature_matrix"
        )


if __name__ == "__main__":
    config = json.loads(sys.argv[1])
    prepare(config["data"], config["rows"])
    print(json.dumps({}))
