"""Each bad row becomes exactly what is promised, and everything still builds around it."""

from __future__ import annotations

import pytest
from bad_input_builds import Observed, build_cases, plain
from cases import CASES, CONSEQUENCES, MARKERS, Case, Consequence
from conftest import Project

# What says where each row went: all that types and settings have a say in.
STAGED = ["--indirect-selection", "cautious", "--select", "path:models/staging"]
STAGED += ["int_input_tallies", "int_as_of", "quarantined_records", "source_reconciliation"]


@pytest.fixture(scope="module")
def text(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Observed:
    """Return the project after a build of inputs in which all columns are texts."""
    project = built.copy(tmp_path_factory.mktemp("text"))
    return build_cases(project, "text")


@pytest.fixture(scope="module")
def typed(text: Observed, tmp_path_factory: pytest.TempPathFactory) -> Observed:
    """Return the project after staging typed inputs on the warehouse made from texts."""
    project = text.project.copy(tmp_path_factory.mktemp("typed"))
    return build_cases(project, "typed", *STAGED)


@pytest.fixture(scope="module")
def settings(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Observed:
    """Return the project after staging texts that other settings read."""
    project = built.copy(tmp_path_factory.mktemp("settings"))
    return build_cases(project, "settings", *STAGED)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.variant}-{case.name}")
def test_the_rows_become_what_is_promised(case: Case, request: pytest.FixtureRequest) -> None:
    seen: Observed = request.getfixturevalue(case.variant)
    expected = case.expected
    staged = seen.kept.get(case.name, [])
    shown = [
        {column: row[column] for column in values}
        for row, values in zip(staged, expected.kept, strict=False)
    ]
    assert len(staged) == len(expected.kept)
    for row in expected.kept:
        shown.remove(dict(row))
    assert seen.findings.get(case.name, set()) == set(expected.findings)
    assert seen.duplicates.get(case.name, []) == sorted(expected.duplicates)
    assert seen.quarantined.get(case.name, []) == sorted(expected.quarantined)


@pytest.mark.parametrize("case", CONSEQUENCES, ids=lambda case: f"{case.variant}-{case.name}")
def test_the_tables_after_staging_take_it(
    case: Consequence, request: pytest.FixtureRequest
) -> None:
    seen: Observed = request.getfixturevalue(case.variant)
    rows = seen.project.query(case.sql.replace("{case}", case.name))
    assert [tuple(plain(value) for value in row) for row in rows] == case.answer


@pytest.mark.parametrize("variant", ["text", "typed", "settings"])
@pytest.mark.parametrize("name", MARKERS)
def test_every_row_is_kept_a_duplicate_or_quarantined(
    name: str, variant: str, request: pytest.FixtureRequest
) -> None:
    seen: Observed = request.getfixturevalue(variant)
    [(raw, kept, duplicates, quarantined)] = seen.project.query(
        f"""
        select sum(raw_rows), sum(kept_rows), sum(duplicate_rows), sum(quarantined_rows)
        from covey_marts.source_reconciliation
        where input = '{name}'
        """
    )
    assert raw == seen.raw_rows[name]
    assert kept + duplicates + quarantined == raw
