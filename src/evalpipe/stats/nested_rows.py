"""Rows in nested order: units of every level contiguous, with the children's place in parents."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from evalpipe.stats.nested_levels import Level
from evalpipe.stats.problem import FloatArray, GaussianProblem, IntArray

Value = TypeVar("Value", bound=np.generic)


@dataclass(frozen=True)
class NestedRows:
    """The order of rows and where units start.

    order: (n,) row numbers of the problem; None if they already stand in nested order.
    base_start: (n_blocks + 1,) first row of every residual block (or of every row), then n.
    unit_start: by level, innermost first, (n_units + 1,) first row of every unit, then n.
    """

    n: int
    order: IntArray | None
    base_start: IntArray
    unit_start: tuple[IntArray, ...]

    @property
    def n_top(self) -> int:
        """Number of independent units."""
        return len(self.unit_start[-1]) - 1

    def sort(self, values: NDArray[Value]) -> NDArray[Value]:
        """Bring one value per row into nested order."""
        return values if self.order is None else values[self.order]

    def number_units(self, level: int) -> IntArray:
        """Return (n,) for every row of the problem the number of its unit in nested order."""
        starts = self.unit_start[level]
        in_order = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        if self.order is None:
            return in_order
        number = np.empty_like(in_order)
        number[self.order] = in_order
        return number

    def children(self, level: int) -> IntArray:
        """Return (n_parents + 1,) the first unit of `level` in each unit of the next level."""
        return np.searchsorted(self.unit_start[level], self.unit_start[level + 1])

    def blocks(self) -> IntArray:
        """Return (n_units + 1,) the first residual block in each innermost unit."""
        return np.searchsorted(self.base_start, self.unit_start[0])

    def batches(self, largest: int) -> Iterator[tuple[int, int]]:
        """Yield ranges of independent units that hold about `largest` innermost units each."""
        inner = np.searchsorted(self.unit_start[0], self.unit_start[-1])
        first, n_top = 0, self.n_top
        while first < n_top:
            last = int(np.searchsorted(inner, inner[first] + largest, side="right")) - 1
            last = min(max(last, first + 1), n_top)
            yield first, last
            first = last


def nest_rows(
    levels: tuple[Level, ...], base: IntArray | None, within: FloatArray | None
) -> NestedRows:
    """Order rows by outermost level, ..., innermost level, residual block, place in the block.

    base: (n,) codes of residual blocks, None where every row stands alone. within: (n,) rank of
    rows inside their block, needed with `base`.
    """
    n = len(levels[0].unit)
    codes = [level.unit for level in reversed(levels)]
    order = None
    if base is not None:
        inside = () if within is None else (within,)
        order = np.lexsort((*inside, base, *reversed(codes)))
    elif not all(_is_contiguous(level) for level in levels):
        order = np.lexsort(tuple(reversed(codes)))
    if order is not None and bool(np.all(order == np.arange(n))):
        order = None
    starts = tuple(
        _find_starts(level.unit if order is None else level.unit[order]) for level in levels
    )
    if base is None:
        base_start = np.arange(n + 1)
    else:
        base_start = _find_starts(base if order is None else base[order])
    return NestedRows(n, order, base_start, starts)


def _is_contiguous(level: Level) -> bool:
    return int(np.count_nonzero(np.diff(level.unit))) + 1 == level.n_units


def _find_starts(code: IntArray) -> IntArray:
    return np.concatenate([[0], np.flatnonzero(np.diff(code)) + 1, [len(code)]])


def stack_columns(
    levels: tuple[Level, ...], problem: GaussianProblem, rows: NestedRows
) -> FloatArray:
    """Return (d, n) the columns of all levels' Z, X and y in nested order."""
    columns = [level.design for level in levels]
    d = sum(c.shape[1] for c in columns) + problem.X.shape[1] + 1
    W = np.empty((d, rows.n))
    start = 0
    for block in (*columns, problem.X, problem.y[:, None]):
        for j in range(block.shape[1]):
            W[start] = rows.sort(block[:, j])
            start += 1
    return W
