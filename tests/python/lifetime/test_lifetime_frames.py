"""Parameter rows and the table of orders to come: validity, settings, too few data."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
import yaml
from conftest import ROOT
from lifetime_cases import histories

from covey.lifetime import (
    BG_NBD,
    EXPECTATION_TYPES,
    FITS,
    GAMMA_GAMMA,
    HISTORY_COLUMNS,
    HORIZONS_DAYS,
    ORDER_MODELS,
    PARAMETER_TYPES,
    LifetimeSettings,
    OrderModel,
    ValueModel,
    fit_lifetime_models,
    order_models,
    orders_if_alive,
    predict_orders_if_alive,
    value_model,
)

ORDERS = OrderModel(BG_NBD, r=0.8, alpha=8.0, a=0.8, b=2.5)
VALUES = ValueModel(p=6.0, q=4.0, v=15.0)


@pytest.fixture(scope="module")
def bought() -> pd.DataFrame:
    return histories(ORDERS, VALUES, 3_000)


@pytest.fixture(scope="module")
def fitted(bought: pd.DataFrame) -> pd.DataFrame:
    return fit_lifetime_models(bought)


def reasons(parameters: pd.DataFrame, fit: str = "all") -> dict[str, str | None]:
    """Return why each model of a fit is not valid; none where it is."""
    rows = parameters.loc[parameters["fit"] == fit].drop_duplicates("model").set_index("model")
    assert (rows["is_valid"] == rows["rejection_reason"].isna()).all()
    return {model: reason if isinstance(reason, str) else None
            for model, reason in rows["rejection_reason"].items()}  # fmt: skip


def test_every_model_has_its_rows(fitted: pd.DataFrame) -> None:
    assert fitted.dtypes.astype(str).to_dict() == PARAMETER_TYPES
    assert reasons(fitted) == dict.fromkeys([*ORDER_MODELS, GAMMA_GAMMA])
    figures = {"customers", "repeat_buyers", "log_likelihood", "is_converged"}
    found = fitted.loc[fitted["fit"] == "all"].groupby("model")["parameter"].agg(set).to_dict()
    assert found == {
        "bg_nbd": {"r", "alpha", "a", "b"} | figures,
        "mbg_nbd": {"r", "alpha", "a", "b"} | figures,
        "gamma_gamma": {"p", "q", "v", "value_frequency_correlation"} | figures,
    }
    assert set(reasons(fitted, "calibration").values()) == {"0 repeat buyers, fewer than 100"}


def test_parameters_are_written_with_twelve_digits_and_read_back(fitted: pd.DataFrame) -> None:
    assert all(float(f"{value:.12g}") == value for value in fitted["value"])
    model = order_models(fitted, "all")[BG_NBD]
    assert [model.r, model.alpha] == pytest.approx([0.8, 8], rel=0.2)
    values = value_model(fitted, "all")
    assert values is not None
    assert values.p == pytest.approx(6, rel=0.2)
    assert order_models(fitted, "calibration") == {}
    assert value_model(fitted, "calibration") is None


def test_two_runs_write_the_same_whatever_the_order_of_rows(
    bought: pd.DataFrame, fitted: pd.DataFrame
) -> None:
    turned = bought.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(fit_lifetime_models(turned), fitted, check_exact=True)


def test_grouped_rows_give_the_same(bought: pd.DataFrame, fitted: pd.DataFrame) -> None:
    grouped = bought.groupby(list(HISTORY_COLUMNS), dropna=False).size()
    rows = grouped.reset_index(name="customers")
    assert len(rows) < len(bought)
    pd.testing.assert_frame_equal(fit_lifetime_models(rows), fitted, check_exact=True)


@pytest.mark.parametrize("rows", [0, 1, 30])
def test_too_few_data_have_a_reason_and_no_parameters(bought: pd.DataFrame, rows: int) -> None:
    few = bought.sort_values("repeat_count").tail(rows)
    found = fit_lifetime_models(few)
    assert found.dtypes.astype(str).to_dict() == PARAMETER_TYPES
    assert set(reasons(found).values()) == {f"{rows} repeat buyers, fewer than 100"}
    assert set(found["parameter"]) <= {"customers", "repeat_buyers", "value_frequency_correlation"}
    table = predict_orders_if_alive(few, found)
    assert table.dtypes.astype(str).to_dict() == EXPECTATION_TYPES
    assert table.empty


def test_customers_without_a_repeat_order(bought: pd.DataFrame) -> None:
    once = bought.assign(repeat_count=0, recency_weeks=0.0, mean_repeat_value=np.nan)
    found = fit_lifetime_models(once, {"min_repeat_buyers": 1})
    assert set(reasons(found).values()) == {"0 repeat buyers, fewer than 1"}


def test_values_that_go_with_frequency_are_rejected(bought: pd.DataFrame) -> None:
    rising = bought.assign(
        mean_repeat_value=bought["mean_repeat_value"] * (1 + bought["repeat_count"])
    )
    found = reasons(fit_lifetime_models(rising))
    assert found[GAMMA_GAMMA] is not None
    assert found[GAMMA_GAMMA].startswith("values and frequency correlate by 0.")
    assert found[GAMMA_GAMMA].endswith("more than 0.3")
    assert found[BG_NBD] is None
    lenient = {"max_value_frequency_correlation": 1}
    assert reasons(fit_lifetime_models(rising, lenient))[GAMMA_GAMMA] is None


def test_values_without_a_finite_mean_are_rejected() -> None:
    rows = histories(ORDERS, ValueModel(p=6.0, q=0.6, v=15.0), 3_000)
    found = fit_lifetime_models(rows)
    reason = reasons(found)[GAMMA_GAMMA]
    assert reason is not None
    assert re.fullmatch(r"values have no finite mean: q is 0\.[56]\d*, not above 1", reason)
    # What was found still stands there, to be looked at.
    assert "q" in set(found.loc[found["model"] == GAMMA_GAMMA, "parameter"])
    assert value_model(found, "all") is None


def test_who_gave_everything_back_is_left_out_of_values_alone(bought: pd.DataFrame) -> None:
    given_back = bought.copy()
    buyers = given_back.index[given_back["repeat_count"] > 0]
    given_back.loc[buyers[:10], "mean_repeat_value"] = [0.0, -5.0] * 5
    found = fit_lifetime_models(given_back).set_index(["fit", "model", "parameter"])["value"]
    assert found["all", BG_NBD, "repeat_buyers"] == len(buyers)
    assert found["all", GAMMA_GAMMA, "repeat_buyers"] == len(buyers) - 10


def test_the_table_holds_each_history_and_horizon_once(
    bought: pd.DataFrame, fitted: pd.DataFrame
) -> None:
    table = predict_orders_if_alive(bought, fitted)
    keys = ["fit", "model", "repeat_count", "age_days", "horizon_days"]
    pairs = bought[["repeat_count", "age_days"]].drop_duplicates()
    assert len(table) == len(table[keys].drop_duplicates()) == 3 * len(pairs)
    assert set(table["model"]) == {BG_NBD}
    assert set(table["horizon_days"]) == set(HORIZONS_DAYS)
    model = order_models(fitted, "all")[BG_NBD]
    for days, rows in table.groupby("horizon_days"):
        direct = orders_if_alive(model, rows["repeat_count"], rows["age_days"] / 7, [days / 7])
        assert rows["expected_orders"].to_numpy() == pytest.approx(direct[:, 0], abs=1e-9)
    assert (table["discounted_orders"] <= table["expected_orders"]).all()
    # A rate is nearly constant over 90 days, so that the discount is that of their middle.
    soon = table.loc[table["horizon_days"] == 90]
    ratio = soon["discounted_orders"] / soon["expected_orders"]
    assert ratio.to_numpy() == pytest.approx(1.1 ** (-45 / 365), rel=2e-3)


def test_without_a_discount_both_are_the_same(bought: pd.DataFrame, fitted: pd.DataFrame) -> None:
    table = predict_orders_if_alive(bought, fitted, {"discount_rate_yearly": 0})
    assert table["discounted_orders"].to_numpy() == pytest.approx(
        table["expected_orders"].to_numpy(), abs=1e-9
    )


def test_the_calibration_looks_at_the_holdout_by_each_model(bought: pd.DataFrame) -> None:
    options = {"holdout_days": 60, "model": "mbg_nbd"}
    both = pd.concat([bought.assign(fit=fit) for fit in FITS], ignore_index=True)
    table = predict_orders_if_alive(both, fit_lifetime_models(both, options), options)
    found = table.groupby(["fit", "model"])["horizon_days"].agg(set).to_dict()
    assert found == {
        ("all", "mbg_nbd"): set(HORIZONS_DAYS),
        ("calibration", "bg_nbd"): {60},
        ("calibration", "mbg_nbd"): {60},
    }


def test_the_defaults_are_those_of_the_project() -> None:
    project = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
    declared = project["vars"]["covey"]["covey_clv"]
    assert LifetimeSettings.parse(declared) == LifetimeSettings()
    assert list(declared) == list(LifetimeSettings.__dataclass_fields__)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"models": "bg_nbd"}, "covey_clv has no ['models']; it has ['model', "),
        ({"model": "pareto_nbd"}, "model is 'pareto_nbd', it must be one of ['bg_nbd', 'mbg_nbd']"),
        ({"holdout_days": 0}, "holdout_days is 0, it must be at least 1"),
        ({"holdout_days": 90.5}, "holdout_days is 90.5, it must be a whole number"),
        ({"holdout_days": True}, "holdout_days is True, it must be a number"),
        ({"discount_rate_yearly": "10 %"}, "discount_rate_yearly is '10 %', it must be a number"),
        ({"discount_rate_yearly": -0.1}, "it must be at least 0"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match="covey_clv") as error:
        LifetimeSettings.parse(options)
    assert words in str(error.value)


def test_a_missing_column_is_named(bought: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match=r"lack the columns \['age_weeks'\]"):
        fit_lifetime_models(bought.drop(columns="age_weeks"))
