"""Is there any structure at all? A test against clouds that have none.

K-means splits anything. What it reaches on the data must therefore exceed what it reaches, with
the same number of segments, on clouds of the same size and shape that are known to have no
segments; and so for any algorithm. Four clouds, because each has a blind spot that another covers:

- ``gaussian``: same mean and covariance (Liu, Hayes, Nobel & Marron 2008, SigClust, JASA 103);
- ``box``: uniform over the box along the principal axes (Tibshirani, Walther & Hastie 2001, the
  gap statistic, JRSS B 63), because uniform noise splits better than a Gaussian;
- ``margins``: the features' own margins made unimodal, joined with their rank correlation
  (Helgeson, Vock & Bair 2021, UNPaC, Biometrics 77; unimodal histograms here instead of kernel
  densities), because skewed money and counts split better than either, without any segments;
- ``axes``: the same along the principal axes, because a long flat cloud, such as one feature
  repeated with noise, splits better than its margins tell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression
from scipy.stats import norm, rankdata

from covey.segmentation.algorithms import Algorithm, KMeansAlgorithm, Variant
from covey.segmentation.frames import FloatArray
from covey.segmentation.indices import (
    nearest_neighbours,
    parted_share,
    silhouettes,
    spread_sample,
)
from covey.segmentation.partitions import Partition
from covey.segmentation.settings import SegmentationSettings

NULL_INITS = 3
"""Starts of a fit to a reference cloud: it has no best fit that few starts could miss."""

MAX_NOISE = 0.1
"""Share of the customers that a density model may leave without a segment."""

GAP_CLOUDS = 10
"""Box clouds that the gap statistic and the parting are measured against."""

MIN_BINS, MAX_BINS = 8, 64
"""Bins of a unimodal histogram: twice the root of the number of rows, within these."""

Draw = Callable[[np.random.Generator], FloatArray]
"""Draws one reference cloud of the size of the data, (n, d)."""

Quantiles = tuple[FloatArray, FloatArray]
"""Cumulative shares and the values at them, both (b + 1,)."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Outcome of the null test of one candidate, and the figures in words."""

    is_structure: bool
    words: str


def principal_axes(points: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the mean (d,), the standard deviations (r,) and the axes (r, d) of (n, d) points."""
    center = points.mean(axis=0)
    _, singular, axes = np.linalg.svd(points - center, full_matrices=False)
    return center, singular / np.sqrt(len(points)), axes


def gaussian_reference(points: FloatArray) -> Draw:
    """Prepare the Gaussian with the mean and covariance of (n, d) points."""
    center, deviations, axes = principal_axes(points)

    def draw(generator: np.random.Generator) -> FloatArray:
        normal = generator.standard_normal((len(points), len(axes)))
        cloud: FloatArray = center + (normal * deviations) @ axes
        return cloud

    return draw


def box_reference(points: FloatArray) -> Draw:
    """Prepare the uniform cloud in the box around (n, d) points along their principal axes."""
    center, _, axes = principal_axes(points)
    turned = (points - center) @ axes.T
    low, high = turned.min(axis=0), turned.max(axis=0)

    def draw(generator: np.random.Generator) -> FloatArray:
        cloud: FloatArray = center + generator.uniform(low, high, (len(points), len(axes))) @ axes
        return cloud

    return draw


def margins_reference(points: FloatArray) -> Draw:
    """Prepare unimodal margins with the rank correlation of (n, d) points, a Gaussian copula."""
    count, width = points.shape
    scores = norm.ppf((rankdata(points, axis=0) - 0.5) / count)
    scores /= np.maximum(scores.std(axis=0), np.finfo("float64").tiny)
    values, vectors = np.linalg.eigh(scores.T @ scores / count)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    quantiles = [unimodal_quantiles(column) for column in points.T]

    def draw(generator: np.random.Generator) -> FloatArray:
        shares = norm.cdf(generator.standard_normal((count, width)) @ root.T)
        return at_quantiles(shares, quantiles)

    return draw


def axes_reference(points: FloatArray) -> Draw:
    """Prepare independent unimodal margins along the principal axes of (n, d) points."""
    center, _, axes = principal_axes(points)
    quantiles = [unimodal_quantiles(column) for column in ((points - center) @ axes.T).T]

    def draw(generator: np.random.Generator) -> FloatArray:
        shares = generator.uniform(size=(len(points), len(axes)))
        cloud: FloatArray = center + at_quantiles(shares, quantiles) @ axes
        return cloud

    return draw


def unimodal_counts(counts: FloatArray) -> FloatArray:
    """Least-squares unimodal fit to (b,) counts of a histogram: rising to a mode, then falling.

    Isotonic regression on both sides of the mode (Ayer et al. 1955), for the best of all modes.
    """
    best, best_loss = counts, np.inf
    for mode in range(len(counts)):
        fit = np.asarray(isotonic_regression(counts[: mode + 1]).x, dtype="float64")
        if mode + 1 < len(counts):
            falling = isotonic_regression(counts[mode + 1 :], increasing=False).x
            fit = np.concatenate([fit, falling])
        loss = float(np.square(fit - counts).sum())
        if loss < best_loss - 1e-9:
            best, best_loss = fit, loss
    return best


def unimodal_quantiles(values: FloatArray) -> Quantiles:
    """Return the quantiles of the unimodal histogram nearest to (n,) values."""
    bins = min(MAX_BINS, max(MIN_BINS, int(2 * np.sqrt(len(values)))))
    # A column of rounding noise has no range to cut into bins: give it one.
    low, high = float(values.min()), float(values.max())
    width = max(high - low, 1e-9 * max(1.0, abs(low), abs(high)))
    counts, edges = np.histogram(values, bins=bins, range=(low, low + width))
    fit = unimodal_counts(counts.astype("float64"))
    return np.concatenate([[0.0], np.cumsum(fit) / fit.sum()]), edges


def at_quantiles(shares: FloatArray, quantiles: list[Quantiles]) -> FloatArray:
    """Map (n, d) shares, 0..1, column by column to values at these quantiles."""
    columns = zip(shares.T, quantiles, strict=True)
    return np.column_stack([np.interp(share, *quantile) for share, quantile in columns])


REFERENCES: Mapping[str, Callable[[FloatArray], Draw]] = {
    "gaussian": gaussian_reference,
    "box": box_reference,
    "margins": margins_reference,
    "axes": axes_reference,
}
"""Clouds without segments, by name."""


class BoxClouds:
    """What k-means does to box clouds around (n, d) points, for any number of segments.

    The clouds are those of `box_reference`; every number of segments is fitted when asked for.
    """

    def __init__(self, points: FloatArray, *, random_state: int) -> None:
        """Draw the clouds."""
        self._points = points
        self._random_state = random_state
        self._parting: dict[int, float] = {}
        self._dispersion: dict[int, FloatArray] = {}
        generator = np.random.default_rng([random_state, len(REFERENCES)])
        draw = box_reference(points)
        self._clouds = [draw(generator) for _ in range(GAP_CLOUDS)]
        self._neighbours = [nearest_neighbours(cloud) for cloud in self._clouds]

    def parting(self, k: int) -> float:
        """Return the mean share of neighbours that k-means parts, relative to chance."""
        self._fit(k)
        return self._parting[k]

    def gap(self, k: int) -> tuple[float, float]:
        """Return the gap statistic of k-means and its standard error.

        Tibshirani, Walther & Hastie 2001: the mean log inertia of the clouds minus the log inertia
        of the points; the error is the deviation of the former times sqrt(1 + 1 / clouds).
        """
        self._fit(k)
        logs = self._dispersion[k]
        own, _ = kmeans_inertia(self._points, k, starts=NULL_INITS, random_state=self._random_state)
        if not (own > 0.0 and np.isfinite(logs).all()):
            return float("nan"), float("nan")
        error = float(logs.std()) * np.sqrt(1.0 + 1.0 / len(logs))
        return float(logs.mean() - np.log(own)), float(error)

    def _fit(self, k: int) -> None:
        if k in self._parting:
            return
        logs, partings = [], []
        for cloud, neighbours in zip(self._clouds, self._neighbours, strict=True):
            inertia, partition = kmeans_inertia(cloud, k, starts=1, random_state=self._random_state)
            share, chance = parted_share(neighbours, partition.score(cloud).index)
            partings.append(share / chance if chance > 0.0 else np.nan)
            logs.append(np.log(inertia) if inertia > 0.0 else np.nan)
        self._parting[k] = float(np.mean(partings))
        self._dispersion[k] = np.asarray(logs)


def kmeans_inertia(
    points: FloatArray, k: int, *, starts: int, random_state: int
) -> tuple[float, Partition]:
    """Fit k-means to (n, d) points for a comparison; return its inertia, too."""
    partition = KMeansAlgorithm().fit(
        points, Variant("kmeans", k), n_init=starts, random_state=random_state
    )
    labels = partition.score(points).index
    return float(np.square(points - partition.centroids[labels]).sum()), partition


def found_structure(
    points: FloatArray,
    algorithm: Algorithm,
    variant: Variant,
    statistic: str,
    *,
    n_init: int,
    random_state: int,
) -> tuple[float, float]:
    """Structure that an algorithm finds, by one of the `STATISTICS`, and its share of noise."""
    partition = algorithm.fit(points, variant, n_init=n_init, random_state=random_state)
    labels = partition.score(points).index
    noise = float((labels < 0).mean())
    if statistic == "silhouette":
        return silhouettes(points, [labels])[0], noise
    share, chance = parted_share(nearest_neighbours(points), labels)
    # One segment alone, or noise alone, is nothing found.
    if partition.k < 2 or not chance > 0.0:
        return 0.0, noise
    if statistic == "cohesion":
        return 1.0 - share / chance, noise
    return (chance - share) * (1.0 - noise) ** 2, noise


STATISTICS: Mapping[str, tuple[str, ...]] = {
    "silhouette": ("silhouette", "cohesion"),
    "bic": ("cohesion",),
    "parting": ("modularity",),
}
"""What the null test compares of candidates that compete by the silhouette, by BIC, by parting.

Cohesion is 1 minus the share of nearest neighbours that borders part, relative to chance.
Modularity (Newman & Girvan 2004) is how many fewer they part than chance would, so that a small
dense spot in a cloud counts for little; times the square of the share that is no noise, which is
the share of pairs of customers that have a segment.
"""


def beats_references(
    points: FloatArray,
    algorithm: Algorithm,
    variant: Variant,
    *,
    settings: SegmentationSettings,
    statistic: str = "silhouette",
) -> Comparison:
    """Compare what one candidate finds with what it finds in clouds without segments.

    Structure means: against each of the `REFERENCES`, the statistic of the data is more than
    `null_z` standard deviations of the reference draws, and more than `null_margin`, above their
    mean. The first sets the error rate; the second keeps a departure that only a large sample can
    see from counting.

    Parameters
    ----------
    points
        (n, d) scaled, weighted values; at most `null_sample_size` of them are used.
    algorithm, variant
        The candidate.
    settings
        null_sample_size, null_runs, null_z, null_margin and seed are read.
    statistic
        One of those in `STATISTICS`.

    Returns
    -------
    Comparison
        At the first reference that is not beaten the comparison ends.
    """
    size = max(settings.null_sample_size, variant.k or 0)
    sampled = points[spread_sample(len(points), size, random_state=settings.seed)]

    def found(cloud: FloatArray, n_init: int) -> tuple[float, float]:
        return found_structure(
            cloud, algorithm, variant, statistic, n_init=n_init, random_state=settings.seed
        )

    observed, noise = found(sampled, max(settings.n_init, NULL_INITS))
    margins = []
    for place, (name, reference) in enumerate(REFERENCES.items()):
        generator = np.random.default_rng([settings.seed, place])
        draw = reference(sampled)
        finds = [found(draw(generator), NULL_INITS) for _ in range(settings.null_runs)]
        # What is mostly noise would be no candidate: there the cloud had nothing to be found.
        limit = max(noise, MAX_NOISE)
        reached = np.asarray([value if share <= limit else 0.0 for value, share in finds])
        mean, deviation = float(reached.mean()), float(reached.std(ddof=1))
        required = mean + max(settings.null_margin, settings.null_z * deviation)
        if not observed > required:
            words = (
                f"{statistic} {observed:.3f} does not beat data without segments "
                f"({name} reference: mean {mean:.3f}, {required:.3f} required)"
            )
            return Comparison(False, words)
        margins.append((observed - required, name, required))
    _, name, required = min(margins)
    words = (
        f"{statistic} {observed:.3f} beats data without segments "
        f"(hardest, {name} reference: {required:.3f} required)"
    )
    return Comparison(True, words)
