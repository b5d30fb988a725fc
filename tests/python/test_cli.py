"""The `covey` command."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from conftest import Project

from covey.cli import main


def test_show_names_segments_tests_and_the_file(
    built: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    results = built.target / "run_results.json"
    assert main(["show", "--database", str(built.database), "--run-results", str(results)]) == 0
    shown = capsys.readouterr().out
    for _, name, customers in built.query(
        "select segmentation, segment_name, customers from covey_marts.segments"
    ):
        assert f"{name}  " in shown
        assert f"{customers:,}" in shown
    assert "nothing is wrong" in shown
    assert str(built.database) in shown


def test_show_says_why_there_is_one_segment(
    built: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = built.copy(tmp_path)
    with duckdb.connect(str(project.database)) as connection:
        connection.execute(
            """
            update covey_segmentation.segmentation_candidates
            set verdict = 'no structure', choice_reason = 'one segment: noise; left out: income'
            where is_chosen and segmentation = 'value'
            """
        )
    assert main(["show", "--database", str(project.database)]) == 0
    shown = capsys.readouterr().out
    assert "\nvalue: one segment: noise.\n" in shown
    assert "behaviour: one segment" not in shown


def test_show_says_what_to_do_without_a_database(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", "--database", str(tmp_path / "none.duckdb")]) == 1
    assert "`dbt build` makes it" in capsys.readouterr().err


def test_demo_data_writes_every_input(tmp_path: Path) -> None:
    out = tmp_path / "data"
    assert main(["demo-data", "--customers", "50", "--months", "6", "--out", str(out)]) == 0
    assert len(list(out.glob("*.parquet"))) == 14
    assert len(list(out.glob("truth/*.parquet"))) == 4


def test_demo_data_refuses_what_it_cannot_write(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo-data", "--months", "1", "--out", str(tmp_path)]) == 2
    assert "months must lie between 3 and 120, got 1" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["demo-data", "--customers", "none", "--out", str(tmp_path)])
    assert "'none' is not a whole number above zero" in capsys.readouterr().err
