"""SQL that calls a model by its id says what the library says."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from dbt.adapters.duckdb.plugins import BasePlugin

from covey.segmentation import assign_segments

sys.path.append(str(Path(__file__).parent / "segmentation"))
from model_cases import FEATURES, GROUPS, customers_of, model_of

NUMBERS = ", ".join(f"'{name}': {name}" for name in FEATURES)
CATEGORIES = ", ".join(f"'{name}': {name}" for name in GROUPS)
ASSIGN = f"""
    select customer_key, unnest(covey_assign({{}}, map {{{{{NUMBERS}}}}}, map {{{{{CATEGORIES}}}}}))
    from customers order by customer_key
"""
COLUMNS = ["customer_key", "segment_id", "probability", "distance", "margin", "entropy"]


@pytest.fixture
def connection():
    """A database with two models, its functions registered as dbt-duckdb registers them."""
    plugin = BasePlugin.create("covey.plugin", config={"parameters": "parameters"})
    models = [
        model_of(1, form="full", k=3, with_categories=True, stages=2, name="one"),
        model_of(2, form="centroid", k=4, with_components=True, name="two"),
    ]
    with duckdb.connect() as connection:
        plugin.configure_connection(connection)
        customers = customers_of(5, count=5_000)
        raw = customers[list(FEATURES)]
        customers[list(FEATURES)] = raw.where(np.isfinite(raw))
        connection.register("frame", pd.concat(models))
        connection.execute("create table parameters as from frame")
        connection.register("customer_frame", customers)
        connection.execute("create table customers as from customer_frame")
        yield connection


@pytest.mark.parametrize("model_id", ["one-1", "two-2"])
def test_a_model_is_called_by_its_id(connection, model_id):
    ours = connection.cursor().execute(ASSIGN.format(f"'{model_id}'")).df()[COLUMNS]
    parameters = connection.sql(f"from parameters where model_id = '{model_id}'").df()
    wanted = assign_segments(connection.sql("from customers").df(), parameters)[COLUMNS]
    pd.testing.assert_frame_equal(ours, wanted, check_dtype=False)


def test_rows_of_one_query_may_ask_for_different_models(connection):
    mixed = "case when customer_key < 'c2000' then 'one-1' else 'two-2' end"
    ours = connection.sql(ASSIGN.format(mixed)).df()
    for model_id, rows in (("one-1", ours[:2000]), ("two-2", ours[2000:])):
        alone = connection.sql(ASSIGN.format(f"'{model_id}'")).df().loc[rows.index]
        pd.testing.assert_frame_equal(rows, alone)


def test_an_unknown_model_is_named(connection):
    with pytest.raises(duckdb.InvalidInputException, match="there is no model 'two-3'"):
        connection.sql(ASSIGN.format("'two-3'")).fetchall()
