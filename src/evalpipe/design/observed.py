"""Observed means: by arm and visit, role, condition, period and phase; shares of classes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.instruments import OutcomeKind
from evalpipe.config.plan import Plan
from evalpipe.config.scale_facts import ScaleFacts, all_scale_names, find_scale
from evalpipe.design.analysis_variables import period_of, session_knots
from evalpipe.design.occasions import occasion_variables, scale_rows
from evalpipe.design.people import Tables, arms_of, entered, roles_of, table_of, with_arm
from evalpipe.design.statistic_rows import StatisticRow, mean_rows, share_rows
from evalpipe.vocabulary import Column, Stage, Statistic, StatisticTable, Table

MOST_LEVELS = 12
"""A variable of the occasion with more levels than this (a trial number) is no group."""


def observed_rows(plan: Plan, tables: Tables) -> list[StatisticRow]:
    """Mean, SD and n of each scale among those who entered, with nothing imputed.

    At visits: by arm, role and rater, and over all arms. At occasions without a visit (diary days,
    trials, sessions): first the mean of each participant within a period, condition or phase (on
    irregular days: before, during, after the own treatment), then mean and SD over participants.
    Positive outcomes on the log scale also get the geometric mean. Classes get counts and shares.
    """
    people = entered(plan, with_arm(plan, table_of(tables, Table.PARTICIPANTS)))
    knots = session_knots(plan, tables)
    rows: list[StatisticRow] = []
    for scale in all_scale_names(plan):
        facts = find_scale(plan, scale)
        recorded = with_people(scale_rows(plan, tables, scale), people)
        if recorded.empty:
            continue
        if recorded[Column.VISIT].isna().all() and Column.SESSION_NUMBER not in recorded:
            recorded = _with_stage(recorded, knots)
        for groups, own in by_member(plan, recorded):
            rows += _visit_rows(plan, facts, own, groups)
            rows += _occasion_rows(plan, facts, own, groups)
    return rows


def with_people(recorded: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Occasions with a known score or class of these people, with their arm and role."""
    known = recorded[recorded[Column.SCORE].notna() | recorded[Column.LEVEL].notna()]
    columns = [c for c in (Column.ARM, Column.ROLE) if c in people]
    return known.drop(columns=columns, errors="ignore").merge(
        people[[Column.PARTICIPANT_ID, *columns]], on=Column.PARTICIPANT_ID, how="inner"
    )


def _with_stage(recorded: pd.DataFrame, knots: pd.DataFrame) -> pd.DataFrame:
    """Before, during or after the participant's own treatment; before without any session."""
    if "first_session" not in knots:
        return recorded
    person = recorded[Column.PARTICIPANT_ID]
    begun = recorded[Column.DAY] >= person.map(knots["first_session"])
    ended = recorded[Column.DAY] > person.map(knots["last_session"])
    stage = np.select([ended, begun], [Stage.AFTER, Stage.DURING], Stage.BEFORE)
    known = recorded[Column.DAY].notna()
    return recorded.assign(stage=pd.Series(stage, index=recorded.index).where(known, None))


def by_member(
    plan: Plan, recorded: pd.DataFrame
) -> list[tuple[dict[str, str | None], pd.DataFrame]]:
    """The rows of each role and rater, with the groups that name them."""
    parts = []
    for role in roles_of(plan, recorded):
        of_role = recorded if role is None else recorded[recorded[Column.ROLE] == role]
        for rater in sorted(of_role[Column.RATER].dropna().unique()) or [None]:
            own = of_role if rater is None else of_role[of_role[Column.RATER] == rater]
            parts.append(({"role": role, "rater": rater}, own))
    return parts


def by_arm(plan: Plan, rows: pd.DataFrame) -> list[tuple[str | None, pd.DataFrame]]:
    """The rows of each arm (with several arms), then all rows under None."""
    parts: list[tuple[str | None, pd.DataFrame]] = [
        (arm, rows[rows[Column.ARM] == arm]) for arm in arms_of(plan)
    ]
    return [*parts, (None, rows)]


def _visit_rows(
    plan: Plan, facts: ScaleFacts, rows: pd.DataFrame, groups: dict[str, str | None]
) -> list[StatisticRow]:
    found: list[StatisticRow] = []
    for visit in plan.visits:
        at_visit = rows[rows[Column.VISIT] == visit]
        if at_visit.empty:
            continue
        for arm, own in by_arm(plan, at_visit):
            found += _value_rows(facts, own, {"arm": arm, "visit": visit, "groups": groups})
    return found


def _occasion_rows(
    plan: Plan, facts: ScaleFacts, rows: pd.DataFrame, groups: dict[str, str | None]
) -> list[StatisticRow]:
    """Means within participants, then over them, for each grouping of the occasions."""
    found: list[StatisticRow] = []
    grouped = rows
    factors = [name for name in occasion_variables(rows) if _is_group(plan, rows, name)]
    if plan.periods and rows[Column.VISIT].isna().any():
        grouped = rows.assign(period=period_of(plan, rows[Column.DAY]))
        factors = ["period", *factors]
    elif "stage" in rows:
        factors = ["stage", *factors]
    pairs = _crossed(plan, factors)
    for names in [*((name,) for name in factors), *pairs]:
        found += _factor_rows(plan, facts, grouped, names, groups)
    return found


def _crossed(plan: Plan, factors: list[str]) -> list[tuple[str, ...]]:
    """Pairs of factors that an analysis crosses: in one term, or one read off at the other."""
    together: list[set[str]] = []
    for analysis in plan.analyses.values():
        fixed = getattr(analysis.model, "fixed", ())
        together += [set(term.split(":")) for term in fixed if isinstance(term, str)]
        estimand = analysis.estimand
        if estimand is not None and estimand.contrast is not None:
            together.append({estimand.contrast.factor, *estimand.at})
    return [
        (a, b)
        for i, a in enumerate(factors)
        for b in factors[i + 1 :]
        if any({a, b} <= names for names in together)
    ]


def _is_group(plan: Plan, rows: pd.DataFrame, name: str) -> bool:
    if name == Column.PHASE:
        return True
    variable = plan.variables.get(name)
    few = rows[name].nunique() <= MOST_LEVELS
    return variable is not None and variable.type == "category" and few


def _levels(plan: Plan, rows: pd.DataFrame, name: str) -> list[str]:
    present = [str(level) for level in rows[name].dropna().unique()]
    declared = {
        "period": list(plan.periods),
        "stage": [str(stage) for stage in Stage],
        "phase": list(plan.protocol.phases) if plan.protocol else [],
    }.get(name, [])
    if name in plan.variables:
        declared = list(plan.variables[name].levels)
    return [v for v in declared if v in present] + sorted(set(present) - set(declared))


def _factor_rows(
    plan: Plan,
    facts: ScaleFacts,
    rows: pd.DataFrame,
    names: tuple[str, ...],
    groups: dict[str, str | None],
) -> list[StatisticRow]:
    found: list[StatisticRow] = []
    for arm, own in by_arm(plan, rows):
        for levels in _combinations([_levels(plan, rows, name) for name in names]):
            inside = pd.Series(True, index=own.index)
            for name, level in zip(names, levels, strict=True):
                inside &= own[name].astype(object) == level
            part = own[inside]
            if len(part):
                where = {**groups, **dict(zip(names, levels, strict=True))}
                found += _value_rows(facts, part, {"arm": arm, "groups": where})
    return found


def _combinations(levels: list[list[str]]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [()]
    for own in levels:
        found = [(*before, level) for before in found for level in own]
    return found


def _value_rows(facts: ScaleFacts, rows: pd.DataFrame, place: dict[str, Any]) -> list[StatisticRow]:
    place = {"table": StatisticTable.OBSERVED_MEANS, "variable": facts.name, **place}
    if facts.classes and rows[Column.LEVEL].notna().any():
        known = rows[Column.LEVEL].dropna()
        return [
            row
            for level in facts.classes
            for row in share_rows(int((known == level).sum()), len(known), level=level, **place)
        ]
    own = rows.groupby(Column.PARTICIPANT_ID, sort=False)[Column.SCORE].mean()
    found = mean_rows(own, **place)
    if facts.kind is OutcomeKind.LOG_CONTINUOUS:
        found += _geometric_rows(rows, place)
    return found


def _geometric_rows(rows: pd.DataFrame, place: dict[str, Any]) -> list[StatisticRow]:
    positive = rows[rows[Column.SCORE] > 0]
    logs = np.log(positive[Column.SCORE]).groupby(positive[Column.PARTICIPANT_ID]).mean()
    n = len(logs)
    return [
        StatisticRow(
            statistic=Statistic.GEOMETRIC_MEAN,
            value=float(np.exp(logs.mean())) if n else None,
            n=n,
            **place,
        ),
        StatisticRow(
            statistic=Statistic.GEOMETRIC_SD,
            value=float(np.exp(logs.std(ddof=1))) if n > 1 else None,
            n=n,
            **place,
        ),
    ]
