"""The boards: pages that open from disk, ask nothing of a network and show nobody."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from browser import CHROMIUM, Browser
from conftest import ROOT, Project

from covey.boards import build_site
from covey.cli import main
from covey.report import ReportError

pytest.importorskip("dbt_charts", reason="the extra `boards` is not installed")

BOARDS = sorted((ROOT / "boards" / "charts").glob("[0-9]*.yml"))
QUERIES = [
    query
    for board in BOARDS
    for query in yaml.safe_load(board.read_text(encoding="utf-8"))["queries"].values()
]
MARTS = sorted({mart for query in QUERIES for mart in re.findall(r"_marts\.(\w+)", query)})
LONG_NAME = "Those who come back each spring for one large basket, no. "

MOVES = """
insert into covey_marts.board_transitions
select
    segments.segmentation,
    segments.segment_id,
    others.segment_id,
    segments.segment_name,
    others.segment_name,
    'recency days down, order count up, session count up',
    case when segments.segment_id = others.segment_id then 90 else 10 end,
    100,
    100,
    0.1,
    1000.0,
    true,
    date '2026-05-31',
    date '2026-06-30'
from covey_marts.board_segments as segments
inner join covey_marts.board_segments as others
    on segments.segmentation = others.segmentation
where segments.segment_id = others.segment_id
    or (segments.segment_number * 7 + others.segment_number) % 4 = 0
"""
# Two months of the demo's segments: a tenth of each went to the next one, and all stayed after.
HISTORY = """
insert into covey_marts.board_transitions
with months(from_date, to_date, moved) as (
    values
        (date '2026-04-30', date '2026-05-31', 0),
        (date '2026-05-31', date '2026-06-30', 10)
)
select
    segments.segmentation,
    segments.segment_id,
    others.segment_id,
    segments.segment_name,
    others.segment_name,
    case when segments.segment_id <> others.segment_id then 'recency days down' end,
    case when segments.segment_id <> others.segment_id then 10 else 100 - months.moved end,
    100 + segments.segment_number,
    100 + others.segment_number,
    0.1,
    1234.0,
    months.to_date = date '2026-06-30',
    months.from_date,
    months.to_date
from covey_marts.board_segments as segments
inner join covey_marts.board_segments as others
    on segments.segmentation = others.segmentation
cross join months
where
    segments.segmentation = 'behaviour'
    and (
        segments.segment_id = others.segment_id
        or (months.moved > 0 and others.segment_number = segments.segment_number % 7 + 1)
    )
"""
# Of each table of segments, twelve: those there are, over and over, under long names.
TWELVE = """
create or replace table covey_marts.{mart} as
select segments.* replace (
    cast(numbers.number as varchar) as segment_id,
    '{name}' || numbers.number as segment_name
    {number}
)
from covey_marts.{mart} as segments
inner join range(1, 13) as numbers(number)
    on try_cast(segments.segment_id as integer) = (numbers.number - 1) % 5 + 1
"""
TREE_OF_TWELVE = """
create or replace table covey_marts.board_hierarchy as
select
    'behaviour' as segmentation,
    'leaf ' || number as node_id,
    'merge ' || greatest(number, 2) as parent_node_id,
    cast(number as varchar) as segment_id,
    '{name}' || number as segment_name,
    100 as customers,
    0.0 as height
from range(1, 13) as numbers(number)
union all
select
    'behaviour',
    'merge ' || number,
    case when number < 12 then 'merge ' || (number + 1) end,
    null,
    null,
    100 * number,
    10.0 * number
from range(2, 13) as numbers(number)
"""


class Page(HTMLParser):
    """What a page refers to, its headings and its sentences."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.text = path.read_text(encoding="utf-8")
        self.references: list[str] = []
        self.cards: list[dict[str, str]] = []
        self._reads: str | None = None
        self.feed(self.text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        keys = ("src", "href", "srcset", "data", "poster", "action", "xlink:href")
        self.references += [given[key] for key in keys if key in given]
        if given.get("class") == "card":
            self.cards.append({"title": "", "reading": ""})
        if tag == "h2":
            self._reads = "title"
        if given.get("class") == "reading":
            self._reads = "reading"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("h2", "p"):
            self._reads = None

    def handle_data(self, data: str) -> None:
        if self._reads:
            self.cards[-1][self._reads] += data


def marts_of(built: Project, path: Path) -> Path:
    """Write a database that holds the marts of the boards and nothing else."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"attach '{built.database}' as built (read_only)")
        connection.execute("create schema covey_marts")
        for mart in ["board_segmentations", *MARTS]:
            connection.execute(f"create table covey_marts.{mart} as from built.covey_marts.{mart}")
    return path


def changed(source: Path, path: Path, *statements: str) -> Path:
    """Write a copy of a database that statements have changed."""
    path.write_bytes(source.read_bytes())
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)
    return path


def site_of(database: Path, out: Path) -> Path:
    """Write the site of a database and return its folder."""
    build_site(database, schema="covey", boards=ROOT / "boards", out=out)
    return out


@pytest.fixture(scope="module")
def marts(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return marts_of(built, tmp_path_factory.mktemp("boards") / "marts.duckdb")


@pytest.fixture(scope="module")
def demo(marts: Path) -> Path:
    return site_of(marts, marts.parent / "demo")


@pytest.fixture(scope="module")
def twelve(marts: Path) -> Path:
    """Return the site of twelve segments with names of sixty letters, who moved about."""
    of_segments = [
        "board_segments",
        "board_segment_features",
        "board_segment_shares",
        "board_segment_tactics",
        "board_map_points",
    ]
    statements = [
        TWELVE.format(
            mart=mart,
            name=LONG_NAME,
            number=""
            if mart == "board_segment_shares"
            else ", cast(numbers.number as bigint) as segment_number",
        )
        for mart in of_segments
    ]
    database = changed(
        marts,
        marts.parent / "twelve.duckdb",
        *statements,
        "update covey_marts.board_segment_shares set segment_order = cast(segment_id as integer)",
        TREE_OF_TWELVE.format(name=LONG_NAME),
        MOVES,
        "update covey_marts.board_segments set growth_share = 0.123, customers_before = 100",
    )
    return site_of(database, marts.parent / "twelve")


@pytest.fixture(scope="module")
def moved(marts: Path) -> Path:
    """Return the site of the demo with two months behind it."""
    growth = "update covey_marts.board_segments set growth_share = 0.123, customers_before = 100"
    database = changed(marts, marts.parent / "moved.duckdb", HISTORY, growth)
    return site_of(database, marts.parent / "moved")


@pytest.fixture(scope="module")
def one(marts: Path) -> Path:
    """Return the site of one segment with a name of sixty letters."""
    segmented = [mart for mart in MARTS if mart.startswith(("board_segment", "board_map"))]
    database = changed(
        marts,
        marts.parent / "one.duckdb",
        *(f"delete from covey_marts.{mart} where segment_id <> '1'" for mart in segmented),
        *(f"update covey_marts.{mart} set segment_name = '{LONG_NAME}1'" for mart in segmented),
        "delete from covey_marts.board_hierarchy where segment_id is distinct from '1'",
        "delete from covey_marts.board_feature_importance",
    )
    return site_of(database, marts.parent / "one")


@pytest.fixture(scope="module")
def nothing(marts: Path) -> Path:
    """Return the site of marts without a row."""
    emptied = [f"delete from covey_marts.{mart}" for mart in ["board_segmentations", *MARTS]]
    database = changed(marts, marts.parent / "nothing.duckdb", *emptied)
    return site_of(database, marts.parent / "nothing")


def pages_of(site: Path) -> dict[str, Page]:
    pages = {path.name: Page(path) for path in sorted(site.glob("*.html"))}
    assert len(pages) == len(BOARDS)
    return pages


def test_boards_read_public_marts_as_they_are(built: Project) -> None:
    public = built.public_tables()
    assert {mart for mart in MARTS if mart not in public} == set()
    thinking = re.compile(
        r"\b(join|group by|union|over|having|case|with|sum|count|avg|replace|cast)\b"
    )
    assert [query for query in QUERIES if thinking.search(query)] == []
    # One table a query, and never the key of a customer.
    assert [query for query in QUERIES if len(re.findall(r"\bfrom\b", query)) != 1] == []
    assert [query for query in QUERIES if "customer_key" in query or "*" in query] == []


@pytest.mark.parametrize("site", ["demo", "twelve", "one", "nothing"])
def test_every_chart_has_a_title_and_a_sentence_on_how_to_read_it(
    site: str, request: pytest.FixtureRequest
) -> None:
    for name, page in pages_of(request.getfixturevalue(site)).items():
        assert page.cards, name
        for card in page.cards:
            assert len(card["title"]) > 8, (name, card)
            assert card["reading"].rstrip().endswith("."), (name, card)
            assert len(card["reading"].split()) > 8, (name, card)


@pytest.mark.parametrize("site", ["demo", "twelve"])
def test_pages_refer_to_nothing_outside_the_site(site: str, request: pytest.FixtureRequest) -> None:
    folder = request.getfixturevalue(site)
    for name, page in pages_of(folder).items():
        for reference in page.references:
            if reference.startswith(("#", "data:")):
                continue
            assert "//" not in reference, (name, reference)
            assert (folder / reference).is_file(), (name, reference)
        addresses = set(re.findall(r"https?://[\w./-]+", page.text))
        assert {address for address in addresses if "www.w3.org" not in address} == set(), name
    style = (folder / "assets" / "site.css").read_text(encoding="utf-8")
    assert set(re.findall(r"url\(([^)]*)\)", style)) == {'"inter.woff2"'}
    assert "@import" not in style
    script = (folder / "assets" / "site.js").read_text(encoding="utf-8")
    assert not re.search(r"fetch|XMLHttpRequest|import|sendBeacon|//\w", script.split("\n", 1)[1])


def test_pages_hold_no_personal_value(demo: Path, built: Project) -> None:
    text = "\n".join(page.text for page in pages_of(demo).values())
    keys = {key for (key,) in built.query("select customer_key from covey_personal.customers")}
    assert len(keys) > 4000
    assert keys & set(re.findall(r"[0-9a-f]{32}", text)) == set()
    people = built.query("select email, phone, last_name from covey_personal.customers")
    emails, phones, names = (
        {value for value in column if value} for column in zip(*people, strict=True)
    )
    assert len(emails) > 3000
    assert emails & set(re.findall(r"[\w.+-]+@[\w.-]+", text)) == set()
    assert phones & set(re.findall(r"\+?\d{7,}", text)) == set()
    visible = re.sub(r"<script.*?</script>|<[^>]+>", " ", text, flags=re.DOTALL)
    assert len(names) > 100
    assert names & set(re.findall(r"[A-Z]\w+", visible)) == set()


def test_groups_too_small_are_in_no_mart_of_the_boards(built: Project) -> None:
    counted = built.query(
        """
        select table_name from information_schema.columns
        where table_schema = 'covey_marts' and table_name like 'board\\_%' escape '\\'
            and column_name = 'customers' and table_name <> 'board_segmentations'
        """
    )
    assert len(counted) >= 9
    for (mart,) in counted:
        (least,) = built.query(f"select min(customers) from covey_marts.{mart}")[0]
        # board_segment_features counts values: profiles leave out those of too few.
        assert least is None or least >= 10, mart


def test_twelve_long_names_are_there_in_full(twelve: Path) -> None:
    page = pages_of(twelve)["index.html"].text
    spans = re.sub(r"</tspan><tspan[^>]*>", " ", page)
    for number in range(1, 13):
        # In both widths of both charts, and in the table.
        assert len(re.findall(f"{re.escape(LONG_NAME)}{number}<", spans)) >= 5, number


def test_labels_are_those_of_the_marts(demo: Path, built: Project) -> None:
    page = pages_of(demo)["tactics.html"].text
    written = re.sub(r"</tspan><tspan[^>]*>", " ", page)
    names = built.query(
        "select tactic_name from covey_marts.board_tactics order by customers desc, tactic_name"
        " limit 15"
    )
    assert len(names) == 15
    for (name,) in names:
        # Once for wide pages and once for phones; the rest are what the pointer tells.
        assert len(re.findall(f">{re.escape(name)}</tspan>", written)) == 2, name
    assert not re.search(r"n{4,}|\u2026", page)


def test_one_segment_has_a_card_of_its_own(one: Path) -> None:
    assert pages_of(one)["personas.html"].text.count('class="persona"') == 1


def test_marts_without_a_row_say_so(nothing: Path) -> None:
    for name, page in pages_of(nothing).items():
        assert page.text.count('class="empty"') == len(page.cards), name
        assert 'class="figure"' not in page.text, name


def test_the_choice_is_marked(demo: Path, built: Project) -> None:
    ((algorithm, k),) = built.query(
        """
        select algorithm, k from covey_marts.board_candidates
        where segmentation = 'behaviour' and is_chosen
        """
    )
    assert f"in use: {algorithm}, {k} segments" in pages_of(demo)["choice.html"].text


def figures_of(page: Page) -> list[dict[str, Any]]:
    """Return the figures of a page, in its order."""
    found = re.findall(r'<script type="application/json">(.*?)</script>', page.text, re.DOTALL)
    return [json.loads(figure) for figure in found]


def test_figures_hold_what_the_marts_hold(demo: Path, twelve: Path, built: Project) -> None:
    pages = pages_of(demo)
    (grid,) = figures_of(pages["features.html"])
    (trace,) = grid["data"]
    drawn = {
        (feature, name.replace("<br>", " ")): score
        for feature, line in zip(trace["y"], trace["z"], strict=True)
        for name, score in zip(trace["x"], line, strict=True)
    }
    kept = built.query(
        """
        select feature_label, segment_name, z_score from covey_marts.board_segment_features
        where segmentation = 'behaviour' and feature_rank <= 24
        """
    )
    assert drawn == {(feature, name): score for feature, name, score in kept}

    # Every customer of the sample is a point, in both maps.
    ((points,),) = built.query(
        "select count(*) from covey_marts.board_map_points where segmentation = 'behaviour'"
    )
    for figure in figures_of(pages["map.html"]):
        assert sum(len(trace["x"]) for trace in figure["data"]) == points

    # The tree joins seven segments in six steps.
    tree = figures_of(pages["choice.html"])[-1]
    assert len(tree["layout"]["yaxis"]["ticktext"]) == 7
    assert len(tree["data"][1]["x"]) == 6

    # Each of the twelve keeps 90 and sends 10 to others.
    with duckdb.connect(str(twelve.parent / "twelve.duckdb"), read_only=True) as connection:
        ((moved,),) = connection.execute(
            "select sum(customers) from covey_marts.board_transitions"
            " where segmentation = 'behaviour'"
        ).fetchall()
    _, flow = figures_of(pages_of(twelve)["moves.html"])
    assert sum(flow["data"][0]["link"]["value"]) == moved
    assert len(flow["data"][0]["node"]["label"]) == 24

    # A bar tells its value, whatever its label was drawn as.
    bars = re.findall(
        r'aria-label="\u2061([^;"]+); [^"]*customers: ([\d,]+)', pages["index.html"].text
    )
    sizes = built.query(
        "select segment_name, customers from covey_marts.board_segments"
        " where segmentation = 'behaviour'"
    )
    assert set(bars) == {(name, f"{customers:,}") for name, customers in sizes}


def seen_text(page: Page) -> str:
    """Return what is read on a page, without data and markup."""
    return re.sub(r"<script.*?</script>|<[^>]+>", " ", page.text, flags=re.DOTALL)


def test_pages_speak_of_no_setting(demo: Path) -> None:
    for name, page in pages_of(demo).items():
        assert re.findall(r"covey_\w+|\{\{", seen_text(page)) == [], name
        assert "Customers as of 30 June 2026" in page.text, name
        assert "Groups of fewer than 10 customers are not shown." in page.text, name


def test_amounts_bear_their_currency_and_period(marts: Path) -> None:
    in_kronor = "update covey_marts.board_segmentations set currency = 'SEK', window_days = 1095"
    database = changed(marts, marts.parent / "kronor.duckdb", in_kronor)
    pages = pages_of(site_of(database, marts.parent / "kronor"))
    front = pages["index.html"].text
    assert "<span>Value, SEK</span>" in front
    assert ">Value, SEK</th>" in front
    assert 'data-label="Value per customer, SEK"' in front
    assert "in the last 1,095 days" in front
    for name in ("index.html", "moves.html", "loyalty.html", "value.html"):
        assert "EUR" not in seen_text(pages[name]), name
        assert "730" not in seen_text(pages[name]), name
    assert "How many SEK" in pages["value.html"].text


def test_a_bar_bears_its_value_and_begins_at_zero(demo: Path, built: Project) -> None:
    pages = pages_of(demo)
    written = re.findall(r">([\d,.]+%?)</text>", pages["index.html"].text)
    for (customers,) in built.query(
        "select customers from covey_marts.board_segments where segmentation = 'behaviour'"
    ):
        # On wide pages and on phones.
        assert written.count(f"{customers:,}") >= 2, customers
    # One feature of the demo decides less than nothing, by chance; it is no bar to the left.
    ((below,),) = built.query(
        "select count(*) from covey_marts.board_feature_importance"
        " where segmentation = 'behaviour' and permutation_importance < 0"
    )
    assert below == 1
    assert re.findall(r">[-\u2212]\d+%</text>", pages["features.html"].text) == []


def test_words_in_pictures_take_the_colours_of_the_scheme(moved: Path) -> None:
    style = (ROOT / "src/covey/boards/site.css").read_text(encoding="utf-8")
    turned = set(re.findall(r'\.marks \[fill="(#\w+)"\]', style))
    for name, page in pages_of(moved).items():
        words = re.findall(r"<text [^>]*>", page.text)
        used = {fill for word in words for fill in re.findall(r'fill="([^"]+)"', word)}
        assert used <= turned, name


def test_every_feature_of_the_grid_is_explained(demo: Path, built: Project) -> None:
    page = pages_of(demo)["features.html"]
    (grid,) = figures_of(page)
    explained = re.findall(
        r'<tr><td data-label="Feature"><span>([^<]+)</span></td>'
        r'<td data-label="What it measures"><span>([^<]{5,})</span>',
        page.text,
    )
    assert [feature for feature, _ in explained] == grid["data"][0]["y"]
    assert dict(explained)["monetary"] == "Net amount of the orders less refunds"


def test_every_card_says_what_to_begin_with(demo: Path, built: Project) -> None:
    page = pages_of(demo)["personas.html"].text
    first = built.query(
        "select segment_name, tactic_name from covey_marts.board_segment_tactics"
        " where segmentation = 'behaviour' and tactic_rank = 1"
    )
    assert len(first) == page.count("<h4>What to begin with</h4><ol>") == 7
    for segment, tactic in first:
        (card,) = re.findall(f"<h3>{re.escape(segment)}</h3>.*?</section>", page, re.DOTALL)
        # The segment's own tactic comes first, as `covey show` has it.
        assert re.search(f"<ol><li>{re.escape(tactic)}:", card), segment


def colours_of(page: Page, chart: str) -> dict[str, str]:
    """Return the colour of each name in the legend of a chart."""
    card = page.text.split(f'id="{chart}"')[1].split("</section>")[0]
    found = re.findall(r'<li><b style="color:var\(--(\w+)\)">[^<]*</b>([^<]+)</li>', card)
    return {name: colour for colour, name in found}


def test_a_name_has_the_same_colour_wherever_it_stands(moved: Path) -> None:
    pages = pages_of(moved)
    segments = colours_of(pages["map.html"], "map_pca")
    assert len(set(segments.values())) == 7
    assert colours_of(pages["moves.html"], "history") == segments
    assert colours_of(pages["moves.html"], "flow") == segments
    choice = pages["choice.html"]
    algorithms = colours_of(choice, "silhouette")
    assert algorithms["gaussian mixture"] == colours_of(choice, "bic")["gaussian mixture"]
    assert len(set(algorithms.values())) == len(algorithms)


def test_moves_stand_out_from_those_who_stayed(moved: Path) -> None:
    page = pages_of(moved)["moves.html"]
    history, flow = figures_of(page)
    (trace,) = flow["data"]
    # Of the last month alone: seven stayed, seven went on, in the order of the segments.
    assert sorted(trace["link"]["value"]) == [10] * 7 + [90] * 7
    for colour, value, source, target in zip(
        trace["link"]["color"],
        trace["link"]["value"],
        trace["link"]["source"],
        trace["link"]["target"],
        strict=True,
    ):
        has_stayed = target - 7 == source
        assert (colour, value) == (("@link", 90) if has_stayed else ("@move", 10))
    # A node bears the size of its segment, not the sum of the bands that may be shown.
    assert [label.replace("<br>", " ").split(": ")[1] for label in trace["node"]["label"]] == [
        str(100 + number) for number in range(1, 8)
    ] * 2
    assert "From 31 May 2026 to 30 June 2026." in page.text
    # Three days are known, the first of them as the beginning of the first month.
    days = ["2026-04-30", "2026-05-31", "2026-06-30"]
    assert [trace["x"] for trace in history["data"]] == [days] * 7
    assert [trace["y"] for trace in history["data"]] == [[100 + n] * 3 for n in range(1, 8)]
    assert page.text.count("recency days down") == 7
    assert page.text.count("<span>1,234</span>") == 7


def test_a_warehouse_of_another_version_is_said_to_be_one(marts: Path) -> None:
    older = "alter table covey_marts.board_segmentations drop column currency"
    database = changed(marts, marts.parent / "older.duckdb", older)
    with pytest.raises(ReportError, match="was not built by this version; build it again"):
        site_of(database, marts.parent / "older")


def test_dct_takes_the_boards(tmp_path: Path) -> None:
    """`dct serve` shows the same files, so they stay in its format."""
    done = subprocess.run(
        [str(Path(sys.executable).parent / "dct"), "validate"],
        cwd=shutil.copytree(ROOT / "boards", tmp_path / "boards"),
        env={**os.environ, "DO_NOT_TRACK": "1", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ERR-" not in done.stdout


def test_the_command_names_the_front_page(
    nothing: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = nothing.parent / "nothing.duckdb"
    options = ["--database", str(database), "--boards", str(ROOT / "boards")]
    assert main(["boards", *options, "--out", str(tmp_path / "site")]) == 0
    front_page = (tmp_path / "site" / "index.html").resolve()
    assert capsys.readouterr().out == f"The boards are {front_page}\n"
    assert front_page.is_file()


def test_the_command_says_what_is_missing(
    marts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*options: str) -> str:
        given = ["boards", "--database", str(marts), "--boards", str(ROOT / "boards"), *options]
        assert main([*given, "--out", str(tmp_path / "site")]) == 1
        return capsys.readouterr().err

    assert "there is no segmentation 'nonesuch'; there are: behaviour, value" in run(
        "--segmentation", "nonesuch"
    )
    assert "there are no boards in" in run("--boards", str(tmp_path))
    assert "there is no database at" in run("--database", str(tmp_path / "none.duckdb"))
    assert "holds no marts for boards yet" in run("--schema", "other")
    assert not (tmp_path / "site").exists()


def test_without_the_extra_the_command_says_what_to_install(
    marts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "dbt_charts.agent_api", None)
    with pytest.raises(ReportError, match=r"pip install 'covey\[boards\]'"):
        site_of(marts, tmp_path)


# Machado, Oliveira and Fernandes (2009), of full severity, for linear RGB.
SIGHTS = {
    "normal": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear(colour: str) -> list[float]:
    """Return the linear RGB of a colour such as #28518f."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours as WCAG 2 has it."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def seen(colour: str, sight: str) -> tuple[float, float, float]:
    """Return a colour in CIELAB as it is seen."""
    given = linear(colour)
    red, green, blue = (
        sum(weight * part for weight, part in zip(row, given, strict=True)) for row in SIGHTS[sight]
    )
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    x, y, z = (
        part ** (1 / 3) if part > 0.008856 else 7.787 * max(part, 0) + 16 / 116
        for part in (x, y, z)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_differ_whatever_the_sight(scheme: str) -> None:
    style = (ROOT / "src/covey/boards/site.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    colours = dict(re.findall(r"--(\w+): (#\w{6});", blocks[scheme == "dark"]))
    for names, least in (
        ([f"segment{number}" for number in range(1, 13)], 20),
        (["accent", "series2", "series3", "series4"], 30),
        (["low", "middle", "high"], 20),
    ):
        for sight in SIGHTS:
            for first, second in combinations(names, 2):
                apart = math.dist(seen(colours[first], sight), seen(colours[second], sight))
                assert apart >= least, (sight, first, second)
    # Text is read on cards, pages and in the cells of heat maps.
    for ink, ground in (("ink", "card"), ("muted", "card"), ("muted", "page"), ("card", "accent")):
        assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    for ground in ("low", "lowish", "middle", "highish", "high", "least", "half", "most"):
        assert contrast(colours["ink"], colours[ground]) >= 4.5, ground


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on the path")
    opened = Browser()
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("site", "width", "dark"),
    [
        ("demo", 390, False),
        ("demo", 390, True),
        ("demo", 1280, False),
        ("demo", 1280, True),
        ("twelve", 390, True),
        ("twelve", 1280, False),
        ("moved", 390, False),
        ("moved", 1280, True),
        ("one", 390, False),
        ("nothing", 1280, True),
    ],
)
def test_pages_open_from_disk(
    site: str, width: int, dark: bool, request: pytest.FixtureRequest
) -> None:
    browser = request.getfixturevalue("browser")
    folder = request.getfixturevalue(site)
    for path in sorted(folder.glob("*.html")):
        visit = browser.visit(path, width=width, dark=dark)
        inside = folder.resolve().as_uri()
        outside = [url for url in visit.requests if not url.startswith((inside, "data:"))]
        assert outside == [], path.name
        assert visit.complaints == [], path.name
        assert visit.measured["overflow"] <= 0, path.name
        assert visit.measured["cut"] == [], path.name
        assert visit.measured["overlaps"] == [], path.name
        assert visit.measured["dark"] is dark
        assert visit.measured["drawn"], path.name
        assert visit.measured["plots"] >= visit.measured["figures"], path.name
