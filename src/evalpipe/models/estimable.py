"""What a design and its rows can carry: which coefficients and contrasts have a finite estimate.

Rows that are separated (see `stats.separation`) are set aside: their fitted values run off to
infinity, and they say nothing about the others. A contrast can be estimated where it is a
combination of the rows that stay, as in any design with empty cells.
"""

from dataclasses import dataclass

import numpy as np

from evalpipe.stats.problem import FloatArray
from evalpipe.stats.separation import BoolArray

RANK = 1e-9
SAME = 1e-7
"""Share of a contrast's length that may lie outside what the rows carry: rounding."""


@dataclass(frozen=True)
class Carried:
    """The part of a design that the rows kept determine.

    kept: (n,) rows that are fitted. X: (m, r) their design, of full rank, columns of mean square
    one. transform: (p, r), beta = transform @ coefficients of X. scale: (p,) sizes of the columns.
    """

    kept: BoolArray
    X: FloatArray
    transform: FloatArray
    scale: FloatArray
    directions: FloatArray

    @property
    def is_whole(self) -> bool:
        """Whether every coefficient is determined."""
        return bool(self.directions.shape[1] == len(self.scale))

    def can_estimate(self, L: FloatArray) -> BoolArray:
        """Return (m,) which contrasts L (m, p) the rows kept determine."""
        scaled = np.atleast_2d(L) / self.scale
        outside = scaled - (scaled @ self.directions) @ self.directions.T
        length = np.linalg.norm(scaled, axis=1)
        return np.asarray(np.linalg.norm(outside, axis=1) <= SAME * length)


def carry_design(X: FloatArray, kept: BoolArray) -> Carried:
    """Return what the kept rows of a design (n, p) determine."""
    size = np.sqrt(np.mean(X**2, axis=0))
    size = np.where(size > 0, size, 1.0)
    U, values, Vt = np.linalg.svd(X[kept] / size, full_matrices=False)
    rank = int(np.sum(values > RANK * max(values[0], 1.0))) if len(values) else 0
    directions = Vt[:rank].T
    unit = np.sqrt(max(int(kept.sum()), 1))
    transform = directions / values[:rank] * unit / size[:, None]
    return Carried(kept, U[:, :rank] * unit, transform, size, directions)
