"""Intervals that hold together for several estimates.

Bonferroni with weights; one-sided bounds that agree with a graph (Strassburger and Bretz 2008,
Statistics in Medicine 27, 4914-4927; Guilbaud 2008, Biometrical Journal 50, 678-692); single-step
from the largest of correlated t statistics (Dunnett 1955; Hothorn, Bretz and Westfall 2008,
Biometrical Journal 50, 346-363); all pairs (Tukey 1953; Kramer 1956; conservative with unequal
standard errors: Hayter 1984).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtrit
from scipy.stats import studentized_range

from evalpipe.errors import ModelError
from evalpipe.stats.multiplicity.graphs import Graph, reject_by_graph, weights_of_remaining
from evalpipe.stats.multiplicity.max_t import find_max_t_quantile, max_t_p_values
from evalpipe.stats.problem import FloatArray


@dataclass(frozen=True)
class Simultaneous:
    """Adjusted p-values and intervals (m,) at one joint confidence level."""

    adjusted: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray


def bonferroni_intervals(
    estimate: FloatArray,
    std_error: FloatArray,
    df: FloatArray | float,
    weights: FloatArray,
    confidence_level: float = 0.95,
) -> tuple[FloatArray, FloatArray]:
    """Return two-sided limits (m,), each at 1 - weight * alpha; infinite where a weight is 0."""
    tail = (1 - confidence_level) * np.asarray(weights, dtype=float) / 2
    half = np.asarray(-quantile_t(tail, df) * std_error)
    return estimate - half, estimate + half


def graph_bounds(
    graph: Graph,
    estimate: FloatArray,
    std_error: FloatArray,
    p_values: FloatArray,
    df: FloatArray | float = np.inf,
    alpha: float = 0.025,
    null: FloatArray | float = 0.0,
) -> FloatArray:
    """Return one-sided lower bounds (m,) that agree with the decisions of a graph at alpha.

    p_values: (m,) one-sided, of the alternatives estimate > null. A bound lies at or above `null`
    exactly where the hypothesis is rejected. Unless all are rejected, the bound of a rejected one
    is `null` itself: the price of testing in steps. For upper bounds turn the signs.
    """
    rejected = reject_by_graph(graph, p_values, alpha).is_rejected
    border = np.broadcast_to(np.asarray(null, dtype=float), estimate.shape)
    weights = graph.weights if rejected.all() else weights_of_remaining(graph, rejected)
    own = estimate + quantile_t(alpha * weights, df) * std_error
    if rejected.all():
        return np.asarray(np.maximum(border, own))
    return np.where(rejected, border, own)


def single_step(
    estimate: FloatArray,
    covariance: FloatArray,
    df: float,
    confidence_level: float = 0.95,
) -> Simultaneous:
    """Return adjusted p-values and intervals from the largest |t| (Dunnett's for arms against one
    control).

    covariance: (m, m) of the estimates, positive definite; df: one for all, infinite for normal.
    """
    error = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(error, error)
    half = find_max_t_quantile(correlation, df, confidence_level) * error
    adjusted = max_t_p_values(estimate / error, correlation, df)
    return Simultaneous(adjusted, estimate - half, estimate + half)


def all_pairs(
    estimate: FloatArray,
    std_error: FloatArray,
    n_means: int,
    df: float,
    confidence_level: float = 0.95,
) -> Simultaneous:
    """Return adjusted p-values and intervals of all pairs (m,) of `n_means` means (Tukey-Kramer).

    df: at least 1; above 100,000 the normal limit is used.
    """
    if len(estimate) != n_means * (n_means - 1) // 2:
        raise ModelError("Tukey's intervals need every pair of means once")
    freedom = min(df, 1e5)
    statistic = np.sqrt(2.0) * np.abs(estimate) / std_error
    half = studentized_range.ppf(confidence_level, n_means, freedom) * std_error / np.sqrt(2.0)
    p = np.asarray(studentized_range.sf(statistic, n_means, freedom), dtype=float)
    return Simultaneous(np.clip(p, 0.0, 1.0), estimate - half, estimate + half)


def quantile_t(probability: FloatArray, df: FloatArray | float) -> FloatArray:
    """Return quantiles of t, of the normal distribution where df is infinite; -inf at 0."""
    freedom = np.broadcast_to(np.asarray(df, dtype=float), probability.shape)
    finite = np.where(np.isfinite(freedom), freedom, 1.0)
    found = np.where(np.isfinite(freedom), stdtrit(finite, probability), ndtri(probability))
    return np.where(probability > 0, found, -np.inf)
