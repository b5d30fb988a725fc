"""Is there any structure at all? A test against clouds that have none.

K-means splits anything. The silhouette it reaches on the data must therefore exceed what it
reaches, with the same number of segments, on clouds of the same size and shape that are known to
have no segments. Four of them, because each one has a blind spot that another covers:

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

from covey.segmentation.algorithms import Algorithm, Variant
from covey.segmentation.frames import FloatArray
from covey.segmentation.indices import silhouettes, spread_sample
from covey.segmentation.settings import SegmentationSettings

NULL_INITS = 3
"""Starts of a fit to a reference cloud, and of the fit to the data that it is compared with."""

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


def found_silhouette(
    points: FloatArray, algorithm: Algorithm, variant: Variant, *, random_state: int
) -> float:
    """Silhouette that an algorithm reaches on (n, d) points."""
    partition = algorithm.fit(points, variant, n_init=NULL_INITS, random_state=random_state)
    return silhouettes(points, [partition.score(points).index])[0]


def beats_references(
    points: FloatArray,
    algorithm: Algorithm,
    variant: Variant,
    *,
    settings: SegmentationSettings,
) -> Comparison:
    """Compare the silhouette of one candidate with that of clouds without segments.

    Structure means: against each of the `REFERENCES`, the silhouette of the data is more than
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

    Returns
    -------
    Comparison
        At the first reference that is not beaten the comparison ends.
    """
    size = max(settings.null_sample_size, variant.k or 0)
    sampled = points[spread_sample(len(points), size, random_state=settings.seed)]
    observed = found_silhouette(sampled, algorithm, variant, random_state=settings.seed)
    margins = []
    for place, (name, reference) in enumerate(REFERENCES.items()):
        generator = np.random.default_rng([settings.seed, place])
        draw = reference(sampled)
        reached = np.asarray(
            [
                found_silhouette(draw(generator), algorithm, variant, random_state=settings.seed)
                for _ in range(settings.null_runs)
            ]
        )
        mean, deviation = float(reached.mean()), float(reached.std(ddof=1))
        required = mean + max(settings.null_margin, settings.null_z * deviation)
        if not observed > required:
            words = (
                f"silhouette {observed:.3f} does not beat data without segments "
                f"({name} reference: mean {mean:.3f}, {required:.3f} required)"
            )
            return Comparison(False, words)
        margins.append((observed - required, name, required))
    _, name, required = min(margins)
    words = (
        f"silhouette {observed:.3f} beats data without segments "
        f"(hardest, {name} reference: {required:.3f} required)"
    )
    return Comparison(True, words)
