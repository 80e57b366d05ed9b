"""Reliable change, proportions, goals, change tables, agreement, single cases, multiplicity."""

import numpy as np
import pandas as pd
import pytest

from evalpipe.answers.choose import answering_places
from evalpipe.models.change_table import analyse_change_table
from evalpipe.models.dispatch import run_analysis
from evalpipe.models.goals import analyse_goals, kaplan_meier, kiresuk_sherman_t, restricted_mean
from evalpipe.models.multiplicity import adjust, adjust_p_values
from evalpipe.models.proportions import newcombe_difference, newcombe_p_value, wilson_interval
from evalpipe.models.reliable_change import classify_change, standard_error_of_difference
from evalpipe.models.single_case import nonoverlap_of_all_pairs, nonoverlapping_data


def test_newcombe_1998_table_2():
    """Newcombe (1998), example a, method 10: 56/70 against 48/80."""
    found = newcombe_difference(56, 70, 48, 80)
    assert found.estimate == pytest.approx(0.2)
    assert found.low == pytest.approx(0.0524, abs=5e-5)
    assert found.high == pytest.approx(0.3339, abs=5e-5)


@pytest.mark.parametrize(
    "counts", [(9, 21, 2, 21), (15, 21, 8, 23), (1, 12, 8, 14), (0, 10, 3, 10), (10, 10, 4, 10)]
)
def test_the_p_value_of_a_difference_is_that_of_its_interval(counts):
    p = newcombe_p_value(*counts)
    at_p = newcombe_difference(*counts, 1 - p)
    assert min(abs(at_p.low), abs(at_p.high)) == pytest.approx(0.0, abs=1e-9)
    shown = newcombe_difference(*counts)
    assert (p < 0.05) is (shown.low > 0 or shown.high < 0)


def test_equal_shares_have_a_p_value_of_one():
    assert newcombe_p_value(3, 10, 6, 20) == 1.0
    assert newcombe_p_value(200, 200, 0, 200) < 1e-50


def test_wilson_as_newcombe_1998_prints_it():
    """Newcombe (1998), Statistics in Medicine 17, 857, table I, method 3: 81/263 and 0/20."""
    found = wilson_interval(81, 263)
    assert (found.low, found.high) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    none = wilson_interval(0, 20)
    assert (none.low, none.high) == pytest.approx((0.0, 0.1611), abs=5e-5)


def test_jacobson_and_truax_1991_worked_example():
    """SD 7.5 and reliability 0.80: S_diff 4.74; from 47.5 to 32.5 the index is 3.16."""
    error = standard_error_of_difference(np.array([7.5]), 0.80)
    assert error[0] == pytest.approx(4.74, abs=0.005)
    change = classify_change(
        np.array([47.5]), np.array([32.5]), error, "lower", np.array([34.0]), "reliable"
    )
    assert change.index[0] == pytest.approx(3.16, abs=0.005)
    assert change.category[0] == "recovered"


def test_classes_of_change():
    before = np.array([10.0, 10.0, 10.0, 10.0, 30.0])
    after = np.array([20.0, 14.0, 11.0, 4.0, 36.0])
    cutoff = np.full(5, 15.0)
    change = classify_change(
        before, after, np.ones(5) * 2, "higher", cutoff, "reliable_and_clinical"
    )
    assert list(change.category) == [
        "recovered",
        "improved",
        "unchanged",
        "deteriorated",
        "improved",
    ]
    assert list(change.responder) == [True, False, False, False, False]


def test_responders_by_arm(make_plan, make_analysis, trial):
    plan = make_plan(
        {
            "primary": make_analysis(
                {"kind": "reliable_change"}, visits=["v3"], summary="share_improved"
            )
        }
    )
    last = trial[trial["visit"] == "v3"]
    result = run_analysis(plan, "primary", last)
    shares = result.estimates[result.estimates["quantity"] == "proportion"].set_index("arm")
    headline = result.estimates.iloc[answering_places(plan, "primary", result.estimates)[0]]
    assert headline["estimate"] == pytest.approx(
        shares.loc["new", "estimate"] - shares.loc["control", "estimate"]
    )
    counts = result.statistics[result.statistics["statistic"] == "count"]
    assert counts["value"].sum() == len(last)


def test_both_partners_and_either(make_plan, make_analysis):
    plan = make_plan(
        {
            "primary": make_analysis(
                {"kind": "reliable_change"}, visits=["v3"], summary="share_improved"
            )
        }
    )
    rows = []
    for number in range(20):
        for role, gain in (("a", 30), ("b", 30 if number % 4 == 0 else 0)):
            rows.append(
                {
                    "participant_id": f"{number}{role}",
                    "dyad_id": f"d{number}",
                    "role": role,
                    "arm": ("control", "new")[number % 2],
                    "visit": "v3",
                    "baseline": 10.0 + number % 5,
                    "outcome": 10.0 + number % 5 + gain,
                }
            )
    found = run_analysis(plan, "primary", pd.DataFrame(rows)).estimates
    shares = found[found["quantity"] == "proportion"].set_index(["term", "arm"])["estimate"]
    assert shares["both members responded", "control"] == pytest.approx(0.5)
    assert shares["at least one member responded", "new"] == 1.0
    assert shares["responders, a", "new"] == 1.0


def test_goal_attainment_t_score():
    assert kiresuk_sherman_t([-2, 0, -1, 2, 0, 1], [3, 5, 1, 4, 2, 6], 0.3) == pytest.approx(
        55.0, abs=0.05
    )
    assert kiresuk_sherman_t([0, 0], [1, 2]) == 50.0


def test_kaplan_meier_by_hand():
    days, left = kaplan_meier(np.array([5.0, 5.0, 8.0, 10.0]), np.array([1.0, 0.0, 1.0, 0.0]))
    assert list(days) == [5.0, 8.0]
    assert left == pytest.approx([0.75, 0.375])
    assert restricted_mean(days, left, 10.0) == pytest.approx(5 + 3 * 0.75 + 2 * 0.375)


def test_goals_by_arm(make_plan, make_analysis, mmrm):
    plan = make_plan(
        {"primary": make_analysis(mmrm)},
        goals={"stays": {"label": "Stays", "weight": 2}, "plays": {"label": "Plays"}},
    )
    rows = [
        {
            "participant_id": f"p{number}",
            "arm": ("control", "new")[number % 2],
            "goal": "stays",
            "day": float(day),
            "attained": number % 2 == 1 and (day == 60 or number % 3 == 0),
            "attainment": float(number % 2) + 0.5 * (number % 3 == 0),
        }
        for number in range(12)
        for day in (30, 60)
    ]
    from evalpipe.models.estimate_rows import Heading

    answer = analyse_goals(pd.DataFrame(rows), plan, Heading("trial", "goals"))
    shares = {row.arm: row.estimate for row in answer.rows if row.quantity == "proportion"}
    assert shares == {"new": 1.0, "control": 0.0}
    t = {row.arm: row.estimate for row in answer.rows if row.quantity == "marginal_mean"}
    assert t["new"] - t["control"] == pytest.approx(10.0)
    welch = next(row for row in answer.rows if row.df_method == "welch")
    assert welch.estimate == pytest.approx(10.0)
    medians = [r for r in answer.statistics if r.statistic == "median_days_to_attainment"]
    assert {r.arm: r.value for r in medians} == {"new": 60.0, "control": None}


@pytest.fixture(scope="module")
def classes():
    pairs = ["secure"] * 6 + ["avoidant"] * 14, ["secure"] * 15 + ["avoidant"] * 5
    return pd.DataFrame(
        {
            "participant_id": [f"p{i}" for i in range(20)] * 2,
            "arm": ["new", "control"] * 20,
            "visit": ["start"] * 20 + ["v3"] * 20,
            "level": pairs[0] + pairs[1],
        }
    )


def test_change_table(make_plan, make_analysis, classes):
    from evalpipe.config.analyses import ChangeTable, Estimand
    from evalpipe.models.estimate_rows import Heading
    from evalpipe.models.variables import Declared

    model = ChangeTable(kind="change_table", before="start", after="v3", test="mcnemar")
    estimand = Estimand.model_validate(
        {
            "population": "everyone",
            "outcome": "attachment",
            "contrast": {"arm": "new", "versus": "control"},
        }
    )
    answer = analyse_change_table(
        classes,
        model,
        estimand,
        Declared({"arm": ("control", "new")}),
        Heading("s", "a"),
        classes=("secure", "avoidant"),
        better_class="secure",
    )
    overall = answer.rows[0]
    # 9 became secure, nobody the reverse: exact two-sided binomial 2 / 2**9.
    assert overall.p_value == pytest.approx(2 / 2**9)
    became = next(r for r in answer.rows if r.term == "became secure" and r.arm is None)
    assert became.estimate == pytest.approx(9 / 20)
    cells = [r for r in answer.statistics if r.arm is None]
    assert sum(r.value for r in cells) == 20


def test_agreement_needs_two_judges(make_plan, make_analysis, classes):
    plan = make_plan(
        {
            "primary": {
                **make_analysis({"kind": "agreement", "between": "raters"}, summary="agreement"),
            }
        }
    )
    one = classes.assign(rater="r1", outcome=0.0).drop(columns="level")
    found = run_analysis(plan, "primary", one).estimates
    assert list(found["status"]) == ["not_estimable"]


def test_overlap_indices_and_their_direction():
    baseline, treatment = np.array([2.0, 3.0, 4.0]), np.array([4.0, 5.0])
    assert nonoverlap_of_all_pairs(baseline, treatment) == pytest.approx(5.5 / 6)
    assert nonoverlap_of_all_pairs(baseline, treatment, "lower") == pytest.approx(0.5 / 6)
    assert nonoverlapping_data(baseline, treatment) == 0.5
    assert nonoverlapping_data(treatment, baseline, "lower") == pytest.approx(2 / 3)


def test_adjusted_p_values_by_hand():
    p = np.array([0.01, 0.04, 0.03])
    assert adjust_p_values(p, "holm") == pytest.approx([0.03, 0.06, 0.06])
    assert adjust_p_values(p, "hochberg") == pytest.approx([0.03, 0.04, 0.04])
    assert adjust_p_values(p, "benjamini_hochberg") == pytest.approx([0.03, 0.04, 0.04])
    assert adjust_p_values(p, "fixed_sequence") == pytest.approx([0.01, 0.04, 0.04])


def test_a_family_is_adjusted_over_its_headline_rows_only(make_plan, make_analysis, trial, mmrm):
    def member(**more):
        return {**make_analysis(mmrm), "role": "secondary", "family": "domains", **more}

    plan = make_plan(
        {"one": member(), "two": member(), "alone": make_analysis(mmrm)},
        multiplicity={"domains": {"method": "bonferroni"}},
    )
    names = ("one", "two", "alone")
    results = [run_analysis(plan, name, trial).estimates for name in names]
    adjusted = adjust(plan, pd.concat(results, ignore_index=True))
    filled = adjusted[adjusted["p_adjusted"].notna()]
    assert list(filled["analysis_id"]) == ["one", "two"]
    assert list(filled["visit"]) == ["v3", "v3"]
    expected = np.minimum(1.0, 2 * filled["p_value"])
    assert filled["p_adjusted"].to_numpy() == pytest.approx(expected.to_numpy())
