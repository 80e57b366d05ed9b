"""Everything derived from a study goes, and nothing else: not even through a link."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from evalpipe.cli.main import main

STUDIES = ("alpha", "alpha_2", "my_alpha", "index")
PROCESSED = ("participants.parquet", "remembered/0f3a/estimates.parquet", ".scores.parquet.x.part")
REPORT = ("report.html", "released.json", "validation.csv", "power.svg", "tables/estimates.csv")


def write(path: Path, text: str = "x") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def note(root: Path, kind: str, target: str, **record: object) -> None:
    """Write a note of Snakemake about a file that a rule makes."""
    name = urlsafe_b64encode(target.encode()).decode()
    write(root / ".snakemake" / kind / name, json.dumps(record) if record else "")


def write_study(root: Path, study: str) -> None:
    write(root / "config" / "studies" / f"{study}.yaml")
    write(root / "data" / "raw" / study / "children.csv")
    for name in PROCESSED:
        write(root / "data" / "processed" / study / name)
    for name in REPORT:
        write(root / "reports" / study / name)
    headline = {"study": study, "title": study.upper(), "headline": "", "design": "trial"}
    text = json.dumps({**headline, "synthetic": True})
    write(root / "reports" / study / "headline.json", text)
    write(root / "logs" / study / "ingest.log")
    target = f"data/processed/{study}/participants.parquet"
    note(root, "metadata", target, input=[f"data/raw/{study}/children.csv"])
    note(root, "incomplete", target)
    write(root / ".snakemake" / "log" / f"{study}.log", f"host: x\nonly={study}\nnothing to do\n")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    write(root / "config" / "config.yaml", "studies: all\n")
    write(root / "notebooks" / "alpha.ipynb")
    for study in STUDIES:
        write_study(root, study)
    shown = [f"reports/{study}/headline.json" for study in STUDIES]
    note(root, "metadata", "reports/index.html", input=shown)
    write(root / "reports" / "index.html", "ALPHA")
    write(root / "reports" / ".index.html.k2.part", "ALPHA")
    write(root / "logs" / "run.log", "    input: config/studies/alpha.yaml\n")
    write(root / "logs" / "index.log")
    write(root / ".snakemake" / "iocache" / "latest.pkl", "\0reports/alpha/report.html\0")
    write(root / ".snakemake" / "conda" / "env" / "about.txt", "reports/alpha/")
    return root


def files(root: Path) -> set[str]:
    return {p.relative_to(root).as_posix() for p in root.rglob("*") if not p.is_dir()}


def forget(root: Path, study: str = "alpha") -> int:
    return main(["forget", study, "--project", str(root)])


def is_about(name: str, study: str) -> bool:
    decoded = urlsafe_b64encode(f"data/processed/{study}/participants.parquet".encode()).decode()
    return f"/{study}/" in name or decoded in name or name.endswith(f"/log/{study}.log")


@pytest.mark.parametrize("study", STUDIES)
def test_all_derived_files_go_and_nothing_else(project: Path, study: str):
    before = files(project)
    assert forget(project, study) == 0
    gone = before - files(project)
    kept = {name for name in before if name.startswith(("data/raw/", "config/", "notebooks/"))}
    own = {name for name in before - kept if is_about(name, study)}
    pages = {"reports/.index.html.k2.part"}
    shared = {
        name for name in before if name.endswith(urlsafe_b64encode(b"reports/index.html").decode())
    }
    if study == "alpha":
        shared |= {"logs/run.log", ".snakemake/iocache/latest.pkl"}
    assert gone == own | pages | shared
    assert files(project) - before == {".snakemake/evalpipe.lock"}
    for folder in ("data/processed", "reports", "logs"):
        assert not (project / folder / study).exists()


def test_the_index_page_is_written_again_without_the_study(project: Path):
    forget(project)
    page = (project / "reports" / "index.html").read_text(encoding="utf-8")
    assert "ALPHA_2" in page
    assert ">ALPHA<" not in page


def test_the_index_page_of_the_last_study_goes(tmp_path: Path):
    root = tmp_path / "project"
    write(root / "config" / "config.yaml", "studies: all\n")
    write_study(root, "alpha")
    write(root / "reports" / "index.html")
    assert forget(root) == 0
    assert {name for name in files(root) if "alpha" in name or name.startswith("reports")} == {
        "config/studies/alpha.yaml",
        "data/raw/alpha/children.csv",
    }


@pytest.mark.parametrize("place", ["data", "data/processed", "reports/alpha", "logs", ".snakemake"])
def test_nothing_is_removed_through_a_link(project: Path, tmp_path: Path, place: str, capsys):
    elsewhere = tmp_path / "elsewhere"
    shutil.move(project / place, elsewhere)
    (project / place).symlink_to(elsewhere)
    before, outside = files(project), files(elsewhere)
    assert forget(project) == 2
    assert (files(project), files(elsewhere)) == (before, outside)
    error = capsys.readouterr().err
    assert f"{place} is a link, and nothing is written or removed through a link" in error
    assert error.count("\n") == 1


def test_a_link_among_the_results_is_named_and_nothing_is_removed(project: Path, tmp_path: Path):
    write(tmp_path / "elsewhere" / "thesis.docx")
    (project / "reports" / "alpha" / "link").symlink_to(tmp_path / "elsewhere")
    before = files(project)
    assert forget(project) == 2
    assert (tmp_path / "elsewhere" / "thesis.docx").exists()
    assert files(project) == before


def test_a_run_at_work_is_not_disturbed(project: Path, capsys):
    lock = os.open(project / ".snakemake" / "evalpipe.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    before = files(project)
    try:
        assert forget(project) == 8
    finally:
        os.close(lock)
    assert files(project) == before
    assert capsys.readouterr().err.startswith("busy: another run is at work")


@contextmanager
def snakemake_at_work(root: Path) -> Iterator[None]:
    """A process that looks like Snakemake called directly."""
    words = [sys.executable, "-c", "import sys; sys.stdin.read()", "snakemake"]
    with subprocess.Popen(words, cwd=root, stdin=subprocess.PIPE) as process:
        yield
        process.communicate()


def test_snakemake_called_directly_is_not_disturbed_and_its_dead_locks_do_not_matter(project: Path):
    write(project / ".snakemake" / "locks" / "0.output.lock", "reports/alpha/report.html\n")
    before = files(project)
    with snakemake_at_work(project):
        assert forget(project) == 8
    assert before <= files(project)
    assert forget(project) == 0
    assert not list((project / ".snakemake" / "locks").iterdir())


def test_twice_and_without_a_plan(project: Path, capsys):
    (project / "config" / "studies" / "alpha.yaml").unlink()
    assert forget(project) == 0
    assert forget(project) == 0
    assert "alpha: no derived file is left" in capsys.readouterr().out
    shutil.rmtree(project / "data" / "raw" / "alpha")
    assert forget(project) == 2
    assert "there is no study `alpha`" in capsys.readouterr().err


def test_settings_that_cannot_be_read_stop_the_index_page_and_not_the_deletion(
    project: Path, capsys
):
    write(project / "config" / "config.yaml", "studies: [")
    assert forget(project) == 3
    told = capsys.readouterr()
    assert "alpha: removed 16 derived files" in told.out
    assert "config/config.yaml" in told.err
    assert not (project / "reports" / "alpha").exists()
    assert not (project / "reports" / "index.html").exists()


def test_an_unknown_study_changes_nothing(project: Path, capsys):
    before = files(project)
    assert forget(project, "gamma") == 2
    assert forget(project, "../alpha") == 2
    assert files(project) - before == {".snakemake/evalpipe.lock"}
    assert before <= files(project)
    assert "there is no study `gamma`" in capsys.readouterr().err


def test_a_file_that_cannot_be_removed_is_named_in_one_line(project: Path, monkeypatch, capsys):
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "unlink", refuse)
    assert forget(project) == 2
    error = capsys.readouterr().err
    assert ".scores.parquet.x.part: cannot be removed (Permission denied)" in error
    assert error.count("\n") == 1
