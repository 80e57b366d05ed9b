"""`analysis_set`: one row is one participant at one visit, as one analysis sees it."""

from collections.abc import Mapping

from evalpipe.schemas.spec import ColumnSpec, TableSpec, boolean, integer, number, text
from evalpipe.vocabulary import Column, ColumnKind, Table

ANALYSIS_SET = TableSpec(
    name=Table.ANALYSIS_SET,
    version=1,
    columns=(
        text(Column.ANALYSIS_ID, nullable=False),
        text(Column.PARTICIPANT_ID, nullable=False),
        text(Column.DYAD_ID),
        text(Column.ROLE),
        text(Column.ARM),
        text(Column.SITE),
        text(Column.THERAPIST_ID),
        text(Column.COHORT),
        text(Column.VISIT),
        integer(Column.OCCASION),
        number(Column.DAY),
        text(Column.OUTCOME, nullable=False),
        text(Column.RATER),
        number(Column.VALUE),
        text(Column.CATEGORY),
        number(Column.BASELINE),
        boolean(Column.IN_POPULATION, nullable=False),
        text(Column.INTERCURRENT_EVENT),
    ),
    key=(
        Column.ANALYSIS_ID,
        Column.PARTICIPANT_ID,
        Column.VISIT,
        Column.OCCASION,
        Column.OUTCOME,
        Column.RATER,
    ),
    is_open=True,
)
"""`outcome` names the outcome, `value` (or `category`) holds it. Covariates are extra columns."""


def analysis_set_schema(extra: Mapping[str, ColumnKind | ColumnSpec]) -> TableSpec:
    """`analysis_set` with the covariates and derived variables of a study."""
    return ANALYSIS_SET.with_extra(extra)
