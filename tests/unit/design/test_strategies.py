"""What events do to rows: four people at three visits, each strategy by hand."""

import numpy as np
import pandas as pd
import pytest
import yaml

from evalpipe.config.checks import cross_check
from evalpipe.config.plan import Plan
from evalpipe.design.analysis_set import build_analysis_set
from evalpipe.design.events import count_events
from evalpipe.errors import NotEstimableError

PLAN = """
study: {id: trial, title: A trial, design: parallel_rct, synthetic: true, registration: none}
arms:
  usual: {label: Usual care, role: control}
  new: {label: New treatment, role: experimental}
visits:
  before: {label: Before, day: 0}
  after: {label: After, day: 50}
  later: {label: Later, day: 100}
variables:
  helped_on: {label: Other help began, type: number, unit: days}
instruments:
  mood: {label: Mood, range: [0, 40], better: lower}
data:
  people:
    file: people.csv
    one_row_per: participant
    columns:
      id: participant_id
      group: {to: arm, values: {u: usual, n: new}}
      end: {to: disposition, values: {c: completed, d: discontinued}}
      why: disposition_reason
      end_day: disposition_day
      help: helped_on
  scores:
    file: scores.csv
    one_row_per: visit
    columns: {id: participant_id, visit: visit, day: day}
    scores: {mood: mood}
privacy: {quasi_identifiers: [arm], smallest_group: 1, disclosure_threshold: 0}
populations:
  everybody: {include: randomised}
analyses:
  primary:
    role: primary
    question: Is mood better?
    estimand:
      population: everybody
      outcome: mood
      contrast: {arm: new, versus: usual}
      intercurrent_events: [EVENT]
    model: {kind: mmrm, fixed: [baseline, arm, visit, "arm:visit"]}
"""


def plan_of(event: str) -> Plan:
    return Plan.model_validate(yaml.safe_load(PLAN.replace("EVENT", event)))


def tables():
    """p1 stops on day 30 and is seen after all; p2 stops on day 60 and is lost; others go on."""
    people = pd.DataFrame(
        {
            "participant_id": ["p1", "p2", "p3", "p4"],
            "arm": ["new", "new", "usual", "usual"],
            "randomised": True,
            "disposition": ["discontinued", "discontinued", "completed", "completed"],
            "disposition_reason": ["moved", "no_time", None, None],
            "disposition_day": [30.0, 60.0, np.nan, np.nan],
            "helped_on": [np.nan, np.nan, np.nan, 70.0],
        }
    )
    seen = [
        ("p1", "before", 0, 20.0), ("p1", "after", 52, 12.0), ("p1", "later", 101, 14.0),
        ("p2", "before", 0, 24.0), ("p2", "after", 49, 10.0),
        ("p3", "before", 0, 22.0), ("p3", "after", 50, 18.0), ("p3", "later", 99, 17.0),
        ("p4", "before", 0, 26.0), ("p4", "after", 51, 21.0), ("p4", "later", 100, 19.0),
    ]  # fmt: skip
    scores = pd.DataFrame(seen, columns=["participant_id", "visit", "day", "score"])
    scores = scores.assign(
        scale="mood", occasion=0, level=None, rater=None, missing_reason=None, rule="given"
    )
    return {"participants": people, "scores": scores}


def outcomes(event: str) -> dict[str, float]:
    found = build_analysis_set(plan_of(event), "primary", tables()).frame
    keys = found["participant_id"] + " " + found["visit"]
    return dict(zip(keys, found["outcome"], strict=True))


OBSERVED = {
    "p1 after": 12.0, "p1 later": 14.0, "p2 after": 10.0,
    "p3 after": 18.0, "p3 later": 17.0, "p4 after": 21.0, "p4 later": 19.0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("event", "changes"),
    [
        ("{event: stop, strategy: treatment_policy, marks: discontinued}", {}),
        ("{event: stop, strategy: hypothetical, marks: discontinued}",
         {"p1 after": None, "p1 later": None}),
        ("{event: stop, strategy: while_on_treatment, marks: discontinued}",
         {"p1 after": 20.0, "p1 later": 20.0, "p2 later": 10.0}),
        ("{event: stop, strategy: composite, value: baseline, marks: discontinued}",
         {"p1 after": 20.0, "p1 later": 20.0, "p2 later": 24.0}),
        ("{event: stop, strategy: composite, value: worst, marks: discontinued}",
         {"p1 after": 40.0, "p1 later": 40.0, "p2 later": 40.0}),
        ("{event: stop, strategy: composite, value: 30, marks: {reason: [no_time]}}",
         {"p2 later": 30.0}),
        ("{event: help, strategy: hypothetical, marks: {variable: helped_on}}",
         {"p4 later": None}),
    ],
)  # fmt: skip
def test_each_strategy_by_hand(event, changes):
    expected = {k: v for k, v in (OBSERVED | changes).items() if v is not None}
    assert cross_check(plan_of(event)) == []
    assert outcomes(event) == expected


def test_of_two_events_the_earlier_decides():
    first = "{event: stop, strategy: composite, value: 35, marks: discontinued}"
    second = "{event: moved, strategy: hypothetical, marks: {reason: [moved]}}"
    found = outcomes(f"{first}, {second}")
    assert found["p1 after"] == 35.0
    assert found["p2 later"] == 35.0


def test_slopes_run_up_to_the_event():
    text = PLAN.replace("contrast:", "summary: slope\n      terms: [day]\n      contrast:")
    event = "{event: stop, strategy: while_on_treatment, marks: discontinued}"
    plan = Plan.model_validate(yaml.safe_load(text.replace("EVENT", event)))
    frame = build_analysis_set(plan, "primary", tables()).frame
    assert "p1" not in set(frame["participant_id"])
    assert len(frame[frame["participant_id"] == "p2"]) == 1


def test_people_whose_outcomes_are_all_set_aside_are_accounted_for():
    event = "{event: stop, strategy: hypothetical, marks: discontinued}"
    found = build_analysis_set(plan_of(event), "primary", tables())
    assert list(found.excluded["reason"]) == ["after_event"]
    assert found.left_out.set_index("reason")["n_rows"]["after_event"] == 2


def test_events_are_counted_by_arm():
    event = "{event: stop, strategy: hypothetical, marks: discontinued}"
    rows = count_events(plan_of(event), "primary", tables())
    assert [(row.arm, row.value, row.n) for row in rows] == [("usual", 0, 2), ("new", 2, 2)]


def test_an_event_that_nothing_in_the_data_marks_is_not_counted_as_none():
    event = "{event: stop, strategy: treatment_policy, marks: discontinued}"
    without = tables()
    without["participants"] = without["participants"].assign(disposition=None)
    assert count_events(plan_of(event), "primary", without) == []


def test_a_day_that_is_not_known_is_no_answer():
    event = "{event: stop, strategy: hypothetical, marks: discontinued}"
    without = tables()
    without["participants"].loc[0, "disposition_day"] = np.nan
    with pytest.raises(NotEstimableError, match="its day is not recorded"):
        build_analysis_set(plan_of(event), "primary", without)


@pytest.mark.parametrize(
    ("event", "cut", "words"),
    [
        ("{event: stop, strategy: hypothetical, marks: discontinued}",
         "      end: {to: disposition, values: {c: completed, d: discontinued}}\n",
         "nothing marks the event"),
        ("{event: stop, strategy: hypothetical, marks: discontinued}",
         "      end_day: disposition_day\n", "when the event took place is not known"),
        ("{event: stop, strategy: composite, value: 60, marks: discontinued}", "",
         "60 lies outside the scale"),
        ("{event: help, strategy: hypothetical, marks: {variable: helped}}", "",
         "did you mean `helped_on`"),
        ("{event: few, strategy: hypothetical, marks: {fewer_sessions_than: 8}}", "",
         "needs sessions"),
    ],
)  # fmt: skip
def test_what_could_not_be_carried_out_is_refused(event, cut, words):
    plan = Plan.model_validate(yaml.safe_load(PLAN.replace(cut, "").replace("EVENT", event)))
    assert any(words in message for _, message in cross_check(plan)), cross_check(plan)


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ("{event: x, strategy: principal_stratum, marks: discontinued}", "principal stratum"),
        ("{event: x, strategy: hypothetical}", "needs `marks`"),
        ("{event: x, strategy: composite, marks: discontinued}", "`composite` needs it"),
        ("{event: x, strategy: hypothetical, value: 3, marks: discontinued}", "goes with"),
        ("{event: x, strategy: hypothetical, marks: {}}", "name one of"),
    ],
)
def test_a_strategy_without_what_it_needs_is_refused(event, words):
    with pytest.raises(ValueError, match=words):
        plan_of(event)


def test_too_few_sessions_are_an_event_on_the_day_of_the_last_one():
    event = "{event: few, strategy: hypothetical, marks: {fewer_sessions_than: 3}}"
    held = pd.DataFrame(
        {
            "participant_id": ["p1", "p1", "p2", "p2", "p2"],
            "session_number": [1, 2, 1, 2, 3],
            "day": [5.0, 40.0, 6.0, 12.0, 18.0],
            "held": [True, True, True, True, True],
        }
    )
    plan = plan_of(event)
    rows = count_events(plan, "primary", {**tables(), "sessions": held})
    assert [(row.arm, row.value) for row in rows] == [("usual", 0), ("new", 1)]
    found = build_analysis_set(plan, "primary", {**tables(), "sessions": held}).frame
    assert "p1" not in set(found["participant_id"])
    assert set(found["participant_id"]) == {"p2", "p3", "p4"}
