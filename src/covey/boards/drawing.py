"""Charts drawn by dbt Charts, as SVG that a page of ours can hold.

dct's own HTML is one fixed picture that is scaled to the window (unreadable on a phone) and follows
no dark mode. So each chart is drawn by itself, once for wide and once for narrow pages, and the
page's style sheet turns the colours of dct into those of the reader's scheme.
"""

from __future__ import annotations

import os
import re
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

import yaml

from covey.boards.reading import Chart
from covey.report import ReportError

# Pixels that a chart has in a card over the whole page, in one of two side by side, and on a phone.
WIDE, HALF, NARROW = 996, 474, 322
# Letters in a line of a label, by those widths: a longer name takes several lines. dct cuts labels
# of more than 180 pixels.
LETTERS = {WIDE: 24, HALF: 22, NARROW: 18}
LINE_HEIGHT, LEAST_BAR_HEIGHT, AXIS_HEIGHT = 13, 30, 40
# How dct marks the name of a series in the label of a bar.
SERIES = "\u2062"


class Drawer:
    """dct, with a project of its own that holds nothing but what it is given."""

    def __init__(self, folder: Path) -> None:
        from dbt_charts.agent_api import InMemoryBoard, ProjectSession, render_dashboard

        (folder / "dbt_charts.yml").write_text("sources: {}\n", encoding="utf-8")
        self._session = ProjectSession.open(folder)
        self._board = InMemoryBoard
        self._render = render_dashboard

    def close(self) -> None:
        """Let go of what dct holds open."""
        self._session.close()

    def draw(self, chart: Chart, width: int) -> str:
        """Return a chart as SVG of a width in pixels, with its legend as HTML.

        Raises
        ------
        ReportError
            When dct cannot draw it.
        """
        drawn = {**chart.drawn, "query": "rows"}
        style = dict(drawn.get("style", {}))
        columns = chart.columns
        rows = [[plain(row[column]) for column in columns] for row in chart.rows]
        labels: dict[str, list[str]] = {}
        if style.get("orientation") != "vertical":
            place = columns.index(drawn["x"])
            names = list(dict.fromkeys(str(row[place]) for row in rows))
            labels = {
                stand_in(number, lines): lines
                for number, lines in enumerate(
                    textwrap.wrap(name, LETTERS[width]) or [name] for name in names
                )
            }
            stands = dict(zip(names, labels, strict=True))
            for row in rows:
                row[place] = stands[str(row[place])]
            tallest = max(len(lines) for lines in labels.values())
            beside = len({row[drawn["color"]] for row in chart.rows}) if "color" in drawn else 1
            is_stacked = "stack" in style
            each = max(LEAST_BAR_HEIGHT, LINE_HEIGHT * tallest + 8)
            each = max(each, 18 * beside + 8) if not is_stacked else each
            drawn["height"] = AXIS_HEIGHT + each * len(names)
        if "color" in drawn:
            style["legend"] = {"visible": False}
        board = {
            "queries": {"rows": {"columns": columns, "values": rows}},
            "charts": {chart.name: {**drawn, "style": style}},
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
        picture = named(inner_svg(str(result.data)), labels)
        return (legend(picture) if "color" in drawn else "") + picture


def stand_in(number: int, lines: list[str]) -> str:
    """Return a word as wide as the longest of some lines: dct cuts labels and knows one line."""
    letters = max(len(line) for line in lines)
    return f"{'n' * max(letters - 3, 1)}{number:03d}"


def named(picture: str, labels: dict[str, list[str]]) -> str:
    """Return a picture with the stand-ins of its labels replaced by the lines they stand for.

    Raises
    ------
    ReportError
        When dct left a label out or cut it.
    """
    for word, lines in labels.items():
        if f">{word}</text>" not in picture:
            raise ReportError(f"dbt Charts has cut the label {' '.join(lines)!r}")
        first = -LINE_HEIGHT * (len(lines) - 1) / 2
        spans = "".join(
            f'<tspan x="0" dy="{first if number == 0 else LINE_HEIGHT}">{escape(line)}</tspan>'
            for number, line in enumerate(lines)
        )
        picture = picture.replace(f">{word}</text>", f">{spans}</text>")
        picture = picture.replace(word, escape(" ".join(lines)))
    return picture


def legend(picture: str) -> str:
    """Return the series of a picture, each with its colour, as a list that wraps."""
    colours: dict[str, str] = {}
    for mark in re.findall(rf"<path [^>]*{SERIES}[^>]*>", picture):
        name = re.search(rf"{SERIES}([^;\"]+)", mark)
        colour = re.search(r'fill="(#\w+)"', mark)
        if name and colour:
            colours.setdefault(name[1].strip(), colour[1])
    items = "".join(
        f'<li><svg class="marks" viewBox="0 0 10 10"><rect width="10" height="10" rx="2"'
        f' fill="{colour}"/></svg>{name}</li>'
        for name, colour in sorted(colours.items())
    )
    return f'<ul class="legend">{items}</ul>'


def plain(value: Any) -> Any:
    """Return a value as YAML writes it."""
    return value.isoformat() if isinstance(value, date) else value


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
            pen = Drawer(Path(folder))
            try:
                yield pen
            finally:
                pen.close()
        except ModuleNotFoundError as error:
            if not (error.name or "").startswith(("dbt_charts", "plotly")):
                raise
            raise ReportError(
                "the boards need dbt Charts and Plotly: pip install 'covey[boards]'"
            ) from error
