"""Published numbers that an analysis is held against."""

from typing import Annotated

from pydantic import Field

from evalpipe.config.base import SHOWN, Identifier, Label, Level, Prose, Strict
from evalpipe.config.derived import Reference
from evalpipe.vocabulary import Quantity


class PrintedValue(Strict):
    """A printed number with an explanation of why it is known to differ."""

    printed: str
    explained: Annotated[Prose, SHOWN]

    def without_shown(self) -> str:
        """The number alone, as if it stood there without an explanation."""
        return self.printed


Printed = Annotated[str, Field(pattern=r"^[<>]?\s?-?[0-9]*\.?[0-9]+([eE][-+]?[0-9]+)?$")]


class PublishedNumber(Strict):
    """One printed row: which computed row it is, and the numbers as printed."""

    quantity: Identifier = Field(
        ...,
        description="what the number is, as the table `estimates` names it",
        json_schema_extra={"enum": [quantity.value for quantity in Quantity]},
    )
    term: Label | None = None
    arm: Level | None = None
    versus: Level | None = None
    visit: Identifier | None = None
    outcome: Reference | None = None
    estimate: Printed | PrintedValue | None = None
    std_error: Printed | PrintedValue | None = None
    df: Printed | PrintedValue | None = None
    statistic: Printed | PrintedValue | None = None
    p_value: Printed | PrintedValue | None = None
    conf_low: Printed | PrintedValue | None = None
    conf_high: Printed | PrintedValue | None = None
    n_participants: Printed | PrintedValue | None = None
    n_observations: Printed | PrintedValue | None = None


class Published(Strict):
    """A published source and the numbers printed there."""

    source: Annotated[Prose, SHOWN]
    analysis: Identifier
    numbers: tuple[PublishedNumber, ...]
