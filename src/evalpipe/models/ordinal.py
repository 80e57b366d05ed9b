"""Proportional odds regression at one visit (statsmodels `OrderedModel`)."""

from dataclasses import replace

import pandas as pd

from evalpipe.config.analyses import Estimand, OrdinalModel
from evalpipe.models.answers import answer_rows, exponentiate, withhold_rows
from evalpipe.models.estimate_rows import EstimateRow, Heading
from evalpipe.models.marginal_rows import joint_rows, threshold_rows
from evalpipe.models.model_rows import ModelRows, build_rows
from evalpipe.models.ordinal_fit import NOTE, fit_ordinal
from evalpipe.models.requests import Setting, requests_of
from evalpipe.models.result import Answer
from evalpipe.models.term_requests import coefficient_requests
from evalpipe.models.variables import Declared
from evalpipe.models.visits import only_visit, split_visits
from evalpipe.vocabulary import Quantity, Scale


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
    fit, record = fit_ordinal(used)
    setting = Setting(used.grid, None, visit)
    wanted = coefficient_requests(used.design) + requests_of(estimand, setting)
    requests = [
        r for r in wanted if r.term != "intercept" and r.quantity is not Quantity.MARGINAL_MEAN
    ]
    tests = fit.test(requests, conf_level)
    rows = answer_rows(
        requests, tests, fit.df_method, Scale.LOG_ODDS, fit.status, NOTE, support=used.support
    )
    rows = withhold_rows(requests, rows, fit.carried.can_estimate, fit.reason)
    rows += exponentiate(rows, Scale.ODDS_RATIO, Scale.ODDS_RATIO)
    rows += joint_rows(fit, setting)
    rows += threshold_rows(fit)
    return [_at(row, visit, used) for row in rows], record


def _at(row: EstimateRow, visit: str | None, used: ModelRows) -> EstimateRow:
    counted = replace(row, n_participants=used.n_participants, n_observations=used.n)
    return counted if row.visit is not None else replace(counted, visit=visit)
