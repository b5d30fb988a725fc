"""One build of the bundled data for every test that looks at a warehouse."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[2]
# The one table that is a log. What its last run found must be the same whenever the data are; which
# run that was, and how it differs from the run before, need not be.
LAST_RUN_OF_LOG = {
    "input_profile": """
        select * exclude (
            run_id, previous_run_id, profiled_at, row_count_change, new_values,
            volume_verdict, freshness_verdict, null_share_verdict, new_category_verdict,
            anomaly_verdict
        )
        from {relation}
        where run_id = (select arg_max(run_id, profiled_at) from {relation})
    """
}
SHARED_DATA = ROOT.parent / "shared" / "data"

# A test says what is right, not how fast.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


# What dbt parsed, by the vars that it parsed with: see Project.dbt.
PARSES = tempfile.TemporaryDirectory(prefix="covey-parses-")


@dataclass(frozen=True)
class Project:
    """The covey project with a database and a target folder of its own."""

    database: Path
    target: Path

    def dbt(
        self, *arguments: str, variables: dict[str, Any] | None = None, ok: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Run dbt; `ok` says whether it has to succeed (True) or to fail (False).

        What was parsed with the same vars is offered; dbt itself sees whether it is fit.
        """
        command = [sys.executable, "-m", "dbt.cli.main", *arguments]
        words = json.dumps(variables or {}, sort_keys=True)
        if variables:
            command += ["--vars", words]
        told_by = f"{self.database.name} {words}"
        parsed = Path(PARSES.name, hashlib.sha256(told_by.encode()).hexdigest())
        if parsed.exists():
            command += ["--partial-parse-file-path", str(parsed)]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment(), capture_output=True, text=True
        )
        assert (done.returncode == 0) is ok, done.stdout[-6000:] + done.stderr[-2000:]
        if ok and not parsed.exists():
            shutil.copy(self.target / "partial_parse.msgpack", parsed)
        return done

    def reading(self, data: Path) -> dict[str, str]:
        """Return the var to read a folder below the database's, the same whichever that is."""
        return {"covey_demo_data_dir": f"~/{data.relative_to(self.database.parent)}"}

    def environment(self) -> dict[str, str]:
        """Return the environment in which dbt and covey work on this database.

        dbt parses the project anew, which takes most of a short run, wherever the vars or the
        profile differ. So all databases have the same path in the profile, each below its own home.
        """
        return {
            **os.environ,
            "HOME": str(self.database.parent),
            "COVEY_DATABASE": f"~/{self.database.name}",
            "DBT_PROFILES_DIR": str(ROOT / "profiles"),
            "DBT_TARGET_PATH": str(self.target),
            "DBT_LOG_PATH": str(self.target / "logs"),
            "DBT_LOG_LEVEL_FILE": "none",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }

    def statuses(self) -> dict[str, str]:
        """Return the status of each node of the last run by its name.

        Exposures, which are only said to be there, are none.
        """
        results = json.loads((self.target / "run_results.json").read_text())["results"]
        return {
            result["unique_id"].split(".", 2)[2]: result["status"]
            for result in results
            if not result["unique_id"].startswith("exposure.")
        }

    def manifest(self) -> dict[str, Any]:
        """Return the manifest of the last run."""
        manifest: dict[str, Any] = json.loads((self.target / "manifest.json").read_text())
        return manifest

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with self.connect() as connection:
            return connection.execute(sql).fetchall()

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Return a connection that only reads, and finds the files that views read."""
        connection = duckdb.connect(str(self.database), read_only=True)
        connection.execute(f"set home_directory = '{self.database.parent}'")
        return connection

    def copy(self, folder: Path) -> Project:
        """Return a copy with a database and target folder in `folder`."""
        shutil.copy(self.database, folder / "warehouse.duckdb")
        shutil.copytree(self.target, folder / "target")
        return Project(folder / "warehouse.duckdb", folder / "target")

    def public_tables(self) -> dict[str, str]:
        """Return the relation of each public model by its name."""
        return {
            node["name"]: f"{node['schema']}.{node['name']}"
            for node in self.manifest()["nodes"].values()
            if node["resource_type"] == "model" and node["config"].get("access") == "public"
        }

    def hashes(self) -> dict[str, str]:
        """Return a hash of the rows of each public table, whatever their order.

        Of a log it is the hash of what the last run found.
        """
        found = {}
        for name, relation in self.public_tables().items():
            rows_hashed = LAST_RUN_OF_LOG.get(name, "from {relation}").format(relation=relation)
            rows = self.query(f"select cast(t as varchar) from ({rows_hashed}) as t order by all")
            found[name] = hashlib.sha256(repr(rows).encode()).hexdigest()
        return found


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Project:
    """Return the project after `dbt build` of the bundled data, with all its tests passed.

    The worker that asks first builds it; no test changes it.
    """
    folder = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        folder = folder.parent
    folder = folder / "built"
    folder.mkdir(exist_ok=True)
    project = Project(folder / "warehouse.duckdb", folder / "target")
    done = folder / "done"
    with open(folder / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            project.dbt("build")
            done.touch()
    return project


@pytest.fixture
def empty(tmp_path: Path, built: Project) -> Project:
    """Return the project with an empty database, parsed already."""
    shutil.copytree(built.target, tmp_path / "target")
    return Project(tmp_path / "warehouse.duckdb", tmp_path / "target")


def shared_file(name: str) -> Path:
    """Return a file of the reference data, or skip the test that asks for it."""
    path = SHARED_DATA / name
    if not path.is_file():
        pytest.skip(f"reference data {name} is not at hand")
    return path
