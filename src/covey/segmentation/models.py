"""The chosen candidate of every segmentation, as parameter rows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from covey.segmentation.candidates import chosen_in
from covey.segmentation.catalog import check_catalog
from covey.segmentation.fitting import Part, fitted_parts
from covey.segmentation.frames import (
    NONE,
    PARAMETER_TYPES,
    FloatArray,
    typed_frame,
)
from covey.segmentation.partitions import (
    Partition,
    round_to_magnitude,
)
from covey.segmentation.preprocessing import sort_by_key
from covey.segmentation.settings import parse_settings
from covey.threads import one_thread

NORMAL_CONSISTENCY = 1.4826022185056018
"""Standard deviation of a normal distribution over its median absolute deviation."""

OUTLIER_QUANTILE = 0.99
OUTLIER_SLACK = 1e-6


class Row(NamedTuple):
    """One parameter; `term` is what it refers to beyond feature and segment."""

    parameter: str
    feature: str
    segment_id: str
    value: float
    term: str = NONE


def outlier_distance(distances: FloatArray, mads: float) -> float:
    """Return the distance above which a customer is an outlier.

    The larger of the median plus `mads` normal-consistent median absolute deviations and the
    99th percentile of the training distances (plus 1e-6 against noise of the last bits). The
    first alone would flag half the customers where most sit on one point; the second alone would
    flag 1 % of any data. So at most 1 % of the training customers are outliers, and none of a
    compact cloud.

    Parameters
    ----------
    distances
        (n,) distances to the own centroid, n at least 1.
    mads
        Number of deviations.
    """
    median = float(np.median(distances))
    spread = NORMAL_CONSISTENCY * float(np.median(np.abs(distances - median)))
    threshold = max(median + mads * spread, float(np.quantile(distances, OUTLIER_QUANTILE)))
    padded = np.asarray([threshold + OUTLIER_SLACK])
    return float(round_to_magnitude(padded, threshold, digits=9)[0])


def fit_segment_models(
    matrix: pd.DataFrame,
    catalog: pd.DataFrame,
    candidates: pd.DataFrame,
    settings: Mapping[str, Mapping[str, object] | None],
) -> pd.DataFrame:
    """Write the chosen candidate of every segmentation as rows.

    Parameters
    ----------
    matrix, catalog, settings
        As given to `evaluate_candidates`.
    candidates
        What `evaluate_candidates` returned for them; segmentation, candidate_id and is_chosen
        are read.

    Returns
    -------
    DataFrame
        `PARAMETER_TYPES`: segmentation, model_id, parameter, feature, segment_id, term, value;
        without nulls, by segmentation, parameter, feature, segment and term. Per feature: impute,
        clip_lower, clip_upper (raw units; the term is the outlier rule), log1p (0 or 1), center,
        scale (transformed units), weight. Where the catalog says so: flag_lower, flag_upper (raw
        units; the term is the outlier rule), group_median (raw units; the term is the group),
        regression_intercept, regression_lower, regression_upper, regression_coefficient
        (transformed units; the term is the predictor). Per segment and feature: centroid (scaled,
        weighted). Per segment: intercept. Per model: variance, outlier_distance. Features that
        are left out have no rows. Segments are '1' to 'k', the largest first. `model_id` is a
        hash of the rows. No rows without customers.

    Raises
    ------
    ValueError
        If an input is not as declared, or a segmentation with customers has no chosen candidate.
    """
    parsed = parse_settings(settings)
    ordered, checked = sort_by_key(matrix), check_catalog(catalog)
    rows: list[dict[str, object]] = []
    with one_thread():
        for options in parsed.values():
            parts = fitted_parts(ordered, checked, options, chosen_in(candidates))
            if not parts:
                continue
            model = [
                (part.name, row)
                for part, partition in parts
                for row in sorted(_part_rows(part, partition), key=_row_order(part))
            ]
            model_id = f"{options.segmentation}-{content_hash([row for _, row in model])}"
            rows += [
                {
                    "segmentation": options.segmentation,
                    "model_id": model_id,
                    "part": part,
                    **row._asdict(),
                }
                for part, row in model
            ]
    return typed_frame(rows, PARAMETER_TYPES)


def content_hash(rows: list[Row]) -> str:
    """First 12 hex digits of the SHA-256 of ordered parameter rows.

    Values enter with 9 significant digits, and nothing finer than 1e-9, so that the last bits of
    another machine's arithmetic leave the hash alone.
    """
    lines = [
        f"{row.parameter}|{row.feature}|{row.segment_id}|{row.term}|{_digits(row.value)}"
        for row in rows
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def _digits(value: float) -> str:
    text = f"{value:.8e}"
    return text if abs(value) >= 1e-9 else "0"


def _row_order(part: Part) -> Callable[[Row], tuple[str, str, int, str]]:
    places = {label: place for place, label in enumerate((NONE, *part.labels))}
    return lambda row: (row.parameter, row.feature, places[row.segment_id], row.term)


def _part_rows(part: Part, partition: Partition) -> Iterator[Row]:
    prepared, preprocessing = part.prepared, part.prepared.preprocessing
    for parameter, feature, term, value in preprocessing.parameters():
        yield Row(parameter, feature, NONE, value, term)
    names = preprocessing.coordinates
    for item in partition.parameters():
        yield Row(
            item.name,
            names[item.feature] if isinstance(item.feature, int) else item.feature or NONE,
            NONE if item.segment is None else part.labels[item.segment],
            item.value,
            names[item.term] if isinstance(item.term, int) else item.term or NONE,
        )
    distances = partition.score(prepared.points).distance
    limit = outlier_distance(distances, prepared.settings.outlier_mads)
    yield Row("outlier_distance", NONE, NONE, limit)
