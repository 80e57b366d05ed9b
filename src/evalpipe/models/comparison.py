"""Likelihood ratio of two declared models fitted by maximum likelihood to the same rows."""

import numpy as np
from scipy.special import chdtrc

from evalpipe.errors import NotEstimableError
from evalpipe.models.estimate_rows import EstimateRow
from evalpipe.models.gaussian_fit import FittedGaussian
from evalpipe.models.gaussian_problem import random_terms
from evalpipe.vocabulary import DfMethod, Quantity, Scale, Status

TOLERANCE = 1e-7
"""A richer model may fall short of the simpler one's log-likelihood by this much (rounding)."""


def compare_models(
    simpler: FittedGaussian, richer: FittedGaussian, names: tuple[str, str]
) -> list[EstimateRow]:
    """Return the likelihood ratio test; at a boundary a second row with the mixture p-value.

    names: of the two analyses. A variance tested at zero lies on the boundary of its space: the
    chi-square p-value is then too large, and for one variance with its covariances the null
    distribution is the even mixture of chi-squares with one df less and with all (Self and Liang
    1987; Stram and Lee 1994). Raises NotEstimableError when the fits are not ML, use other rows, or
    are not nested in size.
    """
    _check_comparable(simpler, richer, names)
    extra = _n_parameters(richer) - _n_parameters(simpler)
    if extra <= 0:
        raise NotEstimableError(
            f"{names[1]} has no more parameters than {names[0]}: not a richer model"
        )
    statistic = 2 * (richer.fit.log_likelihood - simpler.fit.log_likelihood)
    if statistic < -TOLERANCE:
        raise NotEstimableError(
            f"{names[0]} fits better than {names[1]}: the models are not nested"
        )
    statistic = max(statistic, 0.0)
    added = _n_random(richer) - _n_random(simpler)
    words = "likelihood ratio, chi-square"
    if added > 0:
        words += "; conservative, because a variance is tested on its boundary"
    term = names[0]
    rows = [_row(term, statistic, extra, float(chdtrc(extra, statistic)), words, richer)]
    if added == 1 and len(richer.fit.beta) == len(simpler.fit.beta):
        p = 0.5 * float(chdtrc(extra, statistic)) + 0.5 * _tail(extra - 1, statistic)
        note = f"even mixture of chi-squares with {extra - 1} and {extra} df"
        rows.append(_row(f"{term}, boundary mixture", statistic, extra, p, note, richer))
    return rows


def _row(
    term: str, statistic: float, df: int, p: float, note: str, richer: FittedGaussian
) -> EstimateRow:
    return EstimateRow(
        Quantity.LIKELIHOOD_RATIO,
        term=term,
        df=float(df),
        df_method=DfMethod.CHI_SQUARE,
        statistic=statistic,
        p_value=p,
        scale=Scale.NONE,
        status=richer.status if richer.status is Status.NOT_CONVERGED else Status.OK,
        note=note,
    )


def _tail(df: int, statistic: float) -> float:
    if df == 0:
        return float(statistic <= 0)
    return float(chdtrc(df, statistic))


def _n_parameters(fitted: FittedGaussian) -> int:
    return len(fitted.fit.beta) + fitted.fit.n_parameters


def _n_random(fitted: FittedGaussian) -> int:
    """Return the number of random effects (columns) over all levels."""
    return (
        sum(len(effect.terms) for effect in fitted.fit.problem.random)
        if random_terms(fitted.model)
        else 0
    )


def _check_comparable(
    simpler: FittedGaussian, richer: FittedGaussian, names: tuple[str, str]
) -> None:
    for fitted, name in zip((simpler, richer), names, strict=True):
        if fitted.fit.method.value != "ml":
            raise NotEstimableError(
                f"{name} is fitted by REML; a comparison needs `method: ml` in both"
            )
    y, z = simpler.rows.y, richer.rows.y
    if len(y) != len(z) or not np.array_equal(np.sort(y), np.sort(z)):
        raise NotEstimableError(
            f"{names[0]} and {names[1]} use other rows ({len(y)} and {len(z)}): a likelihood ratio "
            "needs the same; the missing values of covariates differ"
        )
