"""Absolute and relative effects of binary, count and ordinal outcomes, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from evalpipe.models.dispatch import run_analysis

VISITS = {"visits": ["v2"], "headline_visit": "v2", "summary": "odds_ratio"}


@pytest.fixture(scope="module")
def people():
    generator = np.random.default_rng(4)
    n = 120
    arm = np.where(np.arange(n) % 2, "new", "control")
    chance = np.where(arm == "new", 0.65, 0.4)
    return pd.DataFrame(
        {
            "participant_id": [f"p{i}" for i in range(n)],
            "arm": arm,
            "sex": np.where(generator.random(n) < 0.5, "girl", "boy"),
            "visit": "v2",
            "baseline": generator.normal(size=n),
            "outcome": (generator.random(n) < chance).astype(float),
            "count": generator.poisson(np.where(arm == "new", 2.0, 4.0)).astype(float),
            "grade": np.digitize(generator.normal(size=n) + (arm == "new"), [-0.5, 0.7]).astype(
                float
            ),
        }
    )


@pytest.fixture(scope="module")
def run(make_plan, make_analysis):
    def carry_out(frame, outcome="score", **model):
        plan = make_plan(
            {"primary": make_analysis({"kind": "gee", **model}, **VISITS, outcome=outcome)},
            instruments={
                "score": {"label": "Score"},
                "mood": {
                    "label": "Mood",
                    "kind": "classification",
                    "classes": ["bad", "good"],
                    "better_class": "good",
                },
            },
        )
        return run_analysis(plan, "primary", frame).estimates

    return carry_out


def row(found, scale, quantity="contrast"):
    hit = found[(found["quantity"] == quantity) & (found["scale"] == scale)]
    assert len(hit) == 1
    return hit.iloc[0]


def test_without_covariates_the_effects_are_those_of_the_table(run, people):
    found = run(people, fixed=["arm"], covariance="robust")
    share = people.groupby("arm")["outcome"].mean()
    odds = share / (1 - share)
    difference = row(found, "risk_difference")
    assert difference["estimate"] == pytest.approx(share["new"] - share["control"])
    assert row(found, "risk_ratio")["estimate"] == pytest.approx(share["new"] / share["control"])
    assert row(found, "odds_ratio")["estimate"] == pytest.approx(odds["new"] / odds["control"])
    variance = (share * (1 - share) / people.groupby("arm").size()).sum()
    assert difference["std_error"] == pytest.approx(np.sqrt(variance), rel=1e-6)
    risks = found[found["quantity"] == "proportion"].set_index("arm")["estimate"]
    assert risks["new"] == pytest.approx(share["new"])


def test_standardised_risks_average_predictions_over_everybody(run, people):
    found = run(people, fixed=["arm", "baseline", "sex"])
    named = found[found["quantity"] == "coefficient"]
    beta = named[named["scale"] == "log_odds"].set_index("term")["estimate"]
    linear = (
        beta["intercept"]
        + beta["baseline"] * people["baseline"]
        + beta["sex[boy]"] * (people["sex"] == "boy")
    )
    treated = 1 / (1 + np.exp(-(linear + beta["arm[new]"])))
    control = 1 / (1 + np.exp(-linear))
    expected = treated.mean() - control.mean()
    assert row(found, "risk_difference")["estimate"] == pytest.approx(expected, rel=1e-8)


def test_small_sample_covariance_is_read_with_t(run, people):
    found = run(people, fixed=["arm"])
    contrast = row(found, "log_odds")
    assert contrast["df_method"] == "residual"
    assert contrast["df"] == 118


def test_counts_give_a_rate_ratio(run, people):
    counted = people.assign(outcome=people["count"])
    found = run(counted, fixed=["arm"], family="poisson")
    mean = people.groupby("arm")["count"].mean()
    ratio = row(found, "rate_ratio")
    assert ratio["estimate"] == pytest.approx(mean["new"] / mean["control"])
    difference = found[(found["quantity"] == "contrast") & (found["scale"] == "outcome")].iloc[0]
    assert difference["estimate"] == pytest.approx(mean["new"] - mean["control"])


def test_the_better_class_counts_as_success(run, people):
    plain = run(people, fixed=["arm"])
    coded = run(people.assign(level=people["outcome"]), outcome="mood", fixed=["arm"])
    assert row(coded, "log_odds")["estimate"] == pytest.approx(row(plain, "log_odds")["estimate"])


def test_ordinal_estimating_equations_and_likelihood_agree(run, people, make_plan, make_analysis):
    graded = people.assign(outcome=people["grade"])
    equations = row(run(graded, fixed=["arm"], family="ordinal", covariance="robust"), "log_odds")
    plan = make_plan({"primary": make_analysis({"kind": "ordinal", "fixed": ["arm"]}, **VISITS)})
    found = run_analysis(plan, "primary", graded).estimates
    likelihood = row(found, "log_odds")
    assert equations["estimate"] == pytest.approx(likelihood["estimate"], rel=0.1)
    assert equations["std_error"] == pytest.approx(likelihood["std_error"], rel=0.1)
    cuts = found[found["quantity"] == "threshold"]["estimate"]
    control = people[people["arm"] == "control"]["grade"]
    above = np.log((control > 0).mean() / (control == 0).mean())
    assert cuts.iloc[0] == pytest.approx(above, abs=0.35)
    assert cuts.iloc[0] > cuts.iloc[1]


def test_separation_is_a_status_with_advice(run, people):
    perfect = people.assign(outcome=(people["arm"] == "new").astype(float))
    found = run(perfect, fixed=["arm"])
    contrast = found[(found["quantity"] == "contrast")].iloc[0]
    assert contrast["status"] in ("not_converged", "not_estimable")
    assert "infinite" in contrast["note"] or "did not converge" in contrast["note"]


@pytest.mark.parametrize(
    ("family", "value", "sentence"),
    [
        ("binomial", 3.0, "between 0 and 1"),
        ("poisson", 0.5, "whole numbers"),
        ("gamma", 0.0, "above 0"),
    ],
)
def test_outcomes_that_do_not_fit_the_family(run, people, family, value, sentence):
    wrong = people.assign(outcome=people["outcome"] + 1.0).copy()
    wrong.loc[0, "outcome"] = value
    found = run(wrong, fixed=["arm"], family=family)
    assert list(found["status"]) == ["not_estimable"]
    assert sentence in found["note"].iloc[0]


def test_an_ordinal_model_needs_three_classes(make_plan, make_analysis, people):
    plan = make_plan({"primary": make_analysis({"kind": "ordinal", "fixed": ["arm"]}, **VISITS)})
    found = run_analysis(plan, "primary", people).estimates
    assert "three classes" in found["note"].iloc[0]
