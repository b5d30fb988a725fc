"""Shapes that dbt Charts does not draw, or not well, as figures of Plotly.

A figure is plain data, so that nothing of Plotly but its script is needed. A colour is a name that
begins with `@`: the page puts in the colour of the reader's scheme, light or dark.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from covey.boards.reading import MONTHS, Chart, Row, in_full

Figure = dict[str, Any]

# Twelve colours of which any two differ for readers of any sight, which a test holds; the marks
# differ too.
SEGMENT_COLOURS = [f"@segment{number}" for number in range(1, 13)]
# Each mark with the letter that stands for it in a legend.
MARKS = {
    "circle": "\u25cf",
    "square": "\u25a0",
    "diamond": "\u25c6",
    "triangle-up": "\u25b2",
    "cross": "+",
    "triangle-down": "\u25bc",
    "x": "\u00d7",
    "star": "\u2605",
}
DIVERGING = [[0, "@low"], [0.25, "@lowish"], [0.5, "@middle"], [0.75, "@highish"], [1, "@high"]]
SEQUENTIAL = [[0, "@least"], [0.5, "@half"], [1, "@most"]]
# In this order, so that an algorithm looks the same in each chart that it is in.
ALGORITHMS = ["kmeans", "gaussian mixture", "hierarchical", "minibatch kmeans", "dbscan", "hdbscan"]
RADAR_FEATURES = 8
HEAT_FEATURES = 24
LARGEST_Z = 3.0
# Pixels above or below a plot for the scale of its colours.
SCALE_HEIGHT = 56


def wrap(text: str, width: int = 16) -> str:
    """Return a text in lines of about so many letters; a longer word is broken."""
    return "<br>".join(textwrap.wrap(text, width)) or text


def axis(**settings: Any) -> dict[str, Any]:
    """Return an axis in the look of the boards."""
    return {
        "gridcolor": "@line",
        "linecolor": "@line",
        "zeroline": False,
        "automargin": True,
        "tickfont": {"color": "@muted", "size": 12},
        "ticks": "",
        **settings,
    }


def muted(text: str, **settings: Any) -> dict[str, Any]:
    """Return the title of an axis, in the colour of its figures."""
    return {"text": text, "font": {"color": "@muted"}, **settings}


def scale(title: str, *, is_below: bool = False, **settings: Any) -> dict[str, Any]:
    """Return the scale of the colours of a figure, at its left edge, with what they count."""
    return {
        "orientation": "h",
        "thickness": 10,
        "lenmode": "pixels",
        "len": 140,
        "x": 0,
        "xanchor": "left",
        "yref": "container",
        "y": 0 if is_below else 1,
        "yanchor": "bottom" if is_below else "top",
        "ypad": 2,
        "outlinewidth": 0,
        "tickfont": {"color": "@muted", "size": 11},
        "title": {"text": title, "side": "top", "font": {"color": "@muted", "size": 11}},
        **settings,
    }


def figure(data: list[dict[str, Any]], height: int, **layout: Any) -> Figure:
    """Return a figure in the look of the boards."""
    return {
        "data": data,
        "layout": {
            "height": height,
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": "Inter, system-ui, sans-serif", "size": 12, "color": "@ink"},
            "hoverlabel": {
                "bgcolor": "@card",
                "bordercolor": "@line",
                "font": {"color": "@ink", "size": 12},
                "align": "left",
            },
            "showlegend": False,
            "dragmode": False,
            **layout,
        },
    }


def mark(position: int) -> str:
    """Return the mark of the series at a position."""
    return list(MARKS)[position % len(MARKS)]


def legend(names: Sequence[str]) -> list[tuple[str, str, str]]:
    """Return name, colour and letter of each series, which the page writes as text."""
    return [(name, colour(position), MARKS[mark(position)]) for position, name in enumerate(names)]


def colour(position: int) -> str:
    """Return the colour of the segment at a position."""
    return SEGMENT_COLOURS[position % len(SEGMENT_COLOURS)]


def names_in_order(rows: Sequence[Row]) -> list[str]:
    """Return the names of the segments, by their number."""
    found = {row["segment_name"]: row["segment_number"] for row in rows}
    return sorted(found, key=lambda name: (found[name] is None, found[name], name))


def points(chart: Chart, across: str, up: str) -> Figure | None:
    """Return the map: one point a customer, by segment."""
    names = names_in_order(chart.rows)
    traces = []
    for position, name in enumerate(names):
        own = [row for row in chart.rows if row["segment_name"] == name and row[across] is not None]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [round(row[across], 3) for row in own],
                "y": [round(row[up], 3) for row in own],
                "marker": {
                    "color": colour(position),
                    "symbol": mark(position),
                    "size": 6,
                    "opacity": 0.75,
                },
                "hovertemplate": f"{wrap(name, 30)}<extra></extra>",
            }
        )
    drawn = sum(len(trace["x"]) for trace in traces)
    if not drawn:
        return None
    bare = axis(showticklabels=False, showgrid=False, showline=False)
    return {
        **figure(traces, 430, xaxis=bare, yaxis=bare),
        "legend": legend(names),
        "note": f"{drawn:,} customers.",
    }


def principal_map(chart: Chart) -> Figure | None:
    """Return the map by principal components, with how much of the differences they hold."""
    drawn = points(chart, "pca_x", "pca_y")
    share = chart.rows[0]["pca_variance_share"]
    if drawn is not None and share is not None:
        drawn["note"] += f" The picture holds {share:.0%} of what differs between them."
    return drawn


def neighbour_map(chart: Chart) -> Figure | None:
    """Return the map by t-SNE."""
    return points(chart, "tsne_x", "tsne_y")


def grid(
    chart: Chart,
    across: str,
    down: str,
    value: str,
    *,
    columns: list[Any],
    lines: list[Any],
    across_title: str = "",
    down_title: str = "",
    scale_title: str,
    written: str,
    hover: str,
    names_on_top: bool = False,
    ticks: str = "",
    **trace: Any,
) -> Figure:
    """Return a heat map with the values written into its cells.

    The scale of its colours stands above it, or below where the names of the columns stand above.
    """
    cells = {(row[down], row[across]): row for row in chart.rows}
    top = max((len(part) for column in columns for part in str(column).split("<br>")), default=0)
    steep = len(columns) * top * 6.5 > 780
    values = [
        [None if (line, column) not in cells else cells[line, column][value] for column in columns]
        for line in lines
    ]
    left = max((len(str(line)) for line in lines), default=0)
    numbers = {
        "tickvals": [str(column) for column in columns],
        "ticktext": [str(number) for number in range(1, len(columns) + 1)],
    }
    return {
        **figure(
            [
                {
                    "type": "heatmap",
                    "z": values,
                    "x": [str(column) for column in columns],
                    "y": [str(line) for line in lines],
                    "texttemplate": written,
                    "textfont": {"size": 12, "color": "@ink"},
                    "hovertemplate": hover,
                    "hoverongaps": False,
                    "xgap": 2,
                    "ygap": 2,
                    "colorbar": scale(scale_title, is_below=names_on_top, tickformat=ticks),
                    **trace,
                }
            ],
            140 + 28 * max(len(lines), 9),
            xaxis=axis(
                type="category",
                showgrid=False,
                showline=False,
                tickangle=0,
                side="top" if names_on_top else "bottom",
                **(numbers if steep else {}),
                title={"text": across_title, "font": {"color": "@muted", "size": 12}},
            ),
            yaxis=axis(
                type="category",
                showgrid=False,
                showline=False,
                autorange="reversed",
                title={
                    "text": down_title,
                    "font": {"color": "@muted", "size": 12},
                    "standoff": 10,
                },
            ),
            margin={"l": 8, "r": 8, "t": 8, "b": SCALE_HEIGHT}
            if names_on_top
            else {"l": 8, "r": 8, "t": SCALE_HEIGHT, "b": 8},
        ),
        # Names that do not fit below their columns are numbered, and listed above.
        "legend": [
            (str(column).replace("<br>", " "), "@ink", str(number))
            for number, column in enumerate(columns, start=1)
            if top > 3
        ],
        "is_legend_for_phones": not steep,
        "narrow": {
            "has_text": left * 7 + 36 * len(columns) < 300,
            "layout": {"xaxis": numbers if top > 3 else {}},
        },
    }


def feature_grid(chart: Chart) -> Figure:
    """Return the heat map of segments and features, by z-score."""
    rows = [
        {**row, "segment_wrapped": wrap(row["segment_name"])}
        for row in chart.rows
        if row["feature_rank"] <= HEAT_FEATURES
    ]
    ranks = {row["feature_label"]: row["feature_rank"] for row in rows}
    shown = replace(chart, rows=rows)
    return grid(
        shown,
        "segment_wrapped",
        "feature_label",
        "z_score",
        columns=[wrap(name) for name in names_in_order(rows)],
        lines=sorted(ranks, key=lambda label: (ranks[label], label)),
        scale_title="standard deviations",
        written="%{z:.1f}",
        names_on_top=True,
        hover="%{x}<br>%{y}: %{z:+.2f} standard deviations<extra></extra>",
        colorscale=DIVERGING,
        zmin=-LARGEST_Z,
        zmax=LARGEST_Z,
    )


def rfm_grid(chart: Chart) -> Figure:
    """Return the grid of recency and frequency, by customers."""
    recency = sorted({row["recency_score"] for row in chart.rows})
    frequency = sorted({row["frequency_score"] for row in chart.rows}, reverse=True)
    return grid(
        chart,
        "recency_score",
        "frequency_score",
        "customers",
        columns=recency,
        lines=frequency,
        across_title="recency score: later to the right",
        down_title="frequency score: more often to the top",
        scale_title="customers",
        written="%{z:,}",
        hover="recency %{x}, frequency %{y}: %{z:,} customers<extra></extra>",
        colorscale=SEQUENTIAL,
        zmin=0,
    )


def cohort_grid(chart: Chart) -> Figure:
    """Return the share of each cohort that orders, by quarters since the first order."""

    def quarter(row: Row) -> str:
        day = row["cohort_date"]
        return f"{day.year} Q{(day.month + 2) // 3} ({row['customers']:,})"

    rows = [{**row, "cohort": quarter(row)} for row in chart.rows]
    shown = replace(chart, rows=rows)
    return grid(
        shown,
        "quarters_since",
        "cohort",
        "active_share",
        columns=sorted({row["quarters_since"] for row in rows}),
        lines=list(dict.fromkeys(row["cohort"] for row in rows)),
        across_title="quarters since the first order",
        scale_title="share that ordered",
        ticks=".0%",
        written="%{z:.0%}",
        hover="%{y}, %{x} quarters on: %{z:.1%} ordered<extra></extra>",
        colorscale=SEQUENTIAL,
        zmin=0,
        zmax=1,
    )


def treemap(chart: Chart) -> Figure:
    """Return the RFM segments as areas."""
    return figure(
        [
            {
                "type": "treemap",
                "labels": [row["rfm_segment"] for row in chart.rows],
                "parents": ["" for _ in chart.rows],
                "values": [row["customers"] for row in chart.rows],
                "marker": {
                    "colors": [row["value_per_customer"] for row in chart.rows],
                    "colorscale": SEQUENTIAL,
                    "line": {"color": "@card", "width": 2},
                    "showscale": True,
                    "colorbar": scale("value per customer", nticks=4, tickformat=","),
                    "pad": {"t": 2, "l": 2, "r": 2, "b": 2},
                },
                "customdata": [row["value_per_customer"] for row in chart.rows],
                "texttemplate": "%{label}<br>%{value:,}",
                "hovertemplate": "%{label}<br>%{value:,} customers,"
                " %{customdata:,.0f} each<extra></extra>",
                "textfont": {"size": 13, "color": "@ink"},
                "tiling": {"pad": 2},
                "root": {"color": "rgba(0,0,0,0)"},
            }
        ],
        400,
        margin={"l": 8, "r": 8, "t": SCALE_HEIGHT, "b": 8},
        # Better no name than one too small to read; the pointer tells it.
        uniformtext={"minsize": 11, "mode": "hide"},
    )


def tree(chart: Chart) -> Figure | None:
    """Return the dendrogram: which segments would be joined first."""
    nodes = {row["node_id"]: row for row in chart.rows}
    children: dict[str, list[str]] = {}
    roots = []
    for name, row in nodes.items():
        if row["parent_node_id"] in nodes:
            children.setdefault(row["parent_node_id"], []).append(name)
        else:
            roots.append(name)
    leaves: list[str] = []

    def collect(name: str) -> None:
        own = sorted(children.get(name, []), key=lambda child: (nodes[child]["height"], child))
        if not own:
            leaves.append(name)
        for child in own:
            collect(child)

    for root in sorted(roots):
        collect(root)
    position = {name: float(number) for number, name in enumerate(leaves)}

    def place(name: str) -> float:
        if name not in position:
            own = [place(child) for child in children[name]]
            position[name] = sum(own) / len(own)
        return position[name]

    across: list[float | None] = []
    up: list[float | None] = []
    for name in nodes:
        own = sorted(children.get(name, []), key=place)
        if not own:
            continue
        height = nodes[name]["height"]
        first, last = own[0], own[-1]
        across += [nodes[first]["height"], height, height, nodes[last]["height"], None]
        up += [place(first), place(first), place(last), place(last), None]
    merges = [name for name in nodes if name in children]
    if not merges:
        return None
    names = [wrap(nodes[leaf]["segment_name"] or "segment", 22) for leaf in leaves]
    return figure(
        [
            {
                "type": "scatter",
                "mode": "lines",
                "x": across,
                "y": up,
                "line": {"color": "@accent", "width": 2},
                "hoverinfo": "skip",
            },
            {
                "type": "scatter",
                "mode": "markers",
                "x": [nodes[name]["height"] for name in merges],
                "y": [place(name) for name in merges],
                "customdata": [nodes[name]["customers"] for name in merges],
                "marker": {"color": "@accent", "size": 8},
                "hovertemplate": "joined at %{x:.1f}: %{customdata:,} customers<extra></extra>",
            },
        ],
        70 + 22 * sum(name.count("<br>") + 1 for name in names) + 14 * len(names),
        xaxis=axis(rangemode="tozero", title=muted("distance")),
        yaxis=axis(
            tickvals=list(range(len(leaves))),
            ticktext=names,
            showgrid=False,
            range=[len(leaves) - 0.5, -0.5],
        ),
    )


def by_number(names: dict[str, str | None]) -> list[str]:
    """Return the names of segments in the order of their ids; who came or left stands last.

    The place of a name is that of its colour, the same as on the other pages.
    """

    def place(name: str) -> tuple[bool, bool, int, str]:
        number = names[name]
        is_number = (number or "").isdigit()
        return number is None, not is_number, int(number or 0) if is_number else 0, name

    return sorted(names, key=place)


def history(chart: Chart) -> Figure | None:
    """Return the size of each segment on the days that are known."""
    if not chart.rows:
        return None
    everybody = by_number({row["to_segment_name"]: row["to_segment_id"] for row in chart.rows})
    days = sorted({row[key] for row in chart.rows for key in ("from_date", "to_date")})
    every = -(-len(days) // 6)
    traces = []
    for position, name in enumerate(everybody):
        sizes = {}
        for row in chart.rows:
            if row["to_segment_name"] == name:
                sizes[row["from_date"]] = row["from_customers"]
                sizes[row["to_date"]] = row["to_customers"]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": [day.isoformat() for day in sorted(sizes)],
                "y": [sizes[day] for day in sorted(sizes)],
                "line": {"color": colour(position), "width": 2},
                "marker": {"symbol": mark(position), "size": 7},
                "hovertemplate": f"{wrap(name, 30)}, %{{x|%-d %b %Y}}: %{{y:,}} customers"
                "<extra></extra>",
            }
        )
    shown = days[::-1][::every][::-1]
    return {
        **figure(
            traces,
            360,
            xaxis=axis(
                type="date",
                tickvals=[day.isoformat() for day in shown],
                ticktext=[f"{day.day} {MONTHS[day.month - 1][:3]}<br>{day.year}" for day in shown],
                tickangle=0,
            ),
            yaxis=axis(
                rangemode="tozero",
                nticks=6,
                tickformat=",",
                title=muted("customers", standoff=8),
            ),
        ),
        "legend": legend(everybody),
    }


def flow(chart: Chart) -> Figure:
    """Return the moves of the last period as a flow from left to right."""
    ends_of = {
        key: {row[f"{key}_segment_name"]: row[f"{key}_segment_id"] for row in chart.rows}
        for key in ("from", "to")
    }
    everybody = by_number({**ends_of["from"], **ends_of["to"]})
    begins = [name for name in everybody if name in ends_of["from"]]
    ends = [name for name in everybody if name in ends_of["to"]]
    sizes = {
        (key, row[f"{key}_segment_name"]): row[f"{key}_customers"]
        for row in chart.rows
        for key in ("from", "to")
    }
    nodes = [*(("from", name) for name in begins), *(("to", name) for name in ends)]
    labels = [wrap(f"{name}: {sizes[key, name]:,}", 24) for key, name in nodes]
    numbers = [f"{everybody.index(name) + 1}: {sizes[key, name]:,}" for key, name in nodes]
    # Names of more lines than two would lie under bands; then they are numbered, as on a phone.
    are_long = any(label.count("<br>") > 1 for label in labels)

    def paint(name: str) -> str:
        return "@muted" if name.startswith("(") else colour(everybody.index(name))

    first = chart.rows[0]
    return {
        **figure(
            [
                {
                    "type": "sankey",
                    "arrangement": "fixed",
                    "node": {
                        "label": numbers if are_long else labels,
                        "color": [paint(name) for _, name in nodes],
                        "x": [0.001] * len(begins) + [0.999] * len(ends),
                        "y": spread(chart.rows, "from_segment_name", begins)
                        + spread(chart.rows, "to_segment_name", ends),
                        "pad": 18,
                        "thickness": 14,
                        "line": {"width": 0},
                        "hovertemplate": "%{label} customers<extra></extra>",
                    },
                    "link": {
                        "source": [begins.index(row["from_segment_name"]) for row in chart.rows],
                        "target": [
                            len(begins) + ends.index(row["to_segment_name"]) for row in chart.rows
                        ],
                        "value": [row["customers"] for row in chart.rows],
                        "color": [
                            "@link" if row["from_segment_id"] == row["to_segment_id"] else "@move"
                            for row in chart.rows
                        ],
                        "customdata": [
                            f"{row['from_segment_name']} to {row['to_segment_name']}"
                            for row in chart.rows
                        ],
                        "hovertemplate": "%{customdata}: %{value:,} customers<extra></extra>",
                    },
                    "textfont": {"size": 12, "color": "@ink"},
                }
            ],
            max(360, 58 * max(len(begins), len(ends))),
            margin={"l": 8, "r": 8, "t": 12, "b": 12},
        ),
        # On a phone the names would lie over each other: there they are numbered.
        "legend": [
            (name, paint(name), str(number)) for number, name in enumerate(everybody, start=1)
        ],
        "is_legend_for_phones": not are_long,
        "narrow": {"labels": numbers},
        "note": f"From {in_full(first['from_date'])} to {in_full(first['to_date'])}."
        " Moves of too few customers to be shown are left out.",
    }


def spread(rows: Sequence[Row], key: str, names: list[str]) -> list[float]:
    """Return the middle of each node when they are stacked in proportion."""
    sizes = [sum(row["customers"] for row in rows if row[key] == name) for name in names]
    total = float(sum(sizes)) or 1.0
    begun, middles = 0.0, []
    for size in sizes:
        middles.append(min(max((begun + size / 2) / total, 0.001), 0.999))
        begun += size
    return middles


def radar(rows: Sequence[Row], position: int) -> Figure:
    """Return what sets one segment apart: its z-scores around a circle, the average in the middle.

    Z-scores beyond three standard deviations are drawn at three.
    """
    ranked = sorted(rows, key=lambda row: row["feature_rank"])[:RADAR_FEATURES]
    labels = [wrap(row["feature_label"], 10) for row in ranked]
    scores = [row["z_score"] for row in ranked]
    drawn = [max(-LARGEST_Z, min(LARGEST_Z, score)) for score in scores]
    return figure(
        [
            {
                "type": "scatterpolar",
                "r": [0.0] * (len(labels) + 1),
                "theta": [*labels, labels[0]],
                "mode": "lines",
                "line": {"color": "@muted", "width": 1, "dash": "dot"},
                "hoverinfo": "skip",
            },
            {
                "type": "scatterpolar",
                "r": [*drawn, drawn[0]],
                "theta": [*labels, labels[0]],
                "customdata": [*scores, scores[0]],
                "mode": "lines+markers",
                "fill": "toself",
                "line": {"color": colour(position), "width": 2},
                "marker": {"size": 5},
                "opacity": 0.9,
                "hovertemplate": "%{theta}: %{customdata:+.1f} sd<extra></extra>",
            },
        ],
        300,
        margin={"l": 64, "r": 64, "t": 42, "b": 42},
        polar={
            "bgcolor": "rgba(0,0,0,0)",
            "radialaxis": {
                "range": [-LARGEST_Z, LARGEST_Z],
                "tickvals": [-3, 0, 3],
                "showticklabels": False,
                "ticks": "",
                "gridcolor": "@line",
                "showline": False,
            },
            "angularaxis": {
                "gridcolor": "@line",
                "linecolor": "@line",
                "tickfont": {"size": 11, "color": "@muted"},
                # Ticks that nobody sees keep the names off the rim.
                "ticks": "outside",
                "ticklen": 5,
                "tickcolor": "rgba(0,0,0,0)",
                "direction": "clockwise",
                "rotation": 90,
            },
        },
    )


def scores_by_k(chart: Chart, value: str, title: str) -> Figure | None:
    """Return one index of the candidates by number of segments, a line an algorithm."""
    rows = [row for row in chart.rows if row[value] is not None]
    if not rows:
        return None
    traces = []
    found = {row["algorithm"] for row in rows}
    known = [*ALGORITHMS, *sorted(found.difference(ALGORITHMS))]
    algorithms = [(known.index(name), name) for name in known if name in found]
    for position, algorithm in algorithms:
        own = sorted(
            (row for row in rows if row["algorithm"] == algorithm), key=lambda row: row["k"]
        )
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": [row["k"] for row in own],
                "y": [row[value] for row in own],
                "line": {"color": colour(position), "width": 2},
                "marker": {"symbol": mark(position), "size": 7},
                "hovertemplate": f"{algorithm}, %{{x}} segments: %{{y:,.3~f}}<extra></extra>",
            }
        )
    chosen = [row for row in chart.rows if row["is_chosen"]]
    layout: dict[str, Any] = {}
    if chosen:
        k = chosen[0]["k"]
        marked = [row for row in chosen if row[value] is not None]
        traces += [
            {
                "type": "scatter",
                "mode": "markers",
                "x": [k],
                "y": [row[value]],
                "marker": {
                    "symbol": "circle-open",
                    "size": 18,
                    "color": "@ink",
                    "line": {"width": 2.5, "color": "@ink"},
                },
                "hoverinfo": "skip",
            }
            for row in marked
        ]
        layout["shapes"] = [
            {
                "type": "line",
                "x0": k,
                "x1": k,
                "yref": "paper",
                "y0": 0,
                "y1": 1,
                "line": {"color": "@muted", "width": 1, "dash": "dot"},
            }
        ]
    return {
        **figure(
            traces,
            330,
            xaxis=axis(dtick=1, title=muted("number of segments")),
            yaxis=axis(nticks=6, title=muted(title, standoff=8)),
            **layout,
        ),
        "legend": [
            *((name, colour(place), MARKS[mark(place)]) for place, name in algorithms),
            *(
                (f"in use: {row['algorithm']}, {row['k']} segments", "@ink", "\u25cb")
                for row in chosen
            ),
        ],
    }


def silhouette_lines(chart: Chart) -> Figure | None:
    """Return the silhouettes of the candidates."""
    return scores_by_k(chart, "silhouette", "silhouette")


def elbow_lines(chart: Chart) -> Figure | None:
    """Return the inertia of the candidates."""
    return scores_by_k(chart, "inertia", "squared distances")


def bic_lines(chart: Chart) -> Figure | None:
    """Return the Bayesian information criterion of the candidates."""
    return scores_by_k(chart, "bic", "BIC")


# What dct has no shape for, by the name of the chart in its board.
SHAPES: dict[str, Callable[[Chart], Figure | None]] = {
    "map_pca": principal_map,
    "map_tsne": neighbour_map,
    "feature_grid": feature_grid,
    "rfm_grid": rfm_grid,
    "rfm_areas": treemap,
    "cohort_grid": cohort_grid,
    "tree": tree,
    "flow": flow,
    "history": history,
    "silhouette": silhouette_lines,
    "elbow": elbow_lines,
    "bic": bic_lines,
}
