"""The page of findings: errors in full for whoever mends them, notices without few rows."""

from pathlib import Path

import pandas as pd
import pytest

from evalpipe.cli.project import Project
from evalpipe.cli.validation import write_validation
from evalpipe.config.load import load_plan
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


@pytest.mark.parametrize(("n", "count"), [(1, "few"), (5, "few"), (6, "6")])
def test_a_notice_about_few_rows_tells_neither_how_many_nor_which(plan, tmp_path, n, count):
    table, page = written(plan, tmp_path, finding(Level.NOTICE, range(901, 901 + n)))
    assert table.loc[0, "count"] == count
    assert ("901" in table.loc[0, "rows"]) == (n > 5)
    assert ("901" in page) == (n > 5)


def test_an_error_is_told_in_full(plan, tmp_path):
    table, page = written(plan, tmp_path, finding(Level.ERROR, [901]))
    assert table.loc[0, ["count", "rows"]].tolist() == ["1", "901"]
    assert "901" in page
