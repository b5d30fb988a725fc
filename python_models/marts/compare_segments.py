"""One row per segmentation, segment and feature: whether it differs by more than chance."""

from covey.explanation import COMPARISON_COLUMNS, compare_segments


def model(dbt, session):
    dbt.config(materialized="table", schema="marts")
    profiles = dbt.ref("int_segments_profiled").project(", ".join(COMPARISON_COLUMNS)).df()
    return compare_segments(profiles)
