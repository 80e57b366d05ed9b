"""Whatever the data: nobody is lost between the raw rows, the analysis set and the flow."""

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from evalpipe.config.plan import Plan
from evalpipe.design.analysis_set import build_analysis_set
from evalpipe.design.derived import lag, means_on_rows
from evalpipe.design.flow import count_flow

VISITS = ("before", "after", "later")
PLAN = Plan.model_validate(
    {
        "study": {"id": "trial", "title": "A trial", "design": "parallel_rct"},
        "arms": {
            "usual": {"label": "Usual care", "role": "control"},
            "new": {"label": "New care", "role": "experimental"},
        },
        "visits": {name: {"label": name, "day": 30 * i} for i, name in enumerate(VISITS)},
        "variables": {"age": {"label": "Age", "type": "number"}},
        "instruments": {"mood": {"label": "Mood"}},
        "data": {
            "f": {"file": "f.csv", "one_row_per": "visit", "columns": {"id": "participant_id"}}
        },
        "populations": {
            "some": {"include": "randomised"},
            "seen": {"include": "randomised", "with_outcome_at": "all"},
        },
        "analyses": {
            name: {
                "role": "primary",
                "question": "Is mood better?",
                "estimand": {"population": name, "outcome": "mood"},
                "model": {"kind": "mmrm", "fixed": ["baseline", "age", "arm", "visit"]},
            }
            for name in ("some", "seen")
        },
    }
)
ENDS = ("completed", "discontinued", "lost_to_follow_up", None)
VALUES = st.sampled_from([None, 1.0, 2.0, 5.0])
PERSON = st.fixed_dictionaries(
    {
        "arm": st.sampled_from(["usual", "new"]),
        "disposition": st.sampled_from(ENDS),
        "age": VALUES,
        "scores": st.tuples(VALUES, VALUES, VALUES),
        "is_recorded": st.tuples(st.booleans(), st.booleans(), st.booleans()),
    }
)


def tables_of(persons: list[dict[str, Any]]) -> dict[str, pd.DataFrame]:
    people = pd.DataFrame(persons)[["arm", "disposition", "age"]].assign(
        participant_id=[f"p{i}" for i in range(len(persons))], randomised=True
    )
    people["age"] = people["age"].astype("float64")
    rows = [
        (f"p{i}", visit, score)
        for i, person in enumerate(persons)
        for visit, score, recorded in zip(
            VISITS, person["scores"], person["is_recorded"], strict=True
        )
        if recorded
    ]
    scores = pd.DataFrame(rows, columns=["participant_id", "visit", "score"]).assign(
        scale="mood", day=0.0, rater=None, level=None, occasion=0
    )
    scores["score"] = scores["score"].astype("float64")
    return {"participants": people, "scores": scores}


@settings(max_examples=30, deadline=None)
@given(st.lists(PERSON, min_size=1, max_size=12), st.sampled_from(["some", "seen"]))
def test_every_planned_visit_is_used_or_counted(persons: list[dict[str, Any]], name: str):
    tables = tables_of(persons)
    found = build_analysis_set(PLAN, name, tables)
    assert found.n_observations + found.left_out["n_rows"].sum() == 2 * len(persons)
    together = set(found.frame["participant_id"]) | set(found.excluded["participant_id"])
    assert together == set(tables["participants"]["participant_id"])
    assert found.n_participants + len(found.excluded) == len(persons)
    assert found.frame[["outcome", "baseline", "age"]].notna().all().all()


@settings(max_examples=30, deadline=None)
@given(st.lists(PERSON, min_size=1, max_size=12))
def test_the_flow_of_any_trial_adds_up(persons: list[dict[str, Any]]):
    tables = tables_of(persons)
    sets = {"some": build_analysis_set(PLAN, "some", tables)}
    rows = count_flow(PLAN, tables, sets)
    ended = [r.value for r in rows if r.variable == "ended" and not r.groups.get("reason")]
    assert sum(ended) == len(persons)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(-5, 5), st.floats(-9, 9)),
        max_size=30,
        unique_by=lambda row: row[:2],
    ),
    st.integers(1, 3),
)
def test_a_lag_is_the_value_of_that_day_or_missing(rows: list[Any], by: int):
    frame = pd.DataFrame(rows, columns=["participant_id", "day", "mood"]).assign(
        visit=None, rater=None, occasion=0
    )
    frame["day"] = frame["day"].astype("float64")
    known = {(person, day): mood for person, day, mood in rows}
    expected = [known.get((person, day - by), np.nan) for person, day, _ in rows]
    np.testing.assert_array_equal(lag(frame, "mood", "day", by), expected)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), VALUES), min_size=1, max_size=20))
def test_person_means_are_those_of_a_group_by(rows: list[Any]):
    frame = pd.DataFrame(rows, columns=["participant_id", "mood"])
    frame["mood"] = frame["mood"].astype("float64")
    expected = frame.groupby("participant_id")["mood"].transform("mean")
    np.testing.assert_allclose(means_on_rows(frame, frame["mood"]), expected)
