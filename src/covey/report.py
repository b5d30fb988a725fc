"""What a build came to, as text for a terminal."""

from __future__ import annotations

import json
import re
import textwrap
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

SEGMENTS_SQL = """
with ranked_tactics as (
    select
        segment_tactics.segmentation,
        segment_tactics.segment_id,
        tactics.tactic_name,
        row_number() over (
            partition by segment_tactics.segmentation, segment_tactics.segment_id
            -- What the segment is known for, before what fits everybody.
            order by
                segment_tactics.segment = '(any)',
                segment_tactics.persona_id = '(any)',
                segment_tactics.priority,
                tactics.tactic_id
        ) as tactic_rank
    from {schema}_marts.segment_tactics as segment_tactics
    inner join {schema}_marts.tactics as tactics
        on segment_tactics.tactic_id = tactics.tactic_id
    where
        segment_tactics.rfm_segment = '(any)'
        and segment_tactics.journey_stage = '(any)'
        and segment_tactics.trigger_id = '(any)'
)

select
    segments.segmentation,
    segments.segment_id,
    segments.segment_name,
    segments.customers,
    segments.customer_share,
    segments.value_share,
    ranked_tactics.tactic_name
from {schema}_marts.segments as segments
left join ranked_tactics
    on
        segments.segmentation = ranked_tactics.segmentation
        and segments.segment_id = ranked_tactics.segment_id
        and ranked_tactics.tactic_rank = 1
order by segments.segmentation, try_cast(segments.segment_id as integer) nulls last
"""

SINGLE_SQL = """
select
    segmentation,
    choice_reason
from {schema}_segmentation.segmentation_candidates
where
    is_chosen
    and verdict = 'no structure'
order by segmentation, part
"""

QUALITY_SQL = """
select
    sum(raw_rows),
    sum(kept_rows),
    sum(duplicate_rows),
    sum(quarantined_rows)
from {schema}_marts.source_reconciliation
"""


class ReportError(Exception):
    """There is nothing to report on; the message says what to do."""


def align(header: list[str], rows: list[list[str]], right: set[int]) -> list[str]:
    """Lay out a table: columns as wide as their widest cell, `right` ones flush right."""
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    return [
        "  ".join(
            cell.rjust(width) if i in right else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in [header, ["-" * width for width in widths], *rows]
    ]


def describe_tests(run_results: Path) -> str:
    """Say how the data tests of the last dbt run ended.

    Parameters
    ----------
    run_results
        dbt's run_results.json.
    """
    if not run_results.is_file():
        return "Data tests: not run (no dbt results found)."
    results: list[dict[str, Any]] = json.loads(run_results.read_text(encoding="utf-8"))["results"]
    tests = [
        result for result in results if result["unique_id"].split(".")[0] in ("test", "unit_test")
    ]
    counts = Counter(str(result["status"]) for result in tests)
    if not tests:
        return "Data tests: none in the last dbt run."
    failed = [
        result["unique_id"].split(".")[2]
        for result in tests
        if result["status"] in ("fail", "error", "runtime error")
    ]
    words = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
    verdict = f"FAILED: {', '.join(failed)}" if failed else "nothing is wrong"
    return f"Data and unit tests: {words}; {verdict}."


def check_warehouse(database: Path, schema: str) -> None:
    """Refuse what cannot be read.

    Raises
    ------
    ReportError
        When the file is not there.
    ValueError
        When `schema` is not a plain name.
    """
    if not re.fullmatch(r"\w+", schema):
        raise ValueError(f"schema must be a plain name, got {schema!r}")
    if not database.is_file():
        raise ReportError(f"there is no database at {database}; `dbt build` makes it")


def read_warehouse(
    database: Path, schema: str, queries: Sequence[str], what: str
) -> list[list[tuple[Any, ...]]]:
    """Return the rows of each query against a warehouse that is opened read-only.

    Parameters
    ----------
    database
        DuckDB file that dbt built.
    schema
        Target schema of the dbt profile; stands for ``{schema}`` in the queries.
    queries
        SQL texts.
    what
        What the queries look for, for the error.

    Raises
    ------
    ReportError
        When the file or its tables are not there.
    ValueError
        When `schema` is not a plain name.
    """
    check_warehouse(database, schema)
    with duckdb.connect(str(database), read_only=True) as connection:
        try:
            return [connection.execute(query.format(schema=schema)).fetchall() for query in queries]
        except duckdb.CatalogException as error:
            reason = str(error).splitlines()[0]
            raise ReportError(f"{database} holds no {what} yet ({reason})") from error


def render_report(database: Path, schema: str, run_results: Path) -> str:
    """Describe the segments of a built warehouse.

    Parameters
    ----------
    database
        DuckDB file that dbt built; opened read-only.
    schema
        Target schema of the dbt profile, such as ``covey``.
    run_results
        dbt's run_results.json.

    Raises
    ------
    ReportError
        When the file or its tables are not there.
    ValueError
        When `schema` is not a plain name.
    """
    queries = (SEGMENTS_SQL, SINGLE_SQL, QUALITY_SQL)
    segments, single, quality = read_warehouse(database, schema, queries, "segments")
    raw, kept, duplicates, quarantined = quality[0]
    rows = [
        [
            segmentation,
            segment_id,
            name,
            f"{customers:,}",
            f"{share:.1%}",
            "-" if value_share is None else f"{value_share:.1%}",
            tactic or "-",
        ]
        for segmentation, segment_id, name, customers, share, value_share, tactic in segments
    ]
    header = ["segmentation", "id", "segment", "customers", "share", "value", "top tactic"]
    lines = ["", *align(header, rows, right={1, 3, 4, 5}), ""]
    for segmentation, reason in single:
        # What was left out of the features is said in the table.
        said = f"{segmentation}: {reason.split('; left out')[0]}."
        lines += [*textwrap.wrap(said, width=92, subsequent_indent="  "), ""]
    lines.append(
        f"Input rows: {raw:,} = {kept:,} kept + {duplicates:,} duplicates "
        f"+ {quarantined:,} quarantined."
    )
    lines.append(describe_tests(run_results))
    lines.append("")
    lines.append(f"The warehouse is {database.resolve()}")
    lines.append(f"Open it: duckdb -readonly {database}  or, in Python,")
    lines.append(
        f"  import duckdb; duckdb.connect({str(database)!r}, read_only=True)"
        f".sql('from {schema}_marts.segments').show()"
    )
    return "\n".join(lines)
