"""`diagnostics`: one row is one fit; what happened, as data.

Covariance matrices are rows of `estimates` (quantity `covariance`). Seconds are not recorded: the
same inputs give the same bytes.
"""

from pandera.pandas import DataFrameSchema

from evalpipe.config.plan import Plan
from evalpipe.schemas.columns import boolean, category, integer, number, text
from evalpipe.schemas.declared import named
from evalpipe.schemas.table import table, with_columns
from evalpipe.vocabulary import Column, Status, Table

DIAGNOSTICS = table(
    Table.DIAGNOSTICS,
    1,
    (
        text(Column.STUDY_ID, nullable=False),
        text(Column.ANALYSIS_ID, nullable=False),
        text(Column.FIT, nullable=False),
        text(Column.ENGINE, nullable=False),
        text(Column.MODEL),
        text(Column.METHOD),
        text(Column.COVARIANCE_STRUCTURE),
        category(Column.STATUS, tuple(Status), nullable=False),
        integer(Column.N_PARTICIPANTS, minimum=0),
        integer(Column.N_OBSERVATIONS, minimum=0),
        integer(Column.N_FIXED, minimum=0),
        integer(Column.N_COVARIANCE, minimum=0),
        number(Column.LOG_LIKELIHOOD),
        number(Column.AIC),
        number(Column.BIC),
        integer(Column.N_EVALUATIONS, minimum=0),
        integer(Column.N_ITERATIONS, minimum=0),
        number(Column.SCALED_GRADIENT),
        number(Column.CONDITION),
        boolean(Column.IS_SINGULAR),
        boolean(Column.HAS_CONVERGED),
        text(Column.SECOND_FIT_ENGINE),
        number(Column.SECOND_FIT_DIFFERENCE, minimum=0),
        text(Column.SECOND_FIT_QUANTITY),
        text(Column.WARNINGS),
        text(Column.NOTE),
    ),
    key=(Column.STUDY_ID, Column.ANALYSIS_ID, Column.FIT),
)
"""What holds in every study.

`fit` tells fits of one analysis apart (`main`, `null`); `second_fit_difference` is the largest
relative difference from the independent fit and `second_fit_quantity` where it occurs;
`warnings` has one warning a line."""


def diagnostics_schema(plan: Plan) -> DataFrameSchema:
    """`diagnostics` of a study: its analyses, and no other study."""
    return with_columns(
        DIAGNOSTICS,
        named(Column.STUDY_ID, [plan.study.id], what="study", nullable=False),
        named(Column.ANALYSIS_ID, plan.analyses, what="analysis", nullable=False),
    )
