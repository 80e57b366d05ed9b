"""Each table joined with what the plan and the other tables say of its rows, rows as they stand.

The rules over these tables are schemas (`schemas.joined`); here is only what they read.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.design.delivery import ledger_of
from evalpipe.design.dispositions import with_dispositions
from evalpipe.design.eligibility import with_eligibility
from evalpipe.design.people import (
    BEFORE_ENTRY,
    Tables,
    has_entered,
    table_of,
    treated_arms,
    unit_ids,
    with_arm,
)
from evalpipe.schemas.joined.facts import Fact
from evalpipe.vocabulary import Column, Disposition, Table

_ENDED = (
    Disposition.LOST_TO_FOLLOW_UP,
    Disposition.WITHDREW_CONSENT,
    Disposition.DIED,
    Disposition.DISCONTINUED,
)
"""Dispositions after which no session is held."""


def join_participants(plan: Plan, tables: Tables) -> pd.DataFrame:
    """Participants with arm, eligibility, unit, and whether they entered."""
    people = with_arm(plan, table_of(tables, Table.PARTICIPANTS).reset_index(drop=True))
    if Column.DYAD_ID not in people:
        people = people.assign(**{Column.DYAD_ID: None})
    facts: dict[str, Any] = {
        Fact.HAS_ENTERED: has_entered(plan, people),
        Fact.UNIT: unit_ids(plan, people),
    }
    if Column.DISPOSITION in people:
        before = [str(word) for word in BEFORE_ENTRY]
        facts[Fact.IS_BEFORE_ENTRY] = people[Column.DISPOSITION].isin(before)
    if Column.DISPOSITION_DAY in people:
        facts[Column.DISPOSITION_DAY] = _numbers(people[Column.DISPOSITION_DAY])
    return with_eligibility(plan, people).assign(**facts)


def join_occasions(tables: Tables, people: pd.DataFrame) -> pd.DataFrame:
    """Every occasion once, whatever was measured at it: participant, visit, day, and if known."""
    columns = [Column.PARTICIPANT_ID, Column.VISIT, Column.DAY]
    parts = [table_of(tables, table) for table in (Table.SCORES, Table.RESPONSES)]
    shaped = [part.reindex(columns=columns).astype(object) for part in parts if len(part)]
    if not shaped:
        return pd.DataFrame(columns=[*columns, Fact.IS_KNOWN])
    rows = pd.concat(shaped, ignore_index=True).drop_duplicates(ignore_index=True)
    known = people[Column.PARTICIPANT_ID]
    return rows.assign(
        **{
            Column.DAY: _numbers(rows[Column.DAY]),
            # an occasion without any id is a finding of its own table
            Fact.IS_KNOWN: rows[Column.PARTICIPANT_ID].isin(known)
            | rows[Column.PARTICIPANT_ID].isna(),
        }
    )


def join_sessions(plan: Plan, tables: Tables, people: pd.DataFrame) -> pd.DataFrame:
    """Sessions with their unit, its arm, whether they were held, and when the unit had left.

    people: as `join_participants` returns them. Rows stand as in the sessions table.
    """
    sessions = table_of(tables, Table.SESSIONS).reset_index(drop=True)
    numbered = {
        **tables,
        Table.PARTICIPANTS: people,
        Table.SESSIONS: sessions.assign(place=sessions.index),
    }
    ledger = ledger_of(plan, numbered).sort_values("place", ignore_index=True)
    units = with_dispositions(plan, numbered)
    unit = ledger[Fact.UNIT]
    arm = unit.map(units.drop_duplicates(Fact.UNIT).set_index(Fact.UNIT)[Column.ARM])
    facts: dict[str, Any] = {
        Fact.IS_KNOWN: unit.isin(units[Fact.UNIT]),
        Column.ARM: arm,
        Fact.ARM_HAS_SESSIONS: arm.isin(treated_arms(plan)),
    }
    if Column.DISPOSITION_DAY in units:
        facts[Fact.LAST_DAY] = unit.map(_last_days(units)).astype("float64")
    if Column.PHASE in ledger:
        held = ledger[ledger[Fact.IS_HELD]]
        number = held.groupby([Fact.UNIT, Column.PHASE], sort=False).cumcount() + 1.0
        facts[Fact.NUMBER_IN_PHASE] = number.reindex(ledger.index)
    return ledger.assign(**facts)


def join_goals(tables: Tables, people: pd.DataFrame) -> pd.DataFrame:
    """Judgements of goals, and whether their participant or dyad is known."""
    goals = table_of(tables, Table.GOALS).reset_index(drop=True)
    facts: dict[str, Any] = {}
    ids = [name for name in (Column.PARTICIPANT_ID, Column.DYAD_ID) if name in goals]
    if ids:
        strange = [goals[name].notna() & ~goals[name].isin(people[name]) for name in ids]
        facts[Fact.IS_KNOWN] = ~np.logical_or.reduce(strange)
    if Column.DAY in goals:
        facts[Column.DAY] = _numbers(goals[Column.DAY])
    return goals.assign(**facts)


def _last_days(people: pd.DataFrame) -> pd.Series[Any]:
    """Day on which each whole unit had left (or stopped treatment); infinite where one stays."""
    left = people[Column.DISPOSITION].isin([str(word) for word in _ENDED])
    last = people[Column.DISPOSITION_DAY].where(left, np.inf).fillna(np.inf)
    return last.groupby(people[Fact.UNIT].to_numpy()).max()


def _numbers(values: pd.Series[Any]) -> pd.Series[Any]:
    return pd.to_numeric(values).astype("float64")
