"""The marts of lifetime value: SQL against the library, what happens when data or models fail."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from conftest import Project

from covey.lifetime import (
    BG_NBD,
    HORIZONS_DAYS,
    MBG_NBD,
    ORDER_MODELS,
    OrderModel,
    conditional_expected_orders,
    discount_steps,
    expected_order_value,
    order_models,
    probability_alive,
    value_model,
)

REBUILT = ("run", "--select", "int_purchases_summed+")
YEAR = 365 / 7


def table(project: Project, name: str, by: str = "customer_key") -> pd.DataFrame:
    with duckdb.connect(str(project.database), read_only=True) as connection:
        return connection.sql(f"from {name} order by {by}").df()


def purchases(project: Project, fit: str) -> pd.DataFrame:
    rows = table(project, "covey_intermediate.int_purchases_summed")
    return rows.loc[rows["fit"] == fit].reset_index(drop=True)


def history(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    x, t_x, age = (
        rows[name].to_numpy("float64") for name in ("repeat_count", "recency_weeks", "age_weeks")
    )
    return x, t_x, age


def discounted(model: OrderModel, rows: pd.DataFrame, days: int, rate: float) -> np.ndarray:
    ends, factors = discount_steps(days, rate)
    orders = conditional_expected_orders(model, *history(rows), ends)
    return (np.diff(orders, axis=1, prepend=0) * factors).sum(axis=1)


def historic_rate(rows: pd.DataFrame) -> np.ndarray:
    x, _, age = history(rows)
    rate = x.sum() / age.sum() if age.sum() else 0.0
    return (x + YEAR * rate) / (age + YEAR)


def historic_value(rows: pd.DataFrame) -> np.ndarray:
    days, mean = (rows[name].to_numpy("float64") for name in ("order_days", "mean_order_value"))
    of_all = (days * mean).sum() / days.sum()
    return np.maximum(days * mean + of_all, 0) / (days + 1)


def assert_modelled(project: Project, name: str, rate: float) -> pd.DataFrame:
    """Assert that the orders of every customer are those of the library; return the mart."""
    mart, rows = table(project, "covey_marts.customer_lifetime_value"), purchases(project, "all")
    assert mart["customer_key"].tolist() == rows["customer_key"].tolist()
    assert set(mart["method"]) == {name}
    parameters = table(project, "covey_marts.lifetime_model_parameters", "all")
    model = order_models(parameters, "all")[name]
    alive = probability_alive(model, *history(rows))
    assert mart["probability_alive"].to_numpy() == pytest.approx(alive, rel=1e-9)
    for days in HORIZONS_DAYS:
        orders = conditional_expected_orders(model, *history(rows), [days / 7])[:, 0]
        assert mart[f"expected_orders_{days}_days"].to_numpy() == pytest.approx(orders, rel=1e-6)
        value = mart["expected_order_value"] * discounted(model, rows, days, rate)
        assert mart[f"expected_value_{days}_days"].to_numpy() == pytest.approx(value, rel=1e-6)
    return mart


def test_sql_and_library_agree_on_every_customer(built: Project) -> None:
    mart, rows = assert_modelled(built, BG_NBD, 0.1), purchases(built, "all")
    parameters = table(built, "covey_marts.lifetime_model_parameters", "all")
    values = value_model(parameters, "all")
    assert values is not None
    expected = expected_order_value(values, rows["repeat_count"], rows["mean_repeat_value"])
    assert mart["expected_order_value"].to_numpy() == pytest.approx(expected, rel=1e-9)
    assert set(mart["value_method"]) == {"gamma_gamma"}
    assert mart["method_reason"].isna().all()
    assert len(mart) > 4_000


def test_histories_are_those_of_the_orders(built: Project) -> None:
    """Count anew, in pandas, what int_purchases_summed counts in SQL."""
    orders = table(built, "covey_intermediate.int_orders_resolved", "all")
    profiled = table(built, "covey_personal.int_customers_profiled")["customer_key"]
    last = table(built, "covey_intermediate.int_as_of", "all")["as_of_date"][0]
    counted = orders[
        ~orders["is_cancelled"] & ~orders["is_credit_note"] & orders["net_amount"].ge(0)
    ]
    counted = counted[counted["customer_key"].isin(profiled) & (counted["order_date"] <= last)]
    for fit, end in [("all", last), ("calibration", last - pd.Timedelta(days=180))]:
        known = counted[counted["order_date"] <= end]
        days = known.groupby("customer_key")["order_date"].agg(["nunique", "min", "max"])
        rows = purchases(built, fit).set_index("customer_key")
        assert (rows["end_date"] == end).all()
        assert rows["order_days"].to_dict() == days["nunique"].to_dict()
        assert (rows["recency_weeks"] * 7).round().to_dict() == (
            (days["max"] - days["min"]).dt.days.to_dict()
        )
        assert rows["age_days"].to_dict() == (end - days["min"]).dt.days.to_dict()
    to_come = counted[counted["order_date"] > end].groupby("customer_key")["order_date"].nunique()
    assert rows["holdout_order_days"].to_dict() == (
        to_come.reindex(rows.index, fill_value=0).to_dict()
    )


def test_forecasts_know_nothing_of_the_holdout(built: Project) -> None:
    rows = purchases(built, "calibration")
    parameters = table(built, "covey_marts.lifetime_model_parameters", "all")
    found = table(built, "covey_marts.lifetime_value_forecasts").set_index("model")
    x, _, age = history(rows)
    expected = {
        name: conditional_expected_orders(model, *history(rows), [180 / 7])[:, 0]
        for name, model in order_models(parameters, "calibration").items()
    }
    assert list(expected) == list(ORDER_MODELS)
    expected["historic"] = historic_rate(rows) * 180 / 7
    expected["naive"] = np.divide(x, age, out=np.zeros(len(x)), where=age > 0) * 180 / 7
    for name, orders in expected.items():
        forecasts = found.loc[name]
        assert forecasts["customer_key"].tolist() == rows["customer_key"].tolist()
        assert forecasts["expected_orders"].to_numpy() == pytest.approx(orders, rel=1e-6)
        assert forecasts["actual_orders"].tolist() == rows["holdout_order_days"].tolist()
    values = value_model(parameters, "calibration")
    assert values is not None
    value = expected_order_value(values, x, rows["mean_repeat_value"]) * expected[BG_NBD]
    assert found.loc[BG_NBD, "expected_value"].to_numpy() == pytest.approx(value, rel=1e-6)
    value = historic_value(rows) * expected["historic"]
    assert found.loc["historic", "expected_value"].to_numpy() == pytest.approx(value, rel=1e-6)


def test_the_calibration_sums_the_forecasts(built: Project) -> None:
    forecasts = table(built, "covey_marts.lifetime_value_forecasts")
    found = table(built, "covey_marts.lifetime_value_calibration", "all")
    found = found.set_index(["model", "repeat_group"])
    group = forecasts["repeat_count"].astype("str").where(forecasts["repeat_count"] < 7, "7+")
    assert len(found) == 4 * 9
    parts = [(model, "all", rows) for model, rows in forecasts.groupby("model")]
    parts += [(*key, rows) for key, rows in forecasts.groupby(["model", group])]
    for model, name, rows in parts:
        row = found.loc[(model, name)]
        assert row["customers"] == len(rows)
        for kind in ("orders", "value"):
            expected, came = rows[f"expected_{kind}"], rows[f"actual_{kind}"]
            assert row[f"{kind}_total_error_share"] == pytest.approx(
                expected.sum() / came.sum() - 1, rel=1e-6
            )
            assert row[f"{kind}_mean_absolute_error"] == pytest.approx(
                (expected - came).abs().mean()
            )
            if expected.std() > 0:
                assert row[f"{kind}_correlation"] == pytest.approx(expected.corr(came), abs=1e-5)
            else:
                assert np.isnan(row[f"{kind}_correlation"])


def test_the_model_can_be_chosen_and_values_can_fail_alone(built: Project, tmp_path: Path) -> None:
    project = built.copy(tmp_path)
    clv = {"model": MBG_NBD, "discount_rate_yearly": 0.2, "max_value_frequency_correlation": 0}
    project.dbt(*REBUILT, variables={"covey_clv": clv})
    mart = assert_modelled(project, MBG_NBD, 0.2)
    assert set(mart["value_method"]) == {"historic"}
    expected = historic_value(purchases(project, "all"))
    assert mart["expected_order_value"].to_numpy() == pytest.approx(expected, rel=1e-9)
    (reason,) = set(mart["method_reason"])
    assert reason.startswith("values and frequency correlate by")


THINNED = {
    "one order": "order_id <> (select min(order_id) from covey_intermediate.int_orders_resolved)",
    "no repeat buyer": """(source_system, order_id) not in (
        select (arg_min(source_system, ordered_at), arg_min(order_id, ordered_at))
        from covey_intermediate.int_orders_resolved
        where not is_cancelled and not is_credit_note
        group by customer_key
    )""",
}


@pytest.mark.parametrize("name", THINNED)
def test_too_few_data_have_a_defined_answer(built: Project, tmp_path: Path, name: str) -> None:
    project = built.copy(tmp_path)
    with duckdb.connect(str(project.database)) as connection:
        connection.execute(
            f"delete from covey_intermediate.int_orders_resolved where {THINNED[name]}"
        )
    project.dbt("build", *REBUILT[1:], "--exclude-resource-type", "unit_test")
    mart, rows = table(project, "covey_marts.customer_lifetime_value"), purchases(project, "all")
    assert len(mart) == len(rows)
    assert len(mart) == 1 if name == "one order" else len(mart) > 4_000
    assert set(mart["method"]) == {"historic"}
    assert set(mart["method_reason"]) == {"0 repeat buyers, fewer than 100"}
    assert (mart["expected_value_1095_days"] == 0).all()
    parameters = table(project, "covey_marts.lifetime_model_parameters", "all")
    assert set(parameters["rejection_reason"]) == {"0 repeat buyers, fewer than 100"}
    calibration = table(project, "covey_marts.lifetime_value_calibration", "all")
    assert set(calibration["model"]) <= {"historic", "naive"}


def test_without_a_valid_model_the_past_goes_on(built: Project, tmp_path: Path) -> None:
    project = built.copy(tmp_path)
    project.dbt(*REBUILT, variables={"covey_clv": {"min_repeat_buyers": 1_000_000}})
    mart, rows = table(project, "covey_marts.customer_lifetime_value"), purchases(project, "all")
    assert set(mart["method"]) == set(mart["value_method"]) == {"historic"}
    assert mart["probability_alive"].isna().all()
    rate, value = historic_rate(rows), historic_value(rows)
    for days in HORIZONS_DAYS:
        orders = mart[f"expected_orders_{days}_days"].to_numpy()
        assert orders == pytest.approx(rate * days / 7, rel=1e-9)
        ends, factors = discount_steps(days, 0.1)
        weeks = (np.diff(ends, prepend=0) * factors).sum()
        worth = mart[f"expected_value_{days}_days"].to_numpy()
        assert worth == pytest.approx(rate * value * weeks, rel=1e-9)
    models = table(project, "covey_marts.lifetime_value_calibration", "all")["model"]
    assert set(models) == {"historic", "naive"}


def test_an_entry_that_is_none_is_refused(built: Project, tmp_path: Path) -> None:
    done = built.copy(tmp_path).dbt("parse", variables={"covey_clv": {"holdout": 9}}, ok=False)
    assert 'covey_clv has no entry holdout. Did you mean "holdout_days"?' in " ".join(
        done.stdout.split()
    )
