"""Contrast rows: marginal means, contrasts, slopes and differences of differences.

As emmeans (Searle, Speed and Milliken 1980): factors that are not fixed are averaged with equal
weights (or with their observed margins), covariates are held at their mean over the rows used.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Literal

import numpy as np

from evalpipe.errors import NotEstimableError
from evalpipe.models.design_matrix import Design, Values
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
    shares) of the combinations of categories that occur, for observed margins.
    """

    design: Design
    means: dict[str, float]
    names: tuple[str, ...]
    codes: FloatArray = field(repr=False)
    shares: FloatArray = field(repr=False)

    def mean(self, at: Place, margins: Margins = "equal") -> FloatArray:
        """Return the row (p,) of the marginal mean at a place."""
        fixed = {name: self._value(name, value) for name, value in at.items() if self._has(name)}
        names, codes, weights = self._averaged(set(fixed), margins)
        n = len(weights)
        values: dict[str, FloatArray] = {
            name: np.full(n, fixed.get(name, self.means[name])) for name in self.means
        }
        for name, variable in self.design.variables.items():
            if isinstance(variable, Category):
                column = codes[:, names.index(name)] if name in names else fixed[name]
                values[name] = np.broadcast_to(np.asarray(column, dtype=float), (n,)).copy()
        return weights @ self.design.matrix(values, n)

    def contrast(
        self, factor: str, level: str, versus: str, at: Place, margins: Margins = "equal"
    ) -> FloatArray:
        """Return the row of `level` minus `versus` of one factor at a place."""
        upper = self.mean({**at, factor: level}, margins)
        return upper - self.mean({**at, factor: versus}, margins)

    def slope(self, number: str, at: Place, margins: Margins = "equal") -> FloatArray:
        """Return the row of the change in the mean for one unit of a number, at a place."""
        if not isinstance(self.design.variables.get(number), Number):
            raise NotEstimableError(f"{number} is not a number among the fixed terms: no slope")
        upper = self.mean({**at, number: self.means[number] + 1.0}, margins)
        return upper - self.mean({**at, number: self.means[number]}, margins)

    def _has(self, name: str) -> bool:
        return name in self.design.variables

    def _value(self, name: str, value: str | float) -> float:
        variable = self.design.variables[name]
        if isinstance(variable, Number):
            return float(value)
        if str(value) not in variable.levels:
            raise NotEstimableError(f"{name} has no observations at level {value}")
        return float(variable.levels.index(str(value)))

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


def build_grid(design: Design, values: Values, n: int) -> Grid:
    """Return the reference grid of the rows used."""
    means = {
        name: float(np.mean(values[name]))
        for name, variable in design.variables.items()
        if isinstance(variable, Number)
    }
    names = tuple(n for n, v in design.variables.items() if isinstance(v, Category))
    codes, shares = _joint_shares(design, values, names, n)
    return Grid(design, means, names, codes, shares)


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
