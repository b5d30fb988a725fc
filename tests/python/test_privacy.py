"""Personal data in one schema, keys that take a secret, and the secret nowhere."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import ROOT, Project
from rendering import Renderer

PERSONAL = "covey_personal"
SECRET = "a-secret-of-the-tests-0f3a"
IDENTIFIERS = """
    select distinct lower(value) as value
    from (
        select unnest([
            email, phone, loyalty_number, customer_id, address,
            first_name || ' ' || last_name, last_name || ', ' || first_name
        ]) as value
        from {stg_customers}
        union all select email from {stg_orders}
        union all select email from {stg_messages}
        union all select unnest([user_id, anonymous_id]) from {stg_web_events}
        union all select identifier from {stg_offline_events}
    )
    -- A shorter text is a word or a number of many things.
    where length(value) >= 5
"""


def is_personal(node: dict[str, Any]) -> bool:
    return bool(node["schema"] == PERSONAL)


def models(project: Project) -> list[dict[str, Any]]:
    nodes = project.manifest()["nodes"].values()
    return [node for node in nodes if node["resource_type"] in ("model", "seed")]


def pii_columns(node: dict[str, Any]) -> set[str]:
    return {
        name
        for name, column in node["columns"].items()
        if {**column.get("meta", {}), **column.get("config", {}).get("meta", {})}.get("pii")
    }


def is_declared_export(node: dict[str, Any]) -> bool:
    """Whether a model of the exit says that it needs personal data."""
    return node["original_file_path"].startswith("models/activation/") and bool(pii_columns(node))


def test_a_model_with_personal_columns_lies_in_the_personal_schema(built: Project) -> None:
    found = models(built)
    assert sum(bool(pii_columns(node)) for node in found) >= 20
    astray = [
        node["name"]
        for node in found
        if pii_columns(node) and not is_personal(node) and not is_declared_export(node)
    ]
    assert astray == []


def test_no_table_elsewhere_has_a_column_of_a_personal_name(built: Project) -> None:
    """What a column is called where it is personal, it is called where it is passed on."""
    names = set().union(*(pii_columns(node) for node in models(built) if is_personal(node)))
    assert {"email", "phone", "last_name", "customer_id", "identifier", "node"} <= names
    exports = {node["name"] for node in models(built) if is_declared_export(node)}
    astray = [
        (table, column)
        for table, column in built.query(f"""
            select table_schema || '.' || table_name, column_name
            from information_schema.columns
            where table_schema like 'covey_%' and table_schema not in ('{PERSONAL}', 'covey_seeds')
            order by all
        """)
        if column in names and table.split(".")[1] not in exports
    ]
    assert astray == []


def test_no_value_of_a_person_is_anywhere_else(built: Project) -> None:
    """Every text of every other table, searched for what the inputs say about people."""
    relations = {node["name"]: f"{node['schema']}.{node['name']}" for node in models(built)}
    exports = {relations[node["name"]] for node in models(built) if is_declared_export(node)}
    with duckdb.connect() as connection:
        connection.execute(f"attach '{built.database}' as warehouse (read_only)")
        connection.execute("use warehouse")
        connection.execute("create temp table people as " + IDENTIFIERS.format(**relations))
        [(people,)] = connection.execute("select count(*) from people").fetchall()
        assert people > 30_000
        columns = connection.execute(f"""
            select table_schema || '.' || table_name, column_name
            from information_schema.columns
            where table_catalog = 'warehouse' and table_schema like 'covey_%'
                and table_schema not in ('{PERSONAL}', 'covey_seeds')
                and data_type like '%VARCHAR%'
            order by all
        """).fetchall()
        assert len(columns) > 200
        hits = []
        for table, column in columns:
            if table in exports:
                continue
            # The whole value, or a part of it between signs that no identifier has.
            count = connection.execute(f"""
                with texts as (
                    select distinct lower(cast("{column}" as varchar)) as text from {table}
                ),
                parts as (
                    select text as part from texts
                    union all
                    select unnest(string_split_regex(text, '["{{}}\\[\\],;|=&?/ ]+')) from texts
                    where length(text) < 10000
                    union all
                    select unnest(string_split_regex(text, ':')) from texts
                    where length(text) < 10000
                )
                select count(*) from parts semi join people on parts.part = people.value
            """).fetchall()[0][0]
            if count:
                hits.append((table, column, count))
    assert hits == []


def test_the_search_would_find_a_value(built: Project) -> None:
    """The same search finds people where they belong."""
    relations = {node["name"]: f"{node['schema']}.{node['name']}" for node in models(built)}
    people = IDENTIFIERS.format(**relations)
    [(found,)] = built.query(f"""
        select count(*) from {relations["customers"]} as customers
        semi join ({people}) as people on lower(customers.email) = people.value
    """)
    assert found > 3_000


REMADE = [
    "int_identity_components", "int_identity_people", "int_identity_devices", "int_identities",
]  # fmt: skip


def keys(project: Project) -> dict[str, str]:
    return dict(project.query(f"select node, customer_key from {PERSONAL}.int_identities"))


def resolve(project: Project, secret: str | None) -> subprocess.CompletedProcess[str]:
    environment = {**project.environment(), "COVEY_KEY_SECRET": secret or ""}
    command = [sys.executable, "-m", "dbt.cli.main", "--debug", "run", "--select", *REMADE]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def everything_written(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path, path.read_bytes()


def test_keys_take_the_secret_and_the_secret_is_nowhere(built: Project, tmp_path: Path) -> None:
    project = built.copy(tmp_path)
    plain = keys(project)
    with duckdb.connect(str(project.database)) as connection:
        for name in ("int_identity_people", "int_identity_devices"):
            connection.execute(f"drop table {PERSONAL}.{name}")
    done = resolve(project, SECRET)
    assert done.returncode == 0, done.stdout[-3000:]
    assert "plain hashes" not in done.stdout
    secret_keys = keys(project)
    assert secret_keys.keys() == plain.keys()
    assert not set(secret_keys.values()) & set(plain.values())

    def people(of_node: dict[str, str]) -> set[frozenset[str]]:
        members: dict[str, set[str]] = {}
        for node, key in of_node.items():
            members.setdefault(key, set()).add(node)
        return {frozenset(nodes) for nodes in members.values()}

    assert people(secret_keys) == people(plain)

    for path, content in everything_written(tmp_path):
        assert SECRET.encode() not in content, path
    assert SECRET not in done.stdout + done.stderr
    texts = project.query(f"""
        select table_name, column_name from information_schema.columns
        where table_schema = '{PERSONAL}' and data_type = 'VARCHAR'
            and table_name like 'int_identit%'
    """)
    assert texts
    for table, column in texts:
        found = f"select 1 from {PERSONAL}.{table} where contains(\"{column}\", '{SECRET}') limit 1"
        assert project.query(found) == []

    # Who has a key keeps it, whatever the secret is later.
    again = resolve(project, "another-" + SECRET)
    assert again.returncode == 0
    kept = keys(project)
    with_person = {
        node for (node,) in project.query(f"select node from {PERSONAL}.int_identity_people")
    }
    assert {node: key for node, key in kept.items() if node in with_person} == {
        node: key for node, key in secret_keys.items() if node in with_person
    }


def test_a_run_without_a_secret_says_so(built: Project, tmp_path: Path) -> None:
    project = built.copy(tmp_path)
    done = resolve(project, None)
    assert done.returncode == 0
    assert "customer keys are plain hashes, because COVEY_KEY_SECRET is not set" in done.stdout
    assert keys(project) == keys(built)


def test_a_short_secret_is_refused_and_not_shown(built: Project, tmp_path: Path) -> None:
    done = resolve(built.copy(tmp_path), "too short")
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "COVEY_KEY_SECRET has 9 characters and needs at least 16" in said
    assert "too short" not in said


@pytest.mark.parametrize("warehouse", ["bigquery", "postgres", "snowflake", "duckdb"])
def test_without_the_plugin_a_key_is_a_plain_hash(warehouse: str) -> None:
    renderer = Renderer(warehouse)
    key = renderer.render("{{ covey.person_key('node') }}").strip()
    assert key == renderer.render("{{ dbt.hash('node') }}").strip()
    assert key


def test_every_export_holds_its_members_to_a_basis(built: Project) -> None:
    """A model of the exit is tested for consent, or reads people from one that is."""
    nodes = built.manifest()["nodes"]
    tested = {
        node["attached_node"]
        for node in nodes.values()
        if node.get("test_metadata") and node["test_metadata"]["name"] == "has_basis"
    } | {
        parent
        for node in nodes.values()
        if node["name"] == "assert_audience_members_have_consent"
        for parent in node["depends_on"]["nodes"]
        if parent.endswith(".audience_members")
    }
    exits = {
        key: node
        for key, node in nodes.items()
        if node["resource_type"] == "model"
        and node["original_file_path"].startswith("models/activation/")
    }

    def is_held(key: str) -> bool:
        parents = exits[key]["depends_on"]["nodes"]
        return key in tested or any(parent in exits and is_held(parent) for parent in parents)

    # What they hold is destinations and exports, and nobody.
    nobody = {"model.covey.int_destinations", "model.covey.export_confirmations"}
    assert nobody <= exits.keys()
    assert [key for key in exits if not is_held(key) and key not in nobody] == []


def test_the_environment_of_the_tests_has_no_secret() -> None:
    assert "COVEY_KEY_SECRET" not in os.environ
