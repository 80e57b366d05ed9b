"""`statistics`: one row is one descriptive number."""

from __future__ import annotations

import pandas as pd
from pandera.pandas import DataFrameSchema

from evalpipe.config.plan import Plan
from evalpipe.schemas.columns import category, integer, number, text
from evalpipe.schemas.declared import named
from evalpipe.schemas.table import table, with_columns
from evalpipe.vocabulary import Column, StatisticTable, Table

STATISTICS = table(
    Table.STATISTICS,
    1,
    (
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
"""What holds in every study; `description` is a table of the same shape."""


def statistics_schema(plan: Plan) -> DataFrameSchema:
    """`statistics` (and `description`) of a study, and of no other study."""
    return with_columns(
        STATISTICS,
        named(Column.STUDY_ID, [plan.study.id], what="study", nullable=False),
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
