"""ANCOVA against R: classical, HC2 and HC3 errors, marginal means, contrasts, adjusted p-values."""

import pytest
from cases.ancova import (
    ERRORS,
    FIXED,
    analyse,
    compare_adjusted,
    compare_coefficients,
    compare_contrasts,
    compare_f_test,
    compare_fit,
    compare_means,
)
from cases.comparison import show
from cases.folder import list_files, load

pytestmark = pytest.mark.reference


def test_every_file_is_tested() -> None:
    assert set(list_files("ancova")) == set(FIXED)


@pytest.mark.parametrize("errors", ERRORS)
@pytest.mark.parametrize("name", FIXED)
def test_coefficients(name: str, errors: str) -> None:
    assert not show(compare_coefficients(name, errors))


@pytest.mark.parametrize("name", FIXED)
def test_fit(name: str) -> None:
    assert (analyse(name, "classical")["n_observations"] == load(name)["n_obs"]).all()
    assert not show(compare_fit(name))


@pytest.mark.parametrize("name", FIXED)
def test_marginal_means(name: str) -> None:
    assert not show(compare_means(name))


@pytest.mark.parametrize("name", FIXED)
def test_contrasts_and_adjusted_p_values(name: str) -> None:
    assert not show(compare_contrasts(name))
    assert not show(compare_adjusted(name))


def test_f_test_of_three_arms() -> None:
    assert not show(compare_f_test("anorexia__ancova_change"))
