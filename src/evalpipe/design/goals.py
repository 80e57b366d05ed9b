"""Goals of treatment: how many units had attained each goal, in blocks of sessions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.design.delivery import ledger_of
from evalpipe.design.occasions import session_units
from evalpipe.design.people import Tables, entered, table_of, unit_ids, with_arm
from evalpipe.design.statistic_rows import StatisticRow, share_rows
from evalpipe.vocabulary import Column, StatisticTable, Table

BLOCK_OF_SESSIONS = 10
"""Goals are judged after each ten sessions unless the video-feedback rule names another block."""


def goal_judgements(plan: Plan, tables: Tables) -> pd.DataFrame:
    """Every judgement of every goal, ordered by unit, goal and time.

    Columns: unit, arm, goal, role, phase, block, session_number, day, attained, attainment.
    unit: participant or dyad. block: 1 for the first ten sessions held in the goal's phase, 2 for
    the next, and so on; without a ledger counted over session numbers. attained is taken from
    attainment (0 or more) where only that was recorded. Empty without judgements.
    """
    goals = table_of(tables, Table.GOALS)
    if goals.empty:
        return pd.DataFrame()
    people = with_arm(plan, entered(plan, table_of(tables, Table.PARTICIPANTS)))
    arm_of = pd.Series(people[Column.ARM].to_numpy(), index=unit_ids(plan, people).to_numpy())
    judged = goals.reset_index(drop=True)
    judged = judged.assign(unit=session_units(plan, tables, judged).to_numpy())
    judged = judged[judged["unit"].isin(arm_of.index)]
    judged = judged.assign(
        arm=judged["unit"].map(arm_of[~arm_of.index.duplicated()]),
        role=_from_plan(plan, judged, "role"),
        phase=_from_plan(plan, judged, "phase"),
        attained=_attained(judged),
    )
    order = ["unit", Column.GOAL, Column.SESSION_NUMBER, Column.DAY]
    judged = judged.sort_values([c for c in order if c in judged], kind="stable")
    columns = ["unit", "arm", "goal", "role", "phase", "block", "session_number", "day"]
    return (
        judged.assign(block=_blocks(plan, tables, judged))
        .reindex(columns=[*columns, "attained", "attainment"])
        .reset_index(drop=True)
    )


def _from_plan(plan: Plan, judged: pd.DataFrame, what: str) -> pd.Series[Any]:
    """Role or phase of the goal as recorded, else as the plan says."""
    declared = judged[Column.GOAL].map({name: getattr(g, what) for name, g in plan.goals.items()})
    if what not in judged:
        return declared.astype(object)
    return judged[what].astype(object).where(judged[what].notna(), declared)


def _attained(judged: pd.DataFrame) -> pd.Series[Any]:
    nothing = pd.Series(None, index=judged.index, dtype=object)
    recorded = judged.get(Column.ATTAINED, nothing).astype("boolean")
    scaled = pd.to_numeric(judged.get(Column.ATTAINMENT, nothing)).astype("Float64")
    return recorded.fillna((scaled >= 0).astype("boolean"))


def _blocks(plan: Plan, tables: Tables, judged: pd.DataFrame) -> pd.Series[Any]:
    """Block of sessions held in the goal's phase when it was judged, the first being 1."""
    size = BLOCK_OF_SESSIONS
    if plan.protocol and plan.protocol.video_feedback:
        size = plan.protocol.video_feedback.per_sessions
    running = judged.groupby(["unit", Column.GOAL], sort=False).cumcount() + 1
    if Column.SESSION_NUMBER not in judged:
        return running.astype("int64")
    number = pd.to_numeric(judged[Column.SESSION_NUMBER]).astype("float64")
    held = _held_in_phase(plan, tables, judged, number)
    count = held.where(held > 0, number)
    block = pd.Series(np.ceil(count / size), index=judged.index)
    return block.fillna(running.astype("float64")).astype("int64")


def _held_in_phase(
    plan: Plan, tables: Tables, judged: pd.DataFrame, number: pd.Series[Any]
) -> pd.Series[Any]:
    """Sessions held in the goal's phase up to the judgement; missing without ledger or phase."""
    ledger = ledger_of(plan, tables)
    unknown = pd.Series(np.nan, index=judged.index)
    if ledger.empty or Column.PHASE not in ledger:
        return unknown
    held = ledger.loc[ledger["is_held"], ["unit", Column.PHASE, Column.SESSION_NUMBER]]
    asked = judged[["unit", "phase"]].assign(number=number, row=np.arange(len(judged)))
    pairs = asked.merge(held, left_on=["unit", "phase"], right_on=["unit", Column.PHASE])
    before = pairs[pairs[Column.SESSION_NUMBER].astype("float64") <= pairs["number"]]
    counts = before.groupby("row").size().reindex(np.arange(len(judged)))
    return pd.Series(counts.to_numpy("float64"), index=judged.index)


def goal_rows(plan: Plan, tables: Tables) -> list[StatisticRow]:
    """Units that had attained each goal, of those judged, in each block and at the end.

    Once attained, a goal counts as attained in the blocks after it.
    """
    judgements = goal_judgements(plan, tables)
    if judgements.empty:
        return []
    known = judgements[judgements["attained"].notna()].copy()
    known["so_far"] = known.groupby(["unit", "goal"])["attained"].cummax().astype(bool)
    rows: list[StatisticRow] = []
    for arm in [a for a in plan.arms if (known["arm"] == a).any()]:
        for goal in [g for g in plan.goals if (known["goal"] == g).any()]:
            own = known[(known["arm"] == arm) & (known["goal"] == goal)]
            spec = plan.goals[goal]
            groups = {"role": spec.role, "phase": spec.phase}
            place: dict[str, Any] = {
                "table": StatisticTable.GOALS,
                "variable": goal,
                "level": "attained",
                "arm": arm,
            }
            for block in sorted(own["block"].unique()):
                part = own[own["block"] == block].drop_duplicates("unit", keep="last")
                rows += share_rows(
                    int(part["so_far"].sum()),
                    len(part),
                    groups={**groups, "block": f"{block:02d}"},
                    **place,
                )
            last = own.drop_duplicates("unit", keep="last")
            rows += share_rows(int(last["so_far"].sum()), len(last), groups=groups, **place)
    return rows
