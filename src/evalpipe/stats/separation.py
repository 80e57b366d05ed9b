"""Which rows of a binary, count or ordinal outcome leave no finite maximum: separation.

A direction d of the coefficients along which no row's likelihood falls and some row's rises makes
the estimate infinite (Albert and Anderson 1984; for counts Santos Silva and Tenreyro 2010). The
rows that rise are found exactly, by one linear programme (Konis 2007): maximise the sum of t over
x'd sign >= t, 0 <= t <= 1, which ends at t = 1 in every row that can rise and 0 elsewhere.
Where a logistic regression on the same rows has a top, its weights already prove that there is no
such direction (Stiemke's theorem), and the programme is spared.
"""

import numpy as np
from numpy.typing import NDArray

from evalpipe.stats.problem import FloatArray, IntArray

BoolArray = NDArray[np.bool_]
LARGEST_STEP = 1e4
"""Bound on the direction, in standardised columns: what needs more is rounding, not separation."""
SAME_SPACE = 1e-9
MOST_STEPS = 30
LEAST_WEIGHT = 1e-4
"""Weight that every row keeps in a proof that rows overlap; far above rounding."""


def find_separated(X: FloatArray, sign: IntArray) -> BoolArray:
    """Return (n,) the rows whose fitted value runs off to infinity.

    X: (n, p) finite. sign: (n,) +1 where the likelihood rises with x'b without end (a success), -1
    where it rises with -x'b (a failure, a count of zero), 0 where it has a top of its own (a
    positive count, a share between 0 and 1).
    """
    separated = np.zeros(len(X), dtype=bool)
    free = sign != 0
    if not free.any():
        return separated
    space = _directions(X, free)
    if space.shape[1] == 0:
        return separated
    rows, back = np.unique((X[free] * sign[free, None]) @ space, axis=0, return_inverse=True)
    rows = np.where(np.abs(rows) < SAME_SPACE, 0.0, rows)
    if not _overlap(rows):
        separated[free] = _rising(rows)[back.ravel()]
    return separated


def _directions(X: FloatArray, free: BoolArray) -> FloatArray:
    """Return (p, q) directions that leave every fixed row as it is; columns are standardised."""
    size = np.sqrt(np.mean(X**2, axis=0))
    size = np.where(size > 0, size, 1.0)
    held = X[~free] / size
    if len(held) == 0:
        return np.diag(1 / size)
    _, values, vectors = np.linalg.svd(held, full_matrices=True)
    rank = int(np.sum(values > SAME_SPACE * values[0]))
    return np.asarray((vectors[rank:] / size).T)


def _overlap(rows: FloatArray) -> bool:
    """Whether positive weights w with rows'w = 0 were found, which prove that none can rise."""
    from scipy.special import expit

    d = np.zeros(rows.shape[1])
    for _ in range(MOST_STEPS):
        weight = expit(-rows @ d)
        gradient = rows.T @ weight
        if np.all(np.abs(gradient) <= 1e-12 * (np.abs(rows).T @ weight)):
            return bool(weight.min() > LEAST_WEIGHT)
        information = (rows * (weight * (1 - weight))[:, None]).T @ rows
        try:
            d = d + np.linalg.solve(information, gradient)
        except np.linalg.LinAlgError:
            return False
    return False


def _rising(rows: FloatArray) -> BoolArray:
    """Return (m,) which of rows'd can be positive while none is negative."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, eye_array, hstack

    m, q = rows.shape
    found = linprog(  # type: ignore[call-overload]  # its stubs know no sparse matrix
        np.r_[np.zeros(q), -np.ones(m)],
        A_ub=hstack([csr_array(-rows), eye_array(m)]),
        b_ub=np.zeros(m),
        bounds=[(-LARGEST_STEP, LARGEST_STEP)] * q + [(0.0, 1.0)] * m,
        method="highs",
    )
    if not found.success:
        raise ArithmeticError("the linear programme of separation was not solved")
    return np.asarray(found.x[q:] > 0.5)
