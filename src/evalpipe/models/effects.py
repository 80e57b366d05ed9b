"""Standardised differences with their intervals; the denominator is always named."""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, nctdtr, ndtri

from evalpipe.stats.problem import FloatArray


@dataclass(frozen=True)
class StandardisedDifference:
    """Cohen's d and Hedges' g of two independent groups, with intervals from the noncentral t.

    difference: mean of the first minus the second. pooled_sd: the denominator. n: (first, second).
    """

    difference: float
    pooled_sd: float
    n: tuple[int, int]
    d: float
    d_interval: tuple[float, float]
    correction: float

    @property
    def g(self) -> float:
        """Hedges' g: d times the exact small-sample correction."""
        return self.correction * self.d

    @property
    def g_interval(self) -> tuple[float, float]:
        """Interval of g."""
        low, high = self.d_interval
        return self.correction * low, self.correction * high

    @property
    def g_variance(self) -> float:
        """Large-sample variance of g (Hedges and Olkin 1985)."""
        first, second = self.n
        return (first + second) / (first * second) + self.g**2 / (2 * (first + second))


def hedges_correction(df: float) -> float:
    """Return the exact J(df) that makes d unbiased (Hedges 1981)."""
    return float(np.exp(gammaln(df / 2) - gammaln((df - 1) / 2)) / np.sqrt(df / 2))


def pooled_sd(groups: list[FloatArray]) -> float:
    """Return the SD pooled over groups (each (n,)); NaN when no df are left."""
    squares = sum(float(((g - g.mean()) ** 2).sum()) for g in groups if len(g))
    df = sum(len(g) - 1 for g in groups if len(g))
    return float(np.sqrt(squares / df)) if df > 0 else float("nan")


def standardise_difference(
    values: FloatArray, reference: FloatArray, conf_level: float = 0.95
) -> StandardisedDifference:
    """Return the standardised difference of two groups (n,) and (m,), each of at least two.

    Equal-variance pooled SD; interval by inverting the noncentral t distribution.
    """
    n, m = len(values), len(reference)
    sd = pooled_sd([values, reference])
    difference = float(values.mean() - reference.mean())
    d, df = difference / sd, n + m - 2
    root = float(np.sqrt(n * m / (n + m)))
    low, high = _noncentrality_interval(d * root, df, conf_level)
    return StandardisedDifference(
        difference, sd, (n, m), d, (low / root, high / root), hedges_correction(df)
    )


def _noncentrality_interval(t: float, df: float, conf_level: float) -> tuple[float, float]:
    """Return the noncentralities under which t lies in the upper and lower tail."""
    from scipy.optimize import brentq

    tail = (1 - conf_level) / 2

    def excess(delta: float, probability: float) -> float:
        return float(nctdtr(df, delta, t)) - probability

    def find(probability: float, step: float) -> float:
        border = t + step
        while excess(border, probability) * step > 0:
            border += step
        return float(brentq(excess, border - step, border, args=(probability,), xtol=1e-13))

    low, high = find(1 - tail, -1.0), find(tail, 1.0)
    return low, high


def standardise_estimate(
    estimate: float, std_error: float, sd: float, sd_df: float, conf_level: float
) -> tuple[float, float, float, float]:
    """Return (d, standard error, low, high) of a modelled difference over an SD.

    Delta method: the difference and the SD (with its df) both vary, independently.
    """
    d = estimate / sd
    error = float(np.sqrt((std_error / sd) ** 2 + d**2 / (2 * sd_df)))
    half = float(ndtri(0.5 + conf_level / 2)) * error
    return d, error, d - half, d + half
