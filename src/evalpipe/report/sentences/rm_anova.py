"""Sentences about repeated-measures analysis of variance."""

from __future__ import annotations

from evalpipe.answers.rows import Estimate
from evalpipe.config.analyses import Analysis, RepeatedMeasuresAnova
from evalpipe.report.documents.model import Inlines, inlines
from evalpipe.report.labels import in_sentence, outcome_label, variable_label
from evalpipe.report.source import Source

TEST_NAMES = {
    "greenhouse_geisser": "F test, Greenhouse-Geisser",
    "huynh_feldt": "F test, Huynh-Feldt",
    "none": "F test, uncorrected",
}
SPHERICITY_NAMES = {
    "mauchly_w": "Mauchly's W",
    "epsilon_greenhouse_geisser": "Epsilon of Greenhouse and Geisser",
    "epsilon_huynh_feldt": "Epsilon of Huynh and Feldt",
}


def rm_anova_sentence(source: Source, analysis: Analysis, row: Estimate) -> Inlines:
    """What was compared; the numbers of the test stand behind it."""
    model = analysis.model
    assert isinstance(model, RepeatedMeasuresAnova)
    outcome = outcome_label(source.plan, row.outcome)
    levels = "the visits"
    if model.within != "visit":
        levels = f"the levels of {in_sentence(variable_label(source.plan, model.within))}"
    return inlines(
        f"Test that the means of {outcome} are the same over {levels}, in people with every "
        "measurement"
    )


def anova_row_name(analysis: Analysis, row: Estimate) -> str:
    """A row of the tests: which correction it has."""
    model = analysis.model
    if not isinstance(model, RepeatedMeasuresAnova):
        return ""
    name = row.term.partition(" ")[2] or model.correction
    return TEST_NAMES.get(name, "")
