"""The counts in `statistics`: what each value and each n counts, and part of which size it is."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from evalpipe.answers.rows import Stat
from evalpipe.config.plan import Plan
from evalpipe.disclosure.ledger import Ledger, Place
from evalpipe.vocabulary import Disposition, DriftKind, FlowStep, Statistic, StatisticTable, Table

FLOW = "flow"
REASON = "reason"
MISSING = "missing"
OUTCOME = "outcome"
OTHER = "other"

MEMBERS = "members"
COUNTED = (str(Statistic.COUNT), MEMBERS)
_NOT_PEOPLE = (StatisticTable.CLUSTERING, StatisticTable.TRUTH, StatisticTable.PRIVACY)
_OUTCOMES = (
    StatisticTable.OBSERVED_MEANS,
    StatisticTable.RESPONDERS,
    StatisticTable.TRANSITIONS,
    StatisticTable.GOALS,
    StatisticTable.RESIDUALS,
    StatisticTable.INFLUENCE,
    StatisticTable.AGREEMENT,
)
_ALWAYS_WRITTEN = (Disposition.COMPLETED, Disposition.LOST_TO_FOLLOW_UP)
_SHARES_AS_MEANS = ("has_started", "has_completed")
SIZE = "participants"
ABSENT = "missing"
OBSERVED = "observed"

Groups = tuple[tuple[str, str], ...]


class StatisticCounts:
    """Counts of `statistics` in a ledger.

    value_of, n_of: row -> the number of the count that its value and its n show.
    """

    def __init__(self, ledger: Ledger, plan: Plan, rows: Sequence[Stat]) -> None:
        self.ledger = ledger
        self.plan = plan
        self.rows = rows
        self.value_of: dict[int, int] = {}
        self.n_of: dict[int, int] = {}
        self.groups = [_without(row.groups, "analysis") for row in rows]
        self.sizes: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        self._enter_values()
        self._enter_sizes()
        self._enter_n()

    # Entering

    def _enter_values(self) -> None:
        siblings: dict[Any, int] = {}
        for place, row in enumerate(self.rows):
            if row.statistic in COUNTED and _counts_people(row):
                siblings[self.key(place)] = place
                self.value_of[place] = self._add_value(place, row.value)
        for place, row in enumerate(self.rows):
            if row.statistic != Statistic.PROPORTION and not _is_share(row):
                continue
            sibling = siblings.get(self.key(place, Statistic.COUNT))
            if sibling is not None and _close(row.value * row.n, self.rows[sibling].value):
                self.value_of[place] = self.value_of[sibling]
            elif math.isfinite(row.value) and math.isfinite(row.n):
                count = row.value * row.n
                if _close(count, round(count)):
                    self.value_of[place] = self._add_value(place, float(round(count)))

    def _add_value(self, place: int, value: float) -> int:
        row = self.rows[place]
        return self.ledger.add(
            ("value", self.key(place)),
            value,
            kind_of(row),
            Place(Table.STATISTICS, place, "value"),
            least=_least(row),
            cost=6.0 if row.table == StatisticTable.FLOW else 2.0,
            must_hide=self._tells_of_all(row, value),
        )

    def _tells_of_all(self, row: Stat, value: float) -> bool:
        """Whether a zero (or everybody) tells what is sensitive of every member."""
        return (
            row.variable == self.plan.privacy.sensitive
            and bool(row.level)
            and row.level not in (ABSENT, OBSERVED)
            and row.n > 0
            and value in (0.0, row.n)
        )

    def key(self, place: int, statistic: str | None = None) -> Any:
        """What a row is about, with its own statistic or another."""
        row = self.rows[place]
        return (
            row.table,
            str(statistic or row.statistic),
            row.variable,
            row.level,
            row.group_arm,
            row.group_visit,
            self.groups[place] + only(row.groups, "analysis"),
        )

    def _enter_sizes(self) -> None:
        """How many people (or pairs) an arm, a role, a cohort or a therapist has."""
        entry = (FlowStep.RANDOMISED, FlowStep.ENROLLED, FlowStep.ALLOCATED)
        for place, row in enumerate(self.rows):
            groups = dict(self.groups[place])
            is_flow = row.table == StatisticTable.FLOW and row.variable in entry
            is_size = row.table == StatisticTable.BASELINE and row.variable == SIZE
            is_drift = row.table == StatisticTable.DRIFT and row.level == DriftKind.SIZE
            if place not in self.value_of or not (is_flow or is_size or is_drift):
                continue
            number = self.value_of[place]
            self.ledger.count(number).is_anchor = True
            key = (row.group_arm, groups.get("role", ""), groups.get("cohort", ""))
            self.sizes[key].append(number)
        for numbers in self.sizes.values():
            for other in numbers[1:]:
                self.ledger.same(numbers[0], other)

    def _enter_n(self) -> None:
        for place, row in enumerate(self.rows):
            if not math.isfinite(row.n) or row.table == StatisticTable.TRUTH:
                continue
            groups = without(self.groups[place], "reason", "value")
            if row.table in (StatisticTable.RESIDUALS, StatisticTable.INFLUENCE):
                part = row.level if row.level.startswith("part ") else ""
                groups += (("analysis", row.groups.get("analysis", "")), ("part", part))
            key: Any = ("n", row.table, row.variable, row.group_arm, row.group_visit, groups)
            if row.statistic == Statistic.STANDARDISED_DIFFERENCE:
                key = (*key, row.statistic)
            seat = Place(Table.STATISTICS, place, "n")
            self.n_of[place] = self.ledger.add(key, row.n, MISSING, seat)
            self._tie_to_size(place)
            value = self.value_of.get(place)
            if value is not None and value != self.n_of[place]:
                self.ledger.rest(self.n_of[place], [value], kind_of(row))

    def _tie_to_size(self, place: int) -> None:
        """The known are part of the arm (role, cohort): the rest is a count of people too."""
        row, number = self.rows[place], self.n_of[place]
        nowhere = (StatisticTable.RESIDUALS, StatisticTable.INFLUENCE)
        if row.note.startswith("n counts") or row.table in nowhere:
            return
        if row.statistic == Statistic.STANDARDISED_DIFFERENCE:
            return
        whole = self.size_for(row.n, row.group_arm, dict(self.groups[place]))
        if whole is not None and not self.ledger.same(number, whole):
            self.ledger.rest(whole, [number], MISSING)

    def size_for(self, n: float, arm: str, groups: dict[str, str]) -> int | None:
        """The smallest size that n people can be part of."""
        role, cohort = groups.get("role", ""), groups.get("cohort", "")
        found = list(self.sizes.get((arm, role, cohort), ()))
        if not role:
            found += [
                n_ for key, own in self.sizes.items() if key[::2] == (arm, cohort) for n_ in own
            ]
        fitting = [number for number in found if self.ledger.value(number) >= n]
        return min(fitting, key=lambda number: (self.ledger.value(number), number), default=None)


def kind_of(row: Stat) -> str:
    """Which decision of a plan would show a small count of this row."""
    groups = row.groups
    by_level = (FlowStep.NOT_ANALYSED, FlowStep.INELIGIBLE_ENTERED)
    if "reason" in groups or (
        row.table == StatisticTable.FLOW and row.level and row.variable in by_level
    ):
        return REASON
    if row.table == StatisticTable.FLOW or (
        row.table == StatisticTable.BASELINE and row.variable == SIZE
    ):
        return FLOW
    if row.table == StatisticTable.MISSINGNESS or row.level == ABSENT:
        return MISSING
    return OUTCOME if row.table in _OUTCOMES else OTHER


def _counts_people(row: Stat) -> bool:
    return row.table not in _NOT_PEOPLE and math.isfinite(row.value)


def _is_share(row: Stat) -> bool:
    """A mean of yes and no is a share, and so is how many move an answer much."""
    is_mean = row.statistic == Statistic.MEAN and row.variable in _SHARES_AS_MEANS
    return is_mean or row.statistic.startswith("share_")


def _least(row: Stat) -> float:
    """1 for a row that is written only when it occurs."""
    if "reason" in row.groups:
        return 1.0
    if row.table == StatisticTable.FLOW:
        if row.variable == FlowStep.ENDED:
            return 0.0 if row.level in [str(end) for end in _ALWAYS_WRITTEN] else 1.0
        rare = (FlowStep.NOT_ENTERED, FlowStep.INELIGIBLE_ENTERED)
        named = row.variable == FlowStep.NOT_ANALYSED and bool(row.level)
        return 1.0 if row.variable in rare or named else 0.0
    if row.table == StatisticTable.BASELINE and row.level == ABSENT:
        return 1.0
    return 0.0


def families(places: Iterable[int], key: Callable[[int], Any]) -> list[list[int]]:
    """Rows that have the same key, in order of their first row."""
    found: dict[Any, list[int]] = defaultdict(list)
    for place in places:
        found[key(place)].append(place)
    return list(found.values())


def _without(groups: dict[str, str], *names: str) -> Groups:
    return tuple(sorted((k, v) for k, v in groups.items() if k not in names))


def without(groups: Groups, *names: str) -> Groups:
    """Groups but those named."""
    return tuple((k, v) for k, v in groups if k not in names)


def only(groups: dict[str, str], name: str) -> Groups:
    """One group, when it is there."""
    return ((name, groups[name]),) if name in groups else ()


def _close(one: float, other: float) -> bool:
    return math.isfinite(one) and abs(one - other) < 1e-6 * max(1.0, abs(other))
