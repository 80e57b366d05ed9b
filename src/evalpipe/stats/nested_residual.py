"""The rows' part in the residual: independent or not, whose variance, which order in a block."""

from dataclasses import replace

import numpy as np

from evalpipe.errors import ModelError
from evalpipe.stats.nested_rows import NestedRows
from evalpipe.stats.problem import FloatArray, IntArray, Residual


def is_independent(residual: Residual) -> bool:
    """Whether residuals of different rows are uncorrelated."""
    diagonal = residual.structure.is_diagonal
    return diagonal and residual.members is None


def variance_cells(residual: Residual) -> tuple[IntArray | None, int]:
    """Return (n,) which variance each row has (None where there is one) and how many there are."""
    structure = residual.structure
    own = structure.is_diagonal and not structure.is_plain
    n_local = residual.n_positions if own else 1
    n_cells = n_local * residual.n_groups
    if n_cells == 1:
        return None, 1
    cell = np.zeros(len(residual.block), dtype=np.int64)
    if residual.group is not None and residual.n_groups > 1:
        cell += residual.group * n_local
    if n_local > 1 and residual.position is not None:
        cell += residual.position
    return cell, n_cells


def rank_within(residual: Residual) -> FloatArray:
    """Return (n,) the order of rows inside their block."""
    member = 0.0 if residual.member is None else residual.member.astype(float)
    if residual.structure.is_timed and residual.time is not None:
        span = float(np.ptp(residual.time)) + 1.0
        return np.asarray(member * span + residual.time)
    if residual.position is None:
        raise ModelError(
            f"residual structure {residual.structure}: it needs the visit of every row"
        )
    return np.asarray(member * residual.n_positions + residual.position.astype(float))


def sort_residual(residual: Residual, rows: NestedRows) -> Residual:
    """Bring the arrays of a residual into nested order."""
    if rows.order is None:
        return residual
    order = rows.order

    def sort(values: IntArray | None) -> IntArray | None:
        return None if values is None else values[order]

    return replace(
        residual,
        block=residual.block[order],
        position=sort(residual.position),
        time=None if residual.time is None else residual.time[order],
        group=sort(residual.group),
        member=sort(residual.member),
    )
