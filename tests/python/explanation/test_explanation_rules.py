"""Rules: what SQL says is what the tree says, and everybody fulfils one rule."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from explanation_cases import blobs, catalog_of, customers_of, shuffled
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.tree import DecisionTreeClassifier

from covey.explanation import RULE_TYPES, fit_segment_rules, samples
from covey.explanation.frames import SEED, split
from covey.explanation.rules import HOLDOUT_SHARE, learn_rules, short_threshold, sql_case


def labels_by_sql(case: str, values: pd.DataFrame) -> list[str | None]:
    """Return what SQL says of each row; NaN becomes null, as in the warehouse."""
    with duckdb.connect() as connection:
        features = values.reset_index(drop=True).rename_axis("place").reset_index()
        connection.register("features", pa.Table.from_pandas(features, preserve_index=False))
        found = connection.execute(f"select {case} from features order by place").fetchall()
    return [label for (label,) in found]


def random_customers(seed: int, count: int = 150, kind: str = "mixed") -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    values = np.column_stack(
        [
            rng.integers(0, 6, size=count).astype("float64"),
            rng.lognormal(sigma=2, size=count),
            rng.normal(size=count) * 1e-9,
            # 32 bits hold these apart only now and then.
            16_777_216.0 + rng.integers(0, 40, size=count) / 8,
        ]
    )
    labels = 1 + (values[:, 1] > 1) + 2 * (values[:, 3] > 16_777_218)
    labels = np.where(rng.random(count) < 0.15, rng.integers(1, 5, size=count), labels)
    if kind == "mixed":
        values[rng.random(values.shape) < 0.2] = np.nan
    if kind == "telling gaps":
        values[labels == 2, 0] = np.nan
        values[rng.random(count) < 0.1, 3] = np.nan
    return customers_of(values, labels)


@settings(max_examples=25)
@given(
    st.integers(0, 10_000),
    st.integers(1, 6),
    st.sampled_from(["mixed", "whole", "telling gaps"]),
    st.sampled_from(["none", "balanced"]),
)
def test_sql_names_the_segments_that_scikit_learn_names(seed, depth, kind, class_weight) -> None:
    customers = random_customers(seed, kind=kind)
    result = fit_segment_rules(
        shuffled(customers),
        catalog_of(4),
        {"s": {"rule_depth": depth, "rule_class_weight": class_weight}},
        min_leaf=3,
    )
    values = customers.drop(columns=["segmentation", "customer_key", "segment_id"])
    labels = customers["segment_id"].to_numpy(dtype=object)
    seen = np.setdiff1d(np.arange(len(labels)), split(labels, share=HOLDOUT_SHARE))
    tree = DecisionTreeClassifier(
        max_depth=depth,
        min_samples_leaf=3,
        class_weight=None if class_weight == "none" else class_weight,
        random_state=SEED,
    ).fit(values.to_numpy()[seen], labels[seen].astype("str"))
    expected = list(tree.predict(values.to_numpy()))
    assert labels_by_sql(result["sql_case"].iloc[0], values) == expected


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.sampled_from(["mixed", "whole", "telling gaps"]))
def test_everybody_fulfils_one_rule_in_sql_and_in_python_alike(seed, kind) -> None:
    customers = random_customers(seed, kind=kind)
    sample = next(samples(customers, catalog_of(4)))
    rules = learn_rules(sample, np.arange(0, 150, 4), depth=5, class_weight="none", min_leaf=2)
    edges = [
        bound for rule in rules for each in rule.bounds.values() for bound in (each.low, each.high)
    ]
    pool = np.array([*edges, *np.nextafter(edges, np.inf), -np.inf, np.inf, np.nan, 0.0, 1e300])
    unseen = np.random.default_rng(seed).choice(pool, size=(300, 4))
    holds = np.column_stack([rule.holds(unseen, sample.features) for rule in rules])
    assert (holds.sum(axis=1) == 1).all()
    expected = [rules[place].segment_id for place in holds.argmax(axis=1)]
    frame = pd.DataFrame(unseen, columns=list(sample.features))
    assert labels_by_sql(sql_case(rules), frame) == expected


def test_the_counts_are_those_of_the_rules() -> None:
    values, labels = blobs(600, 3, 3, 5.0, seed=1)
    customers = customers_of(values, labels)
    result = fit_segment_rules(customers, catalog_of(3))
    assert result["customers"].sum() == 600
    assert result["holdout_customers"].sum() == 180
    named = labels_by_sql(result["sql_case"].iloc[0], customers[["f00", "f01", "f02"]])
    is_right = result["segment_id"] == result["actual_segment_id"]
    assert result.loc[is_right, "customers"].sum() == (customers["segment_id"] == named).sum()
    assert result.loc[is_right, "holdout_customers"].sum() > 0.95 * 180
    for condition, rows in result.groupby("sql_condition"):
        with duckdb.connect() as connection:
            connection.register("customers", customers)
            sql = f"select count(*) from customers where {condition}"
            assert connection.execute(sql).fetchall() == [(rows["customers"].sum(),)]
    sizes = result.groupby("rule_number")["customers"].sum()
    assert list(sizes) == sorted(sizes, reverse=True)


def test_a_rule_can_be_read() -> None:
    rng = np.random.default_rng(2)
    days = rng.integers(0, 100, size=400).astype("float64")
    spent = np.where(rng.random(400) < 0.3, np.nan, rng.integers(0, 200, size=400))
    labels = np.where(days <= 45, "it's new", np.where(spent > 90, "12", "noise"))
    result = (
        fit_segment_rules(
            customers_of(np.column_stack([days, spent]), labels), catalog_of(2), min_leaf=5
        )
        .drop_duplicates("rule_number")
        .set_index("segment_id")
    )
    assert result.loc["it's new", "rule"] == "f00 up to 45"
    assert result.loc["12", "rule"] == "f00 over 45, f01 over 90"
    assert result.loc["noise", "rule"] == "f00 over 45, f01 up to 90 or unknown"
    assert result.loc["12", "sql_condition"] == "(f00 > 45 or f00 is null) and f01 > 90"
    assert "then 'it''s new'" in result["sql_case"].iloc[0]


def test_class_weights_find_a_rare_segment_at_a_price() -> None:
    rng = np.random.default_rng(3)
    values = rng.uniform(size=(3_000, 2))
    # In the corner where the rare ones are, others are three times as many.
    is_rare = (values.min(axis=1) > 0.8) & (rng.random(3_000) < 0.25)
    customers = customers_of(values, np.where(is_rare, "rare", "usual"))
    found, right = {}, {}
    for class_weight in ("none", "balanced"):
        result = fit_segment_rules(
            customers, catalog_of(2), {"s": {"rule_class_weight": class_weight}}
        )
        is_right = result["segment_id"] == result["actual_segment_id"]
        right[class_weight] = result.loc[is_right, "holdout_customers"].sum()
        is_rare_one = is_right & (result["segment_id"] == "rare")
        found[class_weight] = result.loc[is_rare_one, "holdout_customers"].sum()
        assert set(result["class_weight"]) == {class_weight}
    assert found["none"] < 0.3 * is_rare.sum() * HOLDOUT_SHARE
    assert found["balanced"] > 0.8 * is_rare.sum() * HOLDOUT_SHARE
    assert right["balanced"] < right["none"]


def test_a_rule_speaks_for_enough_customers_and_no_customer_counts_twice() -> None:
    values, labels = blobs(300, 3, 3, 3.0, seed=4)
    for least in (5, 40, 120):
        result = fit_segment_rules(
            customers_of(values, labels), catalog_of(3), {"s": {"rule_depth": 8}}, min_leaf=least
        )
        of_tree = (result["customers"] - result["holdout_customers"]).groupby(result["rule_number"])
        assert of_tree.sum().min() >= least


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        (np.zeros((1, 2)), ["1"]),
        (np.arange(60.0).reshape(30, 2), ["7"] * 30),
        (np.full((40, 2), 3.0), ["1"] * 25 + ["2"] * 15),
        (np.full((40, 2), np.nan), ["1"] * 25 + ["2"] * 15),
        (np.zeros((40, 0)), ["1"] * 25 + ["2"] * 15),
    ],
    ids=["one customer", "one segment", "constant", "missing", "no features"],
)
def test_where_nothing_tells_customers_apart_one_rule_names_the_largest_segment(
    values, labels
) -> None:
    result = fit_segment_rules(customers_of(values, labels), catalog_of(values.shape[1]))
    assert set(result["segment_id"]) == {labels[0]}
    assert set(result["rule"]) == {"every customer"}
    assert result["customers"].sum() == len(labels)
    frame = pd.DataFrame({"f00": np.zeros(3)})
    assert labels_by_sql(result["sql_case"].iloc[0], frame) == [labels[0]] * 3


def test_no_customers_have_no_rules() -> None:
    result = fit_segment_rules(customers_of(np.zeros((0, 2)), []), catalog_of(2))
    assert result.dtypes.astype("str").to_dict() == RULE_TYPES
    assert len(result) == 0


def test_the_order_of_rows_changes_nothing() -> None:
    customers = random_customers(6)
    first = fit_segment_rules(customers, catalog_of(4))
    pd.testing.assert_frame_equal(first, fit_segment_rules(shuffled(customers), catalog_of(4)))


@pytest.mark.parametrize(
    ("values", "threshold", "short"),
    [
        ([44.0, 47.0], 45.5, 46.0),
        ([0.1, 0.2], 0.15, 0.1),
        ([-1234.5, -1234.25], -1234.375, -1234.4),
        ([1.0, 2.0, np.nan], np.inf, np.inf),
        ([1.0, np.nextafter(1.0, 2.0)], 1.5, np.inf),
    ],
)
def test_a_threshold_has_as_few_digits_as_it_can(values, threshold, short) -> None:
    assert short_threshold(np.array(values), threshold) == short


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rule_depth": 0}, "rule_depth is 0, it must be a whole number from 1 to 10"),
        ({"rule_depth": "4"}, "rule_depth is '4'"),
        ({"rule_depth": True}, "rule_depth is True"),
        ({"rule_class_weight": "smote"}, "rule_class_weight is 'smote'"),
    ],
)
def test_an_option_that_cannot_work_is_refused(options, message) -> None:
    customers = customers_of(np.zeros((2, 1)), ["1", "2"])
    with pytest.raises(ValueError, match=message):
        fit_segment_rules(customers, catalog_of(1), {"s": options})
    with pytest.raises(ValueError, match="min_leaf is 0"):
        fit_segment_rules(customers, catalog_of(1), min_leaf=0)
