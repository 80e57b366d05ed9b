"""The analysis of one visit that a model over all visits implies."""

import numpy as np

from evalpipe.errors import NotEstimableError
from evalpipe.stats.missing.conditional_mean import Analysis
from evalpipe.stats.problem import FloatArray

REDUNDANT = 1e-10
"""Share of a column's length left over, below which it is a combination of earlier ones."""
READ_OFF = 1e-8
"""Share of a contrast's length that may be left over by rounding."""


def read_off_at_visit(
    design: FloatArray, contrasts: FloatArray, columns: tuple[str, ...]
) -> Analysis:
    """Return the ANCOVA of one visit with the contrasts of a repeated model.

    design: (N, p) the model's rows at that visit. contrasts: (c, p) in its coefficients. Columns
    that say nothing new at this visit are left out, and contrasts are written in those that
    remain.

    Raises
    ------
    NotEstimableError
        If a contrast needs other visits (an average over visits).
    """
    kept = _independent(design)
    A = design[:, kept]
    into = np.linalg.lstsq(A, design, rcond=None)[0]
    rows = np.linalg.lstsq(into.T, contrasts.T, rcond=None)[0].T
    left = np.abs(rows @ into - contrasts).max(initial=0.0)
    if left > READ_OFF * max(1.0, float(np.abs(contrasts).max(initial=0.0))):
        raise NotEstimableError("a contrast over several visits cannot be read off at one visit")
    return Analysis(A, tuple(columns[i] for i in kept), rows)


def _independent(design: FloatArray) -> list[int]:
    """Return the columns that are no combination of earlier ones, in order."""
    kept: list[int] = []
    basis = np.empty((len(design), 0))
    for i, column in enumerate(design.T):
        length = float(np.linalg.norm(column))
        rest = column
        for _ in range(2):
            rest = rest - basis @ (basis.T @ rest)
        size = float(np.linalg.norm(rest))
        if length > 0 and size > REDUNDANT * length:
            kept.append(i)
            basis = np.column_stack([basis, rest / size])
    return kept
