from typing import Any

import numpy as np
import pandas as pd
import pytest

from evalpipe.design.eligibility import judge_eligibility
from evalpipe.errors import ConfigError

RULES = {
    "include": [
        {"age": [6, 18]},
        {"any": [{"iq": [50, 70]}, {"all": [{"iq": [70, 85]}, {"adaptive": "limited"}]}]},
    ],
    "exclude": [{"psychosis": "yes"}],
}
VARIABLES = {
    "age": {"label": "Age", "type": "number"},
    "iq": {"label": "IQ", "type": "number"},
    "adaptive": {
        "label": "Adaptive functioning",
        "type": "category",
        "levels": ["limited", "usual"],
    },
    "psychosis": {"label": "Psychosis", "type": "category", "levels": ["no", "yes"]},
}


def judge(plan: Any, **row: Any):
    person = {
        "participant_id": "p",
        "age": 10.0,
        "iq": 60.0,
        "adaptive": None,
        "psychosis": "no",
    } | row
    found = judge_eligibility(plan, pd.DataFrame([person])).iloc[0]
    return found["eligible"], found["eligibility_reason"]


@pytest.fixture
def plan(make_plan: Any):
    return make_plan(variables=VARIABLES, eligibility=RULES)


@pytest.mark.parametrize(
    ("row", "eligible"),
    [
        ({}, True),
        ({"age": 6.0}, True),
        ({"age": 18.5}, False),
        ({"iq": 80.0, "adaptive": "limited"}, True),
        ({"iq": 80.0, "adaptive": "usual"}, False),
        ({"iq": 90.0}, False),
        ({"psychosis": "yes"}, False),
    ],
)
def test_rules_with_age_iq_and_contraindication(plan: Any, row: Any, eligible: Any):
    assert judge(plan, **row)[0] == eligible


@pytest.mark.parametrize(
    "row", [{"age": np.nan}, {"iq": 80.0}, {"psychosis": None}, {"iq": np.nan}]
)
def test_what_is_not_known_is_not_decided(plan: Any, row: Any):
    eligible, reason = judge(plan, **row)
    assert pd.isna(eligible)
    assert reason.startswith("unknown: ")


def test_one_failed_rule_decides_whatever_is_unknown(plan: Any):
    eligible, reason = judge(plan, age=np.nan, psychosis="yes")
    assert eligible is False or eligible == False  # noqa: E712
    assert reason == "not psychosis: yes"


def test_a_missing_part_that_cannot_matter_does_not_matter(plan: Any):
    assert judge(plan, iq=60.0, adaptive=None)[0]


def test_the_reason_names_the_rule_and_no_value(plan: Any):
    assert judge(plan, age=31.0)[1] == "age 6 to 18"
    assert "31" not in judge(plan, age=31.0)[1]


def test_a_dyad_is_judged_by_the_member_whom_the_rules_are_about(make_plan: Any):
    plan = make_plan(
        unit="dyad",
        roles={"child": {"label": "Child"}, "parent": {"label": "Parent"}},
        variables=VARIABLES,
        eligibility=RULES,
    )
    people = pd.DataFrame(
        {
            "participant_id": ["a", "b", "c", "d"],
            "dyad_id": ["1", "1", "2", "2"],
            "role": ["parent", "child", "parent", "child"],
            "age": [40.0, 10, 40, 19],
            "iq": [np.nan, 60, np.nan, 60],
            "adaptive": None,
            "psychosis": ["no"] * 4,
        }
    )
    assert judge_eligibility(plan, people)["eligible"].tolist() == [True, True, False, False]


def test_a_rule_about_nothing_is_refused(make_plan: Any, people: Any):
    plan = make_plan(eligibility={"include": [{"shoe_size": [30, 40]}]})
    with pytest.raises(ConfigError, match="shoe_size"):
        judge_eligibility(plan, people)
