"""Where the search for the covariance of random effects begins."""

import numpy as np

from evalpipe.stats.curvature import Curvature
from evalpipe.stats.effect_covariance import EffectScale
from evalpipe.stats.problem import FloatArray

LEAST_SIGNAL = 0.25
"""Smallest eigenvalue of a starting G, as the share of a unit's signal in its noise."""
LEAST_RESIDUAL = 0.05
"""Smallest starting residual variance, as a share of the outcome's."""


def find_start(
    identity: Curvature, n: int, scales: tuple[EffectScale, ...]
) -> tuple[FloatArray, float]:
    """Solve the moment equations at independent residuals (MIVQUE0), variances kept positive.

    identity: second-order sums at V = I, in the effects' parameters and one residual variance.
    Returns these parameters (k,), and the outcome's variance around least squares.
    """
    if identity.moment_d1 is None or identity.log_det_cross is None:
        raise ValueError("second-order sums are missing")
    k, p = len(identity.moment_d1), len(identity.moment) - 1
    theta = np.zeros(k)
    beta = np.linalg.lstsq(identity.moment[:p, :p], identity.moment[:p, p], rcond=None)[0]
    contrast = np.append(-beta, 1.0)
    unit = max(float(contrast @ identity.moment @ contrast) / n, np.finfo(float).tiny)
    squares = np.einsum("a,kab,b->k", contrast, identity.moment_d1, contrast) / unit
    solved = np.linalg.lstsq(identity.log_det_cross, squares, rcond=None)[0]
    theta[-1] = unit * float(np.clip(solved[-1], LEAST_RESIDUAL, 1.0))
    for scale in scales:
        G = unit * scale.matrix(solved)
        noise = theta[-1] / np.diag(scale.information)
        root = np.sqrt(noise)
        values, vectors = np.linalg.eigh(G / np.outer(root, root))
        lifted = (vectors * np.maximum(values, LEAST_SIGNAL)) @ vectors.T * np.outer(root, root)
        theta[scale.active] = [lifted[i, j] for i, j in scale.pairs]
    return theta, unit
