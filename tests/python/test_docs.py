"""The documentation says what is there."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from conftest import ROOT, Project

from covey.contract import renew, renew_features

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


def test_links_lead_somewhere() -> None:
    broken = [
        f"{page.name}: {link}"
        for page in PAGES
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / link).exists()
    ]
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
    ],
)
def test_queries_of_the_docs_run(built: Project, name: str, least: int) -> None:
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    # A block that names a file is a model, not a query: tests/python/test_examples.py builds it.
    queries = re.findall(r"```sql\n(?!-- models/)(.*?)```", page, flags=re.DOTALL)
    assert len(queries) >= least
    for query in queries:
        built.query(query)


def test_the_notebook_on_segments_runs(
    built: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (ROOT / "docs" / "how-segments-are-made.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    monkeypatch.chdir(built.database.parent)
    found: dict[str, pd.DataFrame] = {}
    exec(compile(code, "how-segments-are-made.md", "exec"), found)
    assert "kmeans-05" in capsys.readouterr().out
    assert list(found["segments"]["segmentation"].unique()) == ["mine"]
    assert len(found["segments"]) == len(found["matrix"]) == 2000
