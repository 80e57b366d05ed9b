"""Contrast rows: marginal means, contrasts, slopes and differences of differences.

As emmeans (Searle, Speed and Milliken 1980): factors that are not fixed are averaged with equal
weights (or with their observed margins), covariates are held at their mean over the rows used.
What is derived from a variable that is fixed follows it (`derivations`); where that depends on
knots of each participant's own, the mean is over participants.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Literal

import numpy as np

from evalpipe.errors import NotEstimableError
from evalpipe.models.derivations import Derivations
from evalpipe.models.design_matrix import Design, Values
from evalpipe.models.rules import Held
from evalpipe.models.terms import Category, Number
from evalpipe.stats.problem import FloatArray

Margins = Literal["equal", "observed"]
Place = Mapping[str, str | float]
"""Where a mean is read off: a level for a category, a value for a number."""

MAX_GRID = 200_000


@dataclass(frozen=True)
class Grid:
    """The reference grid of a fitted design.

    means: each number's mean over the rows used. observed: (variable names, (m, k) codes, (m,)
    shares) of the combinations of categories that occur, for observed margins. derivations: what
    follows from what is held.
    """

    design: Design
    means: dict[str, float]
    names: tuple[str, ...]
    codes: FloatArray = field(repr=False)
    shares: FloatArray = field(repr=False)
    derivations: Derivations = field(repr=False)

    def knows(self, name: str) -> bool:
        """Whether a place may name the variable: it is in the design, or something there is made
        of it.
        """
        return name in self.design.variables or self.derivations.knows(name)

    def is_number(self, name: str) -> bool:
        """Whether the mean has a slope over the variable."""
        return self.knows(name) and name in self.derivations.means

    def has_followers(self, name: str) -> bool:
        """Whether something else in the design changes with the variable."""
        return bool(self.derivations.reach([name]).intersection(self.design.variables) - {name})

    def value_at(self, number: str, at: Place) -> float:
        """Return the value of a number at a place; its mean over the rows, where it is free."""
        held = self._state(at).get(number)
        if held is None:
            return float(self.derivations.means[number])
        return float(
            np.average(
                np.broadcast_to(held.value, self.derivations.weights.shape),
                weights=self.derivations.weights,
            )
        )

    def mean(self, at: Place, margins: Margins = "equal") -> FloatArray:
        """Return the row (p,) of the marginal mean at a place."""
        return self._average(self._state(at), margins)

    def plain(self, at: Place) -> FloatArray:
        """Return the row of a place where nothing follows from what is held."""
        fixed = {name: value for name, value in at.items() if name in self.design.variables}
        return self._average(Derivations(means=self.derivations.means).follow(fixed), "equal")

    def contrast(
        self, factor: str, level: str, versus: str, at: Place, margins: Margins = "equal"
    ) -> FloatArray:
        """Return the row of `level` minus `versus` of one factor at a place."""
        upper = self.mean({**at, factor: level}, margins)
        return upper - self.mean({**at, factor: versus}, margins)

    def slope(self, number: str, at: Place, margins: Margins = "equal") -> FloatArray:
        """Return the row of the change in the mean for one unit of a number, at a place.

        By the chain rule over everything derived from it; at its mean, where `at` does not fix it.
        """
        if not self.is_number(number):
            raise NotEstimableError(f"{number} is not a number among the fixed terms: no slope")
        here = self._state(at).get(number)
        if here is not None and np.ptp(here.value) > 0:
            raise NotEstimableError(f"{number} differs between participants there: no one slope")
        value = self.value_at(number, at)
        state = self._state({**at, number: value}, number)
        values, weights = self._points(state, margins)
        base = self.design.matrix(values, len(weights))
        row = np.zeros(len(self.design.columns))
        for name, held in state.items():
            if isinstance(self.design.variables.get(name), Number) and held.change.any():
                stepped = {**values, name: np.asarray(values[name]) + 1.0}
                change = _spread(held.change, len(self.derivations.weights), len(weights))
                row += (weights * change) @ (self.design.matrix(stepped, len(weights)) - base)
        return row

    def _state(self, at: Place, moved: str | None = None) -> dict[str, Held]:
        known = {name: value for name, value in at.items() if self.knows(name)}
        return self.derivations.follow(known, moved)

    def _average(self, state: Mapping[str, Held], margins: Margins) -> FloatArray:
        values, weights = self._points(state, margins)
        return weights @ self.design.matrix(values, len(weights))

    def _points(
        self, state: Mapping[str, Held], margins: Margins
    ) -> tuple[dict[str, FloatArray], FloatArray]:
        """Return values (n,) of every variable and weights (n,): combinations times knots."""
        fixed = {name for name in state if name in self.design.variables}
        names, codes, shares = self._averaged(fixed, margins)
        is_one = all(len(held.value) == 1 for held in state.values())
        own = np.ones(1) if is_one else self.derivations.weights
        k, n = len(own), len(shares) * len(own)
        values: dict[str, FloatArray] = {}
        for name, variable in self.design.variables.items():
            if name in names:
                values[name] = np.repeat(codes[:, names.index(name)], k)
            elif name not in state:
                values[name] = np.full(n, self.means[name])
            elif isinstance(variable, Number):
                values[name] = _spread(state[name].value, k, n)
            else:
                levels = [self._code(variable, str(level)) for level in state[name].value]
                values[name] = _spread(np.array(levels), k, n)
        return values, np.repeat(shares, k) * np.tile(own, len(shares))

    def _code(self, variable: Category, level: str) -> float:
        if level not in variable.levels:
            raise NotEstimableError(f"{variable.name} has no observations at level {level}")
        return float(variable.levels.index(level))

    def _averaged(
        self, fixed: set[str], margins: Margins
    ) -> tuple[tuple[str, ...], FloatArray, FloatArray]:
        names = tuple(name for name in self.names if name not in fixed)
        if margins == "observed":
            return names, *self._observed(names)
        sizes = [len(_levels(self.design, name)) for name in names]
        if np.prod(sizes, dtype=float) > MAX_GRID:
            raise NotEstimableError(
                f"marginal means would average over too many combinations of {', '.join(names)}"
            )
        codes = np.array(list(product(*(range(size) for size in sizes))), dtype=float)
        codes = codes.reshape(len(codes), len(names))
        return names, codes, np.full(len(codes), 1.0 / len(codes))

    def _observed(self, names: tuple[str, ...]) -> tuple[FloatArray, FloatArray]:
        places = [self.names.index(name) for name in names]
        if not places:
            return np.zeros((1, 0)), np.ones(1)
        codes, inverse = np.unique(self.codes[:, places], axis=0, return_inverse=True)
        shares = np.bincount(inverse.ravel(), weights=self.shares)
        return codes, np.asarray(shares, dtype=float)


def _spread(values: FloatArray, k: int, n: int) -> FloatArray:
    """Return (n,) values from one, or from one for each of the k groups."""
    if len(values) == 1:
        return np.full(n, float(values[0]))
    return np.tile(np.asarray(values, dtype=float), n // k)


def build_grid(design: Design, values: Values, n: int, derivations: Derivations) -> Grid:
    """Return the reference grid of the rows used."""
    means = {
        name: float(np.mean(values[name]))
        for name, variable in design.variables.items()
        if isinstance(variable, Number)
    }
    names = tuple(n for n, v in design.variables.items() if isinstance(v, Category))
    codes, shares = _joint_shares(design, values, names, n)
    return Grid(design, means, names, codes, shares, derivations)


def _joint_shares(
    design: Design, values: Values, names: tuple[str, ...], n: int
) -> tuple[FloatArray, FloatArray]:
    if not names:
        return np.zeros((1, 0)), np.ones(1)
    sizes = tuple(len(_levels(design, name)) for name in names)
    index = np.zeros(n, dtype=np.int64)
    for name, size in zip(names, sizes, strict=True):
        index = index * size + np.asarray(values[name], dtype=np.int64)
    cells, counts = np.unique(index, return_counts=True)
    codes = np.stack(np.unravel_index(cells, sizes), axis=1).astype(float)
    return codes, counts / n


def _levels(design: Design, name: str) -> tuple[str, ...]:
    variable = design.variables[name]
    assert isinstance(variable, Category)
    return variable.levels
