"""How far a partition is one of the customers at hand only: refits to other customers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import adjusted_rand_score

from covey.segmentation.algorithms import Algorithm, Variant
from covey.segmentation.frames import FloatArray, IntArray
from covey.segmentation.indices import spread_sample
from covey.segmentation.partitions import Partition

REFIT_INITS = 3
"""Starts of a refit: enough that a bad start seldom passes for instability."""

EVALUATION_ROWS = 5_000
"""Rows that refits are compared on, at most; the indices have settled well before."""

DENSE_SHARE = 0.8
"""Share of the rows that a density model is refitted to."""

SPLITS = 2
"""Splits into halves that the holdout and the prediction strength are means of."""

_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Stability:
    """Agreement of bootstrap refits with the partition.

    Attributes
    ----------
    ari
        Mean adjusted Rand index (Hubert & Arabie 1985): at most 1; 0 is what chance gives.
    jaccards
        For each segment the mean, over the refits, of its overlap with the segment of the refit
        most like it: shared points over points in either. Under 0.5 it has dissolved, from 0.85
        it is stable (Hennig 2007, Computational Statistics & Data Analysis 52).
    """

    ari: float
    jaccards: tuple[float, ...]


def bootstrap_stability(
    points: FloatArray,
    algorithm: Algorithm,
    variant: Variant,
    reference: Partition,
    *,
    runs: int,
    sample_size: int,
    random_state: int,
) -> Stability:
    """Refit to bootstrap samples, and compare the labels with those of the reference partition.

    Every run draws rows with replacement, refits, labels the evaluation rows with the refit and
    compares with the reference labels. Resampling and labelling of the full set after Hennig
    (2007) and Fang & Wang (2012, the same journal, 56). A density model reads `DENSE_SHARE` of the
    rows instead, each once: repeated rows would be dense by themselves, and few are not.

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
    """
    if runs == 0:
        return Stability(_NAN, (_NAN,) * reference.k)
    evaluated = points[spread_sample(len(points), EVALUATION_ROWS, random_state=random_state)]
    labels = reference.score(evaluated).index
    agreements, overlaps = [], []
    size = min(len(points), max(sample_size, variant.k or 0))
    for run in range(runs):
        generator = np.random.default_rng([random_state, run])
        drawn = generator.integers(len(points), size=size)
        if variant.k is None:
            drawn = np.sort(generator.permutation(len(points))[: int(DENSE_SHARE * len(points))])
        refit = algorithm.fit(
            points[drawn], variant, n_init=REFIT_INITS, random_state=random_state + run
        )
        found = refit.score(evaluated).index
        agreements.append(adjusted_rand_score(labels, found))
        overlaps.append(best_overlaps(labels, found, reference.k))
    jaccards = tuple(float(mean) for mean in np.mean(overlaps, axis=0))
    return Stability(float(np.mean(agreements)), jaccards)


def best_overlaps(labels: IntArray, found: IntArray, k: int) -> FloatArray:
    """Return (k,) highest Jaccard coefficient of each segment with any segment of `found`.

    1 for a segment that has no rows.
    """
    shared = np.zeros((k, max(int(found.max(initial=0)) + 1, 1)))
    both = (labels >= 0) & (found >= 0)
    np.add.at(shared, (labels[both], found[both]), 1.0)
    sizes = np.bincount(labels[labels >= 0], minlength=k)[:, None]
    others = np.bincount(found[found >= 0], minlength=shared.shape[1])[None, :]
    either = sizes + others - shared
    overlaps = shared / np.where(either > 0, either, 1.0)
    best: FloatArray = np.where(sizes[:, 0] > 0, overlaps.max(axis=1), 1.0)
    return best


def split_halves(
    points: FloatArray,
    algorithm: Algorithm,
    variant: Variant,
    *,
    sample_size: int,
    random_state: int,
) -> tuple[float, float]:
    """Fit to one half of the rows and to the other: prediction strength and holdout agreement.

    Parameters
    ----------
    points
        (n, d).
    algorithm, variant
        What to fit.
    sample_size
        Rows of one half, at most.
    random_state
        Seed; the halves are the same for every candidate.

    Returns
    -------
    (float, float)
        Prediction strength (Tibshirani & Walther 2005, Journal of Computational and Graphical
        Statistics 14): over the segments of a half the lowest share of pairs that the other half's
        model puts together, too; 0.8 is their bound. And the adjusted Rand index of both models'
        labels of all rows of both halves. Means over `SPLITS` splits and both directions; NaN where
        a half has fewer rows than segments.
    """
    strengths, agreements = [], []
    for split in range(SPLITS):
        generator = np.random.default_rng([random_state, 7, split])
        order = generator.permutation(len(points))[: 2 * sample_size]
        halves = [points[order[0::2]], points[order[1::2]]]
        if min(map(len, halves)) < max(variant.k or 2, 2):
            return _NAN, _NAN
        models = [
            algorithm.fit(half, variant, n_init=REFIT_INITS, random_state=random_state + split)
            for half in halves
        ]
        both = np.vstack(halves)
        agreements.append(
            adjusted_rand_score(models[0].score(both).index, models[1].score(both).index)
        )
        for own, other, half in ((0, 1, halves[0]), (1, 0, halves[1])):
            labels, predicted = models[own].score(half).index, models[other].score(half).index
            strengths.append(_lowest_strength(labels, predicted))
    return float(np.mean(strengths)), float(np.mean(agreements))


def _lowest_strength(labels: IntArray, predicted: IntArray) -> float:
    """Lowest share of the pairs of a segment that the prediction puts together; 0 if none has."""
    strengths = []
    for segment in np.unique(labels[labels >= 0]):
        mine = predicted[labels == segment]
        if len(mine) < 2:
            continue
        counts = np.bincount(mine[mine >= 0])
        strengths.append(float((counts * (counts - 1)).sum() / (len(mine) * (len(mine) - 1))))
    return min(strengths, default=0.0)
