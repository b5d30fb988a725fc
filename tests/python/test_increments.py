"""What is built delivery by delivery is what one build of everything gives."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import duckdb
import pytest
from conftest import ROOT, Project

MODELS = [
    "int_web_events_sessionized",
    "int_session_days",
    "int_message_days",
    "int_offline_days",
    "int_identity_sightings",
    "int_identity_pairs",
]
TABLES = {
    **{name: f"covey_personal.{name}" for name in MODELS},
    "int_input_days": "covey_intermediate.int_input_days",
}
MOMENTS = {
    "orders": "ordered_at",
    "web_events": "occurred_at",
    "messages": "occurred_at",
    "offline_events": "occurred_at",
}


class Deliveries:
    """The bundled data in parts: shuffled, overlapping, late, amended and taken back."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.random = random.Random(seed)
        self.count = self.random.randint(1, 12)
        shutil.copytree(ROOT / "data" / "demo", folder)
        self.connection = duckdb.connect()
        self.connection.execute(f"select setseed({self.random.random()})")
        self.connection.execute("set threads = 1")
        for name, moment in MOMENTS.items():
            # By the clock, save for every twentieth row and half of what happens around midnight,
            # which come some time later.
            self.connection.execute(f"""
                create table {name} as
                with
                chances as materialized (
                    select
                        rows,
                        extract(hour from rows.{moment}) in (23, 0) as is_around_midnight,
                        ntile({self.count}) over (order by rows.{moment}, hash(rows)) as on_time,
                        random() as lateness,
                        random() as delay,
                        random() as fate,
                        random() as place
                    from '{folder / name}.parquet' as rows
                ),
                first_deliveries as (
                    select
                        *,
                        case
                            when lateness < case when is_around_midnight then .5 else .05 end
                                then on_time + floor(delay * ({self.count} - on_time + 1))
                            else on_time
                        end as first_delivery
                    from chances
                )
                select
                    rows,
                    first_delivery,
                    -- One in a hundred comes again, one in a hundred is taken back.
                    fate < .01 as is_repeated,
                    case when fate > .99 then first_delivery + 1 end as last_delivery,
                    place
                from first_deliveries
            """)

    def deliver(self, number: int) -> None:
        """Write what has been delivered so far, in some order."""
        for name in MOMENTS:
            present = f"""
                from {name}
                where first_delivery <= {number} and coalesce(last_delivery > {number}, true)
            """
            self.connection.execute(f"""
                copy (
                    select unnest(rows) from (
                        select rows, place {present}
                        union all
                        select rows, place + {number} {present} and is_repeated
                    )
                    order by sin(place * {number})
                ) to '{self.folder / name}.parquet'
            """)

    def add_an_event(self, day: str) -> None:
        """Let one of the visitors come again on a day."""
        self.connection.execute(f"""
            insert into web_events
            select
                struct_update(
                    rows, event_id := 'one more', received_at := null,
                    occurred_at := timestamp '{day} 12:00:00'
                ), {self.count}, false, null, 0
            from web_events where rows.user_id is null order by rows.event_id limit 1
        """)

    def take_it_back(self) -> None:
        self.connection.execute("delete from web_events where rows.event_id = 'one more'")


@pytest.fixture
def project(empty: Project) -> Project:
    return empty


def tables(project: Project) -> dict[str, list[tuple[object, ...]]]:
    return {name: project.query(f"from {table} order by all") for name, table in TABLES.items()}


SEEDS = [int(seed) for seed in os.environ.get("COVEY_DELIVERY_SEEDS", "1").split(",")]


@pytest.mark.parametrize("seed", SEEDS)
def test_deliveries_add_up_to_one_build(empty: Project, tmp_path: Path, seed: int) -> None:
    deliveries = Deliveries(tmp_path / "data", seed)
    variables = empty.reading(tmp_path / "data")

    def build(*arguments: str) -> dict[str, list[tuple[object, ...]]]:
        empty.dbt("run", "--select", *arguments, variables=variables)
        return tables(empty)

    deliveries.deliver(1)
    empty.dbt("seed", variables=variables)
    found = build(*[f"+{model}" for model in MODELS])
    changed = [f"exceptions_{name}" for name in MOMENTS] + ["int_input_days", *MODELS]
    for number in range(2, deliveries.count + 1):
        deliveries.deliver(number)
        found = build(*changed)
    whole = build("--full-refresh", *MODELS)
    for name in found:
        assert found[name] == whole[name], name
    assert len(whole["int_web_events_sessionized"]) > 50_000

    # A new day costs what it holds: what stands elsewhere is not looked at again.
    with duckdb.connect(str(empty.database)) as connection:
        connection.execute("""
            update covey_personal.int_web_events_sessionized set region = 'untouched'
            where event_date = (select min(activity_date) from covey_intermediate.int_input_days)
        """)
    marked = build("int_as_of")
    deliveries.add_an_event("2031-01-01")
    deliveries.deliver(deliveries.count)
    with_day = build(*changed)
    for name, rows in marked.items():
        assert set(rows) <= set(with_day[name]), name
    assert (
        len(with_day["int_web_events_sessionized"]) == len(found["int_web_events_sessionized"]) + 1
    )

    # A day that is taken back leaves nothing behind.
    deliveries.take_it_back()
    deliveries.deliver(deliveries.count)
    assert build(*changed) == marked

    # An edit of the taxonomy reaches every day.
    with duckdb.connect(str(empty.database)) as connection:
        connection.execute("""
            update covey_seeds.event_taxonomy set event_name = 'seen' where event_name = 'page_view'
        """)
    found = build("int_input_days", "int_web_events_sessionized", "int_session_days")
    renamed = found["int_web_events_sessionized"]
    assert not [row for row in renamed if "page_view" in row or "untouched" in row]
    assert [row for row in renamed if "seen" in row]
    whole = build("--full-refresh", "int_session_days")
    assert found["int_session_days"] == whole["int_session_days"]
