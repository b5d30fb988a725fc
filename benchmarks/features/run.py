"""Measure what features cost beside one scan of the same files and pandas; see ../README.md.

Each step runs in a process of its own: its wall time, processor time and peak memory are its own.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import duckdb

sys.path.append(str(Path(__file__).resolve().parents[2]))

from benchmarks.staging.run import (
    PACKAGES,
    ROOT,
    arguments_of,
    dbt,
    generated,
    machine,
    measured,
    of_models,
    report_step,
)

MOMENTS = {
    "web_events": "least(try_cast(occurred_at as timestamp), try_cast(received_at as timestamp))",
    "orders": "try_cast(ordered_at as timestamp)",
    "messages": "try_cast(occurred_at as timestamp)",
    "offline_events": "try_cast(occurred_at as timestamp)",
}
"""The inputs that the next day adds to, and when their rows happened."""

BUILT_ANYWAY = ("int_input_days", "int_as_of")
"""Counted, but what comes before reads them, too."""

ROLLED_UP = (
    "path:models/intermediate/sessions",
    "path:models/intermediate/messages",
    "path:models/intermediate/orders",
    "int_offline_days",
    "int_offline_days_resolved",
    "path:models/features",
    "event_paths",
    "event_transitions",
)
"""What is counted."""

BEFORE = ("path:models/staging", "+int_customers_profiled", "int_survey_responses_resolved")
"""What stands already and is not counted: staging, identity, consents and customers."""

IN_WINDOW = (
    "cross join covey_intermediate.int_as_of where {} > window_start_date and {} <= as_of_date"
)
COUNTS = {
    "sessions": f"""
        select count(*) from covey_intermediate.int_sessions
        {IN_WINDOW.format("session_date", "session_date")} and not is_bot
    """,
    "orders": f"""
        select count(*) from covey_intermediate.int_orders_resolved
        {IN_WINDOW.format("order_date", "order_date")}
            and not is_cancelled and not is_credit_note and not is_rate_missing
    """,
    "buyers": "select count(*) from covey_features.ftr_customer_orders",
    "customers' orders": "select sum(order_count) from covey_features.ftr_customer_orders",
    "customers' sessions": "select sum(session_count) from covey_features.ftr_customer_web",
    "customers' messages": "select sum(message_count) from covey_features.ftr_customer_messages",
    "customers' visits": "select sum(store_visit_count) from covey_features.ftr_customer_offline",
}
"""What two ways to the same features must agree on."""

Result = dict[str, Any]


def scan(folder: Path, database: Path) -> Result:
    """Count and sum what features are made of, for each customer, visitor or order."""
    del database
    from scans import scanned

    return scanned(folder, grouped=True)


def bare_scan(folder: Path, database: Path) -> Result:
    """Count and sum what features are made of, over all rows."""
    del database
    from scans import scanned

    return scanned(folder, grouped=False)


def frames(folder: Path, database: Path) -> Result:
    """Make the features with pandas."""
    from contenders import by_pandas

    return by_pandas(folder, database.with_suffix(".pandas.parquet"))


def night(folder: Path, database: Path) -> Result:
    """Build sessions, rollups and features; what stands of them is brought up to date."""
    words = ("run", "--select", *BUILT_ANYWAY, *ROLLED_UP)
    return of_models(dbt(folder, database, *words), named=None)


def first_night(folder: Path, database: Path) -> Result:
    """Build sessions, rollups and features as if none of them stood."""
    words = ("run", "--full-refresh", "--select", *BUILT_ANYWAY, *ROLLED_UP)
    return of_models(dbt(folder, database, *words), named=None)


def check(folder: Path, database: Path) -> Result:
    """Return what covey counted."""
    del folder
    with duckdb.connect(str(database), read_only=True) as connection:
        counts = {
            name: int(connection.execute(sql).fetchall()[0][0] or 0) for name, sql in COUNTS.items()
        }
        sql = "select count(*) from covey_features.customer_features"
        return {"counts": counts, "customers": connection.execute(sql).fetchall()[0][0]}


def cut(folder: Path, database: Path) -> Result:
    """Write the inputs into a folder beside the database, without the last day.

    Data dwindle at their end: the last day is what together holds at least as many web events as
    the median of the last thirty days. A row without a moment stays. The lines of an order come
    with it.
    """
    earlier = database.with_suffix("")
    shutil.rmtree(earlier, ignore_errors=True)
    earlier.mkdir(parents=True)
    for path in folder.glob("*.parquet"):
        (earlier / path.name).symlink_to(path)
    with duckdb.connect() as connection:
        connection.execute("set threads = 2")
        [(day,)] = connection.execute(f"""
            with days as (
                select cast({MOMENTS["web_events"]} as date) as day, count(*) as row_count
                from '{folder}/web_events.parquet'
                where day is not null
                group by day
            ),
            recent as (from days order by day desc limit 30),
            summed as (
                select day, sum(row_count) over (order by day desc) as rows_from_here
                from recent
            )
            select max(day) from summed
            where rows_from_here >= (select median(row_count) from recent)
        """).fetchall()
        new = {}
        for name, moment in MOMENTS.items():
            is_new = f"coalesce({moment} >= timestamp '{day}', false)"
            new[name] = f"from '{folder}/{name}.parquet' where {is_new}"
            rows = f"from '{folder}/{name}.parquet' where not {is_new}"
            replaced(connection, rows, earlier / f"{name}.parquet")
        items = f"'{folder}/order_items.parquet'"
        new["order_items"] = f"from {items} where order_id in (select order_id {new['orders']})"
        rows = f"from {items} where order_id is null or order_id not in"
        rows += f" (select order_id {new['orders']} and order_id is not null)"
        replaced(connection, rows, earlier / "order_items.parquet")
        counts = {
            name: connection.execute(f"select count(*) {rows}").fetchall()[0][0]
            for name, rows in new.items()
        }
    return {"day": str(day), "new_rows": counts}


def replaced(connection: duckdb.DuckDBPyConnection, rows: str, path: Path) -> None:
    """Write rows in the place of a link."""
    path.unlink()
    connection.execute(f"copy ({rows}) to '{path}'")


STEPS = {
    "bare_scan": ("one scan, all rows together", bare_scan),
    "scan": ("one scan, per customer or visitor", scan),
    "pandas": ("pandas", frames),
    "first_night": ("covey, first night", first_night),
    "next_day": ("covey, the next day", night),
    "cut": ("", cut),
    "check": ("", check),
}


def before(folder: Path, database: Path, *words: str, whole: bool = True) -> None:
    """Build what is not counted, with or without matching CRM records that share no identifier."""
    matching = {"covey_identity_match": {"enabled": whole}}
    dbt(folder, database, "run", "--select", *BEFORE, *words, **matching)


def of_size(customers: int, parent: Path, *, whole: bool) -> dict[str, Result]:
    """Measure the inputs of so many customers: all steps, or the scans and the first night."""
    folder = generated(customers, parent)

    def step(name: str, data: Path, database: Path) -> Result:
        result = measured(name, data, database, __file__)
        seconds = result["wall_seconds"]
        print(f"  {customers:,} {name}: {seconds} s", file=sys.stderr, flush=True)
        return result

    database = folder.with_suffix(".duckdb")
    nightly = folder.with_name(f"{customers}-nightly.duckdb")
    for path in (database, nightly):
        path.unlink(missing_ok=True)
    # Read once, that the first step does not alone pay for the disk.
    step("bare_scan", folder, database)
    names = ["bare_scan", "scan", *(["pandas"] if whole else [])]
    results = {name: step(name, folder, database) for name in names}

    dbt(folder, database, "seed")
    before(folder, database, whole=whole)
    results["first_night"] = step("first_night", folder, database)
    results["first_check"] = step("check", folder, database)
    database.unlink()
    if not whole:
        return results

    results["cut"] = step("cut", folder, nightly)
    arriving = nightly.with_suffix("")
    dbt(arriving, nightly, "seed")
    before(arriving, nightly)
    step("first_night", arriving, nightly)
    for path in folder.glob("*.parquet"):
        (arriving / path.name).unlink()
        (arriving / path.name).symlink_to(path)
    # Consents read messages: those of the new day are counted, so consents are a day behind.
    before(arriving, nightly, "--exclude", *ROLLED_UP)
    results["next_day"] = step("next_day", arriving, nightly)
    results["next_check"] = step("check", arriving, nightly)
    nightly.unlink()
    shutil.rmtree(arriving)
    return results


def report(customers: int, results: dict[str, Result]) -> str:
    """Lay the results of one size out as Markdown."""
    floor, first, delta = results["scan"], results["first_night"], results.get("next_day")
    lines = [
        f"### {customers:,} customers, {floor['rows']:,} rows in the five files",
        "",
        "| step | wall, s | by the scan | cpu, s | by the scan | models, s | peak, MB |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, (title, _) in STEPS.items():
        if name not in results or not title:
            continue
        row = results[name]
        lines.append(
            f"| {title} | {row['wall_seconds']:,.1f} | {ratio(row, floor, 'wall_seconds')} "
            f"| {row['cpu_seconds']:,.1f} | {ratio(row, floor, 'cpu_seconds')} "
            f"| {row.get('sql_seconds', '')} | {row['peak_mb']:,} |"
        )
    lines += ["", "| ratio | wall | cpu | models |", "|---|---:|---:|---:|"]
    pairs = [("covey, first night / one scan", first, floor)]
    if "pandas" in results:
        pairs.append(("pandas / covey, first night", results["pandas"], first))
    if delta:
        pairs.append(("covey, the next day / first night", delta, first))
    for title, row, base in pairs:
        kinds = ("wall_seconds", "cpu_seconds", "sql_seconds")
        cells = " | ".join(ratio(row, base, kind) for kind in kinds)
        lines.append(f"| {title} | {cells} |")
    lines += ["", "| model | first night, s | next day, s |", "|---|---:|---:|"]
    for model, seconds in list(first["slowest"].items())[:10]:
        later = f"{delta['slowest'].get(model, 0):.1f}" if delta else ""
        lines.append(f"| `{model}` | {seconds:.1f} | {later} |")
    if not delta:
        return "\n".join([*lines, ""])
    once, nightly = results["first_check"], results["next_check"]
    rows = ", ".join(f"{count:,} {name}" for name, count in results["cut"]["new_rows"].items())
    lines += ["", f"The next day is {results['cut']['day']} and what came after it: {rows}."]
    if once["counts"] == nightly["counts"]:
        lines.append("Built by days or at once, the counts are the same.")
    else:
        lines.append(f"NOT THE SAME by days and at once: {nightly['counts']}, {once['counts']}.")
    if "pandas" in results:
        mine = results["pandas"]
        lines.append(
            f"Sessions: covey {once['counts']['sessions']:,}, pandas {mine['sessions']:,}; orders: "
            f"covey {once['counts']['orders']:,}, pandas {mine['orders']:,}; rows: covey "
            f"{once['customers']:,} customers, pandas {mine['customers']:,} CRM records."
        )
    return "\n".join([*lines, ""])


def ratio(row: Result, base: Result, kind: str) -> str:
    """Return a figure of a step as a multiple of another's; what has no models has wall seconds."""
    return f"{row.get(kind, row['wall_seconds']) / base.get(kind, base['wall_seconds']):.2f}"


def main() -> None:
    """Measure every step on the inputs of each size, and print the tables of RESULTS.md."""
    parser = arguments_of(__doc__, ROOT / "target/benchmark-features", STEPS)
    parser.add_argument(
        "--whole-up-to",
        type=int,
        default=100_000,
        metavar="CUSTOMERS",
        help="for more: the scan and the first night alone, without matching CRM records before",
    )
    arguments = parser.parse_args()
    if arguments.step:
        report_step(STEPS[arguments.step][1](arguments.data, arguments.database))
        return
    print(f"{machine((*PACKAGES, 'pandas', 'pyarrow'))}.\n", flush=True)
    for customers in arguments.customers:
        whole = customers <= arguments.whole_up_to
        results = of_size(customers, arguments.folder, whole=whole)
        written = arguments.folder.resolve() / f"{customers}.json"
        written.write_text(json.dumps(results, indent=2), encoding="utf-8")
        print(report(customers, results), flush=True)


if __name__ == "__main__":
    main()
