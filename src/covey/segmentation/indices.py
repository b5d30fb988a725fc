"""How good a partition is: internal indices and stability."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from sklearn.metrics import (
    adjusted_rand_score,
    calinski_harabasz_score,
    davies_bouldin_score,
    euclidean_distances,
)

from covey.segmentation.algorithms import Algorithm, Variant
from covey.segmentation.frames import FloatArray, IntArray
from covey.segmentation.partitions import Partition

BOOTSTRAP_INITS = 3
"""Starts of a bootstrap refit: enough that a bad start seldom passes for instability."""

EVALUATION_ROWS = 5_000
"""Rows that bootstrap refits are compared on, at most; the index has settled well before."""

_CHUNK_VALUES = 4_000_000


def spread_sample(count: int, size: int, *, random_state: int) -> IntArray:
    """Draw at most `size` of `count` positions without replacement, ascending."""
    if count <= size:
        return np.arange(count)
    generator = np.random.default_rng(random_state)
    return np.sort(generator.choice(count, size=size, replace=False))


def silhouettes(points: FloatArray, labelings: list[IntArray]) -> list[float]:
    """Mean silhouette (Rousseeuw 1987) of several labelings, the distances computed once.

    Parameters
    ----------
    points
        (n, d).
    labelings
        Each (n,), labels 0..k-1; a label may be absent.

    Returns
    -------
    list of float
        One mean per labeling, -1..1; NaN unless 2 <= labels present < n. A point alone in its
        segment counts 0, as in scikit-learn.
    """
    count = len(points)
    onehots = [np.eye(int(labels.max(initial=0)) + 1)[labels] for labels in labelings]
    if count == 0 or points.shape[1] == 0 or not onehots:
        return [float("nan")] * len(labelings)
    widths = np.cumsum([0, *(onehot.shape[1] for onehot in onehots)])
    members = np.hstack(onehots)
    sizes = members.sum(axis=0)
    totals = np.zeros(len(labelings))
    step = max(1, _CHUNK_VALUES // count)
    for start in range(0, count, step):
        rows = np.arange(start, min(start + step, count))
        distances = euclidean_distances(points[rows], points)
        distances[np.arange(len(rows)), rows] = 0.0
        sums = distances @ members
        for place, labels in enumerate(labelings):
            block = slice(widths[place], widths[place + 1])
            totals[place] += _silhouette_sum(sums[:, block], sizes[block], labels[rows])
    present = [int((sizes[low:high] > 0).sum()) for low, high in pairwise(widths)]
    return [
        float(total / count) if 2 <= labels < count else float("nan")
        for total, labels in zip(totals, present, strict=True)
    ]


def _silhouette_sum(sums: FloatArray, sizes: FloatArray, own: IntArray) -> float:
    """Sum (b - a) / max(a, b) over the rows of (m, k) distance sums."""
    rows = np.arange(len(own))
    inside = sums[rows, own] / np.maximum(sizes[own] - 1.0, 1.0)
    means = np.where(sizes > 0, sums / np.maximum(sizes, 1.0), np.inf)
    means[rows, own] = np.inf
    outside = means.min(axis=1)
    largest = np.maximum(inside, outside)
    counted = (sizes[own] > 1) & np.isfinite(outside) & (largest > 0)
    return float(((outside - inside)[counted] / largest[counted]).sum())


def separation(points: FloatArray, labels: IntArray) -> tuple[float, float]:
    """Return the Davies-Bouldin (1979) and Calinski-Harabasz (1974) indices of (n, d) points.

    Both are NaN unless 2 <= number of labels < n.
    """
    if not 2 <= len(np.unique(labels)) < len(points):
        return float("nan"), float("nan")
    return (
        float(davies_bouldin_score(points, labels)),
        float(calinski_harabasz_score(points, labels)),
    )


def bootstrap_stability(
    points: FloatArray,
    algorithm: Algorithm,
    variant: Variant,
    reference: Partition,
    *,
    runs: int,
    sample_size: int,
    random_state: int,
) -> float:
    """Mean adjusted Rand index of bootstrap refits against the reference partition.

    Every run draws rows with replacement, refits, labels the evaluation rows with the refit (its
    nearest centroid) and compares with the reference labels. Resampling and labelling of the full
    set after Hennig (2007, Computational Statistics & Data Analysis 52) and Fang & Wang (2012,
    same journal, 56); agreement by the adjusted Rand index (Hubert & Arabie 1985) rather than
    cluster-wise Jaccard or pairwise distance, so that one number per candidate has a fixed scale.

    Parameters
    ----------
    points
        (n, d).
    algorithm, variant
        What to refit.
    reference
        Its fit to all points.
    runs
        Number of refits; 0 gives NaN.
    sample_size
        Rows per bootstrap sample, at most n.
    random_state
        Seed; run i draws the same rows for every candidate.

    Returns
    -------
    float
        At most 1; 0 is what chance gives.
    """
    if runs == 0:
        return float("nan")
    chosen = spread_sample(len(points), EVALUATION_ROWS, random_state=random_state)
    evaluated = points[chosen]
    labels = reference.score(evaluated).index
    agreements = []
    size = min(len(points), max(sample_size, variant.k or 0))
    for run in range(runs):
        generator = np.random.default_rng([random_state, run])
        drawn = generator.integers(len(points), size=size)
        refit = algorithm.fit(
            points[drawn], variant, n_init=BOOTSTRAP_INITS, random_state=random_state + run
        )
        agreements.append(adjusted_rand_score(labels, refit.score(evaluated).index))
    return float(np.mean(agreements))
