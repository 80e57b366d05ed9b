"""CR2: bias-reduced cluster-robust covariance with Satterthwaite df, clusters being independent
units.

Bell and McCaffrey (2002); Pustejovsky and Tipton (2018). In coordinates whitened by the fitted V,
cluster i has X*_i, e*_i, hat matrix H_i = X*_i Phi X*_i' and adjustment (I - H_i)^(-1/2). Degrees
of freedom take the fitted V as the working model, so that only h_i = X*_i' g_i is kept of each
cluster.
"""

from dataclasses import dataclass

import numpy as np

from evalpipe.stats.curvature import ClusterBatch
from evalpipe.stats.fit import FittedCore
from evalpipe.stats.problem import FloatArray

LEVERAGE_ONE = 1e-10
"""Eigenvalue of I - H that counts as zero: the cluster alone determines a coefficient."""


@dataclass(frozen=True)
class ClusterRobust:
    """CR2 on the safe scale: covariance (p, p), and the fit for the df of a contrast."""

    covariance: FloatArray
    core: FittedCore

    def find_df(self, rows: FloatArray) -> FloatArray:
        """Return tr(G)^2 / tr(G^2) for each row (m, p).

        G_ij = 1(i = j) g_i'g_i - h_i'Phi h_j is the covariance of the clusters' contributions to
        the contrast under the working model, with g_i the whitened weights and h_i = X*_i'g_i.
        """
        phi, m = self.core.likelihood.phi, len(rows)
        loaded = rows @ phi
        trace, square = np.zeros(m), np.zeros(m)
        outer = np.zeros((m, len(phi), len(phi)))
        for batch in self.core.model.clusters(self.core.theta):
            _, weighed, turned = _adjust_batch(self.core, batch)
            g = np.einsum("bpi,mp->mbi", weighed, loaded)
            h = np.einsum("mbi,bip->mbp", g, turned)
            own = np.sum(g**2, axis=-1)
            through = np.sum((h @ phi) * h, axis=-1)
            trace += np.sum(own - through, axis=1)
            square += np.sum(own**2 - 2 * own * through, axis=1)
            outer += h.swapaxes(1, 2) @ h
        product = phi @ outer
        square += np.einsum("mpq,mqp->m", product, product)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.where(square > 0, trace**2 / square, np.nan))


def build_cluster_robust(core: FittedCore) -> ClusterRobust:
    """Return the CR2 covariance of the coefficients."""
    phi = core.likelihood.phi
    meat = np.zeros_like(phi)
    for batch in core.model.clusters(core.theta):
        score, _, _ = _adjust_batch(core, batch)
        meat += score.T @ score
    return ClusterRobust(phi @ meat @ phi, core)


def whiten_batch(core: FittedCore, batch: ClusterBatch) -> tuple[FloatArray, FloatArray]:
    """Return X* (b, m, p) and e* (b, m) on the safe scale, whitened by the Cholesky factor of V."""
    X, y = core.prepared.problem.X[batch.rows], core.prepared.problem.y[batch.rows]
    residual = y - X @ core.likelihood.beta
    factor = np.linalg.cholesky(batch.covariance)
    joined = np.linalg.solve(factor, np.concatenate([X, residual[..., None]], axis=-1))
    return joined[..., :-1], joined[..., -1]


def _adjust_batch(
    core: FittedCore, batch: ClusterBatch
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return scores (b, p), X*'(I - H)^(-1/2) (b, p, m) and X* (b, m, p), in eigenvectors of I -
    H.
    """
    X, residual = whiten_batch(core, batch)
    m = X.shape[1]
    values, vectors = np.linalg.eigh(np.eye(m) - X @ core.likelihood.phi @ X.swapaxes(1, 2))
    kept = values > LEVERAGE_ONE
    root = np.where(kept, 1 / np.sqrt(np.where(kept, values, 1.0)), 0.0)
    turned = vectors.swapaxes(1, 2) @ X  # (b, m, p)
    turned_residual = np.einsum("bmi,bm->bi", vectors, residual)
    weighed = turned.swapaxes(1, 2) * root[:, None, :]
    score = np.einsum("bpi,bi->bp", weighed, turned_residual)
    return score, weighed, turned
