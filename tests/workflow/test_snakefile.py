"""The Snakefile as those who know Snakemake expect it: clean, every file declared, sized, shown."""

import csv
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.workflow.conftest import STUDY, Folder, make_folder

ROOT = Path(__file__).resolve().parents[2]

KEPT_BY_STAGES = (f"data/processed/{STUDY}/remembered/", f"reports/{STUDY}/validation.")
"""No outputs: a memory that must outlive a failed job, and pages that tell why one failed."""


def snakemake(folder: Folder, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Call Snakemake directly in a project folder."""
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "--nocolor", *words],
        cwd=folder.root,
        env=folder.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    if check and done.returncode != 0:
        raise AssertionError(f"exit {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


def results(root: Path) -> set[str]:
    """Every processed table and report below a project, as Snakemake names it."""
    files = (p for name in ("data/processed", "reports") for p in (root / name).rglob("*"))
    return {path.relative_to(root).as_posix() for path in files if path.is_file()}


@pytest.fixture(scope="module")
def copy(finished: Folder, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A copy of the finished study that these tests may change."""
    root = tmp_path_factory.mktemp("copies") / "copy"
    shutil.copytree(finished.root, root)
    return Folder(root)


def test_lint_has_nothing_to_say(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    assert snakemake(folder, "--lint", "--quiet", "all").stdout == ""
    text = (folder.root / "Snakefile").read_text(encoding="utf-8")
    (folder.root / "Snakefile").write_text(text.replace("    log:\n", "    message:\n", 1))
    worse = snakemake(folder, "--lint", check=False)
    assert worse.returncode == 1
    assert "No log directive defined" in worse.stdout + worse.stderr


def test_every_file_that_a_run_leaves_is_a_declared_output(copy: Folder) -> None:
    rows = list(csv.DictReader(summary(copy).splitlines(), delimiter="\t"))
    assert {row["status"] for row in rows} == {"ok"}
    assert {row["plan"] for row in rows} == {"no update"}
    left = {name for name in results(copy.root) if not name.startswith(KEPT_BY_STAGES)}
    assert left == {row["output_file"] for row in rows}


def summary(folder: Folder) -> str:
    """What `--summary` prints, from its heading on."""
    text = snakemake(folder, "--summary").stdout
    return text[text.index("output_file") :]


def test_the_graphs_show_the_way_of_the_data(copy: Folder) -> None:
    rules = graph(snakemake(copy, "--rulegraph").stdout)
    assert {("ingest", "score"), ("score", "analyse"), ("report", "index")} <= rules
    assert not {edge for edge in rules if edge[0] == "index" and edge[1] != "all"}
    jobs = graph(snakemake(copy, "--dag").stdout)
    assert {(a.split("\\n")[0], b.split("\\n")[0]) for a, b in jobs} == rules


def graph(dot: str) -> set[tuple[str, str]]:
    """The edges of a graph by the names of its nodes."""
    names = dict(re.findall(r'^\s*(\d+)\[label = "([^"]+)"', dot, flags=re.MULTILINE))
    edges = re.findall(r"^\s*(\d+) -> (\d+)", dot, flags=re.MULTILINE)
    return {(names[a], names[b]) for a, b in edges}


def test_each_job_asked_for_more_memory_than_it_took(copy: Folder) -> None:
    plan = snakemake(copy, "--forceall", "--dry-run").stdout
    rule = r"^(?:local)?(?:rule|checkpoint) (\w+):.*?mem_mb=(\d+)"
    asked = dict(re.findall(rule, plan, re.MULTILINE | re.DOTALL))
    logs = copy.root / "logs"
    measured = {path.stem: path for path in (*logs.glob("*/*.tsv"), *logs.glob("*.tsv"))}
    assert set(measured) == set(asked)
    for rule, path in measured.items():
        (row,) = csv.DictReader(path.read_text(encoding="utf-8").splitlines(), delimiter="\t")
        assert float(row["max_rss"]) < int(asked[rule]), rule


def test_the_page_for_analysts_shows_what_was_released(copy: Folder) -> None:
    page = copy.root / "page.html"
    snakemake(copy, "--report", str(page))
    text = page.read_text(encoding="utf-8")
    for name in ("report.html", "report.pdf", "report.docx", "estimates.csv", "disclosure.csv"):
        assert f"reports/{STUDY}/" in text
        assert name in text
    assert "The rows behind the report of" in text
    assert str(copy.root) not in text


def test_a_notebook_is_a_target_and_somebody_s_own_work_stays(copy: Folder) -> None:
    target = f"reports/{STUDY}/notebook.ipynb"
    path = copy.root / target
    snakemake(copy, "--cores", "1", target)
    assert '"equal' in path.read_text(encoding="utf-8").replace("<td>", '"')
    assert "Nothing to be done" in snakemake(copy, "--cores", "1", target).stderr
    own = path.read_text(encoding="utf-8").replace("Your own questions", "My own question")
    path.write_text(own, encoding="utf-8")
    done = snakemake(copy, "--cores", "1", "--force", target, check=False)
    assert done.returncode != 0
    assert "somebody wrote in this notebook" in done.stdout + done.stderr
    assert path.read_text(encoding="utf-8") == own
    path.unlink()


def test_all_output_can_be_deleted_and_made_again(copy: Folder, finished: Folder) -> None:
    snakemake(copy, "--delete-all-output", "--cores", "1")
    assert all(name.startswith(KEPT_BY_STAGES) for name in results(copy.root))
    copy.type("run", STUDY)
    assert copy.digests() == finished.digests()
