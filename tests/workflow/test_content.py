"""Content decides what runs again: not the time of a file, not a remark, not a label too many."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.workflow.conftest import STUDY, Folder

SOURCE = Path(__file__).resolve().parents[2] / "src" / "evalpipe"
EVERYTHING = [
    *(f"{STUDY} {stage}" for stage in ("analyse", "describe", "ingest", "release", "report")),
    f"{STUDY} score",
    f"{STUDY} validate",
    "index",
]


@pytest.fixture
def copy(finished: Folder, tmp_path: Path) -> Folder:
    """A copy of the finished study, file times and notes of Snakemake included."""
    shutil.copytree(finished.root, tmp_path / "copy")
    return Folder(tmp_path / "copy")


def raw(folder: Folder) -> Path:
    return folder.root / "data" / "raw" / STUDY / "questionnaires.csv"


def swapped(text: str) -> str:
    """The file with two data rows in another order: as long as before, and other bytes."""
    lines = text.splitlines(keepends=True)
    return "".join([lines[0], lines[2], lines[1], *lines[3:]])


def nothing_to_do(folder: Folder) -> bool:
    return "Nothing to do" in folder.type("run", STUDY).stdout


def test_a_raw_file_with_an_older_time_is_read_again(copy: Folder):
    path, before = raw(copy), raw(copy).stat()
    path.write_text(swapped(path.read_text(encoding="utf-8")), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns - 10**15))
    assert path.stat().st_size == before.st_size
    assert f"{STUDY} ingest" in copy.steps(copy.type("run", STUDY))
    assert nothing_to_do(copy)


def test_the_same_bytes_with_a_new_time_are_not_read_again(copy: Folder):
    path = raw(copy)
    path.write_bytes(path.read_bytes())
    assert nothing_to_do(copy)


def test_a_file_that_the_plan_does_not_name_counts(copy: Folder):
    (raw(copy).parent / "codebook.csv").write_text("item,meaning\ner_1,calm\n", encoding="utf-8")
    assert f"{STUDY} ingest" in copy.steps(copy.type("run", STUDY))
    assert nothing_to_do(copy)
    (raw(copy).parent / "README.md").write_text("About the data.\n", encoding="utf-8")
    assert nothing_to_do(copy)


def test_times_that_are_still_to_come_harm_nothing(copy: Folder):
    ahead = time.time() + 7200
    for path in (raw(copy), copy.plan):
        os.utime(path, (ahead, ahead))
    assert nothing_to_do(copy)
    path = raw(copy)
    path.write_text(swapped(path.read_text(encoding="utf-8")), encoding="utf-8")
    os.utime(path, (ahead, ahead))
    assert f"{STUDY} ingest" in copy.steps(copy.type("run", STUDY))
    assert nothing_to_do(copy)


def test_a_label_reruns_release_and_report_only(copy: Folder):
    text = copy.plan.read_text(encoding="utf-8")
    edited = text.replace("label: Emotion regulation scale (made up)", "label: Another name")
    assert edited != text
    copy.plan.write_text(edited, encoding="utf-8")
    steps = copy.steps(copy.type("run", STUDY))
    assert steps == [f"{STUDY} release", f"{STUDY} report", "index"]
    page = (copy.root / "reports" / STUDY / "report.html").read_text(encoding="utf-8")
    assert "Another name" in page


@pytest.fixture
def own_source(copy: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the package that runs instead of the installed one, and may be edited."""
    ignored = shutil.ignore_patterns("__pycache__")
    package = shutil.copytree(SOURCE, tmp_path / "source" / "evalpipe", ignore=ignored)
    path = os.pathsep.join([str(package.parent), copy.environment["PYTHONPATH"]])
    environment = {**copy.environment, "PYTHONPATH": path}
    monkeypatch.setattr(Folder, "environment", environment)
    assert nothing_to_do(copy)
    yield package
    monkeypatch.undo()


def test_a_remark_in_the_source_reruns_nothing(copy: Folder, own_source: Path):
    for path in (own_source / "vocabulary").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        path.write_text(f"{text}\n# a remark\n", encoding="utf-8")
    text = (own_source / "io.py").read_text(encoding="utf-8")
    assert text.startswith('"""')
    (own_source / "io.py").write_text(f'"""Other words. {text[3:]}', encoding="utf-8")
    assert nothing_to_do(copy)


def test_a_change_of_the_source_reruns_what_uses_it(copy: Folder, own_source: Path):
    path = own_source / "report" / "index.py"
    path.write_text(path.read_text(encoding="utf-8") + "\nEDITED = 1\n", encoding="utf-8")
    assert copy.steps(copy.type("run", STUDY)) == [f"{STUDY} report", "index"]
    path = own_source / "vocabulary" / "columns.py"
    path.write_text(path.read_text(encoding="utf-8") + "\nEDITED = 1\n", encoding="utf-8")
    assert copy.steps(copy.type("run", STUDY)) == EVERYTHING


def snakemake(folder: Folder, *words: str) -> list[str]:
    """Call Snakemake directly; returns the rules that it ran, in their order."""
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "2", "--nocolor", *words],
        cwd=folder.root,
        env=folder.environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=240,
    )
    return re.findall(r"^(?:local)?(?:rule|checkpoint) (\w+):", done.stdout + done.stderr, re.M)


def test_an_output_that_stayed_the_same_lets_nothing_after_it_run(copy: Folder):
    before = copy.digests()
    assert snakemake(copy, "--forcerun", "analyse") == ["analyse"]
    assert snakemake(copy, "--forcerun", "release") == ["release"]
    assert snakemake(copy, "--forcerun", "describe") == ["describe", "analyse"]
    assert snakemake(copy) == []
    assert copy.digests() == before


def test_an_output_that_changed_lets_what_follows_run(copy: Folder):
    text = copy.plan.read_text(encoding="utf-8")
    edited = text.replace("standard_errors: hc3", "standard_errors: hc2")
    assert edited != text
    copy.plan.write_text(edited, encoding="utf-8")
    assert snakemake(copy)[:4] == ["analyse", "release", "report", "index"]
    assert nothing_to_do(copy)


def test_tables_that_were_removed_are_made_again_when_they_are_needed(copy: Folder):
    before = copy.digests()
    shutil.rmtree(copy.root / "data" / "processed" / STUDY)
    assert nothing_to_do(copy)
    (copy.root / "reports" / STUDY / "report.pdf").unlink()
    copy.type("run", STUDY)
    assert without_memory(copy.digests()) == without_memory(before)


def without_memory(digests: dict[str, str]) -> dict[str, str]:
    """Without what is remembered of analyses, which only an analysis makes again."""
    return {name: digest for name, digest in digests.items() if "/remembered/" not in name}
