"""How many orders a customer will place: BG/NBD and MBG/NBD.

While alive a customer orders at random at a rate, gamma distributed over customers (shape r, rate
alpha); after an order they drop out for good with a probability, beta distributed (a, b). In the
BG/NBD (Fader, Hardie and Lee 2005, "Counting your customers the easy way: an alternative to the
Pareto/NBD model", Marketing Science 24(2)) that can happen after each repeat order, so who ordered
once is alive; in the MBG/NBD (Batislam, Denizel and Filiztekin 2007, "Empirical validation and
comparison of models for customer base analysis", International Journal of Research in Marketing
24(3)) after the first order too. All that is known of a customer is x, the number of repeat orders,
t_x, the weeks from the first to the last, and T, the weeks since the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
from scipy.linalg import eigh_tridiagonal
from scipy.special import betaln, digamma, expit, gammaln

from covey.lifetime.fitting import FloatArray, Grouped, best_fit

BG_NBD, MBG_NBD = "bg_nbd", "mbg_nbd"
ORDER_MODELS = (BG_NBD, MBG_NBD)

NODES = (32, 64, 128, 256, 512)
"""Points of the rule that averages over the probabilities to drop out: as many as it takes."""


@dataclass(frozen=True, slots=True)
class OrderModel:
    """A fitted model of the times between orders.

    Attributes
    ----------
    name
        One of `ORDER_MODELS`.
    r, alpha
        Shape and rate of the gamma distribution of order rates; alpha in weeks.
    a, b
        Of the beta distribution of the probability to drop out.
    log_likelihood
        Of the data it was fitted to.
    is_converged
        False where the search ended before it had arrived.
    """

    name: str
    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float = float("nan")
    is_converged: bool = True

    @property
    def chances_at_first_order(self) -> int:
        """Return 1 where a customer can drop out after the first order, else 0."""
        return chances_at_first_order(self.name)


def chances_at_first_order(name: str) -> int:
    """Return 1 where customers of the model can drop out after the first order, else 0."""
    if name not in ORDER_MODELS:
        raise ValueError(f"the model is {name!r}, it must be one of {list(ORDER_MODELS)}")
    return int(name == MBG_NBD)


class Histories(Grouped):
    """Purchase histories of customers.

    Parameters
    ----------
    x, t_x, age
        (n,) repeat orders, weeks from the first to the last order, weeks since the first.
    weights
        (n,) customers of each history; one if not given.

    Raises
    ------
    ValueError
        If a history is impossible.
    """

    def __init__(
        self,
        x: npt.ArrayLike,
        t_x: npt.ArrayLike,
        age: npt.ArrayLike,
        weights: npt.ArrayLike | None = None,
    ) -> None:
        super().__init__(x, t_x, age, weights=weights)
        self.x, self.t_x, self.age = self.columns
        _check_histories(self)


def _check_histories(histories: Histories) -> None:
    x, t_x, age, weights = histories.x, histories.t_x, histories.age, histories.weights
    right = (x >= 0) & (x % 1 == 0) & (t_x >= 0) & (t_x <= age) & ((x > 0) | (t_x == 0))
    right &= np.isfinite(x + age + weights) & (weights >= 0)
    if not right.all():
        first = int(np.flatnonzero(~right)[0])
        raise ValueError(
            "a purchase history has a whole number of repeat orders x, 0 <= t_x <= T, t_x = 0 where"
            f" x = 0, and a weight of 0 or more; one has x = {x[first]:g}, t_x = {t_x[first]:g},"
            f" T = {age[first]:g} and the weight {weights[first]:g}"
        )


def log_likelihood(logs: FloatArray, histories: Histories, name: str) -> tuple[float, FloatArray]:
    """Return the log-likelihood and its gradient by the logs of r, alpha, a and b.

    Equation (6) of Fader, Hardie and Lee, with the second term of the sum taken out as
    1 + exp(z), so that nothing overflows: 1 / (1 + exp(z)) is the probability to be alive.
    """
    r, alpha, a, b = np.exp(logs)
    x, weights = histories.x, histories.weights
    counts = histories.counts
    # Times at which the customer could have dropped out and did not, by what is known.
    chances = counts + chances_at_first_order(name)
    can_be_gone = chances > 0
    risk = np.where(can_be_gone, np.log(a) - np.log(np.where(can_be_gone, b + chances - 1, 1)), 0)
    silence = np.log1p((histories.age - histories.t_x) / (alpha + histories.t_x))
    z = risk[histories.index] + (r + x) * silence
    known_to_live = ~can_be_gone[histories.index]
    gone = np.where(known_to_live, 0.0, expit(z))
    by_count = (
        gammaln(r + counts) - gammaln(r) + r * np.log(alpha) + betaln(a, b + chances) - betaln(a, b)
    )
    total = float(
        (
            weights
            * (
                by_count[histories.index]
                - (r + x) * np.log(alpha + histories.age)
                + np.where(known_to_live, 0.0, np.logaddexp(0, z))
            )
        ).sum()
    )
    by_a = digamma(a + b) - digamma(a + b + chances)
    by_b = by_a + digamma(b + chances) - digamma(b)
    slope_of_risk = np.where(can_be_gone, 1 / np.where(can_be_gone, b + chances - 1, 1), 0)
    parts = (
        (digamma(r + counts) - digamma(r))[histories.index]
        + np.log(alpha / (alpha + histories.age))
        + gone * silence,
        r / alpha
        - (r + x) / (alpha + histories.age)
        + gone * (r + x) * (1 / (alpha + histories.age) - 1 / (alpha + histories.t_x)),
        by_a[histories.index] + gone / a,
        by_b[histories.index] - gone * slope_of_risk[histories.index],
    )
    gradient = np.asarray([float((weights * part).sum()) for part in parts])
    return total, gradient * np.exp(logs)


def fit_orders(name: str, histories: Histories) -> OrderModel:
    """Fit a model by maximum likelihood.

    Parameters
    ----------
    name
        One of `ORDER_MODELS`.
    histories
        Of at least one customer who bought again.

    Raises
    ------
    ValueError
        If nobody bought again.
    """
    orders = float((histories.weights * histories.x).sum())
    weeks = float((histories.weights * histories.age).sum())
    if not orders > 0:
        raise ValueError(f"{histories.customers:g} customers made {orders:g} repeat orders: no fit")
    rate = orders / weeks
    starts = [(0.5, 0.5 / rate, 1.0, 3.0), (2.0, 2.0 / rate, 0.3, 5.0)]
    found, value, is_converged = best_fit(partial(log_likelihood, name=name), histories, starts)
    r, alpha, a, b = (float(parameter) for parameter in found)
    return OrderModel(name, r, alpha, a, b, value, is_converged)


def probability_alive(
    model: OrderModel, x: npt.ArrayLike, t_x: npt.ArrayLike, age: npt.ArrayLike
) -> FloatArray:
    """Return the probability that customers have not dropped out.

    Parameters
    ----------
    model
        Fitted model.
    x, t_x, age
        (n,) repeat orders, weeks from the first to the last order, weeks since the first.
    """
    x, t_x, age = (np.asarray(column, dtype=np.float64) for column in (x, t_x, age))
    chances = x + model.chances_at_first_order
    risk = np.log(model.a) - np.log(np.where(chances > 0, model.b + chances - 1, 1.0))
    z = risk + (model.r + x) * np.log1p((age - t_x) / (model.alpha + t_x))
    alive: FloatArray = np.where(chances > 0, expit(-z), 1.0)
    return alive


def beta_rule(a: float, b: float, nodes: int) -> tuple[FloatArray, FloatArray]:
    """Return points and weights that average a smooth function over a beta distribution.

    The rule of Gauss and Jacobi, from the eigenvalues of its recurrence (Golub and Welsch 1969,
    "Calculation of Gauss quadrature rules", Mathematics of Computation 23). On 0 to 1 all terms of
    the recurrence are positive, so that a and b can be large.
    """
    n = np.arange(1, nodes, dtype=np.float64)
    c = a + b - 2
    diagonal = np.empty(nodes)
    diagonal[0] = a / (a + b)
    diagonal[1:] = (2 * n * (n + c + 1) + c * a) / ((2 * n + c) * (2 * n + c + 2))
    squares = np.empty(nodes - 1)
    squares[0] = a * b / ((a + b) ** 2 * (a + b + 1))
    n = n[1:]
    squares[1:] = (
        n
        * (n + b - 1)
        * (n + a - 1)
        * (n + c)
        / ((2 * n + c) ** 2 * (2 * n + c + 1) * (2 * n + c - 1))
    )
    points, vectors = eigh_tridiagonal(diagonal, np.sqrt(squares))
    return np.maximum(points, 1e-300), np.square(vectors[0])


def _nodes(ratio: float, power: float) -> int:
    """Return how many points average (1 + p ratio)^-power over a beta distribution.

    The rule of thumb was found by trial and gives nine digits. It is far beyond 64 only where the
    time to come is many times the time that the customer is known.
    """
    needed = 6 * (ratio * (1 + min(ratio, power))) ** 0.5
    return next((nodes for nodes in NODES if nodes >= needed), NODES[-1])


def orders_if_alive(
    model: OrderModel, x: npt.ArrayLike, age: npt.ArrayLike, weeks: npt.ArrayLike
) -> FloatArray:
    """Return the expected orders of customers who are alive now.

    Their order rate is gamma distributed with r + x and alpha + T, their probability to drop out
    beta distributed with a and b + x (+ 1 in the MBG/NBD). Who orders at the rate l and drops out
    with the probability p places (1 - exp(-l p t)) / p orders in t; over l the mean is
    (1 - (1 + p t / (alpha + T))^-(r + x)) / p, over p a rule of Gauss averages. That is the
    expression with the Gaussian hypergeometric function of the papers, without its overflow for
    large x and its gap at a = 1.

    Parameters
    ----------
    model
        Fitted model.
    x, age
        (n,) repeat orders, weeks since the first.
    weeks
        (h,) times from now.

    Returns
    -------
    ndarray
        (n, h) expected orders.
    """
    x, age, weeks = (np.asarray(column, dtype=np.float64) for column in (x, age, weeks))
    expected = np.zeros((len(x), len(weeks)))
    order = np.argsort(x, kind="stable")
    counts, starts = np.unique(x[order], return_index=True)
    for count, rows in zip(counts, np.split(order, starts[1:]), strict=True):
        scale = model.alpha + age[rows]
        nodes = _nodes(float(weeks.max(initial=0) / scale.min()), model.r + count)
        points, weights = beta_rule(model.a, model.b + count + model.chances_at_first_order, nodes)
        for position, time in enumerate(weeks):
            # One time after another: a table of customers, points and times would be large.
            waiting = np.log1p(points * (time / scale)[:, None])
            orders = -np.expm1(-(model.r + count) * waiting) / points
            expected[rows, position] = (orders * weights).sum(axis=1)
    return expected


def conditional_expected_orders(
    model: OrderModel,
    x: npt.ArrayLike,
    t_x: npt.ArrayLike,
    age: npt.ArrayLike,
    weeks: npt.ArrayLike,
) -> FloatArray:
    """Return the (n, h) expected orders of customers in the (h,) next weeks, by their histories.

    Equation (10) of Fader, Hardie and Lee: the probability to be alive times the orders if alive.
    """
    alive = probability_alive(model, x, t_x, age)
    orders: FloatArray = alive[:, None] * orders_if_alive(model, x, age, weeks)
    return orders


def expected_orders(model: OrderModel, weeks: npt.ArrayLike) -> FloatArray:
    """Return the (h,) expected repeat orders of a new customer in the first (h,) weeks."""
    orders: FloatArray = orders_if_alive(model, [0.0], [0.0], weeks)[0]
    begins_alive = model.b / (model.a + model.b) if model.chances_at_first_order else 1.0
    return begins_alive * orders


def discount_steps(horizon_days: float, yearly_rate: float) -> tuple[FloatArray, FloatArray]:
    """Return the ends of the months of a horizon in weeks, and the factor for each.

    A month is a twelfth of 365 days, the last one ends with the horizon. What comes in a month is
    discounted as if it came in its middle.
    """
    month = 365 / 12
    whole = np.arange(1, np.ceil(horizon_days / month) + 1)
    ends = np.minimum(whole * month, horizon_days)
    middles = (np.concatenate([[0.0], ends[:-1]]) + ends) / 2
    return ends / 7, (1 + yearly_rate) ** (-middles / 365)
