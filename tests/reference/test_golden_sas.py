"""Printed digits of SAS PROC MIXED on the fev trial. SAS stops a little earlier than these fits."""

import pytest
from cases.comparison import show
from cases.folder import ABSENT
from cases.sas import (
    compare_intercept_model,
    compare_kenward_roger,
    list_intercept_listings,
    list_linear_kenward_roger,
    read_listing,
)

pytestmark = [
    pytest.mark.reference,
    pytest.mark.skipif(not read_listing(), reason=f"SAS on the fev trial: {ABSENT}"),
]


def test_every_structure_is_tested():
    assert len(list_intercept_listings()) >= 20
    assert len(list_linear_kenward_roger()) >= 6


@pytest.mark.parametrize("listing", list_intercept_listings())
def test_intercept_models(listing: str):
    assert not show(compare_intercept_model(listing))


@pytest.mark.parametrize("listing", list_linear_kenward_roger())
def test_linear_kenward_roger(listing: str):
    assert not show(compare_kenward_roger(listing))
