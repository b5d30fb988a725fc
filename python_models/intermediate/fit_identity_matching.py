"""One row per parameter of the matching of CRM records."""

from covey.matching import fit_matching


def model(dbt, session):
    dbt.config(
        materialized="incremental",
        unique_key="matching",
        on_schema_change="append_new_columns",
        schema="intermediate",
    )
    records = dbt.ref("int_identity_records").to_arrow_table()
    as_of_date = dbt.ref("int_as_of").project("as_of_date").fetchall()[0][0]
    # What was trained on the same fields with the same settings is not trained again.
    previous = session.sql(f"from {dbt.this}").df() if dbt.is_incremental else None
    return fit_matching(records, fitted_at_date=as_of_date, previous=previous)
