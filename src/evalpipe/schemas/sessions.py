"""`sessions`: one row is one session of one participant or dyad, planned or held."""

from pandera.pandas import DataFrameSchema

from evalpipe.config.plan import Plan
from evalpipe.schemas.columns import boolean, integer, number, text
from evalpipe.schemas.declared import declared
from evalpipe.schemas.rules import differ_in
from evalpipe.schemas.table import table
from evalpipe.vocabulary import Column, Table


def sessions_schema(plan: Plan) -> DataFrameSchema:
    """`sessions` of a study: the phases of its protocol and its session ratings."""
    ratings = plan.protocol.ratings if plan.protocol else {}
    return table(
        Table.SESSIONS,
        1,
        (
            text(Column.PARTICIPANT_ID),
            text(Column.DYAD_ID),
            integer(Column.SESSION_NUMBER, nullable=False, minimum=0),
            number(Column.DAY),
            declared(plan, Column.PHASE),
            boolean(Column.PLANNED),
            boolean(Column.HELD),
            text(Column.MISSED_REASON),
            number(Column.MINUTES, minimum=0),
            text(Column.THERAPIST_ID),
            boolean(Column.VIDEO_FEEDBACK),
            boolean(Column.HOMEWORK),
            *(
                number(name, minimum=rating.range[0], maximum=rating.range[1])
                for name, rating in ratings.items()
            ),
        ),
        any_of=((Column.PARTICIPANT_ID, Column.DYAD_ID),),
        rules=(
            differ_in(
                (Column.PARTICIPANT_ID, Column.DYAD_ID, Column.SESSION_NUMBER),
                "the same session number twice",
                at=Column.SESSION_NUMBER,
                advice="Number once",
            ),
        ),
    )
