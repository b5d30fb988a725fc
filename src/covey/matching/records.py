"""CRM records in a database in memory, standardised to be compared."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Sequence

import duckdb
import pandas as pd
import pyarrow as pa

from covey.matching.model import FIELDS, KEY

PLACEHOLDER_RECORDS, PLACEHOLDER_TIMES = 100, 20
"""When a birth date, e-mail address or telephone number is nobody's."""


def check_records(records: pd.DataFrame | pa.Table) -> list[str]:
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


STANDARD = {
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
def database(
    records: pd.DataFrame | pa.Table, fields: Sequence[str]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database in memory with the standardised records, and close it in the end."""
    table = (
        records.select([KEY, *fields])
        if isinstance(records, pa.Table)
        else pa.Table.from_pandas(records[[KEY, *fields]], preserve_index=False)
    )
    columns = [
        f"nullif(trim({STANDARD[field].format(f'cast({field} as varchar)')}), '') as {field}"
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


def count_records(connection: duckdb.DuckDBPyConnection) -> int:
    """Count the records."""
    return int(connection.execute("select count(*) from records").fetchall()[0][0])


def filled_fields(records: pd.DataFrame | pa.Table, fields: Sequence[str]) -> tuple[str, ...]:
    """Return the fields that are not blank throughout."""
    counts = ", ".join(f"count(nullif(trim(cast({field} as varchar)), ''))" for field in fields)
    with duckdb.connect(":memory:") as connection:
        connection.register("given", records)
        found = connection.execute(f"select {counts} from given").fetchall()[0]
    return tuple(field for field, count in zip(fields, found, strict=True) if count)


def used_fields(connection: duckdb.DuckDBPyConnection, fields: Sequence[str]) -> tuple[str, ...]:
    """Return the fields that any record has a value of, now that they are standardised."""
    counts = connection.execute(
        f"select {', '.join(f'count({field})' for field in fields)} from records"
    ).fetchall()[0]
    return tuple(field for field, count in zip(fields, counts, strict=True) if count)
