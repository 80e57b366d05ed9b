"""The rows that one analysis uses, and an account of those that it does not use."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from evalpipe.config.analyses import Analysis
from evalpipe.config.instruments import OutcomeKind
from evalpipe.config.plan import Plan
from evalpipe.config.scale_facts import find_scale
from evalpipe.design.analysis_rows import STRUCTURE, collect_rows
from evalpipe.design.analysis_variables import ALWAYS, followed_names, names_read, source_scales
from evalpipe.design.left_out import count_reasons, list_excluded
from evalpipe.design.people import Tables
from evalpipe.design.row_account import Account, judge_rows
from evalpipe.errors import ConfigError, ModelError
from evalpipe.vocabulary import Column


@dataclass(frozen=True)
class AnalysisSet:
    """The rows of one analysis.

    frame: one row an occasion of a participant, `outcome` (number, or code of a class in the order
    of the plan) and every variable that the analysis names; no outcome or covariate missing.
    excluded: one row a participant of the study who has no row in `frame`: participant_id, arm,
    role, reason, detail.
    left_out: rows left out by reason and detail, with n_participants and n_rows.
    transform: `log` when the outcome (and baseline) are logarithms, else `identity`.
    """

    analysis_id: str
    outcome: str
    population: str
    frame: pd.DataFrame
    excluded: pd.DataFrame
    left_out: pd.DataFrame
    transform: str
    n_participants: int
    n_observations: int


def build_analysis_set(plan: Plan, analysis_id: str, tables: Tables) -> AnalysisSet:
    """Select the rows and collect the variables of one analysis.

    tables: `participants` and `scores`, and where the study has them `sessions` and `delivery`.
    The set of a comparison or of a missing-data analysis is that of the analysis it repeats.
    Rows with a missing outcome or covariate are left out and counted. Raises ConfigError for an
    analysis or name that the plan does not have, ModelError for one without an estimand.
    """
    analysis = analysis_of(plan, analysis_id)
    if analysis.estimand is None:
        raise ModelError(f"analyses.{analysis_id}: has no estimand, so it has no analysis set")
    frame = collect_rows(plan, analysis, analysis.estimand, tables)
    account = judge_rows(plan, analysis, analysis.estimand, frame, tables)
    return _assemble(plan, analysis_id, analysis, frame, account, tables)


def analysis_of(plan: Plan, analysis_id: str) -> Analysis:
    """The analysis whose rows are used: itself, or the one that it repeats or compares."""
    if analysis_id not in plan.analyses:
        raise ConfigError(f"analyses: there is no analysis {analysis_id}")
    analysis = plan.analyses[analysis_id]
    others = list(analysis.model.analyses().values())
    return analysis_of(plan, others[0]) if others else analysis


def _assemble(
    plan: Plan,
    analysis_id: str,
    analysis: Analysis,
    frame: pd.DataFrame,
    account: Account,
    tables: Tables,
) -> AnalysisSet:
    estimand = analysis.estimand
    assert estimand is not None
    names = names_read(plan, analysis)
    names = tuple(dict.fromkeys((*names, *followed_names(plan, names))))
    used = _ordered(plan, frame[account.is_open], names)
    why = account.closed(frame[Column.PARTICIPANT_ID])
    left_out = count_reasons(plan, analysis, why, frame, tables)
    facts = find_scale(plan, source_scales(plan, [estimand.outcome])[0])
    logged = facts.kind is OutcomeKind.LOG_CONTINUOUS and estimand.outcome == facts.name
    derived = plan.derived.get(estimand.outcome)
    logged |= derived is not None and derived.kind == "log"
    return AnalysisSet(
        analysis_id=analysis_id,
        outcome=estimand.outcome,
        population=estimand.population,
        frame=used,
        excluded=list_excluded(plan, analysis, used, why, frame, tables),
        left_out=left_out,
        transform="log" if logged else "identity",
        n_participants=int(used[Column.PARTICIPANT_ID].nunique()),
        n_observations=len(used),
    )


def _ordered(plan: Plan, frame: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    """Keys first, then structure, outcome, baseline and the variables in order of mention."""
    clusters = [f"{name}_id" for name in plan.clusters]
    wanted = [
        Column.PARTICIPANT_ID,
        *STRUCTURE,
        *clusters,
        Column.RATER,
        Column.VISIT,
        Column.DAY,
        Column.OCCASION,
        Column.OUTCOME,
        Column.LEVEL,
        Column.BASELINE,
        *(name for name in names if name not in ALWAYS),
    ]
    has_rater = Column.RATER in frame and frame[Column.RATER].notna().any()
    order = [c for c in dict.fromkeys(wanted) if c in frame and (c != Column.RATER or has_rater)]
    return frame[order].reset_index(drop=True)
