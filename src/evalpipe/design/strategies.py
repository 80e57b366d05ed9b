"""What an intercurrent event does to the rows of an analysis (ICH E9(R1)).

treatment policy: nothing. hypothetical: outcomes after the event are set aside and missing from
then on. while on treatment: the last outcome before the event stands at every visit after it; for
slopes, outcomes after it are set aside. composite: a declared value stands at every visit after it.
Of several events the earliest of a participant decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.analyses import Estimand
from evalpipe.config.events import IntercurrentEvent
from evalpipe.config.plan import Plan
from evalpipe.config.scale_facts import find_scale, is_scale
from evalpipe.design.events import event_days
from evalpipe.design.people import Tables
from evalpipe.vocabulary import Column

AFTER_EVENT = "after_event"
"""Rows whose outcome is set aside."""

_SLOPES = ("slope", "difference_in_slopes")


def acting_events(estimand: Estimand) -> tuple[IntercurrentEvent, ...]:
    """The events whose strategy changes rows."""
    return tuple(e for e in estimand.intercurrent_events if e.strategy != "treatment_policy")


def apply_strategies(
    plan: Plan,
    estimand: Estimand,
    visits: Sequence[str],
    frame: pd.DataFrame,
    tables: Tables,
) -> pd.DataFrame:
    """Return the rows of an outcome with the strategies of its events carried out.

    frame: one row an occasion with participant, visit, day and outcome, before variables are added.
    visits: those of the analysis; a value stands at each of them after the event, also where the
    participant was not seen. Rows set aside have `after_event` true and stay, so that they can be
    counted. Unchanged without an event whose strategy does something.
    """
    events = acting_events(estimand)
    if not events:
        return frame
    first = first_events(plan, events, tables)
    whole = _with_visits(plan, first, visits, frame, events, estimand)
    day = row_days(plan, whole)
    person = whole[Column.PARTICIPANT_ID]
    is_after = day.to_numpy() > first["day"].reindex(person).to_numpy()
    is_after &= (whole[Column.VISIT] != plan.baseline_visit).to_numpy()
    number = first["event"].reindex(person).to_numpy()
    outcome = whole[Column.OUTCOME].astype("float64").copy()
    aside = np.zeros(len(whole), dtype=bool)
    for place, event in enumerate(events):
        mine = is_after & (number == place)
        if _sets_aside(event, estimand):
            aside |= mine
        elif event.strategy == "while_on_treatment":
            outcome[mine] = _last_before(whole, day, ~is_after)[mine]
        else:
            outcome[mine] = _declared(plan, estimand, event, whole)[mine]
    changed = whole.assign(outcome=outcome, after_event=aside)
    return _with_levels(plan, estimand, changed, is_after & ~aside)


def first_events(plan: Plan, events: Sequence[IntercurrentEvent], tables: Tables) -> pd.DataFrame:
    """Return the earliest event of each participant: its day and its place among `events`."""
    days = pd.DataFrame({n: event_days(plan, event, tables) for n, event in enumerate(events)})
    earliest = days.min(axis="columns")
    place = days.eq(earliest, axis="index").to_numpy().argmax(axis=1).astype("float64")
    place[earliest.isna().to_numpy()] = np.nan
    return pd.DataFrame({"day": earliest, "event": place})


def row_days(plan: Plan, frame: pd.DataFrame) -> pd.Series[Any]:
    """The day of each row, else the planned day of its visit."""
    planned = frame[Column.VISIT].map({name: float(v.day) for name, v in plan.visits.items()})
    return pd.to_numeric(frame[Column.DAY]).astype("float64").fillna(planned.astype("float64"))


def _sets_aside(event: IntercurrentEvent, estimand: Estimand) -> bool:
    is_slope = event.strategy == "while_on_treatment" and estimand.summary in _SLOPES
    return event.strategy == "hypothetical" or is_slope


def _with_visits(
    plan: Plan,
    first: pd.DataFrame,
    visits: Sequence[str],
    frame: pd.DataFrame,
    events: Sequence[IntercurrentEvent],
    estimand: Estimand,
) -> pd.DataFrame:
    """Add a row at each visit after an event that puts a value there, where there is none."""
    places = [n for n, event in enumerate(events) if not _sets_aside(event, estimand)]
    carried = first[first["event"].isin(places)]
    person = frame[Column.PARTICIPANT_ID]
    known = frame.assign(row_day=row_days(plan, frame)).sort_values("row_day", kind="stable")
    known = known[known[Column.PARTICIPANT_ID].isin(carried.index)]
    last = known.drop_duplicates(Column.PARTICIPANT_ID, keep="last")
    seen = set(zip(person, frame[Column.VISIT], strict=True))
    added = []
    for visit in visits:
        if visit == plan.baseline_visit:
            continue
        day = float(plan.visits[visit].day)
        after = last[last[Column.PARTICIPANT_ID].map(carried["day"]) < day]
        is_new = [(person, visit) not in seen for person in after[Column.PARTICIPANT_ID]]
        new = after[np.asarray(is_new, dtype=bool)]
        added.append(new.drop(columns="row_day").assign(outcome=np.nan, visit=visit, day=day))
    rows = [part for part in added if len(part)]
    return pd.concat([frame, *rows], ignore_index=True) if rows else frame.reset_index(drop=True)


def _last_before(
    frame: pd.DataFrame, day: pd.Series[Any], is_before: np.ndarray[Any, Any]
) -> np.ndarray[Any, Any]:
    """Of each row the participant's last outcome before the event; missing without one."""
    known = frame.assign(row_day=day)[is_before & frame[Column.OUTCOME].notna().to_numpy()]
    last = (
        known.sort_values("row_day", kind="stable")
        .groupby(Column.PARTICIPANT_ID)[Column.OUTCOME]
        .last()
    )
    return last.reindex(frame[Column.PARTICIPANT_ID]).to_numpy("float64")


def _declared(
    plan: Plan, estimand: Estimand, event: IntercurrentEvent, frame: pd.DataFrame
) -> np.ndarray[Any, Any]:
    """Of each row the value that the plan declares for outcomes after the event."""
    if event.value == "baseline":
        at_start = frame[frame[Column.VISIT] == plan.baseline_visit]
        own = at_start.groupby(Column.PARTICIPANT_ID)[Column.OUTCOME].mean()
        return own.reindex(frame[Column.PARTICIPANT_ID]).to_numpy("float64")
    value = _worst(plan, estimand) if event.value == "worst" else float(event.value or 0.0)
    return np.full(len(frame), value)


def _worst(plan: Plan, estimand: Estimand) -> float:
    facts = find_scale(plan, estimand.outcome)
    if facts.classes:
        better = plan.instruments[estimand.outcome.split(".")[0]].better_class
        return float(len(facts.classes) - 1 if facts.classes[0] == better else 0)
    assert facts.score_range is not None
    return float(facts.score_range[0 if facts.better == "higher" else 1])


def _with_levels(
    plan: Plan, estimand: Estimand, frame: pd.DataFrame, is_changed: np.ndarray[Any, Any]
) -> pd.DataFrame:
    """Give the rows that got a value the class of it, where the outcome has classes."""
    if Column.LEVEL not in frame or not is_scale(plan, estimand.outcome):
        return frame
    classes = find_scale(plan, estimand.outcome).classes
    level = frame[Column.LEVEL].astype(object).copy()
    codes = frame[Column.OUTCOME].to_numpy("float64")
    places = np.flatnonzero(is_changed & np.isfinite(codes))
    level.iloc[places] = [classes[int(codes[place])] for place in places]
    return frame.assign(**{Column.LEVEL: level})
