"""The notebooks run from top to bottom on the tables of the real trial."""

import shutil
import subprocess
import sys
from pathlib import Path

import jupytext
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.py"))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project folder with the processed tables of the trial."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("Snakefile", "config/config.yaml", "config/studies/btheb.yaml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "data" / "raw" / "btheb", folder / "data" / "raw" / "btheb")
    for stage in ("ingest", "validate", "score", "describe", "analyse"):
        command = [sys.executable, "-m", "evalpipe", stage, "btheb"]
        subprocess.run(command, cwd=folder, check=True, timeout=240)
    tables = folder / "data" / "processed" / "btheb"
    import pandas as pd

    parts = [pd.read_parquet(tables / f"{name}.parquet") for name in ("description", "statistics")]
    assert all(len(part) for part in parts)
    return folder


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs(path: Path, project: Path) -> None:
    notebook = jupytext.read(path)
    where = {"metadata": {"path": str(project)}}
    done = NotebookClient(notebook, timeout=200, kernel_name="python3", resources=where).execute()
    outputs = [cell.get("outputs", []) for cell in done.cells if cell.cell_type == "code"]
    assert any(outputs)
