"""Which persona a segment is: segments matched to archetypes, one to one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import linear_sum_assignment

from covey.segmentation.frames import NOISE

PROFILE_COLUMNS = ("segmentation", "segment_id", "feature", "z_score")
ARCHETYPE_COLUMNS = ("persona_id", "feature", "direction_score")
PERSONA_TYPES = {
    "segmentation": "str",
    "segment_id": "str",
    "persona_id": "str",
    "match_distance": "float64",
}
PERSONA_COLUMNS = tuple(PERSONA_TYPES)

Z_LIMIT = 2.5
"""Beyond this many standard deviations a segment is no further from an archetype.

Archetypes speak from about -2 to 2; without a limit one extreme mean would outweigh all others.
"""

MIN_SHARED = 0.5
"""Share of an archetype's features that a profile must have to resemble it at all."""

LOYALTY = 0.25
"""By how much of its distance another archetype must be nearer for a segment to change its name.

A name that changes with every refit is none: people speak of the segment by it.
"""

_IMPOSSIBLE = 1e6
"""Distance of a pair without a common feature: dearer than any assignment of possible pairs."""


def assign_personas(
    profiles: pd.DataFrame,
    archetypes: pd.DataFrame,
    previous: pd.DataFrame | None = None,
    pinned: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Give every segment of a segmentation at most one persona, and no persona twice.

    The distance of a segment from an archetype is the mean squared difference between the
    segment's z-scores, clipped to -2.5..2.5, and the scores that the archetype expects, over the
    features of the archetype that the profile has. The assignment has the smallest sum of
    distances (Kuhn 1955; Crouse 2016, as in scipy). The distance from the persona that a segment
    had before counts a quarter less (`LOYALTY`), so that a name stays unless another fits clearly
    better.

    Parameters
    ----------
    profiles
        One row per segmentation, segment_id and feature; z_score is the segment's mean minus the
        population's, in standard deviations of the population. A null z_score counts as absent.
    archetypes
        One row per persona_id and feature; direction_score is the z_score that the archetype
        expects, about -2..2.
    previous
        segmentation, segment_id and persona_id as assigned before; None where nothing was.
    pinned
        segmentation, segment_id and persona_id that somebody has decided; no other segment of the
        segmentation gets that persona. Segments without a profile are left out.

    Returns
    -------
    DataFrame
        segmentation, segment_id, persona_id, match_distance (squared standard deviations); by
        segmentation and segment_id. persona_id and match_distance are null for the segments that
        are left when archetypes are fewer, where no archetype shares half of its features, and
        for those who are in no segment (`NOISE`): they are unlike each other. A feature in which
        no segment differs counts as absent: a single segment has no persona.

    Raises
    ------
    ValueError
        If a column is absent, a row repeats, a direction_score is not finite or one persona is
        pinned to two segments of a segmentation.
    """
    _check(profiles, PROFILE_COLUMNS, "profiles")
    _check(archetypes, ARCHETYPE_COLUMNS, "archetypes")
    scores = archetypes["direction_score"].to_numpy(dtype="float64", na_value=np.nan)
    if not np.isfinite(scores).all():
        persona = archetypes.loc[~np.isfinite(scores), "persona_id"].iloc[0]
        raise ValueError(f"persona {persona!r} has a direction_score that is not finite")
    expected = archetypes.assign(direction_score=scores).pivot(
        index="persona_id", columns="feature", values="direction_score"
    )
    expected = expected.sort_index().sort_index(axis=1)
    personas = [str(persona) for persona in expected.index]
    had = _persona_by_segment(previous, "previous")
    decided = _persona_by_segment(pinned, "pinned")
    rows: list[tuple[str, str, str | None, float]] = []
    for segmentation, profile in profiles.groupby("segmentation", sort=True):
        segments, observed = _observed(profile, list(expected.columns))
        distances = match_distances(observed, expected.to_numpy(dtype="float64"))
        distances[np.asarray(segments) == NOISE] = np.nan
        fixed = {
            segment: decided[str(segmentation), segment]
            for segment in segments
            if (str(segmentation), segment) in decided
        }
        if len(set(fixed.values())) < len(fixed):
            raise ValueError(f"pinned gives one persona to two segments of {segmentation}: {fixed}")
        open_pairs = distances.copy()
        for place, segment in enumerate(segments):
            before = had.get((str(segmentation), segment))
            if before in personas:
                open_pairs[place, personas.index(before)] *= 1 - LOYALTY
        open_pairs[[segment in fixed for segment in segments], :] = np.nan
        open_pairs[:, [persona in fixed.values() for persona in personas]] = np.nan
        matched = _match(open_pairs)
        for place, segment in enumerate(segments):
            column = matched.get(place)
            persona_id = fixed.get(segment) or (None if column is None else personas[column])
            distance = (
                float(distances[place, personas.index(persona_id)])
                if persona_id in personas
                else float("nan")
            )
            rows.append((str(segmentation), segment, persona_id, distance))
    return pd.DataFrame(rows, columns=list(PERSONA_COLUMNS)).astype(PERSONA_TYPES)


def match_distances(
    observed: npt.NDArray[np.float64], expected: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Mean squared difference of clipped z-scores and expected scores over common features.

    Parameters
    ----------
    observed
        (s, f) z-scores of segments, NaN where absent.
    expected
        (p, f) scores of archetypes, NaN where the archetype has none.

    Returns
    -------
    ndarray
        (s, p); NaN where fewer than half of the archetype's features are common.
    """
    clipped = np.clip(observed, -Z_LIMIT, Z_LIMIT)
    differences = clipped[:, None, :] - expected[None, :, :]
    shared = ~np.isnan(differences)
    sums = np.square(np.where(shared, differences, 0.0)).sum(axis=2)
    counts = shared.sum(axis=2)
    needed = np.maximum(MIN_SHARED * (~np.isnan(expected)).sum(axis=1), 1)
    return np.where(counts >= needed[None, :], sums / np.maximum(counts, 1), np.nan)


def _match(distances: npt.NDArray[np.float64]) -> dict[int, int]:
    """Return position of a segment -> position of its persona, pairs without distance left out."""
    costs = np.where(np.isnan(distances), _IMPOSSIBLE, distances)
    pairs = zip(*linear_sum_assignment(costs), strict=True)
    return {int(s): int(p) for s, p in pairs if not np.isnan(distances[s, p])}


def _persona_by_segment(frame: pd.DataFrame | None, name: str) -> dict[tuple[str, str], str]:
    """Return the persona of each (segmentation, segment_id) that has one."""
    if frame is None:
        return {}
    columns = PERSONA_COLUMNS[:3]
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise ValueError(f"{name} lack the columns {missing}; they have {list(frame.columns)}")
    known = frame[list(columns)].dropna()
    return {(str(row[0]), str(row[1])): str(row[2]) for row in known.itertuples(index=False)}


def _observed(
    profile: pd.DataFrame, features: Sequence[str]
) -> tuple[list[str], npt.NDArray[np.float64]]:
    """Return the segments of one segmentation, by id, and their (s, f) z-scores."""
    wide = profile.assign(
        z_score=profile["z_score"].to_numpy(dtype="float64", na_value=np.nan),
        segment_id=profile["segment_id"].astype("str"),
    ).pivot(index="segment_id", columns="feature", values="z_score")
    wide = wide.sort_index().reindex(columns=list(features))
    scores = wide.to_numpy(dtype="float64")
    # What no segment differs in (an absent input, a single segment) speaks for no persona.
    silent = (np.isnan(scores) | (np.abs(scores) < 1e-9)).all(axis=0)
    return [str(segment) for segment in wide.index], np.where(silent, np.nan, scores)


def _check(frame: pd.DataFrame, columns: tuple[str, ...], name: str) -> None:
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise ValueError(f"{name} lack the columns {missing}; they have {list(frame.columns)}")
    keys = list(columns[:-1])
    if frame[keys].isna().to_numpy().any():
        raise ValueError(f"{name} have a null in {keys}")
    repeated = frame.duplicated(keys)
    if repeated.any():
        example = tuple(frame.loc[repeated, keys].iloc[0])
        raise ValueError(f"{name} repeat {int(repeated.sum())} rows by {keys}: {example}")
