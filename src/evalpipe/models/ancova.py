"""Least squares at one visit, with classical or heteroscedasticity-consistent errors."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from evalpipe.config.analyses import Ancova, Estimand
from evalpipe.models.answers import (
    answer_rows,
    exponentiate,
    join_notes,
    joint_row,
    offsets,
    stack_rows,
)
from evalpipe.models.estimate_rows import EstimateRow, Heading
from evalpipe.models.model_rows import ModelRows, build_rows, outcome_column
from evalpipe.models.requests import Request, Setting, Start, requests_of
from evalpipe.models.result import Answer
from evalpipe.models.term_requests import coefficient_requests, joint_requests
from evalpipe.models.variables import Declared
from evalpipe.models.visits import only_visit, split_visits
from evalpipe.models.wald import Tests, test_rows, test_together
from evalpipe.stats.problem import FloatArray
from evalpipe.vocabulary import DfMethod, Quantity, Scale

HETEROSCEDASTIC = {"hc2": "cov_HC2", "hc3": "cov_HC3"}


@dataclass(frozen=True)
class LeastSquaresFit:
    """A least squares fit. covariance: (p, p) of beta by the method asked for."""

    rows: ModelRows
    beta: FloatArray
    covariance: FloatArray
    df_residual: float
    sigma: float
    log_likelihood: float
    aic: float
    bic: float
    standard_errors: str

    def test(self, requests: list[Request], conf_level: float) -> Tests:
        """Return t tests with the residual df."""
        L = stack_rows(requests, len(self.beta))
        return test_rows(
            L, self.beta, self.covariance, self.df_residual, conf_level, offsets(requests)
        )


def fit_least_squares(rows: ModelRows, standard_errors: str) -> LeastSquaresFit:
    """Fit by ordinary least squares.

    standard_errors: `classical`, `hc2` or `hc3` (MacKinnon and White 1985); t with residual df.
    """
    from statsmodels.regression.linear_model import OLS

    fit = OLS(rows.y, rows.X).fit()
    covariance = (
        fit.cov_params()
        if standard_errors == "classical"
        else getattr(fit, HETEROSCEDASTIC[standard_errors])
    )
    return LeastSquaresFit(
        rows=rows,
        beta=np.asarray(fit.params),
        covariance=np.asarray(covariance),
        df_residual=float(fit.df_resid),
        sigma=float(np.sqrt(fit.scale)),
        log_likelihood=float(fit.llf),
        aic=float(fit.aic) + 2.0,
        bic=float(fit.bic) + float(np.log(rows.n)),
        standard_errors=standard_errors,
    )


def analyse_ancova(
    frame: pd.DataFrame,
    model: Ancova,
    estimand: Estimand,
    declared: Declared,
    heading: Heading,
    *,
    is_log: bool = False,
) -> Answer:
    """Return coefficients, marginal means, contrasts and joint tests at each visit asked for.

    Each visit is a fit of its own. Raises NotEstimableError in the plan's words.
    """
    rows: list[EstimateRow] = []
    diagnostics: list[dict[str, object]] = []
    counts = []
    for visit, part in split_visits(frame, estimand, declared):
        used = build_rows(part, model, declared, outcome=_outcome(part, model))
        fit = fit_least_squares(used, model.standard_errors)
        start: Start = "outcome" if model.outcome_as == "change" else "covariate"
        setting = Setting(used.grid, None, visit or only_visit(part), start=start)
        rows += _answer_fit(fit, estimand, heading.conf_level, setting, is_log)
        diagnostics.append(_diagnose(fit, visit))
        counts.append((used.n_participants, used.n))
    return Answer(heading.with_counts(*max(counts)), rows, diagnostics)


def _outcome(frame: pd.DataFrame, model: Ancova) -> FloatArray:
    y: FloatArray = frame[outcome_column(frame)].to_numpy(dtype="float64", na_value=np.nan)
    if model.outcome_as == "change":
        y = y - frame["baseline"].to_numpy(dtype="float64", na_value=np.nan)
    return y


def _answer_fit(
    fit: LeastSquaresFit, estimand: Estimand, conf_level: float, setting: Setting, is_log: bool
) -> list[EstimateRow]:
    requests = coefficient_requests(fit.rows.design) + requests_of(estimand, setting)
    note = f"standard errors: {fit.standard_errors}"
    scale = Scale.LOG if is_log else Scale.OUTCOME
    tests = fit.test(requests, conf_level)
    answers = answer_rows(
        requests, tests, DfMethod.RESIDUAL, scale, note=note, support=fit.rows.support
    )
    if is_log:
        asked = [row for row in answers if row.quantity is not Quantity.COEFFICIENT]
        answers += exponentiate(asked, Scale.RATIO, Scale.OUTCOME)
    for request in joint_requests(setting):
        test = test_together(request.L, fit.beta, fit.covariance, fit.df_residual)
        answers.append(joint_row(request, test, DfMethod.RESIDUAL, support=fit.rows.support))
    answers += _fit_rows(fit)
    return [_at_visit(row, setting.only_visit, fit.rows) for row in answers]


def _fit_rows(fit: LeastSquaresFit) -> list[EstimateRow]:
    note = "the residual variance counts as a parameter"
    values = {"log_likelihood": fit.log_likelihood, "aic": fit.aic, "bic": fit.bic}
    rows = [
        EstimateRow(Quantity.FIT_STATISTIC, term=name, estimate=value, scale=Scale.NONE, note=note)
        for name, value in values.items()
    ]
    variance = EstimateRow(
        Quantity.VARIANCE_COMPONENT, term="residual", estimate=fit.sigma**2, scale=Scale.VARIANCE
    )
    return [*rows, variance]


def _at_visit(row: EstimateRow, visit: str | None, used: ModelRows) -> EstimateRow:
    counted = replace(row, n_participants=used.n_participants, n_observations=used.n)
    return counted if row.visit is not None else replace(counted, visit=visit)


def _diagnose(fit: LeastSquaresFit, visit: str | None) -> dict[str, object]:
    return {
        "fit": f"main_{visit}" if visit else "main",
        "engine": "statsmodels OLS",
        "model": "ancova",
        "method": f"least squares, {fit.standard_errors} standard errors",
        "status": "ok",
        "n_participants": fit.rows.n_participants,
        "n_observations": fit.rows.n,
        "n_fixed": len(fit.beta),
        "n_covariance": 1,
        "log_likelihood": fit.log_likelihood,
        "aic": fit.aic,
        "bic": fit.bic,
        "condition": float(np.linalg.cond(fit.rows.X / np.linalg.norm(fit.rows.X, axis=0))),
        "is_singular": False,
        "has_converged": True,
        "warnings": join_notes(*fit.rows.left_out),
    }
