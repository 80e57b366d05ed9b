"""Disclosure control: tables as they may leave, and every decision that was taken, without values.

Counts from 1 to the plan's threshold are withheld, and with them what would give them back (see
`disclosure.search`). Which of the two a withheld count is, is not told: that alone would narrow
it. Then go numbers that are functions of a withheld count, numbers about few people, and numbers
that belong to single people. Everything in `reports/` is made from the tables returned here.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from evalpipe.answers.claims import count_entered
from evalpipe.answers.rows import Estimate, Stat
from evalpipe.answers.study import StudyRows
from evalpipe.config.plan import Plan
from evalpipe.disclosure.cells import COUNTED, REASON, StatisticCounts
from evalpipe.disclosure.closed_forms import CLOSED_FORM, columns_with_n
from evalpipe.disclosure.coarse import coarsen, has_test_with_df
from evalpipe.disclosure.decisions import Decision
from evalpipe.disclosure.estimate_counts import EstimateCounts
from evalpipe.disclosure.flow import add_flow
from evalpipe.disclosure.last_weeks import without_last_weeks
from evalpipe.disclosure.ledger import Ledger
from evalpipe.disclosure.links import add_links
from evalpipe.disclosure.models import NUMBERS, RULE, FewInModels
from evalpipe.disclosure.search import find_pattern
from evalpipe.disclosure.size_rows import sizes_of_rows
from evalpipe.disclosure.sums import add_sums
from evalpipe.disclosure.withheld import KINDS, allowed_decisions, hidden_decisions, withhold
from evalpipe.vocabulary import Column, Quantity, Scale, Statistic, StatisticTable, Table

RELEASABLE = (Table.ESTIMATES.value, Table.DIAGNOSTICS.value, Table.STATISTICS.value)
"""Tables that have a released form; no other table passes."""

_RISK_SCALES = (Scale.RISK_DIFFERENCE, Scale.RISK_RATIO, Scale.ODDS_RATIO, Scale.LOG_ODDS)
_QUANTILES = {
    Statistic.MEDIAN: 0.5,
    Statistic.LOWER_QUARTILE: 0.25,
    Statistic.UPPER_QUARTILE: 0.25,
}
_EXTREMES = ("largest_fall", "largest_rise", "minimum", "maximum")
_SPREADS = (*(str(name) for name in _QUANTILES), "mean", "sd", "geometric_mean", "geometric_sd")
_OF_SIZES = ("mean", "design_effect", "effective_sample_size")


@dataclass(frozen=True)
class Protected:
    """Tables that may leave and the decisions behind them."""

    tables: Mapping[str, pd.DataFrame]
    decisions: tuple[Decision, ...]


def protect(plan: Plan, tables: Mapping[str, pd.DataFrame]) -> Protected:
    """Withhold what could tell about few people.

    tables: `estimates`, `diagnostics`, `statistics` in full; others do not pass. Returned tables
    have the same columns and `withheld`; withheld numbers are missing. Rows about the weeks in
    which hardly anybody was still in treatment are left out. Pure: same input, same output.
    """
    return _Protection(plan, tables).run()


class _Protection:
    """Collects what to hide in three tables, then hides it."""

    def __init__(self, plan: Plan, tables: Mapping[str, pd.DataFrame]) -> None:
        self.plan = plan
        self.threshold = plan.privacy.disclosure_threshold
        self.allowed = plan.privacy.shown()
        self.hidden: dict[tuple[str, int, str], str] = {}
        self.coarse: dict[tuple[int, str], float] = {}
        frames = {
            name: tables[name].reset_index(drop=True) for name in RELEASABLE if name in tables
        }
        self.frames, self.dropped = without_last_weeks(plan, frames)
        self.source = StudyRows(plan, self.frames)

    def run(self) -> Protected:
        """Decide about counts first, then about what depends on them."""
        kinds = [kind for what, kind in KINDS.items() if what in self.allowed]
        self.ledger = Ledger(self.threshold, kinds)
        stats, estimates = self.source.statistics, self.source.estimates
        self.described = StatisticCounts(self.ledger, self.plan, stats)
        add_sums(self.described)
        add_flow(self.described)
        add_links(self.described)
        self.counted = EstimateCounts(
            self.ledger, self.plan, self.described, estimates, self.source.diagnostics
        )
        self._hide_counts()
        self._hide_shares()
        self._hide_few()
        self._hide_in_models()
        self._hide_wholes()
        self._hide_differences()
        self._hide_estimates()
        self._hide_criteria()
        self._hide_residual_sizes()
        shown = allowed_decisions(self.frames, self.ledger, self.allowed)
        tables = withhold(self.frames, self.hidden, self.coarse, hide_counts=self.threshold > 0)
        told = hidden_decisions(self.frames, self.hidden)
        return Protected(tables, (*told, *self.dropped, *shown))

    # Counts

    def _hide_counts(self) -> None:
        counts, numbers = self.ledger.to_counts()
        pattern = find_pattern(counts, self.threshold)
        for position, number in enumerate(numbers):
            if not pattern.withheld[position]:
                continue
            count = self.ledger.count(number)
            rule = "reason_of_loss" if REASON in count.kinds else "small_count"
            for place in count.places:
                self._hide(place.table, place.row, place.column, rule)

    def _hide_shares(self) -> None:
        """A share tells its count when its n is known, and its n when its count is."""
        hidden = {
            self.described.value_of[row]
            for table, row, column in self.hidden
            if table == Table.STATISTICS and column == "value" and row in self.described.value_of
        }
        roots = {id(self.ledger.count(number)) for number in hidden}
        for row, number in self.described.value_of.items():
            stat = self.source.statistics[row]
            if stat.statistic in COUNTED:
                continue
            if id(self.ledger.count(number)) in roots or self._is_hidden(row, "n"):
                self._hide(Table.STATISTICS, row, "value", "gives_count_back")
        for row, stat in enumerate(self.source.statistics):
            if stat.statistic == Statistic.PROPORTION and self._is_hidden(row, "n"):
                self._hide(Table.STATISTICS, row, "value", "gives_count_back")

    def _hide_few(self) -> None:
        points = "individual_points" in self.allowed
        for row, stat in enumerate(self.source.statistics):
            if stat.table == StatisticTable.TRUTH or stat.statistic in COUNTED or points:
                continue
            if stat.statistic in _EXTREMES:
                self._hide(Table.STATISTICS, row, "value", "single_person")
            elif 1 <= stat.n <= self.threshold:
                self._hide(Table.STATISTICS, row, "value", "few_people")
            elif self._beyond(stat) < self.threshold:
                self._hide(Table.STATISTICS, row, "value", "edge_of_few")
        self._hide_beside_few()
        self._hide_cluster_spread()
        for place, estimate in enumerate(self.source.estimates):
            if 1 <= estimate.n_participants <= self.threshold and not points:
                for column in (*NUMBERS, Column.N_OBSERVATIONS, Column.NOTE):
                    self._hide(Table.ESTIMATES, place, column, "few_people")

    def _hide_in_models(self) -> None:
        """Numbers of models about few people, unless the plan shows single people anyway."""
        self.closed: set[str] = set()
        if "individual_points" in self.allowed:
            return
        shown = "small_counts_of_outcomes" in self.allowed
        few = FewInModels(self.source, self.threshold, shows_counts=shown)
        self.closed = few.closed_tables()
        for table, row, column in few.hidings():
            self._hide(table, row, column, RULE)

    def _hide_beside_few(self) -> None:
        """Numbers of one kind whose n is withheld go together.

        Were only those of few people withheld, a gap would say that its n is from 1 to the
        threshold.
        """
        stats = self.source.statistics
        few = {
            (stats[row].table, stats[row].variable, stats[row].statistic)
            for (table, row, _), rule in self.hidden.items()
            if table == Table.STATISTICS and rule == "few_people"
        }
        for row, stat in enumerate(stats):
            kind = (stat.table, stat.variable, stat.statistic)
            if kind in few and self._is_hidden(row, "n"):
                self._hide(Table.STATISTICS, row, "value", "few_people")

    def _beyond(self, stat: Stat) -> float:
        """How many people (or residuals) lie beyond a quantile; infinite for other numbers."""
        share = _QUANTILES.get(Statistic(stat.statistic)) if stat.statistic in _SPREADS else None
        if stat.statistic == "quantile":
            share = min(float(stat.level), 1 - float(stat.level))
        return math.inf if share is None or not stat.n >= 0 else share * stat.n

    def _hide_cluster_spread(self) -> None:
        """The SD of a few cluster sizes gives the sizes; other numbers give the sum of sizes."""
        few = {
            (stat.variable, stat.group_arm)
            for stat in self.source.of_table(StatisticTable.CLUSTERING)
            if stat.statistic == Statistic.COUNT and stat.value <= self.threshold
        }
        for row, stat in enumerate(self.source.statistics):
            if stat.table != StatisticTable.CLUSTERING:
                continue
            if stat.statistic == Statistic.SD and (stat.variable, stat.group_arm) in few:
                self._hide(Table.STATISTICS, row, "value", "few_people")
            elif stat.statistic in _OF_SIZES and self._is_hidden(row, "n"):
                self._hide(Table.STATISTICS, row, "value", "gives_count_back")

    # Numbers that are functions of withheld counts

    def _hide_wholes(self) -> None:
        """The mean of all with the means of the arms gives the sizes of the arms."""
        families: dict[Any, list[int]] = defaultdict(list)
        for row, stat in enumerate(self.source.statistics):
            if stat.statistic in _SPREADS:
                groups = tuple(sorted((k, v) for k, v in stat.groups.items() if k != "cohort"))
                key = (stat.table, stat.variable, stat.level, stat.group_visit, groups)
                families[key].append(row)
        for rows in families.values():
            own = [self.source.statistics[row] for row in rows]
            if not any(self._is_hidden(row, "n") for row in rows):
                continue
            several = any(stat.group_arm for stat in own)
            for row, stat in zip(rows, own, strict=True):
                is_whole = several and not stat.group_arm
                if is_whole or stat.table == StatisticTable.DRIFT:
                    self._hide(Table.STATISTICS, row, "value", "gives_count_back")
        intervals = (str(Statistic.CONF_LOW), str(Statistic.CONF_HIGH), str(Statistic.SE))
        for row, stat in enumerate(self.source.statistics):
            if stat.statistic in intervals and self._is_hidden(row, "n"):
                self._hide(Table.STATISTICS, row, "value", "gives_count_back")

    def _hide_differences(self) -> None:
        """The standardised difference of shares is a function of the counts of both arms."""
        touched: set[Any] = set()
        for row, stat in enumerate(self.source.statistics):
            is_class = bool(stat.level) or "value" in stat.groups
            if is_class and (self._is_hidden(row, "value") or self._is_hidden(row, "n")):
                touched.add((stat.table, stat.variable))
        for row, stat in enumerate(self.source.statistics):
            of_shares = (stat.table, stat.variable) in touched
            if of_shares and stat.statistic == Statistic.STANDARDISED_DIFFERENCE:
                self._hide(Table.STATISTICS, row, "value", "gives_count_back")

    def _hide_estimates(self) -> None:
        touched = self._analyses_with_withheld_cells()
        for place, row in enumerate(self.source.estimates):
            people = (Table.ESTIMATES.value, place, Column.N_PARTICIPANTS) in self.hidden
            is_event = (Table.ESTIMATES.value, place, "estimate") in self.hidden
            compares = row.scale in _RISK_SCALES or row.quantity == Quantity.CONTRAST
            is_share = row.quantity == Quantity.PROPORTION
            of_table = (compares or row.quantity in CLOSED_FORM) and not is_share
            is_closed = of_table and row.analysis_id in touched
            if is_event or is_closed or (people and place in self.counted.events):
                self._hide_columns(place, NUMBERS)
            elif people:
                self._hide_columns(place, columns_with_n(row))
        self._make_tests_coarse()
        self._make_spreads_coarse()

    def _make_tests_coarse(self) -> None:
        """Tests of a withheld n are told as far as they do not give it back."""
        of_fit: dict[str, list[tuple[int, Estimate]]] = defaultdict(list)
        for place, row in enumerate(self.source.estimates):
            key = (Table.ESTIMATES.value, place)
            is_told = (*key, Column.ESTIMATE) not in self.hidden and not columns_with_n(row)
            if (*key, Column.N_PARTICIPANTS) in self.hidden and is_told and has_test_with_df(row):
                of_fit[row.analysis_id].append((place, row))
        for name, rows in of_fit.items():
            entered = count_entered(self.source, self.plan.analyses[name], rows[0][1])
            for (place, column), value in coarsen(rows, entered, self.threshold).items():
                if math.isnan(value):
                    self._hide_columns(place, [column])
                else:
                    self.coarse[place, column] = value

    def _make_spreads_coarse(self) -> None:
        """Standard errors and variances of a withheld n are told in steps that hide sizes."""
        told = sizes_of_rows(self.source, dict(self.hidden), dict(self.coarse), self.threshold)
        for place, column, value in told:
            if math.isnan(value):
                self.coarse.pop((place, column), None)
                self._hide_columns(place, [column])
            elif (Table.ESTIMATES.value, place, column) not in self.hidden:
                self.coarse[place, column] = value

    def _analyses_with_withheld_cells(self) -> set[str]:
        """Analyses of a table of counts of which one is withheld, or the n of one."""
        touched = set(self.closed)
        for place in self.counted.events:
            key = (Table.ESTIMATES.value, place)
            if (*key, Column.ESTIMATE) in self.hidden or (
                *key,
                Column.N_PARTICIPANTS,
            ) in self.hidden:
                touched.add(self.source.estimates[place].analysis_id)
        for row, stat in enumerate(self.source.statistics):
            of_table = stat.table in (StatisticTable.TRANSITIONS, StatisticTable.AGREEMENT)
            if of_table and (self._is_hidden(row, "value") or self._is_hidden(row, "n")):
                touched.add(stat.groups.get("analysis", ""))
        return touched

    def _hide_columns(self, place: int, columns: Iterable[str]) -> None:
        for column in columns:
            self._hide(Table.ESTIMATES, place, column, "gives_count_back")

    def _hide_criteria(self) -> None:
        """BIC against AIC gives the number of people, and so does a likelihood with its variances.

        For least squares -2 log L = n (log(2 pi s2) + 1); for several visits it is a weighted sum
        of the numbers of people with each pattern of visits.
        """
        for place in range(len(self.source.diagnostics)):
            key = (Table.DIAGNOSTICS.value, place)
            if (*key, Column.N_PARTICIPANTS) in self.hidden or (
                *key,
                Column.N_OBSERVATIONS,
            ) in self.hidden:
                for column in (Column.LOG_LIKELIHOOD, Column.AIC, Column.BIC):
                    self._hide(Table.DIAGNOSTICS, place, column, "gives_count_back")

    def _hide_residual_sizes(self) -> None:
        """Groups of residuals add up to the number of observations."""
        hidden: set[str] = set()
        for table, row, column in self.hidden:
            if table == Table.ESTIMATES and column == Column.N_OBSERVATIONS:
                hidden.add(self.source.estimates[row].analysis_id)
            elif table == Table.DIAGNOSTICS and column == Column.N_OBSERVATIONS:
                hidden.add(self.source.diagnostics[row].analysis_id)
            elif table == Table.STATISTICS and column == Column.N:
                stat = self.source.statistics[row]
                if stat.table == StatisticTable.RESIDUALS:
                    hidden.add(stat.groups.get("analysis", ""))
        for row, stat in enumerate(self.source.statistics):
            if stat.table == StatisticTable.RESIDUALS and stat.groups.get("analysis", "") in hidden:
                self._hide(Table.STATISTICS, row, "n", "gives_count_back")

    # Writing

    def _hide(self, table: str, row: int, column: str, rule: str) -> None:
        frame = self.frames[str(table)]
        if column in frame and bool(pd.notna(frame[column].iloc[row])):
            self.hidden.setdefault((str(table), row, str(column)), rule)

    def _is_hidden(self, row: int, column: str) -> bool:
        return (Table.STATISTICS.value, row, column) in self.hidden
