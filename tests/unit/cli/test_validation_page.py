"""The page of findings: errors in full for whoever mends them, notices without rows."""

from pathlib import Path

import pandas as pd
import pytest

from evalpipe.cli.project import Project
from evalpipe.cli.validation import write_validation
from evalpipe.config.load import load_plan
from evalpipe.design.judgement import Checked
from evalpipe.findings import Finding, Level

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def plan():
    return load_plan(ROOT / "config" / "studies" / "btheb.yaml")


def written(plan, root, *findings):
    write_validation(Project(root), plan, findings)
    folder = root / "reports" / "btheb"
    table = pd.read_csv(folder / "validation.csv", dtype=str, keep_default_na=False)
    return table, (folder / "validation.html").read_text(encoding="utf-8")


def finding(level, rows):
    return Finding(level, "score outside its range", "trial", "bdi", len(rows), tuple(rows))


@pytest.mark.parametrize("n", [1, 5, 6, 60])
def test_a_notice_tells_neither_how_many_rows_nor_which(plan, tmp_path, n):
    """Whatever their number: a count hidden only when it is small is known to be small."""
    table, page = written(plan, tmp_path, finding(Level.NOTICE, range(901, 901 + n)))
    assert table.loc[0, ["count", "rows"]].tolist() == ["some", ""]
    assert "901" not in page
    assert f">{n}<" not in page


def test_a_notice_about_made_up_people_is_told_in_full(plan, tmp_path):
    privacy = plan.privacy.model_copy(update={"disclosure_threshold": 0})
    made_up = plan.model_copy(update={"privacy": privacy})
    table, page = written(made_up, tmp_path, finding(Level.NOTICE, [901]))
    assert table.loc[0, ["count", "rows"]].tolist() == ["1", "901"]
    assert "901" in page


def test_an_error_is_told_in_full(plan, tmp_path):
    table, page = written(plan, tmp_path, finding(Level.ERROR, [901]))
    assert table.loc[0, ["count", "rows"]].tolist() == ["1", "901"]
    assert "901" in page


CHECKED = [Checked("participants", 41, 97, 89), Checked("between participants and the others", 7)]


def test_rules_are_counted_and_people_only_where_they_are_made_up(plan, tmp_path):
    write_validation(Project(tmp_path), plan, [], CHECKED)
    page = (tmp_path / "reports/btheb/validation.html").read_text(encoding="utf-8")
    assert ">41<" in page
    assert ">7<" in page
    assert ">97<" not in page
    assert ">89<" not in page
    privacy = plan.privacy.model_copy(update={"disclosure_threshold": 0})
    write_validation(Project(tmp_path), plan.model_copy(update={"privacy": privacy}), [], CHECKED)
    page = (tmp_path / "reports/btheb/validation.html").read_text(encoding="utf-8")
    assert ">97<" in page
    assert ">89<" in page


def test_a_finding_comes_back_from_its_record():
    whole = Finding(Level.ERROR, "is late", "sessions table", None, 2, (3, 5), "Correct the day")
    assert Finding.from_record(whole.to_record()) == whole
