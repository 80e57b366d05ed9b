"""One count in several tables of `statistics`, and counts that bound each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from evalpipe.disclosure.cells import ABSENT, FLOW, MISSING, OBSERVED, StatisticCounts
from evalpipe.disclosure.flow import flow_counts
from evalpipe.vocabulary import Disposition, FlowStep, Statistic, StatisticTable


def add_links(c: StatisticCounts) -> None:
    """Add that counts are one, that one is part of another, and how visits hang together."""
    _link_seen(c)
    _link_levels(c)
    _link_delivery(c)
    _link_lost(c)
    _link_unknown(c)
    _add_patterns(c)


def _link_seen(c: StatisticCounts) -> None:
    """The people with an outcome at a visit, in three tables."""
    first = c.plan.baseline_visit or ""
    seen: dict[Any, int] = {}
    for place, row in enumerate(c.rows):
        if set(dict(c.groups[place])) - {"role", "rater"}:
            continue
        key = (row.variable, row.group_arm, row.group_visit, c.groups[place])
        is_seen = row.table == StatisticTable.MISSINGNESS and row.level == OBSERVED
        if is_seen and row.statistic == Statistic.COUNT and place in c.value_of:
            seen[key] = c.value_of[place]
    for place, number in c.n_of.items():
        row = c.rows[place]
        if row.statistic == Statistic.STANDARDISED_DIFFERENCE:
            continue
        visit = first if row.table == StatisticTable.BASELINE else row.group_visit
        if row.table in (
            StatisticTable.OBSERVED_MEANS,
            StatisticTable.BASELINE,
            StatisticTable.RELIABILITY,
            StatisticTable.ITEMS,
            StatisticTable.RESPONDERS,
        ):
            key = (row.variable, row.group_arm, visit, c.groups[place])
            other = seen.get(key)
            if other is not None and not c.ledger.same(number, other):
                c.ledger.at_most(number, other)


def _link_levels(c: StatisticCounts) -> None:
    """The classes at baseline stand in the baseline table and among the outcomes."""
    first = c.plan.baseline_visit or ""
    tables = (StatisticTable.BASELINE, StatisticTable.OBSERVED_MEANS)
    found: dict[Any, list[int]] = defaultdict(list)
    for place, number in c.value_of.items():
        row = c.rows[place]
        at_baseline = row.table == tables[0] or (
            row.table == tables[1] and row.group_visit == first
        )
        if at_baseline and row.level and row.statistic == Statistic.COUNT:
            found[row.variable, row.level, row.group_arm, c.groups[place]].append(number)
    for numbers in found.values():
        for other in numbers[1:]:
            c.ledger.same(numbers[0], other)


def _link_delivery(c: StatisticCounts) -> None:
    """Started and completed, in the flow and in the tables of delivery."""
    steps = {"has_started": FlowStep.STARTED, "has_completed": FlowStep.TREATMENT_COMPLETED}
    reached: dict[Any, int] = {}
    for place, row in enumerate(c.rows):
        number = c.value_of.get(place)
        if number is None or row.statistic != Statistic.COUNT:
            continue
        if row.table == StatisticTable.DELIVERY and row.variable in steps and row.group_arm:
            found = flow_counts(
                c, str(steps[row.variable]), str(Statistic.COUNT), "", arm=row.group_arm
            )
            for other in found:
                c.ledger.same(number, other)
        if row.table == StatisticTable.PHASES and row.variable == "has_reached":
            reached[row.group_arm, c.groups[place]] = number
    for place, number in c.n_of.items():
        row = c.rows[place]
        if row.table == StatisticTable.PHASES and row.statistic == Statistic.MEAN:
            c.ledger.same(reached.get((row.group_arm, c.groups[place])), number)
    _order_weeks(c)


def _order_weeks(c: StatisticCounts) -> None:
    """From week to week nobody comes back to `not started`, nobody leaves an end."""
    weeks: dict[Any, list[tuple[int, int]]] = defaultdict(list)
    for place, row in enumerate(c.rows):
        is_week = row.table == StatisticTable.PHASES and row.variable == "occupancy"
        if is_week and place in c.value_of:
            week = int(row.groups["week"])
            weeks[row.group_arm, row.level].append((week, c.value_of[place]))
    for (_, state), found in weeks.items():
        ordered = [number for _, number in sorted(found)]
        for earlier, later in pairwise(ordered):
            if state == "not_started":
                c.ledger.rest(earlier, [later], FLOW)
            elif state in ("finished", "stopped"):
                c.ledger.rest(later, [earlier], FLOW)


def _link_unknown(c: StatisticCounts) -> None:
    """In the baseline table the known and the missing make the arm."""
    known: dict[Any, int] = {}
    for place, number in c.n_of.items():
        row = c.rows[place]
        is_known = row.table == StatisticTable.BASELINE and row.level != ABSENT
        if is_known and row.statistic != Statistic.STANDARDISED_DIFFERENCE:
            known[row.variable, row.group_arm, c.groups[place]] = number
    for place, number in c.value_of.items():
        row = c.rows[place]
        other = known.get((row.variable, row.group_arm, c.groups[place]))
        if row.table == StatisticTable.BASELINE and row.level == ABSENT and other is not None:
            c.ledger.tie([other, number], c.n_of[place])


def _link_lost(c: StatisticCounts) -> None:
    """Where the source does not record who left, the lost are the missing at the last visit."""
    last = list(c.plan.visits)[-1:] or [""]
    lost = {
        row.group_arm: place
        for place, row in enumerate(c.rows)
        if row.table == StatisticTable.FLOW
        and row.level == Disposition.LOST_TO_FOLLOW_UP
        and not row.groups
        and "not recorded" in row.note
        and row.statistic == Statistic.COUNT
    }
    for place, row in enumerate(c.rows):
        if (
            row.table == StatisticTable.MISSINGNESS
            and row.statistic == Statistic.COUNT
            and row.level == ABSENT
            and row.group_visit == last[0]
            and row.group_arm in lost
            and "reason" not in row.groups
            and place in c.value_of
        ):
            c.ledger.same(c.value_of[lost[row.group_arm]], c.value_of[place])


def _add_patterns(c: StatisticCounts) -> None:
    """Those seen at a visit are the complete, some monotone and some intermittent ones.

    Where nobody comes back, those seen less at the next visit are people who left in between.
    """
    names = ("complete", "monotone", "intermittent", "never")
    patterns: dict[Any, dict[str, int]] = defaultdict(dict)
    visits: dict[Any, dict[str, int]] = defaultdict(dict)
    for place, row in enumerate(c.rows):
        if row.table != StatisticTable.MISSINGNESS or row.statistic != Statistic.COUNT:
            continue
        if place not in c.value_of or "reason" in row.groups:
            continue
        key = (row.variable, row.group_arm, c.groups[place])
        if row.level in names and not row.group_visit:
            patterns[key][row.level] = c.value_of[place]
        elif row.level == OBSERVED and row.group_visit:
            visits[key][row.group_visit] = c.value_of[place]
    for key, own in patterns.items():
        seen = [visits[key][v] for v in c.plan.visits if v in visits[key]]
        if len(own) == len(names) and len(seen) > 1:
            _add_pattern(c, own, seen)


def _add_pattern(c: StatisticCounts, own: dict[str, int], seen: Sequence[int]) -> None:
    before = own["monotone"]
    for place, number in enumerate(seen):
        staying = own["monotone"] if place == 0 else c.ledger.unknown()
        if place == len(seen) - 1:
            c.ledger.bound([(staying, 1.0)], 0.0, 0.0)
        if place:
            c.ledger.at_most(staying, before)
        now_and_then = c.ledger.unknown()
        c.ledger.at_most(now_and_then, own["intermittent"])
        c.ledger.tie([own["complete"], staying, now_and_then], number)
        before = staying
    if c.ledger.value(own["intermittent"]) == 0:
        for earlier, later in pairwise(seen):
            c.ledger.rest(earlier, [later], MISSING)
