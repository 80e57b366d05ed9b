"""Restricted and full log-likelihood of a Gaussian model, its gradient and information.

Everything comes from the few sums of a `Curvature`. With M = W'V^-1 W, W = [X y], u = (-beta, 1):
y'Py = u'Mu; d u'Mu = u'M_k u; and d2 follows from M_k, M_kl and Phi = (X'V^-1 X)^-1.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve, solve_triangular

from evalpipe.stats.curvature import (
    ContractingModel,
    Contraction,
    CovarianceModel,
    Curvature,
    contract,
)
from evalpipe.stats.problem import FloatArray, Method

LOG_2PI = float(np.log(2 * np.pi))


@dataclass(frozen=True)
class Likelihood:
    """The likelihood at one natural theta (k,), with p fixed effects.

    value: log-likelihood, REML without the log|X'X| constant (as SAS, lme4 and mmrm print it).
    beta: (p,). phi: (p, p) (X'V^-1 X)^-1. gradient: (k,). observed, expected: (k, k) information.
    precision_d1: (k, p, p) X'V^-1 V_k V^-1 X.
    """

    value: float
    beta: FloatArray
    phi: FloatArray
    gradient: FloatArray
    observed: FloatArray
    expected: FloatArray
    precision_d1: FloatArray


def evaluate_value(model: CovarianceModel, theta: FloatArray, n: int, method: Method) -> float:
    """Return the log-likelihood alone."""
    return _profile(model.evaluate(theta, 0), n, method)[0]


def evaluate_likelihood(
    model: CovarianceModel, theta: FloatArray, n: int, method: Method
) -> Likelihood:
    """Return log-likelihood, gradient, observed and expected information at natural theta.

    n: number of observations. Raises numpy.linalg.LinAlgError where V is not positive definite.
    """
    contracting = isinstance(model, ContractingModel)
    curvature = model.evaluate(theta, 1 if contracting else 2)
    value, beta, phi = _profile(curvature, n, method)
    p, restricted = len(beta), float(method is Method.REML)
    log_det_d1, moment_d1 = curvature.first_order()
    u = np.append(-beta, 1.0)
    weights = np.stack([np.outer(u, u), _embed(phi, p + 1)])
    second = (
        model.contract(theta, weights)
        if isinstance(model, ContractingModel)
        else contract(curvature, weights)
    )
    score = moment_d1 @ u  # (k, p+1): minus the derivative of Mu
    precision_d1 = moment_d1[:, :p, :p]
    traces = np.einsum("kpq,qp->k", precision_d1, phi)
    gradient = (score @ u + restricted * traces - log_det_d1) / 2
    loaded = precision_d1 @ phi
    twice = np.einsum("kpq,lqp->kl", loaded, loaded)
    mean_part = score[:, :p] @ phi @ score[:, :p].T
    observed = _observed(second, twice, mean_part, restricted)
    expected = (second.log_det_cross + restricted * (twice - 2 * second.cross[1])) / 2
    return Likelihood(
        value, beta, phi, gradient, _symmetric(observed), _symmetric(expected), precision_d1
    )


def weigh_cross(model: CovarianceModel, theta: FloatArray, weights: FloatArray) -> FloatArray:
    """Return sum_kl weights_kl X'V^-1 V_k V^-1 V_l V^-1 X, (p, p), for Kenward-Roger."""
    if isinstance(model, ContractingModel):
        return model.weigh_cross(theta, weights)[:-1, :-1]
    _, cross = model.evaluate(theta, 2).second_order()
    return np.asarray(np.tensordot(weights, cross, axes=2)[:-1, :-1])


def _profile(curvature: Curvature, n: int, method: Method) -> tuple[float, FloatArray, FloatArray]:
    """Return the log-likelihood, beta and Phi."""
    precision, cross = curvature.moment[:-1, :-1], curvature.moment[:-1, -1]
    p = len(cross)
    factor = cho_factor(precision, lower=True)
    beta = cho_solve(factor, cross)
    half = solve_triangular(factor[0], cross, lower=True)
    quadratic = float(curvature.moment[-1, -1] - half @ half)
    value = n * LOG_2PI + curvature.log_det + quadratic
    if method is Method.REML:
        value += 2 * float(np.sum(np.log(np.diag(factor[0])))) - p * LOG_2PI
    return -value / 2, beta, cho_solve(factor, np.eye(p))


def _observed(
    second: Contraction, twice: FloatArray, mean_part: FloatArray, restricted: float
) -> FloatArray:
    curved, traced = 2 * second.cross[0], 2 * second.cross[1]
    log_det = -second.log_det_cross
    if second.d2 is not None and second.log_det_d2 is not None:
        curved, traced = curved - second.d2[0], traced - second.d2[1]
        log_det = log_det + second.log_det_d2
    return np.asarray((log_det + restricted * (traced - twice) + curved) / 2 - mean_part)


def _embed(matrix: FloatArray, size: int) -> FloatArray:
    embedded = np.zeros((size, size))
    embedded[: len(matrix), : len(matrix)] = matrix
    return embedded


def _symmetric(matrix: FloatArray) -> FloatArray:
    return (matrix + matrix.T) / 2
