"""Multiple imputation under an assumption: completed data sets by chance.

Parameters of each imputation come from a fit to participants drawn with replacement within arms, so
that their uncertainty is carried over (approximately proper; Wolbers et al. 2022, section 2.4).
Missing outcomes are then drawn from the conditional normal distribution given a participant's
observed outcomes (Carpenter, Roger and Kenward 2013).
"""

from collections.abc import Iterator

import numpy as np

from evalpipe.stats.fit import GaussianFit
from evalpipe.stats.missing.assumptions import ImputationData, Scenario, build_profiles
from evalpipe.stats.missing.bootstrap import draw_parameters
from evalpipe.stats.missing.completed_sums import list_patterns
from evalpipe.stats.missing.conditional_mean import Analysis
from evalpipe.stats.missing.imputation_model import Parameters
from evalpipe.stats.precondition import orthonormalise
from evalpipe.stats.problem import FloatArray


def draw_completed(
    data: ImputationData,
    fit: GaussianFit,
    scenario: Scenario,
    imputations: int,
    generator: np.random.Generator,
) -> Iterator[FloatArray]:
    """Yield completed outcomes (N, T), as many as there are to be imputations."""
    profiles = build_profiles(data, scenario)
    for _ in range(imputations):
        _, parameters = draw_parameters(data, fit, generator)
        yield fill_by_chance(data, scenario, profiles, parameters, generator)


def fill_by_chance(
    data: ImputationData,
    scenario: Scenario,
    profiles: FloatArray,
    parameters: Parameters,
    generator: np.random.Generator,
) -> FloatArray:
    """Return outcomes (N, T) whose gaps are drawn given the parameters of one fit (b = 1).

    profiles: `build_profiles` (N, T, p).
    """
    mean = profiles @ parameters.beta[0]
    noise = generator.standard_normal(data.y.shape)
    filled = data.y.copy()
    for pattern in list_patterns(data, scenario):
        gaps, seen = np.flatnonzero(pattern.missing), np.flatnonzero(~pattern.missing)
        if not len(gaps):
            continue
        who = pattern.who[:, None]
        slope, spread = pattern.regress(parameters.covariance)
        factor = np.linalg.cholesky((spread[0] + spread[0].T) / 2)
        centre = mean[who, gaps] + (data.y[who, seen] - mean[who, seen]) @ slope[0].T
        drawn = centre + noise[who, gaps] @ factor.T
        filled[who, gaps] = pattern.factor[gaps] * drawn
    if scenario.shift is not None:
        filled += np.where(data.is_missing, scenario.shift, 0.0)
    return filled


def analyse_completed(y: FloatArray, analysis: Analysis) -> tuple[FloatArray, FloatArray, int]:
    """Return estimates and their variances (c, T) by least squares at each visit, and their df.

    y: (N, T) completed outcomes. What `pool_estimates` takes, once for each imputation.
    """
    Q, R = orthonormalise(analysis.design, analysis.columns)
    coefficients = Q.T @ y
    df = len(y) - Q.shape[1]
    variance = ((y - Q @ coefficients) ** 2).sum(axis=0) / df
    mean = analysis.design.mean(axis=0)
    rows = np.where(np.isnan(analysis.contrasts), mean, analysis.contrasts)
    turned = np.linalg.solve(R.T, rows.T).T
    return turned @ coefficients, (turned**2).sum(axis=1)[:, None] * variance, df
