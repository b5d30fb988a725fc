"""The models of consent and segmentation parse in the SQL of every warehouse that covey names."""

from __future__ import annotations

import pytest
import sqlglot
import yaml
from conftest import ROOT
from rendering import Renderer, models_of
from sqlglot import exp

WAREHOUSES = ("bigquery", "databricks", "postgres", "redshift", "snowflake", "spark", "trino")
FEATURES = ["recency_days", "monetary", "open_rate"]
VARS = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]["covey"]
MODELS = models_of(
    [
        "models/intermediate/consents",
        "models/segmentation",
        "models/marts/segments",
        "models/marts/personas",
        "models/marts/privacy",
        "models/marts/products",
        "models/marts/segments",
        "models/marts/tactics",
        "models/marts/triggers",
        "models/activation",
    ]
)
# What sqlglot reads in any dialect, and only DuckDB runs.
FOREIGN = (exp.Comprehension, exp.Lambda, exp.PropertyEQ, exp.Command)


def texts_for(warehouse: str) -> dict[str, str]:
    """Render each model, and what an incremental run adds."""
    # dbt's own list of vars is not there to look defaults up in.
    macros = {
        "feature_names": lambda: FEATURES,
        "recommendation_settings": lambda: VARS["covey_recommendations"],
        "trigger_settings": lambda: VARS["covey_triggers"],
    }
    first = Renderer(warehouse, macros=macros)
    later = Renderer(warehouse, macros=macros, is_incremental=True)
    incremental = [
        "models/segmentation/scored_customers.sql",
        "models/marts/triggers/customer_triggers.sql",
    ]
    hooks = ["forget_scores", "forget_triggers", "cancel_triggers", "expire_triggers"]
    return {
        **{path: first.model(path) for path in MODELS},
        **{f"{path}, incremental": later.model(path) for path in incremental},
        **{hook: later.render(f"{{{{ covey.{hook}() }}}}") for hook in hooks},
    }


def foreign_in(text: str, warehouse: str) -> list[str]:
    """Parse one statement and name what the warehouse does not know."""
    (parsed,) = sqlglot.parse(text, dialect=warehouse)
    assert parsed is not None
    return [node.sql(dialect="duckdb") for node in parsed.find_all(*FOREIGN)]


@pytest.mark.parametrize("warehouse", WAREHOUSES)
def test_models_parse(warehouse: str) -> None:
    for path, text in texts_for(warehouse).items():
        assert foreign_in(text, warehouse) == [], path


def test_lists_of_duckdb_would_be_seen() -> None:
    renderer = Renderer("duckdb", macros={"feature_names": lambda: FEATURES})
    text = renderer.model("models/segmentation/scored_customers.sql")
    assert foreign_in(text, "duckdb")
    with pytest.raises(sqlglot.errors.ParseError):
        sqlglot.parse("select distinct a union select b", dialect="bigquery")
