"""What every form of fitted model shares: scores, rows, and the rounding of its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
import pandas as pd

from covey.segmentation.frames import FloatArray, IntArray

LOWEST_LOGIT = -745.0
"""Log of the smallest ratio to the best segment that is not 0 in 64 bits."""

NO_SEGMENT = -1
"""Position that stands for noise: a point of no segment."""


@dataclass(frozen=True, slots=True)
class Scores:
    """How points fall among segments.

    Attributes
    ----------
    index
        (n,) position of the segment of every point; `NO_SEGMENT` where it is noise.
    probability
        (n,) posterior of that segment, 0..1.
    distance
        (n,) distance to it, in units of the form of model.
    margin
        (n,) by how much the runner-up is worse, in the same units or as log odds; NaN with a
        single segment.
    entropy
        (n,) of the posteriors of all segments, in nats; 0 where one of them is certain.
    """

    index: IntArray
    probability: FloatArray
    distance: FloatArray
    margin: FloatArray
    entropy: FloatArray


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of a fitted model, by position of its coordinate and segment (None: neither).

    `term` is what the number refers to besides: the position of a second coordinate, or a text.
    `feature` is a text where the number refers to an axis that is no coordinate.
    """

    name: str
    feature: int | str | None
    segment: int | None
    value: float
    term: int | str | None = None


class Partition(Protocol):
    """A fitted model: anything that splits the scaled space into segments."""

    @property
    def k(self) -> int:
        """Number of segments; noise is none."""

    @property
    def centroids(self) -> FloatArray:
        """(k, d) centres of the segments; they settle the canonical order."""

    @property
    def free_parameters(self) -> int | None:
        """Numbers that were fitted by likelihood; None where there is no likelihood."""

    def log_likelihood(self, points: FloatArray) -> float | None:
        """Sum of the log densities of (n, d) points; None where there is no likelihood."""

    def score(self, points: FloatArray) -> Scores:
        """Score (n, d) points."""

    def reordered(self, order: Sequence[int]) -> Self:
        """Return the same model with segment `order[i]` at position i."""

    def parameters(self) -> list[Parameter]:
        """Write the model as numbers."""


def round_to_magnitude(values: FloatArray, magnitude: float, digits: int = 12) -> FloatArray:
    """Round to `digits` digits of the decade of `magnitude`: drops noise of the last bits.

    Zero that came out as 1e-17 becomes zero, and two machines that differ in the last bit write
    the same number (except for a value next to a rounding boundary).
    """
    if not magnitude > 0.0 or not np.isfinite(magnitude):
        return values + 0.0
    decimals = digits - int(np.ceil(np.log10(magnitude)))
    if not -290 < decimals < 290:
        return values + 0.0
    rounded: FloatArray = np.round(values, decimals) + 0.0
    return rounded


def rounded(values: FloatArray) -> FloatArray:
    """Round an array to 12 digits of the decade of its largest value."""
    return round_to_magnitude(values, float(np.abs(values).max(initial=0.0)))


def posteriors(logits: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the largest posterior and the entropy of each row of (n, k) log odds.

    `logits` are relative to the best segment of the row: at most 0, and 0 somewhere. The
    posteriors are their softmax.
    """
    ratios = np.exp(logits)
    softmax = ratios.sum(axis=1)
    weighted = (ratios * np.maximum(logits, LOWEST_LOGIT)).sum(axis=1)
    entropy = np.maximum(np.log(softmax) - weighted / softmax, 0.0)
    return 1.0 / softmax, entropy


def parameters_of(name: str, values: FloatArray) -> list[Parameter]:
    """Write (k, d) numbers per segment and coordinate, or (k,) numbers per segment."""
    if values.ndim == 1:
        return [
            Parameter(name, None, segment, float(value)) for segment, value in enumerate(values)
        ]
    return [
        Parameter(name, coordinate, segment, float(value))
        for (segment, coordinate), value in np.ndenumerate(values)
    ]


def read_values(rows: pd.DataFrame, parameter: str, **axes: Sequence[str]) -> FloatArray:
    """Read one parameter into an array, NaN where it has no row.

    Parameters
    ----------
    rows
        Rows of one part of one model.
    parameter
        Which of them.
    axes
        Column (feature, segment_id, term) -> its values along one axis of the array, in the order
        of the axes.

    Raises
    ------
    ValueError
        If a row refers to a value that is not among those of its axis.
    """
    mine = rows.loc[rows["parameter"] == parameter]
    values = np.full([len(names) for names in axes.values()], np.nan)
    places = []
    for column, names in axes.items():
        place = positions(mine[column], names)
        if (place < 0).any():
            stray = mine[column].iloc[int(np.argmin(place))]
            raise ValueError(f"a row of parameter {parameter!r} has the {column} {stray!r}")
        places.append(place)
    values[tuple(places)] = mine["value"].to_numpy(dtype="float64")
    return values


def positions(values: pd.Series, names: Sequence[str]) -> IntArray:
    """Return where each text stands among `names`, -1 if it does not."""
    return pd.Index(list(names), dtype="str").get_indexer(pd.Index(values, dtype="str"))


def read_all(rows: pd.DataFrame, parameter: str, **axes: Sequence[str]) -> FloatArray:
    """Read one parameter as `read_values` does, and raise a `ValueError` if any row is absent."""
    values = read_values(rows, parameter, **axes)
    absent = int(np.isnan(values).sum())
    if absent:
        raise ValueError(f"the model lacks {absent} of {values.size} {parameter} rows")
    return values


def read_number(rows: pd.DataFrame, parameter: str) -> float:
    """Read the only row of a parameter of the whole part.

    Raises
    ------
    ValueError
        If it has no row, or several.
    """
    values = rows.loc[rows["parameter"] == parameter, "value"]
    if len(values) != 1:
        raise ValueError(
            f"the model has {len(values)} rows of parameter {parameter!r} where 1 is due"
        )
    return float(values.iloc[0])


def read_counts(rows: pd.DataFrame, segments: Sequence[str]) -> FloatArray | None:
    """Read how many customers each segment was fitted on; None where the rows do not say."""
    if not (rows["parameter"] == "count").any():
        return None
    return read_all(rows, "count", segment_id=segments)


def known_counts(counts: FloatArray | None) -> FloatArray:
    """Return the counts, or raise a `ValueError` where there are none."""
    if counts is None:
        raise ValueError("the model does not say how many customers its segments stand for")
    return counts
