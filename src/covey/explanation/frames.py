"""What the explanations read: customers with their segments and features, checked at the edge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from covey.segmentation.frames import require_columns

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]

SEED = 20260101
SAMPLE_KEY = ("segmentation", "customer_key")
SAMPLE_COLUMNS = (*SAMPLE_KEY, "segment_id")
CATALOG_COLUMNS = ("feature", "transform", "segmentations", "is_protected")


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Customers of one segmentation, by key.

    Attributes
    ----------
    segmentation
        Its name.
    keys
        (n,) keys of the customers.
    labels
        (n,) segments, as text.
    features
        Names of the d features that explain it, by name.
    raw
        (n, d) their values; NaN where missing or not finite.
    is_log
        (d,) true where the catalog names another scale than the raw one.
    """

    segmentation: str
    keys: npt.NDArray[np.object_]
    labels: npt.NDArray[np.object_]
    features: tuple[str, ...]
    raw: FloatArray
    is_log: npt.NDArray[np.bool_]

    def first(self, size: int) -> Sample:
        """Return the first customers by key, at most `size`: keys are hashes."""
        return Sample(
            self.segmentation,
            self.keys[:size],
            self.labels[:size],
            self.features,
            self.raw[:size],
            self.is_log,
        )

    def points(self) -> FloatArray:
        """Return the (n, d') features that vary, without gaps, on one scale.

        A missing value becomes the median of the others; a feature that the catalog transforms is
        put on the scale sign(x) ln(1 + abs(x)); each then has mean 0 and standard deviation 1, and
        is cut off at 4 deviations, so that no single customer is a map of their own.
        """
        values = scaled(self.raw, self.is_log)
        kept = ~np.isnan(values).all(axis=0)
        values = values[:, kept]
        if len(values) == 0:
            return values
        values = np.where(np.isnan(values), np.nanmedian(values, axis=0), values)
        # The deviation of equal values may be rounded up from 0, that of tiny ones down to it.
        values = values[:, (np.ptp(values, axis=0) > 0.0) & (values.std(axis=0) > 0.0)]
        standardised = (values - values.mean(axis=0)) / values.std(axis=0)
        return np.asarray(np.clip(standardised, -CUT_OFF, CUT_OFF))


LARGEST = 1e30
"""Trees read 32 bits; a larger number is as good as this one."""

CUT_OFF = 4.0
"""Standard deviations beyond which a customer is no farther away."""


def scaled(raw: FloatArray, is_log: npt.NDArray[np.bool_]) -> FloatArray:
    """Put the columns where `is_log` on the scale sign(x) ln(1 + abs(x)); NaN stays NaN."""
    return np.where(is_log, np.sign(raw) * np.log1p(np.abs(raw)), raw)


def samples(customers: pd.DataFrame, catalog: pd.DataFrame) -> Iterator[Sample]:
    """Yield the customers of each segmentation, by name, with the features that explain it.

    These are the features whose row of the catalog lists the segmentation, or all where none
    does, but no protected one and none that `customers` has no column of.

    Parameters
    ----------
    customers
        One row per segmentation and customer_key: segment_id, and a column per feature in its own
        unit; in any order. A row without segment_id is left out.
    catalog
        One row per feature: transform, segmentations (names with ``|`` between), is_protected.

    Raises
    ------
    ValueError
        If a column is absent, a key is null or repeats.
    """
    require_columns(customers, SAMPLE_COLUMNS, "the sample")
    require_columns(catalog, CATALOG_COLUMNS, "the catalog")
    keys = list(SAMPLE_KEY)
    if customers[keys].isna().to_numpy().any():
        raise ValueError(
            f"the sample has {int(customers[keys].isna().any(axis=1).sum())} null keys"
        )
    if customers.duplicated(keys).any():
        count = int(customers.duplicated(keys).sum())
        raise ValueError(f"{count} of {len(customers)} rows of the sample repeat {keys}")
    known = catalog.loc[~catalog["is_protected"].astype("bool")].sort_values("feature")
    known = known.loc[known["feature"].isin(list(customers.columns))]
    labelled = customers.loc[customers["segment_id"].notna()]
    for segmentation, rows in labelled.groupby("segmentation", sort=True):
        ordered = rows.sort_values("customer_key", kind="stable")
        names = known["segmentations"].astype("str").fillna("").str.split("|")
        lists_it = [segmentation in [name.strip() for name in listed] for listed in names]
        used = known.loc[lists_it] if any(lists_it) else known
        features = tuple(str(feature) for feature in used["feature"])
        raw = np.empty((len(ordered), len(features)))
        for column, feature in enumerate(features):
            raw[:, column] = ordered[feature].to_numpy(dtype="float64", na_value=np.nan)
        yield Sample(
            segmentation=str(segmentation),
            keys=ordered["customer_key"].astype("str").to_numpy(dtype=object),
            labels=ordered["segment_id"].astype("str").to_numpy(dtype=object),
            features=features,
            raw=np.where(np.isfinite(raw), np.clip(raw, -LARGEST, LARGEST), np.nan),
            is_log=(used["transform"] != "identity").to_numpy(dtype="bool"),
        )


def split(labels: npt.NDArray[np.object_], *, share: float, seed: int = SEED) -> IntArray:
    """Return the positions of a holdout of `share` of each segment, ascending.

    A segment of one customer is never held out: nothing could be learned of it.

    Parameters
    ----------
    labels
        (n,) segments.
    share
        Of the customers of each segment, rounded down.
    seed
        Of the draw.
    """
    generator = np.random.default_rng(seed)
    held_out = [
        generator.permutation(np.flatnonzero(labels == label))[
            : int(share * (labels == label).sum())
        ]
        for label in np.unique(labels.astype("str"))
    ]
    return np.sort(np.concatenate([*held_out, np.empty(0, dtype="intp")])).astype("intp")


def rounded(value: float) -> float:
    """Nine digits: the last ones depend on the processor and on where arrays lie in memory."""
    return float(f"{value:.9g}")
