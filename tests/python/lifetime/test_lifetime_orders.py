"""BG/NBD and MBG/NBD against simulations, closed forms and numerical integration."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifetime_cases import FloatArray, simulated
from scipy import integrate, special, stats

from covey.lifetime import (
    BG_NBD,
    MBG_NBD,
    ORDER_MODELS,
    Histories,
    OrderModel,
    conditional_expected_orders,
    discount_steps,
    expected_orders,
    fit_orders,
    orders_if_alive,
    probability_alive,
)
from covey.lifetime.orders import log_likelihood

PLANTED = OrderModel(BG_NBD, r=0.8, alpha=8.0, a=0.8, b=2.5)
TEN_YEARS = 522.0

models = st.builds(
    OrderModel,
    name=st.sampled_from(ORDER_MODELS),
    r=st.floats(0.05, 20),
    alpha=st.floats(0.5, 200),
    a=st.floats(0.02, 20),
    b=st.floats(0.05, 50),
)


@st.composite
def customers(draw: st.DrawFn) -> tuple[int, float, float]:
    """Draw x, t_x and T."""
    x = draw(st.integers(0, 1000))
    age = draw(st.floats(1 if x else 0, TEN_YEARS))
    return x, draw(st.floats(0.1, 1)) * age if x else 0.0, age


@pytest.mark.parametrize("name", ORDER_MODELS)
def test_a_fit_recovers_planted_parameters(name: str) -> None:
    planted = replace(PLANTED, name=name)
    rows = simulated(planted, 20_000)
    found = fit_orders(name, Histories(rows["x"], rows["t_x"], rows["age"]))
    assert found.is_converged
    for parameter in ("r", "alpha", "a", "b"):
        assert getattr(found, parameter) == pytest.approx(getattr(planted, parameter), rel=0.1)


def test_the_planted_model_is_likelier_than_the_other() -> None:
    rows = simulated(replace(PLANTED, name=MBG_NBD), 20_000)
    data = Histories(rows["x"], rows["t_x"], rows["age"])
    likelihoods = {name: fit_orders(name, data).log_likelihood for name in ORDER_MODELS}
    assert likelihoods[MBG_NBD] > likelihoods[BG_NBD] + 10


def test_equal_rows_with_weights_are_the_same_as_many() -> None:
    rows = simulated(PLANTED, 2_000).round()
    rows["t_x"] = np.where(rows["x"] > 0, np.minimum(rows["t_x"], rows["age"]), 0)
    rows = rows[(rows["x"] == 0) | (rows["t_x"] <= rows["age"])]
    grouped = rows.groupby(["x", "t_x", "age"]).size().reset_index(name="weight")
    assert len(grouped) < len(rows)
    many = Histories(rows["x"], rows["t_x"], rows["age"])
    few = Histories(grouped["x"], grouped["t_x"], grouped["age"], grouped["weight"])
    assert fit_orders(BG_NBD, few) == fit_orders(BG_NBD, many)


def test_the_order_of_rows_does_not_matter() -> None:
    rows = simulated(PLANTED, 2_000)
    turned = rows.sample(frac=1, random_state=3)
    fits = [fit_orders(BG_NBD, Histories(df["x"], df["t_x"], df["age"])) for df in (rows, turned)]
    assert fits[0] == fits[1]


def test_a_search_on_some_of_the_rows_ends_where_one_on_all_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = simulated(PLANTED, 5_000)
    data = Histories(rows["x"], rows["t_x"], rows["age"])
    whole = fit_orders(BG_NBD, data)
    monkeypatch.setattr("covey.lifetime.fitting.SEARCH_ROWS", 300)
    warm = fit_orders(BG_NBD, data)
    assert [warm.r, warm.alpha, warm.a, warm.b] == pytest.approx(
        [whole.r, whole.alpha, whole.a, whole.b], rel=1e-4
    )
    assert warm.log_likelihood == pytest.approx(whole.log_likelihood, abs=1e-6)


@pytest.mark.parametrize("name", ORDER_MODELS)
def test_the_gradient_is_that_of_the_likelihood(name: str) -> None:
    rows = simulated(PLANTED, 200)
    data = Histories(rows["x"], rows["t_x"], rows["age"])
    logs, step = np.log([0.5, 3.0, 1.2, 2.0]), 1e-6
    _, gradient = log_likelihood(logs, data, name)
    for place in range(4):
        change = step * np.eye(4)[place]
        above, _ = log_likelihood(logs + change, data, name)
        below, _ = log_likelihood(logs - change, data, name)
        assert gradient[place] == pytest.approx((above - below) / (2 * step), rel=1e-5)


@pytest.mark.parametrize("name", ORDER_MODELS)
def test_nothing_overflows_for_a_thousand_orders_in_ten_years(name: str) -> None:
    x = np.asarray([0, 1, 1000, 1000, 1000])
    t_x = np.asarray([0, 0.1, 520, 10, 1])
    age = np.full(5, TEN_YEARS)
    value, gradient = log_likelihood(np.log([0.2, 4, 0.8, 2.4]), Histories(x, t_x, age), name)
    assert np.isfinite([value, *gradient]).all()
    model = OrderModel(name, 0.2, 4.0, 0.8, 2.4)
    assert np.isfinite(conditional_expected_orders(model, x, t_x, age, [1, 520])).all()
    assert probability_alive(model, x, t_x, age)[3:] == pytest.approx([0, 0], abs=1e-100)


@pytest.mark.parametrize("name", ORDER_MODELS)
@pytest.mark.parametrize(
    ("r", "alpha", "a", "b"), [(1.6, 9.0, 1.3, 2.4), (0.24, 4.4, 0.79, 2.4), (3.0, 30.0, 2.0, 1.1)]
)
@pytest.mark.parametrize(("x", "t_x", "age"), [(0, 0, 20), (1, 3, 30), (4, 25, 30)])
def test_integration_over_customers_gives_the_same(
    name: str, r: float, alpha: float, a: float, b: float, x: int, t_x: float, age: float
) -> None:
    """Integrate what is known of one rate and one probability over their distributions.

    By the trapezoid rule over quantiles that crowd at both ends (Takahasi and Mori 1974).
    """
    model, time = OrderModel(name, r, alpha, a, b), 26.0
    chances = x + (name == MBG_NBD)
    grid = np.linspace(-3, 3, 600)
    quantile = special.expit(np.pi * np.sinh(grid))
    density = np.pi * np.cosh(grid) * quantile * special.expit(-np.pi * np.sinh(grid))
    rate = stats.gamma(r, scale=1 / alpha).ppf(quantile)[:, None]
    leaving = stats.beta(a, b).ppf(quantile)[None, :]

    def averaged(values: FloatArray) -> float:
        inner = integrate.trapezoid(values * density, grid, axis=1)
        return float(integrate.trapezoid(inner * density, grid))

    alive = averaged((1 - leaving) ** chances * rate**x * np.exp(-rate * age))
    gone = averaged(
        leaving * (1 - leaving) ** (chances - 1) * rate**x * np.exp(-rate * t_x)
        if chances
        else 0 * rate * leaving
    )
    to_come = averaged(
        -np.expm1(-rate * leaving * time) / leaving
        * (1 - leaving) ** chances * rate**x * np.exp(-rate * age)
    )  # fmt: skip
    assert probability_alive(model, [x], [t_x], [age])[0] == pytest.approx(
        alive / (alive + gone), rel=1e-6
    )
    assert conditional_expected_orders(model, [x], [t_x], [age], [time])[0, 0] == pytest.approx(
        to_come / (alive + gone), rel=1e-6
    )
    value, _ = log_likelihood(np.log([r, alpha, a, b]), Histories([x], [t_x], [age]), name)
    assert value == pytest.approx(math.log(alive + gone), rel=1e-6)


@settings(max_examples=200)
@given(model=models, customer=customers(), weeks=st.floats(0.1, 156))
def test_the_closed_form_agrees_where_it_can_be_computed(
    model: OrderModel, customer: tuple[int, float, float], weeks: float
) -> None:
    x, _, age = customer
    a, shape, scale = model.a, model.r + x, model.alpha + age
    b = model.b + x + model.chances_at_first_order
    with np.errstate(all="ignore"):
        share = (scale / (scale + weeks)) ** shape
        series = special.hyp2f1(shape, b, a + b - 1, weeks / (scale + weeks))
    # A sum of terms up to 1e300 has no digits left, nor has the difference of near equals.
    if not np.isfinite(series) or share < 1e-200 or abs(a - 1) < 1e-3 or 1 - share < 1e-3:
        return
    closed = (a + b - 1) / (a - 1) * (1 - share * series)
    assert orders_if_alive(model, [x], [age], [weeks])[0, 0] == pytest.approx(closed, rel=1e-6)


@settings(max_examples=200)
@given(model=models, customer=customers())
def test_what_holds_of_every_customer(
    model: OrderModel, customer: tuple[int, float, float]
) -> None:
    x, t_x, age = customer
    alive = probability_alive(model, [x], [t_x], [age])[0]
    assert 0 <= alive <= 1
    if x == 0:
        assert bool(alive == 1) is (model.name == BG_NBD)
    # Silence speaks against a customer who can have gone.
    assert probability_alive(model, [x], [t_x], [age + 10])[0] <= alive
    orders = conditional_expected_orders(model, [x], [t_x], [age], [0, 1, 13, 52, 156])[0]
    assert orders[0] == 0
    assert (np.diff(orders) >= -1e-12).all()
    # Nobody orders more than at their rate, were they alive for good.
    assert orders[3] <= 52 * (model.r + x) / (model.alpha + age) * (1 + 1e-9)


def test_a_new_customer_may_have_gone_already_in_the_other_model() -> None:
    first, second = (replace(PLANTED, name=name, a=1.5) for name in ORDER_MODELS)
    stays = second.b / (second.a + second.b)
    # Alive after the first order, both go on alike, but for what that says of the customer.
    same = replace(first, b=first.b + 1)
    assert expected_orders(second, [52.0]) == pytest.approx(stays * expected_orders(same, [52.0]))
    assert expected_orders(second, [52.0])[0] < expected_orders(first, [52.0])[0]


def test_a_customer_who_cannot_leave_orders_at_the_expected_rate() -> None:
    model = OrderModel(BG_NBD, 0.8, 8.0, 1e-5, 1e5)
    assert expected_orders(model, [52.0])[0] == pytest.approx(52 * 0.1, rel=1e-4)


@pytest.mark.parametrize("a", [1 - 1e-9, 1.0, 1 + 1e-9])
def test_there_is_no_gap_at_a_of_one(a: float) -> None:
    near = expected_orders(replace(PLANTED, a=1.001), [52.0])[0]
    assert expected_orders(replace(PLANTED, a=a), [52.0])[0] == pytest.approx(near, rel=1e-3)


def test_months_are_discounted_by_their_middle() -> None:
    ends, factors = discount_steps(90, 0.1)
    assert ends == pytest.approx(np.asarray([365 / 12, 365 / 6, 90]) / 7)
    assert factors == pytest.approx([1.1 ** (-1 / 24), 1.1 ** (-3 / 24), 1.1 ** (-75.4167 / 365)])
    assert discount_steps(365, 0.1)[0] == pytest.approx(np.arange(1, 13) * 365 / 12 / 7)
    assert discount_steps(7, 0)[1].tolist() == [1.0]


@pytest.mark.parametrize(
    ("x", "t_x", "age", "words"),
    [
        (0, 1, 2, "x = 0, t_x = 1"),
        (1, 3, 2, "t_x = 3, T = 2"),
        (1.5, 1, 2, "x = 1.5"),
        (-1, 0, 2, "x = -1"),
        (1, math.nan, 2, "t_x = nan"),
        (0, 0, math.inf, "T = inf"),
    ],
)
def test_an_impossible_history_is_refused(x: float, t_x: float, age: float, words: str) -> None:
    with pytest.raises(ValueError, match="purchase history") as error:
        Histories([2, x], [1, t_x], [2, age])
    assert words in str(error.value)


def test_without_repeat_orders_there_is_nothing_to_fit() -> None:
    for data in (Histories([], [], []), Histories([0, 0], [0, 0], [5, 6])):
        with pytest.raises(ValueError, match="0 repeat orders"):
            fit_orders(BG_NBD, data)


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(ValueError, match="'pareto_nbd', it must be one of"):
        fit_orders("pareto_nbd", Histories([1], [1], [2]))
