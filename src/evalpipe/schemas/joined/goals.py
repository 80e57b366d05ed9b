"""Judgements of goals against the participants."""

from pandera.pandas import DataFrameSchema

from evalpipe.config.plan import Plan
from evalpipe.schemas.joined.facts import Fact, joined
from evalpipe.schemas.rules import rule
from evalpipe.vocabulary import Column


def joined_goals_schema(plan: Plan) -> DataFrameSchema:  # noqa: ARG001  # as every schema
    """Whose goals they are, and when they were judged."""
    return joined(
        "goals table",
        [
            rule(
                "a goal of nobody in the study",
                (Fact.IS_KNOWN,),
                lambda t: ~t[Fact.IS_KNOWN],
                advice="Add the participant or dyad",
            ),
            rule(
                "a goal judged before baseline",
                (Column.DAY,),
                lambda t: t[Column.DAY] < 0,
                at=Column.DAY,
                advice="Days count from baseline",
            ),
        ],
    )
