"""Bounds beyond which a value of one feature is an outlier."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from covey.segmentation.frames import FloatArray
from covey.segmentation.transforms import UNBOUNDED, Transform

OUTLIER_RULES = ("quantile", "robust_z", "iqr", "none")

ROBUST_Z_FACTOR = 0.6745
"""Third quartile of the standard normal: makes the deviation comparable to a standard one."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where the outliers of one feature begin, in raw units, and the rule that found it."""

    rule: str
    lower: float = -UNBOUNDED
    upper: float = UNBOUNDED


def find_bounds(
    known: FloatArray,
    *,
    rule: str,
    bound: float,
    quantiles: tuple[float, float],
    scale: Transform,
) -> Bounds:
    """Find the bounds of (n,) values, n at least 1, none of them missing.

    quantile: the two quantiles. robust_z: median -+ bound * MAD / 0.6745 on the scale of the model
    (modified z-score; Iglewicz and Hoaglin 1993, who advise 3.5). iqr: the quartiles -+ bound *
    (Q3 - Q1) on that scale (Tukey 1977: 1.5 outside, 3 far out). none: no bounds.

    Where half of the values are the same the MAD is 0, and a robust z would call every other value
    an outlier; so with the range of the quartiles. The quantiles then take the place of the rule,
    and `Bounds.rule` says so.
    """
    if rule == "none":
        return Bounds("none")
    if rule in ("robust_z", "iqr"):
        values = scale.forward(known)
        if rule == "robust_z":
            center = float(np.median(values))
            reach = bound * float(np.median(np.abs(values - center))) / ROBUST_Z_FACTOR
            low, high = center - reach, center + reach
        else:
            first, third = (float(value) for value in np.quantile(values, (0.25, 0.75)))
            reach = bound * (third - first)
            low, high = first - reach, third + reach
        if reach > 0.0:
            lower, upper = scale.inverse(np.asarray([low, high]))
            return Bounds(rule, float(lower), float(upper))
    lower, upper = np.quantile(known, quantiles)
    return Bounds("quantile", float(lower), float(upper))
