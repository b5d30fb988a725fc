"""Importance: what the segments hang on is found, and what they do not is not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from explanation_cases import blobs, catalog_of, customers_of, shuffled
from sklearn.metrics import mutual_info_score

from covey.explanation import IMPORTANCE_TYPES, measure_feature_importance
from covey.explanation.importance import BINS, mutual_information


def test_planted_features_come_first_and_noise_last() -> None:
    values = np.random.default_rng(1).normal(size=(900, 6))
    labels = 2 * (values[:, 1] > 0) + (values[:, 4] > 0)
    result = measure_feature_importance(customers_of(values, labels), catalog_of(6))
    assert set(result["feature"].head(2)) == {"f01", "f04"}
    assert (result["permutation_importance"].head(2) > 0.3).all()
    assert (result["permutation_importance"].tail(4).abs() < 0.02).all()
    # Each of the two says one of the two bits.
    assert result["mutual_information"].head(2).to_list() == pytest.approx([1, 1], abs=0.1)
    assert result["information_share"].head(2).to_list() == pytest.approx([0.5, 0.5], abs=0.05)
    assert (result["information_share"].tail(4) < 0.03).all()
    assert (result["surrogate_accuracy"] > 0.9).all()
    assert result["baseline_accuracy"].iloc[0] == pytest.approx(0.25, abs=0.05)
    assert list(result["importance_rank"]) == [1, 2, 3, 4, 5, 6]
    assert set(result["customers"]) == {900}
    assert result["holdout_customers"].iloc[0] == pytest.approx(300, abs=4)


def test_a_twin_hides_the_importance_of_a_feature_but_not_its_information() -> None:
    rng = np.random.default_rng(2)
    labels = np.arange(900) % 2
    signal = rng.normal(size=900) + 4 * labels
    alone = measure_feature_importance(
        customers_of(np.column_stack([signal, rng.normal(size=900)]), labels), catalog_of(2)
    )
    twins = measure_feature_importance(
        customers_of(np.column_stack([signal, signal]), labels), catalog_of(2)
    )
    assert alone["permutation_importance"].max() > 0.4
    assert twins["permutation_importance"].min() < 0.1
    assert twins["mutual_information"].min() == alone["mutual_information"].max()


def test_that_a_value_is_missing_can_be_what_counts() -> None:
    rng = np.random.default_rng(3)
    labels = np.arange(400) % 2
    values = np.column_stack([np.where(labels == 1, np.nan, 1.0), rng.normal(size=400)])
    result = measure_feature_importance(customers_of(values, labels), catalog_of(2))
    assert result["feature"].iloc[0] == "f00"
    assert result["surrogate_accuracy"].iloc[0] == 1.0
    assert result["information_share"].iloc[0] == pytest.approx(1.0, abs=0.01)


def test_mutual_information_is_that_of_the_bins_less_its_bias() -> None:
    rng = np.random.default_rng(4)
    values = rng.integers(0, 5, size=3_000).astype("float64")
    labels = np.where(rng.random(3_000) < 0.5, values, rng.integers(0, 5, size=3_000)).astype(int)
    cells = len(set(zip(values, labels, strict=True)))
    bias = (cells - 5 - 5 + 1) / (2 * 3_000)
    expected = (mutual_info_score(values, labels) - bias) / np.log(2)
    assert mutual_information(values, labels) == pytest.approx(expected, rel=1e-9)


def test_what_says_nothing_has_no_information() -> None:
    rng = np.random.default_rng(5)
    labels = rng.integers(0, 4, size=2_000)
    found = [mutual_information(rng.normal(size=2_000), labels) for _ in range(20)]
    # Without the correction it would be (BINS - 1) * 3 / (2 n ln 2) = .02 bits.
    assert np.mean(found) < 0.006
    assert BINS == 20
    assert mutual_information(np.full(2_000, 3.0), labels) == 0.0
    assert mutual_information(np.full(2_000, np.nan), labels) == 0.0


def test_the_order_of_rows_and_columns_changes_nothing() -> None:
    values, labels = blobs(300, 4, 3, 4.0, seed=6)
    customers = customers_of(values, labels)
    first = measure_feature_importance(customers, catalog_of(4))
    other = measure_feature_importance(
        shuffled(customers)[list(customers.columns[::-1])], shuffled(catalog_of(4))
    )
    pd.testing.assert_frame_equal(first, other)


def test_features_that_are_protected_or_of_others_explain_nothing() -> None:
    values, labels = blobs(200, 4, 2, 5.0, seed=7)
    catalog = catalog_of(4, is_protected=[True, False, False, False])
    catalog["segmentations"] = ["s", "other| s", "other", "s2"]
    result = measure_feature_importance(customers_of(values, labels), catalog)
    assert list(result["feature"]) == ["f01"]
    # A segmentation that the catalog does not name is explained by all that may be used.
    catalog["segmentations"] = None
    result = measure_feature_importance(customers_of(values, labels), catalog)
    assert set(result["feature"]) == {"f01", "f02", "f03"}


@pytest.mark.parametrize(
    "labels", [[], ["1"], ["1"] * 30, ["1", "2"]], ids=["none", "one", "single", "pairs"]
)
def test_where_there_is_nothing_to_tell_apart_there_are_no_rows(labels) -> None:
    values = np.arange(2.0 * len(labels)).reshape(-1, 2)
    result = measure_feature_importance(customers_of(values, labels), catalog_of(2))
    assert result.dtypes.astype("str").to_dict() == IMPORTANCE_TYPES
    assert len(result) == 0


def test_odd_features_do_no_harm() -> None:
    labels = np.repeat(["12", "noise"], 40)
    values = np.column_stack(
        [
            np.where(labels == "12", 1e300, -np.inf),
            np.full(80, np.nan),
            np.full(80, 7.0),
            np.arange(80.0),
        ]
    )
    result = measure_feature_importance(customers_of(values, labels), catalog_of(4))
    losses = result.set_index("feature")["permutation_importance"]
    assert losses[["f01", "f02"]].to_list() == [0.0, 0.0]
    assert np.isfinite(result.drop(columns=["segmentation", "feature"]).to_numpy()).all()


def test_customers_must_be_as_declared() -> None:
    customers = customers_of(np.zeros((2, 1)), ["1", "2"])
    with pytest.raises(ValueError, match="segment_id"):
        measure_feature_importance(customers.drop(columns="segment_id"), catalog_of(1))
    with pytest.raises(ValueError, match="is_protected"):
        measure_feature_importance(customers, catalog_of(1).drop(columns="is_protected"))
    with pytest.raises(ValueError, match="1 of 2 rows of the sample repeat"):
        measure_feature_importance(customers.assign(customer_key="a"), catalog_of(1))
    with pytest.raises(ValueError, match="2 null keys"):
        measure_feature_importance(customers.assign(customer_key=None), catalog_of(1))
