"""One row per segmentation and customer of a sample: where they lie on two planes."""

from covey.explanation import draw_segment_maps


def model(dbt, session):
    dbt.config(
        materialized="incremental",
        unique_key="map",
        on_schema_change="append_new_columns",
        schema="marts",
    )
    customers = dbt.ref("int_segments_sampled").df()
    catalog = dbt.ref("int_feature_catalog").df()
    # The same customers stay where they are; a new map is turned to lie as the old one did.
    previous = session.sql(f"from {dbt.this}").df() if dbt.is_incremental else None
    return draw_segment_maps(customers, catalog, previous)
