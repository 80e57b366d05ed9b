"""Likelihood-ratio comparison of two nested models fitted by full maximum likelihood."""

from dataclasses import dataclass

from scipy.special import chdtrc

from evalpipe.errors import ModelError
from evalpipe.stats.fit import GaussianFit
from evalpipe.stats.problem import Method


@dataclass(frozen=True)
class LikelihoodRatio:
    """Chi-square statistic, df = difference in parameters (fixed and covariance), p value.

    Conservative where the smaller model sets a variance to zero.
    """

    statistic: float
    df: int
    p_value: float


def compare_by_likelihood(smaller: GaussianFit, larger: GaussianFit) -> LikelihoodRatio:
    """Compare two ML fits to the same rows, the smaller nested in the larger.

    Raises
    ------
    ModelError
        If a fit is not ML, the rows differ in number, or the larger has no more parameters.
    """
    if smaller.method is not Method.ML or larger.method is not Method.ML:
        raise ModelError("a likelihood-ratio comparison needs both models fitted by ML")
    if smaller.n_observations != larger.n_observations:
        raise ModelError("the two models were fitted to different rows")
    df = len(larger.beta) + len(larger.theta) - len(smaller.beta) - len(smaller.theta)
    if df < 1:
        raise ModelError("the larger model has no more parameters than the smaller")
    statistic = 2 * (larger.log_likelihood - smaller.log_likelihood)
    return LikelihoodRatio(statistic, df, float(chdtrc(df, max(statistic, 0.0))))
