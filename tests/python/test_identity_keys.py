"""Keys that stay: merged and parted by verdict, with the truth of the bundled data beside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import ROOT, Project

MODELS = [
    "path:models/intermediate/identity",
    "int_identity_components",
    "identities",
    "identity_edges",
    "identity_changes",
    "identity_review",
    "customer_key_aliases",
]
KEYS = "select node, customer_key from covey_personal.int_identity_people"
CHANGES = """
    select change_type, old_customer_key, customer_key, input, match_method
    from covey_personal.identity_changes
"""
ALIASES = "select old_customer_key, customer_key, merge_count from covey_marts.customer_key_aliases"
JUDGED = """
    insert into covey_personal.identity_verdicts by name
    select
        'customer_id' as id_type_a, split_part(?, ':', 2) as source_system_a,
        split_part(?, ':', 3) as id_value_a, 'customer_id' as id_type_b,
        split_part(?, ':', 2) as source_system_b, split_part(?, ':', 3) as id_value_b,
        ? as verdict, cast(? as timestamp) as reviewed_at
"""


@pytest.fixture
def project(built: Project, tmp_path: Path) -> Project:
    return built.copy(tmp_path)


def keys(project: Project) -> dict[str, str]:
    return dict(project.query(KEYS))


def judge(project: Project, node_a: str, node_b: str, verdict: str, day: str) -> None:
    with duckdb.connect(str(project.database)) as connection:
        connection.execute(JUDGED, [node_a, node_a, node_b, node_b, verdict, day])


def resolve(project: Project, *arguments: str) -> dict[str, str]:
    project.dbt("run", "--select", *MODELS, *arguments)
    return keys(project)


def pair(project: Project, *, joined: bool) -> Any:
    """Return two CRM records that are one customer's by one e-mail address, or two customers'."""
    sql = """
        select a.node_a, b.node_a
        from covey_personal.int_identity_edges as a
        join covey_personal.int_identity_edges as b using (node_b)
        where
            a.node_b like 'email:%' and a.node_a like 'customer_id:shop:%'
            and b.node_a like 'customer_id:shop:%' and a.node_a < b.node_a
        order by all
        limit 1
    """
    if not joined:
        sql = f"select min(node), max(node) from ({KEYS}) where node like 'customer_id:shop:%'"
    [found] = project.query(sql)
    return found


def people(of_node: dict[str, str]) -> set[frozenset[str]]:
    """Return the sets of identifiers that have one key."""
    members: dict[str, set[str]] = {}
    for node, key in of_node.items():
        members.setdefault(key, set()).add(node)
    return {frozenset(nodes) for nodes in members.values()}


def test_a_verdict_parts_a_customer_and_another_joins_it_again(project: Project) -> None:
    before = keys(project)
    node_a, node_b = pair(project, joined=True)
    assert before[node_a] == before[node_b]
    judge(project, node_a, node_b, "different", "2026-01-01")
    parted = resolve(project)
    assert parted[node_a] != parted[node_b]
    moved = {node for node, key in parted.items() if key != before[node]}
    # The larger part keeps the key, and nobody else is touched.
    assert {before[node] for node in moved} == {before[node_a]}
    stayed = [node for node, key in parted.items() if key == before[node_a]]
    assert len(stayed) >= len(moved) > 0
    [change] = project.query(CHANGES)
    new_key = parted[min(moved)]
    assert change == ("parted", before[node_a], new_key, "identity_verdicts", "verdict")
    cut = project.query("""
        select
            least(customer_key_a, customer_key_b), greatest(customer_key_a, customer_key_b)
        from covey_personal.identity_edges
        where not is_joined and match_method <> 'device'
    """)
    assert tuple(sorted([before[node_a], new_key])) in cut

    assert resolve(project, "--full-refresh") == parted
    assert len(project.query(CHANGES)) == 1

    judge(project, node_a, node_b, "same", "2026-01-02")
    joined = resolve(project)
    assert people(joined) == people(before)
    assert joined[node_a] in {before[node_a], new_key}
    [lost] = {before[node_a], new_key} - {joined[node_a]}
    assert ("merged", lost, joined[node_a], "identity_verdicts", "verdict") in project.query(
        CHANGES
    )


def test_a_merge_keeps_the_key_of_the_older_record(project: Project) -> None:
    before = keys(project)
    node_a, node_b = pair(project, joined=False)
    assert before[node_a] != before[node_b]
    judge(project, node_a, node_b, "same", "2026-01-01")
    merged = resolve(project)
    assert merged[node_a] == merged[node_b]
    [(oldest,)] = project.query(
        f"""
        select people.node
        from covey_personal.int_identity_people as people
        join covey_personal.stg_customers as records
            on people.node = 'customer_id:' || source_system || ':' || customer_id
        where people.customer_key = '{merged[node_a]}'
        order by created_at nulls last, people.node
        limit 1
        """
    )
    assert merged[node_a] == before[oldest]
    others = {node for node in before if before[node] not in {before[node_a], before[node_b]}}
    assert {node: merged[node] for node in others} == {node: before[node] for node in others}
    [change] = project.query(CHANGES)
    lost = {before[node_a], before[node_b]} - {merged[node_a]}
    [lost_key] = lost
    assert change == ("merged", lost_key, merged[node_a], "identity_verdicts", "verdict")
    assert project.query(ALIASES) == [(lost_key, merged[node_a], 1)]

    # An older customer takes that one in, too: the alias leads on to the key of today.
    [(third,)] = project.query(
        f"""
        select people.node
        from covey_personal.int_identity_people as people
        join covey_personal.stg_customers as records
            on people.node = 'customer_id:' || source_system || ':' || customer_id
        where people.customer_key <> '{merged[node_a]}'
        order by given_date, created_at nulls last, people.node
        limit 1
        """
    )
    judge(project, node_b, third, "same", "2026-01-02")
    again = resolve(project)
    assert again[node_a] == again[node_b] == again[third]
    aliases = {old: (key, merges) for old, key, merges in project.query(ALIASES)}
    assert {key for key, _ in aliases.values()} == {again[node_a]}
    assert set(aliases) == {lost_key, merged[node_a], merged[third]} - {again[node_a]}
    assert again[node_a] == merged[third]
    assert aliases[lost_key] == (again[node_a], 2)

    # Parted off again, the key lives and is nobody's alias.
    for node in (node_a, node_b):
        judge(project, node, third, "different", "2026-01-03")
    judge(project, node_a, node_b, "different", "2026-01-03")
    parted = resolve(project)
    living = set(parted.values())
    assert len({parted[node_a], parted[node_b], parted[third]}) == 3
    assert not {old for old, _, _ in project.query(ALIASES)} & living
    assert {key for _, key, _ in project.query(ALIASES)} <= living


def test_a_kiosk_and_a_placeholder_merge_nobody(project: Project) -> None:
    before = keys(project)
    with duckdb.connect(str(project.database)) as connection:
        for table, rows in (
            (
                "base_web_events",
                """
                select
                    'kiosk' || n as record_key, n as row_hash, 'kiosk' || n as event_id,
                    'kiosk' as anonymous_id, 'visitor' || n as user_id,
                    timestamp '2026-06-01' + to_seconds(n) as occurred_at
                from range(5000) as numbers(n)
                """,
            ),
            (
                "base_orders",
                """
                select
                    'kiosk' || n as record_key, n as row_hash, 'kiosk' || n as order_id,
                    'visitor' || n as customer_id,
                    'shop' as source_system, 'till@shop.example' as email,
                    'kiosk' as anonymous_id,
                    timestamp '2026-06-01' + to_seconds(n) as ordered_at
                from range(5000) as numbers(n)
                """,
            ),
        ):
            connection.execute(f"create table main.{table} as from covey_personal.{table}")
            connection.execute(f"insert into main.{table} by name {rows}")
            connection.execute(f"drop view covey_personal.{table}")
            connection.execute(f"create view covey_personal.{table} as from main.{table}")
    after = resolve(project, "int_input_days")
    assert {node: after[node] for node in before} == before
    visitors = {after[f"customer_id:shop:visitor{number}"] for number in range(5000)}
    assert len(visitors) == 5000
    assert not visitors & set(before.values())
    hubs = "select reason, customer_count from covey_personal.int_identity_hubs"
    assert project.query(f"{hubs} where hub_node like 'email:%till@shop.example'") == [
        ("too many customers", 5000)
    ]
    devices = "select count(*) from covey_personal.identities where id_value = 'kiosk'"
    assert project.query(devices) == [(0,)]
    assert project.query(CHANGES) == []


def test_verdicts_of_a_table_of_ones_own(project: Project) -> None:
    before = keys(project)
    node_a, node_b = pair(project, joined=False)
    judge(project, node_a, node_b, " Same", "2026-01-01")
    with duckdb.connect(str(project.database)) as connection:
        connection.execute("create table main.judged as from covey_personal.identity_verdicts")
        connection.execute("delete from covey_personal.identity_verdicts")
    assert resolve(project) == before
    relation = "{covey_identity_verdicts_relation: main.judged}"
    merged = resolve(project, "--vars", relation)
    assert merged[node_a] == merged[node_b]
    with duckdb.connect(str(project.database)) as connection:
        connection.execute("update main.judged set verdict = 'maybe'")
        connection.execute("insert into main.judged by name select 'same' as verdict")
    select = ("--select", "int_identity_verdicts", "--vars", relation)
    wrong = project.dbt("build", *select, ok=False).stdout
    assert "accepted_values_int_identity_verdicts_verdict" in wrong
    assert "covey_never_null_int_identity_verdicts" in wrong


def test_pairs_of_the_planted_people(built: Project, capsys: pytest.CaptureFixture[str]) -> None:
    sql = f"""
        with records as (
            select row_number() over () as record, people.customer_key, truth.person_id
            from ({KEYS}) as people
            join '{ROOT}/data/demo/truth/people.parquet' as truth
                on people.node = 'customer_id:' || source_system || ':' || customer_id
        ),
        pairs as (
            select
                a.customer_key = b.customer_key as is_joined,
                a.person_id = b.person_id as is_one_person
            from records as a join records as b on a.record < b.record
            where a.customer_key = b.customer_key or a.person_id = b.person_id
        )
        select
            count(*) filter (is_joined and is_one_person), count(*) filter (is_joined),
            count(*) filter (is_one_person)
        from pairs
    """
    [(right, joined, true)] = built.query(sql)
    with capsys.disabled():
        print(f"identity: precision {right / joined:.4f}, recall {right / true:.4f}")
    assert right / joined >= 0.995
    assert right / true >= 0.98


def test_an_identifier_of_different_people_joins_nobody(built: Project) -> None:
    sql = """
        select hubs.id_value
        from covey_personal.identity_hubs as hubs
        join covey_personal.identities as identities using (id_type, id_value)
    """
    hubs = "select 1 from covey_personal.identity_hubs where reason = 'different people'"
    assert built.query(hubs)
    assert not built.query(sql)


def test_no_table_is_left_that_is_not_declared(built: Project) -> None:
    manifest = json.loads((built.target / "manifest.json").read_text(encoding="utf-8"))
    declared = {
        (node["schema"], node.get("alias") or node["name"])
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed")
    }
    found = set(
        built.query(
            """
            select table_schema, table_name from information_schema.tables
            where table_catalog = current_database()
            """
        )
    )
    assert found <= declared
