"""Canaries in SPSS, Excel, REDCap, cohorts, sessions and goals stay inside `data/` as well.

Every id (of people, therapists, sites), every reason, every number that is no code and each extra
column of a bundled study gets one; dates are searched as they stand. Codes and answers that a
plan lists are no secret. The threshold of disclosure is the one of a real study.
"""

import csv
import io
import math
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import openpyxl
import pandas as pd
import pyreadstat
import pytest

from evalpipe.cli.main import main
from evalpipe.config.load import load_plan
from evalpipe.config.names import target_of
from evalpipe.config.plan import Plan

ROOT = Path(__file__).resolve().parents[2]
MARK = "qz7x"
DECIMALS = ".00731"
STAGES = (
    "check", "ingest", "validate", "score", "describe", "analyse", "release", "report", "index",
)  # fmt: skip
STUDIES = {
    "attachment_classes": "SPSS with value labels",
    "pmt_attachment": "Excel with sessions and goals",
    "coregulation_diary": "REDCap",
    "reattach_cohort": "cohorts",
}


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


canary = _load("test_canary")
structure = _load("structure_mutants")


Kind = float | None
"""What a column gets: None stands for text, a number for decimals below that number."""


def greatest_numbers(plan: Plan) -> dict[str, float]:
    """Columns and instruments of a plan that hold measured numbers -> their greatest value."""
    parts = {name: one for name, one in plan.variables.items() if one.type == "number"}
    parts |= {
        name: one
        for name, one in plan.instruments.items()
        if "continuous" in one.kind and not one.items
    }
    return dict.fromkeys(("day", "minutes", "disposition_day"), math.inf) | {
        name: one.range[1] if one.range else math.inf for name, one in parts.items()
    }


def planted_columns(study: str) -> dict[str, Kind]:
    """Heading of each raw column that gets canaries -> which."""
    plan = load_plan(ROOT / "config" / "studies" / f"{study}.yaml")
    numbers = greatest_numbers(plan)
    found: dict[str, Kind] = {}
    for entry in plan.data.values():
        targets = {raw: target_of(column) for raw, column in entry.columns.items()}
        targets |= {raw: name for name, raw in entry.scores.items() if isinstance(raw, str)}
        for raw, target in targets.items():
            if target.endswith(("_id", "_reason")):
                found[raw] = None
            elif target in numbers:
                found[raw] = numbers[target]
    return found


def plant(cell: object, kind: Kind, row: int) -> object:
    """Ids keep agreeing between files; a reason becomes one of its own; numbers get decimals."""
    if cell in (None, "") or cell != cell:
        return cell
    text = str(cell)
    if kind is None:
        has_digit = any(letter.isdigit() for letter in text)
        return f"{text}{MARK}" if has_digit else f"{text}_{MARK}{row}"
    whole, _, rest = text.replace(",", ".").partition(".")
    if not whole.isdigit() or not 0 < int(whole) <= kind or rest.strip("0"):
        return cell  # beyond the range stand codes of what is missing
    made = f"{int(whole) - (int(whole) >= kind)}{DECIMALS}{row % 1000:03d}"
    return made if isinstance(cell, str) else float(made)


def plant_rows(rows: list[list[object]], columns: dict[str, Kind]) -> list[list[object]]:
    heading, *rest = rows
    made = [[*map(str, heading), "extra"]]
    for number, row in enumerate(rest):
        cells = [
            plant(cell, columns[str(name)], number) if str(name) in columns else cell
            for cell, name in zip(row, heading, strict=False)
        ]
        made.append([*cells, f"{MARK}u{number}"])
    return made


def plant_csv(path: Path, columns: dict[str, Kind]) -> None:
    text = path.read_text(encoding="utf-8-sig")
    mark = ";" if text.split("\n", 1)[0].count(";") else ","
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=mark).writerows(plant_rows(rows, columns))


def plant_xlsx(path: Path, columns: dict[str, Kind]) -> None:
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        for number, row in enumerate(plant_rows(rows, columns), start=1):
            for place, cell in enumerate(row, start=1):
                sheet.cell(number, place, cell)
    book.save(path)


def plant_sav(path: Path, columns: dict[str, Kind]) -> None:
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


FAULTS = {
    "scores": ("score", "evalpipe.scoring.items.score_responses"),
    "descriptions": ("describe", "evalpipe.design.describe.describe"),
    "fits": ("analyse", "evalpipe.models.dispatch.run_analysis"),
    "documents": ("report", "evalpipe.report.documents.pdf.typst_source"),
}
"""What breaks -> the stage that ends and the function that fails."""

PLANTERS = {".csv": plant_csv, ".xlsx": plant_xlsx, ".sav": plant_sav}


@pytest.fixture
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A project with one planted study and one analysis."""
    import shutil

    study: str = request.param
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


def dates_in(content: bytes) -> set[str]:
    """Dates as they stand, each as year, month and day."""
    found = re.findall(rb"(?<!\d)(\d{4})-(\d\d)-(\d\d)(?!\d)", content)
    found += [(y, m, d) for d, m, y in re.findall(rb"(?<!\d)(\d\d)-(\d\d)-(\d{4})(?!\d)", content)]
    return {b"-".join(parts).decode() for parts in found}


def told_dates(folder: Path) -> dict[str, set[str]]:
    """Dates of raw files that stand in a file outside `data/`."""
    raw = set().union(*(dates_in(p.read_bytes()) for p in (folder / "data" / "raw").rglob("*.csv")))
    outside = [p for part in ("reports", "logs", ".snakemake") for p in (folder / part).rglob("*")]
    found = {
        path.name: raw & set().union(*map(dates_in, canary.open_up(path)))
        for path in outside
        if path.is_file()
    }
    return {name: dates for name, dates in found.items() if dates}


@pytest.mark.slow
@pytest.mark.parametrize("project", STUDIES, indirect=True)
def test_a_planted_study_tells_nothing(
    project: tuple[Path, str], capsys: pytest.CaptureFixture[str]
):
    folder, study = project
    codes = [main([stage, *([study] if stage != "index" else [])]) for stage in STAGES]
    told = capsys.readouterr()
    assert codes == [0] * len(STAGES), told.err.replace(MARK, "")
    assert canary.search(folder, [MARK, DECIMALS], told.out + told.err) == []
    assert told_dates(folder) == {}
    kept = (folder / "data" / "processed" / study / "participants.parquet").read_bytes()
    assert MARK.encode() in kept, "the canaries must have been in the run at all"
    assert list((folder / "temporary").iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("project", ["attachment_classes", "reattach_cohort"], indirect=True)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_run_that_fails_later_tells_nothing(
    project: tuple[Path, str],
    fault: str,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    """In the middle of a stage something breaks, with a cell in its words."""
    folder, study = project
    stage, target = FAULTS[fault]
    monkeypatch.setattr(target, canary.fail_with(ValueError))
    codes = [main([one, study]) for one in STAGES[1 : STAGES.index(stage) + 1]]
    monkeypatch.undo()
    told = capfd.readouterr()
    assert codes[-1] == 1
    assert set(codes[:-1]) <= {0}
    assert canary.search(folder, [MARK, DECIMALS], told.out + told.err) == []
    assert list((folder / "temporary").iterdir()) == []
