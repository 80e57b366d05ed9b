"""The fixed design: columns named in the plan's words, from a frame or a grid of levels."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from evalpipe.errors import NotEstimableError
from evalpipe.models.terms import Category, CodedTerm, Factor, Number, Variable
from evalpipe.stats.problem import FloatArray, IntArray

Values = Mapping[str, FloatArray | IntArray]
"""Variable -> numbers (n,), or for a category the codes (n,) of its levels."""

ALIASED = 1e-9
"""A column is aliased when this share of its length, or less, lies outside the columns before it.
"""

CHUNK_ROWS = 200_000

SAMPLE_ROWS = 20_000
"""Rows among which independence is looked for first."""


@dataclass(frozen=True)
class Design:
    """How variables become columns.

    columns: (p,) names. terms: (p,) the term of the plan that each column belongs to.
    """

    variables: dict[str, Variable]
    parts: tuple[CodedTerm, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(name for part in self.parts for name in part.columns)

    @property
    def terms(self) -> tuple[str, ...]:
        """The term of each column."""
        return tuple(part.term for part in self.parts for _ in part.columns)

    def matrix(self, values: Values, n: int) -> FloatArray:
        """Return X (n, p)."""
        X = np.empty((n, len(self.columns)))
        start = 0
        for part in self.parts:
            width = len(part.columns)
            X[:, start : start + width] = _part_columns(part, values, n)
            start += width
        return X

    def columns_of_term(self, term: str) -> list[int]:
        """Return the positions of the columns of one term."""
        return [i for i, name in enumerate(self.terms) if name == term]


def _part_columns(part: CodedTerm, values: Values, n: int) -> FloatArray:
    if not part.factors:
        return np.ones((n, 1))
    block = _factor_columns(part.factors[0], values)
    for factor in part.factors[1:]:
        right = _factor_columns(factor, values)
        block = (right[:, :, None] * block[:, None, :]).reshape(n, -1)
    return block


def _factor_columns(factor: Factor, values: Values) -> FloatArray:
    column = values[factor.variable.name]
    if isinstance(factor.variable, Number):
        return np.asarray(column, dtype=np.float64)[:, None]
    return factor.variable.coding(factor.full)[np.asarray(column, dtype=np.int64)]


def require_full_rank(X: FloatArray, columns: tuple[str, ...]) -> None:
    """Raise `NotEstimableError` naming every column that the others determine.

    Sequential: a column is kept when it adds to those before it. No row value is shown.
    """
    if len(X) > SAMPLE_ROWS and not _aliased(X[:: len(X) // SAMPLE_ROWS + 1], columns):
        return  # independent in some rows, so in all
    problems = _aliased(X, columns)
    if problems:
        raise NotEstimableError("; ".join(problems))


def _aliased(X: FloatArray, columns: tuple[str, ...]) -> list[str]:
    triangle = _triangle(X)
    kept: list[int] = []
    problems: list[str] = []
    for j in range(X.shape[1]):
        length = float(np.linalg.norm(triangle[:, j]))
        before = triangle[:, kept]
        weights = np.asarray(np.linalg.lstsq(before, triangle[:, j], rcond=None)[0], dtype=float)
        outside = float(np.linalg.norm(triangle[:, j] - before @ weights))
        if length > 0.0 and outside > ALIASED * length:
            kept.append(j)
        else:
            problems.append(_describe_alias(columns, j, length, kept, weights))
    return problems


def _describe_alias(
    columns: tuple[str, ...], j: int, length: float, kept: list[int], weights: FloatArray
) -> str:
    if length == 0.0:
        return f"no observation has {columns[j]}: drop the term or the level"
    used = [columns[k] for k, weight in zip(kept, weights, strict=True) if abs(weight) > 1e-7]
    return f"{columns[j]} is determined by {', '.join(used)}: drop one of these terms"


def _triangle(X: FloatArray) -> FloatArray:
    """Return R (at most p, p) with R'R = X'X, by QR of chunks of rows."""
    stacked = [
        np.linalg.qr(X[start : start + CHUNK_ROWS], mode="r")
        for start in range(0, len(X), CHUNK_ROWS)
    ]
    return np.asarray(np.linalg.qr(np.vstack(stacked), mode="r"), dtype=float)


def category(design: Design, name: str) -> Category:
    """Return a variable of the design that must be a category."""
    variable = design.variables.get(name)
    if not isinstance(variable, Category):
        raise NotEstimableError(
            f"{name} is not a category among the fixed terms: name it there to compare its levels"
        )
    return variable
