"""[Z W]'R^-1[Z W] of every innermost unit, with derivatives in the residual parameters.

Independent residuals (one variance, or one per cell of group and position) need the cross-products
once. Correlated residuals are computed for blocks of equal size together, the inverse of R once for
every different pattern of positions or times.
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from evalpipe.stats.elimination import Jets, LogDeterminant, Pair, sum_children
from evalpipe.stats.problem import FloatArray, IntArray, Residual
from evalpipe.stats.structures import ResidualFamily

Key = TypeVar("Key")


@dataclass(frozen=True)
class CellProducts:
    """Independent residuals: one variance per cell.

    products: (c, d, d, n_units) cross-products. count: (c, n_units) rows.
    first: number of the first residual parameter; cell c has parameter first + c.
    """

    products: FloatArray
    count: FloatArray
    first: int

    @property
    def d(self) -> int:
        """Columns of [Z W]."""
        return int(self.products.shape[1])

    def jets(self, theta: FloatArray, order: int, units: slice, log_det: LogDeterminant) -> Jets:
        """Return the jets of innermost units and add log|R| to `log_det`."""
        variances = theta[self.first :]
        piece = self.products[..., units]
        rows = self.count[:, units].sum(axis=1)
        jets = Jets(np.tensordot(1.0 / variances, piece, axes=1))
        log_det.value += float(rows @ np.log(variances))
        for c, variance in enumerate(variances):
            k = self.first + c
            if order >= 1:
                jets.first[k] = piece[c] * (-1.0 / variance**2)
                log_det.d1[k] += rows[c] / variance
            if order == 2:
                jets.second[k, k] = piece[c] * (2.0 / variance**3)
                log_det.second[k, k] -= rows[c] / variance**2
        return jets


@dataclass(frozen=True)
class BlockClass:
    """Residual blocks of one size and group.

    block: (b,) block numbers, ascending. data: (b, m, d) their rows of [Z W]. pattern: (b,) which
    pattern each has. place: (p, m) grid places, or member codes for times. time: (p, m) or None.
    """

    group: int
    block: IntArray
    data: FloatArray
    pattern: IntArray
    place: IntArray
    time: FloatArray | None


@dataclass(frozen=True)
class BlockProducts:
    """Correlated residuals. block_start: (n_units + 1,) first block of every innermost unit."""

    family: ResidualFamily
    classes: tuple[BlockClass, ...]
    block_start: IntArray
    first: int
    d: int

    def jets(self, theta: FloatArray, order: int, units: slice, log_det: LogDeterminant) -> Jets:
        """Return the jets of innermost units and add log|R| to `log_det`."""
        low, high = int(self.block_start[units.start]), int(self.block_start[units.stop])
        jets = Jets(np.zeros((self.d, self.d, high - low)))
        for blocks in self.classes:
            start, stop = np.searchsorted(blocks.block, [low, high])
            if start < stop:
                self._add_class(jets, theta, order, blocks, slice(start, stop), low, log_det)
        starts = self.block_start[units.start : units.stop] - low
        return sum_children(jets, starts)

    # long: one pass over a class of rows, whose arrays are large
    def _add_class(
        self,
        jets: Jets,
        theta: FloatArray,
        order: int,
        blocks: BlockClass,
        piece: slice,
        low: int,
        log_det: LogDeterminant,
    ) -> None:
        used, pattern = np.unique(blocks.pattern[piece], return_inverse=True)
        R, d1, d2 = place_covariance(self.family, theta[self.first :], blocks, used)
        count = np.bincount(pattern).astype(float)
        inverse: FloatArray = np.linalg.inv(R).astype(float, copy=False)
        log_det.value += float(count @ np.linalg.slogdet(R)[1])
        data = blocks.data[piece]
        X = _by_pattern(inverse, pattern, data)
        to = blocks.block[piece] - low
        jets.value[:, :, to] = _products(data, X)
        if order == 0:
            return
        own = self.first + blocks.group * self.family.n_local
        numbers = range(own, own + len(d1))
        Y = [_by_pattern(D, pattern, X) for D in d1]
        inverse_D = [inverse @ D for D in d1]
        for k, y, ID in zip(numbers, Y, inverse_D, strict=True):
            _place(jets.first, k, to, -_products(X, y), jets.value.shape)
            log_det.d1[k] += float(count @ np.trace(ID, axis1=1, axis2=2))
        if order == 1:
            return
        for a, k in enumerate(numbers):
            IY = _by_pattern(inverse, pattern, Y[a])
            for b, other in list(enumerate(numbers))[a:]:
                product = _products(Y[b], IY)
                _place(
                    jets.second, (k, other), to, product + product.swapaxes(0, 1), jets.value.shape
                )
                trace = np.einsum("pij,pji->p", inverse_D[a], inverse_D[b])
                log_det.add_second((k, other), -float(count @ trace))
                bend = d2.get((a, b))
                if bend is not None:
                    bent = _products(X, _by_pattern(bend, pattern, X))
                    _place(jets.bend, (k, other), to, -bent, jets.value.shape)
                    amount = float(count @ np.einsum("pij,pij->p", inverse, bend))
                    log_det.bend[k, other] += amount
                    log_det.bend[other, k] += amount if k != other else 0.0


def place_covariance(
    family: ResidualFamily, theta: FloatArray, blocks: BlockClass, used: IntArray
) -> tuple[FloatArray, FloatArray, dict[Pair, FloatArray]]:
    """Return R (p, m, m) of the patterns `used`, its first derivatives in the group's parameters
    (k, p, m, m), and by pair the second ones that are not zero.
    """
    place = blocks.place[used]
    if blocks.time is not None:
        member = place if family.members is not None else None
        R, d1, d2 = family.evaluate(theta, blocks.group, blocks.time[used], member)
        return R, d1, _list_pairs(d2)
    sigma, d1, d2 = family.evaluate(theta, blocks.group)
    i, j = place[:, :, None], place[:, None, :]
    bends = {pair: bend[i, j] for pair, bend in _list_pairs(d2).items()}
    return sigma[i, j], d1[:, i, j], bends


def _list_pairs(d2: FloatArray | None) -> dict[Pair, FloatArray]:
    if d2 is None:
        return {}
    k = len(d2)
    return {(a, b): d2[a, b] for a in range(k) for b in range(a, k) if np.any(d2[a, b])}


def cell_products(
    W: FloatArray, unit_start: IntArray, cell: IntArray | None, n_cells: int, first: int
) -> CellProducts:
    """Sum the cross-products of the columns W (d, n) per innermost unit and cell."""
    d, starts = len(W), unit_start[:-1]
    products = np.zeros((n_cells, d, d, len(starts)))
    count = np.zeros((n_cells, len(starts)))
    original = _find_original(W)
    for c in range(n_cells):
        inside = None if cell is None else (cell == c).astype(float)
        count[c] = np.diff(unit_start) if inside is None else np.add.reduceat(inside, starts)
        for i in range(d):
            weighted = W[i] if inside is None else W[i] * inside
            for j in range(i + 1):
                a, b = original[i], original[j]
                if (a, b) == (i, j):
                    products[c, i, j] = np.add.reduceat(weighted * W[j], starts)
                else:
                    products[c, i, j] = products[c, a, b]
                products[c, j, i] = products[c, i, j]
    return CellProducts(products, count, first)


def _find_original(W: FloatArray) -> list[int]:
    """Return for each row of W the first equal one: intercepts of several levels are the same."""
    original: list[int] = []
    for i, column in enumerate(W):
        equal = (j for j in range(i) if original[j] == j and np.array_equal(W[j], column))
        original.append(next(equal, i))
    return original


def block_products(
    W: FloatArray,
    base_start: IntArray,
    block_start: IntArray,
    residual: Residual,
    family: ResidualFamily,
    first: int,
) -> BlockProducts:
    """Gather blocks of equal size and group; `residual` and W (d, n) in nested order."""
    size = np.diff(base_start)
    row_group = np.zeros(W.shape[1], dtype=np.int64) if residual.group is None else residual.group
    group = row_group[base_start[:-1]]
    kinds = np.unique(np.stack([group, size]), axis=1).T
    classes = [
        _gather_class(
            W, base_start, np.flatnonzero((group == g) & (size == m)), int(g), int(m), residual
        )
        for g, m in kinds
    ]
    return BlockProducts(family, tuple(classes), block_start, first, len(W))


def _gather_class(
    W: FloatArray, base_start: IntArray, block: IntArray, group: int, size: int, residual: Residual
) -> BlockClass:
    rows = base_start[block][:, None] + np.arange(size)
    data = np.ascontiguousarray(np.moveaxis(W[:, rows], 0, -1))
    n_rows = W.shape[1]
    member = np.zeros(n_rows, dtype=np.int64) if residual.member is None else residual.member
    if residual.structure.is_timed:
        if residual.time is None:
            raise ValueError(f"the {residual.structure} structure needs times")
        time = residual.time[rows] - residual.time[rows].min(axis=1, keepdims=True)
        both = np.concatenate([time, member[rows].astype(float)], axis=1)
        patterns, pattern = np.unique(both, axis=0, return_inverse=True)
        places = patterns[:, size:].astype(np.int64)
        return BlockClass(group, block, data, pattern.ravel(), places, patterns[:, :size])
    place = grid_place(residual)[rows]
    patterns, pattern = np.unique(place, axis=0, return_inverse=True)
    return BlockClass(group, block, data, pattern.ravel(), patterns, None)


def grid_place(residual: Residual) -> IntArray:
    """Return (n,) places on the family's grid: positions of member 0, then of member 1."""
    if residual.position is None:
        raise ValueError("this residual structure needs positions")
    if residual.member is None:
        return residual.position
    return np.asarray(residual.member * residual.n_positions + residual.position)


def _by_pattern(matrices: FloatArray, pattern: IntArray, data: FloatArray) -> FloatArray:
    """Multiply every block's data (b, m, d) by its pattern's matrix."""
    if len(matrices) == 1:
        return np.asarray(matrices[0] @ data)
    return np.asarray(matrices[pattern] @ data)


def _products(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return a'b of every block, blocks last."""
    return np.moveaxis(a.swapaxes(1, 2) @ b, 0, -1)


def _place(
    store: dict[Key, FloatArray], key: Key, to: IntArray, values: FloatArray, shape: tuple[int, ...]
) -> None:
    if key not in store:
        store[key] = np.zeros(shape)
    store[key][:, :, to] = values
