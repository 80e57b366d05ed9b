"""Released tables: what the report is made from; a row names the columns withheld in it."""

from pandera.pandas import Column as SchemaColumn
from pandera.pandas import DataFrameSchema

from evalpipe.config.plan import Plan
from evalpipe.schemas.answers import answers_schema
from evalpipe.schemas.columns import text
from evalpipe.schemas.diagnostics import diagnostics_schema
from evalpipe.schemas.estimates import estimates_schema
from evalpipe.schemas.sessions import sessions_schema
from evalpipe.schemas.statistics import statistics_schema
from evalpipe.schemas.table import with_columns
from evalpipe.vocabulary import Column, Table

WITHHELD = "withheld"
"""Column of the released tables that names the columns withheld in a row."""

COARSE = "coarse"
"""Column that names the columns told coarser than they are: degrees of freedom as a lower bound."""


def _marks() -> tuple[SchemaColumn, ...]:
    return (text(WITHHELD), text(COARSE))


def released_schemas(plan: Plan) -> dict[str, DataFrameSchema]:
    """The schema of each released table of a study, by name.

    Sessions are empty unless the plan allows lines of single people.
    """
    return {
        Table.ESTIMATES.value: with_columns(
            estimates_schema(plan, is_released=True), *_marks()
        ).remove_columns([Column.N_SMALLEST, Column.N_NAMED]),
        Table.DIAGNOSTICS.value: with_columns(diagnostics_schema(plan), *_marks()),
        Table.STATISTICS.value: with_columns(statistics_schema(plan), *_marks()),
        Table.ANSWERS.value: answers_schema(plan),
        Table.SESSIONS.value: sessions_schema(plan),
    }
