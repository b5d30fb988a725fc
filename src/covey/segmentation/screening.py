"""The scale of features, and which of them carry nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtri

from covey.segmentation.coordinates import Preprocessing
from covey.segmentation.frames import NONE, FloatArray
from covey.segmentation.partitions import round_to_magnitude
from covey.segmentation.settings import SegmentationSettings

NEAR_CONSTANT = 1e-9
"""A feature is constant if its deviation is below this share of its largest magnitude."""

NORMAL_IQR = float(2.0 * ndtri(0.75))
"""Interquartile range of the standard normal distribution."""


def fit_scaling(
    transformed: FloatArray, rows: pd.DataFrame, scaling: str
) -> tuple[FloatArray, FloatArray]:
    """Return (d,) centres and scales of (n, d) transformed values; a scale is 0 for a constant.

    z: mean and standard deviation. min_max: lowest value and range. robust: median and
    interquartile range over that of a normal distribution of deviation 1; where half of the
    values are the same, the standard deviation. none: 0 and 1.

    An indicator of missing values is not centred: it then adds nothing to the scores of those who
    miss nothing. Neither are the features of one column of categories, which share one scale, so
    that two customers are as far apart by a column of categories as by a number: the root of the
    sum of their variances, or, with min_max, the distance of two customers at the ends.
    """
    deviation = transformed.std(axis=0)
    is_constant = deviation <= NEAR_CONSTANT * np.abs(transformed).max(axis=0)
    center, scale = np.zeros(len(deviation)), np.ones(len(deviation))
    lowest = transformed.min(axis=0)
    if scaling == "z":
        center, scale = transformed.mean(axis=0), deviation.copy()
    elif scaling == "min_max":
        center, scale = lowest, transformed.max(axis=0) - lowest
    elif scaling == "robust":
        first, center, third = np.quantile(transformed, (0.25, 0.5, 0.75), axis=0)
        scale = (third - first) / NORMAL_IQR
        has_none = scale <= NEAR_CONSTANT * np.abs(transformed).max(axis=0)
        scale = np.where(has_none, deviation, scale)
    blocks = rows["block"].to_numpy(dtype=object)
    if scaling != "none":
        for block in sorted(set(blocks) - {NONE}):
            mine = blocks == block
            if scaling == "min_max":
                is_binary = np.isin(transformed[:, mine], (0.0, 1.0)).all()
                scale[mine] = np.sqrt(2.0) if is_binary else scale[mine].max()
            else:
                scale[mine] = np.sqrt(np.square(deviation[mine]).sum())
    center[rows["is_indicator"].to_numpy(dtype="bool") | (blocks != NONE)] = 0.0
    scale[is_constant] = 0.0
    for column in range(len(scale)):
        magnitude = float(deviation[column])
        center[column] = round_to_magnitude(center[column : column + 1], magnitude)[0]
        scale[column] = round_to_magnitude(scale[column : column + 1], float(scale[column]))[0]
    return center, scale


def reasons_to_leave_out(
    fitted: Preprocessing,
    transformed: FloatArray,
    missing_share: FloatArray,
    rows: pd.DataFrame,
    settings: SegmentationSettings,
) -> list[str | None]:
    """Say for every feature why it is left out, or None if it is used.

    Of a correlated pair the one with the larger weight stays, then the one with fewer missing
    values, then the first by name. Features of one column of categories are near-constant together
    and never correlated with each other: they say one thing between them.

    Parameters
    ----------
    fitted
        With d features.
    transformed
        (n, d) values, n at least 1.
    missing_share
        (d,) share of the customers who have no value of their own.
    rows
        d rows of the catalog.
    settings
        The limits.
    """
    reasons: list[str | None] = [None] * len(fitted.features)
    blocks = list(rows["block"])
    # Nought or a category of its own is an answer, not a gap.
    can_lack = (rows["missing_rule"] != "zero").to_numpy()
    equal_share = _equal_shares(transformed, blocks, settings.max_equal_share)
    for j in range(len(fitted.features)):
        if missing_share[j] == 1.0:
            reasons[j] = "all values are missing"
        elif can_lack[j] and missing_share[j] > settings.max_missing_share:
            reasons[j] = f"missing for {missing_share[j]:.1%} of the customers"
        elif fitted.scale[j] == 0.0:
            reasons[j] = "constant after imputing and clipping"
        elif equal_share[j] > settings.max_equal_share:
            reasons[j] = f"the same for {equal_share[j]:.1%} of the customers"
        elif fitted.weight[j] == 0.0:
            reasons[j] = "weight is 0"
    open_ones = [j for j, reason in enumerate(reasons) if reason is None]
    if len(open_ones) < 2:
        return reasons
    correlation = np.atleast_2d(np.corrcoef(transformed[:, open_ones], rowvar=False))
    position = {j: place for place, j in enumerate(open_ones)}
    kept: list[int] = []
    for j in sorted(open_ones, key=lambda j: (-fitted.weight[j], missing_share[j], j)):
        for other in kept:
            if blocks[j] == blocks[other] != NONE:
                continue
            shared = float(correlation[position[j], position[other]])
            if abs(shared) > settings.correlation_limit:
                reasons[j] = f"correlation {shared:.3f} with {fitted.features[other]}"
                break
        else:
            kept.append(j)
    return reasons


def _equal_shares(transformed: FloatArray, blocks: list[str], limit: float) -> FloatArray:
    """(d,) share of the customers with the most frequent value; 0 where no share is too large."""
    shares = np.zeros(transformed.shape[1])
    if limit >= 1.0:
        return shares
    for column in range(len(shares)):
        mine = [j for j, block in enumerate(blocks) if block == blocks[column] != NONE] or [column]
        if mine[0] != column:
            shares[column] = shares[mine[0]]
            continue
        _, counts = np.unique(transformed[:, mine], axis=0, return_counts=True)
        shares[column] = counts.max() / len(transformed)
    return shares
