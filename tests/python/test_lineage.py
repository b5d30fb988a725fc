"""The documentation of dbt is one page, and columns are followed as docs/operate.md says."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
from browser import CHROMIUM, Browser
from conftest import ROOT, Project

if importlib.util.find_spec("dbt_colibri"):
    from sqlglot import exp
    from sqlglot.optimizer.scope import Scope

    FOLLOWS_UNIONS = hasattr(Scope(exp.select("1")), "union_scopes")

PAGE = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
SECTION = PAGE.split("\n## Where a column comes from\n")[1].split("\n## ")[0]
(COMMANDS,) = re.findall(r"^```\n(.*?)^```", SECTION, flags=re.DOTALL | re.MULTILINE)
(QUESTIONS,) = re.findall(r"^```python\n(.*?)^```", SECTION, flags=re.DOTALL | re.MULTILINE)

# An input that is a table, so that the way of a column can end outside of covey.
SOURCES = "sources: [{name: raw, schema: raw, tables: [{name: orders}]}]\n"
MAPPING = """vars:
  covey_orders_relation: "{{ source('raw', 'orders') }}"
  covey_orders_columns: {net_amount: total - shipping}
"""

# `colibri` in a process that ends as soon as it looks a host up or calls one.
OFFLINE_COLIBRI = """
import os, sys
def listen(event, arguments):
    if event in ("socket.getaddrinfo", "socket.connect"):
        os._exit(99)
sys.addaudithook(listen)
from dbt_colibri.cli.cli import cli
cli()
"""


def command_of(program: str) -> list[str]:
    """Return the words after a program of its one line of the page."""
    (line,) = [line for line in COMMANDS.splitlines() if line.startswith(f"{program} ")]
    return shlex.split(line)[1:]


@pytest.fixture(scope="module")
def documented(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a copy of the project after `dbt docs generate`, with orders from a table."""
    folder = tmp_path_factory.mktemp("documented")
    project = built.copy(folder)
    with duckdb.connect(str(project.database)) as connection:
        connection.execute("create schema raw")
        connection.execute(
            f"""
            create table raw.orders as
            select * exclude (net_amount), net_amount + 1 as total, 1 as shipping
            from '{ROOT}/data/demo/orders.parquet'
            """
        )
    for name in ("python_models", "macros", "seeds", "tests", "data"):
        (folder / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "models", folder / "models")
    (folder / "models" / "_raw__sources.yml").write_text(SOURCES, encoding="utf-8")
    settings = (ROOT / "dbt_project.yml").read_text(encoding="utf-8")
    assert settings.count("\nvars:\n") == 1
    settings = settings.replace("\nvars:\n", "\n" + MAPPING)
    (folder / "dbt_project.yml").write_text(settings, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", *command_of("dbt")],
        cwd=folder,
        env=project.environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    return project


@pytest.fixture(scope="module")
def lineage(documented: Project) -> dict[str, Any]:
    """Return what dbt-colibri found, without a network."""
    if not importlib.util.find_spec("dbt_colibri"):
        pytest.skip("dbt-colibri is not installed: it is the extra covey[lineage]")
    folder = documented.target.parent
    exported = dict(word.split("=") for word in command_of("export"))
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE_COLIBRI, *command_of("colibri")],
        cwd=folder,
        env=documented.environment() | exported | {"HOME": str(folder)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert ("union_scopes" in done.stdout + done.stderr) is not FOLLOWS_UNIONS
    found: dict[str, Any] = json.loads(
        (folder / "target" / "lineage" / "colibri-manifest.json").read_text(encoding="utf-8")
    )
    return found


def edges_of(lineage: dict[str, Any]) -> set[tuple[str, str]]:
    """Return pairs of a column and one that is made of it, each as `model.column`."""
    return {
        (
            f"{edge['source'].rsplit('.', 1)[1]}.{edge['sourceColumn']}",
            f"{edge['target'].rsplit('.', 1)[1]}.{edge['targetColumn']}",
        )
        for edge in lineage["lineage"]["edges"]
        if edge["targetColumn"]
    }


def test_the_documentation_is_one_page(documented: Project) -> None:
    page = (documented.target / "static_index.html").read_text(encoding="utf-8")
    assert '"model.covey.customer_segments"' in page
    # What a reader would look for: a description of a column, and the page that it opens with.
    assert "Personal data lie in the schema of" in page
    assert len(page) > 5_000_000


@pytest.mark.parametrize(
    ("column", "made_of"),
    [
        ("customers.email", "int_customers_resolved.email"),
        ("int_customer_records.email", "stg_customers.email"),
        # Through a dispatched macro and a chain of CTEs.
        ("ftr_customer_orders.monetary", "int_orders_resolved.net_amount"),
        ("int_orders_resolved.net_amount", "stg_orders.net_amount"),
        ("int_orders_resolved.net_amount", "stg_exchange_rates.rate_to_reporting"),
        ("int_feature_catalog.weight", "feature_catalog.weight"),
        # Out of covey, through an expression of the mapping.
        ("base_orders.net_amount", "orders.total"),
        ("base_orders.net_amount", "orders.shipping"),
    ],
)
def test_a_column_is_made_of(lineage: dict[str, Any], column: str, made_of: str) -> None:
    assert (made_of, column) in edges_of(lineage)


@pytest.mark.parametrize(
    ("column", "made_of"),
    [
        ("stg_orders.net_amount", "base_orders.net_amount"),
        ("customer_segments.segment_id", "assign_customers.segment_id"),
        # Through `select * exclude (...)`, too.
        ("scored_customers.segment_id", "segment_model_parameters.segment_id"),
    ],
)
def test_unions_are_followed_as_the_page_says(
    lineage: dict[str, Any], column: str, made_of: str
) -> None:
    """Where this fails with a later sqlglot, colibri has learned it: the page can say so."""
    assert ((made_of, column) in edges_of(lineage)) is FOLLOWS_UNIONS


def test_most_columns_of_the_interface_lead_somewhere(
    lineage: dict[str, Any], documented: Project
) -> None:
    made = {column for _, column in edges_of(lineage)}
    columns = [
        f"{name}.{column}"
        for name in documented.public_tables()
        for column in lineage["nodes"][f"model.covey.{name}"]["columns"]
    ]
    share = len(made & set(columns)) / len(columns)
    said = [int(figure) / 100 for figure in re.findall(r"(\d+) %", SECTION)]
    assert said == [0.96, 0.83, 0.96]
    assert share == pytest.approx(said[0] if FOLLOWS_UNIONS else said[1], abs=0.015)


def test_what_is_not_followed(lineage: dict[str, Any]) -> None:
    made = {column for _, column in edges_of(lineage)}
    # A Python model: the models it reads, and no column.
    columns = lineage["nodes"]["model.covey.fit_segment_models"]["columns"]
    assert "segment_id" in columns
    assert not made & {f"fit_segment_models.{column}" for column in columns}
    read = {
        edge["source"].rsplit(".", 1)[1]
        for edge in lineage["lineage"]["edges"]
        if edge["target"] == "model.covey.fit_segment_models"
    }
    assert "feature_sample" in read
    # A file.
    assert "base_customers.email" not in made
    kinds = {edge.get("edgeType") for edge in lineage["lineage"]["edges"]}
    assert kinds == {None, "filter", "join"}


def test_the_questions_of_the_page_are_answered(
    lineage: dict[str, Any],
    documented: Project,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(documented.target.parent)
    exec(compile(QUESTIONS, "operate.md", "exec"), {})
    made_of, goes_to = capsys.readouterr().out.splitlines()
    assert "('model.covey.stg_orders', 'net_amount')" in made_of
    assert ("('source.covey.raw.orders', 'total')" in made_of) is FOLLOWS_UNIONS
    assert "('model.covey.customers', 'birth_date')" in goes_to
    assert "('model.covey.customer_features', 'age_years')" in goes_to


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is at hand")
def test_the_page_asks_nothing_of_any_network(
    lineage: dict[str, Any], documented: Project, tmp_path: Path
) -> None:
    page = documented.target / "lineage" / "index.html"
    assert "window.colibriTelemetry = false" in page.read_text(encoding="utf-8")
    browser = Browser()
    try:
        visit = browser.visit(page, width=1280, dark=False)
        drawn = browser.call(
            "Runtime.evaluate", expression="document.body.innerText", returnByValue=True
        )
    finally:
        browser.close()
    assert visit.complaints == []
    assert [url for url in visit.requests if not url.startswith(("file:", "data:"))] == []
    assert "python_models" in drawn["result"]["value"]
