"""Estimating equations for binary, ordinal, count, positive and bounded outcomes."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.analyses import Estimand, Gee
from evalpipe.errors import NotEstimableError
from evalpipe.models.answers import (
    answer_rows,
    exponentiate,
    join_notes,
    joint_row,
    offsets,
    stack_rows,
)
from evalpipe.models.estimate_rows import EstimateRow, Heading
from evalpipe.models.model_rows import ModelRows, build_rows, levels_in, outcome_column
from evalpipe.models.requests import (
    Request,
    Setting,
    coefficient_requests,
    joint_requests,
    requests_of,
)
from evalpipe.models.result import Answer
from evalpipe.models.standardisation import standardised_rows
from evalpipe.models.variables import Declared, code_levels, code_units, is_category, read_number
from evalpipe.models.visits import only_visit, rows_at, wanted_visits
from evalpipe.models.wald import Tests, test_rows, test_together
from evalpipe.models.working_correlation import working_correlation
from evalpipe.stats.problem import FloatArray, IntArray
from evalpipe.vocabulary import DfMethod, Quantity, Scale, Status

LINK_SCALES = {
    "binomial": (Scale.LOG_ODDS, Scale.ODDS_RATIO),
    "ordinal": (Scale.LOG_ODDS, Scale.ODDS_RATIO),
    "poisson": (Scale.LOG, Scale.RATE_RATIO),
    "gamma": (Scale.LOG, Scale.RATIO),
    "gaussian": (Scale.OUTCOME, Scale.OUTCOME),
}
"""Family -> scale of the coefficients, and of their exponential."""

LARGEST_LOGIT = 12.0
"""A coefficient larger than this, per standard deviation of its column, means separation."""


@dataclass(frozen=True)
class MarginalFit:
    """A fitted marginal model. covariance: (p, p); correlation: the working correlation, if one
    number.
    """

    rows: ModelRows
    beta: FloatArray
    covariance: FloatArray
    df: float
    family: str
    correlation: float | None
    n_clusters: int
    status: Status
    note: str | None
    warnings: tuple[str, ...]
    thresholds: FloatArray | None = None
    threshold_errors: FloatArray | None = None

    def test(self, requests: list[Request], conf_level: float) -> Tests:
        """Return Wald tests of single-row requests on the link scale."""
        L = stack_rows(requests, len(self.beta))
        return test_rows(L, self.beta, self.covariance, self.df, conf_level, offsets(requests))

    @property
    def df_method(self) -> DfMethod:
        """Residual (clusters minus coefficients) with the small-sample covariance, else normal."""
        return DfMethod.RESIDUAL if np.isfinite(self.df) else DfMethod.NORMAL


def fit_gee(rows: ModelRows, model: Gee, declared: Declared) -> MarginalFit:
    """Fit a marginal model.

    `bias_reduced` covariance (Mancl and DeRouen 2001) is read with t on clusters minus coefficients
    df. An ordinal outcome has proportional odds of a higher class, fitted with working
    independence.
    """
    if model.family == "ordinal":
        return _fit_ordinal(rows, model, declared)
    _check_outcome(rows.y, model.family)
    groups = code_units(rows.frame, model.within, declared)
    result, caught = _fit_binary_or_count(rows, model, groups, declared)
    n_clusters = len(np.unique(groups))
    reduced = model.covariance == "bias_reduced"
    df = float(n_clusters - rows.X.shape[1]) if reduced else np.inf
    if df <= 0:
        raise NotEstimableError(
            f"{n_clusters} {model.within}s carry {rows.X.shape[1]} coefficients: too few"
        )
    beta = np.asarray(result.params)
    status, note = _judge(beta, rows.X, bool(result.converged), model.family)
    dependence = result.model.cov_struct.dep_params
    return MarginalFit(
        rows=rows,
        beta=beta,
        covariance=np.asarray(result.cov_params()),
        df=df,
        family=model.family,
        correlation=float(dependence)
        if np.ndim(dependence) == 0 and dependence is not None
        else None,
        n_clusters=n_clusters,
        status=status,
        note=note,
        warnings=caught,
    )


def _fit_binary_or_count(
    rows: ModelRows, model: Gee, groups: IntArray, declared: Declared
) -> tuple[Any, tuple[str, ...]]:
    import statsmodels.api as sm

    families = {
        "binomial": sm.families.Binomial(),
        "poisson": sm.families.Poisson(),
        "gaussian": sm.families.Gaussian(),
        "gamma": sm.families.Gamma(link=sm.families.links.Log()),
    }
    times = _times(rows, declared)
    order = np.lexsort((times, groups))
    gee = sm.GEE(
        rows.y[order],
        rows.X[order],
        groups=groups[order],
        time=times[order][:, None],
        family=families[model.family],
        cov_struct=working_correlation(model.correlation, int(times.max()) + 1),
    )
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = gee.fit(cov_type=model.covariance, maxiter=200, ctol=1e-10)
    return result, _messages(caught)


def _messages(caught: list[warnings.WarningMessage]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(str(w.message).split()) for w in caught))


def _times(rows: ModelRows, declared: Declared) -> IntArray:
    """Return (n,) the place of each row in its participant's order: visit, occasion or day."""
    frame = rows.frame
    if "visit" in frame.columns and frame["visit"].notna().all():
        return code_levels(frame, "visit", declared)[1]
    for name in ("occasion", "day"):
        if name in frame.columns and not is_category(frame, name, declared):
            values = np.nan_to_num(read_number(frame, name))
            return np.unique(values, return_inverse=True)[1].astype(np.int64).ravel()
    return np.zeros(rows.n, dtype=np.int64)


def _check_outcome(y: FloatArray, family: str) -> None:
    if family == "binomial" and ((y < 0) | (y > 1)).any():
        raise NotEstimableError(
            "a binomial outcome lies between 0 and 1; name the class that counts as success with "
            "`better_class`, or derive a variable of 0 and 1"
        )
    if family == "poisson" and ((y < 0) | (np.abs(y - np.round(y)) > 1e-9)).any():
        raise NotEstimableError("a count outcome has whole numbers from 0 on")
    if family == "gamma" and (y <= 0).any():
        raise NotEstimableError("a gamma outcome is above 0")


def _judge(
    beta: FloatArray, X: FloatArray, converged: bool, family: str
) -> tuple[Status, str | None]:
    spread = np.where(X.std(axis=0) > 0, X.std(axis=0), 1.0)
    if family in ("binomial", "ordinal") and np.abs(beta * spread).max(initial=0) > LARGEST_LOGIT:
        return Status.NOT_CONVERGED, (
            "some combination of levels has only successes or only failures, so its odds are "
            "infinite: simplify the model"
        )
    if not converged or not np.isfinite(beta).all():
        return Status.NOT_CONVERGED, "the estimating equations did not converge: simplify the model"
    return Status.OK, None


def _fit_ordinal(rows: ModelRows, model: Gee, declared: Declared) -> MarginalFit:
    """Fit proportional odds of a higher class: one indicator for each cut, working independence."""
    import statsmodels.api as sm

    groups = code_units(rows.frame, model.within, declared)
    classes, codes = np.unique(rows.y, return_inverse=True)
    n_cuts = len(classes) - 1
    slopes = [i for i, name in enumerate(rows.design.columns) if name != "intercept"]
    above = (codes.ravel()[:, None] > np.arange(n_cuts)[None, :]).astype(float)
    cuts = np.tile(np.eye(n_cuts), (rows.n, 1))
    X = np.column_stack([cuts, np.repeat(rows.X[:, slopes], n_cuts, axis=0)])
    order = np.argsort(np.repeat(groups, n_cuts), kind="stable")
    gee = sm.GEE(
        above.ravel()[order],
        X[order],
        groups=np.repeat(groups, n_cuts)[order],
        family=sm.families.Binomial(),
    )
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fit = gee.fit(cov_type=model.covariance, maxiter=200, ctol=1e-10)
    params, covariance = np.asarray(fit.params), np.asarray(fit.cov_params())
    beta, full = np.zeros(rows.X.shape[1]), np.zeros((rows.X.shape[1], rows.X.shape[1]))
    beta[slopes] = params[n_cuts:]
    full[np.ix_(slopes, slopes)] = covariance[n_cuts:, n_cuts:]
    n_clusters = len(np.unique(groups))
    reduced = model.covariance == "bias_reduced"
    status, note = _judge(beta, rows.X, bool(fit.converged), "ordinal")
    return MarginalFit(
        rows=rows,
        beta=beta,
        covariance=full,
        df=float(n_clusters - len(params)) if reduced else np.inf,
        family="ordinal",
        correlation=None,
        n_clusters=n_clusters,
        status=status,
        note=join_notes(
            note, "odds of a higher class, proportional over the cuts; working independence"
        ),
        warnings=_messages(caught),
        thresholds=params[:n_cuts],
        threshold_errors=np.sqrt(np.diag(covariance)[:n_cuts]),
    )


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
        requests, fit.test(requests, conf_level), fit.df_method, link, fit.status, fit.note
    )
    rows = [_without_geometry(row, link) for row in rows]
    yield from rows
    if ratio is not link:
        effects = [row for row in rows if row.quantity is not Quantity.MARGINAL_MEAN]
        yield from exponentiate(effects, ratio, ratio)
    for request in joint_requests(setting):
        test = test_together(request.L, fit.beta, fit.covariance, fit.df)
        yield joint_row(request, test, fit.df_method, fit.status)
    if fit.family != "gaussian" and fit.family != "ordinal" and fit.status is Status.OK:
        yield from standardised_rows(
            fit.rows, fit.beta, fit.covariance, fit.family, estimand, setting, conf_level
        )
    yield from _nuisance_rows(fit)


def _needs_level(request: Request) -> bool:
    """Whether a request is about the level of the outcome, which differs by class."""
    return request.term == "intercept" or request.quantity is Quantity.MARGINAL_MEAN


def _without_geometry(row: EstimateRow, link: Scale) -> EstimateRow:
    if row.quantity is Quantity.MARGINAL_MEAN and link is Scale.LOG_ODDS:
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
    if fit.thresholds is not None and fit.threshold_errors is not None:
        for i, (value, error) in enumerate(zip(fit.thresholds, fit.threshold_errors, strict=True)):
            yield EstimateRow(
                Quantity.THRESHOLD,
                term=f"above class {i + 1}",
                estimate=float(value),
                std_error=float(error),
                df_method=DfMethod.NORMAL,
                scale=Scale.LOG_ODDS,
            )


def _diagnose(fit: MarginalFit, model: Gee) -> dict[str, object]:
    return {
        "engine": "statsmodels GEE",
        "model": f"gee {model.family}",
        "method": f"{model.covariance} standard errors",
        "covariance_structure": "independence" if fit.family == "ordinal" else model.correlation,
        "status": fit.status,
        "n_participants": fit.rows.n_participants,
        "n_observations": fit.rows.n,
        "n_fixed": len(fit.beta),
        "n_covariance": 0 if fit.correlation is None else 1,
        "is_singular": False,
        "has_converged": fit.status is Status.OK,
        "warnings": "\n".join((*fit.rows.left_out, *fit.warnings)) or None,
        "note": fit.note,
    }
