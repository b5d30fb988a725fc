"""The dbt-duckdb plugin: functions that SQL can call.

A profile enables it with::

    plugins:
      - module: covey.plugin
        config: {parameters: covey_segmentation.segment_model_parameters}

``covey_key(text)`` gives the key that stands for an identifier of a person, a hash with the secret
that the environment variable COVEY_KEY_SECRET holds. SQL calls the function and never sees the
secret, so it is in no compiled model, log or table.

``covey_assign(model_id, numbers, categories)`` gives the segment of each row: `numbers` is a MAP of
feature to value, `categories` a MAP of column to category, such as `country`, for models that read
categories. It serves ad hoc work; the models of covey do not need it.

``covey_publish(path, nodes, results)`` publishes the warehouse at the end of a run and returns what
it did: see ``covey.publish``.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.events.logging import AdapterLogger

from covey.keys import keys_of, secret_of
from covey.publish import publish_run
from covey.segmentation.assignment import FittedModel
from covey.segmentation.catalog import GROUP_COLUMNS
from covey.segmentation.frames import KEY
from covey.segmentation.settings import closest
from covey.threads import one_thread

PARAMETERS = "covey_segmentation.segment_model_parameters"
"""Relation of the rows of the models, with dbt's default names of schemas."""

SEGMENT = pa.struct(
    [
        ("segment_id", pa.string()),
        ("probability", pa.float64()),
        ("distance", pa.float64()),
        ("margin", pa.float64()),
        ("entropy", pa.float64()),
        ("is_outlier", pa.bool_()),
    ]
)
SEGMENT_TYPE = (
    "STRUCT(segment_id VARCHAR, probability DOUBLE, distance DOUBLE, margin DOUBLE, "
    "entropy DOUBLE, is_outlier BOOLEAN)"
)
LOG = AdapterLogger("covey")
ReadRows = Callable[[str], pd.DataFrame]
"""Reads the parameter rows of the model of that id; no rows if there is none."""


def columns_of(maps: pa.Array | pa.ChunkedArray) -> dict[str, np.ndarray]:
    """Turn n maps into one column of n values for each key, null where a map lacks it."""
    array = maps.combine_chunks() if isinstance(maps, pa.ChunkedArray) else maps
    offsets = array.offsets.to_numpy()
    rows = np.repeat(np.arange(len(array)), np.diff(offsets))
    entries = slice(offsets[0], offsets[-1])
    places, names = pd.factorize(array.keys.to_numpy(zero_copy_only=False)[entries])
    values = array.items.to_numpy(zero_copy_only=False)[entries]
    is_number = pa.types.is_floating(array.type.item_type)
    table = np.full((len(names), len(array)), np.nan if is_number else None, dtype=values.dtype)
    table[places, rows] = values
    return {str(name): table[place] for place, name in enumerate(names)}


class Assigner:
    """Applies models by id; each is read once, as an id is a hash of the rows."""

    def __init__(self, read_rows: ReadRows) -> None:
        self.read_rows = read_rows
        self.models: dict[str, FittedModel] = {}
        self.lock = threading.Lock()

    def model(self, model_id: str) -> FittedModel:
        """Return a model.

        Raises
        ------
        ValueError
            If there is none of that id.
        """
        with self.lock:
            if model_id not in self.models:
                rows = self.read_rows(model_id)
                if rows.empty:
                    raise ValueError(
                        f"there is no model {model_id!r}" + closest(model_id, self.models)
                    )
                self.models[model_id] = FittedModel.from_rows(rows)
            return self.models[model_id]

    def assign(self, model_id: pa.Array, numbers: pa.Array, categories: pa.Array) -> pa.Array:
        """Label n customers: arrays of n ids, maps of numbers and maps of categories."""
        ids = np.asarray(model_id.to_pylist(), dtype=object)
        columns = {name: None for name in GROUP_COLUMNS} | columns_of(categories)
        keys = [f"{row:09d}" for row in range(len(ids))]
        matrix = pd.DataFrame({KEY: keys} | columns | columns_of(numbers), index=range(len(ids)))
        with one_thread():
            labelled = [
                self.model(str(name)).assign(matrix.loc[ids == name]) for name in sorted(set(ids))
            ]
        frame = pd.concat(labelled).sort_values(KEY)
        table = pa.Table.from_pandas(frame, schema=pa.schema(SEGMENT), preserve_index=False)
        return table.combine_chunks().to_batches()[0].to_struct_array()


def register_functions(
    connection: duckdb.DuckDBPyConnection, parameters: str, secret: str | None
) -> None:
    """Let SQL on a connection, and on all others to its database, call covey's functions."""

    def make_keys(texts: pa.Array) -> pa.Array:
        return pa.array(keys_of(texts.to_pylist(), secret=secret), type=pa.string())

    def read_rows(model_id: str) -> pd.DataFrame:
        # A cursor of its own: the connection is busy with the query that asks.
        with connection.cursor() as cursor:
            query = f"select * from {parameters} where model_id = ?"
            return cursor.execute(query, [model_id]).df()

    def publish(path: str, nodes: str, results: str) -> str:
        # A cursor of its own, as above.
        with connection.cursor() as cursor:
            published = str(publish_run(cursor, path, nodes, results))
        LOG.info(published)
        return published

    connection.create_function(  # type: ignore[call-overload]
        "covey_assign",
        Assigner(read_rows).assign,
        ["VARCHAR", "MAP(VARCHAR, DOUBLE)", "MAP(VARCHAR, VARCHAR)"],
        SEGMENT_TYPE,
        type="arrow",
    )
    connection.create_function(  # type: ignore[call-overload]
        "covey_key", make_keys, ["VARCHAR"], "VARCHAR", type="arrow"
    )
    connection.create_function(
        "covey_publish", publish, ["VARCHAR"] * 3, "VARCHAR", side_effects=True
    )


class Plugin(BasePlugin):
    """Registers the functions on the connections of dbt."""

    def initialize(self, plugin_config: Mapping[str, Any]) -> None:
        """Read where the rows of the models lie, and the secret of the keys."""
        self.parameters = str(plugin_config.get("parameters", PARAMETERS))
        self.secret = secret_of(os.environ)

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Register the functions, once for all cursors."""
        register_functions(conn, self.parameters, self.secret)
