"""One row per segmentation and feature: how much the segments hang on it."""

from covey.explanation import measure_feature_importance


def model(dbt, session):
    dbt.config(materialized="table", schema="marts")
    customers = dbt.ref("int_segments_sampled").df()
    return measure_feature_importance(customers, dbt.ref("int_feature_catalog").df())
