"""A declared mixed model or MMRM and its frame -> rows of `estimates` and `diagnostics`."""

import numpy as np
import pandas as pd

from evalpipe.config.analyses import MMRM, Estimand
from evalpipe.models.answers import answer_rows, exponentiate, join_notes, joint_row
from evalpipe.models.covariance_rows import intraclass_rows, matrix_rows, parameter_rows
from evalpipe.models.estimate_rows import EstimateRow, Heading
from evalpipe.models.gaussian_fit import Attempt, FittedGaussian, fit_declared
from evalpipe.models.gaussian_problem import GaussianModel
from evalpipe.models.model_rows import levels_in
from evalpipe.models.requests import Request, Setting, requests_of
from evalpipe.models.result import Answer
from evalpipe.models.term_requests import coefficient_requests, joint_requests
from evalpipe.models.variables import Declared
from evalpipe.models.visits import only_visit, wanted_visits
from evalpipe.vocabulary import Quantity, Scale, Status


def analyse_gaussian(
    frame: pd.DataFrame,
    model: GaussianModel,
    estimand: Estimand,
    declared: Declared,
    heading: Heading,
    *,
    baseline_visit: str | None = None,
    is_log: bool = False,
) -> tuple[Answer, FittedGaussian]:
    """Return every number of the analysis, and the fit for what else is made of it.

    is_log: the outcome is on the log scale; differences are also given as ratios.
    Raises NotEstimableError where the data cannot carry the model.
    """
    fitted = fit_declared(frame, model, declared)
    rows = answer_gaussian(fitted, estimand, heading.conf_level, baseline_visit, is_log)
    counted = heading.with_counts(fitted.rows.n_participants, fitted.rows.n)
    return Answer(counted, rows, diagnose_attempts(fitted)), fitted


def answer_gaussian(
    fitted: FittedGaussian,
    estimand: Estimand,
    conf_level: float,
    baseline_visit: str | None = None,
    is_log: bool = False,
) -> list[EstimateRow]:
    """Return rows: coefficients, what the estimand asks for, joint tests, covariance, fit."""
    scale = Scale.LOG if is_log else Scale.OUTCOME
    setting = setting_of(fitted, estimand, baseline_visit)
    requests = coefficient_requests(fitted.rows.design) + requests_of(estimand, setting)
    answers = answer_requests(fitted, requests, conf_level, scale)
    if is_log:
        asked = [row for row in answers if row.quantity is not Quantity.COEFFICIENT]
        answers += exponentiate(asked, Scale.RATIO, Scale.OUTCOME)
    for request in joint_requests(setting):
        test = fitted.test_together(request)
        answers.append(
            joint_row(request, test, fitted.df_method, fitted.status, support=fitted.rows.support)
        )
    answers += parameter_rows(fitted, conf_level) + matrix_rows(fitted)
    answers += intraclass_rows(fitted, conf_level)
    return answers + fit_statistic_rows(fitted)


def answer_requests(
    fitted: FittedGaussian, requests: list[Request], conf_level: float, scale: Scale
) -> list[EstimateRow]:
    """Return one row for each single-row request."""
    if not requests:
        return []
    tests = fitted.test(requests, conf_level)
    return answer_rows(
        requests,
        tests,
        fitted.df_method,
        scale,
        fitted.status,
        fitted.note,
        support=fitted.rows.support,
    )


def setting_of(
    fitted: FittedGaussian, estimand: Estimand, baseline_visit: str | None = None
) -> Setting:
    """Return where the estimand's numbers are read off in this fit."""
    frame, design = fitted.rows.frame, fitted.rows.design
    baseline_visit = baseline_visit or fitted.declared.baseline_visit
    visits = None
    if levels_in(design, "visit"):
        visits = wanted_visits(frame, estimand, fitted.declared)
        if estimand.visits == "after_baseline":
            visits = tuple(visit for visit in visits if visit != baseline_visit)
    return Setting(
        fitted.rows.grid,
        visits,
        only_visit(frame),
        baseline_visit,
        "covariate",
    )


def fit_statistic_rows(fitted: FittedGaussian) -> list[EstimateRow]:
    """Return log-likelihood, AIC and BIC; the note says how they count."""
    fit, marginal = fitted.fit, isinstance(fitted.model, MMRM)
    aic, bic = fit.information_criteria(count_fixed=not marginal)
    counted = (
        "covariance parameters, BIC with log(participants)"
        if marginal
        else "fixed and covariance parameters, BIC with log(observations)"
    )
    kind = "restricted log-likelihood without log|X'X|" if fit.method.value == "reml" else "full"
    values = {
        "log_likelihood": (fit.log_likelihood, kind),
        "aic": (aic, counted),
        "bic": (bic, counted),
    }
    return [
        EstimateRow(
            Quantity.FIT_STATISTIC,
            term=name,
            estimate=value,
            scale=Scale.NONE,
            status=fitted.status,
            note=note,
        )
        for name, (value, note) in values.items()
    ]


def diagnose_attempts(fitted: FittedGaussian) -> list[dict[str, object]]:
    """Return one record for each fit; the last is `main`."""
    last = len(fitted.attempts) - 1
    names = ["main" if i == last else f"declared_{i + 1}" for i in range(last + 1)]
    return [
        _diagnose(attempt, name, fitted)
        for attempt, name in zip(fitted.attempts, names, strict=True)
    ]


def _diagnose(attempt: Attempt, name: str, fitted: FittedGaussian) -> dict[str, object]:
    fit = attempt.fit
    aic, bic = fit.information_criteria(count_fixed=not isinstance(attempt.model, MMRM))
    convergence = fit.convergence
    is_told = fit.has_inference or not convergence.boundary
    boundary = None if is_told else f"on the boundary: {', '.join(convergence.boundary)}"
    dropped = f"random terms dropped: {', '.join(attempt.dropped)}" if attempt.dropped else None
    return {
        "fit": name,
        "engine": "evalpipe",
        "model": attempt.model.kind,
        "method": fit.method.value,
        "covariance_structure": attempt.model.residual.structure,
        "status": Status(fit.status.value),
        "n_participants": fitted.rows.n_participants,
        "n_observations": fitted.rows.n,
        "n_fixed": len(fit.beta),
        "n_covariance": fit.n_parameters,
        "log_likelihood": fit.log_likelihood,
        "aic": aic,
        "bic": bic,
        "n_evaluations": convergence.evaluations,
        "n_iterations": convergence.iterations,
        "scaled_gradient": convergence.scaled_gradient,
        "condition": convergence.condition if np.isfinite(convergence.condition) else None,
        "is_singular": fit.status.value == "singular",
        "has_converged": convergence.has_converged and fit.status.value != "not_converged",
        "warnings": "\n".join((*fitted.rows.left_out,)) or None,
        "note": join_notes(convergence.message, boundary, dropped),
    }
