from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from segmentation_cases import blobs, catalog_of, matrix_of
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris, load_wine, make_blobs
from sklearn.metrics import adjusted_rand_score, euclidean_distances, silhouette_score
from threadpoolctl import threadpool_limits

from covey.segmentation import (
    CANDIDATE_COLUMNS,
    NO_STRUCTURE,
    SEGMENTS,
    assign_segments,
    evaluate_candidates,
    fit_segment_models,
)
from covey.segmentation.candidates import fit_key
from covey.segmentation.catalog import check_catalog
from covey.segmentation.frames import CANDIDATE_TYPES
from covey.segmentation.indices import (
    dunn,
    elbow,
    parted_share,
    silhouettes,
    simplified_silhouette,
)
from covey.segmentation.preprocessing import prepare, sort_by_key
from covey.segmentation.resampling import best_overlaps
from covey.segmentation.settings import parse_settings

QUICK = {"algorithms": ["kmeans"], "k_max": 4, "bootstrap_runs": 3, "null_test": False}


def run(values, catalog=None, previous=None, **options):
    options = {"algorithms": ["kmeans"], **options}
    values = np.asarray(values, dtype="float64")
    catalog = catalog_of(values.shape[1]) if catalog is None else catalog
    return evaluate_candidates(matrix_of(values), catalog, {"s": options}, previous)


def chosen(candidates):
    rows = candidates.loc[candidates["is_chosen"]]
    assert len(rows) == 1
    return rows.iloc[0]


def assert_typed(frame):
    assert tuple(frame.columns) == CANDIDATE_COLUMNS
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == CANDIDATE_TYPES


# Figures: computed with scikit-learn 1.9.1, the project's reference table.


def test_iris_figures():
    options = {"scaling": "none", "correlation_limit": 1.0, "bootstrap_runs": 0, "k": 3}
    iris = load_iris()
    candidates = run(iris.data, **options)
    row = candidates.set_index("candidate_id").loc["kmeans-03"]
    assert row["inertia"] == pytest.approx(78.8514, abs=5e-5)
    assert row["silhouette"] == pytest.approx(0.5528, abs=5e-5)
    assert row["calinski_harabasz"] == pytest.approx(561.63, abs=5e-3)
    assert row["davies_bouldin"] == pytest.approx(0.6620, abs=5e-5)
    assert row["is_chosen"]
    assert "k is fixed at 3 by the settings" in row["choice_reason"]
    assert label_agreement(iris.data, iris.target, candidates, options) == pytest.approx(
        0.7302, abs=5e-5
    )


def test_wine_figure():
    wine = load_wine()
    options = {"k": 3, "bootstrap_runs": 0, "null_test": False}
    candidates = run(wine.data, **options)
    assert label_agreement(wine.data, wine.target, candidates, options) == pytest.approx(
        0.8975, abs=5e-5
    )


def label_agreement(values, truth, candidates, options):
    matrix, catalog = matrix_of(values), catalog_of(values.shape[1])
    parameters = fit_segment_models(matrix, catalog, candidates, {"s": options})
    return adjusted_rand_score(truth, assign_segments(matrix, parameters)["segment_id"])


@pytest.mark.parametrize("k", [2, 3, 7])
def test_silhouette_equals_scikit_learn(k):
    generator = np.random.default_rng(k)
    points = generator.normal(size=(200, 3))
    labels = generator.integers(k, size=200)
    labels[labels == 1] = 0
    labels[0] = 1  # a segment of one
    wanted = silhouette_score(points, labels)
    assert silhouettes(points, [labels, labels])[1] == pytest.approx(wanted, abs=1e-12)


# Choice.


def test_planted_blobs_are_found():
    values, truth = blobs(600, 8, 5, 6.0, seed=1)
    candidates = run(values, silhouette_tolerance=0.05, k_max=7)
    row = chosen(candidates)
    assert (row["k"], row["verdict"]) == (5, SEGMENTS)
    assert row["choice_reason"].startswith("fewest segments within 5% of the best silhouette")
    assert candidates["choice_reason"].notna().sum() == 1
    agreement = label_agreement(values, truth, candidates, {"k_max": 7})
    assert agreement > 0.98


def test_tolerance_prefers_fewer_segments():
    iris = load_iris().data
    options = {"scaling": "none", "bootstrap_runs": 3, "null_test": False}
    assert chosen(run(iris, **options))["k"] == 2
    wide = chosen(run(blobs(600, 8, 5, 6.0, seed=1)[0], silhouette_tolerance=0.5, **QUICK))
    assert wide["k"] < 5


def test_small_segments_and_instability_are_rejected():
    values = np.vstack([np.random.default_rng(0).normal(size=(500, 2)), [[90.0, 90.0]]])
    candidates = run(values, **QUICK).set_index("candidate_id")
    assert "smallest segment holds 0.20%" in candidates.loc["kmeans-02", "rejection_reason"]
    noisy = run(np.random.default_rng(0).normal(size=(500, 8)), **QUICK)
    assert noisy.loc[noisy["k"] > 1, "rejection_reason"].str.startswith("stability").all()
    assert chosen(noisy)["candidate_id"] == "single-01"
    assert chosen(noisy)["verdict"] == NO_STRUCTURE


def test_fixed_k_wins_and_the_verdict_stays_honest():
    noise = np.random.default_rng(0).normal(size=(500, 8))
    row = chosen(run(noise, k=4, **QUICK))
    assert (row["k"], row["verdict"]) == (4, NO_STRUCTURE)
    assert row["choice_reason"].startswith("k is fixed at 4 by the settings; the data alone")
    assert not row["is_accepted"]


def test_fixed_k_of_one_and_fixed_algorithm():
    values, _ = blobs(300, 5, 3, 8.0, seed=0)
    assert chosen(run(values, k=1, **QUICK))["candidate_id"] == "single-01"
    assert chosen(run(values, algorithm="kmeans", **QUICK))["k"] == 3


def test_left_out_features_are_reported_in_the_reason():
    values, _ = blobs(300, 5, 3, 8.0, seed=0)
    row = chosen(run(np.column_stack([values, np.ones(300)]), **QUICK))
    assert row["features"] == 5
    assert row["choice_reason"].endswith("left out: f05 (constant after imputing and clipping)")


def test_several_segmentations_and_other_peoples_features():
    values, _ = blobs(300, 5, 3, 8.0, seed=0)
    catalog = catalog_of(5, segmentations=["a|b", "a | b", "b", "", None])
    candidates = evaluate_candidates(matrix_of(values), catalog, {"b": QUICK, "a": QUICK})
    assert_typed(candidates)
    counts = candidates.groupby("segmentation")["features"].unique().map(list).to_dict()
    assert counts == {"a": [2], "b": [3]}


# Determinism.


def test_same_answer_in_any_row_order_and_on_any_number_of_threads():
    values, _ = blobs(400, 6, 4, 5.0, seed=3)
    matrix, catalog = matrix_of(values), catalog_of(6)
    settings = {"s": {"k_max": 5, "bootstrap_runs": 3, "null_runs": 3, "covariances": ["full"]}}
    outcomes = []
    for threads, order in [(1, matrix), (2, matrix.sample(frac=1.0, random_state=5))]:
        with threadpool_limits(limits=threads):
            candidates = evaluate_candidates(order, catalog.iloc[::-1], settings)
            parameters = fit_segment_models(order, catalog.iloc[::-1], candidates, settings)
            outcomes.append((candidates, parameters, assign_segments(order, parameters)))
    for first, second in zip(*outcomes, strict=True):
        pd.testing.assert_frame_equal(first, second, check_exact=True)


# Edges.


def test_no_rows():
    candidates = evaluate_candidates(matrix_of(np.empty((0, 2))), catalog_of(2), {"s": {}})
    assert_typed(candidates)
    assert candidates.empty


def test_no_segmentations():
    assert_typed(evaluate_candidates(matrix_of(np.eye(3)), catalog_of(3), {}))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([[1.0, 2.0]], "no feature varies over 1 customers"),
        ([[1.0, 2.0]] * 30, "no feature varies over 30 customers"),
        ([[np.nan, np.inf]] * 30, "all values are missing"),
        ([[1.0, np.nan], [2.0, np.nan]], "none of 9 candidates is accepted"),
        ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0]], "one segment"),
    ],
)
def test_degenerate_data_give_one_segment_and_a_reason(values, words):
    candidates = run(values)
    assert_typed(candidates)
    row = chosen(candidates)
    assert (row["candidate_id"], row["verdict"]) == ("single-01", NO_STRUCTURE)
    assert words in row["choice_reason"]
    assert len(candidates) == 10
    matrix, catalog = matrix_of(values), catalog_of(2)
    parameters = fit_segment_models(matrix, catalog, candidates, {"s": {}})
    assert parameters.notna().all(axis=None)
    assigned = assign_segments(matrix, parameters)
    assert len(assigned) == len(values)
    assert set(assigned["segment_id"]) == {"1"}
    assert (assigned["probability"] == 1.0).all()


def test_more_segments_than_distinct_customers():
    values = [[0.0, 0.0]] * 20 + [[9.0, 9.0]] * 20
    candidates = run(values, correlation_limit=1.0).set_index("candidate_id")
    assert candidates.loc["kmeans-03", "rejection_reason"] == "3 segments of 2 distinct customers"
    assert candidates.loc["kmeans-02", "is_chosen"]
    row = chosen(run(values, k=5))
    assert row["candidate_id"] == "single-01"
    assert "which cannot be fitted" in row["choice_reason"]


# The null test.


def noise(kind, count, generator):
    normal = generator.normal(size=(count, 4))
    chain = np.linalg.cholesky(0.7 ** np.abs(np.subtract.outer(np.arange(4), np.arange(4)))).T
    return {
        "uniform, 2 features": lambda: generator.uniform(size=(count, 2)),
        "uniform, 10 features": lambda: generator.uniform(size=(count, 10)),
        "spherical Gaussian": lambda: normal,
        "correlated Gaussian": lambda: normal @ chain,
        "one common factor": lambda: 0.5 * normal + generator.normal(size=(count, 1)),
        "correlated lognormal": lambda: np.exp(0.5 * normal @ chain),
        "exponential": lambda: generator.exponential(size=(count, 2)),
        "heavy tails": lambda: normal / np.sqrt(generator.chisquare(5, size=(count, 1)) / 5),
    }[kind]()


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    "kind",
    [
        "uniform, 2 features",
        "uniform, 10 features",
        "spherical Gaussian",
        "correlated Gaussian",
        "one common factor",
        "correlated lognormal",
        "exponential",
        "heavy tails",
    ],
)
def test_noise_has_no_structure(kind, seed):
    values = noise(kind, 800, np.random.default_rng(seed))
    row = chosen(run(values, k_max=6, bootstrap_runs=4))
    assert (row["k"], row["verdict"]) == (1, NO_STRUCTURE)


def structured(kind):
    return {
        "iris": lambda: load_iris().data,
        "wine": lambda: load_wine().data,
        "5 separated blobs": lambda: blobs(800, 8, 5, 8.0, seed=0)[0],
        "5 overlapping blobs": lambda: blobs(800, 8, 5, 4.0, seed=0)[0],
        "5 blobs in the plane": lambda: make_blobs(800, 2, centers=5, random_state=0)[0],
    }[kind]()


@pytest.mark.parametrize(
    "kind",
    ["iris", "wine", "5 separated blobs", "5 overlapping blobs", "5 blobs in the plane"],
)
def test_structure_is_seen(kind):
    assert chosen(run(structured(kind), k_max=6, bootstrap_runs=3))["verdict"] == SEGMENTS


def test_what_is_known_is_not_fitted_again(monkeypatch):
    values = blobs(200, 4, 3, 6.0, seed=2)[0]
    first = run(values, **QUICK)

    def refuse(prepared, timer):
        raise AssertionError(f"{prepared.settings.segmentation} is fitted again")

    monkeypatch.setattr("covey.segmentation.candidates.Contest", refuse)
    pd.testing.assert_frame_equal(run(values, previous=first, **QUICK), first)
    with pytest.raises(AssertionError, match="fitted again"):
        run(values + 1e-6 * values**2, previous=first, **QUICK)
    with pytest.raises(AssertionError, match="fitted again"):
        run(values, previous=first, **{**QUICK, "seed": 1})


def test_fits_depend_on_what_they_read_alone():
    prepared = prepare(
        sort_by_key(matrix_of(np.eye(4))),
        check_catalog(catalog_of(4)),
        parse_settings({"s": {}})["s"],
    )
    key = fit_key(prepared)
    others = {"model": "s-1", "retrain": "never", "rule_depth": 2, "min_champion_ari": 0.1}
    assert fit_key(replace(prepared, settings=replace(prepared.settings, **others))) == key
    for changed in ({"k": 3}, {"seed": 1}, {"n_init": 2}, {"covariances": ("full",)}):
        settings = replace(prepared.settings, **changed)
        assert fit_key(replace(prepared, settings=settings)) != key


# Indices.


def test_iris_dunn():
    iris = load_iris().data
    labels = KMeans(3, n_init=10, random_state=0).fit_predict(iris)
    assert dunn(euclidean_distances(iris), labels) == pytest.approx(0.0988, abs=5e-5)


def test_simplified_silhouette_and_elbow():
    points = np.array([[0.0], [1.0], [10.0], [11.0]])
    labels, centroids = np.array([0, 0, 1, 1]), np.array([[0.5], [10.5]])
    wanted = np.mean([1 - 0.5 / 10.5, 1 - 0.5 / 9.5] * 2)
    assert simplified_silhouette(points, labels, centroids) == pytest.approx(wanted)
    assert elbow([2, 3, 4, 5, 6], [100.0, 30.0, 25.0, 22.0, 20.0]) == 3
    assert elbow([2, 3], [2.0, 1.0]) is None
    assert elbow([2, 3, 4], [3.0, 2.0, 1.0]) is None


def test_noise_counts_in_no_index():
    points = np.array([[0.0], [1.0], [10.0], [11.0], [500.0]])
    labels = np.array([0, 0, 1, 1, -1])
    without = silhouettes(points[:4], [labels[:4]])
    assert silhouettes(points, [labels]) == without
    neighbours = np.array([[1], [0], [3], [2], [3]])
    assert parted_share(neighbours, labels) == (0.0, 0.5)
    assert parted_share(neighbours, np.array([0, 1, 1, 1, -1])) == (0.5, 0.375)


def test_jaccards_tell_which_segment_dissolves():
    labels = np.array([0, 0, 0, 0, 1, 1])
    found = np.array([0, 0, 1, 1, 2, 2])
    np.testing.assert_allclose(best_overlaps(labels, found, 2), [0.5, 1.0])


def test_gap_and_prediction_strength_see_three_blobs():
    values, _ = blobs(300, 4, 3, 9.0, seed=4)
    candidates = run(values, k_max=5, bootstrap_runs=2).set_index("candidate_id")
    assert candidates.index[candidates["is_gap_choice"]].tolist() == ["kmeans-03"]
    assert candidates.loc["kmeans-03", "prediction_strength"] > 0.95
    assert candidates.loc["kmeans-05", "prediction_strength"] < 0.8
    assert candidates.loc["kmeans-03", "holdout_ari"] > 0.95
    assert candidates["fit_seconds"].isna().all()


# Two stages.


def test_two_stages_split_each_group_by_the_second_features():
    first, groups = blobs(600, 3, 2, 9.0, seed=1)
    second, _ = blobs(600, 4, 3, 9.0, seed=2)
    second[groups == 1] = np.random.default_rng(3).normal(size=(int((groups == 1).sum()), 4))
    values = np.column_stack([first, second])
    catalog = catalog_of(7, feature_group=["who"] * 3 + ["what"] * 4)
    options = {**QUICK, "stages": [["who"], ["what"]], "null_test": True, "null_runs": 5}
    candidates = run(values, catalog, **options)
    chosen_ones = candidates.loc[candidates["is_chosen"]].set_index("part")["k"].to_dict()
    assert chosen_ones == {"(none)": 2, "group 1": 3, "group 2": 1} or chosen_ones == {
        "(none)": 2,
        "group 1": 1,
        "group 2": 3,
    }
    parameters = fit_segment_models(matrix_of(values), catalog, candidates, {"s": options})
    labels = parameters.loc[parameters["parameter"] == "intercept", ["part", "segment_id"]]
    by_part = labels.groupby("part")["segment_id"].apply(sorted).to_dict()
    assert by_part["(none)"] == ["group 1", "group 2"]
    assert sorted(by_part["group 1"] + by_part["group 2"]) == ["1", "2", "3", "4"]
    with pytest.raises(ValueError, match="stage 2 asks for the feature groups"):
        run(values, catalog, stages=[["who"], ["where"]])
