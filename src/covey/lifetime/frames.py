"""Frames in, frames out: the fitted models as parameter rows, and what they expect by history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from covey.lifetime.fitting import FloatArray
from covey.lifetime.orders import (
    BG_NBD,
    ORDER_MODELS,
    Histories,
    OrderModel,
    discount_steps,
    fit_orders,
    orders_if_alive,
)
from covey.lifetime.values import Spendings, ValueModel, fit_values

ALL, CALIBRATION = "all", "calibration"
FITS = (ALL, CALIBRATION)
"""Fitted on all data, and on those until the holdout begins."""

GAMMA_GAMMA = "gamma_gamma"

HORIZONS_DAYS = (90, 365, 1095)
"""How far customer_lifetime_value looks: its columns are named after them."""

HISTORY_COLUMNS = ("fit", "repeat_count", "recency_weeks", "age_weeks", "mean_repeat_value")
PARAMETER_TYPES = {
    "fit": "str",
    "model": "str",
    "parameter": "str",
    "value": "float64",
    "is_valid": "bool",
    "rejection_reason": "str",
}
EXPECTATION_TYPES = {
    "fit": "str",
    "model": "str",
    "repeat_count": "int64",
    "age_days": "int64",
    "horizon_days": "int64",
    "expected_orders": "float64",
    "discounted_orders": "float64",
}


@dataclass(frozen=True, slots=True)
class LifetimeSettings:
    """The var `covey_clv`.

    Parameters
    ----------
    model
        Model of orders that is applied: one of `ORDER_MODELS`.
    discount_rate_yearly
        What a year takes off the worth of money to come: 0.1 for a tenth.
    holdout_days
        Last days that the calibration keeps from the fit.
    min_repeat_buyers
        With fewer customers who bought again nothing is fitted.
    max_value_frequency_correlation
        Above it, either sign, values are not independent of the number of orders, as the
        Gamma-Gamma model takes them to be.
    """

    model: str = BG_NBD
    discount_rate_yearly: float = 0.1
    holdout_days: int = 180
    min_repeat_buyers: int = 100
    max_value_frequency_correlation: float = 0.3

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        if self.model not in ORDER_MODELS:
            raise ValueError(
                f"covey_clv: model is {self.model!r}, it must be one of {list(ORDER_MODELS)}"
            )
        for name, least in [
            ("discount_rate_yearly", 0),
            ("holdout_days", 1),
            ("min_repeat_buyers", 1),
            ("max_value_frequency_correlation", 0),
        ]:
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ValueError(f"covey_clv: {name} is {value!r}, it must be a number")
            if name in ("holdout_days", "min_repeat_buyers") and not isinstance(value, int):
                raise ValueError(f"covey_clv: {name} is {value}, it must be a whole number")
            if not least <= value < float("inf"):
                raise ValueError(f"covey_clv: {name} is {value}, it must be at least {least}")

    @classmethod
    def parse(cls, options: Mapping[str, object]) -> LifetimeSettings:
        """Read the var; what it does not name keeps its default.

        Raises
        ------
        ValueError
            If a name is unknown or a value makes no sense.
        """
        known = [field.name for field in fields(cls)]
        unknown = sorted(set(options) - set(known))
        if unknown:
            raise ValueError(f"covey_clv has no {unknown}; it has {known}")
        return cls(**options)  # type: ignore[arg-type]


def fit_lifetime_models(
    histories: pd.DataFrame, options: Mapping[str, object] | None = None
) -> pd.DataFrame:
    """Fit the models of orders and of values, on all data and for the calibration.

    Parameters
    ----------
    histories
        `HISTORY_COLUMNS`, a row a fit and customer; `customers`, if it is there, says how many
        customers a row stands for. mean_repeat_value counts where repeat_count is above 0.
    options
        The var `covey_clv`.

    Returns
    -------
    DataFrame
        `PARAMETER_TYPES`, by fit, model and parameter: r, alpha (weeks), a, b of `bg_nbd` and
        `mbg_nbd`; p, q, v (money) of `gamma_gamma`, where there are repeat buyers enough. Of each
        also customers, repeat_buyers, log_likelihood, is_converged (1 or 0); of gamma_gamma
        value_frequency_correlation, where it is defined. is_valid and rejection_reason are those
        of the model and stand in each of its rows.

    Raises
    ------
    ValueError
        If a column is missing, a history is impossible or a setting makes no sense.
    """
    settings = LifetimeSettings.parse(options or {})
    missing = [column for column in HISTORY_COLUMNS if column not in histories.columns]
    if missing:
        raise ValueError(f"histories lack the columns {missing}; they have {list(histories)}")
    rows: list[tuple[object, ...]] = []
    for fit in FITS:
        of_fit = histories.loc[histories["fit"] == fit]
        for model, figures, reason in _fitted(of_fit, settings):
            rows += [
                (fit, model, parameter, rounded(value), reason is None, reason)
                for parameter, value in figures.items()
                if np.isfinite(value)
            ]
    frame = pd.DataFrame(rows, columns=list(PARAMETER_TYPES))
    return frame.astype(PARAMETER_TYPES).sort_values(
        ["fit", "model", "parameter"], ignore_index=True
    )


def rounded(value: float) -> float:
    """Twelve digits: the last ones depend on the processor."""
    return float(f"{value:.12g}")


def _fitted(
    histories: pd.DataFrame, settings: LifetimeSettings
) -> Iterator[tuple[str, dict[str, float], str | None]]:
    """Yield each model with its figures and why it is not valid, if so."""
    x = histories["repeat_count"].to_numpy(np.float64)
    mean = histories["mean_repeat_value"].to_numpy(np.float64, na_value=np.nan)
    weights = (
        histories["customers"].to_numpy(np.float64)
        if "customers" in histories
        else np.ones(len(histories))
    )
    grouped = Histories(
        x,
        histories["recency_weeks"].to_numpy(np.float64),
        histories["age_weeks"].to_numpy(np.float64),
        weights,
    )
    counted = {
        "customers": grouped.customers,
        "repeat_buyers": float(weights[x > 0].sum()),
    }
    for name in ORDER_MODELS:
        reason = _too_few(counted["repeat_buyers"], settings)
        if reason:
            yield name, counted, reason
            continue
        orders = fit_orders(name, grouped)
        reason = None if orders.is_converged else "the fit of orders did not converge"
        yield name, counted | _figures(orders), reason

    # Who gave everything back is a repeat buyer, and no gamma distribution has a mean of 0.
    has_value = (x > 0) & (mean > 0)
    spendings = Spendings(x[has_value], mean[has_value], weights[has_value])
    counted |= {
        "repeat_buyers": spendings.customers,
        "value_frequency_correlation": spendings.correlation(),
    }
    reason = _too_few(spendings.customers, settings)
    if reason:
        yield GAMMA_GAMMA, counted, reason
        return
    values = fit_values(spendings)
    yield (
        GAMMA_GAMMA,
        counted | _figures(values),
        _unfit(values, counted["value_frequency_correlation"], settings),
    )


def _too_few(repeat_buyers: float, settings: LifetimeSettings) -> str | None:
    least = settings.min_repeat_buyers
    return (
        f"{repeat_buyers:g} repeat buyers, fewer than {least:g}" if repeat_buyers < least else None
    )


def _unfit(model: ValueModel, correlation: float, settings: LifetimeSettings) -> str | None:
    """Return why a model of values must not be used."""
    most = settings.max_value_frequency_correlation
    if not model.is_converged:
        return "the fit of values did not converge"
    if model.q <= 1:
        return f"values have no finite mean: q is {model.q:.3g}, not above 1"
    if abs(correlation) > most:
        return f"values and frequency correlate by {correlation:.2f}, more than {most:g}"
    return None


def _figures(model: OrderModel | ValueModel) -> dict[str, float]:
    return {
        field.name: float(getattr(model, field.name))
        for field in fields(model)
        if field.name != "name"
    }


def order_models(parameters: pd.DataFrame, fit: str) -> dict[str, OrderModel]:
    """Return the models of orders of a fit that are valid, from their parameter rows."""
    rows = parameters.loc[(parameters["fit"] == fit) & parameters["is_valid"].astype(bool)]
    found = {}
    for name in ORDER_MODELS:
        values = rows.loc[rows["model"] == name].set_index("parameter")["value"]
        if len(values):
            r, alpha, a, b = (float(values[key]) for key in ("r", "alpha", "a", "b"))
            found[name] = OrderModel(name, r, alpha, a, b)
    return found


def value_model(parameters: pd.DataFrame, fit: str) -> ValueModel | None:
    """Return the model of values of a fit from its parameter rows; none if it is not valid."""
    rows = parameters.loc[
        (parameters["fit"] == fit)
        & (parameters["model"] == GAMMA_GAMMA)
        & parameters["is_valid"].astype(bool)
    ]
    values = rows.set_index("parameter")["value"]
    if not len(values):
        return None
    p, q, v = (float(values[key]) for key in ("p", "q", "v"))
    return ValueModel(p, q, v)


def predict_orders_if_alive(
    ages: pd.DataFrame,
    parameters: pd.DataFrame,
    options: Mapping[str, object] | None = None,
) -> pd.DataFrame:
    """Tabulate the orders that customers place if they are alive, by the valid models.

    All else that is expected of a customer follows from this table by elementary functions.

    Parameters
    ----------
    ages
        fit, repeat_count, age_days: what customers have; a pair may come more than once.
    parameters
        What `fit_lifetime_models` returned.
    options
        The var `covey_clv`.

    Returns
    -------
    DataFrame
        `EXPECTATION_TYPES`, a row a fit, model, repeat_count, age_days and horizon: the horizons
        of `HORIZONS_DAYS` by the chosen model on all data, the holdout by each model of the
        calibration. discounted_orders are the orders of each month discounted by its middle.
    """
    settings = LifetimeSettings.parse(options or {})
    frames = [
        _tabulated(of_fit, model, fit, horizons, settings.discount_rate_yearly)
        for fit, horizons in [(ALL, HORIZONS_DAYS), (CALIBRATION, (settings.holdout_days,))]
        for name, model in order_models(parameters, fit).items()
        if fit == CALIBRATION or name == settings.model
        for of_fit in [ages.loc[ages["fit"] == fit]]
    ]
    if not frames:
        frames = [pd.DataFrame(columns=list(EXPECTATION_TYPES))]
    return pd.concat(frames, ignore_index=True).astype(EXPECTATION_TYPES)


def _tabulated(
    ages: pd.DataFrame,
    model: OrderModel,
    fit: str,
    horizons_days: tuple[int, ...],
    yearly_rate: float,
) -> pd.DataFrame:
    pairs = ages[["repeat_count", "age_days"]].drop_duplicates()
    pairs = pairs.sort_values(["repeat_count", "age_days"], ignore_index=True).astype("int64")
    steps = [discount_steps(days, yearly_rate) for days in horizons_days]
    weeks, position = np.unique(np.concatenate([ends for ends, _ in steps]), return_inverse=True)
    counts, weeks_old = pairs["repeat_count"].to_numpy(), pairs["age_days"].to_numpy() / 7
    orders = orders_if_alive(model, counts, weeks_old, weeks)
    frames = []
    for days, (ends, factors) in zip(horizons_days, steps, strict=True):
        columns, position = position[: len(ends)], position[len(ends) :]
        by_month = np.diff(orders[:, columns], axis=1, prepend=0.0)
        frames.append(
            pairs.assign(
                fit=fit,
                model=model.name,
                horizon_days=days,
                expected_orders=_digits(orders[:, columns[-1]]),
                discounted_orders=_digits((by_month * factors).sum(axis=1)),
            )
        )
    return pd.concat(frames, ignore_index=True)[list(EXPECTATION_TYPES)]


def _digits(values: FloatArray) -> FloatArray:
    """Round to ten digits after the point: the last ones depend on the processor."""
    return np.round(values, 10)
