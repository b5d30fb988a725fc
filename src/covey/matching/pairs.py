"""Pairs of records: which are compared, and how probably each is one person."""

from __future__ import annotations

import hashlib
import logging
import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
from splink import DuckDBAPI, Linker, SettingsCreator
from splink.internals.comparison_creator import ComparisonCreator

from covey.matching.model import (
    BLOCK_TYPES,
    COMPARED_TYPES,
    DEFAULT_SETTINGS,
    FIELDS,
    KEY,
    MATCH_TYPES,
    MATCHING,
    SWAPPED,
    MatchingSettings,
    Model,
    applicable,
    equal,
    from_rows,
    restricted,
    without_term_frequencies,
)
from covey.matching.records import check_records, count_records, database, used_fields


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
    _check_probability(least_probability)
    fields = check_records(records)
    with database(records, fields) as connection:
        scored = _score_all(connection, fields, parameters, least_probability, settings)
        if scored is None:
            return pd.DataFrame(columns=list(MATCH_TYPES)).astype(MATCH_TYPES)
        found = connection.sql(f"{scored} order by record_id_a, record_id_b").df()
    typed: pd.DataFrame = found.astype(MATCH_TYPES)
    return typed


def update_matches(
    records: pd.DataFrame | pa.Table,
    parameters: pd.DataFrame,
    *,
    least_probability: float,
    previous: pa.Table | None = None,
    settings: MatchingSettings = DEFAULT_SETTINGS,
) -> pa.Table:
    """Find the pairs as `match_records` does, and compare only what has changed since.

    A pair of two records that are as they were is kept as it is: how frequent its values have
    become meanwhile is seen when one of the two changes, or without `previous`.

    Parameters
    ----------
    records, parameters, least_probability
        As in `match_records`.
    previous
        What an earlier call returned. Of no use if the parameters, the threshold, the fields that
        have values or the settings have changed since.

    Returns
    -------
    Table
        `COMPARED_COLUMNS`: one row per record, with itself (record_id_a = record_id_b) and the hash
        of what it is compared by, and one per pair, as in `match_records`. By record ids. model_key
        is the hash of all that a score follows from, the records aside.

    Raises
    ------
    ValueError
        If the records or the parameters are not as declared.
    """
    _check_probability(least_probability)
    fields = check_records(records)
    with database(records, fields) as connection:
        key = _model_key(connection, fields, parameters, least_probability, settings)
        values = ", ".join(f"coalesce({field}, '')" for field in FIELDS)
        connection.execute(
            f"""
            create table hashed as
            select {KEY}, md5(concat_ws('|', {values})) as record_hash from records
            """
        )
        empty = pa.table(dict.fromkeys(COMPARED_TYPES, pa.array([], pa.string())))
        connection.register("previous_rows", empty if previous is None else previous)
        connection.execute(
            "create table previous as select * from previous_rows where model_key = ?", [key]
        )
        connection.unregister("previous_rows")
        ask(
            connection,
            f"""
            select {KEY} from hashed anti join (
                select record_id_a as {KEY}, record_hash from previous
                where record_id_a = record_id_b
            ) using ({KEY}, record_hash)
            """,
        )
        scored = _score_all(
            connection, fields, parameters, least_probability, settings, only_asked=True
        )
        new = f"union all by name ({scored})" if scored else ""
        return connection.sql(
            f"""
            with unchanged as (select {KEY} from hashed anti join asked using ({KEY})),
            pairs as (
                select record_id_a, record_id_b, match_probability, match_weight, evidence
                from previous
                where
                    record_id_a <> record_id_b
                    and record_id_a in (from unchanged)
                    and record_id_b in (from unchanged)
                {new}
                union all by name
                select {KEY} as record_id_a, {KEY} as record_id_b, record_hash from hashed
            )
            select
                '{MATCHING}' as matching,
                record_id_a,
                record_id_b,
                record_hash,
                cast(match_probability as double) as match_probability,
                cast(match_weight as double) as match_weight,
                evidence,
                '{key}' as model_key
            from pairs
            order by record_id_a, record_id_b
            """
        ).to_arrow_table()


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
    fields = check_records(records)
    _, rules = from_rows(parameters)
    with database(records, fields) as connection:
        rules = applicable(rules, used_fields(connection, fields))
        rows = make_blocks(connection, rules, settings).values()
    return pd.DataFrame(list(rows), columns=list(BLOCK_TYPES)).astype(BLOCK_TYPES)


def _check_probability(least_probability: float) -> None:
    if not 0 <= least_probability <= 1:
        raise ValueError(f"least_probability must be from 0 to 1, got {least_probability}")


def _model_key(
    connection: duckdb.DuckDBPyConnection,
    fields: Sequence[str],
    parameters: pd.DataFrame,
    least_probability: float,
    settings: MatchingSettings,
) -> str:
    """MD5 of all that the score of a pair follows from, the records aside."""
    few = count_records(connection) < settings.least_records
    parts = (used_fields(connection, fields), least_probability, asdict(settings), few)
    levels = parameters.drop(columns=["fitted_at_date", "record_count"])
    ordered = levels.sort_values(["parameter", "name", "level"])
    text = repr(parts) + str(ordered.to_csv(index=False, float_format="%.12g"))
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _score_all(
    connection: duckdb.DuckDBPyConnection,
    fields: Sequence[str],
    parameters: pd.DataFrame,
    least_probability: float,
    settings: MatchingSettings,
    *,
    only_asked: bool = False,
) -> str | None:
    """Score pairs; return the SQL that reads them with the columns `MATCH_TYPES`, None if none."""
    model, rules = from_rows(parameters)
    used = used_fields(connection, fields)
    model, rules = restricted(model, used), applicable(rules, used)
    count = count_records(connection)
    if count < 2 or not model.comparisons or not rules:
        return None
    if count < settings.least_records:
        # Among few records every value is frequent: two of ten would count as common.
        model = without_term_frequencies(model)
    scored = score(connection, model, rules, least_probability, settings, only_asked=only_asked)
    if scored is None:
        return None
    return f"""
        select
            {KEY}_l as record_id_a,
            {KEY}_r as record_id_b,
            match_probability,
            match_weight,
            {evidence_sql(model)} as evidence
        from {scored}
    """


def ask(connection: duckdb.DuckDBPyConnection, record_ids: str) -> None:
    """Say, by SQL, the pairs of which records `score` shall look at with only_asked."""
    connection.execute(f"create or replace table asked as {record_ids}")


def make_blocks(
    connection: duckdb.DuckDBPyConnection,
    rules: Sequence[tuple[str, ...]],
    settings: MatchingSettings,
    *,
    only_asked: bool = False,
) -> dict[str, dict[str, Any]]:
    """Write the block of each record by each rule to a column of `blocked`; count them.

    The column is null where a record has no value, shares it with nobody or with too many. With
    only_asked the blocks without an asked record are left out, and the records that are in none.
    """
    most = settings.max_block_records
    left = max(settings.max_pairs_per_record * count_records(connection), settings.free_pairs)
    blocks: dict[str, dict[str, Any]] = {}
    columns, joins = [], []
    for number, rule in enumerate(rules):
        named = ", ".join(rule)
        known = " and ".join(f"{column} is not null" for column in rule)
        connection.execute(
            f"""
            create or replace temp table keys_{number} as
            select {named}, count(*) as n, row_number() over () as block_{number}
            from records where {known} group by {named}
            """
        )
        counts = connection.execute(
            f"""
            select
                coalesce(sum(n), 0),
                count(*),
                coalesce(sum(n * (n - 1) // 2) filter (where n <= {most}), 0),
                coalesce(max(n), 0),
                count(*) filter (where n > {most}),
                coalesce(sum(n * (n - 1) // 2) filter (where n > {most}), 0)
            from keys_{number}
            """
        ).fetchall()[0]
        row: dict[str, Any] = dict(zip(BLOCK_TYPES, (equal(rule), *map(int, counts)), strict=True))
        if row["pair_count"] > left:
            row["left_out_block_count"] = row["block_count"]
            row["left_out_pair_count"] += row["pair_count"]
            row["pair_count"] = 0
        left -= row["pair_count"]
        blocks[f"block_{number}"] = row
        if row["pair_count"]:
            asked = f"(select {named} from records semi join asked using ({KEY}))"
            having = f"semi join {asked} using ({named})" if only_asked else ""
            columns.append(f"block_{number}")
            joins.append(
                f"""
                left join (
                    select {named}, block_{number} from keys_{number} {having}
                    where n between 2 and {most}
                ) as keys_{number} using ({named})
                """
            )
    listed = "".join(f", {column}" for column in columns)
    somewhere = f"where coalesce({', '.join(['null', *columns])}) is not null" if only_asked else ""
    is_asked = f", {KEY} in (from asked) as is_asked" if only_asked else ""
    connection.execute(
        f"""
        create or replace table blocked as
        select records.*{listed}{is_asked} from records {" ".join(joins)} {somewhere} order by {KEY}
        """
    )
    for number in range(len(rules)):
        connection.execute(f"drop table keys_{number}")
    return blocks


def linker_of(
    connection: duckdb.DuckDBPyConnection,
    model: Model,
    blocks: Sequence[str] = (),
    *,
    table: str = "records",
    with_u: bool = False,
    only_asked: bool = False,
) -> Linker:
    """Make a Splink model; without blocks one to estimate, so without parameters, or with u."""
    is_asked = " and (l.is_asked or r.is_asked)" if only_asked else ""
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
        blocking_rules_to_generate_predictions=[
            {"blocking_rule": f"l.{block} = r.{block}{is_asked}", "sql_dialect": "duckdb"}
            for block in blocks
        ],
        additional_columns_to_retain=["is_asked"] if only_asked else [],
        retain_matching_columns=True,
        retain_intermediate_calculation_columns=True,
        max_iterations=50,
    )
    api = DuckDBAPI(connection)
    linker = Linker(api.register(table), settings, log_level=None)
    if only_asked:
        # How frequent a value is among all, not among those who have a block.
        for column in {p.level.term_frequency for ps in model.comparisons.values() for p in ps}:
            if column:
                connection.execute(
                    f"""
                    create or replace table frequencies_{column} as
                    select {column}, count(*) / sum(count(*)) over () as tf_{column}
                    from records where {column} is not null group by {column}
                    """
                )
                linker.table_management.register_term_frequency_lookup(
                    api.register(f"frequencies_{column}"), column
                )
    return linker


def score(
    connection: duckdb.DuckDBPyConnection,
    model: Model,
    rules: Sequence[tuple[str, ...]],
    least_probability: float,
    settings: MatchingSettings,
    *,
    only_asked: bool = False,
) -> str | None:
    """Score the pairs of the blocks; return the name of the table, None if there is no pair."""
    counts = make_blocks(connection, rules, settings, only_asked=only_asked)
    if left_out := sum(int(row["left_out_pair_count"]) for row in counts.values()):
        logging.getLogger(__name__).warning(
            "%d pairs of too large blocks are not compared by their rule", left_out
        )
    blocks = [name for name, row in counts.items() if row["pair_count"]]
    if not blocks:
        return None
    linker = linker_of(connection, model, blocks, table="blocked", only_asked=only_asked)
    scored = linker.inference.predict(
        threshold_match_probability=least_probability or None, warning_mode="never"
    )
    return str(scored.physical_name)


def _null_condition(name: str, model: Model) -> str:
    parameters = model.comparisons[name]
    if name == "last_name" and "first_name" in model.comparisons:
        return f"last_name_l is null or last_name_r is null or ({SWAPPED})"
    if name != "address":
        return f"{name}_l is null or {name}_r is null"
    fields = {field for parameter in parameters[:-1] for field in parameter.level.needs}
    ordered = [field for field in FIELDS if field in fields]
    return " and ".join(f"({field}_l is null or {field}_r is null)" for field in ordered)


def evidence_sql(model: Model) -> str:
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
