"""Every customer's segment, from the parameter rows alone: what the SQL does too."""

from __future__ import annotations

import pandas as pd

from covey.segmentation.coordinates import preprocessing_from_rows, read_features
from covey.segmentation.frames import (
    ASSIGNMENT_TYPES,
    KEY,
    NONE,
    PARAMETER_TYPES,
    require_columns,
    typed_frame,
)
from covey.segmentation.imputation import read_groups
from covey.segmentation.partitions import partition_from_rows
from covey.segmentation.preprocessing import sort_by_key
from covey.threads import one_thread


def assign_segments(matrix: pd.DataFrame, parameters: pd.DataFrame) -> pd.DataFrame:
    """Label every customer with every model.

    Parameters
    ----------
    matrix
        One row per customer: customer_key, the features of the models, and the columns that their
        group medians are taken by; null, NaN and infinity are missing. In any order.
    parameters
        What `fit_segment_models` returned: one model per segmentation.

    Returns
    -------
    DataFrame
        `ASSIGNMENT_TYPES`, by segmentation and customer_key. With z the scaled, weighted
        features, the score of segment j is z.c_j + intercept_j and the highest one wins, the
        lowest segment_id on ties. distance: to the centroid, sqrt(max(|z|^2 - 2 score, 0));
        margin: distance to the runner-up minus distance, null with one segment; probability:
        1 / sum_j exp((score_j - best) / variance), 1 with one segment; entropy: of these
        posteriors, in nats; is_outlier: distance above the model's outlier_distance.

    Raises
    ------
    ValueError
        If columns are missing, a segmentation has several models or a model lacks rows.
    """
    ordered = sort_by_key(matrix)
    require_columns(parameters, PARAMETER_TYPES, "parameters")
    frames = []
    with one_thread():
        for segmentation, rows in parameters.groupby("segmentation", sort=True):
            frames.append(_assigned(ordered, str(segmentation), rows))
    if not frames:
        return typed_frame([], ASSIGNMENT_TYPES)
    return pd.concat(frames, ignore_index=True)


def _assigned(matrix: pd.DataFrame, segmentation: str, rows: pd.DataFrame) -> pd.DataFrame:
    models = sorted(set(rows["model_id"]))
    if len(models) != 1:
        raise ValueError(f"segmentation {segmentation!r} has {len(models)} models: {models}")
    preprocessing = preprocessing_from_rows(rows)
    segments = sorted(set(rows["segment_id"]) - {NONE}, key=int)
    partition = partition_from_rows(rows, preprocessing.coordinates, segments)
    raw = read_features(matrix, preprocessing.features)
    points = preprocessing.apply(raw, read_groups(matrix))
    scores = partition.score(points)
    limit = rows.loc[rows["parameter"] == "outlier_distance", "value"]
    if len(limit) != 1:
        raise ValueError(f"model {models[0]!r} has {len(limit)} rows of 'outlier_distance', not 1")
    return typed_frame(
        {
            "segmentation": [segmentation] * len(matrix),
            "customer_key": matrix[KEY].to_numpy(),
            "segment_id": pd.Series(segments, dtype="str").to_numpy()[scores.index],
            "model_id": models * len(matrix),
            "probability": scores.probability,
            "distance": scores.distance,
            "margin": scores.margin,
            "entropy": scores.entropy,
            "is_outlier": scores.distance > float(limit.iloc[0]),
        },
        ASSIGNMENT_TYPES,
    )
