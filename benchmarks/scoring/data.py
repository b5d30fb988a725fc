"""The data of the scoring benchmark, and the model that is fitted to it."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

CATALOG = Path(__file__).resolve().parents[2] / "seeds" / "feature_catalog.csv"
SEGMENTS, MAX_SEGMENTS, USED_FEATURES, SAMPLE_ROWS = 8, 12, 20, 100_000


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


def no_imputed_features_sql() -> str:
    """Write the empty table of values imputed one by one: the model imputes none."""
    scores = [f"indicator_score_{segment}" for segment in range(1, MAX_SEGMENTS + 1)]
    numbers = [*scores, "indicator_squared_norm", *(row["feature"] for row in read_catalog())]
    columns = ", ".join(f"{name} double" for name in numbers)
    return f"create table imputed_features (segmentation varchar, customer_key varchar, {columns})"


def prepare(path: str, rows: int) -> None:
    """Generate the feature matrix; fit the model to the sample of it that covey would take."""
    import duckdb
    import pandas as pd

    from covey.segmentation import fit_segment_models

    candidate = f"kmeans-{SEGMENTS:02d}"
    columns = {
        "segmentation": "benchmark",
        "part": "(none)",
        "candidate_id": candidate,
        "is_chosen": True,
    }
    settings = {"benchmark": {"k": SEGMENTS, "correlation_limit": 1.0}}
    with duckdb.connect(path) as connection:
        connection.execute(f"create table feature_matrix as {matrix_sql(rows)}")
        sample = connection.sql(f"from feature_matrix order by customer_key limit {SAMPLE_ROWS}")
        parameters = fit_segment_models(
            sample.df(), pd.DataFrame(read_catalog()), pd.DataFrame([columns]), settings
        )
        connection.register("parameters", parameters)
        connection.execute("create table segment_model_parameters as select * from parameters")
        connection.execute(no_imputed_features_sql())


if __name__ == "__main__":
    config = json.loads(sys.argv[1])
    prepare(config["data"], config["rows"])
    print(json.dumps({}))
