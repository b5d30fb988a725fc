"""One row per CRM record, as it was compared, and per pair of them that may be one person."""

from covey.matching import update_matches


def model(dbt, session):
    dbt.config(
        materialized="incremental",
        unique_key="matching",
        on_schema_change="append_new_columns",
        schema="personal",
    )
    records = dbt.ref("int_identity_records").to_arrow_table()
    parameters = dbt.ref("fit_identity_matching").df()
    least_probability = float(dbt.config.get("least_probability"))
    # Two records that are as they were are not compared again.
    previous = session.sql(f"from {dbt.this}").to_arrow_table() if dbt.is_incremental else None
    return update_matches(
        records, parameters, least_probability=least_probability, previous=previous
    )
