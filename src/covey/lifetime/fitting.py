"""Maximum likelihood on grouped rows, the same in each run whatever the order of the rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Self, TypeVar

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from covey.threads import one_thread

FloatArray = npt.NDArray[np.float64]

LEAST, MOST = 1e-5, 1e5
"""Bounds of each parameter; at one of them a distribution is a point, for all that matters."""

MOST_SLOPE = 1e-5
"""A fit has converged where the mean log-likelihood rises no faster by any log parameter."""

SEARCH_ROWS = 20_000
"""Rows on which a fit begins; it ends on all of them."""


class Grouped:
    """Rows with weights: equal rows are one, and in order.

    Parameters
    ----------
    columns
        (n,) arrays, the first of them a count.
    weights
        (n,) customers of each row, 0 or more; one if not given.

    Attributes
    ----------
    columns
        (c, m) different rows.
    weights
        (m,) customers of each.
    counts, index
        Different counts, and the place of each row's count among them: what depends on the count
        alone is worked out once for each.
    customers
        Sum of the weights.
    """

    def __init__(self, *columns: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> None:
        given = [np.asarray(column, dtype=np.float64) for column in columns]
        customers = np.ones(len(given[0])) if weights is None else np.asarray(weights, np.float64)
        order = np.lexsort(given[::-1])
        rows, customers = np.stack(given)[:, order], customers[order]
        starts = np.flatnonzero(
            np.concatenate([[True], (rows[:, 1:] != rows[:, :-1]).any(axis=0)])[: len(order)]
        )
        self.columns: FloatArray = np.ascontiguousarray(rows[:, starts])
        self.weights: FloatArray = np.add.reduceat(customers, starts) if len(starts) else customers
        self.counts, self.index = np.unique(self.columns[0], return_inverse=True)
        self.customers = float(self.weights.sum())

    def thinned(self, rows: int) -> Self:
        """Return every k-th row, with as small a k as leaves `rows` at most."""
        step = -(-self.columns.shape[1] // rows)
        return type(self)(*self.columns[:, ::step], weights=self.weights[::step])


G = TypeVar("G", bound=Grouped)


def best_fit(
    log_likelihood: Callable[[FloatArray, G], tuple[float, FloatArray]],
    data: G,
    starts: Sequence[Sequence[float]],
) -> tuple[FloatArray, float, bool]:
    """Find the parameters under which the data are likeliest.

    L-BFGS-B on the logs of the parameters, from several starts on some of the rows, from the best
    end on all.

    Parameters
    ----------
    log_likelihood
        Logs of the parameters and data -> log-likelihood and its gradient.
    data
        What to fit to.
    starts
        Parameters to start from.

    Returns
    -------
    tuple
        Parameters, log-likelihood, whether the search arrived.
    """
    with one_thread():
        some = data.thinned(SEARCH_ROWS)
        ends = [_climbed(log_likelihood, some, np.log(start)) for start in starts]
        logs, value, is_converged = max(ends, key=lambda end: (end[2], end[1]))
        if some.columns.shape != data.columns.shape:
            logs, value, is_converged = _climbed(log_likelihood, data, logs)
    return np.exp(logs), value, is_converged


def _climbed(
    log_likelihood: Callable[[FloatArray, G], tuple[float, FloatArray]],
    data: G,
    start: FloatArray,
) -> tuple[FloatArray, float, bool]:
    def objective(logs: FloatArray) -> tuple[float, FloatArray]:
        value, gradient = log_likelihood(logs, data)
        return -value / data.customers, -gradient / data.customers

    lower, upper = np.log(LEAST), np.log(MOST)
    found = minimize(
        objective,
        np.clip(start, lower, upper),
        jac=True,
        method="L-BFGS-B",
        bounds=[(lower, upper)] * len(start),
        options={"maxiter": 1000, "ftol": 1e-15, "gtol": 1e-10},
    )
    # At a bound the likelihood may go on rising beyond.
    slope = np.where(found.x <= lower, np.minimum(found.jac, 0), found.jac)
    slope = np.where(found.x >= upper, np.maximum(slope, 0), slope)
    is_converged = bool(np.isfinite(found.fun) and np.abs(slope).max() < MOST_SLOPE)
    return np.asarray(found.x), -float(found.fun) * data.customers, is_converged
