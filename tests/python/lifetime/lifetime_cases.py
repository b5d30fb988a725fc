"""Customers with known parameters, for the tests of lifetime value."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from covey.lifetime import MBG_NBD, OrderModel, ValueModel

FloatArray = npt.NDArray[np.float64]


def simulated(model: OrderModel, customers: int, weeks: float = 104) -> pd.DataFrame:
    """Return x, t_x and T of customers who order as the model says, won at any time."""
    rng = np.random.default_rng(20)
    rates = rng.gamma(model.r, 1 / model.alpha, customers)
    gone_after_order = rng.beta(model.a, model.b, customers)
    age = rng.uniform(0, weeks, customers)
    x, t_x, now = np.zeros(customers, dtype=np.int64), np.zeros(customers), np.zeros(customers)
    alive = np.ones(customers, dtype=bool)
    if model.name == MBG_NBD:
        alive &= rng.random(customers) >= gone_after_order
    while alive.any():
        now += rng.exponential(1, customers) / rates
        alive &= now <= age
        x[alive] += 1
        t_x[alive] = now[alive]
        alive &= rng.random(customers) >= gone_after_order
    return pd.DataFrame({"x": x, "t_x": t_x, "age": age})


def simulated_means(model: ValueModel, x: npt.ArrayLike) -> FloatArray:
    """Return the mean value of x orders of each customer."""
    rng = np.random.default_rng(21)
    counts = np.asarray(x, dtype=np.float64)
    rates = rng.gamma(model.q, 1 / model.v, len(counts))
    return rng.gamma(model.p * counts) / (counts * rates)


def histories(model: OrderModel, values: ValueModel, customers: int) -> pd.DataFrame:
    """Return what fit_lifetime_models reads of simulated customers, in whole days."""
    rows = simulated(model, customers)
    age_days = np.floor(rows["age"] * 7).astype("int64")
    recency_days = np.minimum(np.ceil(rows["t_x"] * 7).astype("int64"), age_days)
    means = simulated_means(values, np.maximum(rows["x"], 1))
    return pd.DataFrame(
        {
            "fit": "all",
            "repeat_count": rows["x"],
            "age_days": age_days,
            "recency_weeks": recency_days / 7,
            "age_weeks": age_days / 7,
            "mean_repeat_value": np.where(rows["x"] > 0, means, np.nan),
        }
    )
