"""The models of activation run on small tables, without dbt: one run after the other."""

from __future__ import annotations

import sys
from functools import cache, partial
from pathlib import Path
from typing import Any

import duckdb

sys.path.append(str(Path(__file__).parents[1]))
from rendering import Renderer

MODELS = (
    "marts/segments/int_segment_members",
    "activation/int_destinations",
    "activation/audience_members",
    "activation/int_export_members",
    "activation/export_confirmations",
    "activation/export_manifests",
    "activation/int_exported_members",
    "activation/audience_changes",
    "activation/int_export_entries",
    "activation/int_export_profiles",
    "activation/int_export_contacts",
    "activation/exports/export_google_customer_match",
    "activation/exports/export_meta_custom_audience",
    "activation/exports/export_mailchimp",
    "activation/exports/export_adobe_target",
    "activation/exports/export_braze",
    "activation/exports/export_hubspot",
    "activation/exports/export_salesforce_marketing_cloud",
)
INPUTS = """
create table destinations (
    destination_id varchar, vendor varchar, format varchar, channel varchar, purpose varchar,
    audiences varchar, needs varchar, holdouts varchar, mode varchar, max_rows_per_file bigint,
    max_megabytes_per_file bigint, max_customers bigint, is_enabled boolean
);
create table tactics (tactic_id varchar, consent_purpose varchar, holdout_share double);
create table customer_tactics (
    customer_key varchar, tactic_id varchar, channel varchar, rank bigint, is_suppressed boolean,
    suppression_reason varchar, is_holdout boolean
);
create table customer_segments (segmentation varchar, segment_id varchar, customer_key varchar);
create table segments (
    segmentation varchar, segment_id varchar, segment_name varchar, persona_id varchar,
    model_id varchar
);
create table int_consents_current (
    customer_key varchar, purpose varchar, channel varchar, legal_basis varchar,
    is_granted boolean, expires_at timestamp
);
create table customers (
    customer_key varchar, email varchar, phone varchar, first_name varchar, last_name varchar,
    city varchar, postal_code varchar, country varchar, language varchar, lifetime_value double
);
create table customer_key_aliases (old_customer_key varchar, customer_key varchar);
create table int_as_of (as_of_date date);
insert into int_as_of values (date '2026-06-30');
insert into segments values ('behaviour', '1', 'Loyal', 'loyal', 'behaviour-1');
insert into segments values ('behaviour', '2', 'Bargain', 'bargain', 'behaviour-1');
"""


def last_run_rows(model: str, has_run: bool, columns: dict[str, str]) -> str:
    """Stand in for the macro of that name, which asks the warehouse."""
    types = {"STRING": "varchar"}
    cast = {name: types.get(of_type, of_type) for name, of_type in columns.items()}
    if has_run:
        return f"select {', '.join(cast)} from {model}"
    empty = ", ".join(f"cast(null as {of_type}) as {name}" for name, of_type in cast.items())
    return f"select {empty} where 1 = 0"


@cache
def renderer() -> Renderer:
    """Return dbt's Jinja for DuckDB, which takes seconds to make."""
    made = Renderer("duckdb", macros={"last_run_rows": lambda columns: ""})
    # dbt-duckdb's own, which are not among those that come with dbt.
    made.packages["dbt"] |= {
        "duckdb__listagg": lambda measure, separator, order=None, limit=None: (
            f"string_agg({measure}, {separator} {order or ''})"
        ),
        "duckdb__dateadd": lambda part, interval, of: f"({of} + interval ({interval}) {part})",
    }
    return made


class Pipeline:
    """Inputs in memory, and the models that are made of them."""

    def __init__(self, **variables: Any) -> None:
        self.connection = duckdb.connect()
        self.connection.execute(INPUTS)
        self.run_count = 0
        self.renderer = renderer()
        self.variables = {**self.renderer.variables, "covey_segment_holdout_share": 0, **variables}

    def add(self, table: str, *rows: tuple[Any, ...]) -> None:
        """Add rows to an input."""
        for row in rows:
            marks = ", ".join("?" for _ in row)
            self.connection.execute(f"insert into {table} values ({marks})", list(row))

    def execute(self, sql: str) -> None:
        """Change the inputs."""
        self.connection.execute(sql)

    def destination(self, destination_id: str, vendor: str, **given: Any) -> None:
        """Add a destination that takes all audiences of the channel email."""
        row = {
            "format": "csv",
            "channel": "email",
            "purpose": "marketing",
            "audiences": "(all)",
            "needs": "customer_key",
            "holdouts": "left_out",
            "mode": "changes",
            "max_rows_per_file": 100,
            "max_megabytes_per_file": None,
            "max_customers": None,
            "is_enabled": True,
            **given,
        }
        self.add("destinations", (destination_id, vendor, *row.values()))

    def run(self, *, until: str = "") -> None:
        """Make every model anew, or those up to one; logs from what the run before left."""
        self.renderer.variables = self.variables
        for path in MODELS:
            model = path.rsplit("/", 1)[-1]
            self.renderer.packages["covey"]["last_run_rows"] = partial(
                last_run_rows, model, self.run_count > 0
            )
            sql = self.renderer.model(f"models/{path}.sql")
            self.connection.execute(f"create or replace table made as {sql}")
            self.connection.execute(f"create or replace table {model} as from made")
            if model == until:
                break
        self.run_count += 1

    def confirm(self, destination_id: str, export_number: int | None = None) -> None:
        """Confirm the present export of a destination, or another."""
        chosen = "is_present" if export_number is None else f"export_number = {export_number}"
        self.connection.execute(
            f"""
            insert into export_confirmations
            select destination_id, export_id, export_number, timestamp '2026-07-01 00:00:00'
            from export_manifests
            where destination_id = '{destination_id}' and {chosen}
            """
        )

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        return self.connection.execute(sql).fetchall()
