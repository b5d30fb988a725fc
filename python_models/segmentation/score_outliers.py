"""One row per customer: how easily an isolation forest tells them from the others."""

from covey.segmentation import score_outliers_as_arrow


def model(dbt, session):
    dbt.config(materialized="table", schema="segmentation")
    sample = dbt.ref("feature_sample").df()
    catalog = dbt.ref("int_feature_catalog").df()
    # Batch by batch, never a frame of all customers.
    matrix = dbt.ref("feature_matrix").to_arrow_reader(100_000)
    return score_outliers_as_arrow(sample, catalog, matrix, share=dbt.config.get("share"))
