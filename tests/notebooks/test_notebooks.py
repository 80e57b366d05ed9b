"""Notebooks run from top to bottom: those of the project, and those written for a study."""

import re
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from tests.notebooks.studies import MORE, ROOT, make_project, take
from tests.words.words import tell

from evalpipe.cli.main import main
from evalpipe.config.load import load_plan
from evalpipe.errors import ModelError
from evalpipe.notebook import compare_with_released, open_study, rows_to_draw
from evalpipe.notebook.execute import execute
from evalpipe.notebook.refit import refit_of
from evalpipe.notebook.write import was_edited, write_notebook

sys.path.insert(0, str(ROOT / "scripts"))
from strip_notebooks import stripped

BUNDLED = sorted((ROOT / "notebooks").glob("*.ipynb"))
WRITTEN = ("btheb", "eft_couples", "attachment_classes", "coregulation_diary")
"""A trial, couples, classes before and after, a diary."""
PLANS = sorted((ROOT / "config" / "studies").glob("*.yaml"))

# nbclient asks asyncio for a loop in the way of older Pythons.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_project(tmp_path_factory.mktemp("notebooks") / "project")


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.stem)
def test_a_bundled_notebook_runs(path: Path, project: Path):
    (study,) = set(re.findall(r'open_study\(\\"(\w+)\\"\)', path.read_text(encoding="utf-8")))
    done = execute(nbformat.read(path, as_version=4), take(project, study))
    assert len(shown(done)) > 0


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.stem)
def test_a_bundled_notebook_opens_in_jupyter_and_holds_no_output(path: Path):
    text = path.read_text(encoding="utf-8")
    nbformat.validate(nbformat.reads(text, as_version=4))
    assert stripped(text) == text


def test_what_is_not_stripped_is_seen():
    notebook = nbformat.read(BUNDLED[0], as_version=4)
    clean = nbformat.writes(notebook) + "\n"
    cell = next(c for c in notebook.cells if c["cell_type"] == "code")
    cell["outputs"] = [nbformat.v4.new_output("stream", text="participant 12 scored 7")]
    assert stripped(nbformat.writes(notebook) + "\n") == clean


@pytest.mark.parametrize("study", WRITTEN)
def test_a_written_notebook_runs_and_its_refit_is_the_estimate(study: str, project: Path):
    take(project, study)
    assert main(["notebook", study, "--execute", "--project", str(project)]) == 0
    path = project / "reports" / study / "notebook.ipynb"
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert not was_edited(notebook)
    texts = shown(notebook)
    compared = next(text for text in texts if "by_hand" in text)
    assert len(re.findall(r"\bequal\b", compared)) >= 3
    assert "differs" not in compared
    assert any("image/png" in o.get("data", {}) for o in outputs(notebook))
    held_back(path.read_text(encoding="utf-8"), study, project)


def held_back(text: str, study: str, project: Path) -> None:
    """Nothing of the machine, no clock, no participant and no number in full is in a notebook."""
    assert str(project) not in text
    assert str(Path.home()) not in text
    assert "iopub" not in text
    assert not re.search(r"20\d\d-\d\d-\d\d", text)
    opened = open_study(study, project)
    ids = opened.people()["participants"]["participant_id"].astype(str)
    words = set(re.findall(r"\w+", text))
    assert not [one for one in ids if not one.isdigit() and one in words]
    full = opened.compute(next(iter(opened.plan.analyses)))["estimate"].dropna()
    assert not [value for value in full if len(repr(value)) > 9 and repr(value)[:9] in text]


def test_executed_twice_a_notebook_has_the_same_bytes(project: Path):
    command = ["notebook", "btheb", "--execute", "--project", str(take(project, "btheb"))]
    path = project / "reports" / "btheb" / "notebook.ipynb"
    assert main(command) == 0
    once = path.read_bytes()
    assert main(command) == 0
    assert path.read_bytes() == once


@pytest.mark.parametrize("analysis", MORE)
def test_each_kind_by_hand_gives_the_released_numbers(analysis: str, project: Path):
    study = open_study("btheb", take(project, "btheb"))
    space = {"study": study}
    exec(refit_of(study.plan, analysis).code, space)
    found = compare_with_released(study, analysis, space["by_hand"])
    assert set(found["by_hand"]) <= {"equal", "withheld"}
    assert (found["by_hand"] == "equal").any()


@pytest.mark.parametrize("name", ["four_children", "four_raters"])
def test_kinds_without_a_refit_are_computed_anew(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A single case design and agreement of raters."""
    folder = ROOT / "tests" / "words" / "studies" / name
    told = tell(folder / f"{name}.yaml", folder / "raw", tmp_path / "project")
    monkeypatch.chdir(told.root)
    plan = load_plan(folder / f"{name}.yaml")
    analysis = next(n for n, a in plan.analyses.items() if a.role == "primary")
    refit = refit_of(plan, analysis)
    assert "no second opinion" in refit.words
    study = open_study(name)
    space = {"study": study}
    exec(refit.code, space)
    assert set(compare_with_released(study, analysis, space["by_hand"])["by_hand"]) == {"equal"}
    assert len(rows_to_draw(study, analysis)) > 0


def test_another_number_is_told_and_not_shown(project: Path):
    study = open_study("btheb", take(project, "btheb"))
    by_hand = study.compute("primary").query("quantity == 'contrast'")
    by_hand = by_hand.assign(estimate=by_hand["estimate"] + 0.04321)
    assert set(compare_with_released(study, "primary", by_hand)["by_hand"]) == {"differs"}
    by_hand = by_hand.drop(columns="estimate_id")
    found = compare_with_released(study, "primary", by_hand)
    assert set(found["by_hand"]) == {"differs"}
    assert not {0.04321} & set(found["released"])
    with pytest.raises(ModelError, match="add a column"):
        compare_with_released(study, "primary", by_hand[["quantity", "estimate"]])
    with pytest.raises(ModelError, match="has a released one beside it"):
        compare_with_released(study, "primary", by_hand.assign(term="nothing"))


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_every_plan_has_a_notebook_whose_code_holds_names_alone(path: Path):
    plan = load_plan(path)
    notebook = write_notebook(plan)
    nbformat.validate(notebook)
    assert nbformat.writes(write_notebook(plan)) == nbformat.writes(notebook)
    code = [c["source"] for c in notebook.cells if c["cell_type"] == "code"]
    for source in code:
        compile(source, "cell", "exec")
    joined = "\n".join(code)
    assert plan.study.title not in joined
    assert not [a.label for a in plan.arms.values() if a.label in joined and " " in a.label]


def test_words_of_a_plan_stay_words():
    plan = load_plan(ROOT / "config" / "studies" / "btheb.yaml")
    hostile = "%% import os <script>alert(1)</script> $x$ **b** `c` <<refit_code>>"
    study = plan.study.model_copy(update={"title": hostile})
    changed = plan.model_copy(update={"study": study})
    notebook, before = write_notebook(changed), write_notebook(plan)
    assert [c["cell_type"] for c in notebook.cells] == [c["cell_type"] for c in before.cells]
    differ = [a for a, b in zip(notebook.cells, before.cells, strict=True) if a != b]
    assert [cell["cell_type"] for cell in differ] == ["markdown"]
    assert "<script>" not in differ[0]["source"]
    assert "fit_model" not in differ[0]["source"]


def test_a_cell_that_fails_is_told_without_what_it_held(tmp_path: Path):
    notebook = write_notebook(load_plan(ROOT / "config" / "studies" / "btheb.yaml"))
    notebook.cells = [nbformat.v4.new_code_cell("1"), nbformat.v4.new_code_cell("int('p7777')")]
    with pytest.raises(ModelError) as told:
        execute(notebook, tmp_path)
    assert str(told.value) == "notebook: code cell 2 failed: ValueError"


def test_warnings_and_files_of_the_user_stay_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    start = tmp_path / "start.py"
    start.write_text("print('started by the user')\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONSTARTUP", str(start))
    notebook = write_notebook(load_plan(ROOT / "config" / "studies" / "btheb.yaml"))
    source = "import sys, warnings; warnings.warn('w'); print('kept'); sys.executable"
    notebook.cells = [nbformat.v4.new_code_cell(source, id="one")]
    (cell,) = execute(notebook, tmp_path).cells
    assert cell["outputs"][0]["text"] == "kept\n"
    assert cell["outputs"][1]["data"]["text/plain"] == repr(sys.executable)
    assert cell["metadata"] == {}


def only_a_plan(folder: Path) -> None:
    (folder / "config" / "studies").mkdir(parents=True)
    shutil.copy(ROOT / "config" / "studies" / "btheb.yaml", folder / "config" / "studies")


def test_somebody_s_own_work_is_not_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    only_a_plan(tmp_path)
    command = ["notebook", "btheb", "--project", str(tmp_path)]
    path = tmp_path / "reports" / "btheb" / "notebook.ipynb"
    assert main(command) == 0
    assert main(command) == 0
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-1]["source"] += "\nMy own question."
    nbformat.write(notebook, path)
    own = path.read_bytes()
    assert main(command) == 2
    assert path.read_bytes() == own
    assert len(capsys.readouterr().err.splitlines()) == 1
    path.write_text("no notebook", encoding="utf-8")
    assert main(command) == 2


def test_a_study_that_was_not_run_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    only_a_plan(tmp_path)
    assert main(["notebook", "btheb", "--execute", "--project", str(tmp_path)]) == 6
    told = capsys.readouterr().err
    assert len(told.splitlines()) == 1
    assert "run the stage that makes it" in told
    assert str(tmp_path) not in told
    assert not (tmp_path / "reports" / "btheb" / "notebook.ipynb").exists()


def outputs(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [o for c in notebook.cells if c["cell_type"] == "code" for o in c["outputs"]]


def shown(notebook: nbformat.NotebookNode) -> list[str]:
    return [o.get("text") or o["data"].get("text/plain", "") for o in outputs(notebook)]
