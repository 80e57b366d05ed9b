"""Proportions and their differences with score intervals."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

LARGEST_Z = 37.0
"""Where the normal distribution's tail is the smallest number that there is."""


@dataclass(frozen=True)
class Interval:
    """An estimate with its interval."""

    estimate: float
    low: float
    high: float


def wilson_interval(count: int, n: int, conf_level: float = 0.95) -> Interval:
    """Return a proportion with its score interval (Wilson 1927); NaN when n is 0."""
    return _wilson(count, n, float(ndtri(0.5 + conf_level / 2)))


def _wilson(count: int, n: int, z: float) -> Interval:
    if n == 0:
        return Interval(np.nan, np.nan, np.nan)
    share = count / n
    centre = (count + z**2 / 2) / (n + z**2)
    half = z / (n + z**2) * float(np.sqrt(n * share * (1 - share) + z**2 / 4))
    return Interval(share, max(0.0, centre - half), min(1.0, centre + half))


def newcombe_difference(
    count: int, n: int, reference_count: int, reference_n: int, conf_level: float = 0.95
) -> Interval:
    """Return the difference of two independent proportions with its hybrid score interval.

    Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.
    """
    z = float(ndtri(0.5 + conf_level / 2))
    return _newcombe(count, n, reference_count, reference_n, z)


def newcombe_p_value(count: int, n: int, reference_count: int, reference_n: int) -> float:
    """Return the two-sided p-value that belongs to Newcombe's interval.

    One minus the level at which the interval ends at zero, so that p is below 0.05 exactly where
    the 95 % interval leaves zero out. NaN when a group is empty.
    """
    if not n or not reference_n:
        return float("nan")
    if count * reference_n == reference_count * n:
        return 1.0

    def inner_end(z: float) -> float:
        found = _newcombe(count, n, reference_count, reference_n, z)
        return found.low if found.estimate > 0 else -found.high

    if inner_end(LARGEST_Z) > 0:
        return 2 * float(ndtr(-LARGEST_Z))
    return 2 * float(ndtr(-brentq(inner_end, 0.0, LARGEST_Z, xtol=1e-12)))


def _newcombe(count: int, n: int, reference_count: int, reference_n: int, z: float) -> Interval:
    first = _wilson(count, n, z)
    second = _wilson(reference_count, reference_n, z)
    difference = first.estimate - second.estimate
    below = np.hypot(first.estimate - first.low, second.high - second.estimate)
    above = np.hypot(first.high - first.estimate, second.estimate - second.low)
    return Interval(difference, float(difference - below), float(difference + above))
