"""The history of the segments: stays, moves and transitions, over many runs and a second time."""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pytest
from conftest import ROOT, Project

DAY_ONE = date(2026, 6, 30)
LATER = DAY_ONE + timedelta(days=7)
TABLES = [
    "int_segment_stays",
    "int_segment_moves",
    "int_segment_centres",
    "int_segment_move_features",
    "customer_segment_history",
    "segment_transitions",
    "segment_move_reasons",
]
LOGS = [name for name in TABLES if name not in ("int_segment_moves", "int_segment_centres")]
FEATURES = ["monetary", "order_count", "open_rate"]
SEGMENTATIONS = ["behaviour", "value"]
CUSTOMERS = "abcdefghijkl"


def everything(query: object) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of the logs and of what is made of them, by a function that queries."""
    assert callable(query)
    return {name: query(f"from covey_marts.{name} order by all") for name in LOGS}


def change(project: Project, sql: str) -> None:
    with duckdb.connect(str(project.database)) as connection:
        connection.execute(sql)


@pytest.fixture(scope="module")
def continued(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return the history after a full refresh a week later.

    Of segment 1 by behaviour a quarter of the customers bought much and went to segment 6. In the
    segmentation by value, which has another model by then, some of them and others went from
    segment 1 to 4.
    """
    project = built.copy(tmp_path_factory.mktemp("continued"))
    change(
        project,
        f"""
        update covey_intermediate.int_as_of set as_of_date = '{LATER}';
        create table movers as
        from covey_segmentation.customer_segments
        where segmentation = 'behaviour' and segment_id = '1' and customer_key < '4';
        update covey_segmentation.customer_segments set segment_id = '6'
        where segmentation = 'behaviour' and customer_key in (select customer_key from movers);
        update covey_features.customer_features
        set order_count = order_count + 50, monetary = monetary + 7, as_of_date = '{LATER}'
        where customer_key in (select customer_key from movers);
        update covey_segmentation.customer_segments
        set
            model_id = 'value-other',
            segment_id = case
                when segment_id = '1' and not customer_key between '4' and 'c' then '4'
                else segment_id
            end
        where segmentation = 'value';
        update covey_features.customer_features set as_of_date = '{LATER}';
        insert into covey_features.customer_feature_history from covey_features.customer_features;
        """,
    )
    project.dbt("run", "--full-refresh", "--select", *TABLES)
    return project


def test_a_later_day_moves_customers_even_in_a_full_refresh(
    built: Project, continued: Project
) -> None:
    before = built.query(
        "select distinct previous_segment_id, move_reason, valid_from, valid_to "
        "from covey_marts.customer_segment_history"
    )
    assert before == [(None, "new", DAY_ONE, None)]
    assert built.query("from covey_marts.segment_transitions") == []

    [(movers,)] = continued.query("select count(*) from movers")
    [(moved_by_value,)] = built.query(
        "select count(*) from covey_segmentation.customer_segments where "
        "segmentation = 'value' and segment_id = '1' and not customer_key between '4' and 'c'"
    )
    assert 10 < movers < moved_by_value
    moves = """
        select segmentation, previous_segment_id, segment_id, model_id = 'value-other', count(*)
        from covey_marts.customer_segment_history
        where valid_from = '{}' and valid_to is null and compared_date = '{}'
        group by all order by all
    """
    assert continued.query(moves.format(LATER, DAY_ONE)) == [
        ("behaviour", "1", "6", False, movers),
        ("value", "1", "4", True, moved_by_value),
    ]


def test_a_move_is_the_customers_or_the_models(continued: Project) -> None:
    """Who did not change was moved by the model; who bought, by that."""
    reasons = """
        select segmentation, move_reason, customer_key in (select customer_key from movers)
        from covey_marts.customer_segment_history where previous_segment_id is not null
        group by all order by all
    """
    found = continued.query(reasons)
    assert {row[1:] for row in found if row[0] == "behaviour"} == {("customer", True)}
    assert {row[1:] for row in found if row[0] == "value" and not row[2]} == {("model", False)}
    assert ("value", "customer", True) in found
    assert ("value", "model", True) not in found
    words = continued.query(
        """
        select distinct split_part(move_features, ' sd', 1)[:15]
        from covey_marts.customer_segment_history
        where segmentation = 'behaviour' and previous_segment_id is not null
        """
    )
    assert words == [("order_count up ",)]
    assert continued.query(
        """
        select from_segment_id, to_segment_id, feature, mean_change_sd > 1, to_date
        from covey_marts.segment_move_reasons
        where segmentation = 'behaviour' and feature_rank = 1
        """
    ) == [("1", "6", "order_count", True, LATER)]


def test_the_value_that_moved_is_that_of_the_movers(continued: Project) -> None:
    found = continued.query(
        """
        select customers, model_moves, monetary_before, monetary_after, from_date, to_date
        from covey_marts.segment_transitions
        where segmentation = 'behaviour' and from_segment_id = '1' and to_segment_id = '6'
        """
    )
    [(customers, monetary)] = continued.query(
        """
        select count(*), cast(sum(cast(monetary as decimal(38, 8))) as double)
        from covey_features.customer_features semi join movers using (customer_key)
        """
    )
    assert found == [
        (customers, 0, pytest.approx(monetary - 7 * customers), monetary, DAY_ONE, LATER)
    ]
    assert continued.query(
        """
        select distinct model_moves + unclear_moves <= customers, model_moves > 0
        from covey_marts.segment_transitions
        where segmentation = 'value' and from_segment_id <> to_segment_id
        """
    ) == [(True, True)]


def test_looking_back_leaves_no_trace_and_the_erased_leave(
    continued: Project, tmp_path: Path
) -> None:
    project = continued.copy(tmp_path)
    before = everything(project.query)
    # As of an earlier day one mover was not known yet, and all segments are others.
    change(
        project,
        f"""
        update covey_intermediate.int_as_of set as_of_date = '{DAY_ONE}';
        delete from covey_personal.int_customers_profiled
        where customer_key = (select min(customer_key) from movers);
        update covey_segmentation.customer_segments
        set segment_id = '3', as_of_date = '{DAY_ONE}', model_id = 'another';
        """,
    )
    project.dbt("run", "--select", *TABLES)
    assert everything(project.query) == before

    # As of the present day: that customer withdrew consent.
    change(
        project,
        f"""
        attach '{continued.database}' as continued (read_only);
        update covey_intermediate.int_as_of set as_of_date = '{LATER}';
        create or replace table covey_segmentation.customer_segments as
        from continued.covey_segmentation.customer_segments
        where customer_key <> (select min(customer_key) from movers);
        delete from covey_features.customer_feature_history
        where customer_key = (select min(customer_key) from movers);
        """,
    )
    project.dbt("run", "--select", *TABLES)
    [(gone,)] = project.query("select min(customer_key) from movers")
    after = everything(project.query)
    # The day is decided anew: without one customer the means of all are a little different.
    for name in LOGS[:3]:
        rest = [row[:5] for row in before[name] if gone not in row]
        assert sorted(row[:5] for row in after[name]) == sorted(rest)
        assert len(rest) < len(before[name])


@dataclass
class Stay:
    """A row of int_segment_stays, its segmentation and customer aside."""

    segment_id: str
    previous_segment_id: str | None
    model_id: str
    latest_model_id: str
    monetary: float
    has_other_model: bool
    valid_from: date
    valid_to: date | None
    as_of_date: date


def continue_stays(stays: list[Stay], now: tuple[str, str, float] | None, day: date) -> list[Stay]:
    """Return the stays of a customer after a run that finds them in a segment, or in none."""
    known = [replace(stay, as_of_date=day) for stay in stays if stay.valid_from < day]
    for stay in known:
        if stay.valid_to and stay.valid_to >= day:
            stay.valid_to = None
    last = known[-1] if known and not known[-1].valid_to else None
    if last and now and now[0] == last.segment_id:
        last.latest_model_id = now[1]
        return known
    if last:
        last.valid_to = day
    if now:
        segment, model, monetary = now
        other = last is not None and last.latest_model_id != model
        previous = last.segment_id if last else None
        known.append(Stay(segment, previous, model, model, monetary, other, day, None, day))
    return known


def compiled(project: Project, name: str) -> str:
    """Return a model as the last run compiled it, without the database's name."""
    path = project.target / "compiled/covey/models/marts/segments" / f"{name}.sql"
    return re.sub(r'"\w+"\.("covey_)', r"\1", path.read_text(encoding="utf-8"))


def forget_moves() -> str:
    """Return the SQL of the macro of this name."""
    text = (ROOT / "macros/history/forget_moves.sql").read_text(encoding="utf-8")
    text = text.split("{% macro forget_moves() -%}")[1].split("{%- endmacro %}")[0]
    text = text.replace("{{ this }}", "covey_marts.int_segment_move_features")
    text = text.replace("{{ this.identifier }}", "int_segment_move_features")
    return text.replace("{{ ref('int_segment_stays') }}", "covey_marts.int_segment_stays")


class Warehouse:
    """What the models of the history read, small, in memory, and the models themselves."""

    def __init__(self, project: Project) -> None:
        self.models = {name: compiled(project, name) for name in TABLES}
        self.forget = forget_moves()
        self.connection = duckdb.connect()
        self.days: dict[date, dict[str, tuple[float, float, float]]] = {}
        for schema in ("personal", "intermediate", "features", "segmentation", "marts"):
            self.connection.execute(f"create schema covey_{schema}")
        self.connection.execute(f"attach '{project.database}' as built (read_only)")
        for relation in (
            "covey_features.customer_features",
            "covey_features.customer_feature_history",
            "covey_segmentation.customer_segments",
            *(f"covey_marts.{name}" for name in TABLES),
        ):
            self.connection.execute(f"create table {relation} as from built.{relation} limit 0")
        self.connection.execute(
            """
            create table covey_features.int_feature_catalog as
            from built.covey_features.int_feature_catalog;
            create view covey_features.feature_values as
            unpivot (
                select
                    customer_key, as_of_date, monetary, open_rate,
                    cast(order_count as double) as order_count
                from covey_features.customer_features
            ) on monetary, order_count, open_rate into name feature value feature_value;
            detach built
            """
        )

    def query(self, sql: str) -> list[tuple[object, ...]]:
        return self.connection.execute(sql).fetchall()

    def write(self, relation: str, columns: str, rows: list[tuple[object, ...]]) -> None:
        self.connection.execute(f"delete from {relation}")
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self.connection.executemany(
                f"insert into {relation} ({columns}) values ({marks})", rows
            )

    def run(
        self,
        day: date,
        known: list[str],
        customers: list[str],
        features: dict[str, tuple[float, float, float | None]],
        segments: dict[tuple[str, str], tuple[str, str]],
    ) -> None:
        """Run all models as of a day, of those who are known and of the customers among them."""
        for name, rows in {
            "intermediate.int_as_of": f"select date '{day}' as as_of_date",
            "personal.int_customers_resolved": f"select unnest({known}) as customer_key",
            "personal.int_customers_profiled": f"select unnest({customers}) as customer_key",
        }.items():
            self.connection.execute(f"create or replace table covey_{name} as {rows}")
        self.write(
            "covey_features.customer_features",
            f"customer_key, as_of_date, {', '.join(FEATURES)}",
            [(key, day, *values) for key, values in features.items() if key in customers],
        )
        self.write(
            "covey_segmentation.customer_segments",
            "segmentation, customer_key, segment_id, model_id, as_of_date",
            [(*key, *value, day) for key, value in segments.items() if key[1] in customers],
        )
        self.connection.execute(
            f"""
            delete from covey_features.customer_feature_history where as_of_date = '{day}';
            insert into covey_features.customer_feature_history
            from covey_features.customer_features;
            delete from covey_features.customer_feature_history
            where customer_key not in (
                select customer_key from covey_personal.int_customers_profiled
            )
            """
        )
        for name in TABLES:
            if name == "int_segment_move_features":
                log = f"covey_marts.{name}"
                self.connection.execute(
                    f"""
                    create or replace temp table added as {self.models[name]};
                    delete from {log} where valid_from in (select valid_from from added);
                    insert into {log} by name from added;
                    {self.forget}
                    """
                )
            else:
                self.connection.execute(
                    f"create or replace table covey_marts.{name} as {self.models[name]}"
                )


NOTHING_OVERLAPS = """
    from (
        select
            *,
            lead(valid_from) over stays as next_from,
            lag(segment_id) over stays as last_segment_id,
            lag(valid_to) over stays as last_to
        from covey_marts.customer_segment_history
        window stays as (partition by segmentation, customer_key order by valid_from)
    )
    where
        valid_to > next_from
        or (valid_to is null and next_from is not null)
        or previous_segment_id is distinct from
            case when last_to = valid_from then last_segment_id end
        or (move_reason = 'new') <> (previous_segment_id is null)
"""
NOBODY_IS_LOST = """
    with transitions as (from covey_marts.segment_transitions),

    ends as (
        select segmentation, to_date as day, to_segment_id as segment_id,
            sum(customers) as customers, round(sum(monetary_after), 6) as monetary
        from transitions where to_segment_id is not null group by all
    ),

    beginnings as (
        select segmentation, from_date as day, from_segment_id as segment_id,
            sum(customers) as customers, round(sum(monetary_before), 6) as monetary
        from transitions where from_segment_id is not null group by all
    ),

    days as (select distinct as_of_date as day from covey_features.customer_feature_history),

    held as (
        select stays.segmentation, days.day, stays.segment_id, count(*) as customers,
            round(coalesce(sum(features.monetary), 0), 6) as monetary
        from covey_marts.customer_segment_history as stays
        inner join days
            on days.day between stays.valid_from and coalesce(stays.valid_to - 1, '9999-12-31')
        left join covey_features.customer_feature_history as features
            on stays.customer_key = features.customer_key and days.day = features.as_of_date
        group by all
    )

    (from ends except from held)
    union all
    (from beginnings except from held)
    union all
    (
        from held
        where (segmentation, day) in (select (segmentation, to_date) from transitions)
        except from ends
    )
"""


def test_the_history_is_that_of_any_order_of_days(continued: Project) -> None:
    """Runs at random, a day repeated or earlier among them, against the same in Python."""
    random = np.random.default_rng(11)
    warehouse = Warehouse(continued)
    kept: dict[tuple[str, str], list[Stay]] = {}
    seen_reasons = set()
    explained = 0
    for _ in range(24):
        latest = max(
            (stay.as_of_date for stays in kept.values() for stay in stays), default=DAY_ONE
        )
        day = latest + timedelta(days=int(random.choice([0, 1, 1, 2, -1, -5])))
        known = [key for key in CUSTOMERS if random.random() < 0.98]
        customers = [key for key in known if random.random() < 0.98]
        features = {
            key: (
                float(random.integers(0, 500)),
                float(random.integers(0, 20)),
                None if random.random() < 0.2 else float(random.random()),
            )
            for key in CUSTOMERS
        }
        models = {name: f"{name}-{random.integers(0, 2)}" for name in SEGMENTATIONS}
        segments = {
            (name, key): (str(random.choice(["1", "12", "noise"])), models[name])
            for name in SEGMENTATIONS
            for key in CUSTOMERS
            if random.random() < 0.9
        }
        before = everything(warehouse.query)
        warehouse.run(day, known, customers, features, segments)
        if any(kept.values()) and day < latest:
            # Who may not be profiled on an earlier day is remembered, who was erased is not.
            kept = {key: stays for key, stays in kept.items() if key[1] in known}
            found = everything(warehouse.query)
            for name in LOGS[:3]:
                assert found[name] == [row for row in before[name] if row[1] in known]
        else:
            kept = {
                (name, key): continue_stays(
                    kept.get((name, key), []),
                    (*segments[name, key], features[key][0]) if (name, key) in segments else None,
                    day,
                )
                for name in SEGMENTATIONS
                for key in customers
            }
            once = everything(warehouse.query)
            warehouse.run(day, known, customers, features, segments)
            assert everything(warehouse.query) == once
            assert warehouse.query(
                """
                select segmentation, customer_key, segment_id, as_of_date
                from covey_marts.customer_segment_history where valid_to is null
                order by all
                """
            ) == warehouse.query(
                """
                select segmentation, customer_key, segment_id, as_of_date
                from covey_segmentation.customer_segments order by all
                """
            )
        assert warehouse.query(
            "from covey_marts.int_segment_stays order by segmentation, customer_key, valid_from"
        ) == [(*key, *astuple(stay)) for key in sorted(kept) for stay in kept[key]]
        assert warehouse.query(NOTHING_OVERLAPS) == []
        assert warehouse.query(NOBODY_IS_LOST) == []
        reasons = warehouse.query("select move_reason from covey_marts.customer_segment_history")
        seen_reasons |= {row[0] for row in reasons}
        explained += len(warehouse.query("from covey_marts.int_segment_moves"))
    assert seen_reasons == {"new", "customer", "model", "either"}
    assert explained > 20
    assert warehouse.query("from covey_marts.segment_transitions") != []
