"""What the numbers of a model give away about the few people at a level, a cell or a site.

The analyse stage hands on, for each number of a model, the smallest group of people without whom
the fit could not give it (`n_smallest`), and the smallest group that the number itself names
(`n_named`). A number that rests on few is their mean, or a sum from which, with the others, their
mean can be solved; every number that is left could have been computed without them, so no sum,
difference or fit of what is left singles them out.

The answer of an analysis is worth more than everything beside it. One that rests on few only
because it averages over them stays, and the other numbers of its analyses go instead: one equation
in several unknowns has no solution.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from evalpipe.answers.choose import answering_rows
from evalpipe.answers.rows import Diagnosis, Estimate, Stat
from evalpipe.answers.study import StudyRows
from evalpipe.config.analyses import Comparison
from evalpipe.vocabulary import NO_ANSWER, Column, Quantity, StatisticTable, Table

NUMBERS = (
    Column.ESTIMATE,
    Column.STD_ERROR,
    Column.DF,
    Column.DF_NUMERATOR,
    Column.STATISTIC,
    Column.P_VALUE,
    Column.P_ADJUSTED,
    Column.CONF_LOW,
    Column.CONF_HIGH,
)
"""Columns of `estimates` that tell about the people a row rests on."""

RULE = "rests_on_few"

_OF_MEANS = (
    Quantity.COEFFICIENT,
    Quantity.MARGINAL_MEAN,
    Quantity.CONTRAST,
    Quantity.SLOPE,
    Quantity.SLOPE_CONTRAST,
    Quantity.TRAJECTORY,
    Quantity.JOINT_TEST,
    Quantity.EFFECT_SIZE,
    Quantity.EQUIVALENCE,
)
"""Quantities that are sums of the coefficients of a fit."""

_OF_COUNTS = (Quantity.PROPORTION, Quantity.THRESHOLD)
"""Quantities that count the people with an answer."""

_CRITERIA = (Column.LOG_LIKELIHOOD, Column.AIC, Column.BIC)
_WITHOUT_ONE = ("estimate", "conf_low", "conf_high")

Hiding = tuple[str, int, str]
"""(table, row, column) that is withheld."""


class FewInModels:
    """Decides which numbers of models are withheld for the few people whom they give away.

    shows_counts: the plan shows small counts of outcomes.
    """

    def __init__(self, source: StudyRows, threshold: int, *, shows_counts: bool) -> None:
        self.source = source
        self.threshold = threshold
        self.shows_counts = shows_counts
        self.few = {
            place: row for place, row in enumerate(source.estimates) if self._rests_on_few(row)
        }
        self.touched = {row.analysis_id for row in self.few.values() if row.quantity in _OF_MEANS}
        self.kept = self._answers_kept()

    def hidings(self) -> Iterator[Hiding]:
        """Yield every number that is withheld."""
        table = Table.ESTIMATES.value
        for place in self._withheld_rows():
            yield from ((table, place, column) for column in NUMBERS)
        for place, row in enumerate(self.source.estimates):
            if row.quantity == Quantity.FIT_STATISTIC and row.analysis_id in self.touched:
                yield table, place, Column.ESTIMATE
            if row.quantity == Quantity.LIKELIHOOD_RATIO and self._compares_touched(row):
                yield from ((table, place, column) for column in NUMBERS)
        for place, fit in enumerate(self.source.diagnostics):
            if fit.analysis_id in self.touched:
                yield from ((Table.DIAGNOSTICS.value, place, column) for column in _CRITERIA)
        for place in self._sites_of_few():
            yield from ((Table.STATISTICS.value, place, column) for column in ("value", "n"))

    def closed_tables(self) -> set[str]:
        """Return analyses of shares of which one counts few people with an answer."""
        return {row.analysis_id for row in self.few.values() if row.quantity in _OF_COUNTS}

    def _rests_on_few(self, row: Estimate) -> bool:
        if self.shows_counts and row.quantity in _OF_COUNTS:
            return False
        return 1 <= row.n_smallest <= self.threshold and row.status not in NO_ANSWER

    def _withheld_rows(self) -> Iterator[int]:
        beside = {(row.outcome, row.analysis_id) for row in self.kept.values()}
        outcomes = {outcome for outcome, _ in beside}
        for place, row in enumerate(self.source.estimates):
            if place in self.kept:
                continue
            is_beside = row.outcome in outcomes and row.analysis_id in self.touched
            if place in self.few or (is_beside and row.quantity in _OF_MEANS):
                yield place

    def _answers_kept(self) -> dict[int, Estimate]:
        """Return the answers that only average over few: the first for an outcome and visit.

        A second one, of another analysis, would be a second equation in the same unknowns.
        """
        place_of = {row.code: place for place, row in enumerate(self.source.estimates)}
        kept: dict[tuple[str, str], Estimate] = {}
        for name in self.source.plan.analyses:
            own = self.source.of_analysis(name)
            for row in answering_rows(self.source.plan, name, own):
                is_few = place_of[row.code] in self.few
                names_few = not row.n_named > self.threshold
                if is_few and not names_few and row.quantity in _OF_MEANS:
                    kept.setdefault((row.outcome, row.visit), row)
        return {place_of[row.code]: row for row in kept.values()}

    def _compares_touched(self, row: Estimate) -> bool:
        """Whether a fit with and a fit without the few are compared."""
        analysis = self.source.plan.analyses.get(row.analysis_id)
        model = getattr(analysis, "model", None)
        return isinstance(model, Comparison) and bool({model.simpler, model.richer} & self.touched)

    def _sites_of_few(self) -> Iterator[int]:
        """Yield rows of a fit without a site of few: beside the fit with it, it tells of them."""
        whole = _people_of(self.source.diagnostics)
        for place, stat in enumerate(self.source.statistics):
            if stat.table != StatisticTable.INFLUENCE or not _is_without_one(stat):
                continue
            left_out = whole.get(stat.groups.get("analysis", ""), 0.0) - stat.n
            if 1 <= left_out <= self.threshold:
                yield place


def _is_without_one(stat: Stat) -> bool:
    is_fit = stat.groups.get("kind") == "leave_one_out" or stat.level.startswith("without ")
    return is_fit and stat.statistic in _WITHOUT_ONE


def _people_of(fits: Iterable[Diagnosis]) -> dict[str, float]:
    """Return the most people of the fits of each analysis."""
    people: dict[str, float] = defaultdict(float)
    for fit in fits:
        people[fit.analysis_id] = max(people[fit.analysis_id], fit.n_participants)
    return people
