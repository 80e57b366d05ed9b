"""Five assumptions and deltas by conditional means and the jackknife, against rbmi 1.5.2.

The reference optimises to about 1e-4 (its note says so). Ours stops where the gradient vanishes:
`test_leaving_one_out_is_the_engine_without_that_participant` holds it against fits of their own.
"""

import numpy as np
import pytest
from cases.folder import list_files, load
from cases.reference_based import ASSUMPTIONS, RECIPES, build, estimate, golden, numbers, shifted

from evalpipe.stats.missing.assumptions import Scenario
from evalpipe.stats.missing.conditional_mean import estimate_shift
from evalpipe.stats.missing.imputation_model import fit_imputation_model, fit_people
from evalpipe.stats.missing.tipping import cut_plane, find_tipping
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


def test_the_imputation_model_is_at_the_top() -> None:
    """mmrm with a tight optimiser has this model too; the last digits of rbmi are its default's."""
    expected = load("btheb__mmrm_us")["reml"]
    fit = fit_imputation_model(build("btheb").data)
    assert fit.log_likelihood >= expected["loglik"] - 1e-9
    assert fit.log_likelihood == pytest.approx(expected["loglik"], abs=1e-6)
    assert fit.convergence.scaled_gradient < 1e-6


@pytest.mark.parametrize("name", RECIPES)
def test_leaving_one_out_is_the_engine_without_that_participant(name: str) -> None:
    trial = build(name)
    everyone = np.arange(trial.data.n_people)
    for i in everyone[::17]:
        alone = fit_people(trial.data, np.delete(everyone, i), Method.REML, Structure.UNSTRUCTURED)
        assert np.allclose(trial.refits.parameters.beta[i], alone.beta, rtol=0, atol=1e-5)
        covariance = trial.refits.parameters.covariance[i, 0]
        assert np.allclose(covariance, alone.residual_covariance[0], rtol=1e-5)


def test_tipping_point_lies_where_the_reference_turns() -> None:
    """fev, first visit: p is .016 at delta -6 and .065 at -8."""
    trial = build("fev")
    base = estimate("fev", Scenario())
    unit = shifted("fev", 1.0).shift
    assert unit is not None
    shift = estimate_shift(trial.data, trial.refits, unit, trial.analysis)
    found = find_tipping(cut_plane(base, (shift,), 0, 0))
    rows = golden("fev")["delta_adjustment"]["by_delta"]
    p = {float(d): numbers_of(each, "trt_VIS1", "p") for d, each in rows.items()}
    assert p[-6.0] < 0.05 < p[-8.0]
    assert -8 < found.negative < -6
    at = estimate("fev", shifted("fev", found.negative))
    assert at.p_value[0, 0] == pytest.approx(0.05, abs=1e-9)


def numbers_of(rows: list[dict], parameter: str, key: str) -> float:
    return next(float(row[key]) for row in rows if row["parameter"] == parameter)


def compare(name: str, rows: list[dict], estimates: FloatArray, errors: FloatArray) -> None:
    for (_, expected), found in zip(numbers(name, rows), (estimates, errors), strict=True):
        assert np.allclose(found, expected, rtol=0, atol=TOLERANCE)
