"""The rows of a scale: one row an occasion, with what is known about the occasion."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.config.scale_facts import SESSION_PREFIX, ScaleFacts
from evalpipe.design.people import Tables, one_per_unit, table_of, unit_ids
from evalpipe.vocabulary import Column, Table

OCCASION_KEYS = (
    Column.PARTICIPANT_ID,
    Column.RATER,
    Column.VISIT,
    Column.DAY,
    Column.OCCASION,
)
_SCORE_ONLY = frozenset(
    (
        Column.SCALE,
        Column.SCORE,
        Column.LEVEL,
        Column.N_ITEMS,
        Column.N_MISSING,
        Column.RULE,
        Column.MISSING_REASON,
        Column.BASELINE,
        Column.CHANGE,
        Column.OUTCOME,
        Column.INSTRUMENT,
        Column.CATEGORY,
    )
)


def scale_rows(plan: Plan, tables: Tables, scale: str) -> pd.DataFrame:
    """Every occasion of one scale: keys, what varies by occasion, and `score` and `level`.

    A session rating that is not in `scores` is read from the session ledger (held sessions); in a
    dyad study the rating belongs to the first member. Empty when nothing was recorded.
    """
    scores = table_of(tables, Table.SCORES)
    if len(scores):
        rows = scores[scores[Column.SCALE] == scale]
        if len(rows):
            return _tidy(rows)
    if scale.startswith(SESSION_PREFIX):
        return _tidy(_session_rows(plan, tables, scale.removeprefix(SESSION_PREFIX)))
    return _tidy(pd.DataFrame())


def occasion_variables(rows: pd.DataFrame) -> list[str]:
    """Columns of `scale_rows` that vary by occasion besides the keys: condition, order, phase."""
    return [c for c in rows.columns if c not in OCCASION_KEYS and c not in _SCORE_ONLY]


def values_of(facts: ScaleFacts, rows: pd.DataFrame) -> pd.Series[Any]:
    """The value of each row as other variables see it: the level of a class, else the score."""
    if facts.classes and rows[Column.LEVEL].notna().any():
        return rows[Column.LEVEL].astype(object)
    return rows[Column.SCORE].astype("float64")


def class_codes(facts: ScaleFacts, levels: pd.Series[Any]) -> pd.Series[Any]:
    """Levels as numbers 0, 1, ... in the order of the plan; missing stays missing."""
    codes = pd.Categorical(levels, categories=list(facts.classes)).codes.astype("float64")
    return pd.Series(np.where(codes < 0, np.nan, codes), index=levels.index)


def _tidy(rows: pd.DataFrame) -> pd.DataFrame:
    tidy = rows.reset_index(drop=True).copy()
    for column in OCCASION_KEYS:
        if column not in tidy:
            tidy[column] = np.nan if column == Column.DAY else None
    for column in (Column.SCORE, Column.LEVEL):
        if column not in tidy:
            tidy[column] = np.nan if column == Column.SCORE else None
    tidy[Column.DAY] = pd.to_numeric(tidy[Column.DAY]).astype("float64")
    tidy[Column.SCORE] = pd.to_numeric(tidy[Column.SCORE]).astype("float64")
    occasion = pd.to_numeric(tidy[Column.OCCASION]).astype("float64").fillna(0)
    tidy[Column.OCCASION] = occasion.astype("int64")
    return tidy


def _session_rows(plan: Plan, tables: Tables, rating: str) -> pd.DataFrame:
    sessions = table_of(tables, Table.SESSIONS)
    if sessions.empty or rating not in sessions:
        return pd.DataFrame()
    held = sessions[sessions[Column.HELD].fillna(False).astype(bool)]
    kept = [Column.DAY, Column.SESSION_NUMBER, Column.PHASE, Column.THERAPIST_ID]
    rows = held[[column for column in kept if column in held]].copy()
    rows[Column.PARTICIPANT_ID] = session_participants(plan, tables, held)
    rows[Column.OCCASION] = held[Column.SESSION_NUMBER]
    rows[Column.SCALE] = f"{SESSION_PREFIX}{rating}"
    rows[Column.SCORE] = held[rating]
    return rows


def session_units(plan: Plan, tables: Tables, sessions: pd.DataFrame) -> pd.Series[Any]:
    """The participant or dyad that each session belongs to."""
    nothing = pd.Series(None, index=sessions.index, dtype=object)
    own = sessions.get(Column.PARTICIPANT_ID, nothing)
    if plan.unit != "dyad":
        return own
    people = table_of(tables, Table.PARTICIPANTS)
    units = unit_ids(plan, people)
    of_person = pd.Series(units.to_numpy(), index=people[Column.PARTICIPANT_ID].to_numpy())
    dyad = sessions.get(Column.DYAD_ID, nothing)
    return dyad.astype(object).where(dyad.notna(), own.map(of_person).astype(object))


def session_participants(plan: Plan, tables: Tables, sessions: pd.DataFrame) -> pd.Series[Any]:
    """The participant whom a session's ratings belong to: the one named, else the first member."""
    own = sessions.get(Column.PARTICIPANT_ID, pd.Series(None, index=sessions.index, dtype=object))
    if plan.unit != "dyad":
        return own
    first = one_per_unit(plan, table_of(tables, Table.PARTICIPANTS))
    by_unit = pd.Series(
        first[Column.PARTICIPANT_ID].to_numpy(), index=unit_ids(plan, first).to_numpy()
    )
    of_unit = session_units(plan, tables, sessions).map(by_unit)
    return own.astype(object).where(own.notna(), of_unit.astype(object))
