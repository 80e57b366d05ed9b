"""Starting values: the moment estimator, kept inside the parameter space."""

import numpy as np
import pytest

from evalpipe.stats.nested import NestedModel
from evalpipe.stats.problem import FloatArray, GaussianProblem, RandomEffect, Residual

PERSON = np.repeat(np.arange(30), 4)


def start(y: FloatArray) -> FloatArray:
    one = np.ones((len(y), 1))
    effect = RandomEffect("person", PERSON, one, ("intercept",))
    model = NestedModel(GaussianProblem(y, one, ("intercept",), Residual(PERSON), (effect,)))
    return model.natural(model.start()).theta


def test_balanced_start_is_the_analysis_of_variance() -> None:
    """MIVQUE0 of balanced data: mean squares, with n in place of n - 1 between people."""
    rng = np.random.default_rng(1)
    y = 2 * rng.normal(size=30)[PERSON] + rng.normal(size=120)
    by_person = y.reshape(30, 4)
    within = by_person.var(axis=1, ddof=1).mean()
    between = by_person.mean(axis=1).var() - within / 4
    np.testing.assert_allclose(start(y), [between, within], rtol=1e-8)


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
def test_start_is_never_on_the_boundary(unit: float) -> None:
    zigzag = np.tile([1.0, -1.0, 1.0, -1.0], 30) * unit
    theta = start(zigzag + 1e-3 * unit * np.random.default_rng(2).normal(size=120))
    assert theta[0] > 0.01 * theta[1]
    assert theta[1] > 0.01 * unit**2
