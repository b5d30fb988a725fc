"""Measure covey's SQL scoring against what a user would use instead; see ../README.md.

This process stays small, because a child starts with the peak memory of its parent.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PACKAGES = ("duckdb", "scikit-learn", "numpy", "pandas", "pyarrow", "dbt-core")
sys.path.append(str(ROOT / "tests" / "python"))
REFERENCE = "kmeans: covey SQL, labels only"
MODELS = ("kmeans", "diag", "full_10", "full_15", "full_20")
CONTENDERS: dict[str, tuple[str, str, bool]] = {
    "floor: sum every feature": ("floor", "kmeans", False),
    REFERENCE: ("sql", "kmeans", True),
    "kmeans: frame + scikit-learn, labels only": ("frame", "kmeans", True),
}
"""Name -> what runs, model, labels only."""
for _model in MODELS:
    CONTENDERS[f"{_model}: covey SQL, all columns"] = ("sql", _model, False)
    CONTENDERS[f"{_model}: covey's stream, all columns"] = ("stream", _model, False)
    if _model == "kmeans":
        CONTENDERS["kmeans: a night, 2 % changed"] = ("night", _model, False)
        CONTENDERS["kmeans: a night, all changed"] = ("night", _model, False)

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


def render_sql(folder: Path) -> None:
    """Render the real model, as a first and as a later run has it, on the benchmark's tables."""
    from rendering import Renderer

    for model in MODELS:
        for night, columns in (("", ""), ("_later", "_later"), ("_all", "")):
            tables = {
                "feature_matrix": f"data.feature_matrix{columns}",
                "segment_model_parameters": f"data.parameters_{model}",
                "this_table": "main.segments",
            }

            def relation(name: str, tables: dict[str, str] = tables) -> str:
                return tables.get(name, f"data.{name}")

            renderer = Renderer("duckdb", is_incremental=bool(night), relation=relation)
            text = renderer.model("models/segmentation/scored_customers.sql")
            if night == "_all":
                hashed = "cast(hash(raw_values) as varchar)"
                if text.count(hashed) != 1:
                    raise SystemExit("the statement hashes otherwise than the benchmark knows")
                text = text.replace(hashed, f"{hashed} || 'x'")
            (folder / f"{model}{night}.sql").write_text(text, encoding="utf-8")
            forget = renderer.render("{{ covey.forget_scores() }}")
            (folder / f"forget{night}.sql").write_text(forget, encoding="utf-8")


def measure(folder: Path, common: Result, repeat: int, models: list[str]) -> dict[str, Result]:
    """Measure every contender, best of the repeats, and compare its labels with covey's."""
    results: dict[str, Result] = {}
    for name, (contender, model, labels_only) in CONTENDERS.items():
        if model not in models and name != REFERENCE:
            continue
        expected = folder / f"expected_{model}.duckdb"
        is_expected = contender == "sql" and not labels_only
        output = expected if is_expected else folder / "output.duckdb"
        config = common | {"contender": contender, "labels_only": labels_only, "model": model}
        night = {"night": "_all" if "all" in name else "_later"}.get(contender, "")
        config |= {"output": str(output), "sql": str(folder / f"{model}{night}.sql")}
        config["forget"] = str(folder / f"forget{night}.sql")
        runs = []
        for _ in range(repeat):
            output.unlink(missing_ok=True)
            if night:
                shutil.copy(expected, output)
            runs.append(step("contenders.py", config))
        results[name] = {key: min(run[key] for run in runs) for key in ("wall", "cpu", "peak")}
        if contender in ("stream", "frame") and expected.exists():
            config |= {"contender": "check", "labels": str(output), "expected": str(expected)}
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
    near = max(result.get("near", 0) for result in results.values())
    return "\n".join(lines) + f"{near} rows are closer, of which {differing} differ."


def facts(load: float, sql: Path, arguments: argparse.Namespace) -> str:
    """Describe the machine, the versions, the statement and how to repeat the run."""
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    sizes = f"{sql.stat().st_size:,}"
    options = f"--rows {' '.join(map(str, arguments.rows))} --threads {arguments.threads} "
    options += f"--memory-limit {' '.join(arguments.memory_limit)} --repeat {arguments.repeat}"
    return f"""# Scoring: SQL from parameter rows against Python

Written by `benchmarks/scoring/run.py`; do not edit.

- Machine: {cpu[1] if cpu else platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB.
  Shared with other work (load average {load:.1f} before, {os.getloadavg()[0]:.1f} after): the
  CPU seconds are steadier than the wall seconds.
- Versions: Python {platform.python_version()}, {versions}.
- Data: every column of `feature_matrix`; k = 8, one segmentation. kmeans and diag (a Gaussian
  mixture of diagonal covariance) use 20 of the features, full_n (full covariance) so many
  principal components of them, full_20 the features. covey's own statement has {sizes} characters,
  whatever the model.
- A night: the table of the night before; a feature of 2 % of the customers has changed, or of all.
- {arguments.threads} threads; the best of {arguments.repeat} runs, each in a process of its own,
  from opening the database to closing it. DuckDB caches what it reads, up to its memory limit.
- Ratios are to `{REFERENCE}`.
- Repeat: `.venv/bin/python benchmarks/scoring/run.py {options}`
"""


def run(folder: Path, arguments: argparse.Namespace) -> str:
    """Compile, prepare and measure; return the report."""
    load = os.getloadavg()[0]
    render_sql(folder)
    tables = []
    for rows in arguments.rows:
        data = folder / f"{rows}.duckdb"
        common: Result = {"data": str(data), "rows": rows, "threads": arguments.threads}
        if not data.exists():
            step("data.py", common)
        for limit in arguments.memory_limit:
            limited = common | {"memory_limit": limit}
            tables.append(
                table(limited, measure(folder, limited, arguments.repeat, arguments.models))
            )
        if arguments.keep is None:
            data.unlink()
    return "\n".join([facts(load, folder / "kmeans.sql", arguments), *tables, ""])


def main() -> None:
    """Run the benchmark, print the report and write RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory-limit", nargs="+", default=["none", "500MB"], help="of DuckDB")
    parser.add_argument("--repeat", type=int, default=3, help="runs per contender")
    parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
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
