"""The chosen candidate of every segmentation, as parameter rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
        weighted). Per segment: intercept, count (customers it was fitted on). Per model: variance,
        outlier_distance. Features that are left out have no rows. Segments are '1' to 'k', the
        largest first. `model_id` is a hash of the rows. No rows without customers.

    Raises
    ------
    ValueError
        If an input is not as declared, or a segmentation with customers has no chosen candidate.
    """
    parsed = parse_settings(settings)
    ordered, checked = sort_by_key(matrix), check_catalog(catalog)
    models = []
    with one_thread():
        for options in parsed.values():
            parts = fitted_parts(ordered, checked, options, chosen_in(candidates))
            if parts:
                models.append(model_frame(options.segmentation, model_rows(parts)))
    return pd.concat(models, ignore_index=True) if models else typed_frame([], PARAMETER_TYPES)


def model_rows(parts: Sequence[tuple[Part, Partition]]) -> list[tuple[str, Row]]:
    """Write a fitted model as rows, each with the name of its part."""
    return [(part.name, row) for part, partition in parts for row in _part_rows(part, partition)]


def model_frame(
    segmentation: str, rows: Iterable[tuple[str, Row]], model_id: str | None = None
) -> pd.DataFrame:
    """Order the rows of a model, part by part, and name it by their content, if it has no name."""
    by_part: dict[str, list[Row]] = {}
    for part, row in rows:
        by_part.setdefault(part, []).append(row)
    ordered = [
        (part, row) for part in sorted(by_part) for row in sorted(by_part[part], key=_row_order)
    ]
    name = model_id or f"{segmentation}-{content_hash([row for _, row in ordered])}"
    return typed_frame(
        [
            {"segmentation": segmentation, "model_id": name, "part": part, **row._asdict()}
            for part, row in ordered
        ],
        PARAMETER_TYPES,
    )


def rows_of_frame(model: pd.DataFrame) -> list[tuple[str, Row]]:
    """Take the rows of one model from a frame, each with the name of its part."""
    columns = ["part", *Row._fields]
    return [(part, Row(*row)) for part, *row in model[columns].itertuples(index=False, name=None)]


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


def segment_order(segment_id: str) -> tuple[str, int]:
    """Sort segments by what stands before their number, then by the number."""
    words = segment_id.rstrip("0123456789")
    number = segment_id[len(words) :]
    return words, int(number) if number else 0


def _row_order(row: Row) -> tuple[object, ...]:
    is_of_segment = row.segment_id != NONE
    return row.parameter, row.feature, is_of_segment, segment_order(row.segment_id), row.term


def _part_rows(part: Part, partition: Partition) -> Iterator[Row]:
    prepared, preprocessing = part.prepared, part.prepared.preprocessing
    for parameter, feature, term, value in preprocessing.parameters():
        yield Row(parameter, feature, NONE, value, term)
    yield from partition_rows(partition, preprocessing.coordinates, part.labels)
    distances = partition.score(prepared.points).distance
    limit = outlier_distance(distances, prepared.settings.outlier_mads)
    yield Row("outlier_distance", NONE, NONE, limit)


def partition_rows(
    partition: Partition, coordinates: Sequence[str], segments: Sequence[str]
) -> Iterator[Row]:
    """Write a partition as rows, coordinates and segments by their names."""
    for item in partition.parameters():
        yield Row(
            item.name,
            coordinates[item.feature] if isinstance(item.feature, int) else item.feature or NONE,
            NONE if item.segment is None else segments[item.segment],
            item.value,
            coordinates[item.term] if isinstance(item.term, int) else item.term or NONE,
        )
