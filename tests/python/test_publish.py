"""What is published is a whole run in one file, which readers are never in the way of."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dbt.cli.main
import duckdb
import pytest
from conftest import ROOT, Project

from covey import backfill
from covey import publish as publishing
from covey.cli import main

# A reader in a thread that fails must fail its test.
pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")

OLD_DUCKDB = Path(sys.prefix) / "duckdb-1.5.5"
NODE_PACKAGE = "@duckdb/node-api"
V1_2 = 65
"""Storage version that DuckDB 1.2.0 brought: no older client reads it, each later one does."""
LIFECYCLE = "covey_marts.customer_lifecycle"


def client(script: str, *arguments: str, **environment: str) -> str:
    """Return what a client in a process of its own prints."""
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


READ = """
import duckdb, sys
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    print(connection.sql(sys.argv[2]).fetchall())
"""


def read(path: Path, query: str) -> str:
    """Return the rows that a new reader finds."""
    return client(READ, str(path), query)


def storage_version(path: Path) -> int:
    """Return the storage version in the main header of a file."""
    header = path.read_bytes()[:20]
    assert header[8:12] == b"DUCK"
    return int.from_bytes(header[12:20], "little")


def node(name: str, *, schema: str = "marts", pii: bool = False, **other: Any) -> dict[str, Any]:
    """Return a public model of a manifest."""
    return {
        "resource_type": "model",
        "database": "warehouse",
        "schema": f"shop_{schema}",
        "alias": name,
        "config": {"access": "public", "schema": schema},
        "columns": {"run": {"meta": {"pii": True} if pii else {}}},
        **other,
    }


@dataclass(frozen=True)
class Small:
    """A warehouse of three public tables that all hold the number of the run."""

    folder: Path

    @property
    def out(self) -> Path:
        return self.folder / "bi" / "published.duckdb"

    def build(self, run: int) -> None:
        """Build all tables anew."""
        with duckdb.connect(str(self.folder / "warehouse.duckdb")) as connection:
            for schema in ("marts", "features", "personal"):
                connection.execute(f"create schema if not exists shop_{schema}")
            for name in ("marts.segments", "personal.customers", "marts.hidden", "marts.exports"):
                connection.execute(
                    f"create or replace table shop_{name} as "
                    f"select {run} as run from range({1000 * run})"
                )
            connection.execute(
                "create or replace view shop_features.features as "
                'select * from "warehouse"."shop_marts"."segments"'
            )

    def results(self, status: str = "pass", command: str = "build") -> None:
        """Write what dbt said of the last run."""
        nodes = [("model.shop.segments", "success"), ("test.shop.unique_segments.1a2b", status)]
        (self.folder / "target" / "run_results.json").write_text(
            json.dumps(
                {
                    "args": {"which": command},
                    "results": [{"unique_id": key, "status": status} for key, status in nodes],
                }
            )
        )

    def publish(self, *options: str) -> int:
        """Publish it by the command, from a file of another name."""
        words = ["--database", str(self.folder / "warehouse.duckdb"), "--out", str(self.out)]
        return main(["publish", *words, "--target-path", str(self.folder / "target"), *options])

    def left(self) -> set[str]:
        """Return the files beside the published one, and itself."""
        return {path.name for path in self.out.parent.iterdir()}


@pytest.fixture
def small(tmp_path: Path) -> Small:
    small = Small(tmp_path)
    (tmp_path / "target").mkdir()
    nodes = [
        node("segments"),
        node("features", schema="features"),
        node("exports", pii=True),
        node("customers", schema="personal"),
        node("hidden", config={"access": "protected", "schema": "marts"}),
        node("hidden", resource_type="test"),
    ]
    (tmp_path / "target" / "manifest.json").write_text(
        json.dumps({"nodes": dict(enumerate(nodes))})
    )
    small.build(1)
    small.results()
    return small


BOTH = "select min(run), max(run), count(*) from (from shop_marts.segments union all from {0})"
WHOLE = BOTH.format("shop_features.features")


def test_readers_see_one_run_or_the_next(small: Small) -> None:
    assert small.publish() == 0
    stop = threading.Event()
    seen: set[str] = set()

    def look() -> None:
        while not stop.is_set():
            seen.add(read(small.out, WHOLE))

    watcher = threading.Thread(target=look)
    watcher.start()
    with duckdb.connect(str(small.out), read_only=True) as reader:
        for run in (2, 3, 4):
            small.build(run)
            assert small.publish() == 0
            # Who has the file open keeps the run that was there, views included.
            assert reader.execute(WHOLE).fetchall() == [(1, 1, 2000)]
            assert read(small.out, WHOLE) == f"[({run}, {run}, {2000 * run})]"
    stop.set()
    watcher.join()
    assert seen <= {f"[({run}, {run}, {2000 * run})]" for run in (1, 2, 3, 4)}
    assert len(seen) > 1


def test_two_at_once_take_turns(small: Small) -> None:
    codes: list[int] = []
    threads = [threading.Thread(target=lambda: codes.append(small.publish())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [0, 0, 0]
    assert small.left() == {"published.duckdb"}
    assert read(small.out, WHOLE) == "[(1, 1, 2000)]"


def test_personal_data_stay_where_they_are_unless_asked_for(small: Small) -> None:
    tables = "select table_name, table_type from information_schema.tables order by all"
    assert small.publish() == 0
    assert read(small.out, tables) == "[('features', 'BASE TABLE'), ('segments', 'BASE TABLE')]"
    assert small.out.stat().st_mode & 0o777 == 0o444
    assert small.publish("--with-personal") == 0
    names = re.findall(r"\('(\w+)'", read(small.out, tables))
    assert names == ["customers", "exports", "features", "segments"]
    assert small.out.stat().st_mode & 0o777 == 0o400


def test_a_file_of_another_name_can_be_published(small: Small) -> None:
    moved = small.folder / "copy of it.duckdb"
    shutil.move(small.folder / "warehouse.duckdb", moved)
    assert small.publish("--database", str(moved)) == 0
    assert read(small.out, WHOLE) == "[(1, 1, 2000)]"


KILLED = """
import os, signal, sys
from covey import cli, publish

def die(*arguments):
    os.kill(os.getpid(), signal.SIGKILL)

setattr(publish, sys.argv[1], die)
cli.main(sys.argv[2:])
"""


@pytest.mark.parametrize("step", ["check_rows", "put"])
def test_a_killed_publication_leaves_the_old_file(small: Small, step: str) -> None:
    assert small.publish() == 0
    small.build(2)
    words = ["publish", "--database", str(small.folder / "warehouse.duckdb")]
    words += ["--out", str(small.out), "--target-path", str(small.folder / "target")]
    done = subprocess.run([sys.executable, "-c", KILLED, step, *words])
    assert done.returncode == -signal.SIGKILL
    assert small.left() > {"published.duckdb"}
    assert read(small.out, WHOLE) == "[(1, 1, 2000)]"
    # The next one clears up.
    assert small.publish() == 0
    assert small.left() == {"published.duckdb"}
    assert read(small.out, WHOLE) == "[(2, 2, 4000)]"


@pytest.mark.parametrize(
    ("step", "error", "told"),
    [
        ("copy_table", duckdb.IOException("disk full\nat once"), "disk full"),
        ("put", OSError("read-only"), "read-only"),
    ],
)
def test_a_failed_publication_leaves_nothing_else(
    small: Small,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    step: str,
    error: Exception,
    told: str,
) -> None:
    assert small.publish() == 0
    small.build(2)

    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr(publishing, step, fail)
    assert small.publish() == 1
    assert f"nothing was published: {told}\n" in capsys.readouterr().err
    assert small.left() == {"published.duckdb"}
    assert read(small.out, WHOLE) == "[(1, 1, 2000)]"


def test_a_copy_that_lacks_rows_is_not_published(
    small: Small, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = publishing.copy_table

    def lose_a_row(connection: duckdb.DuckDBPyConnection, table: publishing.Table) -> None:
        copy(connection, table)
        connection.execute(f"delete from {table.within(publishing.ALIAS)} where rowid = 0")

    monkeypatch.setattr(publishing, "copy_table", lose_a_row)
    assert small.publish() == 1
    told = "shop_features.features was copied with 999 rows, and has 1,000"
    assert told in capsys.readouterr().err
    assert small.left() == set()


@pytest.mark.parametrize(
    ("status", "command", "told"),
    [
        ("fail", "build", "the last run failed at unique_segments"),
        ("error", "run", "the last run failed at unique_segments"),
        ("pass", "run-operation", "tells of `dbt run-operation`, not of the last build"),
    ],
)
def test_a_run_that_failed_is_not_published(
    small: Small, capsys: pytest.CaptureFixture[str], status: str, command: str, told: str
) -> None:
    small.results(status, command)
    assert small.publish() == 1
    assert told in capsys.readouterr().err
    assert not small.out.exists()
    assert small.publish("--despite-failures") == 0
    assert small.out.exists()


def test_a_warning_stops_nothing(small: Small) -> None:
    small.results("warn")
    assert small.publish() == 0


def test_what_a_run_could_not_publish_the_command_can(small: Small) -> None:
    results = small.folder / "target" / "run_results.json"
    hook = {"unique_id": "operation.covey.covey-on-run-end-0", "status": "error"}
    results.write_text(json.dumps({"args": {"which": "build"}, "results": [hook]}))
    assert small.publish() == 0


def test_what_cannot_be_published_is_said(small: Small, capsys: pytest.CaptureFixture[str]) -> None:
    warehouse = small.folder / "warehouse.duckdb"
    before = warehouse.read_bytes()
    for options, told in [
        (["--out", str(warehouse)], "is the warehouse itself"),
        (["--out", str(small.folder / "shop_marts.duckdb")], "a schema is, too"),
        (["--database", str(small.folder / "none.duckdb")], "is not there"),
        (["--target-path", str(small.folder / "none")], "run `dbt build` first"),
    ]:
        assert small.publish(*options) == 1
        assert told in capsys.readouterr().err
    assert warehouse.read_bytes() == before
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("drop table shop_marts.segments cascade")
    assert small.publish() == 1
    assert "not every table is there" in capsys.readouterr().err
    assert not small.out.exists()


def test_a_warehouse_that_is_written_is_left_alone(
    small: Small, capsys: pytest.CaptureFixture[str]
) -> None:
    script = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(1, flush=True); input()"
    run = subprocess.Popen(
        [sys.executable, "-c", script, str(small.folder / "warehouse.duckdb")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert run.stdout is not None
    run.stdout.readline()
    assert small.publish() == 1
    run.communicate(b"\n")
    assert "is a run going on?" in capsys.readouterr().err
    assert small.publish() == 0


def test_only_the_last_step_of_a_backfill_publishes(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[dict[str, Any]] = []

    class Runner:
        def invoke(self, words: list[str]) -> Any:
            given.append(json.loads(words[words.index("--vars") + 1]))
            return dbt.cli.main.dbtRunnerResult(success=True)

    monkeypatch.setattr(dbt.cli.main, "dbtRunner", Runner)
    monkeypatch.setattr(backfill, "printed_by", lambda *_: '["2026-01-31", "2026-02-28"]')
    backfill.run_backfill(
        project_dir=ROOT,
        variables={"covey_publish_path": "published.duckdb"},
        dbt=(),
        progress=lambda _: None,
    )
    paths = [variables["covey_publish_path"] for variables in given]
    assert paths == [None, None, None, "published.duckdb"]


@pytest.fixture(scope="module")
def published(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the published file of the bundled data."""
    out = tmp_path_factory.mktemp("published") / "published.duckdb"
    words = ["--database", str(built.database), "--target-path", str(built.target)]
    assert main(["publish", *words, "--out", str(out)]) == 0
    return out


def columns_of(path: Path) -> dict[str, list[tuple[str, str]]]:
    """Return the columns and types of each table of a file."""
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute(
            "select table_schema || '.' || table_name, column_name, data_type "
            "from information_schema.columns order by all"
        ).fetchall()
    found: dict[str, list[tuple[str, str]]] = {}
    for table, name, kind in rows:
        found.setdefault(table, []).append((name, kind))
    return found


def test_the_public_tables_are_published_as_they_are(built: Project, published: Path) -> None:
    public = set(built.public_tables().values())
    columns, before = columns_of(published), columns_of(built.database)
    assert {table: before[table] for table in columns} == columns
    marked = {
        f"{node['schema']}.{node['name']}"
        for node in built.manifest()["nodes"].values()
        if any(column["meta"].get("pii") for column in node.get("columns", {}).values())
    }
    assert {"covey_personal.customers", "covey_activation.export_hubspot"} <= public & marked
    assert set(columns) == public - marked
    assert not any(table.startswith("covey_personal.") for table in columns)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{published}' as published (read_only)")
        connection.execute(f"attach '{built.database}' as warehouse (read_only)")
        for table in columns:
            (different,) = connection.execute(
                f"select count(*) from (from warehouse.{table} except all from published.{table})"
            ).fetchall()
            assert different == (0,), table


def test_the_file_is_of_the_storage_version_of_duckdb_1_2(built: Project, published: Path) -> None:
    assert storage_version(published) == V1_2 < storage_version(built.database)


def test_an_old_client_reads_all_of_it(published: Path) -> None:
    if not OLD_DUCKDB.is_dir():
        pytest.skip("DuckDB 1.5.5 is not installed beside 2.0; `make test` does it")
    tables = list(columns_of(published))
    script = (
        "import duckdb, sys\n"
        "with duckdb.connect(sys.argv[1], read_only=True) as connection:\n"
        "    rows = [len(connection.execute(f'from {t}').fetchall()) for t in sys.argv[2:]]\n"
        "print(duckdb.__version__, sum(rows))\n"
    )
    old = client(script, str(published), *tables, PYTHONPATH=str(OLD_DUCKDB))
    new = client(script, str(published), *tables)
    assert old.split() == ["1.5.5", new.split()[1]]


NODE = f"""
const {{ DuckDBInstance }} = require("{NODE_PACKAGE}");
(async () => {{
  const instance = await DuckDBInstance.create(process.argv[1], {{ access_mode: "READ_ONLY" }});
  const connection = await instance.connect();
  let total = 0;
  for (const table of process.argv.slice(2)) {{
    total += (await connection.runAndReadAll(`from ${{table}}`)).getRows().length;
  }}
  console.log(total);
}})();
"""


@pytest.fixture
def node_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let node find its DuckDB client, or skip the test."""
    packages = Path(sys.prefix) / "node" / "node_modules"
    if shutil.which("node") is None or not (packages / NODE_PACKAGE).is_dir():
        pytest.skip(f"{NODE_PACKAGE} is not installed; `make test` does it where npm is")
    monkeypatch.setenv("NODE_PATH", str(packages))


def run_node(script: str, *arguments: str, cwd: Path) -> str:
    """Return what a script of Node.js prints."""
    done = subprocess.run(
        ["node", "-e", script, *arguments], cwd=cwd, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.usefixtures("node_packages")
def test_a_node_client_reads_all_of_it(published: Path) -> None:
    tables = list(columns_of(published))
    read = run_node(NODE, str(published), *tables, cwd=published.parent)
    with duckdb.connect(str(published), read_only=True) as connection:
        counts = [connection.execute(f"select count(*) from {t}").fetchall() for t in tables]
    assert int(read) == sum(count for ((count,),) in counts)


@pytest.mark.usefixtures("node_packages")
def test_the_node_client_of_the_docs_works(published: Path, built: Project) -> None:
    page = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```js\n(.*?)```", page, flags=re.DOTALL)
    names = "segments().then((rows) => console.log(rows.map((row) => row.segment_name).join()))"
    read = run_node(code + names, cwd=published.parent)
    expected = {name for (name,) in built.query("select segment_name from covey_marts.segments")}
    assert set(read.strip().split(",")) == expected


@pytest.fixture
def project(built: Project, tmp_path: Path) -> Project:
    """Return a copy of the warehouse that lacks rows which a run brings."""
    project = built.copy(tmp_path)
    with duckdb.connect(str(project.database)) as connection:
        connection.execute(f"delete from {LIFECYCLE} where rowid % 2 = 0")
    return project


@pytest.fixture
def watched(project: Project, built: Project) -> Iterator[Path]:
    """Yield a published file; a client that opens it again and again must see whole runs."""
    out = project.database.parent / "bi" / "published.duckdb"
    words = ["--database", str(project.database), "--target-path", str(project.target)]
    assert main(["publish", *words, "--out", str(out)]) == 0
    count = f"select count(*) from {LIFECYCLE}"
    whole = [str(each.query(count)) for each in (project, built)]
    assert read(out, count) == whole[0] != whole[1]
    stop = threading.Event()
    seen: list[str] = []

    def look() -> None:
        while not stop.is_set():
            seen.append(read(out, count))
            time.sleep(0.2)

    watcher = threading.Thread(target=look)
    watcher.start()
    with duckdb.connect(str(out), read_only=True) as reader:
        yield out
        # The file that was open all the while is as it was.
        assert str(reader.execute(count).fetchall()) == whole[0]
    stop.set()
    watcher.join()
    assert len(seen) > 3
    assert set(seen) <= set(whole)


def test_a_run_publishes_at_its_end(built: Project, project: Project, watched: Path) -> None:
    variables = {"covey_publish_path": "~/bi/published.duckdb"}
    done = project.dbt("run", "--select", "customer_lifecycle", variables=variables)
    assert f"to {watched}" in done.stdout
    count = f"select count(*) from {LIFECYCLE}"
    assert read(watched, count) == str(built.query(count))
    assert storage_version(watched) == V1_2
    assert watched.stat().st_mode & 0o777 == 0o444
    assert {path.name for path in watched.parent.iterdir()} == {watched.name}

    # A run that fails says so and leaves the file as it is.
    before = watched.read_bytes()
    with duckdb.connect(str(project.database)) as connection:
        connection.execute("drop table covey_features.ftr_customer_lifecycle")
    failed = project.dbt(
        "run", "--select", "customer_lifecycle", variables=variables, ok=False
    ).stdout
    assert "PublishError: the last run failed at customer_lifecycle" in failed
    assert watched.read_bytes() == before


def test_a_run_that_could_not_publish_is_stopped_at_its_start(empty: Project) -> None:
    stopped = empty.dbt(
        "run", "--target", "lint", variables={"covey_publish_path": "published.duckdb"}, ok=False
    )
    assert "covey_publish_path needs DuckDB and plugins" in stopped.stdout
