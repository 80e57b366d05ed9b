"""The counts in `statistics`, and the sums that a reader of the tables knows.

Every sum is one that follows from how the tables are made: levels make the known, the known and
the missing make the arm, arms make the study, cohorts make the study, the boxes of the flow
conserve people. A sum that the numbers deny (a plan may use words in another way) is left out.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from evalpipe.config.plan import Plan
from evalpipe.report.disclosure_ledger import Ledger, Place
from evalpipe.report.source import Stat
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
_ABSENT = "missing"
_OBSERVED = "observed"

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
        self._groups = [_without(row.groups, "analysis") for row in rows]
        self._sizes: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        self._enter_values()
        self._enter_sizes()
        self._enter_n()
        self._add_sums()
        self._add_flow()
        self._add_links()
        self._add_patterns()

    # Entering

    def _enter_values(self) -> None:
        siblings: dict[Any, int] = {}
        for place, row in enumerate(self.rows):
            if row.statistic in COUNTED and _counts_people(row):
                siblings[self._key(place)] = place
                self.value_of[place] = self._add_value(place, row.value)
        for place, row in enumerate(self.rows):
            if row.statistic != Statistic.PROPORTION and not _is_share(row):
                continue
            sibling = siblings.get(self._key(place, Statistic.COUNT))
            if sibling is not None and _close(row.value * row.n, self.rows[sibling].value):
                self.value_of[place] = self.value_of[sibling]
            elif math.isfinite(row.value) and math.isfinite(row.n):
                count = row.value * row.n
                if _close(count, round(count)):
                    self.value_of[place] = self._add_value(place, float(round(count)))

    def _add_value(self, place: int, value: float) -> int:
        row = self.rows[place]
        return self.ledger.add(
            ("value", self._key(place)),
            value,
            kind_of(row),
            Place(Table.STATISTICS, place, "value"),
            least=_least(row),
            cost=6.0 if row.table == StatisticTable.FLOW else 2.0,
            must_hide=self._tells_of_all(row, value),
        )

    def _tells_of_all(self, row: Stat, value: float) -> bool:
        """Whether a zero (or everybody) says what each member of a group is, of what is sensitive."""
        return (
            row.variable == self.plan.privacy.sensitive
            and bool(row.level)
            and row.level not in (_ABSENT, _OBSERVED)
            and row.n > 0
            and value in (0.0, row.n)
        )

    def _key(self, place: int, statistic: str | None = None) -> Any:
        row = self.rows[place]
        return (
            row.table,
            str(statistic or row.statistic),
            row.variable,
            row.level,
            row.group_arm,
            row.group_visit,
            self._groups[place] + _only(row.groups, "analysis"),
        )

    def _enter_sizes(self) -> None:
        """How many people (or pairs) an arm, a role, a cohort or a therapist has."""
        entry = (FlowStep.RANDOMISED, FlowStep.ENROLLED, FlowStep.ALLOCATED)
        for place, row in enumerate(self.rows):
            groups = dict(self._groups[place])
            is_flow = row.table == StatisticTable.FLOW and row.variable in entry
            is_size = row.table == StatisticTable.BASELINE and row.variable == SIZE
            is_drift = row.table == StatisticTable.DRIFT and row.level == DriftKind.SIZE
            if place not in self.value_of or not (is_flow or is_size or is_drift):
                continue
            number = self.value_of[place]
            self.ledger.count(number).is_anchor = True
            key = (row.group_arm, groups.get("role", ""), groups.get("cohort", ""))
            self._sizes[key].append(number)
        for numbers in self._sizes.values():
            for other in numbers[1:]:
                self.ledger.same(numbers[0], other)

    def _enter_n(self) -> None:
        for place, row in enumerate(self.rows):
            if not math.isfinite(row.n) or row.table == StatisticTable.TRUTH:
                continue
            groups = _drop(self._groups[place], "reason", "value")
            if row.table in (StatisticTable.RESIDUALS, StatisticTable.INFLUENCE):
                groups += (("analysis", row.groups.get("analysis", "")), ("level", row.level))
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
        whole = self.size_for(row.n, row.group_arm, dict(self._groups[place]))
        if whole is not None and not self.ledger.same(number, whole):
            self.ledger.rest(whole, [number], MISSING)

    def size_for(self, n: float, arm: str, groups: dict[str, str]) -> int | None:
        """The smallest size that n people can be part of."""
        role, cohort = groups.get("role", ""), groups.get("cohort", "")
        found = list(self._sizes.get((arm, role, cohort), ()))
        if not role:
            found += [
                n_ for key, own in self._sizes.items() if key[::2] == (arm, cohort) for n_ in own
            ]
        fitting = [number for number in found if self.ledger.value(number) >= n]
        return min(fitting, key=lambda number: (self.ledger.value(number), number), default=None)

    # Sums that every table shares

    def _add_sums(self) -> None:
        counted = [p for p in self.value_of if self.rows[p].statistic in COUNTED]
        shares = [p for p in self.value_of if p not in set(counted)]
        for places in (counted, [p for p in shares if self._stands_alone(p)]):
            self._sum_over_arms(places, self.value_of)
            self._sum_over_levels(places)
            self._sum_over_group(places, "reason")
            self._sum_over_group(places, "cohort")
            self._sum_over_group(places, "role")
            self._sum_over_clusters(places)
        self._sum_over_arms(list(self.n_of), self.n_of)
        self._sum_differences()
        self._sum_drift()

    def _stands_alone(self, place: int) -> bool:
        seats = self.ledger.places(self.value_of[place])
        return seats[0] == Place(Table.STATISTICS, place, "value")

    def _sum_over_arms(self, places: Iterable[int], numbers: dict[int, int]) -> None:
        for family in _families(places, lambda p: self._omit(p, arm=True)):
            parts = {numbers[p] for p in family if self.rows[p].group_arm}
            whole = {numbers[p] for p in family if not self.rows[p].group_arm}
            if len(whole) == 1 and parts:
                self.ledger.tie(sorted(parts), whole.pop())

    def _sum_over_levels(self, places: Iterable[int]) -> None:
        for family in _families(places, lambda p: self._omit(p, level=True)):
            rows = [self.rows[p] for p in family]
            if rows[0].table == StatisticTable.DRIFT or "reason" in rows[0].groups:
                continue
            known = [p for p in family if self._is_level(p)]
            whole = {self.n_of[p] for p in known if p in self.n_of}
            if len(known) > 1 and len(whole) == 1:
                self.ledger.tie(sorted({self.value_of[p] for p in known}), whole.pop())
        for family in _families(places, lambda p: self._omit(p, group="value")):
            parts = [p for p in family if "value" in self.rows[p].groups]
            whole = {self.n_of[p] for p in parts if p in self.n_of}
            if len(parts) > 1 and len(whole) == 1:
                self.ledger.tie(sorted({self.value_of[p] for p in parts}), whole.pop())

    def _is_level(self, place: int) -> bool:
        row = self.rows[place]
        return bool(row.level) and not (
            row.table == StatisticTable.BASELINE and row.level == _ABSENT
        )

    def _sum_over_group(self, places: Iterable[int], name: str) -> None:
        """Parts by reason, cohort or role make what stands without one; an unnamed rest is left."""
        for family in _families(places, lambda p: self._omit(p, group=name)):
            parts = sorted({self.value_of[p] for p in family if name in self.rows[p].groups})
            wholes = [p for p in family if name not in self.rows[p].groups]
            if len(wholes) != 1 or not parts:
                continue
            whole = self.value_of[wholes[0]]
            if not self.ledger.tie(parts, whole) and name == "reason":
                self.ledger.rest(whole, parts, REASON)

    def _sum_over_clusters(self, places: Iterable[int]) -> None:
        for family in _families(places, lambda p: self._omit(p, arm=True, group="cluster")):
            parts = [p for p in family if "cluster" in self.rows[p].groups]
            wholes = [p for p in family if "cluster" not in self.rows[p].groups]
            for numbers in (self.value_of, self.n_of):
                self._tie_both(
                    (numbers[p] for p in parts if p in numbers),
                    (numbers[p] for p in wholes if p in numbers),
                )

    def _omit(self, place: int, *, arm: bool = False, level: bool = False, group: str = "") -> Any:
        row = self.rows[place]
        statistic = row.statistic if place in self.value_of else ""
        return (
            row.table,
            statistic,
            row.variable,
            "" if level else row.level,
            "" if arm else row.group_arm,
            row.group_visit,
            _drop(self._groups[place], group) + _only(row.groups, "analysis"),
        )

    def _sum_differences(self) -> None:
        """A standardised difference is of the people of both arms."""
        of_arm: dict[Any, int] = {}
        wanted = (StatisticTable.BASELINE,)
        for place, number in self.n_of.items():
            row = self.rows[place]
            if row.table in wanted and row.statistic != Statistic.STANDARDISED_DIFFERENCE:
                of_arm[row.variable, row.group_arm, self._groups[place]] = number
        for place, number in self.n_of.items():
            row = self.rows[place]
            if row.table in wanted and row.statistic == Statistic.STANDARDISED_DIFFERENCE:
                control = row.note.removeprefix("versus ")
                own = [
                    of_arm.get((row.variable, arm, self._groups[place]))
                    for arm in (row.group_arm, control)
                ]
                if None not in own:
                    self.ledger.tie([part for part in own if part is not None], number)

    def _sum_drift(self) -> None:
        """Cohorts make the whole: levels, the known and the missing."""
        by_whole: dict[Any, list[int]] = defaultdict(list)
        n_by_whole: dict[Any, list[int]] = defaultdict(list)
        for place, row in enumerate(self.rows):
            if row.table != StatisticTable.DRIFT:
                continue
            key = (row.level, row.variable, row.group_visit, row.groups.get("value", ""))
            if place in self.value_of:
                by_whole[key].append(self.value_of[place])
            if place in self.n_of and row.statistic != Statistic.STANDARDISED_DIFFERENCE:
                n_by_whole[key].append(self.n_of[place])
        for (kind, variable, visit, level), parts in by_whole.items():
            wholes = self._wholes(kind, variable, visit, level, self.value_of)
            self._tie_both(parts, wholes)
        for (kind, variable, visit, level), parts in n_by_whole.items():
            wholes = self._wholes(kind, variable, visit, level, self.n_of)
            self._tie_both(parts, wholes)

    def _tie_both(self, parts: Iterable[int], wholes: Iterable[int]) -> None:
        left, right = sorted(set(parts)), sorted(set(wholes))
        if left and right:
            terms = [(n, 1.0) for n in left] + [(n, -1.0) for n in right]
            self.ledger.bound(terms, 0.0, 0.0)

    def _wholes(
        self, kind: str, variable: str, visit: str, level: str, numbers: dict[int, int]
    ) -> list[int]:
        table = {
            DriftKind.BASELINE: StatisticTable.BASELINE,
            DriftKind.MISSINGNESS: StatisticTable.MISSINGNESS,
            DriftKind.DOSE: StatisticTable.DELIVERY,
        }.get(DriftKind(kind))
        wanted = _ABSENT if kind == DriftKind.MISSINGNESS else level
        found = []
        for place, number in numbers.items():
            row = self.rows[place]
            if row.table != table or row.variable != variable or "reason" in row.groups:
                continue
            if row.group_visit != visit or {"cluster", "cohort"} & set(row.groups):
                continue
            if (row.group_arm and table != StatisticTable.DELIVERY) or row.level != wanted:
                continue
            if row.statistic != Statistic.STANDARDISED_DIFFERENCE:
                found.append(number)
        return found

    # The flow

    def _flow(self, step: str, statistic: str, cohort: str, **wanted: str) -> list[int]:
        """Counts of one step without a reason, those with the arm, level, analysis wanted."""
        found = []
        for place, row in enumerate(self.rows):
            if row.table != StatisticTable.FLOW or row.variable != step:
                continue
            groups = row.groups
            if row.statistic != statistic or groups.get("cohort", "") != cohort:
                continue
            if "reason" in groups or place not in self.value_of:
                continue
            about = {
                "arm": row.group_arm,
                "level": row.level,
                "analysis": groups.get("analysis", ""),
            }
            if all(about[name] == value for name, value in wanted.items()):
                found.append(self.value_of[place])
        return found

    def _add_flow(self) -> None:
        rows = [row for row in self.rows if row.table == StatisticTable.FLOW]
        cohorts = sorted({row.groups.get("cohort", "") for row in rows})
        statistics = sorted({row.statistic for row in rows if row.statistic in COUNTED})
        for cohort in cohorts:
            for statistic in statistics:
                self._add_flow_of(statistic, cohort)
        self._tie_members()

    def _add_flow_of(self, statistic: str, cohort: str) -> None:
        def steps(step: FlowStep, **wanted: str) -> list[int]:
            return self._flow(str(step), statistic, cohort, **wanted)

        entered = steps(FlowStep.RANDOMISED, level="") + steps(FlowStep.ENROLLED, level="")
        out = steps(FlowStep.NOT_ENTERED, level="")
        for assessed in steps(FlowStep.ASSESSED, level=""):
            self.ledger.tie([*entered, *out], assessed)
        for whole in out:
            self._tie_levels(FlowStep.NOT_ENTERED, statistic, cohort, "", "", whole)
        arms = [number for arm in self.plan.arms for number in steps(FlowStep.ALLOCATED, arm=arm)]
        for whole in entered:
            if arms:
                self.ledger.tie(arms, whole)
        for arm in self.plan.arms:
            for allocated in steps(FlowStep.ALLOCATED, arm=arm):
                self._add_arm(statistic, cohort, arm, allocated)

    def _add_arm(self, statistic: str, cohort: str, arm: str, allocated: int) -> None:
        self._tie_levels(FlowStep.ENDED, statistic, cohort, arm, "", allocated)
        for step in (FlowStep.INELIGIBLE_ENTERED,):
            for whole in self._flow(str(step), statistic, cohort, arm=arm, level=""):
                self._tie_levels(step, statistic, cohort, arm, "", whole)
                self.ledger.rest(allocated, [whole], FLOW)
        for first, second in (
            (FlowStep.STARTED, FlowStep.NOT_STARTED),
            (FlowStep.TREATMENT_COMPLETED, FlowStep.TREATMENT_NOT_COMPLETED),
        ):
            for one in self._flow(str(first), statistic, cohort, arm=arm):
                for other in self._flow(str(second), statistic, cohort, arm=arm):
                    self.ledger.tie([one, other], allocated)
        names = {row.groups.get("analysis", "") for row in self.rows}
        for name in sorted(names - {""}):
            where = {"arm": arm, "analysis": name, "level": ""}
            for one in self._flow(str(FlowStep.ANALYSED), statistic, cohort, **where):
                for other in self._flow(str(FlowStep.NOT_ANALYSED), statistic, cohort, **where):
                    self.ledger.tie([one, other], allocated)
                    step = FlowStep.NOT_ANALYSED
                    self._tie_levels(step, statistic, cohort, arm, name, other)

    def _tie_levels(
        self, step: FlowStep, statistic: str, cohort: str, arm: str, analysis: str, whole: int
    ) -> None:
        every = self._flow(str(step), statistic, cohort, arm=arm, analysis=analysis)
        plain = self._flow(str(step), statistic, cohort, arm=arm, analysis=analysis, level="")
        levels = [number for number in every if number not in plain]
        if levels:
            self.ledger.tie(levels, whole)

    def _tie_members(self) -> None:
        """Pairs and their members: twice as many where every pair is complete."""
        units = {self._key(p): n for p, n in self.value_of.items() if self.rows[p].table == "flow"}
        n_roles = max(len(self.plan.roles), 1)
        for place, number in self.value_of.items():
            row = self.rows[place]
            if row.table != StatisticTable.FLOW or row.statistic != MEMBERS:
                continue
            pairs = units.get(self._key(place, Statistic.COUNT))
            if pairs is None:
                continue
            if not self.ledger.bound([(pairs, float(n_roles)), (number, -1.0)], 0.0, 0.0):
                self.ledger.bound([(pairs, float(n_roles)), (number, -1.0)], 0.0, math.inf)
                self.ledger.at_most(pairs, number)

    # One count in several tables

    def _add_links(self) -> None:
        self._link_seen()
        self._link_delivery()
        self._link_lost()

    def _link_seen(self) -> None:
        """The people with an outcome at a visit, in three tables."""
        first = self.plan.baseline_visit or ""
        seen: dict[Any, int] = {}
        for place, row in enumerate(self.rows):
            if set(dict(self._groups[place])) - {"role", "rater"}:
                continue
            key = (row.variable, row.group_arm, row.group_visit, self._groups[place])
            if row.table == StatisticTable.MISSINGNESS and row.level == _OBSERVED:
                if row.statistic == Statistic.COUNT and place in self.value_of:
                    seen[key] = self.value_of[place]
        for place, number in self.n_of.items():
            row = self.rows[place]
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
                key = (row.variable, row.group_arm, visit, self._groups[place])
                other = seen.get(key)
                if other is not None and not self.ledger.same(number, other):
                    self.ledger.at_most(number, other)

    def _link_delivery(self) -> None:
        """Started and completed, in the flow and in the tables of delivery."""
        steps = {"has_started": FlowStep.STARTED, "has_completed": FlowStep.TREATMENT_COMPLETED}
        reached: dict[Any, int] = {}
        for place, row in enumerate(self.rows):
            number = self.value_of.get(place)
            if number is None or row.statistic != Statistic.COUNT:
                continue
            if row.table == StatisticTable.DELIVERY and row.variable in steps and row.group_arm:
                found = self._flow(
                    str(steps[row.variable]), str(Statistic.COUNT), "", arm=row.group_arm
                )
                for other in found:
                    self.ledger.same(number, other)
            if row.table == StatisticTable.PHASES and row.variable == "has_reached":
                reached[row.group_arm, self._groups[place]] = number
        for place, number in self.n_of.items():
            row = self.rows[place]
            if row.table == StatisticTable.PHASES and row.statistic == Statistic.MEAN:
                self.ledger.same(reached.get((row.group_arm, self._groups[place])), number)
        self._order_weeks()

    def _order_weeks(self) -> None:
        """From week to week nobody comes back to `not started`, nobody leaves an end."""
        weeks: dict[Any, list[tuple[int, int]]] = defaultdict(list)
        for place, row in enumerate(self.rows):
            if row.table == StatisticTable.PHASES and row.variable == "occupancy":
                if place in self.value_of:
                    week = int(row.groups["week"])
                    weeks[row.group_arm, row.level].append((week, self.value_of[place]))
        for (_, state), found in weeks.items():
            ordered = [number for _, number in sorted(found)]
            for earlier, later in zip(ordered, ordered[1:], strict=False):
                if state == "not_started":
                    self.ledger.at_most(later, earlier)
                elif state in ("finished", "stopped"):
                    self.ledger.at_most(earlier, later)

    def _link_lost(self) -> None:
        """Where the source does not record who left, the lost are the missing at the last visit."""
        last = [name for name in self.plan.visits][-1:] or [""]
        lost = {
            row.group_arm: place
            for place, row in enumerate(self.rows)
            if row.table == StatisticTable.FLOW
            and row.level == Disposition.LOST_TO_FOLLOW_UP
            and not row.groups
            and "not recorded" in row.note
            and row.statistic == Statistic.COUNT
        }
        for place, row in enumerate(self.rows):
            if (
                row.table == StatisticTable.MISSINGNESS
                and row.statistic == Statistic.COUNT
                and row.level == _ABSENT
                and row.group_visit == last[0]
                and row.group_arm in lost
                and "reason" not in row.groups
                and place in self.value_of
            ):
                self.ledger.same(self.value_of[lost[row.group_arm]], self.value_of[place])

    def _add_patterns(self) -> None:
        """Those seen at a visit are the complete, some monotone and some intermittent ones."""
        names = ("complete", "monotone", "intermittent", "never")
        patterns: dict[Any, dict[str, int]] = defaultdict(dict)
        visits: dict[Any, dict[str, int]] = defaultdict(dict)
        for place, row in enumerate(self.rows):
            if row.table != StatisticTable.MISSINGNESS or row.statistic != Statistic.COUNT:
                continue
            if place not in self.value_of or "reason" in row.groups:
                continue
            key = (row.variable, row.group_arm, self._groups[place])
            if row.level in names and not row.group_visit:
                patterns[key][row.level] = self.value_of[place]
            elif row.level == _OBSERVED and row.group_visit:
                visits[key][row.group_visit] = self.value_of[place]
        for key, own in patterns.items():
            seen = [visits[key][v] for v in self.plan.visits if v in visits[key]]
            if len(own) == len(names) and len(seen) > 1:
                self._add_pattern(own, seen)

    def _add_pattern(self, own: dict[str, int], seen: Sequence[int]) -> None:
        before = own["monotone"]
        for place, number in enumerate(seen):
            staying = own["monotone"] if place == 0 else self.ledger.unknown()
            if place == len(seen) - 1:
                self.ledger.bound([(staying, 1.0)], 0.0, 0.0)
            if place:
                self.ledger.at_most(staying, before)
            now_and_then = self.ledger.unknown()
            self.ledger.at_most(now_and_then, own["intermittent"])
            self.ledger.tie([own["complete"], staying, now_and_then], number)
            before = staying


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
    if row.table == StatisticTable.MISSINGNESS or row.level == _ABSENT:
        return MISSING
    return OUTCOME if row.table in _OUTCOMES else OTHER


def _counts_people(row: Stat) -> bool:
    return row.table not in _NOT_PEOPLE and math.isfinite(row.value)


def _is_share(row: Stat) -> bool:
    """A mean of yes and no is a share."""
    return row.statistic == Statistic.MEAN and row.variable in _SHARES_AS_MEANS


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
    if row.table == StatisticTable.BASELINE and row.level == _ABSENT:
        return 1.0
    return 0.0


def _families(places: Iterable[int], key: Callable[[int], Any]) -> list[list[int]]:
    found: dict[Any, list[int]] = defaultdict(list)
    for place in places:
        found[key(place)].append(place)
    return list(found.values())


def _without(groups: dict[str, str], *names: str) -> Groups:
    return tuple(sorted((k, v) for k, v in groups.items() if k not in names))


def _drop(groups: Groups, *names: str) -> Groups:
    return tuple((k, v) for k, v in groups if k not in names)


def _only(groups: dict[str, str], name: str) -> Groups:
    return ((name, groups[name]),) if name in groups else ()


def _close(one: float, other: float) -> bool:
    return math.isfinite(one) and abs(one - other) < 1e-6 * max(1.0, abs(other))
