"""One row per segmentation, algorithm and number of segments: how good that candidate is."""

from covey.segmentation import evaluate_candidates


def model(dbt, session):
    dbt.config(materialized="table", schema="segmentation")
    sample = dbt.ref("feature_sample").df()
    catalog = dbt.ref("feature_catalog").df()
    return evaluate_candidates(sample, catalog, dbt.config.get("segmentations"))
