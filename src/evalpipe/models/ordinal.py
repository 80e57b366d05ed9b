"""Proportional odds regression at one visit (statsmodels `OrderedModel`)."""

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd

from evalpipe.config.analyses import Estimand, OrdinalModel
from evalpipe.errors import NotEstimableError
from evalpipe.models.answers import answer_rows, exponentiate, joint_row, stack_rows
from evalpipe.models.estimate_rows import EstimateRow, Heading
from evalpipe.models.model_rows import ModelRows, build_rows
from evalpipe.models.requests import (
    Setting,
    coefficient_requests,
    joint_requests,
    requests_of,
)
from evalpipe.models.result import Answer
from evalpipe.models.variables import Declared
from evalpipe.models.visits import only_visit, split_visits
from evalpipe.models.wald import test_rows, test_together
from evalpipe.stats.problem import FloatArray
from evalpipe.vocabulary import DfMethod, Quantity, Scale, Status

LARGEST_LOGIT = 12.0


def analyse_ordinal(
    frame: pd.DataFrame,
    model: OrdinalModel,
    estimand: Estimand,
    declared: Declared,
    heading: Heading,
) -> Answer:
    """Return log odds and odds ratios of a higher class at each visit asked for; normal intervals.

    Each visit is a fit of its own. Raises NotEstimableError with fewer than three classes in use.
    """
    rows: list[EstimateRow] = []
    records: list[dict[str, object]] = []
    counts = []
    for visit, part in split_visits(frame, estimand, declared):
        used = build_rows(part, model, declared)
        name = visit or only_visit(part)
        found, record = _analyse_visit(used, estimand, heading.conf_level, name)
        rows += found
        records.append({**record, "fit": f"main_{visit}" if visit else "main"})
        counts.append((used.n_participants, used.n))
    return Answer(heading.with_counts(*max(counts)), rows, records)


def _analyse_visit(
    used: ModelRows, estimand: Estimand, conf_level: float, visit: str | None
) -> tuple[list[EstimateRow], dict[str, object]]:
    beta, covariance, cuts, record = _fit(used)
    status = Status(str(record["status"]))
    setting = Setting(used.grid, None, visit)
    wanted = coefficient_requests(used.design) + requests_of(estimand, setting)
    requests = [
        r for r in wanted if r.term != "intercept" and r.quantity is not Quantity.MARGINAL_MEAN
    ]
    tests = test_rows(stack_rows(requests, len(beta)), beta, covariance, np.inf, conf_level)
    note = "odds of a higher class, proportional over the cuts"
    rows = answer_rows(requests, tests, DfMethod.NORMAL, Scale.LOG_ODDS, status, note)
    rows += exponentiate(rows, Scale.ODDS_RATIO, Scale.ODDS_RATIO)
    for request in joint_requests(setting):
        test = test_together(request.L, beta, covariance)
        rows.append(joint_row(request, test, DfMethod.NORMAL, status))
    for i, cut in enumerate(cuts):
        rows.append(
            EstimateRow(
                Quantity.THRESHOLD,
                term=f"above class {i + 1}",
                estimate=-float(cut),
                scale=Scale.LOG_ODDS,
                status=status,
            )
        )
    return [_at(row, visit, used) for row in rows], record


def _at(row: EstimateRow, visit: str | None, used: ModelRows) -> EstimateRow:
    counted = replace(row, n_participants=used.n_participants, n_observations=used.n)
    return counted if row.visit is not None else replace(counted, visit=visit)


def _fit(
    used: ModelRows,
) -> tuple[FloatArray, FloatArray, FloatArray, dict[str, object]]:
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    classes, codes = np.unique(used.y, return_inverse=True)
    if len(classes) < 3:
        raise NotEstimableError(
            "an ordinal model needs three classes in use; with two, use `gee` with family binomial"
        )
    slopes = [i for i, name in enumerate(used.design.columns) if name != "intercept"]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = OrderedModel(codes.ravel(), used.X[:, slopes], distr="logit")
        fit = model.fit(method="bfgs", maxiter=2000, gtol=1e-8, disp=0)
        covariance = np.asarray(fit.cov_params())
    size = used.X.shape[1]
    beta, full = np.zeros(size), np.zeros((size, size))
    beta[slopes] = np.asarray(fit.params)[: len(slopes)]
    full[np.ix_(slopes, slopes)] = covariance[: len(slopes), : len(slopes)]
    cuts = model.transform_threshold_params(np.asarray(fit.params))[1:-1]
    spread = np.where(used.X.std(axis=0) > 0, used.X.std(axis=0), 1.0)
    diverged = bool(np.abs(beta * spread).max(initial=0) > LARGEST_LOGIT)
    converged = bool(fit.mle_retvals["converged"]) and not diverged
    messages = dict.fromkeys(" ".join(str(w.message).split()) for w in caught)
    return (
        beta,
        full,
        cuts,
        {
            "engine": "statsmodels OrderedModel",
            "model": "proportional odds",
            "method": "ml",
            "status": Status.OK if converged else Status.NOT_CONVERGED,
            "n_participants": used.n_participants,
            "n_observations": used.n,
            "n_fixed": len(slopes) + len(cuts),
            "log_likelihood": float(fit.llf),
            "aic": float(fit.aic),
            "bic": float(fit.bic),
            "is_singular": False,
            "has_converged": converged,
            "warnings": "\n".join((*used.left_out, *messages)) or None,
        },
    )
