"""Derived variables: a closed list. Nothing written in a plan is ever evaluated as code."""

from typing import Annotated, Literal

from pydantic import Field

from evalpipe.config.base import SHOWN, Identifier, Label, Level, NumberOrLevel, Strict

Reference = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}(\.[a-z][a-z0-9_]{0,62})?$")]
"""A variable, an instrument, `instrument.scale`, `session.<rating>` or a derived variable."""


class _Derived(Strict):
    label: Annotated[Label | None, SHOWN] = None


class Logarithm(_Derived):
    """Natural logarithm; needs positive values."""

    kind: Literal["log"]
    of: Reference


class Square(_Derived):
    """The square."""

    kind: Literal["square"]
    of: Reference


class Centre(_Derived):
    """Minus the mean over participants (or minus a stated value)."""

    kind: Literal["centre"]
    of: Reference
    at: float | None = Field(None, description="the value to subtract; default: the mean")


class Scaled(_Derived):
    """Centred and divided by the standard deviation over participants."""

    kind: Literal["standardise"]
    of: Reference


class Lag(_Derived):
    """The value `by` days (or occasions) earlier, of the same participant; gaps stay missing."""

    kind: Literal["lag"]
    of: Reference
    over: Literal["day", "session_number", "trial", "visit"] = "day"
    by: Annotated[int, Field(ge=1)] = 1


class PersonMean(_Derived):
    """The participant's own mean over occasions: the between-person part."""

    kind: Literal["person_mean"]
    of: Reference


class PersonDeviation(_Derived):
    """Minus the participant's own mean: the within-person part."""

    kind: Literal["person_deviation"]
    of: Reference


class Partner(_Derived):
    """The same occasion's value of the other member of the dyad."""

    kind: Literal["partner"]
    of: Reference


class Difference(_Derived):
    """`of` minus `minus`."""

    kind: Literal["difference"]
    of: Reference
    minus: Reference


class Band(_Derived):
    """Numbers to categories: below the first border, between borders, from the last border on."""

    kind: Literal["band"]
    of: Reference
    borders: tuple[float, ...]
    names: tuple[Level, ...]


class UnitChange(_Derived):
    """Divide by a constant: days into weeks (7), months (30.4375) or years (365.25)."""

    kind: Literal["unit_change"]
    of: Reference
    divide_by: float


class Hinge(_Derived):
    """max(0, of - knot), the change of slope after a knot; `until` stops the growth there.

    The knot is a number, or each participant's own: the day of the first or last session, or of
    the first session of a phase.
    """

    kind: Literal["hinge"]
    of: Reference
    knot: float | Literal["first_session", "last_session"] | None = None
    phase: Identifier | None = Field(None, description="knot at the first session of this phase")
    until: float | Literal["first_session", "last_session"] | None = None


class PerVisit(_Derived):
    """A number (or level) for each visit, written in the plan: months 2, 3, 5, 8."""

    kind: Literal["per_visit"]
    values: dict[Identifier, NumberOrLevel]


class PerLevel(_Derived):
    """A number or a coarser level for each level of a category."""

    kind: Literal["per_level"]
    of: Reference
    values: dict[Level, NumberOrLevel]


class Previous(_Derived):
    """The level of a within-person condition on the previous block: carry-over; `first` if none."""

    kind: Literal["previous"]
    of: Reference
    over: Reference


Derived = Annotated[
    Logarithm
    | Square
    | Centre
    | Scaled
    | Lag
    | PersonMean
    | PersonDeviation
    | Partner
    | Difference
    | Band
    | UnitChange
    | Hinge
    | PerVisit
    | PerLevel
    | Previous,
    Field(discriminator="kind"),
]


def followed_sources(variable: Derived) -> tuple[str, ...]:
    """Return what a derived variable follows from on the same occasion of the same participant.

    Empty for the values of other occasions and persons: lag, partner, person mean, previous level.
    """
    if isinstance(variable, PerVisit):
        return ("visit",)
    if isinstance(variable, Lag | PersonMean | Partner | Previous):
        return ()
    minus = (variable.minus,) if isinstance(variable, Difference) else ()
    return (variable.of, *minus)


def knot_columns(name: str) -> tuple[str, str]:
    """Return the columns of an analysis set that hold a hinge's knot and end, where each
    participant has their own.
    """
    return f"knot:{name}", f"until:{name}"
