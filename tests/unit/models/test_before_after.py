"""T tests of before and after, equivalence and repeated-measures ANOVA from plan to rows."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evalpipe.config.load import load_plan
from evalpipe.errors import ConfigError
from evalpipe.models.dispatch import run_analysis
from evalpipe.stats.paired_effects import standardise_pairs

PLAN = """
study: {id: s, title: Made-up, design: pre_post, synthetic: true}
arms: {usual: {label: Usual, role: control}, new: {label: New, role: experimental}}
visits: {pre: {label: Before, day: 0}, post: {label: After, day: 84}, later: {label: L, day: 168}}
instruments:
  dep: {label: Depression, range: [0, 100], better: lower MID}
  mood: {label: Mood, kind: ordinal, classes: [low, high]}
ROLES
data:
  t:
    file: t.csv
    one_row_per: visit
    columns: {id: participant_id, arm: arm, visit: visit}
    scores: {dep: dep, mood: mood}
privacy: {disclosure_threshold: 0}
populations: {everyone: {include: enrolled}}
analyses:
  a:
    role: secondary
    question: Is it lower?
    estimand: {population: everyone, outcome: dep ESTIMAND}
    model: {MODEL}
"""
IMPORTANT = ", minimal_important_difference: {value: 5, source: made up}"
ARMS = ", contrast: {arm: new, versus: usual}"
WITHIN = "kind: pre_post, before: pre, after: post"
CHANGE = f"{WITHIN}, compare: change"
PAIRED = ", summary: change_from_baseline"
EQUAL = ", visits: all, summary: equality_of_means"


def plan_of(folder: Path, model: str, estimand: str = "", important: str = IMPORTANT, roles=""):
    text = PLAN.replace("MODEL", model).replace("ESTIMAND", estimand).replace("MID", important)
    path = folder / "s.yaml"
    path.write_text(text.replace("ROLES", roles))
    return load_plan(path, "s.yaml")


@pytest.fixture
def frame():
    generator = np.random.default_rng(8)
    people = pd.DataFrame(
        {"participant_id": [f"P{i:02d}" for i in range(24)], "arm": ["usual", "new"] * 12}
    )
    level = generator.normal(40, 8, 24)
    parts = [
        people.assign(visit=visit, outcome=level - drop + generator.normal(0, 4, 24))
        for visit, drop in (("pre", 0), ("post", 8), ("later", 7))
    ]
    return pd.concat(parts, ignore_index=True)


def run(folder, frame, model, estimand=""):
    return run_analysis(plan_of(folder, model, estimand), "a", frame)


def rows_of(result, quantity):
    return result.estimates[result.estimates["quantity"] == quantity]


def test_everybody_before_and_after(tmp_path, frame):
    result = run(tmp_path, frame[~((frame.index == 30) | (frame.index == 3))], WITHIN, PAIRED)
    (row,) = rows_of(result, "contrast").to_dict("records")
    assert (row["n_participants"], row["n_observations"], row["df"]) == (22, 44, 21)
    assert row["statistic"] == pytest.approx(row["estimate"] / row["std_error"])
    assert row["conf_low"] < row["estimate"] < row["conf_high"] < 0
    sizes = rows_of(result, "effect_size")
    assert list(sizes["term"]) == ["d_z", "d_av", "d_rm", "hedges_g_av"]
    assert sizes["note"].str.startswith("of the change, over the ").all()
    assert list(result.diagnostics["second_fit_difference"]) == [1e-9, 1e-9]
    assert list(result.diagnostics["engine"]) == ["pingouin", "evalpipe"]


def test_two_groups_by_welch(tmp_path, frame):
    result = run(tmp_path, frame, CHANGE, ARMS)
    (row,) = rows_of(result, "contrast").to_dict("records")
    wide = frame.pivot(index=["participant_id", "arm"], columns="visit", values="outcome")
    change = (wide["post"] - wide["pre"]).groupby("arm").mean()
    assert row["estimate"] == pytest.approx(change["new"] - change["usual"])
    assert row["df_method"] == "welch"
    assert rows_of(result, "effect_size")["note"].str.startswith("of the change").all()
    after = run(tmp_path, frame, f"{WITHIN}, compare: after", ARMS)
    assert rows_of(after, "effect_size")["note"].str.startswith("of the score").all()


def test_one_person_left_in_a_group_is_no_one_sample_test(tmp_path, frame):
    few = frame[(frame["arm"] == "usual") | (frame["participant_id"] == "P01")]
    result = run(tmp_path, few, CHANGE, ARMS)
    assert list(result.estimates["status"]) == ["not_estimable"]
    assert "at least 2 people in each group" in result.estimates["note"][0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: f[f["participant_id"] == "P01"], "at least 2 people with both"),
        (lambda f: pd.concat([f, f.iloc[:2]]), "2 measurements are a second one"),
        (
            lambda f: f.assign(outcome=f["visit"].map({"pre": 3.0, "post": 1.0, "later": 0.0})),
            "no spread",
        ),
    ],
)
def test_what_no_t_test_can_say(tmp_path, frame, change, words):
    result = run(tmp_path, change(frame), WITHIN, PAIRED)
    assert list(result.estimates["status"]) == ["not_estimable"]
    assert words in result.estimates["note"][0]


@pytest.mark.parametrize(
    ("model", "contrast"),
    [(WITHIN, ""), (CHANGE, ARMS), ("kind: ancova, fixed: [arm]", f"{ARMS}, visits: [post]")],
)
def test_equivalence_within_the_smallest_difference_that_matters(tmp_path, frame, model, contrast):
    result = run(tmp_path, frame, model, f"{contrast}, summary: equivalence")
    (whole,) = rows_of(result, "equivalence").to_dict("records")
    contrast_row = rows_of(result, "contrast").to_dict("records")[-1]
    sides = rows_of(result, "one_sided_test")
    assert whole["estimate"] == contrast_row["estimate"]
    assert whole["p_value"] == sides["p_value"].max()
    assert list(sides["estimate"] - whole["estimate"]) == pytest.approx([5, -5])
    assert list(sides["statistic"]) == pytest.approx(list(sides["estimate"] / whole["std_error"]))
    assert whole["conf_level"] == pytest.approx(0.9)
    assert contrast_row["conf_low"] < whole["conf_low"] < whole["conf_high"]
    is_inside = whole["conf_low"] > -5 and whole["conf_high"] < 5
    assert is_inside == (whole["p_value"] <= 0.05)


def test_bounds_of_the_plan_come_first(tmp_path, frame):
    result = run(
        tmp_path, frame, CHANGE, f"{ARMS}, summary: equivalence, equivalence_bounds: [-3, 8]"
    )
    whole = rows_of(result, "equivalence")["estimate"].iloc[0]
    assert list(rows_of(result, "one_sided_test")["estimate"] - whole) == pytest.approx([3, -8])
    # pingouin takes equal bounds alone, so nothing was computed twice
    assert "equivalence" not in list(result.diagnostics["fit"])


def test_analysis_of_variance_counts_the_complete_people(tmp_path, frame):
    result = run(tmp_path, frame.drop(index=[2, 30]), "kind: rm_anova", EQUAL)
    tests = rows_of(result, "joint_test")
    assert list(tests["term"]) == ["visit", "visit huynh_feldt", "visit none"]
    assert list(tests["df_numerator"])[2] == 2
    assert tests["df_numerator"].iloc[0] < 2
    assert set(result.estimates["n_participants"]) == {22}
    assert "left out" in result.diagnostics["warnings"][0]
    assert result.diagnostics["second_fit_difference"][0] == 1e-9


def test_doubled_cells_are_not_averaged(tmp_path, frame):
    result = run(tmp_path, pd.concat([frame, frame.iloc[:1]]), "kind: rm_anova", EQUAL)
    assert "1 rows are a second one" in result.estimates["note"][0]


def test_more_people_than_visits_are_needed(tmp_path, frame):
    few = frame[frame["participant_id"].isin(["P01", "P02", "P03"])]
    result = run(tmp_path, few, "kind: rm_anova", EQUAL)
    assert "no more people than levels" in result.estimates["note"][0]


DYADS = "unit: dyad\nroles: {one: {label: One}, two: {label: Two}}"


@pytest.mark.parametrize(
    ("model", "estimand", "options", "words"),
    [
        (WITHIN, ", summary: slope", {}, "answers change_from_baseline or equivalence"),
        (WITHIN, f"{PAIRED}{ARMS}", {}, "a paired test compares nobody"),
        (CHANGE, "", {}, "needs the two groups"),
        (WITHIN, f"{PAIRED}, at: {{day: 3}}", {}, "has no effect"),
        (WITHIN, f"{PAIRED}, visits: [later]", {}, "are those that `before` and `after` name"),
        ("kind: pre_post, before: pre, after: pre", PAIRED, {}, "is the visit that `before` names"),
        (WITHIN, PAIRED, {"roles": DYADS}, "members of a dyad are not independent"),
        ("kind: rm_anova", ", summary: slope", {}, "gives (equality_of_means)"),
        ("kind: rm_anova, within: arm", EQUAL, {}, "people are in one arm"),
        (WITHIN, ", summary: equality_of_means", {}, "`kind: rm_anova`"),
        (WITHIN, ", summary: equivalence", {"important": ""}, "which differences do not matter"),
        (CHANGE, f"{ARMS}, equivalence_bounds: [-3, 3]", {}, "is for `summary: equivalence`"),
        (
            CHANGE,
            f"{ARMS}, summary: equivalence, equivalence_bounds: [1, 3]",
            {},
            "a bound below 0",
        ),
        ("kind: descriptive", ", summary: equivalence", {}, "equivalence is tested by"),
        ("kind: ancova, fixed: [arm]", ", summary: equivalence", {}, "needs the two sides"),
    ],
)
def test_check_refuses_what_would_not_run(tmp_path, model, estimand, options, words):
    with pytest.raises(ConfigError, match=re.escape(words)):
        plan_of(tmp_path, model, estimand, **options)


def test_an_analysis_of_variance_is_no_primary_analysis(tmp_path):
    text = PLAN.replace("role: secondary", "role: primary").replace("MODEL", "kind: rm_anova")
    text = text.replace("ESTIMAND", EQUAL).replace("MID", "").replace("ROLES", "")
    path = tmp_path / "s.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match="secondary look"):
        load_plan(path, "s.yaml")


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.8])
def test_intervals_of_standardised_changes_cover(correlation):
    """1000 samples of 15 pairs: 0.95 within three standard errors, and not far above."""
    generator = np.random.default_rng(31)
    root = np.linalg.cholesky(np.array([[1, correlation], [correlation, 1]]))
    true = 0.8
    names = ("d_av", "hedges_g", "d_rm")
    hits = dict.fromkeys((*names, "d_z"), 0)
    for _ in range(1000):
        sample = generator.normal(size=(15, 2)) @ root.T
        found = standardise_pairs(sample[:, 0], sample[:, 1] + true)
        for name in names:
            effect = getattr(found, name)
            hits[name] += effect.low <= true <= effect.high
        own = true / np.sqrt(2 * (1 - correlation))
        hits["d_z"] += found.d_z.low <= own <= found.d_z.high
    assert all(929 <= count <= 985 for count in hits.values()), hits
