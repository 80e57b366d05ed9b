"""Proportions and their differences with score intervals."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri


@dataclass(frozen=True)
class Interval:
    """An estimate with its interval."""

    estimate: float
    low: float
    high: float


def wilson_interval(count: int, n: int, conf_level: float = 0.95) -> Interval:
    """Return a proportion with its score interval (Wilson 1927); NaN when n is 0."""
    if n == 0:
        return Interval(np.nan, np.nan, np.nan)
    z = float(ndtri(0.5 + conf_level / 2))
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
    first = wilson_interval(count, n, conf_level)
    second = wilson_interval(reference_count, reference_n, conf_level)
    difference = first.estimate - second.estimate
    below = np.hypot(first.estimate - first.low, second.high - second.estimate)
    above = np.hypot(first.high - first.estimate, second.estimate - second.low)
    return Interval(difference, float(difference - below), float(difference + above))
