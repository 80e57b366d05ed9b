"""Cases are imported by name; a case whose data may not be copied here is skipped without them."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    from cases.folder import ABSENT, has_golden

    for item in items:
        if HERE not in item.path.parents or not isinstance(item, pytest.Function):
            continue
        parameters = item.callspec.params if hasattr(item, "callspec") else {}
        for value in parameters.values():
            if isinstance(value, str) and "__" in value and not has_golden(value):
                item.add_marker(pytest.mark.skip(reason=f"{value}: {ABSENT}"))
