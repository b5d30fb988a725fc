"""From raw features to the scaled, weighted space, the same way in numpy and in SQL.

Missing (null, NaN, infinite) -> impute; then clip to [clip_lower, clip_upper]; then transform;
then (t - center) / scale * weight. What a group median or a regression imputes takes the place of
the one value that is imputed otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from covey.segmentation.catalog import MISSING_SUFFIX, check_catalog, features_of
from covey.segmentation.frames import (
    FEATURE_TYPES,
    KEY,
    NONE,
    FloatArray,
    IntArray,
    require_columns,
    typed_frame,
)
from covey.segmentation.imputation import (
    GroupMedians,
    Groups,
    Regression,
    fit_group_medians,
    fit_regression,
    read_groups,
)
from covey.segmentation.outliers import (
    UNBOUNDED,
    Bounds,
    find_bounds,
    inverse_transform,
    transform,
)
from covey.segmentation.partitions import round_to_magnitude
from covey.segmentation.settings import SegmentationSettings, closest, parse_settings

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
    clip_rules
        (d,) what found the bounds that values are clipped to; (none) without such bounds.
    flags
        (d,) bounds beyond which values are flagged, not clipped; None without such bounds.
    group_medians, regressions
        Of the features that are imputed by them.
    """

    features: tuple[str, ...]
    impute: FloatArray
    clip_lower: FloatArray
    clip_upper: FloatArray
    log1p: FloatArray
    center: FloatArray
    scale: FloatArray
    weight: FloatArray
    clip_rules: tuple[str, ...] = ()
    flags: tuple[Bounds | None, ...] = ()
    group_medians: tuple[GroupMedians, ...] = ()
    regressions: tuple[Regression, ...] = ()

    @property
    def coordinates(self) -> tuple[str, ...]:
        """Names of the axes of the space that models are fitted in."""
        return self.features

    def apply(self, raw: FloatArray, groups: Groups | None = None) -> FloatArray:
        """Map (n, d) raw values to (n, d) scaled, weighted values."""
        return self.scaled(self.transformed(raw, groups))

    def transformed(self, raw: FloatArray, groups: Groups | None = None) -> FloatArray:
        """Impute, clip and transform (n, d) raw values.

        Raises
        ------
        ValueError
            If a group is needed that `groups` does not have.
        """
        is_known = np.isfinite(raw)
        filled = np.where(is_known, raw, self.impute)
        for item in self.group_medians:
            if groups is None or item.column not in groups:
                raise ValueError(
                    f"the matrix has no column {item.column!r}, by which "
                    f"{self.features[item.feature]!r} is imputed"
                )
            for row in np.flatnonzero(~is_known[:, item.feature]):
                term = groups[item.column][row]
                filled[row, item.feature] = item.medians.get(term, self.impute[item.feature])
        values = self._clipped(filled, slice(None))
        predicted = {
            item.feature: item.predict(values[~is_known[:, item.feature]])
            for item in self.regressions
        }
        for column, imputed in predicted.items():
            raw_units = inverse_transform(imputed, self.log1p[column] > 0.5)
            values[~is_known[:, column], column] = self._clipped(raw_units, column)
        return values

    def _clipped(self, values: FloatArray, columns: slice | int) -> FloatArray:
        clipped = np.clip(values, self.clip_lower[columns], self.clip_upper[columns])
        return transform(clipped, self.log1p[columns] > 0.5)

    def scaled(self, transformed: FloatArray) -> FloatArray:
        """Centre, scale and weight (n, d) transformed values."""
        scaled: FloatArray = (transformed - self.center) / self.scale * self.weight
        return scaled

    def parameters(self) -> Iterator[tuple[str, str, str, float]]:
        """Write the preprocessing as rows: parameter, feature, term, value.

        The term of a bound is the rule that found it, of a group median the group, of a
        coefficient the predictor, of everything else (none).
        """
        for parameter in PREPROCESSING_PARAMETERS:
            values = getattr(self, parameter)
            is_bound = parameter in ("clip_lower", "clip_upper")
            terms = self.clip_rules if is_bound and self.clip_rules else [NONE] * len(values)
            for feature, term, value in zip(self.features, terms, values, strict=True):
                yield parameter, feature, term, float(value)
        for feature, bounds in zip(self.features, self.flags, strict=bool(self.flags)):
            if bounds is not None:
                yield "flag_lower", feature, bounds.rule, bounds.lower
                yield "flag_upper", feature, bounds.rule, bounds.upper
        for item in self.group_medians:
            for term, median in item.medians.items():
                yield "group_median", self.features[item.feature], term, median
        for line in self.regressions:
            feature = self.features[line.feature]
            yield "regression_intercept", feature, NONE, line.intercept
            yield "regression_lower", feature, NONE, line.lower
            yield "regression_upper", feature, NONE, line.upper
            for predictor, value in zip(line.predictors, line.coefficients, strict=True):
                term = self.features[predictor]
                yield "regression_coefficient", feature, term, float(value)


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
    raw
        (n, d) values of the sampled customers, by customer_key; not finite where missing.
    groups
        Their groups.
    points
        (n, d) scaled, weighted values.
    features
        One row per feature of the segmentation, used or not: `FEATURE_TYPES`.
    """

    settings: SegmentationSettings
    preprocessing: Preprocessing
    raw: FloatArray
    groups: Groups
    points: FloatArray
    features: pd.DataFrame


def read_features(matrix: pd.DataFrame, features: tuple[str, ...]) -> FloatArray:
    """Return (n, d) float64 values of `features`, nulls as NaN.

    A name that ends in `MISSING_SUFFIX` is 1 where the feature is missing, else 0.

    Raises
    ------
    ValueError
        If the matrix lacks a feature; the message names it and the closest column.
    """
    columns = []
    for name in features:
        feature = name.removesuffix(MISSING_SUFFIX)
        if feature not in matrix.columns:
            raise ValueError(
                f"the matrix has no column for feature {feature!r}"
                + closest(feature, [str(column) for column in matrix.columns])
            )
        values = matrix[feature].to_numpy(dtype="float64", na_value=np.nan)
        columns.append(values if name == feature else (~np.isfinite(values)).astype("float64"))
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


def _fit_columns(
    raw: FloatArray, groups: Groups, rows: pd.DataFrame, settings: SegmentationSettings
) -> Preprocessing:
    """Fit (n, d) raw values, n at least 1."""
    finite = np.where(np.isfinite(raw), raw, np.nan)
    width = raw.shape[1]
    impute, low, high = np.zeros(width), np.zeros(width), np.zeros(width)
    clip_rules = [NONE] * width
    flags: list[Bounds | None] = [None] * width
    medians: list[GroupMedians] = []
    for column, row in enumerate(rows.to_dict("records")):
        known = finite[~np.isnan(finite[:, column]), column]
        if known.size == 0:
            continue
        if row["missing_rule"] != "zero":
            impute[column] = np.median(known)
        if row["missing_rule"] == "group_median":
            by_group = fit_group_medians(
                finite[:, column],
                groups,
                feature=column,
                column=row["missing_group"],
                min_values=settings.min_group_values,
            )
            medians.append(by_group)
        bounds = find_bounds(
            known,
            rule=row["outlier_rule"],
            bound=row["outlier_bound"],
            quantiles=(row["clip_lower_quantile"], row["clip_upper_quantile"]),
            is_log=row["transform"] == "log1p",
        )
        low[column], high[column] = bounds.lower, bounds.upper
        if bounds.rule != "none" and row["outlier_action"] == "flag":
            flags[column] = bounds
            low[column], high[column] = -UNBOUNDED, UNBOUNDED
        elif bounds.rule != "none":
            clip_rules[column] = bounds.rule
    fitted = Preprocessing(
        features=tuple(rows["feature"]),
        impute=impute,
        clip_lower=low,
        clip_upper=high,
        log1p=np.where(rows["transform"] == "log1p", 1.0, 0.0),
        center=np.zeros(width),
        scale=np.ones(width),
        weight=rows["weight"].to_numpy(dtype="float64"),
        clip_rules=tuple(clip_rules),
        flags=tuple(flags),
        group_medians=tuple(medians),
    )
    fitted = replace(fitted, regressions=_fit_regressions(fitted, raw, groups, rows))
    transformed = fitted.transformed(raw, groups)
    deviation = transformed.std(axis=0)
    constant = deviation <= NEAR_CONSTANT * np.abs(transformed).max(axis=0)
    is_z = settings.scaling == "z"
    scale = np.where(constant, 0.0, deviation if is_z else 1.0)
    # An indicator is not centred: it then adds nothing to the scores of those who miss nothing.
    not_centred = _is_indicator(fitted.features) | (not is_z)
    center = np.where(not_centred, 0.0, transformed.mean(axis=0))
    for column in range(width):
        magnitude = float(deviation[column])
        center[column] = round_to_magnitude(center[column : column + 1], magnitude)[0]
        scale[column] = round_to_magnitude(scale[column : column + 1], float(scale[column]))[0]
    return replace(fitted, center=center, scale=scale)


def _is_indicator(features: tuple[str, ...]) -> np.ndarray:
    return np.array([name.endswith(MISSING_SUFFIX) for name in features], dtype=bool)


def _fit_regressions(
    fitted: Preprocessing, raw: FloatArray, groups: Groups, rows: pd.DataFrame
) -> tuple[Regression, ...]:
    """Regress each feature of the rule `model` on all features of other rules.

    Indicators of missing values are no features in this sense.
    """
    is_modelled = (rows["missing_rule"] == "model").to_numpy()
    if not is_modelled.any():
        return ()
    transformed = fitted.transformed(raw, groups)
    predictors: IntArray = np.flatnonzero(~(is_modelled | _is_indicator(fitted.features)))
    lines = (
        fit_regression(transformed, np.isfinite(raw[:, column]), int(column), predictors)
        for column in np.flatnonzero(is_modelled)
    )
    return tuple(line for line in lines if line is not None)


def _select(fitted: Preprocessing, kept: list[int]) -> Preprocessing:
    """Keep some features of a fit without regressions."""
    place = {column: position for position, column in enumerate(kept)}
    arrays = {name: getattr(fitted, name)[kept] for name in PREPROCESSING_PARAMETERS}
    return Preprocessing(
        features=tuple(fitted.features[column] for column in kept),
        clip_rules=tuple(fitted.clip_rules[column] for column in kept),
        flags=tuple(fitted.flags[column] for column in kept),
        group_medians=tuple(
            replace(item, feature=place[item.feature])
            for item in fitted.group_medians
            if item.feature in place
        ),
        **arrays,
    )


def _reasons(
    fitted: Preprocessing, transformed: FloatArray, missing_share: FloatArray, limit: float
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
    correlation = np.atleast_2d(np.corrcoef(transformed[:, open_ones], rowvar=False))
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
    raw, groups = read_features(sampled, names), read_groups(sampled)
    if len(raw) == 0:
        missing_share = np.full(len(names), np.nan)
        reasons: list[str | None] = ["no customers"] * len(names)
        empty = np.empty(0)
        preprocessing = Preprocessing((), empty, empty, empty, empty, empty, empty, empty)
        raw = np.empty((0, 0))
    else:
        missing_share = 1.0 - np.isfinite(raw).mean(axis=0)
        preprocessing, reasons = _fit(raw, groups, rows, missing_share, settings)
        raw = raw[:, [j for j, reason in enumerate(reasons) if reason is None]]
    points = preprocessing.apply(raw, groups)
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
    return Prepared(settings, preprocessing, raw, groups, points, report)


def _fit(
    raw: FloatArray,
    groups: Groups,
    rows: pd.DataFrame,
    missing_share: FloatArray,
    settings: SegmentationSettings,
) -> tuple[Preprocessing, list[str | None]]:
    """Fit (n, d) raw values, and say for every feature why it is left out, or None.

    A regression reads only features that stay, so that the rows of the model hold all it needs:
    where features fall out, the regressions are fitted again without them.
    """
    reasons: list[str | None] = [None] * len(rows)
    kept = list(range(len(rows)))
    while True:
        fitted = _fit_columns(raw[:, kept], groups, rows.iloc[kept], settings)
        transformed = fitted.transformed(raw[:, kept], groups)
        found = _reasons(fitted, transformed, missing_share[kept], settings.correlation_limit)
        for column, reason in zip(kept, found, strict=True):
            reasons[column] = reason
        used = [place for place, reason in enumerate(found) if reason is None]
        if len(used) == len(kept):
            return fitted, reasons
        if not fitted.regressions:
            return _select(fitted, used), reasons
        kept = [kept[place] for place in used]


def describe_features(
    matrix: pd.DataFrame,
    catalog: pd.DataFrame,
    settings: Mapping[str, Mapping[str, object] | None],
) -> pd.DataFrame:
    """Report which features every segmentation uses and why it leaves out the others.

    Parameters
    ----------
    matrix
        One row per customer: customer_key, one column per feature, and the `GROUP_COLUMNS` by
        which the catalog takes medians.
    catalog
        One row per feature, see `CATALOG_COLUMNS` and `OPTIONAL_COLUMNS`.
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
