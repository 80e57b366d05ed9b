"""`participants`: one row is one participant."""

from collections.abc import Mapping

from evalpipe.schemas.spec import ColumnSpec, TableSpec, boolean, category, number, text
from evalpipe.vocabulary import Column, ColumnKind, Disposition, Table

PARTICIPANTS = TableSpec(
    name=Table.PARTICIPANTS,
    version=1,
    columns=(
        text(Column.PARTICIPANT_ID, nullable=False, unique=True),
        text(Column.ARM),
        text(Column.DYAD_ID),
        text(Column.ROLE),
        text(Column.COHORT),
        boolean(Column.RANDOMISED, nullable=False),
        boolean(Column.ELIGIBLE),
        text(Column.ELIGIBILITY_REASON),
        category(Column.DISPOSITION, tuple(Disposition)),
        text(Column.DISPOSITION_REASON),
        number(Column.DISPOSITION_DAY),
        number(Column.ENTRY_DAY),
    ),
    is_open=True,
)
"""Without a study's own columns (strata, baseline covariates, clusters)."""


def participants_schema(extra: Mapping[str, ColumnKind | ColumnSpec]) -> TableSpec:
    """`participants` with a study's strata, baseline covariates and clusters."""
    return PARTICIPANTS.with_extra(extra)
