from typing import Any

import numpy as np
import pytest

from evalpipe.errors import NotEstimableError
from evalpipe.scoring.alpha import alpha_interval, alpha_of
from evalpipe.scoring.one_factor import fit_one_factor, omega_interval
from evalpipe.scoring.reliability import judge_scale


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


def test_pingouin_and_the_formula_give_one_alpha():
    answers = parallel_answers(60, 4, 0.6)
    answers[np.random.default_rng(2).random(answers.shape) < 0.1] = np.nan
    found = judge_scale("x", answers, items=(1, 2, 3, 4), by_pingouin=True)
    plain = judge_scale("x", answers, items=(1, 2, 3, 4))
    assert found.alpha == pytest.approx(found.second_alpha, rel=1e-12)
    assert found.second_alpha == plain.alpha
    assert np.isnan(plain.second_alpha)


def with_column(answers: Any, place: int, values: Any):
    changed = answers.copy()
    changed[:, place] = values
    return changed


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda a: with_column(a, 2, 3.0), "every answer to item 9 is the same"),
        (lambda a: with_column(a, 1, np.nan), "nobody answered item 7"),
        (lambda a: a[:2], "fewer than 3 people answered both items of a pair"),
        (lambda a: a[:, :1], "one item"),
    ],
)
def test_alpha_says_why_it_is_missing(change: Any, words: Any):
    """pingouin keeps a constant item, skips what nobody answered, and takes two people."""
    answers = change(parallel_answers(30, 3, 0.6))
    items = (2, 7, 9)[: answers.shape[1]]
    found = judge_scale("x", answers, items=items, by_pingouin=True)
    assert np.isnan(found.alpha)
    assert np.isnan(found.alpha_interval[0])
    assert words in str(found.alpha_note)


def test_a_pair_of_items_that_few_people_answered_together():
    answers = parallel_answers(40, 3, 0.6)
    answers[:20, 0] = np.nan
    answers[22:, 1] = np.nan
    assert "pair" in str(judge_scale("x", answers, items=(1, 2, 3)).alpha_note)
