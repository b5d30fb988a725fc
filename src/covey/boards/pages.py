"""Pages of the site: what is text as HTML, what is drawn as SVG or as data of a figure."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Any

from covey.boards import shapes
from covey.boards.drawing import HALF, NARROW, WIDE, Drawer
from covey.boards.reading import Board, Chart, Row, in_full

FORMATS = {
    "integer": "{:,.0f}",
    "percent": "{:.1%}",
    "percent_delta": "{:+.1%}",
    ".2f": "{:.2f}",
}
# Columns of tables that are amounts: their heads bear the currency, which dct would write as it is.
AMOUNTS = {"monetary", "value_per_customer"}


def written(value: Any, form: str | None = None) -> str:
    """Return a value as text for a reader; a dash where there is none."""
    if value is None:
        return "-"
    if form:
        return FORMATS[form].format(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def in_words(text: str) -> str:
    """Return a sentence as HTML; what stands between backquotes is code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def table(chart: Chart, currency: str) -> str:
    """Return a table; on a phone its style sheet turns each row into a block."""
    styles = chart.drawn.get("style", {}).get("columns", {})
    shown = [
        (column, styles.get(column, {}))
        for column in chart.columns
        if styles.get(column, {}).get("visible", True)
    ]
    label = {
        column: style.get("label", column.replace("_", " "))
        + (f", {currency}" if column in AMOUNTS else "")
        for column, style in shown
    }
    days = {column for column in chart.columns if isinstance(chart.rows[0][column], date)}
    kind = {
        column: ' class="number"' if "format" in style else ' class="day"' if column in days else ""
        for column, style in shown
    }
    head = "".join(f"<th{kind[column]}>{escape(label[column])}</th>" for column, _ in shown)
    lines = []
    for row in chart.rows:
        cells = "".join(
            f'<td{kind[column]} data-label="{escape(label[column])}">'
            f"<span>{escape(written(row[column], style.get('format')))}</span></td>"
            for column, style in shown
        )
        lines.append(f"<tr>{cells}</tr>")
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def plotted(figure: shapes.Figure, title: str) -> str:
    """Return the place of a figure and its data."""
    items = "".join(
        f'<li><b style="color:var(--{colour[1:]})">{letter}</b>{escape(name)}</li>'
        for name, colour, letter in figure.get("legend", [])
    )
    kind = "legend for-phones" if figure.get("is_legend_for_phones") else "legend"
    legend = f'<ul class="{kind}">{items}</ul>' if items else ""
    note = f'<p class="note">{escape(figure["note"])}</p>' if "note" in figure else ""
    figure = {key: figure[key] for key in ("data", "layout", "narrow") if key in figure}
    data = json.dumps(figure, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
    height = figure["layout"]["height"]
    return (
        f'{legend}<div class="figure" role="img" aria-label="{escape(title)}"'
        f' style="min-height:{height}px"></div>'
        f'<script type="application/json">{data}</script>{note}'
    )


def personas(rows: Sequence[Row], traits: Sequence[Row], tactics: Sequence[Row]) -> str:
    """Return one card a segment, with what sets it apart and what to begin with."""
    order = sorted(rows, key=lambda row: (row["segment_number"] is None, row["segment_number"]))
    position = {row["segment_name"]: number for number, row in enumerate(order)}
    cards = []
    for row in rows:
        name = row["segment_name"]
        own = [trait for trait in traits if trait["segment_name"] == name]
        first = "".join(
            f"<li>{escape(tactic['tactic_name'])}"
            f"{': ' + escape(tactic['goal']) if tactic['goal'] else ''}</li>"
            for tactic in tactics
            if tactic["segment_name"] == name
        )
        first = f"<h4>What to begin with</h4><ol>{first}</ol>" if first else ""
        drawn = plotted(shapes.radar(own, position[name]), f"Radar of {name}") if own else ""
        cards.append(
            f'<section class="persona"><h3>{escape(name)}</h3>'
            f'<div class="size">{row["customers"]:,} customers,'
            f" {written(row['customer_share'], 'percent')} of all,"
            f" {written(row['value_share'], 'percent')} of the value</div>"
            f"{drawn}<p>{escape(written(row['description']))}</p>{first}</section>"
        )
    return f'<div class="personas">{"".join(cards)}</div>'


def body(board: Board, chart: Chart, drawer: Drawer, currency: str, *, is_half: bool) -> str:
    """Return what a chart shows."""
    nothing = f'<p class="empty">{in_words(chart.if_empty)}</p>'
    if not chart.rows:
        return nothing
    if chart.name == "personas":
        return personas(chart.rows, board.rows_of["traits"], board.rows_of["tactics"])
    if chart.name in shapes.SHAPES:
        figure = shapes.SHAPES[chart.name](chart)
        return nothing if figure is None else plotted(figure, chart.title)
    if chart.kind == "table":
        return table(chart, currency)
    wide = drawer.draw(chart, HALF if is_half else WIDE)
    narrow = drawer.draw(chart, NARROW)
    return f'<div class="wide">{wide}</div><div class="narrow">{narrow}</div>'


def page(board: Board, boards: Sequence[Board], drawer: Drawer, about: Row) -> str:
    """Return a page of the site.

    Parameters
    ----------
    board
        What it shows.
    boards
        All of them, for the way from one to another; the first is the front page.
    drawer
        What draws the charts of dct.
    about
        The segmentation: its name, size and day.
    """
    here = ' aria-current="page"'
    links = "".join(
        f'<a href="{file_name(other, boards)}" title="{escape(other.title)}"'
        f"{here if other is board else ''}>"
        f"{escape(other.name.capitalize())}</a>"
        for other in boards
    )
    tiles = ""
    if board is boards[0]:
        figures = [
            ("Customers", f"{about['customers']:,}"),
            ("Segments", f"{about['segments']:,}"),
            ("Grouped by", str(about["segmentation"])),
            (f"Value, {about['currency']}", f"{about['monetary'] or 0:,.0f}"),
        ]
        tiles = "".join(
            f'<div class="tile"><span>{escape(label)}</span><strong>{escape(value)}</strong></div>'
            for label, value in figures
        )
        tiles = f'<div class="tiles">{tiles}</div>'
    currency = str(about["currency"])
    rows = []
    for row in board.layout:
        cards = "".join(
            f'<section class="card" id="{chart.name}"><h2>{escape(chart.title)}</h2>'
            f'<p class="reading">{in_words(chart.reading)}</p>'
            f"{body(board, chart, drawer, currency, is_half=len(row) > 1)}</section>"
            for chart in row
        )
        beside = " two" if len(row) > 1 else ""
        rows.append(f'<div class="row{beside}">{cards}</div>')
    content = "".join(rows)
    library = '<script src="assets/plotly.min.js"></script>' if 'class="figure"' in content else ""
    day = f" as of {in_full(about['as_of_date'])}" if about["as_of_date"] else ""
    least = about["least_customers"]
    small = f" Groups of fewer than {least:,} customers are not shown." if least else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(board.title)} - covey</title>"
        '<link rel="icon" href="data:,"><link rel="stylesheet" href="assets/site.css"></head><body>'
        f'<nav aria-label="Boards"><b>covey</b>{links}</nav><main>'
        f"<header><h1>{escape(board.title)}</h1><p>{escape(board.notes)}</p>"
        f'<p class="size">{escape(f"Customers{day}" if day else "Nothing was built yet")}</p>'
        "</header>"
        f"{tiles}{content}</main>"
        f"<footer>Segments by {escape(str(about['segmentation']))}{day}.{small}</footer>"
        f'{library}<script src="assets/site.js"></script></body></html>'
    )


def file_name(board: Board, boards: Sequence[Board]) -> str:
    """Return the file of a board; the first is the front page."""
    return "index.html" if board is boards[0] else f"{board.name}.html"
