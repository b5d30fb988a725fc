"""A past date rebuilt today gives what the day gave then."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import duckdb
from conftest import ROOT, Project

MODELS = [
    "int_as_of",
    "int_orders_resolved",
    "int_order_items_resolved",
    "int_purchases_summed",
    "int_message_days",
    "int_message_days_resolved",
    "int_messages_summed",
    "int_offline_days",
    "int_offline_days_resolved",
    "int_survey_responses_resolved",
    "path:models/intermediate/consents",
    "int_customers_profiled",
    "path:models/intermediate/sessions",
    "path:models/features",
    "fit_lifetime_models",
    "lifetime_model_parameters",
    "customer_lifetime_value",
]
COMPARED = [
    "features.customer_features",
    "features.feature_values",
    "features.ftr_customer_lifecycle",
    "marts.customer_lifetime_value",
    "marts.lifetime_model_parameters",
    "intermediate.int_sessions",
    "intermediate.int_carts",
    "intermediate.int_consents_current",
]
MOMENTS = {
    "orders": "ordered_at",
    "web_events": "least(occurred_at, coalesce(received_at, occurred_at))",
    "messages": "occurred_at",
    "offline_events": "occurred_at",
    "survey_responses": "answered_at",
    "consents": "changed_at",
}


def data_of(day: date, folder: Path) -> Path:
    """Write the bundled data as they were at the end of a day; the CRM has no past."""
    shutil.copytree(ROOT / "data" / "demo", folder)
    for name, moment in MOMENTS.items():
        file = folder / f"{name}.parquet"
        file.unlink()
        duckdb.sql(f"""
            copy (
                from '{ROOT / "data" / "demo" / file.name}'
                where cast({moment} as date) <= '{day}' or {moment} is null
            ) to '{file}'
        """)
    return folder


def test_a_past_date_is_what_it_was(built: Project, tmp_path: Path) -> None:
    def tables() -> dict[str, list[tuple[object, ...]]]:
        return {name: project.query(f"from covey_{name} order by all") for name in COMPARED}

    [(today,)] = built.query("select as_of_date from covey_intermediate.int_as_of")
    day = today - timedelta(days=150)
    project = built.copy(tmp_path)
    as_it_is = tables()
    variables = {"covey_as_of": str(day)}
    project.dbt("run", "--select", *MODELS, variables=variables)
    rebuilt = tables()
    variables |= project.reading(data_of(day, tmp_path / "data"))
    staged = [f"exceptions_{name}" for name in MOMENTS]
    project.dbt("run", "--select", *staged, "int_input_days", *MODELS, variables=variables)
    then = tables()
    for name, rows in then.items():
        assert rows, name
        assert rows != as_it_is[name], name
        assert rebuilt[name] == rows, name
