"""Where the rows of a residual structure stand: on the grid of positions, or on their own."""

from collections.abc import Iterator

import numpy as np

from evalpipe.stats.curvature import ClusterBatch
from evalpipe.stats.problem import FloatArray, IntArray, Residual
from evalpipe.stats.structures import ResidualFamily

CLUSTER_ROWS = 200_000
"""Rows in one batch of clusters."""


def is_by_row(residual: Residual) -> bool:
    """Whether rows are independent, so that each row is a unit and groups may vary within a
    block.
    """
    diagonal = residual.structure.is_diagonal
    return diagonal and residual.members is None


def place_rows(residual: Residual, n: int) -> tuple[IntArray, int]:
    """Return the grid position of each row and the size of the grid."""
    zeros = np.zeros(n, dtype=np.int64)
    if residual.structure.is_timed:
        times, position = np.unique(np.asarray(residual.time), return_inverse=True)
        size = len(times)
    elif residual.structure.is_plain and residual.members is None:
        position, size = zeros, 1
    else:
        position = zeros if residual.position is None else residual.position
        size = residual.n_positions
    if residual.members is None or residual.member is None:
        return position, size
    return position + size * residual.member, 2 * size


def list_diagonal_blocks(
    residual: Residual, family: ResidualFamily, theta: FloatArray
) -> Iterator[ClusterBatch]:
    """Yield blocks whose rows are independent, with their diagonal V."""
    n = len(residual.block)
    position, size = place_rows(residual, n)
    group = np.zeros(n, dtype=np.int64) if residual.group is None else residual.group
    variance = np.stack([np.diag(family.sigma(theta, g))[:size] for g in range(family.n_groups)])
    by_row = variance[group, position]
    order = np.argsort(residual.block, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(residual.block[order]) != 0])
    sizes = np.diff(np.r_[starts, n])
    for m in np.unique(sizes):
        chosen = starts[sizes == m]
        for low in range(0, len(chosen), max(1, CLUSTER_ROWS // int(m) ** 2)):
            some = chosen[low : low + max(1, CLUSTER_ROWS // int(m) ** 2)]
            rows = order[some[:, None] + np.arange(m)]
            covariance = by_row[rows][:, :, None] * np.eye(m)
            yield ClusterBatch(residual.block[rows[:, 0]], rows, covariance)
