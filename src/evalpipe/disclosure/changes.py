"""Change tables: their margins are the classes at two visits, their people those of the analysis.

A cell that is withheld in the table of before and after must not come out of the classes counted
at one visit, of the shares that changed, or of a coarser table of the same people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from evalpipe.answers.rows import Estimate
from evalpipe.config.analyses import ChangeTable
from evalpipe.config.derived import PerLevel
from evalpipe.disclosure.cells import OUTCOME, StatisticCounts
from evalpipe.vocabulary import Statistic, StatisticTable

Cells = dict[tuple[str, str], int]
"""(class before, class after) -> number of the count."""
Tables = dict[tuple[str, str], Cells]
"""(analysis, arm or nothing) -> cells."""

_BINARY = {"0": "no", "1": "yes"}


def add_changes(
    c: StatisticCounts,
    people: Mapping[tuple[str, str], Sequence[int]],
    estimates: Sequence[Estimate],
    events: Mapping[int, int],
) -> None:
    """Tie change tables to what else is counted of the same people.

    people: (analysis, arm or nothing) -> numbers of its counts of people. events: row of
    `estimates` -> number of the count behind its share.
    """
    tables, sizes = _read_tables(c)
    for (name, arm), cells in tables.items():
        for size in sizes[name, arm]:
            for other in dict.fromkeys(people.get((name, arm), ())):
                c.ledger.same(size, other)
            _tie_margins(c, name, arm, cells, size)
    _tie_shares(c, tables, estimates, events)
    _tie_coarser(c, tables)


def _read_tables(c: StatisticCounts) -> tuple[Tables, dict[tuple[str, str], set[int]]]:
    tables: Tables = defaultdict(dict)
    sizes: dict[tuple[str, str], set[int]] = defaultdict(set)
    for place, number in c.value_of.items():
        row = c.rows[place]
        if row.table != StatisticTable.TRANSITIONS or row.statistic != Statistic.COUNT:
            continue
        if set(row.groups) != {"analysis"}:
            continue
        key = (row.groups["analysis"], row.group_arm)
        before, _, after = row.level.partition(":")
        tables[key][before, after] = number
        if place in c.n_of:
            sizes[key].add(c.n_of[place])
    return tables, sizes


def _tie_margins(c: StatisticCounts, name: str, arm: str, cells: Cells, size: int) -> None:
    """Those with a class at one visit are the margin, and those not seen at the other."""
    analysis = c.plan.analyses[name]
    if not isinstance(analysis.model, ChangeTable) or analysis.estimand is None:
        return
    groups = tuple(sorted((k, str(v)) for k, v in analysis.only.items()))
    for side, visit in ((0, analysis.model.before), (1, analysis.model.after)):
        for place, number in c.value_of.items():
            row = c.rows[place]
            is_class = row.table == StatisticTable.OBSERVED_MEANS and bool(row.level)
            if not is_class or row.statistic != Statistic.COUNT or row.group_visit != visit:
                continue
            is_outcome = row.variable == analysis.estimand.outcome and row.group_arm == arm
            if not is_outcome or c.groups[place] != groups:
                continue
            parts = [cell for classes, cell in cells.items() if classes[side] == row.level]
            same_people = c.ledger.value(c.n_of[place]) == c.ledger.value(size)
            if not (same_people and c.ledger.tie(parts, number)):
                c.ledger.rest(number, parts, OUTCOME)


def _tie_shares(
    c: StatisticCounts, tables: Tables, estimates: Sequence[Estimate], events: Mapping[int, int]
) -> None:
    """Shares of a class before, after, and of those who came into it."""
    for place, number in events.items():
        row = estimates[place]
        cells = tables.get((row.analysis_id, row.arm))
        if cells is None:
            continue
        parts = {
            f"{name} before": [n for (first, _), n in cells.items() if first == name]
            for name, _ in cells
        }
        parts |= {
            f"{name} after": [n for (_, second), n in cells.items() if second == name]
            for _, name in cells
        }
        parts |= {
            f"became {name}": [n for (a, b), n in cells.items() if b == name and a != name]
            for _, name in cells
        }
        if row.term in parts:
            c.ledger.tie(parts[row.term], number)


def _tie_coarser(c: StatisticCounts, tables: Tables) -> None:
    """A table of yes and no is made of the cells of the table of classes."""
    for (name, arm), coarse in tables.items():
        outcome = getattr(c.plan.analyses[name].estimand, "outcome", "")
        derived = c.plan.derived.get(outcome)
        if not isinstance(derived, PerLevel):
            continue
        word = {k: _BINARY.get(str(v), str(v)) for k, v in derived.values.items()}
        for other, fine in tables.items():
            source = getattr(c.plan.analyses[other[0]].estimand, "outcome", "")
            if other[1] != arm or source != derived.of or not _same_rows(c, name, other[0]):
                continue
            for classes, number in coarse.items():
                parts = [n for (a, b), n in fine.items() if (word.get(a), word.get(b)) == classes]
                c.ledger.tie(parts, number)


def _same_rows(c: StatisticCounts, one: str, other: str) -> bool:
    first, second = c.plan.analyses[one], c.plan.analyses[other]
    models = (first.model, second.model)
    if not all(isinstance(model, ChangeTable) for model in models):
        return False
    visits = [(model.before, model.after) for model in models if isinstance(model, ChangeTable)]
    return first.only == second.only and visits[0] == visits[1]
