"""Whether a segment differs from the others by more than chance, feature by feature."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import pearson3

from covey.explanation.frames import FloatArray, scaled
from covey.segmentation.frames import require_columns, typed_frame

FALSE_DISCOVERY_RATE = 0.05
"""Share of the differences called significant that chance alone may have made, on average."""

KEY = ("segmentation", "segment_id", "feature")
COMPARISON_COLUMNS = (*KEY, "customers", "population_customers", "test_z", "population_skewness")
SIGNIFICANCE_TYPES = {
    "segmentation": "str",
    "segment_id": "str",
    "feature": "str",
    "p_value": "float64",
    "q_value": "float64",
    "is_significant": "bool",
}


def compare_segments(profiles: pd.DataFrame) -> pd.DataFrame:
    """Test each segment and feature against a draw of as many customers by lot.

    Were a segment drawn by lot, without putting back, from the customers of its segmentation, the
    mean of a feature would have a known mean, variance and skewness (`permutation_moments`). The
    p-value is twice the smaller tail of the Pearson type III distribution with these three: the
    usual approximation of a permutation test (Mielke and Berry 2007), which needs sums alone. With
    skewness 0 it is the normal one, the test value of Lebart, Morineau and Piron (1995).

    Parameters
    ----------
    profiles
        One row per segmentation, segment_id and feature: customers with a value in the segment, in
        the segmentation (`population_customers`), the distance `test_z` of the segment's mean from
        that of all, in standard deviations of a mean drawn by lot, and the skewness of the
        feature over all customers. Null where there is no such figure: one segment, or a feature
        on which all are alike.

    Returns
    -------
    DataFrame
        `SIGNIFICANCE_TYPES`, by key. q_value: the p-value adjusted for all segments and features
        of its segmentation (`false_discovery_rates`); is_significant where it is at most
        `FALSE_DISCOVERY_RATE`. Null, and not significant, where test_z is.

    Raises
    ------
    ValueError
        If a column is absent or a key repeats.
    """
    require_columns(profiles, COMPARISON_COLUMNS, "the profiles")
    keys = list(KEY)
    if profiles.duplicated(keys).any():
        count = int(profiles.duplicated(keys).sum())
        raise ValueError(f"{count} of {len(profiles)} profiles repeat {keys}")
    rows = profiles.sort_values(keys, kind="stable", ignore_index=True)
    z, skewness, size, total = (
        rows[column].to_numpy(dtype="float64", na_value=np.nan)
        for column in ("test_z", "population_skewness", "customers", "population_customers")
    )
    p_values = two_sided_p(z, skewness_of_mean(skewness, size, total))
    q_values = np.full(len(rows), np.nan)
    for places in rows.groupby("segmentation", sort=True).indices.values():
        q_values[places] = false_discovery_rates(p_values[places])
    return typed_frame(
        {
            **{key: rows[key].astype("str") for key in keys},
            "p_value": p_values,
            "q_value": q_values,
            "is_significant": q_values <= FALSE_DISCOVERY_RATE,
        },
        SIGNIFICANCE_TYPES,
    )


def skewness_of_mean(skewness: FloatArray, size: FloatArray, total: FloatArray) -> FloatArray:
    """Skewness of the mean of `size` of `total` values drawn without putting back.

    With the skewness g of all N values: g (N - 2n) / (N - 2) sqrt((N - 1) / (n (N - n))).
    NaN where nothing is left to chance (n = N) or N < 3.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = (total - 2 * size) / (total - 2)
        spread = np.sqrt((total - 1) / (size * (total - size)))
        return np.where((size < total) & (total > 2), skewness * factor * spread, np.nan)


def two_sided_p(z: FloatArray, skewness: FloatArray) -> FloatArray:
    """Twice the smaller tail of a Pearson III with mean 0, variance 1 and `skewness`, at most 1.

    NaN where either is.
    """
    p_values = np.full(len(z), np.nan)
    known = np.isfinite(z) & np.isfinite(skewness)
    # So little skewness changes no digit, and the distribution divides by it.
    skew = np.where(np.abs(skewness[known]) < 1e-6, 0.0, skewness[known])
    tails = np.minimum(pearson3.sf(z[known], skew), pearson3.cdf(z[known], skew))
    p_values[known] = np.clip(2 * tails, 0.0, 1.0)
    return p_values


def false_discovery_rates(p_values: FloatArray) -> FloatArray:
    """Adjust p-values by the step-up rule of Benjamini and Hochberg (1995); NaN stays out."""
    adjusted = np.full(len(p_values), np.nan)
    tested = np.flatnonzero(~np.isnan(p_values))
    order = tested[np.argsort(p_values[tested], kind="stable")]
    count = len(order)
    if count:
        # The factor of the largest is 1 to the bit: no adjusted value is below its p-value.
        raised = p_values[order] * (count / np.arange(1, count + 1))
        adjusted[order] = np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1.0)
    return adjusted


def permutation_moments(
    values: FloatArray, is_inside: np.ndarray, *, is_log: bool = False
) -> dict[str, float]:
    """Return what `compare_segments` reads of one segment and feature, from the values themselves.

    The warehouse has these figures from sums; this is for a notebook.

    Parameters
    ----------
    values
        (n,) one feature of all customers; NaN where missing.
    is_inside
        (n,) true for the customers of the segment.
    is_log
        Compare on the scale sign(x) ln(1 + abs(x)).
    """
    known = np.isfinite(values)
    all_values = scaled(values[known], np.asarray(is_log))
    inside = all_values[is_inside[known]]
    total, size = len(all_values), len(inside)
    deviation = float(all_values.std()) if total else 0.0
    moments = {
        "customers": float(size),
        "population_customers": float(total),
        "test_z": float("nan"),
        "population_skewness": float("nan"),
    }
    if 0 < size < total and deviation > 0.0:
        standardised = (all_values - all_values.mean()) / deviation
        spread = np.sqrt((total - size) / (size * (total - 1)))
        moments["test_z"] = float((inside.mean() - all_values.mean()) / deviation / spread)
        moments["population_skewness"] = float((standardised**3).mean())
    return moments
