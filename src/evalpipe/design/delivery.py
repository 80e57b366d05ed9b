"""What was delivered to each unit: dose, phases, completion and fidelity, from the ledger."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.config.protocol import Delivery, Phase, SessionCount
from evalpipe.design.occasions import session_units
from evalpipe.design.people import (
    Tables,
    entered,
    one_per_unit,
    table_of,
    treated_arms,
    unit_ids,
    with_arm,
)
from evalpipe.vocabulary import Column, Table

FIDELITY_PARTS = (
    "phases_share",
    "spacing_share",
    "minutes_share",
    "video_feedback_share",
    "homework_share",
)
"""Components of fidelity, each from 0 to 1; missing when the protocol or the ledger has none."""

MEASURES = (
    "n_sessions_held",
    "n_sessions_missed",
    "total_minutes",
    "weeks_in_treatment",
    "spacing_days_median",
    *FIDELITY_PARTS,
    Column.FIDELITY,
)
"""Numeric columns of the delivery table that are summarised by arm and therapist."""


def build_delivery(plan: Plan, tables: Tables) -> pd.DataFrame:
    """One row for each unit (participant or dyad) of the arms with sessions.

    Units without a session count as not started. Columns: participant_id (the first member of a
    dyad), dyad_id, arm, cohort, therapist_id (who held most sessions), n_sessions_planned, _held,
    _missed, total_minutes, weeks_in_treatment (first to last session held), first_day, last_day,
    spacing_days_median, for each phase n_sessions_<phase>, days_<phase> and has_completed_<phase>,
    the components of fidelity (0 to 1), fidelity (their mean), has_started and has_completed.
    Empty when the plan has no protocol.
    """
    if plan.protocol is None:
        return pd.DataFrame()
    units = _treated_units(plan, tables)
    ledger = ledger_of(plan, tables)
    held = ledger[ledger["is_held"]]
    table = units.join(_dose(ledger, held))
    table = _with_counts(table)
    for name, phase in plan.protocol.phases.items():
        table = table.join(_phase_columns(name, phase, held, plan.protocol))
        table = _with_phase_zero(table, name)
    table = table.join(_spacing(plan.protocol, held)).join(_minutes(plan.protocol, held))
    table = table.join(_video_feedback(plan.protocol, held)).join(_homework(plan.protocol, held))
    table["phases_share"] = _phases_share(plan.protocol, table)
    parts = [part for part in FIDELITY_PARTS if part in table]
    table[Column.FIDELITY] = table[parts].astype("float64").mean(axis=1)
    table["has_started"] = table["n_sessions_held"] >= plan.protocol.started
    table["has_completed"] = _has_completed(plan.protocol, table)
    never = ~table["has_started"].to_numpy(dtype=bool) & (table["n_sessions_held"] == 0)
    table.loc[never, [*parts, Column.FIDELITY]] = np.nan
    return table.reset_index(drop=True)


def delivery_of(plan: Plan, tables: Tables) -> pd.DataFrame:
    """The delivery table among `tables`, or built from the session ledger when it is not there."""
    given = table_of(tables, Table.DELIVERY)
    if len(given) or plan.protocol is None or table_of(tables, Table.SESSIONS).empty:
        return given
    return build_delivery(plan, tables)


def ledger_of(plan: Plan, tables: Tables) -> pd.DataFrame:
    """The session ledger with `unit`, `is_held`, in order of unit, day and session number."""
    sessions = table_of(tables, Table.SESSIONS)
    if sessions.empty:
        columns = ["unit", "is_held", Column.DAY, Column.SESSION_NUMBER, Column.PHASE]
        return pd.DataFrame(columns=columns).astype({"is_held": bool, Column.DAY: "float64"})
    held = sessions[Column.HELD].astype(object).map(lambda v: v is True or v == True)  # noqa: E712
    ledger = sessions.assign(
        unit=session_units(plan, tables, sessions).to_numpy(), is_held=held.to_numpy(dtype=bool)
    )
    ledger[Column.DAY] = pd.to_numeric(ledger[Column.DAY]).astype("float64")
    order = ["unit", Column.DAY, Column.SESSION_NUMBER]
    return ledger.sort_values(order, kind="stable").reset_index(drop=True)


def _treated_units(plan: Plan, tables: Tables) -> pd.DataFrame:
    people = entered(plan, with_arm(plan, table_of(tables, Table.PARTICIPANTS)))
    people = people[people[Column.ARM].isin(treated_arms(plan))]
    first = one_per_unit(plan, people)
    columns = [Column.PARTICIPANT_ID, Column.DYAD_ID, Column.ARM, Column.COHORT]
    units = first[[column for column in columns if column in first]].copy()
    units.index = pd.Index(unit_ids(plan, first).to_numpy(), name="unit")
    return units


def _dose(ledger: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    planned = ledger
    if Column.PLANNED in ledger:
        planned = ledger[ledger[Column.PLANNED].astype(object) != False]  # noqa: E712
    by_unit = held.groupby("unit", sort=False)
    dose = pd.DataFrame(
        {
            "n_sessions_planned": planned.groupby("unit", sort=False).size(),
            "n_sessions_held": by_unit.size(),
            "n_sessions_missed": ledger[~ledger["is_held"]].groupby("unit", sort=False).size(),
            "first_day": by_unit[Column.DAY].min(),
            "last_day": by_unit[Column.DAY].max(),
            "spacing_days_median": _gaps(held).groupby(held["unit"], sort=False).median(),
        }
    )
    if Column.MINUTES in held:
        dose["total_minutes"] = by_unit[Column.MINUTES].sum(min_count=1)
    if Column.THERAPIST_ID in held and held[Column.THERAPIST_ID].notna().any():
        dose[Column.THERAPIST_ID] = most_frequent(held, Column.THERAPIST_ID)
    dose["weeks_in_treatment"] = (dose["last_day"] - dose["first_day"]) / 7
    return dose


def most_frequent(held: pd.DataFrame, column: str) -> pd.Series[Any]:
    """The level met most often in each unit; the first in order of the alphabet at a tie."""
    counts = held.groupby(["unit", column]).size().rename("count").reset_index()
    ordered = counts.sort_values(["unit", "count", column], ascending=[True, False, True])
    return ordered.drop_duplicates("unit").set_index("unit")[column]


def _with_counts(table: pd.DataFrame) -> pd.DataFrame:
    counts = ["n_sessions_planned", "n_sessions_held", "n_sessions_missed"]
    return table.assign(**{name: table[name].fillna(0).astype("int64") for name in counts})


def _with_phase_zero(table: pd.DataFrame, name: str) -> pd.DataFrame:
    count, done = f"n_sessions_{name}", f"has_completed_{name}"
    full = table.copy()
    full[count] = table[count].fillna(0).astype("int64")
    full[done] = (table[done].astype(object) == True).to_numpy(dtype=bool)  # noqa: E712
    return full


def bounds(planned: SessionCount) -> tuple[int, int]:
    """Fewest and most planned sessions."""
    return (planned, planned) if isinstance(planned, int) else planned


def _phase_columns(name: str, phase: Phase, held: pd.DataFrame, protocol: Delivery) -> pd.DataFrame:
    own = held[held[Column.PHASE] == name]
    by_unit = own.groupby("unit", sort=False)
    count = by_unit.size()
    needed = np.ceil(bounds(phase.sessions)[0] * protocol.completed.share_of_sessions)
    return pd.DataFrame(
        {
            f"n_sessions_{name}": count,
            f"days_{name}": by_unit[Column.DAY].max() - by_unit[Column.DAY].min(),
            f"has_completed_{name}": count >= needed,
        }
    )


def _gaps(held: pd.DataFrame) -> pd.Series[Any]:
    """Days since the session before, in an ordered ledger."""
    return held.groupby("unit", sort=False)[Column.DAY].diff()


def _share(flags: pd.Series[Any], held: pd.DataFrame, name: str) -> pd.DataFrame:
    """Share of True among what is known, by unit."""
    by_unit = flags.astype("float64").groupby(held["unit"].loc[flags.index], sort=False)
    return by_unit.mean().rename(name).to_frame()


def _spacing(protocol: Delivery, held: pd.DataFrame) -> pd.DataFrame:
    if protocol.spacing_days is None:
        return pd.DataFrame()
    gaps = _gaps(held).dropna()
    return _share(gaps.between(*protocol.spacing_days.allowed), held, "spacing_share")


def _minutes(protocol: Delivery, held: pd.DataFrame) -> pd.DataFrame:
    if protocol.minutes is None or Column.MINUTES not in held:
        return pd.DataFrame()
    minutes = held[Column.MINUTES].dropna()
    return _share(minutes.between(*protocol.minutes.allowed), held, "minutes_share")


def _homework(protocol: Delivery, held: pd.DataFrame) -> pd.DataFrame:
    planned = protocol.homework is not None and protocol.homework.every_session
    if not planned or Column.HOMEWORK not in held:
        return pd.DataFrame()
    given = held[Column.HOMEWORK].dropna().astype(bool)
    return _share(given, held, "homework_share")


def _video_feedback(protocol: Delivery, held: pd.DataFrame) -> pd.DataFrame:
    """Appointments held of those planned, over the full blocks of sessions within each phase."""
    plan = protocol.video_feedback
    if plan is None or Column.VIDEO_FEEDBACK not in held:
        return pd.DataFrame()
    phases = plan.phases or treatment_phases(protocol)
    own = held[held[Column.PHASE].isin(phases)] if phases and Column.PHASE in held else held
    stretch = ["unit", Column.PHASE] if phases and Column.PHASE in held else ["unit"]
    block = own.groupby(stretch, sort=False).cumcount() // plan.per_sessions
    flags = own[Column.VIDEO_FEEDBACK].astype(object).map(lambda v: v is True or v == 1)
    keys = [own[name] for name in stretch]
    by_block = flags.astype("int64").groupby([*keys, block], sort=False).agg(["sum", "size"])
    full = by_block[by_block["size"] == plan.per_sessions]
    share = (full["sum"] / plan.count).clip(upper=1.0)
    return share.groupby(level=0, sort=False).mean().rename("video_feedback_share").to_frame()


def treatment_phases(protocol: Delivery) -> tuple[str, ...]:
    """The phases that count as treatment: those that completion asks for, else all."""
    return protocol.completed.phases or tuple(protocol.phases)


def _phases_share(protocol: Delivery, table: pd.DataFrame) -> pd.Series[Any]:
    """Sessions held of those planned, averaged over phases; too many count against it as too few.

    A phase that may be extended has no upper border.
    """
    if not protocol.phases:
        return _count_share(table["n_sessions_held"], protocol.sessions, may_extend=True)
    parts = [
        _count_share(table[f"n_sessions_{name}"], phase.sessions, phase.may_extend)
        for name, phase in protocol.phases.items()
    ]
    return pd.concat(parts, axis=1).mean(axis=1)


def _count_share(
    held: pd.Series[Any], planned: SessionCount | None, may_extend: bool
) -> pd.Series[Any]:
    if planned is None:
        return pd.Series(np.nan, index=held.index)
    low, high = bounds(planned)
    share = (held / max(low, 1)).clip(upper=1.0)
    if may_extend:
        return share
    return share.where(held <= high, high / held.clip(lower=1))


def _has_completed(protocol: Delivery, table: pd.DataFrame) -> pd.Series[Any]:
    """Every phase that completion names, and the fewest sessions where the plan gives a number."""
    rule = protocol.completed
    done = pd.Series(True, index=table.index)
    for name in rule.phases:
        done &= table[f"has_completed_{name}"].astype(bool)
    if not rule.phases:
        low = sum(bounds(phase.sessions)[0] for phase in protocol.phases.values())
        if not protocol.phases and protocol.sessions is not None:
            low = bounds(protocol.sessions)[0]
        done &= table["n_sessions_held"] >= max(np.ceil(low * rule.share_of_sessions), 1)
    if rule.minimum_sessions is not None:
        done &= table["n_sessions_held"] >= rule.minimum_sessions
    return done
