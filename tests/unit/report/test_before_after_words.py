"""What a report says of t tests, equivalence and analysis of variance, from the engine's rows."""

import numpy as np
import pandas as pd
import pytest

from evalpipe.answers.table import with_answers
from evalpipe.config.load import load_plan
from evalpipe.models.dispatch import run_analysis
from evalpipe.report.documents.model import plain_text
from evalpipe.report.headline import write_headline
from evalpipe.report.sections.analysis_tables import answer_table
from evalpipe.report.sections.model_words import model_words
from evalpipe.report.source import Source

PLAN = """
study: {id: s, title: Made-up, design: pre_post, synthetic: true}
arms: {usual: {label: Usual care, role: control}, new: {label: New therapy, role: experimental}}
visits: {pre: {label: Before, day: 0}, post: {label: After, day: 84}, later: {label: L, day: 168}}
instruments:
  dep:
    label: Depression
    range: [0, 100]
    better: lower
    minimal_important_difference: {value: 5, source: made up}
data:
  t:
    file: t.csv
    one_row_per: visit
    columns: {id: participant_id, arm: arm, visit: visit}
    scores: {dep: dep}
privacy: {disclosure_threshold: 0}
populations: {everyone: {include: enrolled}}
analyses:
  within:
    role: primary
    question: Is it lower?
    estimand: {population: everyone, outcome: dep, summary: change_from_baseline}
    model: {kind: pre_post, before: pre, after: post}
  change:
    role: secondary
    question: Do the arms change alike?
    estimand: {population: everyone, outcome: dep, contrast: {arm: new, versus: usual}}
    model: {kind: pre_post, before: pre, after: post, compare: change}
  after:
    role: secondary
    question: Do the arms differ?
    estimand: {population: everyone, outcome: dep, contrast: {arm: new, versus: usual}}
    model: {kind: pre_post, before: pre, after: post, compare: after}
  stays:
    role: secondary
    question: Does it stay?
    estimand: {population: everyone, outcome: dep, summary: equivalence}
    model: {kind: pre_post, before: post, after: later}
  far:
    role: secondary
    question: Are both moments the same?
    estimand: {population: everyone, outcome: dep, summary: equivalence}
    model: {kind: pre_post, before: pre, after: post}
  anova:
    role: exploratory
    question: Does it change?
    estimand: {population: everyone, outcome: dep, visits: all, summary: equality_of_means}
    model: {kind: rm_anova}
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    path = tmp_path_factory.mktemp("plan") / "s.yaml"
    path.write_text(PLAN)
    plan = load_plan(path, "s.yaml")
    generator = np.random.default_rng(8)
    people = pd.DataFrame(
        {"participant_id": [f"P{i:02d}" for i in range(24)], "arm": ["usual", "new"] * 12}
    )
    level = generator.normal(40, 8, 24)
    frame = pd.concat(
        [
            people.assign(visit=visit, outcome=level - drop + generator.normal(0, 4, 24))
            for visit, drop in (("pre", 0), ("post", 8), ("later", 8))
        ],
        ignore_index=True,
    )
    results = [run_analysis(plan, name, frame) for name in plan.analyses]
    tables = {
        name: pd.concat([getattr(result, name) for result in results], ignore_index=True)
        for name in ("estimates", "diagnostics")
    }
    return Source(plan, with_answers(plan, tables))


@pytest.mark.parametrize(
    ("analysis", "words", "verdict"),
    [
        ("within", "Depression was ", "in favour of the later measurement"),
        ("change", "The change in Depression from “Before” to “After” was ", ""),
        ("after", "people given new therapy scored ", ""),
        (
            "stays",
            "two one-sided tests, larger p",
            "Both are equivalent: the difference lies within",
        ),
        ("far", "90% CI", "is not shown, which does not show a difference"),
        ("anova", "Test that the means of Depression are the same over the visits", ""),
    ],
)
def test_an_answer_in_words(source, analysis, words, verdict):
    headline = write_headline(source, analysis)
    assert words in plain_text(headline.sentence).replace("\u00a0", " ")
    assert verdict in headline.verdict


def test_the_level_of_an_interval_stands_beside_it(source):
    table = answer_table(source, "stays")
    columns = [plain_text(column.label) for column in table.columns]
    groups = [plain_text(row.cells[0]) for row in table.rows if row.kind == "group"]
    assert "95% CI" in columns
    assert "Equivalence (90% CI)" in groups


def test_only_what_was_computed_is_told(source):
    analyses = source.plan.analyses
    words = {name: plain_text(model_words(source.plan, a)) for name, a in analyses.items()}
    assert "Welch" not in words["within"]
    assert "Paired" not in words["change"]
    assert "Greenhouse and Geisser" in words["anova"]
    assert "Huynh" not in words["anova"]
