"""The history of RFM segments and the stages of the lifecycle, computed a second time."""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from conftest import Project

DAY_ONE = date(2026, 6, 30)
MOVED = """
    select rfm_segment, previous_rfm_segment, rfm_change, rfm_segment_since, count(*)
    from covey_marts.customer_lifecycle
    where rfm_segment is not null
    group by all
    having previous_rfm_segment is not null or rfm_segment = 'Champions'
    order by all
"""


@dataclass
class Stay:
    """A row of rfm_segment_history, its customer aside."""

    rfm_segment: str
    previous_rfm_segment: str | None
    rfm_change: str
    rfm_composite: float
    valid_from: date
    valid_to: date | None
    as_of_date: date


def continue_stays(stays: list[Stay], segment: tuple[str, float] | None, day: date) -> list[Stay]:
    """Return the stays of a customer after a run that finds them in a segment, or in none."""
    known = [replace(stay, as_of_date=day) for stay in stays if stay.valid_from < day]
    for stay in known:
        if stay.valid_to and stay.valid_to >= day:
            stay.valid_to = None
    last = known[-1] if known else None
    if last and not last.valid_to:
        if segment and segment[0] == last.rfm_segment:
            last.rfm_composite = segment[1]
            return known
        last.valid_to = day
    if segment:
        difference = np.sign(segment[1] - last.rfm_composite) if last else None
        change = {None: "new", 1: "up", -1: "down", 0: "sideways"}[difference]
        previous = last.rfm_segment if last else None
        known.append(Stay(segment[0], previous, change, segment[1], day, None, day))
    return known


def as_of(project: Project, day: date) -> None:
    """Set the last day that counts, without a new parse of the project."""
    with duckdb.connect(str(project.database)) as connection:
        connection.execute("update covey_intermediate.int_as_of set as_of_date = ?", [day])


@pytest.fixture(scope="module")
def continued(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return the history after a full refresh a week later, when all champions are lost."""
    project = built.copy(tmp_path_factory.mktemp("continued"))
    as_of(project, DAY_ONE + timedelta(days=7))
    with duckdb.connect(str(project.database)) as connection:
        connection.execute(
            """update covey_features.ftr_customer_rfm
            set rfm_segment = 'Lost', rfm_composite = 0 where rfm_segment = 'Champions'"""
        )
    project.dbt("run", "--full-refresh", "--select", "rfm_segment_history", "customer_lifecycle")
    return project


def test_a_later_day_moves_the_segment_to_previous_even_in_a_full_refresh(
    built: Project, continued: Project
) -> None:
    assert built.query("select distinct as_of_date from covey_intermediate.int_as_of") == [
        (DAY_ONE,)
    ]
    [(segment, previous, change, since, champions)] = built.query(MOVED)
    assert (segment, previous, change, since) == ("Champions", None, "new", DAY_ONE)
    assert continued.query(MOVED) == [
        ("Lost", "Champions", "down", DAY_ONE + timedelta(days=7), champions)
    ]
    customers = built.query("select count(*) from covey_marts.rfm_segment_history")[0][0]
    sql = """
        select valid_from, valid_to, as_of_date, count(*)
        from covey_marts.rfm_segment_history group by all order by all
    """
    later = DAY_ONE + timedelta(days=7)
    assert continued.query(sql) == [
        (DAY_ONE, later, later, champions),
        (DAY_ONE, None, later, customers - champions),
        (later, None, later, champions),
    ]


def compiled_model(project: Project, name: str) -> str:
    """Return a model of the folder as the last run compiled it, without the database's name."""
    path = project.target / "compiled/covey/models/marts/lifecycle" / f"{name}.sql"
    return re.sub(r'"\w+"\.("covey_)', r"\1", path.read_text(encoding="utf-8"))


def test_an_earlier_day_is_looked_back_to_and_changes_nothing(
    built: Project, continued: Project, tmp_path: Path
) -> None:
    project = continued.copy(tmp_path)
    history = "from covey_marts.rfm_segment_history order by all"
    before = project.query(history)
    as_of(project, DAY_ONE + timedelta(days=3))
    with duckdb.connect(str(project.database)) as connection:
        connection.execute(
            f"""
            attach '{built.database}' as built (read_only);
            create or replace table covey_features.ftr_customer_rfm as
            from built.covey_features.ftr_customer_rfm
            """
        )
        for name in ("rfm_segment_history", "customer_lifecycle"):
            model = compiled_model(project, name)
            connection.execute(f"create or replace table covey_marts.{name} as {model}")
    assert project.query(history) == before
    assert project.query(MOVED) == built.query(MOVED)


def test_the_history_is_that_of_any_order_of_days(continued: Project) -> None:
    """Runs at random, a day repeated or earlier among them, against the same in Python."""
    sql = compiled_model(continued, "rfm_segment_history")
    assert "rfm_segment_history" in sql.split("-- Inner, not left")[0]
    random = np.random.default_rng(7)
    table = "covey_marts.rfm_segment_history"
    with duckdb.connect() as connection:
        for schema in ("intermediate", "personal", "features", "marts"):
            connection.execute(f"create schema covey_{schema}")
        connection.execute(
            f"""
            attach '{continued.database}' as continued (read_only);
            create table {table} as from continued.{table} limit 0
            """
        )
        kept: dict[str, list[Stay]] = {}
        for _ in range(80):
            latest = max(
                (stay.as_of_date for stays in kept.values() for stay in stays), default=DAY_ONE
            )
            day = latest + timedelta(days=int(random.choice([0, 0, 1, 1, 2, -1, -9])))
            known = [key for key in "abcdefgh" if random.random() < 0.98]
            customers = [key for key in known if random.random() < 0.98]
            segments = {
                key: (str(random.choice(["Loyal", "Lost"])), float(random.integers(0, 4)))
                for key in "abcdefgh"
                if random.random() < 0.8
            }
            # Who was erased is forgotten; who may not be profiled only where the run looks ahead.
            kept = {key: kept.get(key, []) for key in known}
            if not any(kept.values()) or day >= latest:
                kept = {key: continue_stays(kept[key], segments.get(key), day) for key in customers}
            for name, columns, rows in [
                ("intermediate.int_as_of", "as_of_date date", [(day,)]),
                (
                    "personal.int_customers_resolved",
                    "customer_key varchar",
                    [(key,) for key in known],
                ),
                (
                    "personal.int_customers_profiled",
                    "customer_key varchar",
                    [(key,) for key in customers],
                ),
                (
                    "features.ftr_customer_rfm",
                    "customer_key varchar, rfm_segment varchar, rfm_composite double",
                    [(key, *values) for key, values in segments.items()],
                ),
            ]:
                connection.execute(f"create or replace table covey_{name} ({columns})")
                marks = ", ".join("?" * len(rows[0]))
                connection.executemany(f"insert into covey_{name} values ({marks})", rows)
            connection.execute(f"create or replace table {table} as {sql}")
            found = connection.execute(f"from {table} order by customer_key, valid_from").fetchall()
            assert found == [(key, *astuple(stay)) for key in sorted(kept) for stay in kept[key]]


def test_the_stages_of_the_bundled_customers_are_those_of_pandas(built: Project) -> None:
    with duckdb.connect(str(built.database), read_only=True) as connection:
        days = connection.execute(
            """
            select distinct orders.customer_key, orders.order_date
            from covey_intermediate.int_orders_resolved as orders
            semi join covey_personal.int_customers_profiled as customers using (customer_key)
            where
                not is_cancelled and not is_credit_note
                and order_date <= (select as_of_date from covey_intermediate.int_as_of)
            order by all
            """
        ).df()
        found = connection.execute("from covey_marts.customer_lifecycle").df()
        found = found.set_index("customer_key").sort_index()
    today = pd.Timestamp(found["as_of_date"].iloc[0])
    days["gap"] = days.groupby("customer_key")["order_date"].diff().dt.days
    gaps = np.sort(days["gap"].dropna().to_numpy())
    at_risk, lapsed = (gaps[int(np.ceil(share * len(gaps))) - 1] for share in (0.8, 0.95))
    by_customer = days.groupby("customer_key").agg(
        count=("order_date", "size"),
        first=("order_date", "min"),
        last=("order_date", "max"),
        median=("gap", "median"),
    )
    cadence = by_customer["median"].clip(lower=7)
    is_own = by_customer["count"] >= 4
    since = (today - by_customer["last"]).dt.days
    stage = pd.Series("active", index=by_customer.index)
    stage[(today - by_customer["first"]).dt.days <= 30] = "new"
    stage[since > np.where(is_own, np.floor(2 * cadence), at_risk)] = "at risk"
    stage[since > np.where(is_own, np.floor(3 * cadence), lapsed)] = "lapsed"
    expected = stage.reindex(found.index, fill_value="prospect")
    assert (found["lifecycle_stage"] == expected).all()
    assert set(expected) == {"prospect", "new", "active", "at risk", "lapsed"}
    basis = is_own.map({True: "own cadence", False: "population"}).reindex(found.index)
    assert found["lifecycle_basis"].fillna("").equals(basis.fillna(""))
