"""`evalpipe simulate` from the command line."""

import shutil
from pathlib import Path

import pytest

from evalpipe.cli.main import main
from evalpipe.errors import ExitCode

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def project(tmp_path):
    studies = tmp_path / "config" / "studies"
    studies.mkdir(parents=True)
    for name in ("eft_couples", "btheb"):
        shutil.copy(ROOT / "config" / "studies" / f"{name}.yaml", studies)
    return tmp_path


def test_writes_labelled_files(project, capsys):
    assert main(["simulate", "eft_couples", "--project", str(project), "--no-truth"]) == 0
    folder = project / "data" / "raw" / "eft_couples"
    names = {path.name for path in folder.iterdir()}
    assert names == {"partners.csv", "questionnaires.csv", "sessions.csv", "SYNTHETIC.md"}
    assert "SYNTHETIC" in capsys.readouterr().out


def test_another_seed_goes_elsewhere_on_request(project):
    out = project / "elsewhere"
    words = ["simulate", "eft_couples", "--project", str(project), "--no-truth", "--seed", "5"]
    assert main([*words, "--out", str(out)]) == 0
    assert "seed 5" in (out / "SYNTHETIC.md").read_text()


def test_a_real_study_is_refused_in_one_line(project, capsys):
    code = main(["simulate", "btheb", "--project", str(project)])
    assert code == ExitCode.USAGE
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_power_writes_table_and_figure(project, capsys):
    words = ["simulate", "eft_couples", "--project", str(project), "--power"]
    assert main([*words, "--units", "24", "--effects", "0,1", "--replicates", "2"]) == 0
    folder = project / "reports" / "eft_couples"
    assert (folder / "power.csv").read_text(encoding="utf-8-sig").startswith("units,effect,")
    assert b"<svg" in (folder / "power.svg").read_bytes()
    assert "24 units, effect x 1: power" in capsys.readouterr().out


@pytest.mark.parametrize("units", ["few", "2"])
def test_a_wrong_grid_is_a_wrong_command_line(project, units):
    words = ["simulate", "eft_couples", "--project", str(project), "--power", "--units", units]
    assert main(words) == ExitCode.USAGE
