import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from segmentation_cases import blobs, catalog_of, matrix_of
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer
from sklearn.linear_model import BayesianRidge

from covey.segmentation import (
    SENSITIVITY_COLUMNS,
    assign_segments,
    describe_features,
    evaluate_candidates,
    fit_segment_models,
    measure_imputation_sensitivity,
    parse_settings,
)
from covey.segmentation.catalog import MISSING_RULES, check_catalog
from covey.segmentation.preprocessing import prepare, sort_by_key

QUICK = {"k": 2, "k_max": 2, "bootstrap_runs": 0, "null_test": False}


def prepared(matrix, catalog, **options):
    settings = parse_settings({"s": options})["s"]
    return prepare(sort_by_key(matrix), check_catalog(catalog), settings)


def fitted(matrix, catalog, **options):
    chosen = {"s": QUICK | options}
    candidates = evaluate_candidates(matrix, catalog, chosen)
    return candidates, fit_segment_models(matrix, catalog, candidates, chosen)


def test_group_medians_by_hand():
    matrix = matrix_of([[1.0], [3.0], [8.0], [30.0], [50.0], [np.nan], [np.nan], [np.nan]])
    matrix["country"] = ["AT", "AT", "AT", "DE", "DE", "AT", "DE", None]
    catalog = catalog_of(1, missing_rule="group_median", missing_group="country")
    result = prepared(matrix, catalog, scaling="none", min_group_values=2)
    # The median of all five is 8; AT 1 3 8, DE 30 50; of an unknown country nothing is known.
    np.testing.assert_array_equal(result.points[5:, 0], [3.0, 40.0, 8.0])
    few = prepared(matrix, catalog, scaling="none", min_group_values=3)
    np.testing.assert_array_equal(few.points[5:, 0], [3.0, 8.0, 8.0])


def test_a_group_that_the_model_has_not_seen_gets_the_median_of_all():
    values = np.repeat([[1.0], [2.0], [9.0]], 10, axis=0)
    matrix = matrix_of(values).assign(country=["AT"] * 15 + ["DE"] * 15)
    catalog = catalog_of(1, missing_rule="group_median", missing_group="country")
    _, parameters = fitted(matrix, catalog, min_group_values=1)
    later = matrix_of([[np.nan], [2.0], [np.nan], [9.0]]).assign(country=["XX", "XX", "DE", "DE"])
    distance = assign_segments(later, parameters)["distance"]
    assert distance[0] == distance[1]
    assert distance[2] == distance[3]
    with pytest.raises(ValueError, match="no column 'country', by which 'f00' is imputed"):
        assign_segments(later.drop(columns="country"), parameters)


def test_a_regression_is_that_of_scikit_learn():
    generator = np.random.default_rng(4)
    values = generator.normal(size=(400, 4)) * [1.0, 5.0, 2.0, 1.0] + [0.0, 3.0, 0.0, 10.0]
    values[:, 2] += 0.7 * values[:, 0] - 0.3 * values[:, 1]
    values[generator.random(400) < 0.2, 2] = np.nan
    catalog = catalog_of(4, missing_rule=["median", "zero", "model", "median"])
    result = prepared(matrix_of(values), catalog, scaling="none")
    known = ~np.isnan(values[:, 2])
    others = np.delete(values, 2, axis=1)
    scaled = (others - others[known].mean(axis=0)) / others[known].std(axis=0)
    line = BayesianRidge().fit(scaled[known], values[known, 2])
    wanted = line.predict(scaled[~known])
    np.testing.assert_allclose(result.points[~known, 2], wanted, rtol=0, atol=1e-9)
    # With one feature to fill the chained form is the same regression, whatever the rounds.
    chained = IterativeImputer(estimator=BayesianRidge(), max_iter=3, random_state=0)
    filled = chained.fit_transform(np.column_stack([scaled, values[:, 2]]))
    np.testing.assert_allclose(result.points[~known, 2], filled[~known, 3], rtol=0, atol=1e-9)


def test_a_prediction_stays_within_what_was_seen():
    known = np.linspace(1.0, 10.0, 50)
    matrix = matrix_of(
        np.column_stack([[*known, 1e4, -1e4], [*(2.0 * known), np.nan, np.nan]]),
    )
    catalog = catalog_of(2, missing_rule=["median", "model"], outlier_rule="none")
    result = prepared(matrix, catalog, scaling="none", correlation_limit=1.0)
    np.testing.assert_allclose(result.points[-2:, 1], [20.0, 2.0])


def test_a_regression_reads_only_features_that_the_model_keeps():
    generator = np.random.default_rng(0)
    first = generator.normal(size=200)
    values = np.column_stack([first, first * 2.0, np.full(200, 3.0), first + 0.5])
    values[:, 3] += generator.normal(size=200)
    values[:20, 3] = np.nan
    catalog = catalog_of(4, missing_rule=["median", "median", "median", "model"])
    result = prepared(matrix_of(values), catalog)
    assert result.preprocessing.features == ("f00", "f03")
    (line,) = result.preprocessing.regressions
    assert (line.feature, list(line.predictors)) == (1, [0])


def test_a_regression_reads_no_indicator():
    values = np.random.default_rng(0).normal(size=(100, 3))
    values[:20, 0] = np.nan
    values[10:30, 1] = np.nan
    catalog = catalog_of(3, missing_rule=["indicator", "model", "median"])
    result = prepared(matrix_of(values), catalog)
    assert result.preprocessing.features == ("f00", "f00__missing", "f01", "f02")
    assert list(result.preprocessing.regressions[0].predictors) == [0, 3]


def test_without_anything_to_learn_from_the_median_holds():
    matrix = matrix_of([[1.0], [2.0], [6.0], [np.nan]])
    result = prepared(matrix, catalog_of(1, missing_rule="model"), scaling="none")
    assert result.preprocessing.regressions == ()
    assert result.points[3, 0] == 2.0


def test_an_indicator_is_a_column_of_its_own_weight():
    values = np.random.default_rng(0).normal(size=(100, 2))
    values[:20, 0] = np.nan
    catalog = catalog_of(2, missing_rule=["indicator", "median"], weight=[3.0, 1.0])
    result = prepared(matrix_of(values), catalog)
    assert result.preprocessing.features == ("f00", "f00__missing", "f01")
    np.testing.assert_allclose(result.points[:20, 1], 3.0 / 0.4, rtol=1e-12)
    np.testing.assert_array_equal(result.points[20:, 1], 0.0)
    full = describe_features(matrix_of(np.eye(3)[:, :2]), catalog, {"s": {}})
    assert dict(zip(full["feature"], full["is_used"], strict=True))["f00__missing"] is False


def test_flagged_values_are_left_and_their_bounds_are_rows():
    values = np.random.default_rng(0).normal(size=(200, 2))
    values[0] = 50.0
    catalog = catalog_of(
        2, outlier_rule="robust_z", outlier_bound=3.5, outlier_action=["flag", "winsorise"]
    )
    matrix = matrix_of(values)
    result = prepared(matrix, catalog, scaling="none", correlation_limit=1.0)
    assert result.points[0, 0] == 50.0
    assert result.points[0, 1] < 4.0
    _, parameters = fitted(matrix, catalog, correlation_limit=1.0)
    bounds = parameters.loc[parameters["parameter"].str.endswith("_upper")]
    terms = {(row.feature, row.parameter): (row.term, row.value) for row in bounds.itertuples()}
    assert terms.keys() == {("f00", "clip_upper"), ("f00", "flag_upper"), ("f01", "clip_upper")}
    assert terms["f00", "clip_upper"] == ("(none)", 1e300)
    assert terms["f00", "flag_upper"][0] == terms["f01", "clip_upper"][0] == "robust_z"
    assert 2.0 < terms["f00", "flag_upper"][1] < 4.0


@given(
    seed=st.integers(0, 2**32 - 1),
    count=st.integers(0, 30),
    holes=st.sampled_from([0.0, 0.3, 1.0]),
    rules=st.lists(st.sampled_from(MISSING_RULES), min_size=3, max_size=3),
    outliers=st.sampled_from(["quantile", "robust_z", "iqr", "none"]),
    is_constant=st.booleans(),
)
@settings(max_examples=60)
def test_any_rules_on_any_rows_give_numbers_and_no_order_matters(
    seed, count, holes, rules, outliers, is_constant
):
    generator = np.random.default_rng(seed)
    values = np.zeros((count, 3)) if is_constant else generator.normal(size=(count, 3))
    values = np.where(generator.random((count, 3)) < holes, np.nan, values)
    matrix = matrix_of(values).assign(country=generator.choice(["AT", "DE"], count))
    catalog = catalog_of(
        3,
        missing_rule=rules,
        missing_group="country",
        outlier_rule=outliers,
        outlier_bound=1.5,
        transform="log1p",
    )
    options = {"min_group_values": 2, "correlation_limit": 1.0}
    result = prepared(matrix, catalog, **options)
    assert np.isfinite(result.points).all()
    assert len(result.points) == (0 if count == 0 else count)
    shuffled = matrix.sample(frac=1.0, random_state=1)
    again = prepared(shuffled, catalog, **options)
    np.testing.assert_array_equal(again.points, result.points)
    _, parameters = fitted(matrix, catalog, **options)
    labels = assign_segments(matrix, parameters)
    assert len(labels) == count
    assert labels[["distance", "probability"]].notna().all(axis=None)


def test_segments_that_hang_on_missing_values_are_called_sensitive():
    values, _ = blobs(300, 3, 3, 9.0, seed=1)
    clear = values.copy()
    clear[::50, 0] = np.nan
    catalog, options = catalog_of(3), {"s": QUICK | {"k": 3, "k_max": 3}}
    candidates = evaluate_candidates(matrix_of(clear), catalog, options)
    found = measure_imputation_sensitivity(matrix_of(clear), catalog, candidates, options)
    assert tuple(found.columns) == SENSITIVITY_COLUMNS
    row = found.iloc[0]
    assert (row["verdict"], row["imputations"], row["missing_share"]) == ("stable", 5, 6 / 300)
    assert row["mean_ari"] >= row["min_ari"] >= 0.9
    assert row["deployed_ari"] >= 0.9
    vague = np.random.default_rng(0).normal(size=(300, 3))
    vague[np.random.default_rng(1).random((300, 3)) < 0.5] = np.nan
    candidates = evaluate_candidates(matrix_of(vague), catalog, options)
    found = measure_imputation_sensitivity(matrix_of(vague), catalog, candidates, options)
    assert found.loc[0, "verdict"] == "sensitive"
    again = measure_imputation_sensitivity(
        matrix_of(vague).sample(frac=1.0, random_state=2), catalog, candidates, options
    )
    pd.testing.assert_frame_equal(again, found)
    kept = measure_imputation_sensitivity(
        matrix_of(vague), catalog, candidates, options, found.assign(mean_ari=0.5)
    )
    assert kept.loc[0, "mean_ari"] == 0.5


def test_nothing_to_impute_and_not_measured():
    values, _ = blobs(60, 2, 2, 9.0, seed=1)
    values[0, 0] = np.nan
    matrix = matrix_of(values)
    for rule, count, verdict in [
        ("zero", 5, "nothing to impute"),
        ("median", 1, "not measured"),
        ("indicator", 2, "stable"),
    ]:
        catalog, options = catalog_of(2, missing_rule=rule), {"s": QUICK | {"imputations": count}}
        candidates = evaluate_candidates(matrix, catalog, options)
        row = measure_imputation_sensitivity(matrix, catalog, candidates, options).iloc[0]
        assert row["verdict"] == verdict
        assert math.isnan(row["mean_ari"]) == (verdict != "stable")
    nobody = matrix.iloc[:0]
    candidates = evaluate_candidates(nobody, catalog, options)
    assert measure_imputation_sensitivity(nobody, catalog, candidates, options).empty


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"missing_rule": "group_mean"}, "did you mean 'group_median'"),
        ({"missing_rule": "group_median"}, "missing_group is '\\(none\\)', it must be one of"),
        (
            {"missing_rule": "group_median", "missing_group": "county"},
            "missing_group is 'county', .*; did you mean 'country'",
        ),
        ({"outlier_rule": "robust"}, "did you mean 'robust_z'"),
        ({"outlier_action": "winsorize"}, "did you mean 'winsorise'"),
        ({"outlier_rule": "iqr"}, "outlier_bound is nan, the rule 'iqr' needs one over 0"),
        ({"outlier_rule": "robust_z", "outlier_bound": -1.0}, "outlier_bound is -1.0"),
        ({"feature": ["f00", "f00__missing"]}, "names with '__missing' are taken"),
        ({"missing_rule": "group_median", "missing_group": "country"}, "no column 'country'"),
    ],
)
def test_wrong_rules(change, words):
    with pytest.raises(ValueError, match=words):
        describe_features(matrix_of(np.eye(2)), catalog_of(2, **change), {"s": {}})
