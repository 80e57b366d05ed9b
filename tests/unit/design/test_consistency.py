"""Each impossible thing is one plain finding, none a crash, and none tells a value."""

from typing import Any

import pandas as pd
import pytest

from evalpipe.design.consistency import check_consistency
from evalpipe.design.judgement import judge_tables
from evalpipe.findings import Level
from evalpipe.schemas import SCHEMAS, conform_frame
from evalpipe.vocabulary import Table

PROTOCOL = {
    "phases": {"first": {"sessions": 2}, "second": {"sessions": 3, "may_extend": True}},
    "arms": ["new"],
}


@pytest.fixture
def plan(make_plan: Any):
    return make_plan(
        protocol=PROTOCOL,
        clusters={"therapist": {"arms": ["new"]}},
        goals={"calm": {"label": "Stays calm"}},
        variables={"age": {"label": "Age", "type": "number"}},
        eligibility={"include": [{"age": [6, 18]}]},
    )


@pytest.fixture
def tables(people: Any, scores: Any):
    sessions = pd.DataFrame(
        {
            "participant_id": "p2",
            "dyad_id": None,
            "session_number": [1, 2, 3, 4],
            "day": [1.0, 8, 15, 22],
            "phase": ["first", "first", "second", "second"],
            "held": True,
        }
    )
    people = people.assign(age=10.0, therapist_id=[None, "t1", None, "t1", None, "t2"])
    goals = pd.DataFrame({"participant_id": ["p2"], "dyad_id": None, "goal": "calm", "day": 10.0})
    return {"participants": people, "scores": scores, "sessions": sessions, "goals": goals}


def judged(plan: Any, tables: Any):
    """The findings of tables in the shape of their schemas."""
    shaped = {
        Table(name): conform_frame(frame, SCHEMAS[Table(name)](plan))
        for name, frame in tables.items()
    }
    return judge_tables(plan, shaped).findings


def found(plan: Any, tables: Any):
    return {(f.level, f.rule): f for f in judged(plan, tables)}


def rules(plan: Any, tables: Any, level: Any = Level.ERROR):
    return {f.rule for f in judged(plan, tables) if f.level is level}


def with_session(tables: Any, **columns: Any):
    row = tables["sessions"].iloc[-1].to_dict() | columns
    both = pd.concat([tables["sessions"], pd.DataFrame([row])], ignore_index=True)
    return {**tables, "sessions": both}


def with_person(tables: Any, place: Any, **columns: Any):
    people = tables["participants"].copy()
    for name, value in columns.items():
        people[name] = people[name].astype(object)
        people.loc[place, name] = value
    return {**tables, "participants": people}


def test_clean_tables_have_no_findings(plan: Any, tables: Any):
    assert judged(plan, tables) == ()
    assert check_consistency(plan, tables) == []


def test_a_session_after_dropout(plan: Any, tables: Any):
    late = with_session(tables, participant_id="p6", session_number=1, day=91.0, phase="first")
    finding = found(plan, late)[Level.ERROR, "a session held after the participant left the study"]
    assert (finding.count, finding.rows) == (1, (5,))


def test_a_phase_out_of_order(plan: Any, tables: Any):
    back = with_session(tables, session_number=5, day=29.0, phase="first")
    assert "a phase out of order" in rules(plan, back)


def test_more_sessions_than_planned_are_allowed_and_shown(plan: Any, tables: Any):
    longer = with_session(tables, session_number=5, day=29.0)
    longer = with_session(longer, session_number=6, day=36.0)
    assert rules(plan, longer) == set()
    finding = found(plan, longer)[Level.NOTICE, "more than 3 sessions in phase second"]
    assert finding.count == 1
    assert "the plan allows it" in finding.advice


def test_a_rating_that_every_session_needs(make_plan: Any, tables: Any):
    rating = {"label": "Tension", "range": [0, 10]}
    sessions = tables["sessions"].assign(tension=[3.0, None, 4.0, None])
    sessions.loc[3, "held"] = False
    for missing_allowed, count in ((True, 0), (False, 1)):
        ratings = {"tension": {**rating, "missing_allowed": missing_allowed}}
        plan = make_plan(protocol={**PROTOCOL, "ratings": ratings})
        findings = check_consistency(plan, {**tables, "sessions": sessions})
        own = [f for f in findings if f.rule == "a session held without its rating"]
        assert [(f.column, f.count, f.rows) for f in own] == [("tension", 1, (2,))] * count


def test_a_therapist_in_the_control_arm(plan: Any, tables: Any):
    assert "a therapist in an arm that has none" in rules(
        plan, with_person(tables, 0, therapist_id="t9")
    )


def test_a_session_in_the_control_arm(plan: Any, tables: Any):
    wrong = with_session(tables, participant_id="p1", session_number=1, phase="first")
    assert "a session in an arm without sessions" in rules(plan, wrong)


@pytest.mark.parametrize(
    ("columns", "rule"),
    [
        ({"session_number": 5, "day": -3.0}, "a session before baseline"),
        ({"session_number": 5, "day": 2.0}, "a later session on an earlier day"),
        ({"session_number": 4, "day": 29.0}, "the same session number twice"),
        ({"session_number": 5, "day": None}, "held without a day"),
        ({"session_number": 5, "day": 29.0, "phase": "third"}, "is not a phase of the plan"),
        ({"participant_id": "p99", "session_number": 1}, "a session of nobody in the study"),
    ],
)
def test_impossible_sessions(plan: Any, tables: Any, columns: Any, rule: Any):
    assert rule in rules(plan, with_session(tables, **columns))


def test_one_partner_without_the_other(make_plan: Any, people: Any, scores: Any):
    plan = make_plan(
        unit="dyad", roles={"child": {"label": "Child"}, "parent": {"label": "Parent"}}
    )
    people = people.assign(
        dyad_id=["d1", "d1", "d2", "d2", "d3", "d4"],
        role=["child", "parent"] * 3,
        arm=["usual", "usual", "new", "new", "new", "new"],
    )
    tables = {"participants": people, "scores": scores}
    notice = found(plan, tables)[Level.NOTICE, "one partner without the other"]
    assert notice.rows == (5, 6)
    apart = people.assign(arm=["usual", "new"] * 3)
    assert "the members of a dyad are in different arms" in rules(
        plan, {**tables, "participants": apart}
    )
    three = people.assign(dyad_id="d1")
    assert "more than two members in one dyad" in rules(plan, {**tables, "participants": three})
    twice = people.assign(role="child")
    assert "the same role twice in one dyad" in rules(plan, {**tables, "participants": twice})


def test_a_day_before_baseline_and_visits_outside_their_window(plan: Any, tables: Any, scores: Any):
    scores.loc[scores["visit"] == "after", "day"] = [60.0, 60.0, 75.0, -5.0]
    tables = {**tables, "scores": scores}
    assert "a day before baseline at a visit after it" in rules(plan, tables)
    window = found(plan, tables)[Level.NOTICE, "visit after outside its window of days 50 to 70"]
    assert window.count == 2


def test_a_later_visit_on_an_earlier_day(plan: Any, tables: Any, scores: Any):
    scores.loc[(scores["visit"] == "later") & (scores["participant_id"] == "p1"), "day"] = 40.0
    assert "a later visit on an earlier day" in rules(plan, {**tables, "scores": scores})


def test_diary_days_outside_the_periods(make_plan: Any, people: Any):
    plan = make_plan(periods={"all": {"label": "All", "days": [-2, 5]}})
    scores = pd.DataFrame(
        {
            "participant_id": "p1",
            "day": [-9.0, 0.0, 9.0],
            "visit": None,
            "scale": "mood",
            "score": 1.0,
            "level": None,
            "rater": None,
            "occasion": [0, 1, 2],
        }
    )
    tables = {"participants": people, "scores": scores}
    assert "a day before the first period of the plan" in rules(plan, tables)
    assert "a day outside every period of the plan" in rules(plan, tables, Level.NOTICE)


@pytest.mark.parametrize(
    ("columns", "rule"),
    [
        ({"arm": None}, "entered without an arm"),
        ({"disposition": "vanished"}, "is not a disposition"),
        (
            {"disposition": "declined"},
            "was randomised, but the disposition says the participant never entered",
        ),
        ({"randomised": False}, "ended inside the trial without being randomised"),
        ({"disposition_day": -4.0}, "left before the day of baseline"),
    ],
)
def test_impossible_participants(plan: Any, tables: Any, columns: Any, rule: Any):
    assert rule in rules(plan, with_person(tables, 0, **columns))


def test_ineligible_but_randomised_is_a_notice(plan: Any, tables: Any):
    wrong = with_person(tables, 3, age=40.0)
    assert rules(plan, wrong) == set()
    assert "does not meet the criteria and entered all the same" in rules(plan, wrong, Level.NOTICE)


def test_goals_of_another_plan(plan: Any, tables: Any):
    goals = pd.DataFrame({"participant_id": ["p2"], "dyad_id": None, "goal": "fly", "day": -1.0})
    assert rules(plan, {**tables, "goals": goals}) == {
        "is not a goal of the plan",
        "a goal judged before baseline",
    }


def test_no_finding_tells_a_value(plan: Any, tables: Any):
    secret = with_session(
        with_person(tables, 0, therapist_id="secret_t"),
        session_number=5,
        day=-77.0,
        phase="secret_phase",
        participant_id="p2",
    )
    text = " ".join(str(f) for f in judged(plan, secret))
    assert "secret" not in text
    assert "77" not in text


def test_somebody_unknown_in_another_table(plan: Any, tables: Any):
    scores = tables["scores"].assign(participant_id=["p99"] + ["p1"] * 13, occasion=range(14))
    goals = tables["goals"].assign(participant_id="p99")
    found_here = rules(plan, {**tables, "scores": scores, "goals": goals})
    assert "belongs to nobody in the participants table" in found_here
    assert "a goal of nobody in the study" in found_here


def test_a_dyad_s_session_and_its_member_s_are_one_session(make_plan: Any, people: Any):
    """The table's own key sees two different rows; the unit has one number twice."""
    plan = make_plan(
        unit="dyad",
        roles={"child": {"label": "Child"}, "parent": {"label": "Parent"}},
        protocol={"sessions": 3},
    )
    people = people.assign(
        dyad_id=["d1", "d1", "d2", "d2", "d3", "d3"],
        role=["child", "parent"] * 3,
        arm="new",
        disposition="completed",
        disposition_day=None,
    )
    sessions = pd.DataFrame(
        {
            "participant_id": ["p1", None, "p3"],
            "dyad_id": [None, "d1", None],
            "session_number": 1,
            "day": 7.0,
            "held": True,
        }
    )
    finding = found(plan, {"participants": people, "sessions": sessions})[
        Level.ERROR, "the same session number twice"
    ]
    assert finding.rows == (1, 2)


def test_what_was_checked_is_counted(plan: Any, tables: Any):
    shaped = {
        Table(name): conform_frame(frame, SCHEMAS[Table(name)](plan))
        for name, frame in tables.items()
    }
    checked = {one.table: one for one in judge_tables(plan, shaped).checked}
    assert (checked["participants"].rows, checked["participants"].people) == (6, 6)
    assert (checked["sessions"].rows, checked["sessions"].people) == (4, 1)
    assert checked["between sessions and the others"].rows is None
    assert min(one.rules for one in checked.values()) > 1


def test_a_table_that_breaks_its_schema_stops_no_other_finding(plan: Any, tables: Any):
    people = tables["participants"].assign(disposition_day="soon")
    goals = tables["goals"].assign(goal="fly")
    assert rules(plan, {**tables, "participants": people, "goals": goals}) >= {
        "must be a number",
        "is not a goal of the plan",
    }
