import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from segmentation_cases import catalog_of, matrix_of
from sklearn.ensemble import IsolationForest

from covey.segmentation import REVIEW_COLUMNS, score_outliers
from covey.segmentation.outliers import (
    OUTLIER_RULES,
    find_bounds,
)
from covey.segmentation.review import fit_review_forest
from covey.segmentation.transforms import UNBOUNDED, Transform


def scale_of(is_log):
    return Transform("log1p" if is_log else "identity")


def bounds_of(values, rule, bound=math.nan, is_log=False):
    values = np.asarray(values, dtype="float64")
    return find_bounds(
        values, rule=rule, bound=bound, quantiles=(0.01, 0.99), scale=scale_of(is_log)
    )


def outside(values, bounds):
    return ((values < bounds.lower) | (values > bounds.upper)).mean()


def reviews(matrix, catalog, share, size=None):
    size = size or len(matrix)
    batches = [matrix.iloc[start : start + size] for start in range(0, len(matrix), size)]
    return pd.concat(score_outliers(matrix, catalog, batches, share=share), ignore_index=True)


def test_skewed_money_has_outliers_on_its_own_scale_and_few_on_the_log_scale():
    # Shares of a lognormal of deviation 1, and of a normal, beyond the bounds, in closed form.
    money = np.exp(np.random.default_rng(0).normal(math.log(1e6), 1.0, 400_000))
    assert outside(money, bounds_of(money, "iqr", 1.5)) == pytest.approx(0.0776, abs=0.002)
    assert outside(money, bounds_of(money, "iqr", 1.5, True)) == pytest.approx(0.0070, abs=0.0006)
    assert outside(money, bounds_of(money, "robust_z", 3, True)) == pytest.approx(0.0027, abs=4e-4)
    assert outside(money, bounds_of(money, "quantile")) == pytest.approx(0.02, abs=0.0002)


def test_bounds_by_hand():
    values = [1.0, 2.0, 3.0, 4.0, 100.0]
    # Median 3, deviations 2 1 0 1 97, of which the median is 1; quartiles 2 and 4.
    robust = bounds_of(values, "robust_z", 3.5)
    assert (robust.lower, robust.upper) == pytest.approx((3 - 3.5 / 0.6745, 3 + 3.5 / 0.6745))
    spread = bounds_of(values, "iqr", 1.5)
    assert (spread.lower, spread.upper) == pytest.approx((-1.0, 7.0))
    logs = bounds_of(np.expm1(values), "robust_z", 3.5, True)
    assert logs.upper == pytest.approx(math.expm1(3 + 3.5 / 0.6745))
    assert logs.lower == pytest.approx(-math.expm1(3.5 / 0.6745 - 3))
    none = bounds_of(values, "none")
    assert (none.lower, none.upper) == (-UNBOUNDED, UNBOUNDED)


@pytest.mark.parametrize("rule", ["robust_z", "iqr"])
def test_where_most_values_are_equal_the_quantiles_take_over(rule):
    counts = np.repeat([0.0, 5.0], [800, 200])
    found = bounds_of(counts, rule, 3.0, True)
    assert (found.rule, found.lower, found.upper) == ("quantile", 0.0, 5.0)
    assert bounds_of([7.0], rule, 3.0) == find_bounds(
        np.array([7.0]), rule="quantile", bound=math.nan, quantiles=(0.01, 0.99), scale=Transform()
    )


@given(
    values=st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=40),
    rule=st.sampled_from(OUTLIER_RULES),
    bound=st.floats(0.1, 1e6),
    is_log=st.booleans(),
    seed=st.integers(0, 100),
)
@settings(max_examples=200)
def test_bounds_are_finite_ordered_and_blind_to_the_order_of_rows(
    values, rule, bound, is_log, seed
):
    found = bounds_of(values, rule, bound, is_log)
    assert -UNBOUNDED <= found.lower <= found.upper <= UNBOUNDED
    if found.rule in ("robust_z", "iqr"):
        low, high = scale_of(is_log).forward(np.array([found.lower, found.upper]))
        middle = np.median(scale_of(is_log).forward(np.asarray(values)))
        assert low - 1e-6 * max(1.0, abs(low)) <= middle <= high + 1e-6 * max(1.0, abs(high))
    shuffled = np.random.default_rng(seed).permutation(values)
    assert bounds_of(shuffled, rule, bound, is_log) == found


@given(values=st.lists(st.floats(-1e200, 1e200), min_size=1, max_size=9), is_log=st.booleans())
def test_the_transform_can_be_undone(values, is_log):
    values, scale = np.asarray(values), scale_of(is_log)
    np.testing.assert_allclose(scale.inverse(scale.forward(values)), values, rtol=1e-12, atol=1e-15)


def crowd(count=1000, seed=0):
    values = np.random.default_rng(seed).normal(size=(count, 4))
    values[:5] += 9.0
    return matrix_of(values), catalog_of(4).assign(is_protected=False)


def test_planted_outliers_come_first_and_are_explained():
    matrix, catalog = crowd()
    found = reviews(matrix, catalog, 0.005)
    assert tuple(found.columns) == REVIEW_COLUMNS
    first = found.sort_values("anomaly_score", ascending=False).head(5)
    assert set(first["customer_key"]) == set(matrix["customer_key"].head(5))
    assert first["extreme_features"].str.fullmatch(r"(f\d\d high, ){2}f\d\d high").all()


def test_scores_are_those_of_scikit_learn_in_any_batches_and_any_order():
    matrix, catalog = crowd()
    found = reviews(matrix, catalog, 0.01)
    forest = IsolationForest(contamination=0.01, random_state=20260101)
    values = matrix.drop(columns="customer_key").to_numpy()
    np.testing.assert_array_equal(found["anomaly_score"], -forest.fit(values).score_samples(values))
    pd.testing.assert_frame_equal(reviews(matrix, catalog, 0.01, size=77), found)
    shuffled = reviews(matrix.sample(frac=1.0, random_state=3), catalog, 0.01)
    shuffled = shuffled.sort_values("customer_key", ignore_index=True)
    pd.testing.assert_frame_equal(shuffled, found)


def test_protected_features_take_no_part_and_missing_values_are_ordinary():
    matrix, catalog = crowd()
    catalog.loc[3, "is_protected"] = True
    plain = reviews(matrix, catalog, 0.01)
    changed = matrix.assign(f03=np.random.default_rng(1).normal(size=len(matrix)) * 1e6)
    pd.testing.assert_frame_equal(reviews(changed, catalog, 0.01), plain)
    # f00 is the last of the features by distance from the median, which stands for what is missing.
    holes = matrix.assign(f00=matrix["f00"].where(matrix.index > 5))
    named = reviews(holes, catalog, 0.01)["extreme_features"].head(5)
    assert named.str.contains(r"f00 \w+$").all()


def test_nobody_is_scored_where_nobody_can_differ():
    matrix, catalog = crowd()
    batches = [matrix]
    assert list(score_outliers(matrix, catalog, batches, share=0.0)) == []
    assert list(score_outliers(matrix.iloc[:1], catalog, batches, share=0.1)) == []
    assert list(score_outliers(matrix.iloc[:0], catalog, batches, share=0.1)) == []
    constant = matrix_of(np.ones((9, 4)))
    assert list(score_outliers(constant, catalog, [constant], share=0.1)) == []
    absent = matrix_of(np.full((9, 4), np.nan))
    assert list(score_outliers(absent, catalog, [absent], share=0.1)) == []
    for share in (-0.1, 0.6, 1.0):
        with pytest.raises(ValueError, match=f"share is {share}"):
            fit_review_forest(matrix, catalog, share=share)
    with pytest.raises(ValueError, match="lacks the columns"):
        fit_review_forest(matrix, catalog_of(4), share=0.1)
