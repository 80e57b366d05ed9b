"""How ids are written in the files, so that one person has one id; and who is left out, and why."""

from typing import Annotated, Literal

from pydantic import Field

from evalpipe.config.base import Label, Prose, RawText, Strict

Pieces = tuple[RawText, ...] | RawText


class Ids(Strict):
    """What is done to every id as it stands in a file before people are told apart.

    In this order: `remove`, `strip`, `prefix`, `case`, `pad`.
    """

    remove: Pieces = Field((), description='taken out wherever it stands: " " or "-"')
    strip: Pieces = Field((), description='taken off the end or the beginning: ".0"')
    prefix: Literal["keep", "drop"] = Field(
        "keep", description="drop: letters and marks in front of the first digit go"
    )
    case: Literal["keep", "upper", "lower"] = "keep"
    pad: Annotated[int, Field(ge=1, le=20)] | None = Field(
        None, description="digits of the last number in the id, filled up with zeros: 7 -> 007"
    )
    distinct: Annotated[Prose, Field(min_length=20)] | None = Field(
        None, description="why ids that look alike (7 and 007, a1 and A1) are different people"
    )


class Exclusion(Strict):
    """People who are in the files and not in the study, said on purpose and counted in the flow.

    Their outcomes are not taken in. The number closes the account: more or fewer is an error.
    """

    who: Literal["without_arm", "not_in_participants_file"]
    number: Annotated[int, Field(ge=1)] = Field(description="how many they are")
    disposition: Literal["not_eligible", "declined", "not_randomised"] = "not_randomised"
    reason: Label = Field(description="as the flow tells it: screening failure, withdrew all data")
