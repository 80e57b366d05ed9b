"""The session ledger and the judgements of goals, in long form."""

from __future__ import annotations

import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.ingest.rows import Rows
from evalpipe.vocabulary import Column

_SESSION = (
    Column.PARTICIPANT_ID,
    Column.DYAD_ID,
    Column.SESSION_NUMBER,
    Column.DAY,
    Column.PHASE,
    Column.PLANNED,
    Column.HELD,
    Column.MISSED_REASON,
    Column.MINUTES,
    Column.THERAPIST_ID,
    Column.VIDEO_FEEDBACK,
    Column.HOMEWORK,
)
_GOAL = (
    Column.PARTICIPANT_ID,
    Column.DYAD_ID,
    Column.GOAL,
    Column.ROLE,
    Column.PHASE,
    Column.DAY,
    Column.SESSION_NUMBER,
    Column.ATTAINED,
    Column.ATTAINMENT,
)


def sessions_of(plan: Plan, part: Rows) -> pd.DataFrame:
    """Return the sessions of one file; a session without `held` was held when it has minutes."""
    ratings = tuple(plan.protocol.ratings) if plan.protocol else ()
    frame = part.frame.reindex(columns=[*_SESSION, *ratings])
    if Column.PARTICIPANT_ID not in part.frame:
        frame[Column.PARTICIPANT_ID] = None
    owner = frame[Column.PARTICIPANT_ID].fillna(frame[Column.DYAD_ID])
    if Column.SESSION_NUMBER not in part.frame:
        frame = frame.assign(_owner=owner).sort_values(["_owner", Column.DAY], kind="stable")
        frame[Column.SESSION_NUMBER] = frame.groupby("_owner").cumcount() + 1
        frame = frame.drop(columns="_owner")
    if Column.HELD not in part.frame:
        frame[Column.HELD] = _was_held(part, frame)
    for rating in ratings:
        _check_range(plan, part, rating)
    if Column.PLANNED not in part.frame:
        frame[Column.PLANNED] = True
    return frame


def _was_held(part: Rows, frame: pd.DataFrame) -> pd.Series[bool]:
    if Column.MISSED_REASON in part.frame:
        return frame[Column.MISSED_REASON].isna().astype("boolean")
    if Column.MINUTES in part.frame:
        return frame[Column.MINUTES].notna().astype("boolean")
    return pd.Series(True, index=frame.index, dtype="boolean")


def _check_range(plan: Plan, part: Rows, rating: str) -> None:
    assert plan.protocol is not None
    if rating in part.frame:
        low, high = plan.protocol.ratings[rating].range
        values = part.frame[rating]
        wrong = values.notna() & ~values.between(low, high)
        part.findings.add("rating out of range", rating, wrong, f"It runs from {low:g} to {high:g}")


def goals_of(plan: Plan, part: Rows) -> pd.DataFrame:
    """Return the judgements of goals of one file; role and phase come from the plan if absent."""
    frame = part.frame.reindex(columns=list(_GOAL))
    for name in (Column.ROLE, Column.PHASE):
        declared = {goal: getattr(spec, name) for goal, spec in plan.goals.items()}
        frame[name] = frame[name].astype("object").fillna(frame[Column.GOAL].map(declared))
    wrong = frame[Column.ATTAINMENT].notna() & ~frame[Column.ATTAINMENT].between(-2, 2)
    part.findings.add("attainment runs from -2 to +2", Column.ATTAINMENT, wrong)
    return frame
