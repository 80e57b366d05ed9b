"""`responses`: one row is one answer to one item."""

from collections.abc import Mapping

from evalpipe.schemas.spec import ColumnSpec, TableSpec, integer, number, text
from evalpipe.vocabulary import Column, ColumnKind, Table

RESPONSES = TableSpec(
    name=Table.RESPONSES,
    version=1,
    columns=(
        text(Column.PARTICIPANT_ID, nullable=False),
        text(Column.VISIT),
        integer(Column.OCCASION),
        number(Column.DAY),
        text(Column.INSTRUMENT, nullable=False),
        integer(Column.ITEM, nullable=False),
        text(Column.RATER),
        number(Column.RESPONSE),
        text(Column.MISSING_REASON),
    ),
    key=(
        Column.PARTICIPANT_ID,
        Column.VISIT,
        Column.OCCASION,
        Column.INSTRUMENT,
        Column.ITEM,
        Column.RATER,
    ),
    is_open=True,
)
"""`response` as recorded, before items are reversed; `category` where the answer is a class."""


def responses_schema(extra: Mapping[str, ColumnKind | ColumnSpec]) -> TableSpec:
    """`responses` with what varies by occasion in a study (condition, order, cue)."""
    return RESPONSES.with_extra(extra)
