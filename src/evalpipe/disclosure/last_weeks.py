"""The weeks in which few were still in treatment: they end with one person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import pandas as pd

from evalpipe.answers.rows import Stat
from evalpipe.answers.study import StudyRows
from evalpipe.config.plan import Plan
from evalpipe.disclosure.decisions import Decision
from evalpipe.vocabulary import StatisticTable, Table

_UNTREATED = ("not_started", "finished", "stopped")


def without_last_weeks(
    plan: Plan, frames: Mapping[str, pd.DataFrame]
) -> tuple[dict[str, pd.DataFrame], list[Decision]]:
    """Return the tables without rows about such weeks, and a decision for each arm.

    Nothing is left out where the plan allows lines of single people.
    """
    stats = StudyRows(plan, frames).statistics
    last = _last_weeks(stats, plan.privacy.disclosure_threshold)
    late = [
        place
        for place, stat in enumerate(stats)
        if _is_occupancy(stat) and stat.groups["week"] > last.get(stat.group_arm, "")
    ]
    if not late or any(entry.what == "individual_lines" for entry in plan.privacy.allow):
        return dict(frames), []
    arms = dict.fromkeys(stats[place].group_arm for place in late)
    decisions = [
        Decision(Table.STATISTICS, f"phases/occupancy/{arm}", "last weeks", "single_person")
        for arm in arms
    ]
    kept = frames[Table.STATISTICS.value].drop(index=late).reset_index(drop=True)
    return {**frames, Table.STATISTICS.value: kept}, decisions


def _last_weeks(stats: Sequence[Stat], threshold: int) -> dict[str, str]:
    """Arm -> the last week in which more than `threshold` were in treatment."""
    treated: dict[tuple[str, str], float] = defaultdict(float)
    for stat in stats:
        if _is_occupancy(stat):
            inside = 0.0 if stat.level in _UNTREATED else stat.value
            treated[stat.group_arm, stat.groups["week"]] += inside
    last: dict[str, str] = {}
    for (arm, week), count in treated.items():
        if count > threshold:
            last[arm] = max(last.get(arm, ""), week)
    return last


def _is_occupancy(stat: Stat) -> bool:
    return stat.table == StatisticTable.PHASES and stat.variable == "occupancy"
