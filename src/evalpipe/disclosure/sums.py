"""Sums that every table of `statistics` shares, as any reader knows them.

Levels make the known, arms make the study, cohorts make the study, reasons make the missing. A sum
that the numbers deny (a plan may use words in another way) is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from evalpipe.disclosure.cells import (
    ABSENT,
    COUNTED,
    REASON,
    StatisticCounts,
    families,
    only,
    without,
)
from evalpipe.disclosure.ledger import Place
from evalpipe.vocabulary import DriftKind, Statistic, StatisticTable, Table


def add_sums(c: StatisticCounts) -> None:
    """Add the sums over arms, levels, reasons, roles, cohorts and therapists."""
    counted = [p for p in c.value_of if c.rows[p].statistic in COUNTED]
    shares = [p for p in c.value_of if p not in set(counted)]
    for places in (counted, [p for p in shares if _stands_alone(c, p)]):
        _sum_over_arms(c, places, c.value_of)
        _sum_over_levels(c, places)
        _sum_over_group(c, places, "reason")
        _sum_over_group(c, places, "cohort")
        _sum_over_group(c, places, "role")
        _sum_over_clusters(c, places)
    _sum_over_arms(c, list(c.n_of), c.n_of)
    _sum_differences(c)
    _sum_drift(c)


def _stands_alone(c: StatisticCounts, place: int) -> bool:
    seats = c.ledger.places(c.value_of[place])
    return seats[0] == Place(Table.STATISTICS, place, "value")


def _sum_over_arms(c: StatisticCounts, places: Iterable[int], numbers: dict[int, int]) -> None:
    for family in families(places, lambda p: _omit(c, p, arm=True)):
        parts = {numbers[p] for p in family if c.rows[p].group_arm}
        whole = {numbers[p] for p in family if not c.rows[p].group_arm}
        if len(whole) == 1 and parts:
            c.ledger.tie(sorted(parts), whole.pop())


def _sum_over_levels(c: StatisticCounts, places: Iterable[int]) -> None:
    for family in families(places, lambda p: _omit(c, p, level=True)):
        rows = [c.rows[p] for p in family]
        if rows[0].table == StatisticTable.DRIFT or "reason" in rows[0].groups:
            continue
        known = [p for p in family if _is_level(c, p)]
        whole = {c.n_of[p] for p in known if p in c.n_of}
        if len(known) > 1 and len(whole) == 1:
            c.ledger.tie(sorted({c.value_of[p] for p in known}), whole.pop())
    for family in families(places, lambda p: _omit(c, p, group="value")):
        parts = [p for p in family if "value" in c.rows[p].groups]
        whole = {c.n_of[p] for p in parts if p in c.n_of}
        if len(parts) > 1 and len(whole) == 1:
            c.ledger.tie(sorted({c.value_of[p] for p in parts}), whole.pop())


def _is_level(c: StatisticCounts, place: int) -> bool:
    row = c.rows[place]
    return bool(row.level) and not (row.table == StatisticTable.BASELINE and row.level == ABSENT)


def _sum_over_group(c: StatisticCounts, places: Iterable[int], name: str) -> None:
    """Parts by reason, cohort or role make what stands without one; an unnamed rest is left."""
    for family in families(places, lambda p: _omit(c, p, group=name)):
        parts = sorted({c.value_of[p] for p in family if name in c.rows[p].groups})
        wholes = [p for p in family if name not in c.rows[p].groups]
        if len(wholes) != 1 or not parts:
            continue
        whole = c.value_of[wholes[0]]
        if not c.ledger.tie(parts, whole) and name == "reason":
            c.ledger.rest(whole, parts, REASON)


def _sum_over_clusters(c: StatisticCounts, places: Iterable[int]) -> None:
    for family in families(places, lambda p: _omit(c, p, arm=True, group="cluster")):
        parts = [p for p in family if "cluster" in c.rows[p].groups]
        wholes = [p for p in family if "cluster" not in c.rows[p].groups]
        for numbers in (c.value_of, c.n_of):
            _tie_both(
                c,
                (numbers[p] for p in parts if p in numbers),
                (numbers[p] for p in wholes if p in numbers),
            )


def _omit(
    c: StatisticCounts, place: int, *, arm: bool = False, level: bool = False, group: str = ""
) -> Any:
    row = c.rows[place]
    statistic = row.statistic if place in c.value_of else ""
    return (
        row.table,
        statistic,
        row.variable,
        "" if level else row.level,
        "" if arm else row.group_arm,
        row.group_visit,
        without(c.groups[place], group) + only(row.groups, "analysis"),
    )


def _sum_differences(c: StatisticCounts) -> None:
    """A standardised difference is of the people of both arms."""
    of_arm: dict[Any, int] = {}
    wanted = (StatisticTable.BASELINE,)
    for place, number in c.n_of.items():
        row = c.rows[place]
        if row.table in wanted and row.statistic != Statistic.STANDARDISED_DIFFERENCE:
            of_arm[row.variable, row.group_arm, c.groups[place]] = number
    for place, number in c.n_of.items():
        row = c.rows[place]
        if row.table in wanted and row.statistic == Statistic.STANDARDISED_DIFFERENCE:
            control = row.note.removeprefix("versus ")
            own = [
                of_arm.get((row.variable, arm, c.groups[place])) for arm in (row.group_arm, control)
            ]
            if None not in own:
                c.ledger.tie([part for part in own if part is not None], number)


def _sum_drift(c: StatisticCounts) -> None:
    """Cohorts make the whole: levels, the known and the missing."""
    by_whole: dict[Any, list[int]] = defaultdict(list)
    n_by_whole: dict[Any, list[int]] = defaultdict(list)
    for place, row in enumerate(c.rows):
        if row.table != StatisticTable.DRIFT:
            continue
        key = (row.level, row.variable, row.group_visit, row.groups.get("value", ""))
        if place in c.value_of:
            by_whole[key].append(c.value_of[place])
        if place in c.n_of and row.statistic != Statistic.STANDARDISED_DIFFERENCE:
            n_by_whole[key].append(c.n_of[place])
    for (kind, variable, visit, level), parts in by_whole.items():
        wholes = _wholes(c, kind, variable, visit, level, c.value_of)
        _tie_both(c, parts, wholes)
    for (kind, variable, visit, level), parts in n_by_whole.items():
        wholes = _wholes(c, kind, variable, visit, level, c.n_of)
        _tie_both(c, parts, wholes)


def _tie_both(c: StatisticCounts, parts: Iterable[int], wholes: Iterable[int]) -> None:
    left, right = sorted(set(parts)), sorted(set(wholes))
    if left and right:
        terms = [(n, 1.0) for n in left] + [(n, -1.0) for n in right]
        c.ledger.bound(terms, 0.0, 0.0)


def _wholes(
    c: StatisticCounts, kind: str, variable: str, visit: str, level: str, numbers: dict[int, int]
) -> list[int]:
    table = {
        DriftKind.BASELINE: StatisticTable.BASELINE,
        DriftKind.MISSINGNESS: StatisticTable.MISSINGNESS,
        DriftKind.DOSE: StatisticTable.DELIVERY,
    }.get(DriftKind(kind))
    wanted = ABSENT if kind == DriftKind.MISSINGNESS else level
    found = []
    for place, number in numbers.items():
        row = c.rows[place]
        if row.table != table or row.variable != variable or "reason" in row.groups:
            continue
        if row.group_visit != visit or {"cluster", "cohort"} & set(row.groups):
            continue
        if (row.group_arm and table != StatisticTable.DELIVERY) or row.level != wanted:
            continue
        if row.statistic != Statistic.STANDARDISED_DIFFERENCE:
            found.append(number)
    return found
