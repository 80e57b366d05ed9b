"""Participants and dyads: who entered, who belongs to which arm, who stands for a dyad."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.config.study import Design
from evalpipe.vocabulary import Column, Disposition

Tables = Mapping[str, pd.DataFrame]
"""Tables by name (`vocabulary.Table`); a table that a study does not have is absent or empty."""

BEFORE_ENTRY = (Disposition.NOT_ELIGIBLE, Disposition.DECLINED, Disposition.NOT_RANDOMISED)
"""Dispositions of people who were assessed and did not enter."""

_RANDOMISED_DESIGNS = (Design.PARALLEL_RCT, Design.CLUSTER_RCT, Design.CROSSOVER)


def is_randomised_design(plan: Plan) -> bool:
    """Whether the design allocates at random."""
    return plan.study.design in _RANDOMISED_DESIGNS


def has_dyads(plan: Plan) -> bool:
    """Whether two members belong together and enter as one unit."""
    return plan.unit == "dyad"


def table_of(tables: Tables, name: str) -> pd.DataFrame:
    """The table, or an empty frame when the study does not have it."""
    return tables.get(name, pd.DataFrame())


def has_entered(plan: Plan, participants: pd.DataFrame) -> pd.Series[Any]:
    """True for those who were randomised (or, without randomisation, enrolled)."""
    if is_randomised_design(plan):
        return _flag(participants, Column.RANDOMISED)
    if Column.DISPOSITION not in participants:
        return pd.Series(True, index=participants.index)
    return ~participants[Column.DISPOSITION].isin([str(d) for d in BEFORE_ENTRY])


def entered(plan: Plan, participants: pd.DataFrame) -> pd.DataFrame:
    """The participants who entered."""
    return participants[has_entered(plan, participants)]


def unit_ids(plan: Plan, participants: pd.DataFrame) -> pd.Series[Any]:
    """The id of each participant's unit: the dyad where dyads are treated together."""
    own = participants[Column.PARTICIPANT_ID]
    if not has_dyads(plan) or Column.DYAD_ID not in participants:
        return own
    return participants[Column.DYAD_ID].fillna(own)


def one_per_unit(plan: Plan, participants: pd.DataFrame) -> pd.DataFrame:
    """One row per participant or dyad: the first member stands for the dyad."""
    if not has_dyads(plan):
        return participants
    return participants[~unit_ids(plan, participants).duplicated()]


def arms_of(plan: Plan) -> list[str]:
    """The arms of the plan when there are several, else none: tables by arm need two."""
    return list(plan.arms) if len(plan.arms) > 1 else []


def treated_arms(plan: Plan) -> list[str]:
    """Arms with sessions: those of the protocol, else every arm but the control arm."""
    if plan.protocol is None:
        return []
    named = list(plan.protocol.arms)
    return named or [name for name, arm in plan.arms.items() if arm.role != "control"]


def roles_of(plan: Plan, frame: pd.DataFrame) -> list[str | None]:
    """The roles of the plan that occur in `frame`, or `[None]` for a study without roles."""
    if not plan.roles or Column.ROLE not in frame:
        return [None]
    found = set(frame[Column.ROLE].dropna().unique())
    return [role for role in plan.roles if role in found] or [None]


def with_arm(plan: Plan, participants: pd.DataFrame) -> pd.DataFrame:
    """Participants with the only arm filled in where the study has one arm."""
    if len(plan.arms) != 1:
        return participants
    (only,) = plan.arms
    if Column.ARM in participants and participants[Column.ARM].notna().all():
        return participants
    return participants.assign(**{Column.ARM: only})


def _flag(frame: pd.DataFrame, column: str) -> pd.Series[Any]:
    if column not in frame:
        return pd.Series(False, index=frame.index)
    return frame[column].fillna(False).astype(bool)
