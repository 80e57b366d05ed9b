"""A whole report from tidy tables: order of parts, files, same bytes, nothing individual."""

from pathlib import Path

import pandas as pd
import pytest

from evalpipe.answers.table import with_answers
from evalpipe.answers.term import with_parts
from evalpipe.config.data import Allowed, Privacy
from evalpipe.config.load import load_plan
from evalpipe.disclosure.study_release import individual_tables, release_study
from evalpipe.report.build import build_document, build_report, headline_record
from evalpipe.report.documents.model import Figure, Number, Section, Table, iterate_blocks
from evalpipe.report.documents.numbering import number_labels
from evalpipe.report.index import index_page
from evalpipe.report.source import Source
from evalpipe.schemas.estimates import ESTIMATES, with_estimate_ids
from evalpipe.schemas.statistics import STATISTICS, with_statistic_ids
from evalpipe.schemas.table import conform_frame

ROOT = Path(__file__).parents[3]
VISITS = ("month_2", "month_3", "month_5", "month_8")


@pytest.fixture(scope="module")
def plan():
    return load_plan(ROOT / "config/studies/btheb.yaml", "btheb.yaml")


def estimates():
    shared = {
        "study_id": "btheb",
        "analysis_id": "primary",
        "role": "primary",
        "outcome": "bdi",
        "population": "intention_to_treat",
        "term": "arm",
        "conf_level": 0.95,
        "scale": "outcome",
        "status": "ok",
        "df": 68.3,
        "df_method": "kenward_roger",
        "std_error": 2.2,
        "n_participants": 97,
        "n_observations": 280,
        "statistic": -0.1,
        "p_value": 0.93,
    }
    rows = []
    for place, visit in enumerate(VISITS):
        for arm, mean in (("tau", 18.0), ("btheb", 16.0)):
            level = mean - place
            rows.append(
                {
                    **shared,
                    "quantity": "marginal_mean",
                    "arm": arm,
                    "visit": visit,
                    "estimate": level,
                    "conf_low": level - 3,
                    "conf_high": level + 3,
                }
            )
        rows.append(
            {
                **shared,
                "quantity": "contrast",
                "arm": "btheb",
                "reference_arm": "tau",
                "visit": visit,
                "estimate": -2.0,
                "conf_low": -6.4,
                "conf_high": 2.4,
            }
        )
    return conform_frame(with_estimate_ids(pd.DataFrame(rows)), ESTIMATES)


def statistics():
    rows = []

    def add(
        table, variable, statistic, value, n=None, arm=None, visit=None, level=None, other=None
    ):
        rows.append(
            {
                "study_id": "btheb",
                "table": table,
                "variable": variable,
                "level": level,
                "statistic": statistic,
                "value": float(value),
                "n": n,
                "group_arm": arm,
                "group_visit": visit,
                "group_other": other,
            }
        )

    add("flow", "randomised", "count", 100)
    for arm, size in (("tau", 48), ("btheb", 52)):
        add("flow", "allocated", "count", size, arm=arm)
        add("flow", "ended", "count", size, arm=arm, level="completed")
        add("flow", "analysed", "count", size, arm=arm, other="analysis=primary")
        add("baseline", "participants", "count", size, size, arm=arm)
        add("baseline", "bdi", "mean", 23.4, size, arm=arm)
        add("baseline", "bdi", "sd", 10.6, size, arm=arm)
        for level, count in (("no", size - 20), ("yes", 20)):
            add("baseline", "drug", "count", count, size, arm=arm, level=level)
        for visit in VISITS:
            add("missingness", "bdi", "count", 10, size, arm=arm, visit=visit, level="missing")
        add("observed_means", "bdi", "mean", 23.4, size, arm=arm, visit="baseline")
    add("baseline", "bdi", "standardised_difference", -0.15, 100, arm="btheb")
    return conform_frame(with_statistic_ids(pd.DataFrame(rows)), STATISTICS)


@pytest.fixture(scope="module")
def tables(plan):
    tables = {"estimates": with_parts(estimates()), "statistics": statistics()}
    return with_answers(plan, {**tables, "diagnostics": pd.DataFrame()})


@pytest.fixture(scope="module")
def document(plan, tables):
    return build_document(Source(plan, tables), {})


def test_the_parts_stand_in_the_order_of_reading(document):
    assert [section.title for section in document.sections] == [
        "The answer",
        "Who took part",
        "Estimands and analyses",
        "What could be wrong",
        "Methods",
    ]


def test_there_is_no_part_for_what_the_study_does_not_have(document):
    keys = {block.key for block in iterate_blocks(document.sections) if isinstance(block, Section)}
    assert not keys & {"delivery", "measurement", "cohorts", "truth", "reproduction"}
    for block in iterate_blocks(document.sections):
        if isinstance(block, Section):
            assert block.blocks, block.title
        if isinstance(block, Table):
            assert block.rows, block.key


def test_pictures_tell_their_finding(document):
    figures = [b for b in iterate_blocks(document.sections) if isinstance(b, Figure)]
    assert {figure.key for figure in figures} >= {"figure-means-primary", "figure-flow"}
    means = next(figure for figure in figures if figure.key == "figure-means-primary")
    assert "Beat the Blues 13.0 [10.0, 16.0]" in means.picture.alt


def test_every_number_of_a_table_has_a_row_that_exists(document):
    codes = set(document.rows)
    for block in iterate_blocks(document.sections):
        if isinstance(block, Table):
            for row in block.rows:
                for piece in (piece for cell in row.cells for piece in cell):
                    assert not isinstance(piece, Number) or piece.row in codes


def test_references_and_labels_agree(document):
    labels = number_labels(document)
    kinds = {"Table", "Figure"}
    numbered = [label for label in labels.values() if label.split(" ")[0] in kinds]
    assert len(numbered) == len(set(numbered))


def test_a_report_is_the_same_bytes_twice(plan, tables, tmp_path):
    first, second = tmp_path / "one", tmp_path / "two"
    for folder in (first, second):
        released = release_study(plan, tables, {}, folder)
        build_report(plan, released.tables, released.record, folder)
    names = {path.relative_to(first) for path in first.rglob("*") if path.is_file()}
    assert {Path("report.html"), Path("report.pdf"), Path("report.docx")} <= names
    assert Path("tables/estimates.csv") in names
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_the_index_shows_the_headline(plan, tables):
    page = index_page([headline_record(Source(plan, tables))])
    assert "people given Beat the Blues scored 2.0 points lower" in page
    assert 'href="btheb/report.html"' in page


def test_tables_of_single_people_are_shown_only_where_the_plan_allows(plan, tables):
    given = {**tables, "sessions": pd.DataFrame({"participant_id": ["a"]})}
    assert individual_tables(plan, given) == {}
    allowed = Allowed(what="individual_lines", reason="The data are made up from a known recipe.")
    open_plan = plan.model_copy(update={"privacy": Privacy(allow=(allowed,))})
    assert set(individual_tables(open_plan, given)) == {"sessions"}
