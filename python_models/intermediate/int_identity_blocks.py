"""One row per blocking rule of the matching: what it compares, and what it leaves out."""

from covey.matching import count_blocks


def model(dbt, session):
    dbt.config(materialized="table", schema="intermediate")
    records = dbt.ref("int_identity_records").to_arrow_table()
    parameters = dbt.ref("fit_identity_matching").df()
    return count_blocks(records, parameters)
