"""Which algorithm, how many segments, or none: every candidate with its figures."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from covey import __version__
from covey.segmentation.algorithms import SINGLE, Algorithm, Variant
from covey.segmentation.catalog import check_catalog
from covey.segmentation.fitting import Choose, Part, fit, fitted_parts, known_candidate, listed
from covey.segmentation.frames import (
    CANDIDATE_TYPES,
    NONE,
    FloatArray,
    IntArray,
    require_columns,
    typed_frame,
)
from covey.segmentation.indices import (
    bootstrap_stability,
    separation,
    silhouettes,
    spread_sample,
)
from covey.segmentation.partitions import Partition, segment_sizes
from covey.segmentation.preprocessing import Prepared, sort_by_key
from covey.segmentation.retraining import ALWAYS, LastFit, fit_options
from covey.segmentation.settings import SegmentationSettings, parse_settings
from covey.segmentation.structure import beats_references
from covey.threads import one_thread

SEGMENTS, NO_STRUCTURE = "segments", "no structure"
"""The two verdicts."""

_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One row of the candidates, before the choice.

    `rejection` is None for an accepted candidate; the figures are NaN where undefined.
    """

    algorithm: Algorithm
    variant: Variant
    k: int
    inertia: float = _NAN
    silhouette: float = _NAN
    davies_bouldin: float = _NAN
    calinski_harabasz: float = _NAN
    stability: float = _NAN
    smallest_share: float = _NAN
    rejection: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen candidate, the verdict on the data and the reason in words."""

    candidate_id: str
    verdict: str
    reason: str


def evaluate_candidates(
    matrix: pd.DataFrame,
    catalog: pd.DataFrame,
    settings: Mapping[str, Mapping[str, object] | None],
    previous: pd.DataFrame | None = None,
    *,
    as_of: date | None = None,
    retrain: str = ALWAYS,
) -> pd.DataFrame:
    """Fit every candidate of every segmentation, measure it, and choose one.

    The rule, in words:

    1. A candidate falls if its smallest segment holds less than `min_segment_share` of the
       customers, or if its bootstrap stability is below `min_stability`.
    2. Of the rest, the one with the best silhouette must beat the null test: more than the same
       algorithm finds in clouds without segments (see `covey.segmentation.structure`).
    3. Then the candidate with the fewest segments is chosen whose silhouette is within
       `silhouette_tolerance` (relative) of the best.
    4. If none is left by 1 or the best falls by 2, the verdict is 'no structure': everybody stays
       in one segment, the candidate `single-01`, which is always listed and accepted.
    5. `algorithm` in the settings narrows the choice to that algorithm. `k` settles the number of
       segments against rules 1 to 4; the verdict still says what the data alone show.

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

    Returns
    -------
    DataFrame
        `CANDIDATE_TYPES`, one row per segmentation and candidate; one is_chosen per
        segmentation. customers: rows fitted; features: columns used; inertia: sum of squared
        distances in the scaled, weighted space; smallest_share: 0..1. Inertia and indices have
        nine digits. verdict is of the segmentation, choice_reason of the chosen candidate only.
        No rows without customers.

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
            choose = _choose_and_note(last, mine)
            parts = fitted_parts(ordered, checked, options, choose)
            rows.extend(last.renewed(mine, fitting, [part.prepared for part, _ in parts]))
    return typed_frame(rows, CANDIDATE_TYPES)


def _choose_and_note(last: LastFit, rows: list[dict[str, object]]) -> Choose:
    """Return what measures the candidates of a part, adds them to `rows` and settles on one."""

    def choose(part: Part) -> tuple[Algorithm, Variant]:
        key = fit_key(part.prepared)
        found = last.part(part.name, key) or [
            {**row, "part": part.name, "fit_key": key} for row in _rows(part.prepared)
        ]
        rows.extend(found)
        chosen = next(row["candidate_id"] for row in found if row["is_chosen"])
        return known_candidate(part.prepared.settings, str(chosen))

    return choose


def fit_key(prepared: Prepared) -> str:
    """SHA-256 of all that the candidates of a segmentation follow from."""
    digest = hashlib.sha256(f"{__version__}|{fit_options(prepared.settings)}".encode())
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


def _rows(prepared: Prepared) -> list[dict[str, object]]:
    candidates = measure(prepared)
    choice = choose(candidates, prepared)
    dropped = prepared.features.loc[~prepared.features["is_used"], ["feature", "reason"]]
    notes = "; ".join(f"{feature} ({why})" for feature, why in dropped.itertuples(index=False))
    reason = choice.reason + (f"; left out: {notes}" if notes else "")
    return [
        {
            "segmentation": prepared.settings.segmentation,
            "algorithm": candidate.algorithm.name,
            "k": candidate.k,
            "candidate_id": candidate.variant.candidate_id,
            "customers": len(prepared.points),
            "features": len(prepared.preprocessing.features),
            "inertia": _figure(candidate.inertia),
            "silhouette": _figure(candidate.silhouette),
            "davies_bouldin": _figure(candidate.davies_bouldin),
            "calinski_harabasz": _figure(candidate.calinski_harabasz),
            "stability_ari": _figure(candidate.stability),
            "smallest_share": candidate.smallest_share,
            "is_accepted": candidate.rejection is None,
            "rejection_reason": candidate.rejection,
            "is_chosen": candidate.variant.candidate_id == choice.candidate_id,
            "verdict": choice.verdict,
            "choice_reason": (
                reason if candidate.variant.candidate_id == choice.candidate_id else None
            ),
        }
        for candidate in candidates
    ]


def _figure(value: float) -> float:
    """Nine digits: the last ones depend on the processor and on where arrays lie in memory."""
    return float(f"{value:.9g}")


def measure(prepared: Prepared) -> list[Candidate]:
    """Fit and measure every candidate; accept or reject each on its own."""
    settings, points = prepared.settings, prepared.points
    distinct = len(pd.DataFrame(points).drop_duplicates()) if points.shape[1] else 1
    sampled = spread_sample(
        len(points), settings.silhouette_sample_size, random_state=settings.seed
    )
    candidates: list[Candidate] = []
    fitted: dict[int, tuple[Partition, IntArray]] = {}
    for algorithm, variant in listed(settings):
        wanted = variant.k or 1
        if wanted > distinct:
            words = f"{wanted} segments of {distinct} distinct customers"
            candidates.append(Candidate(algorithm, variant, wanted, rejection=words))
            continue
        partition = fit(prepared, algorithm, variant)
        labels = partition.score(points).index
        fitted[len(candidates)] = partition, labels
        candidate = Candidate(algorithm, variant, partition.k)
        candidates.append(_measured(points, labels, partition, candidate))
    means = silhouettes(points[sampled], [labels[sampled] for _, labels in fitted.values()])
    for (place, (partition, _)), silhouette in zip(fitted.items(), means, strict=True):
        candidate = candidates[place]
        if candidate.algorithm.name != SINGLE:
            stability = bootstrap_stability(
                points,
                candidate.algorithm,
                candidate.variant,
                partition,
                runs=settings.bootstrap_runs,
                sample_size=settings.bootstrap_sample_size,
                random_state=settings.seed,
            )
            candidate = replace(candidate, silhouette=silhouette, stability=stability)
            candidate = replace(candidate, rejection=_rejection(candidate, settings))
        candidates[place] = candidate
    return candidates


def _measured(
    points: FloatArray, labels: IntArray, partition: Partition, candidate: Candidate
) -> Candidate:
    davies_bouldin, calinski_harabasz = separation(points, labels)
    sizes = segment_sizes(labels, partition.k)
    return replace(
        candidate,
        inertia=float(np.square(points - partition.centroids[labels]).sum()),
        davies_bouldin=davies_bouldin,
        calinski_harabasz=calinski_harabasz,
        smallest_share=float(sizes.min() / len(points)),
    )


def _rejection(candidate: Candidate, settings: SegmentationSettings) -> str | None:
    if candidate.smallest_share < settings.min_segment_share:
        return (
            f"smallest segment holds {candidate.smallest_share:.2%} of the customers, "
            f"under {settings.min_segment_share:.2%}"
        )
    if np.isnan(candidate.silhouette):
        return "as many segments as customers"
    if candidate.stability < settings.min_stability:
        return f"stability {candidate.stability:.3f} is under {settings.min_stability:.3f}"
    return None


def choose(candidates: list[Candidate], prepared: Prepared) -> Choice:
    """Apply the rule of `evaluate_candidates` to measured candidates."""
    settings = prepared.settings
    single = next(item for item in candidates if item.algorithm.name == SINGLE)
    found, finding = _found(candidates, prepared)
    verdict = NO_STRUCTURE if found is None else SEGMENTS
    if settings.k is not None:
        fixed = _fixed(candidates, settings)
        if fixed is None:
            words = f"k is fixed at {settings.k}, which cannot be fitted: one segment"
            return Choice(single.variant.candidate_id, NO_STRUCTURE, words)
        words = f"k is fixed at {settings.k} by the settings; the data alone: {finding}"
        return Choice(fixed.variant.candidate_id, verdict, words)
    if found is None:
        return Choice(single.variant.candidate_id, verdict, finding)
    return Choice(found.variant.candidate_id, verdict, finding)


def _fixed(candidates: list[Candidate], settings: SegmentationSettings) -> Candidate | None:
    """Return the candidate with the fixed k and the best silhouette, if any could be fitted."""
    fitted = [
        item
        for item in candidates
        if item.k == settings.k
        and not np.isnan(item.smallest_share)
        and (settings.algorithm in (None, item.algorithm.name) or item.k == 1)
    ]
    return max(fitted, key=lambda item: np.nan_to_num(item.silhouette, nan=-2.0), default=None)


def _found(candidates: list[Candidate], prepared: Prepared) -> tuple[Candidate | None, str]:
    """Return the candidate that the data alone suggest, or None, and why."""
    settings = prepared.settings
    count, width = prepared.points.shape
    if width == 0:
        return None, f"one segment: no feature varies over {count} customers"
    eligible = [
        item
        for item in candidates
        if item.algorithm.name != SINGLE and settings.algorithm in (None, item.algorithm.name)
    ]
    accepted = [item for item in eligible if item.rejection is None]
    if not accepted:
        return None, f"one segment: none of {len(eligible)} candidates is accepted"
    best = max(accepted, key=lambda item: item.silhouette)
    tested = "no null test"
    if settings.null_test:
        comparison = beats_references(
            prepared.points, best.algorithm, best.variant, settings=settings
        )
        if not comparison.is_structure:
            return None, f"one segment: {best.variant.candidate_id}: {comparison.words}"
        tested = f"{best.variant.candidate_id}: {comparison.words}"
    floor = best.silhouette - settings.silhouette_tolerance * abs(best.silhouette)
    fewest = min(
        (item for item in accepted if item.silhouette >= floor),
        key=lambda item: (item.k, -item.silhouette, item.variant.candidate_id),
    )
    words = (
        f"fewest segments within {settings.silhouette_tolerance:.0%} of the best silhouette, "
        f"{best.silhouette:.3f}, of {len(accepted)} accepted candidates; {tested}"
    )
    return fewest, words
