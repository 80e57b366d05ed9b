"""Change from baseline: estimate, statistic, p and interval are of the change, on every road."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from evalpipe.models.dispatch import run_analysis

ROADS = {
    "mmrm": {"kind": "mmrm", "fixed": ["baseline", "arm", "visit", "arm:visit"]},
    "mixed": {
        "kind": "mixed",
        "fixed": ["baseline", "arm", "visit", "arm:visit"],
        "random": [{"within": "participant"}],
    },
    "cr2": {
        "kind": "mmrm",
        "fixed": ["baseline", "arm", "visit", "arm:visit"],
        "inference": "cr2",
    },
    "normal": {
        "kind": "mixed",
        "fixed": ["baseline", "arm", "visit", "arm:visit"],
        "random": [{"within": "participant"}],
        "inference": "normal",
    },
    "gee": {
        "kind": "gee",
        "family": "gaussian",
        "fixed": ["baseline", "arm", "visit", "arm:visit"],
    },
    "ancova": {"kind": "ancova", "fixed": ["baseline", "arm"], "standard_errors": "classical"},
}
NUMBERS = ["estimate", "std_error", "df", "statistic", "p_value", "conf_low", "conf_high"]


def changes(rows):
    found = rows[rows["term"].astype(str).str.startswith("change")]
    return found.sort_values(["arm", "visit"]).reset_index(drop=True)


def means(rows):
    found = rows[(rows["quantity"] == "marginal_mean") & (rows["scale"] == "outcome")]
    return found.sort_values(["arm", "visit"]).reset_index(drop=True)


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("at", [{}, {"baseline": 23.5}])
def test_the_change_is_the_mean_of_a_fit_to_differences(make_plan, make_analysis, trial, road, at):
    """With the baseline as a covariate, y and y - baseline are the same model: emmeans of the
    second is the change of the first.
    """
    asked = make_analysis(ROADS[road], summary="change_from_baseline", at=at)
    found = changes(run_analysis(make_plan({"primary": asked}), "primary", trial).estimates)
    plain = make_analysis(ROADS[road], at=at)
    differences = trial.assign(outcome=trial["outcome"] - trial["baseline"])
    rows = run_analysis(make_plan({"primary": plain}), "primary", differences).estimates
    expected = means(rows)
    assert len(found) == len(expected) == 6
    for number in NUMBERS:
        ours = found[number].to_numpy(dtype=float)
        other = expected[number].to_numpy(dtype=float)
        np.testing.assert_allclose(ours, other, rtol=2e-6, atol=1e-9, err_msg=number)


@pytest.mark.parametrize("road", ROADS)
def test_statistic_and_p_are_of_the_estimate_beside_them(make_plan, make_analysis, trial, road):
    asked = make_analysis(ROADS[road], summary="change_from_baseline")
    found = changes(run_analysis(make_plan({"primary": asked}), "primary", trial).estimates)
    statistic = found["estimate"] / found["std_error"]
    np.testing.assert_allclose(found["statistic"], statistic, rtol=1e-9)
    df = found["df"].astype("float64").fillna(np.inf)
    np.testing.assert_allclose(found["p_value"], 2 * stats.t.sf(abs(statistic), df), rtol=1e-7)


def test_a_change_outcome_needs_nothing_taken_off(make_plan, make_analysis, trial):
    """`outcome_as: change` is a change already: the same numbers as from the score."""
    score = make_analysis(ROADS["ancova"], summary="change_from_baseline")
    change = make_analysis(
        {**ROADS["ancova"], "outcome_as": "change"}, summary="change_from_baseline"
    )
    both = [
        changes(run_analysis(make_plan({"primary": asked}), "primary", trial).estimates)
        for asked in (score, change)
    ]
    for number in NUMBERS:
        np.testing.assert_allclose(both[0][number], both[1][number], rtol=1e-9)


@pytest.mark.parametrize("assume", ["missing_at_random", "jump_to_reference"])
def test_imputed_analyses_take_the_baseline_off_too(make_plan, make_analysis, trial, assume):
    def run(frame, **estimand):
        entries = {
            "primary": make_analysis(ROADS["mmrm"], **estimand),
            "repeat": {
                "role": "sensitivity",
                "question": "What if?",
                "model": {
                    "kind": "missing_data",
                    "of": "primary",
                    "assume": assume,
                    "imputations": 8,
                },
            },
        }
        return run_analysis(make_plan(entries), "repeat", frame, seed=3).estimates

    found = changes(run(trial, summary="change_from_baseline"))
    differences = trial.assign(outcome=trial["outcome"] - trial["baseline"])
    expected = means(run(differences))
    assert len(found) == 6
    for number in ("estimate", "std_error", "statistic", "conf_low", "conf_high"):
        np.testing.assert_allclose(found[number], expected[number], rtol=1e-4)
    people = trial.drop_duplicates("participant_id")["baseline"].mean()
    level = run(trial).query("quantity == 'marginal_mean'").sort_values(["arm", "visit"])
    np.testing.assert_allclose(found["estimate"], level["estimate"] - people, rtol=1e-9)


@pytest.fixture(scope="module")
def pairs():
    """30 people before and after, nobody lost."""
    generator = np.random.default_rng(29)
    before = generator.normal(40, 7, 30).round()
    after = (before + generator.normal(-6, 9, 30)).round()
    rows = [
        {"participant_id": f"p{i:02d}", "arm": "new", "visit": visit, "outcome": value}
        for i in range(30)
        for visit, value in (("start", before[i]), ("v1", after[i]))
    ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    "model",
    [
        {"kind": "mmrm", "fixed": ["visit"]},
        {"kind": "mixed", "fixed": ["visit"], "random": [{"within": "participant"}]},
    ],
)
def test_before_and_after_as_outcomes_give_the_paired_t_test(
    make_plan, make_analysis, pairs, model
):
    asked = make_analysis(
        model,
        contrast=None,
        visits=["start", "v1"],
        headline_visit="v1",
        summary="change_from_baseline",
    )
    result = run_analysis(make_plan({"primary": asked}), "primary", pairs)
    found = changes(result.estimates)
    wide = pairs.pivot_table(index="participant_id", columns="visit", values="outcome")
    test = stats.ttest_rel(wide["v1"], wide["start"])
    assert len(found) == 1
    row = found.iloc[0]
    assert row["status"] == "ok"
    assert row["estimate"] == pytest.approx((wide["v1"] - wide["start"]).mean())
    assert row["statistic"] == pytest.approx(test.statistic, rel=1e-6)
    assert row["df"] == pytest.approx(29)
    assert row["p_value"] == pytest.approx(test.pvalue, rel=1e-5)
    influence = result.statistics[result.statistics["table"] == "influence"]
    assert set(influence["variable"]) == {"score"}


def test_a_change_averaged_over_visits(make_plan, make_analysis, trial):
    asked = make_analysis(ROADS["mmrm"], summary="change_from_baseline", average_visits=True)
    found = changes(run_analysis(make_plan({"primary": asked}), "primary", trial).estimates)
    for arm in ("control", "new"):
        own = found[found["arm"] == arm].set_index("visit")["estimate"]
        assert own["average"] == pytest.approx(own[["v1", "v2", "v3"]].mean())


def test_no_baseline_to_take_off_is_said(make_plan, make_analysis, trial):
    model = {"kind": "mmrm", "fixed": ["arm", "visit", "arm:visit"]}
    asked = make_analysis(model, summary="change_from_baseline")
    rows = run_analysis(make_plan({"primary": asked}), "primary", trial).estimates
    assert rows["status"].tolist() == ["not_estimable"]
    assert "needs the baseline visit or `baseline`" in rows["note"].iloc[0]
