"""The steps that build the image, carried out in an empty environment."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEFINITION = ROOT / "evalpipe.def"


def part(name: str) -> list[str]:
    """The lines of one part of the definition."""
    text = DEFINITION.read_text(encoding="utf-8").partition(f"%{name}\n")[2]
    return [line.strip() for line in text.partition("\n%")[0].splitlines() if line.strip()]


def test_the_image_holds_what_its_steps_need():
    (files,) = part("files")
    *names, folder = files.split()
    assert all((ROOT / name).exists() for name in names)
    assert part("post")[0] == f"cd {folder.rstrip('/')}"
    assert "evalpipe.sif" in (ROOT / "Snakefile").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_steps_succeed_in_an_empty_folder(tmp_path: Path):
    for name in part("files")[0].split()[:-1]:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        copy(ROOT / name, tmp_path / name)
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "image")], check=True)
    binaries = tmp_path / "image" / "bin"
    for step in (*part("post")[1:], *part("test")):
        words = step.split()
        words[0] = str(binaries / words[0])
        subprocess.run(words, cwd=tmp_path, check=True, capture_output=True)
