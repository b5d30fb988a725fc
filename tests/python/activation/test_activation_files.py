"""The files that tools read: what they hold, how they are split, what the manifest says of them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from conftest import ROOT, Project

from covey.exports import LAYOUTS, ExportError, Layout, csv_line, json_line, run_export, write_lines

EVERYTHING = {"covey_destinations_relation": "main.destinations_of_test"}
PERSONAL = {"google_customer_match", "meta_custom_audience", "mailchimp", "braze", "klaviyo"} | {
    "iterable",
    "segment",
    "rudderstack",
    "hubspot",
    "salesforce_marketing_cloud",
}


@pytest.fixture(scope="module")
def project(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return the bundled data with every destination switched on."""
    made = built.copy(tmp_path_factory.mktemp("activation"))
    with duckdb.connect(str(made.database)) as connection:
        connection.execute(
            """
            create table main.destinations_of_test as
            select * replace (
                true as is_enabled,
                if(channel = 'ads', 'email', channel) as channel,
                if(destination_id = 'klaviyo', 100, max_rows_per_file) as max_rows_per_file
            )
            from covey_seeds.destinations
            """
        )
    made.dbt(
        "build",
        "--select",
        "path:models/activation",
        "assert_destinations_can_be_exported",
        "assert_exports_hold_who_is_sent",
        variables=EVERYTHING,
    )
    return made


@pytest.fixture(scope="module")
def folder(project: Project) -> Path:
    """Return the folder of all exports."""
    out = project.database.parent / "exports"
    run_export(project.database, schema="covey", out=out)
    return out


def manifests(folder: Path) -> dict[str, dict]:
    return {
        path.parents[1].name: json.loads(path.read_text()) | {"folder": path.parent}
        for path in folder.glob("*/*/manifest.json")
    }


def read_rows(path: Path) -> list[list]:
    """Read a file as its tool would, the header first."""
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        return [table.column_names, *(list(row.values()) for row in table.to_pylist())]
    data = path.read_bytes()
    assert b"\r" not in data
    assert data.endswith(b"\n")
    text = data.decode("utf-8-sig")
    if path.suffix == ".jsonl":
        return [[], *(list(json.loads(line).items()) for line in text.splitlines())]
    return list(csv.reader(io.StringIO(text)))


def customers_of(project: Project) -> str:
    """Return the relation of the customers, wherever personal data lie."""
    (node,) = [node for node in project.manifest()["nodes"].values() if node["name"] == "customers"]
    return f"{node['schema']}.customers"


def test_each_file_is_what_its_manifest_says(folder):
    found = manifests(folder)
    assert len(found) == 15
    for manifest in found.values():
        names = {path.name for path in manifest["folder"].iterdir()} - {"manifest.json"}
        assert names == {entry["name"] for entry in manifest["files"]}
        for entry in manifest["files"]:
            path = manifest["folder"] / entry["name"]
            data = path.read_bytes()
            assert hashlib.sha256(data).hexdigest() == entry["sha256"]
            assert len(data) == entry["byte_count"]
            assert len(read_rows(path)) - 1 == entry["row_count"]
            assert path.stat().st_mode & 0o077 == 0
        assert sum(entry["row_count"] for entry in manifest["files"]) == manifest["row_count"]


def test_files_hold_who_is_sent(folder):
    for destination, manifest in manifests(folder).items():
        assert manifest["member_count"] > 0, destination
        assert manifest["member_count"] == (
            manifest["sent_count"]
            + manifest["held_out_count"]
            + manifest["no_identifier_count"]
            + manifest["over_limit_count"]
        )
        assert sum(manifest["consent_bases"].values()) == manifest["sent_count"]
        lists = manifest["vendor"] in ("google_customer_match", "meta_custom_audience", "generic")
        assert manifest["row_count"] == manifest["sent_count" if lists else "sent_customer_count"]
    google = manifests(folder)["google_customer_match"]
    assert google["held_out_count"] > 0
    assert google["no_identifier_count"] == 0 or google["sent_count"] > 0


def test_headers_are_the_names_of_the_vendors(folder):
    wanted = {
        "google_customer_match": "Email,Phone,First Name,Last Name,Country,Zip",
        "meta_custom_audience": "EXTERN_ID,EMAIL,PHONE,FN,LN,CT,ZIP,COUNTRY",
        "adobe_target": "batch=thirdPartyId,covey_audiences,covey_holdouts,covey_segment,"
        "covey_persona",
        "dynamic_yield": "cuid,covey_audiences,covey_holdouts,covey_segment,covey_persona",
    }
    for destination, header in wanted.items():
        manifest = manifests(folder)[destination]
        for entry in manifest["files"]:
            first = (manifest["folder"] / entry["name"]).read_bytes().split(b"\n")[0]
            assert first.decode() == header


def test_lists_have_a_file_for_each_audience(folder):
    manifest = manifests(folder)["google_customer_match"]
    assert len(manifest["files"]) > 5
    assert {entry["name"] for entry in manifest["files"]} == {
        f"{entry['audience_id']}-add.csv" for entry in manifest["files"]
    }


def test_a_long_export_is_split(folder):
    manifest = manifests(folder)["klaviyo"]
    counts = [entry["row_count"] for entry in manifest["files"]]
    assert len(counts) > 10
    assert set(counts[:-1]) == {100}
    assert counts[-1] <= 100


def test_what_needs_no_personal_data_has_none(project, folder):
    people = project.query(
        f"""
        select unnest([email, phone, loyalty_number, address, first_name || ' ' || last_name])
        from {customers_of(project)}
        """
    )
    known = {str(value) for (value,) in people if value}
    for destination, manifest in manifests(folder).items():
        for entry in manifest["files"]:
            path = manifest["folder"] / entry["name"]
            text = str(read_rows(path))
            if destination in PERSONAL - {"google_customer_match", "meta_custom_audience"}:
                assert "@" in text
            else:
                assert "@" not in text
                cells = {str(cell) for row in read_rows(path) for cell in row}
                assert not cells & known, destination


def test_hashed_files_hold_hashes_and_nothing_else(project, folder):
    addresses = {
        hashlib.sha256(email.encode()).hexdigest()
        for (email,) in project.query(
            f"select email from {customers_of(project)} where email is not null"
        )
    }
    for destination, column in (("google_customer_match", 0), ("meta_custom_audience", 1)):
        manifest = manifests(folder)[destination]
        cells = [
            row[column]
            for entry in manifest["files"]
            for row in read_rows(manifest["folder"] / entry["name"])[1:]
        ]
        # The bundled data have no gmail address: both vendors hash the same text.
        assert len(cells) > 1000
        # Empty for who is matched by a telephone number alone.
        assert set(cells) - {""} <= addresses


def test_the_same_tables_give_the_same_bytes(project, folder, tmp_path):
    again = run_export(project.database, schema="covey", out=tmp_path)
    assert {m["destination_id"]: m["files"] for m in again} == {
        name: manifest["files"] for name, manifest in manifests(folder).items()
    }


def covey(project: Project, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "covey.cli", *arguments],
        cwd=ROOT,
        env=project.environment(),
        capture_output=True,
        text=True,
    )


def test_a_withdrawal_between_two_runs_reaches_the_file(project, tmp_path):
    mine = project.copy(tmp_path)
    (export_id,) = mine.query(
        "select export_id from covey_activation.export_manifests where destination_id = 'braze'"
    )[0]
    wrong = covey(mine, "confirm-export", export_id[:-1])
    assert wrong.returncode == 1
    assert f'Did you mean "{export_id}"?' in wrong.stderr
    done = covey(mine, "confirm-export", export_id)
    assert done.returncode == 0, done.stderr
    ((key,),) = mine.query("select min(external_id) from covey_activation.export_braze")
    with duckdb.connect(str(mine.database)) as connection:
        connection.execute(
            f"""
            create temporary table later as
            select * replace (
                is_granted and not (customer_key = '{key}' and purpose = 'marketing') as is_granted
            )
            from covey_intermediate.int_consents_current;
            drop view covey_intermediate.int_consents_current;
            create table covey_intermediate.int_consents_current as from later;
            """
        )
    mine.dbt("run", "--select", "path:models/activation", variables=EVERYTHING)
    assert mine.query(
        "select distinct change_type, exit_reason from covey_activation.audience_changes"
        " where destination_id = 'braze'"
    ) == [("exit", "no consent")]
    done = covey(mine, "export", "--destination", "braze", "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    (manifest,) = manifests(tmp_path / "out").values()
    assert manifest["confirmed_export_id"] == export_id
    (entry,) = manifest["files"]
    (line,) = (manifest["folder"] / entry["name"]).read_text().splitlines()
    assert json.loads(line) == {
        "external_id": key,
        "payload": '{"covey_audiences":[],"covey_holdouts":[]}',
    }
    # The others were never confirmed: all of theirs is sent again, without who withdrew.
    assert mine.query(
        "select count(*) from covey_activation.export_iterable"
        f" where change_type <> 'enter' or customer_key = '{key}'"
    ) == [(0,)]


def test_a_million_rows_are_split_by_the_limit_of_the_vendor(tmp_path):
    database = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            """
            create schema covey_activation;
            create table covey_activation.export_manifests as
            select
                'web-1-0' as export_id, 'web' as destination_id, 'adobe_target' as vendor,
                'csv' as format, '{}' as consent_bases, 1 as export_number,
                date '2026-06-30' as as_of_date, true as is_present, false as is_confirmed,
                null as confirmed_at;
            create table covey_activation.int_destinations as
            select
                'web' as destination_id, 'full' as mode, 500000 as max_rows_per_file,
                50 as max_megabytes_per_file;
            create table covey_activation.export_adobe_target as
            select
                'web' as destination_id, md5(cast(range as varchar)) as customer_key,
                'add' as operation, 'none' as change_type, customer_key as third_party_id,
                'segment_behaviour_1%7Cvip_preview' as covey_audiences,
                '%28none%29' as covey_holdouts, 'VIP%20loyalist' as covey_segment,
                'vip_loyalist' as covey_persona
            from range(1000001)
            """
        )
    (manifest,) = run_export(database, schema="covey", out=tmp_path / "out")
    counts = [entry["row_count"] for entry in manifest["files"]]
    sizes = [entry["byte_count"] for entry in manifest["files"]]
    assert sum(counts) == 1_000_001
    assert max(counts) <= 500_000
    assert max(sizes) <= 50_000_000
    names = [entry["name"] for entry in manifest["files"]]
    assert names == [f"data-{number:04d}.csv" for number in range(1, len(names) + 1)]
    seen = set()
    for name in names:
        path = tmp_path / "out" / "web" / "web-1-0" / name
        with path.open() as lines:
            assert next(lines).startswith("batch=thirdPartyId,")
            seen.update(line[:32] for line in lines)
    assert len(seen) == 1_000_001


def test_lines_are_split_by_rows_and_by_bytes(tmp_path):
    parts = write_lines(
        iter(["12345\n"] * 10),
        header="head\n",
        path_of=lambda number: tmp_path / str(number),
        max_rows=4,
        max_bytes=5 + 3 * 6,
    )
    assert [part.row_count for part in parts] == [3, 3, 3, 1]
    assert (tmp_path / "4").read_text() == "head\n12345\n"
    with pytest.raises(ExportError, match="6 bytes does not fit a file of 10"):
        write_lines(
            iter(["12345\n"]), header="head\n", path_of=lambda _: tmp_path / "5",
            max_rows=4, max_bytes=10,
        )  # fmt: skip


def test_cells_that_need_quotes_get_them():
    row = ['Müller, "Anna"', "two\nlines", None, "plain", True]
    assert next(csv.reader(io.StringIO(csv_line(row), newline=""))) == [
        'Müller, "Anna"',
        "two\nlines",
        "",
        "plain",
        "true",
    ]
    assert json.loads(json_line(["a", "b"], ['say "no"\n', None])) == {"a": 'say "no"\n'}


def test_a_file_for_dynamic_yield_says_that_it_is_utf_8(tmp_path):
    assert LAYOUTS["dynamic_yield"].has_bom
    assert not Layout({}).has_bom
    for name, has_mark in (("Loyal", False), ("Übergröße", True)):
        folder = tmp_path / name
        folder.mkdir()
        with duckdb.connect(str(folder / "w.duckdb")) as connection:
            connection.execute(
                f"""
                create schema covey_activation;
                create table covey_activation.export_manifests as
                select
                    'dy-1-0' as export_id, 'dy' as destination_id, 'dynamic_yield' as vendor,
                    'csv' as format, '{{}}' as consent_bases, 1 as export_number,
                    date '2026-06-30' as as_of_date, true as is_present, false as is_confirmed,
                    null as confirmed_at;
                create table covey_activation.int_destinations as
                select
                    'dy' as destination_id, 'full' as mode, 10 as max_rows_per_file,
                    null::bigint as max_megabytes_per_file;
                create table covey_activation.export_dynamic_yield as
                select
                    'dy' as destination_id, 'k' as customer_key, 'add' as operation,
                    'enter' as change_type, 'k' as cuid, 'a' as covey_audiences,
                    '(none)' as covey_holdouts, '{name}' as covey_segment, 'p' as covey_persona
                """
            )
        run_export(folder / "w.duckdb", schema="covey", out=folder)
        data = (folder / "dy" / "dy-1-0" / "CRM_data.csv").read_bytes()
        assert data.startswith(b"\xef\xbb\xbf") is has_mark


def test_errors_say_what_to_do(tmp_path):
    with pytest.raises(ExportError, match="run `dbt build` first"):
        run_export(tmp_path / "none.duckdb", schema="covey", out=tmp_path)
    duckdb.connect(str(tmp_path / "empty.duckdb")).close()
    with pytest.raises(ExportError, match="no exports in the schema covey_activation"):
        run_export(tmp_path / "empty.duckdb", schema="covey", out=tmp_path)


def test_an_unknown_destination_is_named(project, tmp_path):
    with pytest.raises(ExportError, match="no destination brase is switched on"):
        run_export(project.database, schema="covey", out=tmp_path, destinations=["brase"])


def test_a_fresh_build_makes_no_files():
    tracked = subprocess.run(
        ["git", "check-ignore", "exports/any.csv"], cwd=ROOT, capture_output=True, text=True
    )
    assert tracked.returncode == 0
    assert os.path.basename(tracked.stdout.strip()) == "any.csv"


def test_what_is_delivered_switched_on_needs_no_personal_data(built):
    assert built.query(
        "select distinct vendor from covey_activation.int_destinations order by vendor"
    ) == [("adobe_target",), ("dynamic_yield",), ("generic",)]
    for vendor in sorted(PERSONAL - {"segment", "rudderstack"}):
        assert built.query(f"select count(*) from covey_activation.export_{vendor}") == [(0,)]
