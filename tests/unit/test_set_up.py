"""The set-up script, as far as it can be tried without a package registry."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "set_up.py"


@pytest.fixture
def set_up() -> ModuleType:
    spec = importlib.util.spec_from_file_location("set_up", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("version", "is_supported"),
    [("3.10.13", False), ("3.11.0", True), ("3.12.1", True), ("3.13.0", True), ("3.14.0", False),
     ("2.7.18", False)],
)  # fmt: skip
def test_supported_pythons_are_those_of_the_project(
    set_up: ModuleType, version: str, is_supported: bool
):
    assert set_up.is_supported(version) is is_supported
    declared = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'requires-python = ">=3.11,<3.14"' in declared


def test_the_installer_comes_from_the_lock_with_its_hashes(set_up: ModuleType):
    pinned = set_up.locked_requirement("uv")
    assert pinned.startswith("uv==")
    assert pinned.count("--hash=sha256:") > 5
    assert len([line for line in pinned.splitlines() if not line.startswith(" ")]) == 1


def test_a_package_that_is_not_locked_stops_in_one_line(set_up: ModuleType):
    with pytest.raises(SystemExit, match=r"left-pad is not in requirements\.lock"):
        set_up.locked_requirement("left-pad")


def test_the_fingerprint_follows_lock_python_and_place(
    set_up: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    before = set_up.fingerprint("3.12.1")
    assert set_up.fingerprint("3.12.1") == before
    assert set_up.fingerprint("3.13.0") != before
    lock = tmp_path / "requirements.lock"
    lock.write_bytes(set_up.LOCK.read_bytes() + b"\n")
    monkeypatch.setattr(set_up, "LOCK", lock)
    assert set_up.fingerprint("3.12.1") != before


def test_an_environment_without_a_stamp_or_from_elsewhere_is_made_again(
    set_up: ModuleType, tmp_path: Path
):
    assert set_up.read_stamp(tmp_path) is None
    assert not set_up.can_be_updated(tmp_path, "3.12.1")
    (tmp_path / set_up.STAMP).write_text("digest\n/elsewhere/evalpipe\n")
    assert set_up.read_stamp(tmp_path) == "digest"
    assert not set_up.can_be_updated(tmp_path, "3.12.1")


def test_without_a_supported_python_it_stops_in_one_line(
    set_up: ModuleType, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(set_up, "is_supported", lambda _: False)
    with pytest.raises(SystemExit, match=r"evalpipe needs Python 3\.11 to 3\.13 and found") as stop:
        set_up.find_python()
    assert "\n" not in str(stop.value)


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_alone_teaches_and_changes_nothing():
    done = subprocess.run(
        ["make", "-C", str(ROOT), "--no-print-directory", "PYTHON=no-such-python"],
        capture_output=True, text=True, check=True, env=os.environ,
    )  # fmt: skip
    for target in ("run", "test", "bench", "clean"):
        assert f"make {target} " in done.stdout
    assert done.stderr == ""


def test_it_runs_under_the_oldest_syntax_that_can_be_checked():
    code = "import ast, sys; ast.parse(open(sys.argv[1]).read(), feature_version=(3, 7))"
    subprocess.run([sys.executable, "-c", code, str(SCRIPT)], check=True)
