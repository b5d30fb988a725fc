"""What an order of a customer is worth: the Gamma-Gamma model.

The values of a customer's orders are gamma distributed with the shape p and a rate that is gamma
distributed over customers itself (shape q, rate v), whatever the number of orders. Fader and Hardie
2013, "The Gamma-Gamma model of monetary value", note 025 of brucehardie.com; Fader, Hardie and Lee
2005, "RFM and CLV: using iso-value curves for customer base analysis", Journal of Marketing
Research 42(4).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betaln, digamma

from covey.lifetime.fitting import FloatArray, Grouped, best_fit


@dataclass(frozen=True, slots=True)
class ValueModel:
    """A fitted Gamma-Gamma model.

    Attributes
    ----------
    p, q, v
        Shape of the values of a customer; shape and rate of the distribution of their rates, v in
        units of money.
    log_likelihood
        Of the data it was fitted to.
    is_converged
        False where the search ended before it had arrived.
    """

    p: float
    q: float
    v: float
    log_likelihood: float = float("nan")
    is_converged: bool = True


class Spendings(Grouped):
    """Mean values of the repeat orders of customers.

    Parameters
    ----------
    x, mean
        (n,) repeat orders, at least 1, and their mean value, above 0.
    weights
        (n,) customers of each row; one if not given.

    Raises
    ------
    ValueError
        If a row is impossible.
    """

    def __init__(
        self, x: npt.ArrayLike, mean: npt.ArrayLike, weights: npt.ArrayLike | None = None
    ) -> None:
        super().__init__(x, mean, weights=weights)
        self.x, self.mean = self.columns
        right = (self.x >= 1) & (self.mean > 0) & np.isfinite(self.x + self.mean)
        right &= self.weights >= 0
        if not right.all():
            first = int(np.flatnonzero(~right)[0])
            raise ValueError(
                "the model of values takes repeat buyers, x >= 1, whose mean value is above 0; one"
                f" has x = {self.x[first]:g} and the mean {self.mean[first]:g}"
            )

    def correlation(self) -> float:
        """Return Pearson's correlation of x and the mean value; NaN where one is constant."""
        if len(np.unique(self.counts)) < 2 or len(np.unique(self.mean)) < 2:
            return float("nan")
        shares = self.weights / self.customers
        x = self.x - (shares * self.x).sum()
        mean = self.mean - (shares * self.mean).sum()
        spread = float(np.sqrt((shares * x * x).sum() * (shares * mean * mean).sum()))
        return float((shares * x * mean).sum()) / spread if spread > 0 else float("nan")


def log_likelihood(logs: FloatArray, spendings: Spendings) -> tuple[float, FloatArray]:
    """Return the log-likelihood and its gradient by the logs of p, q and v.

    Equation (1a) of note 025.
    """
    p, q, v = np.exp(logs)
    counts, weights = spendings.counts, spendings.weights
    spent = spendings.x * spendings.mean
    by_count = -betaln(p * counts, q)
    # Shares of v and of what was spent in their sum: neither overflows.
    own, prior = np.log(spent / (v + spent)), np.log(v / (v + spent))
    total = float(
        (
            weights
            * (
                by_count[spendings.index]
                + q * prior
                + p * spendings.x * own
                - np.log(spendings.mean)
            )
        ).sum()
    )
    by_p = counts * (digamma(p * counts + q) - digamma(p * counts))
    parts = (
        by_p[spendings.index] + spendings.x * own,
        (digamma(p * counts + q) - digamma(q))[spendings.index] + prior,
        q / v - (p * spendings.x + q) / (v + spent),
    )
    gradient = np.asarray([float((weights * part).sum()) for part in parts])
    return total, gradient * np.exp(logs)


def fit_values(spendings: Spendings) -> ValueModel:
    """Fit the model by maximum likelihood, as `fit_orders` does.

    Money is measured in means of the data meanwhile, so that its unit does not matter.

    Raises
    ------
    ValueError
        If there is no repeat buyer.
    """
    if not spendings.customers > 0:
        raise ValueError(f"{spendings.customers:g} repeat buyers: no fit")
    unit = float((spendings.weights * spendings.mean).sum()) / spendings.customers
    scaled = Spendings(spendings.x, spendings.mean / unit, spendings.weights)

    starts = [(1.0, 3.0, 2.0), (6.0, 4.0, 0.5)]
    found, value, is_converged = best_fit(log_likelihood, scaled, starts)
    p, q, v = (float(parameter) for parameter in found)
    value -= scaled.customers * float(np.log(unit))
    return ValueModel(p, q, v * unit, value, is_converged)


def expected_order_value(model: ValueModel, x: npt.ArrayLike, mean: npt.ArrayLike) -> FloatArray:
    """Return the expected value of an order of customers, equation (5) of note 025.

    The mean of the population and that of the customer, the second with the more weight the more
    orders it is of. Infinite where q is 1 or less.

    Parameters
    ----------
    model
        Fitted model.
    x, mean
        (n,) repeat orders and their mean value, which does not matter where x is 0; below 0 it
        counts as 0.
    """
    counts = np.asarray(x, dtype=np.float64)
    spent = np.where(counts > 0, counts * np.maximum(np.asarray(mean, dtype=np.float64), 0), 0.0)
    weight = model.p * counts + model.q - 1
    value: FloatArray = np.where(
        (weight > 0) & (model.q > 1),
        model.p * (model.v + spent) / np.where(weight > 0, weight, 1),
        np.inf,
    )
    return value
