"""Every customer's segment, from the parameter rows alone: what the SQL does too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
import pyarrow as pa

from covey.segmentation.coordinates import Preprocessing, preprocessing_from_rows, read_features
from covey.segmentation.frames import (
    ASSIGNMENT_TYPES,
    KEY,
    NOISE,
    NONE,
    PARAMETER_TYPES,
    require_columns,
    typed_frame,
)
from covey.segmentation.imputation import read_groups
from covey.segmentation.partitions import Partition, partition_from_rows
from covey.segmentation.preprocessing import sort_by_key
from covey.segmentation.settings import closest
from covey.threads import one_thread

SQL, PYTHON = "sql", "python"
WAYS = (SQL, PYTHON)

NO_CHEAP_SQL = ("core", "quantile")
"""Parameters of models that only Python applies: core points, and transforms by quantiles."""

MAX_PRODUCTS = 100
"""Products of two coordinates up to which SQL on two threads is no slower than streamed batches.

Measured in benchmarks/scoring: it was with 45 products, and no longer with 105.
"""


def applied_by(rows: pd.DataFrame, preferred: str = SQL) -> str:
    """Say who applies a model: sql or python.

    Parameters
    ----------
    rows
        Its parameter rows, all parts.
    preferred
        Who does what both can.

    Raises
    ------
    ValueError
        If `preferred` is neither.
    """
    if preferred not in WAYS:
        raise ValueError(
            f"apply is {preferred!r}, it must be one of {list(WAYS)}" + closest(preferred, WAYS)
        )
    products = rows.loc[(rows["parameter"] == "quadratic") & (rows["feature"] != rows["term"])]
    most = products.drop_duplicates(["part", "feature", "term"]).groupby("part").size().max()
    if most > MAX_PRODUCTS or rows["parameter"].isin(NO_CHEAP_SQL).any():
        return PYTHON
    return preferred


def segment_order(segments: Iterable[str]) -> list[str]:
    """Sort segment ids, numbers as numbers: by length, then as text."""
    return sorted(segments, key=lambda segment: (len(segment), segment))


@dataclass(frozen=True, slots=True, eq=False)
class FittedPart:
    """A part of a model, read from its rows."""

    preprocessing: Preprocessing
    partition: Partition
    segments: tuple[str, ...]
    outlier_distance: float

    @classmethod
    def from_rows(cls, rows: pd.DataFrame) -> Self:
        """Read the rows of one part.

        Raises
        ------
        ValueError
            If a row is missing.
        """
        preprocessing = preprocessing_from_rows(rows)
        segments = segment_order(set(rows["segment_id"]) - {NONE})
        partition = partition_from_rows(rows, preprocessing.coordinates, segments)
        limit = rows.loc[rows["parameter"] == "outlier_distance", "value"]
        if len(limit) != 1:
            raise ValueError(
                f"model {rows['model_id'].iloc[0]!r} has {len(limit)} rows of "
                f"'outlier_distance', not 1"
            )
        return cls(preprocessing, partition, tuple(segments), float(limit.iloc[0]))

    def assign(self, matrix: pd.DataFrame) -> pd.DataFrame:
        """Label the customers of a matrix, in its order; without segmentation and model."""
        raw = read_features(matrix, self.preprocessing.features)
        points = self.preprocessing.apply(raw, read_groups(matrix))
        scores = self.partition.score(points)
        # Noise has the position -1: the last name.
        names = np.array([*self.segments, NOISE], dtype=object)
        return pd.DataFrame(
            {
                KEY: matrix[KEY].to_numpy(),
                "segment_id": names[scores.index],
                "probability": scores.probability,
                "distance": scores.distance,
                "margin": scores.margin,
                "entropy": scores.entropy,
                "is_outlier": scores.distance > self.outlier_distance,
            }
        )


@dataclass(frozen=True, slots=True, eq=False)
class FittedModel:
    """The model of a segmentation, read from its rows.

    Attributes
    ----------
    segmentation, model_id
        Its name and id.
    first
        The only part, or the first stage.
    second
        Segment of the first stage -> the part that splits it; empty with one stage.
    """

    segmentation: str
    model_id: str
    first: FittedPart
    second: Mapping[str, FittedPart]

    @classmethod
    def from_rows(cls, rows: pd.DataFrame) -> Self:
        """Read the rows of one segmentation, at least one.

        Raises
        ------
        ValueError
            If they are of several models or lack a row.
        """
        segmentation = str(rows["segmentation"].iloc[0])
        models = sorted(set(rows["model_id"]))
        if len(models) != 1:
            raise ValueError(f"segmentation {segmentation!r} has {len(models)} models: {models}")
        parts = {
            str(name): FittedPart.from_rows(part) for name, part in rows.groupby("part", sort=True)
        }
        first = parts.pop(NONE)
        absent = set(first.segments) - set(parts) if parts else set()
        if absent:
            raise ValueError(
                f"model {models[0]!r} has no part for {sorted(absent)} of its first stage: "
                f"{sorted(parts)}"
            )
        return cls(segmentation, models[0], first, parts)

    def assign(self, matrix: pd.DataFrame) -> pd.DataFrame:
        """Label the customers of a matrix that is sorted by key: `ASSIGNMENT_TYPES`."""
        assigned = self.first.assign(matrix)
        if self.second:
            groups = assigned["segment_id"].to_numpy()
            frames = [
                part.assign(matrix.loc[groups == group])
                for group, part in self.second.items()
                if (groups == group).any()
            ]
            merged = pd.concat(frames or [assigned])
            assigned = merged.sort_values(KEY, kind="stable", ignore_index=True)
        labelled = assigned.assign(segmentation=self.segmentation, model_id=self.model_id)
        return typed_frame({name: labelled[name] for name in ASSIGNMENT_TYPES}, ASSIGNMENT_TYPES)


def fitted_models(parameters: pd.DataFrame) -> list[FittedModel]:
    """Read the model of every segmentation, by name, from the rows of `fit_segment_models`.

    Raises
    ------
    ValueError
        If columns are missing, a segmentation has several models or a model lacks rows.
    """
    require_columns(parameters, PARAMETER_TYPES, "parameters")
    return [
        FittedModel.from_rows(rows) for _, rows in parameters.groupby("segmentation", sort=True)
    ]


def columns_read(parameters: pd.DataFrame) -> list[str]:
    """Name the columns that `assign_segments` needs of a matrix, the key first, then by name.

    Parameters
    ----------
    parameters
        What `fit_segment_models` returned, or rows of the table `segment_model_parameters`.

    Raises
    ------
    ValueError
        As `assign_segments`.
    """
    parts = [
        part
        for model in fitted_models(parameters)
        for part in (model.first, *model.second.values())
    ]
    return [KEY, *sorted({name for part in parts for name in part.preprocessing.columns})]


def assign_segments(matrix: pd.DataFrame, parameters: pd.DataFrame) -> pd.DataFrame:
    """Label every customer with every model.

    Parameters
    ----------
    matrix
        One row per customer: customer_key, the features of the models, and the columns that their
        group medians and look-ups are taken by; null, NaN and infinity are missing. In any order.
    parameters
        What `fit_segment_models` returned: one model per segmentation.

    Returns
    -------
    DataFrame
        `ASSIGNMENT_TYPES`, by segmentation and customer_key. The segment with the highest score
        wins, the lowest id on ties (numbers as numbers). distance: to its centroid, mean or
        nearest core point; margin: how much farther the runner-up is, in a mixture the log odds
        against it, null with one segment; probability: of the segment; entropy: of the
        posteriors, in nats; is_outlier: distance above the outlier_distance of the part. With two
        stages all of them are those of the second. See `Partition.score` of the form of model.

    Raises
    ------
    ValueError
        If columns are missing, a segmentation has several models or a model lacks rows.
    """
    return _assigned(matrix, fitted_models(parameters))


def _assigned(matrix: pd.DataFrame, models: list[FittedModel]) -> pd.DataFrame:
    ordered = sort_by_key(matrix)
    with one_thread():
        frames = [model.assign(ordered) for model in models]
    if not frames:
        return typed_frame([], ASSIGNMENT_TYPES)
    return pd.concat(frames, ignore_index=True)


def assign_segments_as_arrow(
    matrix: pa.RecordBatchReader, parameters: pd.DataFrame, *, apply: str = SQL
) -> pa.RecordBatchReader:
    """Label every customer with the models that Python applies, batch by batch.

    Parameters
    ----------
    matrix
        The customers, as `assign_segments` takes them, in batches of any size; read one at a
        time, and not at all where no model is Python's.
    parameters
        As `assign_segments` takes them.
    apply
        Who applies a model that SQL and Python both can: sql or python.

    Raises
    ------
    ValueError
        As `assign_segments`, and if `apply` is neither.
    """
    require_columns(parameters, PARAMETER_TYPES, "parameters")
    ways = {
        str(name): applied_by(rows, apply)
        for name, rows in parameters.groupby("segmentation", sort=True)
    }
    models = fitted_models(parameters.loc[parameters["segmentation"].map(ways) == PYTHON])
    arrow = {"str": pa.string(), "float64": pa.float64(), "bool": pa.bool_()}
    schema = pa.schema([(name, arrow[kind]) for name, kind in ASSIGNMENT_TYPES.items()])

    def assigned() -> Iterator[pa.RecordBatch]:
        for batch in matrix if models else ():
            frame = _assigned(batch.to_pandas(), models)
            yield from pa.Table.from_pandas(frame, schema, preserve_index=False).to_batches()

    return pa.RecordBatchReader.from_batches(schema, assigned())
