import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from scipy import stats
from segmentation_cases import blobs, catalog_of, matrix_of
from sklearn.decomposition import PCA
from sklearn.preprocessing import PowerTransformer, RobustScaler

from covey.segmentation import (
    assign_segments,
    describe_features,
    evaluate_candidates,
    fit_segment_models,
    parse_settings,
)
from covey.segmentation.catalog import ENCODINGS, check_catalog
from covey.segmentation.coordinates import preprocessing_from_rows, read_features
from covey.segmentation.imputation import read_groups
from covey.segmentation.preprocessing import prepare, sort_by_key
from covey.segmentation.transforms import TRANSFORMS, Transform, fit_transform

QUICK = {"k": 2, "k_max": 2, "bootstrap_runs": 0, "null_test": False, "max_equal_share": 1.0}


def prepared(matrix, catalog, **options):
    settings = parse_settings({"s": options})["s"]
    return prepare(sort_by_key(matrix), check_catalog(catalog), settings)


def with_categories(catalog, transform, column="country", **cells):
    row = catalog.iloc[0].to_dict() | {"feature": column, "transform": transform} | cells
    return pd.concat([catalog, pd.DataFrame([row])], ignore_index=True)


def column(result, feature):
    return result.points[:, result.preprocessing.features.index(feature)]


def test_the_power_is_that_of_scikit_learn():
    generator = np.random.default_rng(3)
    for values in (
        generator.lognormal(size=500),
        -generator.gamma(2.0, size=500),
        generator.beta(3.0, 2.0, size=500),
        generator.normal(5.0, 2.0, size=500),
    ):
        power = fit_transform("yeo_johnson", values, (0.0, 1.0))
        reference = PowerTransformer(standardize=False).fit(values[:, None])
        assert power.power == pytest.approx(reference.lambdas_[0], abs=2e-4)
        exact = Transform("yeo_johnson", power=float(reference.lambdas_[0]))
        np.testing.assert_allclose(
            exact.forward(values), reference.transform(values[:, None])[:, 0], rtol=1e-9, atol=1e-12
        )


def test_a_few_far_out_do_not_settle_the_power():
    values = np.random.default_rng(0).lognormal(size=1000)
    spoilt = np.append(values, [1e12] * 5)
    clean = fit_transform("yeo_johnson", values, (0.01, 0.99)).power
    assert fit_transform("yeo_johnson", spoilt, (0.01, 0.99)).power == pytest.approx(clean, abs=0.1)


def test_normal_scores_by_hand():
    scale = fit_transform("quantile", np.arange(1001.0), (0.0, 1.0))
    np.testing.assert_allclose(scale.knots, np.arange(0.0, 1001.0, 10.0), rtol=1e-12)
    found = scale.forward(np.array([500.0, 841.0, 25.0, 0.0, -7.0, 2000.0]))
    wanted = stats.norm.ppf([0.5, 0.841, 0.025, 0.005, 0.005, 0.995])
    np.testing.assert_allclose(found, wanted, atol=1e-12)
    # Half of the values are 3: they stand in the middle of the lower half.
    tied = fit_transform("quantile", np.append(np.full(50, 3.0), np.arange(4.0, 54.0)), (0.0, 1.0))
    assert tied.forward(np.array([3.0]))[0] == pytest.approx(stats.norm.ppf(0.245), abs=1e-9)


@given(
    name=st.sampled_from(TRANSFORMS),
    values=st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=30),
    later=st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=9),
)
def test_any_scale_is_finite_and_ascending(name, values, later):
    scale = fit_transform(name, np.asarray(values), (0.01, 0.99))
    found = scale.forward(np.sort(later))
    assert np.isfinite(found).all()
    assert np.isfinite(scale.inverse(found)).all()
    assert (np.diff(found) >= -1e-9 * np.abs(found).max()).all()


@given(values=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=9), power=st.floats(-2.0, 3.0))
def test_the_power_can_be_undone(values, power):
    scale = Transform("yeo_johnson", power=power)
    raised = scale.forward(np.asarray(values))
    again = scale.forward(scale.inverse(raised))
    np.testing.assert_allclose(again, raised, rtol=1e-6, atol=1e-9)


def test_scalings_by_hand():
    values = np.random.default_rng(0).lognormal(size=(200, 2))
    matrix, catalog = matrix_of(values), catalog_of(2)
    low, high = values.min(axis=0), values.max(axis=0)
    np.testing.assert_allclose(
        prepared(matrix, catalog, scaling="min_max").points,
        (values - low) / (high - low),
        atol=1e-10,
    )
    robust = RobustScaler(unit_variance=True).fit_transform(values)
    np.testing.assert_allclose(
        prepared(matrix, catalog, scaling="robust").points, robust, atol=1e-10
    )
    # Most are nought, so the quartiles are equal: the deviation takes the place of their range.
    rare = np.zeros((100, 1))
    rare[:20] = np.arange(1.0, 21.0)[:, None]
    points = prepared(matrix_of(rare), catalog_of(1), scaling="robust").points
    np.testing.assert_allclose(points, rare / rare.std(), atol=1e-10)


def test_one_hot_counts_as_one_feature():
    values = np.random.default_rng(0).normal(size=(400, 1))
    countries = ["AT"] * 200 + ["DE"] * 120 + ["FR"] * 40 + ["GB"] * 20 + ["US"] * 10 + [None] * 10
    matrix = matrix_of(values).assign(country=countries)
    catalog = with_categories(catalog_of(1), "one_hot")
    result = prepared(matrix, catalog)
    names = [f"country={name}" for name in ("(missing)", "AT", "DE", "FR", "GB", "US")]
    assert result.preprocessing.features == (*names, "f00")
    ones = result.points[:, :6] > 0.0
    np.testing.assert_array_equal(
        ones,
        np.column_stack([np.array(countries) == c for c in (None, "AT", "DE", "FR", "GB", "US")]),
    )
    # The mean squared distance of two customers is that of any scaled feature: twice the variance.
    assert result.points[:, :6].var(axis=0).sum() == pytest.approx(1.0)
    few = prepared(matrix, catalog, max_categories=2)
    assert few.preprocessing.features == ("country=(other)", "country=AT", "country=DE", "f00")
    np.testing.assert_array_equal(column(few, "country=(other)") > 0.0, np.arange(400) >= 320)
    widest = prepared(matrix, catalog, scaling="min_max").points
    assert np.linalg.norm(widest[0, :6] - widest[-1, :6]) == pytest.approx(1.0)


def test_two_categories_are_both_kept_and_one_alone_is_constant():
    values = np.random.default_rng(0).normal(size=(100, 1))
    matrix = matrix_of(values).assign(country=["AT"] * 50 + ["DE"] * 50)
    catalog = with_categories(catalog_of(1), "one_hot")
    assert len(prepared(matrix, catalog).preprocessing.features) == 3
    for one, why in [
        ("AT", "constant after imputing and clipping"),
        (None, "all values are missing"),
    ]:
        alone = describe_features(matrix.assign(country=one), catalog, {"s": {}}).iloc[0]
        assert (alone["feature"], alone["reason"]) == (f"country={one or '(missing)'}", why)


def test_ranks_are_of_the_order_given_or_by_frequency():
    countries = ["AT"] * 5 + ["DE"] * 3 + ["FR"] * 2 + ["US"] + [None] * 4
    matrix = matrix_of(np.random.default_rng(0).normal(size=(15, 1))).assign(country=countries)
    by_count = prepared(matrix, with_categories(catalog_of(1), "ordinal"), scaling="none")
    assert by_count.preprocessing.features == ("country__rank", "f00")
    ranks = dict(zip(countries, column(by_count, "country__rank"), strict=True))
    assert ranks == {"AT": 4.0, None: 3.0, "DE": 2.0, "FR": 1.0, "US": 0.0}
    pooled = prepared(
        matrix, with_categories(catalog_of(1), "ordinal"), scaling="none", max_categories=2
    )
    ranks = dict(zip(countries, column(pooled, "country__rank"), strict=True))
    assert ranks == {"AT": 1.0, None: 0.0, "DE": 2.0, "FR": 2.0, "US": 2.0}
    ordered = with_categories(catalog_of(1), "ordinal", category_order="US | FR|DE")
    given_order = prepared(matrix, ordered, scaling="none")
    ranks = dict(zip(countries, column(given_order, "country__rank"), strict=True))
    # Ranks are 0, 1, 1, 2, 2, 2 for those listed: the median of them stands for the rest.
    assert ranks == {"US": 0.0, "FR": 1.0, "DE": 2.0, "AT": 1.5, None: 1.5}


def test_an_embedding_is_what_customers_are_like():
    generator = np.random.default_rng(5)
    cities = np.array([f"c{number:02d}" for number in range(40)])
    home = generator.integers(0, 40, size=4000)
    kind = np.where(np.arange(40) % 2 == 0, 1.0, -1.0)
    values = generator.normal(size=(4000, 3))
    values[:, 0] += 2.0 * kind[home]
    matrix = matrix_of(values).assign(top_category=cities[home])
    catalog = with_categories(catalog_of(3), "embedding", "top_category")
    result = prepared(matrix, catalog, embedding_dimensions=2)
    first = column(result, "top_category__1")
    assert np.corrcoef(first, kind[home])[0, 1] > 0.95
    both = result.points[
        :, [result.preprocessing.features.index(f"top_category__{j}") for j in (1, 2)]
    ]
    assert both.var(axis=0).sum() == pytest.approx(1.0, abs=0.01)
    assert both[:, 0].var() > both[:, 1].var()
    # A city of one customer is drawn to the middle, an unknown one stands in it.
    rows = {
        name: value
        for p, f, name, value in result.preprocessing.parameters()
        if p == "category" and f.endswith("__1")
    }
    assert rows["top_category=(other)"] == 0.0
    lone = matrix.copy()
    lone.loc[0, "top_category"] = "new"
    lone.loc[0, "f00"] = 3.0
    codes = prepared(lone, catalog).preprocessing.encodings[0].values
    assert abs(codes["top_category=new"]) < abs(codes["top_category=c00"]) / 2
    without = catalog.loc[catalog["feature"] == "top_category"]
    reason = describe_features(matrix, without, {"s": {}})["reason"]
    assert set(reason) == {"constant after imputing and clipping"}


def test_group_weights_multiply():
    values = np.random.default_rng(0).normal(size=(50, 3))
    catalog = catalog_of(3, feature_group=["a", "a", "b"], weight=[1.0, 2.0, 1.0])
    plain = prepared(matrix_of(values), catalog)
    heavy = prepared(matrix_of(values), catalog, group_weights={"a": 0.5})
    np.testing.assert_allclose(heavy.points, plain.points * [0.5, 0.5, 1.0])
    assert list(heavy.features["weight"]) == [0.5, 1.0, 1.0]
    none = describe_features(matrix_of(values), catalog, {"s": {"group_weights": {"b": 0.0}}})
    assert none.loc[2, "reason"] == "weight is 0"
    with pytest.raises(ValueError, match=r"feature group 'aa'.*; did you mean 'a'"):
        prepared(matrix_of(values), catalog, group_weights={"aa": 2.0})


def test_too_missing_and_nearly_constant_are_left_out():
    values = np.random.default_rng(0).normal(size=(1000, 4))
    values[:900, 0] = np.nan
    values[:900, 1] = np.nan
    values[:995, 2] = 7.0
    catalog = catalog_of(4, missing_rule=["median", "zero", "median", "median"])
    report = describe_features(matrix_of(values), catalog, {"s": {}})
    # Where missing means nought, nothing is missing.
    assert list(report["reason"].fillna("")) == [
        "missing for 90.0% of the customers",
        "",
        "the same for 99.5% of the customers",
        "",
    ]
    lax = {"max_missing_share": 0.9, "max_equal_share": 0.995}
    assert describe_features(matrix_of(values), catalog, {"s": lax})["is_used"].all()


def test_components_are_those_of_scikit_learn():
    generator = np.random.default_rng(1)
    values = generator.normal(size=(300, 3)) @ generator.normal(size=(3, 6))
    values += 0.1 * generator.normal(size=(300, 6)) + 5.0
    matrix, catalog = matrix_of(values), catalog_of(6, weight=[1.0, 2.0, 1.0, 1.0, 0.5, 1.0])
    scaled = prepared(matrix, catalog, correlation_limit=1.0).points
    reference = PCA().fit(scaled)
    result = prepared(matrix, catalog, correlation_limit=1.0, pca_components=4)
    assert result.preprocessing.coordinates == ("pc_01", "pc_02", "pc_03", "pc_04")
    wanted = reference.transform(scaled)[:, :4]
    np.testing.assert_allclose(np.abs(result.points), np.abs(wanted), atol=1e-8)
    loadings = result.preprocessing.components.loadings
    assert (loadings[np.argmax(np.abs(loadings), axis=0), range(4)] > 0.0).all()
    np.testing.assert_allclose(loadings.T @ loadings, np.eye(4), atol=1e-10)
    for share in (0.5, 0.9, 1.0):
        count = prepared(matrix, catalog, correlation_limit=1.0, pca_share=share).points.shape[1]
        held = np.cumsum(reference.explained_variance_ratio_)
        assert held[count - 1] >= share - 1e-9
        assert count == 1 or held[count - 2] < share


def test_fewer_directions_than_asked_for():
    line = np.arange(20.0)[:, None] @ np.ones((1, 3))
    options = {"correlation_limit": 1.0, "pca_components": 3}
    assert prepared(matrix_of(line), catalog_of(3), **options).points.shape == (20, 1)
    assert prepared(matrix_of(line[:1]), catalog_of(3), **options).points.shape == (1, 0)
    assert prepared(matrix_of(line[:0]), catalog_of(3), **options).points.shape == (0, 0)


@given(
    seed=st.integers(0, 2**32 - 1),
    count=st.integers(0, 40),
    transforms=st.lists(st.sampled_from(TRANSFORMS), min_size=3, max_size=3),
    how=st.sampled_from(ENCODINGS),
    rules=st.lists(
        st.sampled_from(["zero", "median", "group_median", "model", "indicator"]),
        min_size=3,
        max_size=3,
    ),
    scaling=st.sampled_from(["z", "min_max", "robust", "none"]),
    components=st.sampled_from([{}, {"pca_components": 2}, {"pca_share": 0.8}]),
)
@settings(max_examples=40, deadline=None, phases=[Phase.generate])
def test_the_rows_give_the_same_points(seed, count, transforms, how, rules, scaling, components):
    generator = np.random.default_rng(seed)
    values = np.where(
        generator.random((count, 3)) < 0.2, np.nan, generator.normal(size=(count, 3)) * 10.0
    )
    matrix = matrix_of(values).assign(
        country=generator.choice(["AT", "DE", "FR", None], count),
        top_category=generator.choice(["a=b", "(other)", ""], count),
    )
    catalog = catalog_of(
        3,
        transform=transforms,
        missing_rule=rules,
        missing_group="country",
        outlier_rule="iqr",
        outlier_bound=1.5,
    )
    catalog = with_categories(catalog, how)
    catalog = with_categories(catalog, "one_hot", "top_category")
    options = (
        QUICK
        | components
        | {"scaling": scaling, "max_categories": 2, "min_group_values": 2, "correlation_limit": 1.0}
    )
    result = prepared(matrix, catalog, **options)
    assert np.isfinite(result.points).all()
    written = sorted(result.preprocessing.parameters())
    read = preprocessing_from_rows(
        pd.DataFrame(written[::-1], columns=["parameter", "feature", "term", "value"])
    )
    assert read.coordinates == result.preprocessing.coordinates
    if count:
        ordered = sort_by_key(matrix.sample(frac=1.0, random_state=1))
        points = read.apply(read_features(ordered, read.features), read_groups(ordered))
        # To the last bit but one: products of matrices depend on where their rows lie in memory.
        np.testing.assert_allclose(points, result.points, rtol=1e-13, atol=1e-13)
    assert sorted(read.parameters()) == [
        (name, feature, "(none)" if name.startswith("clip_") else term, value)
        for name, feature, term, value in written
        if not name.startswith("flag_")
    ]


def test_a_category_that_the_model_has_not_seen_is_another():
    values, _ = blobs(120, 2, 2, 9.0, seed=1)
    matrix = matrix_of(values).assign(country=["AT", "DE", "FR"] * 40)
    catalog = with_categories(catalog_of(2), "one_hot")
    options = {"s": QUICK | {"max_categories": 2}}
    candidates = evaluate_candidates(matrix, catalog, options)
    rows = fit_segment_models(matrix, catalog, candidates, options)
    as_others = assign_segments(matrix.assign(country="FR"), rows)
    for unknown in ("XX", None):
        found = assign_segments(matrix.assign(country=unknown), rows)
        pd.testing.assert_frame_equal(found, as_others)
    with pytest.raises(ValueError, match=r"no column 'country', which 'country=.*' is made from"):
        assign_segments(matrix.drop(columns="country"), rows)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"transform": "one_hot"}, "feature is 'f00', it must be one of"),
        ({"feature": ["f00", "country"]}, "transform is 'identity', .*; did you mean"),
        ({"feature": ["f00", "country"], "transform": ["log1p", "one_hot"]}, "lists as categories"),
        ({"transform": "yeo-johnson"}, "did you mean 'yeo_johnson'"),
    ],
)
def test_wrong_categories(change, words):
    with pytest.raises(ValueError, match=words):
        describe_features(matrix_of(np.eye(2)), catalog_of(2, **change), {"s": {}})
