"""Covariances of which two parameters say the same thing are refused, whatever the data say."""

import numpy as np
import pytest

from evalpipe.stats.fit import fit_gaussian
from evalpipe.stats.optimise import FitStatus
from evalpipe.stats.problem import GaussianProblem, RandomEffect, Residual, Structure


def fit_slopes(structure: Structure, n_visits: int, seed: int, *, has_slope: bool, jitter: float):
    rng = np.random.default_rng(seed)
    n = 60
    unit, visit = np.repeat(np.arange(n), n_visits), np.tile(np.arange(n_visits), n)
    time = visit + jitter * rng.uniform(-1, 1, len(unit))
    own = rng.standard_normal((n, 2))
    y = own[unit, 0] + 0.5 * own[unit, 1] * time + rng.standard_normal(len(unit))
    X = np.column_stack([np.ones(len(unit)), time])
    terms = ("intercept", "time")[: 1 + has_slope]
    effect = RandomEffect("unit", unit, X[:, : len(terms)], terms)
    residual = Residual(unit, structure, position=visit, n_positions=n_visits)
    return fit_gaussian(GaussianProblem(y, X, ("a", "b"), residual, (effect,)))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    ("structure", "n_visits", "has_slope"),
    [
        (Structure.IDENTITY, 2, True),
        (Structure.HETEROGENEOUS_AR1, 3, True),
        (Structure.COMPOUND_SYMMETRY, 4, False),
        (Structure.TOEPLITZ, 4, True),
        (Structure.UNSTRUCTURED, 3, False),
    ],
)
def test_redundant_parameters_are_named(structure, n_visits, has_slope, seed):
    fit = fit_slopes(structure, n_visits, seed, has_slope=has_slope, jitter=0.0)
    assert fit.status is FitStatus.NOT_ESTIMABLE
    assert fit.convergence.message.startswith("the data do not identify: unit: ")
    assert fit.convergence.message.endswith("choose a simpler covariance structure")


@pytest.mark.parametrize("seed", range(3))
def test_irregular_times_tell_the_slope_apart(seed):
    """Two visits at times of their own carry what two common visits do not."""
    fit = fit_slopes(Structure.IDENTITY, 2, seed, has_slope=True, jitter=0.3)
    assert fit.status is not FitStatus.NOT_ESTIMABLE
