from typing import Any

import numpy as np
import pandas as pd
import pytest

from evalpipe.design.derived import derive, lag, partner
from evalpipe.errors import DataError


@pytest.fixture
def diary() -> pd.DataFrame:
    """Two dyads of parent and child; day 3 is missing for the parent of d1."""
    rows = []
    for dyad in ("d1", "d2"):
        for role, base in (("child", 10.0), ("parent", 20.0)):
            days = [day for day in (1, 2, 3, 5) if (dyad, role, day) != ("d1", "parent", 3)]
            rows += [(f"{dyad}_{role}", dyad, role, float(day), base + day) for day in days]
    frame = pd.DataFrame(rows, columns=["participant_id", "dyad_id", "role", "day", "mood"])
    occasion = frame.groupby("participant_id").cumcount()
    return frame.assign(visit=None, rater=None, occasion=occasion)


def values(frame: Any, column: Any, person: Any):
    return dict(
        zip(
            frame.loc[frame["participant_id"] == person, "day"],
            column[frame["participant_id"] == person],
            strict=True,
        )
    )


def same(found: Any, expected: Any):
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        assert found[key] == pytest.approx(value, nan_ok=True)


def test_lag_takes_yesterday_and_leaves_gaps_missing(diary: Any):
    yesterday = lag(diary, "mood", "day", 1)
    same(values(diary, yesterday, "d1_child"), {1: np.nan, 2: 11, 3: 12, 5: np.nan})
    same(values(diary, yesterday, "d1_parent"), {1: np.nan, 2: 21, 5: np.nan})


def test_lag_by_two_days_and_shuffled_rows(diary: Any):
    shuffled = diary.sample(frac=1, random_state=1)
    same(
        values(shuffled, lag(shuffled, "mood", "day", 2), "d1_child"),
        {1: np.nan, 2: np.nan, 3: 11, 5: 13},
    )


def test_lag_over_visits_follows_the_plan():
    frame = pd.DataFrame(
        {
            "participant_id": "p",
            "visit": ["c", "a"],
            "day": [9.0, 1.0],
            "occasion": 0,
            "x": [3.0, 1.0],
        }
    )
    assert lag(frame, "x", "visit", 2, ("a", "b", "c")).tolist()[0] == 1.0
    assert np.isnan(lag(frame, "x", "visit", 1, ("a", "b", "c")).tolist()[0])


def test_a_day_that_stands_twice_is_refused(diary: Any):
    twice = pd.concat([diary, diary.head(1)], ignore_index=True)
    with pytest.raises(DataError, match="share an occasion"):
        lag(twice, "mood", "day", 1)


def test_partner_gives_the_other_member_on_the_same_day(diary: Any):
    other = partner(diary, "mood")
    same(values(diary, other, "d1_child"), {1: 21, 2: 22, 3: np.nan, 5: 25})
    same(values(diary, other, "d1_parent"), {1: 11, 2: 12, 5: 15})


def test_three_members_have_no_partner(diary: Any):
    third = diary[diary["participant_id"] == "d1_child"].assign(participant_id="d1_aunt")
    with pytest.raises(DataError, match="more than two members"):
        partner(pd.concat([diary, third], ignore_index=True), "mood")


def test_person_mean_and_deviation_add_up(make_plan: Any, diary: Any):
    plan = make_plan(
        derived={
            "between": {"kind": "person_mean", "of": "mood"},
            "within": {"kind": "person_deviation", "of": "mood"},
        }
    )
    diary.loc[0, "mood"] = np.nan
    between, within = derive(plan, "between", diary), derive(plan, "within", diary)
    assert between[0] == pytest.approx(np.mean([12, 13, 15]))
    assert np.isnan(within[0])
    np.testing.assert_allclose(between + within, diary["mood"])
    np.testing.assert_allclose(within.groupby(diary["participant_id"]).sum(), 0, atol=1e-12)


def test_centre_counts_each_participant_once(make_plan: Any):
    plan = make_plan(
        derived={
            "age_c": {"kind": "centre", "of": "age"},
            "age_z": {"kind": "standardise", "of": "age"},
            "age_10": {"kind": "centre", "of": "age", "at": 10},
        }
    )
    frame = pd.DataFrame({"participant_id": ["a", "a", "a", "b"], "age": [8.0, 8, 8, 12]})
    assert derive(plan, "age_c", frame).tolist() == [-2, -2, -2, 2]
    assert derive(plan, "age_10", frame).tolist() == [-2, -2, -2, 2]
    np.testing.assert_allclose(derive(plan, "age_z", frame), np.array([-1, -1, -1, 1]) / np.sqrt(2))


def test_bands_start_at_their_border(make_plan: Any):
    plan = make_plan(
        derived={
            "group": {"kind": "band", "of": "age", "borders": [12, 16], "names": ["a", "b", "c"]}
        }
    )
    frame = pd.DataFrame({"participant_id": list("vwxyz"), "age": [11.9, 12, 15.9, 16, np.nan]})
    found = derive(plan, "group", frame)
    assert found.tolist()[:4] == ["a", "b", "b", "c"]
    assert pd.isna(found.iloc[4])


def test_hinge_uses_each_participants_own_sessions(make_plan: Any):
    plan = make_plan(
        derived={
            "weeks": {"kind": "unit_change", "of": "day", "divide_by": 7},
            "during": {
                "kind": "hinge",
                "of": "weeks",
                "knot": "first_session",
                "until": "last_session",
            },
            "after": {"kind": "hinge", "of": "day", "knot": "last_session"},
            "later": {"kind": "hinge", "of": "day", "phase": "second"},
        }
    )
    knots = pd.DataFrame(
        {
            "first_session": [7.0, np.nan],
            "last_session": [21.0, np.nan],
            "phase:second": [14.0, np.nan],
        },
        index=["a", "b"],
    )
    frame = pd.DataFrame({"participant_id": ["a", "a", "a", "b"], "day": [0.0, 14, 35, 35]})
    frame["weeks"] = derive(plan, "weeks", frame)
    assert derive(plan, "during", frame, knots).tolist() == [0, 1, 2, 0]
    assert derive(plan, "after", frame, knots).tolist() == [0, 0, 14, 0]
    assert derive(plan, "later", frame, knots).tolist() == [0, 0, 21, 0]


def test_previous_condition_is_that_of_the_block_before(make_plan: Any):
    plan = make_plan(derived={"carried": {"kind": "previous", "of": "condition", "over": "block"}})
    frame = pd.DataFrame(
        {
            "participant_id": ["a"] * 4 + ["b"] * 2,
            "block": [1.0, 1, 2, 3, 1, 3],
            "condition": ["alone", "alone", "partner", "stranger", "partner", "alone"],
        }
    )
    found = derive(plan, "carried", frame)
    assert found.tolist()[:5] == ["first", "first", "alone", "partner", "first"]
    assert pd.isna(found.iloc[5])


def test_values_for_visits_and_levels(make_plan: Any):
    plan = make_plan(
        derived={
            "months": {"kind": "per_visit", "values": {"after": 2, "later": 4}},
            "secure": {"kind": "per_level", "of": "kind", "values": {"secure": 1, "avoidant": 0}},
            "coarse": {
                "kind": "per_level",
                "of": "kind",
                "values": {"secure": "good", "avoidant": "poor"},
            },
        }
    )
    frame = pd.DataFrame(
        {"visit": ["after", "later", None], "kind": ["secure", "avoidant", "other"]}
    )
    np.testing.assert_array_equal(derive(plan, "months", frame), [2, 4, np.nan])
    np.testing.assert_array_equal(derive(plan, "secure", frame), [1, 0, np.nan])
    assert derive(plan, "coarse", frame).tolist()[:2] == ["good", "poor"]


def test_logarithm_of_nothing_is_missing(make_plan: Any):
    plan = make_plan(derived={"logged": {"kind": "log", "of": "x"}})
    found = derive(plan, "logged", pd.DataFrame({"x": [1.0, 0.0, -1.0]}))
    assert found[0] == 0
    assert found.isna().tolist() == [False, True, True]


def test_a_million_diary_days_in_seconds():
    n_people, n_days = 20_000, 50
    person = np.repeat(np.arange(n_people), n_days)
    frame = pd.DataFrame(
        {
            "participant_id": person.astype(str),
            "dyad_id": (person // 2).astype(str),
            "day": np.tile(np.arange(float(n_days)), n_people),
            "mood": np.arange(n_people * n_days, dtype=float),
            "visit": None,
            "rater": None,
            "occasion": np.tile(np.arange(n_days), n_people),
        }
    )
    yesterday = lag(frame, "mood", "day", 1)
    expected = frame["mood"].where(frame["day"] > 0) - 1
    np.testing.assert_array_equal(yesterday, expected)
    other = partner(frame, "mood")
    assert other.iloc[0] == frame["mood"].iloc[n_days]
