from typing import Any

import pandas as pd
import pytest

from evalpipe.design.analysis_set import build_analysis_set
from evalpipe.design.eligibility import with_eligibility
from evalpipe.design.flow import check_conservation, count_flow
from evalpipe.design.statistic_rows import statistic_frame
from evalpipe.errors import DataError


def counts(rows: Any, statistic: Any = "count"):
    return {
        (row.variable, row.arm, row.level, row.groups.get("reason")): int(row.value)
        for row in rows
        if row.statistic == statistic and not row.groups.get("cohort")
    }


def flow(plan: Any, people: Any, scores: Any):
    tables = {"participants": people, "scores": scores}
    return count_flow(plan, tables, {"primary": build_analysis_set(plan, "primary", tables)})


def test_every_participant_stands_in_one_place(make_plan: Any, people: Any, scores: Any):
    found = counts(flow(make_plan(), people, scores))
    assert found[("randomised", None, None, None)] == 6
    assert found[("allocated", "usual", None, None)] == 3
    assert found[("ended", "usual", "lost_to_follow_up", None)] == 1
    assert found[("ended", "usual", "lost_to_follow_up", "moved")] == 1
    assert ("ended", "new", "lost_to_follow_up", "unknown") not in found
    assert found[("analysed", "usual", None, None)] == 2
    assert found[("not_analysed", "usual", "outcome_missing", None)] == 1
    assert found[("analysed", "new", None, None)] == 3
    assert ("assessed", None, None, None) not in found


def test_those_who_did_not_enter_are_counted_with_reasons(make_plan: Any, people: Any, scores: Any):
    outside = pd.DataFrame(
        {
            "participant_id": ["p7", "p8", "p9"],
            "arm": None,
            "randomised": False,
            "disposition": ["declined", "not_eligible", "not_eligible"],
            "disposition_reason": [None, "too_young", "too_young"],
            "disposition_day": float("nan"),
        }
    )
    found = counts(flow(make_plan(), pd.concat([people, outside], ignore_index=True), scores))
    assert found[("assessed", None, None, None)] == 9
    assert found[("not_entered", None, None, None)] == 3
    assert found[("not_entered", None, "not_eligible", "too_young")] == 2


def test_without_recorded_dispositions_the_last_visit_decides(
    make_plan: Any, people: Any, scores: Any
):
    rows = flow(make_plan(), people.drop(columns=["disposition", "disposition_reason"]), scores)
    found = counts(rows)
    assert found[("ended", "usual", "completed", None)] == 2
    assert found[("ended", "new", "completed", None)] == 2
    noted = [row.note for row in rows if row.variable == "ended"]
    assert all("not recorded" in note for note in noted)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("arm", None, "entered without an arm"),
        ("arm", "other", "entered without an arm"),
        ("disposition", "vanished", "not in the vocabulary"),
        ("disposition", "declined", "were randomised but end"),
        ("participant_id", "p2", "stand twice"),
        ("randomised", False, "were not randomised but end inside"),
    ],
)
def test_one_unaccounted_participant_stops_the_build(
    make_plan: Any, people: Any, scores: Any, column: Any, value: Any, message: Any
):
    people[column] = people[column].astype(object)
    people.loc[0, column] = value
    with pytest.raises(DataError, match=message):
        count_flow(make_plan(), {"participants": people, "scores": scores})


def test_scores_of_a_stranger_stop_the_build(make_plan: Any, people: Any, scores: Any):
    with pytest.raises(DataError, match="not in the participants"):
        count_flow(make_plan(), {"participants": people.head(5), "scores": scores})


def test_a_lost_count_is_noticed(make_plan: Any, people: Any, scores: Any):
    plan = make_plan()
    rows = flow(plan, people, scores)
    for place, row in enumerate(rows):
        if row.value and row.variable not in ("assessed",) and not row.groups.get("reason"):
            if row.variable == "not_analysed" and row.level:
                continue
            with pytest.raises(DataError, match="unaccounted for"):
                check_conservation(plan, rows[:place] + rows[place + 1 :])


def test_ineligible_participants_stay_and_are_told(make_plan: Any, people: Any, scores: Any):
    plan = make_plan(
        variables={"age": {"label": "Age", "type": "number"}},
        eligibility={"include": [{"age": [6, 18]}]},
    )
    judged = people.assign(age=[8.0, 9, 10, 30, 11, 12])
    found = counts(flow(plan, with_eligibility(plan, judged), scores))
    assert found[("ineligible_entered", "new", None, None)] == 1
    assert found[("ineligible_entered", "new", "age 6 to 18", None)] == 1
    assert found[("allocated", "new", None, None)] == 3


def test_dyads_count_units_and_members(make_plan: Any, people: Any, scores: Any):
    plan = make_plan(
        unit="dyad", roles={"child": {"label": "Child"}, "parent": {"label": "Parent"}}
    )
    dyads = people.assign(
        dyad_id=["d1", "d1", "d2", "d2", "d3", "d3"],
        role=["child", "parent"] * 3,
        arm=["usual", "usual", "new", "new", "new", "new"],
    )
    rows = flow(plan, dyads, scores)
    assert counts(rows)[("allocated", "new", None, None)] == 2
    assert counts(rows, "members")[("allocated", "new", None, None)] == 4
    assert counts(rows)[("ended", "new", "lost_to_follow_up", None)] == 1


def test_a_pair_is_left_out_for_the_reason_of_the_member_asked(
    make_plan: Any, people: Any, scores: Any
):
    plan = make_plan(
        unit="dyad",
        roles={"child": {"label": "Child"}, "parent": {"label": "Parent"}},
        analyses={"primary": {"only": {"role": "child"}}},
    )
    dyads = people.assign(
        dyad_id=["d1", "d1", "d2", "d2", "d3", "d3"],
        role=["child", "parent"] * 3,
        arm=["usual", "usual", "new", "new", "new", "new"],
    )
    found = counts(flow(plan, dyads, scores))
    assert found[("not_analysed", "new", "outcome_missing", None)] == 1
    assert ("not_analysed", "new", "not_selected", None) not in found


def test_one_arm_without_randomisation_is_enrolled(make_plan: Any, people: Any, scores: Any):
    plan = make_plan(study={"design": "single_arm"})
    one = plan.model_copy(
        update={"arms": {"only": plan.arms["new"].model_copy(update={"role": "only"})}}
    )
    rows = count_flow(one, {"participants": people.assign(arm=None), "scores": scores})
    assert counts(rows)[("enrolled", None, None, None)] == 6
    assert counts(rows)[("allocated", "only", None, None)] == 6


def test_cohorts_have_their_own_flow(make_plan: Any, people: Any, scores: Any):
    people["cohort"] = ["2024"] * 4 + ["2025"] * 2
    rows = count_flow(make_plan(), {"participants": people, "scores": scores})
    of_cohort = {
        row.groups["cohort"]: row.value
        for row in rows
        if row.variable == "randomised" and row.groups.get("cohort")
    }
    assert of_cohort == {"2024": 4, "2025": 2}


def test_ids_of_rows_are_readable_and_unique(make_plan: Any, people: Any, scores: Any):
    plan = make_plan()
    frame = statistic_frame(plan, flow(plan, people, scores))
    assert frame["statistic_id"].is_unique
    assert "flow/analysed/-/usual/-/analysis=primary/count" in set(frame["statistic_id"])
