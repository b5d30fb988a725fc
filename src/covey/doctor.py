"""The face of ``covey doctor``: it runs the dbt operation ``covey_doctor`` and shows its report.

All judgement lies in the operation (``macros/doctor``), so that those who have dbt alone get the
same report from ``dbt run-operation covey_doctor``. What a macro cannot do is done here: survive a
relation that the warehouse refuses to read. The operation says what it reads next; when it fails,
it is run again without that relation, and the reason stands in the report.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

READY = 0
NOT_READY = 1
MISUSE = 2

READS = "covey doctor reads "
"""How the operation announces a relation in the log: READS, the relation, a name in parentheses."""

PROJECT_ERRORS = ("DbtProjectError", "DbtProfileError", "DbtUsageException", "DbtConfigError")
"""dbt's errors for a folder, profile or option that is not there."""


@dataclass(frozen=True)
class Options:
    """Where and how to look.

    Parameters
    ----------
    project_dir
        Folder of the dbt project.
    schemas
        Schemas to look for tables in, besides the sources and models of the project.
    sample_rows
        Rows of a table that the shapes of its values are judged by.
    dbt
        Further options for dbt, such as ``("--target", "prod")``.
    """

    project_dir: Path
    schemas: tuple[str, ...] = ()
    sample_rows: int = 1000
    dbt: tuple[str, ...] = ()


@dataclass
class Heard:
    """What dbt said during one invocation."""

    printed: list[str] = field(default_factory=list)
    reading: str | None = None
    error: str | None = None

    def __call__(self, event: Any) -> None:
        """Keep an event of dbt if it matters."""
        name = event.info.name
        if name == "PrintEvent":
            self.printed.append(event.data.msg)
        elif name in ("JinjaLogInfo", "JinjaLogDebug") and event.data.msg.startswith(READS):
            self.reading = event.data.msg[len(READS) :].rsplit(" (", 1)[0]
        elif name in ("RunningOperationCaughtError", "RunningOperationUncaughtError"):
            self.error = event.data.exc


def first_line(error: str) -> str:
    """Return what a database error says, without its surroundings."""
    lines = [line.strip() for line in error.strip().splitlines() if line.strip()]
    said = [line for line in lines if not line.startswith(("Runtime Error", "Database Error", ">"))]
    return (said or lines or ["no reason given"])[0]


def printed_by(operation: str, *options: str, manifest: Any = None) -> str:
    """Return what an operation of the project in the current folder prints.

    Raises
    ------
    RuntimeError
        When the operation fails.
    """
    from dbt.cli.main import dbtRunner

    heard = Heard()
    done = dbtRunner(manifest=manifest, callbacks=[heard]).invoke(
        ["--quiet", "--log-level", "none", "run-operation", operation, *options]
    )
    if not done.success:
        raise RuntimeError(f"{operation} failed: {heard.error or done.exception}")
    return "\n".join(heard.printed)


def run_doctor(options: Options, manifest: Any = None) -> tuple[int, str]:
    """Run the operation and return the exit code and the text to show.

    Parameters
    ----------
    options
        Where and how to look.
    manifest
        A parsed manifest of the project, which saves the parsing; else it is parsed here.
    """
    from dbt.cli.main import dbtRunner

    common = ["--project-dir", str(options.project_dir), *options.dbt]
    quiet = ["--quiet", "--log-level", "none"]
    if manifest is None:
        parsed = dbtRunner().invoke([*quiet, "parse", *common])
        if not parsed.success:
            code = MISUSE if type(parsed.exception).__name__ in PROJECT_ERRORS else NOT_READY
            return code, f"dbt cannot read the project:\n{parsed.exception}"
        manifest = parsed.result
    if not any(key.endswith(".covey_doctor") for key in manifest.macros):
        return MISUSE, (
            f"{options.project_dir} has no covey: name it in packages.yml and run `dbt deps`."
        )

    unreadable: dict[str, str] = {}
    while True:
        arguments = {
            "schemas": list(options.schemas),
            "sample_rows": options.sample_rows,
            "unreadable": unreadable,
        }
        heard = Heard()
        done = dbtRunner(manifest=manifest, callbacks=[heard]).invoke(
            [*quiet, "run-operation", "covey_doctor", "--args", json.dumps(arguments), *common]
        )
        if done.success and heard.printed:
            report = "\n".join(heard.printed)
            verdict = report.rstrip().splitlines()[-1]
            return (READY if verdict.startswith("Ready") else NOT_READY), report
        error = heard.error or str(done.exception)
        if heard.reading is None or heard.reading in unreadable:
            return NOT_READY, f"dbt could not run the operation:\n{error}"
        unreadable[heard.reading] = first_line(error)
