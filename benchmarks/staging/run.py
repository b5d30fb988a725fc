"""Measure what staging and quality cost against one bare scan of the same files; see ../README.md.

Each step runs in a process of its own: its wall time, processor time and peak memory are its own.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import subprocess
import sys
import time
from argparse import SUPPRESS, ArgumentParser
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import yaml

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = ROOT / "models/staging/base/_base__models.yml"
PACKAGES = ("duckdb", "dbt-core", "dbt-duckdb")
STAGING = ("path:models/staging",)
QUALITY = ("path:models/intermediate/inputs", "path:models/marts/quality")
NOT_MEASURED = "+path:models/marts/quality"
"""What quality reads beyond staging: orders, sessions, customers. Built before, not counted."""

Result = dict[str, Any]


def inputs(folder: Path) -> dict[str, Path]:
    """Return the Parquet file of each input by its name."""
    return {path.stem: path for path in sorted(folder.glob("*.parquet"))}


def scan(folder: Path, database: Path) -> Result:
    """Count, and take the minimum and maximum of, every column of every file."""
    del database
    rows = 0
    with duckdb.connect() as connection:
        connection.execute("set threads = 2")
        for path in inputs(folder).values():
            columns = [row[0] for row in connection.execute(f"describe from '{path}'").fetchall()]
            figures = ", ".join(f'count("{c}"), min("{c}"), max("{c}")' for c in columns)
            found = connection.execute(f"select count(*), {figures} from '{path}'").fetchall()
            rows += found[0][0]
    return {"rows": rows}


def by_hand(folder: Path, database: Path) -> Result:
    """Write what staging models are often written as: a copy of each file, one row per key."""
    keys = {
        model["config"]["meta"]["input"]: model["config"]["meta"]["key"]
        for model in yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))["models"]
    }
    with duckdb.connect() as connection:
        connection.execute("set threads = 2")
        connection.execute(f"attach '{database}' as copies (storage_version 'v1.5.0')")
        for name, path in inputs(folder).items():
            columns = {row[0] for row in connection.execute(f"describe from '{path}'").fetchall()}
            key = ", ".join(column for column in keys[name] if column in columns)
            connection.execute(
                f"create table copies.{name} as from '{path}' "
                f"qualify row_number() over (partition by {key}) = 1"
            )
    return {}


def dbt(folder: Path, database: Path, *words: str, **variables: Any) -> list[Result]:
    """Run dbt on the inputs of a folder and return the results of its nodes."""
    target = database.with_suffix(".target")
    command = [str(Path(sys.executable).with_name("dbt")), *words, "--threads", "1", "--quiet"]
    command += ["--vars", json.dumps({"covey_demo_data_dir": str(folder), **variables})]
    command += ["--project-dir", str(ROOT), "--profiles-dir", str(ROOT / "profiles")]
    command += ["--target-path", str(target), "--log-path", str(target)]
    environment = os.environ | {"COVEY_DATABASE": str(database)}
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    results: list[Result] = json.loads((target / "run_results.json").read_text())["results"]
    return results


def of_models(results: list[Result], named: int | None = 8) -> Result:
    """Sum the seconds of the models that dbt ran, and name the slowest."""
    models = {
        result["unique_id"].split(".")[-1]: round(result["execution_time"], 2)
        for result in results
        if result["unique_id"].startswith("model.")
    }
    slowest = dict(sorted(models.items(), key=lambda item: -item[1])[:named])
    return {"sql_seconds": round(sum(models.values()), 1), "slowest": slowest}


def covey(folder: Path, database: Path) -> Result:
    """Build staging and quality over what they read, which stands already."""
    return of_models(dbt(folder, database, "run", "--select", *STAGING, *QUALITY))


STEPS = {
    "scan": ("one bare scan: count, min, max", scan),
    "by_hand": ("copy of each file, one row per key", by_hand),
    "covey": ("covey: staging and quality", covey),
}


def measured(step: str, folder: Path, database: Path, script: str = __file__) -> Result:
    """Run one step of a script in a process of its own and measure it."""
    command = [sys.executable, script, "--step", step, "--data", str(folder)]
    command += ["--database", str(database)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        text = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"step {step} failed with exit code {process.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    result: Result = json.loads(text.splitlines()[-1])
    result["wall_seconds"] = round(time.perf_counter() - started, 1)
    result["cpu_seconds"] = round(
        after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1
    )
    result["peak_mb"] = max(usage.ru_maxrss // 1024, int(result.pop("child_peak_mb", 0)))
    return result


def arguments_of(words: str | None, folder: Path, steps: Iterable[str]) -> ArgumentParser:
    """Return the arguments that the benchmarks share; a step is for `measured` alone."""
    parser = ArgumentParser(description=words)
    parser.add_argument("--customers", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--folder", type=Path, default=folder)
    parser.add_argument("--step", choices=steps, help=SUPPRESS)
    parser.add_argument("--data", type=Path, help=SUPPRESS)
    parser.add_argument("--database", type=Path, help=SUPPRESS)
    return parser


def report_step(result: Result) -> None:
    """Print the result of a step, with the peak of what it ran in its turn."""
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(json.dumps(result | {"child_peak_mb": peak}))


def machine(packages: Iterable[str] = PACKAGES) -> str:
    """Return what the benchmark runs on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    return (
        f"{platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GB, {platform.system()}, "
        f"Python {platform.python_version()}, {versions}"
    )


def generated(customers: int, parent: Path) -> Path:
    """Return the folder with the inputs of so many customers, generated if it is not there."""
    folder = parent.resolve() / str(customers)
    if not folder.is_dir():
        command = [str(Path(sys.executable).with_name("covey")), "demo-data"]
        subprocess.run(
            [*command, "--customers", str(customers), "--out", str(folder)],
            check=True,
            stderr=subprocess.DEVNULL,
        )
    return folder


def main() -> None:
    """Generate the inputs of each size where they are not there, and measure every step."""
    folder = ROOT / "target/benchmark-staging"
    arguments = arguments_of(__doc__, folder, STEPS).parse_args()
    if arguments.step:
        report_step(STEPS[arguments.step][1](arguments.data, arguments.database))
        return
    print(machine(), flush=True)
    for customers in arguments.customers:
        folder = generated(customers, arguments.folder)
        database = folder.with_suffix(".duckdb")
        database.unlink(missing_ok=True)
        results = {step: measured(step, folder, database) for step in ("scan", "by_hand")}
        database.unlink(missing_ok=True)
        dbt(folder, database, "seed")
        dbt(folder, database, "run", "--select", NOT_MEASURED)
        results["covey"] = measured("covey", folder, database)
        floor = results["scan"]["wall_seconds"]
        print(f"\n{customers:,} customers, {results['scan']['rows']:,} rows", flush=True)
        for step, (title, _) in STEPS.items():
            result = results[step]
            seconds = result.get("sql_seconds", result["wall_seconds"])
            print(
                f"  {title:36} {seconds:7.1f} s  {seconds / floor:5.2f}  "
                f"cpu {result['cpu_seconds']:7.1f} s  {result['peak_mb']:6,} MB",
                flush=True,
            )
        print(f"  covey with the start of dbt: {results['covey']['wall_seconds']} s")
        print(f"  slowest: {results['covey']['slowest']}", flush=True)


if __name__ == "__main__":
    main()
