"""The `covey` command."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from covey import __version__


def positive_integer(text: str) -> int:
    """Parse a whole number above zero.

    Raises
    ------
    argparse.ArgumentTypeError
        When the text is anything else.
    """
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above zero")
    return int(text)


def demo_data(arguments: argparse.Namespace) -> int:
    """Write a synthetic multi-source data set."""
    from covey.demo import write_demo_data

    try:
        write_demo_data(
            arguments.out,
            customers=arguments.customers,
            months=arguments.months,
            seed=arguments.seed,
            progress=lambda line: print(line, file=sys.stderr, flush=True),
        )
    except ValueError as error:
        print(f"covey demo-data: {error}", file=sys.stderr)
        return 2
    print(f"Wrote {arguments.out}")
    return 0


def show(arguments: argparse.Namespace) -> int:
    """Print the segments of a built warehouse."""
    from covey.report import ReportError, render_report

    try:
        print(render_report(arguments.database, arguments.schema, arguments.run_results))
    except ReportError as error:
        print(f"covey show: {error}", file=sys.stderr)
        return 1
    return 0


def profile(arguments: argparse.Namespace) -> int:
    """Print the profile of the inputs in the last run."""
    from covey.input_profile import render_profile
    from covey.report import ReportError

    try:
        page = render_profile(arguments.database, arguments.schema)
    except ReportError as error:
        print(f"covey profile: {error}", file=sys.stderr)
        return 1
    if arguments.out is None:
        print(page)
    else:
        arguments.out.write_text(page + "\n", encoding="utf-8")
        print(f"Wrote {arguments.out}")
    return 0


def boards(arguments: argparse.Namespace) -> int:
    """Write the boards of a built warehouse as a site that opens from disk."""
    from covey.boards import build_site
    from covey.report import ReportError

    try:
        front_page = build_site(
            arguments.database,
            schema=arguments.schema,
            boards=arguments.boards,
            out=arguments.out,
            segmentation=arguments.segmentation,
        )
    except (ReportError, ValueError) as error:
        print(f"covey boards: {error}", file=sys.stderr)
        return 1
    print(f"The boards are {front_page.resolve()}")
    return 0


def export(arguments: argparse.Namespace) -> int:
    """Write the exports of a built warehouse as files."""
    from covey.exports import ExportError, run_export

    try:
        manifests = run_export(
            arguments.database,
            schema=arguments.schema,
            out=arguments.out,
            destinations=arguments.destination,
        )
    except ExportError as error:
        print(f"covey export: {error}", file=sys.stderr)
        return 1
    for manifest in manifests:
        folder = arguments.out / manifest["destination_id"] / manifest["export_id"]
        print(f"{folder}: {manifest['row_count']:,} rows in {len(manifest['files']):,} files")
    if not manifests:
        print("No destination is switched on: see docs/activate-audiences.md")
    return 0


def confirm_export(arguments: argparse.Namespace) -> int:
    """Record that a destination has taken an export in."""
    from covey.doctor import printed_by

    try:
        print(
            printed_by(
                "covey_confirm_export",
                "--args",
                json.dumps({"export_id": arguments.export_id}),
                "--project-dir",
                str(arguments.project_dir),
                *(("--vars", arguments.vars) if arguments.vars else ()),
                *dbt_options(arguments),
            )
        )
    except RuntimeError as error:
        print(f"covey confirm-export: {error}", file=sys.stderr)
        return 1
    return 0


def publish(arguments: argparse.Namespace) -> int:
    """Copy the public tables of a built warehouse into a file for BI."""
    from covey.publish import PublishError, run_publish

    try:
        published = run_publish(
            arguments.database,
            out=arguments.out,
            target=arguments.target_path,
            with_personal=arguments.with_personal,
            despite_failures=arguments.despite_failures,
        )
    except PublishError as error:
        print(f"covey publish: nothing was published: {error}", file=sys.stderr)
        return 1
    print(published)
    return 0


def add_database(command: argparse.ArgumentParser) -> None:
    """Add the option that says which file a command reads."""
    command.add_argument(
        "--database",
        type=Path,
        default=Path(os.environ.get("COVEY_DATABASE", "warehouse.duckdb")).expanduser(),
        help="DuckDB file that dbt built (default: COVEY_DATABASE or warehouse.duckdb)",
    )


def add_warehouse(command: argparse.ArgumentParser) -> None:
    """Add the options that say which warehouse a command reads."""
    add_database(command)
    command.add_argument(
        "--schema", default="covey", help="target schema of the dbt profile (default: covey)"
    )


def doctor(arguments: argparse.Namespace) -> int:
    """Report on the configuration, propose a mapping and judge the data."""
    from covey.doctor import MISUSE, Options, run_doctor

    passed_vars = ("--vars", arguments.vars) if arguments.vars else ()
    options = Options(
        project_dir=arguments.project_dir,
        schemas=tuple(arguments.schema),
        sample_rows=arguments.sample_rows,
        dbt=(*dbt_options(arguments), *passed_vars),
    )
    code, text = run_doctor(options)
    if code == MISUSE:
        print(f"covey doctor: {text}", file=sys.stderr)
    else:
        print(text)
    return code


def backfill(arguments: argparse.Namespace) -> int:
    """Build the tables that are a log as of earlier days."""
    from covey.backfill import BackfillError, parsed_variables, run_backfill

    try:
        variables = parsed_variables(arguments.vars)
        if arguments.periods is not None:
            variables["covey_backfill_periods"] = arguments.periods
        if arguments.period is not None:
            variables["covey_period"] = arguments.period
        days = run_backfill(
            project_dir=arguments.project_dir,
            variables=variables,
            dbt=dbt_options(arguments),
            progress=lambda line: print(f"covey backfill: {line}", file=sys.stderr, flush=True),
        )
    except BackfillError as error:
        print(f"covey backfill: {error}", file=sys.stderr)
        return 1
    print(f"Built {len(days)} earlier days" + (f": {days[0]} to {days[-1]}" if days else ""))
    return 0


def dbt_options(arguments: argparse.Namespace) -> tuple[str, ...]:
    """Return the options that a command passes on to dbt."""
    passed = {
        "--profiles-dir": arguments.profiles_dir,
        "--profile": arguments.profile,
        "--target": arguments.target,
    }
    return tuple(word for key, value in passed.items() if value for word in (key, str(value)))


def add_project(command: argparse.ArgumentParser) -> None:
    """Add the options that say which dbt project a command runs."""
    command.add_argument(
        "--project-dir", type=Path, default=Path("."), help="folder of the dbt project (default: .)"
    )
    command.add_argument("--profiles-dir", type=Path, help="folder of profiles.yml, as for dbt")
    command.add_argument("--profile", help="profile to use, as for dbt")
    command.add_argument("--target", "-t", help="target to use, as for dbt")
    command.add_argument("--vars", help="vars as YAML, as for dbt")


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="covey", description="Customer segmentation as dbt models, on your own warehouse."
    )
    parser.add_argument("--version", action="version", version=f"covey {__version__}")
    commands = parser.add_subparsers(required=True, metavar="command")

    shown = commands.add_parser("show", help="show the segments of a built warehouse")
    add_warehouse(shown)
    shown.add_argument(
        "--run-results",
        type=Path,
        default=Path("target/run_results.json"),
        help="results of the dbt run, for the verdict of the data tests",
    )
    shown.set_defaults(handler=show)

    profiled = commands.add_parser(
        "profile", help="show what the inputs held in the last run, and what changed"
    )
    add_warehouse(profiled)
    profiled.add_argument("--out", type=Path, help="file for the page (default: the terminal)")
    profiled.set_defaults(handler=profile)

    checked = commands.add_parser(
        "doctor",
        help="check the configuration, propose a mapping, judge the data",
        description="Read the configured tables through the dbt profile and report what is wrong, "
        "what could be mapped and whether the data are enough. Nothing is written. "
        "Exit code 0: the build can run; 1: it cannot; 2: no project or a wrong option.",
    )
    checked.add_argument(
        "--schema",
        action="append",
        default=[],
        help="schema to look for tables in, besides sources and models; may be given several times",
    )
    add_project(checked)
    checked.add_argument(
        "--sample-rows",
        type=positive_integer,
        default=1000,
        help="rows of a table to judge the shapes of values by (default: 1000)",
    )
    checked.set_defaults(handler=doctor)

    filled = commands.add_parser(
        "backfill",
        help="build the history of features and segments as of earlier days",
        description="Build customer_feature_history and rfm_segment_history as of the last day of "
        "each earlier period, the earliest first, then everything as of the present day. Days that "
        "customer_feature_history has are left out. On a new warehouse it takes the place of the "
        "first `dbt build`.",
    )
    add_project(filled)
    filled.add_argument(
        "--periods", type=positive_integer, help="over the var covey_backfill_periods"
    )
    filled.add_argument(
        "--period", choices=["day", "week", "month"], help="over the var covey_period"
    )
    filled.set_defaults(handler=backfill)

    drawn = commands.add_parser(
        "boards",
        help="write the boards of a built warehouse as a site that opens from disk",
        description="Draw each board (see docs/boards.md) as a page of a site that opens from disk "
        "and asks nothing of any network. Needs the extra `boards`: pip install 'covey[boards]'.",
    )
    add_warehouse(drawn)
    drawn.add_argument(
        "--boards", type=Path, default=Path("boards"), help="folder of the boards (default: boards)"
    )
    drawn.add_argument(
        "--out", type=Path, default=Path("site"), help="folder for the site (default: site)"
    )
    drawn.add_argument("--segmentation", help="the one to show (default: the primary one)")
    drawn.set_defaults(handler=boards)

    exported = commands.add_parser(
        "export",
        help="write the audiences of a built warehouse as files for the tools that act",
        description="Write the present export of each destination that is switched on (seed "
        "destinations) to <out>/<destination>/<export id>, with a manifest.json. The files may "
        "hold personal data: nobody but their owner can read them.",
    )
    add_warehouse(exported)
    exported.add_argument(
        "--out", type=Path, default=Path("exports"), help="folder for the files (default: exports)"
    )
    exported.add_argument(
        "--destination",
        action="append",
        default=[],
        help="destination to export (default: all); may be given several times",
    )
    exported.set_defaults(handler=export)

    confirmed = commands.add_parser(
        "confirm-export",
        help="record that a destination has taken an export in",
        description="The next run compares with it; what was never confirmed is sent again.",
    )
    confirmed.add_argument("export_id", help="export, as manifest.json names it")
    add_project(confirmed)
    confirmed.set_defaults(handler=confirm_export)

    published = commands.add_parser(
        "publish",
        help="copy the public tables of a built warehouse into a file for BI",
        description="Copy the public tables into a new file, check it, and put it in the place of "
        "the old one in one step, so that readers neither wait nor see half a run. Any DuckDB from "
        "1.2 on reads it. Refused when the last run failed.",
    )
    add_database(published)
    published.add_argument(
        "--out",
        type=Path,
        default=Path("published.duckdb"),
        help="file to write or replace (default: published.duckdb)",
    )
    published.add_argument(
        "--target-path",
        type=Path,
        default=Path(os.environ.get("DBT_TARGET_PATH", "target")),
        help="target folder of dbt (default: DBT_TARGET_PATH or target)",
    )
    published.add_argument(
        "--with-personal",
        action="store_true",
        help="publish personal data, too; the file is then for its owner alone",
    )
    published.add_argument(
        "--despite-failures",
        action="store_true",
        help="publish whatever became of the last run",
    )
    published.set_defaults(handler=publish)

    demo = commands.add_parser("demo-data", help="write a synthetic multi-source data set")
    demo.add_argument("--customers", type=positive_integer, default=5000)
    demo.add_argument("--months", type=positive_integer, default=24)
    demo.add_argument("--seed", type=int, default=20260630)
    demo.add_argument("--out", type=Path, required=True, help="folder for the Parquet files")
    demo.set_defaults(handler=demo_data)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    arguments = build_parser().parse_args(argv)
    try:
        return int(arguments.handler(arguments))
    except BrokenPipeError:
        # The reader, such as `head`, has seen enough; nothing is left to be flushed to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
