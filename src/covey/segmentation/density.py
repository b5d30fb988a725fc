"""Density-based segments: dense regions, and noise between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree
from sklearn.cluster import DBSCAN, HDBSCAN
from sklearn.neighbors import NearestNeighbors

from covey.segmentation.forms import (
    NO_SEGMENT,
    Parameter,
    Scores,
    parameters_of,
    positions,
    read_all,
    read_number,
    rounded,
)
from covey.segmentation.frames import FloatArray, IntArray
from covey.segmentation.hierarchy import numbered

BoolArray = npt.NDArray[np.bool_]

SLACK = 1e-9
"""Share by which a radius is wider than found, against noise of the last bits."""


@dataclass(frozen=True, slots=True, eq=False)
class DensityPartition:
    """Segments as the neighbourhoods of core points, everything else noise.

    A point belongs to the segment of the nearest core point if that is within the radius of the
    segment. Distances are taken in a projection of the space.

    Attributes
    ----------
    centroids
        (k, d) means of the fitted points of each segment; they only settle its place and name.
    cores
        (m, r) core points, projected.
    owners
        (m,) segments of the core points.
    radii
        (k,) radius of each segment.
    projection
        (d, r) what points are multiplied by; None where r = d, and they stay as they are.
    agreement
        Share of the fitted points that end up where the algorithm itself put them.
    """

    centroids: FloatArray
    cores: FloatArray
    owners: IntArray
    radii: FloatArray
    projection: FloatArray | None = None
    agreement: float = 1.0

    @property
    def k(self) -> int:
        """Number of segments; 0 if everybody is noise."""
        return len(self.centroids)

    @property
    def free_parameters(self) -> None:
        """None: there is no likelihood."""
        return None

    def log_likelihood(self, points: FloatArray) -> None:
        """None: there is no likelihood."""
        return None

    def score(self, points: FloatArray) -> Scores:
        """Score (n, d) points; ties go to the lowest position.

        Noise is `NO_SEGMENT`, its distance and margin those to the nearest core points.
        """
        count = len(points)
        certain = np.ones(count), np.zeros(count)
        if self.k == 0:
            nowhere = np.full(count, np.nan)
            return Scores(np.full(count, NO_SEGMENT), certain[0], nowhere, nowhere, certain[1])
        turned = points if self.projection is None else points @ self.projection
        apart = np.column_stack(
            [cKDTree(self.cores[self.owners == j]).query(turned)[0] for j in range(self.k)]
        )
        index = np.argmin(apart, axis=1)
        distance = apart[np.arange(count), index]
        if self.k == 1:
            margin = np.full(count, np.nan)
        else:
            margin = np.partition(apart, 1, axis=1)[:, 1] - distance
        index = np.where(distance <= self.radii[index], index, NO_SEGMENT)
        return Scores(index, certain[0], distance, margin, certain[1])

    def reordered(self, order: Sequence[int]) -> DensityPartition:
        """Return the same model with segment `order[i]` at position i."""
        places = list(order)
        return replace(
            self,
            centroids=self.centroids[places],
            owners=np.argsort(places)[self.owners],
            radii=self.radii[places],
        )

    def parameters(self) -> list[Parameter]:
        """Write core points, radii, the projection if any, and the centroids."""
        rows = parameters_of("centroid", self.centroids)
        rows += parameters_of("radius", self.radii)
        axes: list[int | str] = list(range(self.cores.shape[1]))
        if self.projection is not None:
            axes = [*axis_names(len(axes))]
            rows += [
                Parameter("reduction", coordinate, None, float(value), axes[axis])
                for (coordinate, axis), value in np.ndenumerate(self.projection)
            ]
        numbers = numbered(len(self.cores))
        rows += [
            Parameter("core", axes[axis], int(self.owners[core]), float(value), numbers[core])
            for (core, axis), value in np.ndenumerate(self.cores)
        ]
        return [*rows, Parameter("agreement", None, None, self.agreement)]

    @classmethod
    def from_rows(
        cls, rows: pd.DataFrame, coordinates: Sequence[str], segments: Sequence[str]
    ) -> DensityPartition:
        """Read the model from its parameter rows, as `CentroidPartition.from_rows` does.

        Raises
        ------
        ValueError
            If a number is missing.
        """
        axes = sorted(set(rows.loc[rows["parameter"] == "reduction", "term"]))
        projection = read_all(rows, "reduction", feature=coordinates, term=axes) if axes else None
        cores = rows.loc[rows["parameter"] == "core", ["term", "segment_id"]].drop_duplicates()
        cores = cores.sort_values("term")
        return cls(
            read_all(rows, "centroid", segment_id=segments, feature=coordinates),
            read_all(rows, "core", term=list(cores["term"]), feature=axes or coordinates),
            positions(cores["segment_id"], segments),
            read_all(rows, "radius", segment_id=segments),
            projection,
            read_number(rows, "agreement"),
        )


def axis_names(count: int) -> list[str]:
    """Return the names of the axes of a projection: axis_01, axis_02, ..."""
    return [f"axis_{axis:02d}" for axis in range(1, count + 1)]


def principal_projection(points: FloatArray, dimensions: int) -> FloatArray | None:
    """Return (d, dimensions) principal axes of (n, d) points; None if d is no more than that.

    The sign of an axis is that of its largest loading, so that it is the same on every run.
    """
    if points.shape[1] <= dimensions:
        return None
    centred = points - points.mean(axis=0)
    _, vectors = np.linalg.eigh(centred.T @ centred)
    axes = vectors[:, ::-1][:, :dimensions]
    largest = axes[np.argmax(np.abs(axes), axis=0), np.arange(dimensions)]
    return rounded(axes * np.where(largest < 0.0, -1.0, 1.0))


def core_distances(points: FloatArray, min_samples: int) -> FloatArray:
    """Return (n,) distances within which each point has `min_samples` points, itself among them."""
    neighbours = min(min_samples, len(points))
    distances: FloatArray = (
        NearestNeighbors(n_neighbors=neighbours).fit(points).kneighbors(points)[0]
    )
    return distances[:, -1]


@dataclass(frozen=True, slots=True)
class Found:
    """What a density-based algorithm says of (n, r) points.

    Attributes
    ----------
    labels
        (n,) segments 0..k-1, `NO_SEGMENT` for noise.
    is_core
        (n,) whether a point is one whose neighbours belong to its segment.
    radii
        (k,) how far neighbours reach.
    """

    labels: IntArray
    is_core: BoolArray
    radii: FloatArray


Find = Callable[[FloatArray], Found]
"""Finds dense regions among (n, r) points."""


def dbscan(min_samples: int, quantile: float) -> Find:
    """Prepare DBSCAN (Ester, Kriegel, Sander & Xu 1996).

    eps is read off the sorted core distances, the k-distance curve: at `quantile`, so that this
    share of the points are core points.
    """

    def find(points: FloatArray) -> Found:
        eps = float(np.quantile(core_distances(points, min_samples), quantile))
        # Where most customers have that many equals, eps would be 0: equals are then a segment.
        eps = max(eps, SLACK * float(np.abs(points).max()))
        model = DBSCAN(eps=eps, min_samples=min_samples).fit(points)
        is_core = np.zeros(len(points), dtype=bool)
        is_core[model.core_sample_indices_] = True
        return Found(model.labels_, is_core, np.full(int(model.labels_.max()) + 1, eps))

    return find


def hdbscan(min_samples: int, min_share: float) -> Find:
    """Prepare HDBSCAN* (Campello, Moulavi & Sander 2013), excess of mass.

    All members of a segment are core points of DBSCAN at the largest of their core distances: that
    is the radius of the segment.
    """

    def find(points: FloatArray) -> Found:
        count = len(points)
        smallest = max(2, min_samples, int(np.ceil(min_share * count)))
        model = HDBSCAN(
            min_cluster_size=min(smallest, count), min_samples=min(min_samples, count), copy=True
        )
        labels = model.fit(points).labels_
        reach = core_distances(points, min_samples)
        radii = [float(reach[labels == j].max()) for j in range(int(labels.max()) + 1)]
        return Found(labels, labels >= 0, np.asarray(radii))

    return find


def thinned(cores: FloatArray, owners: IntArray, size: int) -> IntArray:
    """Choose `size` of (m, r) core points so that none is far from a chosen one.

    Farthest first (Gonzalez 1985), from the first core point of each segment on: the largest gap
    that is left is at most twice the smallest possible.

    Returns
    -------
    IntArray
        Positions, ascending; one per segment at least.
    """
    if len(cores) <= size:
        return np.arange(len(cores))
    chosen = [int(place) for place in np.unique(owners, return_index=True)[1]]
    gaps = np.full(len(cores), np.inf)
    for place in chosen:
        gaps = np.minimum(gaps, np.square(cores - cores[place]).sum(axis=1))
    while len(chosen) < size:
        farthest = int(np.argmax(gaps))
        chosen.append(farthest)
        gaps = np.minimum(gaps, np.square(cores - cores[farthest]).sum(axis=1))
    return np.sort(np.unique(chosen))


def fit_density(
    points: FloatArray,
    find: Find,
    *,
    dimensions: int,
    sample_size: int,
    max_core_points: int,
    random_state: int,
) -> DensityPartition:
    """Find dense regions in a sample of (n, d) points, reduced to principal components.

    In many dimensions all distances are alike and nearly everything is noise; and all of these
    algorithms look at all pairs.

    Parameters
    ----------
    points
        n and d at least 1, not all equal.
    find
        The algorithm.
    dimensions, sample_size, max_core_points
        At most so many axes, points and core points.
    random_state
        Seed of the sample.
    """
    if len(points) > sample_size:
        generator = np.random.default_rng(random_state)
        points = points[np.sort(generator.choice(len(points), size=sample_size, replace=False))]
    projection = principal_projection(points, dimensions)
    turned = points if projection is None else points @ projection
    found = find(turned)
    sizes = np.bincount(found.labels + 1, minlength=len(found.radii) + 1)[1:]
    sums = np.zeros((len(sizes), points.shape[1]))
    members = found.labels >= 0
    np.add.at(sums, found.labels[members], points[members])
    cores, owners = turned[found.is_core], found.labels[found.is_core]
    kept = thinned(cores, owners, max_core_points)
    partition = DensityPartition(
        rounded(sums / np.maximum(sizes, 1)[:, None]),
        rounded(cores[kept]),
        owners[kept],
        rounded(found.radii * (1.0 + SLACK)),
        projection,
    )
    agreement = float(np.mean(partition.score(points).index == found.labels))
    return replace(partition, agreement=agreement)
