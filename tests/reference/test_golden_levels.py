"""A level in one arm only, and slopes on two levels, against lme4 (`r/lme4_levels.R`)."""

import pytest
from cases.comparison import show
from cases.levels import (
    BUILDERS,
    CLUSTER_ROBUST,
    GOLDEN,
    SHOWN,
    compare_cluster_robust,
    compare_coefficients,
    compare_fit,
    fit,
    load_r,
)

from evalpipe.stats.inference import DfMethod
from evalpipe.stats.optimise import FitStatus
from evalpipe.stats.problem import Method

pytestmark = pytest.mark.reference


def test_every_file_is_tested() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(BUILDERS)


@pytest.mark.parametrize("method", list(Method))
@pytest.mark.parametrize("name", BUILDERS)
def test_fit(name: str, method: Method) -> None:
    is_singular = load_r(name)[method.value]["singular"]
    assert fit(name, method).status is (FitStatus.SINGULAR if is_singular else FitStatus.OK)
    assert not show(compare_fit(name, method))


@pytest.mark.parametrize("method", list(SHOWN))
@pytest.mark.parametrize("name", BUILDERS)
def test_coefficients(name: str, method: DfMethod) -> None:
    assert not show(compare_coefficients(name, method))


@pytest.mark.parametrize("name", CLUSTER_ROBUST)
def test_cluster_robust(name: str) -> None:
    assert not show(compare_cluster_robust(name))
