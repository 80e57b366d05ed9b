"""The truth file: for each number that answers an analysis of the plan, its true value.

Exact values come from the plan's own linear predictor. Where none exists (odds ratios, shares who
improved, agreement), the declared analysis itself is run on a large complete sample of the same
recipe; its Monte Carlo standard error stands beside the value.
"""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from evalpipe.answers.choose import tested_places
from evalpipe.config.plan import Plan
from evalpipe.errors import EvalpipeError
from evalpipe.simulate.exact_values import Occasions, exact_value
from evalpipe.simulate.people import require_truth
from evalpipe.simulate.prepared import needs_ledger, outcomes_read, prepared_tables
from evalpipe.simulate.replicates import estimates_of
from evalpipe.simulate.schedule import SESSION_PREFIX, occasions_of
from evalpipe.simulate.study import draw_study, has_own_knots
from evalpipe.vocabulary import Column, Status

LARGE_UNITS = 40_000
"""Participants or dyads (of each cohort) of the large sample; a tenth where sessions are drawn."""
PREDICTOR_ROWS = 600_000
"""Rows over which the linear predictor is averaged: so many that covariates have their mean."""
FEWEST_UNITS, MOST_UNITS = 1000, 20_000
_RATIO_OF = {"log": "ratio", "log_odds": "odds_ratio"}


def true_values(plan: Plan, *, large_units: int = LARGE_UNITS) -> dict[str, Any]:
    """Return the content of truth.json: how it was made, and estimate_id, truth and method of each.

    Analyses without an estimand, and test statistics, have no truth.
    """
    truth = require_truth(plan)
    tables = prepared_tables(plan)
    entries: list[dict[str, Any]] = []
    drawn: dict[str, Occasions] = {}
    for name, analysis in plan.analyses.items():
        if analysis.estimand is None:
            continue
        answers = _answers(plan, name, tables)
        if answers.empty:
            continue
        outcome = analysis.estimand.outcome
        if outcome not in drawn:
            drawn[outcome] = large_occasions(plan, outcome)
        entries += _entries(plan, name, answers, drawn[outcome], large_units)
    return {
        "study": plan.study.id,
        "label": "SYNTHETIC",
        "seed": truth.seed,
        "large_sample_seed": truth.seed + 1,
        "estimands": entries,
    }


def true_answers(plan: Plan, analysis_id: str) -> dict[str, float]:
    """Return estimate_id -> true value of one analysis, where there is a closed form."""
    analysis = plan.analyses[analysis_id]
    if analysis.estimand is None:
        return {}
    answers = _answers(plan, analysis_id, prepared_tables(plan))
    occasions = large_occasions(plan, analysis.estimand.outcome)
    exact = {
        str(row[Column.ESTIMATE_ID]): _exact(plan, analysis_id, row, occasions)
        for row in answers.to_dict("records")
    }
    return {name: value for name, value in exact.items() if value is not None}


def with_units(plan: Plan, units: int) -> Plan:
    """Return the plan with another number of participants or dyads, clusters of the same size."""
    truth = require_truth(plan)
    factor = units / truth.units
    clusters = {
        name: n if _is_fixed_effect(plan, name) else max(round(n * factor), 2)
        for name, n in truth.clusters.items()
    }
    update = {"units": units, "clusters": clusters}
    return plan.model_copy(update={"truth": truth.model_copy(update=update)})


def _is_fixed_effect(plan: Plan, name: str) -> bool:
    fixed = [t for a in plan.analyses.values() for t in getattr(a.model, "fixed", ())]
    return any(isinstance(term, str) and name in term.split(":") for term in fixed)


def _answers(plan: Plan, name: str, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The rows of `estimates` that answer an analysis, without those that leave out a cluster."""
    try:
        estimates = estimates_of(plan, name, tables)
    except EvalpipeError:
        return pd.DataFrame()
    rows = estimates.iloc[tested_places(plan, name, estimates)]
    usable = rows[Column.STATUS] != str(Status.NOT_ESTIMABLE)
    rows = rows[usable & rows[Column.ESTIMATE].notna()]
    return pd.concat([rows, _as_ratios(estimates, rows)], ignore_index=True)


def _as_ratios(estimates: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The same numbers as ratios, where they are reported so."""
    keys = [Column.QUANTITY, Column.TERM, Column.ARM, Column.REFERENCE_ARM, Column.VISIT]
    wanted = rows.assign(scale_wanted=rows[Column.SCALE].map(_RATIO_OF))
    wanted = wanted[wanted["scale_wanted"].notna()]
    if wanted.empty:
        return rows.iloc[0:0]
    pairs = {(*_key(r, keys), r["scale_wanted"]) for r in wanted.to_dict("records")}
    hit = [(*_key(r, keys), r[Column.SCALE]) in pairs for r in estimates.to_dict("records")]
    return estimates[hit]


def _key(row: dict[Any, Any], keys: list[str]) -> tuple[str, ...]:
    return tuple(str(row[key]) for key in keys)


def large_occasions(plan: Plan, outcome: str) -> Occasions:
    """Return the complete occasions of one outcome for many people, without its values."""
    if outcome not in require_truth(plan).outcomes:
        return Occasions(pd.DataFrame(), pd.DataFrame())
    few = _occasions(plan, outcome)
    each = len(few.rows) / require_truth(plan).units
    units = int(min(max(PREDICTOR_ROWS / each, FEWEST_UNITS), MOST_UNITS))
    is_slow = outcome.startswith(SESSION_PREFIX) or has_own_knots(plan)
    return _occasions(with_units(plan, FEWEST_UNITS if is_slow else units), outcome)


def _occasions(plan: Plan, outcome: str) -> Occasions:
    seed = require_truth(plan).seed + 1
    ledger = outcome.startswith(SESSION_PREFIX)
    rows, knots = [], []
    for cohort in tuple(require_truth(plan).cohorts) or (None,):
        study = draw_study(plan, seed, cohort, outcomes=[], is_complete=True, with_ledger=ledger)
        own = occasions_of(plan, outcome, study.people, study.sessions, study.calendar)
        prefix = f"{cohort}-" if cohort else ""
        rows.append(own.assign(**{Column.PARTICIPANT_ID: prefix + own[Column.PARTICIPANT_ID]}))
        own_knots = study.calendar.knots
        knots.append(own_knots.set_axis([f"{prefix}{name}" for name in own_knots.index]))
    return Occasions(pd.concat(rows, ignore_index=True), pd.concat(knots))


def _entries(
    plan: Plan, name: str, answers: pd.DataFrame, occasions: Occasions, large_units: int
) -> list[dict[str, Any]]:
    exact = [_exact(plan, name, row, occasions) for row in answers.to_dict("records")]
    is_needed = any(value is None for value in exact)
    sample = _large_answers(plan, name, large_units) if is_needed else pd.DataFrame()
    entries = []
    for row, value in zip(answers.to_dict("records"), exact, strict=True):
        entry = {
            "estimate_id": row[Column.ESTIMATE_ID],
            "analysis_id": name,
            "scale": row[Column.SCALE],
        }
        if value is not None:
            entries.append({**entry, "truth": value, "method": "exact"})
            continue
        own = (
            sample[sample[Column.ESTIMATE_ID] == row[Column.ESTIMATE_ID]] if len(sample) else sample
        )
        if len(own) == 1 and math.isfinite(float(own[Column.ESTIMATE].iloc[0])):
            error = own[Column.STD_ERROR].iloc[0]
            number = float(own[Column.ESTIMATE].iloc[0])
            entry |= {"truth": float(f"{number:.6g}"), "method": "large_sample"}
            entry |= {"monte_carlo_error": float(f"{error:.3g}")} if pd.notna(error) else {}
            entries.append(entry)
    return entries


def _exact(plan: Plan, name: str, row: dict[Any, Any], occasions: Occasions) -> float | None:
    if occasions.rows.empty:
        return None
    value = exact_value(plan, plan.analyses[name], row, occasions)
    if value is None:
        return None
    ratio = row[Column.SCALE] in _RATIO_OF.values()
    return float(f"{math.exp(value) if ratio else value:.10g}")


def _large_answers(plan: Plan, name: str, units: int) -> pd.DataFrame:
    """The declared analysis on a large complete sample."""
    ledger = needs_ledger(plan, name) or has_own_knots(plan)
    rows_each = _rows_each(plan)
    large = with_units(plan, max((units // 10 if ledger else units) // rows_each, 1000))
    seed = require_truth(plan).seed + 1
    wanted = [s for s in outcomes_read(plan, name) if s in require_truth(plan).outcomes]
    tables = prepared_tables(
        large, seed, outcomes=wanted, is_complete=True, with_ledger=needs_ledger(plan, name)
    )
    return _answers(large, name, tables)


def _rows_each(plan: Plan) -> int:
    """A diary has many rows for each person, and needs fewer people."""
    return 10 if plan.periods else 1
