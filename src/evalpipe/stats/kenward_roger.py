"""Kenward and Roger (1997), equations 3 to 5, in the linear form: no second derivatives of V.

With P_k = -X'V^-1 V_k V^-1 X, Q_kl = X'V^-1 V_k V^-1 V_l V^-1 X and W the covariance matrix of the
covariance parameters. Both results are the same in any parametrisation of V.
"""

import numpy as np

from evalpipe.stats.fit import FittedCore
from evalpipe.stats.likelihood import weigh_cross
from evalpipe.stats.problem import FloatArray


def adjust_covariance(core: FittedCore, W: FloatArray) -> FloatArray:
    """Return Phi_A = Phi + 2 Phi [sum W_kl (Q_kl - P_k Phi P_l)] Phi, (p, p) on the safe scale."""
    phi, P = core.likelihood.phi, core.likelihood.precision_d1
    weighed = np.tensordot(W, P, axes=1)
    inner = weigh_cross(core.model, core.theta, W) - np.sum(weighed @ phi @ P, axis=0)
    adjusted = phi + 2 * phi @ inner @ phi
    return np.asarray((adjusted + adjusted.T) / 2)


def approximate_f(
    rows: FloatArray, phi: FloatArray, precision_d1: FloatArray, W: FloatArray
) -> tuple[float, float]:
    """Return the factor of the Wald F statistic and its denominator df for r rows (r, p)."""
    r = len(rows)
    loaded = rows @ phi
    # T_k = (L Phi L')^-1 L Phi P_k Phi L': the trace terms below need nothing else
    T = -np.linalg.solve(loaded @ rows.T, loaded @ precision_d1 @ loaded.T)
    traces = np.trace(T, axis1=1, axis2=2)
    A1 = float(traces @ W @ traces)
    A2 = float(np.einsum("kl,kab,lba->", W, T, T, optimize=True))
    if A2 <= 0:
        return 1.0, float("inf")
    return _match_moments(r, A1, A2)


def _match_moments(r: int, A1: float, A2: float) -> tuple[float, float]:
    """Match mean and variance of the statistic with those of a scaled F."""
    B = (A1 + 6 * A2) / (2 * r)
    g = ((r + 1) * A1 - (r + 4) * A2) / ((r + 2) * A2)
    c = 3 * r + 2 * (1 - g)
    c1, c2, c3 = g / c, (r - g) / c, (r + 2 - g) / c
    mean = 1 / (1 - A2 / r)
    variance = (2 / r) * (1 + c1 * B) / ((1 - c2 * B) ** 2 * (1 - c3 * B))
    rho = variance / (2 * mean**2)
    den_df = 4 + (r + 2) / (r * rho - 1)
    return den_df / (mean * (den_df - 2)), den_df
