"""When the candidates of a segmentation are fitted again, and when they are left as they are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import chi2

from covey import __version__
from covey.segmentation.catalog import features_of
from covey.segmentation.frames import CANDIDATE_TYPES, KEY, FloatArray
from covey.segmentation.preprocessing import Prepared, sample
from covey.segmentation.settings import SegmentationSettings

ALWAYS, AUTO, NEVER, UPDATE = "always", "auto", "never", "update"
"""The ways of retraining, see `SegmentationSettings.retrain`."""

SETTINGS_CHANGED = "the settings or the feature catalog have changed"
EACH_RUN = "retraining is set to always"

BINS = 10
"""Bins of a feature, by the deciles of the reference."""

MISSING, OTHER = "(missing)", "(other)"
"""Bins of what has no value, and of the categories beyond the most frequent ones."""

FALSE_ALARM_RATE = 0.01
"""Probability that data which have not changed show drift in any of their features."""

NOT_FITTED_BY = (
    "retrain",
    "max_model_age_days",
    "drift_limit",
    "min_champion_ari",
    "min_segment_overlap",
    "model",
    "rule_depth",
    "rule_class_weight",
    "imputations",
    "imputation_sample_size",
    "min_imputation_ari",
)
"""Options that no fit depends on: another value is no reason to fit again."""

Bin = tuple[str, float]


def fit_options(settings: SegmentationSettings) -> str:
    """Write the options that a fit depends on as text, the same for the same options."""
    options = {name: value for name, value in asdict(settings).items() if name not in NOT_FITTED_BY}
    return json.dumps(options, sort_keys=True)


def settings_key(settings: SegmentationSettings, catalog: pd.DataFrame) -> str:
    """SHA-256 of the options that a fit depends on and of the catalog's rows.

    Parameters
    ----------
    settings
        Of the segmentation.
    catalog
        Checked, see `check_catalog`.
    """
    rows = features_of(catalog, settings.segmentation).drop(columns="segmentations")
    text = fit_options(settings) + rows.to_json(orient="split", double_precision=15)
    return hashlib.sha256(text.encode()).hexdigest()


def base_columns(features: Iterable[str], matrix: pd.DataFrame) -> list[str]:
    """Return the columns of the matrix that features are, or are derived from, by name.

    A derived feature is named by its column, two underscores or an equals sign, and more.
    """
    known = {str(column) for column in matrix.columns} - {KEY}
    found = set()
    for feature in features:
        sources = [
            column
            for column in known
            if feature == column or feature.startswith((f"{column}__", f"{column}="))
        ]
        found.update([max(sources, key=len)] if sources else [])
    return sorted(found)


def describe_sample(matrix: pd.DataFrame, columns: Sequence[str]) -> str:
    """Describe a sample by the shares of its customers in the bins of each column, as JSON.

    The bins of a numeric column are cut at the deciles of its values (equal ones are one cut, so
    a column with few values has few bins), of any other one they are its nine most frequent
    values and the rest. Customers without a finite value are a bin of their own.
    """
    described = {}
    for column in columns:
        values = matrix[column]
        if pd.api.types.is_numeric_dtype(values):
            numbers = _numbers(values)
            known = numbers[np.isfinite(numbers)]
            deciles = np.arange(1, BINS) / BINS
            found = np.quantile(known, deciles) if len(known) else known
            cuts: list[Any] = sorted({float(cut) for cut in found})
        else:
            frequent = values.dropna().astype("str").value_counts()
            order = sorted(frequent.items(), key=lambda item: (-int(item[1]), str(item[0])))
            cuts = [str(name) for name, _ in order[: BINS - 1]]
        counts = _counts(values, cuts)
        described[column] = {"cuts": cuts, "counts": [int(count) for count in counts]}
    return json.dumps(described, sort_keys=True)


class Drift(NamedTuple):
    """How far a feature has moved: its population stability index, and what noise may reach."""

    feature: str
    psi: float
    noise: float


def measure_drift(reference: str, matrix: pd.DataFrame) -> list[Drift]:
    """Compare a sample with the one that `describe_sample` described, feature by feature.

    The population stability index is the sum over the bins of (a - e) ln(a / e), e and a being
    the shares in the reference and now; half a customer is added to a bin that is empty in one
    of them. Without any drift it is (1 / n + 1 / m) times a chi-square variable with B - 1 degrees
    of freedom (Yurdakul and Naranjo 2020), so (B - 1)(1 / n + 1 / m) on average. `noise` is what
    it then stays below, for all features at once, in 99 % of all cases. An outlier moves one
    customer to another bin, however far out it is.

    Returns
    -------
    list of Drift
        By feature; both numbers are 0 where one of the samples is empty.
    """
    described: Mapping[str, Mapping[str, Any]] = json.loads(reference)
    quantile = 1.0 - FALSE_ALARM_RATE / max(len(described), 1)
    found = []
    for column, bins in sorted(described.items()):
        before = np.asarray(bins["counts"], dtype="float64")
        now = _counts(matrix[column], bins["cuts"])
        used = (before > 0) | (now > 0)
        sizes = float(before.sum()), float(now.sum())
        if min(sizes) == 0.0 or used.sum() < 2:
            found.append(Drift(column, 0.0, 0.0))
            continue
        expected = np.where(before > 0, before, 0.5)[used] / sizes[0]
        actual = np.where(now > 0, now, 0.5)[used] / sizes[1]
        psi = float(((actual - expected) * np.log(actual / expected)).sum())
        noise = (1.0 / sizes[0] + 1.0 / sizes[1]) * float(chi2.ppf(quantile, used.sum() - 1))
        found.append(Drift(column, psi, noise))
    return found


def _numbers(values: pd.Series) -> FloatArray:
    numbers: FloatArray = values.to_numpy(dtype="float64", na_value=np.nan)
    return numbers


def _counts(values: pd.Series, cuts: Sequence[Any]) -> FloatArray:
    """Count the values in the bins of a column: missing ones first, then as `cuts` says."""
    if pd.api.types.is_numeric_dtype(values):
        numbers = _numbers(values)
        is_known = np.isfinite(numbers)
        bins = 1 + np.searchsorted(np.asarray(cuts, dtype="float64"), numbers, side="right")
        places = np.where(is_known, bins, 0)
        return np.bincount(places, minlength=len(cuts) + 2).astype("float64")
    place = {name: number for number, name in enumerate(cuts, start=1)}
    texts = values.astype("object").map(lambda value: None if pd.isna(value) else str(value))
    places = np.array(
        [0 if text is None else place.get(text, len(cuts) + 1) for text in texts], dtype="int64"
    )
    return np.bincount(places, minlength=len(cuts) + 2).astype("float64")


def way_of_retraining(settings: SegmentationSettings, retrain: str) -> str:
    """Return the way of a segmentation: its own option, or the one of all."""
    return settings.retrain or retrain


def is_earlier(as_of: date | None, than: object) -> bool:
    """Tell whether a day lies before another one, given as ISO text; False where one is unknown."""
    return as_of is not None and isinstance(than, str) and as_of.isoformat() < than


def days_since(day: object, as_of: date | None) -> int:
    """Count the days from one, given as ISO text, to another; 0 where one is unknown."""
    if as_of is None or not isinstance(day, str) or not day:
        return 0
    return (as_of - date.fromisoformat(day)).days


def due(
    fitted: Mapping[str, Any] | None,
    sampled: pd.DataFrame,
    settings: SegmentationSettings,
    *,
    key: str,
    as_of: date | None,
    retrain: str,
) -> str | None:
    """Say why the candidates of a segmentation are to be fitted again, or None if they are not.

    Parameters
    ----------
    fitted
        What the last fit left: fitted_as_of (ISO text), settings_key, covey_version and reference
        (see `describe_sample`). None: there was none.
    sampled
        The customers that a fit would be of, now.
    settings
        Of the segmentation.
    key
        `settings_key` now.
    as_of
        Last day that counts; None: there are no dates, so nothing is old.
    retrain
        The way of retraining of those that do not have their own.
    """
    if fitted is None:
        return "first fit"
    reference = str(fitted["reference"])
    lost = sorted(set(json.loads(reference)) - {str(column) for column in sampled.columns})
    if lost:
        return f"there is no feature {lost[0]} any more"
    way = way_of_retraining(settings, retrain)
    if way == NEVER or is_earlier(as_of, fitted["fitted_as_of"]):
        return None
    if fitted["settings_key"] != key:
        return SETTINGS_CHANGED
    if way == UPDATE:
        return None
    if fitted["covey_version"] != __version__:
        return f"covey {fitted['covey_version']} has become {__version__}"
    if way == ALWAYS:
        return EACH_RUN
    age = days_since(fitted["fitted_as_of"], as_of)
    if age > settings.max_model_age_days:
        return f"the last fit is {age} days old, more than {settings.max_model_age_days}"
    drifted = [
        drift
        for drift in measure_drift(reference, sampled)
        if drift.psi > max(settings.drift_limit, drift.noise)
    ]
    if not drifted:
        return None
    worst = max(drifted, key=lambda drift: drift.psi)
    also = f" and {len(drifted) - 1} more" if len(drifted) > 1 else ""
    return (
        f"{worst.feature}{also} drifted: stability index {worst.psi:.3f}, over "
        f"{max(settings.drift_limit, worst.noise):.3f}"
    )


@dataclass(frozen=True, slots=True)
class Fitting:
    """A fit that is due: why, and what its rows will say about it."""

    reason: str
    sample: pd.DataFrame
    key: str
    as_of: date | None


@dataclass(frozen=True, slots=True)
class LastFit:
    """The candidates of one segmentation as the last fit left them; no rows: there was none."""

    rows: list[dict[str, object]]

    @classmethod
    def read(cls, previous: pd.DataFrame | None, segmentation: str) -> LastFit:
        """Take the rows of a segmentation, if they were written by this version of the table."""
        if previous is None or not set(CANDIDATE_TYPES) <= set(previous.columns):
            return cls([])
        return cls(records(previous.loc[previous["segmentation"] == segmentation]))

    def part(self, name: str, key: str) -> list[dict[str, object]]:
        """Return the rows of a part, if its fit key is the same."""
        return [row for row in self.rows if row["part"] == name and row["fit_key"] == key]

    def due(
        self,
        matrix: pd.DataFrame,
        catalog: pd.DataFrame,
        settings: SegmentationSettings,
        *,
        as_of: date | None,
        retrain: str,
    ) -> Fitting | None:
        """Return what is to be fitted, or None: then the rows stay as they are."""
        sampled = sample(matrix, settings.sample_size, random_state=settings.seed)
        key = settings_key(settings, catalog)
        stamp = next((row for row in self.rows if row["is_chosen"]), None)
        reason = due(stamp, sampled, settings, key=key, as_of=as_of, retrain=retrain)
        return None if reason is None else Fitting(reason, sampled, key, as_of)

    def renewed(
        self, rows: list[dict[str, object]], fitting: Fitting, parts: Sequence[Prepared]
    ) -> list[dict[str, object]]:
        """Say of the rows of a fit when and why it was, and what sample it was of.

        Where the fit was due only because it is in each run, and nothing has changed, the rows
        stay as they are.
        """
        if fitting.reason == EACH_RUN and rows == self.rows:
            return rows
        used = [
            str(feature)
            for part in parts
            for feature in part.features.loc[part.features["is_used"], "feature"]
        ]
        stamp = {
            "fit_reason": fitting.reason,
            "fitted_as_of": fitting.as_of.isoformat() if fitting.as_of else None,
            "settings_key": fitting.key,
            "covey_version": __version__,
        }
        reference = describe_sample(fitting.sample, base_columns(used, fitting.sample))
        return [
            {**row, **stamp, "reference": reference if row["is_chosen"] else None} for row in rows
        ]


def records(frame: pd.DataFrame) -> list[dict[str, object]]:
    """Return the rows of a frame, missing values as None."""
    plain = frame.astype("object").where(frame.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]
