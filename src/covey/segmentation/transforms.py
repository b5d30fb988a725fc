"""Scales that features are put on, as numbers in rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import ndtr, ndtri

from covey.segmentation.frames import NONE, FloatArray

TRANSFORMS = ("identity", "log1p", "yeo_johnson", "quantile")

UNBOUNDED = 1e300
"""Bound of what has none: a number that every engine reads and compares the same."""

KNOTS = 101
"""Quantiles that the transform `quantile` keeps: every percent, and both ends."""

POWERS = (-5.0, 5.0)
"""Range that the power of Yeo and Johnson is sought in."""

POWER_DIGITS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Transform:
    """The scale of one feature.

    Attributes
    ----------
    name
        Out of `TRANSFORMS`.
    power
        Of yeo_johnson; 1 is the identity.
    knots
        Of quantile: (m,) values at equal steps of the share of customers, ascending.
    """

    name: str = "identity"
    power: float = 1.0
    knots: FloatArray = field(default_factory=lambda: np.empty(0))

    def forward(self, values: FloatArray) -> FloatArray:
        """Put finite raw values on the scale.

        log1p: sign(x) ln(1 + |x|). yeo_johnson: Yeo and Johnson 2000. quantile: the normal score
        of the position among the knots, never beyond half a step from either end; a value that
        several knots share stands in the middle of them.
        """
        if self.name == "log1p":
            logs: FloatArray = np.sign(values) * np.log1p(np.abs(values))
            return logs
        if self.name == "yeo_johnson":
            return yeo_johnson(values, self.power)
        if self.name == "quantile":
            step = 1.0 / (len(self.knots) - 1)
            shares = np.linspace(0.0, 1.0, len(self.knots))
            below = np.interp(values, self.knots, shares)
            above = 1.0 - np.interp(-values, -self.knots[::-1], shares)
            scores: FloatArray = ndtri(np.clip((below + above) / 2.0, step / 2.0, 1.0 - step / 2.0))
            return scores
        return values

    def inverse(self, values: FloatArray) -> FloatArray:
        """Undo `forward`; what is too large for a float becomes `UNBOUNDED`."""
        if self.name == "quantile":
            shares = np.linspace(0.0, 1.0, len(self.knots))
            raw: FloatArray = np.interp(ndtr(values), shares, self.knots)
            return raw
        with np.errstate(over="ignore"):
            if self.name == "log1p":
                values = np.sign(values) * np.expm1(np.abs(values))
            elif self.name == "yeo_johnson":
                values = inverse_yeo_johnson(values, self.power)
        clipped: FloatArray = np.clip(values, -UNBOUNDED, UNBOUNDED)
        return clipped

    def rows(self) -> Iterator[tuple[str, str, float]]:
        """Write what `log1p` does not say: parameter, term, value."""
        if self.name == "yeo_johnson":
            yield "yeo_johnson", NONE, self.power
        for number, knot in enumerate(self.knots):
            yield "quantile", f"{number:03d}", float(knot)


def fit_transform(name: str, known: FloatArray, quantiles: tuple[float, float]) -> Transform:
    """Fit the scale to (n,) known values, n at least 1.

    The power of Yeo and Johnson maximises the likelihood of the values, those beyond the two
    quantiles pulled in to them: a few far out would settle it otherwise.
    """
    if name == "yeo_johnson":
        return Transform(
            name, power=_likeliest_power(np.clip(known, *np.quantile(known, quantiles)))
        )
    if name == "quantile":
        return Transform(name, knots=np.quantile(known, np.linspace(0.0, 1.0, KNOTS)))
    return Transform(name)


def yeo_johnson(values: FloatArray, power: float) -> FloatArray:
    """Raise 1 + |x| to `power` on the right of 0 and to 2 - `power` on the left, as Box and Cox do.

    ((1 + x)^p - 1) / p for x >= 0, ln(1 + x) if p = 0; -((1 - x)^(2 - p) - 1) / (2 - p) for x < 0,
    -ln(1 - x) if p = 2 (Yeo and Johnson 2000). What is too large for a float becomes `UNBOUNDED`.
    """
    logs: FloatArray = np.log1p(np.abs(values))
    raised = np.empty_like(logs)
    for is_side, exponent in ((values >= 0.0, power), (values < 0.0, 2.0 - power)):
        side = logs[is_side]
        with np.errstate(over="ignore"):
            raised[is_side] = side if exponent == 0.0 else np.expm1(exponent * side) / exponent
    signed: FloatArray = np.clip(np.copysign(raised, values), -UNBOUNDED, UNBOUNDED)
    return signed


def inverse_yeo_johnson(values: FloatArray, power: float) -> FloatArray:
    """Undo `yeo_johnson`; a value that no finite one is mapped to becomes infinite."""
    raw = np.empty_like(values)
    for is_side, exponent in ((values >= 0.0, power), (values < 0.0, 2.0 - power)):
        side = np.abs(values[is_side])
        if exponent != 0.0:
            with np.errstate(divide="ignore"):
                side = np.log1p(np.maximum(exponent * side, -1.0)) / exponent
        raw[is_side] = np.expm1(side)
    signed: FloatArray = np.copysign(raw, values)
    return signed


def _likeliest_power(values: FloatArray) -> float:
    """Maximise the profile likelihood of a normal distribution over the power."""
    slope = float(np.mean(np.copysign(np.log1p(np.abs(values)), values)))

    def loss(power: float) -> float:
        scaled = yeo_johnson(values, power)
        magnitude = float(np.abs(scaled).max())
        spread = float(np.std(scaled / magnitude)) if magnitude > 0.0 else 0.0
        if not spread > 0.0:
            return UNBOUNDED
        return float(np.log(spread) + np.log(magnitude) - (power - 1.0) * slope)

    if loss(1.0) == UNBOUNDED:
        return 1.0
    found = minimize_scalar(loss, bounds=POWERS, method="bounded", options={"xatol": 1e-8})
    return round(float(found.x), POWER_DIGITS)
