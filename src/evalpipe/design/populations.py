"""Whose data an analysis uses: membership of each population, with the reason of exclusion."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.design.eligibility import with_eligibility
from evalpipe.design.people import has_entered, treated_arms, unit_ids, with_arm
from evalpipe.errors import ConfigError
from evalpipe.vocabulary import Column, Disposition, Exclusion

IS_MEMBER = "is_member"
REASON = "reason"

_STOPPED = (
    Disposition.DISCONTINUED,
    Disposition.LOST_TO_FOLLOW_UP,
    Disposition.WITHDREW_CONSENT,
    Disposition.DIED,
)


def members_of(
    plan: Plan,
    population: str,
    participants: pd.DataFrame,
    delivery: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return participant_id, is_member and, for those left out, the first reason that applies.

    delivery: one row per participant or dyad with `has_started` and `has_completed`. Arms
    without sessions cannot fail to start or complete. Unknown eligibility does not exclude.
    Raises ConfigError for a population that the plan does not have.
    """
    if population not in plan.populations:
        raise ConfigError(f"populations: there is no population {population}")
    people = with_eligibility(plan, with_arm(plan, participants))
    rules = _rules(plan, plan.populations[population].include, people, delivery)
    reason = np.full(len(people), None, dtype=object)
    is_member = np.ones(len(people), dtype=bool)
    for why, passes in rules:
        fails = is_member & ~passes.to_numpy(dtype=bool)
        reason[fails] = str(why)
        is_member &= ~fails
    ids = people[Column.PARTICIPANT_ID].to_numpy()
    return pd.DataFrame({Column.PARTICIPANT_ID: ids, IS_MEMBER: is_member, REASON: reason})


def _rules(
    plan: Plan, include: str, people: pd.DataFrame, delivery: pd.DataFrame | None
) -> list[tuple[Exclusion, pd.Series[Any]]]:
    rules = [(Exclusion.NOT_RANDOMISED, has_entered(plan, people))]
    if include in ("eligible", "per_protocol"):
        rules.append((Exclusion.NOT_ELIGIBLE, _not_ruled_out(people)))
    if include in ("started", "completed", "per_protocol"):
        rules.append((Exclusion.NOT_STARTED, _reached(plan, people, delivery, "has_started")))
    if include in ("completed", "per_protocol"):
        rules.append((Exclusion.NOT_COMPLETED, _reached(plan, people, delivery, "has_completed")))
    return rules


def _not_ruled_out(people: pd.DataFrame) -> pd.Series[Any]:
    if Column.ELIGIBLE not in people:
        return pd.Series(True, index=people.index)
    return people[Column.ELIGIBLE].fillna(True).astype(bool)


def _reached(
    plan: Plan, people: pd.DataFrame, delivery: pd.DataFrame | None, flag: str
) -> pd.Series[Any]:
    """Whether treatment started or completed; from the disposition when there is no ledger."""
    if delivery is None or delivery.empty:
        return _reached_by_disposition(people, flag)
    units = unit_ids(plan, people)
    key = (
        Column.DYAD_ID
        if Column.DYAD_ID in delivery and plan.unit == "dyad"
        else (Column.PARTICIPANT_ID)
    )
    reached = delivery.set_index(key)[flag].fillna(False).astype(bool)
    found = units.map(reached).fillna(False).astype(bool)
    return found | ~people[Column.ARM].isin(treated_arms(plan))


def _reached_by_disposition(people: pd.DataFrame, flag: str) -> pd.Series[Any]:
    if flag == "has_started" or Column.DISPOSITION not in people:
        return pd.Series(True, index=people.index)
    return ~people[Column.DISPOSITION].isin([str(d) for d in _STOPPED])
