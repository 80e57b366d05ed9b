"""The answer in words: the sentence of the Beat the Blues trial and what intervals allow."""

from pathlib import Path

import pandas as pd
import pytest

from evalpipe.answers.table import with_answers
from evalpipe.answers.term import with_parts
from evalpipe.config.load import load_plan
from evalpipe.report.documents.model import Number, plain_text
from evalpipe.report.headline import write_headline
from evalpipe.report.source import Source
from evalpipe.report.words import Importance, verdict_of, verdict_sentence

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def plan():
    return load_plan(ROOT / "config/studies/btheb.yaml", "btheb.yaml")


def contrast(**changes):
    row = {
        "estimate_id": "primary/contrast/bdi/arm/btheb-vs-tau/month_8",
        "analysis_id": "primary",
        "role": "primary",
        "population": "intention_to_treat",
        "outcome": "bdi",
        "quantity": "contrast",
        "term": "arm",
        "arm": "btheb",
        "reference_arm": "tau",
        "visit": "month_8",
        "estimate": -0.192524,
        "std_error": 2.231799,
        "df": 68.330178,
        "df_method": "kenward_roger",
        "statistic": -0.086264,
        "p_value": 0.9315087,
        "conf_low": -4.645620,
        "conf_high": 4.260571,
        "conf_level": 0.95,
        "scale": "outcome",
        "n_participants": 97,
        "n_observations": 280,
        "status": "ok",
    }
    return row | changes


def flow():
    return pd.DataFrame(
        [
            {
                "statistic_id": "flow",
                "table": "flow",
                "variable": "randomised",
                "statistic": "count",
                "value": 100.0,
            }
        ]
    )


def source_of(plan, *rows):
    tables = {"estimates": with_parts(pd.DataFrame(list(rows))), "statistics": flow()}
    return Source(plan, with_answers(plan, tables))


def sentence_of(plan, *rows, analysis="primary"):
    words = plain_text(write_headline(source_of(plan, *rows), analysis).sentence)
    return words.replace("\u00a0", " ")


def test_the_sentence_of_the_beat_the_blues_trial(plan):
    assert sentence_of(plan, contrast()) == (
        "At 8 months, people given Beat the Blues scored 0.2 points lower on the Beck Depression "
        "Inventory than people given treatment as usual (95% CI 4.6 lower to 4.3 higher; "
        "t(68.3) = −0.09, p = .93; 97 of 100 people analysed)."
    )


def test_the_headline_visit_comes_first(plan):
    early = contrast(visit="month_2", estimate=-3.1, estimate_id="x")
    assert sentence_of(plan, early, contrast()).startswith("At 8 months, ")


def test_every_number_of_the_sentence_carries_its_row(plan):
    sentence = write_headline(source_of(plan, contrast()), "primary").sentence
    assert {piece.row for piece in sentence if isinstance(piece, Number)} == {
        "estimates 1",
        "answers 1",
    }


def test_a_contrast_fitted_without_a_site_is_no_answer(plan):
    left_out = contrast(term="arm without site 1", estimate=99.0, estimate_id="y")
    assert "99" not in sentence_of(plan, left_out, contrast())


def test_what_cannot_be_estimated_is_said_with_its_reason(plan):
    row = contrast(
        estimate=None,
        statistic=None,
        p_value=None,
        conf_low=None,
        conf_high=None,
        status="not_estimable",
        note="the outcome does not vary",
    )
    assert sentence_of(plan, row) == (
        "The answer at 8 months (Beat the Blues against treatment as usual) could not be "
        "estimated: the outcome does not vary."
    )


def test_without_degrees_of_freedom_the_letter_is_z(plan):
    assert "; z = −0.09, p = .93" in sentence_of(plan, contrast(df=None, df_method="normal"))


def test_a_ratio_is_worded_in_per_cent(plan):
    row = contrast(scale="ratio", estimate=1.13, conf_low=0.98, conf_high=1.31)
    assert "was 13% higher among people given Beat the Blues than among" in sentence_of(plan, row)
    assert "95% CI 2% lower to 31% higher" in sentence_of(plan, row)


@pytest.mark.parametrize(
    ("low", "high", "better", "verdict"),
    [
        (-4.6, 4.3, "lower", "neither"),
        (-6.0, 6.0, "lower", "both"),
        (-6.0, 1.0, "lower", "only_better"),
        (-1.0, 6.0, "lower", "only_worse"),
        (-9.0, -5.5, "lower", "matters"),
        (-6.0, 1.0, "higher", "only_worse"),
        (5.0, 9.0, "higher", "matters"),
    ],
)
def test_intervals_are_held_against_the_smallest_difference_that_matters(
    plan, low, high, better, verdict
):
    row = source_of(plan, contrast(conf_low=low, conf_high=high)).estimates[0]
    importance = Importance(5.0, "5 points", better)
    assert verdict_of(row, importance) == verdict
    words = verdict_sentence(row, importance, "Beat the Blues")
    assert words
    assert "significan" not in words


def test_without_that_difference_nothing_is_said_about_what_matters(plan):
    row = source_of(plan, contrast()).estimates[0]
    assert verdict_sentence(row, None) == ""
