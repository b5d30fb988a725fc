"""The Gamma-Gamma model against simulations and numerical integration."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifetime_cases import simulated_means
from scipy import integrate, stats

from covey.lifetime import Spendings, ValueModel, expected_order_value, fit_values
from covey.lifetime.values import log_likelihood

PLANTED = ValueModel(p=6.0, q=4.0, v=15.0)


def planted(customers: int = 20_000) -> Spendings:
    x = 1 + np.random.default_rng(5).geometric(0.3, customers)
    return Spendings(x, simulated_means(PLANTED, x))


def test_a_fit_recovers_planted_parameters() -> None:
    found = fit_values(planted())
    assert found.is_converged
    assert [found.p, found.q, found.v] == pytest.approx([6, 4, 15], rel=0.05)
    assert abs(planted().correlation()) < 0.03


def test_the_unit_of_money_does_not_matter() -> None:
    data = planted(2_000)
    euros, cents = fit_values(data), fit_values(Spendings(data.x, data.mean * 100))
    assert [cents.p, cents.q, cents.v / 100] == pytest.approx([euros.p, euros.q, euros.v], rel=1e-6)
    doubled = ValueModel(euros.p, euros.q, 2 * euros.v)
    assert expected_order_value(doubled, data.x, 2 * data.mean) == pytest.approx(
        2 * expected_order_value(euros, data.x, data.mean), rel=1e-12
    )


def test_equal_rows_with_weights_are_the_same_as_many_in_any_order() -> None:
    data = planted(500)
    x, mean = np.tile(data.x, 2), np.tile(data.mean, 2)
    turned = np.random.default_rng(1).permutation(len(x))
    many = fit_values(Spendings(x[turned], mean[turned]))
    few = fit_values(Spendings(data.x, data.mean, np.full(len(data.x), 2)))
    assert many == few


def test_the_gradient_is_that_of_the_likelihood() -> None:
    data, logs, step = planted(100), np.log([3.0, 2.0, 20.0]), 1e-6
    _, gradient = log_likelihood(logs, data)
    for place in range(3):
        change = step * np.eye(3)[place]
        above, _ = log_likelihood(logs + change, data)
        below, _ = log_likelihood(logs - change, data)
        assert gradient[place] == pytest.approx((above - below) / (2 * step), rel=1e-5)


@pytest.mark.parametrize(("x", "mean"), [(1, 3.0), (2, 22.0), (9, 60.0)])
def test_integration_over_customers_gives_the_same(x: int, mean: float) -> None:
    """The mean of x gammas of one rate is a gamma; integrate over the distribution of the rate."""
    rates = stats.gamma(PLANTED.q, scale=1 / PLANTED.v)

    def likelihood(rate: float) -> float:
        return float(stats.gamma(PLANTED.p * x, scale=1 / (rate * x)).pdf(mean) * rates.pdf(rate))

    known, _ = integrate.quad(likelihood, 0, 10, epsabs=0, epsrel=1e-8, limit=500)
    value, _ = integrate.quad(
        lambda rate: PLANTED.p / rate * likelihood(rate), 0, 10, epsabs=0, epsrel=1e-8, limit=500
    )
    total, _ = log_likelihood(np.log([PLANTED.p, PLANTED.q, PLANTED.v]), Spendings([x], [mean]))
    assert total == pytest.approx(np.log(known), rel=1e-6)
    assert expected_order_value(PLANTED, [x], [mean])[0] == pytest.approx(value / known, rel=1e-6)


@settings(max_examples=200)
@given(
    model=st.builds(
        ValueModel, p=st.floats(0.1, 100), q=st.floats(1.01, 20), v=st.floats(0.01, 1e4)
    ),
    x=st.integers(0, 1000),
    mean=st.floats(0, 1e5),
)
def test_a_value_lies_between_that_of_the_customer_and_that_of_all(
    model: ValueModel, x: int, mean: float
) -> None:
    of_all = model.p * model.v / (model.q - 1)
    value = expected_order_value(model, [x], [mean])[0]
    lowest, highest = sorted([of_all, mean if x else of_all])
    assert lowest * (1 - 1e-9) <= value <= highest * (1 + 1e-9)


def test_what_was_never_bought_again_or_given_back_does_not_count() -> None:
    of_all = PLANTED.p * PLANTED.v / (PLANTED.q - 1)
    values = expected_order_value(PLANTED, [0, 0, 2, 2], [np.nan, 500.0, -50.0, 0.0])
    assert values[:2] == pytest.approx(of_all)
    assert values[2] == values[3] < of_all


@pytest.mark.parametrize("q", [0.4, 1.0])
def test_without_a_finite_mean_a_value_is_infinite(q: float) -> None:
    assert np.isinf(expected_order_value(ValueModel(2.0, q, 5.0), [0, 1], [0.0, 5.0])).all()


def test_values_that_are_all_equal_have_no_correlation() -> None:
    assert np.isnan(Spendings([1, 2, 3], [5.0, 5.0, 5.0]).correlation())
    assert np.isnan(Spendings([2, 2], [5.0, 6.0]).correlation())
    assert np.isnan(Spendings([], []).correlation())
    assert Spendings([1, 2, 3], [5.0, 7.0, 9.0]).correlation() == pytest.approx(1)
    assert fit_values(Spendings([1, 2, 3], [5.0, 5.0, 5.0])).v > 0


@pytest.mark.parametrize(("x", "mean"), [(0, 5.0), (1, 0.0), (1, float("nan"))])
def test_a_customer_without_a_repeat_value_is_refused(x: int, mean: float) -> None:
    with pytest.raises(ValueError, match=f"one has x = {x} and the mean {mean:g}"):
        Spendings([3, x], [5.0, mean])


def test_without_repeat_buyers_there_is_nothing_to_fit() -> None:
    with pytest.raises(ValueError, match="0 repeat buyers"):
        fit_values(Spendings([], []))
