"""Principal components: fewer axes for models to be fitted in, as numbers in rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from covey.segmentation.encoding import signs
from covey.segmentation.frames import FloatArray
from covey.segmentation.partitions import round_to_magnitude

NO_VARIANCE = 1e-12
"""A component with less than this share of the variance of the first is noise of the last bits."""


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """Principal components of d features: scores are z @ loadings + offset.

    Attributes
    ----------
    names
        q names, pc_01 the one with the most variance.
    loadings
        (d, q), the columns of length 1 and at right angles.
    offset
        (q,) what makes the mean score of the sample 0.
    """

    names: tuple[str, ...]
    loadings: FloatArray
    offset: FloatArray

    def apply(self, scaled: FloatArray) -> FloatArray:
        """Map (n, d) scaled, weighted values to (n, q) scores."""
        scores: FloatArray = scaled @ self.loadings + self.offset
        return scores


def component_names(count: int) -> tuple[str, ...]:
    """Name `count` components so that they sort by number."""
    width = max(2, len(str(count)))
    return tuple(f"pc_{number + 1:0{width}d}" for number in range(count))


def fit_components(
    scaled: FloatArray, *, count: int | None, share: float | None
) -> Components | None:
    """Find the principal components (Pearson 1901, Hotelling 1933) of (n, d) values.

    Parameters
    ----------
    scaled
        Scaled and weighted.
    count
        So many, or as many as have any variance.
    share
        As many as hold this share of the variance, at least 1.

    Returns
    -------
    Components or None
        None where neither is asked for, or no value varies. The largest loading of each is
        positive.
    """
    if (count is None and share is None) or scaled.size == 0:
        return None
    mean = scaled.mean(axis=0)
    away = scaled - mean
    variances, vectors = np.linalg.eigh(away.T @ away / len(scaled))
    variances, vectors = variances[::-1], vectors[:, ::-1]
    is_real = variances > NO_VARIANCE * variances[0]
    if not (variances[0] > 0.0 and is_real.any()):
        return None
    if share is not None:
        held = np.cumsum(variances) / variances[is_real].sum()
        count = int(np.searchsorted(held, share * (1.0 - NO_VARIANCE))) + 1
    kept = min(count or 1, int(is_real.sum()))
    loadings = round_to_magnitude(vectors[:, :kept] * signs(vectors[:, :kept]), 1.0)
    offset = -mean @ loadings
    spread = float(np.sqrt(variances[0]))
    return Components(component_names(kept), loadings, round_to_magnitude(offset, spread))
