"""`scores`: one row is one score of one participant at one visit."""

from collections.abc import Mapping

from evalpipe.schemas.spec import ColumnSpec, TableSpec, integer, number, text
from evalpipe.vocabulary import Column, ColumnKind, Table

SCORES = TableSpec(
    name=Table.SCORES,
    version=1,
    columns=(
        text(Column.PARTICIPANT_ID, nullable=False),
        text(Column.SCALE, nullable=False),
        text(Column.RATER),
        text(Column.VISIT),
        number(Column.DAY),
        integer(Column.OCCASION, nullable=False, minimum=0),
        number(Column.SCORE),
        text(Column.LEVEL),
        integer(Column.N_ITEMS, minimum=0),
        integer(Column.N_MISSING, minimum=0),
        text(Column.RULE),
        text(Column.MISSING_REASON),
        number(Column.BASELINE),
        number(Column.CHANGE),
    ),
    key=(Column.PARTICIPANT_ID, Column.SCALE, Column.RATER, Column.VISIT, Column.OCCASION),
    is_open=True,
)
"""`scale` is `instrument` or `instrument.scale`; `level` holds the class of a classification."""


def scores_schema(extra: Mapping[str, ColumnKind | ColumnSpec]) -> TableSpec:
    """`scores` with what varies by occasion in a study (condition, order, cue)."""
    return SCORES.with_extra(extra)
