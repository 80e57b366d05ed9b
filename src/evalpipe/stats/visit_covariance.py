"""One covariance matrix over visits, Sigma(theta), with first and second derivatives.

Two kinds. Linear: Sigma = sum theta_k B_k. Scaled: Sigma = s_i s_j C_ij(rho) with one variance or
one per visit. The first parameter of every structure is the variance (of the first visit), so
that a Kronecker product with a dyad's covariance can hold it at one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from evalpipe.stats.problem import FloatArray, Structure

Derivatives = tuple[FloatArray, FloatArray, FloatArray | None]
"""Value (..., T, T), first (k, ..., T, T), second (k, k, ..., T, T) or None where zero."""

START_CORRELATION = 0.2


@dataclass(frozen=True)
class VisitParameter:
    """Kind of one parameter: `variance`, `covariance`, `correlation` or `range`, and its visits."""

    kind: str
    visits: tuple[int, ...] = ()
    lag: int | None = None


def list_parameters(structure: Structure, n_visits: int) -> tuple[VisitParameter, ...]:
    """List the natural parameters of a structure over `n_visits` visits, in order."""
    T = n_visits
    variance: tuple[VisitParameter, ...] = (VisitParameter("variance"),)
    if structure is Structure.UNSTRUCTURED:
        return tuple(_unstructured_parameter(i, j) for i, j in _lower_triangle(T))
    if structure is Structure.DIAGONAL:
        return tuple(VisitParameter("variance", (i,)) for i in range(T))
    if structure.is_timed:
        return (*variance, VisitParameter("range"))
    if structure.is_plain or T == 1:
        return variance
    if structure is Structure.COMPOUND_SYMMETRY:
        return (*variance, VisitParameter("covariance"))
    if structure is Structure.TOEPLITZ:
        return (*variance, *(VisitParameter("covariance", lag=m) for m in range(1, T)))
    if structure.is_heterogeneous:
        variance = tuple(VisitParameter("variance", (i,)) for i in range(T))
    return (*variance, *_correlation_parameters(structure, T))


def evaluate_structure(
    structure: Structure, theta: FloatArray, n_visits: int, time: FloatArray | None = None
) -> Derivatives:
    """Return Sigma and its derivatives in natural parameters.

    time: (..., m) for a structure in time, whose matrices are then (..., m, m); else unused.
    """
    if structure.is_timed:
        if time is None:
            raise ValueError(f"the {structure} structure needs times")
        return _exponential(theta, time)
    if structure.is_linear or n_visits == 1:
        basis = linear_basis(structure, n_visits)
        return np.tensordot(theta, basis, axes=1), basis, None
    n_variances = n_visits if structure.is_heterogeneous else 1
    scale = _scale(theta[:n_variances], n_visits)
    correlation = _CORRELATION[structure](theta[n_variances:], n_visits)
    return multiply_elementwise(scale, correlation)


@lru_cache(maxsize=64)
def linear_basis(structure: Structure, n_visits: int) -> FloatArray:
    """Return B (k, T, T) of a structure that is linear in its parameters."""
    T = n_visits
    if structure is Structure.UNSTRUCTURED:
        basis = [_symmetric_unit(i, j, T) for i, j in _lower_triangle(T)]
    elif structure is Structure.DIAGONAL:
        basis = [_symmetric_unit(i, i, T) for i in range(T)]
    elif structure is Structure.TOEPLITZ:
        basis = [_band(m, T) for m in range(T)]
    elif structure is Structure.COMPOUND_SYMMETRY and T > 1:
        basis = [np.eye(T), np.ones((T, T)) - np.eye(T)]
    else:
        basis = [np.eye(T)]
    stacked = np.stack(basis)
    stacked.setflags(write=False)
    return stacked


def multiply_elementwise(a: Derivatives, b: Derivatives) -> Derivatives:
    """Return A * B (elementwise) and its derivatives in the parameters of A, then of B."""
    value_a, d1_a, d2_a = a
    value_b, d1_b, d2_b = b
    n_a, n_b = len(d1_a), len(d1_b)
    d1 = np.concatenate([d1_a * value_b, value_a * d1_b])
    d2 = np.zeros((n_a + n_b, n_a + n_b, *d1.shape[1:]))
    if d2_a is not None:
        d2[:n_a, :n_a] = d2_a * value_b
    if d2_b is not None:
        d2[n_a:, n_a:] = value_a * d2_b
    mixed = d1_a[:, None] * d1_b[None, :]
    d2[:n_a, n_a:] = mixed
    d2[n_a:, :n_a] = np.swapaxes(mixed, 0, 1)
    return value_a * value_b, d1, d2


def drop_first(derivatives: Derivatives) -> Derivatives:
    """Hold the first parameter fixed: remove it from the derivatives."""
    value, d1, d2 = derivatives
    return value, d1[1:], None if d2 is None else d2[1:, 1:]


def _lower_triangle(n: int) -> list[tuple[int, int]]:
    return [(i, j) for i in range(n) for j in range(i + 1)]


def _unstructured_parameter(i: int, j: int) -> VisitParameter:
    if i == j:
        return VisitParameter("variance", (i,))
    return VisitParameter("covariance", (j, i))


def _correlation_parameters(structure: Structure, T: int) -> tuple[VisitParameter, ...]:
    if structure is Structure.HETEROGENEOUS_TOEPLITZ:
        return tuple(VisitParameter("correlation", lag=m) for m in range(1, T))
    if structure in (Structure.ANTE_DEPENDENCE, Structure.HETEROGENEOUS_ANTE_DEPENDENCE):
        return tuple(VisitParameter("correlation", (i, i + 1)) for i in range(T - 1))
    return (VisitParameter("correlation"),)


def _symmetric_unit(i: int, j: int, T: int) -> FloatArray:
    unit = np.zeros((T, T))
    unit[i, j] = unit[j, i] = 1.0
    return unit


def _lags(T: int) -> FloatArray:
    index = np.arange(T)
    return np.asarray(np.abs(index[:, None] - index[None, :]), dtype=float)


def _band(m: int, T: int) -> FloatArray:
    return np.asarray(_lags(T) == m, dtype=float)


def _scale(variances: FloatArray, T: int) -> Derivatives:
    """s_i s_j with s = sqrt(variance): one variance for all visits, or one per visit."""
    if len(variances) == 1:
        return np.full((T, T), variances[0]), np.ones((1, T, T)), None
    sd = np.sqrt(variances)
    value = np.outer(sd, sd)
    eye = np.eye(T)
    hits = eye[:, :, None] + eye[:, None, :]  # (k, i, j): how often visit k is in the pair
    per_variance = hits / variances[:, None, None]
    d1 = value * per_variance / 2
    d2 = value * per_variance[:, None] * per_variance[None, :] / 4
    d2[range(T), range(T)] -= value * per_variance / variances[:, None, None] / 2
    return value, d1, d2


def _equal_correlation(rho: FloatArray, T: int) -> Derivatives:
    off_diagonal = np.ones((T, T)) - np.eye(T)
    return np.eye(T) + rho[0] * off_diagonal, off_diagonal[None], None


def _band_correlation(rho: FloatArray, T: int) -> Derivatives:
    bands = linear_basis(Structure.TOEPLITZ, T)[1:]
    return np.eye(T) + np.tensordot(rho, bands, axes=1), bands, None


def _power_correlation(rho: FloatArray, T: int) -> Derivatives:
    lag, r = _lags(T), rho[0]
    first = lag * r ** np.maximum(lag - 1, 0)
    second = lag * (lag - 1) * r ** np.maximum(lag - 2, 0)
    return r**lag, first[None], second[None, None]


def _product_correlation(rho: FloatArray, T: int) -> Derivatives:
    """C_ij = rho_i rho_{i+1} ... rho_{j-1}: first-order ante-dependence."""
    value = _chain(rho, T)
    inside = np.stack([_spans(m, T) for m in range(T - 1)])
    d1 = np.stack([inside[m] * _chain(_with_one(rho, m), T) for m in range(T - 1)])
    d2 = np.zeros((T - 1, T - 1, T, T))
    for m in range(T - 1):
        for q in range(m):
            chain = _chain(_with_one(rho, m, q), T)
            d2[m, q] = d2[q, m] = inside[m] * inside[q] * chain
    return value, d1, d2


def _chain(rho: FloatArray, T: int) -> FloatArray:
    value = np.eye(T)
    for i in range(T - 1):
        value[i, i + 1 :] = np.cumprod(rho[i:])
    return np.asarray(np.triu(value) + np.triu(value, 1).T)


def _with_one(rho: FloatArray, *places: int) -> FloatArray:
    changed = rho.copy()
    changed[list(places)] = 1.0
    return changed


def _spans(m: int, T: int) -> FloatArray:
    """1 for the pairs of visits whose stretch includes the step from visit m to m + 1."""
    index = np.arange(T)
    low = np.minimum(index[:, None], index[None, :])
    high = np.maximum(index[:, None], index[None, :])
    return ((low <= m) & (m < high)).astype(float)


def _exponential(theta: FloatArray, time: FloatArray) -> Derivatives:
    """sigma^2 exp(-|t - s| / range): natural parameters variance and range (days)."""
    variance, reach = theta
    distance = np.abs(time[..., :, None] - time[..., None, :])
    decay = np.exp(-distance / reach)
    by_reach = decay * distance / reach**2
    d1 = np.stack([decay, variance * by_reach])
    twice = variance * by_reach * (distance / reach**2 - 2 / reach)
    d2 = np.stack([np.stack([np.zeros_like(decay), by_reach]), np.stack([by_reach, twice])])
    return variance * decay, d1, d2


_CORRELATION: dict[Structure, Callable[[FloatArray, int], Derivatives]] = {
    Structure.HETEROGENEOUS_COMPOUND_SYMMETRY: _equal_correlation,
    Structure.AR1: _power_correlation,
    Structure.HETEROGENEOUS_AR1: _power_correlation,
    Structure.HETEROGENEOUS_TOEPLITZ: _band_correlation,
    Structure.ANTE_DEPENDENCE: _product_correlation,
    Structure.HETEROGENEOUS_ANTE_DEPENDENCE: _product_correlation,
}
