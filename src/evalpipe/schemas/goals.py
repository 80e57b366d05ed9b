"""`goals`: one row is one judgement of one goal."""

from pandera.pandas import DataFrameSchema

from evalpipe.config.plan import Plan
from evalpipe.schemas.columns import boolean, integer, number, text
from evalpipe.schemas.declared import declared
from evalpipe.schemas.table import table
from evalpipe.vocabulary import Column, Table


def goals_schema(plan: Plan) -> DataFrameSchema:
    """`goals` of a study: the goals, roles and phases that its plan declares."""
    return table(
        Table.GOALS,
        1,
        (
            text(Column.PARTICIPANT_ID),
            text(Column.DYAD_ID),
            declared(plan, Column.GOAL, nullable=False),
            declared(plan, Column.ROLE),
            declared(plan, Column.PHASE),
            number(Column.DAY),
            integer(Column.SESSION_NUMBER, minimum=0),
            boolean(Column.ATTAINED),
            number(Column.ATTAINMENT, minimum=-2, maximum=2),
        ),
        any_of=((Column.PARTICIPANT_ID, Column.DYAD_ID),),
    )
