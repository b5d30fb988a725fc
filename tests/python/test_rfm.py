"""RFM scores and segments computed a second time, and mistakes in the settings."""

from __future__ import annotations

import csv
import itertools
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, Project
from scipy.stats import rankdata

GRIDS = ROOT / "seeds" / "rfm_grids.csv"
MEASURES = {"recency": "recency_days", "frequency": "order_count", "monetary": "monetary"}
SETTINGS: dict[str, dict[str, Any]] = {
    "as shipped": {},
    "as R does": {"cut_offset": 1, "grid": "r_rfm"},
    "thirds": {"bins": 3, "weights": {"recency": 2, "monetary": 0}},
    "tenths": {"bins": 10, "grid": "grid10"},
    "midranks": {"scoring": "midrank"},
    "midranks in four": {"scoring": "midrank", "bins": 4, "grid": "r_rfm"},
    "midranks in twelve": {"scoring": "midrank", "bins": 12, "weights": {"frequency": 0.1}},
    "fixed": {
        "scoring": "fixed",
        "recency_cuts": [7, 30, 90, 180],
        "frequency_cuts": [1, 2, 4, 8],
        "monetary_cuts": [-5, 10.5, 20, 100],
    },
    "fixed halves": {
        "scoring": "fixed",
        "bins": 2,
        "recency_cuts": [5],
        "frequency_cuts": [3],
        "monetary_cuts": [12],
    },
}
MISTAKES: list[tuple[str, dict[str, Any], str]] = [
    ("rfm", {"binz": 5}, 'covey_rfm has no entry binz. Did you mean "bins"?'),
    ("rfm", {"weights": {"recncy": 1}}, 'covey_rfm.weights has no entry recncy. Did you mean "rec'),
    ("rfm", {"bins": "five"}, "covey_rfm.bins must be a number, and is a text: five"),
    ("rfm", {"bins": 2.5}, "covey_rfm.bins must be a whole number from 2 to 100, and is 2.5"),
    ("rfm", {"bins": 1}, "covey_rfm.bins must be a whole number from 2 to 100, and is 1"),
    ("rfm", {"scoring": "midranks"}, 'covey_rfm.scoring is midranks. Did you mean "midrank"?'),
    ("rfm", {"scoring": "midrank", "cut_offset": 1}, "cut_offset goes with scoring: quantile"),
    ("rfm", {"weights": {"recency": -1}}, "covey_rfm.weights must not be negative, nor all be 0"),
    ("rfm", {"recency_cuts": [7]}, "covey_rfm.recency_cuts goes with scoring: fixed alone"),
    ("rfm", SETTINGS["fixed"] | {"bins": 4}, "recency_cuts must be 3 ascending numbers"),
    ("rfm", SETTINGS["fixed"] | {"frequency_cuts": [1, 3, 2, 4]}, "frequency_cuts must be 4 asc"),
    ("rfm", SETTINGS["fixed"] | {"monetary_cuts": [1, 2, 3, "x"]}, "monetary_cuts must be 4 asc"),
    ("rfm_grid", {"grid": "grid12"}, "covey_rfm.grid is grid12, which the seed rfm_grids does not"),
    ("rfm_grid", {"grid": "R_rfm"}, 'Did you mean "r_rfm"?'),
    ("lifecycle", {"new_day": 1}, 'covey_lifecycle has no entry new_day. Did you mean "new_days"?'),
    ("lifecycle", {"new_days": -1}, "covey_lifecycle.new_days must not be negative: -1"),
    ("lifecycle", {"own_order_days": 1}, "covey_lifecycle.own_order_days must be 2 at least"),
    ("lifecycle", {"population_lapsed_share": 95}, "must be a share, 0 to 1: 95"),
    ("lifecycle", {"fixed_lapsed_days": 30}, "fixed_at_risk_days (90) must not exceed fixed_lap"),
]


@pytest.fixture(scope="module")
def compiled(built: Project, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return ftr_customer_rfm with each of SETTINGS, then what is said of each of MISTAKES."""
    model = (ROOT / "models/features/ftr_customer_rfm.sql").read_text(encoding="utf-8")
    assert model.count("covey.rfm_settings()") == 1
    parts = [
        model.replace("rfm_settings()", f"rfm_settings({json.dumps(settings)})")
        for settings in SETTINGS.values()
    ]
    parts += [
        f"{{{{ covey.{name}_problems({json.dumps(given)}) | join('; ') }}}}"
        for name, given, _ in MISTAKES
    ]
    # The database is not touched; one of another name would have dbt parse everything anew.
    target = tmp_path_factory.mktemp("compiled") / "target"
    shutil.copytree(built.target, target)
    done = Project(built.database, target).dbt(
        "--quiet", "compile", "--inline", "\n-- next\n".join(parts)
    )
    texts = re.sub(r'"\w+"\.("covey_)', r"\1", done.stdout).split("-- next")
    assert len(texts) == len(parts)
    return [text.strip() for text in texts]


def test_mistakes_in_the_settings_are_named(compiled: list[str]) -> None:
    for (_, _, words), said in zip(MISTAKES, compiled[len(SETTINGS) :], strict=True):
        assert words in said


def populations() -> Iterator[pd.DataFrame]:
    """Yield tables of orders with many ties: nobody, one customer, equal ones, and at random."""
    columns = ["customer_key", *MEASURES.values()]
    yield pd.DataFrame([], columns=columns)
    for customers in (1, 2, 7):
        yield pd.DataFrame([(str(i), 10, 2, 12.0) for i in range(customers)], columns=columns)
    random = np.random.default_rng(20060101)
    for customers in (2, 3, 5, 6, 11, 16, 50, 51, 400):
        for spread in (3, 12, 400):
            yield pd.DataFrame(
                {
                    "customer_key": [str(i) for i in range(customers)],
                    "recency_days": random.integers(0, spread, customers),
                    "order_count": random.geometric(0.4, customers),
                    "monetary": np.round(random.normal(20, spread, customers), 1),
                }
            )


def score(sql: str, orders: pd.DataFrame) -> pd.DataFrame:
    """Return what ftr_customer_rfm makes of the orders, as it was compiled."""
    with duckdb.connect() as connection:
        connection.register("orders_frame", orders)
        connection.execute(
            f"""
            create schema covey_seeds;
            create schema covey_features;
            create table covey_seeds.rfm_grids as from '{GRIDS}';
            create table covey_features.ftr_customer_orders as
            select
                cast(customer_key as varchar) as customer_key,
                cast(recency_days as bigint) as recency_days,
                cast(order_count as bigint) as order_count,
                cast(monetary as double) as monetary
            from orders_frame
            """
        )
        return connection.execute(sql).df().set_index("customer_key")


def scores(values: pd.Series[Any], measure: str, settings: dict[str, Any]) -> np.ndarray[Any, Any]:
    """Return the scores of one measure by numpy and scipy."""
    bins = settings.get("bins", 5)
    if settings.get("scoring") == "midrank":
        better = -values if measure == "recency" else values
        # Twice the rank is a whole number, so that the floor is exact.
        twice = np.rint(2 * rankdata(better, method="average")).astype(int)
        return 1 + (bins * (twice - 1)) // (2 * len(values))
    if settings.get("scoring") == "fixed":
        cuts = np.array(settings[f"{measure}_cuts"], dtype=float)
    else:
        cuts = np.quantile(values, np.arange(1, bins) / bins) + settings.get("cut_offset", 0)
    side = "right" if settings.get("cut_offset") else "left"
    ascending = 1 + np.searchsorted(cuts, values.to_numpy(dtype=float), side=side)
    return bins + 1 - ascending if measure == "recency" else ascending


def cells(grid: str) -> dict[tuple[int, ...], str]:
    """Return the name of each of the 125 cells of a grid, and fail where a cell has two."""
    found: dict[tuple[int, ...], str] = {}
    with GRIDS.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["grid"] != grid:
                continue
            sides = [range(int(row[f"{m}_from"]), int(row[f"{m}_to"]) + 1) for m in MEASURES]
            for cell in itertools.product(*sides):
                assert cell not in found, (grid, cell)
                found[cell] = row["rfm_segment"]
    return found


@pytest.mark.parametrize("name", SETTINGS)
def test_scores_are_those_of_numpy_and_equal_for_equal_values(
    compiled: list[str], name: str
) -> None:
    settings = SETTINGS[name]
    bins = settings.get("bins", 5)
    weights = {"recency": 1, "frequency": 1, "monetary": 1} | settings.get("weights", {})
    names = cells(settings.get("grid", "grid11"))
    sql = compiled[list(SETTINGS).index(name)]
    for orders in populations():
        found = score(sql, orders)
        assert len(found) == len(orders)
        if orders.empty:
            continue
        found = found.loc[orders["customer_key"]]
        expected = {}
        for measure, column in MEASURES.items():
            expected[measure] = scores(orders[column], measure, settings)
            got = found[f"{measure}_score"].to_numpy()
            np.testing.assert_array_equal(got, expected[measure], f"{name} {measure}")
            # Equal values score the same, and a better value never scores less.
            by_value = pd.Series(got).groupby(orders[column].to_numpy()).agg(["min", "max"])
            assert (by_value["min"] == by_value["max"]).all()
            steps = by_value["min"].diff().dropna()
            assert (steps <= 0 if measure == "recency" else steps >= 0).all()
        composite = sum(weights[m] * (expected[m] - 1) for m in MEASURES) / (
            (bins - 1) * sum(weights.values())
        )
        np.testing.assert_allclose(found["rfm_composite"], 100 * composite, atol=1e-9)
        assert found["rfm_composite"].between(0, 100).all()
        middles = [(5 * (2 * expected[m] - 1)) // (2 * bins) + 1 for m in MEASURES]
        assert list(found["rfm_segment"]) == [names[cell] for cell in zip(*middles, strict=True)]
        if bins <= 9:
            digits = [int(f"{r}{f}{m}") for r, f, m in zip(*expected.values(), strict=True)]
            assert list(found["rfm_score"]) == digits
        else:
            assert found["rfm_score"].isna().all()


@pytest.mark.parametrize(
    ("name", "expected"), [("as shipped", 511), ("midranks", 333), ("fixed", 423)]
)
def test_customers_who_are_all_equal_get_this_score(
    compiled: list[str], name: str, expected: int
) -> None:
    sql = compiled[list(SETTINGS).index(name)]
    for customers in (1, 7):
        orders = pd.DataFrame({"customer_key": range(customers)})
        orders[list(MEASURES.values())] = [10, 2, 12]
        assert set(score(sql, orders)["rfm_score"]) == {expected}


@pytest.mark.parametrize(("grid", "names"), [("grid11", 11), ("grid10", 10), ("r_rfm", 11)])
def test_a_grid_covers_each_cell_once(grid: str, names: int) -> None:
    found = cells(grid)
    assert set(found) == set(itertools.product(range(1, 6), repeat=3))
    assert len(set(found.values())) == names


def test_a_gap_and_a_repeat_in_a_grid_are_found(built: Project) -> None:
    path = "compiled/covey/tests/assert_rfm_grids_cover_each_cell_once.sql"
    sql = re.sub(r'"\w+"\.("covey_)', r"\1", (built.target / path).read_text(encoding="utf-8"))
    columns = "grid, recency_score, frequency_score, monetary_score, box_count"
    with duckdb.connect() as connection:
        connection.execute("create schema covey_seeds")
        connection.execute(f"create table covey_seeds.rfm_grids as from '{GRIDS}'")
        assert connection.execute(sql).fetchall() == []
        connection.execute(
            """update covey_seeds.rfm_grids set monetary_to = 4
            where grid = 'grid10' and rfm_segment = 'Promising'"""
        )
        connection.execute(
            """insert into covey_seeds.rfm_grids values ('grid11', 'Stars', 5, 5, 5, 5, 5, 5)"""
        )
        found = connection.execute(f"select {columns} from ({sql}) order by all").fetchall()
        assert found == [("grid10", 4, 1, 5, 0), ("grid11", 5, 5, 5, 2)]
        connection.execute("delete from covey_seeds.rfm_grids where grid = 'grid11'")
        found = connection.execute(f"select count(*) from ({sql}) where grid = 'grid11'").fetchall()
        assert found == [(125,)]


def test_a_mistake_in_a_setting_stops_the_parsing(built: Project, tmp_path: Path) -> None:
    variables = {"covey_rfm": {"scoring": "quantil"}}
    done = built.copy(tmp_path).dbt("parse", variables=variables, ok=False)
    assert 'covey_rfm.scoring is quantil. Did you mean "quantile"?' in done.stdout
