"""How one variable is computed from another at a place, and how it changes with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from evalpipe.errors import NotEstimableError
from evalpipe.stats.problem import FloatArray


@dataclass(frozen=True)
class Held:
    """A variable at a place.

    value: (1,) or (k,) numbers or levels, one for each group of participants with the same knots.
    change: as many numbers, how much it changes with the number that is moved; 0 for levels.
    """

    value: NDArray[Any]
    change: FloatArray


def hold(value: float | str | FloatArray, change: float = 0.0) -> Held:
    """Return a variable held at one value for everybody, or at given values."""
    values = np.atleast_1d(np.asarray(value))
    return Held(values, np.full(len(values), change))


class Rule(Protocol):
    """Computes one variable from its sources. can_turn: whether the source can be computed back."""

    @property
    def sources(self) -> tuple[str, ...]:
        """The variables that it is computed from."""

    @property
    def can_turn(self) -> bool:
        """Whether the first source follows from the variable."""

    def follow(self, inputs: Sequence[Held]) -> Held:
        """Return the variable where its sources are known."""

    def turn(self, held: Held) -> Held:
        """Return the first source where the variable is known."""


@dataclass(frozen=True)
class _OneSource:
    of: str

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.of,)

    @property
    def can_turn(self) -> bool:
        return False

    def turn(self, held: Held) -> Held:
        raise NotImplementedError


@dataclass(frozen=True)
class Line(_OneSource):
    """(x - shift) / scale: centred, standardised, in another unit."""

    shift: float | FloatArray
    scale: float

    @property
    def can_turn(self) -> bool:
        """A straight line can."""
        return True

    def follow(self, inputs: Sequence[Held]) -> Held:
        """Return the variable where its source is known."""
        x = inputs[0]
        return Held((x.value - self.shift) / self.scale, x.change / self.scale)

    def turn(self, held: Held) -> Held:
        """Return the source."""
        return Held(held.value * self.scale + self.shift, held.change * self.scale)


@dataclass(frozen=True)
class OwnLine(Line):
    """Apart from the participant's own mean, which stays as it is."""


@dataclass(frozen=True)
class Log(_OneSource):
    """The natural logarithm."""

    name: str

    @property
    def can_turn(self) -> bool:
        """A logarithm can."""
        return True

    def follow(self, inputs: Sequence[Held]) -> Held:
        """Return the logarithm; NotEstimableError where there is none."""
        x = inputs[0]
        if (x.value <= 0).any():
            raise NotEstimableError(f"{self.name} is a logarithm: {self.of} must be above 0 there")
        return Held(np.log(x.value), x.change / x.value)

    def turn(self, held: Held) -> Held:
        """Return the number itself."""
        value = np.exp(held.value)
        return Held(value, held.change * value)


@dataclass(frozen=True)
class Square(_OneSource):
    """The square."""

    def follow(self, inputs: Sequence[Held]) -> Held:
        """Return the square."""
        x = inputs[0]
        return Held(x.value**2, 2.0 * x.value * x.change)


@dataclass(frozen=True)
class Hinge(_OneSource):
    """max(0, min(x, stop) - start); at a knot the change is that just after it.

    start, stop: (1,) or (k,); an infinite start was never reached and gives 0.
    """

    start: FloatArray
    stop: FloatArray

    def follow(self, inputs: Sequence[Held]) -> Held:
        """Return the growth since the knot."""
        x = inputs[0]
        is_reached = np.isfinite(self.start)
        start = np.where(is_reached, self.start, 0.0)
        grown = np.maximum(np.minimum(x.value, self.stop) - start, 0.0)
        is_growing = is_reached & (x.value >= start) & (x.value < self.stop)
        return Held(np.where(is_reached, grown, 0.0), is_growing * x.change)


@dataclass(frozen=True)
class Difference:
    """One number minus another."""

    of: str
    minus: str

    @property
    def sources(self) -> tuple[str, ...]:
        """Both numbers."""
        return (self.of, self.minus)

    @property
    def can_turn(self) -> bool:
        """Two numbers do not follow from their difference."""
        return False

    def follow(self, inputs: Sequence[Held]) -> Held:
        """Return the difference."""
        x, z = inputs
        return Held(x.value - z.value, x.change - z.change)

    def turn(self, held: Held) -> Held:
        """Not possible."""
        raise NotImplementedError


@dataclass(frozen=True)
class LevelMap(_OneSource):
    """A number or a coarser level for each level of a category."""

    name: str
    values: Mapping[str, float | str]

    def follow(self, inputs: Sequence[Held]) -> Held:
        """Return what the plan writes beside the level."""
        levels = [str(level) for level in inputs[0].value]
        lost = [level for level in levels if level not in self.values]
        if lost:
            raise NotEstimableError(
                f"{self.name} has no value for the level {lost[0]} of {self.of}"
            )
        found = np.array([self.values[level] for level in levels])
        if found.dtype.kind in "US":
            return _levels(found)
        return Held(found.astype(float), np.zeros(len(found)))


@dataclass(frozen=True)
class Band(_OneSource):
    """The band that a number falls in."""

    name: str
    borders: tuple[float, ...]
    names: tuple[str, ...]

    def follow(self, inputs: Sequence[Held]) -> Held:
        """Return the band."""
        place = np.searchsorted(np.asarray(self.borders), inputs[0].value, side="right")
        return _levels(np.asarray(self.names)[place])


@dataclass(frozen=True)
class Span(_OneSource):
    """The period that a day falls in."""

    periods: tuple[tuple[str, tuple[float, float]], ...]

    def follow(self, inputs: Sequence[Held]) -> Held:
        """Return the period; NotEstimableError for a day outside of all."""
        found = [self._period(float(day)) for day in inputs[0].value]
        return _levels(np.array(found))

    def _period(self, day: float) -> str:
        for name, (first, last) in self.periods:
            if first <= day <= last:
                return name
        raise NotEstimableError(f"at: {self.of} {day:g} lies in no period of the plan")


@dataclass(frozen=True)
class Unknown(_OneSource):
    """A variable whose rule needs what the rows do not hold, such as days of first sessions."""

    name: str

    def follow(self, inputs: Sequence[Held]) -> Held:  # noqa: ARG002
        """Not possible."""
        raise NotEstimableError(
            f"at: {self.of} cannot be held, because {self.name} is made of it with knots or means "
            "that these rows do not have"
        )


def _levels(found: NDArray[Any]) -> Held:
    return Held(found, np.zeros(len(found)))
