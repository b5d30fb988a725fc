"""Fitted models as arrays and as rows: how points are scored against segments.

A form of model is one class that can label points, write itself as parameter rows and read itself
back; `PARTITIONS` lists the forms. K-means, mini-batch k-means and Ward all end as centroids.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
import pandas as pd

from covey.segmentation.frames import FloatArray, IntArray

VARIANCE_FLOOR = 1e-9
"""Variance of segments that are single points: probabilities then are 1 or, on ties, equal."""

LOWEST_LOGIT = -745.0
"""Log of the smallest ratio to the best segment that is not 0 in 64 bits."""


@dataclass(frozen=True, slots=True)
class Scores:
    """How points fall among segments.

    Attributes
    ----------
    index
        (n,) position of the segment of every point.
    probability
        (n,) posterior of that segment, 0..1.
    distance
        (n,) distance to it, in units of the scaled, weighted space.
    margin
        (n,) distance to the runner-up minus `distance`; NaN with a single segment.
    entropy
        (n,) of the posteriors of all segments, in nats; 0 where one of them is certain.
    """

    index: IntArray
    probability: FloatArray
    distance: FloatArray
    margin: FloatArray
    entropy: FloatArray


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of a fitted model, by position of its coordinate and segment (None: neither).

    `term` is what the number refers to besides: the position of a second coordinate, or a text.
    """

    name: str
    feature: int | None
    segment: int | None
    value: float
    term: int | str | None = None


class Partition(Protocol):
    """A fitted model: anything that splits the scaled space into segments."""

    @property
    def k(self) -> int:
        """Number of segments."""

    @property
    def centroids(self) -> FloatArray:
        """(k, d) centres of the segments; they settle the canonical order."""

    def score(self, points: FloatArray) -> Scores:
        """Score (n, d) points."""

    def reordered(self, order: Sequence[int]) -> Self:
        """Return the same model with segment `order[i]` at position i."""

    def parameters(self) -> list[Parameter]:
        """Write the model as numbers."""


def round_to_magnitude(values: FloatArray, magnitude: float, digits: int = 12) -> FloatArray:
    """Round to `digits` digits of the decade of `magnitude`: drops noise of the last bits.

    Zero that came out as 1e-17 becomes zero, and two machines that differ in the last bit write
    the same number (except for a value next to a rounding boundary).
    """
    if not magnitude > 0.0 or not np.isfinite(magnitude):
        return values + 0.0
    decimals = digits - int(np.ceil(np.log10(magnitude)))
    if not -290 < decimals < 290:
        return values + 0.0
    rounded: FloatArray = np.round(values, decimals) + 0.0
    return rounded


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
    """

    centroids: FloatArray
    variance: float

    @property
    def k(self) -> int:
        """Number of segments."""
        return len(self.centroids)

    @property
    def intercepts(self) -> FloatArray:
        """(k,) -|c|^2 / 2 of every centroid c."""
        halves: FloatArray = -0.5 * np.einsum("kd,kd->k", self.centroids, self.centroids)
        return halves

    def score(self, points: FloatArray) -> Scores:
        """Score (n, d) points; ties go to the lowest position."""
        scores = points @ self.centroids.T + self.intercepts
        square = np.einsum("nd,nd->n", points, points)
        index = np.argmax(scores, axis=1)
        rows = np.arange(len(points))
        best = scores[rows, index]
        distance = np.sqrt(np.maximum(square - 2.0 * best, 0.0))
        logits = (scores - best[:, None]) / self.variance
        ratios = np.exp(logits)
        softmax = ratios.sum(axis=1)
        weighted = (ratios * np.maximum(logits, LOWEST_LOGIT)).sum(axis=1)
        entropy = np.maximum(np.log(softmax) - weighted / softmax, 0.0)
        if self.k == 1:
            margin = np.full(len(points), np.nan)
        else:
            runner_up = np.partition(scores, -2, axis=1)[:, -2]
            margin = np.sqrt(np.maximum(square - 2.0 * runner_up, 0.0)) - distance
        return Scores(index, 1.0 / softmax, distance, margin, entropy)

    def reordered(self, order: Sequence[int]) -> CentroidPartition:
        """Return the same model with segment `order[i]` at position i."""
        return CentroidPartition(self.centroids[list(order)], self.variance)

    def parameters(self) -> list[Parameter]:
        """Write k x d centroids, k intercepts and the variance."""
        rows = [
            Parameter("centroid", feature, segment, float(value))
            for (segment, feature), value in np.ndenumerate(self.centroids)
        ]
        rows += [
            Parameter("intercept", None, segment, float(value))
            for segment, value in enumerate(self.intercepts)
        ]
        return [*rows, Parameter("variance", None, None, self.variance)]

    @classmethod
    def from_points(
        cls, points: FloatArray, labels: IntArray, centroids: FloatArray
    ) -> CentroidPartition:
        """Round (k, d) centroids and measure the variance of (n, d) points around them."""
        magnitude = float(np.abs(centroids).max(initial=0.0))
        rounded = round_to_magnitude(centroids, magnitude)
        within = float(np.square(points - rounded[labels]).sum())
        variance = within / max(points.size, 1)
        kept = float(round_to_magnitude(np.asarray([variance]), variance)[0])
        return cls(rounded, max(kept, VARIANCE_FLOOR))

    @classmethod
    def from_rows(
        cls, rows: pd.DataFrame, features: Sequence[str], segments: Sequence[str]
    ) -> CentroidPartition:
        """Read the model from its parameter rows.

        Parameters
        ----------
        rows
            Rows of one model: parameter, feature, segment_id, value.
        features, segments
            The order of both in the arrays.

        Raises
        ------
        ValueError
            If a centroid or the variance is missing.
        """
        column = {feature: position for position, feature in enumerate(features)}
        line = {segment: position for position, segment in enumerate(segments)}
        centroids = np.full((len(segments), len(features)), np.nan)
        for row in rows.loc[rows["parameter"] == "centroid"].itertuples():
            centroids[line[str(row.segment_id)], column[str(row.feature)]] = row.value
        variance = rows.loc[rows["parameter"] == "variance", "value"]
        if np.isnan(centroids).any() or len(variance) != 1:
            absent = int(np.isnan(centroids).sum())
            raise ValueError(
                f"the model lacks {absent} of {centroids.size} centroid rows "
                f"and has {len(variance)} rows of parameter 'variance' where 1 is due"
            )
        return cls(centroids, float(variance.iloc[0]))


Reader = Callable[[pd.DataFrame, Sequence[str], Sequence[str]], Partition]
"""Reads one form of model from rows, feature names and segment ids."""

PARTITIONS: Mapping[str, Reader] = {"variance": CentroidPartition.from_rows}
"""Parameter that only one form of model has -> what reads the rows of that form."""


def partition_from_rows(
    rows: pd.DataFrame, features: Sequence[str], segments: Sequence[str]
) -> Partition:
    """Read whichever form of model the rows hold.

    Raises
    ------
    ValueError
        If the rows fit no form in `PARTITIONS`.
    """
    present = set(rows["parameter"])
    for signature, read in PARTITIONS.items():
        if signature in present:
            return read(rows, features, segments)
    raise ValueError(f"no model form with the parameters {sorted(present)}: {list(PARTITIONS)}")


def canonical_order(sizes: IntArray, centroids: FloatArray) -> list[int]:
    """Order segments by size, largest first, equal sizes by centroid from the first feature on.

    Parameters
    ----------
    sizes
        (k,) number of points.
    centroids
        (k, d) centres.
    """
    return sorted(range(len(sizes)), key=lambda j: (-int(sizes[j]), *centroids[j].tolist()))


def segment_sizes(index: IntArray, k: int) -> IntArray:
    """Count the points of every one of k segments."""
    return np.bincount(index, minlength=k)
