"""Imputation by chance has the conditional means and spread; pooling says how far chance moves."""

import numpy as np
import pytest

from evalpipe.stats.missing.assumptions import Assumption, Scenario, build_profiles
from evalpipe.stats.missing.completed_sums import list_patterns
from evalpipe.stats.missing.conditional_mean import estimate_conditional_means, jackknife_refits
from evalpipe.stats.missing.draws import analyse_completed, draw_completed, fill_by_chance
from evalpipe.stats.missing.imputation_model import fit_imputation_model, parameters_of
from evalpipe.stats.missing.pooling import (
    choose_imputations,
    find_monte_carlo_errors,
    pool_estimates,
)

JUMP = Scenario(Assumption.JUMP_TO_REFERENCE)


@pytest.fixture
def trial(draw_trial):
    data, analysis = draw_trial()
    return data, analysis, fit_imputation_model(data)


def test_draws_have_the_conditional_mean_and_spread(trial) -> None:
    data, analysis, fit = trial
    parameters, profiles = parameters_of(fit), build_profiles(data, JUMP)
    generator = np.random.default_rng(5)
    drawn = np.array(
        [fill_by_chance(data, JUMP, profiles, parameters, generator) for _ in range(2000)]
    )
    estimates = np.array([analyse_completed(y, analysis)[0] for y in drawn])
    exact = estimate_conditional_means(data, jackknife_refits(data, fit), JUMP, analysis)
    error = estimates.std(axis=0) / np.sqrt(2000)
    assert np.all(np.abs(estimates.mean(axis=0) - exact.estimate) < 4 * error + 1e-12)
    seen = ~data.is_missing
    assert np.array_equal(drawn[0][seen], data.y[seen])
    for pattern in list_patterns(data, JUMP):
        gaps = np.flatnonzero(pattern.missing)
        if len(gaps):
            _, spread = pattern.regress(parameters.covariance)
            found = drawn[:, pattern.who[0], gaps].var(axis=0)
            assert np.allclose(found / np.diag(spread[0]), 1, atol=0.15)


def test_shift_and_factor_touch_what_is_imputed_alone(trial) -> None:
    data, _, fit = trial
    shift, factor = np.full(data.y.shape, 3.0), np.full(data.y.shape, 2.0)
    plain, changed = (
        next(draw_completed(data, fit, scenario, 1, np.random.default_rng(2)))
        for scenario in (Scenario(), Scenario(shift=shift, factor=factor))
    )
    assert np.allclose(changed, np.where(data.is_missing, 2 * plain + 3, plain))


def test_the_same_generator_gives_the_same_draws(trial) -> None:
    data, _, fit = trial
    one, two, other = (
        next(draw_completed(data, fit, JUMP, 1, np.random.default_rng(seed))) for seed in (1, 1, 2)
    )
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)


def test_analysis_of_completed_data_is_least_squares(trial) -> None:
    data, analysis, fit = trial
    y = next(draw_completed(data, fit, Scenario(), 1, np.random.default_rng(1)))
    estimate, variance, df = analyse_completed(y, analysis)
    A = analysis.design
    gram = np.linalg.inv(A.T @ A)
    beta = gram @ A.T @ y
    rows = np.where(np.isnan(analysis.contrasts), A.mean(axis=0), analysis.contrasts)
    residual = y - A @ beta
    expected = np.diag(rows @ gram @ rows.T)[:, None] * (residual**2).sum(axis=0) / (len(A) - 3)
    assert df == len(A) - 3
    assert np.allclose(estimate, rows @ beta)
    assert np.allclose(variance, expected)


def test_rubins_variance_is_larger_than_the_jackknifes_under_jump_to_reference(draw_trial) -> None:
    data, analysis = draw_trial(80, seed=3)
    fit = fit_imputation_model(data)
    drawn = draw_completed(data, fit, JUMP, 40, np.random.default_rng(8))
    each = [analyse_completed(y, analysis) for y in drawn]
    pooled = pool_estimates(
        np.array([e for e, _, _ in each]), np.array([v for _, v, _ in each]), each[0][2]
    )
    sure = estimate_conditional_means(data, jackknife_refits(data, fit), JUMP, analysis)
    distance = np.abs(pooled.estimate - sure.estimate)[0, -1]
    assert distance < 4 * pooled.monte_carlo_error[0, -1] + 0.1
    assert pooled.std_error[0, -1] > 1.05 * sure.std_error[0, -1]


def test_monte_carlo_error_of_the_estimate_has_a_formula() -> None:
    generator = np.random.default_rng(1)
    estimates, variances = generator.normal(size=(10, 3)), generator.random((10, 3)) + 1
    pooled = pool_estimates(estimates, variances, 50)
    found = find_monte_carlo_errors(estimates, variances, 50)
    assert np.allclose(found.estimate, pooled.monte_carlo_error)
    assert np.allclose(pooled.monte_carlo_error, np.sqrt(pooled.between / 10))
    assert np.all(found.std_error > 0)
    assert np.all(found.p_value > 0)


def test_the_number_of_imputations_keeps_a_digit_still() -> None:
    needed = choose_imputations(np.array([0.25]), 0.1)
    generator = np.random.default_rng(6)
    means = generator.normal(0, 0.5, size=(2000, needed)).mean(axis=1)
    moved = np.mean(np.abs(means) > 0.05)
    assert moved == pytest.approx(0.05, abs=0.02)
    assert choose_imputations(np.array([0.25]), 0.05) == pytest.approx(4 * needed, rel=0.01)
    assert choose_imputations(np.zeros(2), 0.1) == 20
