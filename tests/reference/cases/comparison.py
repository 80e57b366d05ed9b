"""One number of ours beside the other program's, and how close they must be."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from evalpipe.stats.inference import ContrastTests, JointTest

MOST_GAIN = 1e-5
"""A higher likelihood than this is no early stop of the other program: it must be looked at."""


@dataclass(frozen=True)
class Comparison:
    """quantity: what is compared, the same words in every file. place: which of several.

    tolerance: largest difference allowed, as a share of `size`: their number's magnitude, or what
    it is measured in where it may be near zero. higher_wins: a larger number of ours is right.
    """

    quantity: str
    place: str
    ours: float
    theirs: float
    tolerance: float
    size: float
    higher_wins: bool = False

    @property
    def difference(self) -> float:
        """Relative difference, without a sign."""
        if self.ours == self.theirs:
            return 0.0
        return abs(self.ours - self.theirs) / self.size if self.size else float("inf")

    @property
    def is_higher(self) -> bool:
        """Whether ours is a better optimum than theirs, beyond the tolerance."""
        gain = self.ours - self.theirs
        return self.higher_wins and self.tolerance * self.size < gain < MOST_GAIN

    @property
    def holds(self) -> bool:
        """Whether the two agree, or ours is the better optimum."""
        return self.difference <= self.tolerance or self.is_higher


def compare(
    quantity: str,
    places: Iterable[object],
    ours: ArrayLike,
    theirs: ArrayLike,
    tolerance: float,
    floor: ArrayLike = 0.0,
) -> Iterator[Comparison]:
    """Compare arrays; floor: the least that a difference is measured in."""
    mine, other = np.atleast_1d(ours).astype(float), np.atleast_1d(theirs).astype(float)
    size = np.maximum(np.abs(other), floor)
    for place, a, b, unit in zip(places, mine, other, size, strict=True):
        yield Comparison(quantity, str(place), float(a), float(b), tolerance, float(unit))


def compare_likelihood(method: str, ours: float, theirs: float) -> Comparison:
    """Compare log-likelihoods by 1e-6 absolute; a higher one wins."""
    return Comparison(f"{method}: log-likelihood", "", ours, theirs, 1e-6, 1.0, higher_wins=True)


@dataclass(frozen=True)
class Close:
    """Tolerances of a table of tests; floors are in units of the standard error.

    README of the reference values: estimates and standard errors 1e-5 (1e-4 with ten or more
    covariance parameters), Kenward-Roger standard errors and all df 1e-3.
    """

    estimate: float = 1e-5
    std_error: float = 1e-5
    df: float = 1e-3
    limit: float = 1e-4
    p_value: float = 2e-3
    floor: float = 0.1


def compare_tests(
    what: str, ours: ContrastTests, theirs: list[dict[str, Any]], close: Close
) -> Iterator[Comparison]:
    """Compare single contrasts: estimate, standard error, df, interval, p."""
    places = [describe_place(row) for row in theirs]
    se = column(theirs, "se")
    estimate = [row["emmean"] if "emmean" in row else row["estimate"] for row in theirs]
    floor = close.floor * se
    yield from compare(f"{what}: estimate", places, ours.estimate, estimate, close.estimate, floor)
    yield from compare(f"{what}: standard error", places, ours.std_error, se, close.std_error)
    yield from compare(f"{what}: df", places, ours.df, column(theirs, "df"), close.df)
    for name, limit in (("ci_low", ours.conf_low), ("ci_high", ours.conf_high)):
        yield from compare(
            f"{what}: interval", places, limit, column(theirs, name), close.limit, se
        )
    p = column(theirs, "p")
    yield from compare(f"{what}: p", places, ours.p_value, p, close.p_value, 5e-10)


def compare_joint(
    what: str, place: str, ours: JointTest, theirs: Mapping[str, Any], close: Close
) -> Iterator[Comparison]:
    """Compare a joint F test: df, F, p."""
    yield from compare(f"{what}: numerator df", [place], ours.num_df, theirs["num_df"], 0.0)
    yield from compare(f"{what}: df", [place], ours.den_df, theirs["den_df"], close.df)
    yield from compare(
        f"{what}: F", [place], ours.statistic, theirs["F"], 10 * close.estimate, 1e-3
    )
    yield from compare(f"{what}: p", [place], ours.p_value, theirs["p"], close.p_value, 5e-10)


def column(rows: list[dict[str, Any]], name: str) -> np.ndarray:
    """Return one field of their rows."""
    return np.array([row[name] for row in rows], dtype=float)


def describe_place(row: Mapping[str, Any]) -> str:
    """Name a row of theirs by its text fields."""
    return ", ".join(str(value) for value in row.values() if isinstance(value, str))


def show(comparisons: Iterable[Comparison]) -> str:
    """Return what does not hold, a line each; empty when all does."""
    return "\n".join(
        f"{c.quantity} {c.place}: {c.ours!r} against {c.theirs!r}, {c.difference:.2e} > "
        f"{c.tolerance:.0e}"
        for c in comparisons
        if not c.holds
    )
