"""The session ledger of a treatment, and the judgements of its goals, as they would be kept."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.config.protocol import Delivery, SessionCount
from evalpipe.config.truth import TrueSessions, Truth
from evalpipe.design.people import has_dyads, treated_arms
from evalpipe.simulate.draws import draw_levels
from evalpipe.simulate.people import UNIT, require_truth
from evalpipe.simulate.streams import stream
from evalpipe.vocabulary import Column, Disposition

MOST_SESSIONS = 400

Record = dict[Hashable, Any]


@dataclass
class _Course:
    """One unit's treatment while it is being made."""

    day: int
    therapists: list[str | None]
    changes_after: int | None
    stops_after: int | None
    sessions: list[dict[str, Any]] = field(default_factory=list)
    goals: list[dict[str, Any]] = field(default_factory=list)
    has_stopped: bool = False

    @property
    def n_held(self) -> int:
        return sum(1 for row in self.sessions if row[Column.HELD])


def draw_ledger(
    plan: Plan, people: pd.DataFrame, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return (sessions, goals, stopped): stopped has unit, day and reason of treatments given up.

    Both ledgers carry `unit` and the participant's or dyad's id. Empty without a protocol.
    """
    truth = require_truth(plan)
    if plan.protocol is None:
        return pd.DataFrame(), pd.DataFrame(), pd.DataFrame()
    treated = people[people[Column.ARM].isin(treated_arms(plan))].drop_duplicates(UNIT)
    pool = _therapist_pool(plan, people)
    sessions, goals, stopped = [], [], []
    for row in treated.to_dict("records"):
        rng = stream(seed, "sessions", str(row[Column.COHORT] or ""), int(row[UNIT]))
        course = _one_course(plan, plan.protocol, truth, row, pool, rng)
        keys = _keys(plan, row)
        sessions += [{**keys, **s} for s in course.sessions]
        goals += [{**keys, **g} for g in course.goals]
        if course.has_stopped:
            reason = draw_levels(rng, truth.sessions.stop_reasons, 1)[0]
            stopped.append({UNIT: row[UNIT], Column.DAY: course.day, "reason": reason})
    return pd.DataFrame(sessions), pd.DataFrame(goals), pd.DataFrame(stopped)


def _keys(plan: Plan, row: Record) -> dict[str, Any]:
    person = None if has_dyads(plan) else row[Column.PARTICIPANT_ID]
    return {UNIT: row[UNIT], Column.PARTICIPANT_ID: person, Column.DYAD_ID: row[Column.DYAD_ID]}


def therapist_level(plan: Plan) -> str | None:
    """Return the level of clustering that delivers sessions."""
    named = [arm.delivered_by for arm in plan.arms.values() if arm.delivered_by]
    if named:
        return named[0]
    return "therapist" if "therapist" in plan.clusters else None


def _therapist_pool(plan: Plan, people: pd.DataFrame) -> dict[str, list[str]]:
    """Return therapist -> colleagues who could take over (same site where there is one)."""
    level = therapist_level(plan)
    if level is None:
        return {}
    above = next((n for n, c in plan.clusters.items() if c.contains == level), None)
    known = people[people[f"{level}_id"].notna()]
    groups = known[f"{above}_id"] if above else pd.Series("", index=known.index)
    pool: dict[str, list[str]] = {}
    for _, rows in known.groupby(groups, sort=True):
        ids = sorted(rows[f"{level}_id"].unique())
        pool |= {own: [other for other in ids if other != own] for own in ids}
    return pool


def _one_course(
    plan: Plan,
    protocol: Delivery,
    truth: Truth,
    row: Record,
    pool: dict[str, list[str]],
    rng: np.random.Generator,
) -> _Course:
    spec = truth.sessions
    level = therapist_level(plan)
    own = row.get(f"{level}_id") if level else None
    others = pool.get(str(own), [])
    changes = bool(others) and rng.random() < spec.therapist_change
    second = str(rng.choice(others)) if changes else own
    total = _expected_sessions(protocol)
    course = _Course(
        day=int(rng.integers(spec.first_day[0], spec.first_day[1] + 1)),
        therapists=[own, second],
        changes_after=int(rng.integers(max(total // 4, 1), max(total * 3 // 4, 2)))
        if changes
        else None,
        stops_after=_stops_after(spec, total, rng),
    )
    if rng.random() < spec.never_starts:
        course.has_stopped = True
        return course
    for phase, planned, may_extend in _phases(protocol):
        _one_phase(plan, protocol, truth, course, (phase, _count(planned, rng), may_extend), rng)
        if course.has_stopped:
            break
    _add_video(protocol, spec, course, rng)
    return course


def _stops_after(spec: TrueSessions, total: int, rng: np.random.Generator) -> int | None:
    stops = rng.random() < spec.stops
    after = int(rng.integers(1, max(total - 2, 2)))
    return after if stops else None


def _phases(protocol: Delivery) -> Iterator[tuple[str | None, SessionCount, bool]]:
    if not protocol.phases:
        yield None, protocol.sessions or 0, False
    for name, phase in protocol.phases.items():
        yield name, phase.sessions, phase.may_extend


def _expected_sessions(protocol: Delivery) -> int:
    return sum(n if isinstance(n, int) else (n[0] + n[1]) // 2 for _, n, _ in _phases(protocol))


def _count(planned: SessionCount, rng: np.random.Generator) -> int:
    return planned if isinstance(planned, int) else int(rng.integers(planned[0], planned[1] + 1))


def _one_phase(
    plan: Plan,
    protocol: Delivery,
    truth: Truth,
    course: _Course,
    phase: tuple[str | None, int, bool],
    rng: np.random.Generator,
) -> None:
    name, planned, may_extend = phase
    _hold(protocol, truth.sessions, course, name, planned, rng)
    reached = _judge(plan, truth, course, name, 0, rng)
    goes_on = may_extend and not reached and rng.random() < truth.sessions.extended
    if goes_on and not course.has_stopped:
        low, high = truth.sessions.extension
        _hold(protocol, truth.sessions, course, name, int(rng.integers(low, high + 1)), rng)
        _judge(plan, truth, course, name, 1, rng)


def _hold(
    protocol: Delivery,
    spec: TrueSessions,
    course: _Course,
    phase: str | None,
    count: int,
    rng: np.random.Generator,
) -> None:
    """Appointments until `count` sessions were held, or the treatment is given up."""
    held = 0
    while held < count and len(course.sessions) < MOST_SESSIONS:
        if course.stops_after is not None and course.n_held >= course.stops_after:
            course.has_stopped = True
            return
        is_held = rng.random() >= spec.missed
        course.sessions.append(_appointment(protocol, spec, course, phase, is_held, rng))
        held += is_held
        course.day += _gap(protocol, spec, rng)


def _gap(protocol: Delivery, spec: TrueSessions, rng: np.random.Generator) -> int:
    usual = protocol.spacing_days.planned if protocol.spacing_days else 7.0
    return max(1, round(rng.normal(usual, spec.spacing_sd)))


def _appointment(
    protocol: Delivery,
    spec: TrueSessions,
    course: _Course,
    phase: str | None,
    is_held: bool,
    rng: np.random.Generator,
) -> dict[str, Any]:
    usual = protocol.minutes.planned if protocol.minutes else 50.0
    minutes = max(10.0, 5.0 * round(rng.normal(usual, spec.minutes_sd) / 5.0))
    reason = draw_levels(rng, spec.missed_reasons, 1)[0]
    homework = bool(rng.random() < spec.homework_done)
    has_changed = course.changes_after is not None and course.n_held >= course.changes_after
    return {
        Column.SESSION_NUMBER: len(course.sessions) + 1,
        Column.DAY: float(course.day),
        Column.PHASE: phase,
        Column.PLANNED: True,
        Column.HELD: is_held,
        Column.MISSED_REASON: None if is_held else reason,
        Column.MINUTES: minutes if is_held else np.nan,
        Column.THERAPIST_ID: course.therapists[int(has_changed)],
        Column.VIDEO_FEEDBACK: False if is_held else None,
        Column.HOMEWORK: (homework if protocol.homework else None) if is_held else None,
    }


def _add_video(
    protocol: Delivery, spec: TrueSessions, course: _Course, rng: np.random.Generator
) -> None:
    """In each block of held sessions of a phase, the planned number of video appointments."""
    video = protocol.video_feedback
    if video is None:
        return
    phases = video.phases or tuple(protocol.phases) or (None,)
    for phase in phases:
        held = [s for s in course.sessions if s[Column.PHASE] == phase and s[Column.HELD]]
        for start in range(0, len(held) - video.per_sessions + 1, video.per_sessions):
            block = held[start : start + video.per_sessions]
            for place in rng.choice(len(block), size=video.count, replace=False):
                block[place][Column.VIDEO_FEEDBACK] = bool(rng.random() < spec.video_held)


def _judge(
    plan: Plan,
    truth: Truth,
    course: _Course,
    phase: str | None,
    round_: int,
    rng: np.random.Generator,
) -> bool:
    """Judge the goals of a phase; True when each is attained (or there is none to judge)."""
    if course.has_stopped or not course.sessions:
        return True
    all_attained = True
    for name, goal in plan.goals.items():
        if goal.phase != phase or name not in truth.goals:
            continue
        spec = truth.goals[name]
        level = int(np.clip(np.rint(rng.normal(spec.mean + round_ * spec.gain, spec.sd)), -2, 2))
        all_attained &= level >= 0
        last = course.sessions[-1]
        course.goals.append(
            {
                Column.GOAL: name,
                Column.ROLE: goal.role,
                Column.PHASE: phase,
                Column.DAY: last[Column.DAY],
                Column.SESSION_NUMBER: last[Column.SESSION_NUMBER],
                Column.ATTAINED: level >= 0,
                Column.ATTAINMENT: float(level),
            }
        )
    return all_attained


def treatment_end(stopped: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Return people with those who gave up treatment marked `discontinued`, with day and reason."""
    marked = people.copy()
    marked[Column.DISPOSITION_REASON] = None
    marked[Column.DISPOSITION_DAY] = np.nan
    if len(stopped):
        day = marked[UNIT].map(stopped.set_index(UNIT)[Column.DAY])
        gave_up = day.notna()
        marked.loc[gave_up, Column.DISPOSITION] = str(Disposition.DISCONTINUED)
        reason = marked[UNIT].map(stopped.set_index(UNIT)["reason"])
        marked.loc[gave_up, Column.DISPOSITION_REASON] = reason[gave_up]
        marked.loc[gave_up, Column.DISPOSITION_DAY] = day[gave_up]
    return marked
