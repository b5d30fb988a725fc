"""The feature catalog: what each feature is, and how a model prepares it, checked at the edge."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from covey.segmentation.frames import CATALOG_COLUMNS, NONE, require_columns
from covey.segmentation.outliers import OUTLIER_RULES
from covey.segmentation.settings import closest
from covey.segmentation.transforms import TRANSFORMS

ENCODINGS = ("one_hot", "ordinal", "embedding")
"""What `transform` is for a column of categories."""

MISSING_RULES = ("zero", "median", "group_median", "model", "indicator")
OUTLIER_ACTIONS = ("winsorise", "flag")
GROUP_COLUMNS = ("acquisition_channel", "country", "rfm_segment", "top_category")
"""Columns of a customer by which medians can be taken, and that can be features as categories."""

MISSING_SUFFIX = "__missing"
"""Ends the name of a column that is 1 where the feature it is named after is missing, else 0."""

RANK_SUFFIX = "__rank"
"""Ends the name of the feature that a column of categories becomes by its order."""

OPTIONAL_COLUMNS: dict[str, object] = {
    "missing_group": NONE,
    "outlier_rule": "quantile",
    "outlier_bound": np.nan,
    "outlier_action": "winsorise",
    "category_order": NONE,
}
"""Columns that a catalog may lack, or leave empty, and what then holds."""


def check_catalog(catalog: pd.DataFrame) -> pd.DataFrame:
    """Return the catalog by feature, its numbers as floats, or say what is wrong with it.

    Raises
    ------
    ValueError
        If a column is missing, a feature repeats, or a value is unknown or out of range.
    """
    require_columns(catalog, CATALOG_COLUMNS, "the catalog")
    filled = {column: default for column, default in OPTIONAL_COLUMNS.items()}
    checked = catalog.reindex(columns=[*CATALOG_COLUMNS, *filled])
    if checked["feature"].isna().any():
        raise ValueError(f"the catalog has {int(checked['feature'].isna().sum())} nameless rows")
    checked["feature"] = checked["feature"].astype("str")
    repeated = checked["feature"].duplicated()
    if repeated.any():
        raise ValueError(f"the catalog repeats {sorted(set(checked.loc[repeated, 'feature']))}")
    for feature in checked["feature"]:
        if MISSING_SUFFIX in feature:
            raise ValueError(f"feature {feature!r}: names with {MISSING_SUFFIX!r} are taken")
    checked["segmentations"] = checked["segmentations"].astype("str").fillna("")
    for column, default in filled.items():
        if isinstance(default, str):
            checked[column] = checked[column].astype("object").fillna(default).astype("str")
    _require_known(checked, "transform", (*TRANSFORMS, *ENCODINGS))
    is_category = checked["transform"].isin(ENCODINGS)
    _require_known(checked.loc[is_category], "feature", GROUP_COLUMNS)
    _require_known(
        checked.loc[~is_category & checked["feature"].isin(GROUP_COLUMNS)], "transform", ENCODINGS
    )
    # A category that is missing is a category, and none is an outlier.
    checked.loc[is_category, ["missing_rule", "outlier_rule"]] = ["zero", "none"]
    _require_known(checked, "missing_rule", MISSING_RULES)
    _require_known(checked, "outlier_rule", OUTLIER_RULES)
    _require_known(checked, "outlier_action", OUTLIER_ACTIONS)
    by_group = checked["missing_rule"] == "group_median"
    _require_known(checked.loc[by_group], "missing_group", GROUP_COLUMNS)
    for column in ("clip_lower_quantile", "clip_upper_quantile", "outlier_bound", "weight"):
        checked[column] = checked[column].to_numpy(dtype="float64", na_value=np.nan)
    low, high = checked["clip_lower_quantile"], checked["clip_upper_quantile"]
    for row in checked.loc[~((low >= 0.0) & (low <= high) & (high <= 1.0))].to_dict("records"):
        raise ValueError(
            f"feature {row['feature']!r}: clip_lower_quantile is {row['clip_lower_quantile']} and "
            f"clip_upper_quantile {row['clip_upper_quantile']}; they must be ordered and between "
            f"0 and 1"
        )
    bound = checked["outlier_bound"]
    needs_bound = checked["outlier_rule"].isin(("robust_z", "iqr"))
    for row in checked.loc[needs_bound & ~(np.isfinite(bound) & (bound > 0.0))].to_dict("records"):
        raise ValueError(
            f"feature {row['feature']!r}: outlier_bound is {row['outlier_bound']}, the rule "
            f"{row['outlier_rule']!r} needs one over 0"
        )
    weight = checked["weight"]
    for row in checked.loc[~(np.isfinite(weight) & (weight >= 0.0))].to_dict("records"):
        raise ValueError(
            f"feature {row['feature']!r}: weight is {row['weight']}, it must be at least 0"
        )
    return checked.sort_values("feature", kind="stable", ignore_index=True)


def _require_known(rows: pd.DataFrame, column: str, known: Iterable[str]) -> None:
    unknown = rows.loc[~rows[column].isin(list(known)), ["feature", column]]
    for feature, value in unknown.itertuples(index=False):
        raise ValueError(
            f"feature {feature!r}: {column} is {value!r}, it must be one of {list(known)}"
            + closest(str(value), known)
        )


def features_of(catalog: pd.DataFrame, segmentation: str) -> pd.DataFrame:
    """Return the rows of a checked catalog that list `segmentation`.

    A column of categories is one row here. A feature whose missing values are indicated brings a
    row of its own for that: a column of 0 and 1, of the same weight; `is_indicator` marks it.
    `block` names the column of categories that a feature is derived from.

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
    rows = rows.assign(is_indicator=False, block=NONE)
    indicated = rows.loc[rows["missing_rule"] == "indicator"]
    indicators = indicated.assign(
        feature=indicated["feature"] + MISSING_SUFFIX,
        transform="identity",
        missing_rule="zero",
        outlier_rule="none",
        is_indicator=True,
    )
    both = pd.concat([rows, indicators], ignore_index=True)
    return both.sort_values("feature", kind="stable", ignore_index=True)
