"""Whole fits with random effects: invariance, boundaries, and what the data cannot carry."""

from dataclasses import replace

import numpy as np
import pytest

from evalpipe.stats.fit import GaussianFit, fit_gaussian
from evalpipe.stats.inference import ContrastTests, DfMethod, test_contrasts
from evalpipe.stats.optimise import FitStatus
from evalpipe.stats.predictions import predict_random_effects
from evalpipe.stats.problem import (
    FloatArray,
    GaussianProblem,
    IntArray,
    RandomEffect,
    Residual,
    Structure,
)

N_PEOPLE, N_VISITS = 40, 4
PERSON = np.repeat(np.arange(N_PEOPLE), N_VISITS)
VISIT = np.tile(np.arange(N_VISITS), N_PEOPLE)
ARM = (PERSON % 2).astype(float)
NAMES = ("intercept", "arm", "time", "arm:time")


def slope_problem(time: FloatArray, seed: int = 3) -> GaussianProblem:
    rng = np.random.default_rng(seed)
    level, change = rng.normal(size=(2, N_PEOPLE))
    y = level[PERSON] + 0.4 * change[PERSON] * VISIT + 0.5 * ARM * VISIT
    y = y + rng.normal(size=len(PERSON))
    one = np.ones(len(PERSON))
    X = np.column_stack([one, ARM, time, ARM * time])
    effect = RandomEffect("person", PERSON, np.column_stack([one, time]), ("intercept", "time"))
    return GaussianProblem(y, X, NAMES, Residual(PERSON), (effect,))


def intercept(level: IntArray = PERSON) -> RandomEffect:
    return RandomEffect("person", level, np.ones((len(level), 1)), ("intercept",))


def slopes_differ(fit: GaussianFit, method: DfMethod) -> ContrastTests:
    return test_contrasts(fit, np.eye(4)[3:], method)


BASE = slope_problem(VISIT * 1.0)


@pytest.mark.parametrize("times", [1e-9, 1e-3, 1e3, 1e9])
@pytest.mark.parametrize("plus", [0.0, 1e3])
def test_unit_of_the_outcome(times: float, plus: float) -> None:
    moved = replace(BASE, y=(BASE.y + plus) * times)
    ours, base = fit_gaussian(moved), fit_gaussian(BASE)
    np.testing.assert_allclose(ours.theta, base.theta * times**2, rtol=1e-7)
    assert ours.convergence.evaluations == base.convergence.evaluations
    for method in (DfMethod.SATTERTHWAITE, DfMethod.KENWARD_ROGER):
        a, b = slopes_differ(ours, method), slopes_differ(base, method)
        np.testing.assert_allclose(a.statistic, b.statistic, rtol=1e-7)
        np.testing.assert_allclose(a.df, b.df, rtol=1e-7)


@pytest.mark.parametrize(
    ("origin", "unit"),
    [(20_000.0, 1.0), (20_000.0, 30.0), (0.0, 1e-9), (0.0, 1e6), (1.7e9, 86400.0)],
)
def test_origin_and_unit_of_time(origin: float, unit: float) -> None:
    ours, base = fit_gaussian(slope_problem(origin + unit * VISIT)), fit_gaussian(BASE)
    assert ours.status is FitStatus.OK
    assert ours.theta[2] * unit**2 == pytest.approx(base.theta[2], rel=1e-4)
    assert ours.theta[3] == pytest.approx(base.theta[3], rel=1e-6)
    for method in (DfMethod.SATTERTHWAITE, DfMethod.KENWARD_ROGER):
        a, b = slopes_differ(ours, method), slopes_differ(base, method)
        np.testing.assert_allclose(a.statistic, b.statistic, rtol=1e-5)
        np.testing.assert_allclose(a.df, b.df, rtol=1e-4)


def test_row_order() -> None:
    order = np.random.default_rng(8).permutation(len(PERSON))
    effect = BASE.random[0]
    shuffled = GaussianProblem(
        BASE.y[order],
        BASE.X[order],
        NAMES,
        Residual(PERSON[order]),
        (replace(effect, level=PERSON[order], design=effect.design[order]),),
    )
    ours, base = fit_gaussian(shuffled), fit_gaussian(BASE)
    np.testing.assert_allclose(ours.theta, base.theta, rtol=1e-8)
    np.testing.assert_allclose(ours.beta, base.beta, rtol=1e-8)


def test_random_covariance_is_declared() -> None:
    fit = fit_gaussian(slope_problem(20_000.0 + VISIT))
    G = fit.random_covariance["person"]
    np.testing.assert_allclose(G[np.tril_indices(2)], fit.theta[:3], rtol=1e-9)
    assert fit.theta_names[:2] == (
        "person: variance(intercept)",
        "person: covariance(intercept, time)",
    )
    np.testing.assert_allclose(fit.residual_covariance[0], [[fit.theta[3]]])


def test_variance_of_zero_is_singular() -> None:
    """Ups and downs in turn: people differ less than their visits do, the variance ends at zero."""
    rng = np.random.default_rng(2)
    zigzag = np.where(VISIT % 2 == 0, 3.0, -3.0) * rng.normal(size=N_PEOPLE)[PERSON]
    y = zigzag + rng.normal(size=len(PERSON))
    fit = fit_gaussian(replace(BASE, y=y, random=(intercept(),)))
    assert fit.status is FitStatus.SINGULAR
    assert fit.convergence.boundary == ("person: variance(intercept)",)
    assert fit.theta[0] == pytest.approx(0.0, abs=1e-8)
    assert fit.theta[0] == 0.0
    assert fit.has_inference
    df = slopes_differ(fit, DfMethod.SATTERTHWAITE).df[0]
    assert df == pytest.approx(len(y) - BASE.X.shape[1], rel=1e-6)  # least squares without it
    least_squares = np.linalg.lstsq(BASE.X, y, rcond=None)[0]
    np.testing.assert_allclose(fit.beta, least_squares, rtol=1e-6)


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e6])
def test_no_residual_variance_is_singular(unit: float) -> None:
    y = np.random.default_rng(2).normal(size=N_PEOPLE)[PERSON] * unit
    fit = fit_gaussian(replace(BASE, y=y, random=(intercept(),)))
    assert fit.status is FitStatus.SINGULAR
    assert fit.convergence.boundary == ("residual: variance",)


def test_intercept_and_compound_symmetry_are_not_both_estimable() -> None:
    residual = Residual(PERSON, Structure.COMPOUND_SYMMETRY, VISIT, N_VISITS)
    fit = fit_gaussian(replace(BASE, residual=residual, random=(intercept(),)))
    assert fit.status is FitStatus.NOT_ESTIMABLE
    assert "person: variance(intercept)" in fit.convergence.message


def test_one_row_per_unit_is_not_estimable() -> None:
    rows = np.arange(len(PERSON))
    fit = fit_gaussian(replace(BASE, residual=Residual(rows), random=(intercept(rows),)))
    assert fit.status is FitStatus.NOT_ESTIMABLE


def test_no_start_finds_a_higher_likelihood() -> None:
    """Small samples on and off the boundary: random starts never beat the model's own."""
    from evalpipe.stats.optimise import maximise

    for seed in range(12):
        problem = slope_problem(VISIT * 1.0, seed)
        keep = PERSON < 10
        effect = problem.random[0]
        small = GaussianProblem(
            problem.y[keep],
            problem.X[keep],
            NAMES,
            Residual(PERSON[keep]),
            (replace(effect, level=PERSON[keep], design=effect.design[keep]),),
        )
        core = fit_gaussian(small).core
        rng = np.random.default_rng(seed)
        for _ in range(3):
            start = core.model.start() * rng.uniform(0.2, 3.0, size=4)
            other = maximise(core.model, int(keep.sum()), small.method, start)
            assert other.likelihood.value <= core.likelihood.value + 1e-7


def test_predictions_have_the_outcome_unit() -> None:
    (base,) = predict_random_effects(fit_gaussian(BASE))
    (moved,) = predict_random_effects(fit_gaussian(replace(BASE, y=1e4 * BASE.y + 7)))
    assert base.values.shape == (N_PEOPLE, 2)
    assert base.terms == ("intercept", "time")
    np.testing.assert_allclose(moved.values, 1e4 * base.values, rtol=1e-6)


def test_no_predictions_without_random_effects() -> None:
    assert predict_random_effects(fit_gaussian(replace(BASE, random=()))) == ()
