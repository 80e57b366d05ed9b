"""A second computation of the same numbers by other code, and how far the two lie apart.

The first is reported, the second never; the record in `diagnostics` names both. Below
`SECOND_FIT_NOISE` two computations differ by the rounding of the processor at hand, which says
nothing about the numbers: there, and everywhere, the difference is told as a bound.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from evalpipe.vocabulary import SECOND_FIT_NOISE


@dataclass(frozen=True)
class SecondFit:
    """The largest relative difference and the number where it occurs."""

    engine: str
    difference: float
    quantity: str

    def record(self) -> dict[str, object]:
        """Return the columns of `diagnostics` about a second computation.

        Where only rounding is seen, the number that differs most is chance and not named.
        """
        bound = bound_difference(self.difference)
        return {
            "second_fit_engine": self.engine,
            "second_fit_difference": bound,
            "second_fit_quantity": None if bound <= SECOND_FIT_NOISE else self.quantity,
        }


def bound_difference(difference: float) -> float:
    """Return a bound of one significant digit that a relative difference does not exceed.

    At least `SECOND_FIT_NOISE`: 0 and 3e-15 both become 1e-9; 2.4e-6 becomes 3e-6. NaN stays.
    """
    if not math.isfinite(difference):
        return difference
    if difference <= SECOND_FIT_NOISE:
        return SECOND_FIT_NOISE
    digits = math.floor(math.log10(difference))
    # Through the decimal text: 3 * 10.0**-6 is not the number that "3e-6" stands for.
    return float(f"{math.ceil(difference / 10.0**digits)}e{digits}")


def relative_difference(theirs: float, ours: float, at_least: float = 1e-12) -> float:
    """Return |theirs - ours| relative to ours; `at_least` keeps numbers near zero apart."""
    return abs(theirs - ours) / max(abs(ours), at_least)


def compare_numbers(
    engine: str, theirs: Mapping[str, float], ours: Mapping[str, float]
) -> SecondFit:
    """Compare numbers of the same names; those that `theirs` lacks are not compared."""
    return largest_difference(
        engine,
        {name: relative_difference(theirs[name], ours[name]) for name in ours if name in theirs},
    )


def largest_difference(engine: str, values: Mapping[str, float]) -> SecondFit:
    """Return the largest of relative differences by name; a missing one counts as largest."""
    name = max(values, key=lambda key: math.inf if math.isnan(values[key]) else values[key])
    return SecondFit(engine, values[name], name)
