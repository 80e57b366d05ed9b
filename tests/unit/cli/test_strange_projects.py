"""A project from somebody else, or half made: links, settings, names and stages out of turn."""

from pathlib import Path

import pytest

from evalpipe.cli.main import main
from evalpipe.errors import ExitCode

PLACES = (
    "reports",
    "reports/x",
    "reports/x/tables",
    "data/processed",
    "data/processed/x",
    "data/processed/x/remembered",
    "logs/x",
    "logs/x/ingest.log",
    ".snakemake",
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "project").mkdir()
    assert main(["init", "x", "--project", str(tmp_path / "project")]) == 0
    (tmp_path / "elsewhere" / "x").mkdir(parents=True)
    (tmp_path / "elsewhere" / "x" / "thesis.txt").write_text("ours")
    return tmp_path / "project"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("command", ["check", "ingest", "run", "forget"])
def test_a_link_among_what_is_written_is_refused(
    project: Path, place: str, command: str, capsys: pytest.CaptureFixture[str]
):
    link = project / place
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(project.parent / "elsewhere")
    assert main([command, "x", "--project", str(project)]) == ExitCode.USAGE
    told = capsys.readouterr().err
    assert told.startswith(f"usage: {place} is a link")
    assert len(told.splitlines()) == 1
    kept = [path.name for path in (project.parent / "elsewhere").rglob("*")]
    assert kept == ["x", "thesis.txt"]


@pytest.mark.parametrize("place", ["data/raw", "data/raw/x"])
def test_raw_data_may_lie_on_a_share(project: Path, place: str):
    share = project.parent / "share"
    (project / place).rename(share)
    (project / place).symlink_to(share)
    assert main(["check", "x", "--project", str(project)]) == ExitCode.OK


def test_settings_that_are_wrong_are_told_by_check(
    project: Path, capsys: pytest.CaptureFixture[str]
):
    """They decide on every result; a stage of the pipeline is too late to say so."""
    (project / "config" / "config.yaml").write_text("studies: all\nsed: 5\n")
    assert main(["check", "x", "--project", str(project)]) == ExitCode.CONFIG
    told = capsys.readouterr().err
    assert told == "config: config/config.yaml:2: sed: is not a key here; did you mean `seed`?\n"


def test_plans_with_odd_file_names_are_no_studies(
    project: Path, capsys: pytest.CaptureFixture[str]
):
    plans = project / "config" / "studies"
    for name in ("$(touch owned)", "a\nb", "{x}", "UPPER"):
        (plans / f"{name}.yaml").write_text("study: 5\n")
    assert main(["check", "nope", "--project", str(project)]) == ExitCode.USAGE
    assert "Known studies: x. " in capsys.readouterr().err
    assert main(["run", "--project", str(project)]) == ExitCode.USAGE
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("stage", ["score", "describe", "analyse", "release", "report"])
def test_a_stage_before_its_turn_is_told(
    project: Path, stage: str, capsys: pytest.CaptureFixture[str]
):
    assert main([stage, "x", "--project", str(project)]) == ExitCode.DATA
    assert "run the stage that makes it" in capsys.readouterr().err
