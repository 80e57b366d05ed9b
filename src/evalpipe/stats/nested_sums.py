"""The sums of a nested model: level after level is removed, what is left is summed over units."""

from dataclasses import dataclass

import numpy as np

from evalpipe.stats.cross_products import BlockProducts, CellProducts, Key
from evalpipe.stats.curvature import Curvature
from evalpipe.stats.elimination import Jets, LogDeterminant, eliminate, sum_children
from evalpipe.stats.nested_levels import Level
from evalpipe.stats.nested_rows import NestedRows
from evalpipe.stats.problem import FloatArray

BATCH_BYTES = 32_000_000
"""Bytes of derivative matrices of innermost units held at a time."""


@dataclass(frozen=True)
class NestedSums:
    """Everything that is summed: levels, innermost first, and the units' cross-products."""

    levels: tuple[Level, ...]
    rows: NestedRows
    products: CellProducts | BlockProducts

    def evaluate(self, theta: FloatArray, order: int) -> Curvature:
        """Return the sums at theta."""
        return self._sum(theta, order, order, len(theta))

    def evaluate_ratio(self, ratios: FloatArray, order: int) -> Curvature:
        """Return the sums of V = I + Z G Z' in the effects' parameters alone."""
        return self._sum(np.append(ratios, 1.0), order, 0, len(ratios))

    def _sum(self, theta: FloatArray, order: int, inner_order: int, k: int) -> Curvature:
        """inner_order: of derivatives in the residual's parameters. k: parameters that count."""
        log_det = LogDeterminant.empty(k)
        total: Jets | None = None
        matrices = {0: 1, 1: 1 + k, 2: 1 + k + k * k}[order]
        largest = max(1, BATCH_BYTES // (8 * self.products.d**2 * matrices))
        for first, last in self.rows.batches(largest):
            jets = self._sum_batch(theta, order, inner_order, (first, last), log_det)
            total = jets if total is None else _add_jets(total, jets)
        if total is None:
            raise ValueError("the model has no units")
        return _as_curvature(total, log_det, k, order)

    def _sum_batch(
        self,
        theta: FloatArray,
        order: int,
        inner_order: int,
        units: tuple[int, int],
        log_det: LogDeterminant,
    ) -> Jets:
        """Remove all levels of the independent units first..last-1 and sum over them."""
        starts = self.rows.unit_start
        ends = starts[-1][list(units)]
        low, high = np.searchsorted(starts[0], ends)
        jets = self.products.jets(theta, inner_order, slice(int(low), int(high)), log_det)
        for place, level in enumerate(self.levels):
            jets = eliminate(jets, level.covariance(theta), level.basis, order, log_det)
            if place + 1 < len(self.levels):
                low, high = np.searchsorted(starts[place + 1], ends)
                children = np.searchsorted(starts[place], starts[place + 1][low : high + 1])
                jets = sum_children(jets, children[:-1] - children[0])
        return sum_children(jets, np.array([0]))


def with_variance(ratio: Curvature, theta: FloatArray, n: int) -> Curvature:
    """Turn sums of I + Z (G / s) Z' into sums of V = s I + Z G Z', and add the derivatives in s.

    By homogeneity: V is the sum of its parameters times its derivatives, so V_s = I follows from V.
    """
    s, g = float(theta[-1]), theta[:-1]
    log_det = ratio.log_det + n * float(np.log(s))
    moment = ratio.moment / s
    if ratio.log_det_d1 is None or ratio.moment_d1 is None:
        return Curvature(log_det, moment)
    d1 = ratio.log_det_d1 / s
    moment_d1 = ratio.moment_d1 / s**2
    d1 = np.append(d1, (n - g @ d1) / s)
    moment_s = (moment - np.tensordot(g, moment_d1, axes=1)) / s
    moment_d1 = np.concatenate([moment_d1, moment_s[None]])
    if ratio.log_det_cross is None or ratio.moment_cross is None:
        return Curvature(log_det, moment, d1, moment_d1)
    cross = _border(ratio.log_det_cross / s**2, d1, g, s)
    moment_cross = _border(ratio.moment_cross / s**3, moment_d1, g, s)
    return Curvature(log_det, moment, d1, moment_d1, cross, moment_cross)


def _border(cross: FloatArray, d1: FloatArray, g: FloatArray, s: float) -> FloatArray:
    """Add the residual variance's row and column to second-order sums (k, k, ...)."""
    k = len(g)
    full = np.zeros((k + 1, k + 1, *d1.shape[1:]))
    full[:k, :k] = cross
    row = (d1[:k] - np.tensordot(g, cross, axes=1)) / s
    full[k, :k] = full[:k, k] = row
    full[k, k] = (d1[k] - np.tensordot(g, row, axes=1)) / s
    return full


def _add_jets(a: Jets, b: Jets) -> Jets:
    """Sum two sets of jets; keys missing in one count as zero."""
    total = Jets(a.value + b.value)
    total.first = _add_stores(a.first, b.first)
    total.second = _add_stores(a.second, b.second)
    total.bend = _add_stores(a.bend, b.bend)
    return total


def _add_stores(a: dict[Key, FloatArray], b: dict[Key, FloatArray]) -> dict[Key, FloatArray]:
    total = dict(a)
    for key, values in b.items():
        total[key] = total[key] + values if key in total else values
    return total


def _as_curvature(jets: Jets, log_det: LogDeterminant, k: int, order: int) -> Curvature:
    moment = jets.value[..., 0]
    if order == 0:
        return Curvature(log_det.value, moment)
    r = len(moment)
    moment_d1 = np.zeros((k, r, r))
    for a, first in jets.first.items():
        moment_d1[a] = -first[..., 0]
    if order == 1:
        return Curvature(log_det.value, moment, log_det.d1, moment_d1)
    cross, bend = np.zeros((k, k, r, r)), np.zeros((k, k, r, r))
    for (a, b), second in jets.second.items():
        cross[a, b] = cross[b, a] = second[..., 0] / 2
    for (a, b), bent in jets.bend.items():
        bend[a, b] = bend[b, a] = -bent[..., 0]
    is_linear = not jets.bend
    return Curvature(
        log_det.value,
        moment,
        log_det.d1,
        moment_d1,
        -log_det.second,
        cross,
        None if is_linear else log_det.bend,
        None if is_linear else bend,
    )
