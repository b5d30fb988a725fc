"""The profile of the inputs: right figures, one verdict for each change, and nobody's data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
import yaml
from conftest import ROOT, Project

from covey.cli import main

CONTRACT = yaml.safe_load((ROOT / "models/staging/base/_base__models.yml").read_text("utf-8"))
MODELS = ["int_input_columns_measured", "int_input_values_counted", "input_profile"]
QUANTILES = {"p05": 5, "p25": 25, "p50": 50, "p75": 75, "p95": 95}
SAMPLE_ROWS = 20_000
MOMENTS = ("date", "timestamp")
KINDS = ("volume", "freshness", "null_share", "new_category")


def contract_columns() -> Iterator[tuple[str, str, str, bool]]:
    """Yield input, column, type and whether it holds personal data or an id."""
    for model in CONTRACT["models"]:
        for column in model["columns"]:
            meta = column.get("config", {}).get("meta", {})
            if meta.get("contract"):
                hidden = bool(meta.get("pii")) or column["name"].endswith("_id")
                yield model["config"]["meta"]["input"], column["name"], column["data_type"], hidden


COLUMNS = list(contract_columns())


def last_run(project: Project) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the rows of the last run by input and column."""
    sql = """
        from covey_marts.input_profile
        where run_id = (select arg_max(run_id, profiled_at) from covey_marts.input_profile)
    """
    with duckdb.connect(str(project.database), read_only=True) as connection:
        cursor = connection.execute(sql)
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {(row["input"], row["column_name"]): row for row in rows}


def column_values(project: Project, name: str, column: str) -> list[Any]:
    return [value for (value,) in project.query(f"select {column} from covey_personal.base_{name}")]


def as_type(text: str | None, data_type: str) -> Any:
    """Read a value back from its text."""
    if text is None:
        return None
    if data_type in MOMENTS:
        moment = datetime.fromisoformat(text)
        return moment if data_type == "timestamp" else moment.date()
    if data_type == "boolean":
        return text == "true"
    return {"varchar": str, "double": float, "bigint": int}[data_type](text)


def as_text(value: Any) -> str:
    """Write a value as DuckDB does."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def pairs(values: str | None) -> list[tuple[str, int]]:
    """Read the values and counts of a JSON column."""
    return [(pair["value"], pair["count"]) for pair in json.loads(values or "[]")]


def figures(row: dict[str, Any]) -> dict[str, Any]:
    """Return what a run found, without which run it was and what changed."""
    run = {"run_id", "previous_run_id", "profiled_at", "row_count_change", "new_values"}
    return {
        name: value
        for name, value in row.items()
        if name not in run and not name.endswith("_verdict")
    }


def nearest_rank(ordered: list[Any], percent: int) -> Any:
    """Return the smallest value that `percent` of the values do not exceed."""
    return ordered[max(-(-len(ordered) * percent // 100), 1) - 1]


@pytest.fixture(scope="module")
def found(built: Project) -> dict[tuple[str, str], dict[str, Any]]:
    return last_run(built)


def test_every_column_of_the_contract_is_profiled(
    found: dict[tuple[str, str], dict[str, Any]],
) -> None:
    assert set(found) == {(name, column) for name, column, _, _ in COLUMNS}


@pytest.mark.parametrize(("name", "column", "data_type", "hidden"), COLUMNS)
def test_figures_are_those_of_another_computation(
    built: Project,
    found: dict[tuple[str, str], dict[str, Any]],
    name: str,
    column: str,
    data_type: str,
    hidden: bool,
) -> None:
    row = found[name, column]
    rows = pd.Series(column_values(built, name, column), dtype=object)
    values = rows.dropna()
    raw_rows = len(pd.read_parquet(ROOT / f"data/demo/{name}.parquet", columns=[]))
    assert row["row_count"] == row["sampled_row_count"] == raw_rows == len(rows)
    assert row["null_count"] == rows.isna().sum()
    assert row["null_share"] == pytest.approx(rows.isna().mean(), abs=1e-12)
    assert row["distinct_count"] == values.nunique()
    assert row["data_type"] == data_type
    assert row["is_value_hidden"] == hidden
    counts = sorted(
        ((count, value) for value, count in values.value_counts().items()),
        key=lambda pair: (-pair[0], as_text(pair[1])),
    )
    is_category = (
        not hidden
        and data_type not in MOMENTS
        and 0 < len(counts) <= 50
        and len(counts) * 10 <= len(values)
    )
    ordered = sorted(values) if data_type not in ("varchar", "boolean") and not hidden else []
    shown = ordered or (sorted(values) if is_category else [None])
    assert as_type(row["min_value"], data_type) == shown[0]
    assert as_type(row["max_value"], data_type) == shown[-1]
    for quantile, percent in QUANTILES.items():
        expected = nearest_rank(ordered, percent) if ordered else None
        assert as_type(row[quantile], data_type) == expected, quantile
    top = [] if hidden else [pair for pair in counts[:5] if is_category or pair[0] >= 10]
    assert pairs(row["top_values"]) == [(as_text(value), count) for count, value in top]
    listed = counts if is_category else []
    assert pairs(row["categories"]) == [(as_text(value), count) for count, value in listed]


def test_no_personal_value_is_copied(
    built: Project, found: dict[tuple[str, str], dict[str, Any]]
) -> None:
    shown = {
        value
        for (value,) in built.query(
            """
            select column_value from covey_intermediate.int_input_values_counted
            union all
            from (unpivot covey_intermediate.int_input_columns_measured
                on min_value, max_value, p05, p25, p50, p75, p95) select value
            """
        )
    }
    for (name, column), row in found.items():
        texts = {row[key] for key in ("min_value", "max_value", *QUANTILES)} - {None}
        lists = [row[key] for key in ("top_values", "categories", "new_values")]
        shown |= texts | {value for values in lists for value, _ in pairs(values)}
        if row["is_value_hidden"]:
            assert not texts, (name, column)
            assert lists == [None] * 3, (name, column)
    assert len(shown) > 300
    for name, column, data_type, hidden in COLUMNS:
        # A first name may be a city, and a short number a quantity.
        if hidden and data_type == "varchar" and column not in ("first_name", "last_name"):
            copied = shown.intersection(column_values(built, name, column))
            assert not {value for value in copied if len(value) > 5}, (name, column)


@pytest.fixture(scope="module")
def changed(
    built: Project, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Project, dict[tuple[str, str], dict[str, Any]]]:
    """Return a warehouse profiled a day ago and again after changes, and the profile of before.

    Both profiles are of samples, and the second is made with --full-refresh.
    """
    folder = tmp_path_factory.mktemp("changed")
    project = built.copy(folder)
    variables = {
        "covey_profile_bounds": {"sample_rows": SAMPLE_ROWS},
        "covey_demo_data_dir": str(folder / "data"),
    }
    inputs: dict[str, list[str]] = {}
    for name, column, *_ in COLUMNS:
        inputs.setdefault(name, []).append(column)
    (folder / "data").mkdir()

    def write_inputs(connection: duckdb.DuckDBPyConnection) -> None:
        for name in inputs:
            connection.execute(f"copy changed.{name} to '{folder}/data/{name}.parquet'")

    with duckdb.connect(str(project.database)) as connection:
        connection.execute("create schema changed")
        for name, columns in inputs.items():
            connection.execute(
                f"create table changed.{name} as "
                f"select {', '.join(columns)} from covey_personal.base_{name}"
            )
        for name, column, data_type, _ in COLUMNS:
            # Long past, whatever the clock says: what lies ahead is not judged.
            if data_type in MOMENTS:
                connection.execute(
                    f"update changed.{name} set {column} = {column} - interval 20 years"
                )
        write_inputs(connection)
    project.dbt("run", "--select", "path:models/staging/base", *MODELS, variables=variables)
    before = last_run(project)
    with duckdb.connect(str(project.database)) as connection:
        connection.execute(
            "update covey_marts.input_profile set profiled_at = profiled_at - interval 20 hour"
        )
        for name, column, data_type, _ in COLUMNS:
            if data_type in MOMENTS and name not in UNMOVED:
                connection.execute(
                    f"update changed.{name} set {column} = {column} + interval 1 day"
                )
        for sql in CHANGES:
            assert connection.execute(sql).fetchall()[0][0] > 0, sql
        write_inputs(connection)
    project.dbt("run", "--full-refresh", "--select", *MODELS, variables=variables)
    return project, before


# Inputs whose moments stay where they are between the two runs.
UNMOVED = {"web_events", "offline_events", "survey_responses"}

CHANGES = [
    "delete from changed.identifiers",
    "delete from changed.order_items where hash(order_id, line_id) % 100 < 55",
    """
    insert into changed.products
    select products.* from changed.products cross join range(2)
    """,
    "update changed.customers set marital_status = null where hash(rowid) % 10 = 0",
    # Too few nulls, and too rare a value, to be an anomaly.
    "update changed.customers set gender = null where hash(rowid) % 50 = 0",
    """
    update changed.erasure_requests set request_type = null
    where rowid = (
        select min(rowid) from changed.erasure_requests where request_type is not null
    )
    """,
    "update changed.orders set status = 'lost' where hash(order_id) % 250 = 0",
    "update changed.orders set channel = 'kiosk' where hash(order_id) % 33 = 0",
    """
    update changed.offline_events
    set occurred_at = occurred_at - interval 1 hour
    """,
]

ANOMALIES = {
    ("identifiers", None): "volume fell",
    ("order_items", None): "volume fell",
    ("products", None): "volume rose",
    ("customers", "marital_status"): "more nulls",
    ("orders", "channel"): "new category",
    ("web_events", "occurred_at"): "stale",
    ("web_events", "received_at"): "stale",
    ("offline_events", "occurred_at"): "moved backwards",
}


def test_each_change_has_its_verdict_and_nothing_else_does(
    changed: tuple[Project, dict[tuple[str, str], dict[str, Any]]],
) -> None:
    project, before = changed
    for key, row in last_run(project).items():
        expected = ANOMALIES.get(key) or ANOMALIES.get((key[0], None), "ok")
        assert row["anomaly_verdict"] == expected, key
        assert row["previous_run_id"] == before[key]["run_id"]
        assert row["row_count_change"] == row["row_count"] - before[key]["row_count"]
        found = {row[f"{kind}_verdict"] for kind in KINDS} - {"ok", "not judged"}
        assert found == {expected} - {"ok"}, key
    new = last_run(project)["orders", "channel"]["new_values"]
    assert [value for value, _ in pairs(new)] == ["kiosk"]


def test_a_full_refresh_keeps_the_log(
    changed: tuple[Project, dict[tuple[str, str], dict[str, Any]]],
) -> None:
    assert changed[0].query(
        """
        select count(distinct run_id), count(*), count(previous_run_id)
        from covey_marts.input_profile
        """
    ) == [(3, 3 * len(COLUMNS), 2 * len(COLUMNS))]


def test_a_sample_gives_the_same_figures_again(
    changed: tuple[Project, dict[tuple[str, str], dict[str, Any]]],
) -> None:
    project, before = changed
    after = last_run(project)
    for key, row in after.items():
        if key[0] == "web_events":
            assert row["sampled_row_count"] < row["row_count"]
            assert figures(row) == figures(before[key])


def test_figures_of_a_sample_are_near_those_of_all_rows(
    changed: tuple[Project, dict[tuple[str, str], dict[str, Any]]],
    found: dict[tuple[str, str], dict[str, Any]],
) -> None:
    for key, row in changed[1].items():
        exact = found[key]
        for figure in ("row_count", "unparsable_count"):
            assert row[figure] == exact[figure], (key, figure)
        # Moments were put back by years.
        if row["data_type"] not in ("varchar", *MOMENTS):
            assert row["min_value"] == exact["min_value"], key
            assert row["max_value"] == exact["max_value"], key
        if row["row_count"] <= SAMPLE_ROWS:
            assert row["distinct_count"] == exact["distinct_count"], key
            assert row["null_count"] == exact["null_count"], key
            continue
        share = exact["null_count"] / exact["row_count"]
        error = (share * (1 - share) / row["sampled_row_count"]) ** 0.5
        assert row["null_share"] == pytest.approx(share, abs=5 * error), key
        assert abs(row["sampled_row_count"] - SAMPLE_ROWS) < 5 * SAMPLE_ROWS**0.5
        distinct = exact["distinct_count"]
        assert row["distinct_count"] == pytest.approx(distinct, rel=0.25, abs=2), key
        shares = {value: count / exact["row_count"] for value, count in pairs(exact["categories"])}
        for value, count in pairs(row["categories"]):
            share = count / row["sampled_row_count"]
            assert share == pytest.approx(shares[value], abs=0.02), (key, value)


def test_the_page_shows_anomalies_first_and_no_personal_value(
    changed: tuple[Project, dict[tuple[str, str], dict[str, Any]]],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    project, _ = changed
    assert main(["profile", "--database", str(project.database)]) == 0
    page = capsys.readouterr().out
    anomalies = page.split("## Anomalies")[1].split("## Inputs")[0]
    lines = [line for line in anomalies.splitlines() if line.startswith("|")][2:]
    shown = {
        (name, None if column == "(all columns)" else column.strip("`")): verdict
        for name, column, verdict, _ in (line.strip("| ").split(" | ") for line in lines)
    }
    assert shown == ANOMALIES
    assert len(lines) == len(ANOMALIES)
    assert "kiosk (" in anomalies
    out = tmp_path / "page.md"
    assert main(["profile", "--database", str(project.database), "--out", str(out)]) == 0
    assert out.read_text(encoding="utf-8") == page


def test_the_first_page_says_that_it_is_the_first(
    built: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["profile", "--database", str(built.database)]) == 0
    page = capsys.readouterr().out
    assert "nothing to compare it with" in page
    for name in {name for name, *_ in COLUMNS}:
        assert f"\n## {name}\n" in page


def test_the_page_says_what_to_do_without_a_profile(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = tmp_path / "empty.duckdb"
    assert main(["profile", "--database", str(database)]) == 1
    assert "`dbt build` makes it" in capsys.readouterr().err
    duckdb.connect(str(database)).close()
    assert main(["profile", "--database", str(database)]) == 1
    assert "holds no profile yet" in capsys.readouterr().err


def test_inputs_that_are_not_chosen_are_not_profiled(built: Project, tmp_path: Path) -> None:
    project = built.copy(tmp_path)
    project.dbt(
        "run",
        "--select",
        "int_input_values_counted",
        variables={"covey_profiled_inputs": "orders, products"},
    )
    sql = "select distinct input from covey_intermediate.int_input_values_counted order by input"
    assert project.query(sql) == [("orders",), ("products",)]
    done = project.dbt("parse", variables={"covey_profiled_inputs": "order"}, ok=False)
    assert 'Did you mean "orders"' in done.stdout


def test_a_bound_that_is_none_is_refused(built: Project, tmp_path: Path) -> None:
    bounds = {"covey_profile_bounds": {"sample_row": 5}}
    done = built.copy(tmp_path).dbt("parse", variables=bounds, ok=False)
    assert "no entry sample_row" in done.stdout
    assert '"sample_rows"' in done.stdout
