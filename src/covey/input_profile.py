"""The profile of the inputs in the last run, as a page in Markdown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from covey.report import ReportError, read_warehouse

LAST_RUN_SQL = """
select
    current_run.run_id,
    current_run.input,
    current_run.column_name,
    current_run.data_type,
    current_run.min_value,
    current_run.p50,
    current_run.max_value,
    current_run.top_values,
    current_run.new_values,
    current_run.volume_verdict,
    current_run.freshness_verdict,
    current_run.null_share_verdict,
    current_run.new_category_verdict,
    current_run.row_count,
    current_run.sampled_row_count,
    current_run.distinct_count,
    current_run.null_share,
    current_run.unparsable_count,
    current_run.is_value_hidden,
    current_run.profiled_at,
    previous_run.profiled_at as previous_profiled_at,
    previous_run.row_count as previous_row_count,
    previous_run.null_share as previous_null_share,
    previous_run.max_value as previous_max_value
from {schema}_marts.input_profile as current_run
left join {schema}_marts.input_profile as previous_run
    on
        current_run.previous_run_id = previous_run.run_id
        and current_run.input = previous_run.input
        and current_run.column_name = previous_run.column_name
where current_run.run_id = (
    select run_id from {schema}_marts.input_profile
    order by profiled_at desc, run_id desc
    limit 1
)
order by current_run.input, current_run.column_name
"""

MOSTLY_EMPTY = 0.5
LONGEST_VALUE = 32


@dataclass(frozen=True)
class ProfiledColumn:
    """One column of one input in the last run, with what the run before found."""

    run_id: str
    input: str
    column_name: str
    data_type: str
    min_value: str | None
    p50: str | None
    max_value: str | None
    top_values: str | None
    new_values: str | None
    volume_verdict: str
    freshness_verdict: str
    null_share_verdict: str
    new_category_verdict: str
    row_count: int
    sampled_row_count: int
    distinct_count: int
    null_share: float | None
    unparsable_count: int
    is_value_hidden: bool
    profiled_at: datetime
    previous_profiled_at: datetime | None
    previous_row_count: int | None
    previous_null_share: float | None
    previous_max_value: str | None


def cell(text: str | None) -> str:
    """Return a text that is safe in a cell of a Markdown table; longer ones are cut."""
    if text is None:
        return ""
    line = " ".join(text.split())
    if len(line) > LONGEST_VALUE:
        line = line[: LONGEST_VALUE - 3] + "..."
    return re.sub(r"([\\`*_|\[\]])", r"\\\1", line).replace("<", "&lt;")


def table(header: list[str], rows: list[list[str]]) -> list[str]:
    """Return a Markdown table."""
    return [f"| {' | '.join(row)} |" for row in [header, ["---"] * len(header), *rows]]


def values_in_words(values: str | None, rows: int) -> str:
    """Return the value and count pairs of a JSON text as values with their share of `rows`."""
    pairs = json.loads(values) if values else []
    return ", ".join(f"{cell(pair['value'])} ({pair['count'] / rows:.1%})" for pair in pairs)


def anomalies(column: ProfiledColumn) -> Iterator[tuple[str, str, str]]:
    """Yield column, verdict and what was found for each verdict that is an anomaly."""
    if column.volume_verdict in ("volume fell", "volume rose"):
        found = f"{column.row_count:,} rows, {column.previous_row_count or 0:,} before"
        yield "(all columns)", column.volume_verdict, found
    if column.freshness_verdict == "stale":
        found = f"newest is still {column.max_value}"
        yield f"`{column.column_name}`", column.freshness_verdict, found
    if column.freshness_verdict == "moved backwards":
        found = f"newest is {column.max_value}, {column.previous_max_value} before"
        yield f"`{column.column_name}`", column.freshness_verdict, found
    if column.null_share_verdict == "more nulls":
        found = f"{column.null_share or 0:.1%} null, {column.previous_null_share or 0:.1%} before"
        yield f"`{column.column_name}`", column.null_share_verdict, found
    if column.new_category_verdict == "new category":
        found = values_in_words(column.new_values, column.sampled_row_count)
        yield f"`{column.column_name}`", column.new_category_verdict, found


def describe_anomalies(columns: list[ProfiledColumn]) -> list[str]:
    """Return the section on what changed since the run before, one row a finding."""
    if all(column.previous_profiled_at is None for column in columns):
        return ["This is the first run: there is nothing to compare it with yet."]
    # The volume is that of the input: it would be found again for each of its columns.
    found = dict.fromkeys(
        (column.input, *anomaly) for column in columns for anomaly in anomalies(column)
    )
    if not found:
        return ["None."]
    return table(["input", "column", "verdict", "found"], [list(row) for row in found])


def describe_input(columns: list[ProfiledColumn]) -> list[str]:
    """Return the section of one input, one row a column."""
    rows = [
        [
            f"`{column.column_name}`",
            column.data_type,
            f"{column.null_share or 0:.1%}",
            f"{column.unparsable_count:,}",
            f"{column.distinct_count:,}",
            cell(column.min_value),
            cell(column.p50),
            cell(column.max_value),
            "(hidden)"
            if column.is_value_hidden
            else values_in_words(column.top_values, column.sampled_row_count),
        ]
        for column in columns
    ]
    header = ["column", "type", "null", "did not parse", "distinct", "min", "median", "max"]
    first = columns[0]
    sampled = f", {first.sampled_row_count:,} of them in the sample"
    return [
        f"## {first.input}",
        "",
        f"{first.row_count:,} rows{sampled if first.sampled_row_count < first.row_count else ''}.",
        "",
        *table([*header, "most frequent"], rows),
        "",
    ]


def summarise_input(columns: list[ProfiledColumn]) -> list[str]:
    """Return the row of one input in the overview."""
    first = columns[0]
    # Moments that lie ahead, such as expiries, say nothing of how fresh an input is.
    moments = [
        column.max_value
        for column in columns
        if column.data_type in ("date", "timestamp")
        and column.max_value
        and column.max_value <= f"{column.profiled_at}"
    ]
    empty = [column for column in columns if (column.null_share or 0) > MOSTLY_EMPTY]
    before = first.previous_row_count
    return [
        f"[{first.input}](#{first.input})",
        f"{first.row_count:,}",
        "" if before is None else f"{first.row_count - before:+,}",
        f"{len(empty)} of {len(columns)}",
        f"{sum(column.unparsable_count for column in columns):,}",
        max(moments, default=""),
    ]


def render_profile(database: Path, schema: str) -> str:
    """Describe the inputs of the last run, what changed first.

    Parameters
    ----------
    database
        DuckDB file that dbt built; opened read-only.
    schema
        Target schema of the dbt profile, such as ``covey``.

    Raises
    ------
    ReportError
        When the file or its profile is not there.
    ValueError
        When `schema` is not a plain name.
    """
    rows = read_warehouse(database, schema, (LAST_RUN_SQL,), "profile")[0]
    if not rows:
        raise ReportError(f"{database} holds no profile yet; `dbt build` makes it")
    columns = [ProfiledColumn(*row) for row in rows]
    inputs = [list(group) for _, group in groupby(columns, key=lambda column: column.input)]
    filled = [group for group in inputs if group[0].row_count > 0]
    empty = [group[0].input for group in inputs if group[0].row_count == 0]
    moments = [
        column.previous_profiled_at for column in columns if column.previous_profiled_at is not None
    ]
    before = f", compared with {max(moments):%Y-%m-%d %H:%M}" if moments else ""
    header = ["input", "rows", "change", "mostly empty columns", "did not parse", "newest"]
    lines = [
        "# Input profile",
        "",
        f"Run of {columns[0].profiled_at:%Y-%m-%d %H:%M} UTC{before} (`{columns[0].run_id}`).",
        "",
        "## Anomalies",
        "",
        *describe_anomalies(columns),
        "",
        "## Inputs",
        "",
        *table(header, [summarise_input(group) for group in filled]),
        "",
    ]
    if empty:
        lines += [f"Absent or without rows: {', '.join(empty)}.", ""]
    for group in filled:
        lines += describe_input(group)
    return "\n".join(lines).rstrip("\n")
