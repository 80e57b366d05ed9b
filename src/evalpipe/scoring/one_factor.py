"""The one-factor model of a set of items by maximum likelihood, and omega with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evalpipe.errors import NotEstimableError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

TOLERANCE = 1e-10
SMALLEST_UNIQUENESS = 1e-6


@dataclass(frozen=True)
class OneFactor:
    """A fitted one-factor model of k items.

    loadings, residual_variances: shape (k,), in the unit of the items. omega: share of the
    variance of the sum score that the factor explains; std_error by the delta method.
    """

    loadings: Floats
    residual_variances: Floats
    omega: float
    std_error: float
    n: int


def fit_one_factor(answers: Floats) -> OneFactor:
    """Fit one factor to complete rows of answers (n, k); k at least 3.

    Joreskog (1967), Psychometrika 32, 443-482: the discrepancy is minimised over the uniquenesses,
    with the loadings given by the first eigenvector. Raises NotEstimableError when items do not
    vary, the covariance is singular, or a uniqueness is driven to zero (Heywood case).
    """
    n, k = answers.shape
    if k < 3 or n <= k:
        raise NotEstimableError(f"one factor needs 3 items and more rows than items ({n} x {k})")
    covariance = np.cov(answers, rowvar=False, ddof=0)
    spread = np.sqrt(np.diag(covariance))
    if not (spread > 0).all():
        raise NotEstimableError("an item has the same answer from everybody")
    correlation = covariance / np.outer(spread, spread)
    uniqueness = _minimise(correlation)
    loadings = _loadings(correlation, uniqueness) * spread
    residual = uniqueness * spread**2
    loadings = loadings if loadings.sum() >= 0 else -loadings
    omega = _omega(loadings, residual)
    return OneFactor(loadings, residual, omega, _omega_error(loadings, residual, n), n)


def _minimise(correlation: Floats) -> Floats:
    """Uniquenesses at the minimum of the discrepancy, by damped Newton steps on their logarithm."""
    from scipy.optimize import minimize

    try:
        start = np.clip(0.5 / np.diag(np.linalg.inv(correlation)), 0.05, 0.95)
    except np.linalg.LinAlgError:
        raise NotEstimableError("the items are linearly dependent") from None
    found = minimize(
        _discrepancy,
        np.log(start),
        args=(correlation,),
        jac=True,
        method="L-BFGS-B",
        bounds=[(np.log(SMALLEST_UNIQUENESS), None)] * len(start),
        options={"maxiter": 1000, "ftol": 1e-15, "gtol": 1e-9},
    )
    uniqueness: Floats = np.exp(_polish(found.x, correlation))
    if (uniqueness <= SMALLEST_UNIQUENESS * 1.01).any():
        raise NotEstimableError("an item has no variance of its own (Heywood case)")
    return uniqueness


def _discrepancy(log_uniqueness: Floats, correlation: Floats) -> tuple[float, Floats]:
    """Sum over the smaller eigenvalues of (e - log e - 1), and its gradient."""
    scale = np.exp(-log_uniqueness / 2)
    values, vectors = np.linalg.eigh(correlation * np.outer(scale, scale))
    small, basis = values[:-1], vectors[:, :-1]
    value = float(np.sum(small - np.log(np.maximum(small, 1e-300)) - 1))
    gradient = (basis**2) @ (1 - small)
    return value, np.asarray(gradient, dtype=np.float64)


def _polish(log_uniqueness: Floats, correlation: Floats) -> Floats:
    """A few Newton steps with a numerical Hessian of the exact gradient, to full precision."""
    point = log_uniqueness.copy()
    for _ in range(4):
        value, gradient = _discrepancy(point, correlation)
        if np.abs(gradient).max() < TOLERANCE:
            break
        try:
            step = np.linalg.solve(_hessian(point, correlation), gradient)
        except np.linalg.LinAlgError:
            break
        candidate = point - step
        new_value, new_gradient = _discrepancy(candidate, correlation)
        if new_value > value + TOLERANCE or np.abs(new_gradient).max() > np.abs(gradient).max():
            break
        point = candidate
    return point


def _hessian(point: Floats, correlation: Floats, step: float = 1e-5) -> Floats:
    columns = []
    for i in range(len(point)):
        shift = np.zeros(len(point))
        shift[i] = step
        above = _discrepancy(point + shift, correlation)[1]
        below = _discrepancy(point - shift, correlation)[1]
        columns.append((above - below) / (2 * step))
    hessian = np.array(columns)
    return np.asarray((hessian + hessian.T) / 2, dtype=np.float64)


def _loadings(correlation: Floats, uniqueness: Floats) -> Floats:
    scale = 1 / np.sqrt(uniqueness)
    values, vectors = np.linalg.eigh(correlation * np.outer(scale, scale))
    size = np.sqrt(max(values[-1] - 1, 0.0))
    return np.asarray(np.sqrt(uniqueness) * vectors[:, -1] * size, dtype=np.float64)


def _omega(loadings: Floats, residual: Floats) -> float:
    """McDonald (1999), Test Theory, equation 6.20b."""
    explained = float(loadings.sum()) ** 2
    return explained / (explained + float(residual.sum()))


def _omega_error(loadings: Floats, residual: Floats, n: int) -> float:
    """Delta method with the expected information of the normal likelihood.

    Information of (a, b): n/2 trace(V^-1 dV_a V^-1 dV_b), V = ll' + diag(residual).
    """
    k = len(loadings)
    inverse = np.linalg.inv(np.outer(loadings, loadings) + np.diag(residual))
    wl = inverse @ loadings
    ll = float(loadings @ wl)
    information = np.empty((2 * k, 2 * k))
    information[:k, :k] = n * (inverse * ll + np.outer(wl, wl))
    information[k:, k:] = n / 2 * inverse**2
    information[:k, k:] = n * (inverse * wl[:, None])
    information[k:, :k] = information[:k, k:].T
    gradient = _omega_gradient(loadings, residual)
    return float(np.sqrt(gradient @ np.linalg.solve(information, gradient)))


def _omega_gradient(loadings: Floats, residual: Floats) -> Floats:
    total, noise = float(loadings.sum()), float(residual.sum())
    bottom = (total**2 + noise) ** 2
    by_loading = np.full(len(loadings), 2 * total * noise / bottom)
    by_residual = np.full(len(residual), -(total**2) / bottom)
    return np.concatenate([by_loading, by_residual])


def omega_interval(omega: float, std_error: float, level: float = 0.95) -> tuple[float, float]:
    """Interval on the logit scale, so that it stays between 0 and 1."""
    from scipy.special import expit, logit, ndtri

    if not 0 < omega < 1:
        return (float("nan"), float("nan"))
    half = ndtri(0.5 + level / 2) * std_error / (omega * (1 - omega))
    return float(expit(logit(omega) - half)), float(expit(logit(omega) + half))
