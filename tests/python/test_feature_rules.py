"""Every rule of the catalog at once: SQL and numpy, and what is listed, on the bundled data."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from conftest import Project

from covey.segmentation import assign_segments
from covey.segmentation.catalog import GROUP_COLUMNS

RULES = {
    # feature: missing_rule, missing_group, outlier_rule, outlier_bound, outlier_action
    "recency_days": ("model", None, "robust_z", 1.5, "flag"),
    "average_order_value": ("model", None, "iqr", 1.5, "winsorise"),
    "order_count": ("group_median", "country", "robust_z", 3.5, "winsorise"),
    "monetary": ("group_median", "rfm_segment", "none", None, "winsorise"),
    "session_count": ("indicator", None, "iqr", 3.0, "flag"),
    "pages_per_session": ("indicator", None, "robust_z", 2.0, "winsorise"),
    "discount_share": ("group_median", "top_category", "quantile", None, "flag"),
    "open_rate": ("group_median", "acquisition_channel", "iqr", 1.5, "winsorise"),
    "click_rate": ("median", None, "quantile", None, "winsorise"),
    "store_visit_count": ("zero", None, "robust_z", 3.5, "winsorise"),
}
CHANGE = """
    update covey_seeds.feature_catalog set
        missing_rule = $missing_rule,
        missing_group = $missing_group,
        outlier_rule = $outlier_rule,
        outlier_bound = $outlier_bound,
        outlier_action = $outlier_action
    where feature = $feature
"""
SETTINGS = {
    "behaviour": {"k": 4, "k_max": 4, "bootstrap_runs": 0, "null_test": False},
    "value": {"k": 3, "k_max": 3, "bootstrap_runs": 0, "null_test": False},
}


@pytest.fixture(scope="module")
def ruled(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return the segmentation with a rule of each kind and a tenth of the values missing."""
    project = built.copy(tmp_path_factory.mktemp("ruled"))
    names = "missing_rule", "missing_group", "outlier_rule", "outlier_bound", "outlier_action"
    with duckdb.connect(str(project.database)) as connection:
        for feature, values in RULES.items():
            connection.execute(CHANGE, dict(zip(names, values, strict=True)) | {"feature": feature})
            connection.execute(
                f"""
                update covey_segmentation.feature_matrix set {feature} = null
                where hash(customer_key || '{feature}') % 10 = 0
                """
            )
    project.dbt(
        "run",
        "--select",
        "feature_sample+",
        "feature_outliers",
        "--exclude",
        "path:models/marts",
        "path:models/activation",
        "path:python_models/marts",
        variables={"covey_segmentations": SETTINGS, "covey_outlier_review_share": 0.02},
    )
    return project


def frame(project: Project, sql: str) -> pd.DataFrame:
    with duckdb.connect(str(project.database), read_only=True) as connection:
        return connection.execute(sql).df()


def test_sql_and_numpy_agree_on_every_customer_whatever_the_rules(ruled: Project) -> None:
    matrix = frame(
        ruled,
        """
        select * exclude (as_of_date)
        from covey_segmentation.feature_matrix
        inner join covey_segmentation.customer_groups using (customer_key)
        """,
    )
    parameters = frame(ruled, "from covey_segmentation.segment_model_parameters")
    used = set(parameters["parameter"])
    assert {"group_median", "regression_coefficient", "flag_lower"} <= used
    assert {"session_count__missing", "pages_per_session__missing"} <= set(parameters["feature"])
    scored = frame(ruled, "select * exclude (as_of_date) from covey_segmentation.customer_segments")
    expected = assign_segments(matrix, parameters)
    both = scored.merge(expected, on=["segmentation", "customer_key"], suffixes=("", "_numpy"))
    assert len(both) == len(scored) == len(expected) == 2 * len(matrix)
    assert (both["segment_id"] == both["segment_id_numpy"])[both["margin"] > 1e-7].all()
    for column in ["probability", "distance", "margin"]:
        np.testing.assert_allclose(both[column], both[f"{column}_numpy"], rtol=0, atol=1e-6)


def test_outliers_are_listed_with_the_bounds_of_the_model(ruled: Project) -> None:
    parameters = frame(ruled, "from covey_segmentation.segment_model_parameters")
    matrix = frame(ruled, "from covey_segmentation.feature_matrix").set_index("customer_key")
    listed = frame(ruled, "from covey_segmentation.feature_outliers")
    bounds = parameters.pivot_table(
        index=["segmentation", "feature", "term"], columns="parameter", values="value"
    ).reset_index()
    expected = 0
    for row in bounds.loc[bounds["term"].isin(["quantile", "robust_z", "iqr"])].to_dict("records"):
        is_flag = np.isnan(row["clip_lower"])
        low = row["flag_lower"] if is_flag else row["clip_lower"]
        high = row["flag_upper"] if is_flag else row["clip_upper"]
        values = matrix[row["feature"]]
        mine = listed.loc[
            (listed["segmentation"] == row["segmentation"]) & (listed["feature"] == row["feature"])
        ]
        assert set(mine["customer_key"]) == set(values[(values < low) | (values > high)].index)
        assert (mine["is_winsorised"] != is_flag).all()
        expected += len(mine)
    assert len(listed) == expected > 100
    assert set(listed["outlier_rule"]) == {"quantile", "robust_z", "iqr"}
    assert set(listed["is_winsorised"]) == {True, False}


def test_the_share_asked_for_is_listed_for_review(built: Project, ruled: Project) -> None:
    sql = "select count(*), max(review_rank) from covey_segmentation.customer_outlier_reviews"
    for project, share in [(built, 0.01), (ruled, 0.02)]:
        ((customers,),) = project.query("select count(*) from covey_segmentation.feature_matrix")
        assert project.query(sql) == [(round(customers * share), round(customers * share))]


def test_nobody_is_listed_where_the_share_is_nought(built: Project, tmp_path: Path) -> None:
    project = built.copy(tmp_path)
    selected = "run", "--select", "score_outliers", "customer_outlier_reviews"
    project.dbt(*selected, variables={"covey_outlier_review_share": 0})
    assert project.query("select count(*) from covey_segmentation.score_outliers") == [(0,)]
    assert project.query("from covey_segmentation.customer_outlier_reviews") == []


def test_the_segments_of_the_bundled_data_do_not_hang_on_what_is_missing(built: Project) -> None:
    rows = built.query("select verdict, min_ari from covey_segmentation.imputation_sensitivity")
    assert len(rows) == 2
    for verdict, lowest in rows:
        assert verdict == "stable"
        assert lowest > 0.9


def test_sql_and_the_library_know_the_same_groups(built: Project) -> None:
    columns = built.query(
        """
        select column_name from information_schema.columns
        where table_schema = 'covey_segmentation' and table_name = 'customer_groups'
        """
    )
    assert {name for (name,) in columns} == {"customer_key", *GROUP_COLUMNS}
