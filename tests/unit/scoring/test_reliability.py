from typing import Any

import numpy as np
import pytest

from evalpipe.errors import NotEstimableError
from evalpipe.scoring.one_factor import fit_one_factor, omega_interval
from evalpipe.scoring.reliability import alpha_interval, alpha_of, judge_scale


def parallel_answers(n: Any, k: Any, loading: Any, seed: Any = 1):
    """Answers with one factor: every item loads `loading` and has variance 1."""
    rng = np.random.default_rng(seed)
    factor = rng.standard_normal((n, 1))
    return loading * factor + np.sqrt(1 - loading**2) * rng.standard_normal((n, k))


def test_alpha_of_parallel_items_is_spearman_brown():
    covariance = np.full((5, 5), 0.4) + 0.6 * np.eye(5)
    assert alpha_of(covariance) == pytest.approx(5 * 0.4 / (1 + 4 * 0.4))


def test_omega_finds_the_loadings_of_a_known_factor():
    found = fit_one_factor(parallel_answers(200_000, 5, 0.7))
    np.testing.assert_allclose(found.loadings, 0.7, atol=0.01)
    total = (5 * 0.7) ** 2
    assert found.omega == pytest.approx(total / (total + 5 * 0.51), abs=0.002)


def test_interval_of_omega_covers_as_often_as_it_says():
    total = (5 * 0.6) ** 2
    truth = total / (total + 5 * 0.64)
    covered = 0
    for seed in range(200):
        fit = fit_one_factor(parallel_answers(150, 5, 0.6, seed))
        low, high = omega_interval(fit.omega, fit.std_error)
        covered += low <= truth <= high
    # 95 % of 200 with Monte Carlo SD 1.5 %
    assert 0.90 <= covered / 200 <= 0.99


def test_scale_of_units_does_not_change_omega():
    answers = parallel_answers(500, 4, 0.6)
    stretched = answers * np.array([1.0, 10.0, 100.0, 0.01])
    rescaled = fit_one_factor(stretched).loadings / np.array([1.0, 10.0, 100.0, 0.01])
    np.testing.assert_allclose(rescaled, fit_one_factor(answers).loadings, rtol=1e-6)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (np.ones((50, 4)), "same answer from everybody"),
        (np.arange(10.0).reshape(5, 2), "3 items"),
        (np.repeat(np.arange(50.0)[:, None], 4, axis=1), "dependent|Heywood"),
    ],
)
def test_items_that_cannot_carry_a_factor_are_refused(answers: Any, message: Any):
    with pytest.raises(NotEstimableError, match=message):
        fit_one_factor(answers)


def test_a_scale_without_omega_says_why():
    found = judge_scale("x", np.ones((20, 4)), items=(1, 2, 3, 4))
    assert np.isnan(found.omega)
    assert "same answer" in found.note
    assert np.isnan(found.alpha)


def test_interval_of_alpha_is_missing_without_alpha():
    assert all(np.isnan(alpha_interval(float("nan"), 10, 5)))
