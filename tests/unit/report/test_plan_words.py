"""What reports tell of the plan's smaller keys, each where the bundled plans have it."""

from pathlib import Path

import pytest

from evalpipe.config.load import load_plan
from evalpipe.report.build import build_document
from evalpipe.report.documents.html import write_html
from evalpipe.report.labels import outcome_label
from evalpipe.report.sections.delivery_pictures import _fidelity_label
from evalpipe.report.sections.variable_roles import role_words
from evalpipe.report.source import Source

STUDIES = Path(__file__).parents[3] / "config" / "studies"


def source(study: str) -> Source:
    return Source(load_plan(STUDIES / f"{study}.yaml"), {})


def page(study: str) -> str:
    return write_html(build_document(source(study), {})).decode("utf-8")


@pytest.mark.parametrize(
    ("study", "words"),
    [
        ("btheb", "Randomisation was stratified by antidepressant drugs and length of current"),
        ("reattach_rct", "The plan declares as covariates age; for eligibility consent given."),
        ("handholding", "as moderators attachment anxiety (1 to 7), attachment avoidance"),
        ("pmt_attachment", "for eligibility age of the child, IQ of the child"),
        ("btheb", "cut-off 13 (at most minimal depression; "),
        ("pmt_attachment", "(attachment security): "),
        ("pmt_attachment", "(recorded as discontinued; "),
    ],
)
def test_the_methods_tell_it(study: str, words: str):
    assert words in page(study)


PLANS = sorted(STUDIES.glob("*.yaml"))


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_every_variable_of_a_bundled_plan_is_used_as_declared(path: Path):
    assert "No analysis or rule of eligibility" not in role_words(load_plan(path))


@pytest.mark.parametrize("role", ["covariate", "moderator", "eligibility"])
def test_a_variable_that_nothing_uses_as_declared_is_told(role: str):
    plan = source("reattach_rct").plan
    sex = plan.variables["sex"].model_copy(update={"role": role})
    words = role_words(plan.model_copy(update={"variables": {**plan.variables, "sex": sex}}))
    assert words.endswith(" No analysis or rule of eligibility uses sex in that way.")


def test_an_outcome_says_who_rated_it():
    label = outcome_label(source("eft_couples").plan, "session.alliance_a")
    assert label == "Alliance, rated by partner A"


def test_video_feedback_says_who_takes_part():
    words = _fidelity_label(source("pmt_attachment"), "video_feedback_share")
    assert words == "Video feedback with attachment figure as planned"
