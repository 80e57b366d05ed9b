"""Five assumptions and deltas by conditional means and the jackknife, against rbmi 1.5.2.

The reference optimises to about 1e-4 (its note says so). Ours stops where the gradient vanishes:
`test_leaving_one_out_is_the_engine_without_that_participant` holds it against fits of their own.
"""

import numpy as np
import pytest
from cases.folder import list_files
from cases.reference_based import ASSUMPTIONS, RECIPES, build, estimate, golden, numbers, shifted

from evalpipe.stats.missing.assumptions import Scenario
from evalpipe.stats.missing.imputation_model import fit_people
from evalpipe.stats.problem import FloatArray, Method, Structure

pytestmark = pytest.mark.reference
TOLERANCE = 1e-3
"""Absolute, in points of the outcome."""


def test_every_file_is_tested() -> None:
    names = {name.split("__")[0] for name in list_files("reference_based_imputation")}
    assert names <= set(RECIPES)


@pytest.mark.parametrize("assume", ASSUMPTIONS)
@pytest.mark.parametrize("name", RECIPES)
def test_assumption(name: str, assume: str) -> None:
    found = estimate(name, Scenario(ASSUMPTIONS[assume]))
    compare(name, golden(name)["results"][assume], found.estimate, found.std_error)


@pytest.mark.parametrize("name", RECIPES)
def test_delta(name: str) -> None:
    for delta, rows in golden(name)["delta_adjustment"]["by_delta"].items():
        found = estimate(name, shifted(name, float(delta)))
        compare(name, rows, found.estimate, found.std_error)


@pytest.mark.parametrize("name", RECIPES)
def test_leaving_one_out_is_the_engine_without_that_participant(name: str) -> None:
    trial = build(name)
    everyone = np.arange(trial.data.n_people)
    for i in everyone[::17]:
        alone = fit_people(trial.data, np.delete(everyone, i), Method.REML, Structure.UNSTRUCTURED)
        assert np.allclose(trial.refits.parameters.beta[i], alone.beta, rtol=0, atol=1e-5)
        covariance = trial.refits.parameters.covariance[i, 0]
        assert np.allclose(covariance, alone.residual_covariance[0], rtol=1e-5)


def compare(name: str, rows: list[dict], estimates: FloatArray, errors: FloatArray) -> None:
    for (_, expected), found in zip(numbers(name, rows), (estimates, errors), strict=True):
        assert np.allclose(found, expected, rtol=0, atol=TOLERANCE)
