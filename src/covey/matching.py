"""Which CRM records are one person though no identifier of theirs is equal: probabilistic matching.

The model is that of Fellegi and Sunter (1969), "A theory for record linkage", Journal of the
American Statistical Association 64: each comparison of a pair (first names, birth dates, ...) falls
into a level; m is the share of the level among pairs of one person, u among pairs of two, and
log2(m / u) is its weight. The weights and the prior add up to the match weight, w; the probability
is 2^w / (1 + 2^w). Similarity of names is that of Winkler (1990), "String comparator metrics and
enhanced decision rules in the Fellegi-Sunter model of record linkage". Estimation and scoring are
those of Splink: Linacre, Lindsay, Manassis, Slade and Hepworth (2022), "Splink: free software for
probabilistic record linkage at scale", International Journal of Population Data Science 7(3).

Splink runs in a DuckDB of its own in memory. What it makes there, copies of personal data among it,
is gone when a function returns.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink import __version__ as splink_version
from splink.internals.blocking_rule_creator import BlockingRuleCreator
from splink.internals.comparison_creator import ComparisonCreator
from splink.internals.exceptions import EMTrainingException

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
PARAMETER_COLUMNS = tuple(PARAMETER_TYPES)
MATCH_COLUMNS = tuple(MATCH_TYPES)
BLOCK_COLUMNS = tuple(BLOCK_TYPES)

PLACEHOLDER_RECORDS, PLACEHOLDER_TIMES = 100, 20
"""When a birth date, e-mail address or telephone number is nobody's."""

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
    max_pairs_per_record
        A rule that would bring the pairs above so many times the records is left out.
    prior_recall
        Share of the pairs of one person that `_CERTAIN_PAIRS` are taken to find.
    sample_pairs
        Pairs that u, and pairs of a pass that m, is estimated on.
    least_m, least_u, least_u_of_share
        No estimate goes below, so that no level is proof against all the others; the last is the
        share of a level among random pairs that u keeps, however many are put down to one person.
    """

    least_records: int = 100
    least_certain_pairs: int = 10
    max_block_records: int = 100
    max_pairs_per_record: int = 100
    prior_recall: float = 0.7
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


_SWAPPED = "first_name_l = last_name_r and last_name_l = first_name_r"
_SIMILAR_ADDRESS = (
    "(jaro_winkler_similarity(address_l, address_r) >= 0.92"
    " or levenshtein(address_l, address_r) <= 2)"
)
COMPARISONS: dict[str, tuple[Level, ...]] = {
    "first_name": (
        Level("swapped with last name", _SWAPPED, 0.01, 0.00005, ("first_name", "last_name")),
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

_TRAINING_PASSES = (
    ("first_name", "last_name"),
    ("birth_date",),
    ("email",),
    ("phone",),
    ("last_name", "postal_code"),
    ("last_name", "city"),
)
_CERTAIN_PAIRS = (
    ("first_name", "last_name", "birth_date"),
    ("first_name", "last_name", "email"),
    ("first_name", "birth_date", "email"),
    ("last_name", "birth_date", "email"),
    ("first_name", "last_name", "phone"),
    ("first_name", "last_name", "home"),
    ("birth_date", "home", "last_name"),
)
"""Who agrees in all columns of one of them is one person, for estimating the prior."""


def fit_matching(
    records: pd.DataFrame | pa.Table,
    *,
    random_state: int = 0,
    fitted_at_date: date | None = None,
    previous: pd.DataFrame | None = None,
    settings: MatchingSettings = DEFAULT_SETTINGS,
) -> pd.DataFrame:
    """Estimate the parameters of the matching of CRM records.

    1. The prior, to begin with: pairs that agree in enough to be certain, divided by the share of
       all pairs of one person they are taken to be (`prior_recall`).
    2. u of each level: its share among random pairs, less what the pairs of one person put in.
    3. m: by expectation maximisation with u held, over the pairs that share their names and those
       that share their birth date (or the next two of e-mail, phone, name and place); a level
       seen in both passes has the median of both.
    4. The prior: the share of all pairs that the model expects to be of one person. Then 2 to 4
       once more with what they found.

    What cannot be estimated (the level was never seen, the records are too few, no pass has a pair)
    has the default of `COMPARISONS`, and its source says so.

    Parameters
    ----------
    records
        record_id (unique text) and any of `FIELDS`, as text; birth_date also as a date. In any
        order. A field that is absent or empty throughout is not compared.
    random_state
        Changes which pairs are sampled.
    fitted_at_date
        Day that is written to parameters estimated now.
    previous
        What an earlier call returned. Returned as it is, if it was trained on the same fields with
        the same settings and random state: whoever was compared once is compared alike tomorrow.

    Returns
    -------
    DataFrame
        `PARAMETER_COLUMNS`. One row for the prior (`probability`: that two random records are one
        person), one for each level of each comparison, from 1, the most similar, on (`m`, `u`:
        shares of the level among pairs of one person, and of two; `match_weight`: log2(m / u);
        `term_frequency_column`: how frequent its value is replaces u), and one for each blocking
        rule (`sql_condition`: what a pair shares). m_source and u_source (of the prior: m_source)
        are trained, default, or bounded, where an estimate was moved to the bound of the settings.

    Raises
    ------
    ValueError
        If the records are not as declared.
    """
    fields = _check(records)
    with _database(records, fields) as connection:
        used = _used_fields(connection, fields)
        key = _settings_key(used, random_state, settings)
        if previous is not None and _holds(previous, key):
            kept = previous.loc[previous["settings_key"] == key, list(PARAMETER_TYPES)]
            order = ["parameter", "name", "level"]
            return kept.sort_values(order, ignore_index=True).astype(PARAMETER_TYPES)
        comparisons = _comparisons(used)
        count = _count(connection)
        model = _Model(_default_prior(count), comparisons)
        if count >= settings.least_records and comparisons:
            model = _estimate(connection, model, used, random_state, settings)
    return _as_rows(model, used, count, key, fitted_at_date)


def match_records(
    records: pd.DataFrame | pa.Table,
    parameters: pd.DataFrame,
    *,
    least_probability: float,
    settings: MatchingSettings = DEFAULT_SETTINGS,
) -> pd.DataFrame:
    """Find the pairs of records that are one person with at least a probability.

    Only pairs that share a blocking rule are compared; `count_blocks` says what is not.

    Parameters
    ----------
    records
        As in `fit_matching`, with the same fields or others: what the parameters know and the
        records have is compared.
    parameters
        What `fit_matching` returned.
    least_probability
        0..1.

    Returns
    -------
    DataFrame
        `MATCH_TYPES`, by record ids. record_id_a < record_id_b by code point. match_weight is in
        bits. evidence is JSON: a list that begins with the prior and goes on with the comparisons,
        each with `comparison`, `level` (null where a record has no value), `weight` (log2 of the
        Bayes factor) and `term_frequency_weight` (what the value being rare adds, or being common
        takes away). All of them add up to match_weight. It quotes no value of a record.

    Raises
    ------
    ValueError
        If the records or the parameters are not as declared.
    """
    if not 0 <= least_probability <= 1:
        raise ValueError(f"least_probability must be from 0 to 1, got {least_probability}")
    fields = _check(records)
    model, rules = _from_rows(parameters)
    with _database(records, fields) as connection:
        used = _used_fields(connection, fields)
        model, rules = _restricted(model, used), _applicable(rules, used)
        count = _count(connection)
        if count < 2 or not model.comparisons or not rules:
            return pd.DataFrame(columns=list(MATCH_TYPES)).astype(MATCH_TYPES)
        if count < settings.least_records:
            # Among few records every value is frequent: two of ten would count as common.
            model = _without_term_frequencies(model)
        scored = _score(connection, model, rules, least_probability, settings)
        if scored is None:
            return pd.DataFrame(columns=list(MATCH_TYPES)).astype(MATCH_TYPES)
        found = connection.sql(
            f"""
            select
                {KEY}_l as record_id_a,
                {KEY}_r as record_id_b,
                match_probability,
                match_weight,
                {_evidence_sql(model)} as evidence
            from {scored}
            order by record_id_a, record_id_b
            """
        ).df()
    typed: pd.DataFrame = found.astype(MATCH_TYPES)
    return typed


def count_blocks(
    records: pd.DataFrame | pa.Table,
    parameters: pd.DataFrame,
    *,
    settings: MatchingSettings = DEFAULT_SETTINGS,
) -> pd.DataFrame:
    """Count what each blocking rule compares, and what it does not because it would be too much.

    Returns
    -------
    DataFrame
        `BLOCK_TYPES`, one row per blocking rule that the records have the columns for, in the order
        in which they are taken. A block are the records that share the columns of the rule;
        pairs that share several rules count in each. left_out_pair_count: pairs of blocks of more
        than `max_block_records`, or of a rule beyond `max_pairs_per_record`; many of them share a
        sharper rule and are compared by that.
    """
    fields = _check(records)
    _, rules = _from_rows(parameters)
    with _database(records, fields) as connection:
        rules = _applicable(rules, _used_fields(connection, fields))
        rows = _make_blocks(connection, rules, settings).values()
    return pd.DataFrame(list(rows), columns=list(BLOCK_TYPES)).astype(BLOCK_TYPES)


@dataclass(frozen=True, slots=True)
class _Parameter:
    """A level with what was found for it."""

    level: Level
    m: float
    u: float
    m_source: str = DEFAULT
    u_source: str = DEFAULT


@dataclass(frozen=True, slots=True)
class _Model:
    prior: float
    comparisons: dict[str, tuple[_Parameter, ...]]
    prior_source: str = DEFAULT


def _check(records: pd.DataFrame | pa.Table) -> list[str]:
    """Return the fields that the records have."""
    columns = list(records.column_names if isinstance(records, pa.Table) else records.columns)
    if KEY not in columns:
        raise ValueError(f"records lack the column {KEY!r}; they have {columns}")
    fields = [field for field in FIELDS if field in columns]
    if not fields:
        raise ValueError(f"records need at least one of {list(FIELDS)}; they have {columns}")
    ids = (records[KEY].to_pandas() if isinstance(records, pa.Table) else records[KEY]).astype(
        "str"
    )
    if nulls := int(ids.isna().sum()):
        raise ValueError(f"{nulls} of {len(ids)} records have a null {KEY}")
    if repeated := int(ids.duplicated().sum()):
        raise ValueError(f"{repeated} of {len(ids)} records repeat the {KEY} of another")
    return fields


_WORDS = r"regexp_replace(lower(strip_accents({0})), '[^\p{{L}}\p{{N}}]+', ' ', 'g')"
_STANDARD = {
    "first_name": _WORDS,
    "last_name": _WORDS,
    "birth_date": "left({0}, 10)",
    "email": "lower({0})",
    "phone": "regexp_replace({0}, '[^0-9+]', '', 'g')",
    "address": _WORDS,
    "city": _WORDS,
    "postal_code": r"regexp_replace(upper({0}), '[^\p{{L}}\p{{N}}]+', '', 'g')",
}


@contextlib.contextmanager
def _database(
    records: pd.DataFrame | pa.Table, fields: Sequence[str]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database in memory with the standardised records, and close it in the end."""
    table = (
        records.select([KEY, *fields])
        if isinstance(records, pa.Table)
        else pa.Table.from_pandas(records[[KEY, *fields]], preserve_index=False)
    )
    columns = [
        f"nullif(trim({_STANDARD[field].format(f'cast({field} as varchar)')}), '') as {field}"
        if field in fields
        else f"cast(null as varchar) as {field}"
        for field in FIELDS
    ]
    with duckdb.connect(":memory:") as connection, _quiet_splink():
        connection.register("given", table)
        connection.execute(
            f"""
            create table standardised as
            select cast({KEY} as varchar) as {KEY}, {", ".join(columns)}
            from given
            """
        )
        for field in ("birth_date", "email", "phone"):
            connection.execute(_without_placeholders(field))
        connection.unregister("given")
        connection.execute(
            f"""
            create table records as
            select
                *,
                case
                    when first_name is not null and last_name is not null
                        then least(first_name, last_name) || ' ' || greatest(first_name, last_name)
                end as name_key,
                left(birth_date, 4)
                    || least(substr(birth_date, 6, 2), substr(birth_date, 9))
                    || greatest(substr(birth_date, 6, 2), substr(birth_date, 9)) as birth_key,
                -- Two people of one name have such addresses, too.
                case
                    when
                        length(regexp_replace(split_part(email, '@', 1), '[^0-9]', '', 'g')) > 1
                        or not coalesce({_made_of_name("split_part(email, '@', 1)")}, false)
                        then nullif(split_part(email, '@', 1), '')
                end as email_name,
                address || ', ' || coalesce(postal_code, city) as home
            from standardised
            order by {KEY}
            """
        )
        connection.execute("drop table standardised")
        yield connection


@contextlib.contextmanager
def _quiet_splink() -> Iterator[None]:
    """Keep Splink from logging what the sources of the parameters say, too."""
    logger = logging.getLogger("splink")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def _made_of_name(local: str) -> str:
    """Write the SQL that asks if a local part is no more than the name of who has it."""
    letters = f"regexp_replace(strip_accents({local}), '[^\\p{{L}}]+', '', 'g')"
    names = ("first_name || last_name", "last_name || first_name", "last_name", "first_name")
    initial = "left(first_name, 1) || last_name"
    return " or ".join(
        f"jaro_winkler_similarity({letters}, {name}) >= 0.9" for name in (*names, initial)
    )


def _without_placeholders(field: str) -> str:
    """Write the SQL that takes away values like 1900-01-01, which say that nothing is known.

    A value is one if more than `PLACEHOLDER_RECORDS` records share it and it has more than
    `PLACEHOLDER_TIMES` times the records of the mean value.
    """
    return f"""
        update standardised set {field} = null
        where {field} in (
            select {field}
            from (select {field}, count(*) as n from standardised group by {field})
            where {field} is not null
            qualify n > greatest({PLACEHOLDER_RECORDS}, {PLACEHOLDER_TIMES} * avg(n) over ())
        )
    """


def _count(connection: duckdb.DuckDBPyConnection) -> int:
    return int(connection.execute("select count(*) from records").fetchall()[0][0])


def _used_fields(connection: duckdb.DuckDBPyConnection, fields: Sequence[str]) -> tuple[str, ...]:
    """Return the fields that any record has a value of."""
    counts = connection.execute(
        f"select {', '.join(f'count({field})' for field in fields)} from records"
    ).fetchall()[0]
    return tuple(field for field, count in zip(fields, counts, strict=True) if count)


def _settings_key(used: Sequence[str], random_state: int, settings: MatchingSettings) -> str:
    """SHA-256 of all that parameters follow from, the records aside."""
    parts = (splink_version, COMPARISONS, BLOCKING_RULES, _TRAINING_PASSES, _CERTAIN_PAIRS)
    text = repr((*parts, _STANDARD, tuple(used), random_state, asdict(settings)))
    return hashlib.sha256(text.encode()).hexdigest()


def _holds(previous: pd.DataFrame, key: str) -> bool:
    if previous.empty or not set(PARAMETER_TYPES) <= set(previous.columns):
        return False
    mine = previous.loc[(previous["settings_key"] == key) & (previous["parameter"] == COMPARISON)]
    return bool((mine["m_source"] == TRAINED).any())


def _comparisons(used: Sequence[str]) -> dict[str, tuple[_Parameter, ...]]:
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
                _Parameter(level, level.m / all_m, level.u / all_u) for level in possible
            )
    return comparisons


def _restricted(model: _Model, used: Sequence[str]) -> _Model:
    """Return the model without what the records have no values for."""
    return replace(
        model,
        comparisons={
            name: parameters
            for name, parameters in model.comparisons.items()
            if set(parameters[-1].level.needs) & set(used)
        },
    )


def _without_term_frequencies(model: _Model) -> _Model:
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


def _available(columns: Sequence[str], used: Sequence[str]) -> bool:
    needs = {field for column in columns for field in DERIVED.get(column, (column,))}
    return needs <= set(used)


def _applicable(
    rules: Sequence[tuple[str, ...]], used: Sequence[str]
) -> tuple[tuple[str, ...], ...]:
    return tuple(rule for rule in rules if _available(rule, used))


def _default_prior(count: int) -> float:
    """One record in twenty has a double: .05 n of n (n - 1) / 2 pairs."""
    return min(0.1 / max(count - 1, 1), 0.05)


def _equal(columns: Sequence[str]) -> str:
    return " and ".join(f"l.{column} = r.{column}" for column in columns)


def _make_blocks(
    connection: duckdb.DuckDBPyConnection,
    rules: Sequence[tuple[str, ...]],
    settings: MatchingSettings,
) -> dict[str, dict[str, Any]]:
    """Write the blocks of each rule to a column of `blocked`; count them.

    The column is null where a record has no value, or shares it with too many.
    """
    most = settings.max_block_records
    left = settings.max_pairs_per_record * _count(connection)
    blocks: dict[str, dict[str, Any]] = {}
    columns = []
    for number, rule in enumerate(rules):
        named = ", ".join(rule)
        known = " and ".join(f"{column} is not null" for column in rule)
        counts = connection.execute(
            f"""
            with blocks as (select count(*) as n from records where {known} group by {named})
            select
                coalesce(sum(n), 0),
                count(*),
                coalesce(sum(n * (n - 1) // 2) filter (where n <= {most}), 0),
                coalesce(max(n), 0),
                count(*) filter (where n > {most}),
                coalesce(sum(n * (n - 1) // 2) filter (where n > {most}), 0)
            from blocks
            """
        ).fetchall()[0]
        row: dict[str, Any] = dict(zip(BLOCK_TYPES, (_equal(rule), *map(int, counts)), strict=True))
        if row["pair_count"] > left:
            row["left_out_block_count"] = row["block_count"]
            row["left_out_pair_count"] += row["pair_count"]
            row["pair_count"] = 0
        left -= row["pair_count"]
        blocks[f"block_{number}"] = row
        columns.append(
            f"""
            case
                when {known} and count(*) over (partition by {named}) <= {most}
                    then concat_ws('|', {named})
            end as block_{number}
            """
            if row["pair_count"]
            else f"cast(null as varchar) as block_{number}"
        )
    listed = "".join(f", {column}" for column in columns)
    connection.execute(
        f"create or replace table blocked as select *{listed} from records order by {KEY}"
    )
    return blocks


def _linker(
    connection: duckdb.DuckDBPyConnection,
    model: _Model,
    blocks: Sequence[str] = (),
    *,
    table: str = "records",
    with_u: bool = False,
) -> Linker:
    """Make a Splink model; without blocks one to estimate, so without parameters, or with u."""
    comparisons: list[ComparisonCreator | dict[str, Any]] = []
    for name, parameters in model.comparisons.items():
        levels: list[dict[str, Any]] = [
            {
                "sql_condition": _null_condition(name, model),
                "label_for_charts": "no value",
                "is_null_level": True,
            }
        ]
        for parameter in parameters:
            level: dict[str, Any] = {
                "sql_condition": parameter.level.condition,
                "label_for_charts": parameter.level.label,
            }
            if blocks:
                level["m_probability"] = parameter.m
            if blocks or with_u:
                level["u_probability"] = parameter.u
            if parameter.level.term_frequency:
                level |= {
                    "tf_adjustment_column": parameter.level.term_frequency,
                    "tf_adjustment_weight": 1.0,
                    "disable_tf_exact_match_detection": True,
                }
            levels.append(level)
        comparisons.append({"output_column_name": name, "comparison_levels": levels})
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name=KEY,
        probability_two_random_records_match=model.prior,
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=[block_on(block) for block in blocks],
        retain_matching_columns=True,
        retain_intermediate_calculation_columns=True,
        max_iterations=50,
    )
    database = DuckDBAPI(connection)
    return Linker(database.register(table), settings, log_level=None)


def _score(
    connection: duckdb.DuckDBPyConnection,
    model: _Model,
    rules: Sequence[tuple[str, ...]],
    least_probability: float,
    settings: MatchingSettings,
) -> str | None:
    """Score the pairs of the blocks; return the name of the table, None if there is no pair."""
    counts = _make_blocks(connection, rules, settings)
    if left_out := sum(int(row["left_out_pair_count"]) for row in counts.values()):
        logging.getLogger(__name__).warning(
            "%d pairs of too large blocks are not compared by their rule", left_out
        )
    blocks = [name for name, row in counts.items() if row["pair_count"]]
    if not blocks:
        return None
    linker = _linker(connection, model, blocks, table="blocked")
    scored = linker.inference.predict(
        threshold_match_probability=least_probability or None, warning_mode="never"
    )
    return str(scored.physical_name)


def _null_condition(name: str, model: _Model) -> str:
    parameters = model.comparisons[name]
    if name == "last_name" and "first_name" in model.comparisons:
        return f"last_name_l is null or last_name_r is null or ({_SWAPPED})"
    if name != "address":
        return f"{name}_l is null or {name}_r is null"
    fields = {field for parameter in parameters[:-1] for field in parameter.level.needs}
    ordered = [field for field in FIELDS if field in fields]
    return " and ".join(f"({field}_l is null or {field}_r is null)" for field in ordered)


def _estimate(
    connection: duckdb.DuckDBPyConnection,
    model: _Model,
    used: Sequence[str],
    random_state: int,
    settings: MatchingSettings,
) -> _Model:
    prior = _certain_prior(connection, model, used, settings)
    if prior is None:
        return model
    model = replace(model, prior=prior, prior_source=TRAINED)
    shares = _random_shares(connection, model, random_state, settings)
    # From here on sums of floats: one thread adds them in the same order on any machine.
    connection.execute("set threads = 1")
    # The second time with what the first has found: u needs the prior and m, and they need u.
    for _ in range(2):
        model = _with_u(model, shares, settings)
        model = _with_m(connection, model, used, settings)
        model = _with_expected_prior(connection, model, used, settings)
    return model


def _certain_prior(
    connection: duckdb.DuckDBPyConnection,
    model: _Model,
    used: Sequence[str],
    settings: MatchingSettings,
) -> float | None:
    """Estimate the prior from pairs that are certain; None if they are too few to learn from."""
    rules: list[str | BlockingRuleCreator] = [
        _equal(columns) for columns in _CERTAIN_PAIRS if _available(columns, used)
    ]
    if not rules:
        return None
    linker = _linker(connection, model)
    try:
        linker.training.estimate_probability_two_random_records_match(
            rules, recall=settings.prior_recall
        )
    except ValueError:
        # Splink refuses more certain pairs than the recall allows: nearly all records are equal.
        return None
    prior = float(linker.misc.save_model_to_json()["probability_two_random_records_match"])
    count = _count(connection)
    certain = prior * settings.prior_recall * count * (count - 1) / 2
    # A hair of room: the number of pairs comes out of a division.
    return _rounded(prior) if prior < 1 and certain > settings.least_certain_pairs - 0.5 else None


def _random_shares(
    connection: duckdb.DuckDBPyConnection,
    model: _Model,
    random_state: int,
    settings: MatchingSettings,
) -> dict[tuple[str, str], float]:
    """Return the share of each level among random pairs."""
    # Sampled here, not by Splink: its hash is another one in another version of DuckDB.
    most = math.isqrt(2 * settings.sample_pairs)
    connection.execute(
        f"""
        create or replace table sampled as
        select * from records order by md5({KEY} || '|{int(random_state)}'), {KEY} limit {most}
        """
    )
    linker = _linker(connection, model, table="sampled")
    linker.training.estimate_u_using_random_sampling(
        max_pairs=settings.sample_pairs, seed=random_state, min_count_per_level=None
    )
    return _found(linker, "u_probability")


def _with_u(
    model: _Model, shares: Mapping[tuple[str, str], float], settings: MatchingSettings
) -> _Model:
    def apart(parameter: _Parameter, share: float) -> _Parameter:
        # Random pairs are a mixture: the prior's part of one person, the rest of two.
        u = (share - model.prior * parameter.m) / (1 - model.prior)
        bound = min(max(u, settings.least_u_of_share * share, settings.least_u), 1.0)
        return replace(parameter, u=_rounded(bound), u_source=TRAINED if bound == u else BOUNDED)

    return _updated(model, shares, apart)


def _with_expected_prior(
    connection: duckdb.DuckDBPyConnection,
    model: _Model,
    used: Sequence[str],
    settings: MatchingSettings,
) -> _Model:
    """Replace the prior by the share of pairs that the model expects to be of one person."""
    count = _count(connection)
    scored = _score(connection, model, _applicable(BLOCKING_RULES, used), 0.001, settings)
    if scored is None:
        return model
    rows = connection.sql(f"select match_probability from {scored}").fetchall()
    # fsum: the same to the last digit in whatever order the pairs come.
    expected = math.fsum(probability for (probability,) in rows) / (count * (count - 1) / 2)
    if not 0 < expected < 1:
        return model
    return replace(model, prior=_rounded(expected), prior_source=TRAINED)


def _with_m(
    connection: duckdb.DuckDBPyConnection,
    model: _Model,
    used: Sequence[str],
    settings: MatchingSettings,
) -> _Model:
    linker = _linker(connection, model, with_u=True)
    blocked: set[str] = set()
    passes = 0
    for columns in _TRAINING_PASSES:
        if passes == 2 or blocked & set(columns) or not _available(columns, used):
            continue
        with contextlib.suppress(EMTrainingException):
            linker.training.estimate_parameters_using_expectation_maximisation(
                _equal(columns),
                estimate_without_term_frequencies=True,
                max_pairs=settings.sample_pairs,
                record_sample_proportion=1.0,
            )
            blocked |= set(columns)
            passes += 1

    def trained(parameter: _Parameter, share: float) -> _Parameter:
        bound = max(share, settings.least_m)
        return replace(
            parameter, m=_rounded(bound), m_source=TRAINED if bound == share else BOUNDED
        )

    return _updated(model, _found(linker, "m_probability"), trained)


def _found(linker: Linker, parameter: str) -> dict[tuple[str, str], float]:
    """Return what Splink estimated by comparison and label; levels never seen are absent."""
    return {
        (comparison["output_column_name"], level["label_for_charts"]): float(level[parameter])
        for comparison in linker.misc.save_model_to_json()["comparisons"]
        for level in comparison["comparison_levels"]
        if parameter in level
    }


def _updated(
    model: _Model,
    found: Mapping[tuple[str, str], float],
    update: Callable[[_Parameter, float], _Parameter],
) -> _Model:
    return replace(
        model,
        comparisons={
            name: tuple(
                update(parameter, found[name, parameter.level.label])
                if (name, parameter.level.label) in found
                else parameter
                for parameter in parameters
            )
            for name, parameters in model.comparisons.items()
        },
    )


def _rounded(value: float) -> float:
    """Twelve digits: the last ones depend on the processor."""
    return float(f"{value:.12g}")


def _evidence_sql(model: _Model) -> str:
    """Write the SQL of the waterfall of a pair: a JSON list of the prior and the comparisons."""
    prior = math.log2(model.prior / (1 - model.prior))
    steps = [_step_sql("'prior'", "cast(null as varchar)", repr(prior), "0.0")]
    for name, parameters in model.comparisons.items():
        # Splink numbers the levels downwards, and says -1 where there is no value.
        labels = " ".join(
            f"when {len(parameters) - 1 - place} then '{parameter.level.label}'"
            for place, parameter in enumerate(parameters)
        )
        frequent = any(parameter.level.term_frequency for parameter in parameters)
        steps.append(
            _step_sql(
                f"'{name}'",
                f"case gamma_{name} {labels} end",
                f"mw_{name}",
                f"mw_tf_adj_{name}" if frequent else "0.0",
            )
        )
    return f"cast(to_json([{', '.join(steps)}]) as varchar)"


def _step_sql(name: str, level: str, weight: str, term_frequency_weight: str) -> str:
    return (
        f"{{'comparison': {name}, 'level': {level}, "
        f"'weight': round(cast({weight} as double), 6), "
        f"'term_frequency_weight': round(cast({term_frequency_weight} as double), 6)}}"
    )


def _as_rows(
    model: _Model, used: Sequence[str], count: int, key: str, fitted_at_date: date | None
) -> pd.DataFrame:
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
            "sql_condition": _equal(rule),
        }
        for place, rule in enumerate(_applicable(BLOCKING_RULES, used), start=1)
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


def _from_rows(parameters: pd.DataFrame) -> tuple[_Model, tuple[tuple[str, ...], ...]]:
    """Rebuild the model and the blocking rules."""
    missing = [column for column in PARAMETER_TYPES if column not in parameters.columns]
    if missing:
        raise ValueError(
            f"parameters lack the columns {missing}; they have {list(parameters.columns)}"
        )
    priors = parameters.loc[parameters["parameter"] == PRIOR]
    if len(priors) != 1:
        raise ValueError(f"parameters need 1 row of the prior, they have {len(priors)}")
    comparisons: dict[str, tuple[_Parameter, ...]] = {}
    levels = parameters.loc[parameters["parameter"] == COMPARISON].sort_values("level")
    for name in COMPARISONS:
        known = {level.label: level for level in COMPARISONS[name]}
        mine = levels.loc[levels["name"] == name]
        if len(mine):
            comparisons[name] = tuple(
                _Parameter(
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
        _Model(float(priors["probability"].iloc[0]), comparisons),
        tuple(tuple(str(rule).split(" and ")) for rule in rules),
    )
