"""Builds of bad rows among clean ones, and what became of them."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
from cases import (
    ADDED_COLUMN,
    CASES,
    CONSEQUENCES,
    DROPPED_COLUMN,
    MARKERS,
    RETYPED,
    SETTINGS,
    TEMPLATES,
    TYPED_TEMPLATES,
    Case,
    Consequence,
    Row,
)
from conftest import ROOT, Project

DEMO = ROOT / "data" / "demo"

# The rows of some people of the bundled data.
OF_SOME_PEOPLE = {
    "orders": "customer_id in (from ids) or email in (from ids) or loyalty_number in (from ids)",
    "order_items": "order_id in (select order_id from orders)",
    "products": "true",
    "exchange_rates": "true",
    "customers": "customer_id in (from ids) or email in (from ids)",
    "web_events": "user_id in (from ids)",
    "messages": "customer_id in (from ids) or email in (from ids)",
    "identifiers": "id_a in (from ids) or id_b in (from ids)",
}


def load_clean_rows(connection: duckdb.DuckDBPyConnection, people: int) -> None:
    """Make a table for each input, of the rows of the first so many people."""
    connection.execute(
        f"""
        create temp table ids as
        select distinct unnest([customer_id, email, phone, loyalty_number]) as id
        from (
            from '{DEMO}/customers.parquet'
            where source_system = 'shop'
            order by customer_id, updated_at
            limit {people}
        )
        """
    )
    for name in {**OF_SOME_PEOPLE, **MARKERS}:
        condition = OF_SOME_PEOPLE.get(name, "identifier in (from ids)")
        connection.execute(f"create table {name} as from '{DEMO}/{name}.parquet' where {condition}")


def reshaped(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    """Return the columns of the typed variant, in reverse order, for a select."""
    replaced = f"* replace ({RETYPED[name]})" if name in RETYPED else "*"
    connection.execute(f"create or replace table {name} as select {replaced} from {name}")
    columns = [column for column, *_ in connection.execute(f"describe {name}").fetchall()]
    if DROPPED_COLUMN[0] == name:
        columns.remove(DROPPED_COLUMN[1])
    if ADDED_COLUMN[0] == name:
        columns.append(f"{ADDED_COLUMN[2]} as {ADDED_COLUMN[1]}")
    return ", ".join(reversed(columns))


def retype(connection: duckdb.DuckDBPyConnection, variant: str) -> None:
    """Give the columns of all inputs the types of a variant."""
    for name in MARKERS:
        if variant == "typed":
            selected = reshaped(connection, name)
        else:
            parts = []
            for column, data_type, *_ in connection.execute(f"describe {name}").fetchall():
                text = f"cast({column} as varchar)"
                if variant == "settings" and data_type.startswith(("DECIMAL", "DOUBLE")):
                    text = f"replace({text}, '.', ',')"
                parts.append(f"{text} as {column}")
            selected = ", ".join(parts)
        connection.execute(f"create or replace table {name} as select {selected} from {name}")


def add_columns(connection: duckdb.DuckDBPyConnection, name: str, rows: list[Row]) -> None:
    """Add the columns that rows have and a table has not."""
    known = {column for column, *_ in connection.execute(f"describe {name}").fetchall()}
    for column in sorted({column for row in rows for column in row} - known):
        data_type = "timestamp" if column.endswith("_at") else "varchar"
        connection.execute(f"alter table {name} add column {column} {data_type}")


def rows_of(case: Case | Consequence) -> list[Row]:
    """Return the whole rows of a case."""
    template = {**TEMPLATES[case.input], MARKERS[case.input]: "{case}"}
    if case.variant == "typed":
        template.update(TYPED_TEMPLATES.get(case.input, {}))
    return [
        {
            column: value.replace("{case}", case.name) if value else value
            for column, value in {**template, **row}.items()
        }
        for row in case.rows
    ]


@dataclass
class Observed:
    """A built warehouse, and where the rows of each case went."""

    project: Project
    raw_rows: dict[str, int]
    kept: dict[str, list[dict[str, object]]] = field(default_factory=lambda: defaultdict(list))
    findings: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    duplicates: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    quarantined: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def plain(value: object) -> object:
    """Return days and moments as text."""
    return str(value) if isinstance(value, datetime.date) else value


def observe(project: Project, raw_rows: dict[str, int]) -> Observed:
    """Look up what became of the rows of each case."""
    seen = Observed(project, raw_rows)
    with project.connect() as connection:
        for name, marker in MARKERS.items():
            staged = connection.execute(f"from covey_personal.stg_{name} order by all")
            columns = [column for column, *_ in staged.description]
            for row in staged.fetchall():
                values = {column: plain(value) for column, value in zip(columns, row, strict=True)}
                seen.kept[str(values[marker])].append(values)
            for key, found in connection.execute(
                f"""select {marker}, findings from covey_personal.base_{name}
                where quarantine_reason is null"""
            ).fetchall():
                seen.findings[key].update(found.split(";")[:-1])
            for key, reason in connection.execute(
                f"""select {marker}, reason from covey_personal.exceptions_{name}
                where row_status = 'duplicate' order by reason"""
            ).fetchall():
                seen.duplicates[key].append(reason)
            for key, reason in connection.execute(
                f"""select source_row ->> '$.{marker}', reason
                from covey_personal.quarantined_records
                where input = '{name}' order by reason"""
            ).fetchall():
                seen.quarantined[key].append(reason)
    return seen


def write(connection: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, int]:
    """Write the table of each input as a file and return how many rows it has."""
    raw_rows = {}
    for name in MARKERS:
        connection.execute(f"copy {name} to '{folder}/{name}.parquet'")
        raw_rows[name] = connection.execute(f"select count(*) from {name}").fetchall()[0][0]
    return raw_rows


def build(project: Project, *selected: str, **variables: object) -> None:
    """Build everything, data tests included, from the files beside the database."""
    project.dbt(
        "build",
        "--exclude-resource-type",
        "unit_test",
        *selected,
        variables=project.reading(project.database.parent) | variables,
    )


def build_cases(project: Project, variant: str, *selected: str) -> Observed:
    """Build the inputs of a variant, the rows of its cases among those of 150 people."""
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        load_clean_rows(connection, 150)
        retype(connection, variant)
        for case in [*CASES, *CONSEQUENCES]:
            if case.variant != variant:
                continue
            rows = rows_of(case)
            add_columns(connection, case.input, rows)
            for row in rows:
                connection.execute(
                    f"insert into {case.input} ({', '.join(row)}) "
                    f"values ({', '.join('?' * len(row))})",
                    list(row.values()),
                )
            if isinstance(case, Consequence) and case.generated:
                connection.execute(f"insert into {case.input} by name {case.generated}")
        raw_rows = write(connection, project.database.parent)
    build(project, *selected, **SETTINGS[variant])
    return observe(project, raw_rows)
