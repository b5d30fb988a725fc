"""The explanations of the bundled data, as the warehouse has them."""

from __future__ import annotations

import re

import duckdb
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, Project

from covey.explanation import compare_segments, permutation_moments

KEY = ["segmentation", "segment_id", "feature"]
PAGE = (ROOT / "docs" / "read-your-segments.md").read_text(encoding="utf-8")


def frame(built: Project, sql: str) -> pd.DataFrame:
    with duckdb.connect(str(built.database), read_only=True) as connection:
        return connection.sql(sql).df()


def test_every_segmentation_is_explained(built: Project) -> None:
    expected = built.query("select distinct segmentation from covey_segmentation.customer_segments")
    for table in (
        "segment_profiles",
        "segment_feature_importance",
        "segment_rules",
        "segment_rule_sets",
        "segment_rule_fidelity",
        "segment_map",
        "segment_exemplars",
    ):
        found = built.query(f"select distinct segmentation from covey_marts.{table}")
        assert sorted(found) == sorted(expected), table


def test_the_case_of_the_rules_is_the_rules_on_every_customer(built: Project) -> None:
    sets = built.query("select segmentation, sql_case, fidelity from covey_marts.segment_rule_sets")
    for segmentation, case, fidelity in sets:
        rules = built.query(f"""
            select segment_id, sql_condition
            from covey_marts.segment_rules
            where segmentation = '{segmentation}'
        """)
        holds = " + ".join(f"coalesce(({condition})::integer, 0)" for _, condition in rules)
        named = " ".join(f"when {condition} then '{segment}'" for segment, condition in rules)
        found = built.query(f"""
            select
                bool_and(({holds}) = 1),
                bool_and(({case}) = case {named} end),
                avg((({case}) = segment_id)::integer)
            from covey_features.customer_features
            inner join covey_segmentation.customer_segments using (customer_key, as_of_date)
            where segmentation = '{segmentation}'
        """)
        one_each, is_same, agreement = found[0]
        assert (one_each, is_same) == (True, True)
        # The holdout is a sample of these customers.
        assert agreement == pytest.approx(fidelity, abs=0.03)
        assert agreement > 0.9


def test_profiles_are_what_the_library_makes_of_the_values(built: Project) -> None:
    profiles = frame(built, "from covey_marts.segment_profiles").sort_values(KEY)
    catalog = frame(built, "from covey_features.int_feature_catalog").set_index("feature")
    rows = []
    for segmentation in profiles["segmentation"].unique():
        customers = frame(
            built,
            f"""
            from covey_segmentation.customer_segments
            inner join covey_segmentation.feature_matrix using (customer_key)
            where segmentation = '{segmentation}'
            """,
        )
        mine = profiles.loc[profiles["segmentation"] == segmentation]
        for segment, feature in mine[["segment_id", "feature"]].itertuples(index=False):
            values = customers[feature].to_numpy(dtype="float64", na_value=np.nan)
            is_inside = (customers["segment_id"] == segment).to_numpy()
            is_log = catalog.loc[feature, "transform"] != "identity"
            moments = permutation_moments(values, is_inside, is_log=bool(is_log))
            deviation = np.nanstd(values[is_inside])
            key = {"segmentation": segmentation, "segment_id": segment, "feature": feature}
            rows.append({**key, **moments, "deviation": deviation})
    expected = pd.DataFrame(rows).sort_values(KEY)
    tested = compare_segments(expected).sort_values(KEY)
    assert len(expected) == len(profiles) > 500
    assert (profiles["customers"].to_numpy() == expected["customers"].to_numpy()).all()
    for column, values, error in (
        ("test_z", expected["test_z"], 1e-3),
        ("p_value", tested["p_value"], 1e-5),
        ("q_value", tested["q_value"], 1e-5),
    ):
        assert profiles[column].to_numpy() == pytest.approx(
            values.to_numpy(), rel=error, abs=error, nan_ok=True
        ), column
    assert profiles["standard_deviation"].to_numpy() == pytest.approx(
        expected["deviation"].to_numpy(), rel=1e-3, abs=1e-3
    )
    is_sure = profiles["q_value"].to_numpy() < 0.0499
    assert profiles["is_significant"].to_numpy()[is_sure].all()


def test_what_took_no_part_differs_less_often(built: Project) -> None:
    shares = dict(
        built.query("""
            select is_segmented_by, avg(is_significant::integer)
            from covey_marts.segment_profiles
            group by all
        """)
    )
    assert shares[True] > 0.9
    assert 0.2 < shares[False] < shares[True]


def test_an_exemplar_lies_between_the_quartiles_of_its_segment(built: Project) -> None:
    found = built.query("""
        select avg((typical_value between quartile_1 * 0.95 and quartile_3 * 1.05)::integer)
        from covey_marts.segment_exemplars
        inner join covey_marts.segment_profiles using (segmentation, segment_id, feature)
        where typical_value is not null
    """)
    assert found[0][0] > 0.9


def test_the_map_names_no_person(built: Project) -> None:
    columns = {name for (name, *_) in built.query("describe covey_marts.segment_map")}
    assert columns == {
        "segmentation",
        "customer_key",
        "segment_id",
        "pca_x",
        "pca_y",
        "tsne_x",
        "tsne_y",
        "pca_variance_share",
    }
    assert "customer_key" not in {
        name for (name, *_) in built.query("describe covey_marts.segment_exemplars")
    }


def test_the_queries_of_the_page_run_and_find_something(built: Project) -> None:
    queries = re.findall(r"```sql\n(.*?)```", PAGE, flags=re.DOTALL)
    assert len(queries) >= 7
    for query in queries:
        assert built.query(query), query
