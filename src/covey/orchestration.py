"""A dbt project with covey in it, as Dagster runs it; needs the extra ``covey[dagster]``.

A code location of Dagster is three lines::

    from dagster_dbt import DbtProject
    from covey.orchestration import definitions

    defs = definitions(DbtProject("."), database="warehouse.duckdb")

Each model and seed is an asset and each data test an asset check. Two schedules and a sensor build
them all: daily, weekly with models fitted again, and whenever a model is old or its data drifted.
"""

import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pandas as pd
from dagster_dbt import DagsterDbtTranslator, DbtCliResource, DbtProject, dbt_assets
from pydantic import Field

from covey.segmentation import due_segmentations

POOL = "covey_warehouse"
"""Concurrency pool of the runs; DuckDB takes one writer at a time."""

RETRAIN = {"covey_retrain": "always"}
"""Vars of a run that fits the models again."""

FITS = "fit_segmentation_candidates"
"""Model that remembers the last fits; its config holds the settings of the segmentations."""


class DbtVars(dg.Config):
    """Vars over those of the project."""

    variables: dict[str, Any] = Field(default={}, description="As after --vars of dbt.")


class LayerTranslator(DagsterDbtTranslator):
    """Groups the assets by the folders of the models."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Return the layer of a model, or ``seeds``."""
        kind, fqn = dbt_resource_props["resource_type"], dbt_resource_props["fqn"]
        return str(fqn[1]) if kind == "model" and len(fqn) > 2 else f"{kind}s"


def attach_tests(manifest: dict[str, Any]) -> None:
    """Attach each test of several models to the last of them in the flow of the data.

    dagster-dbt makes a test an asset check of the model that it is attached to, and asks the meta
    of a singular test of several models which one that is.
    """
    nodes, parents = manifest["nodes"], manifest["parent_map"]
    depths: dict[str, int] = {}

    def depth(key: str) -> int:
        if key not in depths:
            depths[key] = 1 + max((depth(parent) for parent in parents.get(key, [])), default=0)
        return depths[key]

    for unique_id, node in nodes.items():
        if node["resource_type"] != "test" or node.get("attached_node"):
            continue
        read = [
            key
            for key in parents[unique_id]
            if key in nodes and nodes[key]["config"]["materialized"] != "ephemeral"
        ]
        if read and len(parents[unique_id]) > 1:
            last = nodes[max(read, key=lambda key: (depth(key), key))]
            meta = node["config"].setdefault("meta", {})
            meta.setdefault(
                "dagster", {"ref": {"name": last["name"], "package": last["package_name"]}}
            )


def unwell(database: Path, manifest: Mapping[str, Any]) -> tuple[date | None, dict[str, str]]:
    """Judge the models of a warehouse as ``covey_retrain: auto`` would.

    Parameters
    ----------
    database
        DuckDB file that dbt built; opened read-only.
    manifest
        Manifest of dbt: where the tables lie, and the var ``covey_segmentations``.

    Returns
    -------
    date or None
        Last day of the data.
    dict of str
        Segmentation -> why its model is to be fitted again.
    """
    read = {
        node["name"]: node
        for node in manifest["nodes"].values()
        if node["name"] in ("feature_sample", "int_feature_catalog", "int_as_of", FITS)
    }
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = {
            name: connection.execute(f'from "{node["schema"]}"."{node["alias"]}"').df()
            for name, node in read.items()
        }
    as_of = tables["int_as_of"]["as_of_date"].iloc[0]
    day = None if pd.isna(as_of) else as_of.date()
    return day, due_segmentations(
        tables["feature_sample"],
        tables["int_feature_catalog"],
        read[FITS]["config"]["segmentations"],
        tables[FITS],
        as_of=day,
    )


def definitions(
    project: DbtProject,
    *,
    database: str | Path,
    daily: str = "0 5 * * 1-6",
    weekly: str = "0 5 * * 0",
    timezone: str = "UTC",
) -> dg.Definitions:
    """Return the assets, checks, jobs, schedules and the sensor of a dbt project.

    Parameters
    ----------
    project
        The dbt project: covey itself, or one that installs it. It must have been parsed.
    database
        DuckDB file that the project builds, for the sensor.
    daily, weekly
        Cron expressions: of the days without, and of the day with models fitted again.
    timezone
        Time zone of both, as in the IANA database.
    """
    # The dbt of this environment, which covey is installed in, whatever the PATH leads to.
    executable = shutil.which("dbt", path=os.path.dirname(sys.executable)) or "dbt"
    project.prepare_if_dev()
    manifest = json.loads(project.manifest_path.read_text(encoding="utf-8"))
    attach_tests(manifest)

    @dbt_assets(
        manifest=manifest,
        project=project,
        name="covey",
        pool=POOL,
        dagster_dbt_translator=LayerTranslator(),
    )
    def covey(
        context: dg.AssetExecutionContext, dbt: DbtCliResource, config: DbtVars
    ) -> Iterator[Any]:
        given = ["--vars", json.dumps(config.variables)] if config.variables else []
        yield from dbt.cli(["build", *given], context=context).stream()

    everything = dg.AssetSelection.assets(covey)
    fitted_again = dg.RunConfig(ops={"covey": DbtVars(variables=RETRAIN)})
    build = dg.define_asset_job("covey_build", everything)
    retrain = dg.define_asset_job("covey_retrain", everything, config=fitted_again)

    @dg.sensor(name="covey_model_health", job=retrain, minimum_interval_seconds=3600)
    def model_health() -> dg.RunRequest | dg.SkipReason:
        try:
            as_of, found = unwell(Path(database), manifest)
        except (duckdb.IOException, duckdb.CatalogException) as error:
            # A run has the file open, or there was none yet.
            return dg.SkipReason(f"the warehouse cannot be read now: {error}")
        if not found:
            return dg.SkipReason(f"as of {as_of} no model is old, and no feature has drifted")
        # A run that fails, or changes nothing, is not asked for again before the data move on.
        return dg.RunRequest(
            run_key=f"{as_of} {' '.join(sorted(found))}",
            tags={f"covey/{name}": reason for name, reason in found.items()},
        )

    return dg.Definitions(
        assets=[covey],
        jobs=[build, retrain],
        schedules=[
            dg.ScheduleDefinition(
                name="covey_daily", job=build, cron_schedule=daily, execution_timezone=timezone
            ),
            dg.ScheduleDefinition(
                name="covey_weekly", job=retrain, cron_schedule=weekly, execution_timezone=timezone
            ),
        ],
        sensors=[model_health],
        resources={"dbt": DbtCliResource(project_dir=project, dbt_executable=executable)},
    )
