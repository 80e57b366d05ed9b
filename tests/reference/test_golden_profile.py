"""Profile-likelihood limits against lme4 (`r/lme4_profile.R`), which interpolates its profiles."""

import pytest
from cases.comparison import show
from cases.profile import GOLDEN, NAMES, compare_all

pytestmark = pytest.mark.reference


def test_every_file_is_tested() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(NAMES)


@pytest.mark.parametrize("file", NAMES)
def test_limits_of_standard_deviations(file: str) -> None:
    assert not show(compare_all(file))
