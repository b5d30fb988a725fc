"""One row per segmentation and customer: the segment, by the models that Python applies."""

from covey.segmentation import assign_segments_as_arrow


def model(dbt, session):
    dbt.config(materialized="table", schema="segmentation")
    parameters = dbt.ref("segment_model_parameters").df()
    # Batch by batch, never a frame of all customers.
    groups = dbt.ref("customer_groups")
    matrix = dbt.ref("feature_matrix").join(groups, "customer_key").to_arrow_reader(100_000)
    return assign_segments_as_arrow(matrix, parameters, apply=dbt.config.get("apply"))
