"""Every candidate of a segmentation with its figures, and which one is chosen."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date

import numpy as np
import pandas as pd

from covey import __version__
from covey.segmentation.algorithms import Algorithm, Variant
from covey.segmentation.catalog import check_catalog
from covey.segmentation.contest import FIGURES, Contest
from covey.segmentation.fitting import Choose, Part, fitted_parts, known_candidate
from covey.segmentation.frames import CANDIDATE_TYPES, NONE, require_columns, typed_frame
from covey.segmentation.preprocessing import Prepared, sort_by_key
from covey.segmentation.retraining import ALWAYS, AUTO, LastFit
from covey.segmentation.rule import NO_STRUCTURE, SEGMENTS, choose_candidate
from covey.segmentation.settings import parse_settings
from covey.threads import one_thread

__all__ = ["NO_STRUCTURE", "SEGMENTS", "chosen_in", "evaluate_candidates", "fit_key"]

FIT_OPTIONS = (
    "algorithms",
    "k_min",
    "k_max",
    "k",
    "algorithm",
    "min_segment_share",
    "min_stability",
    "silhouette_tolerance",
    "silhouette_sample_size",
    "bootstrap_runs",
    "bootstrap_sample_size",
    "null_test",
    "null_runs",
    "null_sample_size",
    "null_z",
    "null_margin",
    "covariances",
    "linkages",
    "micro_clusters",
    "density_dimensions",
    "density_sample_size",
    "max_core_points",
    "n_init",
    "seed",
)
"""Options that the candidates follow from, beyond the prepared customers."""


def evaluate_candidates(
    matrix: pd.DataFrame,
    catalog: pd.DataFrame,
    settings: Mapping[str, Mapping[str, object] | None],
    previous: pd.DataFrame | None = None,
    *,
    as_of: date | None = None,
    retrain: str = ALWAYS,
    timer: Callable[[], float] | None = None,
) -> pd.DataFrame:
    """Fit every candidate of every segmentation, measure it, and choose one.

    The rule is that of `covey.segmentation.rule`; what is measured of whom, that of
    `covey.segmentation.contest`.

    Parameters
    ----------
    matrix
        One row per customer: customer_key (unique) and one numeric column per feature; null, NaN
        and infinity are missing. In any order.
    catalog
        One row per feature, see `CATALOG_COLUMNS`.
    settings
        Segmentation name -> options, see `SegmentationSettings`.
    previous
        What an earlier call returned. A segmentation keeps its rows unless it is due, see
        `covey.segmentation.retraining.due`. A part whose `fit_key` is the same, so whose prepared
        customers, settings and version of covey are, is not fitted again even then.
    as_of
        Last day that counts; None: there are no dates.
    retrain
        The way of retraining of segmentations that do not have their own.
    timer
        Returns seconds, such as `time.perf_counter`; None: fit_seconds is null.

    Returns
    -------
    DataFrame
        `CANDIDATE_TYPES`, one row per segmentation, part and candidate; one is_chosen per
        segmentation and part. customers: rows fitted; features: columns used; inertia: sum of
        squared distances in the scaled, weighted space; shares: 0..1. Figures have nine digits.
        verdict is of the part, choice_reason of the chosen candidate only. No rows without
        customers.

    Raises
    ------
    ValueError
        If the settings, the catalog or the matrix are not as declared.
    """
    parsed = parse_settings(settings)
    ordered, checked = sort_by_key(matrix), check_catalog(catalog)
    rows: list[dict[str, object]] = []
    # One thread: sums then are added up in the same order on any machine.
    with one_thread():
        for options in parsed.values():
            last = LastFit.read(previous, options.segmentation)
            fitting = last.due(ordered, checked, options, as_of=as_of, retrain=retrain)
            if fitting is None:
                rows.extend(last.rows)
                continue
            mine: list[dict[str, object]] = []
            choose = _choose_and_note(last, mine, timer)
            parts = fitted_parts(ordered, checked, options, choose)
            rows.extend(last.renewed(mine, fitting, [part.prepared for part, _ in parts]))
    return typed_frame(rows, CANDIDATE_TYPES)


def due_segmentations(
    matrix: pd.DataFrame,
    catalog: pd.DataFrame,
    settings: Mapping[str, Mapping[str, object] | None],
    previous: pd.DataFrame,
    *,
    as_of: date | None,
) -> dict[str, str]:
    """Say which segmentations are to be fitted again, and why, without fitting anything.

    A segmentation whose option `retrain` is set is judged by that, the others as by auto.

    Parameters
    ----------
    matrix, catalog, settings, previous, as_of
        As `evaluate_candidates` takes them.

    Returns
    -------
    dict of str
        Segmentation -> reason.
    """
    ordered, checked = sort_by_key(matrix), check_catalog(catalog)
    due = {}
    for options in parse_settings(settings).values():
        last = LastFit.read(previous, options.segmentation)
        fitting = last.due(ordered, checked, options, as_of=as_of, retrain=AUTO)
        if fitting is not None:
            due[options.segmentation] = fitting.reason
    return due


def _choose_and_note(
    last: LastFit, rows: list[dict[str, object]], timer: Callable[[], float] | None
) -> Choose:
    """Return what measures the candidates of a part, adds them to `rows` and settles on one."""

    def choose(part: Part) -> tuple[Algorithm, Variant]:
        key = fit_key(part.prepared)
        found = last.part(part.name, key) or [
            {**row, "part": part.name, "fit_key": key} for row in _rows(part.prepared, timer)
        ]
        rows.extend(found)
        chosen = next(row["candidate_id"] for row in found if row["is_chosen"])
        return known_candidate(part.prepared.settings, str(chosen))

    return choose


def fit_key(prepared: Prepared) -> str:
    """SHA-256 of all that the candidates of a part follow from."""
    options = {name: getattr(prepared.settings, name) for name in FIT_OPTIONS}
    digest = hashlib.sha256(f"{__version__}|{options!r}".encode())
    digest.update(prepared.features.to_json(orient="split").encode())
    digest.update(np.ascontiguousarray(prepared.points).tobytes())
    return digest.hexdigest()


def chosen_in(candidates: pd.DataFrame) -> Choose:
    """Return what settles on the candidates that are marked as chosen.

    Raises
    ------
    ValueError
        When called, if not exactly one candidate of the part is, or the settings do not have it.
    """
    columns = ("segmentation", "part", "candidate_id", "is_chosen")
    require_columns(candidates, columns, "candidates")

    def choose(part: Part) -> tuple[Algorithm, Variant]:
        name = part.prepared.settings.segmentation
        mine = candidates.loc[
            (candidates["segmentation"] == name) & (candidates["part"] == part.name)
        ]
        chosen = mine.loc[mine["is_chosen"].astype("bool"), "candidate_id"]
        if len(chosen) != 1:
            where = f"segmentation {name!r}" + (f", {part.name}," if part.name != NONE else "")
            raise ValueError(
                f"{where} has {len(chosen)} chosen candidates, out of {len(mine)}; it must have 1"
            )
        return known_candidate(part.prepared.settings, str(chosen.iloc[0]))

    return choose


def _rows(prepared: Prepared, timer: Callable[[], float] | None) -> list[dict[str, object]]:
    contest = Contest(prepared, timer)
    choice = choose_candidate(contest)
    dropped = prepared.features.loc[~prepared.features["is_used"], ["feature", "reason"]]
    notes = "; ".join(f"{feature} ({why})" for feature, why in dropped.itertuples(index=False))
    reason = choice.reason + (f"; left out: {notes}" if notes else "")
    rows: list[dict[str, object]] = []
    for name, candidate in contest.candidates.items():
        is_chosen = name == choice.candidate_id
        rejection = candidate.rejection
        if rejection is None and not (candidate.is_contender or is_chosen or candidate.k == 1):
            rejection = choice.passed_over
        figures = {figure: _figure(candidate.figures.get(figure)) for figure in FIGURES}
        rows.append(
            {
                "segmentation": prepared.settings.segmentation,
                "algorithm": candidate.algorithm.name,
                "k": candidate.k,
                "candidate_id": name,
                "customers": len(prepared.points),
                "features": len(prepared.preprocessing.features),
                "is_elbow": name in contest.elbows,
                **figures,
                "is_gap_choice": name == contest.gap_choice,
                "segment_jaccards": candidate.jaccards,
                "is_accepted": rejection is None,
                "rejection_reason": rejection,
                "is_chosen": is_chosen,
                "verdict": choice.verdict,
                "choice_reason": reason if is_chosen else None,
            }
        )
    return rows


def _figure(value: float | None) -> float:
    """Nine digits: the last ones depend on the processor and on where arrays lie in memory."""
    return float("nan") if value is None else float(f"{value:.9g}")
