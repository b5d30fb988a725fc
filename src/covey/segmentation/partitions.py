"""The forms of fitted model, and what is done with a model of any form.

A form is one class that can label points, write itself as parameter rows and read itself back;
`PARTITIONS` lists the forms. K-means, mini-batch k-means and hierarchical clustering end as
centroids.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from covey.segmentation.centroids import VARIANCE_FLOOR, CentroidPartition
from covey.segmentation.density import DensityPartition
from covey.segmentation.forms import (
    NO_SEGMENT,
    Parameter,
    Partition,
    Scores,
    known_counts,
    round_to_magnitude,
)
from covey.segmentation.frames import FloatArray, IntArray
from covey.segmentation.mixture import MixturePartition

__all__ = [
    "NO_SEGMENT",
    "PARTITIONS",
    "VARIANCE_FLOOR",
    "CentroidPartition",
    "DensityPartition",
    "MixturePartition",
    "Parameter",
    "Partition",
    "Scores",
    "canonical_order",
    "partition_from_rows",
    "round_to_magnitude",
    "segment_sizes",
    "update_partition",
]

UPDATE_ROWS = 1024
"""Points that an update looks at before it moves the model."""

Reader = Callable[[pd.DataFrame, Sequence[str], Sequence[str]], Partition]
"""Reads one form of model from rows, coordinate names and segment ids."""

PARTITIONS: Mapping[str, Reader] = {
    "offset": MixturePartition.from_rows,
    "core": DensityPartition.from_rows,
    "variance": CentroidPartition.from_rows,
}
"""Parameter -> what reads the rows of a form of model; the first that is there tells the form."""


def partition_from_rows(
    rows: pd.DataFrame, coordinates: Sequence[str], segments: Sequence[str]
) -> Partition:
    """Read whichever form of model the rows hold.

    Parameters
    ----------
    rows
        Rows of one part of one model: parameter, feature, segment_id, term, value.
    coordinates, segments
        The order of both in the arrays.

    Raises
    ------
    ValueError
        If the rows fit no form in `PARTITIONS`, or some are missing.
    """
    present = set(rows["parameter"])
    for signature, read in PARTITIONS.items():
        if signature in present:
            return read(rows, coordinates, segments)
    raise ValueError(f"no model form with the parameters {sorted(present)}: {list(PARTITIONS)}")


def update_partition(
    partition: Partition, counts: FloatArray | None, new_points: FloatArray
) -> CentroidPartition | MixturePartition:
    """Move a model by new points alone, in batches of `UPDATE_ROWS`, in their order.

    Centroids move as in mini-batch k-means, mixtures by stepwise EM; the customers that the model
    was fitted on weigh as much as there were of them. No segment comes or goes. A tree is not
    kept: it is of the old fit.

    Parameters
    ----------
    partition
        A model of centroids or a mixture.
    counts
        (k,) points that each segment stands for, such as its `counts`; None: these. Less of them
        lets the model forget.
    new_points
        (n, d) scaled, weighted values that the model has not seen.

    Returns
    -------
    CentroidPartition or MixturePartition
        With new `counts`; without new points the same model.

    Raises
    ------
    ValueError
        If the form of model cannot be updated, or nothing says what its segments stand for.
    """
    if not isinstance(partition, CentroidPartition | MixturePartition):
        raise ValueError(f"a {type(partition).__name__} cannot be updated: fit it again")
    known = known_counts(partition.counts if counts is None else counts)
    if len(known) != partition.k:
        raise ValueError(f"the model has {partition.k} segments, and {len(known)} counts of them")
    moved = replace(partition, counts=known)
    for start in range(0, len(new_points), UPDATE_ROWS):
        moved = moved.updated(new_points[start : start + UPDATE_ROWS])
    return moved


def canonical_order(sizes: IntArray, centroids: FloatArray) -> list[int]:
    """Order segments by size, largest first, equal sizes by centroid from the first feature on.

    Parameters
    ----------
    sizes
        (k,) number of points.
    centroids
        (k, d) centres.
    """
    return sorted(range(len(sizes)), key=lambda j: (-int(sizes[j]), *centroids[j].tolist()))


def segment_sizes(index: IntArray, k: int) -> IntArray:
    """Count the points of every one of k segments; noise is in none."""
    return np.bincount(index[index >= 0], minlength=k)
