"""The past is built day by day, and the history keeps one day of each period."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import duckdb
from conftest import ROOT, Project

HISTORY = "covey_features.customer_feature_history"
FEATURES = "covey_features.customer_features"


def backfill(project: Project, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "covey.cli", "backfill", *words],
        cwd=ROOT,
        env=project.environment(),
        capture_output=True,
        text=True,
    )


def days(project: Project, column: str, relation: str) -> list[date]:
    return [row[0] for row in project.query(f"select distinct {column} from {relation} order by 1")]


def change(project: Project, sql: str) -> None:
    with duckdb.connect(str(project.database)) as connection:
        connection.execute(sql)


def test_the_past_is_built_day_by_day(built: Project, tmp_path: Path) -> None:
    project = built.copy(tmp_path)
    change(project, f"drop table {HISTORY}")
    for name in ("rfm_segment_history", "int_segment_stays", "int_segment_move_features"):
        change(project, f"drop table covey_marts.{name}")
    done = backfill(project, "--periods", "2", "--period", "week")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]

    today = days(built, "as_of_date", FEATURES)[0]
    last_sunday = today - timedelta(days=today.isoweekday() if today.isoweekday() < 7 else 7)
    built_days = [last_sunday - timedelta(days=7), last_sunday, today]
    assert f"Built 2 earlier days: {built_days[0]} to {built_days[1]}" in done.stdout
    assert f"2 of 2: as of {built_days[1]}" in done.stderr
    assert days(project, "as_of_date", HISTORY) == built_days
    present = built.query(f"from {FEATURES} order by all")
    of_day = f"from {HISTORY} where as_of_date = '{{}}' order by all"
    assert project.query(of_day.format(today)) == present

    # The RFM segments were recorded in their order, and all else is as it would have been.
    segments = "covey_marts.rfm_segment_history"
    assert days(project, "valid_from", segments) == built_days
    changes = project.query(f"select rfm_change from {segments} where valid_from = '{last_sunday}'")
    assert {("up",), ("down",)} <= set(changes)
    logs = {"customer_feature_history", "rfm_segment_history", "customer_lifecycle"}
    logs |= {"customer_segment_history", "segment_transitions", "segment_move_reasons"}
    logs |= {"segment_kpis", "segment_channel_kpis"}
    # A move that is known now is a trigger, and who is triggered is acted on.
    logs |= {"customer_triggers", "customer_tactics", "audience_members", "audience_changes"}
    logs |= {"export_manifests", "export_generic"}
    logs |= {f"board_{what}" for what in ("segments", "transitions", "triggers", "tactics")}
    logs |= {"board_tactic_outcomes"}
    before, after = built.hashes(), project.hashes()
    differing = {name for name in before if before[name] != after[name]}
    assert differing == logs
    triggered = "select trigger_event_id, trigger_id from covey_marts.customer_triggers"
    of_moves = {rule for _, rule in set(project.query(triggered)) ^ set(built.query(triggered))}
    assert of_moves <= {"segment_entered", "segment_left"}

    # The segments are those of the present model on all days, so customers moved by themselves.
    stays = "covey_marts.customer_segment_history"
    assert days(project, "valid_from", stays) == built_days
    assert days(project, "to_date", "covey_marts.segment_transitions") == built_days[1:]
    reasons = f"select distinct move_reason, model_id from {stays} order by all"
    models = built.query("select distinct model_id from covey_segmentation.customer_segments")
    assert set(project.query(reasons)) == {
        (reason, model) for reason in ("new", "customer") for (model,) in models
    }
    assert project.query(
        f"""
        select
            count(*) > 10, count(move_features) > 0.9 * count(*),
            bool_and(compared_date < valid_from)
        from {stays} where move_reason = 'customer'
        """
    ) == [(True, True, True)]

    # What stands there is what a run as of the day gives; and that run, for it looks back in a
    # period of which a later day is known, leaves no trace.
    recorded = project.query(of_day.format(last_sunday))
    change(
        project,
        f"update {HISTORY} set customer_key = 'gone' where customer_key = "
        f"(select max(customer_key) from {HISTORY})",
    )
    models = ["run", "--select", "int_as_of+,+customer_feature_history"]
    models += ["--exclude", "int_identity_people"]
    project.dbt(*models, variables={"covey_as_of": str(last_sunday), "covey_period": "month"})
    assert project.query(f"from {FEATURES} order by all") == recorded
    assert days(project, "as_of_date", HISTORY) == [today]
    assert project.query(f"from {HISTORY} where customer_key = 'gone'")

    # A run as of the present day forgets who may not be profiled any more.
    project.dbt(*models)
    assert project.query(f"from {HISTORY} order by all") == present


def test_a_backfill_says_what_is_wrong(built: Project) -> None:
    done = backfill(built, "--vars", "{covey_as_of")
    assert (done.returncode, done.stdout) == (1, "")
    assert "--vars is not YAML" in done.stderr
    done = backfill(built, "--vars", "[1]")
    assert "--vars is not a mapping but '[1]'" in done.stderr
    done = backfill(built, "--vars", "{covey_period: fortnight}")
    assert done.returncode == 1
    assert "covey_period must be day, week or month, and is fortnight" in done.stdout + done.stderr
