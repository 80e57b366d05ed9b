"""Linear mixed models against lme4, lmerTest and pbkrtest, by REML and ML."""

import numpy as np
import pytest
from cases.comparison import show
from cases.folder import has_golden, list_files, load
from cases.lmm import (
    BUILDERS,
    INFERENCE,
    SHOWN,
    SINGULAR,
    WITH_MEANS,
    compare_adjusted_covariance,
    compare_coefficients,
    compare_fit,
    compare_means,
    compare_model_based,
    compare_slope_differences,
    compare_type_three,
    fit,
)

from evalpipe.stats.inference import DfMethod
from evalpipe.stats.optimise import FitStatus
from evalpipe.stats.predictions import predict_random_effects
from evalpipe.stats.problem import Method

pytestmark = pytest.mark.reference


def test_every_file_is_tested() -> None:
    assert set(list_files("lmm")) == {name for name in BUILDERS if has_golden(name)}


@pytest.mark.parametrize("method", list(Method))
@pytest.mark.parametrize("name", BUILDERS)
def test_likelihood_and_variance_components(name: str, method: Method) -> None:
    assert fit(name, method).n_observations == load(name)["n_obs"]
    assert not show(compare_fit(name, method))


@pytest.mark.parametrize("name", BUILDERS)
def test_status(name: str) -> None:
    fitted = fit(name, Method.REML)
    assert fitted.status is (FitStatus.SINGULAR if name in SINGULAR else FitStatus.OK)
    assert fitted.convergence.scaled_gradient < 1e-4
    assert fitted.convergence.evaluations < 40


@pytest.mark.parametrize("name", BUILDERS)
def test_fixed_effects(name: str) -> None:
    assert not show(compare_model_based(name))


@pytest.mark.parametrize(("name", "method"), INFERENCE)
def test_coefficients(name: str, method: DfMethod) -> None:
    assert not show(compare_coefficients(name, method))


@pytest.mark.parametrize(("name", "method"), INFERENCE)
def test_type_three(name: str, method: DfMethod) -> None:
    compared = list(compare_type_three(name, method))
    assert compared or not load(name)["inference"][method.value]["anova_type3"]
    assert not show(compared)


@pytest.mark.parametrize(("name", "method"), [c for c in INFERENCE if c[0] in WITH_MEANS])
def test_marginal_means(name: str, method: DfMethod) -> None:
    assert not show(compare_means(name, method))


@pytest.mark.parametrize("method", list(SHOWN))
def test_slope_differences(method: DfMethod) -> None:
    assert not show(compare_slope_differences(method))


@pytest.mark.parametrize(
    "name", [name for name, method in INFERENCE if method is DfMethod.KENWARD_ROGER]
)
def test_adjusted_covariance(name: str) -> None:
    assert not show(compare_adjusted_covariance(name))


@pytest.mark.parametrize("name", sorted(SINGULAR))
def test_singular_fit_has_the_df_of_lmertest(name: str) -> None:
    fitted = fit(name, Method.REML)
    assert load(name)["checks"]["singular"]
    assert not show(compare_coefficients(name, DfMethod.SATTERTHWAITE))
    assert fitted.has_inference


@pytest.mark.parametrize("name", ["sleepstudy__lmm_ris"])
def test_predictions_equal_lme4(name: str) -> None:
    fitted = fit(name, Method.REML)
    (predicted,) = predict_random_effects(fitted)
    golden = load(name)["extra"]["ranef_blup"]
    expected = np.array([[row["(Intercept)"], row["Days"]] for row in golden])
    np.testing.assert_allclose(predicted.values, expected, rtol=1e-5)


@pytest.mark.parametrize("name", ["acitelli__apim_lmm_ri"])
def test_intraclass_correlation(name: str) -> None:
    fitted = fit(name, Method.REML)
    between, within = fitted.theta
    expected = load(name)["extra"]["icc_couple"]
    assert between / (between + within) == pytest.approx(expected, rel=1e-6)
