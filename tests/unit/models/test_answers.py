"""`answers` of rows that the engine made: one choice, which nobody makes again."""

import math

import pandas as pd
import pytest

from evalpipe.answers.study import StudyRows
from evalpipe.answers.table import decide_answers, release_answers
from evalpipe.models.dispatch import run_analysis
from evalpipe.schemas.answers import answers_schema
from evalpipe.schemas.findings import find_misfits


@pytest.fixture(scope="module")
def plan(make_plan, make_analysis, mmrm):
    return make_plan({"one": make_analysis(mmrm), "two": make_analysis(mmrm)})


@pytest.fixture(scope="module")
def estimates(plan, trial):
    results = [run_analysis(plan, name, trial).estimates for name in plan.analyses]
    return pd.concat(results, ignore_index=True)


def answers_of(plan, estimates):
    return decide_answers(StudyRows(plan, {"estimates": estimates}))


def test_each_question_has_its_claim_and_the_row_that_answers_it(plan, estimates):
    answers = answers_of(plan, estimates)
    assert find_misfits(answers, answers_schema(plan)) == []
    assert list(answers["claim_id"]) == ["one/1", "two/1"]
    assert set(answers["status"]) == {"answered"}
    rows = estimates.set_index("estimate_id").loc[answers["estimate_id"]]
    assert list(rows["quantity"]) == ["contrast", "contrast"]
    assert list(rows["visit"]) == list(answers["visit"]) == ["v3", "v3"]
    assert list(answers["n_analysed"]) == list(rows["n_participants"])


def test_the_report_reads_the_choice_and_does_not_make_it(plan, estimates):
    answers = answers_of(plan, estimates)
    contrasts = [name for name in estimates["estimate_id"] if name.startswith("one/contrast")]
    other = next(name for name in contrasts if name.endswith("/v1"))
    answers.loc[0, ["estimate_id", "visit"]] = [other, "v1"]
    study = StudyRows(plan, {"estimates": estimates, "answers": answers})
    assert study.claims["one"][0].row.visit == "v1"


def test_release_keeps_the_choice_and_takes_numbers_from_what_is_released(plan, estimates):
    answers = answers_of(plan, estimates)
    released = estimates.assign(withheld=None, coarse=None)
    place = released.index[released["estimate_id"] == answers.loc[0, "estimate_id"]]
    hidden = ["estimate", "std_error", "p_value", "n_participants"]
    released.loc[place, hidden] = None
    released.loc[place, "withheld"] = " ".join(hidden)
    told = release_answers(answers, StudyRows(plan, {"estimates": released}))
    assert list(told["estimate_id"]) == list(answers["estimate_id"])
    assert list(told["status"]) == ["withheld", "answered"]
    assert pd.isna(told.loc[0, "n_analysed"])
    assert told.loc[1, "n_analysed"] == answers.loc[1, "n_analysed"]


def test_a_fit_that_has_not_converged_answers_nothing(plan, estimates):
    broken = estimates.copy()
    broken.loc[broken["analysis_id"] == "one", "status"] = "not_converged"
    answers = answers_of(plan, broken)
    assert list(answers["status"]) == ["not_estimable", "answered"]
    claim = StudyRows(plan, {"estimates": broken, "answers": answers}).claims["one"][0]
    assert math.isnan(claim.n_observed)
