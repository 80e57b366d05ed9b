"""Rubin's rules: one answer from several completed data sets, and how much of it is chance."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from evalpipe.stats.problem import FloatArray


@dataclass(frozen=True)
class Pooled:
    """Pooled estimates, all of one shape (k, ...).

    df: Barnard and Rubin (1999). within, between, total: variances. df_rubin: of 1987.
    riv: relative increase of variance. missing_share: lambda, share of the variance due to missing
    data. fmi: fraction of missing information. monte_carlo_error: standard deviation that the
    estimate would have over other draws of as many imputations.
    """

    estimate: FloatArray
    std_error: FloatArray
    df: FloatArray
    statistic: FloatArray
    p_value: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    within: FloatArray
    between: FloatArray
    total: FloatArray
    df_rubin: FloatArray
    riv: FloatArray
    missing_share: FloatArray
    fmi: FloatArray
    monte_carlo_error: FloatArray


@dataclass(frozen=True)
class MonteCarloErrors:
    """How far chance moves a pooled answer: standard deviations over other draws, (k, ...)."""

    estimate: FloatArray
    std_error: FloatArray
    p_value: FloatArray


def pool_estimates(
    estimates: FloatArray,
    variances: FloatArray,
    df_complete: float | FloatArray,
    confidence_level: float = 0.95,
) -> Pooled:
    """Pool estimates and variances (m, k, ...) of m completed data sets.

    df_complete: degrees of freedom that complete data would have (Barnard and Rubin 1999,
    Biometrika 86). Where the imputations agree exactly, df are those of Barnard and Rubin's limit.
    """
    m = len(estimates)
    estimate = estimates.mean(axis=0)
    within, between = variances.mean(axis=0), estimates.var(axis=0, ddof=1)
    total = within + (1 + 1 / m) * between
    with np.errstate(divide="ignore", invalid="ignore"):
        missing_share = np.where(total > 0, (1 + 1 / m) * between / total, 0.0)
        riv = np.where(within > 0, (1 + 1 / m) * between / within, np.inf)
        df_rubin = (m - 1) / missing_share**2
        statistic = np.where(total > 0, estimate / np.sqrt(total), np.nan)
    complete = np.broadcast_to(np.asarray(df_complete, dtype=float), within.shape)
    df = _combine_df(complete, df_rubin, missing_share)
    half = _t_quantile(df, 0.5 + confidence_level / 2) * np.sqrt(total)
    return Pooled(
        estimate=estimate,
        std_error=np.sqrt(total),
        df=df,
        statistic=statistic,
        p_value=_two_sided(statistic, df),
        conf_low=estimate - half,
        conf_high=estimate + half,
        within=within,
        between=between,
        total=total,
        df_rubin=df_rubin,
        riv=riv,
        missing_share=missing_share,
        fmi=(riv + 2 / (df + 3)) / (riv + 1),
        monte_carlo_error=np.sqrt(between / m),
    )


def find_monte_carlo_errors(
    estimates: FloatArray, variances: FloatArray, df_complete: float | FloatArray
) -> MonteCarloErrors:
    """Return Monte Carlo errors by leaving out each of the m imputations in turn.

    Royston, Carlin and White (2009), Stata Journal 9, 252-264. Shapes as `pool_estimates`.
    """
    m = len(estimates)
    left = [np.delete(np.arange(m), i) for i in range(m)]
    pooled = [pool_estimates(estimates[i], variances[i], df_complete) for i in left]

    def spread(values: list[FloatArray]) -> FloatArray:
        return np.asarray(np.sqrt((m - 1) ** 2 / m * np.var(np.array(values), axis=0, ddof=1)))

    return MonteCarloErrors(
        spread([each.estimate for each in pooled]),
        spread([each.std_error for each in pooled]),
        spread([each.p_value for each in pooled]),
    )


def choose_imputations(
    between: FloatArray, digit: float, *, certainty: float = 0.95, least: int = 20
) -> int:
    """Return how many imputations keep the estimates within half a printed digit of their limit.

    between: variances between imputations (k, ...) of a first round. digit: the last digit that
    is printed, in units of the outcome (0.1). certainty: that none of them moves by more
    (normal, Bonferroni over the k estimates). Four times as many are needed for half the digit.
    """
    largest = float(np.max(between, initial=0.0))
    z = float(ndtri(1 - (1 - certainty) / (2 * max(between.size, 1))))
    return max(least, int(np.ceil(largest * (2 * z / digit) ** 2)))


def _combine_df(
    complete: FloatArray, df_rubin: FloatArray, missing_share: FloatArray
) -> FloatArray:
    """Return Barnard and Rubin's df."""
    with np.errstate(invalid="ignore"):
        observed = (complete + 1) / (complete + 3) * complete * (1 - missing_share)
        both = observed * df_rubin / (observed + df_rubin)
    finite = np.where(np.isfinite(complete), both, df_rubin)
    limit = np.where(np.isfinite(complete), observed, np.inf)
    return np.where(np.isfinite(df_rubin), finite, limit)


def _t_quantile(df: FloatArray, probability: float) -> FloatArray:
    finite = np.where(np.isfinite(df), df, 1.0)
    return np.where(np.isfinite(df), stdtrit(finite, probability), ndtri(probability))


def _two_sided(statistic: FloatArray, df: FloatArray) -> FloatArray:
    finite = np.where(np.isfinite(df), df, 1.0)
    below = np.where(np.isfinite(df), stdtr(finite, -np.abs(statistic)), ndtr(-np.abs(statistic)))
    return 2 * below
