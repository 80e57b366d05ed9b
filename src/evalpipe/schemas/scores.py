"""`scores`: one row is one score of one participant at one visit."""

from collections.abc import Mapping

from evalpipe.schemas.spec import ColumnSpec, TableSpec, integer, number, text
from evalpipe.vocabulary import Column, ColumnKind, Table

SCORES = TableSpec(
    name=Table.SCORES,
    version=1,
    columns=(
        text(Column.PARTICIPANT_ID, nullable=False),
        text(Column.VISIT),
        integer(Column.OCCASION),
        number(Column.DAY),
        text(Column.OUTCOME, nullable=False),
        text(Column.INSTRUMENT, nullable=False),
        text(Column.SCALE),
        text(Column.RATER),
        number(Column.SCORE),
        text(Column.CATEGORY),
        integer(Column.N_ITEMS, minimum=0),
        integer(Column.N_MISSING, minimum=0),
        text(Column.RULE),
        number(Column.BASELINE),
        number(Column.CHANGE),
        text(Column.MISSING_REASON),
    ),
    key=(Column.PARTICIPANT_ID, Column.VISIT, Column.OCCASION, Column.OUTCOME, Column.RATER),
    is_open=True,
)
"""`outcome` is the instrument, or `instrument.scale` where it has scales."""


def scores_schema(extra: Mapping[str, ColumnKind | ColumnSpec]) -> TableSpec:
    """`scores` with what varies by occasion in a study (condition, order, cue)."""
    return SCORES.with_extra(extra)
