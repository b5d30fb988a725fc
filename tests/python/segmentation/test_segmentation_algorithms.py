"""Every algorithm: its model as rows, labels as scikit-learn has them, and degenerate data."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import pdist
from segmentation_cases import blobs, catalog_of, matrix_of
from sklearn.cluster import DBSCAN, HDBSCAN, MiniBatchKMeans
from sklearn.datasets import make_moons
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

from covey.segmentation import (
    ALGORITHMS,
    NONE,
    SegmentationSettings,
    assign_segments,
    evaluate_candidates,
    fit_segment_models,
)
from covey.segmentation.algorithms import (
    DbscanAlgorithm,
    GaussianMixtureAlgorithm,
    HdbscanAlgorithm,
    HierarchicalAlgorithm,
    KMeansAlgorithm,
    MiniBatchKMeansAlgorithm,
    SingleSegment,
    Variant,
)
from covey.segmentation.density import thinned
from covey.segmentation.fitting import canonical
from covey.segmentation.frames import NOISE
from covey.segmentation.hierarchy import LINKAGES, Tree, grow
from covey.segmentation.mixture import COVARIANCES, MixturePartition
from covey.segmentation.partitions import (
    NO_SEGMENT,
    CentroidPartition,
    DensityPartition,
    partition_from_rows,
    update_partition,
)
from covey.threads import one_thread

pytestmark = pytest.mark.usefixtures("alone")

DEFAULTS = SegmentationSettings(segmentation="s")
SCORES = ("index", "probability", "distance", "margin", "entropy")


@pytest.fixture
def alone():
    """One thread, as every fit of covey has."""
    with one_thread():
        yield


def one_of_each(k=3, options=DEFAULTS):
    """Every algorithm with every option, of k segments where k is given."""
    return [
        pytest.param(algorithm, variant, id=variant.candidate_id)
        for algorithm in ALGORITHMS.values()
        for variant in algorithm.variants(options)
        if variant.k in (None, k)
    ]


def fitted(algorithm, variant, points, n_init=2):
    return algorithm.fit(points, variant, n_init=n_init, random_state=0)


def mixture_of(points, k, covariance, **options):
    variant = Variant("mixture", k, (("covariance", covariance),))
    return fitted(GaussianMixtureAlgorithm(**options), variant, points)


def tree_of(points, k, linkage, size=500):
    variant = Variant("tree", k, (("linkage", linkage), ("micro_clusters", str(size))))
    return fitted(HierarchicalAlgorithm(), variant, points)


def rows_of(partition, names):
    """The rows of a model, with the names that a model gives."""
    rows = [
        {
            "parameter": item.name,
            "feature": names[item.feature] if isinstance(item.feature, int) else item.feature,
            "segment_id": None if item.segment is None else str(item.segment + 1),
            "term": names[item.term] if isinstance(item.term, int) else item.term,
            "value": item.value,
        }
        for item in partition.parameters()
    ]
    texts = dict.fromkeys(["feature", "segment_id", "term"], "object")
    return pd.DataFrame(rows).astype(texts).fillna(NONE)


def read_back(partition, width):
    names = [f"f{column:02d}" for column in range(width)]
    rows = rows_of(partition, names)
    assert not rows.duplicated(["parameter", "feature", "segment_id", "term"]).any()
    assert np.isfinite(rows["value"]).all()
    # In any order, as a warehouse gives them.
    shuffled = rows.sample(frac=1.0, random_state=0)
    segments = [str(place + 1) for place in range(partition.k)]
    return partition_from_rows(shuffled, names, segments)


def assert_same_scores(one, other, points):
    first, second = one.score(points), other.score(points)
    for name in SCORES:
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name), err_msg=name)


@pytest.mark.parametrize(("algorithm", "variant"), one_of_each())
def test_a_model_is_its_rows(algorithm, variant):
    points, _ = blobs(400, 10, 3, 7.0, seed=1)
    points = np.round(points, 6)
    partition = canonical(fitted(algorithm, variant, points), points)
    assert_same_scores(partition, read_back(partition, 10), points + 0.1)
    order = list(range(partition.k))[::-1]
    turned = read_back(partition.reordered(order), 10).score(points).index
    mine = partition.score(points).index
    np.testing.assert_array_equal(turned, np.where(mine < 0, mine, partition.k - 1 - mine))


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    width=st.integers(1, 6),
    k=st.integers(1, 5),
    covariance=st.sampled_from(COVARIANCES),
)
def test_random_mixtures_are_their_rows(seed, width, k, covariance):
    points = np.random.default_rng(seed).standard_t(4, size=(60, width))
    partition = mixture_of(points, k, covariance)
    back = read_back(partition, width)
    assert_same_scores(partition, back, points)
    assert back.free_parameters == partition.free_parameters
    assert back.log_likelihood(points) == partition.log_likelihood(points)


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    width=st.integers(1, 8),
    k=st.integers(1, 5),
    covariance=st.sampled_from(COVARIANCES),
)
def test_mixtures_score_as_scikit_learn(seed, width, k, covariance):
    generator = np.random.default_rng(seed)
    points = generator.normal(size=(200, width)) @ generator.normal(size=(width, width))
    points /= points.std(axis=0)
    partition = mixture_of(points, k, covariance)
    model = GaussianMixture(k, covariance_type=covariance)
    model.weights_, model.means_ = partition.weights, partition.centroids
    model.precisions_ = partition.precisions
    if covariance == "tied":
        model.precisions_ = partition.precisions[0]
    elif covariance == "spherical":
        model.precisions_ = partition.precisions[:, 0]
    if covariance in ("full", "tied"):
        # scikit-learn's factor is upper triangular: P = U U'.
        turned = np.linalg.cholesky(partition.precisions[:, ::-1, ::-1])[:, ::-1, ::-1]
        model.precisions_cholesky_ = turned[0] if covariance == "tied" else turned
    else:
        model.precisions_cholesky_ = np.sqrt(model.precisions_)
    others = generator.normal(size=(300, width)) * 2.0
    scores = partition.score(others)
    posterior = model.predict_proba(others)
    np.testing.assert_allclose(scores.probability, posterior.max(axis=1), atol=1e-9)
    np.testing.assert_allclose(
        partition.log_densities(others), model.score_samples(others), rtol=1e-9, atol=1e-9
    )
    logs = np.log(np.maximum(posterior, 1e-300))
    np.testing.assert_allclose(scores.entropy, -(posterior * logs).sum(axis=1), atol=1e-9)
    clear = np.nan_to_num(scores.margin, nan=1.0) > 1e-9
    np.testing.assert_array_equal(scores.index[clear], model.predict(others)[clear])
    penalty = partition.free_parameters * np.log(len(others))
    bic = penalty - 2.0 * partition.log_likelihood(others)
    assert bic == pytest.approx(model.bic(others), rel=1e-10)
    aic = 2.0 * partition.free_parameters - 2.0 * partition.log_likelihood(others)
    assert aic == pytest.approx(model.aic(others), rel=1e-10)


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_a_mixture_is_that_of_scikit_learn_from_the_same_start(covariance):
    points, _ = blobs(500, 3, 3, 4.0, seed=3)
    mine = mixture_of(points, 3, covariance, regularisation=1e-6 / points.var(axis=0).mean())
    other = GaussianMixture(
        3, covariance_type=covariance, n_init=1, init_params="kmeans", random_state=0
    ).fit(points)
    order = [int(np.argmin(np.abs(mine.centroids - mean).sum(axis=1))) for mean in other.means_]
    np.testing.assert_allclose(mine.centroids[order], other.means_, atol=0.02)
    assert mine.log_likelihood(points) == pytest.approx(other.score(points) * 500, abs=0.5)


def test_quadratic_rows_hold_each_pair_once_in_order():
    points, _ = blobs(200, 3, 2, 5.0, seed=0)
    names = ["f10", "f02", "f01"]
    for covariance, owners, pairs in (("full", 2, 6), ("tied", 1, 6), ("diag", 2, 3)):
        rows = rows_of(mixture_of(points, 2, covariance), names)
        quadratic = rows.loc[rows["parameter"] == "quadratic"]
        assert len(quadratic) == owners * pairs
        assert (quadratic["feature"].map(names.index) <= quadratic["term"].map(names.index)).all()
        assert (quadratic["segment_id"] == NONE).all() == (covariance == "tied")


def test_scores_are_the_sum_of_the_rows():
    # What SQL does: intercept + linear u + quadratic u u'.
    points, _ = blobs(100, 3, 3, 4.0, seed=0)
    partition = mixture_of(points, 3, "full")
    rows = rows_of(partition, ["0", "1", "2"])
    rows["segment_id"] = rows["segment_id"].replace(NONE, "0").astype(int) - 1
    scores = np.zeros((100, 3))
    for row in rows.itertuples():
        if row.parameter == "intercept":
            scores[:, row.segment_id] += row.value
        elif row.parameter == "linear":
            scores[:, row.segment_id] += row.value * points[:, int(row.feature)]
        elif row.parameter == "quadratic":
            pair = points[:, int(row.feature)] * points[:, int(row.term)]
            scores[:, row.segment_id] += row.value * pair
    np.testing.assert_allclose(scores, partition.scores(points), atol=1e-9)
    offset = rows.loc[rows["parameter"] == "offset", "value"].to_numpy()
    distance = np.sqrt(np.maximum(2.0 * (offset - scores), 0.0))
    mine = partition.score(points)
    np.testing.assert_allclose(distance[np.arange(100), mine.index], mine.distance, atol=1e-6)
    off = points - partition.centroids[mine.index]
    mahalanobis = np.einsum("nd,nde,ne->n", off, partition.precisions[mine.index], off)
    np.testing.assert_allclose(mine.distance, np.sqrt(mahalanobis), atol=1e-6)


@pytest.mark.parametrize("method", LINKAGES)
def test_trees_are_those_of_scipy(method):
    points = np.random.default_rng(0).normal(size=(120, 3))
    tree = grow(points, np.ones(120), method)
    expected = linkage(pdist(points), method)
    np.testing.assert_allclose(tree.heights, expected[:, 2], rtol=1e-9)
    np.testing.assert_array_equal(tree.pairs, expected[:, :2])
    np.testing.assert_array_equal(tree.sizes[120:], expected[:, 3])
    for k in (1, 2, 7, 120):
        other = fcluster(expected, k, "maxclust")
        assert adjusted_rand_score(tree.cut(k), other) == 1.0
        assert sorted(set(tree.cut(k))) == list(range(k))


@pytest.mark.parametrize("method", ["ward", "average"])
def test_a_weight_is_so_many_points(method):
    generator = np.random.default_rng(0)
    places, weights = generator.normal(size=(40, 2)), generator.integers(1, 6, size=40)
    weighted = grow(places, weights.astype(float), method)
    repeated = linkage(np.repeat(places, weights, axis=0), method)
    # The merges of equal points come first, at height 0.
    np.testing.assert_allclose(weighted.heights, repeated[-39:, 2], rtol=1e-9)
    np.testing.assert_array_equal(weighted.sizes[40:], repeated[-39:, 3])


@pytest.mark.parametrize("method", LINKAGES)
def test_micro_clusters_keep_what_the_tree_finds(method):
    points, truth = blobs(3000, 4, 4, 9.0, seed=0)
    partition = tree_of(points, 4, method, size=100)
    assert len(partition.tree.leaves) == 100
    assert partition.tree.sizes[-1] == 3000
    assert adjusted_rand_score(partition.score(points).index, truth) > 0.99
    assert partition.tree.agreement > 0.99
    back = read_back(partition, 4).tree
    for k in range(1, 11):
        np.testing.assert_array_equal(back.cut(k), partition.tree.cut(k))
        # Each cut splits one segment of the cut before.
        if k > 1:
            assert len(set(zip(back.cut(k), back.cut(k - 1), strict=True))) == k
    np.testing.assert_allclose(
        np.sort(back.centroids(4), axis=0), np.sort(partition.centroids, axis=0), atol=1e-9
    )


def test_equal_points_make_a_tree_of_height_0():
    tree = grow(np.zeros((5, 2)), np.ones(5), "ward")
    assert (tree.heights == 0).all()
    assert sorted(set(tree.cut(3))) == [0, 1, 2]
    alone = grow(np.zeros((1, 2)), np.ones(1), "average")
    assert isinstance(alone, Tree)
    assert list(alone.cut(4)) == [0]


def test_minibatch_updates_are_those_of_partial_fit():
    points, _ = blobs(1600, 4, 3, 3.0, seed=2)
    old, new = points[:600], points[600:]
    model = MiniBatchKMeans(3, init=old[:3], n_init=1, reassignment_ratio=0.0, random_state=0)
    model.partial_fit(old)
    counts = np.bincount(CentroidPartition(old[:3], 1.0).score(old).index, minlength=3).astype(
        float
    )
    moved = update_partition(CentroidPartition(model.cluster_centers_.copy(), 1.0), counts, new)
    model.partial_fit(new)
    np.testing.assert_allclose(moved.centroids, model.cluster_centers_, atol=1e-10)
    assert moved.counts.sum() == 1600


def test_a_running_mean_ends_where_all_points_would():
    # Far apart nothing changes its segment: the update then is the refit.
    points, labels = blobs(2000, 5, 4, 30.0, seed=4)
    old = CentroidPartition.from_points(
        points[:500],
        labels[:500],
        np.array([points[:500][labels[:500] == j].mean(0) for j in range(4)]),
    )
    moved = update_partition(old, None, points[500:])
    means = np.array([points[labels == j].mean(0) for j in range(4)])
    np.testing.assert_allclose(moved.centroids, means, atol=1e-9)
    np.testing.assert_array_equal(moved.counts, np.full(4, 500.0))
    within = np.square(points - means[labels]).sum() / points.size
    assert moved.variance == pytest.approx(within, rel=0.01)


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_a_mixture_update_ends_where_all_points_would(covariance):
    # Far apart the shares are 0 and 1: the update then is the refit.
    points, _ = blobs(2000, 3, 3, 40.0, seed=5)
    stretched = points * np.array([1.0, 2.0, 0.5])
    old = mixture_of(stretched[:500], 3, covariance)
    old = replace(old, counts=old.weights * 500)
    moved = update_partition(read_back(old, 3), None, stretched[500:])
    whole = mixture_of(stretched, 3, covariance, regularisation=0.0)
    order = [int(np.argmin(np.abs(whole.centroids - mean).sum(1))) for mean in moved.centroids]
    whole = whole.reordered(order)
    np.testing.assert_allclose(moved.centroids, whole.centroids, atol=1e-8)
    np.testing.assert_allclose(moved.weights, whole.weights, atol=1e-8)
    kept = moved.precisions if moved.is_square else np.linalg.inv(moved.precisions)
    full = whole.precisions if whole.is_square else np.linalg.inv(whole.precisions)
    if moved.is_square:
        kept, full = 1.0 / kept, 1.0 / full
        np.testing.assert_allclose(kept - old.regularisation, full, rtol=1e-6)
    else:
        np.testing.assert_allclose(
            kept - old.regularisation * np.eye(3), full, rtol=1e-6, atol=1e-6
        )


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_a_mixture_far_from_0_keeps_its_digits(covariance):
    points, _ = blobs(600, 3, 3, 6.0, seed=8)
    points = np.round(points, 6)
    near, far = (mixture_of(points[:300] + shift, 3, covariance) for shift in (0.0, 2.0**20))
    for _ in range(2):
        np.testing.assert_allclose(near.centroids + 2.0**20, far.centroids, atol=1e-5)
        np.testing.assert_allclose(near.precisions, far.precisions, rtol=1e-3, atol=1e-3)
        near = update_partition(near, None, points[300:])
        far = update_partition(far, None, points[300:] + 2.0**20)


@pytest.mark.parametrize(
    ("algorithm", "options"),
    [
        (KMeansAlgorithm(), {}),
        (MiniBatchKMeansAlgorithm(), {}),
        *[(GaussianMixtureAlgorithm(), {"covariance": name}) for name in COVARIANCES],
    ],
)
def test_an_update_follows_a_drift(algorithm, options):
    # Stated: at least .95 of a refit of everything, by ARI, where segments move by a deviation
    # while the customers double.
    points, _ = blobs(3000, 6, 4, 6.0, seed=6)
    drift = np.random.default_rng(0).normal(size=(4, 6))
    drift /= np.linalg.norm(drift, axis=1, keepdims=True)
    points[1500:] += drift[np.arange(1500, 3000) % 4]
    variant = Variant("v", 4, tuple(options.items()))
    old = fitted(algorithm, variant, points[:1500])
    moved = update_partition(read_back(old, 6), old.counts, points[1500:])
    whole = fitted(algorithm, variant, points)
    refit, kept, updated = (m.score(points).index for m in (whole, old, moved))
    assert adjusted_rand_score(updated, refit) >= 0.95
    assert adjusted_rand_score(updated, refit) >= adjusted_rand_score(kept, refit)


def test_updates_that_cannot_be():
    points, _ = blobs(200, 2, 2, 9.0, seed=0)
    partition = fitted(KMeansAlgorithm(), Variant("v", 2), points)
    same = update_partition(partition, None, np.empty((0, 2)))
    np.testing.assert_array_equal(same.centroids, partition.centroids)
    with pytest.raises(ValueError, match="has 2 segments, and 3 counts"):
        update_partition(partition, np.ones(3), points)
    with pytest.raises(ValueError, match="does not say how many"):
        update_partition(replace(partition, counts=None), None, points)
    dense = fitted(HdbscanAlgorithm(), HdbscanAlgorithm().variants(DEFAULTS)[0], points)
    with pytest.raises(ValueError, match="DensityPartition cannot be updated"):
        update_partition(dense, None, points)


def test_dbscan_labels_are_those_of_scikit_learn():
    points, _ = make_moons(800, noise=0.08, random_state=0)
    variant = next(v for v in DbscanAlgorithm().variants(DEFAULTS) if v["quantile"] == "0.95")
    partition = fitted(DbscanAlgorithm(), variant, points)
    assert partition.projection is None
    model = DBSCAN(eps=partition.radii[0], min_samples=int(variant["min_samples"])).fit(points)
    labels = partition.score(points).index
    # Border points belong to the nearest core point here, to the first cluster there.
    cores = model.core_sample_indices_
    np.testing.assert_array_equal(labels[cores], model.labels_[cores])
    np.testing.assert_array_equal(labels == NO_SEGMENT, model.labels_ == NO_SEGMENT)
    assert np.mean(labels == model.labels_) == partition.agreement


def test_dense_regions_that_are_no_balls_are_found():
    points, truth = make_moons(1500, noise=0.06, random_state=1)
    for algorithm in (DbscanAlgorithm(), HdbscanAlgorithm()):
        found = [
            adjusted_rand_score(truth, fitted(algorithm, variant, points).score(points).index)
            for variant in algorithm.variants(DEFAULTS)
        ]
        assert max(found) > 0.95
    kmeans = fitted(KMeansAlgorithm(), Variant("v", 2), points).score(points).index
    assert adjusted_rand_score(truth, kmeans) < 0.6


def test_noise_is_an_outcome_of_its_own():
    points, truth = blobs(900, 3, 3, 12.0, seed=0)
    noise = np.random.default_rng(0).uniform(-40, 40, size=(60, 3))
    matrix = matrix_of(np.concatenate([points, noise]))
    options = {"s": {"algorithms": ["dbscan"], "bootstrap_runs": 0, "null_test": False}}
    settings = SegmentationSettings(segmentation="s", algorithms=("dbscan",))
    variant = DbscanAlgorithm().variants(settings)[1]
    candidates = pd.DataFrame(
        {
            "segmentation": ["s"],
            "part": NONE,
            "candidate_id": variant.candidate_id,
            "is_chosen": True,
        }
    )
    parameters = fit_segment_models(matrix, catalog_of(3), candidates, options)
    assert NOISE not in set(parameters["segment_id"])
    assigned = assign_segments(matrix, parameters)
    assert set(assigned["segment_id"]) == {"1", "2", "3", NOISE}
    assert adjusted_rand_score(assigned["segment_id"][:900], truth) > 0.95
    assert (assigned["segment_id"][900:] == NOISE).mean() > 0.8
    assert (assigned["probability"] == 1.0).all()
    assert (assigned["entropy"] == 0.0).all()


def test_core_points_are_thinned_without_gaps():
    points, _ = blobs(3000, 3, 3, 15.0, seed=0)
    options = replace(DEFAULTS, max_core_points=300)
    variant = DbscanAlgorithm().variants(options)[-1]
    partition = fitted(DbscanAlgorithm(), variant, points)
    everything = fitted(DbscanAlgorithm(), DbscanAlgorithm().variants(DEFAULTS)[-1], points)
    assert len(partition.cores) == 300
    same = partition.score(points).index == everything.score(points).index
    assert same.mean() > 0.99
    cores = np.random.default_rng(0).normal(size=(500, 2))
    kept = thinned(cores, np.arange(500) % 3, 100)
    gaps = np.sqrt(np.square(cores[:, None] - cores[kept]).sum(-1).min(axis=1))
    arbitrary = np.sqrt(np.square(cores[:, None] - cores[:100]).sum(-1).min(axis=1))
    assert gaps.max() < arbitrary.max() / 2
    assert set((np.arange(500) % 3)[kept]) == {0, 1, 2}


def test_density_works_in_few_axes_of_a_sample():
    points, truth = blobs(1000, 30, 3, 12.0, seed=0)
    options = replace(DEFAULTS, density_dimensions=2, density_sample_size=400)
    partition = fitted(HdbscanAlgorithm(), HdbscanAlgorithm().variants(options)[0], points)
    assert partition.projection.shape == (30, 2)
    assert len(partition.cores) <= 400
    assert adjusted_rand_score(truth, partition.score(points).index) > 0.9
    # Nothing is farther along the axes than in the space.
    lengths = np.linalg.norm(partition.projection, axis=0)
    np.testing.assert_allclose(lengths, 1.0, atol=1e-9)
    assert read_back(partition, 30).projection.tolist() == partition.projection.tolist()


def test_hdbscan_members_stay_members():
    points, _ = blobs(900, 4, 3, 9.0, seed=0)
    partition = fitted(HdbscanAlgorithm(), HdbscanAlgorithm().variants(DEFAULTS)[0], points)
    labels = HDBSCAN(min_cluster_size=9, min_samples=5, copy=True).fit(points).labels_
    mine = partition.score(points).index
    members = labels >= 0
    np.testing.assert_array_equal(mine[members], labels[members])
    assert partition.agreement == np.mean(mine == labels)


@pytest.mark.parametrize(("algorithm", "variant"), one_of_each(k=2))
@pytest.mark.parametrize(
    "points",
    [
        pytest.param(np.zeros((1, 2)), id="one customer"),
        pytest.param(np.zeros((30, 2)), id="all equal"),
        pytest.param(np.repeat([[0.0, 1.0], [1.0, 0.0]], 20, axis=0), id="two places"),
        pytest.param(np.arange(40.0)[:, None] % 7, id="one feature"),
        pytest.param(np.outer(np.arange(40.0), [1.0, 2.0, 0.0]), id="singular"),
        pytest.param(np.eye(3), id="three customers"),
    ],
)
def test_what_is_degenerate_has_an_answer(algorithm, variant, points):
    if variant.k is not None:
        variant = replace(variant, k=min(variant.k, len(points)))
    partition = fitted(algorithm, variant, points)
    scores = partition.score(points)
    assert partition.k <= len(points)
    assert scores.index.min() >= NO_SEGMENT
    assert scores.index.max() < partition.k
    assert np.isfinite(scores.probability).all()
    assert np.isfinite(scores.entropy).all()
    if partition.k:
        assert np.isfinite(scores.distance).all()
        assert_same_scores(partition, read_back(partition, points.shape[1]), points)


def test_density_without_features_or_neighbours():
    for algorithm in (DbscanAlgorithm(), HdbscanAlgorithm()):
        variant = algorithm.variants(DEFAULTS)[0]
        assert fitted(algorithm, variant, np.empty((5, 0))).k == 1
    lonely = DensityPartition(
        np.empty((0, 2)), np.empty((0, 2)), np.empty(0, dtype=np.intp), np.empty(0)
    )
    scores = lonely.score(np.zeros((3, 2)))
    assert scores.index.tolist() == [NO_SEGMENT] * 3
    assert lonely.reordered([]).k == 0


@pytest.mark.parametrize(("algorithm", "variant"), one_of_each())
def test_threads_and_repeats_change_no_bit(algorithm, variant):
    points, _ = blobs(700, 12, 3, 4.0, seed=9)
    rows = []
    for threads in (1, 2, 1):
        with threadpool_limits(limits=threads):
            partition = fitted(algorithm, variant, points.copy())
        rows.append(partition.parameters())
    assert rows[0] == rows[2]
    # Fits run on one thread; what two would add up differently is rounded away.
    values = [np.array([item.value for item in row]) for row in rows]
    np.testing.assert_allclose(values[0], values[1], rtol=1e-6, atol=1e-9)


def test_settings_reach_the_candidates():
    options = replace(DEFAULTS, covariances=("diag",), linkages=("average",), k_max=3)
    names = {
        name: [variant.candidate_id for variant in algorithm.variants(options)]
        for name, algorithm in ALGORITHMS.items()
    }
    assert names["gaussian_mixture"] == ["gaussian_mixture-diag-02", "gaussian_mixture-diag-03"]
    assert names["hierarchical"] == ["hierarchical-average-02", "hierarchical-average-03"]
    assert names["kmeans"] == ["kmeans-02", "kmeans-03"]
    every = [name for listed in names.values() for name in listed]
    assert len(set(every)) == len(every)


class Halves:
    """A toy: below and above the median of the first coordinate."""

    name = "halves"

    def variants(self, settings):
        return [Variant("halves-02", 2)]

    def fit(self, points, variant, *, n_init, random_state):
        labels = (points[:, 0] > np.median(points[:, 0])).astype(int)
        centres = np.array([points[labels == side].mean(axis=0) for side in (0, 1)])
        return CentroidPartition.from_points(points, labels, centres)


def test_a_new_algorithm_is_one_class_and_one_registration(monkeypatch):
    monkeypatch.setitem(ALGORITHMS, "halves", Halves())
    values, truth = blobs(400, 3, 2, 12.0, seed=0)
    values = values[:, np.argsort(-np.abs(values[truth == 0].mean(0) - values[truth == 1].mean(0)))]
    matrix = matrix_of(values)
    options = {"s": {"algorithms": ["halves"], "bootstrap_runs": 2}}
    candidates = evaluate_candidates(matrix, catalog_of(3), options)
    assert candidates.loc[candidates["is_chosen"], "candidate_id"].tolist() == ["halves-02"]
    parameters = fit_segment_models(matrix, catalog_of(3), candidates, options)
    assigned = assign_segments(matrix, parameters)
    assert adjusted_rand_score(assigned["segment_id"], truth) > 0.95


def test_mixture_rows_that_are_no_model():
    points, _ = blobs(100, 2, 2, 5.0, seed=0)
    partition = mixture_of(points, 2, "full")
    rows, names, segments = rows_of(partition, ["a", "b"]), ["a", "b"], ["1", "2"]
    short = rows.drop(rows.index[rows["parameter"] == "quadratic"][0])
    with pytest.raises(ValueError, match="lacks 1 of 6 quadratic rows"):
        partition_from_rows(short, names, segments)
    with pytest.raises(ValueError, match="the covariance of the model is"):
        partition_from_rows(rows[rows["parameter"] != "covariance"], names, segments)
    with pytest.raises(ValueError, match="has the feature 'b'"):
        partition_from_rows(rows, ["a"], segments)
    assert isinstance(partition_from_rows(rows, names, segments), MixturePartition)
    single = SingleSegment().fit(points, Variant("single-01", 1), n_init=1, random_state=0)
    assert single.log_likelihood(points) is None
    assert single.free_parameters is None
