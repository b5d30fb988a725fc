"""Figures of segments and the metrics on them, against what pandas makes of orders, sessions and
messages; and what the exposures say hangs on the marts."""

from __future__ import annotations

import csv
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
import yaml
from conftest import ROOT, Project

MF = Path(sys.executable).parent / "mf"
PAGE = ROOT / "docs" / "metrics.md"


def frame(project: Project, sql: str) -> pd.DataFrame:
    with duckdb.connect(str(project.database), read_only=True) as connection:
        return connection.execute(sql).df()


@pytest.fixture(scope="module")
def acted(built: Project) -> pd.DataFrame:
    """Return what each profiled customer did, by channel and month: sums of single records."""
    as_of = frame(built, "select as_of_date, window_start_date from covey_intermediate.int_as_of")
    first, last = as_of["window_start_date"][0], as_of["as_of_date"][0]

    orders = frame(built, "from covey_intermediate.int_orders_resolved")
    orders = orders[~orders["is_cancelled"] & ~orders["is_rate_missing"]]
    orders = orders.assign(
        day=orders["order_date"],
        orders=1 - orders["is_credit_note"].astype(int),
        revenue=orders["net_amount"].astype(float) - orders["refund_amount"].astype(float),
    )

    sessions = frame(built, "from covey_intermediate.int_sessions where not is_bot")
    sessions = sessions.assign(
        day=sessions["session_date"],
        channel=sessions["device_type"].eq("app").map({True: "app", False: "web"}),
        sessions=1,
        converted_sessions=(sessions["purchase_count"] > 0).astype(int),
    )

    events = frame(built, "from covey_intermediate.int_message_days_resolved")
    events = events[(events["event_date"] > first) & (events["event_date"] <= last)]
    kinds = events.assign(
        is_sent=events["event_type"].isin(["sent", "delivered"]),
        is_bounced=events["event_type"].eq("bounce"),
        is_clicked=events["event_type"].eq("click"),
        is_read=(events["event_type"].eq("open") & ~events["is_machine_open"])
        | events["event_type"].eq("click"),
    )
    keys = ["customer_key", "message_id", "channel"]
    messages = kinds.groupby(keys)[["is_sent", "is_bounced", "is_clicked", "is_read"]].any()
    messages = messages.join(events.groupby(keys)["event_date"].min().rename("day"))
    messages = messages[messages["is_sent"] & ~messages["is_bounced"]].reset_index()
    messages = messages.assign(
        messages=1,
        opened_messages=messages["is_read"].astype(int),
        clicked_messages=messages["is_clicked"].astype(int),
    )

    together = pd.concat([orders, sessions, messages], ignore_index=True)
    together = together[(together["day"] > first) & (together["day"] <= last)]
    together["channel"] = together["channel"].fillna("unknown")
    together["period_date"] = together["day"].dt.to_period("M").dt.to_timestamp()
    segments = frame(
        built,
        "select segmentation, segment_id, customer_key from covey_segmentation.customer_segments",
    )
    return together.merge(segments, on="customer_key")


SUMS = [
    "orders",
    "sessions",
    "converted_sessions",
    "messages",
    "opened_messages",
    "clicked_messages",
    "revenue",
]


def test_figures_by_channel_are_those_of_pandas(built: Project, acted: pd.DataFrame) -> None:
    keys = ["segmentation", "segment_id", "channel", "period_date"]
    expected = acted.groupby(keys)[SUMS].sum()
    bought = acted[acted["orders"] > 0]
    buyers = bought.groupby(keys)["customer_key"].nunique().reindex(expected.index, fill_value=0)
    found = frame(built, "from covey_marts.segment_channel_kpis").set_index(keys).sort_index()
    pd.testing.assert_frame_equal(found[SUMS], expected, check_dtype=False, atol=1e-4)
    assert (found["active_customers"] == buyers).all()
    assert len(found) > 500


def test_figures_are_those_of_pandas(built: Project, acted: pd.DataFrame) -> None:
    keys = ["segmentation", "segment_id", "period_date"]
    found = frame(built, "from covey_marts.segment_kpis").set_index(keys).sort_index()
    expected = acted.groupby(keys)[SUMS].sum().reindex(found.index, fill_value=0)
    pd.testing.assert_frame_equal(found[SUMS], expected, check_dtype=False, atol=1e-4)

    bought = acted[acted["orders"] > 0]
    for segmentation, of_segmentation in bought.groupby("segmentation"):
        pairs = of_segmentation[["customer_key", "segment_id", "period_date"]].drop_duplicates()
        months = pairs.assign(period_date=pairs["period_date"] + pd.offsets.MonthBegin(1))
        kept = pairs.merge(months, on=["customer_key", "segment_id", "period_date"])
        part = found.loc[segmentation]
        for name, rows in [
            ("active_customers", pairs),
            ("previously_active_customers", months),
            ("retained_customers", kept),
        ]:
            counts = rows.groupby(["segment_id", "period_date"]).size()
            assert part[name].equals(counts.reindex(part.index, fill_value=0)), name


def test_the_last_period_is_what_the_segments_are(built: Project) -> None:
    differing = built.query(
        """
        select segmentation, segment_id, kpis.customers, segments.customers
        from covey_marts.segments as segments
        full join (
            from covey_marts.segment_kpis
            where end_date = (select as_of_date from covey_intermediate.int_as_of)
        ) as kpis using (segmentation, segment_id)
        where
            kpis.customers is distinct from segments.customers
            or kpis.segment_name is distinct from segments.segment_name
            or kpis.persona_id is distinct from segments.persona_id
            or kpis.forecast_customers > segments.customers
        """
    )
    assert differing == []
    # Each segmentation has all the money of the customers it knows, and all that they will bring.
    sums = built.query(
        """
        select
            segmentation,
            round(sum(revenue) - (select sum(monetary) from covey_features.customer_features), 4),
            round(
                sum(expected_value)
                - (select sum(expected_value_365_days) from covey_marts.customer_lifetime_value), 4
            )
        from covey_marts.segment_kpis
        group by segmentation
        order by segmentation
        """
    )
    assert sums == [("behaviour", 0.0, 0.0), ("value", 0.0, 0.0)]


def test_channels_add_up(built: Project) -> None:
    differing = built.query(
        f"""
        select segmentation, segment_id, period_date
        from covey_marts.segment_kpis as kpis
        left join (
            select
                segmentation,
                segment_id,
                period_date,
                {", ".join(f"sum({name}) as {name}" for name in SUMS)},
                max(active_customers) as most_customers,
                sum(active_customers) as all_customers
            from covey_marts.segment_channel_kpis
            group by all
        ) as channels using (segmentation, segment_id, period_date)
        where
            greatest(
                {", ".join(f"abs(kpis.{name} - coalesce(channels.{name}, 0))" for name in SUMS)}
            ) > 1e-6
            or kpis.active_customers not between coalesce(most_customers, 0)
            and coalesce(all_customers, 0)
        """
    )
    assert differing == []


@pytest.fixture(scope="module")
def folder(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a copy of the warehouse in a folder where `mf` finds the project."""
    if not MF.exists():
        pytest.skip("the extra covey[metrics] is not installed")
    folder = tmp_path_factory.mktemp("metrics")
    for name in ("dbt_project.yml", "models", "python_models", "macros", "seeds", "tests", "data"):
        (folder / name).symlink_to(ROOT / name)
    return built.copy(folder)


def mf(project: Project, *words: str) -> subprocess.CompletedProcess[str]:
    # It would ask PyPI for a newer version.
    environment = project.environment() | {"https_proxy": "http://localhost:9"}
    # MetricFlow looks into `target` of the folder that it is run in, whatever dbt does.
    del environment["DBT_TARGET_PATH"]
    return subprocess.run(
        [str(MF), *words],
        cwd=project.target.parent,
        env=environment,
        capture_output=True,
        text=True,
    )


COMMANDS = re.findall(r"^mf query .*$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
OF_BEHAVIOUR = "where segmentation = 'behaviour'"
LAST = "end_date = max(end_date) over ()"
ANSWERS = [
    f"""
    select
        segment_name,
        sum(customers),
        sum(revenue),
        sum(revenue) / sum(orders)
    from covey_marts.segment_kpis {OF_BEHAVIOUR} group by all
    """,
    f"""
    select
        period_date,
        sum(retained_customers) / sum(previously_active_customers),
        sum(active_customers)
    from covey_marts.segment_kpis {OF_BEHAVIOUR} and period_date >= '2026-01-01' group by all
    """,
    f"""
    select
        channel,
        sum(revenue),
        sum(converted_sessions) / nullif(sum(sessions), 0),
        sum(clicked_messages) / nullif(sum(messages), 0)
    from covey_marts.segment_channel_kpis {OF_BEHAVIOUR} group by all
    """,
    f"""
    select segmentation, persona_id, sum(expected_value) / sum(forecast_customers), sum(customers)
    from (from covey_marts.segment_kpis qualify {LAST}) group by all
    """,
    """
    select
        date_trunc('quarter', period_date),
        segment_name,
        sum(revenue) / nullif(sum(orders), 0),
        sum(orders)
    from covey_marts.segment_kpis
    where segmentation = 'value'
    group by all
    having sum(orders) > 0
    """,
    f"""
    select
        channel,
        segment_name,
        sum(opened_messages) / nullif(sum(messages), 0),
        sum(clicked_messages) / nullif(sum(messages), 0)
    from covey_marts.segment_channel_kpis {OF_BEHAVIOUR} group by all
    """,
    f"""
    select quarter, sum(customers) filter (period_date = last_date)
    from (
        select
            *,
            date_trunc('quarter', period_date) as quarter,
            max(period_date) over (partition by quarter) as last_date
        from covey_marts.segment_kpis {OF_BEHAVIOUR}
    )
    group by all
    """,
]
"""What the tables answer to the commands of docs/metrics.md, in their order."""


def cell(value: Any) -> Any:
    """Return a value as it can be compared: numbers rounded, days as text, nothing as None."""
    text = "" if value is None else str(value).removesuffix(" 00:00:00").removesuffix("T00:00:00")
    try:
        return round(float(text), 6)
    except ValueError:
        return None if text in ("", "nan", "None") else text


def in_order(rows: Any) -> list[list[Any]]:
    return sorted(([cell(value) for value in row] for row in rows), key=repr)


@pytest.mark.parametrize("number", range(len(ANSWERS)))
def test_metrics_are_what_the_tables_say(folder: Project, number: int) -> None:
    _, *words = shlex.split(COMMANDS[number])
    file = folder.target.parent / f"{number}.csv"
    done = mf(folder, *words, "--csv", str(file))
    assert done.returncode == 0, done.stdout + done.stderr
    with file.open(encoding="utf-8") as lines:
        rows = list(csv.reader(lines))[1:]
    assert len(rows) > 2
    assert in_order(rows) == in_order(folder.query(ANSWERS[number]))


def test_each_query_of_the_page_has_an_answer() -> None:
    assert len(COMMANDS) == len(ANSWERS) >= 6


def test_metrics_are_valid(folder: Project) -> None:
    done = mf(folder, "validate-configs")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("ERRORS: 0, FUTURE_ERRORS: 0, WARNINGS: 0") == 6, done.stdout


def test_sizes_have_no_channel(folder: Project) -> None:
    done = mf(folder, "query", "--metrics", "segment_size", "--group-by", "activity__channel")
    assert done.returncode != 0
    assert "fan-out" in done.stdout + done.stderr


def test_the_page_names_every_metric(built: Project) -> None:
    page = PAGE.read_text(encoding="utf-8").split("## The metrics")[1].split("## Ask MetricFlow")[0]
    metrics = {metric["name"] for metric in built.manifest()["metrics"].values()}
    assert metrics <= set(re.findall(r"`(\w+)`", page))
    assert len(metrics) >= 19


def reads(project: Project) -> dict[str, set[str]]:
    """Return the models that each exposure depends on."""
    return {
        exposure["name"]: {node.rsplit(".", 1)[1] for node in exposure["depends_on"]["nodes"]}
        for exposure in project.manifest()["exposures"].values()
    }


def test_every_board_is_an_exposure(built: Project) -> None:
    exposures = reads(built)
    boards = {}
    for path in (ROOT / "boards" / "charts").glob("[0-9]*.yml"):
        queries = str(yaml.safe_load(path.read_text(encoding="utf-8"))["queries"])
        name = "board_" + path.stem.split("-", 1)[1]
        # Every page says which segmentation it shows, and as of when.
        boards[name] = set(re.findall(r"covey_marts\.(\w+)", queries)) | {"board_segmentations"}
    assert {name: exposures[name] for name in exposures if name.startswith("board_")} == boards


def test_every_export_is_an_exposure(built: Project) -> None:
    exposures = reads(built)
    exports = {
        path.stem for path in (ROOT / "models" / "activation" / "exports").glob("export_*.sql")
    }
    files = {name: models for name, models in exposures.items() if name.startswith("files_for_")}
    assert files == {
        f"files_for_{name.removeprefix('export_')}": {name, "export_manifests"} for name in exports
    }


def test_the_metrics_are_an_exposure(built: Project) -> None:
    manifest = built.manifest()
    models = {
        node.rsplit(".", 1)[1]
        for semantic in manifest["semantic_models"].values()
        for node in semantic["depends_on"]["nodes"]
    }
    assert {"segment_kpis", "segment_channel_kpis"} <= models
    # What names the segments is behind them, and no table of its own.
    assert reads(built)["metrics_api"] == models - {"int_segments_seen"} | {"calendar_days"}
