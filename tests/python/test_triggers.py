"""Triggers: the planted carts, the same rows in whatever batches, and rules that are refused."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import ROOT, Project

CARTS = ROOT / "data" / "demo" / "truth" / "carts.parquet"
Rows = set[tuple[Any, ...]]


def triggers(project: Project) -> Rows:
    return set(project.query("from covey_marts.customer_triggers"))


def run(project: Project, *arguments: str, **settings: object) -> None:
    """Run customer_triggers alone; the tables that it reads stay as they are."""
    project.dbt("run", "--select", "customer_triggers", *arguments, variables=settings)


def change(project: Project, *statements: str) -> None:
    with duckdb.connect(str(project.database)) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.fixture(scope="module")
def of_few(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project with the events of every tenth customer, and their triggers."""
    project = built.copy(tmp_path_factory.mktemp("triggers"))
    change(
        project,
        "delete from covey_marts.int_trigger_events where md5_number(customer_key) % 10 <> 0",
    )
    run(project, "--full-refresh")
    return project


@pytest.fixture
def few(of_few: Project, tmp_path: Path) -> Project:
    return of_few.copy(tmp_path)


def test_abandoned_carts_are_those_that_were_planted(built: Project) -> None:
    """Of everybody who may be profiled: no cart too many, none missing, none twice.

    A cart that was paid in time, as became known late, was no abandoned one; its row says so.
    """
    counts = built.query(
        f"""
        with
        found as (
            select
                subject_id as cart_id,
                count(*) as rows,
                bool_or(coalesce(status_reason, '') not like '% in time, known late')
                    as is_abandoned
            from covey_marts.customer_triggers
            where trigger_id = 'cart_abandoned'
            group by subject_id
        ),
        known as (
            select distinct events.cart_id
            from covey_personal.int_web_events_sessionized as events
            inner join covey_intermediate.int_sessions as sessions
                on events.session_id = sessions.session_id and not sessions.is_bot
            inner join covey_personal.int_customers_profiled as customers
                on sessions.customer_key = customers.customer_key
            where events.event_name = 'add_to_cart'
        )
        select
            truth.is_abandoned as is_planted,
            coalesce(found.is_abandoned, false) as is_found,
            known.cart_id is not null as is_known,
            count(*) as carts,
            max(found.rows) as rows
        from '{CARTS}' as truth
        full join found on truth.cart_id = found.cart_id
        left join known on coalesce(truth.cart_id, found.cart_id) = known.cart_id
        group by all
        """
    )
    carts = {(planted, found, known): count for planted, found, known, count, _ in counts}
    assert carts[True, True, True] > 8000
    assert carts[False, False, True] > 10000
    # Whom nobody knows, or who may not be profiled, has none; all else agrees with the truth.
    unknown = {(True, False, False), (False, False, False)}
    assert set(carts) == {(True, True, True), (False, False, True)} | unknown
    assert max(rows or 0 for *_, rows in counts) == 1


def test_carts_that_were_paid_in_time_cancel_when_that_is_known(built: Project) -> None:
    rows = built.query(
        f"""
        select truth.is_abandoned, triggers.status, triggers.cancelled_at > triggers.triggered_at
        from covey_marts.customer_triggers as triggers
        inner join '{CARTS}' as truth on triggers.subject_id = truth.cart_id
        where triggers.status_reason like '% in time, known late'
            and triggers.trigger_id = 'cart_abandoned'
        """
    )
    assert len(rows) > 50
    assert {(planted, status) for planted, status, _ in rows} == {(False, "cancelled")}


def test_nobody_without_permission_and_no_machine_has_a_trigger(built: Project) -> None:
    assert built.query(
        """
        select count(*), count(distinct trigger_id) > 8
        from covey_marts.customer_triggers
        where customer_key in (select customer_key from covey_personal.int_customers_profiled)
        """
    ) == built.query(
        "select count(*), count(distinct trigger_id) > 8 from covey_marts.customer_triggers"
    )


def test_a_replay_gives_the_same_rows(few: Project) -> None:
    before = triggers(few)
    assert len(before) > 2000
    month = {"batch_size": "month", "lookback": 0}
    window = ("--event-time-start", "2025-12-01", "--event-time-end", "2026-03-01")
    run(few, *window, covey_triggers=month)
    assert triggers(few) == before
    # What is gone comes back from the events, with its ids; what lies elsewhere stays.
    change(
        few,
        """delete from covey_marts.customer_triggers
        where triggered_at >= timestamp '2026-01-01' and triggered_at < timestamp '2026-02-01'""",
    )
    assert len(before - triggers(few)) > 50
    run(few, *window, covey_triggers=month)
    assert triggers(few) == before


def test_batches_add_up_to_one_build(few: Project) -> None:
    """Events come by when they were known; the batches of the second delivery are days."""
    whole = triggers(few)
    change(few, "create table everything as from covey_marts.int_trigger_events")

    def deliver(day: str) -> None:
        change(
            few,
            f"update covey_intermediate.int_as_of set as_of_date = date '{day}'",
            f"""create or replace table covey_marts.int_trigger_events as
            from everything where known_at < date '{day}' + 1""",
        )

    deliver("2026-06-14")
    run(few, "--full-refresh")
    early = {row[0] for row in triggers(few)}
    deliver("2026-06-20")
    # Nine days are the longest that events of these data are late.
    window = ("--event-time-start", "2026-06-05", "--event-time-end", "2026-06-21")
    run(few, *window, covey_triggers={"batch_size": "day", "lookback": 0})
    found = triggers(few)
    run(few, "--full-refresh")
    assert found == triggers(few)
    # Nothing that fired is gone, and what was to come is what the whole has.
    ids = {row[0] for row in found}
    assert early < ids
    assert len(ids) == len(found)
    assert ids == {row[0] for row in whole if str(row[10]) < "2026-06-21"}


def test_a_purchase_that_becomes_known_late_cancels(few: Project) -> None:
    """One with the time at which it was received, one of which the source does not say it."""
    carts = few.query(
        """
        select trigger_event_id, customer_key, subject_id, triggered_at
        from covey_marts.customer_triggers
        where trigger_id = 'cart_abandoned' and status = 'active'
        order by 1 limit 2
        """
    )
    for (_, customer, cart, fired_at), known_at in zip(carts, (3, -1), strict=True):
        change(
            few,
            f"""insert into covey_marts.int_trigger_events
            select * replace (
                'bought {cart}' as event_id, 'purchase' as event_kind,
                timestamp '{fired_at}' - interval 1 hour as occurred_at,
                timestamp '{fired_at}' + interval ({known_at}) hour as known_at
            )
            from covey_marts.int_trigger_events
            where cart_id = '{cart}' and customer_key = '{customer}' limit 1""",
        )
    run(few)
    found = {
        row[0]: row[1:]
        for row in few.query(
            """
            select trigger_event_id, status, status_reason,
                cancelled_at = triggered_at + interval 3 hour, cast(cancelled_at as varchar)
            from covey_marts.customer_triggers
            """
        )
    }
    known, unsaid = (found[trigger_id] for trigger_id, *_ in carts)
    assert known[:3] == ("cancelled", "purchase in time, known late", True)
    assert unsaid == ("cancelled", "no longer in the data", False, "2026-07-01 00:00:00")


def own_rules(project: Project, changes: str) -> dict[str, object]:
    change(
        project,
        "create schema if not exists mine",
        f"create or replace table mine.rules as select * {changes} from covey_seeds.trigger_rules",
    )
    return {"covey_trigger_rules_relation": "mine.rules"}


def test_a_rule_is_one_row(few: Project) -> None:
    """The row is that of the documentation."""
    page = (ROOT / "docs" / "triggers.md").read_text(encoding="utf-8")
    (row,) = re.findall(r"^cart_abandoned_\w+,.*$", page, flags=re.MULTILINE)
    variables = own_rules(few, "")
    values = [f"'{value}'" if value else "null" for value in row.split(",")]
    change(few, f"insert into mine.rules values ({', '.join(values)})")
    few.dbt("run", "--select", "int_trigger_rules", "customer_triggers", variables=variables)
    found = few.query(
        """
        select
            own.customer_key is not null,
            count(*) > 0,
            bool_and(scopes.customer_key is not null)
        from covey_marts.customer_triggers as triggers
        left join covey_marts.customer_triggers as own
            on
                triggers.customer_key = own.customer_key
                and triggers.subject_id = own.subject_id
                and own.trigger_id = 'cart_abandoned_vip'
                and triggers.triggered_at = own.triggered_at + interval 12 hour
        left join covey_marts.int_trigger_scopes as scopes
            on triggers.customer_key = scopes.customer_key and scope = 'persona:vip_loyalist'
        where triggers.trigger_id = 'cart_abandoned'
        group by 1 order by 1
        """
    )
    # Every cart of a VIP that the general rule has, and nobody else's.
    assert found == [(False, True, False), (True, True, True)]


BAD_RULES = {
    "'add_to_card' as start_events": 'Did you mean "add_to_cart"?',
    "'basket' as subject_type": "subject_type basket",
    "0 as threshold": "threshold 0",
    "'nobody' as cool_down_by": "cool_down_by nobody",
    "'rfm:Champion' as scope": 'Did you mean "rfm:Champions"?',
    "'shoe size:42' as scope": "must begin with segment:, persona:, rfm:, lifecycle:",
    "1 as delay_cadences": "either delay_hours (0 for at once) or delay_cadences",
    "null as delay_hours, 1 as delay_cadences": "only the start event order",
    "0 as expires_after_days": "would never be active",
}
"""What a rule says in place of what cart_abandoned says -> words of the refusal."""


def test_rules_that_cannot_be_followed_are_refused(few: Project) -> None:
    variables = own_rules(few, "")
    for number, replaced in enumerate(BAD_RULES):
        change(
            few,
            f"""insert into mine.rules
            select * replace ('bad_{number}' as trigger_id, {replaced})
            from covey_seeds.trigger_rules where trigger_id = 'cart_abandoned'""",
        )
    refused = ("compile", "--select", "int_trigger_rules")
    said = few.dbt(*refused, variables=variables, ok=False).stdout
    for number, words in enumerate(BAD_RULES.values()):
        lines = [line for line in said.splitlines() if f"rule bad_{number} " in line]
        assert any(words in line for line in lines), (number, lines)
    assert "cart_abandoned has" not in said

    variables = own_rules(few, "rename (unless_events as unless_event)")
    said = few.dbt(*refused, variables=variables, ok=False).stdout
    assert "has the column unless_event, which means nothing" in said
    assert "has no column unless_events." in said
