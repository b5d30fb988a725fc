"""``covey publish``: the public tables of a warehouse as one file for BI, replaced as a whole.

While a run has the warehouse open nobody else can open it, and between two models its tables are of
two runs. So the tables are copied into a new file beside the one that is read, the copy is checked,
and a rename puts it in the place of the old one: who opens the file finds a whole run, and who has
it open keeps the run that was there.

The command opens the warehouse itself. At the end of a dbt run the plugin (``covey.plugin``) calls
:func:`publish` on the connection of the run, which no other process could open.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

STORAGE_VERSION = "v1.2.0"
"""The oldest DuckDB that reads a published file, whatever wrote the warehouse."""

ALIAS = "covey_published"
"""Name under which the new file is attached while it is written."""

PERSONAL_SCHEMA = "personal"
"""Custom schema (``+schema``) of the models that hold personal data."""

FAILED = ("error", "fail", "partial success", "runtime error")
"""What dbt says of a node or test that failed."""

OWN_HOOK = "operation.covey.covey-on-run-end"
"""Start of the id of the hook that publishes: its failure is no reason not to try again."""

BUILDS = ("build", "run", "retry", "test")
"""Commands of dbt whose results say whether the tables can be used."""


class PublishError(Exception):
    """Nothing was published, and what was there is untouched; the message says why."""


@dataclass(frozen=True)
class Table:
    """A table or view of the warehouse."""

    database: str
    schema: str
    name: str

    def __str__(self) -> str:
        """Return the name as people write it."""
        return f"{self.schema}.{self.name}"

    def within(self, database: str) -> str:
        """Return the name in SQL, in that database."""
        return ".".join(quoted(part) for part in (database, self.schema, self.name))


@dataclass(frozen=True)
class Published:
    """What was published."""

    path: Path
    tables: int
    rows: int
    byte_count: int

    def __str__(self) -> str:
        """Return it as one sentence."""
        return (
            f"Published {self.tables:,} tables with {self.rows:,} rows to {self.path} "
            f"({self.byte_count / 1_000_000:,.1f} MB)"
        )


def quoted(name: str) -> str:
    """Return a name as SQL takes it whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def literal(path: Path) -> str:
    """Return a path as a text in SQL."""
    return "'" + str(path).replace("'", "''") + "'"


def first_line(error: Exception) -> str:
    """Return what an error of DuckDB says, without where."""
    return str(error).split("\n", 1)[0]


def is_personal(node: Mapping[str, Any]) -> bool:
    """Tell whether a model holds personal data: by its schema, or by a column marked ``pii``."""
    return node["config"].get("schema") == PERSONAL_SCHEMA or any(
        (column.get("meta") or {}).get("pii") for column in node["columns"].values()
    )


def public_tables(nodes: Iterable[Mapping[str, Any]], *, with_personal: bool) -> list[Table]:
    """Return what is to be published.

    Parameters
    ----------
    nodes
        Nodes of dbt's manifest; the models with ``access: public`` count.
    with_personal
        Whether those that hold personal data are among them.
    """
    return sorted(
        (
            Table(node["database"], node["schema"], node["alias"])
            for node in nodes
            if node["resource_type"] == "model"
            and node["config"].get("access") == "public"
            and (with_personal or not is_personal(node))
        ),
        key=str,
    )


def refuse_failed(results: Iterable[Mapping[str, Any]]) -> None:
    """Refuse a run in which something failed.

    Parameters
    ----------
    results
        Results of a run, each with ``unique_id`` and ``status``.

    Raises
    ------
    PublishError
        When a model, seed or test failed.
    """
    failed = sorted(
        result["unique_id"].split(".")[2]
        for result in results
        if result["status"] in FAILED and not result["unique_id"].startswith(OWN_HOOK)
    )
    if failed:
        more = f" and {len(failed) - 3} more" if len(failed) > 3 else ""
        raise PublishError(f"the last run failed at {', '.join(failed[:3])}{more}")


@contextmanager
def locked(folder: Path) -> Iterator[int]:
    """Hold a folder against others who publish into it; yield its descriptor."""
    # Not above: Windows has no such module, and the plugin is to load there.
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def attached(connection: duckdb.DuckDBPyConnection, path: Path, options: str) -> Iterator[None]:
    """Attach a file as ALIAS; detaching it writes all of it to the disk."""
    connection.execute(f"attach {literal(path)} as {ALIAS} ({options})")
    try:
        yield
    finally:
        connection.execute(f"detach {ALIAS}")


def copy_table(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Copy a table; a view becomes a table, as it may name its database."""
    connection.execute(f"create schema if not exists {ALIAS}.{quoted(table.schema)}")
    connection.execute(
        f"create table {table.within(ALIAS)} as select * from {table.within(table.database)}"
    )


def check_rows(connection: duckdb.DuckDBPyConnection, tables: Sequence[Table]) -> int:
    """Compare the copy, as the disk has it, with the warehouse; return its number of rows.

    Raises
    ------
    PublishError
        When a table has another number of rows than it has in the warehouse.
    """
    total = 0
    for table in tables:
        wanted, found = (
            connection.execute(f"select count(*) from {table.within(database)}").fetchall()[0][0]
            for database in (table.database, ALIAS)
        )
        if found != wanted:
            raise PublishError(f"{table} was copied with {found:,} rows, and has {wanted:,}")
        total += found
    return total


def put(written: Path, path: Path, folder: int) -> None:
    """Put a file in the place of another, for good: both are on the disk before it returns."""
    with written.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(written, path)
    os.fsync(folder)


def check_path(connection: duckdb.DuckDBPyConnection, tables: Sequence[Table], path: Path) -> None:
    """Refuse a file that must not be replaced, or whose name would stand in the way of queries.

    Raises
    ------
    PublishError
        When the file is a database that is in use here, or is called as one of the schemas.
    """
    query = "select path from duckdb_databases() where path is not null"
    if path in {Path(name).resolve() for (name,) in connection.execute(query).fetchall()}:
        raise PublishError(f"{path} is the warehouse itself: give another file")
    if path.stem in {table.schema for table in tables}:
        raise PublishError(f"a file called {path.name} could not be queried: a schema is, too")


def publish(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[Table],
    out: Path,
    *,
    mode: int = 0o444,
) -> Published:
    """Copy tables into a new file and put it in the place of another in one step.

    Parameters
    ----------
    connection
        A connection to the databases of the tables.
    tables
        What to copy.
    out
        File to write or replace.
    mode
        Mode of the file.

    Raises
    ------
    PublishError
        When it cannot be done; the file that was there is untouched.
    """
    if not tables:
        raise PublishError("no model is public")
    path = out.resolve()
    partial = path.with_name(f".{path.name}.partial")
    written = partial / path.name
    check_path(connection, tables, path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with locked(path.parent) as folder:
            # One that a killed process left.
            shutil.rmtree(partial, ignore_errors=True)
            # Nobody else reads what is not whole.
            partial.mkdir(mode=0o700)
            try:
                with attached(connection, written, f"storage_version '{STORAGE_VERSION}'"):
                    for table in tables:
                        copy_table(connection, table)
                with attached(connection, written, "read_only"):
                    rows = check_rows(connection, tables)
                written.chmod(mode)
                put(written, path, folder)
            finally:
                shutil.rmtree(partial)
    except duckdb.CatalogException as error:
        raise PublishError(
            f"not every table is there: run `dbt build` first ({first_line(error)})"
        ) from error
    except (duckdb.Error, OSError) as error:
        raise PublishError(first_line(error)) from error
    return Published(out, tables=len(tables), rows=rows, byte_count=path.stat().st_size)


def read_artifact(folder: Path, name: str) -> dict[str, Any]:
    """Return what dbt left in its target folder.

    Raises
    ------
    PublishError
        When it is not there.
    """
    try:
        found: dict[str, Any] = json.loads((folder / name).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise PublishError(f"{folder / name} is not there: run `dbt build` first") from error
    return found


def check_results(folder: Path) -> None:
    """Refuse unless the last command of dbt was a build, and nothing of it failed.

    Raises
    ------
    PublishError
        When the last build failed, or when there is no telling.
    """
    found = read_artifact(folder, "run_results.json")
    command = found["args"].get("which")
    if command not in BUILDS:
        raise PublishError(
            f"{folder / 'run_results.json'} tells of `dbt {command}`, not of the last build"
        )
    refuse_failed(found["results"])


def run_publish(
    database: Path,
    *,
    out: Path,
    target: Path,
    with_personal: bool = False,
    despite_failures: bool = False,
) -> Published:
    """Publish a warehouse that nobody writes.

    Parameters
    ----------
    database
        DuckDB file that dbt built.
    out
        File to write or replace.
    target
        Target folder of dbt, with its manifest and the results of the last run.
    with_personal
        Whether to publish personal data, too; nobody but its owner can then read the file.
    despite_failures
        Whether to publish whatever became of the last run.

    Raises
    ------
    PublishError
        When nothing was published.
    """
    if not database.is_file():
        raise PublishError(f"{database} is not there: run `dbt build` first")
    if not despite_failures:
        check_results(target)
    nodes = read_artifact(target, "manifest.json")["nodes"].values()
    tables = public_tables(nodes, with_personal=with_personal)
    databases = {table.database for table in tables}
    if len(databases) > 1:
        raise PublishError(
            f"the public tables lie in {len(databases)} databases: only a run can publish them "
            "(covey_publish_path)"
        )
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        for name in databases:
            # Under the name that dbt knows it by, as views may name it.
            try:
                connection.execute(f"attach {literal(database)} as {quoted(name)} (read_only)")
            except duckdb.IOException as error:
                raise PublishError(
                    f"{database} cannot be opened; is a run going on? ({first_line(error)})"
                ) from error
        return publish(connection, tables, out, mode=0o400 if with_personal else 0o444)


def publish_run(
    connection: duckdb.DuckDBPyConnection, out: str, nodes: str, results: str
) -> Published:
    """Publish at the end of a run, on its connection.

    Parameters
    ----------
    connection
        A connection to the warehouse.
    out
        File to write or replace; ``~`` is the home of the user.
    nodes, results
        Nodes of the graph and results of the run, as JSON.

    Raises
    ------
    PublishError
        When nothing was published.
    """
    refuse_failed(json.loads(results))
    tables = public_tables(json.loads(nodes), with_personal=False)
    return publish(connection, tables, Path(out).expanduser())
