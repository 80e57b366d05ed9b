"""`answers`: one row is one claim: a question of the plan and the row that answers it."""

from __future__ import annotations

from pandera.pandas import DataFrameSchema

from evalpipe.config.plan import Plan
from evalpipe.schemas.columns import category, integer, number, text
from evalpipe.schemas.declared import named
from evalpipe.schemas.table import table, with_columns
from evalpipe.vocabulary import ClaimStatus, Column, Scale, Table

ANSWERS = table(
    Table.ANSWERS,
    1,
    (
        text(Column.STUDY_ID, nullable=False),
        text(Column.CLAIM_ID, nullable=False),
        text(Column.ANALYSIS_ID, nullable=False),
        category(Column.STATUS, tuple(ClaimStatus), nullable=False),
        text(Column.ESTIMATE_ID, nullable=False),
        text(Column.OUTCOME),
        text(Column.ARM),
        text(Column.REFERENCE_ARM),
        text(Column.VISIT),
        text(Column.POPULATION),
        integer(Column.N_ANALYSED, minimum=0),
        integer(Column.N_OBSERVED, minimum=0),
        integer(Column.N_ENTERED, minimum=0),
        number(Column.P_ADJUSTED, minimum=0, maximum=1),
        category(Column.SCALE, tuple(Scale), nullable=False),
        category(Column.BETTER, ("higher", "lower")),
    ),
    key=(Column.STUDY_ID, Column.CLAIM_ID),
)
"""What holds in every study."""


def answers_schema(plan: Plan) -> DataFrameSchema:
    """`answers` of a study: of its analyses and populations, and of no other study."""
    return with_columns(
        ANSWERS,
        named(Column.STUDY_ID, [plan.study.id], what="study", nullable=False),
        named(Column.ANALYSIS_ID, plan.analyses, what="analysis", nullable=False),
        named(Column.POPULATION, plan.populations, what="population"),
    )
