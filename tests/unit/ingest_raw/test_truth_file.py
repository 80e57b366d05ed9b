"""`truth.json` lies among the raw files, so it is read as they are."""

import json
import os
from pathlib import Path

import pytest

from evalpipe.errors import DataError, EvalpipeError, PrivacyError
from evalpipe.ingest.raw import read_truth


def test_truth_is_read(tmp_path: Path):
    entries = [{"estimate_id": "a", "truth": 0.5, "scale": "outcome"}]
    (tmp_path / "truth.json").write_text(json.dumps({"study": "x", "estimands": entries}))
    assert read_truth(tmp_path) == {"a": 0.5}


@pytest.mark.parametrize(
    "text",
    [
        "[1, 2]",
        "{}",
        '{"estimands": 5}',
        '{"estimands": [5]}',
        '{"estimands": [{"estimate_id": "a"}]}',
        '{"estimands": [{"estimate_id": "a", "truth": NaN}]}',
        '{"estimands": [{"estimate_id": "a", "truth": "1e999"}]}',
        '{"estimands": [{"estimate_id": "a", "truth": 1' + "0" * 400 + "}]}",
        "[" * 100_000,
        "\ud800",
        "",
    ],
)
def test_anything_else_is_one_line(tmp_path: Path, text: str):
    (tmp_path / "truth.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(DataError) as caught:
        read_truth(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_link_and_a_pipe_are_refused(tmp_path: Path):
    (tmp_path / "other").mkdir()
    (tmp_path / "truth.json").symlink_to("/etc/hostname")
    with pytest.raises(PrivacyError):
        read_truth(tmp_path)
    os.mkfifo(tmp_path / "other" / "truth.json")
    with pytest.raises(PrivacyError):
        read_truth(tmp_path / "other")


def test_size_is_bounded_before_memory_is_spent(tmp_path: Path):
    (tmp_path / "truth.json").write_bytes(b"{")
    os.truncate(tmp_path / "truth.json", 3 * 2**30)
    with pytest.raises(EvalpipeError, match="larger than 8 MB"):
        read_truth(tmp_path)
