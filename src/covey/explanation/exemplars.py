"""Typical customers of a segment, none of whom is a person."""

from __future__ import annotations

import numpy as np
import pandas as pd

from covey.explanation.frames import FloatArray, IntArray, Sample, samples
from covey.segmentation.frames import typed_frame
from covey.threads import one_thread

SAMPLE_SIZE = 10_000
EXEMPLARS = 3
MIN_GROUP_SIZE = 10
DIGITS = 2

EXEMPLAR_TYPES = {
    "segmentation": "str",
    "segment_id": "str",
    "exemplar_number": "int64",
    "feature": "str",
    "customers": "int64",
    "typical_value": "float64",
}


def find_segment_exemplars(
    customers: pd.DataFrame, catalog: pd.DataFrame, *, min_group_size: int = MIN_GROUP_SIZE
) -> pd.DataFrame:
    """Describe the customers nearest to the centre of each segment, by groups.

    The nearest ones are put into up to three groups of customers who are alike (microaggregation,
    Domingo-Ferrer and Mateo-Sanz 2002), each of at least twice `min_group_size`, or of the whole
    segment where it has no more. What is shown is the median of a group, to two digits: nobody's
    values, and no key.

    Parameters
    ----------
    customers, catalog
        As `covey.explanation.samples` reads them; the first 10,000 customers by key count.
    min_group_size
        A segment with fewer customers in the sample has no exemplar, and a feature that fewer of a
        group have a value of is null.

    Returns
    -------
    DataFrame
        `EXEMPLAR_TYPES`, one row per segmentation, segment, exemplar and feature that explains the
        segmentation. exemplar_number is 1 for the group nearest to the centre; customers are those
        of the group.

    Raises
    ------
    ValueError
        If an input is not as declared.
    """
    if min_group_size < 1:
        raise ValueError(f"min_group_size is {min_group_size}, it must be at least 1")
    rows: list[dict[str, object]] = []
    with one_thread():
        for sample in samples(customers, catalog):
            first = sample.first(SAMPLE_SIZE)
            points = first.points()
            for segment in np.unique(first.labels.astype("str")):
                inside = np.flatnonzero(first.labels == segment)
                groups = central_groups(points[inside], min_group_size=min_group_size)
                for place, group in enumerate(groups, start=1):
                    described = _described(first, inside[group], min_group_size)
                    rows += [
                        {"segment_id": segment, "exemplar_number": place, **row}
                        for row in described
                    ]
    return typed_frame(rows, EXEMPLAR_TYPES)


def central_groups(points: FloatArray, *, min_group_size: int) -> list[IntArray]:
    """Return positions of up to three groups of points that are alike, the most central first.

    Of the points nearest to the mean, the one farthest from their mean and those nearest to it
    make a group, then the same with what is left. No group if there are too few points.
    """
    size = min(2 * min_group_size, len(points))
    if size < min_group_size or size == 0:
        return []
    centre = points.mean(axis=0)
    count = min(EXEMPLARS, len(points) // size)
    left = _nearest(points, centre, np.arange(len(points)), count * size)
    groups = []
    while len(left) > size:
        outermost = _nearest(points, points[left].mean(axis=0), left, len(left))[-1]
        group = _nearest(points, points[outermost], left, size)
        groups.append(group)
        left = np.setdiff1d(left, group)
    groups.append(left)
    return sorted(
        groups,
        key=lambda group: (
            round(float(np.square(points[group].mean(axis=0) - centre).sum()), 9),
            int(group.min()),
        ),
    )


def _nearest(points: FloatArray, target: FloatArray, among: IntArray, count: int) -> IntArray:
    """Return the positions of the `count` points nearest to `target`; of equals the first."""
    # Rounded, so that the order does not hang on the last bits.
    distances = np.round(np.square(points[among] - target).sum(axis=1), 9)
    return np.asarray(among[np.argsort(distances, kind="stable")[:count]])


def _described(sample: Sample, group: IntArray, min_group_size: int) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for feature, column in zip(sample.features, sample.raw[group].T, strict=True):
        known = column[~np.isnan(column)]
        median = float(np.median(known)) if len(known) >= min_group_size else float("nan")
        rows.append(
            {
                "segmentation": sample.segmentation,
                "feature": feature,
                "customers": len(group),
                "typical_value": float(f"{median:.{DIGITS}g}"),
            }
        )
    return rows
