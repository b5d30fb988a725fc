"""Missing values from the customer's group or from their other features, as numbers in rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.linear_model import BayesianRidge

from covey.segmentation.catalog import GROUP_COLUMNS
from covey.segmentation.encoding import Groups
from covey.segmentation.frames import FloatArray, IntArray
from covey.segmentation.partitions import round_to_magnitude

REGRESSION_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class GroupMedians:
    """Medians of one feature by the groups of one column, keyed by terms such as country=DE."""

    feature: int
    column: str
    medians: Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Regression:
    """A feature as a linear function of others, all on the transformed scale.

    Attributes
    ----------
    feature
        Position of the feature.
    predictors
        (p,) positions of the others.
    coefficients
        (p,) one for each.
    intercept
        What is predicted where all predictors are 0.
    lower, upper
        Range of the values seen; predictions are clipped to it.
    """

    feature: int
    predictors: IntArray
    coefficients: FloatArray
    intercept: float
    lower: float
    upper: float

    def predict(self, transformed: FloatArray) -> FloatArray:
        """Predict the feature from (n, p) transformed values of the predictors."""
        linear = self.intercept + transformed @ self.coefficients
        predicted: FloatArray = np.clip(linear, self.lower, self.upper)
        return predicted


def read_groups(matrix: pd.DataFrame) -> Groups:
    """Return the groups of every customer, for those group columns that the matrix has."""
    groups = {}
    for column in GROUP_COLUMNS:
        if column in matrix.columns:
            codes, names = pd.factorize(matrix[column], sort=False)
            terms = pd.Series([f"{column}={name}" for name in names], dtype="object")
            # Two spellings of one text, such as 1 and "1", are one group.
            unique = sorted(set(terms))
            place = np.append(pd.Index(unique).get_indexer(pd.Index(terms)), -1)
            groups[column] = pd.Categorical.from_codes(
                place[codes].astype("int64"), categories=pd.Index(unique, dtype="str")
            )
    return groups


def fit_group_medians(
    values: FloatArray, groups: Groups, *, feature: int, column: str, min_values: int
) -> GroupMedians:
    """Take the median of (n,) raw values, NaN where missing, for each group of `column`.

    A group with fewer than `min_values` known values gets none: the median of all holds for it.

    Raises
    ------
    ValueError
        If the matrix has no such column.
    """
    if column not in groups:
        raise ValueError(f"the matrix has no column {column!r} to take medians by")
    known = ~np.isnan(values)
    frame = pd.DataFrame({"term": groups[column][known], "value": values[known]})
    grouped = frame.groupby("term", sort=True, observed=True)["value"]
    medians = {
        str(term): float(np.median(part)) for term, part in grouped if len(part) >= min_values
    }
    return GroupMedians(feature, column, medians)


def fit_regression(
    transformed: FloatArray, is_known: npt.NDArray[np.bool_], feature: int, predictors: IntArray
) -> Regression | None:
    """Regress one column of (n, d) transformed values on others, where it is known.

    Bayesian ridge regression (MacKay 1992, as in scikit-learn) of the column on its predictors,
    each centred and scaled; the factors are then folded into the coefficients. It reads
    `REGRESSION_ROWS` rows at most, spread evenly: more would not tell. None where there is
    nothing to learn from: no predictors, fewer than three known values, or all of them equal.
    """
    target = transformed[is_known, feature]
    if len(predictors) == 0 or len(target) < 3 or np.ptp(target) == 0.0:
        return None
    known = np.flatnonzero(is_known)
    known = known[:: -(-len(known) // REGRESSION_ROWS)]
    inputs = transformed[np.ix_(known, predictors)]
    center, scale = inputs.mean(axis=0), inputs.std(axis=0)
    scale = np.where(scale > 0.0, scale, np.inf)
    fitted = BayesianRidge().fit((inputs - center) / scale, transformed[known, feature])
    coefficients = fitted.coef_ / scale
    spread = float(np.abs(coefficients).max())
    coefficients = round_to_magnitude(coefficients, spread)
    intercept = float(fitted.intercept_ - center @ coefficients)
    kept = round_to_magnitude(np.asarray([intercept]), max(abs(intercept), 1e-9))
    return Regression(
        feature,
        predictors,
        coefficients,
        float(kept[0]),
        float(target.min()),
        float(target.max()),
    )
