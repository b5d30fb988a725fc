"""One row per history of orders and horizon: the orders to come of a customer who is alive."""

from covey.lifetime import predict_orders_if_alive


def model(dbt, session):
    dbt.config(materialized="table", schema="marts")
    histories = dbt.ref("int_purchases_summed")
    ages = histories.project("fit, repeat_count, age_days").distinct().df()
    parameters = dbt.ref("fit_lifetime_models").df()
    return predict_orders_if_alive(ages, parameters, dbt.config.get("clv"))
