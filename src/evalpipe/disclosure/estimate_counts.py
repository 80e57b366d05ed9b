"""The counts in `estimates` and `diagnostics`: people analysed, observations, events."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from evalpipe.answers.rows import Diagnosis, Estimate, Stat
from evalpipe.config.analyses import Comparison
from evalpipe.config.plan import Plan
from evalpipe.design.analysis_rows import planned_visits
from evalpipe.disclosure.cells import FLOW, MISSING, OUTCOME, StatisticCounts
from evalpipe.disclosure.changes import add_changes
from evalpipe.disclosure.ledger import Ledger, Place
from evalpipe.disclosure.nested import add_nested
from evalpipe.vocabulary import FlowStep, Quantity, Statistic, StatisticTable, Table

PEOPLE = "n_participants"
OBSERVATIONS = "n_observations"
_PER_ARM = (Quantity.PROPORTION, Quantity.MARGINAL_HOMOGENEITY)
"""Quantities whose n is that of the arm."""

VALUE = "estimate"
"""The place of an observed proportion: its count of events."""


class EstimateCounts:
    """Counts of `estimates` and `diagnostics` in a ledger.

    people, observations, events: row of `estimates` -> the number of the count.
    """

    def __init__(
        self,
        ledger: Ledger,
        plan: Plan,
        described: StatisticCounts,
        estimates: Sequence[Estimate],
        diagnostics: Sequence[Diagnosis],
    ) -> None:
        self.ledger = ledger
        self.plan = plan
        self.described = described
        self.estimates = estimates
        self.diagnostics = diagnostics
        self.people: dict[int, int] = {}
        self.observations: dict[int, int] = {}
        self.events: dict[int, int] = {}
        self._whole: dict[str, list[int]] = defaultdict(list)
        self._visit_observations: dict[str, list[int]] = defaultdict(list)
        self._enter_diagnostics()
        self._enter_estimates()
        self._link_flow()
        self._link_seen()
        self._link_observations()
        self._link_responders()
        self._link_residuals()
        self._link_nested()

    def _enter_diagnostics(self) -> None:
        for place, row in enumerate(self.diagnostics):
            name, where = self._fitted(row.analysis_id), Table.DIAGNOSTICS
            if math.isfinite(row.n_participants):
                number = self._add_people(name, row.n_participants, where, place, FLOW)
                self._whole[name].append(number)
            if math.isfinite(row.n_observations):
                self._add_observations(name, row.n_observations, where, place)

    def _fitted(self, name: str) -> str:
        """The analysis whose people these are: a comparison fits the models of others."""
        model = getattr(self.plan.analyses.get(name), "model", None)
        return model.simpler if isinstance(model, Comparison) else name

    def _enter_estimates(self) -> None:
        for place, row in enumerate(self.estimates):
            name, where = self._fitted(row.analysis_id), Table.ESTIMATES
            if math.isfinite(row.n_participants):
                known = [self.ledger.value(n) for n in self._whole[name]]
                is_whole = row.n_participants in known
                kind = FLOW if is_whole or not known else MISSING
                arm = "" if is_whole or row.reference_arm else row.arm
                number = self._add_people(name, row.n_participants, where, place, kind, arm)
                self.people[place] = number
                self._enter_events(place, row, number)
            if math.isfinite(row.n_observations):
                self.observations[place] = self._add_observations(
                    name, row.n_observations, where, place
                )

    def _add_people(
        self, name: str, n: float, table: str, place: int, kind: str, arm: str = ""
    ) -> int:
        """People analysed: part of all (or of the arm), so the others can be counted too."""
        arm = arm if arm in self.plan.arms else ""
        seat = Place(table, place, PEOPLE)
        number = self.ledger.add(("people", name, arm, n), n, kind, seat, cost=8.0)
        whole = self.described.size_for(n, arm, {})
        if whole is None and arm:
            whole = self.described.size_for(n, "", {})
        if whole is not None and not self.ledger.same(number, whole):
            self.ledger.rest(whole, [number], kind)
        return number

    def _add_observations(self, name: str, n: float, table: str, place: int) -> int:
        """Observations; the number of people again where everybody has one."""
        seat = Place(table, place, OBSERVATIONS)
        for key in (("people", name, "", n), *(("people", name, a, n) for a in self.plan.arms)):
            known = self.ledger.find(key)
            if known is not None:
                self.ledger.count(known).places.append(seat)
                return known
        number = self.ledger.add(("observations", name, n), n, MISSING, seat, cost=4.0)
        if number not in self._visit_observations[name]:
            self._visit_observations[name].append(number)
        return number

    def _enter_events(self, place: int, row: Estimate, people: int) -> None:
        if row.quantity != Quantity.PROPORTION or not math.isfinite(row.estimate):
            return
        count = row.estimate * row.n_participants
        if abs(count - round(count)) > 1e-6:
            return
        key = ("events", row.analysis_id, row.outcome, row.term, row.arm, row.visit)
        seat = Place(Table.ESTIMATES, place, VALUE)
        number = self.ledger.add(key, float(round(count)), OUTCOME, seat, cost=6.0)
        self.events[place] = number
        self.ledger.rest(people, [number], OUTCOME)

    # What the same people are counted as elsewhere

    def _link_flow(self) -> None:
        """The analysed of the flow, all arms together, are the people of the analysis."""
        analysed: dict[str, set[int]] = defaultdict(set)
        for place, number in self.described.value_of.items():
            row = self.described.rows[place]
            groups = row.groups
            is_box = row.table == StatisticTable.FLOW and row.variable == FlowStep.ANALYSED
            if is_box and "cohort" not in groups and "analysis" in groups:
                analysed[f"{groups['analysis']} {row.statistic}"].add(number)
        for name, parts in analysed.items():
            for whole in dict.fromkeys(self._whole[name.split(" ")[0]]):
                self.ledger.tie(sorted(parts), whole)

    def _link_nested(self) -> None:
        """People and observations of an analysis beside those of an analysis of part of them."""
        people: dict[tuple[str, str], list[int]] = defaultdict(list)
        observations = {(name, ""): own for name, own in self._visit_observations.items()}
        for name, own in self._whole.items():
            people[name, ""] += own
        for place, number in self.people.items():
            row = self.estimates[place]
            if row.quantity in _PER_ARM and row.arm in self.plan.arms:
                people[row.analysis_id, row.arm].append(number)
        for place, number in self.described.value_of.items():
            stat = self.described.rows[place]
            is_box = stat.table == StatisticTable.FLOW and stat.variable == FlowStep.ANALYSED
            is_count = stat.statistic == Statistic.COUNT and "cohort" not in stat.groups
            if is_box and is_count:
                people[stat.groups.get("analysis", ""), stat.group_arm].append(number)
        add_nested(self.ledger, self.plan, people, FLOW)
        add_changes(self.described, people, self.estimates, self.events)
        add_nested(self.ledger, self.plan, observations, MISSING)

    def _link_seen(self) -> None:
        """People of an estimate at a visit: those with an outcome then, over all arms or in one."""
        seen: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        for place, number in self.described.n_of.items():
            row = self.described.rows[place]
            if row.table == StatisticTable.OBSERVED_MEANS and row.statistic != Statistic.PROPORTION:
                seen[row.variable, row.group_visit, row.group_arm].append(number)
        for place, number in self.people.items():
            estimate = self.estimates[place]
            arm = "" if estimate.reference_arm else estimate.arm
            for other in dict.fromkeys(seen[estimate.outcome, estimate.visit, arm]):
                self.ledger.same(number, other)

    def _link_observations(self) -> None:
        """Observations of an analysis over visits: the sum of those seen at each."""
        for name, numbers in self._visit_observations.items():
            analysis = self.plan.analyses.get(name)
            estimand = getattr(analysis, "estimand", None)
            if analysis is None or estimand is None:
                continue
            visits = planned_visits(self.plan, analysis)
            seen: dict[str, set[int]] = defaultdict(set)
            for place, count in self.described.n_of.items():
                row = self.described.rows[place]
                is_mean = row.table == StatisticTable.OBSERVED_MEANS and not row.group_arm
                if is_mean and row.variable == estimand.outcome and row.group_visit in visits:
                    seen[row.group_visit].add(count)
            parts = sorted({count for own in seen.values() for count in own})
            for number in dict.fromkeys(numbers):
                if parts and not self.ledger.tie(parts, number):
                    self._add_unused(parts, number)
                self._add_gaps(name, number, len(visits))

    def _add_unused(self, parts: Sequence[int], observations: int) -> None:
        """Outcomes that were seen and that the analysis does not use."""
        total = sum(self.ledger.value(part) for part in parts)
        whole = self.ledger.add(("seen", tuple(parts)), total, MISSING)
        self.ledger.tie(parts, whole)
        self.ledger.rest(whole, [observations], MISSING)

    def _add_gaps(self, name: str, observations: int, n_visits: int) -> None:
        """Visits without an outcome among the people analysed."""
        for people in dict.fromkeys(self._whole[name]):
            gaps = n_visits * self.ledger.value(people) - self.ledger.value(observations)
            if n_visits > 1 and gaps >= 0:
                left = self.ledger.add(("gaps", name, observations), gaps, MISSING)
                self.ledger.count(left).kinds.add(MISSING)
                self.ledger.bound(
                    [(people, float(n_visits)), (observations, -1.0), (left, -1.0)], 0.0, 0.0
                )

    def _link_responders(self) -> None:
        """Responders are the first classes of the table of reliable change, however many."""
        classes: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        for place, number in self.described.value_of.items():
            row = self.described.rows[place]
            if row.table == StatisticTable.RESPONDERS and row.statistic == Statistic.COUNT:
                classes[row.variable, row.group_visit, row.group_arm].append(number)
        for place, number in self.events.items():
            estimate = self.estimates[place]
            own = classes[estimate.outcome, estimate.visit, estimate.arm]
            for size in range(1, len(own)):
                if self.ledger.tie(own[:size], number):
                    break

    def _link_residuals(self) -> None:
        """Residuals and influence rest on the observations and people of their analysis."""
        of_analysis: dict[str, list[int]] = defaultdict(list)
        for numbers, place_of in (
            (self.people, self.estimates),
            (self.observations, self.estimates),
        ):
            for place, number in numbers.items():
                of_analysis[place_of[place].analysis_id].append(number)
        for place, number in self.described.n_of.items():
            row: Stat = self.described.rows[place]
            if row.table not in (StatisticTable.RESIDUALS, StatisticTable.INFLUENCE):
                continue
            name = row.groups.get("analysis", "")
            others = of_analysis[name] if name else [n for own in of_analysis.values() for n in own]
            for other in dict.fromkeys(others):
                if self.ledger.same(number, other):
                    break
