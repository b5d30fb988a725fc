"""Segments as nearest centroids: k-means, mini-batch k-means and hierarchical clustering."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from covey.segmentation.forms import (
    Parameter,
    Scores,
    known_counts,
    parameters_of,
    posteriors,
    read_all,
    read_counts,
    read_number,
    round_to_magnitude,
    rounded,
)
from covey.segmentation.frames import FloatArray, IntArray
from covey.segmentation.hierarchy import Tree

VARIANCE_FLOOR = 1e-9
"""Variance of segments that are single points: probabilities then are 1 or, on ties, equal."""


@dataclass(frozen=True, slots=True, eq=False)
class CentroidPartition:
    """Segments as nearest centroids, with one spherical variance for all.

    The score of segment j is z.c_j - |c_j|^2 / 2: half the squared distance, sign turned, up to
    the term |z|^2 / 2 that all segments share. So nearest centroid = highest linear score, and a
    Gaussian mixture of equal weights and one variance v has the posterior softmax(score / v).

    Attributes
    ----------
    centroids
        (k, d) centroids in the scaled, weighted space.
    variance
        Mean squared distance of a point from its centroid, per dimension.
    counts
        (k,) points that each centroid is the mean of; None if that is not known.
    tree
        What the segments were cut from, if they come from hierarchical clustering.
    """

    centroids: FloatArray
    variance: float
    counts: FloatArray | None = None
    tree: Tree | None = None

    @property
    def k(self) -> int:
        """Number of segments."""
        return len(self.centroids)

    @property
    def free_parameters(self) -> None:
        """None: there is no likelihood."""
        return None

    @property
    def intercepts(self) -> FloatArray:
        """(k,) -|c|^2 / 2 of every centroid c."""
        halves: FloatArray = -0.5 * np.einsum("kd,kd->k", self.centroids, self.centroids)
        return halves

    def log_likelihood(self, points: FloatArray) -> None:
        """None: there is no likelihood."""
        return None

    def score(self, points: FloatArray) -> Scores:
        """Score (n, d) points; ties go to the lowest position."""
        scores = points @ self.centroids.T + self.intercepts
        square = np.einsum("nd,nd->n", points, points)
        index = np.argmax(scores, axis=1)
        best = scores[np.arange(len(points)), index]
        distance = np.sqrt(np.maximum(square - 2.0 * best, 0.0))
        probability, entropy = posteriors((scores - best[:, None]) / self.variance)
        if self.k == 1:
            margin = np.full(len(points), np.nan)
        else:
            runner_up = np.partition(scores, -2, axis=1)[:, -2]
            margin = np.sqrt(np.maximum(square - 2.0 * runner_up, 0.0)) - distance
        return Scores(index, probability, distance, margin, entropy)

    def reordered(self, order: Sequence[int]) -> CentroidPartition:
        """Return the same model with segment `order[i]` at position i."""
        places = list(order)
        counts = None if self.counts is None else self.counts[places]
        return replace(self, centroids=self.centroids[places], counts=counts)

    def parameters(self) -> list[Parameter]:
        """Write centroids, intercepts, the variance, and what counts and tree there are."""
        rows = parameters_of("centroid", self.centroids)
        rows += parameters_of("intercept", self.intercepts)
        rows.append(Parameter("variance", None, None, self.variance))
        if self.counts is not None:
            rows += parameters_of("count", self.counts)
        return rows if self.tree is None else [*rows, *self.tree.parameters()]

    def updated(self, points: FloatArray) -> CentroidPartition:
        """Move the centroids by (n, d) new points alone (Sculley 2010, Web-scale k-means).

        A centroid that is the mean of c points and gets m new ones moves by m / (c + m) of the way
        to their mean: the running mean of all points it ever got.

        Raises
        ------
        ValueError
            If `counts` is not known.
        """
        counts = known_counts(self.counts)
        labels = self.score(points).index
        got = np.bincount(labels, minlength=self.k).astype("float64")
        sums = np.zeros_like(self.centroids)
        np.add.at(sums, labels, points - self.centroids[labels])
        moved = self.centroids + sums / np.maximum(counts + got, 1.0)[:, None]
        centroids = rounded(moved)
        within = float(np.square(points - centroids[labels]).sum())
        # What lies around the old centroids lies |shift|^2 farther from the new ones.
        shifts = np.square(centroids - self.centroids).sum(axis=1)
        old = self.variance * counts.sum() * points.shape[1] + float(counts @ shifts)
        total = float((counts.sum() + len(points)) * points.shape[1])
        variance = _rounded_variance((old + within) / max(total, 1.0))
        return CentroidPartition(centroids, variance, counts + got)

    @classmethod
    def from_points(
        cls, points: FloatArray, labels: IntArray, centroids: FloatArray
    ) -> CentroidPartition:
        """Round (k, d) centroids and measure the variance of (n, d) points around them."""
        kept = rounded(centroids)
        within = float(np.square(points - kept[labels]).sum())
        counts = np.bincount(labels, minlength=len(kept)).astype("float64")
        return cls(kept, _rounded_variance(within / max(points.size, 1)), counts)

    @classmethod
    def from_rows(
        cls, rows: pd.DataFrame, coordinates: Sequence[str], segments: Sequence[str]
    ) -> CentroidPartition:
        """Read the model from its parameter rows.

        Parameters
        ----------
        rows
            Rows of one part of one model: parameter, feature, segment_id, term, value.
        coordinates, segments
            The order of both in the arrays.

        Raises
        ------
        ValueError
            If a centroid or the variance is missing.
        """
        centroids = read_all(rows, "centroid", segment_id=segments, feature=coordinates)
        variance = read_number(rows, "variance")
        counts = read_counts(rows, segments)
        return cls(centroids, variance, counts, Tree.from_rows(rows, coordinates))


def _rounded_variance(variance: float) -> float:
    kept = float(round_to_magnitude(np.asarray([variance]), variance)[0])
    return max(kept, VARIANCE_FLOOR)
