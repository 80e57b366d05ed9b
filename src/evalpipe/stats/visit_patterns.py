"""Group units by the set of positions observed, so that units of one pattern share one V."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from evalpipe.stats.problem import FloatArray, IntArray

MASK_BITS = 62
"""Positions that fit one integer; with more, every unit is a pattern of its own."""


@dataclass(frozen=True)
class Patterns:
    """Patterns with equally many rows per unit, of one residual group.

    positions: (s, m) grid positions of each pattern. counts: (s,) units. unit: (u,) codes,
    pattern by pattern. rows: (u, m) row numbers in the order of the positions.
    """

    group: int
    positions: IntArray
    counts: IntArray
    unit: IntArray
    rows: IntArray

    def slice_units(self) -> list[slice]:
        """Return for each pattern its stretch of units."""
        ends = np.cumsum(self.counts)
        return [slice(a, b) for a, b in zip(ends - self.counts, ends, strict=True)]


def find_patterns(
    unit: IntArray, position: IntArray, n_positions: int, group: IntArray
) -> Iterator[Patterns]:
    """Yield the patterns of the data, by group and number of rows.

    unit, position, group: (n,) codes; one row per (unit, position); group constant within a unit.
    """
    order = _sort_rows(unit, position, n_positions)
    sorted_unit = unit[order]
    starts = np.flatnonzero(np.r_[True, sorted_unit[1:] != sorted_unit[:-1]])
    sizes = np.diff(np.r_[starts, len(unit)])
    unit_group = group[order[starts]]
    masks = _mask_positions(position[order], starts) if n_positions <= MASK_BITS else None
    for g in np.unique(unit_group):
        for m in np.unique(sizes[unit_group == g]):
            chosen = np.flatnonzero((unit_group == g) & (sizes == m))
            chosen, counts = _sort_by_mask(chosen, masks)
            rows = order[starts[chosen][:, None] + np.arange(m)]
            first = np.cumsum(counts) - counts
            yield Patterns(
                group=int(g),
                positions=position[rows[first]],
                counts=counts,
                unit=unit[rows[:, 0]],
                rows=rows,
            )


def split_patterns(patterns: Patterns, n_most: int) -> Iterator[Patterns]:
    """Split into batches of at most `n_most` patterns."""
    ends = np.cumsum(patterns.counts)
    for low in range(0, len(patterns.counts), n_most):
        high = min(low + n_most, len(patterns.counts))
        units = slice(ends[low] - patterns.counts[low], ends[high - 1])
        yield Patterns(
            patterns.group,
            patterns.positions[low:high],
            patterns.counts[low:high],
            patterns.unit[units],
            patterns.rows[units],
        )


def separate_units(patterns: Patterns) -> Patterns:
    """Make every unit a pattern of its own."""
    positions = np.repeat(patterns.positions, patterns.counts, axis=0)
    ones = np.ones(len(patterns.unit), dtype=np.int64)
    return Patterns(patterns.group, positions, ones, patterns.unit, patterns.rows)


def sum_cross_products(patterns: Patterns, y: FloatArray, X: FloatArray) -> FloatArray:
    """Return S (s, m, m, p+1, p+1): the sum of W (x) W over each pattern's units, W = [X y]."""
    m, p1 = patterns.positions.shape[1], X.shape[1] + 1
    sums = np.empty((len(patterns.counts), m, m, p1, p1))
    chunk = max(1, 2_000_000 // (m * p1))
    for s, units in enumerate(patterns.slice_units()):
        total = np.zeros((m * p1, m * p1))
        for low in range(units.start, units.stop, chunk):
            rows = patterns.rows[low : min(low + chunk, units.stop)]
            wide = gather_rows(rows, y, X).reshape(len(rows), m * p1)
            total += wide.T @ wide
        sums[s] = total.reshape(m, p1, m, p1).transpose(0, 2, 1, 3)
    return sums


def gather_rows(rows: IntArray, y: FloatArray, X: FloatArray) -> FloatArray:
    """Return W = [X y] (u, m, p+1) of the rows (u, m)."""
    p = X.shape[1]
    wide = np.empty((*rows.shape, p + 1))
    wide[..., :p] = X[rows]
    wide[..., p] = y[rows]
    return wide


def _sort_rows(unit: IntArray, position: IntArray, n_positions: int) -> IntArray:
    key = unit.astype(np.int64) * n_positions + position
    if np.all(key[1:] > key[:-1]):
        return np.arange(len(key))
    return np.argsort(key, kind="stable")


def _mask_positions(position: IntArray, starts: IntArray) -> IntArray:
    return np.bitwise_or.reduceat(np.left_shift(np.int64(1), position.astype(np.int64)), starts)


def _sort_by_mask(chosen: IntArray, masks: IntArray | None) -> tuple[IntArray, IntArray]:
    if masks is None:
        return chosen, np.ones(len(chosen), dtype=np.int64)
    own = masks[chosen]
    if np.all(own == own[0]):
        return chosen, np.array([len(chosen)])
    order = np.argsort(own, kind="stable")
    _, counts = np.unique(own, return_counts=True)
    return chosen[order], counts
