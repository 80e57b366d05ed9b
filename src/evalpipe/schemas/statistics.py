"""`statistics`: one row is one descriptive number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalpipe.schemas.spec import TableSpec, category, integer, number, text
from evalpipe.vocabulary import Column, StatisticTable, Table

if TYPE_CHECKING:
    import pandas as pd

STATISTICS = TableSpec(
    name=Table.STATISTICS,
    version=1,
    columns=(
        text(Column.STATISTIC_ID, nullable=False),
        text(Column.STUDY_ID, nullable=False),
        category(Column.TABLE, tuple(StatisticTable), nullable=False),
        text(Column.GROUP_ARM),
        text(Column.GROUP_VISIT),
        text(Column.GROUP_OTHER),
        text(Column.VARIABLE, nullable=False),
        text(Column.LEVEL),
        text(Column.STATISTIC, nullable=False),
        number(Column.VALUE),
        integer(Column.N, minimum=0),
        text(Column.NOTE),
    ),
    key=(Column.STUDY_ID, Column.STATISTIC_ID),
)

_ID_PARTS = (
    Column.TABLE,
    Column.VARIABLE,
    Column.LEVEL,
    Column.GROUP_ARM,
    Column.GROUP_VISIT,
    Column.GROUP_OTHER,
    Column.STATISTIC,
)
ABSENT_PART = "-"
"""Stands in an id for a part that the number does not have."""


def with_statistic_ids(rows: pd.DataFrame) -> pd.DataFrame:
    """A copy of `rows` with `statistic_id`: table/variable/level/arm/visit/other/statistic.

    Readable and stable: it depends on what the number is, never on its place or value. A part
    that is missing is `-`.
    """
    shaped = rows.reindex(columns=list(_ID_PARTS)).astype("object")
    filled = shaped.where(shaped.notna(), ABSENT_PART).astype(str)
    return rows.assign(**{Column.STATISTIC_ID: ["/".join(parts) for parts in filled.to_numpy()]})
