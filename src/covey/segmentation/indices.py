"""How good a partition is, by its own points: internal indices.

Labels are positions of segments; -1 is noise, which no index counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from sklearn.metrics import (
    calinski_harabasz_score,
    davies_bouldin_score,
    euclidean_distances,
)
from sklearn.neighbors import NearestNeighbors

from covey.segmentation.frames import FloatArray, IntArray

NEIGHBOURS = 10
"""Nearest neighbours of a point that `parted_share` looks at."""

_CHUNK_VALUES = 4_000_000
_NAN = float("nan")


def spread_sample(count: int, size: int, *, random_state: int) -> IntArray:
    """Draw at most `size` of `count` positions without replacement, ascending."""
    if count <= size:
        return np.arange(count)
    generator = np.random.default_rng(random_state)
    return np.sort(generator.choice(count, size=size, replace=False))


def silhouettes(points: FloatArray, labelings: Sequence[IntArray]) -> list[float]:
    """Mean silhouette (Rousseeuw 1987) of several labelings, the distances computed once.

    Parameters
    ----------
    points
        (n, d).
    labelings
        Each (n,), labels 0..k-1 or -1; a label may be absent.

    Returns
    -------
    list of float
        One mean per labeling, -1..1, over the points that are no noise; NaN unless 2 <= labels
        present < such points. A point alone in its segment counts 0, as in scikit-learn.
    """
    count = len(points)
    members = [
        (labels[:, None] == np.arange(int(labels.max(initial=0)) + 1)).astype("float64")
        for labels in labelings
    ]
    if count == 0 or points.shape[1] == 0 or not members:
        return [_NAN] * len(labelings)
    widths = np.cumsum([0, *(onehot.shape[1] for onehot in members)])
    joined = np.hstack(members)
    sizes = joined.sum(axis=0)
    totals = np.zeros(len(labelings))
    step = max(1, _CHUNK_VALUES // count)
    for start in range(0, count, step):
        rows = np.arange(start, min(start + step, count))
        distances = euclidean_distances(points[rows], points)
        distances[np.arange(len(rows)), rows] = 0.0
        sums = distances @ joined
        for place, labels in enumerate(labelings):
            block = slice(widths[place], widths[place + 1])
            kept = labels[rows] >= 0
            totals[place] += _silhouette_sum(sums[kept, block], sizes[block], labels[rows][kept])
    means = []
    for total, (low, high) in zip(totals, pairwise(widths), strict=True):
        present, counted = int((sizes[low:high] > 0).sum()), float(sizes[low:high].sum())
        means.append(float(total / counted) if 2 <= present < counted else _NAN)
    return means


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


def simplified_silhouette(points: FloatArray, labels: IntArray, centroids: FloatArray) -> float:
    """Silhouette with distances to centroids in place of mean distances: linear in the points.

    Hruschka, de Castro & Campello 2004; it ranks partitions much as the silhouette does
    (Vendramin, Campello & Hruschka 2010). NaN with fewer than two centroids.
    """
    kept = labels >= 0
    if len(centroids) < 2 or not kept.any() or points.shape[1] == 0:
        return _NAN
    distances = euclidean_distances(points[kept], centroids)
    rows, own = np.arange(len(distances)), labels[kept]
    inside = distances[rows, own]
    distances[rows, own] = np.inf
    outside = distances.min(axis=1)
    largest = np.maximum(inside, outside)
    return float(np.mean((outside - inside) / np.where(largest > 0.0, largest, 1.0)))


def separation(points: FloatArray, labels: IntArray) -> tuple[float, float]:
    """Return the Davies-Bouldin (1979) and Calinski-Harabasz (1974) indices of (n, d) points.

    Both are NaN unless 2 <= number of labels < n.
    """
    kept = labels >= 0
    if not 2 <= len(np.unique(labels[kept])) < int(kept.sum()) or points.shape[1] == 0:
        return _NAN, _NAN
    return (
        float(davies_bouldin_score(points[kept], labels[kept])),
        float(calinski_harabasz_score(points[kept], labels[kept])),
    )


def dunn(distances: FloatArray, labels: IntArray) -> float:
    """Smallest distance between segments over the largest within one (Dunn 1974).

    Parameters
    ----------
    distances
        (n, n) between all points.
    labels
        (n,).

    Returns
    -------
    float
        NaN with fewer than two segments, or where every segment is one point.
    """
    order = np.argsort(labels, kind="stable")
    order = order[labels[order] >= 0]
    _, starts = np.unique(labels[order], return_index=True)
    if len(starts) < 2:
        return _NAN
    ordered = distances[np.ix_(order, order)]
    longest = np.maximum.reduceat(np.maximum.reduceat(ordered, starts, axis=0), starts, axis=1)
    shortest = np.minimum.reduceat(np.minimum.reduceat(ordered, starts, axis=0), starts, axis=1)
    diameter = float(np.diag(longest).max())
    np.fill_diagonal(shortest, np.inf)
    return float(shortest.min() / diameter) if diameter > 0.0 else _NAN


def elbow(ks: Sequence[int], inertias: Sequence[float]) -> int | None:
    """Return the number of segments at the knee of the inertia.

    The knee is the point farthest below the straight line from the first point to the last, both
    axes scaled to 0..1 (the Kneedle of Satopaa et al. 2011, without smoothing). None with fewer
    than three points, or where no point lies below the line.
    """
    x, y = np.asarray(ks, dtype="float64"), np.asarray(inertias, dtype="float64")
    if len(x) < 3 or not np.isfinite(y).all() or y[0] <= y[-1]:
        return None
    below = (1.0 - (x - x[0]) / (x[-1] - x[0])) - (y - y[-1]) / (y[0] - y[-1])
    place = int(np.argmax(below))
    return int(ks[place]) if below[place] > 1e-12 else None


def information_criteria(
    log_likelihood: float | None, free_parameters: int | None, count: int
) -> tuple[float, float]:
    """Return BIC (Schwarz 1978) and AIC (Akaike 1974), lower is better; NaN without likelihood."""
    if log_likelihood is None or free_parameters is None:
        return _NAN, _NAN
    twice = -2.0 * log_likelihood
    return twice + free_parameters * float(np.log(count)), twice + 2.0 * free_parameters


def nearest_neighbours(points: FloatArray) -> IntArray:
    """Return (n, m) positions of the nearest other points, m at most `NEIGHBOURS`."""
    size = min(NEIGHBOURS, len(points) - 1)
    if size < 1 or points.shape[1] == 0:
        return np.empty((len(points), 0), dtype=np.intp)
    found = NearestNeighbors(n_neighbors=size, algorithm="brute").fit(points)
    return np.asarray(found.kneighbors(return_distance=False), dtype=np.intp)


def parted_share(neighbours: IntArray, labels: IntArray) -> tuple[float, float]:
    """Share of nearest neighbours that lie in different segments, and what chance would part.

    A border through a gap parts few neighbours, whatever the shape of the segments; a border
    through a crowd parts many. Noise is left out, on both sides.

    Parameters
    ----------
    neighbours
        (n, m), see `nearest_neighbours`.
    labels
        (n,).

    Returns
    -------
    (float, float)
        The share (the connectivity of Handl & Knowles 2005, without ranks), and the share if the
        same labels were dealt out at random; NaN without neighbours or with noise alone.
    """
    pairs = (labels >= 0)[:, None] & (labels[neighbours] >= 0)
    if not pairs.any():
        return _NAN, _NAN
    parted = (labels[neighbours] != labels[:, None]) & pairs
    shares = np.bincount(labels[labels >= 0]) / int((labels >= 0).sum())
    return float(parted.sum() / pairs.sum()), 1.0 - float(np.square(shares).sum())
