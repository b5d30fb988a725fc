"""``covey backfill``: the same models as of earlier days, the earliest first.

A past day is built as every day is, with ``covey_as_of``. So all tables that are a log (they carry
the tag ``covey_history``) are written in the order in which they would have been, whatever they
hold. What carries the tag ``covey_present`` stays as the present day has it: who is who, and the
models of the segmentations, so that the past is told in the segments of today.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import yaml

from covey.doctor import printed_by

LOGS = "tag:covey_history"
PRESENT = "tag:covey_present"


class BackfillError(Exception):
    """A step of the backfill failed; what failed is the message."""


def run_backfill(
    *,
    project_dir: Path,
    variables: dict[str, Any],
    dbt: Sequence[str],
    progress: Callable[[str], None],
) -> list[str]:
    """Build the days that are missing, then everything as of the present one.

    Parameters
    ----------
    project_dir
        Folder of the dbt project.
    variables
        Vars over those of the project; ``covey_as_of`` among them is the present day.
    dbt
        Further options for dbt, such as ``("--target", "prod")``.
    progress
        Called with a line before each step.

    Returns
    -------
    list of str
        The days that were built, the earliest first, as ``2026-01-31``.

    Raises
    ------
    BackfillError
        When dbt fails; it has said why.
    """
    from dbt.cli.main import dbtRunner

    common = ["--project-dir", str(project_dir), *dbt]

    def run(step: str, *words: str, **changed: Any) -> None:
        given = json.dumps({**variables, **changed})
        done = dbtRunner().invoke(["--quiet", *words, *common, "--vars", given])
        if not done.success:
            if done.exception:
                raise BackfillError(f"{step}: {done.exception}")
            raise BackfillError(f"{step} failed; what dbt said stands above")

    # A past day is half a run: only the present one is published. Unit tests bring their own rows.
    past = {"covey_publish_path": None}
    build = ["build", "--exclude-resource-type", "unit_test"]
    progress("what the past is read from")
    words = [*build, "--select", f"+{LOGS}", "--exclude", f"{LOGS}+"]
    run("what the past is read from", *words, "--indirect-selection", "cautious", **past)
    options = [*common, "--vars", json.dumps(variables)]
    days: list[str] = json.loads(printed_by("covey_backfill_dates", *options))
    for number, day in enumerate(days, start=1):
        progress(f"{number} of {len(days)}: as of {day}")
        words = ["run", "--select", f"int_as_of+,+{LOGS}", "--exclude", PRESENT]
        run(f"as of {day}", *words, covey_as_of=day, **past)
    progress("everything, as of the present day")
    run("the present day", *build)
    return days


def parsed_variables(text: str | None) -> dict[str, Any]:
    """Return the vars of the option ``--vars``.

    Raises
    ------
    BackfillError
        When the text is not a mapping in YAML.
    """
    try:
        found = yaml.safe_load(text or "{}")
    except yaml.YAMLError as error:
        raise BackfillError(f"--vars is not YAML: {error}") from error
    if not isinstance(found, dict):
        raise BackfillError(f"--vars is not a mapping but {text!r}")
    return found
