"""What is measured: instruments with their items, scales, cut-offs and reliability."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from evalpipe.config.base import (
    SHOWN,
    Identifier,
    Label,
    Level,
    Prose,
    Range,
    Strict,
    ordered_range,
)

ItemNumber = Annotated[int, Field(ge=1)]
ScoreRange = Annotated[Range, AfterValidator(lambda v: ordered_range(v, "range"))]


class OutcomeKind(StrEnum):
    """How an outcome is distributed, which decides what may be computed from it."""

    CONTINUOUS = "continuous"
    LOG_CONTINUOUS = "log_continuous"
    """Positive; analysed on the log scale, reported as a ratio."""
    PROPORTION = "proportion"
    BINARY = "binary"
    ORDINAL = "ordinal"
    COUNT = "count"
    CLASSIFICATION = "classification"


class Reliability(Strict):
    """Reliability with its source; needed for reliable change."""

    value: Annotated[float, Field(gt=0, lt=1)]
    kind: Annotated[Label, SHOWN] = "test-retest"
    source: Annotated[Prose, SHOWN]


class Importance(Strict):
    """The minimal important difference, in points of the scale (in ratio for log outcomes)."""

    value: Annotated[float, Field(gt=0)]
    source: Annotated[Prose, SHOWN]


class Cutoff(Strict):
    """A border between clinical and non-clinical scores; the better side is non-clinical."""

    value: float
    meaning: Annotated[Label, SHOWN]
    source: Annotated[Prose, SHOWN]
    when: dict[Identifier, Level | Range] = Field(
        {}, description="only for these participants: a level or range of a variable"
    )


class Norm(Strict):
    """Mean and SD of a norm group, for T-scores and clinically significant change."""

    mean: float
    sd: Annotated[float, Field(gt=0)]
    source: Annotated[Prose, SHOWN]
    when: dict[Identifier, Level | Range] = {}


class Items(Strict):
    """Items of a questionnaire: columns `<prefix>1` .. `<prefix><count>` in the raw file."""

    prefix: Label
    count: Annotated[int, Field(ge=2, le=500)]
    range: ScoreRange
    step: Annotated[float, Field(gt=0, description="between two answers: 0.5")] = 1
    reversed: tuple[ItemNumber, ...] = ()
    width: Annotated[int, Field(ge=1, le=4, description="digits of the number: 2 means as_01")] = 1


class Scale(Strict):
    """How items become a score; missing items are prorated when enough were answered."""

    label: Annotated[Label | None, SHOWN] = None
    items: Literal["all"] | tuple[ItemNumber, ...] = "all"
    score: Literal["mean", "sum"] = "sum"
    at_least_answered: Annotated[int, Field(ge=1)] | None = Field(
        None, description="fewer answered items give no score; default: all"
    )
    better: Literal["higher", "lower"] | None = None
    reliability: Reliability | None = None
    minimal_important_difference: Importance | None = None
    cutoffs: tuple[Cutoff, ...] = ()
    norms: tuple[Norm, ...] = ()


class Instrument(Strict):
    """A questionnaire, rating, measurement or classification."""

    label: Annotated[Label, SHOWN]
    kind: OutcomeKind = OutcomeKind.CONTINUOUS
    unit: Annotated[Label | None, SHOWN] = None
    completed_by: Identifier | None = Field(None, description="the role (or rater) who answers")
    about: Identifier | None = Field(None, description="the role that the score is about")
    range: ScoreRange | None = None
    better: Literal["higher", "lower"] | None = None
    domain: Annotated[Label | None, SHOWN] = None
    items: Items | None = None
    scales: dict[Identifier, Scale] = {}
    classes: tuple[Level, ...] = Field((), description="for classifications and ordinal ratings")
    class_labels: Annotated[dict[Level, Label], SHOWN] = {}
    better_class: Level | None = None
    reliability: Reliability | None = None
    minimal_important_difference: Importance | None = None
    cutoff: Cutoff | None = None
    cutoffs: tuple[Cutoff, ...] = ()
    norms: tuple[Norm, ...] = ()
    source: Annotated[Prose | None, SHOWN] = None

    @model_validator(mode="after")
    def _fits_itself(self) -> Self:
        if self.scales and self.items is None:
            raise ValueError("has scales but no items: add items, or give the scores directly")
        if self.items is not None and not self.scales:
            raise ValueError("has items but no scales: say how the items become a score")
        if self.kind is OutcomeKind.CLASSIFICATION and len(self.classes) < 2:
            raise ValueError("is a classification and needs its classes")
        for name, scale in self.scales.items():
            self._check_scale(name, scale)
        return self

    def _check_scale(self, name: str, scale: Scale) -> None:
        assert self.items is not None
        numbers = range(1, self.items.count + 1) if scale.items == "all" else scale.items
        beyond = [n for n in numbers if n > self.items.count]
        if beyond:
            raise ValueError(
                f"scale {name} names item {beyond[0]}, but there are {self.items.count}"
            )
        if scale.at_least_answered and scale.at_least_answered > len(numbers):
            raise ValueError(f"scale {name} asks for more answers than it has items")
