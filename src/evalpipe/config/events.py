"""Intercurrent events: what happens after randomisation, how it is known, what is done about it."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from evalpipe.config.base import SHOWN, Identifier, Label, Level, Strict
from evalpipe.vocabulary import Disposition

Strategy = Literal[
    "treatment_policy", "hypothetical", "composite", "while_on_treatment", "principal_stratum"
]


class EventMarks(Strict):
    """How an event is known in the data: one of these."""

    reason: tuple[Level, ...] = Field(
        (), description="reasons for which people ended, as `disposition_reason` has them"
    )
    variable: Identifier | None = Field(
        None, description="a variable with the day of the event, counted from the own baseline"
    )
    fewer_sessions_than: Annotated[int, Field(ge=1)] | None = Field(
        None,
        description="fewer sessions were held; the event is the day of the last of them",
    )

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        given = (bool(self.reason), self.variable is not None, self.fewer_sessions_than is not None)
        if sum(given) != 1:
            raise ValueError("name one of reason, variable, fewer_sessions_than")
        return self


class IntercurrentEvent(Strict):
    """Something that happens after randomisation, and how the estimand deals with it."""

    event: Annotated[Label, SHOWN]
    strategy: Strategy = Field(
        ...,
        description="treatment_policy: outcomes count as they were observed; hypothetical: those "
        "after the event are set aside and taken as missing; while_on_treatment: the last outcome "
        "before the event stands for those after it (slopes: up to the event); composite: `value` "
        "stands for the outcomes after the event; principal_stratum is refused: no estimator",
    )
    marks: Disposition | tuple[Disposition, ...] | EventMarks | None = Field(
        None,
        description="how the event is known: a disposition with its day, `{reason: [...]}`, "
        "`{variable: day_of_event}` or `{fewer_sessions_than: 8}`; every strategy but "
        "treatment_policy needs it",
    )
    value: Literal["baseline", "worst"] | float | None = Field(
        None,
        description="of a composite strategy: the own baseline, the worst value, or a number",
    )

    @model_validator(mode="after")
    def _is_computed(self) -> Self:
        if self.strategy == "principal_stratum":
            raise ValueError(
                "no analysis of this version estimates an effect in a principal stratum; a "
                "population of those who completed is none"
            )
        if self.strategy != "treatment_policy" and self.marks is None:
            raise ValueError(
                f"`{self.strategy}` needs `marks`: how the event is known in the data (a "
                "disposition, a reason, a variable with its day, fewer sessions than a number)"
            )
        if (self.strategy == "composite") != (self.value is not None):
            raise ValueError("`value` goes with `composite`, and `composite` needs it")
        return self

    @property
    def dispositions(self) -> tuple[str, ...]:
        """The dispositions that mark it; empty when something else does."""
        if isinstance(self.marks, Disposition):
            return (str(self.marks),)
        return tuple(map(str, self.marks)) if isinstance(self.marks, tuple) else ()
