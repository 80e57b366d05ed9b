"""`sessions`: one row is one session of one participant or dyad, planned or held."""

from collections.abc import Mapping

from evalpipe.schemas.spec import ColumnSpec, TableSpec, boolean, integer, number, text
from evalpipe.vocabulary import Column, ColumnKind, Table

SESSIONS = TableSpec(
    name=Table.SESSIONS,
    version=1,
    columns=(
        text(Column.PARTICIPANT_ID),
        text(Column.DYAD_ID),
        integer(Column.SESSION_NUMBER, nullable=False, minimum=0),
        number(Column.DAY),
        text(Column.PHASE),
        boolean(Column.PLANNED),
        boolean(Column.HELD),
        text(Column.MISSED_REASON),
        number(Column.MINUTES, minimum=0),
        text(Column.THERAPIST_ID),
        boolean(Column.VIDEO_FEEDBACK),
        boolean(Column.HOMEWORK),
    ),
    key=(Column.PARTICIPANT_ID, Column.DYAD_ID, Column.SESSION_NUMBER),
    any_of=((Column.PARTICIPANT_ID, Column.DYAD_ID),),
    is_open=True,
)
"""Without a study's own session ratings (tension, alliance)."""


def sessions_schema(extra: Mapping[str, ColumnKind | ColumnSpec]) -> TableSpec:
    """`sessions` with a study's session ratings."""
    return SESSIONS.with_extra(extra)
