"""The algorithms that can propose segments, one class and one line of `ALGORITHMS` each."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.exceptions import ConvergenceWarning

from covey.segmentation.density import Find, dbscan, fit_density, hdbscan
from covey.segmentation.frames import FloatArray, IntArray
from covey.segmentation.hierarchy import grow
from covey.segmentation.mixture import MixturePartition, fit_mixture
from covey.segmentation.partitions import CentroidPartition, Partition

if TYPE_CHECKING:
    from covey.segmentation.settings import SegmentationSettings

SINGLE = "single"
"""Name of the candidate that leaves everybody in one segment."""

BATCH_ROWS = 1024
"""Rows of a batch of mini-batch k-means."""

MICRO_ITERATIONS = 10
"""Iterations that micro-clusters are sought with: they need to be small, not optimal."""


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
        The algorithm's own options, such as ("covariance", "diag"): all that a fit depends on.
    """

    candidate_id: str
    k: int | None
    options: tuple[tuple[str, str], ...] = ()

    def __getitem__(self, option: str) -> str:
        """Return an option."""
        return dict(self.options)[option]


class Algorithm(Protocol):
    """What an algorithm must offer to take part."""

    @property
    def name(self) -> str:
        """Name in settings and candidates."""

    def variants(self, settings: SegmentationSettings) -> list[Variant]:
        """List the candidates that the settings ask for."""

    def fit(
        self, points: FloatArray, variant: Variant, *, n_init: int, random_state: int
    ) -> Partition:
        """Fit one candidate to (n, d) points; n is at least its number of segments.

        The same points and seed must give the same bits on every run.
        """


def grid(name: str, settings: SegmentationSettings, **options: str) -> list[Variant]:
    """List one candidate per number of segments: name-02, name-03, ..."""
    return [Variant(f"{name}-{k:02d}", k, tuple(options.items())) for k in settings.grid]


def fit_kmeans(
    points: FloatArray, k: int, *, n_init: int, random_state: int | np.random.RandomState
) -> KMeans:
    """Fit Lloyd's k-means to (n, d) points."""
    model = KMeans(k, n_init=n_init, algorithm="lloyd", random_state=random_state, copy_x=True)
    with warnings.catch_warnings():
        # Fewer distinct points than segments: the candidate then falls by its empty segment.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(points)


@dataclass(frozen=True, slots=True)
class KMeansAlgorithm:
    """Lloyd's k-means from k-means++ starts (Lloyd 1982; Arthur & Vassilvitskii 2007)."""

    name: str = "kmeans"

    def variants(self, settings: SegmentationSettings) -> list[Variant]:
        """List one candidate per number of segments."""
        return grid(self.name, settings)

    def fit(
        self, points: FloatArray, variant: Variant, *, n_init: int, random_state: int
    ) -> CentroidPartition:
        """Fit k centroids to (n, d) points."""
        model = fit_kmeans(points, variant.k or 1, n_init=n_init, random_state=random_state)
        return CentroidPartition.from_points(points, model.labels_, model.cluster_centers_)


@dataclass(frozen=True, slots=True)
class MiniBatchKMeansAlgorithm:
    """K-means by batches, that new data alone can move (Sculley 2010)."""

    name: str = "minibatch_kmeans"

    def variants(self, settings: SegmentationSettings) -> list[Variant]:
        """List one candidate per number of segments."""
        return grid(self.name, settings)

    def fit(
        self, points: FloatArray, variant: Variant, *, n_init: int, random_state: int
    ) -> CentroidPartition:
        """Fit k centroids to (n, d) points."""
        model = MiniBatchKMeans(
            variant.k or 1, n_init=n_init, batch_size=BATCH_ROWS, random_state=random_state
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(points)
        return CentroidPartition.from_points(points, model.labels_, model.cluster_centers_)


@dataclass(frozen=True, slots=True)
class GaussianMixtureAlgorithm:
    """Gaussian mixtures by EM, each started from k-means (Dempster, Laird & Rubin 1977).

    Attributes
    ----------
    regularisation
        Added to every variance, as a share of the mean variance of the points.
    starts
        Partitions that EM starts from, each the best of its share of the `n_init` runs of k-means;
        the mixture with the highest likelihood counts.
    """

    name: str = "gaussian_mixture"
    regularisation: float = 1e-3
    starts: int = 1

    def variants(self, settings: SegmentationSettings) -> list[Variant]:
        """List one candidate per form of covariance and number of segments."""
        return [
            variant
            for covariance in dict.fromkeys(settings.covariances)
            for variant in grid(f"{self.name}-{covariance}", settings, covariance=covariance)
        ]

    def fit(
        self, points: FloatArray, variant: Variant, *, n_init: int, random_state: int
    ) -> MixturePartition:
        """Fit k Gaussians to (n, d) points."""
        k, runs = variant.k or 1, max(1, n_init // self.starts)
        generator = np.random.RandomState(random_state)
        found = [
            fit_mixture(
                points,
                fit_kmeans(points, k, n_init=runs, random_state=generator).labels_,
                k,
                variant["covariance"],
                self.regularisation,
            )
            for _ in range(self.starts)
        ]
        return max(found, key=lambda mixture: mixture.log_likelihood(points))


@dataclass(frozen=True, slots=True)
class HierarchicalAlgorithm:
    """Agglomerative clustering of weighted micro-clusters; the tree stays with the model.

    Micro-clusters by k-means make it linear in the number of customers (as BIRCH does, Zhang,
    Ramakrishnan & Livny 1996). Every customer belongs to the nearest centroid of a segment.
    """

    name: str = "hierarchical"

    def variants(self, settings: SegmentationSettings) -> list[Variant]:
        """List one candidate per linkage and number of segments."""
        size = str(settings.micro_clusters)
        return [
            variant
            for linkage in dict.fromkeys(settings.linkages)
            for variant in grid(
                f"{self.name}-{linkage}", settings, linkage=linkage, micro_clusters=size
            )
        ]

    def fit(
        self, points: FloatArray, variant: Variant, *, n_init: int, random_state: int
    ) -> CentroidPartition:
        """Grow the tree of (n, d) points and cut it at k segments."""
        micro = micro_clusters(points, int(variant["micro_clusters"]), random_state=random_state)
        weights = np.bincount(micro).astype("float64")
        sums = np.zeros((len(weights), points.shape[1]))
        np.add.at(sums, micro, points)
        tree = grow(sums / weights[:, None], weights, variant["linkage"])
        labels = tree.cut(variant.k or 1)[micro]
        partition = CentroidPartition.from_points(points, labels, tree.centroids(variant.k or 1))
        applied = partition.score(points).index
        kept = replace(tree, agreement=float(np.mean(applied == labels)))
        return replace(partition, tree=kept)


def micro_clusters(points: FloatArray, size: int, *, random_state: int) -> IntArray:
    """Return (n,) labels of at most `size` small clusters; each point its own if n allows it."""
    if len(points) <= size:
        return np.arange(len(points))
    model = KMeans(size, n_init=1, max_iter=MICRO_ITERATIONS, random_state=random_state)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        labels = model.fit(points).labels_
    # Fewer distinct points than clusters leave some empty.
    return np.unique(labels, return_inverse=True)[1]


def density_options(settings: SegmentationSettings) -> dict[str, str]:
    """Return what all density-based candidates of a segmentation share."""
    return {
        "dimensions": str(settings.density_dimensions),
        "sample_size": str(settings.density_sample_size),
        "max_core_points": str(settings.max_core_points),
    }


def fit_dense(points: FloatArray, variant: Variant, find: Find, *, random_state: int) -> Partition:
    """Find dense regions among (n, d) points; equal points are one segment."""
    if points.shape[1] == 0 or not np.ptp(points, axis=0).any():
        return SingleSegment().fit(points, variant, n_init=1, random_state=random_state)
    return fit_density(
        points,
        find,
        dimensions=int(variant["dimensions"]),
        sample_size=int(variant["sample_size"]),
        max_core_points=int(variant["max_core_points"]),
        random_state=random_state,
    )


@dataclass(frozen=True, slots=True)
class DbscanAlgorithm:
    """DBSCAN over a grid of eps and min_samples (Ester, Kriegel, Sander & Xu 1996).

    eps is a quantile of the k-distance curve, so that the grid fits any data.
    """

    name: str = "dbscan"
    min_samples: tuple[int, ...] = (10, 25)
    quantiles: tuple[float, ...] = (0.5, 0.8, 0.9, 0.95)

    def variants(self, settings: SegmentationSettings) -> list[Variant]:
        """List one candidate per min_samples and eps: dbscan-10-q80, ..."""
        return [
            Variant(
                f"{self.name}-{size:02d}-q{100 * quantile:.0f}",
                None,
                (
                    ("min_samples", str(size)),
                    ("quantile", str(quantile)),
                    *density_options(settings).items(),
                ),
            )
            for size in self.min_samples
            for quantile in self.quantiles
        ]

    def fit(
        self, points: FloatArray, variant: Variant, *, n_init: int, random_state: int
    ) -> Partition:
        """Find segments and noise among (n, d) points."""
        find = dbscan(int(variant["min_samples"]), float(variant["quantile"]))
        return fit_dense(points, variant, find, random_state=random_state)


@dataclass(frozen=True, slots=True)
class HdbscanAlgorithm:
    """HDBSCAN*: DBSCAN at every eps at once (Campello, Moulavi & Sander 2013)."""

    name: str = "hdbscan"
    min_samples: tuple[int, ...] = (5, 15)

    def variants(self, settings: SegmentationSettings) -> list[Variant]:
        """List one candidate per min_samples: hdbscan-05, ..."""
        return [
            Variant(
                f"{self.name}-{size:02d}",
                None,
                (
                    ("min_samples", str(size)),
                    ("min_share", str(settings.min_segment_share)),
                    *density_options(settings).items(),
                ),
            )
            for size in self.min_samples
        ]

    def fit(
        self, points: FloatArray, variant: Variant, *, n_init: int, random_state: int
    ) -> Partition:
        """Find segments and noise among (n, d) points."""
        find = hdbscan(int(variant["min_samples"]), float(variant["min_share"]))
        return fit_dense(points, variant, find, random_state=random_state)


@dataclass(frozen=True, slots=True)
class SingleSegment:
    """Everybody in one segment around the mean: what is left when nothing else holds."""

    name: str = SINGLE

    def variants(self, settings: SegmentationSettings) -> list[Variant]:
        """List the only candidate, whatever the settings."""
        return [Variant(f"{self.name}-01", 1)]

    def fit(
        self, points: FloatArray, variant: Variant, *, n_init: int, random_state: int
    ) -> CentroidPartition:
        """Take the mean of (n, d) points."""
        labels = np.zeros(len(points), dtype=np.intp)
        return CentroidPartition.from_points(points, labels, points.mean(axis=0, keepdims=True))


ALGORITHMS: Mapping[str, Algorithm] = {
    algorithm.name: algorithm
    for algorithm in (
        KMeansAlgorithm(),
        MiniBatchKMeansAlgorithm(),
        GaussianMixtureAlgorithm(),
        HierarchicalAlgorithm(),
        DbscanAlgorithm(),
        HdbscanAlgorithm(),
    )
}
"""Algorithms by name. `SingleSegment` is not listed: it is always tried."""
