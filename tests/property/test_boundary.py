"""Random mixed models are not left below the top of their likelihood (`benchmarks/boundary.py`)."""

import importlib.util
import sys
from pathlib import Path

_PLACE = Path(__file__).parents[2] / "benchmarks" / "boundary.py"
_spec = importlib.util.spec_from_file_location("boundary", _PLACE)
assert _spec is not None
assert _spec.loader is not None
boundary = importlib.util.module_from_spec(_spec)
sys.modules["boundary"] = boundary
_spec.loader.exec_module(boundary)


def test_no_fit_is_lower_than_the_second_route():
    found = [one for k in range(12) if (one := boundary.compare(k, seed=20261125)) is not None]
    assert len(found) > 8
    assert {one.status for one in found} >= {"ok", "singular"}
    assert not [one.number for one in found if one.is_lower]
