"""One row per node of the tree of each part of each model in use."""

from covey.segmentation import draw_hierarchies


def model(dbt, session):
    dbt.config(materialized="table", schema="segmentation")
    return draw_hierarchies(dbt.ref("segment_model_parameters").df())
