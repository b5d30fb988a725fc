"""From raw features to the scaled, weighted space, the same way in numpy and in SQL.

Missing (null, NaN, infinite) -> impute; then clip to [clip_lower, clip_upper]; then transform;
then (t - center) / scale * weight.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from covey.segmentation.frames import (
    CATALOG_COLUMNS,
    FEATURE_TYPES,
    KEY,
    FloatArray,
    require_columns,
    typed_frame,
)
from covey.segmentation.partitions import round_to_magnitude
from covey.segmentation.settings import SegmentationSettings, closest, parse_settings

TRANSFORMS = ("identity", "log1p")
MISSING_RULES = ("zero", "median")

NEAR_CONSTANT = 1e-9
"""A feature is constant if its deviation is below this share of its largest magnitude."""


@dataclass(frozen=True, slots=True, eq=False)
class Preprocessing:
    """Fitted preprocessing of d features; every array has shape (d,).

    Attributes
    ----------
    features
        Names, ascending.
    impute, clip_lower, clip_upper
        In raw units.
    log1p
        1.0 where the transform is sign(x) * ln(1 + |x|), 0.0 where it is the identity.
    center, scale
        In transformed units.
    weight
        Factor of the scaled value.
    """

    features: tuple[str, ...]
    impute: FloatArray
    clip_lower: FloatArray
    clip_upper: FloatArray
    log1p: FloatArray
    center: FloatArray
    scale: FloatArray
    weight: FloatArray

    def apply(self, raw: FloatArray) -> FloatArray:
        """Map (n, d) raw values to (n, d) scaled, weighted values."""
        filled = np.where(np.isfinite(raw), raw, self.impute)
        clipped = np.clip(filled, self.clip_lower, self.clip_upper)
        scaled: FloatArray = (
            (transform(clipped, self.log1p > 0.5) - self.center) / self.scale * self.weight
        )
        return scaled


PREPROCESSING_PARAMETERS = (
    "impute",
    "clip_lower",
    "clip_upper",
    "log1p",
    "center",
    "scale",
    "weight",
)


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """One segmentation, ready to fit.

    Attributes
    ----------
    settings
        Its settings.
    preprocessing
        Fitted on the sample.
    points
        (n, d) scaled, weighted values of the sampled customers, by customer_key.
    features
        One row per feature of the segmentation, used or not: `FEATURE_TYPES`.
    """

    settings: SegmentationSettings
    preprocessing: Preprocessing
    points: FloatArray
    features: pd.DataFrame


def transform(values: FloatArray, is_log: np.ndarray) -> FloatArray:
    """Apply sign(x) * ln(1 + |x|) to the columns where `is_log`, leave the others."""
    logs = np.sign(values) * np.log1p(np.abs(values))
    return np.where(is_log, logs, values)


def read_features(matrix: pd.DataFrame, features: tuple[str, ...]) -> FloatArray:
    """Return (n, d) float64 values of `features`, nulls as NaN.

    Raises
    ------
    ValueError
        If the matrix lacks a feature; the message names it and the closest column.
    """
    for feature in features:
        if feature not in matrix.columns:
            raise ValueError(
                f"the matrix has no column for feature {feature!r}"
                + closest(feature, [str(column) for column in matrix.columns])
            )
    columns = [matrix[feature].to_numpy(dtype="float64", na_value=np.nan) for feature in features]
    return np.column_stack(columns) if columns else np.empty((len(matrix), 0))


def sort_by_key(matrix: pd.DataFrame) -> pd.DataFrame:
    """Sort by customer_key, as text, and check that it identifies the rows.

    Raises
    ------
    ValueError
        If customer_key is absent, null or not unique.
    """
    require_columns(matrix, (KEY,), "the matrix")
    if matrix[KEY].isna().any():
        count = int(matrix[KEY].isna().sum())
        raise ValueError(f"customer_key is null in {count} of {len(matrix)} rows")
    keyed = matrix.assign(**{KEY: matrix[KEY].astype("str")})
    repeated = keyed[KEY].duplicated()
    if repeated.any():
        example = keyed.loc[repeated, KEY].iloc[0]
        raise ValueError(
            f"customer_key is not unique: {int(repeated.sum())} of {len(matrix)} rows repeat a "
            f"key, {example!r} among them"
        )
    return keyed.sort_values(KEY, kind="stable", ignore_index=True)


def sample(matrix: pd.DataFrame, size: int, *, random_state: int) -> pd.DataFrame:
    """Keep at most `size` rows, those with the lowest seeded hash of the key, by key.

    By hash rather than by draw: a new customer displaces one row, not the whole sample.
    """
    if len(matrix) <= size:
        return matrix
    salted = matrix[KEY] + f"|{random_state}"
    hashes = pd.util.hash_array(salted.to_numpy(dtype=object), categorize=False)
    kept = np.sort(np.lexsort((np.arange(len(matrix)), hashes))[:size])
    return matrix.iloc[kept].reset_index(drop=True)


def check_catalog(catalog: pd.DataFrame) -> pd.DataFrame:
    """Return the catalog by feature, its numbers as floats, or say what is wrong with it.

    Raises
    ------
    ValueError
        If a column is missing, a feature repeats, or a value is unknown or out of range.
    """
    require_columns(catalog, CATALOG_COLUMNS, "the catalog")
    checked = catalog.loc[:, list(CATALOG_COLUMNS)].copy()
    if checked["feature"].isna().any():
        raise ValueError(f"the catalog has {int(checked['feature'].isna().sum())} nameless rows")
    checked["feature"] = checked["feature"].astype("str")
    repeated = checked["feature"].duplicated()
    if repeated.any():
        raise ValueError(f"the catalog repeats {sorted(set(checked.loc[repeated, 'feature']))}")
    checked["segmentations"] = checked["segmentations"].astype("str").fillna("")
    for column, known in (("transform", TRANSFORMS), ("missing_rule", MISSING_RULES)):
        unknown = checked.loc[~checked[column].isin(known), ["feature", column]]
        for feature, value in unknown.itertuples(index=False):
            raise ValueError(
                f"feature {feature!r}: {column} is {value!r}, it must be one of {list(known)}"
                + closest(str(value), known)
            )
    for column in ("clip_lower_quantile", "clip_upper_quantile", "weight"):
        checked[column] = checked[column].to_numpy(dtype="float64", na_value=np.nan)
    low, high = checked["clip_lower_quantile"], checked["clip_upper_quantile"]
    for row in checked.loc[~((low >= 0.0) & (low <= high) & (high <= 1.0))].to_dict("records"):
        raise ValueError(
            f"feature {row['feature']!r}: clip_lower_quantile is {row['clip_lower_quantile']} and "
            f"clip_upper_quantile {row['clip_upper_quantile']}; they must be ordered and between "
            f"0 and 1"
        )
    weight = checked["weight"]
    for row in checked.loc[~(np.isfinite(weight) & (weight >= 0.0))].to_dict("records"):
        raise ValueError(
            f"feature {row['feature']!r}: weight is {row['weight']}, it must be at least 0"
        )
    return checked.sort_values("feature", kind="stable", ignore_index=True)


def features_of(catalog: pd.DataFrame, segmentation: str) -> pd.DataFrame:
    """Return the rows of a checked catalog that list `segmentation`.

    Raises
    ------
    ValueError
        If there are none; the message names the closest segmentation of the catalog.
    """
    names = catalog["segmentations"].str.split("|")
    listed = names.map(lambda parts: segmentation in [part.strip() for part in parts])
    rows = catalog.loc[listed.astype("bool")].reset_index(drop=True)
    if rows.empty:
        known = {part.strip() for parts in names for part in parts} - {""}
        raise ValueError(
            f"no feature of the catalog lists segmentation {segmentation!r}"
            + closest(segmentation, known)
        )
    return rows


def _fit_columns(raw: FloatArray, rows: pd.DataFrame, scaling: str) -> Preprocessing:
    """Fit (n, d) raw values, n at least 1, column by column."""
    finite = np.where(np.isfinite(raw), raw, np.nan)
    width = raw.shape[1]
    impute, low, high = np.zeros(width), np.zeros(width), np.zeros(width)
    is_median = (rows["missing_rule"] == "median").to_numpy()
    quantiles = rows[["clip_lower_quantile", "clip_upper_quantile"]].to_numpy(dtype="float64")
    for column in range(width):
        known = finite[~np.isnan(finite[:, column]), column]
        if known.size == 0:
            continue
        if is_median[column]:
            impute[column] = np.median(known)
        low[column], high[column] = np.quantile(known, quantiles[column])
    is_log = (rows["transform"] == "log1p").to_numpy()
    filled = np.clip(np.where(np.isnan(finite), impute, finite), low, high)
    transformed = transform(filled, is_log)
    deviation = transformed.std(axis=0)
    constant = deviation <= NEAR_CONSTANT * np.abs(transformed).max(axis=0)
    scale = np.where(constant, 0.0, deviation if scaling == "z" else 1.0)
    center = transformed.mean(axis=0) if scaling == "z" else np.zeros(width)
    for column in range(width):
        magnitude = float(deviation[column])
        center[column] = round_to_magnitude(center[column : column + 1], magnitude)[0]
        scale[column] = round_to_magnitude(scale[column : column + 1], float(scale[column]))[0]
    return Preprocessing(
        features=tuple(rows["feature"]),
        impute=impute,
        clip_lower=low,
        clip_upper=high,
        log1p=is_log.astype("float64"),
        center=center,
        scale=scale,
        weight=rows["weight"].to_numpy(dtype="float64"),
    )


def _select(fitted: Preprocessing, kept: list[int]) -> Preprocessing:
    arrays = {name: getattr(fitted, name)[kept] for name in PREPROCESSING_PARAMETERS}
    return Preprocessing(features=tuple(fitted.features[j] for j in kept), **arrays)


def _reasons(
    fitted: Preprocessing, raw: FloatArray, missing_share: FloatArray, limit: float
) -> list[str | None]:
    """Say for every feature why it is left out, or None if it is used.

    Of a correlated pair the one with the larger weight stays, then the one with fewer missing
    values, then the first by name.
    """
    reasons: list[str | None] = [None] * len(fitted.features)
    for j in range(len(fitted.features)):
        if missing_share[j] == 1.0:
            reasons[j] = "all values are missing"
        elif fitted.scale[j] == 0.0:
            reasons[j] = "constant after imputing and clipping"
        elif fitted.weight[j] == 0.0:
            reasons[j] = "weight is 0"
    open_ones = [j for j, reason in enumerate(reasons) if reason is None]
    if len(open_ones) < 2:
        return reasons
    points = _select(fitted, open_ones).apply(raw[:, open_ones])
    correlation = np.atleast_2d(np.corrcoef(points, rowvar=False))
    position = {j: place for place, j in enumerate(open_ones)}
    kept: list[int] = []
    for j in sorted(open_ones, key=lambda j: (-fitted.weight[j], missing_share[j], j)):
        for other in kept:
            shared = float(correlation[position[j], position[other]])
            if abs(shared) > limit:
                reasons[j] = f"correlation {shared:.3f} with {fitted.features[other]}"
                break
        else:
            kept.append(j)
    return reasons


def prepare(
    matrix: pd.DataFrame, catalog: pd.DataFrame, settings: SegmentationSettings
) -> Prepared:
    """Sample, fit the preprocessing and leave out what carries nothing.

    Parameters
    ----------
    matrix
        Sorted by key, see `sort_by_key`.
    catalog
        Checked, see `check_catalog`.
    settings
        Of the segmentation.

    Returns
    -------
    Prepared
        With (0, 0) points if the matrix has no rows.
    """
    rows = features_of(catalog, settings.segmentation)
    names = tuple(rows["feature"])
    sampled = sample(matrix, settings.sample_size, random_state=settings.seed)
    raw = read_features(sampled, names)
    if len(raw) == 0:
        missing_share = np.full(len(names), np.nan)
        reasons: list[str | None] = ["no customers"] * len(names)
        empty = np.empty(0)
        preprocessing = Preprocessing((), empty, empty, empty, empty, empty, empty, empty)
        points = np.empty((0, 0))
    else:
        missing_share = 1.0 - np.isfinite(raw).mean(axis=0)
        fitted = _fit_columns(raw, rows, settings.scaling)
        reasons = _reasons(fitted, raw, missing_share, settings.correlation_limit)
        kept = [j for j, reason in enumerate(reasons) if reason is None]
        preprocessing = _select(fitted, kept)
        points = preprocessing.apply(raw[:, kept])
    report = typed_frame(
        {
            "segmentation": [settings.segmentation] * len(names),
            "feature": list(names),
            "feature_group": list(rows["feature_group"]),
            "missing_share": missing_share,
            "weight": rows["weight"].to_numpy(dtype="float64"),
            "is_used": [reason is None for reason in reasons],
            "reason": reasons,
        },
        FEATURE_TYPES,
    )
    return Prepared(settings, preprocessing, points, report)


def describe_features(
    matrix: pd.DataFrame,
    catalog: pd.DataFrame,
    settings: Mapping[str, Mapping[str, object] | None],
) -> pd.DataFrame:
    """Report which features every segmentation uses and why it leaves out the others.

    Parameters
    ----------
    matrix
        One row per customer: customer_key and one column per feature.
    catalog
        One row per feature, see `CATALOG_COLUMNS`.
    settings
        Segmentation name -> options.

    Returns
    -------
    DataFrame
        segmentation, feature, feature_group, missing_share (0..1, null without customers),
        weight, is_used, reason (null if used); by segmentation and feature.

    Raises
    ------
    ValueError
        If the settings, the catalog or the matrix are not as declared.
    """
    parsed = parse_settings(settings)
    ordered, checked = sort_by_key(matrix), check_catalog(catalog)
    reports = [prepare(ordered, checked, options).features for options in parsed.values()]
    if not reports:
        return typed_frame([], FEATURE_TYPES)
    return pd.concat(reports, ignore_index=True)
