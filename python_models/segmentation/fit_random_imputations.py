"""One row per segmentation: how much its segments owe to the values filled in for missing ones."""

from covey.segmentation import measure_imputation_sensitivity


def model(dbt, session):
    dbt.config(materialized="table", schema="segmentation")
    # A full refresh, too, finds the table as the last run left it.
    place = f"table_schema = '{dbt.this.schema}' and table_name = '{dbt.this.identifier}'"
    exists = session.sql(f"from information_schema.tables where {place}").fetchall()
    return measure_imputation_sensitivity(
        dbt.ref("feature_sample").df(),
        dbt.ref("int_feature_catalog").df(),
        dbt.ref("fit_segmentation_candidates").df(),
        dbt.config.get("segmentations"),
        session.sql(f"from {dbt.this}").df() if exists else None,
    )
