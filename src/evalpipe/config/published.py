"""Published numbers that an analysis is held against."""

from typing import Annotated

from pydantic import Field

from evalpipe.config.base import SHOWN, Identifier, Label, Level, Prose, Strict
from evalpipe.config.derived import Reference
from evalpipe.config.described import DESCRIBED
from evalpipe.vocabulary import Quantity


class PrintedValue(Strict):
    """A printed number with an explanation of why it is known to differ."""

    printed: str
    explained: Annotated[Prose, SHOWN]

    def without_shown(self) -> str:
        """The number alone, as if it stood there without an explanation."""
        return self.printed


Printed = Annotated[str, Field(pattern=r"^[<>]?\s?-?[0-9]*\.?[0-9]+([eE][-+]?[0-9]+)?\s?%?$")]


PRINTED_QUANTITIES = (*(quantity.value for quantity in Quantity), *DESCRIBED)
"""What a printed number can be: rows of `estimates`, and numbers that describe."""


ESTIMATED_FIELDS = (
    "estimate",
    "std_error",
    "df",
    "statistic",
    "p_value",
    "conf_low",
    "conf_high",
    "n_participants",
    "n_observations",
)
"""Keys of a row of `estimates` that can be held against a printed number."""


class PublishedNumber(Strict):
    """One printed row: which computed row it is, and the numbers as printed."""

    quantity: Identifier = Field(
        ...,
        description="what the number is, as the table `estimates` names it; or a number that "
        "describes: a mean, a count, a share",
        json_schema_extra={"enum": list(PRINTED_QUANTITIES)},
    )
    term: Label | None = None
    arm: Level | None = None
    versus: Level | None = None
    visit: Identifier | None = None
    outcome: Reference | None = None
    variable: Reference | None = Field(
        None,
        description="of a number that describes: the variable or outcome, or a step of the flow",
    )
    level: Level | None = Field(None, description="of a count or share: the level that is counted")
    groups: dict[Identifier, Level] = Field(
        {},
        description="of a number that describes: about whom besides arm and visit: {role: child}",
    )
    value: Printed | PrintedValue | None = Field(
        None, description="the mean, SD, count or share as printed; a share may be in per cent: 45%"
    )
    n: Printed | PrintedValue | None = Field(None, description="of how many people it is")
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
    analysis: Identifier | None = Field(
        None, description="whose numbers they are; needed unless all of them only describe"
    )
    numbers: tuple[PublishedNumber, ...]
