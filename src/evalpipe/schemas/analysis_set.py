"""`analysis_set`: one row is one participant at one visit, as one analysis sees it."""

from pandera.pandas import DataFrameSchema

from evalpipe.config.plan import Plan
from evalpipe.schemas.columns import integer, number, text
from evalpipe.schemas.declared import (
    cluster_columns,
    declared,
    stable_variables,
    varying_variables,
)
from evalpipe.schemas.table import table
from evalpipe.vocabulary import Column, Table


def analysis_set_schema(plan: Plan) -> DataFrameSchema:
    """`analysis_set` of a study; an analysis has those of the columns that it reads.

    `outcome` (for a classification the code of the class, its name in `level`) is never missing,
    nor is a variable that the analysis names; derived variables are further columns of any name.
    """
    schema = table(
        Table.ANALYSIS_SET,
        1,
        (
            text(Column.PARTICIPANT_ID, nullable=False),
            text(Column.DYAD_ID),
            declared(plan, Column.ROLE),
            declared(plan, Column.ARM),
            text(Column.COHORT),
            declared(plan, Column.VISIT),
            integer(Column.OCCASION),
            number(Column.DAY),
            text(Column.RATER),
            number(Column.OUTCOME, nullable=False),
            text(Column.LEVEL),
            number(Column.BASELINE),
            *cluster_columns(plan),
            *stable_variables(plan),
            *varying_variables(plan),
        ),
    )
    always = {Column.PARTICIPANT_ID, Column.OUTCOME}
    for name, column in schema.columns.items():
        column.required = name in always
    schema.strict = False
    return schema
