"""The model of a matching: its comparisons, its parameters, and both as rows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

KEY = "record_id"


FIELDS = (
    "first_name",
    "last_name",
    "birth_date",
    "email",
    "phone",
    "address",
    "city",
    "postal_code",
)


PARAMETER_TYPES = {
    "matching": "str",
    "parameter": "str",
    "name": "str",
    "level": "int64",
    "label": "str",
    "sql_condition": "str",
    "probability": "float64",
    "m": "float64",
    "u": "float64",
    "match_weight": "float64",
    "m_source": "str",
    "u_source": "str",
    "term_frequency_column": "str",
    "term_frequency_weight": "float64",
    "pair_count": "Int64",
    "left_out_pair_count": "Int64",
    "record_count": "int64",
    "settings_key": "str",
    "fitted_at_date": "date32[day][pyarrow]",
}


MATCH_TYPES = {
    "record_id_a": "str",
    "record_id_b": "str",
    "match_probability": "float64",
    "match_weight": "float64",
    "evidence": "str",
}


BLOCK_TYPES = {
    "rule": "str",
    "record_count": "int64",
    "block_count": "int64",
    "pair_count": "int64",
    "largest_block": "int64",
    "left_out_block_count": "int64",
    "left_out_pair_count": "int64",
}


COMPARED_TYPES = {
    "matching": "string",
    "record_id_a": "string",
    "record_id_b": "string",
    "record_hash": "string",
    "match_probability": "double",
    "match_weight": "double",
    "evidence": "string",
    "model_key": "string",
}
PARAMETER_COLUMNS = tuple(PARAMETER_TYPES)


MATCH_COLUMNS = tuple(MATCH_TYPES)


BLOCK_COLUMNS = tuple(BLOCK_TYPES)
COMPARED_COLUMNS = tuple(COMPARED_TYPES)


MATCHING = "customers"
"""What the parameters are of; one value, so that a new fit replaces the old one."""


PRIOR, COMPARISON, BLOCKING = "prior", "comparison", "blocking rule"


TRAINED, DEFAULT, BOUNDED = "trained", "default", "bounded"


@dataclass(frozen=True, slots=True)
class MatchingSettings:
    """What a fit and the search for pairs are held to.

    Parameters
    ----------
    least_records
        With fewer records nothing is estimated, and names are not weighed by how frequent they are.
    least_certain_pairs
        With fewer pairs to learn from nothing is estimated either.
    max_block_records
        A value that more records share makes no pairs: b records make b (b - 1) / 2.
    max_pairs_per_record, free_pairs
        A rule that would bring the pairs above so many times the records is left out, unless they
        are few in all.
    prior_recall
        Share of the pairs of one person that `CERTAIN_PAIRS` are taken to find.
    prior_records
        Records, beyond as many a sample, whose pairs the prior is estimated on.
    sample_pairs
        Pairs that u, and pairs of a pass that m, is estimated on.
    least_m, least_u, least_u_of_share
        No estimate goes below, so that no level is proof against all the others; the last is the
        share of a level among random pairs that u keeps, however many are put down to one person.
    """

    least_records: int = 100
    least_certain_pairs: int = 10
    max_block_records: int = 100
    max_pairs_per_record: int = 10
    free_pairs: int = 1_000_000
    prior_recall: float = 0.7
    prior_records: int = 20_000
    sample_pairs: int = 1_000_000
    least_m: float = 0.0005
    least_u: float = 1e-6
    least_u_of_share: float = 0.1


DEFAULT_SETTINGS = MatchingSettings()


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a comparison, with the parameters it has where none can be estimated.

    `needs` are the fields that its condition reads.
    """

    label: str
    condition: str
    m: float
    u: float
    needs: tuple[str, ...]
    term_frequency: str | None = None


def _similar(column: str, least: float) -> str:
    return f"jaro_winkler_similarity({column}_l, {column}_r) >= {least}"


def _name_levels(name: str) -> tuple[Level, ...]:
    return (
        Level("equal", f"{name}_l = {name}_r", 0.80, 0.006, (name,), name),
        Level("very similar", _similar(name, 0.92), 0.10, 0.004, (name,)),
        Level("similar", _similar(name, 0.8), 0.05, 0.02, (name,)),
        Level("different", "else", 0.05, 0.97, (name,)),
    )


SWAPPED = "first_name_l = last_name_r and last_name_l = first_name_r"


_SIMILAR_ADDRESS = (
    "(jaro_winkler_similarity(address_l, address_r) >= 0.92"
    " or levenshtein(address_l, address_r) <= 2)"
)


COMPARISONS: dict[str, tuple[Level, ...]] = {
    "first_name": (
        Level("swapped with last name", SWAPPED, 0.01, 0.00005, ("first_name", "last_name")),
        *_name_levels("first_name"),
    ),
    # Null where the names are swapped: that is one mistake and counts with the first name.
    "last_name": _name_levels("last_name"),
    "birth_date": (
        Level("equal", "birth_date_l = birth_date_r", 0.88, 0.0001, ("birth_date",), "birth_date"),
        Level("day and month swapped", "birth_key_l = birth_key_r", 0.03, 0.0001, ("birth_date",)),
        Level(
            "one character differs",
            "levenshtein(birth_date_l, birth_date_r) <= 1",
            0.05,
            0.002,
            ("birth_date",),
        ),
        Level(
            "two characters differ",
            "levenshtein(birth_date_l, birth_date_r) <= 2",
            0.02,
            0.015,
            ("birth_date",),
        ),
        Level("different", "else", 0.02, 0.9828, ("birth_date",)),
    ),
    "email": (
        Level("equal", "email_l = email_r", 0.70, 0.0001, ("email",), "email"),
        Level(
            "one or two characters differ",
            "levenshtein(email_l, email_r) <= 2",
            0.08,
            0.0001,
            ("email",),
        ),
        Level("equal before the @", "email_name_l = email_name_r", 0.07, 0.0002, ("email",)),
        Level("different", "else", 0.15, 0.9996, ("email",)),
    ),
    "phone": (
        Level("equal", "phone_l = phone_r", 0.70, 0.0001, ("phone",), "phone"),
        Level(
            "one digit differs",
            "levenshtein(phone_l, phone_r) <= 1",
            0.05,
            0.0001,
            ("phone",),
        ),
        Level(
            "two digits differ",
            "levenshtein(phone_l, phone_r) <= 2",
            0.03,
            0.0003,
            ("phone",),
        ),
        Level("different", "else", 0.22, 0.9995, ("phone",)),
    ),
    # One comparison, not three: who shares a street shares the city, and counting both would make
    # one person of any two neighbours.
    "address": (
        Level("same address and place", "home_l = home_r", 0.60, 0.0002, ("address",), "home"),
        Level(
            "similar address, same postal code",
            f"postal_code_l = postal_code_r and {_SIMILAR_ADDRESS}",
            0.10,
            0.0005,
            ("address", "postal_code"),
        ),
        Level(
            "similar address, same city",
            f"city_l = city_r and {_SIMILAR_ADDRESS}",
            0.04,
            0.0005,
            ("address", "city"),
        ),
        Level("similar address", _SIMILAR_ADDRESS, 0.04, 0.002, ("address",)),
        Level(
            "same postal code",
            "postal_code_l = postal_code_r",
            0.05,
            0.005,
            ("postal_code",),
            "postal_code",
        ),
        Level("same city", "city_l = city_r", 0.05, 0.03, ("city",), "city"),
        Level(
            "similar postal code",
            "levenshtein(postal_code_l, postal_code_r) <= 1",
            0.02,
            0.02,
            ("postal_code",),
        ),
        Level("similar city", _similar("city", 0.88), 0.02, 0.01, ("city",)),
        Level("different", "else", 0.08, 0.9318, ("address", "city", "postal_code")),
    ),
}
"""Comparison -> its levels; a pair is in the first whose condition holds, in none where null."""


BLOCKING_RULES: tuple[tuple[str, ...], ...] = (
    ("email",),
    ("phone",),
    ("name_key", "birth_key"),
    ("first_name", "birth_key"),
    ("last_name", "birth_key"),
    ("home", "last_name"),
    ("home", "first_name"),
    ("name_key",),
    ("last_name", "postal_code"),
    ("first_name", "postal_code"),
    ("last_name", "city"),
    ("first_name", "city"),
    ("email_name",),
    ("birth_key",),
    ("home",),
)
"""Pairs are compared that share all columns of one of them; the sharpest first."""


DERIVED = {
    "name_key": ("first_name", "last_name"),
    "birth_key": ("birth_date",),
    "email_name": ("email",),
    "home": ("address",),
}
"""Column made for comparing -> the fields without which there is none."""


TRAINING_PASSES = (
    ("first_name", "last_name"),
    ("birth_date",),
    ("email",),
    ("phone",),
    ("last_name", "postal_code"),
    ("last_name", "city"),
)


CERTAIN_PAIRS = (
    ("first_name", "last_name", "birth_date"),
    ("first_name", "last_name", "email"),
    ("first_name", "birth_date", "email"),
    ("last_name", "birth_date", "email"),
    ("first_name", "last_name", "phone"),
    ("first_name", "last_name", "home"),
    ("birth_date", "home", "last_name"),
)
"""Who agrees in all columns of one of them is one person, for estimating the prior."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A level with what was found for it."""

    level: Level
    m: float
    u: float
    m_source: str = DEFAULT
    u_source: str = DEFAULT


@dataclass(frozen=True, slots=True)
class Model:
    """The prior and the parameters of each comparison, the most similar level first."""

    prior: float
    comparisons: dict[str, tuple[Parameter, ...]]
    prior_source: str = DEFAULT


def default_comparisons(used: Sequence[str]) -> dict[str, tuple[Parameter, ...]]:
    """Return the comparisons that the fields allow, with default parameters."""
    comparisons = {}
    for name, levels in COMPARISONS.items():
        possible = [
            level
            for level in levels
            if set(level.needs) <= set(used)
            or (level.condition == "else" and set(level.needs) & set(used))
        ]
        if len(possible) > 1:
            # Shares of levels that are not possible go to the rest in proportion.
            all_m = sum(level.m for level in possible)
            all_u = sum(level.u for level in possible)
            comparisons[name] = tuple(
                Parameter(level, level.m / all_m, level.u / all_u) for level in possible
            )
    return comparisons


def restricted(model: Model, used: Sequence[str]) -> Model:
    """Return the model without what the records have no values for."""
    return replace(
        model,
        comparisons={
            name: parameters
            for name, parameters in model.comparisons.items()
            if set(parameters[-1].level.needs) & set(used)
        },
    )


def without_term_frequencies(model: Model) -> Model:
    """Return the model with frequent and rare values alike."""
    return replace(
        model,
        comparisons={
            name: tuple(
                replace(parameter, level=replace(parameter.level, term_frequency=None))
                for parameter in parameters
            )
            for name, parameters in model.comparisons.items()
        },
    )


def available(columns: Sequence[str], used: Sequence[str]) -> bool:
    """Say whether the records have what the columns are made of."""
    needs = {field for column in columns for field in DERIVED.get(column, (column,))}
    return needs <= set(used)


def applicable(
    rules: Sequence[tuple[str, ...]], used: Sequence[str]
) -> tuple[tuple[str, ...], ...]:
    """Return the rules that the records have the columns for."""
    return tuple(rule for rule in rules if available(rule, used))


def default_prior(count: int) -> float:
    """One record in twenty has a double: .05 n of n (n - 1) / 2 pairs."""
    return min(0.1 / max(count - 1, 1), 0.05)


def equal(columns: Sequence[str]) -> str:
    """Write the SQL of two records that share the columns."""
    return " and ".join(f"l.{column} = r.{column}" for column in columns)


def rounded(value: float) -> float:
    """Twelve digits: the last ones depend on the processor."""
    return float(f"{value:.12g}")


def as_rows(
    model: Model,
    blocks: Mapping[tuple[str, ...], Mapping[str, Any]],
    count: int,
    key: str,
    fitted_at_date: date | None,
) -> pd.DataFrame:
    """Write the model and the blocking rules, with what they compare, as `PARAMETER_TYPES`."""
    rows: list[dict[str, Any]] = [
        {
            "parameter": PRIOR,
            "name": PRIOR,
            "probability": model.prior,
            "match_weight": math.log2(model.prior / (1 - model.prior)),
            "m_source": model.prior_source,
        }
    ]
    rows += [
        {
            "parameter": COMPARISON,
            "name": name,
            "level": place,
            "label": parameter.level.label,
            "sql_condition": parameter.level.condition,
            "m": parameter.m,
            "u": parameter.u,
            "match_weight": math.log2(parameter.m / parameter.u),
            "m_source": parameter.m_source,
            "u_source": parameter.u_source,
            "term_frequency_column": parameter.level.term_frequency,
            "term_frequency_weight": 1.0 if parameter.level.term_frequency else None,
        }
        for name, parameters in model.comparisons.items()
        for place, parameter in enumerate(parameters, start=1)
    ]
    rows += [
        {
            "parameter": BLOCKING,
            "name": " and ".join(rule),
            "level": place,
            "sql_condition": block["rule"],
            "pair_count": block["pair_count"],
            "left_out_pair_count": block["left_out_pair_count"],
        }
        for place, (rule, block) in enumerate(blocks.items(), start=1)
    ]
    shared = {
        "level": 0,
        "matching": MATCHING,
        "record_count": count,
        "settings_key": key,
        "fitted_at_date": fitted_at_date,
    }
    frame = pd.DataFrame([{**shared, **row} for row in rows], columns=list(PARAMETER_TYPES))
    frame = frame.sort_values(["parameter", "name", "level"], ignore_index=True)
    return frame.astype(PARAMETER_TYPES)


def from_rows(parameters: pd.DataFrame) -> tuple[Model, tuple[tuple[str, ...], ...]]:
    """Rebuild the model and the blocking rules."""
    missing = [column for column in PARAMETER_TYPES if column not in parameters.columns]
    if missing:
        raise ValueError(
            f"parameters lack the columns {missing}; they have {list(parameters.columns)}"
        )
    priors = parameters.loc[parameters["parameter"] == PRIOR]
    if len(priors) != 1:
        raise ValueError(f"parameters need 1 row of the prior, they have {len(priors)}")
    comparisons: dict[str, tuple[Parameter, ...]] = {}
    levels = parameters.loc[parameters["parameter"] == COMPARISON].sort_values("level")
    for name in COMPARISONS:
        known = {level.label: level for level in COMPARISONS[name]}
        mine = levels.loc[levels["name"] == name]
        if len(mine):
            comparisons[name] = tuple(
                Parameter(
                    level=replace(
                        known[row["label"]],
                        condition=row["sql_condition"],
                        term_frequency=(
                            None
                            if pd.isna(row["term_frequency_column"])
                            else row["term_frequency_column"]
                        ),
                    ),
                    m=float(row["m"]),
                    u=float(row["u"]),
                )
                for row in mine.to_dict("records")
            )
    rules = parameters.loc[parameters["parameter"] == BLOCKING].sort_values("level")["name"]
    return (
        Model(float(priors["probability"].iloc[0]), comparisons),
        tuple(tuple(str(rule).split(" and ")) for rule in rules),
    )
