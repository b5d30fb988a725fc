"""Exemplars: typical of their segment, and nobody."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from explanation_cases import blobs, catalog_of, customers_of, shuffled

from covey.explanation import EXEMPLAR_TYPES, find_segment_exemplars
from covey.explanation.exemplars import central_groups


def test_they_lie_near_the_centre_of_their_segment() -> None:
    values, labels = blobs(600, 3, 3, 40.0, seed=1)
    result = find_segment_exemplars(customers_of(values + 100, labels), catalog_of(3))
    assert set(result["exemplar_number"]) == {1, 2, 3}
    assert set(result["customers"]) == {20}
    for segment in range(3):
        shown = result.loc[result["segment_id"] == str(segment)]
        high = f"f{segment:02d}"
        assert (shown.loc[shown["feature"] == high, "typical_value"] == 140.0).all()
        low = shown.loc[shown["feature"] != high, "typical_value"]
        # Two digits of about 100.
        assert set(low) <= {99.0, 100.0, 98.0}


def test_groups_are_alike_apart_and_near_the_centre() -> None:
    # Three corners around the centre, and far customers who are typical of nobody.
    rng = np.random.default_rng(2)
    corners = np.array([[2.0, 0.0], [-1.0, 1.7], [-1.0, -1.7]])
    near = corners[np.arange(60) % 3] + rng.normal(scale=0.05, size=(60, 2))
    far = np.array([[9.0, 0.0], [-9.0, 0.0], [0.0, 9.0], [0.0, -9.0]]).repeat(10, axis=0)
    groups = central_groups(np.vstack([near, far]), min_group_size=10)
    assert sorted(np.concatenate(groups)) == list(range(60))
    assert all(len(set(group % 3)) == 1 for group in groups)


@pytest.mark.parametrize(
    ("count", "sizes"),
    [(9, []), (10, [10]), (19, [19]), (20, [20]), (39, [20]), (40, [20, 20]), (90, [20, 20, 20])],
)
def test_a_group_is_never_too_small(count: int, sizes: list[int]) -> None:
    points = np.random.default_rng(3).normal(size=(count, 2))
    assert [len(group) for group in central_groups(points, min_group_size=10)] == sizes


def test_a_small_segment_shows_nobody() -> None:
    values, _ = blobs(59, 2, 1, 0.0, seed=4)
    customers = customers_of(values, ["12"] * 50 + ["noise"] * 9)
    assert set(find_segment_exemplars(customers, catalog_of(2))["segment_id"]) == {"12"}
    least = find_segment_exemplars(customers, catalog_of(2), min_group_size=9)
    assert set(least["segment_id"]) == {"12", "noise"}
    assert least["customers"].min() >= 9


def test_a_value_that_few_have_is_not_shown() -> None:
    values, _ = blobs(20, 2, 1, 0.0, seed=5)
    values[9:, 0] = np.nan
    values[10:, 1] = np.nan
    result = find_segment_exemplars(customers_of(values, ["1"] * 20), catalog_of(2))
    shown = result.set_index("feature")["typical_value"]
    assert np.isnan(shown["f00"])
    assert shown["f01"] == float(f"{np.median(values[:10, 1]):.2g}")


def test_neither_a_key_nor_a_value_of_a_person_is_shown() -> None:
    rng = np.random.default_rng(6)
    values = rng.lognormal(sigma=1, size=(500, 4)) * 1_000
    result = find_segment_exemplars(customers_of(values, np.arange(500) % 2), catalog_of(4))
    assert list(result.columns) == list(EXEMPLAR_TYPES)
    assert not result["typical_value"].isin(values.ravel()).any()
    assert all(value == float(f"{value:.2g}") for value in result["typical_value"])


def test_protected_features_are_not_shown() -> None:
    values, labels = blobs(60, 2, 1, 0.0, seed=7)
    catalog = catalog_of(2, is_protected=[True, False])
    assert set(find_segment_exemplars(customers_of(values, labels), catalog)["feature"]) == {"f01"}


def test_the_order_of_rows_changes_nothing() -> None:
    # Whole numbers: many customers are equally near.
    values = np.random.default_rng(8).integers(0, 4, size=(300, 3)).astype("float64")
    customers = customers_of(values, np.arange(300) % 3)
    first = find_segment_exemplars(customers, catalog_of(3, transform="log1p"))
    other = find_segment_exemplars(shuffled(customers), catalog_of(3, transform="log1p"))
    pd.testing.assert_frame_equal(first, other, check_exact=True)


@pytest.mark.parametrize("kind", ["none", "one", "constant", "missing"])
def test_odd_customers_have_defined_exemplars(kind: str) -> None:
    count = {"none": 0, "one": 1}.get(kind, 30)
    values = np.full((count, 2), np.nan if kind == "missing" else 3.0)
    result = find_segment_exemplars(customers_of(values, ["1"] * count), catalog_of(2))
    assert result.dtypes.astype("str").to_dict() == EXEMPLAR_TYPES
    assert len(result) == (2 if count == 30 else 0)
    if kind == "constant":
        assert set(result["typical_value"]) == {3.0}
    if kind == "missing":
        assert result["typical_value"].isna().all()


def test_a_group_of_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="min_group_size is 0"):
        find_segment_exemplars(
            customers_of(np.zeros((1, 1)), ["1"]), catalog_of(1), min_group_size=0
        )
