"""Measure how often recommended products are bought, beside popularity; see ../README.md.

covey knows an example up to a day; what is bought in the days after tells who was right.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import yaml

sys.path.append(str(Path(__file__).resolve().parents[2]))

from benchmarks.recommendations.contenders import CONTENDERS, Purchases, Recommended, scores
from benchmarks.staging.run import ROOT, machine

HERE = Path(__file__).resolve().parent
PACKAGES = ("duckdb", "dbt-core", "numpy", "pandas", "scipy")
TUNED, REPORTED = "tuned on", "reported"
PERIODS: dict[str, dict[str, datetime.date]] = {
    "complete_journey": {
        TUNED: datetime.date(2017, 11, 1),
        REPORTED: datetime.date(2017, 12, 1),
    },
    "online_retail": {
        TUNED: datetime.date(2011, 10, 8),
        REPORTED: datetime.date(2011, 11, 8),
    },
    "demo": {REPORTED: datetime.date(2026, 5, 30)},
}
"""Example -> the last day that is known; the rule was chosen by the days after the first."""

DAYS = 30
"""Days after it, whose purchases are to be foreseen."""

REPEATS_ALLOWED = {"covey_recommendations": {"just_bought_days": 1}}

MODELS = (
    "int_products_bought",
    "int_products_counted",
    "product_affinities",
    "int_segment_products",
    "int_product_candidates",
    "customer_products",
)
"""What is run again on a database that stands."""

ROWS = """
    select customer_key, product_id, order_date
    from covey_intermediate.int_order_items_resolved
    where not is_returned and quantity > 0
"""
LEFT_OUT = """
    select customer_key, product_id
    from covey_marts.int_products_bought
    where is_returned or last_bought_date > cast(? as date) - ?
"""
RECOMMENDED = """
    select customer_key, product_id
    from covey_marts.customer_products
    order by customer_key, rank
"""


def project(name: str, folder: Path) -> Path:
    """Copy an example to a folder of its own, with this covey as its package."""
    if name == "demo":
        return ROOT
    copied = folder / name
    if not copied.is_dir():
        ignored = shutil.ignore_patterns("dbt_packages", "target", "logs", "*.duckdb*")
        shutil.copytree(ROOT / "examples" / name, copied, ignore=ignored)
        (copied / "packages.yml").write_text(yaml.safe_dump({"packages": [{"local": str(ROOT)}]}))
        (copied / "dbt_packages").mkdir()
        (copied / "dbt_packages" / "covey").symlink_to(ROOT)
    profile = yaml.safe_load((copied / "profiles.yml").read_text(encoding="utf-8"))
    profile[name]["outputs"]["dev"]["path"] = "{{ env_var('COVEY_DATABASE') }}"
    (copied / "profiles.yml").write_text(yaml.safe_dump(profile))
    return copied


def build(name: str, known_until: datetime.date, folder: Path) -> Path:
    """Build an example as of a day, from its files to the recommendations."""
    database = folder / f"{name}_{known_until:%Y%m%d}" / f"{name}.duckdb"
    if not database.exists():
        database.parent.mkdir(exist_ok=True)
        dbt(name, database, folder, known_until, "seed")
        dbt(name, database, folder, known_until, "run", "--select", "+customer_products")
    return database


def dbt(
    name: str,
    database: Path,
    folder: Path,
    known_until: datetime.date,
    *words: str,
    **variables: Any,
) -> None:
    """Run dbt on the database of an example."""
    path = project(name, folder)
    target = database.with_suffix(".target")
    given = {"covey_as_of": str(known_until), **variables}
    command = [str(Path(sys.executable).with_name("dbt")), *words, "--vars", json.dumps(given)]
    command += ["--project-dir", str(path), "--target-path", str(target), "--log-path", str(target)]
    profiles = ROOT / "profiles" if name == "demo" else path
    command += ["--profiles-dir", str(profiles), "--quiet"]
    environment = os.environ | {"COVEY_DATABASE": str(database)}
    done = subprocess.run(command, cwd=path, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stdout[-4000:] + done.stderr[-2000:])


def read(database: Path, known_until: datetime.date, kept_back_days: int) -> Purchases:
    """Read what was bought before and after the day, and what may not be recommended."""
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(ROWS).df()
        left_out = connection.execute(LEFT_OUT, [known_until, kept_back_days]).df()
        # Who had bought something that counts; everybody gets recommendations.
        known = connection.execute(
            "select distinct customer_key from covey_marts.int_products_bought where is_evidence"
        ).df()
        offered = connection.execute(
            "select product_id from covey_marts.int_products_counted where is_offered"
        ).df()
    last_day = pd.Timestamp(known_until)
    rows["order_date"] = pd.to_datetime(rows["order_date"])
    rows = rows[rows["customer_key"].isin(known["customer_key"])]
    before = rows[rows["order_date"] <= last_day]
    after = rows[
        (rows["order_date"] > last_day) & (rows["order_date"] <= last_day + pd.Timedelta(days=DAYS))
    ]
    return Purchases(before, after, left_out, set(offered["product_id"]), last_day)


def recommended(database: Path) -> Recommended:
    """Read what covey recommends, best first."""
    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute(RECOMMENDED).df()
    return {str(key): list(rows) for key, rows in found.groupby("customer_key")["product_id"]}


def measured(name: str, period: str, folder: Path) -> list[str]:
    """Return the lines of a table: every contender, on new products and on any."""
    known_until = PERIODS[name][period]
    database = build(name, known_until, folder)
    settings = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
    kept_back = settings["vars"]["covey"]["covey_recommendations"]["just_bought_days"]
    lines = []
    for title, days, variables, only_new in (
        ("new products", kept_back, {}, True),
        ("any product", 1, REPEATS_ALLOWED, False),
    ):
        dbt(
            name, database, folder, known_until, "run", "--select", "customer_products", **variables
        )
        purchases = read(database, known_until, days)
        lists = {contender: make(purchases) for contender, make in CONTENDERS.items()}
        lists["covey"] = recommended(database)
        lines += scores(purchases, lists, only_new=only_new, title=title)
    return lines


def report(names: list[str], folder: Path) -> str:
    """Measure every example and period and lay the results out as Markdown."""
    parts = [
        "# Recommended products: covey against popularity",
        "",
        "Written by `benchmarks/recommendations/run.py`; do not edit.",
        "",
        f"- Machine: {machine(PACKAGES)}.",
        f"- covey is built as of a day; the {DAYS} days after it are to be foreseen, for customers",
        "  who had bought before and bought in them. Ten products each.",
    ]
    for name in names:
        for period, known_until in PERIODS[name].items():
            parts += ["", f"## {name}, known until {known_until} ({period})", ""]
            parts += measured(name, period, folder)
    return "\n".join([*parts, ""])


def main() -> None:
    """Run the benchmark, print the report and write RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", nargs="+", choices=PERIODS, default=list(PERIODS))
    parser.add_argument(
        "--keep", type=Path, help="work in this folder, keep and reuse its databases"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="covey-benchmark-") as temporary:
        folder = (arguments.keep or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        text = report(arguments.examples, folder)
    print(text)
    if arguments.examples == list(PERIODS):
        (HERE / "RESULTS.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
