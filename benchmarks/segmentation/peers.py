"""What a user would write instead: one script of pandas and scikit-learn."""

from __future__ import annotations

import json
import time
from typing import Any

import duckdb
import numpy as np

SAMPLE, SILHOUETTE_SAMPLE, STARTS, SEED = 100_000, 10_000, 10, 0
FULL_SIZES = (5_000, 10_000, 20_000, 40_000)
"""Customers that the silhouette of all pairs is measured for: it is quadratic."""

Result = dict[str, Any]


def read(database: str) -> tuple[Any, list[str], dict[str, Any]]:
    """Return a frame of all customers, their features, and the rows of the catalog by feature."""
    with duckdb.connect(database, read_only=True) as connection:
        catalog = connection.sql(
            "from covey_features.int_feature_catalog where segmentations = 'behaviour'"
        ).df()
        names = sorted(catalog["feature"])
        columns = ", ".join(names)
        frame = connection.sql(
            f"select customer_key, {columns} from covey_features.customer_features"
        ).df()
    return frame, names, catalog.set_index("feature").to_dict("index")


def points_of(frame: Any, names: list[str], catalog: dict[str, Any]) -> np.ndarray:
    """Fill in, clip, take logarithms and standardise, column by column."""
    points = np.empty((len(frame), len(names)))
    for place, name in enumerate(names):
        values = frame[name].to_numpy()
        rule = catalog[name]
        filling = 0.0 if rule["missing_rule"] == "zero" else np.nanmedian(values)
        values = np.where(np.isnan(values), filling, values)
        values = np.clip(values, *np.quantile(values, (0.01, 0.99)))
        if rule["transform"] == "log1p":
            values = np.log1p(values)
        deviation = values.std()
        points[:, place] = (values - values.mean()) / (deviation if deviation > 0 else 1.0)
    return points


def script(database: str) -> Result:
    """Fit k-means for each k from 2 to 10, take the best silhouette, predict, and write."""
    import pandas as pd
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    clock = time.perf_counter
    started = clock()
    frame, names, catalog = read(database)
    points = points_of(frame, names, catalog)
    made = clock()
    generator = np.random.default_rng(SEED)
    sample = points[generator.permutation(len(points))[:SAMPLE]]
    models = {}
    for k in range(2, 11):
        model = KMeans(k, n_init=STARTS, random_state=SEED).fit(sample)
        models[k] = (
            model,
            silhouette_score(
                sample, model.labels_, sample_size=SILHOUETTE_SAMPLE, random_state=SEED
            ),
        )
    chosen = max(models, key=lambda k: models[k][1])
    fitted = clock()
    labels = models[chosen][0].predict(points)
    with duckdb.connect() as connection:
        connection.register(
            "labels", pd.DataFrame({"customer_key": frame["customer_key"], "label": labels})
        )
        connection.execute(f"copy (from labels) to '{database}.labels.parquet'")
    done = clock()
    return {
        "k": chosen,
        "seconds": {
            "read and prepare": round(made - started, 1),
            "fit and choose": round(fitted - made, 1),
            "predict and write": round(done - fitted, 1),
        },
    }


def all_pairs(database: str) -> Result:
    """Measure the silhouette of one partition over all pairs, at growing sizes."""
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    frame, names, catalog = read(database)
    points = points_of(frame, names, catalog)
    seconds = {}
    for size in FULL_SIZES:
        if size > len(points):
            break
        model = KMeans(8, n_init=1, random_state=SEED).fit(points[:size])
        started = time.perf_counter()
        silhouette_score(points[:size], model.labels_)
        seconds[size] = round(time.perf_counter() - started, 2)
    return {"seconds": json.loads(json.dumps(seconds))}
