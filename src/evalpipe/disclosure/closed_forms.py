"""Which columns of an estimate are functions of its number of people."""

from __future__ import annotations

import math
from collections.abc import Sequence

from evalpipe.answers.rows import Estimate
from evalpipe.vocabulary import Column, DfMethod, Quantity

CLOSED_FORM = (
    Quantity.PROPORTION,
    Quantity.CORRELATION,
    Quantity.RELIABILITY,
    Quantity.AGREEMENT,
    Quantity.MARGINAL_HOMOGENEITY,
)
"""Quantities that are functions of a table of counts."""


def columns_with_n(row: Estimate) -> Sequence[str]:
    """Columns of an estimate from which its number of people can be computed.

    Tests with degrees of freedom of their own are judged by `coarse`.
    """
    columns: list[str] = []
    if math.isfinite(row.df_numerator) and row.df_method not in ("", DfMethod.NORMAL):
        columns += [Column.DF, Column.STATISTIC, Column.P_VALUE, Column.P_ADJUSTED]
    is_observed = row.note.startswith("observed mean") or "hedges" in row.term
    if row.quantity in CLOSED_FORM or is_observed:
        columns += [
            Column.STD_ERROR,
            Column.DF,
            Column.STATISTIC,
            Column.P_VALUE,
            Column.P_ADJUSTED,
            Column.CONF_LOW,
            Column.CONF_HIGH,
        ]
    if row.quantity == Quantity.FIT_STATISTIC:
        columns.append(Column.ESTIMATE)
    return columns
