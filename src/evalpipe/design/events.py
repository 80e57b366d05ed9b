"""When intercurrent events took place: the day of each participant's event, from what marks it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from evalpipe.config.events import EventMarks, IntercurrentEvent
from evalpipe.config.plan import Plan
from evalpipe.design.people import Tables, entered, table_of, unit_ids, with_arm
from evalpipe.design.statistic_rows import StatisticRow
from evalpipe.errors import NotEstimableError
from evalpipe.vocabulary import Column, Statistic, StatisticTable, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray


def event_days(plan: Plan, event: IntercurrentEvent, tables: Tables) -> pd.Series[Any]:
    """Return the day of the event of each participant who entered, by participant id.

    Counted from the own baseline; missing for those without the event. Raises NotEstimableError
    where somebody has the event and its day is not recorded.
    """
    people = _people(plan, tables)
    marks = event.marks
    if isinstance(marks, EventMarks) and marks.fewer_sessions_than is not None:
        return _last_sessions(plan, people, tables, marks.fewer_sessions_than)
    index = people[Column.PARTICIPANT_ID]
    if isinstance(marks, EventMarks) and marks.variable is not None:
        own = pd.to_numeric(people[marks.variable]).to_numpy("float64")
        return pd.Series(own, index=index)
    has_event = _is_marked(people, event)
    days = pd.to_numeric(_values(people, Column.DISPOSITION_DAY)).astype("float64")
    if (has_event & days.isna()).any():
        raise NotEstimableError(
            f"“{event.event}”: its day is not recorded for everybody who has it, so it is "
            "not known which outcomes came after it"
        )
    return pd.Series(days.where(has_event).to_numpy(), index=index)


def count_events(plan: Plan, analysis_id: str, tables: Tables) -> list[StatisticRow]:
    """Return how many of those who entered had each event of an analysis, by arm.

    An event that nothing in the data marks is not counted: that nobody had it is not known.
    """
    estimand = plan.analyses[analysis_id].estimand
    rows = []
    for number, event in enumerate(estimand.intercurrent_events if estimand else (), start=1):
        has_event = _who_had(plan, event, tables)
        if has_event is None:
            continue
        people = _people(plan, tables)
        for arm in plan.arms:
            own = (people[Column.ARM] == arm).to_numpy()
            rows.append(
                StatisticRow(
                    table=StatisticTable.EVENTS,
                    variable=event_name(number),
                    statistic=Statistic.COUNT,
                    value=int(has_event[own].sum()),
                    n=int(own.sum()),
                    arm=arm,
                )
            )
    return rows


def event_name(number: int) -> str:
    """What the event with this number (from 1) is called in `statistics`."""
    return f"event {number}"


def _who_had(plan: Plan, event: IntercurrentEvent, tables: Tables) -> NDArray[np.bool_] | None:
    """Who of those who entered had the event; None where it cannot be known."""
    people = _people(plan, tables)
    marks = event.marks
    if isinstance(marks, EventMarks) and not marks.reason:
        return event_days(plan, event, tables).notna().to_numpy()
    column = Column.DISPOSITION_REASON if isinstance(marks, EventMarks) else Column.DISPOSITION
    if marks is None or _values(people, column).isna().all():
        return None
    return _is_marked(people, event).to_numpy(dtype=bool)


def _is_marked(people: pd.DataFrame, event: IntercurrentEvent) -> pd.Series[Any]:
    if isinstance(event.marks, EventMarks):
        return _values(people, Column.DISPOSITION_REASON).isin(event.marks.reason)
    return _values(people, Column.DISPOSITION).isin(event.dispositions)


def _people(plan: Plan, tables: Tables) -> pd.DataFrame:
    return entered(plan, with_arm(plan, table_of(tables, Table.PARTICIPANTS)))


def _values(people: pd.DataFrame, column: str) -> pd.Series[Any]:
    return people[column] if column in people else pd.Series(None, index=people.index, dtype=object)


def _last_sessions(plan: Plan, people: pd.DataFrame, tables: Tables, fewest: int) -> pd.Series[Any]:
    """The day of the last session held, of people in treated arms who had too few; else missing.

    Somebody without any session stopped on day 0.
    """
    sessions = table_of(tables, Table.SESSIONS)
    if sessions.empty:
        raise NotEstimableError("no sessions are recorded, so nobody's number of them is known")
    held = sessions[sessions[Column.HELD].fillna(True).astype(bool)]
    person = people[Column.PARTICIPANT_ID]
    unit = unit_ids(plan, people).to_numpy()
    owner = held[Column.PARTICIPANT_ID]
    if Column.DYAD_ID in held:
        owner = owner.fillna(held[Column.DYAD_ID])
    by_owner = held.assign(owner=owner).groupby("owner")[Column.DAY].agg(["size", "max"])
    own, shared = by_owner.reindex(person), by_owner.reindex(unit)
    is_shared = unit != person.to_numpy()
    count = own["size"].fillna(0).to_numpy() + shared["size"].fillna(0).to_numpy() * is_shared
    last = own["max"].where(own["max"].notna().to_numpy(), shared["max"].to_numpy()).fillna(0.0)
    arms = people[Column.ARM]
    is_treated = arms.isin(arms[count > 0].unique()).to_numpy()
    days = pd.Series(last.to_numpy("float64"), index=person)
    return days.where((count < fewest) & is_treated)
