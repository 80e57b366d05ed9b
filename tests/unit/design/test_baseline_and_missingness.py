from typing import Any

import numpy as np
import pandas as pd
import pytest

from evalpipe.design.baseline import (
    baseline_rows,
    standardised_difference,
    standardised_difference_of_shares,
)
from evalpipe.design.clinical import clinical_rows
from evalpipe.design.missingness import missingness_rows, patterns_of
from evalpipe.design.observed import observed_rows


def by_place(rows: Any):
    return {
        (
            row.variable,
            row.level,
            row.arm,
            row.visit,
            row.groups.get("role"),
            row.statistic,
        ): row.value
        for row in rows
    }


def test_standardised_difference_by_hand():
    # means 3 and 2, variances 1 and 1
    assert standardised_difference(np.array([2.0, 3, 4]), np.array([1.0, 2, 3])) == 1.0
    assert standardised_difference(np.array([1.0]), np.array([1.0, 2])) is None
    assert standardised_difference(np.array([2.0, 2]), np.array([2.0, 2])) == 0.0


def test_difference_of_two_shares_by_hand():
    # 0.5 against 0.2: 0.3 / sqrt((0.25 + 0.16) / 2)
    first = pd.Series(["no"] * 5 + ["yes"] * 5)
    second = pd.Series(["no"] * 8 + ["yes"] * 2)
    expected = 0.3 / np.sqrt((0.25 + 0.16) / 2)
    found = standardised_difference_of_shares(first, second, ["no", "yes"])
    assert found == pytest.approx(expected)
    assert standardised_difference_of_shares(second, first, ["no", "yes"]) == pytest.approx(
        -expected
    )


def test_difference_of_three_shares_does_not_depend_on_their_order():
    first = pd.Series(["a"] * 5 + ["b"] * 3 + ["c"] * 2)
    second = pd.Series(["a"] * 2 + ["b"] * 2 + ["c"] * 6)
    one = standardised_difference_of_shares(first, second, ["a", "b", "c"])
    other = standardised_difference_of_shares(first, second, ["c", "a", "b"])
    assert one == pytest.approx(other)
    with_empty = standardised_difference_of_shares(first, second, ["a", "b", "c", "never"])
    assert with_empty == pytest.approx(one)


def test_baseline_table_by_arm_and_over_all(make_plan: Any, people: Any, scores: Any):
    plan = make_plan(
        variables={
            "age": {"label": "Age", "type": "number"},
            "sex": {"label": "Sex", "type": "category", "levels": ["girl", "boy"]},
        }
    )
    people = people.assign(age=[8.0, 9, 10, 11, np.nan, 13], sex=["girl"] * 4 + ["boy"] * 2)
    found = by_place(baseline_rows(plan, {"participants": people, "scores": scores}))
    assert found["age", None, "usual", None, None, "mean"] == 9.0
    assert found["age", "missing", "usual", None, None, "count"] == 1
    assert found["age", None, None, None, None, "mean"] == pytest.approx(51 / 5)
    assert found["sex", "girl", "new", None, None, "proportion"] == pytest.approx(2 / 3)
    assert found["mood", None, "new", None, None, "mean"] == 40.0
    assert found["mood", None, "new", None, None, "standardised_difference"] == pytest.approx(0.5)
    assert ("age", None, "usual", None, None, "standardised_difference") not in found
    assert not any(row[5] == "p_value" for row in found)


def test_those_who_never_entered_are_not_in_the_table(make_plan: Any, people: Any, scores: Any):
    extra = people.head(1).assign(participant_id="p9", randomised=False, disposition="declined")
    both = pd.concat([people, extra], ignore_index=True)
    found = by_place(baseline_rows(make_plan(), {"participants": both, "scores": scores}))
    assert found["participants", None, None, None, None, "count"] == 6


def test_members_of_dyads_stand_apart_and_dyad_variables_once(
    make_plan: Any, people: Any, scores: Any
):
    plan = make_plan(
        unit="dyad",
        roles={"child": {"label": "Child"}, "parent": {"label": "Parent"}},
        variables={
            "age": {"label": "Age", "type": "number"},
            "together": {"label": "Years together", "type": "number", "varies": "dyad"},
        },
    )
    people = people.assign(
        dyad_id=["d1", "d1", "d2", "d2", "d3", "d3"],
        role=["child", "parent"] * 3,
        arm=["usual", "usual", "new", "new", "new", "new"],
        age=[8.0, 40, 10, 42, 12, 44],
        together=[1.0, 1, 2, 2, 3, 3],
    )
    rows = baseline_rows(plan, {"participants": people, "scores": scores})
    found = by_place(rows)
    assert found["age", None, None, None, "child", "mean"] == 10.0
    assert found["age", None, None, None, "parent", "mean"] == 42.0
    n = [r.n for r in rows if r.variable == "together" and r.arm is None and r.statistic == "mean"]
    assert n == [3]


def test_patterns_by_hand():
    seen = [[1, 1, 1], [1, 1, 0], [1, 0, 1], [0, 0, 0], [0, 1, 1]]
    assert patterns_of(seen).tolist() == [
        "complete",
        "monotone",
        "intermittent",
        "never",
        "intermittent",
    ]


def test_missing_visits_are_counted_with_their_reasons(make_plan: Any, people: Any, scores: Any):
    rows = missingness_rows(make_plan(), {"participants": people, "scores": scores})
    found = {
        (r.arm, r.visit, r.level, r.groups.get("reason"), r.statistic): r.value
        for r in rows
        if r.variable == "mood"
    }
    assert found["usual", "after", "observed", None, "count"] == 2
    assert found["usual", "after", "missing", None, "count"] == 1
    assert found["usual", "after", "missing", "lost_to_follow_up", "count"] == 1
    assert found["new", "later", "missing", "lost_to_follow_up", "count"] == 1
    assert found["new", "after", "missing", None, "count"] == 1
    assert ("new", "after", "missing", "unknown", "count") not in found
    assert found[None, None, "intermittent", None, "count"] == 1


def test_observed_means_use_what_was_observed(make_plan: Any, people: Any, scores: Any):
    rows = observed_rows(make_plan(), {"participants": people, "scores": scores})
    found = {(r.arm, r.visit, r.statistic): (r.value, r.n) for r in rows}
    assert found["usual", "after", "mean"] == (21.0, 2)
    assert found["new", "later", "mean"] == (32.0, 2)
    assert found[None, "before", "mean"] == (35.0, 6)
    assert found["usual", "after", "sd"][0] == pytest.approx(np.std([11, 31], ddof=1))


def test_diary_means_are_means_of_participants(make_plan: Any, people: Any):
    plan = make_plan(
        periods={
            "first": {"label": "First", "days": [-2, -1]},
            "second": {"label": "Second", "days": [0, 3]},
        }
    )
    diary = pd.DataFrame(
        {
            "participant_id": ["p1", "p1", "p1", "p3", "p3"],
            "day": [-2.0, 0, 1, 0, 9],
            "score": [1.0, 2, 4, 9, 100],
            "scale": "mood",
            "visit": None,
            "rater": None,
            "level": None,
            "occasion": [0, 1, 2, 0, 1],
        }
    )
    tables = {"participants": people, "scores": diary}
    means = {
        (r.arm, r.groups.get("period")): (r.value, r.n)
        for r in observed_rows(plan, tables)
        if r.statistic == "mean"
    }
    assert means["usual", "first"] == (1.0, 1)
    assert means["usual", "second"] == (6.0, 2)
    days = {
        (r.arm, r.groups["period"], r.level): (r.value, r.n)
        for r in missingness_rows(plan, tables)
        if r.statistic == "count"
    }
    assert days["usual", "second", "observed"] == (3, 12)
    assert days["new", "first", "missing"] == (6, 6)


def test_conditions_and_classes(make_plan: Any, people: Any):
    plan = make_plan(
        variables={
            "condition": {
                "label": "Condition",
                "type": "category",
                "levels": ["alone", "together"],
                "varies": "occasion",
            }
        },
        instruments={"kind": {"label": "Kind", "kind": "classification", "classes": ["a", "b"]}},
    )
    trials = pd.DataFrame(
        {
            "participant_id": ["p1", "p1", "p1", "p3"],
            "condition": ["alone", "alone", "together", "alone"],
            "score": [1.0, 3, 5, 6],
            "scale": "mood",
            "level": None,
        }
    )
    classes = pd.DataFrame(
        {
            "participant_id": ["p1", "p3", "p5"],
            "level": ["a", "b", "b"],
            "visit": "before",
            "scale": "kind",
        }
    )
    scores = pd.concat([trials, classes]).assign(day=np.nan, rater=None, occasion=0)
    scores["visit"] = scores["visit"].astype(object)
    rows = observed_rows(plan, {"participants": people, "scores": scores})
    found = {
        (r.variable, r.arm, r.level, r.groups.get("condition"), r.statistic): r.value for r in rows
    }
    assert found["mood", "usual", None, "alone", "mean"] == 4.0
    assert found["mood", "usual", None, "together", "mean"] == 5.0
    assert found["kind", "usual", "b", None, "proportion"] == pytest.approx(2 / 3)


def test_shares_on_the_better_side_use_each_participants_cutoff(
    make_plan: Any, people: Any, scores: Any
):
    plan = make_plan(
        variables={"age": {"label": "Age", "type": "number"}},
        instruments={
            "mood": {
                "cutoffs": [
                    {"value": 35, "meaning": "usual", "source": "x"},
                    {"value": 15, "meaning": "usual", "source": "x", "when": {"age": [6, 11]}},
                ],
                "norms": [{"mean": 30, "sd": 10, "source": "x"}],
            }
        },
    )
    people = people.assign(age=[10.0, 10, 15, 15, 15, 15])
    rows = clinical_rows(plan, {"participants": people, "scores": scores})
    found = {(r.arm, r.visit, r.statistic): r.value for r in rows}
    # before: p1 10 against 15, p2 20 against 15, then 30, 40, 50, 60 against 35
    assert found[None, "before", "count"] == 4
    assert found["usual", "before", "proportion"] == pytest.approx(1 / 3)
    assert found[None, "before", "t_score_mean"] == 55.0
