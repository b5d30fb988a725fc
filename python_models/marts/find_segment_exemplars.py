"""One row per segmentation, segment, exemplar and feature: what typical customers are like."""

from covey.explanation import find_segment_exemplars


def model(dbt, session):
    dbt.config(materialized="table", schema="marts")
    customers = dbt.ref("int_segments_sampled").df()
    catalog = dbt.ref("int_feature_catalog").df()
    return find_segment_exemplars(
        customers, catalog, min_group_size=dbt.config.get("min_group_size")
    )
