"""One row per segmentation, rule and segment that its customers are really in."""

from covey.explanation import fit_segment_rules


def model(dbt, session):
    dbt.config(materialized="table", schema="marts")
    customers = dbt.ref("int_segments_sampled").df()
    catalog = dbt.ref("int_feature_catalog").df()
    options = dbt.config.get("segmentations")
    return fit_segment_rules(customers, catalog, options, min_leaf=dbt.config.get("min_group_size"))
