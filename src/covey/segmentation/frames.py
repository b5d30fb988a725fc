"""Columns and types of every frame of the segmentation, and how to make one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]

NONE = "(none)"
"""What stands in `feature`, `segment_id` or `term` for a parameter that belongs to no single one.

Not an empty string: a warehouse that loads the rows from CSV would read a null.
"""

NOISE = "noise"
"""The segment_id of customers that a density-based model puts in no segment."""

KEY = "customer_key"

CATALOG_COLUMNS = (
    "feature",
    "feature_group",
    "transform",
    "missing_rule",
    "clip_lower_quantile",
    "clip_upper_quantile",
    "weight",
    "segmentations",
)
CANDIDATE_TYPES = {
    "segmentation": "str",
    "part": "str",
    "algorithm": "str",
    "k": "int64",
    "candidate_id": "str",
    "customers": "int64",
    "features": "int64",
    "inertia": "float64",
    "is_elbow": "bool",
    "silhouette": "float64",
    "simplified_silhouette": "float64",
    "davies_bouldin": "float64",
    "calinski_harabasz": "float64",
    "dunn": "float64",
    "bic": "float64",
    "aic": "float64",
    "gap": "float64",
    "gap_error": "float64",
    "is_gap_choice": "bool",
    "prediction_strength": "float64",
    "stability_ari": "float64",
    "jaccard_mean": "float64",
    "jaccard_min": "float64",
    "segment_jaccards": "str",
    "holdout_ari": "float64",
    "parted_share": "float64",
    "parting": "float64",
    "modularity": "float64",
    "noise_share": "float64",
    "smallest_share": "float64",
    "fit_seconds": "float64",
    "is_accepted": "bool",
    "rejection_reason": "str",
    "is_chosen": "bool",
    "verdict": "str",
    "choice_reason": "str",
    "fit_key": "str",
    "fit_reason": "str",
    "fitted_as_of": "str",
    "settings_key": "str",
    "covey_version": "str",
    "reference": "str",
}
FEATURE_TYPES = {
    "segmentation": "str",
    "feature": "str",
    "feature_group": "str",
    "missing_share": "float64",
    "weight": "float64",
    "is_used": "bool",
    "reason": "str",
}
PARAMETER_TYPES = {
    "segmentation": "str",
    "model_id": "str",
    "part": "str",
    "parameter": "str",
    "feature": "str",
    "segment_id": "str",
    "term": "str",
    "value": "float64",
}
SENSITIVITY_TYPES = {
    "segmentation": "str",
    "candidate_id": "str",
    "customers": "int64",
    "imputations": "int64",
    "missing_share": "float64",
    "mean_ari": "float64",
    "min_ari": "float64",
    "deployed_ari": "float64",
    "verdict": "str",
    "fit_key": "str",
}
REVIEW_TYPES = {
    "customer_key": "str",
    "anomaly_score": "float64",
    "extreme_features": "str",
}
ASSIGNMENT_TYPES = {
    "segmentation": "str",
    "customer_key": "str",
    "segment_id": "str",
    "model_id": "str",
    "probability": "float64",
    "distance": "float64",
    "margin": "float64",
    "entropy": "float64",
    "is_outlier": "bool",
}
CANDIDATE_COLUMNS = tuple(CANDIDATE_TYPES)
FEATURE_COLUMNS = tuple(FEATURE_TYPES)
PARAMETER_COLUMNS = tuple(PARAMETER_TYPES)
ASSIGNMENT_COLUMNS = tuple(ASSIGNMENT_TYPES)
SENSITIVITY_COLUMNS = tuple(SENSITIVITY_TYPES)
REVIEW_COLUMNS = tuple(REVIEW_TYPES)


def typed_frame(
    rows: Iterable[Mapping[str, Any]] | Mapping[str, Any],
    types: Mapping[str, str],
) -> pd.DataFrame:
    """Build a frame with exactly the columns and types of `types`, also out of no rows.

    Parameters
    ----------
    rows
        Rows as mappings, or columns as a mapping of sequences.
    types
        Column -> pandas dtype, in the order of the columns.
    """
    data = rows if isinstance(rows, Mapping) else list(rows)
    return pd.DataFrame(data, columns=list(types)).astype(dict(types))


def require_columns(frame: pd.DataFrame, columns: Iterable[str], name: str) -> None:
    """Raise a `ValueError` that names what `frame` lacks and what it has."""
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise ValueError(f"{name} lacks the columns {missing}; it has {list(frame.columns)}")
