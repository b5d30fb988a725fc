"""Which CRM records are one person though no identifier of theirs is equal: probabilistic matching.

The model is that of Fellegi and Sunter (1969), "A theory for record linkage", Journal of the
American Statistical Association 64: each comparison of a pair (first names, birth dates, ...) falls
into a level; m is the share of the level among pairs of one person, u among pairs of two, and
log2(m / u) is its weight. The weights and the prior add up to the match weight, w; the probability
is 2^w / (1 + 2^w). Similarity of names is that of Winkler (1990), "String comparator metrics and
enhanced decision rules in the Fellegi-Sunter model of record linkage". Estimation and scoring are
those of Splink: Linacre, Lindsay, Manassis, Slade and Hepworth (2022), "Splink: free software for
probabilistic record linkage at scale", International Journal of Population Data Science 7(3).

Splink runs in a DuckDB of its own in memory. What it makes there, copies of personal data among it,
is gone when a function returns.

Pure functions, frame in, frame out::

    parameters = fit_matching(records)
    matches = match_records(records, parameters, least_probability=0.5)
    kept = update_matches(records, parameters, least_probability=0.5, previous=kept)
"""

from covey.matching.model import (
    BLOCK_COLUMNS,
    COMPARED_COLUMNS,
    COMPARISONS,
    FIELDS,
    MATCH_COLUMNS,
    MATCH_TYPES,
    PARAMETER_COLUMNS,
    MatchingSettings,
)
from covey.matching.pairs import count_blocks, match_records, update_matches
from covey.matching.training import fit_matching

__all__ = [
    "BLOCK_COLUMNS",
    "COMPARED_COLUMNS",
    "COMPARISONS",
    "FIELDS",
    "MATCH_COLUMNS",
    "MATCH_TYPES",
    "PARAMETER_COLUMNS",
    "MatchingSettings",
    "count_blocks",
    "fit_matching",
    "match_records",
    "update_matches",
]
