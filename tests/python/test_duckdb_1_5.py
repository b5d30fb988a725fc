"""The oldest DuckDB that covey promises: it reads our files and builds the same tables."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Project

OLD_DUCKDB = Path(sys.prefix) / "duckdb-1.5.5"


@pytest.fixture(autouse=True)
def old_duckdb(monkeypatch: pytest.MonkeyPatch) -> None:
    if not OLD_DUCKDB.is_dir():
        pytest.skip("DuckDB 1.5.5 is not installed beside 2.0; `make test` does it")
    monkeypatch.setenv("PYTHONPATH", str(OLD_DUCKDB))


def test_an_old_client_reads_the_file(built: Project) -> None:
    script = (
        "import duckdb, sys\n"
        "connection = duckdb.connect(sys.argv[1], read_only=True)\n"
        "print(duckdb.__version__, connection.sql('from covey_personal.customers').shape[0])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(built.database)],
        capture_output=True,
        text=True,
        env=dict(os.environ),
        check=True,
    )
    customers = built.query("select count(*) from covey_personal.customers")[0][0]
    assert done.stdout.split() == ["1.5.5", str(customers)]


def changed_rows(table: str, old: Project, new: Project) -> list[object]:
    """Return up to three rows that only one of two projects has in a public table, of each."""
    rows = [
        {repr(row) for row in project.query(f"from {project.public_tables()[table]}")}
        for project in (old, new)
    ]
    return [sorted(rows[0] - rows[1])[:3], sorted(rows[1] - rows[0])[:3]]


def test_the_old_version_builds_the_same_tables(built: Project, empty: Project) -> None:
    empty.dbt("build", "--exclude-resource-type", "test", "unit_test")
    old, new = empty.hashes(), built.hashes()
    # The two versions interpolate quartiles differently in the last bit.
    different = {name for name in new if old[name] != new[name]}
    unexpected = different - {"segment_profiles"}
    assert not unexpected, {name: changed_rows(name, empty, built) for name in unexpected}
    key = "segmentation, segment_id, feature"
    sql = f"""
        select count(*), round(sum(quartile_1 + quartile_3), 6)
        from (from covey_marts.segment_profiles order by {key})
    """
    assert empty.query(sql) == built.query(sql)
