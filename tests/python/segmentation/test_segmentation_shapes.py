"""Shapes with a known truth: what is chosen is about as good as the best algorithm alone."""

import warnings

import numpy as np
import pytest
from segmentation_cases import catalog_of, matrix_of
from sklearn.cluster import HDBSCAN, AgglomerativeClustering, KMeans
from sklearn.datasets import make_circles, make_moons
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture

from covey.segmentation import NO_STRUCTURE, evaluate_candidates
from covey.segmentation.candidates import chosen_in
from covey.segmentation.catalog import check_catalog
from covey.segmentation.fitting import fitted_parts
from covey.segmentation.preprocessing import sort_by_key
from covey.segmentation.settings import parse_settings

OPTIONS = {
    "algorithms": ["kmeans", "hierarchical", "gaussian_mixture", "dbscan", "hdbscan"],
    "k_max": 6,
    "bootstrap_runs": 4,
    "null_runs": 8,
    "null_sample_size": 600,
}


def around(centres, sizes, spread, generator):
    """Draw Gaussians of these sizes and spreads around these centres."""
    labels = np.repeat(np.arange(len(sizes)), sizes)
    centres, spread = np.asarray(centres, dtype="float64"), np.broadcast_to(spread, len(sizes))
    noise = generator.normal(size=(len(labels), centres.shape[1]))
    return centres[labels] + noise * spread[labels, None], labels


def turned(k, width, distance, generator):
    """Return k centres, each `distance` from each other, in no axis's direction."""
    return np.linalg.qr(generator.normal(size=(width, width)))[0][:k] * distance / np.sqrt(2)


def unequal(generator):
    centres = [[0, 0], [6, 0], [0, 6], [6.5, 6]]
    return around(centres, [600, 180, 80, 40], [1.3, 0.8, 0.6, 0.5], generator)


def elongated(generator):
    labels = np.arange(900) % 3
    values = generator.normal(size=(900, 2)) * [6.0, 0.5]
    values[:, 1] += 4.0 * labels
    return values @ np.array([[0.8, 0.6], [-0.6, 0.8]]), labels


def moons(generator):
    return make_moons(700, noise=0.06, random_state=int(generator.integers(1000)))


def rings(generator):
    return make_circles(700, factor=0.4, noise=0.05, random_state=int(generator.integers(1000)))


def overlapping(generator):
    return around(turned(4, 6, 4.0, generator), [250] * 4, 1.0, generator)


def high_dimensional(generator):
    return around(turned(5, 40, 8.0, generator), [120] * 5, 1.0, generator)


def mixed_types(generator):
    values, labels = around([[0, 0], [3, 0], [0, 3], [3, 3]], [200] * 4, 0.8, generator)
    counts = generator.poisson(np.array([1, 8, 1, 8])[labels])
    likes = (
        generator.random((800, 2))
        < np.array([[0.1, 0.05], [0.1, 0.9], [0.9, 0.9], [0.9, 0.05]])[labels]
    )
    return np.column_stack([values, np.log1p(counts), likes]), labels


def rare(generator):
    return around([[0] * 4, [5, 0, 0, 0], [0, 9, 9, 0]], [690, 495, 15], 1.0, generator)


def outliers(generator):
    values, labels = around([[0, 0], [7, 0], [3.5, 6]], [300] * 3, 1.0, generator)
    far = generator.choice(900, size=18, replace=False)
    values[far] = generator.uniform(-30.0, 40.0, size=(18, 2))
    labels[far] = -1
    return values, labels


def noise(generator):
    return generator.uniform(size=(600, 4)), np.zeros(600, dtype=int)


def found(values, options):
    """Return the chosen row and the label of each row, -1 for noise."""
    matrix, catalog = matrix_of(values), catalog_of(values.shape[1])
    candidates = evaluate_candidates(matrix, catalog, {"s": options})
    settings = parse_settings({"s": options})["s"]
    parts = fitted_parts(
        sort_by_key(matrix), check_catalog(catalog), settings, chosen_in(candidates)
    )
    part, partition = parts[0]
    return (
        candidates.loc[candidates["is_chosen"]].iloc[0],
        partition.score(part.prepared.points).index,
    )


def best_alone(values, labels):
    """Return the best agreement of scikit-learn's algorithms, each told the number of segments."""
    k = len(set(labels) - {-1})
    points = (values - values.mean(axis=0)) / values.std(axis=0)
    attempts = [
        KMeans(k, n_init=10, random_state=0),
        AgglomerativeClustering(k),
        GaussianMixture(k, covariance_type="full", reg_covar=1e-3, random_state=0),
        GaussianMixture(k, covariance_type="diag", reg_covar=1e-3, random_state=0),
        HDBSCAN(min_cluster_size=10, copy=True),
        HDBSCAN(min_cluster_size=20, copy=True),
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return max(adjusted_rand_score(labels, item.fit_predict(points)) for item in attempts)


SHAPES = {
    "unequal": unequal,
    "elongated": elongated,
    "moons": moons,
    "rings": rings,
    "overlapping": overlapping,
    "high-dimensional": high_dimensional,
    "mixed types": mixed_types,
    "1 % rare": rare,
    "outliers": outliers,
    "noise": noise,
}


@pytest.mark.parametrize("name", SHAPES)
def test_the_choice_is_about_as_good_as_the_best_algorithm(name):
    values, labels = SHAPES[name](np.random.default_rng(7))
    chosen, assigned = found(values, OPTIONS)
    agreement, best = adjusted_rand_score(labels, assigned), best_alone(values, labels)
    assert agreement >= best - 0.05, (chosen["candidate_id"], agreement, best)


@pytest.mark.parametrize("algorithm", ["gaussian_mixture", "hierarchical", "dbscan", "hdbscan"])
@pytest.mark.parametrize("kind", ["uniform", "gaussian"])
def test_no_algorithm_finds_segments_in_noise(algorithm, kind):
    generator = np.random.default_rng(11)
    draw = generator.uniform if kind == "uniform" else generator.normal
    options = {**OPTIONS, "algorithms": [algorithm], "covariances": ["full"], "k_max": 4}
    chosen, _ = found(draw(size=(500, 3)), options)
    assert (chosen["k"], chosen["verdict"]) == (1, NO_STRUCTURE)


@pytest.mark.parametrize(
    "values",
    [
        np.zeros((1, 3)),
        np.ones((40, 3)),
        np.arange(6.0).reshape(3, 2),
        np.r_[np.zeros(30), np.ones(30)].reshape(-1, 1),
        np.full((20, 2), np.nan),
        np.array([[np.inf, 1.0], [2.0, np.nan], [0.0, 3.0]]),
    ],
    ids=["1 customer", "identical", "k > n", "one feature", "nothing known", "not finite"],
)
def test_degenerate_customers_have_a_defined_answer(values):
    options = {**OPTIONS, "null_sample_size": 50}
    matrix, catalog = matrix_of(values), catalog_of(values.shape[1])
    candidates = evaluate_candidates(matrix, catalog, {"s": options})
    chosen = candidates.loc[candidates["is_chosen"]]
    assert len(chosen) == 1
    assert chosen["choice_reason"].notna().all()
    rejected = candidates.loc[~candidates["is_accepted"]]
    assert rejected["rejection_reason"].notna().all()
