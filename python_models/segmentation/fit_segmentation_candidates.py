"""One row per segmentation, part and candidate: how good that candidate is."""

import time

from covey.segmentation import evaluate_candidates


def model(dbt, session):
    dbt.config(materialized="incremental", unique_key="segmentation", schema="segmentation")
    sample = dbt.ref("feature_sample").df()
    catalog = dbt.ref("int_feature_catalog").df()
    # What was fitted on the same customers with the same settings is not fitted again.
    previous = session.sql(f"from {dbt.this}").df() if dbt.is_incremental else None
    settings = dbt.config.get("segmentations")
    return evaluate_candidates(sample, catalog, settings, previous, timer=time.perf_counter)
