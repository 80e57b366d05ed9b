"""The edge of what a covariance of random effects can be: moves along it, and the model on it.

A covariance matrix G may lose rank: a variance at zero, a correlation at one. The likelihood has
its top there where no move inside raises it: the gradient in G, projected on the matrices that are
possible, is zero (Nocedal and Wright 2006, section 16.7, for matrices instead of bounds). What is
left of the model then is G = A A' with fewer columns in A. Its inference is that of the model
without the columns that are zero, as SAS drops what lies on a boundary from its asymptotic
covariance, and as lmerTest does because the derivatives in a Cholesky factor's zero column vanish.
"""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from evalpipe.stats.effect_covariance import EffectScale
from evalpipe.stats.problem import EffectCovariance, FloatArray


@dataclass(frozen=True)
class Face:
    """The model that is left where a fit lies on the boundary, with m parameters eta.

    tangent: (k, m) d theta / d eta. bend: (k, m, m) second derivatives. zero: what was estimated
    at zero. reduced: levels whose random effects vary along fewer directions than they have.
    """

    tangent: FloatArray
    bend: FloatArray
    zero: tuple[str, ...] = ()
    reduced: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return not self.zero and not self.reduced

    def restrict(self, information: FloatArray, gradient: FloatArray | None = None) -> FloatArray:
        """Return the information (m, m) in eta; observed information needs the gradient (k,)."""
        inner = self.tangent.T @ information @ self.tangent
        if gradient is not None:
            inner = inner - np.tensordot(gradient, self.bend, axes=1)
        return np.asarray(inner)

    def words(self) -> str:
        """Say what was left out; empty where nothing was."""
        parts = []
        if self.zero:
            parts.append(f"{', '.join(self.zero)} estimated at zero")
        if self.reduced:
            parts.append(
                f"random effects within {', '.join(self.reduced)} of lower rank (a correlation at "
                "1 or -1)"
            )
        if not parts:
            return ""
        without = "without it" if len(self.zero) == 1 else "without them"
        if self.reduced:
            without = "of that rank" if not self.zero else f"{without} and of that rank"
        return f"singular: {'; '.join(parts)}; inference of the model {without}"


@runtime_checkable
class Bounded(Protocol):
    """A covariance model whose parameters have an edge that a fit may reach."""

    def step_inside(
        self, omega: FloatArray, gradient: FloatArray, expected: FloatArray, share: float
    ) -> tuple[FloatArray, float]:
        """Return working parameters after a step along the projected gradient, and its gain.

        gradient (k,), expected (k, k): in natural parameters. The gain is that of a straight
        likelihood; zero exactly where the conditions of an optimum on the boundary hold.
        """
        ...

    def settle(self, omega: FloatArray) -> FloatArray:
        """Return working parameters with what counts as zero at zero."""
        ...

    def face(self, theta: FloatArray) -> Face:
        """Return what is left of the model at natural parameters."""
        ...

    def other_starts(self) -> tuple[FloatArray, ...]:
        """Return working parameters to start again from where a search ended badly."""
        ...


def whole_face(k: int) -> Face:
    """Return the face of a fit that lies on no boundary."""
    return Face(np.eye(k), np.zeros((k, k, k)))


def project_effect(scale: EffectScale, G: FloatArray) -> FloatArray:
    """Return the covariance nearest to a symmetric G (q, q) that the effect can have."""
    if scale.covariance is EffectCovariance.UNBOUNDED:
        return G
    if scale.covariance is EffectCovariance.DIAGONAL:
        return np.diag(np.maximum(np.diag(G), 0.0))
    values, vectors = np.linalg.eigh(G)
    return np.asarray((vectors * np.maximum(values, 0.0)) @ vectors.T)


def step_effect(
    scale: EffectScale, theta: FloatArray, gradient: FloatArray, expected: FloatArray, share: float
) -> tuple[FloatArray, float]:
    """Return G after a step along the projected gradient, and the gain of a straight likelihood."""
    G = scale.matrix(theta)
    slope = np.zeros_like(G)
    steepest = 0.0
    for place, (i, j) in zip(range(*scale.active.indices(len(theta))), scale.pairs, strict=True):
        both = 1.0 if i == j else 2.0
        slope[i, j] = slope[j, i] = gradient[place] / both
        steepest = max(steepest, float(expected[place, place]) / both)
    moved = project_effect(scale, G + share * slope / max(steepest, np.finfo(float).tiny))
    return moved, float(np.sum(slope * (moved - G)))


def split_effect(scale: EffectScale, theta: FloatArray, noise: float) -> FloatArray | None:
    """Return A (q, r) with G = A A' without what counts as zero; None where nothing does."""
    if scale.covariance is EffectCovariance.UNBOUNDED or not scale.boundary(theta, noise):
        return None
    factor = np.linalg.cholesky(scale.information)
    signal = factor.T @ scale.matrix(theta) @ factor / noise
    if scale.covariance is EffectCovariance.DIAGONAL:
        values, vectors = np.diag(signal), np.eye(scale.q)
    else:
        values, vectors = np.linalg.eigh(signal)
    kept = scale.is_signal(values)
    A = np.linalg.solve(factor.T, vectors[:, kept] * np.sqrt(values[kept] * noise))
    return np.asarray(A)


def face_of_effect(scale: EffectScale, A: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return d G / d eta (k, m) and its second derivative (k, m, m) in the effect's parameters.

    The directions of A that only turn its columns leave G as it is and are no parameters.
    """
    pairs = scale.pairs
    if scale.covariance is EffectCovariance.DIAGONAL:
        kept = np.any(A != 0, axis=1)
        tangent = np.eye(len(pairs))[:, kept]
        return tangent, np.zeros((len(pairs), tangent.shape[1], tangent.shape[1]))
    q, r = A.shape
    if not r:
        return np.zeros((len(pairs), 0)), np.zeros((len(pairs), 0, 0))
    turns = [(A @ _turn(a, b, r)).ravel() for a in range(r) for b in range(a)]
    directions = _complement(np.array(turns).reshape(len(turns), q * r), q * r)
    moves = [D.reshape(q, r) for D in directions]
    tangent = np.array([_entries(A @ D.T + D @ A.T, pairs) for D in moves])
    bend = np.array([[_entries(D @ E.T + E @ D.T, pairs) for E in moves] for D in moves])
    m = len(moves)
    return tangent.reshape(m, len(pairs)).T, np.moveaxis(bend.reshape(m, m, len(pairs)), 2, 0)


def find_face(
    scales: tuple[EffectScale, ...], theta: FloatArray, noise: float
) -> tuple[Face, FloatArray]:
    """Return what is left of a model, and theta (k,) with what counts as zero at zero.

    noise: the mean residual variance, against which a signal is judged.
    """
    k = len(theta)
    settled, zero, reduced = theta.copy(), [], []
    columns, bends = [], []
    for scale in scales:
        A = split_effect(scale, theta, noise)
        own = len(scale.pairs)
        tangent, bend = np.eye(own), np.zeros((own, own, own))
        if A is not None:
            tangent, bend = face_of_effect(scale, A)
            settled[scale.active] = _entries(A @ A.T, scale.pairs)
            variances = [n for n, (i, j) in zip(scale.names, scale.pairs, strict=True) if i == j]
            if scale.covariance is EffectCovariance.DIAGONAL or not A.size:
                lost = ~np.any(A != 0, axis=1) if A.size else np.ones(scale.q, dtype=bool)
                zero += [n for n, is_lost in zip(variances, lost, strict=True) if is_lost]
            else:
                reduced.append(scale.name)
        columns.append(_embed_rows(tangent, scale.active, k))
        bends.append(_embed_rows(bend, scale.active, k))
    first = scales[-1].active.stop
    rest = k - first
    columns.append(np.eye(k)[:, first:])
    bends.append(np.zeros((k, rest, rest)))
    tangent = np.concatenate(columns, axis=1)
    whole, place = np.zeros((k, tangent.shape[1], tangent.shape[1])), 0
    for part in bends:
        m = part.shape[1]
        whole[:, place : place + m, place : place + m] = part
        place += m
    return Face(tangent, whole, tuple(zero), tuple(reduced)), settled


def _embed_rows(part: FloatArray, rows: slice, k: int) -> FloatArray:
    full = np.zeros((k, *part.shape[1:]))
    full[rows] = part
    return full


def _entries(G: FloatArray, pairs: list[tuple[int, int]]) -> list[float]:
    return [float(G[i, j]) for i, j in pairs]


def _turn(a: int, b: int, r: int) -> FloatArray:
    T = np.zeros((r, r))
    T[a, b], T[b, a] = 1.0, -1.0
    return T


def _complement(rows: FloatArray, size: int) -> FloatArray:
    """Return an orthonormal basis (m, size) of what is orthogonal to independent rows."""
    if not len(rows):
        return np.eye(size)
    basis = np.linalg.qr(rows.T, mode="complete")[0]
    return np.asarray(basis[:, len(rows) :].T)
