from typing import Any

import numpy as np
import pandas as pd
import pytest

from evalpipe.design.clustering import (
    clustering_rows,
    design_effect,
    effective_sample_size,
    intraclass_correlation,
)
from evalpipe.design.delivery import build_delivery
from evalpipe.design.delivery_rows import delivery_rows, weekly_states
from evalpipe.design.goals import goal_judgements, goal_rows
from evalpipe.design.populations import members_of

PROTOCOL = {
    "phases": {
        "first": {"sessions": [2, 3]},
        "second": {"sessions": 4, "may_extend": True},
    },
    "spacing_days": {"planned": 7, "allowed": [5, 10]},
    "minutes": {"planned": 45, "allowed": [40, 50]},
    "video_feedback": {"per_sessions": 2, "count": 1, "phases": ["second"]},
    "homework": {},
    "started": 1,
    "completed": {"phases": ["first", "second"], "share_of_sessions": 0.75},
}


def session(
    person: Any,
    number: Any,
    day: Any,
    phase: Any,
    *,
    held: Any = True,
    minutes: Any = 45.0,
    video: Any = False,
    homework: Any = True,
):
    return {
        "participant_id": person,
        "dyad_id": None,
        "session_number": number,
        "day": float(day),
        "phase": phase,
        "planned": True,
        "held": held,
        "missed_reason": None if held else "ill",
        "minutes": minutes if held else np.nan,
        "therapist_id": "t1" if number < 3 else "t2",
        "video_feedback": video,
        "homework": homework,
    }


@pytest.fixture
def plan(make_plan: Any):
    return make_plan(
        protocol=PROTOCOL,
        clusters={"therapist": {"arms": ["new"], "contains": "participant"}},
        populations={
            "started": {"include": "started"},
            "completed": {"include": "completed"},
            "as_planned": {"include": "per_protocol"},
        },
    )


@pytest.fixture
def sessions():
    """p2 completes (one missed, one late, one long); p4 stops in the first phase; p6 is absent."""
    return pd.DataFrame(
        [
            session("p2", 1, 0, "first"),
            session("p2", 2, 7, "first", homework=False),
            session("p2", 3, 14, "second", held=False),
            session("p2", 4, 21, "second", minutes=60.0),
            session("p2", 5, 28, "second", video=True),
            session("p2", 6, 35, "second"),
            session("p2", 7, 42, "second"),
            session("p4", 1, 3, "first"),
        ]
    )


@pytest.fixture
def tables(people: Any, scores: Any, sessions: Any):
    return {"participants": people, "scores": scores, "sessions": sessions}


def test_dose_of_each_participant_by_hand(plan: Any, tables: Any):
    found = build_delivery(plan, tables).set_index("participant_id")
    assert list(found.index) == ["p2", "p4", "p6"]
    p2 = found.loc["p2"]
    assert (p2["n_sessions_planned"], p2["n_sessions_held"], p2["n_sessions_missed"]) == (7, 6, 1)
    assert p2["total_minutes"] == 5 * 45 + 60
    assert p2["weeks_in_treatment"] == 6.0
    assert p2["therapist_id"] == "t2"
    assert (p2["n_sessions_first"], p2["n_sessions_second"]) == (2, 4)
    assert (p2["days_first"], p2["days_second"]) == (7, 21)


def test_homework_that_is_given_when_it_suits_is_no_part_of_fidelity(make_plan: Any, tables: Any):
    for every_session, is_counted in ((True, True), (False, False)):
        protocol = {**PROTOCOL, "homework": {"every_session": every_session}}
        found = build_delivery(make_plan(protocol=protocol), tables)
        shares = found.get("homework_share", pd.Series(dtype=float))
        assert bool(shares.notna().any()) is is_counted


def test_fidelity_by_hand(plan: Any, tables: Any):
    p2 = build_delivery(plan, tables).set_index("participant_id").loc["p2"]
    # gaps 7, 14, 7, 7, 7: four of five within 5 to 10 days
    assert p2["spacing_share"] == pytest.approx(4 / 5)
    assert p2["minutes_share"] == pytest.approx(5 / 6)
    assert p2["homework_share"] == pytest.approx(5 / 6)
    # second phase: two full blocks of two sessions, one of them with its appointment
    assert p2["video_feedback_share"] == pytest.approx(1 / 2)
    assert p2["phases_share"] == 1.0
    parts = [4 / 5, 5 / 6, 5 / 6, 1 / 2, 1.0]
    assert p2["fidelity"] == pytest.approx(np.mean(parts))


def test_started_and_completed(plan: Any, tables: Any):
    found = build_delivery(plan, tables).set_index("participant_id")
    assert found["has_started"].tolist() == [True, True, False]
    assert found["has_completed"].tolist() == [True, False, False]
    assert np.isnan(found.loc["p6", "fidelity"])


def test_more_sessions_than_planned_count_against_a_phase_that_may_not_extend(
    plan: Any, tables: Any, sessions: Any
):
    extra = [session("p4", n, 3 + 7 * n, "first") for n in range(2, 5)]
    tables["sessions"] = pd.concat([sessions, pd.DataFrame(extra)], ignore_index=True)
    p4 = build_delivery(plan, tables).set_index("participant_id").loc["p4"]
    # four held of at most three: 3/4; second phase not begun: 0
    assert p4["phases_share"] == pytest.approx((3 / 4 + 0) / 2)


def test_populations_follow_the_ledger(plan: Any, tables: Any):
    delivery = build_delivery(plan, tables)
    people = tables["participants"]
    started = members_of(plan, "started", people, delivery).set_index("participant_id")
    assert started["is_member"].tolist() == [True, True, True, True, True, False]
    assert started.loc["p6", "reason"] == "not_started"
    completed = members_of(plan, "completed", people, delivery).set_index("participant_id")
    assert completed.loc["p4", "reason"] == "not_completed"
    assert completed.loc["p1", "is_member"]


def test_weekly_states_by_hand(plan: Any, tables: Any):
    states = weekly_states(plan, tables, build_delivery(plan, tables))
    first, second = "first", "second"
    assert states[0].tolist() == [first, first, first, second, second, second, second, "finished"]
    assert states[1].tolist() == [first] + ["stopped"] * 7
    assert states[2].tolist() == ["not_started"] * 8


def test_occupancy_adds_up_to_the_arm_in_every_week(plan: Any, tables: Any):
    delivery = build_delivery(plan, tables)
    rows = [r for r in delivery_rows(plan, tables, delivery) if r.variable == "occupancy"]
    weeks = {r.groups["week"] for r in rows}
    for week in weeks:
        assert sum(r.value for r in rows if r.groups["week"] == week) == 3


def test_missed_sessions_are_told_with_reasons(plan: Any, tables: Any):
    rows = delivery_rows(plan, tables, build_delivery(plan, tables))
    found = {
        (r.level, r.groups.get("reason"), r.statistic): r.value
        for r in rows
        if r.variable == "sessions"
    }
    assert found["held", None, "count"] == 7
    assert found["missed", "ill", "count"] == 1


def test_dyads_are_treated_as_one(make_plan: Any, people: Any, sessions: Any):
    plan = make_plan(
        unit="dyad",
        roles={"child": {"label": "Child"}, "parent": {"label": "Parent"}},
        protocol=PROTOCOL,
    )
    people = people.assign(
        dyad_id=["d1", "d1", "d2", "d2", "d3", "d3"], role=["child", "parent"] * 3, arm="new"
    )
    of_dyads = sessions.assign(
        dyad_id=sessions["participant_id"].map({"p2": "d1", "p4": "d2"}), participant_id=None
    )
    found = build_delivery(plan, {"participants": people, "sessions": of_dyads})
    assert found["dyad_id"].tolist() == ["d1", "d2", "d3"]
    assert found["n_sessions_held"].tolist() == [6, 1, 0]


def test_design_effect_of_equal_clusters_is_kish():
    assert design_effect([10, 10, 10], 0.05) == pytest.approx(1.45)
    assert effective_sample_size([10, 10, 10], 0.05) == pytest.approx(30 / 1.45)
    assert design_effect([5, 15], 0.05) > design_effect([10, 10], 0.05)


def test_clusters_are_counted_in_the_arms_that_have_them(plan: Any, tables: Any):
    people = tables["participants"].assign(therapist_id=[None, "t1", None, "t1", None, "t2"])
    rows = clustering_rows(plan, {**tables, "participants": people})
    found = {(r.arm, r.statistic): r.value for r in rows}
    assert found["new", "count"] == 2
    assert found["new", "mean"] == 1.5


@pytest.fixture
def goal_tables(make_plan: Any, people: Any):
    plan = make_plan(
        protocol=PROTOCOL,
        goals={"calm": {"label": "Stays calm", "phase": "first"}, "brave": {"label": "Is brave"}},
    )
    goals = pd.DataFrame(
        {
            "participant_id": ["p2", "p2", "p2", "p4", "p4"],
            "goal": ["calm", "calm", "calm", "calm", "brave"],
            "session_number": [2, 4, 6, 2, 2],
            "day": [7.0, 21, 35, 10, 10],
            "attained": [False, True, False, False, None],
            "attainment": [-1.0, 0, -1, -2, 1],
        }
    )
    return plan, {"participants": people, "goals": goals}


def test_goals_scaled_count_as_attained_from_0_on(goal_tables: Any):
    plan, tables = goal_tables
    found = goal_judgements(plan, tables)
    brave = found[found["goal"] == "brave"]
    assert brave["attained"].tolist() == [True]
    assert found["phase"].tolist()[:1] == ["first"]


def test_a_goal_once_attained_stays_attained(goal_tables: Any):
    plan, tables = goal_tables
    rows = goal_rows(plan, tables)
    found = {
        (r.variable, r.groups.get("block")): (r.value, r.n) for r in rows if r.statistic == "count"
    }
    assert found["calm", "01"] == (0, 2)
    assert found["calm", "02"] == (1, 1)
    assert found["calm", "03"] == (1, 1)
    assert found["calm", None] == (1, 2)


def test_blocks_count_the_sessions_held_in_the_goals_phase(goal_tables: Any, sessions: Any):
    plan, tables = goal_tables
    # p2 holds two sessions in the first phase; the block has two sessions
    found = goal_judgements(plan, {**tables, "sessions": sessions})
    calm = found[(found["unit"] == "p2") & (found["goal"] == "calm")]
    assert calm["block"].tolist() == [1, 1, 1]


def test_intraclass_correlation_is_that_of_shrout_and_fleiss():
    # Shrout and Fleiss (1979), table 2: six targets with four ratings each, ICC(1) = .17
    ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    values = pd.Series(np.ravel(ratings), dtype=float)
    cluster = pd.Series(np.repeat(list("abcdef"), 4))
    assert intraclass_correlation(values, cluster) == pytest.approx(0.165741768405476, rel=1e-12)


def test_no_correlation_without_clusters_of_more_than_one():
    assert intraclass_correlation(pd.Series([1.0, 2, 3]), pd.Series(list("abc"))) is None
    assert intraclass_correlation(pd.Series([1.0, 2, 3]), pd.Series(list("aaa"))) is None


def test_what_clustering_costs_stands_in_the_description(make_plan: Any, people: Any, scores: Any):
    from evalpipe.design.describe import describe

    plan = make_plan(clusters={"site": {}})
    people = people.assign(site_id=["s1", "s1", "s2", "s2", "s1", "s2"])
    rows = describe(plan, {"participants": people, "scores": scores})
    cost = rows[rows["statistic"] == "effective_sample_size"].set_index("group_visit")
    n = rows[rows["statistic"] == "intraclass_correlation"].set_index("group_visit")["n"]
    assert set(cost.index) == {"after", "later"}
    assert (cost["value"] <= n).all()
