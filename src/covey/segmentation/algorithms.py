"""The algorithms that can propose segments, one class and one line of `ALGORITHMS` each."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning

from covey.segmentation.frames import FloatArray
from covey.segmentation.partitions import CentroidPartition, Partition

SINGLE = "single"
"""Name of the candidate that leaves everybody in one segment."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One candidate of an algorithm.

    Attributes
    ----------
    candidate_id
        Unique within a segmentation, such as kmeans-05.
    k
        Number of segments; None if the algorithm finds it.
    options
        The algorithm's own options, such as ("covariance", "diag").
    """

    candidate_id: str
    k: int | None
    options: tuple[tuple[str, str], ...] = ()


class Algorithm(Protocol):
    """What an algorithm must offer to take part."""

    @property
    def name(self) -> str:
        """Name in settings and candidates."""

    def variants(self, grid: Iterable[int]) -> list[Variant]:
        """List the candidates for the numbers of segments in `grid`."""

    def fit(
        self, points: FloatArray, variant: Variant, *, n_init: int, random_state: int
    ) -> Partition:
        """Fit one candidate to (n, d) points; n is at least its number of segments.

        The same points and seed must give the same bits on every run.
        """


@dataclass(frozen=True, slots=True)
class KMeansAlgorithm:
    """Lloyd's k-means from k-means++ starts (Lloyd 1982; Arthur & Vassilvitskii 2007)."""

    name: str = "kmeans"

    def variants(self, grid: Iterable[int]) -> list[Variant]:
        """List one candidate per number of segments: kmeans-02, kmeans-03, ..."""
        return [Variant(f"{self.name}-{k:02d}", k) for k in grid]

    def fit(
        self, points: FloatArray, variant: Variant, *, n_init: int, random_state: int
    ) -> CentroidPartition:
        """Fit k centroids to (n, d) points."""
        model = KMeans(
            n_clusters=variant.k or 1,
            n_init=n_init,
            algorithm="lloyd",
            random_state=random_state,
            copy_x=True,
        )
        with warnings.catch_warnings():
            # Fewer distinct points than segments: the candidate then falls by its empty segment.
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(points)
        return CentroidPartition.from_points(points, model.labels_, model.cluster_centers_)


@dataclass(frozen=True, slots=True)
class SingleSegment:
    """Everybody in one segment around the mean: what is left when nothing else holds."""

    name: str = SINGLE

    def variants(self, grid: Iterable[int]) -> list[Variant]:
        """List the only candidate, whatever the grid."""
        return [Variant(f"{self.name}-01", 1)]

    def fit(
        self, points: FloatArray, variant: Variant, *, n_init: int, random_state: int
    ) -> CentroidPartition:
        """Take the mean of (n, d) points."""
        labels = np.zeros(len(points), dtype=np.intp)
        return CentroidPartition.from_points(points, labels, points.mean(axis=0, keepdims=True))


ALGORITHMS: Mapping[str, Algorithm] = {
    algorithm.name: algorithm for algorithm in (KMeansAlgorithm(),)
}
"""Algorithms by name. `SingleSegment` is not listed: it is always tried."""
