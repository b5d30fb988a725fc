"""Which algorithm, how many segments, or none.

The rule, in words:

1. A candidate falls if its smallest segment holds less than `min_segment_share` of the customers,
   if it leaves more than `MAX_NOISE` of them without a segment, or if its bootstrap stability is
   below `min_stability`.
2. Of the rest, each algorithm puts forward the one that is best by a measure that suits its kind.
   K-means and all whose segments are centroids: the fewest segments whose silhouette is within
   `silhouette_tolerance` (relative) of the best. Mixtures: the lowest BIC. Density: the lowest sum
   of the share that is noise and the parting. The parting is the share of nearest neighbours that
   borders part, relative to what k-means parts with as many segments in a cloud that has none.
3. The algorithm that the settings name first (as shipped k-means: the simplest to explain and to
   apply) is preferred. Measures of different kinds cannot be compared: silhouettes favour balls,
   likelihoods many small Gaussians. Parting favours no shape. So a candidate of another algorithm
   takes over only if its parting is at most half of that of the one before, and if it reaches
   `min_stability` on two halves of the customers, too (density models aside). Where the parting of
   the one before is at most `CROWDED`, so where its borders run through gaps already, no density
   model takes over; others, and anywhere those whose segments are centroids, must also have as many
   segments and reach the silhouette, within the tolerance. A density model needs a modularity of at
   least `STRONG`, and of half of that of the one before: one crowd with small dense spots has none.
4. If none does so, but the borders run through crowds, segments overlap. Then the mixture with the
   lowest BIC of all takes over if it has as many segments and parts fewer neighbours: it knows
   their shapes.
5. The winner must beat the null test (`covey.segmentation.structure`): its silhouette (of
   centroids), its cohesion (of mixtures, and of centroids whose parting is at most `NO_GAPS`) or
   its modularity (of dense regions) must be more than the same algorithm finds in clouds without
   segments. If it falls, the one that it took over from is tested, and then what the other
   algorithms put forward, if its parting is at most `NO_GAPS` (and its modularity as in 3).
6. If none is left, the verdict is 'no structure': everybody stays in one segment, the candidate
   `single-01`, which is always listed and accepted.
7. `algorithm` in the settings narrows the choice to that algorithm. `k` settles the number of
   segments against rules 1 to 6; the verdict still says what the data alone show.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from covey.segmentation.algorithms import SINGLE
from covey.segmentation.contest import Candidate, Contest
from covey.segmentation.structure import STATISTICS, beats_references

SEGMENTS, NO_STRUCTURE = "segments", "no structure"
"""The two verdicts."""

CRITERIA: Mapping[str, str] = {
    "gaussian_mixture": "bic",
    "dbscan": "parting",
    "hdbscan": "parting",
}
"""Measure by which an algorithm's candidates are compared, lower is better; else the silhouette."""

CROWDED = 0.3
"""Parting above which borders run through crowds."""

HALF = 0.5
"""Share of the preferred candidate's parting that another one must reach."""

NO_GAPS = 0.5
"""Parting above which an algorithm that is not the first one has found nothing."""

STRONG = 0.3
"""Modularity from which there is structure in practice (Newman & Girvan 2004)."""

TRIES = 3
"""Candidates of an algorithm that are measured in full until one is stable."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen candidate, the verdict on the data, the reason, and why others went unmeasured."""

    candidate_id: str
    verdict: str
    reason: str
    passed_over: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What the data alone suggest, or None, and why."""

    candidate: Candidate | None
    words: str
    passed_over: str


def choose_candidate(contest: Contest) -> Choice:
    """Apply the rule to the candidates of a part."""
    settings = contest.prepared.settings
    single = f"{SINGLE}-01"
    finding = _found(contest)
    found = finding.candidate
    verdict = NO_STRUCTURE if found is None else SEGMENTS
    if settings.k is not None:
        fixed = _fixed(contest, settings.k)
        if fixed is None:
            words = f"k is fixed at {settings.k}, which cannot be fitted: one segment"
            return Choice(single, NO_STRUCTURE, words, finding.passed_over)
        words = f"k is fixed at {settings.k} by the settings; the data alone: {finding.words}"
        return Choice(fixed.name, verdict, words, finding.passed_over)
    name = single if found is None else found.name
    return Choice(name, verdict, finding.words, finding.passed_over)


def _fixed(contest: Contest, k: int) -> Candidate | None:
    """Return the best candidate with k segments of the first algorithm that has one."""
    if k == 1:
        return contest.candidates[f"{SINGLE}-01"]
    for name in _algorithms(contest):
        fitted = [
            item
            for item in contest.candidates.values()
            if item.algorithm.name == name and item.k == k and not np.isnan(item["smallest_share"])
        ]
        if fitted:
            best = min(fitted, key=lambda item: (_badness(item), item.name))
            return contest.in_full(best.name)
    return None


def _algorithms(contest: Contest) -> list[str]:
    settings = contest.prepared.settings
    if settings.algorithm is not None:
        return [settings.algorithm]
    return list(dict.fromkeys(settings.algorithms))


def criterion(candidate: Candidate) -> str:
    """Return the measure by which a candidate is compared with others of its algorithm."""
    return CRITERIA.get(candidate.algorithm.name, "silhouette")


def _badness(candidate: Candidate) -> float:
    """Lower is better, within an algorithm."""
    measure = criterion(candidate)
    value = candidate[measure]
    if np.isnan(value):
        return float("inf")
    if measure == "parting":
        return value + candidate["noise_share"]
    return -value if measure == "silhouette" else value


def _found(contest: Contest) -> Finding:
    """Return the candidate that the data alone suggest, or None, and why."""
    count, width = contest.prepared.points.shape
    names = _algorithms(contest)
    if width == 0:
        return Finding(None, f"one segment: no feature varies over {count} customers", "")
    eligible = [item for item in contest.candidates.values() if item.algorithm.name in names]
    failed: list[str] = []
    for place, name in enumerate(names):
        own = (item for item in eligible if item.algorithm.name == name)
        if place > 0:
            own = (item for item in own if item["parting"] <= NO_GAPS and _is_a_split(item))
        preferred = _champion(contest, own, everyone=place == 0)
        if preferred is None:
            continue
        why = _reason_within(contest, preferred)
        winner, takeover = _challenged(contest, preferred, eligible)
        for candidate in dict.fromkeys([winner.name, preferred.name]):
            tested, is_structure = _tested(contest, contest.candidates[candidate])
            if is_structure:
                words = f"{why}; {takeover}" if takeover and candidate == winner.name else why
                passed_over = f"does not take over from {preferred.name}: " + (
                    "its parting is not half of " + f"{preferred['parting']:.3f}"
                )
                chosen = contest.candidates[candidate]
                return Finding(chosen, f"{words}; {tested}", passed_over)
            failed.append(tested)
    passed_over = f"not measured further: its parting is above {NO_GAPS}"
    if failed:
        return Finding(None, f"one segment: {failed[0]}", passed_over)
    words = f"one segment: none of {len(eligible)} candidates is accepted"
    return Finding(None, words, passed_over)


def _champion(
    contest: Contest, pool: Iterable[Candidate], *, everyone: bool = False
) -> Candidate | None:
    """Return the best accepted candidate of one algorithm, by its own measure.

    As many as needed are measured in full: all of those that compete by silhouette if `everyone`,
    else the best until one is accepted, `TRIES` at most.
    """
    ranked = sorted(
        (item for item in pool if item.rejection is None),
        key=lambda item: (_badness(item), item.k, item.name),
    )
    if not ranked:
        return None
    if criterion(ranked[0]) == "silhouette" and everyone:
        measured_ones = [contest.in_full(item.name) for item in ranked]
        accepted = [item for item in measured_ones if item.rejection is None]
        if not accepted:
            return None
        tolerance = contest.prepared.settings.silhouette_tolerance
        best = max(item["silhouette"] for item in accepted)
        return min(
            (item for item in accepted if item["silhouette"] >= best - tolerance * abs(best)),
            key=lambda item: (item.k, -item["silhouette"], item.name),
        )
    for item in ranked[: None if everyone else TRIES]:
        measured = contest.in_full(item.name)
        # Who takes over must hold on two halves, too. A half is only half as dense: to a density
        # model it is other data.
        is_loose = measured["holdout_ari"] < contest.prepared.settings.min_stability
        is_loose &= criterion(measured) != "parting"
        if measured.rejection is None and (everyone or not is_loose):
            return measured
    return None


def _reason_within(contest: Contest, preferred: Candidate) -> str:
    """Say why a candidate is the best of its algorithm."""
    accepted = [
        item
        for item in contest.candidates.values()
        if item.algorithm.name == preferred.algorithm.name and item.rejection is None
    ]
    if criterion(preferred) == "silhouette":
        tolerance = contest.prepared.settings.silhouette_tolerance
        best = max(item["silhouette"] for item in accepted)
        return (
            f"fewest segments within {tolerance:.0%} of the best silhouette, {best:.3f}, "
            f"of {sum(item.is_contender for item in accepted)} accepted candidates"
        )
    measure = criterion(preferred)
    return f"lowest {measure} of {preferred.algorithm.name}, {preferred[measure]:.6g}"


def _challenged(
    contest: Contest, preferred: Candidate, eligible: list[Candidate]
) -> tuple[Candidate, str]:
    """Return who takes over from the preferred candidate, itself if nobody does, and why."""
    winner, words = preferred, ""
    others = [item for item in eligible if item.algorithm.name != preferred.algorithm.name]
    for name in dict.fromkeys(item.algorithm.name for item in others):
        pool = [
            item
            for item in others
            if item.algorithm.name == name and _can_take_over(contest, winner, item)
        ]
        champion = _champion(contest, pool)
        if champion is not None and _can_take_over(contest, winner, champion):
            words = (
                f"{champion.name} takes over from {winner.name}: parting "
                f"{champion['parting']:.3f}, not {winner['parting']:.3f}"
            )
            winner = champion
    if winner is preferred and preferred["parting"] > CROWDED:
        mixture = _overlapping(contest, preferred, others)
        if mixture is not None:
            words = (
                f"{mixture.name} takes over from {preferred.name}: segments overlap, and the "
                f"mixture with the lowest BIC has as many"
            )
            return mixture, words
    return winner, words


def _can_take_over(contest: Contest, holder: Candidate, other: Candidate) -> bool:
    """Say whether the borders of another candidate are so much better."""
    if not other["parting"] <= HALF * holder["parting"] or other["parting"] == holder["parting"]:
        return False
    if holder["parting"] > CROWDED and criterion(other) != "silhouette":
        is_coarse = other["modularity"] < HALF * holder["modularity"]
        return _is_a_split(other) and not (criterion(other) == "parting" and is_coarse)
    tolerance = contest.prepared.settings.silhouette_tolerance
    floor = holder["silhouette"] - tolerance * abs(holder["silhouette"])
    # What is left out as noise would flatter the silhouette.
    has_noise = criterion(other) == "parting"
    return not has_noise and other.k == holder.k and other["silhouette"] >= floor


def _is_a_split(candidate: Candidate) -> bool:
    """Say whether a candidate does more than cut small dense spots off one crowd."""
    return criterion(candidate) != "parting" or candidate["modularity"] >= STRONG


def _overlapping(
    contest: Contest, preferred: Candidate, others: list[Candidate]
) -> Candidate | None:
    """Return the mixture with the lowest BIC, if it agrees on k and its borders are better."""
    mixtures = [item for item in others if criterion(item) == "bic" and item.rejection is None]
    best = min(mixtures, key=lambda item: (_badness(item), item.name), default=None)
    for measured in (False, True):
        if best is None or best.rejection is not None or best.k != preferred.k:
            return None
        if not best["parted_share"] < preferred["parted_share"]:
            return None
        best = best if measured else contest.in_full(best.name)
    return best


def _tested(contest: Contest, candidate: Candidate) -> tuple[str, bool]:
    """Put a candidate to the null test."""
    settings = contest.prepared.settings
    if not settings.null_test:
        return "no null test", True
    words: list[str] = []
    for statistic in STATISTICS[criterion(candidate)]:
        # Not a second chance for what found no gaps.
        if words and not candidate["parting"] <= NO_GAPS:
            continue
        comparison = beats_references(
            contest.prepared.points,
            candidate.algorithm,
            candidate.variant,
            settings=settings,
            statistic=statistic,
        )
        words.append(comparison.words)
        if comparison.is_structure:
            return f"{candidate.name}: {comparison.words}", True
    return f"{candidate.name}: {', '.join(words)}", False
