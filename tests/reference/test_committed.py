"""The copies here are whole, and say what the reference folder says."""

import json
from typing import Any

import pytest
from cases.folder import COMMITTED, HAS_WHOLE, WHOLE

pytestmark = pytest.mark.reference
GOLDEN = sorted(path.name for path in (COMMITTED / "golden").glob("*__*.json"))
DATA = sorted(path.name for path in (COMMITTED / "data").glob("*.csv"))


def test_every_listed_file_is_here():
    index = json.loads((COMMITTED / "golden" / "index.json").read_text())
    assert {entry["file"] for entry in index} == set(GOLDEN)
    assert len(GOLDEN) == 36
    listed = {entry["data_file"].removeprefix("data/") for entry in index if entry.get("data_file")}
    assert listed <= set(DATA)


def test_every_data_set_names_its_source():
    source = (COMMITTED / "SOURCE.md").read_text()
    assert all(name.removesuffix(".csv") in source for name in DATA)


@pytest.mark.skipif(not HAS_WHOLE, reason="nothing to compare with: no reference folder")
@pytest.mark.parametrize("name", GOLDEN)
def test_copies_are_parts_of_the_originals(name: str):
    copy = json.loads((COMMITTED / "golden" / name).read_text())
    assert_part_of(copy, json.loads((WHOLE / "golden" / name).read_text()))


@pytest.mark.skipif(not HAS_WHOLE, reason="nothing to compare with: no reference folder")
@pytest.mark.parametrize("name", DATA)
def test_data_are_the_same(name: str):
    assert (COMMITTED / "data" / name).read_bytes() == (WHOLE / "data" / name).read_bytes()


def assert_part_of(part: Any, whole: Any) -> None:
    if isinstance(part, dict):
        for key, value in part.items():
            assert_part_of(value, whole[key])
    else:
        assert part == whole
