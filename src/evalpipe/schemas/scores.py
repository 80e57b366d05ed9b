"""`scores`: one row is one score of one participant at one visit."""

import pandas as pd
from pandera.pandas import Check, DataFrameSchema

from evalpipe.config.instruments import OutcomeKind
from evalpipe.config.plan import Plan
from evalpipe.config.scale_facts import all_scale_names, find_scale
from evalpipe.schemas.columns import category, integer, number, text
from evalpipe.schemas.declared import declared, named, varying_variables
from evalpipe.schemas.rules import rule
from evalpipe.schemas.table import table
from evalpipe.vocabulary import Column, ScoreRule, Table


def scores_schema(plan: Plan) -> DataFrameSchema:
    """`scores` of a study: its scales, their ranges and classes, its visits.

    `scale` is `instrument` or `instrument.scale`; `level` holds the class of a classification.
    """
    return table(
        Table.SCORES,
        1,
        (
            text(Column.PARTICIPANT_ID, nullable=False),
            named(Column.SCALE, all_scale_names(plan), what="scale", nullable=False),
            text(Column.RATER),
            declared(plan, Column.VISIT),
            number(Column.DAY),
            integer(Column.OCCASION, nullable=False, minimum=0),
            number(Column.SCORE),
            text(Column.LEVEL),
            integer(Column.N_ITEMS, minimum=0),
            integer(Column.N_MISSING, minimum=0),
            category(Column.RULE, ScoreRule),
            text(Column.MISSING_REASON),
            number(Column.BASELINE),
            number(Column.CHANGE),
            *varying_variables(plan),
        ),
        key=(Column.PARTICIPANT_ID, Column.SCALE, Column.RATER, Column.VISIT, Column.OCCASION),
        rules=(_in_range(plan), _positive(plan), _in_classes(plan)),
    )


def _in_range(plan: Plan) -> Check:
    facts = {name: find_scale(plan, name).score_range for name in all_scale_names(plan)}
    lowest = {name: given[0] for name, given in facts.items() if given is not None}
    highest = {name: given[1] for name, given in facts.items() if given is not None}

    def outside(t: pd.DataFrame) -> pd.Series:
        low, high = (t[Column.SCALE].map(m).astype("float64") for m in (lowest, highest))
        return (t[Column.SCORE] < low) | (t[Column.SCORE] > high)

    return rule(
        "score out of range",
        (Column.SCALE, Column.SCORE),
        outside,
        at=Column.SCORE,
        advice="Correct the cells or the range of the instrument",
    )


def _positive(plan: Plan) -> Check:
    names = [n for n, i in plan.instruments.items() if i.kind is OutcomeKind.LOG_CONTINUOUS]
    return rule(
        "must be positive",
        (Column.SCALE, Column.SCORE),
        lambda t: t[Column.SCALE].isin(names) & (t[Column.SCORE] <= 0),
        at=Column.SCORE,
    )


def _in_classes(plan: Plan) -> Check:
    known = [f"{n}\n{c}" for n in all_scale_names(plan) for c in find_scale(plan, n).classes]
    return rule(
        "is not a class of its instrument",
        (Column.SCALE, Column.LEVEL),
        lambda t: t[Column.LEVEL].notna() & ~(t[Column.SCALE] + "\n" + t[Column.LEVEL]).isin(known),
        at=Column.LEVEL,
    )
