"""Segmentation: candidates, models as rows, and customers into segments.

Pure functions, frame in, frame out::

    candidates = evaluate_candidates(matrix, catalog, settings)
    parameters = fit_segment_models(matrix, catalog, candidates, settings)
    segments = assign_segments(matrix, parameters)
    sensitivity = measure_imputation_sensitivity(matrix, catalog, candidates, settings)
"""

from covey.segmentation.algorithms import ALGORITHMS, Algorithm, Variant
from covey.segmentation.assignment import (
    applied_by,
    assign_segments,
    assign_segments_as_arrow,
    columns_read,
)
from covey.segmentation.candidates import (
    NO_STRUCTURE,
    SEGMENTS,
    due_segmentations,
    evaluate_candidates,
)
from covey.segmentation.dendrogram import HIERARCHY_COLUMNS, draw_hierarchies
from covey.segmentation.frames import (
    ASSIGNMENT_COLUMNS,
    CANDIDATE_COLUMNS,
    CATALOG_COLUMNS,
    FEATURE_COLUMNS,
    NONE,
    PARAMETER_COLUMNS,
    REVIEW_COLUMNS,
    SENSITIVITY_COLUMNS,
)
from covey.segmentation.models import fit_segment_models
from covey.segmentation.preprocessing import describe_features
from covey.segmentation.registry import models_in_use, register_segment_models
from covey.segmentation.review import score_outliers, score_outliers_as_arrow
from covey.segmentation.sensitivity import measure_imputation_sensitivity
from covey.segmentation.settings import SegmentationSettings, parse_settings

__all__ = [
    "ALGORITHMS",
    "ASSIGNMENT_COLUMNS",
    "CANDIDATE_COLUMNS",
    "CATALOG_COLUMNS",
    "FEATURE_COLUMNS",
    "HIERARCHY_COLUMNS",
    "NONE",
    "NO_STRUCTURE",
    "PARAMETER_COLUMNS",
    "REVIEW_COLUMNS",
    "SEGMENTS",
    "SENSITIVITY_COLUMNS",
    "Algorithm",
    "SegmentationSettings",
    "Variant",
    "applied_by",
    "assign_segments",
    "assign_segments_as_arrow",
    "columns_read",
    "describe_features",
    "draw_hierarchies",
    "due_segmentations",
    "evaluate_candidates",
    "fit_segment_models",
    "measure_imputation_sensitivity",
    "models_in_use",
    "parse_settings",
    "register_segment_models",
    "score_outliers",
    "score_outliers_as_arrow",
]
