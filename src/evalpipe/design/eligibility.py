"""Whom the study is for: each participant against the rules of the plan."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.config.protocol import Condition, variables_in
from evalpipe.design.people import has_dyads, unit_ids
from evalpipe.errors import ConfigError
from evalpipe.vocabulary import Column


def with_eligibility(plan: Plan, participants: pd.DataFrame) -> pd.DataFrame:
    """Participants with `eligible` and its reason, judged where the source says nothing."""
    if plan.eligibility is None:
        return participants
    judged = judge_eligibility(plan, participants)
    recorded = participants.get(
        Column.ELIGIBLE, pd.Series(None, index=participants.index, dtype=object)
    ).astype(object)
    reasons = participants.get(
        Column.ELIGIBILITY_REASON, pd.Series(None, index=participants.index, dtype=object)
    ).astype(object)
    known = recorded.notna()
    return participants.assign(
        **{
            Column.ELIGIBLE: recorded.where(known, judged[Column.ELIGIBLE]).astype("boolean"),
            Column.ELIGIBILITY_REASON: reasons.where(known, judged[Column.ELIGIBILITY_REASON]),
        }
    )


def judge_eligibility(plan: Plan, participants: pd.DataFrame) -> pd.DataFrame:
    """Return participant_id, eligible (missing when it cannot be told) and eligibility_reason.

    A rule that reads a missing variable is unknown unless its other parts decide it. One rule that
    fails makes ineligible; otherwise one unknown rule makes unknown. The reason names the rule in
    the plan's names, never a value. Dyads are judged as a unit: each variable is taken from the
    first role of the plan that has it, and the verdict is that of both members.
    """
    values = _unit_values(plan, participants)
    verdict = np.ones(len(values))
    reason = np.full(len(values), None, dtype=object)
    for rule, wanted in _rules(plan):
        truth = _judge(plan, rule, values)
        passes = truth if wanted else 1 - truth
        newly_failed = (passes == 0) & (verdict != 0)
        reason[newly_failed] = rule_text(rule, wanted)
        newly_unknown = np.isnan(passes) & (verdict == 1)
        reason[newly_unknown] = "unknown: " + rule_text(rule, wanted)
        verdict = np.where(passes == 0, 0.0, np.where(newly_unknown, np.nan, verdict))
    eligible = pd.Series(verdict, index=participants.index).astype("boolean")
    return pd.DataFrame(
        {
            Column.PARTICIPANT_ID: participants[Column.PARTICIPANT_ID],
            Column.ELIGIBLE: eligible,
            Column.ELIGIBILITY_REASON: pd.Series(reason, index=participants.index, dtype=object),
        }
    )


def _rules(plan: Plan) -> list[tuple[Condition, bool]]:
    eligibility = plan.eligibility
    if eligibility is None:
        return []
    include = [(rule, True) for rule in eligibility.include]
    return include + [(rule, False) for rule in eligibility.exclude]


def _unit_values(plan: Plan, participants: pd.DataFrame) -> pd.DataFrame:
    """The variables of the rules, one row a participant, the same for both members of a dyad."""
    names = sorted({name for rule, _ in _rules(plan) for name in variables_in(rule)})
    unknown = [name for name in names if name not in plan.variables]
    if unknown:
        raise ConfigError(f"eligibility: {unknown[0]} is not a variable of the plan")
    values = pd.DataFrame(
        {name: participants.get(name, pd.Series(np.nan, participants.index)) for name in names},
        index=participants.index,
    )
    if not has_dyads(plan) or Column.ROLE not in participants:
        return values
    rank = participants[Column.ROLE].map({role: i for i, role in enumerate(plan.roles)})
    unit = unit_ids(plan, participants)
    ordered = values.loc[rank.sort_values(kind="stable").index]
    first = ordered.groupby(unit.loc[ordered.index].to_numpy(), sort=False).first()
    of_unit = first.reindex(unit.to_numpy())
    of_unit.index = participants.index
    return of_unit


def _judge(plan: Plan, rule: Condition, values: pd.DataFrame) -> Any:
    """1 where the condition holds, 0 where it does not, NaN where it cannot be told."""
    ((key, wanted),) = rule.items()
    if key in ("any", "all"):
        parts = np.vstack([_judge(plan, part, values) for part in wanted])
        return _any_of(parts) if key == "any" else 1 - _any_of(1 - parts)
    column = values[key]
    if isinstance(wanted, list | tuple):
        number = pd.to_numeric(column).astype("float64")
        holds = number.between(*wanted).to_numpy(dtype="float64")
        return np.where(number.isna(), np.nan, holds)
    holds = (column.astype(object).map(_as_level) == str(wanted)).to_numpy(dtype="float64")
    return np.where(column.isna(), np.nan, holds)


def _any_of(parts: Any) -> Any:
    """Kleene's `or` over rows of 1, 0 and NaN."""
    some = (parts == 1).any(axis=0)
    unknown = np.isnan(parts).any(axis=0)
    return np.where(some, 1.0, np.where(unknown, np.nan, 0.0))


def _as_level(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def rule_text(rule: Condition, wanted: bool) -> str:
    """A rule in the plan's names: `age 6 to 18`, `not psychosis: yes`."""
    text = _condition_text(rule)
    return text if wanted else f"not {text}"


def _condition_text(rule: Condition) -> str:
    ((key, wanted),) = rule.items()
    if key in ("any", "all"):
        joined = (" or " if key == "any" else " and ").join(
            _condition_text(part) for part in wanted
        )
        return f"({joined})" if len(wanted) > 1 else joined
    if isinstance(wanted, list | tuple):
        return f"{key} {wanted[0]:g} to {wanted[1]:g}"
    return f"{key}: {wanted}"
