"""Conditional means under an assumption, analysed at each visit, with variance by jackknife or
bootstrap.

The imputation is a deterministic function of the data (no draws), and its variance is that of the
whole procedure when people are left out or drawn again (Wolbers et al. 2022, Pharmaceutical
Statistics 21, 1246-1257). This is the frequentist variance. Rubin's rules give a larger one under
assumptions that borrow from the reference arm, and the choice can decide.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular
from scipy.special import ndtr, ndtri

from evalpipe.errors import ModelError, NotEstimableError
from evalpipe.stats.fit import GaussianFit
from evalpipe.stats.missing.assumptions import ImputationData, Scenario
from evalpipe.stats.missing.bootstrap import draw_refits
from evalpipe.stats.missing.completed_sums import sum_completed, sum_shift
from evalpipe.stats.missing.imputation_model import Parameters, parameters_of
from evalpipe.stats.missing.leave_one_out import refit_leaving_out
from evalpipe.stats.missing.replicates import LeaveOneOut, Replicates, everybody
from evalpipe.stats.precondition import orthonormalise
from evalpipe.stats.problem import FloatArray

INDISPENSABLE = 1e-9
"""Share of the information on a term that must be left without a participant."""


@dataclass(frozen=True)
class Analysis:
    """A linear analysis (ANCOVA) of the completed outcome at each visit.

    design: (N, q), the same at each visit, without missing values. columns: q names. contrasts:
    (c, q) rows in its coefficients; NaN stands for the mean of that column over the participants
    of the sample (marginal means with covariates at their mean).
    """

    design: FloatArray
    columns: tuple[str, ...]
    contrasts: FloatArray


@dataclass(frozen=True)
class _SafeAnalysis:
    """The design as Q R with orthonormal Q, and the contrasts."""

    Q: FloatArray
    R: FloatArray
    contrasts: FloatArray


@dataclass(frozen=True)
class Refits:
    """The imputation model again in each sample: what all assumptions share.

    whole: fit to everybody. parameters: b fits. is_jackknife: else bootstrap.
    """

    whole: Parameters
    replicates: Replicates
    parameters: Parameters
    is_jackknife: bool


@dataclass(frozen=True)
class ConditionalMeanEstimates:
    """Estimates (c, T) of c contrasts at T visits; normal inference.

    in_samples: (b, c, T). conf_low, conf_high: at confidence_level.
    """

    estimate: FloatArray
    std_error: FloatArray
    statistic: FloatArray
    p_value: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    in_samples: FloatArray
    is_jackknife: bool
    confidence_level: float


def jackknife_refits(data: ImputationData, fit: GaussianFit) -> Refits:
    """Return the imputation model without each participant in turn; no chance in it."""
    parameters = refit_leaving_out(data, fit)
    return Refits(parameters_of(fit), LeaveOneOut(data.n_people), parameters, is_jackknife=True)


def bootstrap_refits(
    data: ImputationData, fit: GaussianFit, samples: int, generator: np.random.Generator
) -> Refits:
    """Return the imputation model in samples of participants drawn within arms."""
    parameters, replicates = draw_refits(data, fit, samples, generator)
    return Refits(parameters_of(fit), replicates, parameters, is_jackknife=False)


def estimate_conditional_means(
    data: ImputationData,
    refits: Refits,
    scenario: Scenario,
    analysis: Analysis,
    confidence_level: float = 0.95,
) -> ConditionalMeanEstimates:
    """Return the analysis of the completed data at each visit under one scenario.

    Raises
    ------
    ModelError
        If the shapes do not fit.
    NotEstimableError
        If a column of the analysis hangs on one participant.
    """
    safe = _check(data, analysis)
    one = everybody(data.n_people)
    whole = sum_completed(data, scenario, safe.Q, refits.whole, one)
    again = sum_completed(data, scenario, safe.Q, refits.parameters, refits.replicates)
    return summarise_samples(
        _contrast_coefficients(safe, whole, one)[0],
        _contrast_coefficients(safe, again, refits.replicates),
        is_jackknife=refits.is_jackknife,
        confidence_level=confidence_level,
    )


def estimate_shift(
    data: ImputationData, refits: Refits, shift: FloatArray, analysis: Analysis
) -> tuple[FloatArray, FloatArray]:
    """Return what a shift (N, T) of imputed outcomes adds to the estimates (c, T), and in each
    sample (b, c, T).

    Estimates are linear in an added shift, so one call serves every size of delta.
    """
    safe = _check(data, analysis)
    one = everybody(data.n_people)
    whole = sum_shift(data, shift, safe.Q, one)
    again = sum_shift(data, shift, safe.Q, refits.replicates)
    return (
        _contrast_coefficients(safe, whole, one)[0],
        _contrast_coefficients(safe, again, refits.replicates),
    )


def summarise_samples(
    estimate: FloatArray,
    in_samples: FloatArray,
    *,
    is_jackknife: bool,
    confidence_level: float = 0.95,
) -> ConditionalMeanEstimates:
    """Return standard errors, tests and intervals of estimates (...) from samples (b, ...).

    Jackknife: sqrt((b-1)/b sum (x - mean)^2), Efron and Tibshirani (1993), eq. 11.5. Bootstrap:
    standard deviation over samples.
    """
    error = sample_std_error(in_samples, is_jackknife=is_jackknife)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = np.where(error > 0, estimate / error, np.nan)
    half = ndtri(0.5 + confidence_level / 2) * error
    return ConditionalMeanEstimates(
        estimate,
        error,
        statistic,
        2 * ndtr(-np.abs(statistic)),
        estimate - half,
        estimate + half,
        in_samples,
        is_jackknife,
        confidence_level,
    )


def sample_std_error(in_samples: FloatArray, *, is_jackknife: bool) -> FloatArray:
    """Return the standard error (...) from samples (b, ...)."""
    b = len(in_samples)
    variance = np.var(in_samples, axis=0, ddof=1)
    return np.asarray(np.sqrt(variance * (b - 1) ** 2 / b if is_jackknife else variance))


def _contrast_coefficients(
    safe: _SafeAnalysis, sums: FloatArray, replicates: Replicates
) -> FloatArray:
    """Return contrasts (b, c, T) of the least-squares coefficients with Q'y = sums (b, q, T)."""
    Q, q = safe.Q, safe.Q.shape[1]
    everyone, part = np.arange(len(Q)), slice(0, replicates.number)
    gram = replicates.sum_over(Q[:, :, None] * Q[:, None, :], everyone, part)
    total = replicates.sum_over(np.column_stack([Q, np.ones(len(Q))]), everyone, part)
    mean = total[:, :-1] / total[:, -1:] @ safe.R
    rows = np.where(np.isnan(safe.contrasts), mean[:, None, :], safe.contrasts)
    turned = solve_triangular(safe.R, rows.reshape(-1, q).T, trans="T").T
    if np.linalg.eigvalsh(gram)[:, 0].min() < INDISPENSABLE:
        raise NotEstimableError(
            "a term of the analysis is missing in one of the samples drawn; use the jackknife, "
            "drop the term or join its levels"
        )
    return np.asarray(turned.reshape(rows.shape) @ np.linalg.solve(gram, sums))


def _check(data: ImputationData, analysis: Analysis) -> _SafeAnalysis:
    A, L = analysis.design, analysis.contrasts
    if A.shape[0] != data.n_people or L.ndim != 2 or L.shape[1] != A.shape[1]:
        raise ModelError("the design needs a row for each participant, and contrasts its columns")
    if not np.all(np.isfinite(A)):
        raise ModelError("the design of the analysis has missing values")
    Q, R = orthonormalise(A, analysis.columns)
    if np.any(np.sum(Q**2, axis=1) > 1 - INDISPENSABLE):
        raise NotEstimableError(
            "a term of the analysis is known from one participant only, so people cannot be left "
            "out in turn; drop the term or join its levels"
        )
    return _SafeAnalysis(Q, R, L)
