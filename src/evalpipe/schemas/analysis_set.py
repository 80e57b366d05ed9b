"""`analysis_set`: one row is one participant at one visit, as one analysis sees it."""

from collections.abc import Mapping

from evalpipe.schemas.spec import ColumnSpec, TableSpec, integer, number, text
from evalpipe.vocabulary import Column, ColumnKind, Table

ANALYSIS_SET = TableSpec(
    name=Table.ANALYSIS_SET,
    version=1,
    columns=(
        text(Column.PARTICIPANT_ID, nullable=False),
        text(Column.DYAD_ID),
        text(Column.ROLE),
        text(Column.ARM),
        text(Column.COHORT),
        text(Column.VISIT),
        integer(Column.OCCASION),
        number(Column.DAY),
        text(Column.RATER),
        number(Column.OUTCOME),
        text(Column.LEVEL),
        number(Column.BASELINE),
    ),
    is_open=True,
)
"""`outcome` (or, for a classification, `level`) holds the value. Covariates are extra columns."""


def analysis_set_schema(extra: Mapping[str, ColumnKind | ColumnSpec]) -> TableSpec:
    """`analysis_set` with the covariates and derived variables of a study."""
    return ANALYSIS_SET.with_extra(extra)
