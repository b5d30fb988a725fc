"""Texts as numbers: look-ups from the category of a customer, without any target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from covey.segmentation.catalog import RANK_SUFFIX
from covey.segmentation.frames import NONE, FloatArray
from covey.segmentation.partitions import round_to_magnitude

MISSING, OTHER = "(missing)", "(other)"
"""The category of who has none, and of those who share one with few others or with nobody."""

PRIOR_CUSTOMERS = 20.0
"""Customers without any peculiarity that each category is embedded along with."""

Groups = Mapping[str, pd.Categorical]
"""Column -> (n,) terms such as country=DE, null where the group is unknown."""


@dataclass(frozen=True, slots=True, eq=False)
class Encoding:
    """One derived feature as a look-up.

    Attributes
    ----------
    name
        Name of the derived feature.
    column
        The column of categories.
    values
        Number for each term such as country=DE; that of country=(other) holds for all others.
    """

    name: str
    column: str
    values: Mapping[str, float]

    def read(self, group: pd.Categorical) -> FloatArray:
        """Look up the (n,) numbers of the customers."""
        rest = self.values[f"{self.column}={OTHER}"]
        missing = self.values.get(f"{self.column}={MISSING}", rest)
        return looked_up(group, self.values, rest, missing)


def looked_up(
    group: pd.Categorical, values: Mapping[str, float], rest: float, missing: float
) -> FloatArray:
    """Map (n,) terms to numbers: `rest` without an entry, `missing` without a term."""
    # The code of a null is -1: the last entry.
    table = np.array([*(values.get(term, rest) for term in group.categories), missing])
    numbers: FloatArray = table[group.codes]
    return numbers


def fit_encodings(
    group: pd.Categorical,
    *,
    column: str,
    how: str,
    order: str,
    max_categories: int,
    points: FloatArray,
    dimensions: int,
) -> list[Encoding]:
    """Turn (n,) terms into derived features, n at least 1.

    Parameters
    ----------
    group
        Terms such as country=DE.
    column
        Name of the column, such as country.
    how
        one_hot: a feature of 0 and 1 for each category, the `max_categories` most frequent (the
        first by name on ties) and one for all others. ordinal: one feature, the rank. embedding:
        the shrunken mean of `points` in each category, in `dimensions` principal directions.
    order
        For ordinal: categories from the lowest to the highest, joined by |; a category that is
        not among them takes the median rank of the customers. `NONE`: from the least frequent.
    max_categories
        At least 1.
    points
        (n, d) the customers on the numeric features, for embedding.
    dimensions
        At least 1.
    """
    terms = np.array([*group.categories, f"{column}={MISSING}"], dtype=object)[group.codes]
    counts = pd.Series(terms).value_counts(sort=False).sort_index()
    if how == "embedding":
        return _embedding(terms, counts, column, points, dimensions)
    kept = list(counts.sort_values(ascending=False, kind="stable").index)[:max_categories]
    other = f"{column}={OTHER}"
    has_others = len(counts) > len(kept) or other in kept
    if how == "one_hot":
        found = [Encoding(term, column, {term: 1.0, other: 0.0}) for term in kept if term != other]
        if has_others:
            values = {term: 0.0 for term in kept} | {other: 1.0}
            found.append(Encoding(other, column, values))
        return found
    return [Encoding(f"{column}{RANK_SUFFIX}", column, _ranks(counts, kept, column, order))]


def _ranks(counts: pd.Series, kept: list[str], column: str, order: str) -> dict[str, float]:
    other = f"{column}={OTHER}"
    if order != NONE:
        listed = [f"{column}={name.strip()}" for name in order.split("|")]
        ranks = {term: float(rank) for rank, term in enumerate(listed)}
        seen = counts.reindex(listed).fillna(0).to_numpy(dtype="int64")
        middle = float(np.median(np.repeat(np.arange(len(listed)), seen))) if seen.any() else 0.0
        return {other: middle} | ranks
    # The rare ones count together, as they are one category; unseen ones are rarer than any.
    pooled = {term: int(counts[term]) for term in kept if term != other}
    rest = int(counts.sum()) - sum(pooled.values())
    ascending = sorted((pooled | {other: rest}).items(), key=lambda item: (item[1], item[0]))
    first = 0 if rest else 1
    return {term: float(max(rank - first, 0)) for rank, (term, _) in enumerate(ascending)}


def _embedding(
    terms: np.ndarray, counts: pd.Series, column: str, points: FloatArray, dimensions: int
) -> list[Encoding]:
    """Embed the (c,) categories.

    The profile of a category of n customers is n / (n + 20) times the mean of their points,
    measured from the mean of all: the smaller, the nearer to everybody (Micci-Barreca 2001, with
    the features in the place of the target). The right singular vectors of the profiles, each
    times the root of n, are the directions; a vector points to where its largest entry is
    positive. Everybody stands at 0, and so does a category that the fit has not seen.
    """
    names = list(counts.index)
    sizes = counts.to_numpy(dtype="float64")
    codes = pd.Index(names).get_indexer(pd.Index(terms))
    away = points - points.mean(axis=0) if len(points) else points
    sums = np.zeros((len(names), points.shape[1]))
    np.add.at(sums, codes, away)
    profiles = sums / (sizes + PRIOR_CUSTOMERS)[:, None]
    coordinates = np.zeros((len(names), dimensions))
    if points.shape[1] and len(names) > 1:
        _, _, directions = np.linalg.svd(np.sqrt(sizes)[:, None] * profiles, full_matrices=False)
        directions = directions[:dimensions].T * signs(directions[:dimensions].T)
        coordinates[:, : directions.shape[1]] = profiles @ directions
    magnitude = float(np.abs(coordinates).max(initial=0.0))
    coordinates = round_to_magnitude(coordinates, magnitude)
    return [
        Encoding(
            f"{column}__{place + 1}",
            column,
            {f"{column}={OTHER}": 0.0}
            | dict(zip(names, (float(value) for value in coordinates[:, place]), strict=True)),
        )
        for place in range(dimensions)
    ]


def signs(vectors: FloatArray) -> FloatArray:
    """(q,) sign of the largest entry, the first of equals, of each column of (d, q) vectors."""
    largest = np.argmax(np.round(np.abs(vectors), 9), axis=0)
    return np.where(vectors[largest, np.arange(vectors.shape[1])] < 0.0, -1.0, 1.0)
