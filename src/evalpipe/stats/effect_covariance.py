"""The covariance G of one level's random effects: standardised columns, parameters, factors.

A slope on calendar days (20,000 and a bit) makes its covariance with the intercept almost a copy
of its own variance. So the columns are standardised first: Z = Z* C, with Z* orthonormal on
average, and the model is fitted and its inference computed in G* = C G C'. Degrees of freedom do
not change under such a linear map. `report` maps standardised parameters to the declared ones.
"""

from dataclasses import dataclass

import numpy as np

from evalpipe.errors import NotEstimableError
from evalpipe.stats.curvature import Reparametrisation
from evalpipe.stats.problem import ABSENT, EffectCovariance, FloatArray, RandomEffect

COLLINEAR = 1e-7
"""A column of Z counts as a combination of the others below this share of its own length."""

SINGULAR = 1e-6
"""Eigenvalue of G, as the share of a unit's signal in its noise, that counts as zero."""


PIVOT = 1e-12
"""Share of the largest variance below which a pivot of a Cholesky factor counts as zero."""


@dataclass(frozen=True)
class EffectScale:
    """Standardisation and parameters of one random effect.

    first: number of its first parameter in theta. C: (q, q) upper triangular, Z = Z* C.
    information: (q, q) mean over units of Z*'Z*, for the rule that says what is singular.
    """

    name: str
    terms: tuple[str, ...]
    covariance: EffectCovariance
    first: int
    C: FloatArray
    information: FloatArray

    @property
    def q(self) -> int:
        """Number of terms."""
        return len(self.terms)

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Entries (i, j), i >= j, of G that are parameters, in order."""
        if self.covariance is not EffectCovariance.UNSTRUCTURED:
            return [(i, i) for i in range(self.q)]
        return [(i, j) for i in range(self.q) for j in range(i + 1)]

    @property
    def names(self) -> tuple[str, ...]:
        """Return names of the parameters of the declared columns."""
        return tuple(
            f"{self.name}: variance({self.terms[i]})"
            if i == j
            else f"{self.name}: covariance({self.terms[j]}, {self.terms[i]})"
            for i, j in self.pairs
        )

    @property
    def active(self) -> slice:
        """Return the places of the parameters in theta."""
        return slice(self.first, self.first + len(self.pairs))

    def basis(self) -> dict[int, FloatArray]:
        """Return by parameter number dG / d parameter (q, q)."""
        return {self.first + m: _unit(i, j, self.q) for m, (i, j) in enumerate(self.pairs)}

    def standardise(self, effect: RandomEffect) -> FloatArray:
        """Return Z* (n, q), zero where the level is absent; equal rows stay exactly equal."""
        Z = np.empty(effect.design.shape, order="F")
        for j in range(self.q):
            column = effect.design[:, j].astype(float)
            for i in range(j):
                if self.C[i, j]:
                    column -= self.C[i, j] * Z[:, i]
            np.divide(column, self.C[j, j], out=Z[:, j])
        absent = effect.level == ABSENT
        if absent.any():
            Z[absent] = 0.0
        return Z

    def matrix(self, theta: FloatArray) -> FloatArray:
        """Return G (q, q) from the whole theta."""
        G = np.zeros((self.q, self.q))
        for value, (i, j) in zip(theta[self.active], self.pairs, strict=True):
            G[i, j] = G[j, i] = value
        return G

    def declare(self, theta: FloatArray) -> FloatArray:
        """Return G (q, q) of the declared columns."""
        inverse = np.linalg.inv(self.C)
        return np.asarray(inverse @ self.matrix(theta) @ inverse.T)

    def report(self) -> FloatArray:
        """Return L (k, k): parameters of the declared columns = L @ standardised parameters."""
        inverse = np.linalg.inv(self.C)
        columns = []
        for i, j in self.pairs:
            G = inverse @ _unit(i, j, self.q) @ inverse.T
            columns.append([G[a, b] for a, b in self.pairs])
        return np.array(columns).T

    def working(self, G: FloatArray, unit: float) -> FloatArray:
        """Return the Cholesky factor's entries in units of sqrt(`unit`); unbounded: G itself."""
        if self.covariance is EffectCovariance.UNBOUNDED:
            return np.diag(G) / unit
        factor = factor_semidefinite(G / unit)
        return np.array([factor[i, j] for i, j in self.pairs])

    def natural(self, omega: FloatArray, unit: float) -> Reparametrisation:
        """Return this effect's parameters, G = unit L L', and their derivatives in L's entries."""
        pairs, k = self.pairs, len(self.pairs)
        if self.covariance is EffectCovariance.UNBOUNDED:
            return Reparametrisation(unit * omega, unit * np.eye(k), np.zeros((k, k, k)))
        L = np.zeros((self.q, self.q))
        for value, (i, j) in zip(omega, pairs, strict=True):
            L[i, j] = value
        theta, jacobian, hessian = np.zeros(k), np.zeros((k, k)), np.zeros((k, k, k))
        place = {pair: m for m, pair in enumerate(pairs)}
        for m, (i, j) in enumerate(pairs):
            for c in range(min(i, j) + 1):
                a, b = place.get((i, c)), place.get((j, c))
                if a is None or b is None:
                    continue
                theta[m] += L[i, c] * L[j, c]
                jacobian[m, a] += L[j, c]
                jacobian[m, b] += L[i, c]
                hessian[m, a, b] += 1.0
                hessian[m, b, a] += 1.0
        return Reparametrisation(unit * theta, unit * jacobian, unit * hessian)

    @staticmethod
    def is_signal(values: np.ndarray) -> np.ndarray:
        """Return which eigenvalues (q,) of a unit's signal in its noise count as more than zero."""
        return np.asarray(values > SINGULAR)

    def boundary(self, theta: FloatArray, noise: float) -> tuple[str, ...]:
        """Name the variances that are zero, or the correlations that make G singular.

        noise: the mean residual variance. Unit-free: compares the variance that a unit's random
        effect adds to its estimate with the noise of that estimate.
        """
        if self.covariance is EffectCovariance.UNBOUNDED:
            return ()
        factor = np.linalg.cholesky(self.information)
        signal = factor.T @ self.matrix(theta) @ factor / noise
        if np.all(self.is_signal(np.linalg.eigvalsh(signal))):
            return ()
        declared = self.report() @ theta[self.active]
        length = np.diag(self.C.T @ self.information @ self.C)
        zero = [
            name
            for value, (i, j), name in zip(declared, self.pairs, self.names, strict=True)
            if i == j and value * length[i] <= SINGULAR * noise
        ]
        correlations = [n for (i, j), n in zip(self.pairs, self.names, strict=True) if i != j]
        return tuple(zero or correlations or self.names)


def scale_effect(effect: RandomEffect, first: int, n_units: int) -> EffectScale:
    """Standardise the columns of one random effect.

    Raises
    ------
    NotEstimableError
        If its columns are collinear.
    """
    absent = effect.level == ABSENT
    Z = effect.design[~absent] if absent.any() else effect.design
    n, q = Z.shape
    largest = np.max(np.abs(Z), axis=0)
    if np.any(largest == 0):
        raise NotEstimableError(_collinear_message(effect))
    if effect.covariance is not EffectCovariance.UNSTRUCTURED or q == 1:
        length = np.sqrt(np.mean((Z / largest) ** 2, axis=0))
        C = np.diag(largest * length)
        information = (Z / largest / length).T @ (Z / largest / length) / n_units
    else:
        C = _triangle(Z / largest, effect) / np.sqrt(n) * largest
        information = np.eye(q) * (n / n_units)
    return EffectScale(effect.name, effect.terms, effect.covariance, first, C, information)


def factor_semidefinite(G: FloatArray) -> FloatArray:
    """Return lower triangular L (q, q) with L L' = G, a column of zeros for each lost rank."""
    q = len(G)
    rest, L = np.array(G, dtype=float), np.zeros((q, q))
    least = PIVOT * max(float(np.max(np.diag(G))), 0.0)
    for j in range(q):
        if rest[j, j] > least:
            L[j:, j] = rest[j:, j] / np.sqrt(rest[j, j])
            rest = rest - np.outer(L[:, j], L[:, j])
    return L


def _triangle(Z: FloatArray, effect: RandomEffect) -> FloatArray:
    """Return R (q, q) of Z = Q R with a positive diagonal."""
    R = np.asarray(np.linalg.qr(Z, mode="r"))
    R = R * np.where(np.diag(R) < 0, -1.0, 1.0)[:, None]
    if len(R) < Z.shape[1] or np.any(np.diag(R) <= COLLINEAR * np.linalg.norm(R, axis=0)):
        raise NotEstimableError(_collinear_message(effect))
    return R


def _collinear_message(effect: RandomEffect) -> str:
    return (
        f"random effect {effect.name}: the columns {', '.join(effect.terms)} are a combination of "
        "each other or zero; remove one"
    )


def _unit(i: int, j: int, q: int) -> FloatArray:
    B = np.zeros((q, q))
    B[i, j] = B[j, i] = 1.0
    return B
