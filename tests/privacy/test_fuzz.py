"""Mutants of plans and raw files: each ends in success or plain lines, and quickly.

Byte-level mutants go through the whole of `evalpipe check` in a process of their own
(`fuzz_worker.py`); hypothesis attacks the readers and the plan's loader directly.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from evalpipe.config.load import load_plan
from evalpipe.config.yaml_file import read_yaml
from evalpipe.errors import EvalpipeError
from evalpipe.ingest.raw import read_raw
from evalpipe.privacy.findings import DeclaredColumns
from evalpipe.privacy.identifiers import judge_columns

REPOSITORY = Path(__file__).resolve().parents[2]
WORKER = Path(__file__).with_name("fuzz_worker.py")
MOST_SECONDS = 30
"""Of a processor, see the worker."""
MOST_KILOBYTES = 2 * 2**20

relaxed = settings(
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # a plan takes too long to load to shrink
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def run_worker(first: int, count: int, kind: str = "bytes") -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(WORKER), str(REPOSITORY), str(first), str(count), kind],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"crashed at seed {done.stderr.splitlines()[-1:]}"
    ends: dict[str, Any] = json.loads(done.stdout)
    return ends


def check_ends(found: Mapping[str, Any], count: int) -> None:
    assert len(found["ends"]) == count
    assert [end for end in found["ends"] if end["wrong"]] == []
    assert max(end["seconds"] for end in found["ends"]) <= MOST_SECONDS
    assert found["peak_kilobytes"] <= MOST_KILOBYTES


@pytest.mark.parametrize("first", [0, 1])
def test_two_hundred_mutants(first: int):
    """Sixty through the command line here and below, 140 by hypothesis."""
    found = run_worker(first * 30, 20)
    check_ends(found, 20)
    assert len({end["code"] for end in found["ends"]}) > 1, "mutants that all end alike show little"


def test_mutants_that_keep_the_form_of_a_file():
    check_ends(run_worker(20_000, 15, "structure"), 15)


def test_mutants_through_every_stage():
    found = run_worker(30_000, 5, "run")
    check_ends(found, 5)
    assert 0 in {end["code"] for end in found["ends"]}, "some must get as far as the report"


@pytest.mark.parametrize("seed", [10_070])
def test_mutants_that_once_crashed(seed: int):
    """10070: sessions without an id, beside cells that are wrong themselves."""
    check_ends(run_worker(seed, 1), 1)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("first", range(10_000, 13_000, 250))
def test_three_thousand_mutants(first: int):
    check_ends(run_worker(first, 250), 250)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("first", range(40_000, 41_000, 250))
def test_a_thousand_mutants_that_keep_the_form(first: int):
    check_ends(run_worker(first, 250, "structure"), 250)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("first", range(31_000, 31_600, 60))
def test_six_hundred_mutants_through_every_stage(first: int):
    check_ends(run_worker(first, 60, "run"), 60)


def check_read(folder: Path, name: str) -> None:
    """Reading and judging end in a table or in one line."""
    message = name
    try:
        table = read_raw(Path(name), folder)
        judge_columns(table, DeclaredColumns())
    except EvalpipeError as error:
        message = str(error)
    assert "\n" not in message
    assert message.startswith(name)


@settings(relaxed, max_examples=40)
@given(content=st.binary(max_size=400))
def test_any_bytes_as_csv(content: bytes, tmp_path: Path):
    (tmp_path / "raw.csv").write_bytes(content)
    check_read(tmp_path, "raw.csv")


@settings(relaxed, max_examples=40)
@given(
    rows=st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=5), min_size=1, max_size=8),
    mark=st.sampled_from(",;\t|"),
)
def test_any_text_as_csv(rows: list[list[str]], mark: str, tmp_path: Path):
    text = "\n".join(mark.join(row) for row in rows)
    (tmp_path / "raw.csv").write_bytes(text.encode("utf-8", "surrogatepass"))
    check_read(tmp_path, "raw.csv")


@settings(relaxed, max_examples=30)
@given(data=st.data())
def test_a_plan_with_any_value_in_any_place(data: st.DataObject, tmp_path: Path):
    """One value of the bundled plan becomes something of another kind."""
    plan = read_yaml(REPOSITORY / "config" / "studies" / "btheb.yaml").value
    place: Any = plan
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(odd_values)
    path = tmp_path / "btheb.yaml"
    path.write_text(yaml.safe_dump(plan, sort_keys=False), encoding="utf-8")
    message = ""
    try:
        load_plan(path)
    except EvalpipeError as error:
        message = str(error)
    assert all(line.startswith("btheb.yaml") for line in message.splitlines())


odd_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(blacklist_categories=("Cs",)), max_size=30)
    | st.sampled_from(["arm", "visit", "../x", "=1+1", "baseline", "__class__", "{{x}}"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(relaxed, max_examples=30)
@given(text=st.text(st.characters(), max_size=300))
def test_any_text_as_a_plan(text: str, tmp_path: Path):
    path = tmp_path / "btheb.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(EvalpipeError) as caught:
        load_plan(path)
    assert all(line.startswith("btheb.yaml") for line in str(caught.value).splitlines())
