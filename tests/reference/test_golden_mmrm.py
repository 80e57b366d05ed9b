"""Every marginal model of the reference folder against R's mmrm.

Tolerances are those of the reference README: log-likelihood 1e-6 absolute (a higher one is right),
estimates and standard errors 1e-5 (1e-4 with ten or more covariance parameters), df 1e-3. An
estimate near zero is held to that share of its standard error.
"""

import pytest
from cases.comparison import show
from cases.folder import list_files, load
from cases.mmrm import (
    DF_METHODS,
    compare_contrasts,
    compare_fit,
    compare_fixed,
    compare_full_likelihood,
    compare_joint_tests,
    fit,
)

from evalpipe.stats.problem import Method

pytestmark = pytest.mark.reference
FILES = list_files("mmrm")


def list_cases(part: str) -> list[tuple[str, str]]:
    """Pairs of golden file and df method that hold `part` (fixed, contrasts or joint_tests)."""
    cases = []
    for name in FILES:
        for df_method in DF_METHODS:
            found = load(name)["inference"].get(df_method, {})
            if found.get(part) or found.get("emmeans", {}).get(part):
                cases.append((name, df_method))
    return cases


@pytest.mark.parametrize("method", list(Method))
@pytest.mark.parametrize("name", FILES)
def test_likelihood_and_covariance(name: str, method: Method):
    golden, fitted = load(name), fit(name, method)
    assert fitted.status == "ok", fitted.convergence
    assert fitted.n_observations == golden["n_obs"]
    assert fitted.n_units == golden["n_subjects"]
    assert fitted.n_parameters == golden["n_covariance_parameters"]
    assert not show(compare_fit(name, method))


@pytest.mark.parametrize(("name", "df_method"), list_cases("fixed"))
def test_fixed_effects(name: str, df_method: str):
    compared = list(compare_fixed(name, df_method))
    assert compared
    assert not show(compared)


@pytest.mark.parametrize("name", FILES)
def test_fixed_effects_by_full_likelihood(name: str):
    assert not show(compare_full_likelihood(name))


@pytest.mark.parametrize(("name", "df_method"), list_cases("contrasts"))
def test_contrasts_between_arms_at_each_visit(name: str, df_method: str):
    compared = list(compare_contrasts(name, df_method))
    assert compared
    assert not show(compared)


@pytest.mark.parametrize(("name", "df_method"), list_cases("joint_tests"))
def test_joint_tests(name: str, df_method: str):
    compared = list(compare_joint_tests(name, df_method))
    assert compared
    assert not show(compared)
