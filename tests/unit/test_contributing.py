"""CONTRIBUTING.md, carried out: one structure, format, kind and section added to a copy."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
STEP = re.compile(
    r"^(?:New file `(?P<new>[^`]+)`|In `(?P<file>[^`]+)`, before `(?P<before>[^`]+)`):\n\n"
    r"```python\n(?P<code>.*?)^```$",
    flags=re.MULTILINE | re.DOTALL,
)

USE_THEM = """
import json, sys
from pathlib import Path

import numpy as np
import pandas as pd

from evalpipe.config.analyses import Analysis
from evalpipe.config.load import load_plan
from evalpipe.ingest.raw import RawFormat, read_raw
from evalpipe.models.api import fit_model
from evalpipe.models.dispatch import run_analysis
from evalpipe.report.build import build_document
from evalpipe.report.documents.model import plain_text
from evalpipe.report.sections.model_words import model_words
from evalpipe.report.source import Source
import evalpipe

folder, plan = Path(sys.argv[1]), load_plan(Path(sys.argv[2]))
told = {"where": evalpipe.__file__}

rng = np.random.default_rng(7)
noise = rng.normal(size=(400, 5))
errors = noise[:, 1:] + 0.5 * noise[:, :-1]
frame = pd.DataFrame({
    "participant_id": np.repeat(np.arange(400), 4).astype(str),
    "visit": np.tile(["v1", "v2", "v3", "v4"], 400),
    "y": errors.ravel(),
})
residual = {"structure": "moving_average", "within": "participant", "over": "visit"}
model = {"kind": "mmrm", "fixed": ["visit"], "residual": residual, "inference": "satterthwaite"}
fit = fit_model(frame, outcome="y", model=model).core.fit
told["correlation"] = float(fit.theta[1])

(folder / "people.jsonl").write_text('{"id": "a", "age": 7}\\n{"id": "b", "age": null}\\n')
table = read_raw(Path("people.jsonl"), folder, RawFormat())
told["cells"] = table.frame.fillna("").to_numpy().tolist()

estimand = plan.analyses["primary"].estimand.model_dump()
share = {"role": "secondary", "question": "How many?", "estimand": estimand,
         "model": {"kind": "share_above", "border": 13}}
mmrm = {**share, "model": model}
analyses = {name: Analysis.model_validate(said) for name, said in (("s", share), ("m", mmrm))}
plan = plan.model_copy(update={"analyses": {**plan.analyses, **analyses}})
rows = pd.DataFrame({"participant_id": list("abcd"), "arm": ["btheb"] * 2 + ["tau"] * 2,
                     "visit": "month_2", "outcome": [20.0, 2.0, 30.0, 40.0]})
found = run_analysis(plan, "s", rows).estimates
told["shares"] = dict(zip(found["arm"], found["estimate"], strict=True))
told["words"] = [plain_text(model_words(plan, analyses[name])) for name in ("s", "m")]

protocol = plan.study.protocol.model_copy(update={"funding": "Nobody paid."})
plan = plan.model_copy(update={"study": plan.study.model_copy(update={"protocol": protocol})})
document = build_document(Source(plan, {}), {})
told["sections"] = [section.key for section in document.sections]
print(json.dumps(told))
"""


def carry_out(text: str, root: Path) -> int:
    """Make the changes that a page tells; returns how many."""
    steps = list(STEP.finditer(text))
    for step in steps:
        if step["new"]:
            path = root / step["new"]
            assert not path.exists(), f"{step['new']} exists: the example is there already"
            path.write_text(step["code"], encoding="utf-8")
            continue
        path = root / step["file"]
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        places = [i for i, line in enumerate(lines) if line.lstrip().startswith(step["before"])]
        assert places, f"{step['file']} has no line `{step['before']}`"
        lines.insert(places[0], step["code"])
        path.write_text("".join(lines), encoding="utf-8")
    return len(steps)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source with every example of the page in it."""
    root = tmp_path_factory.mktemp("copy")
    without = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src", root / "src", ignore=without)
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert carry_out(page, root) == page.count("```python") > 12
    return root


@pytest.fixture(scope="module")
def told(copy: Path) -> Any:
    """What the copy computes and tells with the four additions."""
    environment = {**os.environ, "PYTHONPATH": str(copy / "src")}
    plan = ROOT / "config" / "studies" / "btheb.yaml"
    command = [sys.executable, "-W", "error", "-c", USE_THEM, str(copy), str(plan)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert Path(found["where"]).is_relative_to(copy)
    return found


def test_an_added_structure_is_fitted_and_told(told: Any):
    """Moving average of 1 and 0.5: neighbours correlate by 0.5 / (1 + 0.25)."""
    assert told["correlation"] == pytest.approx(0.4, abs=0.04)
    assert "correlated with neighbours only (moving average)" in told["words"][1]


def test_an_added_raw_format_is_read_by_its_ending(told: Any):
    assert told["cells"] == [["a", "7"], ["b", ""]]


def test_an_added_kind_of_analysis_runs_and_is_told(told: Any):
    assert told["shares"] == {"btheb": 0.5, "tau": 1.0}
    assert told["words"][0].startswith("Shares of participants above 13 on ")


def test_an_added_section_stands_in_its_place(told: Any):
    assert told["sections"].index("funding") == told["sections"].index("methods") - 1


def test_the_examples_keep_the_rules_of_the_code(copy: Path):
    shutil.copy(ROOT / "pyproject.toml", copy)  # its patterns are of files below it
    command = [sys.executable, "-m", "ruff", "check", "--quiet", "--no-cache", "src"]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_kind_of_analysis_has_its_file_in_both_folders():
    folders = [ROOT / "src" / "evalpipe" / room / "kinds" for room in ("config", "models")]
    told, run = ({path.stem for path in folder.glob("*.py")} - {"__init__"} for folder in folders)
    assert told - {"base", "gaussian"} == run
