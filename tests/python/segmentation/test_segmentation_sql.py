"""The SQL that applies models says of every customer what the library says: on random models."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_cases import FEATURES, FORMS, GROUPS, customers_of, model_of, part_rows

from covey.segmentation import assign_segments
from covey.segmentation.centroids import CentroidPartition
from covey.segmentation.coordinates import Preprocessing
from covey.segmentation.frames import ASSIGNMENT_TYPES, KEY, NONE
from covey.segmentation.transforms import Transform

sys.path.append(str(Path(__file__).parents[1]))
from rendering import Renderer

STEPS = ("imputed_features", "scored_customers", "customer_segments")
ENGINES = ("duckdb", "any other")
"""With the macros of DuckDB, and with those that all other engines share."""


@cache
def statements(engine: str, is_incremental: bool = False) -> dict[str, str]:
    renderer = Renderer(
        engine,
        macros={
            "feature_names": lambda: list(FEATURES),
            # Every engine has a hash of its own.
            "row_hash": lambda columns: f"hash({', '.join(columns)})",
        },
        is_incremental=is_incremental,
    )
    texts = {name: renderer.model(f"models/segmentation/{name}.sql") for name in STEPS}
    return texts | {"forget": renderer.render("{{ covey.forget_scores() }}")}


def tables(customers: pd.DataFrame, parameters: pd.DataFrame) -> dict[str, pd.DataFrame]:
    raw = customers[list(FEATURES)]
    return {
        "feature_matrix": raw.where(np.isfinite(raw)).assign(customer_key=customers[KEY]),
        "customer_groups": customers[[KEY, *GROUPS]],
        "segment_model_parameters": parameters,
        "assign_customers": assign_segments(customers.iloc[:0], parameters),
        "int_as_of": pd.DataFrame({"as_of_date": [pd.Timestamp("2026-01-31")]}),
    }


def scored(engine: str, customers: pd.DataFrame, parameters: pd.DataFrame) -> pd.DataFrame:
    """Return what SQL makes of the customers, as `assign_segments` returns it."""
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        for name, frame in tables(customers, parameters).items():
            connection.register(name, frame)
        for name in STEPS:
            connection.execute(f"create table {name} as {statements(engine)[name]}")
        frame = connection.sql("from customer_segments order by segmentation, customer_key").df()
    return frame[list(ASSIGNMENT_TYPES)].astype(ASSIGNMENT_TYPES)


def assert_equal(ours: pd.DataFrame, wanted: pd.DataFrame) -> None:
    """Every column of every row; labels where no two segments are within 1e-9."""
    for column in ("segmentation", "customer_key", "model_id"):
        assert list(ours[column]) == list(wanted[column])
    sure = (wanted["margin"].isna() | (wanted["margin"] > 1e-9)).to_numpy()
    assert sure.mean() > 0.9
    assert list(ours.loc[sure, "segment_id"]) == list(wanted.loc[sure, "segment_id"])
    for column in ("probability", "distance", "margin", "entropy"):
        np.testing.assert_allclose(
            ours[column], wanted[column], rtol=1e-6, atol=1e-6, err_msg=column
        )
    differs = (ours["is_outlier"] != wanted["is_outlier"]).to_numpy()
    assert (np.abs(wanted.loc[differs, "distance"] - 2.5) < 1e-6).all()


@pytest.mark.parametrize("engine", ENGINES)
@given(
    seed=st.integers(0, 2**32 - 1),
    k=st.integers(1, 4),
    with_categories=st.booleans(),
    with_components=st.booleans(),
    stages=st.integers(1, 2),
)
@settings(max_examples=5)
def test_sql_says_what_the_library_says(engine, seed, k, with_categories, with_components, stages):
    models = [
        model_of(
            seed + number,
            form=form,
            k=k,
            with_categories=with_categories,
            with_components=with_components,
            stages=stages,
            name=form,
        )
        for number, form in enumerate(FORMS)
    ]
    parameters, customers = pd.concat(models), customers_of(seed)
    assert_equal(scored(engine, customers, parameters), assign_segments(customers, parameters))


def neutral_model(features, partition):
    ones, bound = np.ones(len(features)), np.full(len(features), 1e300)
    transforms = (Transform(),) * len(features)
    preprocessing = Preprocessing(
        tuple(features), 0.0 * ones, -bound, bound, transforms, 0.0 * ones, ones, ones
    )
    segments = [str(place + 1) for place in range(partition.k)]
    rows = part_rows(preprocessing, partition, segments, outlier_distance=2.5)
    return rows.assign(segmentation="s", model_id="s-1", part=NONE)


def test_sixty_features_and_twenty_segments():
    generator = np.random.default_rng(7)
    features = [f"f{place:02d}" for place in range(60)]
    renderer = Renderer("duckdb", macros={"feature_names": lambda: features})
    centroids = CentroidPartition(generator.normal(size=(20, 60)), 0.8)
    parameters = neutral_model(features, centroids)
    customers = pd.DataFrame(generator.normal(size=(200, 60)), columns=features)
    customers = customers.assign(customer_key=[f"c{row:03d}" for row in range(200)])
    with duckdb.connect() as connection:
        nothing = assign_segments(customers.iloc[:0], parameters)
        groups = pd.DataFrame({name: ["x"] for name in (KEY, *GROUPS)})
        for name, frame in {
            "feature_matrix": customers,
            "customer_groups": groups,
            "segment_model_parameters": parameters,
            "assign_customers": nothing,
        }.items():
            connection.register(name, frame)
        for name in STEPS[:2]:
            text = renderer.model(f"models/segmentation/{name}.sql")
            connection.execute(f"create table {name} as {text}")
        labels = connection.sql(
            "select segment_id from scored_customers order by customer_key"
        ).fetchall()
    wanted = assign_segments(customers, parameters)
    assert [label for (label,) in labels] == list(wanted["segment_id"])
    assert len(set(labels)) > 10


@pytest.mark.parametrize("engine", ENGINES)
def test_only_what_changed_is_scored_again(engine):
    parameters, before = model_of(11, form="diag", k=3), customers_of(11)
    after = before.drop(index=3).reset_index(drop=True)
    after.loc[5, "f03"] = 2.25
    new = before.iloc[[3]].assign(customer_key="new")
    after = pd.concat([after, new], ignore_index=True)
    first, later = statements(engine), statements(engine, is_incremental=True)
    with duckdb.connect() as connection:
        for customers, texts, table in (
            (before, first, "this_table"),
            (after, later, "scored_again"),
            (after, first, "scored_afresh"),
        ):
            for name, frame in tables(customers, parameters).items():
                connection.register(name, frame)
            imputed = texts["imputed_features"]
            connection.execute(f"create or replace table imputed_features as {imputed}")
            connection.execute(f"create table {table} as {texts['scored_customers']}")
        again = connection.sql("select customer_key from scored_again").fetchall()
        connection.execute(
            "delete from this_table where customer_key in (select customer_key from scored_again)"
        )
        connection.execute("insert into this_table from scored_again")
        connection.execute(later["forget"])
        ours, afresh = (
            connection.sql(f"from {table} order by customer_key").df()
            for table in ("this_table", "scored_afresh")
        )
    assert {key for (key,) in again} == {after.loc[5, KEY], "new"}
    # Other engines add floats in any order.
    pd.testing.assert_frame_equal(ours, afresh, rtol=0.0 if engine == "duckdb" else 1e-9)


def test_a_new_model_scores_everybody_again():
    old, new = model_of(11, form="diag", k=3), model_of(12, form="centroid", k=2)
    customers = customers_of(11)
    with duckdb.connect() as connection:
        for parameters, is_incremental in ((old, False), (new, True)):
            for name, frame in tables(customers, parameters).items():
                connection.register(name, frame)
            texts = statements("duckdb", is_incremental)
            imputed = texts["imputed_features"]
            connection.execute(f"create or replace table imputed_features as {imputed}")
            table = "scored_again" if is_incremental else "this_table"
            connection.execute(f"create table {table} as {texts['scored_customers']}")
        rows = connection.sql("select count(*), min(model_id) from scored_again").fetchall()
        connection.execute(statements("duckdb", True)["forget"])
        left = connection.sql("select count(*) from this_table").fetchall()
    assert rows == [(len(customers), "s-12")]
    assert left == [(0,)]
