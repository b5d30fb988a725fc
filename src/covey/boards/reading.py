"""Boards as they are written in YAML, with the rows that their queries return."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import yaml
from jinja2 import Environment, StrictUndefined

from covey.report import ReportError, check_warehouse

Row = dict[str, Any]
TEMPLATES = Environment(undefined=StrictUndefined)

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
SEGMENTATIONS_SQL = """
select
    segmentation,
    currency,
    segments,
    customers,
    monetary,
    window_days,
    least_customers,
    as_of_date
from covey_marts.board_segmentations
order by is_primary desc, segmentation
"""


@dataclass(frozen=True)
class Chart:
    """One chart of a board with its rows.

    `drawn` is the chart as dct is to draw it: without its words, which the page shows as text that
    wraps, and without the query, whose rows it is given.
    """

    name: str
    kind: str
    title: str
    reading: str
    if_empty: str
    columns: list[str]
    rows: list[Row]
    drawn: dict[str, Any]


@dataclass(frozen=True)
class Board:
    """One page: rows of charts that stand side by side."""

    name: str
    title: str
    notes: str
    layout: list[list[Chart]]
    rows_of: Mapping[str, list[Row]] = field(default_factory=dict)

    @property
    def charts(self) -> list[Chart]:
        """Return every chart in the order of the page."""
        return [chart for row in self.layout for chart in row]


def in_full(day: date) -> str:
    """Return a day as 30 June 2026, in whatever locale."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def finite(value: Any) -> Any:
    """Return a value; a number as a plain one, and none where it is no finite number."""
    if isinstance(value, Decimal):
        value = float(value)
    return None if isinstance(value, float) and not math.isfinite(value) else value


def run_queries(
    connection: duckdb.DuckDBPyConnection,
    queries: Mapping[str, str],
    schema: str,
    values: Mapping[str, str],
) -> dict[str, tuple[list[str], list[Row]]]:
    """Return the columns and rows of each query, its variables filled in."""
    found = {}
    for name, sql in queries.items():
        own = sql.replace("covey_marts.", f"{schema}_marts.")
        done = connection.execute(TEMPLATES.from_string(own).render(values))
        columns = [column[0] for column in done.description or []]
        found[name] = (
            columns,
            [
                {column: finite(value) for column, value in zip(columns, row, strict=True)}
                for row in done.fetchall()
            ],
        )
    return found


def filled(value: Any, values: Mapping[str, str]) -> Any:
    """Return what is written in YAML with the variables in its texts filled in."""
    if isinstance(value, Mapping):
        return {key: filled(item, values) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, values) for item in value]
    if isinstance(value, str):
        return TEMPLATES.from_string(value).render(values)
    return value


def read_board(
    path: Path, connection: duckdb.DuckDBPyConnection, schema: str, values: Mapping[str, str]
) -> Board:
    """Return a board with the rows of its charts.

    Parameters
    ----------
    path
        YAML file of the board.
    connection
        Connection to a built warehouse.
    schema
        Target schema of the dbt profile; takes the place of ``covey`` in the queries.
    values
        Value of each variable that its queries and texts name.

    Raises
    ------
    ReportError
        When a chart lacks its title, its sentence on how to read it or its query.
    """
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    quoted = {name: value.replace("'", "''") for name, value in values.items()}
    found = run_queries(connection, written.pop("queries", {}), schema, quoted)
    written = filled(written, values)

    def chart(name: str) -> Chart:
        spec = dict(written["charts"][name])
        for key in ("title", "subtitle", "notes", "query"):
            if not spec.get(key):
                raise ReportError(f"{path.name}: chart {name} has no {key}")
        columns, rows = found[spec["query"]]
        return Chart(
            name=name,
            kind=spec["type"],
            title=spec.pop("title"),
            reading=spec.pop("subtitle"),
            if_empty=spec.pop("notes"),
            columns=columns,
            rows=rows,
            drawn={key: value for key, value in spec.items() if key != "query"},
        )

    return Board(
        name=re.sub(r"^\d+-", "", path.stem),
        title=written["title"],
        notes=written.get("notes", ""),
        layout=[
            [chart(name) for name in (row["cols"] if isinstance(row, dict) else [row])]
            for row in written["rows"]
        ],
        rows_of={name: rows for name, (_, rows) in found.items()},
    )


def read_boards(
    folder: Path, database: Path, schema: str, segmentation: str | None
) -> tuple[Row, list[Board]]:
    """Return the segmentation that is shown and every board of a folder.

    Parameters
    ----------
    folder
        Folder of the boards; those in `charts` whose names begin with a digit are pages.
    database
        DuckDB file that dbt built; opened read-only.
    schema
        Target schema of the dbt profile.
    segmentation
        The one to show; None: the primary one.

    Raises
    ------
    ReportError
        When the file, its tables, the boards or the segmentation are not there.
    ValueError
        When `schema` is not a plain name.
    """
    check_warehouse(database, schema)
    paths = sorted(folder.glob("charts/[0-9]*.yml"))
    if not paths:
        raise ReportError(
            f"there are no boards in {folder / 'charts'}; --boards names their folder"
        )
    with duckdb.connect(str(database), read_only=True) as connection:
        try:
            known = run_queries(connection, {"all": SEGMENTATIONS_SQL}, schema, {})["all"][1]
            about = chosen(known, segmentation)
            values = values_of(about)
            return about, [read_board(path, connection, schema, values) for path in paths]
        except duckdb.CatalogException as error:
            reason = str(error).splitlines()[0]
            raise ReportError(f"{database} holds no marts for boards yet ({reason})") from error
        except duckdb.BinderException as error:
            reason = str(error).splitlines()[0]
            raise ReportError(
                f"{database} was not built by this version; build it again ({reason})"
            ) from error


def values_of(about: Row) -> dict[str, str]:
    """Return the variables of boards for a segmentation."""
    days = about["window_days"]
    return {
        "segmentation": str(about["segmentation"]),
        "currency": str(about["currency"]),
        "period": f"in the last {days:,} days" if days else "in the feature window",
    }


def chosen(known: list[Row], segmentation: str | None) -> Row:
    """Return the segmentation that is asked for, else the primary one, else nothing known."""
    if segmentation is None:
        nothing: Row = {"segmentation": "-", "currency": "the reporting currency", "segments": 0}
        nothing |= {"customers": 0, "monetary": 0, "window_days": None, "least_customers": None}
        return known[0] if known else {**nothing, "as_of_date": None}
    for row in known:
        if row["segmentation"] == segmentation:
            return row
    names = ", ".join(str(row["segmentation"]) for row in known) or "none"
    raise ReportError(f"there is no segmentation {segmentation!r}; there are: {names}")
