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


@pytest.fixture(scope="module")
def visits():
    """Two visits of 40 people; nobody in the new arm has an event at the first."""
    generator = np.random.default_rng(11)
    arm = np.where(np.arange(40) % 2, "new", "control")
    rows = []
    for visit, rate in (("v1", 2.0), ("v2", 3.0)):
        count = generator.poisson(np.where(arm == "new", rate / 2, rate)).astype(float)
        if visit == "v1":
            count[arm == "new"] = 0.0
        rows.append(
            pd.DataFrame(
                {
                    "participant_id": [f"p{i:02d}" for i in range(40)],
                    "arm": arm,
                    "visit": visit,
                    "outcome": count,
                }
            )
        )
    return pd.concat(rows, ignore_index=True)


def _log_mean_variance(values):
    """Return the sandwich variance of the logarithm of a mean, by hand."""
    return ((values - values.mean()) ** 2).sum() / values.sum() ** 2


@pytest.mark.parametrize("family", ["poisson", "binomial"])
def test_an_empty_cell_is_not_estimable_and_the_others_are_kept(
    make_plan, make_analysis, visits, family
):
    frame = visits
    if family == "binomial":
        frame = visits.assign(outcome=(visits["outcome"] > 1).astype(float))
    model = {
        "kind": "gee",
        "fixed": ["arm", "visit", "arm:visit"],
        "family": family,
        "correlation": "independence",
        "covariance": "robust",
    }
    asked = {"visits": ["v1", "v2"], "headline_visit": "v2", "summary": "odds_ratio"}
    if family == "poisson":
        asked["summary"] = "rate_ratio"
    plan = make_plan({"primary": make_analysis(model, **asked)})
    found = run_analysis(plan, "primary", frame).estimates
    contrast = found[found["quantity"] == "contrast"]
    empty = contrast[contrast["visit"] == "v1"]
    assert set(empty["status"]) == {"not_estimable"}
    numbers = ["estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"]
    assert empty[numbers].isna().all().all()
    assert empty["note"].str.contains("infinite").all()
    link = "log" if family == "poisson" else "log_odds"
    kept = contrast[(contrast["visit"] == "v2") & (contrast["scale"] == link)].iloc[0]
    at = frame[frame["visit"] == "v2"]
    new, control = (at[at["arm"] == arm]["outcome"] for arm in ("new", "control"))
    if family == "poisson":
        expected = np.log(new.mean() / control.mean())
        variance = _log_mean_variance(new) + _log_mean_variance(control)
    else:
        odds = [share / (1 - share) for share in (new.mean(), control.mean())]
        expected = np.log(odds[0] / odds[1])
        variance = sum(1 / (len(v) * v.mean() * (1 - v.mean())) for v in (new, control))
    assert kept["status"] == "ok"
    assert kept["estimate"] == pytest.approx(expected, rel=1e-6)
    assert kept["std_error"] == pytest.approx(np.sqrt(variance), rel=1e-6)


@pytest.mark.parametrize("kind", ["gee", "ordinal"])
def test_an_arm_at_the_top_class_only_has_no_odds_ratio(make_plan, make_analysis, people, kind):
    top = people.assign(outcome=people["grade"].where(people["arm"] == "control", 2.0))
    model = {"kind": kind, "fixed": ["arm", "baseline"]}
    if kind == "gee":
        model |= {"family": "ordinal", "covariance": "robust"}
    plan = make_plan({"primary": make_analysis(model, **VISITS)})
    found = run_analysis(plan, "primary", top).estimates
    contrast = found[found["quantity"] == "contrast"]
    assert set(contrast["status"]) == {"not_estimable"}
    assert contrast["estimate"].isna().all()
    covariate = found[(found["term"] == "baseline") & (found["scale"] == "log_odds")].iloc[0]
    assert covariate["status"] == "ok"
    control = top[top["arm"] == "control"]
    alone = make_plan(
        {"primary": make_analysis({**model, "fixed": ["baseline"]}, visits=["v2"], contrast=None)}
    )
    expected = run_analysis(alone, "primary", control).estimates
    expected = expected[(expected["term"] == "baseline") & (expected["scale"] == "log_odds")].iloc[
        0
    ]
    assert covariate["estimate"] == pytest.approx(expected["estimate"], rel=1e-5)
    assert covariate["std_error"] == pytest.approx(expected["std_error"], rel=1e-4)


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
