"""What segments are: how they differ, what they hang on, rules, maps and typical customers.

Pure functions, frame in, frame out::

    significance = compare_segments(profiles)
    importance = measure_feature_importance(customers, catalog)
    rules = fit_segment_rules(customers, catalog, options)
    coordinates = draw_segment_maps(customers, catalog, previous)
    exemplars = find_segment_exemplars(customers, catalog)

`customers` are rows of customers with their segment and features, `catalog` says what the features
are: `covey.explanation.samples`.
"""

from covey.explanation.exemplars import EXEMPLAR_TYPES, find_segment_exemplars
from covey.explanation.frames import CATALOG_COLUMNS, SAMPLE_COLUMNS, Sample, samples
from covey.explanation.importance import IMPORTANCE_TYPES, measure_feature_importance
from covey.explanation.maps import MAP_TYPES, draw_segment_maps
from covey.explanation.rules import CLASS_WEIGHTS, RULE_DEPTH, RULE_TYPES, fit_segment_rules
from covey.explanation.significance import (
    COMPARISON_COLUMNS,
    FALSE_DISCOVERY_RATE,
    SIGNIFICANCE_TYPES,
    compare_segments,
    permutation_moments,
)

__all__ = [
    "CATALOG_COLUMNS",
    "CLASS_WEIGHTS",
    "COMPARISON_COLUMNS",
    "EXEMPLAR_TYPES",
    "FALSE_DISCOVERY_RATE",
    "IMPORTANCE_TYPES",
    "MAP_TYPES",
    "RULE_DEPTH",
    "RULE_TYPES",
    "SAMPLE_COLUMNS",
    "SIGNIFICANCE_TYPES",
    "Sample",
    "compare_segments",
    "draw_segment_maps",
    "find_segment_exemplars",
    "fit_segment_rules",
    "measure_feature_importance",
    "permutation_moments",
    "samples",
]
