"""Random effects together with a residual structure, against nlme (`r/nlme_random_residual.R`)."""

import pytest
from cases.comparison import show
from cases.nlme import BUILDERS, GOLDEN, compare_fit, fit

from evalpipe.stats.optimise import FitStatus
from evalpipe.stats.problem import Method

pytestmark = pytest.mark.reference


def test_every_file_is_tested() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(BUILDERS)


@pytest.mark.parametrize("method", list(Method))
@pytest.mark.parametrize("name", BUILDERS)
def test_fit(name: str, method: Method) -> None:
    assert fit(name, method).status is FitStatus.OK
    assert not show(compare_fit(name, method))
