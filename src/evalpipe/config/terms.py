"""What a model is made of: fixed and random terms, residual covariance, inference."""

from typing import Annotated, Literal

from pydantic import Field

from evalpipe.config.base import Identifier, Strict
from evalpipe.config.derived import Reference
from evalpipe.vocabulary.structures import Structure

TermName = Annotated[
    str,
    Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?(:[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?)*$"),
]
"""One variable, or several joined by colons: `arm`, `arm:visit`, `baseline:visit`."""


class SlopeBy(Strict):
    """A slope of its own in each level: `{slope_by: phase, of: session_number}`."""

    slope_by: Reference
    of: Reference


class RandomTerm(Strict):
    """Random intercept and slopes of one level."""

    within: Identifier
    terms: tuple[Reference, ...] = ("intercept",)
    correlated: bool = True
    variance: Literal["nonnegative", "unbounded"] = Field(
        "nonnegative",
        description="`unbounded`: the variance of the only random intercept may be negative, as a "
        "negative correlation within a unit (SAS `nobound`)",
    )
    arms: tuple[Identifier, ...] = Field((), description="arms in which the level exists")


class ResidualCovariance(Strict):
    """Covariance of the residuals within a participant (or dyad) over visits, days or sessions."""

    structure: Structure = Structure.IDENTITY
    within: Identifier = "participant"
    over: Reference = "visit"
    by: Reference | None = Field(None, description="own parameters for each level: arm, role")
    members: Literal["distinguishable", "exchangeable"] | None = Field(
        None, description="how the two members of a dyad are related"
    )


class IfSingular(Strict):
    """The refit that the plan allows when a fit is singular.

    Without it the fit is reported as declared; where random effects were estimated at zero, df,
    intervals and p are those of the model without them, and every row says so.
    """

    drop: tuple[Identifier, ...] = Field(
        ..., description="random terms to drop, by level, first to last"
    )


def term_names(term: str | SlopeBy) -> tuple[str, ...]:
    """Return the variables that a fixed term joins."""
    if isinstance(term, SlopeBy):
        return (term.slope_by, term.of)
    return tuple(term.split(":"))
