"""Documents, figures and the index show nothing that the released tables withhold."""

import csv
import html
import io
import re

import pytest

from evalpipe.disclosure.study_release import release_study
from evalpipe.report.build import build_report

SPAN = re.compile(r'<span class="number" title="(\w+) (\d+): [^"]*">([^<]*)<')


def strict(plan):
    changes = {"allow": (), "disclosure_threshold": 5}
    return plan.model_copy(update={"privacy": plan.privacy.model_copy(update=changes)})


@pytest.fixture(scope="module")
def folder(study_tables, tmp_path_factory):
    """The public trial's report as if its plan allowed nothing."""
    plan, tables = study_tables("btheb", True)
    found = tmp_path_factory.mktemp("reports") / "btheb"
    released = release_study(strict(plan), tables, {}, found)
    build_report(strict(plan), released.tables, released.record, found)
    return found


def withheld_columns(folder, name):
    text = (folder / "tables" / f"{name}.csv").read_text(encoding="utf-8-sig")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return {row["row"]: set(row["withheld"].split()) for row in rows}


def test_no_printed_number_comes_from_a_withheld_one(folder):
    page = (folder / "report.html").read_text(encoding="utf-8")
    columns = {name: withheld_columns(folder, name) for name in ("statistics", "estimates")}
    told = 0
    for table, row, text in SPAN.findall(page):
        withheld, words = columns[table][row], html.unescape(text)
        told += 1
        if "value" in withheld or "estimate" in withheld:
            assert not re.search(r"\d", words), (table, row)
        if "n" in withheld:
            assert "%" not in words, (table, row)
            assert " of " not in words, (table, row)
    assert told > 50
    assert any(columns["statistics"].values())


def test_the_number_analysed_is_not_told_beside_the_number_randomised(folder):
    """97 of 100: three were not analysed."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".html", ".json", ".csv"):
            text = re.sub(r"base64,[A-Za-z0-9+/=]+", "", path.read_text(encoding="utf-8-sig"))
            assert not re.search(r"\b97 (of|people|participants)|n = 97\b", text), path.name


def test_every_suppression_has_a_decision(study_tables, attack_tables):
    plan, tables = study_tables("reattach_cohort")
    _, released = attack_tables(strict(plan), tables)
    frame = released.tables["statistics"]
    told = {(d.row, d.column) for d in released.register if d.table == "statistics"}
    for record in frame[frame["withheld"].notna()].to_dict("records"):
        for column in record["withheld"].split():
            assert (record["statistic_id"], column) in told
