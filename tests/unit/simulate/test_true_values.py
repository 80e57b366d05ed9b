"""True values without a fit agree with the declared analysis on a large complete sample."""

import json
from pathlib import Path

import pytest

from evalpipe.errors import ConfigError
from evalpipe.simulate.exact_values import exact_value
from evalpipe.simulate.prepared import outcomes_read, prepared_tables
from evalpipe.simulate.replicates import estimates_of
from evalpipe.simulate.scaled_truth import with_effect
from evalpipe.simulate.true_values import (
    _answers,
    large_occasions,
    true_answers,
    with_units,
)

BUNDLED = Path(__file__).resolve().parents[3] / "data" / "raw"
CASES = [
    ("reattach_rct", "post_only", 3000),
    ("reattach_rct", "autonomic_nervous_system", 3000),
    ("handholding", "primary", 400),
    ("handholding", "threat_against_safe", 400),
    ("handholding", "quality_as_moderator", 400),
    ("attachment_classes", "child_security", 3000),
    ("eft_couples", "without_partners_role", 1500),
    ("reattach_cohort", "primary", 300),
    ("coregulation_diary", "robust", 300),
]


@pytest.mark.parametrize(("study", "analysis", "units"), CASES)
def test_exact_value_is_what_a_large_sample_shows(plans, study, analysis, units):
    plan = plans[study]
    large = with_units(plan, units)
    wanted = [s for s in outcomes_read(plan, analysis) if s in plan.truth.outcomes]
    tables = prepared_tables(large, 99, outcomes=wanted, is_complete=True, with_ledger=False)
    answers = _answers(large, analysis, tables)
    occasions = large_occasions(plan, plan.analyses[analysis].estimand.outcome)
    judged = 0
    for row in answers.to_dict("records"):
        if row["scale"] == "ratio":
            continue
        value = exact_value(plan, plan.analyses[analysis], row, occasions)
        assert value is not None
        assert abs(row["estimate"] - value) < 3.5 * row["std_error"], row["estimate_id"]
        judged += 1
    assert judged > 0


def test_contagion_has_a_closed_form(plans):
    truths = true_answers(plans["coregulation_diary"], "training_and_contagion")
    assert list(truths.values()) == [pytest.approx(-0.12)]


@pytest.mark.parametrize("study", ["reattach_rct", "pmt_attachment", "reattach_cohort"])
def test_the_truth_file_covers_every_headline(plans, study):
    truth = json.loads((BUNDLED / study / "truth.json").read_text())
    assert truth["label"] == "SYNTHETIC"
    known = {entry["analysis_id"] for entry in truth["estimands"]}
    asked = {n for n, a in plans[study].analyses.items() if a.estimand is not None}
    assert asked == known
    assert {entry["method"] for entry in truth["estimands"]} <= {"exact", "large_sample"}


def test_no_effect_is_no_effect(plans):
    plan = with_effect(plans["eft_couples"], "primary", 0.0)
    assert list(true_answers(plan, "primary").values()) == [pytest.approx(0.0)]
    doubled = with_effect(plans["handholding"], "primary", 2.0)
    first = true_answers(plans["handholding"], "primary")
    for name, value in true_answers(doubled, "primary").items():
        assert value == pytest.approx(2 * first[name])


def test_classes_without_effect_change_alike_in_both_arms(plans):
    classes = with_effect(plans["attachment_classes"], "primary", 0.0)
    change = classes.truth.outcomes["attachment"].classes.change
    for before, shares in change["attachment_based"].items():
        assert shares == pytest.approx(change["care_as_usual"][before])


def test_an_effect_that_is_not_in_the_truth_cannot_be_scaled(plans):
    with pytest.raises(ConfigError, match="holds no effect"):
        with_effect(plans["reattach_rct"], "imagination", 2.0)


def test_replicates_have_the_numbers_of_the_analysis_itself(plans):
    from evalpipe.models.dispatch import run_analysis

    plan = plans["eft_couples"]
    tables = prepared_tables(plan)
    fast = estimates_of(plan, "primary", tables).set_index("estimate_id")["estimate"]
    full = run_analysis(plan, "primary", tables).estimates.set_index("estimate_id")["estimate"]
    same = fast.index.intersection(full.index)
    assert len(same) == len(fast)
    assert (fast[same].dropna() == full[same].dropna()).all()
