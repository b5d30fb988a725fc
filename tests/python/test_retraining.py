"""Models of the bundled data through time: what a later or an earlier day, a full refresh, other
settings and a pinned model make of them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from conftest import Project
from sklearn.metrics import adjusted_rand_score

from covey.segmentation import (
    assign_segments,
    evaluate_candidates,
    fit_segment_models,
    models_in_use,
    register_segment_models,
)

DAY_ONE = date(2026, 6, 30)
LOGS = ["fit_segmentation_candidates", "fit_segment_models", "fit_random_imputations"]
FACES = ["segment_models", "segment_events", "segment_model_parameters", "customer_segments"]
BEHAVIOUR = "from covey_segmentation.segment_models where segmentation = 'behaviour'"


@pytest.fixture(scope="module")
def project(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    return built.copy(tmp_path_factory.mktemp("retrained"))


def tables(project: Project, names: list[str]) -> dict[str, list[tuple[Any, ...]]]:
    return {name: project.query(f"from covey_segmentation.{name} order by all") for name in names}


def run(project: Project, *words: str, **variables: Any) -> None:
    names = [*LOGS, *FACES, "fit_segmentation_candidates+,+customer_segments"]
    project.dbt(*words, "--select", *names, variables=variables or None)


def change(project: Project, day: date, *statements: str) -> None:
    """Set the last day that counts, and what the data are then."""
    with duckdb.connect(str(project.database)) as connection:
        for dated in (
            "covey_intermediate.int_as_of",
            "covey_features.customer_features",
            "covey_segmentation.feature_matrix",
        ):
            connection.execute(f"update {dated} set as_of_date = ?", [day])
        for table in ("feature_sample", "feature_matrix"):
            for statement in statements:
                connection.execute(f"update covey_segmentation.{table} set {statement}")


def test_models_through_time(built: Project, project: Project) -> None:
    first = tables(built, [*LOGS, *FACES])
    [(champion,)] = built.query(f"select model_id {BEHAVIOUR}")

    # Three weeks later with nearly the same data, in a full refresh, nothing is due.
    change(project, DAY_ONE + timedelta(days=21), "site_minutes = site_minutes * 1.01")
    run(project, "run", "--full-refresh")
    same = tables(project, [*LOGS, *FACES[:-1]])
    assert {name for name in same if same[name] != first[name]} == set()

    # A month later people spend half as much again: fitted again, and the ids live on.
    month_later = DAY_ONE + timedelta(days=31)
    change(
        project,
        month_later,
        "monetary = monetary * 1.5",
        "average_order_value = 1.5 * average_order_value",
    )
    run(project, "build", "--indirect-selection", "cautious")
    rows = project.query(
        "select status, is_in_use, promoted_as_of, champion_ari, reason "
        f"{BEHAVIOUR} order by model_number"
    )
    assert [row[:3] for row in rows] == [
        ("retired", False, DAY_ONE),
        ("champion", True, month_later),
    ]
    assert rows[1][3] > 0.9
    assert "drifted: stability index" in rows[1][4]
    assert project.query("""
        select change_number, event_type, cause, as_of_date, count(distinct segment_id)
        from covey_segmentation.segment_events
        where segmentation = 'behaviour'
        group by all
        order by all
    """) == [
        (1, "created", "first model", DAY_ONE, 7),
        (2, "kept", "promoted", month_later, 7),
    ]
    [(kept_share,)] = project.query(f"""
        attach '{built.database}' as built (read_only);
        select avg(case when one.segment_id = other.segment_id then 1 else 0 end)
        from built.covey_segmentation.customer_segments as one
        inner join covey_segmentation.customer_segments as other
            using (segmentation, customer_key)
        where segmentation = 'behaviour'
    """)
    assert kept_share > 0.95

    # As of an earlier day nothing is fitted, whatever the settings; nor is anything forgotten.
    second = tables(project, [*LOGS[:2], *FACES[:3]])
    change(project, DAY_ONE - timedelta(days=30), "order_count = order_count + 3")
    other = {"behaviour": {"k": 4}, "value": {"k_max": 6}}
    run(project, "run", "--full-refresh", covey_retrain="always", covey_segmentations=other)
    assert tables(project, list(second)) == second

    # Back to the first model by its id.
    pinned = {"behaviour": {"model": champion}, "value": {"k_max": 6}}
    run(project, "run", covey_segmentations=pinned)
    assert project.query(f"select status, is_in_use {BEHAVIOUR} order by model_number") == [
        ("retired", True),
        ("champion", False),
    ]
    labelled = "select distinct model_id from covey_segmentation.customer_segments order by all"
    assert (champion,) in project.query(labelled)


@pytest.mark.parametrize("algorithm", ["kmeans", "gaussian_mixture"])
def test_an_update_stays_near_a_full_refit(built: Project, algorithm: str) -> None:
    """Half of the customers make the model; the others, who spend a tenth more, move it."""
    with duckdb.connect(str(built.database), read_only=True) as connection:
        everybody = connection.sql("from covey_segmentation.feature_sample order by all").df()
        catalog = connection.sql("from covey_features.int_feature_catalog").df()
    settings = {
        "behaviour": {
            "algorithms": [algorithm],
            "covariances": ["diag"],
            **{"k": 7, "k_min": 7, "k_max": 7, "n_init": 3},
            **{"bootstrap_runs": 0, "null_test": False},
        }
    }
    is_new = np.arange(len(everybody)) % 2 == 1
    later = DAY_ONE + timedelta(days=31)
    everybody["last_active_date"] = np.where(is_new, later, DAY_ONE)
    everybody["monetary"] *= np.where(is_new, 1.1, 1.0)
    registered: pd.DataFrame | None = None
    candidates: pd.DataFrame | None = None
    for matrix, day in ((everybody.loc[~is_new], DAY_ONE), (everybody, later)):
        candidates = evaluate_candidates(
            matrix, catalog, settings, candidates, as_of=day, retrain="update"
        )
        registered = register_segment_models(
            matrix, catalog, candidates, settings, registered, as_of=day, retrain="update"
        )
    assert registered is not None
    assert list(registered.loc[registered["feature"] == "status", "term"]) == [
        "retired",
        "champion",
    ]
    refit = fit_segment_models(
        everybody, catalog, evaluate_candidates(everybody, catalog, settings), settings
    )
    labels = [
        assign_segments(everybody, model)["segment_id"]
        for model in (models_in_use(registered), refit)
    ]
    assert adjusted_rand_score(*labels) >= 0.95


MISTAKES: list[tuple[dict[str, Any], str]] = [
    (
        {"covey_retrain": "allways"},
        "covey_retrain must be one of auto, always, never, update, and is allways. "
        'Did you mean "always"?',
    ),
    (
        {"covey_segmentations": {"behaviour": {"model": "behaviour-0"}}},
        "model is 'behaviour-0', which is not registered",
    ),
]


@pytest.mark.parametrize(("variables", "said"), MISTAKES)
def test_mistakes_are_named(
    built: Project, tmp_path: Path, variables: dict[str, Any], said: str
) -> None:
    done = built.copy(tmp_path).dbt(
        "run", "--select", "fit_segment_models", variables=variables, ok=False
    )
    assert said in " ".join(done.stdout.split())
