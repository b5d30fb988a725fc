"""One row per pair of CRM records that may be one person."""

from covey.matching import match_records


def model(dbt, session):
    dbt.config(materialized="table", schema="intermediate")
    records = dbt.ref("int_identity_records").to_arrow_table()
    parameters = dbt.ref("fit_identity_matching").df()
    least_probability = float(dbt.config.get("least_probability"))
    return match_records(records, parameters, least_probability=least_probability)
