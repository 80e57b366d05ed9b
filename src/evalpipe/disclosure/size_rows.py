"""Which rows of `estimates` are told in steps that hide the sizes of groups."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping

from evalpipe.answers.claims import count_entered
from evalpipe.answers.rows import Estimate
from evalpipe.answers.study import StudyRows
from evalpipe.disclosure.closed_forms import columns_with_n
from evalpipe.disclosure.sizes import coarsen_sizes
from evalpipe.vocabulary import Column, Table

_TOLD = (
    Column.STD_ERROR,
    Column.STATISTIC,
    Column.P_VALUE,
    Column.P_ADJUSTED,
    Column.CONF_LOW,
    Column.CONF_HIGH,
)


def sizes_of_rows(
    source: StudyRows,
    hidden: Collection[tuple[str, int, str]],
    coarse: Mapping[tuple[int, str], float],
    threshold: int,
) -> Iterator[tuple[int, str, float]]:
    """Yield (place, column, number told instead) of rows whose n is withheld; NaN: withheld.

    hidden, coarse: what is withheld, and told instead, already.
    """
    table = Table.ESTIMATES.value
    for place, row in enumerate(source.estimates):
        has_n = (table, place, Column.N_PARTICIPANTS) not in hidden
        if has_n or (table, place, Column.ESTIMATE) in hidden or columns_with_n(row):
            continue
        entered = count_entered(source, source.plan.analyses[row.analysis_id], row)
        lost = max(entered - row.n_participants, 0.0) if math.isfinite(entered) else 0.0
        told = {c: coarse[place, c] for c in _TOLD if (place, c) in coarse}
        told |= {c: math.nan for c in _TOLD if (table, place, c) in hidden}
        smallest = _smallest_group(source, row, threshold)
        for column, value in coarsen_sizes(row, told, lost, threshold, smallest).items():
            yield place, column, value


def _smallest_group(source: StudyRows, row: Estimate, threshold: int) -> float:
    """People of the smallest group that an analysis rests on and that is not of few."""
    of_analysis = source.of_analysis(row.analysis_id)
    people = [own.n_smallest for own in of_analysis if own.n_smallest > threshold]
    return min(people, default=row.n_participants)
