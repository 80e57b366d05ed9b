"""Paths stay inside the study's raw folder."""

import os
from pathlib import Path

import pytest

from evalpipe.errors import DataError, EvalpipeError, PrivacyError
from evalpipe.ingest.raw import read_raw
from evalpipe.ingest.raw.folder import open_inside


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    root = tmp_path / "raw"
    (root / "cohort").mkdir(parents=True)
    (tmp_path / "secret.csv").write_text("a,b\n1,2\n")
    (root / "good.csv").write_text("a,b\n1,2\n")
    (root / "cohort" / "good.csv").write_text("a,b\n3,4\n")
    (root / "link.csv").symlink_to(tmp_path / "secret.csv")
    (root / "inside_link.csv").symlink_to(root / "good.csv")
    (root / "folder_link").symlink_to(tmp_path)
    (root / "loop.csv").symlink_to(root / "loop.csv")
    (root / "folder.csv").mkdir()
    os.mkfifo(root / "pipe.csv")
    return root


def test_files_inside_are_read(raw: Path):
    assert read_raw(Path("good.csv"), raw).frame["a"].tolist() == ["1"]
    assert read_raw(Path("cohort/good.csv"), raw).name == "cohort/good.csv"
    assert read_raw(raw / "good.csv", raw).name == "good.csv"


@pytest.mark.parametrize(
    "path",
    [
        "../secret.csv",
        "cohort/../../secret.csv",
        "/etc/passwd",
        "link.csv",
        "inside_link.csv",
        "folder_link/secret.csv",
        "loop.csv",
        "pipe.csv",
        "good.csv/x.csv",
        "a\u202evsc.csv",
        "a\0b.csv",
        ".",
    ],
)
def test_everything_else_is_refused(raw: Path, path: str):
    with pytest.raises(PrivacyError) as caught:
        read_raw(Path(path), raw)
    assert "\n" not in str(caught.value)


def test_devices_are_refused(raw: Path):
    with pytest.raises(PrivacyError, match="not an ordinary file"):
        read_raw(Path("null"), Path("/dev"))


@pytest.mark.parametrize("path", ["absent.csv", "folder.csv", "x" * 300 + ".csv", "good.dat"])
def test_what_is_missing_or_unknown_is_said(raw: Path, path: str):
    with pytest.raises(EvalpipeError) as caught:
        read_raw(Path(path), raw)
    assert "\n" not in str(caught.value)


def test_missing_folder(tmp_path: Path):
    with pytest.raises(DataError, match="raw folder cannot be opened"):
        read_raw(Path("a.csv"), tmp_path / "none")


@pytest.mark.parametrize(("moment", "outcome"), [("a", "refused"), ("x.csv", "own file")])
def test_a_folder_swapped_for_a_link_in_the_middle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str, outcome: str
):
    """Just before the folder is opened, and just before the file in it is."""
    (tmp_path / "raw" / "a").mkdir(parents=True)
    (tmp_path / "raw" / "a" / "x.csv").write_text("own")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.csv").write_text("secret")
    open_really = os.open

    def swap_and_open(path: str, flags: int, **more: int) -> int:
        if path == moment:
            (tmp_path / "raw" / "a").rename(tmp_path / "raw" / "b")
            (tmp_path / "raw" / "a").symlink_to(tmp_path / "elsewhere")
        return open_really(path, flags, **more)

    monkeypatch.setattr("os.open", swap_and_open)
    if outcome == "refused":
        with (
            pytest.raises(PrivacyError, match="links are not followed"),
            open_inside(Path("a/x.csv"), tmp_path / "raw"),
        ):
            pass
    else:
        with open_inside(Path("a/x.csv"), tmp_path / "raw") as stream:
            assert stream.read() == b"own"
