"""Models that are moved by new data alone."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from covey.segmentation.coordinates import preprocessing_from_rows, read_features
from covey.segmentation.frames import NONE, IntArray, require_columns
from covey.segmentation.imputation import read_groups
from covey.segmentation.models import (
    Row,
    outlier_distance,
    partition_rows,
    rows_of_frame,
    segment_order,
)
from covey.segmentation.partitions import partition_from_rows, update_partition
from covey.segmentation.settings import SegmentationSettings

BoolArray = npt.NDArray[np.bool_]

LAST_ACTIVE = "last_active_date"
"""Column of the matrix: the last day on which the customer did anything."""


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
        part_rows, segments, index = _moved_part(
            rows, sampled, is_new & is_inside, is_inside, settings
        )
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
) -> tuple[list[Row], list[str], IntArray]:
    """Return the rows of a moved part, its segments, and the segment of everybody by position."""
    preprocessing = preprocessing_from_rows(rows)
    segments = sorted(set(rows["segment_id"]) - {NONE}, key=segment_order)
    partition = partition_from_rows(rows, preprocessing.coordinates, segments)
    points = preprocessing.apply(
        read_features(sampled, preprocessing.features), read_groups(sampled)
    )
    old = {item.name for item in partition.parameters()}
    stayed = [row for _, row in rows_of_frame(rows) if row.parameter not in old]
    moved = update_partition(partition, None, points[is_new])
    written = list(partition_rows(moved, preprocessing.coordinates, segments))
    scores = moved.score(points)
    if is_inside.any():
        limit = outlier_distance(scores.distance[is_inside], settings.outlier_mads)
        stayed = [row for row in stayed if row.parameter != "outlier_distance"]
        written.append(Row("outlier_distance", NONE, NONE, limit))
    return stayed + written, segments, scores.index
