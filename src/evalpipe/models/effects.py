"""Standardised differences with their intervals; the denominator is always named."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from evalpipe.stats.paired_effects import hedges_correction, noncentrality_interval
from evalpipe.stats.problem import FloatArray, IntArray


@dataclass(frozen=True)
class StandardisedDifference:
    """Cohen's d and Hedges' g of two independent groups, with intervals from the noncentral t.

    difference: mean of the first minus the second. pooled_sd: the denominator. n: (first, second).
    df: of the SD. alike: correlation of members of one unit; size: members of a unit.
    """

    difference: float
    pooled_sd: float
    n: tuple[int, int]
    d: float
    d_interval: tuple[float, float]
    correction: float
    df: float
    alike: float = 0.0
    size: float = 1.0

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
        """Large-sample variance of g (Hedges and Olkin 1985; with units, Hedges 2007)."""
        first, second = self.n
        spread = (first + second) / (first * second) * (1 + (self.size - 1) * self.alike)
        if self.size == 1.0:
            return spread + self.g**2 / (2 * (first + second))
        lost = 1 - 2 * (self.size - 1) * self.alike / (first + second - 2)
        return spread + self.g**2 * lost / (2 * self.df)


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
    low, high = noncentrality_interval(d * root, df, conf_level)
    return StandardisedDifference(
        difference, sd, (n, m), d, (low / root, high / root), hedges_correction(df), float(df)
    )


def standardise_clustered(
    groups: list[FloatArray], units: list[IntArray], conf_level: float = 0.95
) -> StandardisedDifference:
    """Return the standardised difference of two groups whose members come in units.

    groups: (n,) and (m,). units: which unit of its group each belongs to. The SD is that of people;
    its df, the correction and the interval take into account that members of a unit are alike
    (Hedges 2007, J. Educ. Behav. Stat. 32, equations 15, 17 and 27; unequal units by their mean
    size weighted by members). With units of identical members this is the difference of units.
    """
    n, m = len(groups[0]), len(groups[1])
    total = n + m
    size = sum(float((np.bincount(unit) ** 2).sum()) for unit in units) / total
    alike = max(_likeness(groups, units), 0.0)
    left = total - 2 - 2 * (size - 1) * alike
    rest = total - 2 * size
    spread = (total - 2) * (1 - alike) ** 2 + size * rest * alike**2
    df = left**2 / (spread + 2 * rest * alike * (1 - alike))
    sd = pooled_sd(groups)
    difference = float(groups[0].mean() - groups[1].mean())
    d = difference / sd * float(np.sqrt(left / (total - 2)))
    root = float(np.sqrt(n * m / total / (1 + (size - 1) * alike)))
    low, high = noncentrality_interval(d * root, df, conf_level)
    interval = (low / root, high / root)
    correction = hedges_correction(df)
    return StandardisedDifference(difference, sd, (n, m), d, interval, correction, df, alike, size)


def _likeness(groups: list[FloatArray], units: list[IntArray]) -> float:
    """Return the intraclass correlation within groups, from the analysis of variance."""
    between, within, lost, members, count = 0.0, 0.0, 0.0, 0, 0
    for values, unit in zip(groups, units, strict=True):
        sizes = np.bincount(unit)
        means = np.bincount(unit, values) / sizes
        between += float((sizes * (means - values.mean()) ** 2).sum())
        within += float(((values - means[unit]) ** 2).sum())
        lost += float((sizes**2).sum()) / len(values)
        members += len(values)
        count += len(sizes)
    df_between, df_within = count - len(groups), members - count
    if df_between < 1 or df_within < 1:
        return 0.0
    size = (members - lost) / df_between
    mean_between, mean_within = between / df_between, within / df_within
    return (mean_between - mean_within) / (mean_between + (size - 1) * mean_within)


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
