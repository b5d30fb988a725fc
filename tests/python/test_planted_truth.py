"""The segments, identities and carts against what the generator planted in the bundled data."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, Project
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import adjusted_rand_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from covey.cli import main
from covey.segmentation import assign_segments

TRUTH = ROOT / "data" / "demo" / "truth"

SEEDS = [int(seed) for seed in os.environ.get("COVEY_PLANTED_SEEDS", "").split(",") if seed]
"""Other seeds of the generator that the segments are held to the truth on: a build each."""

KNOWN_PEOPLE = """
    select
        identities.customer_key,
        min(people.planted_segment) as planted_segment
    from '{truth}/people.parquet' as people
    inner join covey_personal.identities as identities
        on
            identities.id_type = 'customer_id'
            and people.source_system = identities.source_system
            and people.customer_id = identities.id_value
    group by identities.customer_key
    having count(distinct people.person_id) = 1
"""


def read_labelled(project: Project, truth: Path) -> pd.DataFrame:
    """Return features, planted and found segment of each customer with a planted segment."""
    import duckdb

    with duckdb.connect(str(project.database), read_only=True) as connection:
        return connection.execute(
            f"""
            with people as ({KNOWN_PEOPLE.format(truth=truth)})
            select
                feature_matrix.* exclude (as_of_date),
                people.planted_segment,
                customer_segments.segment_id
            from people
            inner join covey_segmentation.feature_matrix as feature_matrix
                on people.customer_key = feature_matrix.customer_key
            inner join covey_segmentation.customer_segments as customer_segments
                on people.customer_key = customer_segments.customer_key
            where
                customer_segments.segmentation = 'behaviour'
                and people.planted_segment is not null
            order by feature_matrix.customer_key
            """
        ).df()


def supervised_ceiling(labelled: pd.DataFrame) -> float:
    """Return the adjusted Rand index of a classifier that was told the truth, cross-validated."""
    features = labelled.drop(columns=["customer_key", "planted_segment", "segment_id"])
    features = features.fillna(features.median())
    model = RandomForestClassifier(300, min_samples_leaf=2, random_state=0, n_jobs=2)
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    predicted = cross_val_predict(model, features, labelled["planted_segment"], cv=folds)
    return float(adjusted_rand_score(labelled["planted_segment"], predicted))


def hold_to_truth(labelled: pd.DataFrame, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Compare found with planted segments; `name` is of the data."""
    ceiling = supervised_ceiling(labelled)
    found = adjusted_rand_score(labelled["planted_segment"], labelled["segment_id"])
    rare = rare_overlap(labelled)
    with capsys.disabled():
        print(f"\n{name}: ARI {found:.4f}, ceiling {ceiling:.4f}, rare segment {rare:.3f}")
    assert 0.90 <= ceiling <= 0.98
    assert found >= 0.97 * ceiling
    assert rare > 0.8


def test_planted_segments_are_recoverable_but_not_trivial(
    built: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    labelled = read_labelled(built, TRUTH)
    shares = labelled["planted_segment"].value_counts(normalize=True)
    assert shares.min() < 0.03
    hold_to_truth(labelled, "bundled data", capsys)


@pytest.mark.parametrize("seed", SEEDS)
def test_planted_segments_are_recoverable_with_other_seeds(
    empty: Project, tmp_path: Path, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    assert main(["demo-data", "--seed", str(seed), "--out", str(data)]) == 0
    variables = empty.reading(data)
    empty.dbt("seed", variables=variables)
    selected = ["+customer_segments", "+identities"]
    empty.dbt("run", "--select", *selected, variables=variables)
    hold_to_truth(read_labelled(empty, data / "truth"), f"seed {seed}", capsys)


def rare_overlap(labelled: pd.DataFrame) -> float:
    """Return the Jaccard coefficient of the rarest planted segment and the one most like it."""
    rarest = labelled["planted_segment"].value_counts().idxmin()
    is_rare = labelled["planted_segment"] == rarest
    return max(
        float((is_rare & is_found).sum() / (is_rare | is_found).sum())
        for is_found in (
            labelled["segment_id"] == segment for segment in labelled["segment_id"].unique()
        )
    )


def test_sql_and_numpy_give_every_customer_the_same_segment(built: Project) -> None:
    import duckdb

    with duckdb.connect(str(built.database), read_only=True) as connection:
        matrix = connection.execute(
            """
            select * exclude (as_of_date)
            from covey_segmentation.feature_matrix
            inner join covey_segmentation.customer_groups using (customer_key)
            """
        ).df()
        parameters = connection.execute("from covey_segmentation.segment_model_parameters").df()
        scored = connection.execute(
            "select * exclude (as_of_date) from covey_segmentation.customer_segments"
        ).df()
    expected = assign_segments(matrix, parameters)
    both = scored.merge(expected, on=["segmentation", "customer_key"], suffixes=("", "_numpy"))
    assert len(both) == len(scored) == len(expected)
    clear = ~(both["margin"] <= 1e-9)
    assert (both["segment_id"] == both["segment_id_numpy"])[clear].all()
    for column in ["probability", "distance", "margin"]:
        np.testing.assert_allclose(both[column], both[f"{column}_numpy"], rtol=0, atol=1e-7)
    assert (both["is_outlier"] == both["is_outlier_numpy"]).mean() > 0.9999


def test_no_two_people_share_a_key_but_by_an_equal_identifier(built: Project) -> None:
    pairs = built.query(
        f"""
        select
            identities.customer_key,
            count(distinct people.person_id) as people
        from '{TRUTH}/people.parquet' as people
        inner join covey_personal.identities as identities
            on
                identities.id_type = 'customer_id'
                and people.source_system = identities.source_system
                and people.customer_id = identities.id_value
        group by identities.customer_key
        """
    )
    merged = sum(people > 1 for _, people in pairs)
    assert len(pairs) > 4000
    # One shop record in a hundred carries the telephone number of a household.
    assert merged / len(pairs) < 0.01


def test_shared_devices_and_bots_belong_to_nobody(built: Project) -> None:
    found = built.query(
        f"""
        select
            count(*) filter (where devices.person_id is null) as strangers,
            count(*) filter (where devices.is_bot) as bots,
            count(*) as devices
        from '{TRUTH}/devices.parquet' as devices
        inner join covey_personal.identities as identities
            on
                identities.id_type = 'anonymous_id'
                and devices.anonymous_id = identities.id_value
        """
    )
    strangers, bots, devices = found[0]
    assert devices > 4000
    assert bots == 0
    assert strangers / devices < 0.01


def test_every_bot_session_is_marked_and_nothing_else(built: Project) -> None:
    found = built.query(
        f"""
        select
            devices.is_bot,
            sessions.is_bot as marked,
            count(distinct sessions.session_id) as sessions
        from covey_intermediate.int_sessions as sessions
        inner join covey_personal.int_web_events_sessionized as events
            on sessions.session_id = events.session_id
        inner join '{TRUTH}/devices.parquet' as devices
            on events.anonymous_id = devices.anonymous_id
        group by all
        """
    )
    counts = {(planted, marked): sessions for planted, marked, sessions in found}
    assert counts[(True, True)] > 0
    assert counts.get((True, False), 0) == 0
    assert counts.get((False, True), 0) == 0
