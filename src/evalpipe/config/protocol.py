"""How treatment should be given, whom it is for, and which goals it has."""

from typing import Annotated, Any

from pydantic import Field, field_validator

from evalpipe.config.base import SHOWN, Identifier, Label, Level, Range, Strict

Count = Annotated[int, Field(ge=0, le=10_000)]
SessionCount = Count | tuple[Count, Count]


class PlannedRange(Strict):
    """A planned value and the range that still counts as faithful."""

    planned: float
    allowed: Range


class Phase(Strict):
    """A phase of treatment, in the order of the plan."""

    label: Annotated[Label | None, SHOWN] = None
    sessions: SessionCount
    may_extend: bool = False


class VideoFeedback(Strict):
    """Video-feedback appointments per block of treatment sessions."""

    per_sessions: Annotated[int, Field(ge=1)]
    count: Annotated[int, Field(ge=1)]
    with_: Annotated[Identifier | None, SHOWN] = Field(
        None, alias="with", description="who takes part, as reports name it: a role or a word"
    )
    phases: tuple[Identifier, ...] = ()


class Homework(Strict):
    """Homework: fidelity counts the share of sessions that gave it."""

    every_session: bool = Field(
        True, description="false: given when it suits, so that fidelity does not count it"
    )


class Completed(Strict):
    """When a treatment counts as completed."""

    phases: tuple[Identifier, ...] = ()
    share_of_sessions: Annotated[float, Field(gt=0, le=1)] = 0.8
    minimum_sessions: Annotated[int, Field(ge=1)] | None = None


class Rating(Strict):
    """A rating made in each session: tension by the therapist, alliance by a partner."""

    label: Annotated[Label, SHOWN]
    range: Range
    better: str | None = Field(None, pattern="^(higher|lower)$")
    rated_by: Annotated[Identifier | None, SHOWN] = Field(
        None, description="who rates, as reports name it: a role, a cluster or a word"
    )
    missing_allowed: bool = Field(
        True, description="false: a session held without this rating is a finding"
    )


class Delivery(Strict):
    """The treatment protocol: phases, spacing, minutes, video feedback, homework, ratings."""

    arms: tuple[Identifier, ...] = Field(
        (), description="arms with sessions; default: experimental"
    )
    phases: dict[Identifier, Phase] = {}
    sessions: SessionCount | None = Field(None, description="number of sessions without phases")
    spacing_days: PlannedRange | None = None
    minutes: PlannedRange | None = None
    video_feedback: VideoFeedback | None = None
    homework: Homework | None = None
    ratings: dict[Identifier, Rating] = {}
    started: Annotated[int, Field(ge=1, description="sessions held to count as started")] = 1
    completed: Completed = Completed()


class Goal(Strict):
    """A goal of one role in one phase, judged attained or not, or scaled from -2 to +2."""

    label: Annotated[Label, SHOWN]
    role: Identifier | None = None
    phase: Identifier | None = None
    weight: Annotated[float, Field(gt=0)] = 1.0


class GoalScaling(Strict):
    """Goal attainment scaling: expected correlation of the goals in the T-score."""

    rho: Annotated[float, Field(ge=0, lt=1)] = 0.3


Condition = dict[str, Any]


class Eligibility(Strict):
    """Rules: `{variable: level}`, `{variable: [low, high]}`, `{any: [...]}`, `{all: [...]}`."""

    include: tuple[Condition, ...] = ()
    exclude: tuple[Condition, ...] = ()

    @field_validator("include", "exclude")
    @classmethod
    def _well_formed(cls, rules: tuple[Condition, ...]) -> tuple[Condition, ...]:
        for rule in rules:
            check_condition(rule)
        return rules


def check_condition(rule: Any) -> None:
    """Raise ValueError unless `rule` is a variable with a level or range, or any/all of such."""
    if not isinstance(rule, dict) or len(rule) != 1:
        raise ValueError("each rule has one key: a variable, `any` or `all`")
    ((key, value),) = rule.items()
    if key in ("any", "all"):
        if not isinstance(value, list | tuple) or not value:
            raise ValueError(f"`{key}` needs a list of rules")
        for part in value:
            check_condition(part)
    elif isinstance(value, list | tuple):
        if len(value) != 2 or not all(isinstance(v, int | float) for v in value):
            raise ValueError(f"`{key}` needs a level or a range of two numbers")
    elif not isinstance(value, str | int):
        raise ValueError(f"`{key}` needs a level or a range of two numbers")


def variables_in(rule: Condition) -> set[str]:
    """Return the variables that a rule of eligibility reads."""
    ((key, value),) = rule.items()
    if key in ("any", "all"):
        return set().union(*(variables_in(part) for part in value))
    return {key}


def levels_in(rule: Condition) -> list[tuple[str, Level]]:
    """Return (variable, level) for every level that a rule names."""
    ((key, value),) = rule.items()
    if key in ("any", "all"):
        return [pair for part in value for pair in levels_in(part)]
    return [] if isinstance(value, list | tuple) else [(key, str(value))]
