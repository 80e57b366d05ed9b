"""What single units need: the dense V of independent units, and predicted random effects."""

from collections.abc import Iterator

import numpy as np

from evalpipe.stats.cross_products import BlockProducts, CellProducts, grid_place
from evalpipe.stats.curvature import ClusterBatch
from evalpipe.stats.effect_covariance import EffectScale
from evalpipe.stats.elimination import LogDeterminant, eliminate, sum_children, sweep_units
from evalpipe.stats.nested_levels import Level
from evalpipe.stats.nested_residual import is_independent
from evalpipe.stats.nested_rows import NestedRows
from evalpipe.stats.problem import (
    ABSENT,
    FloatArray,
    IntArray,
    RandomEffect,
    Residual,
)
from evalpipe.stats.structures import ResidualFamily

BATCH_ENTRIES = 2_000_000
"""Entries of V held at a time (one unit may be larger)."""


def assemble_clusters(
    theta: FloatArray,
    levels: tuple[Level, ...],
    rows: NestedRows,
    residual: Residual,
    family: ResidualFamily,
    theta_residual: FloatArray,
) -> Iterator[ClusterBatch]:
    """Yield independent units of equal size together with V (b, m, m)."""
    starts = rows.unit_start[-1]
    size = np.diff(starts)
    order = np.arange(rows.n) if rows.order is None else rows.order
    for m in np.unique(size):
        units = np.flatnonzero(size == m)
        step = max(1, BATCH_ENTRIES // int(m * m))
        for first in range(0, len(units), step):
            some = units[first : first + step]
            places = order[starts[some][:, None] + np.arange(m)]
            V = residual_covariance(residual, family, theta_residual, places)
            for level in levels:
                V += _effect_covariance(level, theta, places)
            yield ClusterBatch(levels[-1].unit[places[:, 0]], places, V)


def residual_covariance(
    residual: Residual, family: ResidualFamily, theta: FloatArray, rows: IntArray
) -> FloatArray:
    """Return R (b, m, m) for sets of rows (b, m); rows of different blocks are uncorrelated."""
    b, m = rows.shape
    R = np.zeros((b, m, m))
    block = residual.block[rows]
    same = np.broadcast_to(np.eye(m, dtype=bool), R.shape)
    if not is_independent(residual):
        same = block[:, :, None] == block[:, None, :]
    group = np.zeros((b, m), dtype=np.int64) if residual.group is None else residual.group[rows]
    for g in range(family.n_groups):
        chosen = same & (group == g)[:, :, None] & (group == g)[:, None, :]
        if chosen.any():
            R += chosen * _structure_covariance(residual, family, theta, g, rows)
    return R


def predict_effects(
    theta: FloatArray,
    beta: FloatArray,
    levels: tuple[Level, ...],
    rows: NestedRows,
    products: CellProducts | BlockProducts,
) -> list[FloatArray]:
    """Return by level, innermost first, the predicted standardised effects (n_units, q).

    The outermost level is predicted first; each inner level then from what is left.
    """
    log_det = LogDeterminant.empty(len(theta))
    jets = products.jets(theta, 0, slice(0, len(rows.unit_start[0]) - 1), log_det)
    stages = []
    for place, level in enumerate(levels):
        q, G = level.size, level.covariance(theta)
        sweep = sweep_units(jets.value[:q, :q], G)
        stages.append(np.einsum("ijn,jkn->ikn", sweep.shrink, jets.value[:q, q:]))
        jets = eliminate(jets, G, level.basis, 0, log_det)
        if place + 1 < len(levels):
            jets = sum_children(jets, rows.children(place)[:-1])
    predicted: list[FloatArray] = []
    outer = np.append(-beta, 1.0)[:, None]
    for place in reversed(range(len(levels))):
        if place + 1 < len(levels):
            outer = np.repeat(outer, np.diff(rows.children(place)), axis=1)
        else:
            outer = np.repeat(outer, rows.n_top, axis=1)
        effects = np.einsum("ikn,kn->in", stages[place], outer)
        predicted.insert(0, effects.T)
        outer = np.concatenate([-effects, outer])
    return predicted


def declare_predictions(
    effect: RandomEffect,
    scale: EffectScale,
    number: int,
    levels: tuple[Level, ...],
    rows: NestedRows,
    by_level: list[FloatArray],
) -> FloatArray:
    """Return (n_units, terms) one effect's predictions in its declared columns and own codes."""
    place = next(i for i, level in enumerate(levels) if number in level.effects)
    level = levels[place]
    columns = level.places[level.effects.index(number)]
    present = np.flatnonzero(effect.level != ABSENT)
    copy = np.zeros(rows.n, dtype=np.int64) if level.copy is None else level.copy
    unit = rows.number_units(place)
    standard = by_level[place][unit[present][:, None], columns[copy[present]]]
    values = np.full((int(effect.level.max()) + 1, scale.q), np.nan)
    values[effect.level[present]] = np.linalg.solve(scale.C, standard.T).T
    return values


def _effect_covariance(level: Level, theta: FloatArray, rows: IntArray) -> FloatArray:
    Z = level.design[rows]
    unit = level.unit[rows]
    ZGZ = (Z @ level.covariance(theta)) @ Z.swapaxes(1, 2)
    return np.asarray(ZGZ * (unit[:, :, None] == unit[:, None, :]))


def _structure_covariance(
    residual: Residual, family: ResidualFamily, theta: FloatArray, group: int, rows: IntArray
) -> FloatArray:
    """Return the structure's matrix (b, m, m) as if all rows were one block of this group."""
    if residual.structure.is_timed and residual.time is not None:
        member = None if residual.member is None else residual.member[rows]
        return family.sigma(theta, group, residual.time[rows], member)
    if residual.structure.is_plain and residual.members is None:
        return np.asarray(np.eye(rows.shape[1]) * theta[family.active(group)][0])
    place = grid_place(residual)[rows]
    return np.asarray(family.sigma(theta, group)[place[:, :, None], place[:, None, :]])
