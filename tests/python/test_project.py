"""The project as a whole: its layers, its public face, and that twice is once."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml
from conftest import ROOT, Project

# Another value for each var that SQL computes with.
OTHER_VARS: dict[str, Any] = {
    "covey_default_source_system": "crm",
    "covey_default_country": "US",
    "covey_reporting_currency": "USD",
    "covey_decimal_separator": ",",
    "covey_date_order": "mdy",
    "covey_source_timezone": "Europe/Berlin",
    "covey_earliest_date": "2025-01-01",
    "covey_latest_date": "2030-01-01",
    "covey_late_after_days": 1,
    "covey_wrong_clock": {"silent_days": 20, "max_share": 0.01},
    "covey_feature_window_days": 90,
    "covey_period": "week",
    "covey_session_timeout_minutes": 10,
    "covey_bot_events_per_minute": 5,
    "covey_session_max_events": 20,
    "covey_identity_max_records": {"email": 2, "phone": 2, "loyalty_number": 2},
    "covey_source_priority": ["store"],
    "covey_household_by": ["postal_code"],
    "covey_household_max_customers": 3,
    "covey_identity_match": {"auto_probability": 0.9},
    "covey_identity_max_per_customer": {"email": 1, "phone": 1, "nodes": 3},
    "covey_identity_device_days": 30,
    "covey_audience_valid_days": 7,
    "covey_rfm": {"bins": 4},
    "covey_lifecycle": {"new_days": 10, "own_order_days": 2, "population_gaps": 10},
    "covey_profiling_requires_consent": "always",
    "covey_clv": {"discount_rate_yearly": 0.3, "holdout_days": 60, "min_repeat_buyers": 10},
    "covey_recommendations": {"list_size": 3, "just_bought_days": 10, "gone_after_days": 10},
    "covey_primary_segmentation": "value",
    "covey_min_group_size": 2,
    "covey_segment_holdout_share": 0.5,
    "covey_holdout_salt": "other",
}

LAYERS = ["staging", "intermediate", "features", "segmentation", "marts", "activation"]


def layer(node: dict[str, Any]) -> int:
    """Return the position of a model's layer in the flow of the data."""
    return LAYERS.index(node["original_file_path"].split("/")[1])


def test_a_folder_reads_only_folders_to_its_left(built: Project) -> None:
    nodes = built.manifest()["nodes"]
    models = {key: node for key, node in nodes.items() if node["resource_type"] == "model"}
    breaches = [
        f"{node['name']} reads {models[parent]['name']}"
        for node in models.values()
        for parent in node["depends_on"].get("nodes", [])
        if parent in models and layer(models[parent]) > layer(node)
    ]
    assert breaches == []


def test_only_staging_the_profile_and_the_counts_read_inputs(built: Project) -> None:
    readers = {
        node["name"]
        for node in built.manifest()["nodes"].values()
        if any(parent.startswith("source.") for parent in node["depends_on"].get("nodes", []))
    }
    inputs = {name.removeprefix("base_") for name in readers if name.startswith("base_")}
    assert len(inputs) == 14
    assert readers == {
        *(f"base_{name}" for name in inputs),
        *(f"exceptions_{name}" for name in inputs),
        "int_input_columns_measured",
        "int_input_days",
        "int_input_values_counted",
        "assert_every_input_row_is_accounted_for",
    }


def test_public_models_have_contracts_and_descriptions(built: Project) -> None:
    nodes = built.manifest()["nodes"].values()
    public = [node for node in nodes if node["config"].get("access") == "public"]
    assert len(public) >= 17
    for node in public:
        assert node["config"]["contract"]["enforced"], node["name"]
        assert node["description"].startswith("One row per"), node["name"]
        for column in node["columns"].values():
            assert column["description"], (node["name"], column["name"])


def test_every_model_and_seed_is_described(built: Project) -> None:
    silent = [
        node["name"]
        for node in built.manifest()["nodes"].values()
        if node["resource_type"] in ("model", "seed") and not node["description"]
    ]
    assert silent == []


def test_a_second_run_changes_no_row(built: Project, tmp_path: Path) -> None:
    project = built.copy(tmp_path)
    before = built.hashes()
    logged = "from covey_marts.input_profile order by all"
    first_run = built.query(logged)
    project.dbt("run")
    assert project.hashes() == before
    assert len(before) >= 17
    # The log of the inputs grows by one run, which finds nothing that changed.
    assert set(first_run) < set(project.query(logged))
    assert project.query(
        """
        select count(*), bool_and(anomaly_verdict = 'ok' and row_count_change = 0)
        from covey_marts.input_profile
        where previous_run_id is not null
        """
    ) == [(len(first_run), True)]


def test_unit_tests_pass_whatever_the_vars(built: Project, tmp_path: Path) -> None:
    project = built.copy(tmp_path)
    project.dbt("test", "--select", "test_type:unit", variables=OTHER_VARS)
    assert len(project.statuses()) > 100


def test_yaml_files_stay_readable() -> None:
    for path in [*ROOT.glob("models/**/*.yml"), *ROOT.glob("seeds/*.yml")]:
        text = path.read_text(encoding="utf-8")
        assert yaml.safe_load(text)
        assert text.count("\n") < 300, path


def test_conventions_hold(built: Project, tmp_path: Path) -> None:
    config = (ROOT / "dbt-bouncer.yml").read_text(encoding="utf-8")
    here = tmp_path / "dbt-bouncer.yml"
    here.write_text(
        config.replace("dbt_artifacts_dir: target", f"dbt_artifacts_dir: {built.target}")
    )
    bouncer = Path(sys.executable).with_name("dbt-bouncer")
    done = subprocess.run(
        [str(bouncer), "run", "--config-file", str(here)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_a_macro_file_is_named_after_its_macro() -> None:
    for path in ROOT.glob("macros/**/*.sql"):
        public = [
            name
            for name in re.findall(r"{%-?\s*macro\s+(\w+)", path.read_text(encoding="utf-8"))
            if "__" not in name
        ]
        assert public == [path.stem], path


def test_no_file_names_a_machine_or_a_package_index() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    lock = (ROOT / "requirements.txt").read_text()
    assert "://" not in lock
    assert "index-url" not in lock
    home_folders = ("/ro" + "ot/", "/wo" + "rk/", "/ho" + "me/")
    for name in tracked:
        path = ROOT / name
        if path.suffix in {".parquet", ".png"} or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8")
        assert not any(folder in text for folder in home_folders), name
