"""`goals`: one row is one judgement of one goal."""

from evalpipe.schemas.spec import TableSpec, boolean, integer, number, text
from evalpipe.vocabulary import Column, Table

GOALS = TableSpec(
    name=Table.GOALS,
    version=1,
    columns=(
        text(Column.PARTICIPANT_ID),
        text(Column.DYAD_ID),
        text(Column.GOAL, nullable=False),
        text(Column.ROLE),
        text(Column.PHASE),
        number(Column.DAY),
        integer(Column.SESSION_NUMBER, minimum=0),
        boolean(Column.ATTAINED),
        number(Column.ATTAINMENT, minimum=-2, maximum=2),
    ),
    any_of=((Column.PARTICIPANT_ID, Column.DYAD_ID),),
)
