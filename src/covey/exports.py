"""``covey export``: the export tables of a built warehouse as files, each in its vendor's form.

The tables hold the values, normalised and hashed; here is what makes a file of them: names and
order of the columns, which rows share a file, and how long it may be. Rows are streamed. Nothing
reads the clock: the same tables give the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

Row = tuple[Any, ...]
BATCH_ROWS = 10_000
MEGABYTE = 1_000_000


class ExportError(Exception):
    """Nothing can be exported; the message says what to do."""


@dataclass(frozen=True)
class Layout:
    """How the table of a vendor becomes files.

    Parameters
    ----------
    columns
        Column of the table -> its name in the file, in order.
    removals
        Columns of the files of removals; none where a file holds whatever is to be told.
    by_audience
        Whether each audience has files of its own, as where it is a list in the tool.
    stem
        Name of the files.
    has_bom
        Whether a file with other characters than ASCII starts with a byte order mark.
    """

    columns: Mapping[str, str]
    removals: Sequence[str] = ()
    by_audience: bool = False
    stem: str = "data"
    has_bom: bool = False


COVEY_COLUMNS = ("covey_audiences", "covey_holdouts", "covey_segment", "covey_persona")
PAYLOAD = Layout({"payload": "payload"})

LAYOUTS: Mapping[str, Layout] = {
    "google_customer_match": Layout(
        {
            "email": "Email",
            "phone": "Phone",
            "first_name": "First Name",
            "last_name": "Last Name",
            "country": "Country",
            "zip": "Zip",
        },
        removals=("email", "phone"),
        by_audience=True,
    ),
    "meta_custom_audience": Layout(
        {
            "extern_id": "EXTERN_ID",
            "email": "EMAIL",
            "phone": "PHONE",
            "fn": "FN",
            "ln": "LN",
            "ct": "CT",
            "zip": "ZIP",
            "country": "COUNTRY",
        },
        removals=("extern_id",),
        by_audience=True,
    ),
    "braze": Layout({"external_id": "external_id", "payload": "payload"}),
    "klaviyo": PAYLOAD,
    "iterable": PAYLOAD,
    "segment": PAYLOAD,
    "rudderstack": PAYLOAD,
    "mailchimp": Layout({"payload": "payload"}, removals=("payload",)),
    "salesforce_marketing_cloud": Layout(
        {
            "subscriber_key": "SubscriberKey",
            "email_address": "EmailAddress",
            "phone": "Phone",
            "first_name": "FirstName",
            "last_name": "LastName",
            "country": "Country",
            "language": "Language",
            "covey_segment": "CoveySegment",
            "covey_persona": "CoveyPersona",
            "covey_audiences": "CoveyAudiences",
            "covey_holdouts": "CoveyHoldouts",
        },
        removals=("subscriber_key", "covey_audiences", "covey_holdouts"),
    ),
    "hubspot": Layout(
        {
            name: name
            for name in (
                "covey_customer_key",
                "email",
                "phone",
                "firstname",
                "lastname",
                "country",
                "hs_language",
                "covey_segment",
                "covey_persona",
                "covey_audiences",
                "covey_holdouts",
            )
        },
        removals=("covey_customer_key", "covey_audiences", "covey_holdouts"),
    ),
    "adobe_target": Layout(
        {"third_party_id": "batch=thirdPartyId", **{name: name for name in COVEY_COLUMNS}}
    ),
    "dynamic_yield": Layout(
        {"cuid": "cuid", **{name: name for name in COVEY_COLUMNS}}, stem="CRM_data", has_bom=True
    ),
    "generic": Layout(
        {
            name: name
            for name in (
                "audience_id",
                "customer_key",
                "operation",
                "change_type",
                "segment_name",
                "persona_id",
                "consent_basis",
                "is_holdout",
                "valid_until",
            )
        }
    ),
}
"""Layouts by vendor; a column that is named payload is a line of JSON as it is to be sent."""

TABLES = {"segment": "export_identify", "rudderstack": "export_identify"}
"""Vendor -> table, where it is not ``export_<vendor>``."""

EXTENSIONS = {"csv": "csv", "jsonl": "jsonl", "parquet": "parquet"}


@dataclass(frozen=True)
class Group:
    """Rows that share files."""

    audience_id: str | None
    operation: str | None

    def name(self, stem: str) -> str:
        """Return the name of its files, without number and extension."""
        parts = [self.audience_id or stem, self.operation]
        return "-".join(part for part in parts if part)


@dataclass
class Part:
    """A file that is being written."""

    path: Path
    row_count: int = 0
    byte_count: int = 0
    hash: Any = field(default_factory=hashlib.sha256)

    def described(self, group: Group) -> dict[str, Any]:
        """Return its entry of a manifest."""
        return {
            "name": self.path.name,
            "audience_id": group.audience_id,
            "operation": group.operation,
            "row_count": self.row_count,
            "byte_count": self.byte_count,
            "sha256": self.hash.hexdigest(),
        }


def text_of(value: Any) -> str:
    """Return a value as a cell: nothing for null, ISO 8601 for times, true and false."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def csv_line(values: Sequence[Any]) -> str:
    r"""Return a line of CSV, in quotes only where a value needs them.

    Examples
    --------
    >>> csv_line(["a,b", None, True])
    '"a,b",,true\n'
    """
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow([text_of(value) for value in values])
    return line.getvalue()


def json_line(names: Sequence[str], values: Sequence[Any]) -> str:
    r"""Return a line of JSON without the entries whose value is null.

    Examples
    --------
    >>> json_line(["a", "b", "c"], ["x", None, True])
    '{"a":"x","c":true}\n'
    """
    if list(names) == ["payload"]:
        return f"{values[0]}\n"
    present = {
        name: text_of(value) if isinstance(value, datetime | date) else value
        for name, value in zip(names, values, strict=True)
        if value is not None
    }
    return json.dumps(present, ensure_ascii=False, separators=(",", ":")) + "\n"


def write_lines(
    lines: Iterator[str],
    *,
    header: str,
    path_of: Callable[[int], Path],
    max_rows: int,
    max_bytes: int | None,
) -> list[Part]:
    """Write lines to as many files as their bounds ask for.

    Parameters
    ----------
    lines
        Lines with their ends, none of them empty.
    header
        First line of each file, or nothing.
    path_of
        Number of a file, from 1 -> its path.
    max_rows, max_bytes
        Most lines, without the header, and most bytes, with it, of a file.

    Raises
    ------
    ExportError
        When a single line is too long for a file.
    """
    parts: list[Part] = []
    start = header.encode()
    out = None
    try:
        for line in lines:
            data = line.encode()
            if max_bytes is not None and len(start) + len(data) > max_bytes:
                raise ExportError(
                    f"a row of {len(data)} bytes does not fit a file of {max_bytes} bytes"
                )
            part = parts[-1] if parts else None
            if (
                out is None
                or part is None
                or part.row_count == max_rows
                or (max_bytes is not None and part.byte_count + len(data) > max_bytes)
            ):
                if out is not None:
                    out.close()
                part = Part(path_of(len(parts) + 1))
                parts.append(part)
                out = part.path.open("wb")
                out.write(start)
                part.hash.update(start)
                part.byte_count = len(start)
            out.write(data)
            part.hash.update(data)
            part.byte_count += len(data)
            part.row_count += 1
    finally:
        if out is not None:
            out.close()
    return parts


@dataclass(frozen=True)
class Destination:
    """A destination, its present export and what its files may hold."""

    manifest: Mapping[str, Any]
    mode: str
    max_rows: int
    max_megabytes: int | None
    relation: str

    @property
    def layout(self) -> Layout:
        """Return the layout of its vendor."""
        return LAYOUTS[self.manifest["vendor"]]

    @property
    def condition(self) -> str:
        """Return the rows that its files hold: what changed, or everybody."""
        condition = f"destination_id = '{self.manifest['destination_id']}'"
        if self.mode == "changes":
            return condition + " and change_type <> 'none'"
        # Who has left a list is not in the whole of it; a profile has to be told.
        return condition + (" and operation = 'add'" if self.layout.by_audience else "")


def groups_of(connection: duckdb.DuckDBPyConnection, destination: Destination) -> list[Group]:
    """Return the groups of a destination, removals first: they name members as they were."""
    layout = destination.layout
    audience = "audience_id" if layout.by_audience else "null"
    operation = "operation" if layout.removals else "null"
    found = connection.execute(
        f"""
        select distinct {audience} as audience_id, {operation} as operation
        from {destination.relation}
        where {destination.condition}
        order by operation desc, audience_id
        """
    ).fetchall()
    return [Group(*row) for row in found]


def rows_of(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[Row]:
    """Yield the rows of a query."""
    result = connection.execute(query)
    while rows := result.fetchmany(BATCH_ROWS):
        yield from rows


def write_group(
    connection: duckdb.DuckDBPyConnection, destination: Destination, group: Group, folder: Path
) -> list[Part]:
    """Write the rows of a group in order of their keys."""
    layout = destination.layout
    columns = list(layout.removals if group.operation == "remove" else layout.columns)
    names = [layout.columns[column] for column in columns]
    conditions = [destination.condition]
    if group.audience_id is not None:
        conditions.append(f"audience_id = '{group.audience_id}'")
    if group.operation is not None:
        conditions.append(f"operation = '{group.operation}'")
    selected = ", ".join(f'{column} as "{layout.columns[column]}"' for column in columns)
    order = ", ".join(str(position) for position in range(1, len(columns) + 1))
    query = (
        f"select {selected} from {destination.relation} "
        f"where {' and '.join(conditions)} order by customer_key, {order}"
    )
    form = destination.manifest["format"]
    stem = group.name(layout.stem)

    def path_of(number: int) -> Path:
        return folder / f"{stem}-{number:04d}.{EXTENSIONS[form]}"

    if form == "parquet":
        parts = write_parquet(connection, query, path_of, destination.max_rows)
    else:
        rows = rows_of(connection, query)
        if form == "csv":
            header, lines = csv_line(names), (csv_line(row) for row in rows)
        else:
            header, lines = "", (json_line(names, row) for row in rows)
        if layout.has_bom and not is_ascii(connection, query):
            header = "\ufeff" + header
        megabytes = destination.max_megabytes
        parts = write_lines(
            lines,
            header=header,
            path_of=path_of,
            max_rows=destination.max_rows,
            max_bytes=None if megabytes is None else megabytes * MEGABYTE,
        )
    if len(parts) == 1:
        parts[0].path = parts[0].path.rename(folder / f"{stem}.{EXTENSIONS[form]}")
    return parts


def is_ascii(connection: duckdb.DuckDBPyConnection, query: str) -> bool:
    """Tell whether the rows of a query hold nothing but ASCII."""
    (row,) = connection.execute(
        f"select bool_and(strlen(columns_text) = length(columns_text)) "
        f"from (select cast(chosen as varchar) as columns_text from ({query}) as chosen)"
    ).fetchall()
    return row[0] is not False


def write_parquet(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    path_of: Callable[[int], Path],
    max_rows: int,
) -> list[Part]:
    """Write the rows of a query to Parquet files."""
    ((total,),) = connection.execute(f"select count(*) from ({query}) as chosen").fetchall()
    parts = []
    for number, start in enumerate(range(0, total, max_rows), start=1):
        part = Part(path_of(number), row_count=min(max_rows, total - start))
        connection.execute(
            f"copy ({query} limit {max_rows} offset {start}) "
            f"to '{part.path}' (format parquet, compression zstd)"
        )
        with part.path.open("rb") as written:
            while block := written.read(MEGABYTE):
                part.hash.update(block)
        part.byte_count = part.path.stat().st_size
        parts.append(part)
    return parts


def read_destinations(
    connection: duckdb.DuckDBPyConnection, schema: str, wanted: Sequence[str]
) -> list[Destination]:
    """Return the destinations that are switched on, or those of them that are wanted.

    Raises
    ------
    ExportError
        When there is no warehouse of covey's, or no such destination.
    """
    try:
        result = connection.execute(
            f"""
            select
                manifests.* exclude (is_present, is_confirmed, confirmed_at),
                changes.confirmed_export_id,
                destinations.mode,
                destinations.max_rows_per_file,
                destinations.max_megabytes_per_file
            from {schema}_activation.export_manifests as manifests
            inner join {schema}_activation.int_destinations as destinations
                on manifests.destination_id = destinations.destination_id
            left join (
                select destination_id, arg_max(export_id, export_number) as confirmed_export_id
                from {schema}_activation.export_manifests
                where is_confirmed
                group by destination_id
            ) as changes
                on manifests.destination_id = changes.destination_id
            where manifests.is_present
            order by manifests.destination_id
            """
        )
    except duckdb.CatalogException as error:
        raise ExportError(
            f"there are no exports in the schema {schema}_activation: run `dbt build` first"
        ) from error
    names = [column[0] for column in result.description or []]
    found = []
    for row in result.fetchall():
        manifest = dict(zip(names, row, strict=True))
        table = TABLES.get(manifest["vendor"], f"export_{manifest['vendor']}")
        found.append(
            Destination(
                mode=manifest.pop("mode"),
                max_rows=manifest.pop("max_rows_per_file"),
                max_megabytes=manifest.pop("max_megabytes_per_file"),
                relation=f"{schema}_activation.{table}",
                manifest=manifest,
            )
        )
    known = [destination.manifest["destination_id"] for destination in found]
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        raise ExportError(
            f"no destination {', '.join(unknown)} is switched on; there are: {', '.join(known)}"
        )
    return [each for each in found if not wanted or each.manifest["destination_id"] in wanted]


def write_export(
    connection: duckdb.DuckDBPyConnection, destination: Destination, out: Path
) -> dict[str, Any]:
    """Write the files of one export and the manifest beside them.

    They lie in ``<out>/<destination_id>/<export_id>``; what an earlier call left there is replaced
    once all is written. Nobody but their owner can read them.
    """
    manifest = dict(destination.manifest)
    folder = out / manifest["destination_id"] / manifest["export_id"]
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True, mode=0o700)
    files = [
        part.described(group)
        for group in groups_of(connection, destination)
        for part in write_group(connection, destination, group, partial)
    ]
    described = {
        **manifest,
        "as_of_date": text_of(manifest["as_of_date"]),
        "consent_bases": json.loads(manifest["consent_bases"]),
        "mode": destination.mode,
        "row_count": sum(entry["row_count"] for entry in files),
        "files": files,
    }
    text = json.dumps(described, ensure_ascii=False, indent=2) + "\n"
    (partial / "manifest.json").write_text(text, encoding="utf-8")
    for path in partial.iterdir():
        path.chmod(0o600)
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)
    return described


def run_export(
    database: Path, *, schema: str, out: Path, destinations: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Write the present exports of a warehouse and return their manifests.

    Parameters
    ----------
    database
        DuckDB file that dbt built.
    schema
        Target schema of the dbt profile.
    out
        Folder for the files.
    destinations
        Destinations to export; none: all that are switched on.

    Raises
    ------
    ExportError
        When there is nothing to export, or a row is too long for its vendor.
    """
    if not database.is_file():
        raise ExportError(f"{database} is not there: run `dbt build` first")
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        found = read_destinations(connection, schema, destinations)
        return [write_export(connection, destination, out) for destination in found]
