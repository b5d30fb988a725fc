"""Which features of the customers a segmentation uses, and how they become coordinates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from covey.segmentation.catalog import ENCODINGS, check_catalog, features_of
from covey.segmentation.coordinates import DERIVED, decoded, read_features
from covey.segmentation.coordinates import Preprocessing as Preprocessing
from covey.segmentation.encoding import Encoding, Groups, fit_encodings
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
    Regression,
    fit_group_medians,
    fit_regression,
    read_groups,
)
from covey.segmentation.outliers import Bounds, find_bounds
from covey.segmentation.reduction import fit_components
from covey.segmentation.screening import fit_scaling, reasons_to_leave_out
from covey.segmentation.settings import SegmentationSettings, closest, parse_settings
from covey.segmentation.transforms import UNBOUNDED, Transform, fit_transform
from covey.threads import one_thread


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
        (n, q) coordinates.
    features
        One row per feature of the segmentation, used or not: `FEATURE_TYPES`. A column of
        categories has a row for each feature that is derived from it.
    """

    settings: SegmentationSettings
    preprocessing: Preprocessing
    raw: FloatArray
    groups: Groups
    points: FloatArray
    features: pd.DataFrame


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
    raw: FloatArray,
    groups: Groups,
    rows: pd.DataFrame,
    encodings: tuple[Encoding, ...],
    settings: SegmentationSettings,
) -> Preprocessing:
    """Fit (n, d) raw values, n at least 1."""
    finite = np.where(np.isfinite(raw), raw, np.nan)
    width = raw.shape[1]
    impute, low, high = np.zeros(width), np.zeros(width), np.zeros(width)
    transforms = [Transform()] * width
    clip_rules = [NONE] * width
    flags: list[Bounds | None] = [None] * width
    medians: list[GroupMedians] = []
    for column, row in enumerate(rows.to_dict("records")):
        known = finite[~np.isnan(finite[:, column]), column]
        if known.size == 0:
            continue
        quantiles = (row["clip_lower_quantile"], row["clip_upper_quantile"])
        transforms[column] = fit_transform(row["transform"], known, quantiles)
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
            quantiles=quantiles,
            scale=transforms[column],
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
        transforms=tuple(transforms),
        center=np.zeros(width),
        scale=np.ones(width),
        weight=rows["weight"].to_numpy(dtype="float64"),
        clip_rules=tuple(clip_rules),
        flags=tuple(flags),
        group_medians=tuple(medians),
        encodings=encodings,
    )
    fitted = replace(fitted, regressions=_fit_regressions(fitted, raw, groups, rows))
    center, scale = fit_scaling(fitted.transformed(raw, groups), rows, settings.scaling)
    return replace(fitted, center=center, scale=scale)


def _fit_regressions(
    fitted: Preprocessing, raw: FloatArray, groups: Groups, rows: pd.DataFrame
) -> tuple[Regression, ...]:
    """Regress each feature of the rule `model` on all features of other rules.

    Indicators of missing values and look-ups of categories are no features in this sense.
    """
    is_modelled = (rows["missing_rule"] == "model").to_numpy()
    if not is_modelled.any():
        return ()
    transformed = fitted.transformed(raw, groups)
    is_number = ((rows["block"] == NONE) & ~rows["is_indicator"]).to_numpy(dtype="bool")
    predictors: IntArray = np.flatnonzero(~is_modelled & is_number)
    lines = (
        fit_regression(transformed, np.isfinite(raw[:, column]), int(column), predictors)
        for column in np.flatnonzero(is_modelled)
    )
    return tuple(line for line in lines if line is not None)


def _select(fitted: Preprocessing, kept: list[int]) -> Preprocessing:
    """Keep some features of a fit without regressions."""
    place = {column: position for position, column in enumerate(kept)}
    features = tuple(fitted.features[column] for column in kept)
    return Preprocessing(
        features=features,
        impute=fitted.impute[kept],
        clip_lower=fitted.clip_lower[kept],
        clip_upper=fitted.clip_upper[kept],
        transforms=tuple(fitted.transforms[column] for column in kept),
        center=fitted.center[kept],
        scale=fitted.scale[kept],
        weight=fitted.weight[kept],
        clip_rules=tuple(fitted.clip_rules[column] for column in kept),
        flags=tuple(fitted.flags[column] for column in kept),
        group_medians=tuple(
            replace(item, feature=place[item.feature])
            for item in fitted.group_medians
            if item.feature in place
        ),
        encodings=tuple(item for item in fitted.encodings if item.name in features),
    )


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
    rows = _with_group_weights(features_of(catalog, settings.segmentation), catalog, settings)
    sampled = sample(matrix, settings.sample_size, random_state=settings.seed)
    groups = read_groups(sampled)
    if len(sampled) == 0:
        missing_share = np.full(len(rows), np.nan)
        reasons: list[str | None] = ["no customers"] * len(rows)
        empty = np.empty(0)
        preprocessing = Preprocessing((), empty, empty, empty, (), empty, empty, empty)
        raw = points = np.empty((0, 0))
    else:
        rows, encodings = _with_encodings(sampled, groups, rows, settings)
        names = tuple(rows["feature"])
        raw = decoded(read_features(sampled, names), names, encodings, groups)
        missing_share = _missing_shares(raw, groups, rows)
        preprocessing, reasons = _fit(raw, groups, rows, encodings, missing_share, settings)
        raw = raw[:, [j for j, reason in enumerate(reasons) if reason is None]]
        scaled = preprocessing.scaled(preprocessing.transformed(raw, groups))
        components = fit_components(scaled, count=settings.pca_components, share=settings.pca_share)
        preprocessing = replace(preprocessing, components=components)
        points = preprocessing.reduced(scaled)
    report = typed_frame(
        {
            "segmentation": [settings.segmentation] * len(rows),
            "feature": list(rows["feature"]),
            "feature_group": list(rows["feature_group"]),
            "missing_share": missing_share,
            "weight": rows["weight"].to_numpy(dtype="float64"),
            "is_used": [reason is None for reason in reasons],
            "reason": reasons,
        },
        FEATURE_TYPES,
    )
    return Prepared(settings, preprocessing, raw, groups, points, report)


def _with_group_weights(
    rows: pd.DataFrame, catalog: pd.DataFrame, settings: SegmentationSettings
) -> pd.DataFrame:
    """Multiply the weights of the features by those of their groups.

    Raises
    ------
    ValueError
        If the settings weigh a group that the catalog does not have.
    """
    known = {str(group) for group in catalog["feature_group"]}
    known |= {group for stage in settings.stages for group in stage}
    for group in settings.group_weights:
        if group not in known:
            raise ValueError(
                f"segmentation {settings.segmentation!r}: group_weights names the feature group "
                f"{group!r}, which the catalog does not have" + closest(group, known)
            )
    factors = rows["feature_group"].astype("object").map(dict(settings.group_weights))
    return rows.assign(weight=rows["weight"] * factors.astype("float64").fillna(1.0))


def _with_encodings(
    sampled: pd.DataFrame, groups: Groups, rows: pd.DataFrame, settings: SegmentationSettings
) -> tuple[pd.DataFrame, tuple[Encoding, ...]]:
    """Put the derived features of each column of categories in the place of the column.

    Raises
    ------
    ValueError
        If the matrix lacks the column.
    """
    is_category = rows["transform"].isin(ENCODINGS)
    numbers = rows.loc[~is_category]
    points = np.empty((len(sampled), 0))
    if (rows["transform"] == "embedding").any() and not numbers.empty:
        raw = read_features(sampled, tuple(numbers["feature"]))
        shares = _missing_shares(raw, groups, numbers)
        fitted, reasons = _fit(raw, groups, numbers, (), shares, settings)
        kept = [place for place, reason in enumerate(reasons) if reason is None]
        points = fitted.apply(raw[:, kept], groups)
    encodings: list[Encoding] = []
    frames = [numbers]
    for _, row in rows.loc[is_category].iterrows():
        column = str(row["feature"])
        if column not in groups:
            raise ValueError(
                f"the matrix has no column {column!r}, which the catalog lists as categories"
            )
        codes = fit_encodings(
            groups[column],
            column=column,
            how=str(row["transform"]),
            order=str(row["category_order"]),
            max_categories=settings.max_categories,
            points=points,
            dimensions=settings.embedding_dimensions,
        )
        encodings += codes
        # An order is a number like any other; the rest of a column belongs together.
        block = NONE if row["transform"] == "ordinal" else column
        derived = pd.DataFrame([row] * len(codes)).assign(
            feature=[code.name for code in codes], transform="identity", block=block
        )
        frames.append(derived)
    if not encodings:
        return rows, ()
    both = pd.concat(frames, ignore_index=True)
    return both.sort_values("feature", kind="stable", ignore_index=True), tuple(encodings)


def _missing_shares(raw: FloatArray, groups: Groups, rows: pd.DataFrame) -> FloatArray:
    """(d,) share of the customers who have no value, or no category, of their own."""
    shares: FloatArray = 1.0 - np.isfinite(raw).mean(axis=0)
    for place, name in enumerate(rows["feature"]):
        match = DERIVED.fullmatch(name)
        if match:
            shares[place] = float((groups[match[1]].codes < 0).mean())
    return shares


def _fit(
    raw: FloatArray,
    groups: Groups,
    rows: pd.DataFrame,
    encodings: tuple[Encoding, ...],
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
        mine = rows.iloc[kept]
        codes = tuple(item for item in encodings if item.name in set(mine["feature"]))
        fitted = _fit_columns(raw[:, kept], groups, mine, codes, settings)
        transformed = fitted.transformed(raw[:, kept], groups)
        found = reasons_to_leave_out(fitted, transformed, missing_share[kept], mine, settings)
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
    with one_thread():
        reports = [prepare(ordered, checked, options).features for options in parsed.values()]
    if not reports:
        return typed_frame([], FEATURE_TYPES)
    return pd.concat(reports, ignore_index=True)
