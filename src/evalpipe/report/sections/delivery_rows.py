"""Rows about the delivery by arm, and the names of phases."""

from __future__ import annotations

from collections.abc import Sequence

from evalpipe.answers.rows import Stat
from evalpipe.report.labels import (
    level_label,
)
from evalpipe.report.source import Source

OUTSIDE = {
    "not_started": "Not started",
    "finished": "Finished",
    "stopped": "Stopped",
    "in_treatment": "In treatment",
}


def of_arms(source: Source, table: str) -> list[Stat]:
    """Rows by arm, without those of single therapists."""
    return [r for r in source.of_table(table) if r.group_arm and "cluster" not in r.groups]


def arms_of(source: Source, rows: Sequence[Stat]) -> list[str]:
    """The arms that some row is about, in the order of the plan."""
    return [arm for arm in source.plan.arms if any(row.group_arm == arm for row in rows)]


def state_label(source: Source, state: str) -> str:
    """A phase, or what a participant outside the phases is in."""
    return OUTSIDE.get(state) or level_label(source.plan, "phase", state)
