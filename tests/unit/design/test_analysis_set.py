from typing import Any

import numpy as np
import pandas as pd
import pytest

from evalpipe.design.analysis_set import build_analysis_set
from evalpipe.errors import ConfigError, ModelError


def left_out(analysis_set: Any):
    return {
        (row.reason, row.detail if isinstance(row.detail, str) else None): (
            row.n_participants,
            row.n_rows,
        )
        for row in analysis_set.left_out.itertuples()
    }


def test_rows_after_baseline_with_baseline_beside_them(make_plan: Any, people: Any, scores: Any):
    found = build_analysis_set(make_plan(), "primary", {"participants": people, "scores": scores})
    assert found.n_participants == 5
    assert found.n_observations == 8
    assert set(found.frame["visit"]) == {"after", "later"}
    p4 = found.frame[found.frame["participant_id"] == "p4"].iloc[0]
    assert (p4["outcome"], p4["baseline"], p4["arm"]) == (42.0, 40.0, "new")


def test_every_planned_visit_is_used_or_counted(make_plan: Any, people: Any, scores: Any):
    found = build_analysis_set(make_plan(), "primary", {"participants": people, "scores": scores})
    assert left_out(found) == {("outcome_missing", None): (3, 4)}
    assert found.n_observations + 4 == 6 * 2
    assert list(found.excluded["participant_id"]) == ["p5"]
    assert list(found.excluded["reason"]) == ["outcome_missing"]


def test_rows_recorded_as_missing_count_like_absent_rows(
    make_plan: Any, people: Any, scores: Any, make_scores: Any
):
    empty = make_scores([("p5", "after", 60.0, np.nan), ("p5", "later", 120.0, np.nan)])
    tables = {"participants": people, "scores": pd.concat([scores, empty], ignore_index=True)}
    found = build_analysis_set(make_plan(), "primary", tables)
    assert left_out(found) == {("outcome_missing", None): (3, 4)}


def test_population_that_asks_for_every_visit(make_plan: Any, people: Any, scores: Any):
    plan = make_plan(populations={"everybody": {"include": "randomised", "with_outcome_at": "all"}})
    found = build_analysis_set(plan, "primary", {"participants": people, "scores": scores})
    assert set(found.frame["participant_id"]) == {"p1", "p2", "p3"}
    assert left_out(found)[("outcome_incomplete", None)] == (2, 2)


def test_a_missing_covariate_is_counted_under_its_name(make_plan: Any, people: Any, scores: Any):
    plan = make_plan(
        variables={"age": {"label": "Age", "type": "number"}},
        analyses={"primary": {"model": {"fixed": ["baseline", "age", "arm"]}}},
    )
    people = people.assign(age=[10.0, 11, np.nan, 12, 13, 14])
    found = build_analysis_set(plan, "primary", {"participants": people, "scores": scores})
    assert left_out(found)[("covariate_missing", "age")] == (1, 2)
    assert found.frame["age"].notna().all()


def test_only_selects_rows_and_says_so(make_plan: Any, people: Any, scores: Any):
    plan = make_plan(
        variables={"sex": {"label": "Sex", "type": "category", "levels": ["girl", "boy"]}},
        analyses={"primary": {"only": {"sex": "girl"}}},
    )
    people = people.assign(sex=["girl", "girl", "boy", "boy", "girl", "boy"])
    found = build_analysis_set(plan, "primary", {"participants": people, "scores": scores})
    assert set(found.frame["participant_id"]) == {"p1", "p2"}
    assert left_out(found)[("not_selected", "sex")][0] == 3


def test_positive_outcomes_are_analysed_as_logarithms(make_plan: Any, people: Any, scores: Any):
    plan = make_plan(instruments={"mood": {"label": "Mood", "kind": "log_continuous"}})
    found = build_analysis_set(plan, "primary", {"participants": people, "scores": scores})
    row = found.frame[found.frame["participant_id"] == "p4"].iloc[0]
    assert found.transform == "log"
    assert row["outcome"] == pytest.approx(np.log(42.0))
    assert row["baseline"] == pytest.approx(np.log(40.0))


def test_classes_become_codes_in_the_order_of_the_plan(make_plan: Any, people: Any):
    plan = make_plan(
        instruments={
            "mood": {"label": "Mood", "kind": "classification", "classes": ["low", "fair", "good"]}
        }
    )
    scores = pd.DataFrame(
        {
            "participant_id": ["p1", "p1", "p2", "p2"],
            "visit": ["before", "after"] * 2,
            "day": [0.0, 60.0] * 2,
            "score": np.nan,
            "level": ["good", "fair", "low", "good"],
            "scale": "mood",
            "rater": None,
            "occasion": 0,
        }
    )
    found = build_analysis_set(plan, "primary", {"participants": people, "scores": scores})
    assert list(found.frame["outcome"]) == [1.0, 2.0]
    assert list(found.frame["level"]) == ["fair", "good"]
    assert list(found.frame["baseline"]) == [2.0, 0.0]


def test_another_scale_is_read_at_the_same_visit_or_once_for_all(
    make_plan: Any, people: Any, scores: Any, make_scores: Any
):
    plan = make_plan(
        instruments={
            "stress": {"label": "Stress", "range": [0, 10]},
            "trait": {"label": "Trait", "range": [0, 10]},
        },
        analyses={"primary": {"model": {"fixed": ["stress", "trait", "arm"]}}},
    )
    stress = make_scores(
        [("p1", "after", 60.0, 5.0), ("p1", "later", 120.0, 7.0), ("p2", "after", 60.0, 2.0)],
        "stress",
    )
    trait = make_scores([("p1", "before", 0.0, 9.0), ("p2", "before", 0.0, 8.0)], "trait")
    tables = {"participants": people, "scores": pd.concat([scores, stress, trait])}
    frame = build_analysis_set(plan, "primary", tables).frame
    assert list(
        zip(frame["participant_id"], frame["visit"], frame["stress"], frame["trait"], strict=True)
    ) == [
        ("p1", "after", 5.0, 9.0),
        ("p2", "after", 2.0, 8.0),
        ("p1", "later", 7.0, 9.0),
    ]


def test_row_order_of_the_input_does_not_change_the_set(make_plan: Any, people: Any, scores: Any):
    plan = make_plan()
    first = build_analysis_set(plan, "primary", {"participants": people, "scores": scores})
    shuffled = {
        "participants": people.sample(frac=1, random_state=3),
        "scores": scores.sample(frac=1, random_state=4),
    }
    second = build_analysis_set(plan, "primary", shuffled)
    key = ["participant_id", "visit"]
    pd.testing.assert_frame_equal(
        first.frame.sort_values(key, ignore_index=True),
        second.frame.sort_values(key, ignore_index=True),
    )


def test_an_outcome_may_be_derived(make_plan: Any, people: Any, scores: Any):
    plan = make_plan(
        derived={"weeks_of_mood": {"kind": "unit_change", "of": "mood", "divide_by": 10}},
        analyses={"primary": {"estimand": {"outcome": "weeks_of_mood"}}},
    )
    frame = build_analysis_set(plan, "primary", {"participants": people, "scores": scores}).frame
    assert frame.loc[frame["participant_id"] == "p4", "outcome"].tolist() == [4.2]
    assert frame.loc[frame["participant_id"] == "p4", "baseline"].tolist() == [4.0]


def test_unknown_names_are_refused(make_plan: Any, people: Any, scores: Any):
    tables = {"participants": people, "scores": scores}
    with pytest.raises(ConfigError, match="no analysis other"):
        build_analysis_set(make_plan(), "other", tables)
    plan = make_plan(analyses={"primary": {"model": {"fixed": ["shoe_size"]}}})
    with pytest.raises(ConfigError, match="shoe_size"):
        build_analysis_set(plan, "primary", tables)
    goals = make_plan(
        analyses={"goals": {"role": "secondary", "question": "?", "model": {"kind": "goals"}}}
    )
    with pytest.raises(ModelError, match="no estimand"):
        build_analysis_set(goals, "goals", tables)


def test_reliable_change_carries_what_its_cutoffs_depend_on(
    make_plan: Any, people: Any, scores: Any
):
    plan = make_plan(
        variables={"age": {"label": "Age", "type": "number"}},
        instruments={
            "mood": {
                "cutoffs": [
                    {"value": 50, "meaning": "usual", "source": "x"},
                    {"value": 40, "meaning": "usual", "source": "x", "when": {"age": [6, 11]}},
                ]
            }
        },
        analyses={
            "change": {
                "role": "secondary",
                "question": "Who improved?",
                "estimand": {"population": "everybody", "outcome": "mood", "visits": ["after"]},
                "model": {"kind": "reliable_change"},
            }
        },
    )
    tables = {"participants": people.assign(age=10.0), "scores": scores}
    assert "age" in build_analysis_set(plan, "change", tables).frame
