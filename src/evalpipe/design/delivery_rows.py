"""Delivery in numbers: by arm and therapist, by phase, and who was in which phase in each week."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.design.delivery import FIDELITY_PARTS, MEASURES, ledger_of
from evalpipe.design.people import Tables
from evalpipe.design.statistic_rows import StatisticRow, mean_rows, share_rows
from evalpipe.vocabulary import UNKNOWN_REASON, Column, Statistic, StatisticTable

NOT_STARTED = "not_started"
FINISHED = "finished"
STOPPED = "stopped"
"""States of the timeline besides the phases of the plan."""

IN_TREATMENT = "in_treatment"
"""The state between first and last session in a protocol without phases."""


def delivery_rows(plan: Plan, tables: Tables, delivery: pd.DataFrame) -> list[StatisticRow]:
    """Summaries of the delivery table by arm (and over arms with sessions), therapist and phase."""
    if delivery.empty or plan.protocol is None:
        return []
    rows: list[StatisticRow] = []
    for arm, own in _by_arm(delivery):
        rows += _measure_rows(own, {"arm": arm})
        rows += _completion_rows(own, {"arm": arm})
        rows += _phase_rows(plan, own, arm)
        rows += _occupancy_rows(plan, tables, own, arm)
    rows += _session_rows(plan, tables, delivery)
    if Column.THERAPIST_ID in delivery:
        for therapist in sorted(delivery[Column.THERAPIST_ID].dropna().unique()):
            own = delivery[delivery[Column.THERAPIST_ID] == therapist]
            place = {"groups": {"cluster": str(therapist)}}
            rows += _measure_rows(own, place, _OF_THERAPISTS) + _completion_rows(own, place)
    return rows


def _by_arm(delivery: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    arms = list(dict.fromkeys(delivery[Column.ARM].dropna()))
    return [(str(arm), delivery[delivery[Column.ARM] == arm]) for arm in sorted(arms)]


_OF_THERAPISTS = ("n_sessions_held", "weeks_in_treatment", Column.FIDELITY)


def _measure_rows(
    own: pd.DataFrame, place: dict[str, Any], names: tuple[str, ...] = MEASURES
) -> list[StatisticRow]:
    rows: list[StatisticRow] = []
    fidelity = {*FIDELITY_PARTS, Column.FIDELITY}
    for name in names:
        if name in own and own[name].notna().any():
            table = StatisticTable.FIDELITY if name in fidelity else StatisticTable.DELIVERY
            rows += mean_rows(own[name], spread=True, table=table, variable=name, **place)
    return rows


def _completion_rows(own: pd.DataFrame, place: dict[str, Any]) -> list[StatisticRow]:
    rows: list[StatisticRow] = []
    for name in ("has_started", "has_completed"):
        rows += share_rows(
            int(own[name].sum()), len(own), table=StatisticTable.DELIVERY, variable=name, **place
        )
    return rows


def _phase_rows(plan: Plan, own: pd.DataFrame, arm: str) -> list[StatisticRow]:
    assert plan.protocol is not None
    rows: list[StatisticRow] = []
    for phase in plan.protocol.phases:
        place: dict[str, Any] = {
            "table": StatisticTable.PHASES,
            "arm": arm,
            "groups": {"phase": phase},
        }
        reached = own[own[f"n_sessions_{phase}"] > 0]
        rows += share_rows(len(reached), len(own), variable="has_reached", **place)
        done = int(own[f"has_completed_{phase}"].sum())
        rows += share_rows(done, len(own), variable="has_completed", **place)
        rows += mean_rows(
            reached[f"n_sessions_{phase}"], spread=True, variable="n_sessions", **place
        )
        rows += mean_rows(reached[f"days_{phase}"], spread=True, variable="days", **place)
    return rows


def _session_rows(plan: Plan, tables: Tables, delivery: pd.DataFrame) -> list[StatisticRow]:
    """Sessions held and missed, with reasons; n is sessions."""
    ledger = ledger_of(plan, tables)
    key = Column.DYAD_ID if plan.unit == "dyad" else Column.PARTICIPANT_ID
    arm_of = delivery.set_index(key)[Column.ARM]
    ledger = ledger.assign(arm=ledger["unit"].map(arm_of))
    rows: list[StatisticRow] = []
    for arm, _ in _by_arm(delivery):
        own = ledger[ledger["arm"] == arm]
        place: dict[str, Any] = {
            "table": StatisticTable.DELIVERY,
            "variable": "sessions",
            "arm": arm,
            "note": "n counts sessions",
        }
        n_held = int(own["is_held"].sum())
        rows += share_rows(n_held, len(own), level="held", **place)
        rows += share_rows(len(own) - n_held, len(own), level="missed", **place)
        rows += _missed_rows(own[~own["is_held"]], len(own), place)
    return rows


def _missed_rows(missed: pd.DataFrame, total: int, place: dict[str, Any]) -> list[StatisticRow]:
    if Column.MISSED_REASON not in missed or not missed[Column.MISSED_REASON].notna().any():
        return []
    reasons = missed[Column.MISSED_REASON].astype(object).fillna(UNKNOWN_REASON)
    return [
        row
        for reason in sorted(reasons.unique())
        for row in share_rows(
            int((reasons == reason).sum()),
            total,
            level="missed",
            groups={"reason": str(reason)},
            **place,
        )
    ]


def _occupancy_rows(plan: Plan, tables: Tables, own: pd.DataFrame, arm: str) -> list[StatisticRow]:
    """How many units were in which state in each week since baseline, until the last session."""
    assert plan.protocol is not None
    states = weekly_states(plan, tables, own)
    names = [NOT_STARTED, *(plan.protocol.phases or [IN_TREATMENT]), STOPPED, FINISHED]
    return [
        StatisticRow(
            table=StatisticTable.PHASES,
            variable="occupancy",
            statistic=Statistic.COUNT,
            value=int((states[:, week] == state).sum()),
            n=len(own),
            level=state,
            arm=arm,
            groups={"week": f"{week:03d}"},
        )
        for week in range(states.shape[1])
        for state in names
    ]


def weekly_states(plan: Plan, tables: Tables, delivery: pd.DataFrame) -> Any:
    """State of each unit in each week: shape (units, weeks), words, week 0 from day 0 to 6.

    The state of a week is the phase of the last session held in it, or, in a week without a
    session, of the session before. After the last session a unit is `finished` when it completed
    the treatment and `stopped` when not.
    """
    phases = plan.protocol.phases if plan.protocol else {}
    held = ledger_of(plan, tables)
    held = held[held["is_held"] & held[Column.DAY].notna()]
    key = Column.DYAD_ID if plan.unit == "dyad" else Column.PARTICIPANT_ID
    place = pd.Index(delivery[key].to_numpy()).get_indexer(pd.Index(held["unit"].to_numpy()))
    held, place = held[place >= 0], place[place >= 0]
    week = np.maximum(held[Column.DAY].to_numpy() // 7, 0).astype(np.int64)
    n_weeks = int(week.max(initial=-1)) + 2 if len(week) else 0
    states = np.full((len(delivery), n_weeks), None, dtype=object)
    phase = held[Column.PHASE].to_numpy(dtype=object) if Column.PHASE in held else None
    states[place, week] = IN_TREATMENT if phase is None or not phases else phase
    last = np.full(len(delivery), -1, dtype=np.int64)
    np.maximum.at(last, place, week)
    after = np.where(delivery["has_completed"].to_numpy(dtype=bool), FINISHED, STOPPED)
    for column in range(n_weeks):
        before = states[:, column - 1] if column else np.full(len(delivery), NOT_STARTED, object)
        own = states[:, column]
        empty = np.array([state is None for state in own], dtype=bool)
        own[empty] = before[empty]
        ended = (column > last) & (last >= 0)
        own[ended] = after[ended]
    return states
