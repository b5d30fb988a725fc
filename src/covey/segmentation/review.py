"""Customers whose features together are unlike those of the others, for somebody to look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from sklearn.ensemble import IsolationForest

from covey.segmentation.catalog import ENCODINGS, check_catalog
from covey.segmentation.coordinates import read_features
from covey.segmentation.frames import KEY, REVIEW_TYPES, FloatArray, require_columns, typed_frame
from covey.segmentation.outliers import ROBUST_Z_FACTOR
from covey.segmentation.preprocessing import sort_by_key
from covey.segmentation.transforms import Transform, fit_transform
from covey.threads import one_thread

SEED = 20260101
MAX_SHARE = 0.5
"""More than half of the customers cannot be outliers."""

EXTREMES = 3
"""Features that are named for a customer."""

MEAN_DEVIATION_FACTOR = 1.253314
"""Standard deviation of a normal distribution over its mean absolute deviation."""


@dataclass(frozen=True, slots=True, eq=False)
class ReviewForest:
    """An isolation forest (Liu, Ting and Zhou 2008) of d features, and how to read a customer.

    Attributes
    ----------
    features
        Names of the features, those that vary.
    impute
        (d,) raw values for missing ones.
    transforms
        d scales.
    center, spread
        (d,) median and deviation of the transformed values.
    forest
        The fitted trees.
    """

    features: tuple[str, ...]
    impute: FloatArray
    transforms: tuple[Transform, ...]
    center: FloatArray
    spread: FloatArray
    forest: IsolationForest

    def score(self, matrix: pd.DataFrame) -> pd.DataFrame:
        """Score customers: `REVIEW_TYPES`, in the order of the rows.

        anomaly_score is 2 ** -(mean path length / expected path length), between 0 and 1: 0.5 is
        ordinary, near 1 easily isolated. extreme_features names the features with the largest
        modified z-scores (Iglewicz and Hoaglin 1993), and whether they are high or low.
        """
        raw = read_features(matrix, self.features)
        values = _on_scales(np.where(np.isfinite(raw), raw, self.impute), self.transforms)
        deviations = (values - self.center) / self.spread
        order = np.argsort(-np.abs(deviations), axis=1, kind="stable")[:, :EXTREMES]
        words = np.array(
            [[f"{name} low" for name in self.features], [f"{name} high" for name in self.features]],
            dtype=object,
        )
        is_high = np.take_along_axis(deviations, order, axis=1) > 0.0
        named = words[is_high.astype("intp"), order]
        text = named[:, 0]
        for place in range(1, named.shape[1]):
            text = text + ", " + named[:, place]
        with one_thread():
            scores = -self.forest.score_samples(values)
        return typed_frame(
            {KEY: matrix[KEY].to_numpy(), "anomaly_score": scores, "extreme_features": text},
            REVIEW_TYPES,
        )


def fit_review_forest(
    sample: pd.DataFrame, catalog: pd.DataFrame, *, share: float
) -> ReviewForest | None:
    """Fit the forest to a sample of the customers.

    It reads every number that is not about a protected attribute, on the scale that the catalog
    names, so that a heavy tail alone makes nobody an outlier; missing values are 0 or the median.

    Parameters
    ----------
    sample
        One row per customer: customer_key and the features; in any order.
    catalog
        One row per feature, with is_protected.
    share
        Share of the customers to review, over 0 and at most 0.5.

    Returns
    -------
    ReviewForest or None
        None where nobody can differ: fewer than two customers, or no feature that varies.

    Raises
    ------
    ValueError
        If an input is not as declared.
    """
    if not 0.0 < share <= MAX_SHARE:
        raise ValueError(f"share is {share}, it must be over 0 and at most {MAX_SHARE}")
    require_columns(catalog, ("is_protected",), "the catalog")
    open_ones = catalog.loc[~catalog["is_protected"].astype("bool")]
    rows = check_catalog(open_ones)
    rows = rows.loc[~rows["transform"].isin(ENCODINGS)]
    ordered = sort_by_key(sample)
    raw = read_features(ordered, tuple(rows["feature"]))
    if len(raw) < 2:
        return None
    is_zero = (rows["missing_rule"] == "zero").to_numpy()
    finite = np.where(np.isfinite(raw), raw, np.nan)
    has_values = ~np.isnan(finite).all(axis=0)
    impute = np.zeros(raw.shape[1])
    by_median = has_values & ~is_zero
    impute[by_median] = np.nanmedian(finite[:, by_median], axis=0)
    filled = np.where(np.isnan(finite), impute, finite)
    transforms = tuple(
        fit_transform(str(name), filled[:, column], (low, high))
        for column, (name, low, high) in enumerate(
            zip(
                rows["transform"],
                rows["clip_lower_quantile"],
                rows["clip_upper_quantile"],
                strict=True,
            )
        )
    )
    values = _on_scales(filled, transforms)
    kept = np.flatnonzero(np.ptp(values, axis=0) > 0.0)
    if len(kept) == 0:
        return None
    values = values[:, kept]
    center = np.median(values, axis=0)
    distances = np.abs(values - center)
    mads = np.median(distances, axis=0) / ROBUST_Z_FACTOR
    spread = np.where(mads > 0.0, mads, distances.mean(axis=0) * MEAN_DEVIATION_FACTOR)
    with one_thread():
        forest = IsolationForest(contamination=share, random_state=SEED).fit(values)
    names = tuple(rows["feature"].iloc[kept])
    scales = tuple(transforms[column] for column in kept)
    return ReviewForest(names, impute[kept], scales, center, spread, forest)


def _on_scales(values: FloatArray, transforms: tuple[Transform, ...]) -> FloatArray:
    """Put each column of (n, d) values on its scale."""
    columns = [scale.forward(values[:, column]) for column, scale in enumerate(transforms)]
    return np.column_stack(columns) if columns else values


def score_outliers(
    sample: pd.DataFrame,
    catalog: pd.DataFrame,
    batches: Iterable[pd.DataFrame],
    *,
    share: float,
) -> Iterator[pd.DataFrame]:
    """Score all customers, batch by batch, by a forest that is fitted to a sample.

    The `round(share * customers)` of them with the highest score, the lowest key on ties, are those
    to review: never those above the threshold of the paper, which more than half of uniform noise
    passes.

    Parameters
    ----------
    sample, catalog
        As given to `fit_review_forest`.
    batches
        All customers, in frames of any size; read one at a time.
    share
        Share of the customers to review, 0 to 0.5; with 0 nothing is fitted or read.

    Yields
    ------
    DataFrame
        `REVIEW_TYPES`, one frame per batch.

    Raises
    ------
    ValueError
        If an input is not as declared.
    """
    forest = fit_review_forest(sample, catalog, share=share) if share else None
    if forest is not None:
        for batch in batches:
            yield forest.score(batch)


def score_outliers_as_arrow(
    sample: pd.DataFrame, catalog: pd.DataFrame, matrix: pa.RecordBatchReader, *, share: float
) -> pa.RecordBatchReader:
    """Do the same as `score_outliers` with streams of Arrow batches in and out."""
    schema = pa.schema(
        [(KEY, pa.string()), ("anomaly_score", pa.float64()), ("extreme_features", pa.string())]
    )
    frames = (batch.to_pandas() for batch in matrix)
    scored = (
        pa.RecordBatch.from_pandas(frame, schema=schema, preserve_index=False)
        for frame in score_outliers(sample, catalog, frames, share=share)
    )
    return pa.RecordBatchReader.from_batches(schema, scored)
