"""Rubin's rules: one answer from several completed data sets."""

from dataclasses import dataclass

import numpy as np

from evalpipe.models.wald import Tests, tests_of
from evalpipe.stats.problem import FloatArray


@dataclass(frozen=True)
class Pooled:
    """Pooled estimates (k,).

    tests: with Barnard and Rubin (1999) df. within, between, total: variances. df_rubin: of 1987.
    riv: relative increase of variance. missing_share: lambda, share of the variance due to missing
    data. fmi: fraction of missing information.
    """

    tests: Tests
    within: FloatArray
    between: FloatArray
    total: FloatArray
    df_rubin: FloatArray
    riv: FloatArray
    missing_share: FloatArray
    fmi: FloatArray


def pool_estimates(
    estimates: FloatArray,
    variances: FloatArray,
    df_complete: float | FloatArray,
    conf_level: float = 0.95,
) -> Pooled:
    """Pool estimates and variances (m, k) of m completed data sets.

    df_complete: degrees of freedom that complete data would have (Barnard and Rubin 1999,
    Biometrika 86). Where the imputations agree exactly, df are those of Barnard and Rubin's limit.
    """
    m = len(estimates)
    within, between = variances.mean(axis=0), estimates.var(axis=0, ddof=1)
    total = within + (1 + 1 / m) * between
    with np.errstate(divide="ignore", invalid="ignore"):
        missing_share = np.where(total > 0, (1 + 1 / m) * between / total, 0.0)
        riv = np.where(within > 0, (1 + 1 / m) * between / within, np.inf)
        df_rubin = (m - 1) / missing_share**2
    complete = np.broadcast_to(np.asarray(df_complete, dtype=float), within.shape)
    observed = (complete + 1) / (complete + 3) * complete * (1 - missing_share)
    with np.errstate(invalid="ignore"):
        finite = np.where(
            np.isfinite(complete), observed * df_rubin / (observed + df_rubin), df_rubin
        )
    df = np.where(np.isfinite(df_rubin), finite, np.where(np.isfinite(complete), observed, np.inf))
    fmi = (riv + 2 / (df + 3)) / (riv + 1)
    tests = tests_of(estimates.mean(axis=0), np.sqrt(total), df, conf_level)
    return Pooled(tests, within, between, total, df_rubin, riv, missing_share, fmi)
