"""Dagster loads the project, is on time, sees when models are unwell, and runs it."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import ROOT, Project

dg = pytest.importorskip("dagster", reason="the extra covey[dagster] is not installed")
pytest.importorskip("dagster_dbt", reason="the extra covey[dagster] is not installed")

from dagster._utils.schedules import cron_string_iterator  # noqa: E402
from dagster_dbt import DbtProject  # noqa: E402

from covey.orchestration import definitions  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def project(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a copy of the warehouse that the tests may change."""
    return built.copy(tmp_path_factory.mktemp("orchestrated"))


@pytest.fixture
def defs(project: Project, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the definitions, in the environment that the runs are to have."""
    for name, value in project.environment().items():
        monkeypatch.setenv(name, value)
    dbt_project = DbtProject(ROOT, target_path=project.target, profiles_dir=ROOT / "profiles")
    loaded = definitions(dbt_project, database=project.database)
    dg.Definitions.validate_loadable(loaded)
    return loaded


def nodes(project: Project, *kinds: str) -> dict[str, Any]:
    """Return the nodes of some kinds that are something in the warehouse, or look at it."""
    return {
        key: node
        for key, node in project.manifest()["nodes"].items()
        if node["resource_type"] in kinds and node["config"]["materialized"] != "ephemeral"
    }


def test_each_model_is_an_asset_and_each_test_a_check(defs: Any, project: Project) -> None:
    graph = defs.resolve_asset_graph()
    models = nodes(project, "model", "seed")
    assets = {key.path[-1]: key for key in graph.materializable_asset_keys}
    assert set(assets) == {node["alias"] for node in models.values()}
    assert len(graph.materializable_asset_keys) == len(models) > 200
    tests = nodes(project, "test")
    assert {key.name for key in graph.asset_check_keys} == {node["name"] for node in tests.values()}
    assert len(graph.asset_check_keys) == len(tests) > 500

    # A test of several models is a check of the last of them.
    (money,) = (key for key in graph.asset_check_keys if key.name == "assert_money_survives")
    assert money.asset_key.path[-1] == "source_reconciliation"
    segments = graph.get(assets["segments"])
    assert segments.group_name == "marts"
    read = project.manifest()["parent_map"]["model.covey.segments"]
    assert {key.path[-1] for key in segments.parent_keys} == {key.split(".")[-1] for key in read}


def test_the_schedules_ask_for_a_run_each_day(defs: Any) -> None:
    repository = defs.get_repository_def()
    daily = repository.get_schedule_def("covey_daily")
    weekly = repository.get_schedule_def("covey_weekly")
    start = datetime(2026, 6, 29, tzinfo=UTC)
    ticks = {}
    for schedule in (daily, weekly):
        times = cron_string_iterator(start.timestamp(), schedule.cron_schedule, "UTC")
        ticks[schedule.name] = [next(times) for _ in range(6)]
    week = [start.replace(hour=5) + timedelta(days=day) for day in range(7)]
    assert ticks["covey_daily"] == week[:6]
    assert ticks["covey_weekly"][0] == week[6]

    for schedule, variables in ((daily, {}), (weekly, {"covey_retrain": "always"})):
        context = dg.build_schedule_context(scheduled_execution_time=week[6])
        (request,) = schedule.evaluate_tick(context).run_requests
        assert request.run_key is None
        job = repository.get_job(schedule.job_name)
        config = job.run_config or {}
        given = config.get("ops", {}).get("covey", {}).get("config", {}).get("variables", {})
        assert given == variables


def health(repository: Any) -> Any:
    """Return what the sensor says."""
    sensor = repository.get_sensor_def("covey_model_health")
    context = dg.build_sensor_context(repository_def=repository)
    return sensor.evaluate_tick(context)


def test_the_sensor_asks_for_a_fit_when_a_model_is_unwell(defs: Any, project: Project) -> None:
    repository = defs.get_repository_def()

    def change(*statements: str) -> None:
        with duckdb.connect(str(project.database)) as connection:
            for statement in statements:
                connection.execute(statement)

    fresh = health(repository)
    assert fresh.run_requests == []
    assert fresh.skip_message == "as of 2026-06-30 no model is old, and no feature has drifted"

    # Within the age that the settings allow, and one day beyond it.
    as_of = "update covey_intermediate.int_as_of set as_of_date = date '2026-06-30' + {}"
    change(as_of.format(90))
    assert health(repository).run_requests == []
    change(as_of.format(91))
    (request,) = health(repository).run_requests
    assert request.run_key == "2026-09-29 behaviour value"
    reason = "the last fit is 91 days old, more than 90"
    assert request.tags["covey/behaviour"] == request.tags["covey/value"] == reason
    assert health(repository).run_requests[0].run_key == request.run_key

    # Not old, but other data than the model was fitted on.
    sample = "covey_segmentation.feature_sample"
    change(
        as_of.format(1),
        f"create table kept as from {sample}",
        f"update {sample} set monetary = 5 * monetary",
    )
    (request,) = health(repository).run_requests
    assert request.run_key == "2026-07-01 behaviour value"
    assert request.tags["covey/value"].startswith("monetary drifted: stability index")
    change(
        f"update {sample} set monetary = kept.monetary from kept "
        f"where kept.customer_key = {sample}.customer_key",
        "drop table kept",
        as_of.format(0),
    )
    assert health(repository).run_requests == []


def test_the_sensor_waits_while_a_run_has_the_warehouse(defs: Any, project: Project) -> None:
    repository = defs.get_repository_def()
    script = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(1, flush=True); input()"
    run = subprocess.Popen(
        [sys.executable, "-c", script, str(project.database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert run.stdout is not None
    run.stdout.readline()
    waiting = health(repository)
    run.communicate(b"\n")
    assert waiting.run_requests == []
    assert waiting.skip_message.startswith("the warehouse cannot be read now")


def test_the_code_location_of_the_docs_loads(project: Project, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    (code,) = [block for block in blocks if "DbtProject" in block]
    for name in ("dbt_project.yml", "profiles"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "target").symlink_to(project.target)
    found: dict[str, Any] = {"__file__": str(tmp_path / "definitions.py")}
    exec(compile(code, "operate.md", "exec"), found)
    dg.Definitions.validate_loadable(found["defs"])


def test_dagster_builds_what_is_selected(defs: Any, project: Project) -> None:
    keys = [
        key
        for key in defs.resolve_asset_graph().materializable_asset_keys
        if key.path[-1] in ("customer_lifecycle", "segment_events")
    ]
    with duckdb.connect(str(project.database)) as connection:
        ((before,),) = connection.execute(
            "select count(*) from covey_marts.customer_lifecycle"
        ).fetchall()
        connection.execute("delete from covey_marts.customer_lifecycle")
    with dg.DagsterInstance.ephemeral() as instance:
        job = defs.get_repository_def().get_job("covey_build")
        done = job.execute_in_process(asset_selection=keys, instance=instance)
    assert done.success
    built = {event.asset_key for event in done.get_asset_materialization_events()}
    assert built == set(keys)
    checks = {each.check_name: each.passed for each in done.get_asset_check_evaluations()}
    expected = {
        node["name"]
        for node in nodes(project, "test").values()
        if (node.get("attached_node") or "").endswith((".customer_lifecycle", ".segment_events"))
    }
    assert expected <= set(checks)
    assert all(checks.values())
    assert project.query("select count(*) from covey_marts.customer_lifecycle") == [(before,)]


def test_a_retraining_run_gives_dbt_its_vars(defs: Any, project: Project) -> None:
    keys = [
        key
        for key in defs.resolve_asset_graph().materializable_asset_keys
        if key.path[-1] == "fit_segmentation_candidates"
    ]
    job = defs.get_repository_def().get_job("covey_retrain")
    with duckdb.connect(str(project.database)) as connection:
        # Whatever the fit hangs on has changed, a little.
        connection.execute(
            "update covey_segmentation.feature_sample set monetary = monetary * 1.001"
        )
    with dg.DagsterInstance.ephemeral() as instance:
        assert job.execute_in_process(asset_selection=keys, instance=instance).success
    reasons = project.query(
        "select distinct fit_reason from covey_segmentation.fit_segmentation_candidates"
    )
    assert reasons == [("retraining is set to always",)]
