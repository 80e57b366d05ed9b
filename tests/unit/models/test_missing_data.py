"""Imputation: agrees with the MMRM at random, moves with the assumption, and is repeatable."""

import numpy as np
import pandas as pd
import pytest

from evalpipe.models.dispatch import run_analysis


@pytest.fixture(scope="module")
def run(make_plan, make_analysis, trial, mmrm):
    def carry_out(assume, seed=0, frame=trial, **more):
        spec = {
            "kind": "missing_data",
            "of": "primary",
            "assume": assume,
            "imputations": 20,
            **more,
        }
        plan = make_plan(
            {
                "primary": make_analysis(mmrm),
                "repeat": {"role": "sensitivity", "question": "What if?", "model": spec},
            }
        )
        return run_analysis(plan, "repeat", frame, seed=seed)

    return carry_out


@pytest.fixture(scope="module")
def mmrm_contrast(make_plan, make_analysis, trial, mmrm):
    plan = make_plan({"primary": make_analysis(mmrm)})
    found = run_analysis(plan, "primary", trial).estimates
    return found[(found["quantity"] == "contrast")].set_index("visit")


def contrast(result, visit="v3"):
    found = result.estimates
    rows = found[(found["quantity"] == "contrast") & (found["visit"] == visit)]
    assert len(rows) == 1
    return rows.iloc[0]


def test_at_random_it_is_the_mmrm(run, mmrm_contrast):
    ours, expected = contrast(run("missing_at_random")), mmrm_contrast.loc["v3"]
    error = expected["std_error"]
    assert abs(ours["estimate"] - expected["estimate"]) < 0.25 * error
    assert ours["std_error"] == pytest.approx(error, rel=0.2)
    assert ours["df_method"] == "barnard_rubin"


def test_the_same_seed_gives_the_same_numbers_and_another_does_not(run):
    first, again = contrast(run("missing_at_random")), contrast(run("missing_at_random"))
    assert first["estimate"] == again["estimate"]
    assert first["estimate"] != contrast(run("missing_at_random", seed=1))["estimate"]


def test_control_based_imputation_pulls_towards_no_difference(run):
    at_random = contrast(run("missing_at_random"))["estimate"]
    copied = contrast(run("copy_increments"))["estimate"]
    jumped = contrast(run("jump_to_reference"))["estimate"]
    assert 0 < jumped < at_random
    assert jumped < copied < at_random


def test_a_penalty_moves_the_difference_by_the_share_that_is_missing(run, trial):
    result = run("delta", delta=[0, 10])
    rows = result.estimates[result.estimates["quantity"] == "contrast"]
    last = rows[rows["visit"] == "v3"].set_index("term")["estimate"]
    people = trial.drop_duplicates("participant_id")
    treated = people[people["arm"] == "new"]["participant_id"]
    seen = trial[(trial["visit"] == "v3") & trial["participant_id"].isin(treated)]
    share = 1 - len(seen) / len(treated)
    moved = last["arm, delta 10"] - last["arm, delta 0"]
    assert share > 0
    assert moved == pytest.approx(10 * share, rel=0.2)


def test_nothing_missing_nothing_changes(run, trial, make_plan, make_analysis, mmrm):
    seen = trial.groupby("participant_id")["visit"].transform("nunique") == 3
    complete = trial[seen]
    plan = make_plan({"primary": make_analysis(mmrm)})
    found = run_analysis(plan, "primary", complete).estimates
    expected = found[(found["quantity"] == "contrast") & (found["visit"] == "v3")].iloc[0]
    ours = contrast(run("jump_to_reference", frame=complete))
    assert ours["estimate"] == pytest.approx(expected["estimate"], rel=1e-8)
    assert ours["std_error"] == pytest.approx(expected["std_error"], rel=1e-8)


def test_covariates_that_change_within_participants_are_refused(make_plan, make_analysis, trial):
    spec = {"kind": "missing_data", "of": "primary", "assume": "missing_at_random"}
    model = {"kind": "mmrm", "fixed": ["arm", "visit", "arm:visit", "mood"]}
    plan = make_plan(
        {
            "primary": make_analysis(model),
            "repeat": {"role": "sensitivity", "question": "What if?", "model": spec},
        }
    )
    mood = np.random.default_rng(1).standard_normal(len(trial))
    note = run_analysis(plan, "repeat", trial.assign(mood=mood)).estimates["note"].iloc[0]
    assert "mood changes within participants" in note


def pairs_tables(n=24, seed=3):
    """Pairs of two partners; a few partners of either role never answer after the start."""
    generator = np.random.default_rng(seed)
    people, scores = [], []
    for pair in range(n):
        arm = ("control", "new")[pair % 2]
        for role in ("a", "b"):
            who = f"{role}{pair:02d}"
            age = 30 + pair % 9
            people.append(
                {
                    "participant_id": who,
                    "dyad_id": f"d{pair:02d}",
                    "role": role,
                    "arm": arm,
                    "age": float(age),
                    "randomised": True,
                }
            )
            start = 20 + 4 * generator.standard_normal()
            lost = pair in ((4, 9) if role == "a" else (1, 2, 7))
            for visit, day in (("start", 0), ("v1", 30), ("v2", 60)):
                if visit != "start" and (lost or (pair % 5 == 0 and visit == "v2")):
                    continue
                value = start + (visit != "start") * (arm == "new") * 3
                scores.append(
                    {
                        "participant_id": who,
                        "scale": "score",
                        "visit": visit,
                        "day": float(day),
                        "score": value + generator.standard_normal(),
                    }
                )
    return {"participants": pd.DataFrame(people), "scores": pd.DataFrame(scores)}


PAIRS = {
    "unit": "dyad",
    "roles": {"a": {"label": "Partner A"}, "b": {"label": "Partner B"}},
    "visits": {
        "start": {"label": "Start", "day": 0},
        "v1": {"label": "1", "day": 30},
        "v2": {"label": "2", "day": 60},
    },
    "clusters": {},
    "variables": {"age": {"label": "Age", "type": "number"}},
    "derived": {
        "older": {"kind": "band", "of": "age", "borders": [35], "names": ["no", "yes"]},
        "age_centred": {"kind": "centre", "of": "age"},
    },
}


@pytest.mark.parametrize(
    ("only", "fixed", "n"),
    [
        ({"role": "a"}, (), 24),
        ({"role": "b"}, (), 24),
        ({"role": ["a", "b"]}, (), 48),
        ({}, (), 48),
        ({"role": "a", "arm": "new"}, (), None),
        ({"role": "a", "older": "yes"}, (), 9),
        ({"role": "a"}, ("age_centred",), 24),
        ({"role": "a"}, ("older",), 24),
    ],
)
def test_only_those_the_analysis_is_about_are_imputed(make_plan, make_analysis, only, fixed, n):
    """The other partner, never seen, is nobody's missing outcome; covariates follow by the plan."""
    tables = pairs_tables()
    model = {"kind": "mmrm", "fixed": ["baseline", *fixed, "arm", "visit", "arm:visit"]}
    asked = make_analysis(model, visits=["v1", "v2"], headline_visit="v2")
    spec = {"kind": "missing_data", "of": "primary", "assume": "missing_at_random"}
    plan = make_plan(
        {
            "primary": {**asked, "only": only},
            "repeat": {
                "role": "sensitivity",
                "question": "What if?",
                "model": {**spec, "imputations": 5},
            },
        },
        **PAIRS,
    )
    result = run_analysis(plan, "repeat", tables)
    if n is None:  # one arm is left: there is nothing to compare
        assert result.estimates["status"].tolist() == ["not_estimable"]
        return
    rows = result.estimates
    assert set(rows["n_participants"]) == {n}
    assert set(rows["n_observations"]) == {2 * n}
    assert "left out" not in result.diagnostics["note"].iloc[0]


def test_who_lacks_a_covariate_is_counted_as_left_out(make_plan, make_analysis):
    tables = pairs_tables()
    people = tables["participants"]
    people.loc[people["participant_id"] == "a04", "age"] = np.nan
    model = {"kind": "mmrm", "fixed": ["baseline", "age", "arm", "visit", "arm:visit"]}
    asked = make_analysis(model, visits=["v1", "v2"], headline_visit="v2")
    spec = {"kind": "missing_data", "of": "primary", "assume": "missing_at_random"}
    plan = make_plan(
        {
            "primary": {**asked, "only": {"role": "a"}},
            "repeat": {
                "role": "sensitivity",
                "question": "What if?",
                "model": {**spec, "imputations": 5},
            },
        },
        **PAIRS,
    )
    result = run_analysis(plan, "repeat", tables)
    assert set(result.estimates["n_participants"]) == {23}
    assert (
        "1 participants never measured after baseline; 1 more left out"
        in (result.diagnostics["note"].iloc[0])
    )
