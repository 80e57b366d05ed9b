"""`responses`: one row is one answer to one item."""

import pandas as pd
from pandera.pandas import DataFrameSchema

from evalpipe.config.plan import Plan
from evalpipe.schemas.columns import integer, number, text
from evalpipe.schemas.declared import declared, named, varying_variables
from evalpipe.schemas.rules import rule
from evalpipe.schemas.table import table
from evalpipe.vocabulary import Column, Table


# long: the columns of one table, each with its rule
def responses_schema(plan: Plan) -> DataFrameSchema:
    """`responses` of a study: its instruments, their items and the range of an answer.

    `response` as recorded, before items are reversed; what varies by occasion (condition, order)
    stands beside it.
    """
    items = {n: i.items for n, i in plan.instruments.items() if i.items is not None}
    lowest = {name: spec.range[0] for name, spec in items.items()}
    highest = {name: spec.range[1] for name, spec in items.items()}
    count = {name: spec.count for name, spec in items.items()}

    def outside(t: pd.DataFrame) -> pd.Series:
        low, high = (t[Column.INSTRUMENT].map(m).astype("float64") for m in (lowest, highest))
        return (t[Column.RESPONSE] < low) | (t[Column.RESPONSE] > high)

    def beyond(t: pd.DataFrame) -> pd.Series:
        return t[Column.ITEM] > t[Column.INSTRUMENT].map(count).astype("float64")

    return table(
        Table.RESPONSES,
        1,
        (
            text(Column.PARTICIPANT_ID, nullable=False),
            declared(plan, Column.VISIT),
            integer(Column.OCCASION),
            number(Column.DAY),
            named(Column.INSTRUMENT, items, what="questionnaire", nullable=False),
            integer(Column.ITEM, nullable=False, minimum=1),
            text(Column.RATER),
            number(Column.RESPONSE),
            text(Column.MISSING_REASON),
            *varying_variables(plan),
        ),
        key=(
            Column.PARTICIPANT_ID,
            Column.VISIT,
            Column.OCCASION,
            Column.INSTRUMENT,
            Column.ITEM,
            Column.RATER,
        ),
        rules=(
            rule(
                "item out of range",
                (Column.INSTRUMENT, Column.RESPONSE),
                outside,
                at=Column.RESPONSE,
                advice="Correct the cells or declare a missing code",
            ),
            rule(
                "is not an item of its questionnaire",
                (Column.INSTRUMENT, Column.ITEM),
                beyond,
                at=Column.ITEM,
            ),
        ),
    )
