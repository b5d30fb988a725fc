"""Gaussian mixtures of any form of covariance: fit, score, update."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import logsumexp
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

from covey.segmentation.forms import (
    Parameter,
    Scores,
    known_counts,
    parameters_of,
    posteriors,
    read_all,
    read_counts,
    read_number,
    read_values,
    rounded,
)
from covey.segmentation.frames import NONE, FloatArray, IntArray

SMALLEST_WEIGHT = 1e-9
"""Weight of a component that got no points: its log must be a number."""

MAX_ITERATIONS, TOLERANCE = 100, 1e-3
"""EM ends when the mean log-likelihood rises by less than the tolerance."""

SQUARE = ("diag", "spherical")
"""Forms of covariance without products of two coordinates."""

COVARIANCES = ("full", "tied", *SQUARE)


@dataclass(frozen=True, slots=True, eq=False)
class MixturePartition:
    """Segments as components of a Gaussian mixture.

    The score of segment j is log w_j + log N(u; m_j, C_j) + d/2 log(2 pi), written as intercept +
    linear . u + sum of quadratic terms of u, so that sums and products are all it takes to apply.

    Attributes
    ----------
    covariance
        full, tied (one for all), diag or spherical (diag with one variance).
    weights
        (k,) shares, sum 1.
    centroids
        (k, d) means.
    precisions
        Inverse covariances: (k, d, d), tied (1, d, d), diag and spherical (k, d).
    counts
        (k,) points of each component, in expectation; None if that is not known.
    regularisation
        What the fit added to every variance.
    """

    covariance: str
    weights: FloatArray
    centroids: FloatArray
    precisions: FloatArray
    counts: FloatArray | None = None
    regularisation: float = 0.0

    @property
    def k(self) -> int:
        """Number of segments."""
        return len(self.centroids)

    @property
    def is_square(self) -> bool:
        """Whether the score has squares only, no products of two coordinates."""
        return self.precisions.ndim == 2

    @property
    def free_parameters(self) -> int:
        """Free means, covariances and weights, as scikit-learn counts them."""
        k, d = self.centroids.shape
        pairs = d * (d + 1) // 2
        covariances = {"full": k * pairs, "tied": pairs, "diag": k * d, "spherical": k}
        return int(covariances[self.covariance] + k * d + k - 1)

    @property
    def linear(self) -> FloatArray:
        """(k, d) precision times mean."""
        if self.is_square:
            return self.precisions * self.centroids
        shape = (self.k, *self.precisions.shape[1:])
        products: FloatArray = np.einsum(
            "kij,kj->ki", np.broadcast_to(self.precisions, shape), self.centroids
        )
        return products

    @property
    def offsets(self) -> FloatArray:
        """(k,) log w_j - log det C_j / 2: the score at the mean."""
        halves: FloatArray
        if self.is_square:
            halves = 0.5 * np.log(self.precisions).sum(axis=1)
        else:
            halves = 0.5 * np.linalg.slogdet(self.precisions)[1]
        return np.log(self.weights) + halves

    @property
    def intercepts(self) -> FloatArray:
        """(k,) the score at the origin."""
        halves: FloatArray = 0.5 * np.einsum("kd,kd->k", self.linear, self.centroids)
        return self.offsets - halves

    def scores(self, points: FloatArray) -> FloatArray:
        """Return (n, k) scores of (n, d) points."""
        scores: FloatArray = points @ self.linear.T + self.intercepts
        if self.is_square:
            scores -= 0.5 * np.square(points) @ self.precisions.T
            return scores
        for place, precision in enumerate(self.precisions):
            squares = 0.5 * np.einsum("nd,nd->n", points @ precision, points)
            if len(self.precisions) == 1:
                scores -= squares[:, None]
                return scores
            scores[:, place] -= squares
        return scores

    def log_likelihood(self, points: FloatArray) -> float:
        """Sum of the log densities of (n, d) points."""
        return float(self.log_densities(points).sum())

    def log_densities(self, points: FloatArray) -> FloatArray:
        """Return (n,) log densities of (n, d) points."""
        constant = 0.5 * points.shape[1] * np.log(2.0 * np.pi)
        densities: FloatArray = logsumexp(self.scores(points), axis=1) - constant
        return densities

    def score(self, points: FloatArray) -> Scores:
        """Score (n, d) points; the distance is Mahalanobis', the margin log odds."""
        scores = self.scores(points)
        index = np.argmax(scores, axis=1)
        best = scores[np.arange(len(points)), index]
        probability, entropy = posteriors(scores - best[:, None])
        distance = np.sqrt(np.maximum(2.0 * (self.offsets[index] - best), 0.0))
        if self.k == 1:
            margin = np.full(len(points), np.nan)
        else:
            margin = best - np.partition(scores, -2, axis=1)[:, -2]
        return Scores(index, probability, distance, margin, entropy)

    def reordered(self, order: Sequence[int]) -> MixturePartition:
        """Return the same model with segment `order[i]` at position i."""
        places = list(order)
        shared = self.covariance == "tied"
        return replace(
            self,
            weights=self.weights[places],
            centroids=self.centroids[places],
            precisions=self.precisions if shared else self.precisions[places],
            counts=None if self.counts is None else self.counts[places],
        )

    def parameters(self) -> list[Parameter]:
        """Write means, weights, and intercept, linear and quadratic terms of the scores."""
        rows = parameters_of("centroid", self.centroids)
        rows += parameters_of("linear", self.linear)
        rows += self._quadratic()
        rows += parameters_of("intercept", self.intercepts)
        rows += parameters_of("offset", self.offsets)
        rows += parameters_of("mixture_weight", self.weights)
        rows.append(Parameter("variance", None, None, 1.0))
        rows.append(Parameter("covariance", None, None, self.regularisation, self.covariance))
        return rows if self.counts is None else [*rows, *parameters_of("count", self.counts)]

    def _quadratic(self) -> list[Parameter]:
        """Write squares as -p/2 and each pair of coordinates once as -p."""
        rows = []
        for place, precision in enumerate(self.precisions):
            segment = None if self.covariance == "tied" else place
            matrix = np.diag(precision) if self.is_square else precision
            width = len(matrix)
            for one in range(width):
                for other in range(one, one + 1 if self.is_square else width):
                    value = -float(matrix[one, other]) * (0.5 if one == other else 1.0)
                    rows.append(Parameter("quadratic", one, segment, value, other))
        return rows

    @classmethod
    def from_rows(
        cls, rows: pd.DataFrame, coordinates: Sequence[str], segments: Sequence[str]
    ) -> MixturePartition:
        """Read the model from its parameter rows, as `CentroidPartition.from_rows` does.

        Raises
        ------
        ValueError
            If a number is missing.
        """
        forms = rows.loc[rows["parameter"] == "covariance", "term"]
        covariance = str(forms.iloc[0]) if len(forms) else "(none)"
        if covariance not in COVARIANCES:
            raise ValueError(f"the covariance of the model is {covariance!r}: {list(COVARIANCES)}")
        is_square = covariance in SQUARE
        owners = [NONE] if covariance == "tied" else segments
        read = read_values(
            rows, "quadratic", segment_id=owners, feature=coordinates, term=coordinates
        )
        width = len(coordinates)
        due = np.eye(width, dtype=bool) if is_square else np.triu(np.ones((width, width), bool))
        absent = int(np.isnan(read[:, due]).sum())
        if absent:
            raise ValueError(f"the model lacks {absent} of {read[:, due].size} quadratic rows")
        # -p/2 for a square, -p for a pair: the sum with the transpose is the matrix.
        halves = np.where(due, -read, 0.0)
        precisions = halves + halves.transpose(0, 2, 1)
        return cls(
            covariance,
            read_all(rows, "mixture_weight", segment_id=segments),
            read_all(rows, "centroid", segment_id=segments, feature=coordinates),
            np.einsum("kii->ki", precisions) if is_square else precisions,
            read_counts(rows, segments),
            read_number(rows, "covariance"),
        )

    def updated(self, points: FloatArray) -> MixturePartition:
        """Move the mixture by (n, d) new points alone: one step of EM (Cappe & Moulines 2009).

        The expected sums of the points that the mixture stands for follow from it and from
        `counts`; those of the new points are added, and the mixture is what both say. So the step
        is n / (counts + n).

        Raises
        ------
        ValueError
            If `counts` is not known.
        """
        counts = known_counts(self.counts)
        center = self.weights @ self.centroids
        centred, shifted = replace(self, centroids=self.centroids - center), points - center
        scores = centred.scores(shifted)
        responsibilities = np.exp(scores - logsumexp(scores, axis=1)[:, None])
        fresh = Sums.of_points(shifted, responsibilities, self.covariance)
        known = Sums.of_mixture(centred, counts)
        moved = known.plus(fresh).mixture(self.covariance, self.regularisation)
        return rounded_mixture(replace(moved, centroids=moved.centroids + center))


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """What a mixture is computed from: expected counts, sums and sums of products.

    Of points around 0: far from it the sums of products would lose their digits.

    Attributes
    ----------
    counts
        (k,).
    sums
        (k, d).
    products
        (k, d, d); of all components together (1, d, d) for tied; squares (k, d) for diag and
        spherical.
    """

    counts: FloatArray
    sums: FloatArray
    products: FloatArray

    @classmethod
    def of_points(cls, points: FloatArray, responsibilities: FloatArray, covariance: str) -> Sums:
        """Add up (n, d) points by their (n, k) shares of the components."""
        if covariance in SQUARE:
            products = responsibilities.T @ np.square(points)
        elif covariance == "tied":
            products = (points.T @ points)[None]
        else:
            products = np.stack(
                [(points * share[:, None]).T @ points for share in responsibilities.T]
            )
        return cls(responsibilities.sum(axis=0), responsibilities.T @ points, products)

    @classmethod
    def of_mixture(cls, mixture: MixturePartition, counts: FloatArray) -> Sums:
        """Return the sums of the points that a mixture was fitted on."""
        means, precisions = mixture.centroids, mixture.precisions
        if mixture.is_square:
            variances = 1.0 / precisions - mixture.regularisation
            products = counts[:, None] * (variances + np.square(means))
        else:
            variances = inverse(precisions)
            variances -= mixture.regularisation * np.eye(means.shape[1])
            outer = np.einsum("k,ki,kj->kij", counts, means, means)
            if mixture.covariance == "tied":
                products = counts.sum() * variances + outer.sum(axis=0, keepdims=True)
            else:
                products = counts[:, None, None] * variances + outer
        return cls(counts, counts[:, None] * means, products)

    def plus(self, other: Sums) -> Sums:
        """Return the sums of both."""
        return Sums(
            self.counts + other.counts, self.sums + other.sums, self.products + other.products
        )

    def mixture(self, covariance: str, regularisation: float) -> MixturePartition:
        """Return the mixture that has these sums, `regularisation` added to every variance."""
        safe = np.maximum(self.counts, SMALLEST_WEIGHT)
        means = self.sums / safe[:, None]
        width = means.shape[1]
        if covariance in SQUARE:
            variances = np.maximum(self.products / safe[:, None] - np.square(means), 0.0)
            if covariance == "spherical":
                variances = np.broadcast_to(variances.mean(axis=1, keepdims=True), means.shape)
            precisions = 1.0 / (variances + regularisation)
        else:
            if covariance == "tied":
                outer = np.einsum("k,ki,kj->ij", safe, means, means)
                variances = (self.products - outer) / safe.sum()
            else:
                outer = np.einsum("ki,kj->kij", means, means)
                variances = self.products / safe[:, None, None] - outer
            precisions = inverse(variances + regularisation * np.eye(width))
        shares = np.maximum(self.counts / self.counts.sum(), SMALLEST_WEIGHT)
        return MixturePartition(covariance, shares, means, precisions, self.counts, regularisation)


def inverse(matrices: FloatArray) -> FloatArray:
    """Invert symmetric matrices, exactly symmetric."""
    inverses = np.linalg.inv(matrices)
    halves: FloatArray = 0.5 * (inverses + inverses.transpose(0, 2, 1))
    return halves


def rounded_mixture(mixture: MixturePartition) -> MixturePartition:
    """Drop noise of the last bits; a precision by the scale of its two coordinates.

    So its rounding moves a score by 1e-12 of the squared distance, however different the scales.
    """
    precisions = mixture.precisions
    if mixture.is_square:
        scales = precisions
    else:
        roots = np.sqrt(np.einsum("kii->ki", precisions))
        scales = np.einsum("ki,kj->kij", roots, roots)
    steps = 10.0 ** (np.ceil(np.log10(scales)) - 12.0)
    return replace(
        mixture,
        weights=rounded(mixture.weights),
        centroids=rounded(mixture.centroids),
        precisions=np.rint(precisions / steps) * steps + 0.0,
        counts=None if mixture.counts is None else rounded(mixture.counts),
        regularisation=float(rounded(np.asarray([mixture.regularisation]))[0]),
    )


def fit_mixture(
    points: FloatArray, labels: IntArray, k: int, covariance: str, regularisation: float
) -> MixturePartition:
    """Fit a mixture by EM (Dempster, Laird & Rubin 1977), started from a partition.

    Parameters
    ----------
    points
        (n, d), n and d at least 1.
    labels
        (n,) of the start, 0..k-1.
    k
        Number of components.
    covariance
        One of `COVARIANCES`.
    regularisation
        Variance added to every coordinate, as a share of their mean variance: a component on
        equal customers would have none, and an infinite likelihood.
    """
    spread = float(points.var(axis=0).mean())
    added = regularisation * (spread if spread > 0.0 else 1.0)
    center = points.mean(axis=0)
    shifted = points - center
    start = Sums.of_points(shifted, np.eye(k)[labels], covariance).mixture(covariance, added)
    if len(points) == 1:
        return rounded_mixture(replace(start, centroids=start.centroids + center))
    precisions = start.precisions
    if covariance == "tied":
        precisions = precisions[0]
    elif covariance == "spherical":
        precisions = precisions[:, 0]
    model = GaussianMixture(
        k,
        covariance_type=covariance,
        tol=TOLERANCE,
        max_iter=MAX_ITERATIONS,
        reg_covar=added,
        weights_init=start.weights / start.weights.sum(),
        means_init=start.centroids,
        precisions_init=precisions,
    )
    with warnings.catch_warnings():
        # Where EM creeps on, the last step is as good a model as any.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(shifted)
    found = model.precisions_
    if covariance == "tied":
        found = found[None]
    elif covariance == "spherical":
        found = np.broadcast_to(found[:, None], model.means_.shape)
    weights = np.maximum(model.weights_, SMALLEST_WEIGHT)
    return rounded_mixture(
        MixturePartition(
            covariance, weights, model.means_ + center, found, weights * len(points), added
        )
    )
