"""Measure the matching of CRM records against Splink by itself; see ../README.md.

Every contender runs in a process of its own, because a child starts with the peak memory of its
parent.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
CONTENDERS = {
    "covey": "covey: train, compare, cluster",
    "splink": "Splink: train, compare, cluster",
    "covey_day": "covey, the next day: compare what changed, cluster",
}
Result = dict[str, Any]


def step(contender: str, folder: Path, threads: int) -> Result:
    """Run one contender in a process of its own."""
    names = ("OMP", "OPENBLAS")
    environment = os.environ | {f"{name}_NUM_THREADS": str(threads) for name in names}
    command = [sys.executable, str(HERE / "contenders.py"), contender, str(folder), str(threads)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    result: Result = json.loads(done.stdout.splitlines()[-1])
    print(contender, result, flush=True)
    return result


def generate(folder: Path, records: int) -> None:
    """Write as many CRM records of whole people, with their truth."""
    demo = folder / "demo"
    if not demo.exists():
        command = [str(Path(sys.executable).with_name("covey")), "demo-data"]
        customers = str(max(1000, records * 3 // 4))
        subprocess.run([*command, "--customers", customers, "--out", str(demo)], check=True)
    step_data = json.dumps({"demo": str(demo), "records": records, "folder": str(folder)})
    subprocess.run([sys.executable, str(HERE / "contenders.py"), "data", step_data], check=True)


def report(results: dict[str, Result], arguments: argparse.Namespace) -> str:
    """Lay the results out as Markdown."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "splink", "scipy"))
    base = results["splink"]
    lines = [
        "# Matching of CRM records against Splink by itself",
        "",
        "Written by `benchmarks/identity/run.py`; do not edit.",
        "",
        f"- Machine: {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB; load average",
        f"  {os.getloadavg()[0]:.1f} at the end. Python {platform.python_version()}, {versions}.",
        f"- Data: {base['records']:,.0f} generated CRM records of whole people, as messy as the",
        f"  bundled ones; {base['true_pairs']:,.0f} pairs are one person.",
        f"- {arguments.threads} threads; each contender in a process of its own.",
        "- Splink as a user would write it: its own comparisons for names, dates and e-mail, term",
        "  frequencies, six blocking rules, expectation maximisation twice, clusters at .99. Pairs",
        "  of equal names are compared within a city: all of them took more than 19 GB.",
        "- covey: the calls that its models make, joined at .99. Its hub guard, its veto of other",
        "  first names and its joining by equal identifiers are not in it: likeness alone.",
        "- Splink's clusters hang together by neighbours and namesakes: street, postal code and",
        "  city count as three pieces of evidence, and every wrong pair joins two clusters.",
        "- The machine had other work, too: CPU seconds are steadier than wall seconds.",
        f"- The next day {base['changed']:,} records have changed.",
        "- Repeat: `.venv/bin/python benchmarks/identity/run.py --records "
        f"{arguments.records} --edges {arguments.edges}`",
        "",
        "| contender | wall, s | CPU, s | peak, MB | by Splink's wall | precision | recall |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, words in CONTENDERS.items():
        row = results[name]
        lines.append(
            f"| {words} | {row['wall']:.0f} | {row['cpu']:.0f} | {row['peak']:.0f} | "
            f"{row['wall'] / base['wall']:.2f} | {row['precision']:.4f} | {row['recall']:.4f} |"
        )
    lines += ["", "| step | " + " | ".join(CONTENDERS[name] for name in CONTENDERS) + " |"]
    lines.append("|---|" + "---:|" * len(CONTENDERS))
    for part in ("train", "compare", "cluster"):
        seconds = [results[name]["parts"].get(part) for name in CONTENDERS]
        cells = " | ".join("" if value is None else f"{value:.0f} s" for value in seconds)
        lines.append(f"| {part} | {cells} |")
    closure = results["closure"]
    lines += [
        "",
        f"Connected components of {arguments.edges:,} random edges between text nodes: "
        f"{closure['wall']:.1f} s, {closure['peak']:,.0f} MB, {closure['components']:,} "
        f"components, equal to union-find on every one of {closure['nodes']:,} nodes.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Run the benchmark, print the report and write RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--edges", type=int, default=10_000_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="work in this folder, keep and reuse its data")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="covey-benchmark-") as temporary:
        folder = (arguments.keep or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        generate(folder, arguments.records)
        results = {name: step(name, folder, arguments.threads) for name in CONTENDERS}
        (folder / "edges").write_text(str(arguments.edges), encoding="utf-8")
        results["closure"] = step("closure", folder, arguments.threads)
    written = report(results, arguments)
    print(written)
    (HERE / "RESULTS.md").write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main()
