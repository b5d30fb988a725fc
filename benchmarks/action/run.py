"""Measure what triggers and tactics cost for many customers; see ../README.md.

The people of the bundled data, so many times over: everything that triggers and tactics read is
copied, each copy with keys of its own. Each step runs in a process of its own: its wall time,
processor time and peak memory are its own.
"""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import yaml

sys.path.append(str(Path(__file__).resolve().parents[2]))

from benchmarks.staging.run import (
    ROOT,
    Result,
    arguments_of,
    machine,
    measured,
    of_models,
    report_step,
)

HERE = Path(__file__).resolve().parent
TRIGGERS, TACTICS = "path:models/marts/triggers", "path:models/marts/tactics"
KEPT = ("feature_values",)
"""Views that stay what they are: what they read is copied."""

KEYS = {
    *("customer_key", "event_id", "session_id", "visitor_id", "anonymous_id", "user_id"),
    *("source_session_id", "cart_id", "order_id", "message_id"),
}
"""Columns that name a person or what a person did: another in each copy."""

NIGHTS_UNTIL = 100_000
"""Customers up to which a run as delivered is measured: it judges the whole three times."""

SCANNED = {
    "covey_personal.int_web_events_sessionized": "session_id, count(*), max(occurred_at)",
    "covey_intermediate.int_sessions": "customer_key, count(*), max(ended_at)",
    "covey_intermediate.int_orders_resolved": "customer_key, sum(net_amount), max(ordered_at)",
    "covey_intermediate.int_order_items_resolved": "customer_key, count(*), max(ordered_at)",
    "covey_intermediate.int_purchase_cadences": "customer_key, count(*), max(order_date)",
}
"""What triggers read -> what a scan of it groups by, and what it sums."""

CARTS_BY_HAND = """
    with steps as (
        select
            sessions.customer_key, events.cart_id, events.event_name, events.occurred_at
        from covey_personal.int_web_events_sessionized as events
        inner join covey_intermediate.int_sessions as sessions using (session_id)
        where
            not sessions.is_bot and sessions.customer_key is not null
            and events.event_name in ('add_to_cart', 'checkout_start', 'purchase')
    ),
    carts as (
        select customer_key, cart_id, max(occurred_at) as filled_at
        from steps where event_name = 'add_to_cart' group by all
    )
    select customer_key, cart_id, filled_at + interval 24 hours as triggered_at
    from carts
    where not exists (
        select 1 from steps
        where
            steps.customer_key = carts.customer_key
            and steps.event_name <> 'add_to_cart'
            and steps.occurred_at between carts.filled_at and carts.filled_at + interval 24 hours
    )
"""
TACTICS_BY_HAND = """
    select
        members.customer_key,
        tactics.tactic_id,
        tactics.prior_effect * coalesce(lifetime.expected_value_365_days, 0) as expected_value
    from covey_segmentation.customer_segments as members
    inner join covey_marts.segments as segments using (segmentation, segment_id)
    inner join covey_marts.segment_tactics as matrix on segments.persona_id = matrix.persona_id
    inner join covey_marts.tactics as tactics on matrix.tactic_id = tactics.tactic_id
    left join covey_marts.customer_lifetime_value as lifetime using (customer_key)
    qualify row_number() over (
        partition by members.customer_key order by expected_value desc, tactics.tactic_id
    ) = 1
"""


def dbt(database: Path, *words: str, **variables: Any) -> list[Result]:
    """Run dbt on a warehouse, with the memory that COVEY_BENCHMARK_MEMORY gives DuckDB."""
    profiles = yaml.safe_load((ROOT / "profiles/profiles.yml").read_text(encoding="utf-8"))
    settings = profiles["covey"]["outputs"]["dev"]["settings"]
    settings["memory_limit"] = os.environ["COVEY_BENCHMARK_MEMORY"]
    (database.parent / "profiles.yml").write_text(yaml.safe_dump(profiles), encoding="utf-8")
    target = database.parent / "target"
    command = [str(Path(sys.executable).with_name("dbt")), *words, "--quiet"]
    command += ["--vars", json.dumps(variables), "--project-dir", str(ROOT)]
    command += ["--profiles-dir", str(database.parent)]
    command += ["--target-path", str(target), "--log-path", str(target)]
    environment = os.environ | {"COVEY_DATABASE": str(database)}
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    results: list[Result] = json.loads((target / "run_results.json").read_text())["results"]
    return results


def inputs(manifest: dict[str, Any]) -> dict[str, str]:
    """Return the models that triggers and tactics read and are not among them, with relations."""
    nodes = manifest["nodes"]
    folders = tuple(words.removeprefix("path:models/") for words in (TRIGGERS, TACTICS))
    own = {name for name, node in nodes.items() if node["path"].startswith(folders)}
    read = {parent for name in own for parent in nodes[name]["depends_on"]["nodes"]} - own
    return {
        nodes[name]["name"]: f"{nodes[name]['schema']}.{nodes[name]['name']}"
        for name in sorted(read)
        if name.startswith("model.") and nodes[name]["name"] not in KEPT
    }


def multiply(folder: Path, database: Path) -> Result:
    """Write a warehouse with the demo's people so many times over."""
    demo = folder / "demo/warehouse.duckdb"
    manifest = json.loads((demo.parent / "target/manifest.json").read_text(encoding="utf-8"))
    customers = int(database.parent.name)
    database.parent.mkdir(parents=True, exist_ok=True)
    database.unlink(missing_ok=True)
    rows = {}
    with duckdb.connect() as connection:
        connection.execute(f"set memory_limit = '{os.environ['COVEY_BENCHMARK_MEMORY']}'")
        connection.execute("set preserve_insertion_order = false")
        # Views say the name of the database of the demo, so both have the same.
        connection.execute(f"attach '{demo}' as demo (read_only)")
        connection.execute(f"attach '{database}' as warehouse (storage_version 'v1.5.0')")
        connection.execute("copy from database demo to warehouse")
        connection.execute("detach demo")
        connection.execute("use warehouse")
        [(people,)] = connection.execute(
            "select count(*) from covey_personal.int_customers_profiled"
        ).fetchall()
        # First all views: they read each other's tables.
        relations = inputs(manifest)
        for name, relation in relations.items():
            connection.execute(f"create temp table {name} as from {relation}")
        for name, relation in relations.items():
            columns = [row[0] for row in connection.execute(f"describe {name}").fetchall()]
            if not KEYS & set(columns):
                continue
            selected = ", ".join(
                f"{column} || suffix as {column}" if column in KEYS else column
                for column in columns
            )
            kind = connection.execute(
                "select table_type from information_schema.tables"
                " where table_catalog = 'warehouse'"
                f" and table_schema || '.' || table_name = '{relation}'"
            ).fetchall()[0][0]
            connection.execute(f"drop {'view' if kind == 'VIEW' else 'table'} {relation}")
            connection.execute(f"""
                create table {relation} as
                select {selected}
                from (
                    select if(range = 0, '', '-' || range) as suffix
                    from range({round(customers / people)})
                )
                cross join temp.{name}
            """)
            [(rows[name],)] = connection.execute(f"select count(*) from {relation}").fetchall()
    return {"input_rows": rows}


def scan(folder: Path, database: Path) -> Result:
    """Group what triggers read by whom it is of: the floor."""
    del folder
    with connected(database) as connection:
        for relation, figures in SCANNED.items():
            connection.execute(
                "create or replace temp table scanned as"
                f" select {figures} from {relation} group by all"
            )
    return {}


def by_hand(database: Path, sql: str) -> Result:
    """Write the result of a query into a table, as a user would."""
    with connected(database) as connection:
        connection.execute(f"create or replace table by_hand as {sql}")
        [(rows,)] = connection.execute("select count(*) from by_hand").fetchall()
        connection.execute("drop table by_hand")
    return {"rows": rows}


def connected(database: Path) -> duckdb.DuckDBPyConnection:
    """Open a warehouse as dbt does."""
    connection = duckdb.connect(str(database))
    connection.execute("set threads = 2")
    connection.execute(f"set memory_limit = '{os.environ['COVEY_BENCHMARK_MEMORY']}'")
    return connection


def replay(database: Path, size: str, *, alone: bool) -> Result:
    """Build the busiest batch of the last thirty days again: it must give what stands."""
    with connected(database) as connection:
        [(start, rows)] = connection.execute(f"""
            select date_trunc('{size}', triggered_at), count(*)
            from covey_marts.customer_triggers
            where triggered_at > (select max(triggered_at) - interval 30 days
                from covey_marts.customer_triggers)
            group by all order by 2 desc, 1 limit 1
        """).fetchall()
        before = fingerprint(connection)
    end = start + datetime.timedelta(**{f"{size}s": 1})
    bounds = ("--event-time-start", str(start), "--event-time-end", str(end))
    selection = "customer_triggers" if alone else TRIGGERS
    variables = {"covey_triggers": {"batch_size": size, "lookback": 0}}
    result = of_models(dbt(database, "run", "--select", selection, *bounds, **variables))
    with connected(database) as connection:
        if fingerprint(connection) != before:
            raise SystemExit(f"the replay of {start} changed customer_triggers")
    return result | {"rows": rows}


def fingerprint(connection: duckdb.DuckDBPyConnection) -> tuple[Any, ...]:
    """Return what two tables of triggers with the same rows have in common."""
    sql = "select count(*), bit_xor(hash(t)) from covey_marts.customer_triggers as t"
    return tuple(connection.execute(sql).fetchall()[0])


def counted(database: Path, table: str) -> Result:
    """Return the number of rows of a mart."""
    with connected(database) as connection:
        sql = f"select count(*) from covey_marts.{table}"
        return {"rows": connection.execute(sql).fetchall()[0][0]}


STEPS = {
    "multiply": ("", multiply),
    "scan": ("grouped scan of what triggers read", scan),
    "triggers": (
        "covey: triggers, all of two years",
        lambda folder, database: (
            of_models(dbt(database, "run", "--full-refresh", "--select", TRIGGERS))
            | counted(database, "customer_triggers")
        ),
    ),
    "night": (
        "covey: triggers, a run as delivered",
        lambda folder, database: (
            of_models(dbt(database, "run", "--select", TRIGGERS))
            | counted(database, "customer_triggers")
        ),
    ),
    "day": (
        "covey: triggers, a batch of a day",
        lambda folder, database: replay(database, "day", alone=False),
    ),
    "hour": (
        "covey: triggers, a batch of an hour",
        lambda folder, database: replay(database, "hour", alone=False),
    ),
    "hour_alone": (
        "covey: `customer_triggers` alone, an hour",
        lambda folder, database: replay(database, "hour", alone=True),
    ),
    "carts": (
        "by hand: abandoned carts, one query",
        lambda folder, database: by_hand(database, CARTS_BY_HAND),
    ),
    "tactics": (
        "covey: tactics",
        lambda folder, database: (
            of_models(dbt(database, "run", "--select", TACTICS))
            | counted(database, "customer_tactics")
        ),
    ),
    "best_tactic": (
        "by hand: best tactic of the persona, one query",
        lambda folder, database: by_hand(database, TACTICS_BY_HAND),
    ),
}


def build_demo(folder: Path) -> None:
    """Build the bundled data up to triggers and tactics, where that does not stand."""
    database = folder / "demo" / "warehouse.duckdb"
    if not database.exists():
        database.parent.mkdir(parents=True, exist_ok=True)
        dbt(database, "seed")
        dbt(database, "run", "--select", f"+{TRIGGERS}", f"+{TACTICS}")


def report(customers: int, results: dict[str, Result]) -> list[str]:
    """Lay the results of one size out as Markdown."""
    rows = results.pop("multiply")["input_rows"]
    floor, whole = results["scan"], results["triggers"]
    lines = [
        f"## {customers:,} customers",
        "",
        "Rows: " + ", ".join(f"{name} {count:,}" for name, count in sorted(rows.items())) + ".",
        "",
        "| step | rows | models, s | wall, s | cpu, s | cpu by the scan | peak, MB |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, row in results.items():
        title = STEPS[name][0]
        seconds = f"{row['sql_seconds']:,.1f}" if "sql_seconds" in row else ""
        count = f"{row['rows']:,}" if "rows" in row else ""
        lines.append(
            f"| {title} | {count} | {seconds} | {row['wall_seconds']:,.1f} | "
            f"{row['cpu_seconds']:,.1f} | {row['cpu_seconds'] / floor['cpu_seconds']:.1f} | "
            f"{row['peak_mb']:,} |"
        )
    lines += ["", "| share of all of two years | models | cpu |", "|---|---:|---:|"]
    for name in ("night", "day", "hour", "hour_alone"):
        if name not in results:
            continue
        shares = [
            f"{100 * results[name][key] / whole[key]:.1f} %"
            for key in ("sql_seconds", "cpu_seconds")
        ]
        lines.append(f"| {STEPS[name][0]} | {' | '.join(shares)} |")
    lines += ["", "Slowest models, seconds:", ""]
    for name in ("triggers", "hour", "tactics"):
        found = ", ".join(f"{model} {time}" for model, time in results[name]["slowest"].items())
        lines.append(f"- {STEPS[name][0]}: {found}")
    return [*lines, ""]


def main() -> None:
    """Multiply the demo, measure every step, print the report and write RESULTS.md."""
    parser = arguments_of(__doc__, ROOT / "target/benchmark-action", STEPS)
    parser.set_defaults(customers=[100_000, 1_000_000])
    parser.add_argument("--memory", default="14GB", help="memory limit of DuckDB")
    arguments = parser.parse_args()
    os.environ.setdefault("COVEY_BENCHMARK_MEMORY", arguments.memory)
    if arguments.step:
        report_step(STEPS[arguments.step][1](arguments.data, arguments.database))
        return
    folder = arguments.folder.resolve()
    build_demo(folder)
    text = (HERE / "notes.md").read_text(encoding="utf-8").splitlines()
    text += ["", f"- Machine: {machine()}; DuckDB may take {arguments.memory}.", ""]
    for customers in arguments.customers:
        database = folder / str(customers) / "warehouse.duckdb"
        results = {}
        for name in STEPS:
            if name == "night" and customers > NIGHTS_UNTIL:
                continue
            results[name] = measured(name, folder, database, __file__)
            print(f"{customers:,} {name}: {results[name]}", file=sys.stderr, flush=True)
        text += report(customers, results)
        database.unlink()
    print("\n".join(text))
    (HERE / "RESULTS.md").write_text("\n".join(text), encoding="utf-8")


if __name__ == "__main__":
    main()
