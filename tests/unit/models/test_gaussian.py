"""From a plan and a frame to rows: what is computed, what is refused and in which words."""

import numpy as np
import pandas as pd
import pytest

from evalpipe.errors import ModelError
from evalpipe.models.dispatch import run_analysis
from evalpipe.schemas import DIAGNOSTICS, ESTIMATES, STATISTICS
from evalpipe.schemas.findings import find_misfits


@pytest.fixture(scope="module")
def run(make_plan, make_analysis):
    def carry_out(frame, model, **estimand):
        plan = make_plan({"primary": make_analysis(model, **estimand)})
        return run_analysis(plan, "primary", frame)

    return carry_out


def only(frame, **wanted):
    for name, value in wanted.items():
        frame = frame[frame[name] == value]
    assert len(frame) == 1
    return frame.iloc[0]


def test_tables_fit_their_schemas(run, trial, mmrm):
    result = run(trial, mmrm)
    assert not find_misfits(result.estimates, ESTIMATES)
    assert not find_misfits(result.diagnostics, DIAGNOSTICS)
    assert not find_misfits(result.statistics, STATISTICS)
    assert result.estimates["estimate_id"].is_unique


def test_the_same_bytes_twice(run, trial, mmrm):
    first, second = run(trial, mmrm), run(trial, mmrm)
    pd.testing.assert_frame_equal(first.estimates, second.estimates, check_exact=True)
    pd.testing.assert_frame_equal(first.statistics, second.statistics, check_exact=True)


def test_contrasts_follow_the_means(run, trial, mmrm):
    found = run(trial, mmrm).estimates
    for visit in ("v1", "v2", "v3"):
        new = only(found, quantity="marginal_mean", arm="new", visit=visit)
        control = only(found, quantity="marginal_mean", arm="control", visit=visit)
        contrast = only(found, quantity="contrast", visit=visit)
        difference = new["estimate"] - control["estimate"]
        assert contrast["estimate"] == pytest.approx(difference, rel=1e-10)
        assert contrast["conf_low"] < contrast["estimate"] < contrast["conf_high"]
        assert contrast["df_method"] == "kenward_roger"
        assert contrast["n_participants"] == 40


def test_average_over_visits(run, trial, mmrm):
    found = run(trial, mmrm, average_visits=True).estimates
    contrasts = found[found["quantity"] == "contrast"].set_index("visit")["estimate"]
    mean = contrasts[["v1", "v2", "v3"]].mean()
    assert contrasts["average"] == pytest.approx(mean, rel=1e-10)


def test_differences_of_differences(run, trial, mmrm):
    found = run(trial, mmrm, summary="difference_of_differences", terms=["arm:visit"]).estimates
    plain = found[found["term"] == "arm"].set_index(["quantity", "visit"])["estimate"]
    row = only(found, term="arm:visit[v3-vs-v1]")
    difference = plain["contrast", "v3"] - plain["contrast", "v1"]
    assert row["estimate"] == pytest.approx(difference, rel=1e-10)
    coefficient = only(found, quantity="coefficient", term="arm[new]:visit[v3]")
    assert row["p_value"] == pytest.approx(coefficient["p_value"], rel=1e-8)


def test_slopes_and_their_difference(run, trial):
    model = {
        "kind": "mixed",
        "fixed": ["baseline", "arm", "day", "arm:day"],
        "random": [{"within": "participant"}],
    }
    found = run(trial, model, summary="difference_in_slopes", terms=["day"]).estimates
    new = only(found, quantity="slope", arm="new")["estimate"]
    control = only(found, quantity="slope", arm="control")["estimate"]
    contrast = only(found, quantity="slope_contrast")
    assert contrast["estimate"] == pytest.approx(new - control, rel=1e-10)
    assert only(found, quantity="coefficient", term="day")["estimate"] == pytest.approx(control)
    trajectory = found[found["quantity"] == "trajectory"]
    assert list(trajectory["term"].unique()) == ["day=30", "day=60", "day=90"]
    step = trajectory[trajectory["arm"] == "new"]["estimate"].diff().dropna()
    assert step.to_numpy() == pytest.approx(30 * new, rel=1e-8)


def test_change_from_baseline_subtracts_the_mean_baseline(run, trial, mmrm):
    found = run(trial, mmrm, summary="change_from_baseline").estimates
    change = only(found, quantity="contrast", term="change of arm", arm="new", visit="v3")
    mean = only(found, quantity="marginal_mean", arm="new", visit="v3")
    assert mean["estimate"] - change["estimate"] == pytest.approx(trial["baseline"].mean())
    assert change["std_error"] == mean["std_error"]


def test_log_outcomes_are_given_as_ratios_too(make_plan, make_analysis, trial, mmrm):
    plan = make_plan({"primary": make_analysis(mmrm, outcome="pulse", summary="ratio_of_means")})
    logged = trial.assign(outcome=np.log(trial["outcome"]), baseline=np.log(trial["baseline"]))
    found = run_analysis(plan, "primary", logged).estimates
    contrast = found[(found["quantity"] == "contrast") & (found["visit"] == "v3")].set_index(
        "scale"
    )
    assert set(contrast.index) == {"log", "ratio"}
    ratio = contrast.loc["ratio"]
    assert ratio["estimate"] == pytest.approx(np.exp(contrast.loc["log", "estimate"]))
    assert ratio["conf_low"] == pytest.approx(np.exp(contrast.loc["log", "conf_low"]))
    assert ratio["p_value"] == contrast.loc["log", "p_value"]


def test_row_order_changes_nothing(run, trial, mmrm):
    shuffled = trial.sample(frac=1, random_state=3)
    first, second = run(trial, mmrm).estimates, run(shuffled, mmrm).estimates
    assert list(first["estimate_id"]) == list(second["estimate_id"])
    ours = first["estimate"].to_numpy(float)
    theirs = second["estimate"].to_numpy(float)
    np.testing.assert_allclose(theirs, ours, rtol=1e-7, atol=1e-9, equal_nan=True)


def test_missing_covariates_are_counted(run, trial, mmrm):
    holes = trial.copy()
    holes.loc[holes["participant_id"] == "p01", "baseline"] = np.nan
    result = run(holes, mmrm)
    lost = int((trial["participant_id"] == "p01").sum())
    assert result.diagnostics["warnings"].iloc[0] == (
        f"{lost} observations left out: baseline is missing"
    )
    assert result.diagnostics["n_participants"].iloc[0] == 39


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda d: d.assign(outcome=3.0), "the outcome does not vary"),
        (lambda d: d.assign(outcome=np.nan), "no row has the outcome and every covariate"),
        (lambda d: d.assign(outcome=d["outcome"].where(d.index > 3, np.inf)), "infinite"),
        (lambda d: pd.concat([d, d.head(2)]), "2 rows repeat a participant at the same visit"),
        (lambda d: d[d["participant_id"] == "p01"], "only one participant"),
        (
            lambda d: d[(d["arm"] == "new") | (d["visit"] != "v3")],
            r"no observation has|determined by",
        ),
    ],
)
def test_what_the_data_cannot_carry_is_a_row_with_a_sentence(run, trial, mmrm, change, sentence):
    result = run(change(trial), mmrm)
    assert list(result.estimates["status"]) == ["not_estimable"]
    note = result.estimates["note"].iloc[0]
    assert pd.Series([note]).str.contains(sentence).all(), note
    assert result.diagnostics["note"].iloc[0] == note


def test_visits_never_seen_together(run, trial, mmrm):
    first = trial["participant_id"] < "p20"
    apart = trial[(first & (trial["visit"] != "v3")) | (~first & (trial["visit"] == "v3"))]
    note = run(apart, mmrm).estimates["note"].iloc[0]
    assert "seen at both v1 and v3" in note


def test_a_factor_that_is_not_in_the_model(run, trial):
    model = {"kind": "mmrm", "fixed": ["baseline", "visit"]}
    note = run(trial, model).estimates["note"].iloc[0]
    assert "arm is not among the fixed terms" in note


def test_a_variable_that_the_frame_lacks(run, trial):
    model = {"kind": "mmrm", "fixed": ["arm", "visit", "iq"]}
    with pytest.raises(ModelError, match="names `iq`"):
        run(trial, model)


def test_reading_off_where_the_model_has_nothing(run, trial, mmrm):
    note = run(trial, mmrm, at={"sex": "girl"}).estimates["note"].iloc[0]
    assert "sex is not among the fixed terms" in note


def test_crossed_levels(run, trial):
    crossed = trial.assign(
        coach_id="c" + (trial["participant_id"].str[1:].astype(int) % 3).astype(str)
    )
    random = [{"within": "coach"}, {"within": "site"}]
    model = {"kind": "mixed", "fixed": ["arm", "visit"], "random": random}
    plain = crossed.rename(columns={"site_id": "site"})
    note = run(plain, model).estimates["note"].iloc[0]
    assert "crossed" in note


def test_kenward_roger_needs_reml(run, trial, mmrm):
    with pytest.raises(ModelError, match="REML"):
        run(trial, {**mmrm, "method": "ml"})


def test_one_observation_each_cannot_have_a_random_intercept(run, trial):
    model = {"kind": "mixed", "fixed": ["arm"], "random": [{"within": "participant"}]}
    last = trial[trial["visit"] == "v3"]
    note = run(last, model).estimates["note"].iloc[0]
    assert "each participant has one observation" in note


@pytest.fixture(scope="module")
def flat():
    """Sites that differ less than chance: their variance is zero."""
    generator = np.random.default_rng(11)
    rows = []
    for site in range(6):
        noise = generator.standard_normal(10)
        for number, value in enumerate(noise - noise.mean()):
            rows.append(
                {
                    "participant_id": f"p{site}{number}",
                    "arm": ("control", "new")[number % 2],
                    "site_id": f"s{site}",
                    "visit": "v3",
                    "outcome": value + (number % 2),
                }
            )
    return pd.DataFrame(rows)


SITES = {"kind": "mixed", "fixed": ["arm"], "random": [{"within": "site"}]}


def test_a_singular_fit_says_so_and_has_the_inference_of_the_model_without(run, flat):
    result = run(flat, SITES, visits=["v3"])
    contrast = only(result.estimates, quantity="contrast", term="arm")
    assert contrast["status"] == "singular"
    assert contrast["note"] == (
        "singular: site: variance(intercept) estimated at zero; inference of the model without it"
    )
    assert contrast["df"] == pytest.approx(58)  # two means of 30
    assert 0 < contrast["p_value"] < 1
    assert contrast["conf_low"] < contrast["estimate"] < contrast["conf_high"]
    assert bool(result.diagnostics["is_singular"].iloc[0])


def test_the_fallback_of_the_plan_is_used_and_named(run, flat):
    model = {**SITES, "if_singular": {"drop": ["site"]}}
    result = run(flat, model, visits=["v3"])
    contrast = only(result.estimates, quantity="contrast", term="arm")
    assert contrast["status"] == "ok"
    assert "random terms within site dropped, as the plan allows" in contrast["note"]
    assert list(result.diagnostics["fit"]) == ["declared_1", "main"]
    assert list(result.diagnostics["status"]) == ["singular", "ok"]


def test_leaving_out_each_site(run, trial, mmrm):
    found = run(trial, mmrm).statistics
    rows = found[found["level"].astype(str).str.startswith("without site")]
    assert list(rows["level"].unique()) == [f"without site 0{i}" for i in (1, 2, 3, 4)]
    assert (rows["n"] == 30).all()
    wide = rows.pivot(index="level", columns="statistic", values="value")
    assert (wide["conf_low"] < wide["estimate"]).all()


def test_a_level_in_one_arm_only(run, trial):
    coached = trial.assign(
        coach_id=np.where(trial["arm"] == "new", "c" + trial["site_id"].str[1], None)
    )
    model = {
        "kind": "mixed",
        "fixed": ["baseline", "arm"],
        "random": [{"within": "coach", "arms": ["new"]}, {"within": "participant"}],
    }
    found = run(coached, model).estimates
    terms = set(found[found["quantity"] == "variance_component"]["term"])
    assert {"coach.intercept", "participant.intercept", "residual"} <= terms


def test_own_parameters_per_arm(run, trial, mmrm):
    model = {**mmrm, "residual": {"structure": "compound_symmetry", "by": "arm"}}
    found = run(trial, model).estimates
    terms = set(found[found["quantity"] == "variance_component"]["term"])
    assert {"residual[control]", "residual[new]"} <= terms


def test_intraclass_correlation_is_the_share_of_the_variance(run, trial):
    model = {"kind": "mixed", "fixed": ["arm"], "random": [{"within": "participant"}]}
    found = run(trial, model).estimates.set_index(["quantity", "term"])
    between = found.loc[("variance_component", "participant.intercept"), "estimate"]
    within = found.loc[("variance_component", "residual"), "estimate"]
    icc = found.loc[("intraclass_correlation", "participant")]
    assert icc["estimate"] == pytest.approx(between / (between + within))
    assert 0 < icc["conf_low"] < icc["estimate"] < icc["conf_high"] < 1


def test_second_fit_agrees(run, trial, mmrm):
    model = {"kind": "mixed", "fixed": ["baseline", "arm"], "random": [{"within": "participant"}]}
    for declared in (mmrm, model):
        row = run(trial, declared).diagnostics.iloc[0]
        assert row["second_fit_engine"].startswith("statsmodels")
        assert row["second_fit_difference"] < 1e-3


def test_standardised_effects_name_their_denominator(run, trial, mmrm):
    found = run(trial, mmrm).estimates
    model_based = only(found, term="model_based_d", visit="v3")
    contrast = only(found, quantity="contrast", term="arm", visit="v3")
    first = trial.drop_duplicates("participant_id")
    spread = np.sqrt(first.groupby("arm")["baseline"].var().mean())
    assert model_based["estimate"] == pytest.approx(contrast["estimate"] / spread, rel=1e-10)
    assert "baseline SD pooled within arm" in model_based["note"]
    assert (
        only(found, term="hedges_g", visit="v3")["n_participants"] == trial["visit"].eq("v3").sum()
    )


def test_days_that_nobody_answered_are_no_gap(run):
    """AR(1) over whole days is the exponential correlation in time, weekends or not."""
    generator = np.random.default_rng(2)
    days = np.array([0, 1, 2, 3, 4, 7, 8, 9, 10, 11, 14])
    rows = []
    for number in range(30):
        noise = 0.0
        for last, day in zip(np.append(-1, days), days, strict=False):
            kept = 0.6 ** (day - last)
            noise = kept * noise + np.sqrt(1 - kept**2) * generator.standard_normal()
            rows.append((f"p{number}", ("control", "new")[number % 2], float(day), noise))
    diary = pd.DataFrame(rows, columns=["participant_id", "arm", "day", "outcome"])
    found = {}
    for structure in ("ar1", "exponential"):
        model = {
            "kind": "mmrm",
            "fixed": ["arm"],
            "residual": {"structure": structure, "over": "day"},
        }
        found[structure] = run(diary, model, visits="all", headline_visit=None).estimates
    ours, other = (only(found[name], term="log_likelihood") for name in ("ar1", "exponential"))
    assert ours["estimate"] == pytest.approx(other["estimate"], abs=1e-6)
    correlation = only(found["ar1"], quantity="correlation", term="residual")["estimate"]
    reach = only(found["exponential"], term="residual.range")["estimate"]
    assert correlation == pytest.approx(np.exp(-1 / reach), rel=1e-5)
    first = only(found["ar1"], quantity="contrast", term="arm")
    second = only(found["exponential"], quantity="contrast", term="arm")
    assert first["std_error"] == pytest.approx(second["std_error"], rel=1e-6)
