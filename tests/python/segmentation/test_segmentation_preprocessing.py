import numpy as np
import pandas as pd
import pytest
from segmentation_cases import catalog_of, matrix_of

from covey.segmentation import FEATURE_COLUMNS, describe_features, parse_settings
from covey.segmentation.catalog import check_catalog
from covey.segmentation.preprocessing import prepare, sample, sort_by_key


def prepared(matrix, catalog, **options):
    settings = parse_settings({"s": options})["s"]
    return prepare(sort_by_key(matrix), check_catalog(catalog), settings)


def reasons(matrix, catalog, **options):
    report = describe_features(matrix, catalog, {"s": options})
    return dict(zip(report["feature"], report["reason"].fillna(""), strict=True))


def test_missing_then_clip_then_log_then_scale():
    raw = np.array([0.0, 10.0, 20.0, 30.0, 40.0, -50.0, np.nan, np.inf, -np.inf])
    catalog = catalog_of(
        1, transform="log1p", clip_lower_quantile=0.1, clip_upper_quantile=0.9, weight=2.0
    )
    result = prepared(matrix_of(raw[:, None]), catalog)
    known = raw[:6]
    low, high = np.quantile(known, [0.1, 0.9])
    filled = np.clip(np.where(np.isfinite(raw), raw, np.median(known)), low, high)
    logs = np.sign(filled) * np.log(1 + np.abs(filled))
    wanted = (logs - logs.mean()) / logs.std() * 2.0
    np.testing.assert_allclose(result.points[:, 0], wanted, rtol=0, atol=1e-10)


def test_zero_rule_imputes_zero():
    matrix = matrix_of([[1.0], [5.0], [np.nan]])
    result = prepared(matrix, catalog_of(1, missing_rule="zero", clip_lower_quantile=0.0))
    # 0 is below the lowest known value, so clipping raises it to 1.
    assert result.preprocessing.impute[0] == 0.0
    assert result.points[2, 0] == result.points[0, 0]


def test_scaling_none_keeps_units():
    matrix = matrix_of([[1.0], [5.0], [9.0]])
    np.testing.assert_array_equal(
        prepared(matrix, catalog_of(1), scaling="none").points[:, 0], [1.0, 5.0, 9.0]
    )


def test_what_carries_nothing_is_left_out_with_a_reason():
    generator = np.random.default_rng(0)
    first = generator.normal(size=100)
    matrix = matrix_of(
        np.column_stack(
            [
                first,
                first + generator.normal(size=100) * 0.01,
                np.full(100, 7.0),
                1e9 + generator.normal(size=100) * 1e-4,
                np.full(100, np.nan),
                generator.normal(size=100),
            ]
        )
    )
    catalog = catalog_of(6)
    catalog.loc[5, "weight"] = 0.0
    found = reasons(matrix, catalog)
    assert found["f00"] == ""
    assert found["f01"].startswith("correlation 1.000 with f00")
    assert found["f02"] == found["f03"] == "constant after imputing and clipping"
    assert found["f04"] == "all values are missing"
    assert found["f05"] == "weight is 0"


def test_of_a_correlated_pair_the_heavier_then_the_fuller_stays():
    first = np.random.default_rng(0).normal(size=100)
    matrix = matrix_of(np.column_stack([first, -first]))
    assert reasons(matrix, catalog_of(2, weight=[1.0, 2.0]))["f00"].startswith("correlation -1.0")
    matrix.loc[3, "f00"] = np.nan
    assert reasons(matrix, catalog_of(2))["f00"].startswith("correlation")


def test_small_units_are_not_constant():
    values = np.random.default_rng(0).normal(size=(50, 1)) * 1e-12
    assert reasons(matrix_of(values), catalog_of(1)) == {"f00": ""}


def test_sample_is_by_key_and_mostly_survives_new_customers():
    matrix = sort_by_key(matrix_of(np.zeros((1000, 1))))
    first = sample(matrix, 100, random_state=1)
    assert len(first) == 100
    assert first["customer_key"].is_monotonic_increasing
    pd.testing.assert_frame_equal(first, sample(matrix, 100, random_state=1))
    fewer = sample(matrix.iloc[:990].reset_index(drop=True), 100, random_state=1)
    assert len(set(first["customer_key"]) & set(fewer["customer_key"])) >= 90


def test_report_without_segmentations_is_typed():
    report = describe_features(matrix_of(np.zeros((2, 1))), catalog_of(1), {})
    assert tuple(report.columns) == FEATURE_COLUMNS
    assert report["is_used"].dtype == bool


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"transform": "log"}, "transform is 'log', it must be one of"),
        ({"missing_rule": "mean"}, "missing_rule is 'mean'"),
        ({"clip_lower_quantile": 0.9, "clip_upper_quantile": 0.1}, "clip_lower_quantile is 0.9"),
        ({"weight": -1.0}, "weight is -1.0"),
        ({"weight": np.nan}, "weight is nan"),
        ({"feature": "f00"}, r"repeats \['f00'\]"),
        ({"segmentations": "t"}, "lists segmentation 's'; did you mean 't'"),
        ({"feature": ["f00", "f1"]}, "no column for feature 'f1'; did you mean 'f01'"),
    ],
)
def test_wrong_catalog(change, words):
    with pytest.raises(ValueError, match=words):
        describe_features(matrix_of(np.eye(2)), catalog_of(2, **change), {"s": {}})


def test_wrong_keys():
    twice = matrix_of(np.eye(2), keys=["a", "a"])
    with pytest.raises(ValueError, match="customer_key is not unique: 1 of 2"):
        describe_features(twice, catalog_of(2), {"s": {}})
    null = matrix_of(np.eye(2), keys=["a", None])
    with pytest.raises(ValueError, match="customer_key is null in 1 of 2"):
        describe_features(null, catalog_of(2), {"s": {}})
    with pytest.raises(ValueError, match="lacks the columns"):
        describe_features(twice.drop(columns="customer_key"), catalog_of(2), {"s": {}})
    with pytest.raises(ValueError, match="the catalog lacks the columns"):
        describe_features(matrix_of(np.eye(2)), catalog_of(2).drop(columns="weight"), {"s": {}})
