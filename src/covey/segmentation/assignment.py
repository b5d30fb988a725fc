"""Every customer's segment, from the parameter rows alone: what the SQL does too."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from covey.segmentation.frames import (
    ASSIGNMENT_TYPES,
    KEY,
    NOISE,
    NONE,
    PARAMETER_TYPES,
    require_columns,
    typed_frame,
)
from covey.segmentation.imputation import GroupMedians, Regression, read_groups
from covey.segmentation.partitions import partition_from_rows
from covey.segmentation.preprocessing import (
    PREPROCESSING_PARAMETERS,
    Preprocessing,
    read_features,
    sort_by_key,
)
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
    partition = partition_from_rows(rows, preprocessing.features, segments)
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
            # Noise is at position -1: the last.
            "segment_id": pd.Series([*segments, NOISE], dtype="str").to_numpy()[scores.index],
            "model_id": models * len(matrix),
            "probability": scores.probability,
            "distance": scores.distance,
            "margin": scores.margin,
            "entropy": scores.entropy,
            "is_outlier": scores.distance > float(limit.iloc[0]),
        },
        ASSIGNMENT_TYPES,
    )


def preprocessing_from_rows(rows: pd.DataFrame) -> Preprocessing:
    """Read the preprocessing of one model from its parameter rows.

    Raises
    ------
    ValueError
        If a feature lacks one of its parameters or has it twice.
    """
    mine = rows.loc[rows["parameter"].isin(PREPROCESSING_PARAMETERS)]
    if mine.duplicated(["parameter", "feature"]).any():
        twice = mine.loc[mine.duplicated(["parameter", "feature"]), "feature"].iloc[0]
        raise ValueError(f"feature {twice!r} has a parameter twice")
    wide = mine.pivot(index="feature", columns="parameter", values="value").sort_index()
    wide = wide.reindex(columns=list(PREPROCESSING_PARAMETERS))
    if wide.isna().to_numpy().any():
        counts = wide.isna().sum()
        raise ValueError(f"features lack parameters: {counts[counts > 0].to_dict()}")
    arrays = {name: wide[name].to_numpy(dtype="float64") for name in PREPROCESSING_PARAMETERS}
    features = tuple(str(name) for name in wide.index)
    fitted = Preprocessing(features=features, **arrays)  # type: ignore[arg-type]
    return replace(
        fitted,
        group_medians=_group_medians(rows, features),
        regressions=_regressions(rows, features),
    )


def _group_medians(rows: pd.DataFrame, features: tuple[str, ...]) -> tuple[GroupMedians, ...]:
    medians = rows.loc[rows["parameter"] == "group_median"].sort_values(["feature", "term"])
    return tuple(
        GroupMedians(
            features.index(str(feature)),
            str(mine["term"].iloc[0]).split("=")[0],
            dict(zip(mine["term"], mine["value"], strict=True)),
        )
        for feature, mine in medians.groupby("feature", sort=True)
    )


def _regressions(rows: pd.DataFrame, features: tuple[str, ...]) -> tuple[Regression, ...]:
    numbers = rows.set_index(["parameter", "feature"])["value"]
    weighted = rows.loc[rows["parameter"] == "regression_coefficient"]
    return tuple(
        Regression(
            feature=features.index(str(feature)),
            predictors=np.array([features.index(str(term)) for term in mine["term"]]),
            coefficients=mine["value"].to_numpy(dtype="float64"),
            intercept=float(numbers["regression_intercept", feature]),
            lower=float(numbers["regression_lower", feature]),
            upper=float(numbers["regression_upper", feature]),
        )
        for feature, mine in weighted.groupby("feature", sort=True)
    )
