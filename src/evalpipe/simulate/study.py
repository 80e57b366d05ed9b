"""A whole synthetic study as tables: people, sessions, goals, scores and answers to items."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.derived import Hinge
from evalpipe.config.plan import Plan
from evalpipe.simulate.items import items_of_totals
from evalpipe.simulate.ledger import draw_ledger, treatment_end
from evalpipe.simulate.missing import draw_dropout, keep_until_loss, lose_occasions, mark_lost
from evalpipe.simulate.outcomes import draw_outcome, scale_items
from evalpipe.simulate.people import UNIT, draw_people, require_truth
from evalpipe.simulate.schedule import (
    SESSION_PREFIX,
    Calendar,
    draw_calendar,
    occasions_of,
    session_knots,
)
from evalpipe.simulate.streams import stream
from evalpipe.vocabulary import Column, Table

ITEM = "item_"


@dataclass(frozen=True)
class SimulatedStudy:
    """One study (or one cohort of it), before it becomes files.

    people: one row a participant. sessions, goals: the ledgers. outcomes: scale -> its rows as
    observed, missing ones with their reason. answers: instrument -> one row an occasion with a
    column `item_<number>` for each item, as answered (reversed items not turned round).
    """

    people: pd.DataFrame
    sessions: pd.DataFrame
    goals: pd.DataFrame
    outcomes: dict[str, pd.DataFrame]
    answers: dict[str, pd.DataFrame]
    calendar: Calendar


def draw_study(
    plan: Plan,
    seed: int,
    cohort: str | None = None,
    *,
    outcomes: Iterable[str] | None = None,
    is_complete: bool = False,
    with_ledger: bool = True,
) -> SimulatedStudy:
    """Draw everything about one study (or cohort).

    outcomes: only these and what dropout depends on, drawn the same as among all; default all.
    is_complete: nobody leaves and nothing is missing. with_ledger: false leaves out sessions, where
    no outcome depends on them.
    """
    people = draw_people(plan, seed, cohort)
    sessions, goals, stopped = pd.DataFrame(), pd.DataFrame(), pd.DataFrame()
    if with_ledger or has_own_knots(plan):
        sessions, goals, stopped = draw_ledger(plan, people, seed)
    people = treatment_end(stopped, people)
    calendar = draw_calendar(plan, people, sessions, seed, cohort)
    wanted = _wanted(plan, outcomes)
    drawn = _draw_outcomes(plan, wanted, people, sessions, calendar, seed, cohort)
    if is_complete:
        observed = {s: rows.assign(**{Column.MISSING_REASON: None}) for s, rows in drawn.items()}
        return SimulatedStudy(people, sessions, goals, observed, {}, calendar)
    lost = draw_dropout(plan, drawn, seed, cohort) if drawn else pd.DataFrame()
    people = mark_lost(people, lost)
    held = keep_until_loss(sessions, lost)
    if len(lost) and len(held) and has_own_knots(plan):
        # Who left has an earlier last session; growth turns there, as it will in the analysis
        calendar = replace(calendar, knots=session_knots(people, held))
        drawn = _draw_outcomes(plan, wanted, people, sessions, calendar, seed, cohort)
    observed = {
        scale: lose_occasions(plan, scale, keep_until_loss(rows, lost), seed, cohort)
        for scale, rows in drawn.items()
    }
    sessions = _with_ratings(plan, held, observed, seed, cohort)
    goals = keep_until_loss(goals, lost)
    answers = _answers(plan, observed, seed, cohort)
    return SimulatedStudy(people, sessions, goals, observed, answers, calendar)


def _draw_outcomes(
    plan: Plan,
    wanted: list[str],
    people: pd.DataFrame,
    sessions: pd.DataFrame,
    calendar: Calendar,
    seed: int,
    cohort: str | None,
) -> dict[str, pd.DataFrame]:
    return {
        scale: draw_outcome(
            plan,
            scale,
            occasions_of(plan, scale, people, sessions, calendar),
            calendar.knots,
            seed,
            cohort,
        )
        for scale in wanted
    }


def has_own_knots(plan: Plan) -> bool:
    """Whether growth turns at each participant's own sessions."""
    return any(
        isinstance(d, Hinge) and (d.phase or isinstance(d.knot, str) or isinstance(d.until, str))
        for d in plan.derived.values()
    )


def _wanted(plan: Plan, outcomes: Iterable[str] | None) -> list[str]:
    truth = require_truth(plan)
    if outcomes is None:
        return list(truth.outcomes)
    needed = set(outcomes)
    if truth.dropout.depends_on:
        needed.add(truth.dropout.depends_on)
    return [scale for scale in truth.outcomes if scale in needed]


def _with_ratings(
    plan: Plan,
    sessions: pd.DataFrame,
    observed: dict[str, pd.DataFrame],
    seed: int,
    cohort: str | None,
) -> pd.DataFrame:
    if sessions.empty or plan.protocol is None:
        return sessions
    table = sessions.copy()
    index = pd.MultiIndex.from_frame(table[[UNIT, Column.SESSION_NUMBER]])
    for rating in plan.protocol.ratings:
        rows = observed.get(f"{SESSION_PREFIX}{rating}")
        if rows is None:
            continue
        own = rows.set_index([UNIT, Column.SESSION_NUMBER])[Column.SCORE]
        values = own.reindex(index).to_numpy("float64")
        rng = stream(seed, "rating_missing", rating, cohort or "")
        skipped = rng.random(len(values)) < require_truth(plan).sessions.rating_missing
        table[rating] = np.where(skipped, np.nan, values)
    return table


def _answers(
    plan: Plan, observed: dict[str, pd.DataFrame], seed: int, cohort: str | None
) -> dict[str, pd.DataFrame]:
    answers = {}
    for name, instrument in plan.instruments.items():
        scales = [f"{name}.{scale}" for scale in instrument.scales]
        if instrument.items is not None and all(scale in observed for scale in scales):
            answers[name] = _answers_to(plan, name, {s: observed[s] for s in scales}, seed, cohort)
    return answers


def _answers_to(
    plan: Plan, name: str, scales: dict[str, pd.DataFrame], seed: int, cohort: str | None
) -> pd.DataFrame:
    """Items of all scales of an instrument side by side, reversed, some left out."""
    instrument = plan.instruments[name]
    assert instrument.items is not None
    low, high = (int(v) for v in instrument.items.range)
    table = next(iter(scales.values())).drop(columns=[Column.SCORE, Column.SCALE, "latent"])
    reason = table[Column.MISSING_REASON].astype(object)
    missing = next(iter(scales.values()))[Column.SCORE].isna().to_numpy()
    rng = stream(seed, "items", name, cohort or "")
    for scale, rows in scales.items():
        numbers = scale_items(instrument, scale.split(".")[1])
        per_item = instrument.scales[scale.split(".")[1]].score == "mean"
        score = np.nan_to_num(rows[Column.SCORE].to_numpy("float64"), nan=float(low))
        totals = np.rint(score * (len(numbers) if per_item else 1))
        totals = np.clip(totals, low * len(numbers), high * len(numbers))
        alpha = require_truth(plan).outcomes[scale].alpha
        turned = items_of_totals(totals, len(numbers), (low, high), alpha, rng)
        for place, number in enumerate(numbers):
            given = turned[:, place].astype(float)
            given = low + high - given if number in instrument.items.reversed else given
            table[f"{ITEM}{number}"] = np.where(missing, np.nan, given)
    items = [f"{ITEM}{n}" for n in range(1, instrument.items.count + 1) if f"{ITEM}{n}" in table]
    skipped = rng.random((len(table), len(items))) < require_truth(plan).missing.items
    table[items] = table[items].mask(skipped)
    return table.assign(**{Column.MISSING_REASON: reason})


def simulate_tables(
    plan: Plan,
    seed: int | None = None,
    *,
    outcomes: Iterable[str] | None = None,
    is_complete: bool = False,
    with_ledger: bool = True,
) -> dict[Table, pd.DataFrame]:
    """Return the canonical tables of a synthetic study without going through files.

    participants, responses, scores (those that raw files give directly), sessions and goals, as
    the ingest stage would make them. outcomes: draw only these. is_complete: nothing is missing;
    then scores stand in `scores` and not as items. with_ledger: as in `draw_study`. Raises
    ConfigError for a plan without truth.
    """
    truth = require_truth(plan)
    base = truth.seed if seed is None else seed
    cohorts: tuple[str | None, ...] = tuple(truth.cohorts) or (None,)
    parts = []
    for cohort in cohorts:
        study = draw_study(
            plan,
            base,
            cohort,
            outcomes=outcomes,
            is_complete=is_complete,
            with_ledger=with_ledger,
        )
        parts.append(_canonical(plan, study, cohort))
    tables = {name: [p[name] for p in parts if len(p[name])] for name in parts[0]}
    return {
        name: pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
        for name, frames in tables.items()
    }


_PEOPLE = (
    Column.PARTICIPANT_ID,
    Column.DYAD_ID,
    Column.ROLE,
    Column.ARM,
    Column.COHORT,
    Column.RANDOMISED,
    Column.DISPOSITION,
    Column.DISPOSITION_REASON,
    Column.DISPOSITION_DAY,
)
_MEASURED = (
    Column.PARTICIPANT_ID,
    Column.SCALE,
    Column.RATER,
    Column.VISIT,
    Column.DAY,
    Column.OCCASION,
    Column.SCORE,
    Column.LEVEL,
    Column.MISSING_REASON,
)


def _canonical(plan: Plan, study: SimulatedStudy, cohort: str | None) -> dict[Table, pd.DataFrame]:
    extra = [n for n, v in plan.variables.items() if v.varies != "occasion" and n in study.people]
    clusters = [f"{name}_id" for name in plan.clusters]
    people = study.people[[*_PEOPLE, *clusters, *extra]].copy()
    people[Column.ELIGIBLE] = pd.Series(pd.NA, index=people.index, dtype="boolean")
    people[Column.ELIGIBILITY_REASON] = None
    if len(plan.arms) == 1:
        people[Column.ARM] = next(iter(plan.arms))
    scores = [
        _measured(plan, rows, scale)
        for scale, rows in study.outcomes.items()
        if scale.split(".")[0] not in study.answers and not scale.startswith(SESSION_PREFIX)
    ]
    responses = [_responses(plan, name, rows) for name, rows in study.answers.items()]
    tables = {
        Table.PARTICIPANTS: people,
        Table.SCORES: pd.concat(scores, ignore_index=True) if scores else pd.DataFrame(),
        Table.RESPONSES: pd.concat(responses, ignore_index=True) if responses else pd.DataFrame(),
        Table.SESSIONS: study.sessions.drop(columns=UNIT, errors="ignore"),
        Table.GOALS: study.goals.drop(columns=UNIT, errors="ignore"),
    }
    return {name: _of_cohort(frame, cohort) for name, frame in tables.items()}


def _of_cohort(frame: pd.DataFrame, cohort: str | None) -> pd.DataFrame:
    if cohort is None or frame.empty:
        return frame
    named = frame.copy()
    for column in (Column.PARTICIPANT_ID, Column.DYAD_ID):
        if column in named:
            known = named[column].notna()
            named[column] = (cohort + "-" + named[column].astype(str)).where(known, None)
    return named


def occasion_variables(plan: Plan, rows: pd.DataFrame) -> list[str]:
    """Return the plan's variables that vary by occasion and stand in these rows."""
    return [n for n, v in plan.variables.items() if v.varies == "occasion" and n in rows]


def _measured(plan: Plan, rows: pd.DataFrame, scale: str) -> pd.DataFrame:
    columns = [c for c in _MEASURED if c in rows] + occasion_variables(plan, rows)
    table = rows[columns].copy()
    return table.assign(**{Column.RATER: _rater(plan, table, scale)})


def _rater(plan: Plan, rows: pd.DataFrame, scale: str) -> Any:
    if rows[Column.RATER].notna().any():
        return rows[Column.RATER]
    return plan.instruments[scale.split(".")[0]].completed_by


def _responses(plan: Plan, name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Long form: one row an answer."""
    items = [column for column in rows if str(column).startswith(ITEM)]
    keys = [Column.PARTICIPANT_ID, Column.VISIT, Column.OCCASION, Column.DAY]
    keys += [Column.RATER, Column.MISSING_REASON, *occasion_variables(plan, rows)]
    n = len(rows)
    long = rows.loc[rows.index.repeat(len(items)), keys].reset_index(drop=True)
    long[Column.INSTRUMENT] = name
    long[Column.ITEM] = [int(str(item).removeprefix(ITEM)) for item in items] * n
    long[Column.RESPONSE] = rows[items].to_numpy("float64").ravel()
    return long.assign(**{Column.RATER: _rater(plan, long, name)})
