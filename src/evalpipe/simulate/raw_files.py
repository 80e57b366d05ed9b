"""A synthetic study as the files that would leave the field, labelled as synthetic."""

from __future__ import annotations

from collections.abc import Mapping

from evalpipe.config.data import RawFile
from evalpipe.config.plan import Plan
from evalpipe.errors import ConfigError
from evalpipe.simulate.people import require_truth
from evalpipe.simulate.raw.binary_files import spss_bytes, workbook_bytes
from evalpipe.simulate.raw.sheets import Sheet, make_sheet
from evalpipe.simulate.raw.text_files import csv_bytes, redcap_bytes
from evalpipe.simulate.study import SimulatedStudy, draw_study

LABEL_FILE = "SYNTHETIC.md"
TRUTH_FILE = "truth.json"


def simulate_study(plan: Plan, seed: int | None = None) -> dict[str, bytes]:
    """Return path inside the study's raw folder -> bytes of the file, as the plan declares them.

    seed: default the plan's own. The same plan and seed give the same bytes. Beside the raw files
    stands SYNTHETIC.md; `true_values` makes truth.json. Raises ConfigError for a plan without
    truth.
    """
    truth = require_truth(plan)
    base = truth.seed if seed is None else seed
    files: dict[str, bytes] = {LABEL_FILE: _label(plan, base)}
    for cohort in tuple(truth.cohorts) or (None,):
        study = draw_study(plan, base, cohort)
        folder = f"{cohort}/" if cohort else ""
        files |= {f"{folder}{name}": data for name, data in _files(plan, study).items()}
    return files


def _files(plan: Plan, study: SimulatedStudy) -> dict[str, bytes]:
    by_file: dict[str, list[tuple[RawFile, Sheet]]] = {}
    for entry in plan.data.values():
        by_file.setdefault(entry.file, []).append((entry, make_sheet(plan, entry, study)))
    return {name: _bytes(name, parts) for name, parts in by_file.items()}


def _bytes(name: str, parts: list[tuple[RawFile, Sheet]]) -> bytes:
    declared = parts[0][0].format
    kind = _by_ending(name) if declared == "auto" else declared
    if kind == "xlsx":
        return workbook_bytes([(e.sheet or f"Sheet{k}", s) for k, (e, s) in enumerate(parts, 1)])
    if kind == "redcap":
        return redcap_bytes(parts)
    if len(parts) > 1:
        raise ConfigError(f"data: {name} stands in several entries; simulate writes it only once")
    entry, sheet = parts[0]
    return spss_bytes(sheet, entry) if kind == "sav" else csv_bytes(sheet, entry)


def _by_ending(name: str) -> str:
    endings: Mapping[str, str] = {"xlsx": "xlsx", "sav": "sav"}
    return endings.get(name.rsplit(".", 1)[-1].lower(), "csv")


def _label(plan: Plan, seed: int) -> bytes:
    lines = [
        "# SYNTHETIC",
        "",
        "The data in this folder are made up. They were drawn by `evalpipe simulate` from the plan",
        f"of `{plan.study.id}` with seed {seed}. Nobody was measured; nothing here is a finding.",
        "",
        f"`{TRUTH_FILE}` holds the true value of what the plan's analyses estimate. Drawing the",
        "same plan with the same seed again gives the same bytes.",
        "",
    ]
    return "\n".join(lines).encode("utf-8")
