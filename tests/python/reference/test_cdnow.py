"""CDNOW: 2,357 customers of an online shop for music who first bought in the first quarter of 1997.

The figures are those published for them, and those of the package lifetimes (0.11.3) on the same
split. Its data files are read where it is installed, itself it is not: it needs older libraries.
`pip install --no-deps lifetimes==0.11.3` is enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from covey.lifetime import (
    BG_NBD,
    ORDER_MODELS,
    Histories,
    OrderModel,
    Spendings,
    conditional_expected_orders,
    expected_order_value,
    expected_orders,
    fit_orders,
    fit_values,
    probability_alive,
)

END, LAST = pd.Timestamp("1997-09-30"), pd.Timestamp("1998-06-30")
HOLDOUT_WEEKS = 39
PUBLISHED = OrderModel(BG_NBD, r=0.243, alpha=4.414, a=0.793, b=2.426)


@dataclass(frozen=True)
class Cdnow:
    """The customers, out of the log of their purchases, and the summary that is published."""

    customers: pd.DataFrame
    summary: pd.DataFrame

    def histories(self) -> Histories:
        return Histories(self.customers["x"], self.customers["t_x"], self.customers["age"])


@pytest.fixture(scope="module")
def cdnow() -> Cdnow:
    package = find_spec("lifetimes")
    if package is None or package.origin is None:
        pytest.skip("the data of the package lifetimes (CDNOW) are not at hand")
    folder = Path(package.origin).parent / "datasets"
    log = pd.read_csv(
        folder / "CDNOW_sample.txt",
        sep=r"\s+",
        names=["master_id", "customer", "day", "discs", "value"],
        dtype={"day": "str"},
    )
    log["day"] = pd.to_datetime(log["day"])
    days = log.groupby(["customer", "day"], as_index=False)["value"].sum()
    known = days.loc[days["day"] <= END].groupby("customer")["day"].agg(["size", "min", "max"])
    to_come = days.loc[(days["day"] > END) & (days["day"] <= LAST)].groupby("customer").size()
    customers = pd.DataFrame(
        {
            "x": known["size"] - 1,
            "t_x": (known["max"] - known["min"]).dt.days / 7,
            "age": (END - known["min"]).dt.days / 7,
            "holdout": to_come.reindex(known.index, fill_value=0),
        }
    )
    summary = pd.read_csv(folder / "cdnow_customers_summary_with_transactions.csv")
    return Cdnow(customers, summary)


def test_the_log_gives_the_published_histories(cdnow: Cdnow) -> None:
    customers, summary = cdnow.customers, cdnow.summary
    assert len(customers) == len(summary) == 2357
    assert customers["x"].tolist() == summary["x"].tolist()
    assert customers["t_x"].round(2).tolist() == pytest.approx(summary["t_x"].tolist(), abs=0.006)
    assert customers["age"].round(2).tolist() == pytest.approx(summary["T"].tolist(), abs=0.006)
    assert customers["x"].sum() == 2457
    assert customers["holdout"].sum() == 1882


def test_bg_nbd_parameters(cdnow: Cdnow) -> None:
    """Fader, Hardie and Lee 2005, Marketing Science 24(2), table 2."""
    model = fit_orders(BG_NBD, cdnow.histories())
    assert model.is_converged
    found = [round(value, 3) for value in (model.r, model.alpha, model.a, model.b)]
    assert found == [0.243, 4.414, 0.793, 2.426]
    assert round(model.log_likelihood, 1) == -9582.4


def test_orders_of_a_new_customer(cdnow: Cdnow) -> None:
    """Hardie's spreadsheet of the model; it sums 150 terms of the hypergeometric series.

    That is enough up to 32 weeks. At 78 the sum of all terms is 1.8580, not 1.8576.
    """
    model = fit_orders(BG_NBD, cdnow.histories())
    orders = expected_orders(model, [0.1429, 1, 3, 31.8571, 32, 78])
    assert orders[:5].round(4).tolist() == pytest.approx([0.0078, 0.0532, 0.1506, 1.0405, 1.0437])
    assert orders[5] == pytest.approx(1.8576, abs=0.0005)
    share = 78 / (model.alpha + 78)
    c = model.a + model.b - 1
    ratios = [
        (model.r + term) * (model.b + term) / ((c + term) * (1 + term)) * share
        for term in range(150)
    ]
    series = 1 + np.cumprod(ratios).sum()
    cut = c / (model.a - 1) * (1 - (1 - share) ** model.r * series)
    assert round(cut, 4) == 1.8576


def test_orders_of_a_known_customer() -> None:
    """The worked example of Fader, Hardie and Lee 2005."""
    orders = conditional_expected_orders(PUBLISHED, [2], [30.43], [38.86], [39])
    assert round(orders[0, 0], 3) == 1.226
    assert round(probability_alive(PUBLISHED, [2], [30.43], [38.86])[0], 4) == 0.7266


def test_gamma_gamma(cdnow: Cdnow) -> None:
    """Fader and Hardie 2013, note 025; its E[M] are cut, not rounded, to two digits."""
    again = cdnow.summary.loc[cdnow.summary["x"] > 0]
    assert len(again) == 946
    spendings = Spendings(again["x"], again["zbar"])
    model = fit_values(spendings)
    assert model.is_converged
    assert [round(value, 2) for value in (model.p, model.q)] == [6.25, 3.74]
    assert model.v == pytest.approx(15.44, abs=0.01)
    ten = cdnow.summary.head(10)
    assert expected_order_value(model, ten["x"], ten["zbar"]) == pytest.approx(
        [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17], abs=0.01
    )
    assert spendings.correlation() == pytest.approx(0.11, abs=0.005)


def test_the_holdout_is_forecast(cdnow: Cdnow, capsys: pytest.CaptureFixture[str]) -> None:
    """At least as well as lifetimes, to the digits it is known to, and far better than naively."""
    customers = cdnow.customers
    came = customers["holdout"].to_numpy()
    x, t_x, age = (customers[column].to_numpy() for column in ("x", "t_x", "age"))
    forecasts = {"naive": x / age * HOLDOUT_WEEKS}
    for name in ORDER_MODELS:
        model = fit_orders(name, cdnow.histories())
        forecasts[name] = conditional_expected_orders(model, x, t_x, age, [HOLDOUT_WEEKS])[:, 0]
    figures = {
        name: (
            float(np.abs(orders - came).mean()),
            float(orders.sum() / came.sum() - 1),
            float(np.corrcoef(orders, came)[0, 1]),
        )
        for name, orders in forecasts.items()
    }
    with capsys.disabled():
        for name, (error, total, correlation) in figures.items():
            print(
                f"\nCDNOW, {name}: mean absolute error {error:.4f}, total error {100 * total:+.2f}"
                f" %, correlation {correlation:.4f}",
                end="",
            )
    error, total, correlation = figures[BG_NBD]
    assert round(error, 3) <= 0.786
    assert round(abs(100 * total), 1) <= 12.1
    assert round(correlation, 3) >= 0.626
    assert [round(value, 3) for value in figures["naive"]] == [1.024, 0.557, 0.584]
    assert figures["mbg_nbd"][0] < error
    assert figures["mbg_nbd"][2] > correlation
