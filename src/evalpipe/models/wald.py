"""From a contrast matrix to tests and intervals, for fits whose covariance and df are already
known.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, fdtrc, ndtr, ndtri, stdtr, stdtrit

from evalpipe.stats.problem import FloatArray


@dataclass(frozen=True)
class Tests:
    """One number each for m contrasts; df is infinite where the normal distribution is used."""

    estimate: FloatArray
    std_error: FloatArray
    df: FloatArray
    statistic: FloatArray
    p_value: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray


@dataclass(frozen=True)
class JointTest:
    """Several contrasts at once; df_denominator infinite means chi-square over df_numerator."""

    statistic: float
    df_numerator: float
    df_denominator: float
    p_value: float


def test_rows(
    L: FloatArray,
    beta: FloatArray,
    covariance: FloatArray,
    df: float | FloatArray = np.inf,
    conf_level: float = 0.95,
    offset: float | FloatArray = 0.0,
) -> Tests:
    """Return t (or z) tests of the rows of L (m, p) with covariance (p, p)."""
    estimate = L @ beta + offset
    error = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", L, covariance, L), 0.0))
    return tests_of(estimate, error, df, conf_level)


def tests_of(
    estimate: FloatArray, std_error: FloatArray, df: float | FloatArray, conf_level: float
) -> Tests:
    """Return tests of estimates (m,) against zero with their standard errors (m,)."""
    freedom = np.broadcast_to(np.asarray(df, dtype=float), estimate.shape).copy()
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = np.where(std_error > 0, estimate / std_error, np.nan)
    tail = 0.5 + conf_level / 2
    half = quantile(tail, freedom) * std_error
    return Tests(
        estimate,
        std_error,
        freedom,
        statistic,
        two_sided(statistic, freedom),
        estimate - half,
        estimate + half,
    )


def shift_tests(tests: Tests, offset: FloatArray) -> Tests:
    """Return the tests of estimates to which known constants (m,) are added.

    The statistic and p are those of the shifted estimate, as its interval is. Where no p could be
    given (a fit that carries none) there is still none.
    """
    if not offset.any():
        return tests
    estimate = tests.estimate + offset
    moved = offset != 0
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = np.where(moved, estimate / tests.std_error, tests.statistic)
    p_value = np.where(moved, two_sided(statistic, tests.df), tests.p_value)
    return Tests(
        estimate,
        tests.std_error,
        tests.df,
        np.where(np.isnan(tests.statistic), np.nan, statistic),
        np.where(np.isnan(tests.p_value), np.nan, p_value),
        tests.conf_low + offset,
        tests.conf_high + offset,
    )


def two_sided(statistic: FloatArray, df: FloatArray) -> FloatArray:
    """Return two-sided p-values of t (or z, where df is infinite)."""
    magnitude = -np.abs(statistic)
    finite = np.isfinite(df)
    p: FloatArray = 2.0 * np.where(
        finite, stdtr(np.where(finite, df, 1.0), magnitude), ndtr(magnitude)
    )
    return p


def quantile(tail: float, df: FloatArray) -> FloatArray:
    """Return the t (or normal) quantile for each df."""
    finite = np.isfinite(df)
    q: FloatArray = np.where(finite, stdtrit(np.where(finite, df, 1.0), tail), ndtri(tail))
    return q


def test_together(
    L: FloatArray, beta: FloatArray, covariance: FloatArray, df: float = np.inf
) -> JointTest:
    """Return the F test (chi-square over its df, where df is infinite) that L beta is zero."""
    difference = L @ beta
    middle = L @ covariance @ L.T
    q = int(np.linalg.matrix_rank(middle))
    statistic = float(difference @ np.linalg.pinv(middle) @ difference) / q
    p = fdtrc(q, df, statistic) if np.isfinite(df) else chdtrc(q, q * statistic)
    return JointTest(statistic, float(q), df, float(p))
