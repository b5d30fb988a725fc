"""Measure covey's SQL scoring against what a user would use instead; see ../README.md.

This process stays small, because a child starts with the peak memory of its parent.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PACKAGES = ("duckdb", "scikit-learn", "numpy", "pandas", "pyarrow", "dbt-core")
SHIPPED_SEGMENTS, FITTED_SEGMENTS = 12, 8
REFERENCE, EXPECTED = "covey SQL, labels only", "covey SQL, all columns"
CONTENDERS: dict[str, tuple[str, int, bool]] = {
    "floor: sum every feature": ("floor", 0, False),
    EXPECTED: ("sql", SHIPPED_SEGMENTS, False),
    f"{EXPECTED}, covey_max_segments 8": ("sql", FITTED_SEGMENTS, False),
    REFERENCE: ("sql", SHIPPED_SEGMENTS, True),
    "Arrow batches + numpy, labels only": ("stream", 0, True),
    "frame + scikit-learn, labels only": ("frame", 0, True),
}
"""Name -> what runs, covey_max_segments, labels only."""

Result = dict[str, Any]


def step(script: str, config: Result) -> Result:
    """Run one step in a process of its own."""
    threads = {f"{name}_NUM_THREADS": str(config["threads"]) for name in ("OMP", "OPENBLAS")}
    command = [sys.executable, str(HERE / script), json.dumps(config)]
    done = subprocess.run(
        command, env=os.environ | threads, stdout=subprocess.PIPE, text=True, check=True
    )
    result: Result = json.loads(done.stdout)
    return result


def compile_sql(folder: Path, segments: int) -> Path:
    """Compile the real model with dbt and point it at the benchmark's tables."""
    command = [str(Path(sys.executable).with_name("dbt")), "compile", "--quiet", "--no-introspect"]
    command += ["--select", "customer_segments", "--vars", f"{{covey_max_segments: {segments}}}"]
    command += ["--project-dir", f"{ROOT}", "--profiles-dir", f"{ROOT / 'profiles'}"]
    command += ["--target-path", f"{folder / 'target'}", "--log-path", f"{folder / 'logs'}"]
    environment = os.environ | {"COVEY_DATABASE": str(folder / "compiled.duckdb")}
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    compiled = folder / "target/compiled/covey/models/segmentation/customer_segments.sql"
    names = "feature_matrix|segment_model_parameters|imputed_features"
    relation = rf'"compiled"\."\w+"\."({names})"'
    text, count = re.subn(relation, r"data.\1", compiled.read_text(encoding="utf-8"))
    if count != 3:
        raise SystemExit(f"customer_segments reads {count} relations where 3 are due")
    path = folder / f"customer_segments_{segments}.sql"
    path.write_text(text, encoding="utf-8")
    return path


def measure(folder: Path, common: Result, repeat: int) -> dict[str, Result]:
    """Measure every contender, best of the repeats, and compare its labels with covey's."""
    results: dict[str, Result] = {}
    expected = str(folder / "expected.duckdb")
    for name, (contender, segments, labels_only) in CONTENDERS.items():
        output = expected if name == EXPECTED else str(folder / "output.duckdb")
        config = common | {"contender": contender, "labels_only": labels_only, "output": output}
        config["sql"] = str(folder / f"customer_segments_{segments}.sql")
        runs = []
        for _ in range(repeat):
            Path(output).unlink(missing_ok=True)
            runs.append(step("contenders.py", config))
        results[name] = {key: min(run[key] for run in runs) for key in ("wall", "cpu", "peak")}
        if output != expected and contender != "floor":
            config |= {"contender": "check", "labels": output, "expected": expected}
            checked = step("contenders.py", config | {"output": ":memory:", "memory_limit": "none"})
            results[name] |= {key: checked[key] for key in ("near", "near_differing")}
        print(name, results[name], flush=True)
    return results


def table(common: Result, results: dict[str, Result]) -> str:
    """Lay the results out as a Markdown table."""
    base = results[REFERENCE]
    lines = [
        f"\n## {common['rows']:,} rows, DuckDB memory limit: {common['memory_limit']}\n",
        "| contender | wall, s | CPU, s | peak, MB | wall ratio | CPU ratio | memory ratio |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, result in results.items():
        figures = f"{result['wall']:.1f} | {result['cpu']:.1f} | {result['peak']:.0f}"
        ratios = " | ".join(f"{result[key] / base[key]:.2f}" for key in ("wall", "cpu", "peak"))
        lines.append(f"| {name} | {figures} | {ratios} |")
    differing = max(result.get("near_differing", 0) for result in results.values())
    lines.append("\nLabels are equal on every row with a margin over 1e-9; ")
    return "\n".join(lines) + f"{base['near']} rows are closer, of which {differing} differ."


def facts(load: float, sql: list[Path], arguments: argparse.Namespace) -> str:
    """Describe the machine, the versions, the statement and how to repeat the run."""
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    sizes = " and ".join(f"{path.stat().st_size:,}" for path in sql)
    options = f"--rows {' '.join(map(str, arguments.rows))} --threads {arguments.threads} "
    options += f"--memory-limit {' '.join(arguments.memory_limit)} --repeat {arguments.repeat}"
    return f"""# Scoring: SQL from parameter rows against Python

Written by `benchmarks/scoring/run.py`; do not edit.

- Machine: {cpu[1] if cpu else platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB.
  Shared with other work (load average {load:.1f} before, {os.getloadavg()[0]:.1f} after): the
  CPU seconds are steadier than the wall seconds.
- Versions: Python {platform.python_version()}, {versions}.
- Data: every column of `feature_matrix`. The model uses 20 of the features, k = 8, one
  segmentation. covey's own statement, compiled by dbt, scores all features and up to
  covey_max_segments segments; it has {sizes} characters with covey_max_segments 12 and 8.
- {arguments.threads} threads; the best of {arguments.repeat} runs, each in a process of its own,
  from opening the database to closing it. DuckDB caches what it reads, up to its memory limit.
- Ratios are to `{REFERENCE}`.
- Repeat: `.venv/bin/python benchmarks/scoring/run.py {options}`
"""


def run(folder: Path, arguments: argparse.Namespace) -> str:
    """Compile, prepare and measure; return the report."""
    load = os.getloadavg()[0]
    sql = [compile_sql(folder, segments) for segments in (SHIPPED_SEGMENTS, FITTED_SEGMENTS)]
    tables = []
    for rows in arguments.rows:
        data = folder / f"{rows}.duckdb"
        common: Result = {"data": str(data), "rows": rows, "threads": arguments.threads}
        if not data.exists():
            step("data.py", common)
        for limit in arguments.memory_limit:
            limited = common | {"memory_limit": limit}
            tables.append(table(limited, measure(folder, limited, arguments.repeat)))
        if arguments.keep is None:
            data.unlink()
    return "\n".join([facts(load, sql, arguments), *tables, ""])


def main() -> None:
    """Run the benchmark, print the report and write RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory-limit", nargs="+", default=["none", "500MB"], help="of DuckDB")
    parser.add_argument("--repeat", type=int, default=3, help="runs per contender")
    parser.add_argument("--keep", type=Path, help="work in this folder, keep and reuse its data")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="covey-benchmark-") as temporary:
        folder = (arguments.keep or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        report = run(folder, arguments)
    print(report)
    (HERE / "RESULTS.md").write_text(report, encoding="utf-8")


if __name__ == "__main__":
    main()
