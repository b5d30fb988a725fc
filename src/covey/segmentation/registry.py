"""The models of each segmentation: which is in use, which were, and what became of segments.

All that is known is rows: those of every registered model, what is known about it (parameter
'registry', the attribute in `feature`, its value as text in `term`), and what became of the
segments when another model came into use (parameter 'event').
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_rand_score

from covey.segmentation.assignment import applied_by, assign_segments
from covey.segmentation.candidates import chosen_in
from covey.segmentation.catalog import check_catalog
from covey.segmentation.fitting import fitted_parts
from covey.segmentation.frames import NONE, PARAMETER_TYPES, require_columns, typed_frame
from covey.segmentation.models import (
    Row,
    model_frame,
    model_rows,
    rows_of_frame,
    segment_order,
)
from covey.segmentation.preprocessing import sample, sort_by_key
from covey.segmentation.retraining import (
    ALWAYS,
    NEVER,
    UPDATE,
    is_earlier,
    records,
    settings_key,
    way_of_retraining,
)
from covey.segmentation.settings import SegmentationSettings, closest, parse_settings
from covey.segmentation.updates import updated_rows
from covey.threads import one_thread

CHAMPION, CHALLENGER, RETIRED, REJECTED = "champion", "challenger", "retired", "rejected"
"""Status of a model: the one that counts; the latest refit that was not promoted; a former
champion; a former challenger."""

CREATED, KEPT, GONE = "created", "kept", "retired"
"""What becomes of a segment when another model comes into use."""

REGISTRY, EVENT = "registry", "event"
"""Parameters of the rows that are not of a model but about it."""

KEPT_MODELS = 20
"""Models per segmentation whose rows are kept, beside those in use; of older ones only what is
known about them."""


def register_segment_models(
    matrix: pd.DataFrame,
    catalog: pd.DataFrame,
    candidates: pd.DataFrame,
    settings: Mapping[str, Mapping[str, object] | None],
    previous: pd.DataFrame | None = None,
    *,
    as_of: date | None = None,
    retrain: str = ALWAYS,
    apply: str = "sql",
) -> pd.DataFrame:
    """Fit a model where the candidates were fitted again, and say which model is in use.

    The rule, in words:

    1. Where the candidates were fitted again, the chosen one is fitted and registered. Its
       segments take the ids of those of the champion that they share most customers with (see
       `match_segments`); the others get ids that the segmentation never had.
    2. It is promoted, and the champion retired, if the labels of both agree by an adjusted Rand
       index of at least `min_champion_ari`; or if the settings or the catalog have changed, the
       champion cannot be applied any more, or it has one segment only, so nothing to lose. Else it
       is the challenger, and a former challenger is rejected.
    3. With retraining set to update, the champion is moved by the customers who have been active
       since it was last moved; the result is a new model in its place.
    4. In use is the champion, unless the option `model` names another one.
    5. As of an earlier day than that of the champion, and with retraining set to never, it stays.

    Parameters
    ----------
    matrix, catalog, settings
        As given to `evaluate_candidates`; for updates also the column last_active_date.
    candidates
        What `evaluate_candidates` returned for them.
    previous
        What an earlier call returned.
    as_of
        Last day that counts.
    retrain
        The way of retraining of segmentations that do not have their own.
    apply
        'sql', or 'python' for all models to be applied by Python.

    Returns
    -------
    DataFrame
        `PARAMETER_TYPES`; `models_in_use` takes the rows that are applied out of it.

    Raises
    ------
    ValueError
        If an input is not as declared, or `model` names a model that is not registered.
    """
    parsed = parse_settings(settings)
    ordered, checked = sort_by_key(matrix), check_catalog(catalog)
    columns = ("segmentation", "part", "candidate_id", "is_chosen", "fit_key", "settings_key")
    require_columns(candidates, columns, "candidates")
    known = _read_registers(previous)
    with one_thread():
        for name, options in parsed.items():
            register = known.setdefault(name, Register(name))
            sampled = sample(ordered, options.sample_size, random_state=options.seed)
            register.labels = Labels(sampled)
            mine = candidates.loc[
                (candidates["segmentation"] == name) & candidates["is_chosen"].astype("bool")
            ]
            way = way_of_retraining(options, retrain)
            fit_key = _key(mine)
            if len(mine) and register.lacks(fit_key, way, as_of):
                parts = fitted_parts(ordered, checked, options, chosen_in(candidates))
                facts = {
                    **_figures(records(mine)),
                    "settings_key": settings_key(options, checked),
                    "fit_key": fit_key,
                }
                if parts:
                    fitted = model_frame(name, model_rows(parts))
                    register.consider(fitted, facts, options, as_of)
            elif way == UPDATE:
                register.update(sampled, options, as_of)
            register.use(options.model, as_of)
            register.settle_application(apply)
    frames = [known[name].frame() for name in sorted(known)]
    frames = [frame for frame in frames if len(frame)]
    return pd.concat(frames, ignore_index=True) if frames else typed_frame([], PARAMETER_TYPES)


def models_in_use(registered: pd.DataFrame) -> pd.DataFrame:
    """Take the rows of the model in use of each segmentation: what `assign_segments` reads."""
    is_fact = registered["parameter"] == REGISTRY
    in_use = registered.loc[
        is_fact & (registered["feature"] == "is_in_use") & (registered["term"] == "true"),
        "model_id",
    ]
    is_row = ~registered["parameter"].isin((REGISTRY, EVENT))
    return registered.loc[is_row & registered["model_id"].isin(in_use)].reset_index(drop=True)


def match_segments(
    before: Sequence[str],
    after: Sequence[str],
    segments: Sequence[str],
    *,
    min_overlap: float,
    next_number: int,
) -> dict[str, str]:
    """Find the ids that the segments of a refit live on under.

    Pairs of old and new segments are settled for all at once, so that the customers who stay in
    their segment are as many as possible (Kuhn 1955). A pair holds if the customers of both are
    at least `min_overlap` of those of either one (Jaccard 1901).

    Parameters
    ----------
    before, after
        (n,) segment ids of the same customers by the old and the new model.
    segments
        Ids of the new model, also of segments without customers.
    min_overlap
        Least Jaccard index of a pair.
    next_number
        First number that no segment has had.

    Returns
    -------
    dict
        New id -> the id it lives on under.
    """
    overlaps = jaccard_indices(before, after)
    shared = pd.crosstab(pd.Series(before, dtype="str"), pd.Series(after, dtype="str"))
    shared = shared.loc[
        [name for name in shared.index if name[-1:].isdigit()],
        [name for name in shared.columns if name in set(segments)],
    ].sort_index()
    rows, columns = linear_sum_assignment(-shared.to_numpy())
    found = {}
    for row, column in zip(rows, columns, strict=True):
        old, new = str(shared.index[row]), str(shared.columns[column])
        if overlaps.get((old, new), 0.0) >= min_overlap and shared.iloc[row, column] > 0:
            found[new] = old
    for segment in sorted(segments, key=segment_order):
        if segment not in found:
            found[segment] = str(next_number)
            next_number += 1
    return found


def jaccard_indices(before: Sequence[str], after: Sequence[str]) -> dict[tuple[str, str], float]:
    """Return the shared customers over those of either one, for each two segments that share."""
    old, new = Counter(before), Counter(after)
    return {
        (one, other): count / (old[one] + new[other] - count)
        for (one, other), count in Counter(zip(before, after, strict=True)).items()
    }


def renamed(model: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Give the segments of a model other ids; its own id changes with them."""
    return model_frame(
        str(model["segmentation"].iloc[0]),
        [
            (part, row._replace(segment_id=names.get(row.segment_id, row.segment_id)))
            for part, row in rows_of_frame(model)
        ],
    )


def segments_of(model: pd.DataFrame) -> list[str]:
    """List the ids of the segments of a model, groups of a first stage aside."""
    names = {str(name) for name in model["segment_id"]} - {NONE}
    return sorted((name for name in names if name.isdigit()), key=segment_order)


def _key(chosen: pd.DataFrame) -> str:
    """SHA-256 of the fits that the chosen candidates come from."""
    columns = ["part", "fit_key", "candidate_id", "settings_key"]
    parts = sorted(chosen[columns].astype("str").itertuples(index=False, name=None))
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _figures(chosen: Sequence[Mapping[str, object]]) -> dict[str, str]:
    """Take what the candidates say about the model they make."""
    first = next(row for row in chosen if row["part"] == NONE)
    facts = {
        "candidate_id": "; ".join(
            str(row["candidate_id"] if row is first else f"{row['part']}: {row['candidate_id']}")
            for row in sorted(chosen, key=lambda row: (row is not first, str(row["part"])))
        )
    }
    for name in ("algorithm", "customers", "silhouette", "stability_ari", "fit_reason"):
        value = first.get(name)
        if value is not None:
            facts[name] = f"{value:.9g}" if isinstance(value, float) else str(value)
    return facts


@dataclass(slots=True)
class Model:
    """A registered model: its rows, none for one that is long out of use, and what is known."""

    model_id: str
    rows: pd.DataFrame
    facts: dict[str, str]

    @property
    def number(self) -> int:
        """Place in the order of registration, from 1."""
        return int(self.facts["model_number"])

    @property
    def day(self) -> str | None:
        """Last day of the data that it was fitted on or moved by, as ISO text."""
        return self.facts.get("updated_as_of", self.facts.get("fitted_as_of"))


@dataclass(slots=True)
class Labels:
    """The segments of the customers of the sample by each model, computed once."""

    sampled: pd.DataFrame
    known: dict[str, list[str]] = field(default_factory=dict)

    def of(self, rows: pd.DataFrame) -> list[str]:
        """Return (n,) segment ids; raises a `ValueError` if the model cannot be applied."""
        model_id = str(rows["model_id"].iloc[0])
        if model_id not in self.known:
            segments = assign_segments(self.sampled, rows)["segment_id"]
            self.known[model_id] = [str(segment) for segment in segments]
        return self.known[model_id]


class Register:
    """The models of one segmentation, as an earlier run left them and this one leaves them."""

    def __init__(self, segmentation: str) -> None:
        """Start without models."""
        self.segmentation = segmentation
        self.models: dict[str, Model] = {}
        self.events: list[tuple[str, Row]] = []
        self.labels = Labels(pd.DataFrame())

    @property
    def champion(self) -> Model | None:
        """The champion, if there is one: in all runs but the first."""
        return next(
            (item for item in self.models.values() if item.facts["status"] == CHAMPION), None
        )

    @property
    def in_use(self) -> Model | None:
        """The model in use."""
        return next((item for item in self.models.values() if "is_in_use" in item.facts), None)

    def lacks(self, fit_key: str, way: str, as_of: date | None) -> bool:
        """Tell whether the fit of the candidates is to be registered."""
        champion = self.champion
        if champion is None:
            return True
        is_known = any(
            item.facts["fit_key"] == fit_key and "is_last_fit" in item.facts
            for item in self.models.values()
        )
        if is_known:
            return False
        is_left_alone = way == NEVER or is_earlier(as_of, champion.day)
        return not (is_left_alone and self._can_apply(champion))

    def _can_apply(self, model: Model) -> bool:
        try:
            self.labels.of(model.rows)
        except ValueError:
            return False
        return True

    def consider(
        self,
        fitted: pd.DataFrame,
        facts: Mapping[str, str],
        settings: SegmentationSettings,
        as_of: date | None,
    ) -> None:
        """Register a fit, and promote it or not."""
        champion, why = self.champion, "first fit"
        agreement: dict[str, str] = {}
        names = {segment: segment for segment in segments_of(fitted)}
        is_promoted = True
        if champion is not None:
            is_promoted, why, agreement, names = self._compared(fitted, facts, settings, champion)
        aligned = renamed(fitted, names)
        if champion is not None and str(aligned["model_id"].iloc[0]) == champion.model_id:
            champion.facts["fit_key"] = facts["fit_key"]
            champion.facts["settings_key"] = facts["settings_key"]
            self._mark("is_last_fit", champion)
            return
        model = self._registered(aligned, {**facts, **agreement}, as_of)
        self._mark("is_last_fit", model)
        for item in self.models.values():
            if item.facts["status"] == CHALLENGER and item is not model:
                item.facts["status"] = REJECTED
                item.facts["reason"] += f"; superseded by {model.model_id}"
        if is_promoted:
            self._promote(model, why, as_of)
        else:
            model.facts |= {"status": CHALLENGER, "reason": why}

    def _compared(
        self,
        fitted: pd.DataFrame,
        facts: Mapping[str, str],
        settings: SegmentationSettings,
        champion: Model,
    ) -> tuple[bool, str, dict[str, str], dict[str, str]]:
        """Say whether a fit takes the place of the champion, why, by what figures and ids."""
        segments, following = segments_of(fitted), self._next_number()
        refit = facts.get("fit_reason", "fitted again")
        try:
            before = self.labels.of(champion.rows)
        except ValueError as fault:
            new = {segment: str(following + place) for place, segment in enumerate(segments)}
            return True, f"{refit}; the champion cannot be applied: {fault}", {}, new
        after = self.labels.of(fitted)
        names = match_segments(
            before,
            after,
            segments,
            min_overlap=settings.min_segment_overlap,
            next_number=following,
        )
        ari = float(adjusted_rand_score(before, after)) if before else 1.0
        agreement = {"champion_model_id": champion.model_id, "champion_ari": f"{ari:.9g}"}
        words = f"{refit}; adjusted Rand index with the champion {ari:.3f}"
        if champion.facts["settings_key"] != facts["settings_key"]:
            return True, f"{words}, and the settings or the catalog are others", agreement, names
        if len(segments_of(champion.rows)) < 2:
            return True, f"{words}, which has one segment only", agreement, names
        floor = settings.min_champion_ari
        if ari >= floor:
            return True, f"{words}, at least {floor:.3f}", agreement, names
        return False, f"{words}, under {floor:.3f}: the champion stays", agreement, names

    def update(
        self, sampled: pd.DataFrame, settings: SegmentationSettings, as_of: date | None
    ) -> None:
        """Move the champion by those who have been active since it was last moved."""
        champion = self.champion
        if champion is None or as_of is None or champion.day is None:
            return
        if as_of.isoformat() <= champion.day:
            return
        moved = updated_rows(champion.rows, sampled, since=champion.day, settings=settings)
        if moved is None:
            return
        rows, count = moved
        updated = model_frame(self.segmentation, rows)
        if str(updated["model_id"].iloc[0]) == champion.model_id:
            return
        before, after = self.labels.of(champion.rows), self.labels.of(updated)
        facts = {
            **{
                name: champion.facts[name]
                for name in (
                    "algorithm",
                    "candidate_id",
                    "customers",
                    "fit_key",
                    "settings_key",
                    "fitted_as_of",
                )
                if name in champion.facts
            },
            "parent_model_id": champion.model_id,
            "champion_model_id": champion.model_id,
            "champion_ari": f"{adjusted_rand_score(before, after):.9g}",
            "updated_as_of": as_of.isoformat(),
        }
        is_last_fit = "is_last_fit" in champion.facts
        model = self._registered(updated, facts, as_of)
        if is_last_fit:
            self._mark("is_last_fit", model)
        self._promote(model, f"moved by {count} customers active after {champion.day}", as_of)

    def use(self, pinned: str | None, as_of: date | None) -> None:
        """Put the pinned model, or the champion, into use, and note what becomes of segments."""
        last, model = self.in_use, self.champion
        if pinned is not None:
            usable = {item.model_id: item for item in self.models.values() if len(item.rows)}
            if pinned not in usable:
                raise ValueError(
                    f"segmentation {self.segmentation!r}: model is {pinned!r}, which is not "
                    f"registered with its parameters" + closest(pinned, usable)
                )
            model = usable[pinned]
        if model is None:
            return
        if model is last:
            self._mark("is_pinned", model if pinned else None)
            return
        if last is None and pinned is None:
            cause = "first model"
        elif last is None or pinned is not None:
            cause = "pinned"
        elif "is_pinned" in last.facts:
            cause = "no longer pinned"
        elif model.facts.get("parent_model_id") == last.model_id:
            cause = "updated"
        else:
            cause = "promoted"
        self._note_segments(last, model, cause, as_of)
        self._mark("is_in_use", model)
        self._mark("is_pinned", model if pinned else None)

    def _note_segments(
        self, last: Model | None, model: Model, cause: str, as_of: date | None
    ) -> None:
        numbers = [int(row.term.split("|")[0]) for _, row in self.events]
        words = (
            f"{max(numbers, default=0) + 1:06d}",
            as_of.isoformat() if as_of else "",
            last.model_id if last else "",
            cause,
        )
        now = segments_of(model.rows)
        before = segments_of(last.rows) if last else []
        overlaps: dict[tuple[str, str], float] = {}
        if last is not None:
            try:
                overlaps = jaccard_indices(self.labels.of(last.rows), self.labels.of(model.rows))
            except ValueError:
                before_only = "the former model cannot be applied"
                words = (*words[:3], f"{cause}; {before_only}")
        for segment in sorted({*now, *before}, key=segment_order):
            event = GONE if segment not in now else KEPT if segment in before else CREATED
            overlap = overlaps.get((segment, segment), 0.0) if event == KEPT else np.nan
            row = Row(EVENT, event, segment, overlap, "|".join(words))
            self.events.append((model.model_id, row))

    def settle_application(self, apply: str) -> None:
        """Say of each model what would apply it; drop the rows of those long out of use."""
        by_age = sorted(self.models.values(), key=lambda item: -item.number)
        for place, item in enumerate(by_age):
            is_kept = place < KEPT_MODELS or "is_in_use" in item.facts
            if not (is_kept or item.facts["status"] == CHAMPION):
                item.rows = item.rows.iloc[:0]
            if len(item.rows):
                item.facts["applied_by"] = applied_by(item.rows, apply)

    def _next_number(self) -> int:
        return 1 + max(int(item.facts["last_segment"]) for item in self.models.values())

    def _registered(
        self, rows: pd.DataFrame, facts: Mapping[str, str], as_of: date | None
    ) -> Model:
        model_id = str(rows["model_id"].iloc[0])
        segments = segments_of(rows)
        dates = {"fitted_as_of": as_of.isoformat()} if as_of else {}
        known = self.models.get(model_id)
        numbers = [item.number for item in self.models.values()]
        last = max(
            [int(item.facts["last_segment"]) for item in self.models.values()]
            + [int(segment) for segment in segments]
        )
        first_facts = {
            "model_number": str(max(numbers, default=0) + 1),
            "status": CHALLENGER,
            "reason": "",
        }
        self.models[model_id] = Model(
            model_id,
            rows,
            {
                **first_facts,
                **(known.facts if known else {}),
                **dates,
                **facts,
                "k": str(len(segments)),
                "last_segment": str(last),
            },
        )
        return self.models[model_id]

    def _promote(self, model: Model, why: str, as_of: date | None) -> None:
        day = as_of.isoformat() if as_of else None
        champion = self.champion
        if champion is not None and champion is not model:
            champion.facts["status"] = RETIRED
            if day:
                champion.facts["retired_as_of"] = day
        model.facts |= {"status": CHAMPION, "reason": why}
        model.facts.pop("retired_as_of", None)
        if day:
            model.facts["promoted_as_of"] = day

    def _mark(self, fact: str, model: Model | None) -> None:
        """Let one model alone have a fact, or none."""
        for item in self.models.values():
            item.facts.pop(fact, None)
        if model is not None:
            model.facts[fact] = "true"

    def frame(self) -> pd.DataFrame:
        """Write the models, the earliest first, as `PARAMETER_TYPES`."""
        frames = []
        for model in sorted(self.models.values(), key=lambda item: item.number):
            about = [Row(REGISTRY, name, NONE, 0.0, text) for name, text in model.facts.items()]
            about.sort()
            about += [row for model_id, row in self.events if model_id == model.model_id]
            rows = [
                {
                    "segmentation": self.segmentation,
                    "model_id": model.model_id,
                    "part": NONE,
                    **row._asdict(),
                }
                for row in about
            ]
            frames += [model.rows, typed_frame(rows, PARAMETER_TYPES)]
        filled = [frame for frame in frames if len(frame)]
        return pd.concat(filled, ignore_index=True) if filled else typed_frame([], PARAMETER_TYPES)


def _read_registers(previous: pd.DataFrame | None) -> dict[str, Register]:
    """Read what an earlier run left; nothing where the table is of an earlier form."""
    registers: dict[str, Register] = {}
    if previous is None or not set(PARAMETER_TYPES) <= set(previous.columns):
        return registers
    rows = previous[list(PARAMETER_TYPES)].astype(PARAMETER_TYPES)
    for segmentation, mine in rows.groupby("segmentation", sort=True):
        register = Register(str(segmentation))
        events = mine.loc[mine["parameter"] == EVENT]
        for model_id, known in mine.drop(events.index).groupby("model_id", sort=True):
            is_fact = known["parameter"] == REGISTRY
            if not is_fact.any():
                continue
            facts = dict(known.loc[is_fact, ["feature", "term"]].itertuples(index=False, name=None))
            parameters = rows_of_frame(known.loc[~is_fact])
            register.models[str(model_id)] = Model(
                str(model_id), model_frame(register.segmentation, parameters, str(model_id)), facts
            )
        register.events = sorted(_event_rows(events.itertuples()), key=_event_order)
        registers[register.segmentation] = register
    return registers


def _event_order(event: tuple[str, Row]) -> tuple[object, ...]:
    return event[1].term, segment_order(event[1].segment_id)


def _event_rows(rows: Iterable[object]) -> list[tuple[str, Row]]:
    return [
        (
            str(row.model_id),  # type: ignore[attr-defined]
            Row(row.parameter, row.feature, row.segment_id, row.value, row.term),  # type: ignore[attr-defined]
        )
        for row in rows
    ]
