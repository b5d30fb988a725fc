"""`covey doctor`, the operation behind it, and the check at the start of every run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from conftest import ROOT
from dbt.cli.main import dbtRunner
from doctor_cases import HELD_OUT, HELD_OUT_TRUTH, PRESETS, RECOGNISED, TABLES, TRUTH

from covey.cli import main
from covey.contract import renew_presets
from covey.doctor import MISUSE, NOT_READY, READY, Options, printed_by, run_doctor

STORAGE = {"storage_compatibility_version": "v1.5.0"}
SECTIONS = [
    "Configuration",
    "Inputs",
    "Proposed mapping",
    "What is switched off",
    "Is there enough data",
]


@dataclass(frozen=True)
class Shop:
    """A project that installs covey, and its warehouse."""

    folder: Path

    def options(self, *schemas: str) -> Options:
        """Return options that look at this project only."""
        return Options(self.folder, schemas, dbt=("--profiles-dir", str(self.folder)))

    def invoke(self, *arguments: str, manifest: Any = None) -> Any:
        """Run dbt in this process, which saves it the start."""
        where = ["--project-dir", str(self.folder), "--profiles-dir", str(self.folder)]
        return dbtRunner(manifest=manifest).invoke(
            ["--quiet", "--log-level", "none", *arguments, *where]
        )

    def dbt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run dbt in a process of its own."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("DBT_", "COVEY_"))}
        return subprocess.run(
            [sys.executable, "-m", "dbt.cli.main", *arguments],
            cwd=self.folder,
            env=kept | {"DBT_PROFILES_DIR": str(self.folder)},
            capture_output=True,
            text=True,
        )


def make_project(folder: Path, warehouse: Path, **settings: Any) -> Shop:
    """Write a project that has covey installed and reads a copy of a warehouse."""
    (folder / "dbt_packages").mkdir(parents=True)
    (folder / "dbt_packages" / "covey").symlink_to(ROOT)
    (folder / "packages.yml").write_text(yaml.safe_dump({"packages": [{"local": str(ROOT)}]}))
    (folder / "models").mkdir()
    (folder / "models" / "assortment.sql").write_text("select 1 as product_id")
    shutil.copy(warehouse, folder / "warehouse.duckdb")
    project = {
        "name": "myshop",
        "version": "0.1.0",
        "config-version": 2,
        "profile": "myshop",
        "flags": {"send_anonymous_usage_stats": False, "use_colors": False},
        **settings,
    }
    (folder / "dbt_project.yml").write_text(yaml.safe_dump(project))
    output = {
        "type": "duckdb",
        "path": str(folder / "warehouse.duckdb"),
        "schema": "covey",
        "threads": 1,
        "config_options": STORAGE,
    }
    profile = {"myshop": {"target": "dev", "outputs": {"dev": output}}}
    (folder / "profiles.yml").write_text(yaml.safe_dump(profile))
    return Shop(folder)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database with every fixture table, and a view that cannot be read."""
    path = tmp_path_factory.mktemp("warehouse") / "warehouse.duckdb"
    with duckdb.connect(str(path), config=STORAGE) as connection:
        for schema, tables in TABLES.items():
            connection.execute(f"create schema {schema}")
            for name, sql in tables.items():
                connection.execute(f'create table {schema}."{name}" as {sql}')
        for schema, tables in (PRESETS | HELD_OUT).items():
            connection.execute(f"create schema {schema}")
            for name, columns in tables.items():
                connection.execute(f'create table {schema}."{name}" ({columns})')
        connection.execute("create schema broken")
        connection.execute("create table broken.gone as select 1 as order_id")
        connection.execute("create view broken.orders as select order_id from broken.gone")
        connection.execute(
            "create table broken.customers as select 'c1' as customer_id, 'a@example.org' as email"
        )
        connection.execute("drop table broken.gone")
        connection.execute(
            """create view broken.web_events as
            select cast(email as integer) as event_id from broken.customers"""
        )
    return path


@pytest.fixture(scope="module")
def shop(warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Return a project that maps nothing yet."""
    return make_project(tmp_path_factory.mktemp("shop") / "project", warehouse)


@pytest.fixture(scope="module")
def operation(shop: Shop) -> str:
    """Return what the operation prints on one schema; asked first, for dbt locks the database."""
    arguments = json.dumps({"schemas": ["woo"]})
    done = shop.dbt("--quiet", "run-operation", "covey_doctor", "--args", arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def manifest(shop: Shop, operation: str) -> Any:
    assert operation
    parsed = shop.invoke("parse")
    assert parsed.success, parsed.exception
    return parsed.result


@pytest.fixture(scope="module")
def reports(shop: Shop, manifest: Any) -> Iterator[dict[str, tuple[int, str]]]:
    """Return what doctor says of each schema, asked when needed."""

    class Reports(dict[str, tuple[int, str]]):
        def __missing__(self, schema: str) -> tuple[int, str]:
            self[schema] = run_doctor(shop.options(schema), manifest)
            return self[schema]

    return Reports()


def proposed(report: str) -> dict[str, Any]:
    """Return the YAML that a report proposes."""
    text = report.split("\nvars:\n")[1].split("\n\n")[0]
    found: dict[str, Any] = yaml.safe_load("vars:\n" + text)["vars"]
    return found


def inputs_of(mapping: dict[str, Any]) -> set[str]:
    return {
        key.removeprefix("covey_").removesuffix("_relation")
        for key in mapping
        if key.endswith("_relation")
    }


def share_right(mapping: dict[str, Any], truth: dict[str, tuple[str, dict[str, str]]]) -> float:
    """Return the share of columns that are mapped as a person would.

    Counted are the columns of the truth and those that are proposed beyond it; constants aside.
    """
    right = wrong = 0
    for name in inputs_of(mapping) | set(truth):
        table, wanted = truth.get(name, ("", {}))
        columns = mapping.get(f"covey_{name}_columns") or {}
        found_table = str(mapping.get(f"covey_{name}_relation", "")).replace('"', "").split(".")[-1]
        given = {key: str(value) for key, value in columns.items() if not value.startswith("'")}
        for column in set(wanted) | set(given):
            found = given.get(column, "").replace('"', "")
            if found.startswith("make_timestamp"):
                found = found.split("(")[2].split(" ")[0]
            if found_table == table and found == wanted.get(column):
                right += 1
            else:
                wrong += 1
    return right / (right + wrong)


@pytest.mark.parametrize("schema", TRUTH)
def test_tables_without_a_preset_are_mapped(
    reports: dict[str, tuple[int, str]], schema: str
) -> None:
    mapping = proposed(reports[schema][1])
    assert inputs_of(mapping) == set(TRUTH[schema])
    assert share_right(mapping, TRUTH[schema]) >= 0.95


@pytest.mark.parametrize(("schema", "least"), [("magento", 0.75), ("prestashop", 0.65)])
def test_tables_that_the_matching_was_not_made_for(
    reports: dict[str, tuple[int, str]], schema: str, least: float
) -> None:
    mapping = proposed(reports[schema][1])
    assert share_right(mapping, HELD_OUT_TRUTH[schema]) >= least


@pytest.mark.parametrize("schema", RECOGNISED)
def test_a_preset_is_recognised_by_its_columns(
    reports: dict[str, tuple[int, str]], schema: str
) -> None:
    title, inputs = RECOGNISED[schema]
    report = reports[schema][1]
    assert inputs_of(proposed(report)) == inputs
    assert report.count(f"({title})") == len(inputs)


@pytest.mark.parametrize("schema", [*RECOGNISED, *TRUTH])
def test_a_proposal_is_sql_that_runs(
    reports: dict[str, tuple[int, str]], warehouse: Path, schema: str, manifest: Any
) -> None:
    mapping = proposed(reports[schema][1])
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for name in inputs_of(mapping):
            contract = manifest.nodes[f"model.covey.base_{name}"].columns
            columns = mapping.get(f"covey_{name}_columns") or {}
            selected = ", ".join(
                f"try_cast({sql} as {contract[column].data_type}) as {column}"
                for column, sql in columns.items()
            )
            relation = mapping[f"covey_{name}_relation"]
            rows = connection.execute(f"select {selected or '*'} from {relation} as input_rows")
            found = {column[0] for column in rows.description}
            required = {
                column
                for column, terms in contract.items()
                if terms.config.meta.get("contract") == "required"
            }
            assert required <= found, name


def test_two_tables_of_one_stream_are_joined_up(reports: dict[str, tuple[int, str]]) -> None:
    mapping = proposed(reports["segment"][1])
    relation = mapping["covey_web_events_relation"]
    assert "from segment.pages" in relation
    assert "from segment.tracks" in relation
    assert "union all" in relation
    assert "covey_web_events_columns" not in mapping


def test_counts_since_1970_become_times(reports: dict[str, tuple[int, str]]) -> None:
    events = proposed(reports["homegrown"][1])["covey_web_events_columns"]
    assert events["occurred_at"] == "make_timestamp(cast(hit_ts * 1000 as bigint))"


def test_the_source_system_of_a_preset_becomes_the_default(
    reports: dict[str, tuple[int, str]],
) -> None:
    assert proposed(reports["shopify"][1])["covey_default_source_system"] == "shopify"


def test_the_report_fits_a_terminal(reports: dict[str, tuple[int, str]]) -> None:
    code, report = reports["homegrown"]
    lines = report.splitlines()
    assert code == NOT_READY
    assert [line for line in lines if line in SECTIONS] == SECTIONS
    assert report.isascii()
    assert max(len(line) for line in lines) <= 100
    assert lines[-1].startswith("Not ready: 1 problem under Configuration.")
    assert "Neither orders nor web_events is mapped" in report


def test_what_is_switched_off_comes_from_catalog_and_lineage(
    reports: dict[str, tuple[int, str]],
) -> None:
    report = reports["homegrown"][1]
    off = report.split("What is switched off")[1].split("Is there enough data")[0]
    messages = " ".join(off.split("\n  messages\n")[1].split("\n  offline_events\n")[0].split())
    catalog = (ROOT / "seeds" / "feature_catalog.csv").read_text(encoding="utf-8").splitlines()
    features = [line.split(",")[0] for line in catalog if ",messages," in line]
    assert len(features) >= 5
    assert f"features {', '.join(features)} " in messages
    assert "customer_features" in messages.split("poorer ")[1]


def test_the_operation_and_the_command_say_the_same(
    shop: Shop,
    operation: str,
    reports: dict[str, tuple[int, str]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = str(shop.folder)
    code = main(
        ["doctor", "--schema", "woo", "--project-dir", folder, "--profiles-dir", folder],
    )
    assert code == NOT_READY
    shown = capsys.readouterr().out
    assert shown.strip() == operation.strip() == reports["woo"][1].strip()


def test_a_relation_that_cannot_be_read_is_named(reports: dict[str, tuple[int, str]]) -> None:
    report = " ".join(reports["broken"][1].split())
    assert "broken.orders cannot be read: it is a view over something that is gone" in report
    assert "broken.web_events cannot be read: " in report
    assert "Could not convert string 'a@example.org' to INT32" in report
    assert "covey_customers_relation: broken.customers" in report


def test_doctor_writes_nothing(
    shop: Shop, warehouse: Path, reports: dict[str, tuple[int, str]], tmp_path: Path
) -> None:
    assert reports["homegrown"][1]
    sql = "select table_schema, table_name from information_schema.tables order by all"
    found = []
    for path in (warehouse, shop.folder / "warehouse.duckdb"):
        copied = tmp_path / f"{len(found)}.duckdb"
        shutil.copy(path, copied)
        with duckdb.connect(str(copied), read_only=True) as connection:
            found.append(connection.execute(sql).fetchall())
    assert found[0] == found[1]


@pytest.fixture(scope="module")
def pasting(
    warehouse: Path,
    reports: dict[str, tuple[int, str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Shop:
    """Return a project into which a proposal was pasted, with three changes by hand."""
    mapping = proposed(reports["homegrown"][1])
    mapping["covey_orders_columns"]["customer_id"] = "replace(cust_id, 'C-', '00c-')"
    mapping["covey_customers_columns"]["email"] = "lower(email_addr)"
    mapping["covey_products_relation"] = "{{ ref('myshop', 'assortment') }}"
    mapping["covey_products_columns"] = {"product_id": "product_id", "name": "titel"}
    folder = tmp_path_factory.mktemp("pasted") / "project"
    return make_project(folder, warehouse, vars=mapping)


@pytest.fixture(scope="module")
def pasting_manifest(pasting: Shop) -> Any:
    parsed = pasting.invoke("parse")
    assert parsed.success, parsed.exception
    return parsed.result


@pytest.fixture(scope="module")
def pasted(pasting: Shop, pasting_manifest: Any) -> tuple[int, str]:
    """Return what doctor says of it, before any model is built."""
    return run_doctor(pasting.options(), pasting_manifest)


def test_the_proposal_can_be_pasted(pasted: tuple[int, str]) -> None:
    code, report = pasted
    assert code == READY, report
    assert "vars, relations, columns and guard tests are as they must be" in report
    assert report.splitlines()[-1].startswith("Ready: 7 inputs mapped.")


def test_a_model_that_is_not_built_yet_is_no_error(pasted: tuple[int, str]) -> None:
    line = next(line for line in pasted[1].splitlines() if line.startswith("  products "))
    assert "not built yet" in line


def test_a_model_is_judged_unless_the_run_makes_it_anew(
    pasting: Shop, pasting_manifest: Any, pasted: tuple[int, str]
) -> None:
    assert pasted
    built = pasting.invoke("run", "--select", "assortment", manifest=pasting_manifest)
    assert built.success, built.exception
    refused = pasting.invoke("run", "--select", "base_products", manifest=pasting_manifest)
    assert 'maps name to "titel", but the relation has no column' in str(refused.exception)
    both = ["assortment", "base_products"]
    made = pasting.invoke("run", "--select", *both, manifest=pasting_manifest)
    assert made.exception is None
    assert {result.node.name: result.status for result in made.result}["assortment"] == "success"


def test_the_data_are_judged_by_figures(pasted: tuple[int, str]) -> None:
    report = pasted[1].split("Is there enough data")[1]
    lines = {" ".join(line.split()) for line in report.splitlines()}
    assert "thin buyers 200 people with an order" in lines
    assert "enough is at least 1000" in lines
    assert "thin of them with 2 orders or more 200 people" in lines
    assert "ok history of orders 18.5 months (2023-01-01 to 2024-07-16)" in lines
    assert "ok last order 0 days before 2024-07-16 (the latest activity)" in lines
    assert "ok orders with an identifier 100 % (1,500 of 1,500)" in lines
    assert "insufficient customer ids of orders in customers 0 % (0 of 200)" in lines
    assert "ok web events of somebody who logs in 25 % (1,000 of 4,000)" in lines


def test_ids_that_differ_by_zeros_and_case_get_a_hint(pasted: tuple[int, str]) -> None:
    said = " ".join(pasted[1].split())
    assert "200 more would match without leading zeros and letter case: map customer_id" in said


WRONG = {
    "covey_ordrs_relation": "woo.wc_orders",
    "covey_orders_relation": "woo.wc_order",
    "covey_orders_columns": {"ordred_at": "date_created_gmt"},
    "covey_customers_relation": "woo.wc_customer_lookup",
    "covey_customers_columns": {
        "source_system": "'shop'",
        "region": "stat",
        "last_name": "upper(lst_name) || '!'",
    },
    "covey_order_items_relation": "woo.wc_order_product_lookup",
    "covey_products_columns": {"product_id": "product_id"},
}

COMPLAINTS = [
    'covey has no var covey_ordrs_relation. Did you mean "covey_orders_relation"?',
    "The input orders is mapped to warehouse.woo.wc_order, which does not exist. Did you mean"
    ' "wc_orders"?',
    'covey_orders_columns maps "ordred_at", which is not a column of the input orders. Did you mean'
    ' "ordered_at"?',
    'covey_customers_columns maps region to "stat", but the relation has no column stat. Did you'
    ' mean "state"?',
    'the relation has no column lst_name. Did you mean "last_name"?',
    "The input order_items has no column line_id, which is required. Map it:",
    "covey_products_columns is set, but covey_products_relation is not",
    "The data test assert_quarantine_is_reconciled (what is refused lies in quarantined_records)"
    " is switched off: its severity is warn",
    "The data test assert_no_erased_person_remains (an erased person is in no table) is switched"
    " off: it is disabled",
]


@pytest.fixture(scope="module")
def mistaken(warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Return a project with a mistake of every kind."""
    tests = {
        "assert_quarantine_is_reconciled": {"+severity": "warn"},
        "assert_no_erased_person_remains": {"+enabled": False},
    }
    folder = tmp_path_factory.mktemp("mistaken") / "project"
    return make_project(folder, warehouse, vars=WRONG, data_tests={"covey": tests})


@pytest.fixture(scope="module")
def mistaken_manifest(mistaken: Shop) -> Any:
    parsed = mistaken.invoke("parse")
    assert parsed.success, parsed.exception
    return parsed.result


@pytest.fixture(scope="module")
def diagnosed(mistaken: Shop, mistaken_manifest: Any) -> tuple[int, str]:
    return run_doctor(mistaken.options(), mistaken_manifest)


@pytest.mark.parametrize("complaint", COMPLAINTS)
def test_doctor_says_what_is_wrong(diagnosed: tuple[int, str], complaint: str) -> None:
    code, report = diagnosed
    assert code == NOT_READY
    assert complaint in " ".join(report.split())


@pytest.fixture(scope="module")
def refused(mistaken: Shop, mistaken_manifest: Any) -> str:
    """Return what a run of the mistaken project says, on one line."""
    run = mistaken.invoke("run", "--select", "base_orders", manifest=mistaken_manifest)
    assert not run.success
    return " ".join(str(run.exception).split())


@pytest.mark.parametrize("complaint", COMPLAINTS)
def test_a_run_is_refused_with_all_that_is_wrong(refused: str, complaint: str) -> None:
    assert complaint in refused


def test_a_refused_run_builds_nothing(mistaken: Shop, refused: str, tmp_path: Path) -> None:
    assert "covey cannot run with this configuration" in refused
    shutil.copy(mistaken.folder / "warehouse.duckdb", tmp_path / "copy.duckdb")
    with duckdb.connect(str(tmp_path / "copy.duckdb"), read_only=True) as connection:
        sql = "select count(*) from information_schema.tables where table_name = 'base_orders'"
        assert connection.execute(sql).fetchall() == [(0,)]


def test_what_builds_nothing_is_left_alone(mistaken: Shop, mistaken_manifest: Any) -> None:
    other = mistaken.invoke("run", "--select", "assortment", manifest=mistaken_manifest)
    assert other.success, other.exception
    listed = mistaken.invoke("ls", "--select", "base_orders", manifest=mistaken_manifest)
    assert "covey.staging.base.base_orders" in listed.result


def test_a_run_with_nothing_mapped_is_refused(shop: Shop, manifest: Any) -> None:
    run = shop.invoke("run", "--select", "base_orders", manifest=manifest)
    assert not run.success
    said = " ".join(str(run.exception).split())
    assert "Neither orders nor web_events is mapped, so there is nobody to segment." in said
    assert "proposes a mapping" in said


def test_a_setting_of_the_wrong_kind_stops_the_parsing(warehouse: Path, tmp_path: Path) -> None:
    settings = {
        "covey_min_group_size": "five",
        "covey_fit_sample_size": [2],
        "covey_segmentations": "behaviour",
        "covey_messages_columns": ["event_id"],
        "covey_reporting_currency": {"code": "EUR"},
    }
    project = make_project(tmp_path / "project", warehouse, vars=settings)
    code, said = run_doctor(project.options())
    assert code == NOT_READY
    assert "covey_min_group_size must be a number, and is a text: five" in said
    assert "covey_fit_sample_size must be a number, and is a list: [2]" in said
    assert "covey_segmentations must be a mapping, and is a text: behaviour" in said
    assert "covey_messages_columns must be a mapping of canonical columns" in said
    assert "covey_reporting_currency must be one value, and is a mapping" in said


def test_misuse_has_an_exit_code_of_its_own(
    shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nothing = ["--project-dir", str(tmp_path), "--profiles-dir", str(tmp_path)]
    assert main(["doctor", *nothing]) == MISUSE
    assert "No dbt_project.yml found" in capsys.readouterr().err
    with pytest.raises(SystemExit) as refused:
        main(["doctor", "--sample-rows", "none"])
    assert refused.value.code == MISUSE
    shutil.copy(shop.folder / "profiles.yml", tmp_path / "profiles.yml")
    (tmp_path / "dbt_project.yml").write_text(
        yaml.safe_dump({"name": "bare", "version": "0.1.0", "profile": "myshop"})
    )
    code, said = run_doctor(Options(tmp_path, dbt=("--profiles-dir", str(tmp_path))))
    assert code == MISUSE
    assert "dbt deps" in said


def test_the_page_shows_the_presets_as_doctor_proposes_them(shop: Shop, manifest: Any) -> None:
    page = (ROOT / "docs" / "map-your-data.md").read_text(encoding="utf-8")
    where = ["--project-dir", str(shop.folder), "--profiles-dir", str(shop.folder)]
    presets = printed_by("covey_presets", *where, manifest=manifest)
    assert page == renew_presets(page, presets), "`make docs` renews it"
