"""From raw features to coordinates: a fitted preprocessing, applied and as rows.

Missing (null, NaN, infinite) -> impute; then clip to [clip_lower, clip_upper]; then transform;
then z = (t - center) / scale * weight; then, where a model has principal components, their scores.
What a group median or a regression imputes takes the place of the one value that is imputed
otherwise. A feature that is derived from categories is a look-up, in the place of the raw value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from covey.segmentation.catalog import GROUP_COLUMNS, MISSING_SUFFIX
from covey.segmentation.encoding import Encoding, Groups, looked_up
from covey.segmentation.frames import NONE, FloatArray
from covey.segmentation.imputation import GroupMedians, Regression
from covey.segmentation.outliers import Bounds
from covey.segmentation.reduction import Components
from covey.segmentation.settings import closest
from covey.segmentation.transforms import Transform

PREPROCESSING_PARAMETERS = (
    "impute",
    "clip_lower",
    "clip_upper",
    "log1p",
    "center",
    "scale",
    "weight",
)
"""Parameters that each feature has once."""

DERIVED = re.compile(f"({'|'.join(GROUP_COLUMNS)})(=.*|__rank|__[0-9]+)", re.DOTALL)
"""Names of features that are derived from categories."""


@dataclass(frozen=True, slots=True, eq=False)
class Preprocessing:
    """Fitted preprocessing of d features; every array has shape (d,).

    Attributes
    ----------
    features
        Names, ascending.
    impute, clip_lower, clip_upper
        In raw units.
    transforms
        d scales.
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
    encodings
        Of the features that are derived from categories; their raw values are not read.
    components
        None where models are fitted in the space of the features.
    """

    features: tuple[str, ...]
    impute: FloatArray
    clip_lower: FloatArray
    clip_upper: FloatArray
    transforms: tuple[Transform, ...]
    center: FloatArray
    scale: FloatArray
    weight: FloatArray
    clip_rules: tuple[str, ...] = ()
    flags: tuple[Bounds | None, ...] = ()
    group_medians: tuple[GroupMedians, ...] = ()
    regressions: tuple[Regression, ...] = ()
    encodings: tuple[Encoding, ...] = ()
    components: Components | None = None

    @property
    def log1p(self) -> FloatArray:
        """1 where the scale is sign(x) ln(1 + |x|), else 0."""
        return np.array([float(scale.name == "log1p") for scale in self.transforms])

    @property
    def coordinates(self) -> tuple[str, ...]:
        """Names of the axes of the space that models are fitted in."""
        return self.features if self.components is None else self.components.names

    @property
    def columns(self) -> set[str]:
        """Names of the columns that are read from a matrix, those of categories included."""
        numbers = {
            name.removesuffix(MISSING_SUFFIX)
            for name in self.features
            if not DERIVED.fullmatch(name)
        }
        categories = {item.column for item in self.encodings}
        return numbers | categories | {item.column for item in self.group_medians}

    def apply(self, raw: FloatArray, groups: Groups | None = None) -> FloatArray:
        """Map (n, d) raw values to (n, q) coordinates."""
        return self.reduced(self.scaled(self.transformed(raw, groups)))

    def transformed(self, raw: FloatArray, groups: Groups | None = None) -> FloatArray:
        """Look up, impute, clip and transform (n, d) raw values.

        Raises
        ------
        ValueError
            If a group is needed that `groups` does not have.
        """
        values = decoded(raw, self.features, self.encodings, groups)
        is_missing = ~np.isfinite(values)
        np.copyto(values, self.impute, where=is_missing)
        for item in self.group_medians:
            if groups is None or item.column not in groups:
                raise ValueError(
                    f"the matrix has no column {item.column!r}, by which "
                    f"{self.features[item.feature]!r} is imputed"
                )
            general = float(self.impute[item.feature])
            medians = looked_up(groups[item.column], item.medians, general, general)
            rows = is_missing[:, item.feature]
            values[rows, item.feature] = medians[rows]
        np.clip(values, self.clip_lower, self.clip_upper, out=values)
        for column, scale in enumerate(self.transforms):
            if scale.name != "identity":
                values[:, column] = scale.forward(values[:, column])
        predicted = [
            (
                item.feature,
                item.predict(values[np.ix_(is_missing[:, item.feature], item.predictors)]),
            )
            for item in self.regressions
        ]
        for column, imputed in predicted:
            scale = self.transforms[column]
            bounds = self.clip_lower[column], self.clip_upper[column]
            clipped = scale.forward(np.clip(scale.inverse(imputed), *bounds))
            values[is_missing[:, column], column] = clipped
        return values

    def scaled(self, transformed: FloatArray) -> FloatArray:
        """Centre, scale and weight (n, d) transformed values."""
        scaled: FloatArray = (transformed - self.center) / self.scale * self.weight
        return scaled

    def reduced(self, scaled: FloatArray) -> FloatArray:
        """Map (n, d) scaled, weighted values to (n, q) coordinates."""
        return scaled if self.components is None else self.components.apply(scaled)

    def parameters(self) -> Iterator[tuple[str, str, str, float]]:
        """Write the preprocessing as rows: parameter, feature, term, value.

        The term of a bound is the rule that found it, of a knot its number, of a group median the
        group, of a coefficient the predictor, of a look-up the category, of a loading the
        component, of everything else (none).
        """
        for parameter in PREPROCESSING_PARAMETERS:
            values = getattr(self, parameter)
            is_bound = parameter in ("clip_lower", "clip_upper")
            terms = self.clip_rules if is_bound and self.clip_rules else [NONE] * len(values)
            for feature, term, value in zip(self.features, terms, values, strict=True):
                yield parameter, feature, term, float(value)
        for feature, scale in zip(self.features, self.transforms, strict=True):
            for parameter, term, value in scale.rows():
                yield parameter, feature, term, value
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
        for code in self.encodings:
            for term, value in code.values.items():
                yield "category", code.name, term, value
        if self.components is not None:
            for (place, number), value in np.ndenumerate(self.components.loadings):
                yield "component", self.features[place], self.components.names[number], float(value)
            for name, value in zip(self.components.names, self.components.offset, strict=True):
                yield "component_offset", name, NONE, float(value)


def read_features(matrix: pd.DataFrame, features: Sequence[str]) -> FloatArray:
    """Return (n, d) float64 values of `features`, nulls as NaN, each column in one piece.

    A name that ends in `MISSING_SUFFIX` is 1 where the feature is missing, else 0. A feature that
    is derived from categories is NaN: `Preprocessing` looks it up.

    Raises
    ------
    ValueError
        If the matrix lacks a feature; the message names it and the closest column.
    """
    raw = np.full((len(matrix), len(features)), np.nan, order="F")
    for place, name in enumerate(features):
        feature = name.removesuffix(MISSING_SUFFIX)
        if DERIVED.fullmatch(name):
            continue
        if feature not in matrix.columns:
            raise ValueError(
                f"the matrix has no column for feature {feature!r}"
                + closest(feature, [str(column) for column in matrix.columns])
            )
        values = matrix[feature].to_numpy(dtype="float64", na_value=np.nan)
        raw[:, place] = values if name == feature else ~np.isfinite(values)
    return raw


def decoded(
    raw: FloatArray,
    features: Sequence[str],
    encodings: Sequence[Encoding],
    groups: Groups | None,
) -> FloatArray:
    """Return (n, d) raw values, those of derived features looked up.

    Raises
    ------
    ValueError
        If `groups` lacks a column of categories.
    """
    values = raw.copy(order="F")
    for item in encodings:
        if groups is None or item.column not in groups:
            raise ValueError(
                f"the matrix has no column {item.column!r}, which {item.name!r} is made from"
            )
        values[:, features.index(item.name)] = item.read(groups[item.column])
    return values


def preprocessing_from_rows(rows: pd.DataFrame) -> Preprocessing:
    """Read the preprocessing of one part of one model from its parameter rows.

    Raises
    ------
    ValueError
        If a feature lacks one of its parameters or has it twice.
    """
    mine = rows.loc[rows["parameter"].isin(PREPROCESSING_PARAMETERS)]
    if mine.duplicated(["parameter", "feature"]).any():
        twice = mine.loc[mine.duplicated(["parameter", "feature"]), "feature"].iloc[0]
        raise ValueError(f"feature {twice!r} has a parameter twice")
    wide = mine.pivot(index="feature", columns="parameter", values="value").sort_index()
    wide = wide.reindex(columns=list(PREPROCESSING_PARAMETERS))
    if wide.isna().to_numpy().any():
        counts = wide.isna().sum()
        raise ValueError(f"features lack parameters: {counts[counts > 0].to_dict()}")
    features = tuple(str(name) for name in wide.index)
    numbers = {name: wide[name].to_numpy(dtype="float64") for name in PREPROCESSING_PARAMETERS}
    is_log = numbers.pop("log1p") > 0.5
    return Preprocessing(
        features=features,
        transforms=_transforms(rows, features, is_log),
        group_medians=_group_medians(rows, features),
        regressions=_regressions(rows, features),
        encodings=_encodings(rows),
        components=_components(rows, features),
        **numbers,  # type: ignore[arg-type]
    )


def _transforms(
    rows: pd.DataFrame, features: tuple[str, ...], is_log: np.ndarray
) -> tuple[Transform, ...]:
    powers = rows.loc[rows["parameter"] == "yeo_johnson"].set_index("feature")["value"]
    knots = rows.loc[rows["parameter"] == "quantile"].sort_values(["feature", "term"])
    found = {
        feature: Transform("log1p") for feature, log in zip(features, is_log, strict=True) if log
    }
    found |= {str(name): Transform("yeo_johnson", power=value) for name, value in powers.items()}
    found |= {
        str(name): Transform("quantile", knots=mine["value"].to_numpy(dtype="float64"))
        for name, mine in knots.groupby("feature", sort=True)
    }
    return tuple(found.get(feature, Transform()) for feature in features)


def _group_medians(rows: pd.DataFrame, features: tuple[str, ...]) -> tuple[GroupMedians, ...]:
    medians = rows.loc[rows["parameter"] == "group_median"].sort_values(["feature", "term"])
    return tuple(
        GroupMedians(
            features.index(str(feature)),
            str(mine["term"].iloc[0]).split("=")[0],
            dict(zip(mine["term"], mine["value"], strict=True)),
        )
        for feature, mine in medians.groupby("feature", sort=True)
    )


def _regressions(rows: pd.DataFrame, features: tuple[str, ...]) -> tuple[Regression, ...]:
    weighted = rows.loc[rows["parameter"] == "regression_coefficient"]
    single = rows.loc[rows["term"] == NONE].set_index(["parameter", "feature"])["value"]
    numbers = dict(zip(single.index, single, strict=True))
    return tuple(
        Regression(
            feature=features.index(str(feature)),
            predictors=np.array([features.index(str(term)) for term in mine["term"]]),
            coefficients=mine["value"].to_numpy(dtype="float64"),
            intercept=float(numbers["regression_intercept", feature]),
            lower=float(numbers["regression_lower", feature]),
            upper=float(numbers["regression_upper", feature]),
        )
        for feature, mine in weighted.groupby("feature", sort=True)
    )


def _encodings(rows: pd.DataFrame) -> tuple[Encoding, ...]:
    codes = rows.loc[rows["parameter"] == "category"].sort_values(["feature", "term"])
    return tuple(
        Encoding(
            str(name),
            str(mine["term"].iloc[0]).split("=")[0],
            dict(zip(mine["term"], mine["value"], strict=True)),
        )
        for name, mine in codes.groupby("feature", sort=True)
    )


def _components(rows: pd.DataFrame, features: tuple[str, ...]) -> Components | None:
    offset = rows.loc[rows["parameter"] == "component_offset"].set_index("feature")["value"]
    if offset.empty:
        return None
    offset = offset.sort_index()
    loadings = rows.loc[rows["parameter"] == "component"].pivot(
        index="feature", columns="term", values="value"
    )
    loadings = loadings.reindex(index=list(features), columns=list(offset.index))
    if loadings.isna().to_numpy().any():
        raise ValueError(f"components lack {int(loadings.isna().to_numpy().sum())} loadings")
    return Components(
        tuple(str(name) for name in offset.index),
        loadings.to_numpy(dtype="float64"),
        offset.to_numpy(dtype="float64"),
    )
