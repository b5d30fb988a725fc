"""Models that are moved by new data alone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from covey.segmentation.assignment import preprocessing_from_rows
from covey.segmentation.frames import NONE, FloatArray, IntArray, require_columns
from covey.segmentation.imputation import read_groups
from covey.segmentation.models import (
    Row,
    outlier_distance,
    partition_rows,
    rows_of_frame,
    segment_order,
)
from covey.segmentation.partitions import (
    CentroidPartition,
    Partition,
    partition_from_rows,
    segment_sizes,
)
from covey.segmentation.preprocessing import read_features
from covey.segmentation.settings import SegmentationSettings

BoolArray = npt.NDArray[np.bool_]

LAST_ACTIVE = "last_active_date"
"""Column of the matrix: the last day on which the customer did anything."""


def update_partition(
    partition: Partition, counts: FloatArray, points: FloatArray
) -> tuple[Partition, FloatArray] | None:
    """Move centroids to the mean of what they were fitted on and the new (n, d) points."""
    if not isinstance(partition, CentroidPartition):
        return None
    labels = partition.score(points).index
    added = segment_sizes(labels, partition.k).astype("float64")
    sums = np.zeros_like(partition.centroids)
    np.add.at(sums, labels, points)
    total = counts + added
    centroids = (partition.centroids * counts[:, None] + sums) / np.maximum(total, 1.0)[:, None]
    centroids = np.where(total[:, None] > 0, centroids, partition.centroids)
    fresh = CentroidPartition.from_points(points, labels, centroids)
    share = len(points) / max(float(total.sum()), 1.0)
    variance = (1.0 - share) * partition.variance + share * fresh.variance
    return CentroidPartition(fresh.centroids, variance), total


def updated_rows(
    model: pd.DataFrame, sampled: pd.DataFrame, *, since: str, settings: SegmentationSettings
) -> tuple[list[tuple[str, Row]], int] | None:
    """Move a model by the customers who have been active since a day.

    What prepares the features stays as it is, and so do the ids of the segments. In a model of two
    stages the first is moved first; the customers then move the part of their group.

    Parameters
    ----------
    model
        Rows of one model.
    sampled
        The customers of the sample, with the column last_active_date.
    since
        ISO text of the last day whose data the model knows.
    settings
        Of the segmentation.

    Returns
    -------
    (rows, count) or None
        The rows of the moved model, and how many customers moved it. None if there are none, or
        if the model is of a form that cannot be moved.

    Raises
    ------
    ValueError
        If a column is missing.
    """
    require_columns(sampled, (LAST_ACTIVE,), "the matrix, for an update,")
    last_active = pd.to_datetime(sampled[LAST_ACTIVE])
    is_new = (last_active > pd.Timestamp(since)).to_numpy(dtype="bool")
    if not is_new.any():
        return None
    is_inside = np.ones(len(sampled), dtype="bool")
    moved: list[tuple[str, Row]] = []
    group_of: dict[str, BoolArray] = {}
    for part in sorted(set(model["part"])):
        rows = model.loc[model["part"] == part]
        if "count" not in set(rows["parameter"]):
            return None
        if part != NONE:
            is_inside = group_of[part]
        found = _moved_part(rows, sampled, is_new & is_inside, is_inside, settings)
        if found is None:
            return None
        part_rows, segments, index = found
        moved += [(part, row) for row in part_rows]
        if part == NONE:
            group_of = {name: index == place for place, name in enumerate(segments)}
    return moved, int(is_new.sum())


def _moved_part(
    rows: pd.DataFrame,
    sampled: pd.DataFrame,
    is_new: BoolArray,
    is_inside: BoolArray,
    settings: SegmentationSettings,
) -> tuple[list[Row], list[str], IntArray] | None:
    """Return the rows of a moved part, its segments, and the segment of everybody by position."""
    preprocessing = preprocessing_from_rows(rows)
    segments = sorted(set(rows["segment_id"]) - {NONE}, key=segment_order)
    partition = partition_from_rows(rows, preprocessing.coordinates, segments)
    points = preprocessing.apply(
        read_features(sampled, preprocessing.features), read_groups(sampled)
    )
    sizes = rows.loc[rows["parameter"] == "count"].set_index("segment_id")["value"]
    counts = sizes.reindex(segments).to_numpy(dtype="float64")
    found = (
        update_partition(partition, counts, points[is_new]) if is_new.any() else (partition, counts)
    )
    if found is None:
        return None
    partition, counts = found
    scores = partition.score(points)
    written = list(_written(partition, counts, preprocessing.coordinates, segments))
    if is_inside.any():
        limit = outlier_distance(scores.distance[is_inside], settings.outlier_mads)
        written.append(Row("outlier_distance", NONE, NONE, limit))
    replaced = {row.parameter for row in written}
    stayed = [row for _, row in rows_of_frame(rows) if row.parameter not in replaced]
    return stayed + written, segments, scores.index


def _written(
    partition: Partition, counts: FloatArray, coordinates: tuple[str, ...], segments: list[str]
) -> Iterator[Row]:
    yield from partition_rows(partition, coordinates, segments)
    for segment, count in zip(segments, counts, strict=True):
        yield Row("count", NONE, segment, float(count))
