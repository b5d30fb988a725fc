"""Charts drawn by dbt Charts, as SVG that a page of ours can hold.

dct's own HTML is one fixed picture that is scaled to the window (unreadable on a phone) and follows no
dark mode. So each chart is drawn by itself, once for wide and once for narrow pages, and the page's
style sheet turns the greys of dct into those of the reader's scheme.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from covey.boards.reading import Chart
from covey.report import ReportError

# Pixels that a chart has in a card over the whole page, in one of two side by side, and on a phone.
WIDE, HALF, NARROW = 996, 474, 322
ROW_HEIGHT = 30
LEGEND_HEIGHT = 70


class Drawer:
    """dct, with a project of its own that holds nothing but what it is given."""

    def __init__(self, folder: Path) -> None:
        from dbt_charts.agent_api import InMemoryBoard, ProjectSession, render_dashboard

        (folder / "dbt_charts.yml").write_text("sources: {}\n", encoding="utf-8")
        self._session = ProjectSession.open(folder)
        self._board = InMemoryBoard
        self._render = render_dashboard

    def svg(self, chart: Chart, width: int) -> str:
        """Return a chart as SVG of a width in pixels.

        Raises
        ------
        ReportError
            When dct cannot draw it.
        """
        drawn = dict(chart.drawn)
        if chart.kind == "bar":
            bars = len({row[drawn["x"]] for row in chart.rows})
            each = ROW_HEIGHT * (1.4 if "color" in drawn else 1)
            drawn["height"] = round(LEGEND_HEIGHT + bars * each)
        board = {
            "queries": {
                "rows": {
                    "columns": chart.columns,
                    "values": [[plain(row[column]) for column in chart.columns] for row in chart.rows],
                }
            },
            "charts": {chart.name: {**drawn, "query": "rows"}},
            "rows": [chart.name],
            "style": {"frame": {"margin": 0, "card_padding": 0, "card_gap": 0, "width": width}},
        }
        text = yaml.safe_dump(board, sort_keys=False, allow_unicode=True)
        result = self._render(
            self._board(text, path=None),
            project=self._session.project,
            adapter_registry=self._session.adapter_registry,
            format="svg",
            result_cache=None,
            use_cache=False,
        )
        if result.status != "ok":
            faults = [result.board_error, *result.validation_errors, *result.chart_errors]
            reasons = "; ".join(str(fault) for fault in faults if fault)
            raise ReportError(f"dbt Charts cannot draw {chart.name}: {reasons}")
        return inner_svg(str(result.data))


def plain(value: Any) -> Any:
    """Return a value as YAML writes it."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value


def inner_svg(picture: str) -> str:
    """Return the chart alone out of dct's picture of a board: no fonts, frame or footer."""
    start = re.search(r'<svg [^>]*class="marks"[^>]*>', picture)
    if start is None:
        raise ReportError("dbt Charts gave a picture without a chart")
    depth, position = 0, start.start()
    for tag in re.finditer(r"<svg\b|</svg>", picture[position:]):
        depth += 1 if tag.group() != "</svg>" else -1
        if depth == 0:
            return picture[position : position + tag.end()]
    raise ReportError("dbt Charts gave a picture that does not end")


def script_and_font() -> tuple[Path, Path]:
    """Return the script of Plotly and the font whose widths dct reckons with."""
    import plotly
    from dbt_charts.agent_api import get_fonts_dir

    return (
        Path(plotly.__file__).parent / "package_data" / "plotly.min.js",
        Path(get_fonts_dir()) / "InterVariable.woff2",
    )


@contextmanager
def drawer() -> Iterator[Drawer]:
    """Yield a drawer.

    Raises
    ------
    ReportError
        When dbt Charts is not installed.
    """
    os.environ.setdefault("DO_NOT_TRACK", "1")
    with tempfile.TemporaryDirectory() as folder:
        try:
            yield Drawer(Path(folder))
        except ModuleNotFoundError as error:
            if not (error.name or "").startswith(("dbt_charts", "plotly")):
                raise
            raise ReportError(
                "the boards need dbt Charts and Plotly: pip install 'covey[boards]'"
            ) from error
