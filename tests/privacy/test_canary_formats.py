"""Canaries in SPSS, Excel, REDCap, cohorts, sessions and goals stay inside `data/` as well.

Every id of a person, every reason and every extra column of a bundled study gets one, the
threshold of disclosure is the one of a real study, and all stages run on one analysis.
"""

import csv
import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import openpyxl
import pandas as pd
import pyreadstat
import pytest

from evalpipe.cli.main import main
from evalpipe.config.load import load_plan
from evalpipe.config.names import target_of

ROOT = Path(__file__).resolve().parents[2]
MARK = "qz7x"
STAGES = ("check", "ingest", "score", "describe", "analyse", "report", "index")
STUDIES = {
    "attachment_classes": "SPSS with value labels",
    "pmt_attachment": "Excel with sessions and goals",
    "coregulation_diary": "REDCap",
    "reattach_cohort": "cohorts",
}


@pytest.fixture(scope="module")
def search() -> Callable[..., list[str]]:
    """The search of `test_canary.py`, which lies in no package."""
    return _load("test_canary").search


def _load(name: str) -> ModuleType:
    import importlib.util

    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"privacy_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def is_planted(target: str) -> bool:
    """Ids of people and dyads, and reasons; therapists and sites are named by their ids."""
    return target in ("participant_id", "dyad_id") or target.endswith("_reason")


def planted_columns(study: str) -> set[str]:
    """Headings of the raw columns that hold ids and reasons."""
    plan = load_plan(ROOT / "config" / "studies" / f"{study}.yaml")
    entries = plan.data.values()
    return {
        raw
        for entry in entries
        for raw, column in entry.columns.items()
        if is_planted(target_of(column))
    }


def plant(cell: object, heading: str, row: int, columns: set[str]) -> object:
    """Ids keep agreeing between files; a reason becomes one of its own."""
    if heading not in columns or cell in (None, "") or cell != cell:
        return cell
    text = str(cell)
    return f"{text}{MARK}" if any(letter.isdigit() for letter in text) else f"{text}_{MARK}{row}"


def plant_rows(rows: list[list[object]], columns: set[str]) -> list[list[object]]:
    heading, *rest = rows
    made = [[*map(str, heading), "extra"]]
    for number, row in enumerate(rest):
        cells = [plant(c, str(h), number, columns) for c, h in zip(row, heading, strict=False)]
        made.append([*cells, f"{MARK}u{number}"])
    return made


def plant_csv(path: Path, columns: set[str]) -> None:
    text = path.read_text(encoding="utf-8-sig")
    mark = ";" if text.split("\n", 1)[0].count(";") else ","
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=mark).writerows(plant_rows(rows, columns))


def plant_xlsx(path: Path, columns: set[str]) -> None:
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        for number, row in enumerate(plant_rows(rows, columns), start=1):
            for place, cell in enumerate(row, start=1):
                sheet.cell(number, place, cell)
    book.save(path)


def plant_sav(path: Path, columns: set[str]) -> None:
    frame, meta = pyreadstat.read_sav(path, user_missing=True)
    rows = [[*frame.columns], *frame.astype(object).where(frame.notna(), None).values.tolist()]
    heading, *rest = plant_rows(rows, columns)
    made = pd.DataFrame(rest, columns=heading)
    for name in frame.columns:
        if frame[name].dtype.kind == "f":
            made[name] = made[name].astype(float)
    labels = {**meta.variable_value_labels, "extra": {f"{MARK}u1": f"{MARK} label"}}
    pyreadstat.write_sav(
        made, path, variable_value_labels=labels, missing_ranges=meta.missing_ranges
    )


PLANTERS = {".csv": plant_csv, ".xlsx": plant_xlsx, ".sav": plant_sav}


@pytest.fixture
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A project with one planted study and one analysis."""
    import shutil

    study: str = request.param
    structure = _load("structure_mutants")
    source = ROOT / "config" / "studies" / f"{study}.yaml"
    tree = structure.load_plan_tree(source.read_text(encoding="utf-8"))
    structure.keep_analysis(tree, next(iter(tree["analyses"])))
    tree["privacy"]["disclosure_threshold"] = 5
    tree["study"].pop("synthetic", None)
    plan = tmp_path / "config" / "studies" / f"{study}.yaml"
    plan.parent.mkdir(parents=True)
    plan.write_bytes(structure.write_plan_tree(tree))
    shutil.copytree(ROOT / "data" / "raw" / study, tmp_path / "data" / "raw" / study)
    columns = planted_columns(study)
    for path in sorted((tmp_path / "data" / "raw").rglob("*")):
        if path.suffix in PLANTERS:
            PLANTERS[path.suffix](path, columns)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(tmp_path / "temporary"))
        (tmp_path / "temporary").mkdir()
        patch.chdir(tmp_path)
        yield tmp_path, study


@pytest.mark.slow
@pytest.mark.parametrize("project", STUDIES, indirect=True)
def test_a_planted_study_tells_nothing(
    project: tuple[Path, str],
    search: Callable[..., list[str]],
    capsys: pytest.CaptureFixture[str],
):
    folder, study = project
    codes = [main([stage, *([study] if stage != "index" else [])]) for stage in STAGES]
    told = capsys.readouterr()
    assert codes == [0] * len(STAGES), told.err.replace(MARK, "")
    assert search(folder, [MARK], told.out + told.err) == []
    kept = (folder / "data" / "processed" / study / "participants.parquet").read_bytes()
    assert MARK.encode() in kept, "the canaries must have been in the run at all"
