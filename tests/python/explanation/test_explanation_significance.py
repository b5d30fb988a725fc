"""Significance: the permutation test by three moments, and the false discovery rate."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from explanation_cases import shuffled
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from covey.explanation import SIGNIFICANCE_TYPES, compare_segments, permutation_moments
from covey.explanation.significance import false_discovery_rates, skewness_of_mean, two_sided_p


def compared(values, inside, **key):
    moments = permutation_moments(np.asarray(values, dtype="float64"), np.asarray(inside))
    row = {"segmentation": "s", "segment_id": "1", "feature": "x", **key, **moments}
    return compare_segments(pd.DataFrame([row])).iloc[0]


def test_the_moments_are_those_of_all_draws() -> None:
    values = np.random.default_rng(1).exponential(size=13)
    means = np.array([values[list(drawn)].mean() for drawn in combinations(range(13), 4)])
    inside = np.arange(13) < 4
    moments = permutation_moments(values, inside)
    assert moments["test_z"] == pytest.approx(
        (values[:4].mean() - means.mean()) / means.std(), rel=1e-12
    )
    skewness = skewness_of_mean(
        np.array([moments["population_skewness"]]), np.array([4.0]), np.array([13.0])
    )
    assert skewness[0] == pytest.approx(stats.skew(means), rel=1e-12)


@pytest.mark.parametrize(("law", "error"), [("uniform", 0.05), ("exponential", 0.09)])
def test_p_values_are_near_those_of_all_draws(law: str, error: float) -> None:
    rng = np.random.default_rng(2)
    for _ in range(20):
        values = getattr(rng, law)(size=14)
        means = np.array([values[list(drawn)].mean() for drawn in combinations(range(14), 6)])
        mean = values[:6].mean()
        exact = 2 * min((means <= mean + 1e-12).mean(), (means >= mean - 1e-12).mean(), 0.5)
        assert compared(values, np.arange(14) < 6)["p_value"] == pytest.approx(exact, abs=error)


def test_on_ranks_it_is_the_test_of_mann_and_whitney() -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(size=60)
    inside = rng.random(60) < 0.3
    ranks = stats.rankdata(values)
    expected = stats.mannwhitneyu(
        values[inside], values[~inside], use_continuity=False, method="asymptotic"
    )
    assert compared(ranks, inside)["p_value"] == pytest.approx(expected.pvalue, rel=1e-9)


def test_without_skewness_it_is_the_normal_test_value() -> None:
    z = np.array([-3.0, -0.5, 0.0, 1.0, 12.0])
    assert two_sided_p(z, np.zeros(5)) == pytest.approx(2 * stats.norm.sf(np.abs(z)), rel=1e-12)
    assert two_sided_p(z, np.full(5, 1e-9)) == pytest.approx(2 * stats.norm.sf(np.abs(z)))


def test_a_rare_habit_in_a_small_segment_is_no_certainty() -> None:
    # 3 of 10 where 1 of 20 is usual: by the normal distribution 1 in 3,600, really 1 in 82.
    values = np.zeros(2_000)
    values[:100] = 1
    inside = np.zeros(2_000, dtype=bool)
    inside[[0, 1, 2, *range(500, 507)]] = True
    row = compared(values, inside)
    law = stats.hypergeom(2_000, 100, 10)
    mid_p = 2 * (law.sf(3) + law.pmf(3) / 2)
    assert row["p_value"] == pytest.approx(mid_p, rel=0.1)
    assert 2 * stats.norm.sf(permutation_moments(values, inside)["test_z"]) < mid_p / 20
    # Nobody of 10 with a habit that one in twenty has is nothing at all: a test by the variance
    # within the segment, which is 0, would take it for a certainty.
    inside = np.zeros(2_000, dtype=bool)
    inside[500:510] = True
    assert compared(values, inside)["p_value"] > 0.3


@pytest.mark.parametrize("size", [12, 60, 400])
@pytest.mark.parametrize("law", ["amounts", "rare counts"])
def test_chance_is_significant_as_often_as_it_says(size: int, law: str) -> None:
    rng = np.random.default_rng(size)
    values = rng.lognormal(sigma=1.2, size=800) if law == "amounts" else rng.poisson(0.1, 800)
    rows = [
        {"segmentation": "s", "segment_id": str(run), "feature": "x"}
        | permutation_moments(
            values.astype("float64"), rng.permutation(800) < size, is_log=law == "amounts"
        )
        for run in range(600)
    ]
    p_values = compare_segments(pd.DataFrame(rows))["p_value"]
    assert 0.01 <= (p_values <= 0.05).mean() <= 0.08


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_false_discovery_rates_equal_those_of_scipy(p_values) -> None:
    expected = stats.false_discovery_control(p_values, method="bh")
    adjusted = false_discovery_rates(np.array(p_values))
    assert adjusted == pytest.approx(expected, rel=1e-12)
    assert (adjusted >= np.array(p_values)).all()


def test_the_adjustment_is_within_a_segmentation_and_leaves_out_what_is_not_tested() -> None:
    profiles = pd.DataFrame(
        {
            "segmentation": ["a", "a", "a", "b"],
            "segment_id": ["1", "2", "noise", "12"],
            "feature": "x",
            "customers": 50,
            "population_customers": 200,
            "test_z": [2.1, -2.1, np.nan, 2.1],
            "population_skewness": 0.0,
        }
    )
    result = compare_segments(shuffled(profiles))
    assert list(result.columns) == list(SIGNIFICANCE_TYPES)
    assert list(result["segment_id"]) == ["1", "2", "noise", "12"]
    p = 2 * stats.norm.sf(2.1)
    assert result["p_value"].to_numpy() == pytest.approx([p, p, np.nan, p], nan_ok=True)
    # The larger of two equal p-values of two is p * 2 / 2; on its own it stays as it is.
    assert result["q_value"].to_numpy() == pytest.approx([p, p, np.nan, p], nan_ok=True)
    assert list(result["is_significant"]) == [True, True, False, True]


@pytest.mark.parametrize(
    ("values", "inside"),
    [
        ([1.0, 2.0, 3.0], [True, True, True]),
        ([1.0, 2.0, 3.0], [False, False, False]),
        ([5.0, 5.0, 5.0], [True, False, False]),
        ([np.nan, np.nan, np.nan], [True, False, False]),
        ([1.0, 2.0], [True, False]),
    ],
)
def test_where_nothing_can_be_compared_nothing_is_significant(values, inside) -> None:
    row = compared(values, inside)
    assert np.isnan(row["p_value"])
    assert np.isnan(row["q_value"])
    assert not row["is_significant"]


def test_missing_values_belong_to_nobody() -> None:
    moments = permutation_moments(
        np.array([1.0, np.nan, 3.0, np.inf, 5.0]), np.array([True, True, False, False, False])
    )
    assert (moments["customers"], moments["population_customers"]) == (1, 3)


def test_no_profiles_have_no_significance() -> None:
    columns = ["segmentation", "segment_id", "feature", "customers", "population_customers"]
    none = pd.DataFrame(columns=[*columns, "test_z", "population_skewness"])
    assert compare_segments(none).dtypes.astype("str").to_dict() == SIGNIFICANCE_TYPES


def test_profiles_must_be_as_declared() -> None:
    row = {"segmentation": "s", "segment_id": "1", "feature": "x", "customers": 5}
    row |= {"population_customers": 9, "test_z": 1.0, "population_skewness": 0.0}
    with pytest.raises(ValueError, match="1 of 2 profiles repeat"):
        compare_segments(pd.DataFrame([row, row]))
    with pytest.raises(ValueError, match="test_z"):
        compare_segments(pd.DataFrame([row]).drop(columns="test_z"))
