"""One row per parameter of the chosen model of each segmentation."""

from covey.segmentation import fit_segment_models


def model(dbt, session):
    dbt.config(materialized="table", schema="segmentation")
    sample = dbt.ref("feature_sample").df()
    catalog = dbt.ref("int_feature_catalog").df()
    candidates = dbt.ref("fit_segmentation_candidates").df()
    return fit_segment_models(sample, catalog, candidates, dbt.config.get("segmentations"))
