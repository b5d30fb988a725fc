"""The contenders of the scoring benchmark: `contenders.py '{"contender": "sql", ...}'`.

A contender imports only the libraries that it uses, before the clock starts, so that its peak
memory does not hold those of another.
"""

from __future__ import annotations

import importlib
import json
import resource
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from data import SEGMENTS, read_catalog

BATCH_ROWS, MARGIN = 100_000, 1e-9
LABELS = "create table segments as select customer_key, cast(label + 1 as varchar) as segment_id"
Config = Mapping[str, Any]


class Peer:
    """What a user would write instead: the model in numpy."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        columns = "parameter, feature, segment_id, value"
        rows = connection.sql(f"select {columns} from data.parameters_kmeans").fetchall()
        value = {row[:3]: row[3] for row in rows}
        self.features = sorted(feature for name, feature, _ in value if name == "center")
        names = ("impute", "clip_lower", "clip_upper", "log1p", "center", "scale", "weight")
        self.preprocessing = {
            feature: [value[name, feature, "(none)"] for name in names] for feature in self.features
        }
        segments = [str(segment + 1) for segment in range(SEGMENTS)]
        self.centroids = np.array(
            [[value["centroid", feature, j] for feature in self.features] for j in segments]
        )
        self.query = f"select customer_key, {', '.join(self.features)} from data.feature_matrix"

    def points(self, columns: Any, count: int) -> np.ndarray:
        """Preprocess column by column, so that only one column exists twice."""
        points = np.empty((count, len(self.features)))
        for place, feature in enumerate(self.features):
            impute, low, high, log1p, center, scale, weight = self.preprocessing[feature]
            values = np.asarray(columns[feature])
            values = np.clip(np.where(np.isnan(values), impute, values), low, high)
            if log1p:
                values = np.sign(values) * np.log1p(np.abs(values))
            points[:, place] = (values - center) / scale * weight
        return points


def run_sql(connection: duckdb.DuckDBPyConnection, config: Config) -> None:
    """Run covey's statement: every column of customer_segments, or the labels alone."""
    columns = "customer_key, segment_id" if config["labels_only"] else "*"
    statement = Path(config["sql"]).read_text(encoding="utf-8")
    connection.execute(f"create table segments as select {columns} from ({statement}\n)")


def run_frame(connection: duckdb.DuckDBPyConnection, _: Config) -> None:
    """Fetch one frame, predict with scikit-learn, write the labels back."""
    import pandas as pd
    from sklearn.cluster import KMeans

    peer = Peer(connection)
    frame = connection.execute(peer.query).df()
    points = peer.points(frame, len(frame))
    model = KMeans(SEGMENTS, init=peer.centroids, n_init=1, max_iter=1).fit(peer.centroids)
    model.cluster_centers_ = peer.centroids
    labels = {"customer_key": frame["customer_key"], "label": model.predict(points)}
    connection.register("labels", pd.DataFrame(labels))
    connection.execute(f"{LABELS} from labels")


def run_stream(connection: duckdb.DuckDBPyConnection, config: Config) -> None:
    """Stream Arrow batches through covey's own runner, as assign_customers does."""
    from covey.segmentation import assign_segments_as_arrow

    parameters = connection.sql(f"from data.parameters_{config['model']}").df()
    matrix = connection.cursor().sql("from data.feature_matrix").to_arrow_reader(BATCH_ROWS)
    labels = assign_segments_as_arrow(matrix, parameters, apply="python")
    connection.register("labels", labels)
    columns = "customer_key, segment_id" if config["labels_only"] else "*"
    connection.execute(f"create table segments as select {columns} from labels")


def run_night(connection: duckdb.DuckDBPyConnection, config: Config) -> None:
    """Score what changed in a table of the night before, as dbt does with delete+insert."""
    statement = Path(config["sql"]).read_text(encoding="utf-8")
    connection.execute(f"create temporary table changed as {statement}")
    connection.execute(
        "delete from segments where (segmentation, part, customer_key) in "
        "(select (segmentation, part, customer_key) from changed)"
    )
    connection.execute("insert into segments from changed")
    connection.execute(Path(config["forget"]).read_text(encoding="utf-8"))


def run_floor(connection: duckdb.DuckDBPyConnection, _: Config) -> None:
    """Read every feature once: what any contender must do at least."""
    sums = ", ".join(f"sum({row['feature']})" for row in read_catalog())
    connection.execute(f"select {sums} from data.feature_matrix").fetchall()


def run_check(connection: duckdb.DuckDBPyConnection, config: Config) -> dict[str, int]:
    """Compare the labels of a contender with covey's on every row."""
    connection.execute(f"attach '{config['expected']}' as expected (read_only)")
    connection.execute(f"attach '{config['labels']}' as labels (read_only)")
    differs = "theirs.segment_id is distinct from ours.segment_id"
    rows, near, near_differing, differing = connection.execute(
        f"select count(*), count(*) filter (ours.margin <= {MARGIN}), "
        f"count(*) filter ({differs} and ours.margin <= {MARGIN}), "
        f"count(*) filter ({differs} and ours.margin > {MARGIN}) "
        f"from expected.segments as ours "
        f"inner join labels.segments as theirs on theirs.customer_key = ours.customer_key"
    ).fetchall()[0]
    if rows != config["rows"] or differing:
        raise SystemExit(f"{rows} of {config['rows']} rows compared, {differing} labels differ")
    return {"near": near, "near_differing": near_differing}


LIBRARIES = {
    "frame": ("pandas", "pyarrow", "sklearn.cluster"),
    "stream": ("covey.segmentation",),
}
RUNS = {
    "sql": run_sql,
    "frame": run_frame,
    "stream": run_stream,
    "night": run_night,
    "floor": run_floor,
    "check": run_check,
}


def main(config: Config) -> dict[str, float]:
    """Run one contender, timed from opening the database to closing it."""
    for library in LIBRARIES.get(config["contender"], ()):
        importlib.import_module(library)
    options = {"threads": config["threads"]}
    if config["memory_limit"] != "none":
        options["memory_limit"] = config["memory_limit"]
    wall, cpu = time.perf_counter(), time.process_time()
    with duckdb.connect(config["output"], config=options) as connection:
        connection.execute(f"attach '{config['data']}' as data (read_only)")
        found = RUNS[config["contender"]](connection, config) or {}
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"wall": wall, "cpu": cpu, "peak": peak, **found}


if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1]))))
