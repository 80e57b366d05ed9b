"""Residuals, influence, CR2 and variance intervals against dense matrices and refits."""

import numpy as np
import pytest
from scipy.linalg import sqrtm

from evalpipe.stats.fit import GaussianFit, fit_gaussian
from evalpipe.stats.inference import test_contrasts as contrast_tests
from evalpipe.stats.influence import (
    compute_residuals,
    drop_rows,
    influence_one_step,
    leave_one_out,
)
from evalpipe.stats.problem import GaussianProblem, RandomEffect, Residual, Structure
from evalpipe.stats.variance import (
    ParameterInterval,
    covariance_parameter_intervals,
    intraclass_correlations,
    random_effect_correlations,
    residual_correlations,
)

N_UNITS = 15


def simulate(*, random: bool) -> GaussianProblem:
    rng = np.random.default_rng(3)
    grid = np.array([(b, t) for b in range(N_UNITS) for t in range(3)])
    grid = rng.permutation(grid[rng.uniform(size=len(grid)) < 0.9])
    block, position = grid.T
    X = np.column_stack([np.ones(len(grid)), block % 2, position]).astype(float)
    y = 5 + rng.normal(size=len(grid)) + 2 * rng.normal(size=N_UNITS)[block]
    if not random:
        residual = Residual(
            block=block, structure=Structure.UNSTRUCTURED, position=position, n_positions=3
        )
        return GaussianProblem(y, X, ("intercept", "arm", "visit"), residual)
    effects = tuple(
        RandomEffect(name, level, np.ones((len(grid), 1)), ("intercept",))
        for name, level in (("site", block // 3), ("participant", block))
    )
    residual = Residual(block=np.arange(len(grid)))
    return GaussianProblem(y, X, ("intercept", "arm", "visit"), residual, effects)


@pytest.fixture(scope="module", params=[False, True], ids=["marginal", "nested"])
def fit(request: pytest.FixtureRequest) -> GaussianFit:
    return fit_gaussian(simulate(random=request.param))


def assemble(fit: GaussianFit) -> np.ndarray:
    V = np.zeros((fit.n_observations, fit.n_observations))
    for batch in fit.iterate_clusters():
        for rows, covariance in zip(batch.rows, batch.covariance, strict=True):
            V[np.ix_(rows, rows)] = covariance
    return V


def test_studentised_and_scaled_residuals(fit: GaussianFit):
    V, X, y = assemble(fit), fit.problem.X, fit.problem.y
    ours = compute_residuals(fit)
    raw = y - X @ fit.beta
    np.testing.assert_allclose(ours.raw, raw, atol=1e-9)
    variance = np.diag(V - X @ fit.covariance_beta @ X.T)
    np.testing.assert_allclose(ours.studentised, raw / np.sqrt(variance), rtol=1e-7)
    assert ours.scaled @ ours.scaled == pytest.approx(raw @ np.linalg.solve(V, raw))


def test_one_step_influence_is_exact_when_v_is_held(fit: GaussianFit):
    V, X, y = assemble(fit), fit.problem.X, fit.problem.y
    ours = influence_one_step(fit, np.eye(3))
    for batch in fit.iterate_clusters():
        for unit, rows in zip(batch.unit, batch.rows, strict=True):
            keep = np.setdiff1d(np.arange(len(y)), rows)
            inverse = np.linalg.inv(V[np.ix_(keep, keep)])
            beta = np.linalg.solve(X[keep].T @ inverse @ X[keep], X[keep].T @ inverse @ y[keep])
            change = ours.change[np.flatnonzero(ours.unit == unit)[0]]
            np.testing.assert_allclose(change, fit.beta - beta, atol=1e-8)


def test_leaving_one_out_is_a_refit(fit: GaussianFit):
    site = fit.problem.residual.block // 3
    if fit.problem.random:
        site = fit.problem.random[0].level
    left = leave_one_out(fit, site, np.eye(3), "satterthwaite", only=np.array([1, 4]))
    for one in left:
        refit = fit_gaussian(drop_rows(fit.problem, site != one.code))
        again = contrast_tests(refit, np.eye(3), "satterthwaite")
        np.testing.assert_allclose(one.tests.estimate, again.estimate)
        assert one.n_observations == np.sum(site != one.code)


def test_a_refit_that_cannot_be_made_says_why(fit: GaussianFit):
    arm = fit.problem.X[:, 1].astype(int)
    left = leave_one_out(fit, arm, np.eye(3), "satterthwaite")
    assert [one.status for one in left] == ["not_estimable"] * 2
    assert all(one.tests is None and "arm" in one.message for one in left)


def test_cr2_and_its_df_against_dense_matrices(fit: GaussianFit):
    V, X, y = assemble(fit), fit.problem.X, fit.problem.y
    phi = fit.covariance_beta
    c = np.array([0.0, 1.0, 0.5])
    meat, weights, spread = np.zeros((3, 3)), [], V - X @ phi @ X.T
    for batch in fit.iterate_clusters():
        for rows in batch.rows:
            L = np.linalg.cholesky(V[np.ix_(rows, rows)])
            white = np.linalg.solve(L, X[rows])
            root = np.linalg.inv(np.real(sqrtm(np.eye(len(rows)) - white @ phi @ white.T)))
            score = white.T @ root @ np.linalg.solve(L, y[rows] - X[rows] @ fit.beta)
            meat += np.outer(score, score)
            weight = np.zeros(len(y))
            weight[rows] = np.linalg.solve(L.T, root @ white @ phi @ c)
            weights.append(weight)
    G = np.array(weights) @ spread @ np.array(weights).T
    ours = contrast_tests(fit, c[None], "cr2")
    assert ours.std_error[0] == pytest.approx(np.sqrt(c @ phi @ meat @ phi @ c), rel=1e-7)
    assert ours.df[0] == pytest.approx(np.trace(G) ** 2 / np.trace(G @ G), rel=1e-6)


def test_variance_intervals_stay_positive_and_follow_the_outcome(fit: GaussianFit):
    found = covariance_parameter_intervals(fit)
    assert [one.name for one in found] == list(fit.theta_names)
    for one in found:
        assert one.conf_low < one.estimate < one.conf_high
        assert one.scale == ("log" if one.kind == "variance" else "identity")
        if one.kind == "variance":
            assert one.conf_low > 0
            assert one.conf_low * one.conf_high == pytest.approx(one.estimate**2)


def test_intraclass_correlations_add_up():
    fit = fit_gaussian(simulate(random=True))
    site, participant, residual = fit.theta
    total = site + participant + residual
    ours = intraclass_correlations(fit)
    assert [one.name.split(":")[0] for one in ours] == ["site", "participant"]
    assert ours[0].estimate == pytest.approx(site / total)
    assert ours[1].estimate == pytest.approx((site + participant) / total)
    assert random_effect_correlations(fit) == ()
    np.testing.assert_allclose(fit.random_covariance["site"], [[site]])


def test_residual_correlations_lie_between_minus_one_and_one():
    fit = fit_gaussian(simulate(random=False))
    sigma = fit.residual_covariance[0]
    ours = residual_correlations(fit)
    assert [one.name for one in ours] == [
        "correlation(1, 2)",
        "correlation(1, 3)",
        "correlation(2, 3)",
    ]
    assert ours[1].estimate == pytest.approx(sigma[0, 2] / np.sqrt(sigma[0, 0] * sigma[2, 2]))
    assert all(-1 < one.conf_low < one.estimate < one.conf_high < 1 for one in ours)


def test_correlation_of_intercept_and_slope_does_not_depend_on_the_time_unit():
    rng = np.random.default_rng(6)
    block, visit = np.repeat(np.arange(40), 5), np.tile(np.arange(5.0), 40)
    slope = rng.normal(size=40)
    y = slope[block] * visit + (slope + rng.normal(size=40))[block] + rng.normal(size=200)

    def correlate(unit: float) -> ParameterInterval:
        Z = np.column_stack([np.ones(200), unit * visit])
        effect = RandomEffect("participant", block, Z, ("intercept", "time"))
        residual = Residual(block=np.arange(200))
        found = fit_gaussian(GaussianProblem(y, Z, ("intercept", "time"), residual, (effect,)))
        G = found.random_covariance["participant"]
        (one,) = random_effect_correlations(found)
        assert one.estimate == pytest.approx(G[0, 1] / np.sqrt(G[0, 0] * G[1, 1]))
        return one

    months, days = correlate(1.0), correlate(30.0)
    assert months.estimate == pytest.approx(days.estimate, rel=1e-5)
    assert months.conf_low == pytest.approx(days.conf_low, rel=1e-4)
    assert months.name == "participant: correlation(intercept, time)"
