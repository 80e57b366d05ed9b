"""Working correlations for estimating equations, estimated from all pairs of Pearson residuals.

statsmodels estimates an autoregressive correlation from neighbours only and corrects exchangeable
ones for the coefficients. Here every correlation solves the moment equation over all pairs of one
participant (Liang and Zeger 1986; Hojsgaard, Halekoh and Yan 2006), with the scale as the mean
squared residual.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import brentq

from evalpipe.stats.problem import FloatArray, IntArray

if TYPE_CHECKING:
    from statsmodels.genmod.cov_struct import CovStruct

BORDER = 0.999


def working_correlation(name: str, n_times: int) -> "CovStruct":
    """Return a covariance structure for `statsmodels.GEE`; `dep_params` holds the correlation.

    name: `independence`, `exchangeable`, `ar1` or `unstructured`. Times are whole numbers from 0.
    """
    from statsmodels.genmod.cov_struct import CovStruct, Independence

    if name == "independence":
        return Independence()

    class Pairwise(CovStruct):  # type: ignore[misc]
        """A correlation of each pair of times, made of one number or one for each pair."""

        def initialize(self, model: Any) -> None:
            super().initialize(model)
            self.dep_params: object = 0.0
            self.matrix = np.eye(n_times)

        def update(self, params: FloatArray) -> None:  # noqa: ARG002
            products, counts, scale = _sum_products(self.model, n_times)
            self.dep_params, self.matrix = _SOLVERS[name](products / scale, counts)

        def covariance_matrix(
            self,
            endog_expval: FloatArray,  # noqa: ARG002
            index: int,
        ) -> tuple[FloatArray, bool]:
            times = _times(self.model, index)
            return self.matrix[np.ix_(times, times)], True

        def summary(self) -> str:
            return f"{name} correlation"

    return Pairwise()


def _times(model: Any, index: int) -> IntArray:
    times: IntArray = np.asarray(model.time_li[index]).ravel().astype(np.int64)
    return times


def _sum_products(model: Any, n_times: int) -> tuple[FloatArray, FloatArray, float]:
    """Return sums of residual products and counts (times, times), and the mean squared residual."""
    products, counts = np.zeros((n_times, n_times)), np.zeros((n_times, n_times))
    for i in range(model.num_group):
        mean = model.cached_means[i][0]
        residual = (model.endog_li[i] - mean) / np.sqrt(model.family.variance(mean))
        place = np.ix_(_times(model, i), _times(model, i))
        products[place] += np.outer(residual, residual)
        counts[place] += 1.0
    scale = float(np.trace(products) / np.trace(counts))
    return products, counts, scale


def _exchangeable(products: FloatArray, counts: FloatArray) -> tuple[float, FloatArray]:
    above = np.triu_indices(len(counts), 1)
    rho = _inside(products[above].sum() / max(counts[above].sum(), 1.0))
    matrix = np.full(counts.shape, rho)
    np.fill_diagonal(matrix, 1.0)
    return rho, matrix


def _autoregressive(products: FloatArray, counts: FloatArray) -> tuple[float, FloatArray]:
    first, second = np.triu_indices(len(counts), 1)
    lag = (second - first).astype(float)
    product, count = products[first, second], counts[first, second]

    def excess(rho: float) -> float:
        slope = lag * rho ** (lag - 1)
        return float((slope * (product - count * rho**lag)).sum())

    low = 0.0 if excess(0.0) >= 0 else -BORDER
    same_sign = excess(low) * excess(BORDER) > 0
    rho = BORDER * np.sign(excess(0.0)) if same_sign else brentq(excess, low, BORDER, xtol=1e-13)
    steps = np.abs(np.subtract.outer(np.arange(len(counts)), np.arange(len(counts))))
    return float(rho), np.sign(rho) ** steps * np.abs(rho) ** steps


def _unstructured(products: FloatArray, counts: FloatArray) -> tuple[FloatArray, FloatArray]:
    matrix = np.clip(products / np.maximum(counts, 1.0), -BORDER, BORDER)
    np.fill_diagonal(matrix, 1.0)
    values, vectors = np.linalg.eigh(matrix)
    matrix = (vectors * np.maximum(values, 1e-6)) @ vectors.T
    return matrix[np.triu_indices(len(counts), 1)], matrix


def _inside(rho: float) -> float:
    return float(np.clip(rho, -BORDER, BORDER))


_SOLVERS = {"exchangeable": _exchangeable, "ar1": _autoregressive, "unstructured": _unstructured}
