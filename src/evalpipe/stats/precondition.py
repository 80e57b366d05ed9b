"""Put a problem on a scale where arithmetic is safe: orthonormal X, outcome of size one.

X = Q R, y = X b0 + s r with r the least-squares residual of mean square one. The model is fitted to
(r, Q); estimates, covariances and likelihood are carried back exactly. So an outcome times 1e9 or
plus 1e9, or time in calendar days, changes nothing but the last digits.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import qr, solve_triangular

from evalpipe.errors import NotEstimableError
from evalpipe.stats.problem import FloatArray, GaussianProblem, Method

ALIAS = 1e-10
"""A column is a combination of earlier ones below this share of its own length left over."""
SAFE_PIVOT = 1e-3
"""Smallest Cholesky pivot (share of a column's length) at which two Cholesky passes are exact."""
CONSTANT = 1e-12
"""An outcome is a linear function of X below this share of its own size left over."""


@dataclass(frozen=True)
class Preconditioned:
    """The problem to fit and the way back.

    problem: y (n,) and X (n, p) on the safe scale. triangle: (p, p) upper R. offset: (p,) b0.
    scale: s, in units of the outcome.
    """

    problem: GaussianProblem
    triangle: FloatArray
    offset: FloatArray
    scale: float

    def contrast(self, rows: FloatArray) -> FloatArray:
        """Return contrasts (m, p) of beta as contrasts of the safe problem's coefficients."""
        return np.asarray(self.scale * solve_triangular(self.triangle, rows.T, trans="T").T)

    def beta(self, coefficients: FloatArray) -> FloatArray:
        """Return beta (p,) from the safe problem's coefficients."""
        return np.asarray(self.offset + self.scale * solve_triangular(self.triangle, coefficients))

    def covariance(self, phi: FloatArray) -> FloatArray:
        """Return the covariance matrix of beta (p, p)."""
        identity = self.contrast(np.eye(len(phi)))
        return np.asarray(identity @ phi @ identity.T)

    def log_likelihood(self, value: float) -> float:
        """Return the log-likelihood of the original problem."""
        n, p = self.problem.X.shape
        log_scale = float(np.log(self.scale))
        if self.problem.method is Method.ML:
            return value - float(n) * log_scale
        return value - float(n - p) * log_scale - self.log_det_triangle

    @property
    def log_det_triangle(self) -> float:
        """Half of log|X'X|: what separates the two conventions of the REML likelihood."""
        return float(np.sum(np.log(np.abs(np.diag(self.triangle)))))


def precondition(problem: GaussianProblem) -> Preconditioned:
    """Return the problem on the safe scale.

    Raises
    ------
    NotEstimableError
        If a column of X is a combination of others (named), or X explains the outcome exactly.
    """
    Q, triangle = orthonormalise(problem.X, problem.columns)
    size = float(np.max(np.abs(problem.y))) or 1.0
    y = problem.y / size
    coefficients = Q.T @ y
    residual = y - Q @ coefficients
    correction = Q.T @ residual
    residual -= Q @ correction
    root = float(np.sqrt(np.mean(residual**2)))
    if root <= CONSTANT * float(np.sqrt(np.mean(y**2))):
        raise NotEstimableError(
            "the outcome is constant or an exact combination of the fixed terms; "
            "nothing is left to model"
        )
    residual /= root
    return Preconditioned(
        problem=replace(problem, y=residual, X=Q),
        triangle=triangle,
        offset=np.asarray(size * solve_triangular(triangle, coefficients + correction)),
        scale=size * root,
    )


def orthonormalise(X: FloatArray, columns: tuple[str, ...]) -> tuple[FloatArray, FloatArray]:
    """Return Q (n, p) with orthonormal columns and upper triangular R (p, p), X = Q R.

    Cholesky QR twice; Householder QR where columns are nearly collinear.

    Raises
    ------
    NotEstimableError
        If a column is a combination of earlier ones; the message names them.
    """
    length = np.sqrt(np.einsum("np,np->p", X, X))
    if not np.all(np.isfinite(length)) or np.any(length == 0):
        length = np.max(np.abs(X), axis=0, initial=0.0)
        empty = [name for name, long in zip(columns, length, strict=True) if long == 0]
        if empty:
            raise NotEstimableError(f"fixed column {empty[0]} is zero in every row; remove it")
        length = length * np.sqrt(np.mean((X / length) ** 2, axis=0) * len(X))
    gram = X.T @ X / np.outer(length, length)
    try:
        first = np.linalg.cholesky(gram).T
    except np.linalg.LinAlgError:
        first = np.zeros_like(gram)
    if not np.all(np.diag(first) > SAFE_PIVOT):
        return _orthonormalise_carefully(X / length, length, columns)
    Q = X @ (solve_triangular(first, np.eye(len(first))) / length[:, None])
    second = np.linalg.cholesky(Q.T @ Q).T
    Q = Q @ solve_triangular(second, np.eye(len(second)))
    return Q, second @ first * length


def _orthonormalise_carefully(
    scaled: FloatArray, length: FloatArray, columns: tuple[str, ...]
) -> tuple[FloatArray, FloatArray]:
    if scaled.shape[0] < scaled.shape[1]:
        raise NotEstimableError(
            f"{scaled.shape[1]} fixed columns but only {scaled.shape[0]} observations; "
            "use fewer terms"
        )
    factors = qr(scaled, mode="economic", check_finite=False)
    Q, R = np.asarray(factors[0], dtype=float), np.asarray(factors[1], dtype=float)
    alias = np.flatnonzero(np.abs(np.diag(R)) <= ALIAS)
    if len(alias):
        raise NotEstimableError(_alias_message(R, int(alias[0]), columns))
    return Q, R * length


def _alias_message(R: FloatArray, j: int, columns: tuple[str, ...]) -> str:
    """Say which earlier columns make up column j."""
    if j == 0:
        return f"fixed column {columns[0]} is zero in every row; remove it"
    weights = solve_triangular(R[:j, :j], R[:j, j])
    parts = [columns[i] for i in range(j) if abs(weights[i]) > 1e-6]
    return (
        f"fixed column {columns[j]} is a combination of {', '.join(parts) or columns[0]}; "
        "remove one of them from the model"
    )
