"""The one door: methods, borders, and what it refuses."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from evalpipe.errors import ModelError
from evalpipe.stats.comparison import compare_by_likelihood
from evalpipe.stats.fit import GaussianFit, fit_gaussian
from evalpipe.stats.inference import combine_df
from evalpipe.stats.inference import test_contrasts as contrast_tests
from evalpipe.stats.inference import test_joint as joint_test
from evalpipe.stats.problem import GaussianProblem, Method, Residual, Structure


def simulate(structure: Structure = Structure.COMPOUND_SYMMETRY, n: int = 16) -> GaussianProblem:
    rng = np.random.default_rng(8)
    block, position = np.repeat(np.arange(n), 3), np.tile(np.arange(3), n)
    X = np.column_stack([np.ones(3 * n), block % 2, position]).astype(float)
    y = rng.normal(size=3 * n) + rng.normal(size=n)[block]
    residual = Residual(block=block, structure=structure, position=position, n_positions=3)
    return GaussianProblem(y, X, ("intercept", "arm", "visit"), residual)


@pytest.fixture(scope="module")
def fit() -> GaussianFit:
    return fit_gaussian(simulate())


@pytest.fixture(scope="module")
def least_squares() -> GaussianFit:
    return fit_gaussian(simulate(Structure.IDENTITY))


def test_balanced_compound_symmetry_has_its_exact_df(fit: GaussianFit):
    for method in ("satterthwaite", "kenward_roger"):
        ours = contrast_tests(fit, np.eye(3)[1:], method)
        np.testing.assert_allclose(ours.df, [14, 31], rtol=1e-6)  # between, within
        np.testing.assert_allclose(ours.std_error**2, np.diag(fit.covariance_beta)[1:], rtol=1e-8)


def test_least_squares_equals_the_textbook(least_squares: GaussianFit):
    problem = least_squares.problem
    beta, rss = np.linalg.lstsq(problem.X, problem.y)[:2]
    df = len(problem.y) - 3
    se = np.sqrt(rss[0] / df * np.diag(np.linalg.inv(problem.X.T @ problem.X)))
    for method in ("residual", "satterthwaite", "kenward_roger"):
        ours = contrast_tests(least_squares, np.eye(3), method)
        np.testing.assert_allclose(ours.estimate, beta, rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(ours.std_error, se, rtol=1e-7)
        np.testing.assert_allclose(ours.df, df, rtol=1e-6)
        np.testing.assert_allclose(ours.p_value, 2 * stats.t.sf(np.abs(beta / se), df), rtol=1e-5)
    joint = joint_test(least_squares, np.eye(3)[1:], "residual")
    assert joint.p_value == pytest.approx(stats.f.sf(joint.statistic, 2, df))


def test_an_interval_agrees_with_its_p_value(fit: GaussianFit):
    for method in ("satterthwaite", "kenward_roger", "cr2", "normal"):
        p = contrast_tests(fit, np.eye(3), method).p_value
        for i, level in enumerate(1 - p):
            ours = contrast_tests(fit, np.eye(3)[[i]], method, confidence_level=level)
            ends = np.array([ours.conf_low[0], ours.conf_high[0]])
            assert np.min(np.abs(ends)) < 1e-7


def test_one_row_jointly_is_its_t_squared(fit: GaussianFit):
    row = np.array([[0.0, 1.0, 0.5]])
    for method in ("satterthwaite", "kenward_roger", "cr2", "normal"):
        single, joint = contrast_tests(fit, row, method), joint_test(fit, row, method)
        assert joint.statistic == pytest.approx(single.statistic[0] ** 2, rel=1e-6)
        assert joint.p_value == pytest.approx(single.p_value[0], rel=1e-6)


def test_redundant_rows_count_once(fit: GaussianFit):
    rows = np.array([[0, 1, 0], [0, 0, 1], [0, 1, 1], [0, 0, 0]], dtype=float)
    for method in ("satterthwaite", "kenward_roger", "cr2"):
        once, often = joint_test(fit, rows[:2], method), joint_test(fit, rows, method)
        assert often.num_df == once.num_df == 2
        assert often.statistic == pytest.approx(once.statistic)
        assert often.den_df == pytest.approx(once.den_df, rel=1e-4)


def test_a_zero_contrast_is_defined(fit: GaussianFit):
    ours = contrast_tests(fit, np.zeros((1, 3)), "kenward_roger")
    assert ours.estimate[0] == 0
    assert ours.std_error[0] == 0
    assert all(np.isnan([ours.df[0], ours.statistic[0], ours.p_value[0], ours.conf_low[0]]))
    with pytest.raises(ModelError, match="at least one contrast"):
        joint_test(fit, np.zeros((2, 3)), "satterthwaite")


def test_what_the_door_refuses(fit: GaussianFit):
    with pytest.raises(ModelError, match="unknown df method 'between_within'"):
        contrast_tests(fit, np.eye(3), "between_within")
    with pytest.raises(ModelError, match="least squares only"):
        contrast_tests(fit, np.eye(3), "residual")
    with pytest.raises(ModelError, match="do not fit 3 coefficients"):
        contrast_tests(fit, np.eye(2), "satterthwaite")
    with pytest.raises(ModelError, match="finite"):
        contrast_tests(fit, np.full((1, 3), np.nan), "satterthwaite")
    full = fit_gaussian(replace(fit.problem, method=Method.ML))
    with pytest.raises(ModelError, match="needs a REML fit"):
        contrast_tests(full, np.eye(3), "kenward_roger")


def test_a_singular_fit_has_no_df():
    problem = simulate(Structure.UNSTRUCTURED, n=16)
    y = problem.y.copy()
    y[2::3] = 2 * y[1::3] + problem.X[2::3] @ [1.0, 1.0, 0.0]  # one visit repeats another
    singular = fit_gaussian(replace(problem, y=y))
    assert singular.status == "singular"
    assert singular.convergence.boundary
    assert "simpler" in singular.convergence.message
    for method in ("satterthwaite", "kenward_roger"):
        assert np.all(np.isnan(contrast_tests(singular, np.eye(3), method).df))
        assert np.isnan(joint_test(singular, np.eye(3)[1:], method).p_value)


def test_combined_df_of_several_rows():
    assert combine_df(np.array([10.0, 10.0])) == 10
    assert combine_df(np.array([10.0, 1.5])) == 2
    assert combine_df(np.array([8.0, 12.0])) == pytest.approx(2 * (8 / 6 + 1.2) / (8 / 6 + 1.2 - 2))


def test_likelihood_ratio_of_two_structures():
    fits = [
        fit_gaussian(replace(simulate(structure), method=Method.ML))
        for structure in (Structure.COMPOUND_SYMMETRY, Structure.UNSTRUCTURED)
    ]
    ratio = compare_by_likelihood(*fits)
    assert ratio.df == 4
    assert ratio.p_value == pytest.approx(stats.chi2.sf(ratio.statistic, 4))
    with pytest.raises(ModelError, match="no more parameters"):
        compare_by_likelihood(*fits[::-1])
