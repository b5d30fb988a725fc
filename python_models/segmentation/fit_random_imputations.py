"""One row per segmentation: how much its segments owe to the values filled in for missing ones."""

from covey.segmentation import measure_imputation_sensitivity


def model(dbt, session):
    dbt.config(materialized="incremental", unique_key="segmentation", schema="segmentation")
    sample = dbt.ref("feature_sample").df()
    catalog = dbt.ref("int_feature_catalog").df()
    candidates = dbt.ref("fit_segmentation_candidates").df()
    # What was fitted on the same customers with the same settings is not fitted again.
    previous = session.sql(f"from {dbt.this}").df() if dbt.is_incremental else None
    options = dbt.config.get("segmentations")
    return measure_imputation_sensitivity(sample, catalog, candidates, options, previous)
