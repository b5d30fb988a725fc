"""One row per parameter of the models of orders and of their values."""

from covey.lifetime import HISTORY_COLUMNS, fit_lifetime_models


def model(dbt, session):
    dbt.config(materialized="table", schema="marts")
    histories = dbt.ref("int_purchases_summed").project(", ".join(HISTORY_COLUMNS)).df()
    return fit_lifetime_models(histories, dbt.config.get("clv"))
