"""Standardised mean changes of pairs, each with an interval that holds its coverage.

Every change is the second measurement minus the first. Which standard deviation divides it decides
what the number means: that of the changes (d_z), the average of both measurements' (d_av; Bonett
2008), or that of the changes put right for their correlation (d_rm; Morris and DeShon 2002).
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import gammaln, nctdtr, ndtri, stdtrit

from evalpipe.stats.problem import FloatArray

SMALLEST = 2
"""Pairs, or people in a group, below which nothing is standardised."""


@dataclass(frozen=True)
class Standardised:
    """A standardised difference with its standard error and interval."""

    estimate: float
    std_error: float
    low: float
    high: float

    def unbiased(self, correction: float) -> "Standardised":
        """Return the estimate times Hedges' correction, with the interval as it is.

        Both estimate one parameter, whose interval covers; shrunk with the estimate it would cover
        0.89 of a nominal 0.95 in 6 pairs.
        """
        return replace(
            self, estimate=correction * self.estimate, std_error=correction * self.std_error
        )


@dataclass(frozen=True)
class PairedEffects:
    """d_z, d_av and d_rm of n pairs; hedges_g is d_av with Hedges' exact correction.

    difference: mean change. correlation: of the two measurements.
    """

    n: int
    difference: float
    correlation: float
    d_z: Standardised
    d_av: Standardised
    d_rm: Standardised
    hedges_g: Standardised


@dataclass(frozen=True)
class _Moments:
    """Variances of first and second measurement, their covariance, and the mean change."""

    n: int
    change: float
    first: float
    second: float
    joint: float

    @property
    def of_change(self) -> float:
        return self.first + self.second - 2 * self.joint

    @property
    def correlation(self) -> float:
        return self.joint / float(np.sqrt(self.first * self.second))


def hedges_correction(df: float) -> float:
    """Return the exact J(df) that makes d unbiased (Hedges 1981)."""
    return float(np.exp(gammaln(df / 2) - gammaln((df - 1) / 2)) / np.sqrt(df / 2))


def standardise_pairs(
    first: FloatArray, second: FloatArray, conf_level: float = 0.95
) -> PairedEffects:
    """Return the standardised changes of pairs (n,), n >= 2, both measurements and their change
    varying.
    """
    covariance = np.cov(first, second)
    moments = _Moments(
        len(first),
        float((second - first).mean()),
        float(covariance[0, 0]),
        float(covariance[1, 1]),
        float(covariance[0, 1]),
    )
    d_av = _by_average(moments, conf_level)
    return PairedEffects(
        n=moments.n,
        difference=moments.change,
        correlation=moments.correlation,
        d_z=_by_change(moments, conf_level),
        d_av=d_av,
        d_rm=_by_repeated(moments, conf_level),
        hedges_g=d_av.unbiased(hedges_correction(moments.n - 1)),
    )


def _by_change(m: _Moments, conf_level: float) -> Standardised:
    """d_z; the interval inverts the noncentral t distribution and is exact."""
    d, root = m.change / float(np.sqrt(m.of_change)), float(np.sqrt(m.n))
    low, high = noncentrality_interval(d * root, m.n - 1, conf_level)
    error = float(np.sqrt(1 / m.n + d**2 / (2 * (m.n - 1))))
    return Standardised(d, error, low / root, high / root)


def _by_average(m: _Moments, conf_level: float) -> Standardised:
    """d_av over the root of the mean variance; Bonett (2008), Psychol. Methods 13, 99, eq. 6."""
    s2 = (m.first + m.second) / 2
    d, df = m.change / float(np.sqrt(s2)), m.n - 1
    spread = (m.first**2 + m.second**2 + 2 * m.joint**2) / (8 * s2**2 * df)
    return _normal(d, d**2 * spread + m.of_change / (s2 * df), conf_level)


def _by_repeated(m: _Moments, conf_level: float) -> Standardised:
    """d_rm = d_z root(2 (1 - r)); delta method over all three second moments, t with n - 1 df.

    Taking r as known, as is often done, covers 0.70 to 0.96 of a nominal 0.95.
    """
    r, df = m.correlation, m.n - 1
    d = m.change * float(np.sqrt(2 * (1 - r) / m.of_change))
    gradient = np.array(
        [
            r / (4 * m.first * (1 - r)) - 1 / (2 * m.of_change),
            r / (4 * m.second * (1 - r)) - 1 / (2 * m.of_change),
            1 / m.of_change - 1 / (2 * (1 - r) * float(np.sqrt(m.first * m.second))),
        ]
    )
    a, b, c = m.first, m.second, m.joint
    moments = np.array(
        [
            [2 * a**2, 2 * c**2, 2 * a * c],
            [2 * c**2, 2 * b**2, 2 * b * c],
            [2 * a * c, 2 * b * c, a * b + c**2],
        ]
    )
    variance = (d**2 * float(gradient @ moments @ gradient) + 2 * (1 - r)) / df
    error = float(np.sqrt(variance))
    half = float(stdtrit(df, 0.5 + conf_level / 2)) * error
    return Standardised(d, error, d - half, d + half)


def _normal(d: float, variance: float, conf_level: float) -> Standardised:
    error = float(np.sqrt(variance))
    half = float(ndtri(0.5 + conf_level / 2)) * error
    return Standardised(d, error, d - half, d + half)


def noncentrality_interval(t: float, df: float, conf_level: float) -> tuple[float, float]:
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
