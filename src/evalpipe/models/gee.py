"""Estimating equations for binary, ordinal, count, positive and bounded outcomes."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from evalpipe.config.analyses import Estimand, Gee
from evalpipe.models.answers import (
    answer_rows,
    exponentiate,
    join_notes,
    withhold_rows,
)
from evalpipe.models.estimate_rows import EstimateRow, Heading
from evalpipe.models.marginal_fit import MarginalFit, fit_equations
from evalpipe.models.marginal_rows import joint_rows, threshold_rows
from evalpipe.models.model_rows import ModelRows, build_rows, levels_in, outcome_column
from evalpipe.models.ordinal_fit import fit_ordinal_gee
from evalpipe.models.requests import Request, Setting, requests_of
from evalpipe.models.result import Answer
from evalpipe.models.standardisation import standardised_rows
from evalpipe.models.term_requests import coefficient_requests
from evalpipe.models.variables import Declared
from evalpipe.models.visits import only_visit, rows_at, wanted_visits
from evalpipe.stats.problem import FloatArray
from evalpipe.vocabulary import Quantity, Scale, Status

LINK_SCALES = {
    "binomial": (Scale.LOG_ODDS, Scale.ODDS_RATIO),
    "ordinal": (Scale.LOG_ODDS, Scale.ODDS_RATIO),
    "poisson": (Scale.LOG, Scale.RATE_RATIO),
    "gamma": (Scale.LOG, Scale.RATIO),
    "gaussian": (Scale.OUTCOME, Scale.OUTCOME),
}
"""Family -> scale of the coefficients, and of their exponential."""


def analyse_gee(
    frame: pd.DataFrame,
    model: Gee,
    estimand: Estimand,
    declared: Declared,
    heading: Heading,
    *,
    success: float | None = None,
    baseline_visit: str | None = None,
) -> Answer:
    """Return coefficients and contrasts on the link scale and as ratios, and absolute effects.

    success: the outcome's code that counts as 1, for a classification; default: the outcome is 0 or
    1. Risks, risk differences and relative risks are standardised over the participants
    (g-computation) with delta-method intervals.
    """
    part = rows_at(frame, estimand)
    outcome = _binary(part, success) if success is not None else None
    rows = build_rows(part, model, declared, also=(model.within,), outcome=outcome)
    fit = fit_gee(rows, model, declared)
    answers = list(_answer(fit, estimand, declared, heading.conf_level, baseline_visit))
    counted = heading.with_counts(rows.n_participants, rows.n)
    return Answer(counted, answers, [_diagnose(fit, model)])


def fit_gee(rows: ModelRows, model: Gee, declared: Declared) -> MarginalFit:
    """Fit a marginal model; an ordinal outcome has proportional odds of a higher class.

    Raises as `fit_equations` does.
    """
    if model.family == "ordinal":
        return fit_ordinal_gee(rows, model, declared)
    return fit_equations(rows, model, declared)


def _binary(frame: pd.DataFrame, success: float) -> FloatArray:
    values: FloatArray = frame[outcome_column(frame)].to_numpy(dtype="float64", na_value=np.nan)
    return np.where(np.isnan(values), np.nan, (values == success).astype(float))


def gee_setting(
    rows: ModelRows, estimand: Estimand, declared: Declared, baseline_visit: str | None
) -> Setting:
    """Return where the estimand's numbers are read off."""
    visits = None
    if levels_in(rows.design, "visit"):
        visits = wanted_visits(rows.frame, estimand, declared)
        if estimand.visits == "after_baseline":
            visits = tuple(visit for visit in visits if visit != baseline_visit)
    return Setting(rows.grid, visits, only_visit(rows.frame), baseline_visit)


def _answer(
    fit: MarginalFit,
    estimand: Estimand,
    declared: Declared,
    conf_level: float,
    baseline_visit: str | None,
) -> Iterator[EstimateRow]:
    link, ratio = LINK_SCALES[fit.family]
    setting = gee_setting(fit.rows, estimand, declared, baseline_visit)
    if ratio is link:  # elsewhere the outcome's own baseline is not on the scale of the model
        setting = replace(setting, start="covariate")
    requests = coefficient_requests(fit.rows.design) + requests_of(estimand, setting)
    if fit.family == "ordinal":
        requests = [r for r in requests if not _needs_level(r)]
    rows = answer_rows(
        requests,
        fit.test(requests, conf_level),
        fit.df_method,
        link,
        fit.status,
        fit.note,
        support=fit.rows.support,
    )
    rows = withhold_rows(requests, rows, fit.carried.can_estimate, fit.reason)
    rows = [_without_geometry(row, link) for row in rows]
    yield from rows
    if ratio is not link:
        effects = [row for row in rows if row.quantity is not Quantity.MARGINAL_MEAN]
        yield from exponentiate(effects, ratio, ratio)
    yield from joint_rows(fit, setting)
    if fit.family != "gaussian" and fit.family != "ordinal" and fit.status is Status.OK:
        yield from standardised_rows(fit, estimand, setting, conf_level)
    yield from _nuisance_rows(fit)


def _needs_level(request: Request) -> bool:
    """Whether a request is about the level of the outcome, which differs by class."""
    return request.term == "intercept" or request.quantity is Quantity.MARGINAL_MEAN


def _without_geometry(row: EstimateRow, link: Scale) -> EstimateRow:
    is_mean = row.quantity is Quantity.MARGINAL_MEAN and row.estimate is not None
    if is_mean and link is Scale.LOG_ODDS:
        return replace(row, note=join_notes("log odds at the mean of the covariates", row.note))
    return row


def _nuisance_rows(fit: MarginalFit) -> Iterator[EstimateRow]:
    if fit.correlation is not None:
        yield EstimateRow(
            Quantity.CORRELATION,
            term="working correlation",
            estimate=fit.correlation,
            scale=Scale.CORRELATION,
        )
    yield from threshold_rows(fit)


def _diagnose(fit: MarginalFit, model: Gee) -> dict[str, object]:
    return {
        "engine": "statsmodels GEE",
        "model": f"gee {model.family}",
        "method": _name_errors(fit, model),
        "covariance_structure": model.correlation,
        "status": fit.status,
        "n_participants": fit.rows.n_participants,
        "n_observations": fit.rows.n,
        "n_fixed": len(fit.beta),
        "n_covariance": 0 if fit.correlation is None else 1,
        "is_singular": False,
        "has_converged": fit.status is Status.OK,
        "warnings": "\n".join((*fit.rows.left_out, *fit.warnings)) or None,
        "note": join_notes(fit.note, None if fit.carried.kept.all() else fit.reason),
    }


def _name_errors(fit: MarginalFit, model: Gee) -> str:
    if model.covariance != "naive":
        return f"{model.covariance} standard errors"
    scale = "one" if fit.scale is None else "the mean squared residual"
    return f"naive standard errors, scale {scale}"
