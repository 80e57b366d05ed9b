"""`participants`: one row is one participant."""

from pandera.pandas import DataFrameSchema

from evalpipe.config.plan import Plan
from evalpipe.schemas.columns import boolean, category, number, text
from evalpipe.schemas.declared import cluster_columns, declared, stable_variables
from evalpipe.schemas.table import table
from evalpipe.vocabulary import Column, Disposition, Table


def participants_schema(plan: Plan) -> DataFrameSchema:
    """`participants` of a study: its arms, roles, clusters, strata and baseline covariates."""
    return table(
        Table.PARTICIPANTS,
        1,
        (
            text(Column.PARTICIPANT_ID, nullable=False, unique=True),
            declared(plan, Column.ARM),
            text(Column.DYAD_ID),
            declared(plan, Column.ROLE),
            text(Column.COHORT),
            boolean(Column.RANDOMISED, nullable=False),
            boolean(Column.ELIGIBLE),
            text(Column.ELIGIBILITY_REASON),
            category(Column.DISPOSITION, Disposition, words="is not a disposition"),
            text(Column.DISPOSITION_REASON),
            number(Column.DISPOSITION_DAY),
            number(Column.ENTRY_DAY),
            *cluster_columns(plan),
            *stable_variables(plan),
        ),
    )
