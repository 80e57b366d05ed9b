"""When each outcome is measured: visits, diary days, sessions, trials, irregular days."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.data import RawFile
from evalpipe.config.plan import Plan
from evalpipe.config.truth import TrueTrials
from evalpipe.design.people import has_dyads
from evalpipe.errors import ConfigError
from evalpipe.simulate.people import UNIT, require_truth
from evalpipe.simulate.streams import stream
from evalpipe.vocabulary import Column

PERSON = "person"
"""Row of the participant in the table of people."""
STEP = "step"
"""Order in time for residuals that remember: visit number, day, session or trial."""
PERIOD = "period"
SESSION_PREFIX = "session."


@dataclass(frozen=True)
class Placement:
    """Where an outcome stands in the raw files: what one row is, and at which visits."""

    grain: str
    visits: tuple[str, ...]


@dataclass(frozen=True)
class Calendar:
    """Everybody's own days: visit days (units, visits), first and last session, irregular days."""

    visit_days: pd.DataFrame
    irregular: dict[int, list[int]]
    knots: pd.DataFrame


def draw_calendar(
    plan: Plan, people: pd.DataFrame, sessions: pd.DataFrame, seed: int, cohort: str | None
) -> Calendar:
    """Return everybody's days; a few visits are late beyond their window."""
    units = people[UNIT].drop_duplicates().to_numpy()
    rng = stream(seed, "calendar", cohort or "")
    days = pd.DataFrame(index=units)
    for name, visit in plan.visits.items():
        days[name] = _visit_days(plan, name, visit.day, len(units), rng)
    return Calendar(days, _irregular_days(plan, units, rng), session_knots(people, sessions))


def _visit_days(
    plan: Plan, name: str, planned: int, n: int, rng: np.random.Generator
) -> np.ndarray[Any, Any]:
    timing = require_truth(plan).timing
    spread = rng.integers(-timing.spread, timing.spread + 1, size=n)
    is_late = rng.random(n) < timing.late
    late_by = rng.integers(timing.late_days[0], timing.late_days[1] + 1, size=n)
    if planned <= 0:
        return np.full(n, planned)
    window = plan.visits[name].window
    own = planned + spread
    if window is not None:
        own = np.clip(own, *window)
    limit = window[1] if window else planned
    return np.where(is_late, limit + late_by, own)


def _irregular_days(
    plan: Plan, units: np.ndarray[Any, Any], rng: np.random.Generator
) -> dict[int, list[int]]:
    timing = require_truth(plan).timing
    if timing.irregular is None:
        return {}
    low, high = timing.irregular
    own: dict[int, list[int]] = {}
    for unit in units:
        count = int(rng.integers(low, high + 1))
        # Stratified: one day in each stretch, so that before, during and after are all seen
        edges = np.linspace(0, timing.until_day, count + 1)
        days = [0] + [int(rng.integers(int(a) + 1, int(b) + 1)) for a, b in pairwise(edges)]
        own[int(unit)] = sorted(set(days))
    return own


def session_knots(people: pd.DataFrame, sessions: pd.DataFrame) -> pd.DataFrame:
    """Return first and last session held, and first of each phase, by participant, in days."""
    if sessions.empty:
        return pd.DataFrame(index=people[Column.PARTICIPANT_ID])
    held = sessions[sessions[Column.HELD]]
    by_unit = held.groupby(UNIT)[Column.DAY]
    knots = pd.DataFrame({"first_session": by_unit.min(), "last_session": by_unit.max()})
    starts: Any = (
        held.groupby([UNIT, Column.PHASE])[Column.DAY].min().unstack()
        if (held[Column.PHASE].notna().any())
        else pd.DataFrame()
    )
    for phase in starts:
        knots[f"phase:{phase}"] = starts[phase]
    own = people[[Column.PARTICIPANT_ID, UNIT]].merge(knots, left_on=UNIT, right_index=True)
    return own.set_index(Column.PARTICIPANT_ID).drop(columns=UNIT)


def placement(plan: Plan, scale: str) -> Placement:
    """Return where an outcome stands; raises ConfigError when no raw file holds it."""
    if scale.startswith(SESSION_PREFIX):
        return Placement("session", ())
    instrument = scale.split(".")[0]
    for entry in plan.data.values():
        if instrument in entry.items or scale in entry.scores:
            return Placement(entry.one_row_per, _visits_of(plan, scale, entry))
    raise ConfigError(f"data: no raw file holds `{scale}`, so it cannot be simulated")


def _visits_of(plan: Plan, scale: str, entry: RawFile) -> tuple[str, ...]:
    truth = require_truth(plan).outcomes.get(scale)
    own = truth.mean if truth is not None else None
    if isinstance(own, dict) and set(own) <= set(plan.visits):
        return tuple(v for v in plan.visits if v in own)
    if entry.visit:
        return (entry.visit,)
    where = entry.scores.get(scale)
    if isinstance(where, dict):
        return tuple(v for v in plan.visits if v in where.values())
    if entry.item_suffixes:
        return tuple(v for v in plan.visits if v in entry.item_suffixes.values())
    return tuple(plan.visits)


def occasions_of(
    plan: Plan, scale: str, people: pd.DataFrame, sessions: pd.DataFrame, calendar: Calendar
) -> pd.DataFrame:
    """Return one row for each participant (whom the outcome is about) and occasion.

    Columns: everything of people, person, step, visit, period, day, occasion, and what varies by
    occasion (phase and session_number, or the condition and its position).
    """
    place = placement(plan, scale)
    who = _measured(plan, scale, people)
    if place.grain == "session":
        rows = _at_sessions(who, sessions)
    elif place.grain == "day":
        rows = _at_days(plan, who)
    elif place.grain == "trial":
        rows = _at_trials(plan, who)
    elif place.visits:
        rows = _at_visits(place, who, calendar)
    else:
        rows = _at_irregular_days(who, calendar)
    return rows.reset_index(drop=True)


def _measured(plan: Plan, scale: str, people: pd.DataFrame) -> pd.DataFrame:
    who = people[people["entered"]].copy()
    who[PERSON] = who.index
    name = scale.split(".")[-1] if scale.startswith(SESSION_PREFIX) else scale.split(".")[0]
    if scale.startswith(SESSION_PREFIX):
        return who[who[Column.ROLE] == next(iter(plan.roles))] if has_dyads(plan) else who
    instrument = plan.instruments[name]
    role = instrument.about or instrument.completed_by
    return who[who[Column.ROLE] == role] if role in plan.roles else who


def _repeat(who: pd.DataFrame, times: int | list[int]) -> pd.DataFrame:
    return who.iloc[np.repeat(np.arange(len(who)), times)].reset_index(drop=True)


def _at_visits(place: Placement, who: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    rows = _repeat(who, len(place.visits))
    rows[Column.VISIT] = list(place.visits) * len(who)
    order = list(calendar.visit_days.columns)
    column = rows[Column.VISIT].map({v: k for k, v in enumerate(order)}).to_numpy()
    place_of = calendar.visit_days.index.get_indexer(pd.Index(rows[UNIT]))
    rows[Column.DAY] = calendar.visit_days.to_numpy()[place_of, column].astype(float)
    rows[STEP] = column
    return rows.assign(**{Column.OCCASION: 0, PERIOD: None})


def _at_irregular_days(who: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    counts = [len(calendar.irregular[int(unit)]) for unit in who[UNIT]]
    rows = _repeat(who, counts)
    days = [day for unit in who[UNIT] for day in calendar.irregular[int(unit)]]
    number = [k for count in counts for k in range(count)]
    rows[Column.DAY] = np.array(days, dtype=float)
    rows[STEP] = number
    rows[Column.OCCASION] = np.array(number) + 1
    return rows.assign(**{Column.VISIT: None, PERIOD: None})


def _at_days(plan: Plan, who: pd.DataFrame) -> pd.DataFrame:
    days = [(n, d) for n, p in plan.periods.items() for d in range(p.days[0], p.days[1] + 1)]
    if not days:
        raise ConfigError("periods: a diary needs periods with their days")
    rows = _repeat(who, len(days))
    rows[PERIOD] = [name for name, _ in days] * len(who)
    rows[Column.DAY] = np.array([float(day) for _, day in days] * len(who))
    rows[Column.OCCASION] = list(range(1, len(days) + 1)) * len(who)
    rows[STEP] = np.array([day - days[0][1] for _, day in days] * len(who))
    return rows.assign(**{Column.VISIT: None})


def _at_sessions(who: pd.DataFrame, sessions: pd.DataFrame) -> pd.DataFrame:
    if sessions.empty:
        raise ConfigError("protocol: session ratings need a protocol with sessions")
    held = sessions[sessions[Column.HELD]]
    keep = [UNIT, Column.SESSION_NUMBER, Column.DAY, Column.PHASE]
    rows = who.merge(held[keep], on=UNIT, how="inner")
    rows[Column.OCCASION] = rows[Column.SESSION_NUMBER]
    rows[STEP] = rows[Column.SESSION_NUMBER] - 1
    return rows.assign(**{Column.VISIT: None, PERIOD: None})


def _at_trials(plan: Plan, who: pd.DataFrame) -> pd.DataFrame:
    trials = require_truth(plan).trials
    if trials is None:
        raise ConfigError("truth.trials: say how many trials of each condition there are")
    parts = []
    for order, names in trials.orders.items():
        own = who[who[trials.order] == order]
        table = _trial_table(trials, names)
        rows = _repeat(own, len(table))
        for column in table:
            rows[column] = list(table[column]) * len(own)
        parts.append(rows)
    together = pd.concat(parts).sort_values([PERSON, Column.OCCASION], kind="stable")
    return together.assign(**{Column.VISIT: None, PERIOD: None, Column.DAY: 0.0})


def _trial_table(trials: TrueTrials, order: tuple[str, ...]) -> pd.DataFrame:
    """The trials of one order: blocks one after the other, cells alternating within a block."""
    cells = [dict[str, str]()]
    for name, levels in trials.within.items():
        cells = [{**cell, name: level} for level in levels for cell in cells]
    rows = [
        {trials.blocks: condition, trials.position: position, **cell}
        for position, condition in enumerate(order, start=1)
        for _ in range(trials.repeats)
        for cell in cells
    ]
    table = pd.DataFrame(rows)
    table[Column.OCCASION] = np.arange(1, len(table) + 1)
    table[STEP] = np.arange(len(table))
    return table
