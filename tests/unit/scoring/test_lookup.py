from typing import Any

import numpy as np
import pandas as pd
import pytest

from evalpipe.config.plan import Plan
from evalpipe.config.scale_facts import all_scale_names, find_scale
from evalpipe.errors import ConfigError
from evalpipe.scoring.lookup import cutoff_for, norm_for, t_scores

PLAN = {
    "study": {"id": "s", "title": "S", "design": "single_arm"},
    "arms": {"a": {"label": "A", "role": "only"}},
    "visits": {"before": {"label": "Before", "day": 0}},
    "instruments": {
        "q": {
            "label": "Questionnaire",
            "items": {"prefix": "q", "count": 4, "range": [1, 5]},
            "scales": {"sum": {"score": "sum"}, "mean": {"score": "mean", "label": "Mean"}},
            "cutoffs": [
                {"value": 5, "meaning": "usual", "source": "x"},
                {"value": 7, "meaning": "usual", "source": "x", "when": {"age": [6, 11]}},
                {
                    "value": 9,
                    "meaning": "usual",
                    "source": "x",
                    "when": {"age": [12, 18], "sex": "boy"},
                },
            ],
            "norms": [
                {"mean": 10, "sd": 2, "source": "x", "when": {"sex": "girl"}},
                {"mean": 12, "sd": 4, "source": "x", "when": {"sex": "boy"}},
            ],
        }
    },
    "protocol": {"ratings": {"tension": {"label": "Tension", "range": [0, 10]}}},
    "data": {"f": {"file": "f.csv", "one_row_per": "visit", "columns": {"id": "participant_id"}}},
    "analyses": {},
}
PEOPLE = pd.DataFrame(
    {
        "participant_id": ["p", "q", "r", "s"],
        "age": [8.0, 14, 14, np.nan],
        "sex": ["girl", "girl", "boy", "boy"],
    }
)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return Plan.model_validate(PLAN)


def test_cutoff_by_age_and_sex_and_the_general_one_last(plan: Any):
    assert cutoff_for(plan, "q.sum", PEOPLE)["cutoff"].tolist() == [7, 5, 9, 5]


def test_t_scores_use_the_norm_of_each_participant(plan: Any):
    scores = pd.DataFrame(
        {"participant_id": ["p", "r", "x"], "scale": "q.sum", "score": [12.0, 12.0, 12.0]}
    )
    found = t_scores(plan, scores, PEOPLE)
    assert found.tolist()[:2] == [60.0, 50.0]
    assert np.isnan(found[2])
    assert norm_for(plan, "q.sum", PEOPLE)["norm_sd"].tolist() == [2, 2, 4, 4]


def test_a_condition_on_an_unknown_variable_is_told(plan: Any):
    with pytest.raises(ConfigError, match="sex"):
        norm_for(plan, "q.sum", PEOPLE[["participant_id"]])


def test_facts_of_scales_and_session_ratings(plan: Any):
    assert all_scale_names(plan) == ("q.sum", "q.mean", "session.tension")
    assert find_scale(plan, "q.sum").score_range == (4, 20)
    assert find_scale(plan, "q.mean").score_range == (1, 5)
    assert find_scale(plan, "q.mean").label == "Questionnaire: Mean"
    assert find_scale(plan, "session.tension").score_range == (0, 10)
    for wrong in ("q.other", "session.other", "none"):
        with pytest.raises(ConfigError):
            find_scale(plan, wrong)
