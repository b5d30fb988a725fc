"""Inputs whose shape is odd, not their rows: what builds, and what stops a run with which words."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest
from bad_input_builds import build, load_clean_rows, write
from cases import MARKERS
from conftest import Project

# Windows line ends, a byte order mark, and a quoted header.
CSV = (
    '\ufeff"order_id","ordered_at","net_amount","customer_id"\r\n'
    'O-1,2026-03-02 10:00:00,"1,234.50",S1\r\n'
    "O-2,2026-03-02 11:00:00,10,\r\n"
)
LATIN_1 = "customer_id,source_system,city\nC-1,crm,K\u00f6ln\n".encode("latin-1")


@pytest.fixture(scope="module")
def shapes(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return the staging of inputs that are files and views of odd shapes."""
    folder = tmp_path_factory.mktemp("shapes")
    project = built.copy(folder)
    (folder / "orders.csv").write_bytes(CSV.encode())
    (folder / "customers.csv").write_bytes(LATIN_1)
    with duckdb.connect(str(project.database)) as connection:
        connection.execute(
            """
            create schema raw;
            create view raw.products as
            select
                'P-1' as "Product ID", 'lamp' as "select", 'Acme' as "Group", 3 as "LIST_PRICE",
                'home' as "category l1";
            create table raw.web_events as
            select
                timestamp '2026-03-02 10:00:00' as "Occurred_At", 'page_view' as "EVENT_NAME",
                'E-1' as "Event_Id", 'd' as "ANONYMOUS_ID", 1 as "order";
            create table raw.crm as
            select
                'C-1' as customer_id, 'crm' as source_system, 5 as x_size, 'red' as "X_Colour",
                'yes' as "x_it's"
            ;
            create table raw.consents (
                identifier_type varchar, identifier varchar, purpose varchar, status varchar,
                changed_at timestamp
            );
            create table raw.messages as
            select
                'M-' || i as event_id, timestamp '2026-03-02 10:00:00' as occurred_at,
                'email' as channel, 'open' as event_type
            from range(3) as numbers (i)
            """
        )
    variables = {
        "covey_demo_data_dir": None,
        "covey_orders_relation": f"read_csv('{folder}/orders.csv', all_varchar = true)",
        "covey_survey_responses_relation": (
            f"read_csv('{folder}/customers.csv', encoding = 'latin-1')"
        ),
        "covey_survey_responses_columns": {
            "identifier_type": "'customer_id'",
            "identifier": "customer_id",
            "question_id": "'city'",
            "answer": "city",
            "answered_at": "timestamp '2026-03-02 10:00:00'",
        },
        "covey_products_relation": "raw.products",
        "covey_products_columns": {
            "product_id": '"Product ID"',
            "name": '"select"',
            "brand": 'input_rows."Group"',
            "category_l1": 'upper("category l1")',
        },
        "covey_web_events_relation": "raw.web_events",
        "covey_customers_relation": "raw.crm",
        "covey_consents_relation": "raw.consents",
        "covey_messages_relation": "raw.messages",
    }
    project.dbt(
        "build",
        "--select",
        "path:models/staging",
        "int_input_tallies",
        "int_as_of",
        "quarantined_records",
        "--indirect-selection",
        "cautious",
        "--exclude-resource-type",
        "unit_test",
        variables=variables,
    )
    return project


SHAPES = {
    "a CSV with a byte order mark and Windows line ends": (
        "select order_id, net_amount, customer_id from covey_personal.stg_orders",
        [("O-1", 1234.5, "S1")],
    ),
    "an empty field of a CSV is no value": (
        "select reason from covey_personal.quarantined_records where input = 'orders'",
        [("no identifier",)],
    ),
    "a Latin-1 file whose encoding is named": (
        "select answer from covey_personal.stg_survey_responses",
        [("K\u00f6ln",)],
    ),
    "reserved words, capitals and blanks as names, in a view": (
        """select product_id, name, brand, category_l1, list_price
        from covey_personal.stg_products""",
        [("P-1", "lamp", "Acme", "HOME", 3.0)],
    ),
    "columns in another case and another order": (
        "select event_id, event_name, anonymous_id from covey_personal.stg_web_events",
        [("E-1", "page_view", "d")],
    ),
    "columns of one's own": (
        """select
            extra_attributes ->> '$.x_size', extra_attributes ->> '$.X_Colour',
            extra_attributes ->> '$."x_it''s"'
        from covey_personal.stg_customers""",
        [("5", "red", "yes")],
    ),
    "an empty table": ("select count(*) from covey_personal.stg_consents", [(0,)]),
    "an input in which every row is refused": (
        """select count(*), count(distinct reason) from covey_personal.quarantined_records
        where input = 'messages'""",
        [(3, 1)],
    ),
    "an input that is not there": ("select count(*) from covey_personal.stg_identifiers", [(0,)]),
}


@pytest.mark.parametrize("name", SHAPES)
def test_the_shape_is_taken(shapes: Project, name: str) -> None:
    sql, answer = SHAPES[name]
    assert shapes.query(sql) == answer


@dataclass(frozen=True)
class Refusal:
    """An input that stops the run, the model that reads it, and the words that say why."""

    model: str
    relation: str
    words: tuple[str, ...]
    columns: dict[str, str] = field(default_factory=dict)


REFUSALS = {
    "a required column is not there": Refusal(
        "base_orders",
        "(select 'O-1' as order_id, 'gift' as note)",
        ("The input orders has no column ordered_at, which is required", "order_id, note"),
    ),
    "a mapping that is no SQL": Refusal(
        "base_products",
        "(select 'P-1' as id)",
        ("Parser Error", "upper(("),
        {"product_id": "upper(("},
    ),
    "a mapping to a column that is not there": Refusal(
        "base_messages",
        "(select 'M-1' as event_id)",
        ('covey_messages_columns maps occurred_at to "no_such"', 'Did you mean "event_id"?'),
        {"occurred_at": "no_such"},
    ),
    "a relation that is not there": Refusal(
        "base_consents", "raw.no_such_table", ("no_such_table, which does not exist",)
    ),
    "a file that is not UTF-8": Refusal(
        "base_survey_responses", "read_csv('{folder}/latin_1.csv')", ("utf-8", "latin_1.csv")
    ),
    "a view that fails on its rows": Refusal(
        "exceptions_web_events", "raw.failing", ("Conversion Error", "'twelve'")
    ),
    "a file that is not there": Refusal(
        "base_enrichment", "'{folder}/nonesuch.parquet'", ("No files found", "nonesuch.parquet")
    ),
}


# What the check at the start sees is said all at once; a relation that cannot be read ends the run
# there; the rest ends with the model that reads it.
RUNS = [
    [
        "a required column is not there",
        "a mapping to a column that is not there",
        "a relation that is not there",
    ],
    ["a mapping that is no SQL", "a view that fails on its rows"],
    ["a file that is not UTF-8"],
    ["a file that is not there"],
]


@pytest.fixture(scope="module")
def refused(built: Project, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return what the run said that each input stopped."""
    folder = tmp_path_factory.mktemp("refused")
    project = built.copy(folder)
    (folder / "latin_1.csv").write_bytes(LATIN_1)
    with duckdb.connect(str(project.database)) as connection:
        connection.execute(
            """
            create schema raw;
            create view raw.failing as
            select
                'E-1' as event_id, timestamp '2026-03-02 10:00:00' as occurred_at,
                'page_view' as event_name, 'd' as anonymous_id,
                cast(amount as integer) as cart_value
            from (values ('12'), ('twelve')) as amounts (amount)
            """
        )
    said = {}
    for names in RUNS:
        variables: dict[str, object] = {}
        for refusal in (REFUSALS[name] for name in names):
            name = refusal.model.split("_", 1)[1]
            variables[f"covey_{name}_relation"] = refusal.relation.format(folder=folder)
            if refusal.columns:
                variables[f"covey_{name}_columns"] = refusal.columns
        models = [REFUSALS[name].model for name in names]
        done = project.dbt(
            "run", "--select", *models, "base_web_events", variables=variables, ok=False
        )
        said.update(dict.fromkeys(names, done.stdout))
    return said


@pytest.mark.parametrize("name", REFUSALS)
def test_the_run_stops_and_says_why(refused: dict[str, str], name: str) -> None:
    for word in REFUSALS[name].words:
        assert word in refused[name]


def rows_are_conserved(project: Project, raw_rows: dict[str, int]) -> None:
    """Check that every row is kept, a duplicate or quarantined."""
    counted = project.query(
        """
        select input, sum(raw_rows), sum(kept_rows + duplicate_rows + quarantined_rows)
        from covey_marts.source_reconciliation
        group by input
        """
    )
    assert {name: raw for name, raw, _ in counted} == raw_rows
    assert all(raw == explained for _, raw, explained in counted)


def test_empty_inputs_build_and_are_reported(built: Project, tmp_path: Path) -> None:
    """Every model takes empty inputs; that nobody is left is still a fault, and said to be one."""
    project = built.copy(tmp_path)
    with duckdb.connect() as connection:
        load_clean_rows(connection, people=1)
        for name in MARKERS:
            connection.execute(f"delete from {name}")
        raw_rows = write(connection, tmp_path)
    assert sum(raw_rows.values()) == 0
    build(project, "--exclude", "test_name:has_rows")
    assert set(project.statuses().values()) == {"success", "pass"}
    rows_are_conserved(project, raw_rows)
    for relation in ["covey_personal.customers", "covey_activation.audience_members"]:
        assert project.query(f"select count(*) from {relation}") == [(0,)]
    project.dbt(
        "test",
        "--select",
        "test_name:has_rows",
        variables=project.reading(tmp_path),
        ok=False,
    )
    failed = {
        node["attached_node"].split(".")[-1]
        for key, node in project.manifest()["nodes"].items()
        if project.statuses().get(key.split(".", 2)[2]) == "fail"
    }
    assert failed == {"customers", "customer_segments", "segments", "personas"}


def test_one_customer_builds(built: Project, tmp_path: Path) -> None:
    project = built.copy(tmp_path)
    with duckdb.connect() as connection:
        load_clean_rows(connection, people=1)
        raw_rows = write(connection, tmp_path)
    build(project)
    rows_are_conserved(project, raw_rows)
    assert project.query("select count(*) from covey_personal.customers") == [(1,)]
