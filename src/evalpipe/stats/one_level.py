"""The sums of a model with one random-effect level and equal independent residuals, V = I + Z G Z'.

Everything depends on the units' Z'Z and Z'W. Units with the same Z'Z (the same visit days) are
pooled: many vectors Z'W are replaced by the few rows of their triangular factor, which has the same
sums of products, so that the cost of an evaluation does not grow with the number of participants.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from evalpipe.stats.curvature import Curvature
from evalpipe.stats.elimination import Sweep, sweep_units
from evalpipe.stats.problem import FloatArray, IntArray

BATCH = 4096
"""Units at a time: their matrices stay in the processor's cache."""

MOST_PATTERNS = 512
"""Pool only where there are at most so many different Z'Z."""


@dataclass(frozen=True)
class OneLevel:
    """Cross-products of all units.

    zz: (q, q, m) different Z'Z. count: (m,) how many units have it. zw: (q, r, v) vectors Z'W.
    pattern: (v,) which Z'Z belongs to a vector, None where they correspond one to one.
    ww: (r, r) W'W over all rows.
    """

    zz: FloatArray
    count: FloatArray
    zw: FloatArray
    pattern: IntArray | None
    ww: FloatArray

    def evaluate(self, G: FloatArray, basis: FloatArray, order: int) -> Curvature:
        """Return the sums of V = I + Z G Z' in the parameters with dG = basis (k, q, q)."""
        q, r = self.zw.shape[:2]
        sweep = sweep_units(self.zz, G)
        spread_T = np.zeros((q, q, q * r, q * r))
        TT = np.zeros((q * r, q * r))
        shrunk = np.zeros((r, r))
        for zw, carry, spread in self._batches(sweep):
            T = np.einsum("jin,jkn->ikn", carry, zw)
            flat = T.reshape(q * r, -1)
            shrunk += zw.reshape(q, r, -1).transpose(1, 0, 2).reshape(r, -1) @ _mix(G, T)
            if order >= 1:
                TT += flat @ flat.T
            if order == 2:
                for b in range(q):
                    for c in range(b + 1):
                        spread_T[b, c] += (flat * spread[b, c]) @ flat.T
        log_det = float(self.count @ sweep.log_det)
        moment = self.ww - (shrunk + shrunk.T) / 2
        if order == 0:
            return Curvature(log_det, moment)
        weighted = sweep.spread * self.count
        log_det_d1 = np.einsum("kij,ij->k", basis, weighted.sum(axis=-1))
        moment_d1 = np.einsum("kab,arbs->krs", basis, TT.reshape(q, r, q, r))
        if order == 1:
            return Curvature(log_det, moment, log_det_d1, moment_d1)
        for b in range(q):
            for c in range(b):
                spread_T[c, b] = spread_T[b, c]
        products = weighted.reshape(q * q, -1) @ sweep.spread.reshape(q * q, -1).T
        cross = np.einsum("kab,bcda,lcd->kl", basis, products.reshape(q, q, q, q), basis)
        full = spread_T.reshape(q, q, q, r, q, r)
        moment_cross = np.einsum("kab,bcards,lcd->klrs", basis, full, basis, optimize=True)
        moment_cross = (moment_cross + moment_cross.swapaxes(2, 3)) / 2
        return Curvature(log_det, moment, log_det_d1, moment_d1, cross, moment_cross)

    def _batches(self, sweep: Sweep) -> Iterator[tuple[FloatArray, FloatArray, FloatArray]]:
        for first in range(0, self.zw.shape[2], BATCH):
            piece = slice(first, first + BATCH)
            which = piece if self.pattern is None else self.pattern[piece]
            yield self.zw[:, :, piece], sweep.carry[:, :, which], sweep.spread[:, :, which]


def unit_products(
    W: FloatArray, q: int, starts: IntArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return Z'Z (q, q, n), Z'W (q, r, n) of every unit and W'W (r, r) over all rows.

    W: (q + r, rows) columns of Z, then of [X y]; starts: (n,) first row of every unit.
    """
    d = len(W)
    zz = np.empty((q, q, len(starts)))
    zw = np.empty((q, d - q, len(starts)))
    for i in range(q):
        for j in range(i + 1):
            zz[i, j] = zz[j, i] = np.add.reduceat(W[i] * W[j], starts)
        for j in range(q, d):
            zw[i, j - q] = np.add.reduceat(W[i] * W[j], starts)
    return zz, zw, W[q:] @ W[q:].T


def pool_units(zz: FloatArray, zw: FloatArray, ww: FloatArray) -> OneLevel:
    """Pool units with equal Z'Z where that saves work; zz (q, q, n), zw (q, r, n)."""
    q, r, n = zw.shape
    key = _weigh_entries(zz)
    different, first, pattern = np.unique(key, return_index=True, return_inverse=True)
    if len(different) > min(MOST_PATTERNS, n // (2 * q * r)) or not _is_exact(zz, first, pattern):
        return OneLevel(zz, np.ones(n), zw, None, ww)
    by_pattern = np.argsort(pattern, kind="stable")
    count = np.bincount(pattern, minlength=len(different))
    pieces = np.split(zw.reshape(q * r, n)[:, by_pattern], np.cumsum(count)[:-1], axis=1)
    factors = [_triangular(piece) for piece in pieces]
    of_vector = np.repeat(np.arange(len(different)), [f.shape[1] for f in factors])
    vectors = np.concatenate(factors, axis=1)
    return OneLevel(
        np.ascontiguousarray(zz[:, :, first]),
        count.astype(float),
        vectors.reshape(q, r, -1),
        of_vector,
        ww,
    )


def _mix(G: FloatArray, T: FloatArray) -> FloatArray:
    """Return (G T) of every unit as (q units, r), to be summed against zw."""
    q, r, n = T.shape
    mixed = (G @ T.reshape(q, -1)).reshape(q, r, n)
    return np.asarray(mixed.transpose(1, 0, 2).reshape(r, -1).T)


def _triangular(vectors: FloatArray) -> FloatArray:
    """Replace m vectors (s, m) by at most s with the same sum of products."""
    if vectors.shape[1] <= vectors.shape[0]:
        return vectors
    triangle: FloatArray = np.linalg.qr(vectors.T, mode="reduced")[1]
    return triangle.T


def _weigh_entries(zz: FloatArray) -> FloatArray:
    """One number per unit that differs (almost surely) where Z'Z differs."""
    q, _, n = zz.shape
    rows, columns = np.tril_indices(q)
    weights = np.sqrt(2.0 + np.arange(len(rows))) / (1.0 + np.arange(len(rows)))
    key = np.zeros(n)
    for weight, i, j in zip(weights, rows, columns, strict=True):
        key += weight * zz[i, j]
    return key


def _is_exact(zz: FloatArray, first: IntArray, pattern: IntArray) -> bool:
    return bool(np.array_equal(zz[:, :, first][:, :, pattern], zz))
