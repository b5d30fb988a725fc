"""The documentation says what is there."""

from __future__ import annotations

import importlib.util
import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from conftest import ROOT, Project

from covey.contract import renew, renew_features
from covey.segmentation import evaluate_candidates, fit_segment_models

PAGES = [
    *ROOT.glob("*.md"),
    *ROOT.glob("docs/*.md"),
    *ROOT.glob("benchmarks/*.md"),
    *ROOT.glob("examples/*/README.md"),
]


def test_the_page_on_features_is_made_from_the_catalog() -> None:
    page = (ROOT / "docs" / "how-features-are-made.md").read_text(encoding="utf-8")
    catalog = (ROOT / "seeds" / "feature_catalog.csv").read_text(encoding="utf-8")
    assert page == renew_features(page, catalog), "`make docs` renews it"


def test_the_contract_page_is_made_from_the_contract() -> None:
    page = (ROOT / "docs" / "map-your-data.md").read_text(encoding="utf-8")
    contract = (ROOT / "models/staging/base/_base__models.yml").read_text(encoding="utf-8")
    assert page == renew(page, contract), "`make docs` renews it"


def anchors(page: Path) -> set[str]:
    """Return the anchors of the headings of a page, as forges make them."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    headings = re.findall(r"^#+ (.*)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_links_lead_somewhere() -> None:
    broken = []
    for page in PAGES:
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        for link, anchor in re.findall(r"\]\(([^)#:]*)(?:#([^)]*))?\)", text):
            target = page.parent / link if link else page
            if not target.exists() or (anchor and anchor not in anchors(target)):
                broken.append(f"{page.name}: {link}#{anchor}")
    assert broken == []


def test_the_readme_names_every_var_and_no_other() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    settings = readme.split("## Settings")[1].split("## Development")[0]
    project = (ROOT / "dbt_project.yml").read_text(encoding="utf-8")
    declared = set(re.findall(r"^    (covey_\w+):", project, flags=re.MULTILINE))
    assert set(re.findall(r"`(covey_\w+)`", settings)) == declared - {"covey_demo_data_dir"}


def test_the_readme_names_tables_that_are_built(built: Project) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.split("## What you get")[1].split("Every one has")[0]
    names = set(re.findall(r"`(?:covey_\w+\.)?(\w+)`", table))
    assert names <= set(built.public_tables())


def test_every_column_is_described(built: Project) -> None:
    """Every column of a relation, and nothing that is not there."""
    columns: dict[tuple[str, str], set[str]] = {}
    for schema, table, column in built.query(
        "select table_schema, table_name, column_name from information_schema.columns"
    ):
        columns.setdefault((schema, table), set()).add(column)
    silent, absent = [], []
    for node in built.manifest()["nodes"].values():
        if node["resource_type"] not in ("model", "seed"):
            continue
        # An ephemeral model has no relation to compare with.
        if node["config"]["materialized"] == "ephemeral":
            continue
        found = columns[node["schema"], node["alias"]]
        told = {name for name, terms in node["columns"].items() if terms["description"].strip()}
        silent += [f"{node['name']}.{name}" for name in sorted(found - told)]
        absent += [f"{node['name']}.{name}" for name in sorted(set(node["columns"]) - found)]
    assert not silent, "not described: " + ", ".join(silent)
    assert not absent, "described, but not there: " + ", ".join(absent)


def test_the_columns_of_exceptions_are_told_as_in_the_contract() -> None:
    """YAML anchors end with their file, so the exceptions say again what the contract says."""

    def told(path: str, prefix: str) -> dict[tuple[str, str], str]:
        models = yaml.safe_load((ROOT / "models" / "staging" / path).read_text(encoding="utf-8"))
        return {
            (model["name"].removeprefix(prefix), column["name"]): column["description"]
            for model in models["models"]
            for column in model["columns"]
            # Of exceptions not every row is quarantined.
            if column["name"] != "source_row"
        }

    contract = told("base/_base__models.yml", "base_")
    exceptions = told("exceptions/_exceptions__models.yml", "exceptions_")
    shared = contract.keys() & exceptions.keys()
    assert len(shared) > 150
    assert {key: exceptions[key] for key in shared} == {key: contract[key] for key in shared}


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("operate.md", 4),
        ("how-identities-are-made.md", 2),
        ("how-rfm-is-made.md", 3),
        ("how-lifetime-value-is-made.md", 2),
        ("recommended-products.md", 2),
        ("extend.md", 2),
        ("segment-history.md", 5),
        ("activate-audiences.md", 3),
        ("edit-tactics.md", 5),
        ("read-your-segments.md", 7),
        ("triggers.md", 2),
        ("privacy.md", 4),
        ("quick-start.md", 2),
        ("faq.md", 2),
        ("metrics.md", 2),
    ],
)
def test_queries_of_the_docs_run(built: Project, name: str, least: int) -> None:
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    # A block that names a file is a model, not a query: tests/python/test_examples.py builds it.
    queries = re.findall(r"```sql\n(?!-- models/)(.*?)```", page, flags=re.DOTALL)
    assert len(queries) >= least
    for query in queries:
        built.query(query)


def test_the_notebook_runs(
    built: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each cell of the page in its order, in one folder with the two files that it names."""
    page = (ROOT / "docs" / "notebook.md").read_text(encoding="utf-8")
    project = built.copy(tmp_path)
    (command,) = re.findall(r"^covey (publish .*)$", page, flags=re.MULTILINE)
    done = subprocess.run(
        [sys.executable, "-m", "covey.cli", *shlex.split(command)],
        cwd=tmp_path,
        env=project.environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    cells = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    assert len(cells) == 9
    if importlib.util.find_spec("plotly") is None:
        cells = [cell for cell in cells if "plotly" not in cell]
    monkeypatch.chdir(tmp_path)
    found: dict[str, Any] = {}
    for number, cell in enumerate(cells):
        exec(compile(cell, f"notebook.md, cell {number}", "exec"), found)
    printed = capsys.readouterr().out
    found["published"].close()

    in_use = dict(
        built.query(
            "select customer_key, segment_id from covey_segmentation.customer_segments "
            "where segmentation = 'behaviour'"
        )
    )
    assert found["segments"]["customers"].sum() == len(in_use)
    assert found["table"].num_rows == len(found["frame"]) == len(in_use)
    assert found["orders"] == found["frame"]["order_count"].sum() > 10_000
    if "figure" in found:
        assert len(found["figure"].data) == len(found["segments"])
        assert (tmp_path / "segment_map.html").stat().st_size > 1_000_000
    # Read back from its rows, the model says what it said in the warehouse.
    scored = found["scored"].set_index("customer_key")["segment_id"]
    assert scored.to_dict() == in_use
    assert printed.splitlines()[0] == "1.0"
    moves = found["moves"].to_numpy()
    assert 0 < moves.sum() - moves.trace() < moves.sum() / 10
    # Python and SQL agree on people who are in no table.
    assert list(found["asked"]["segment_id"]) == list(found["placed"]["segment_id"])
    ((best,),) = built.query(
        "select arg_max(segment_id, value_share / customer_share) from covey_marts.segments "
        "where segmentation = 'value'"
    )
    placed = dict(zip(found["placed"]["customer_key"], found["placed"]["segment_id"], strict=True))
    assert placed["ann"] == best != placed["bob"]
    # Another algorithm, and how far it agrees.
    assert "kmeans-05" in printed
    assert list(found["mine"]["segmentation"].unique()) == ["mine"]
    assert len(found["mine"]) == found["overlap"].to_numpy().sum() == 2000
    assert "active if recency_days up to 30\n" in printed
    assert "others if recency_days over 30 or unknown\n" in printed

    # As settings of a project it is the same model.
    (variables,) = re.findall(r"^```yaml\n(.*?)^```", page, flags=re.DOTALL | re.MULTILINE)
    (seed,) = re.findall(r"^```csv\n(.*?)^```", page, flags=re.DOTALL | re.MULTILINE)
    settings = yaml.safe_load(variables)["vars"]["covey_segmentations"]
    rows = pd.read_csv(io.StringIO(seed), comment="#").set_index("feature")["segmentations"]
    before = found["catalog"].set_index("feature")["segmentations"].fillna("")
    after = before.copy()
    after[rows.index] = rows
    for name in settings:
        was, now = (
            {f for f in listed.index if name in listed[f].split("|")} for listed in (before, after)
        )
        assert now == (set(found["chosen"]) if name == "mine" else was)
    is_mine = (
        found["catalog"]["feature"].map(after).str.split("|").map(lambda names: "mine" in names)
    )
    mine = found["catalog"].assign(segmentations=is_mine.map({True: "mine", False: ""}))
    settings = {"mine": settings["mine"]}
    candidates = evaluate_candidates(found["matrix"], mine, settings)
    again = fit_segment_models(found["matrix"], mine, candidates, settings)
    pd.testing.assert_frame_equal(again, found["my_parameters"])


def orders_of_a_shop(header: str) -> pd.DataFrame:
    """Return a file of orders as a shop exports it, with the columns that the page shows."""
    random = np.random.default_rng(5)
    customers = np.repeat(np.arange(400), 1 + random.poisson(2, 400))
    days = pd.Timestamp("2025-01-01") + pd.to_timedelta(
        random.integers(0, 500, len(customers)), unit="D"
    )
    columns = [
        np.arange(1001, 1001 + len(customers)),
        [f"buyer{customer}@example.com" for customer in customers],
        days.strftime("%Y-%m-%d"),
        random.lognormal(4, 0.8, len(customers)).round(2),
        np.full(len(customers), 4.9),
        np.full(len(customers), "Fulfilled"),
    ]
    return pd.DataFrame(dict(zip(header.split(","), columns, strict=True)))


def test_the_road_from_a_file_of_orders(tmp_path: Path) -> None:
    """Everything that the page says of it is done as it says."""
    page = (ROOT / "docs" / "quick-start.md").read_text(encoding="utf-8")
    road = page.split("\n## A file of orders\n")[1].split("\n## ")[0]
    road = road.replace("<folder of covey>", str(ROOT))
    environment = {name: value for name, value in os.environ.items() if "DBT_" not in name}
    said = []
    for language, block in re.findall(r"```(\w*)\n(.*?)```", road, flags=re.DOTALL):
        title, _, rest = block.partition("\n")
        if language == "csv":
            orders_of_a_shop(title).to_csv(tmp_path / "orders.csv", index=False)
        elif title.endswith(", under vars"):
            assert set(rest.splitlines()) <= set(said[-1].splitlines())
            with (tmp_path / "dbt_project.yml").open("a", encoding="utf-8") as project:
                project.write(rest)
        elif language == "yaml":
            (tmp_path / title.removeprefix("# ")).write_text(rest, encoding="utf-8")
        else:
            for command in block.splitlines():
                program, *words = shlex.split(command)
                if program not in ("dbt", "covey"):
                    continue
                module = {"dbt": "dbt.cli.main", "covey": "covey.cli"}[program]
                done = subprocess.run(
                    [sys.executable, "-m", module, *words],
                    cwd=tmp_path,
                    env=environment,
                    capture_output=True,
                    text=True,
                )
                # The first question is asked of a project that is not ready.
                assert done.returncode == (words == ["doctor"]), done.stdout + done.stderr
                said.append(done.stdout)
    assert "Not ready: 3 problems" in said[1]
    assert "nothing is wrong" in said[-1]
    assert re.search(r"^behaviour +1 ", said[-1], flags=re.MULTILINE)


ELSEWHERE = {
    "make": "CI runs it",
    "git": "CI runs it",
    ".venv/bin/python": "test_the_readme_opens_the_warehouse",
    "export": "sets a variable",
    "pip": "`make run` does it",
    "covey backfill": "test_backfill.py",
    "covey publish": "test_the_notebook_runs",
    "dbt docs": "test_lineage.py",
    "colibri": "test_lineage.py",
    "dbt build &&": "test_publish.py",
}
"""What a line of a command block begins with -> who runs it."""


def test_the_readme_opens_the_warehouse(built: Project) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^\.venv/bin/python (-c .*)$", readme, flags=re.MULTILINE)
    done = subprocess.run(
        [sys.executable, *shlex.split(command)],
        cwd=built.database.parent,
        capture_output=True,
        text=True,
    )
    assert "behaviour" in done.stdout, done.stderr


def commands_of(page: Path) -> list[str]:
    """Return the lines of the command blocks of a page that are to be run."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^```(\w*)\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    lines = [
        line.split("  #")[0].strip()
        for language, block in blocks
        if language in ("", "sh")
        for line in block.splitlines()
    ]
    return [
        line
        for line in lines
        if re.match(r"(covey|colibri|dbt|make|git|pip|export|\.venv/bin/\S+) ", line)
        and not line.startswith(tuple(ELSEWHERE))
    ]


def test_commands_of_the_docs_run(built: Project, tmp_path: Path) -> None:
    """In a folder that is the project's, and a warehouse that is a copy."""
    project = built.copy(tmp_path)
    folders = ("models", "python_models", "macros", "seeds", "tests", "data", "boards")
    for name in ("dbt_project.yml", *folders):
        (tmp_path / name).symlink_to(ROOT / name)
    present = "select export_id from covey_activation.export_manifests where is_present"
    exports = {row[0].rsplit("-", 2)[0]: row[0] for row in project.query(present)}
    ran = 0
    for page in sorted((ROOT / "docs").glob("*.md")):
        # Its commands are run in a project of their own, above.
        if page.name == "quick-start.md":
            continue
        for command in commands_of(page):
            # In this project covey is no package.
            program, *words = shlex.split(command.replace("dbt_packages/covey/", ""))
            # The page shows the id of an export of its own day.
            words = [
                exports[word.rsplit("-", 2)[0]] if re.search(r"-\d+-[0-9a-f]{8}$", word) else word
                for word in words
            ]
            module = {"dbt": "dbt.cli.main", "covey": "covey.cli"}[program]
            done = subprocess.run(
                [sys.executable, "-m", module, *words],
                cwd=tmp_path,
                env=project.environment(),
                capture_output=True,
                text=True,
            )
            assert done.returncode == 0, (page.name, command, done.stdout, done.stderr)
            ran += 1
    assert ran >= 7
