from typing import Any

import numpy as np
import pandas as pd
import pytest

from evalpipe.config.plan import Plan
from evalpipe.errors import DataError
from evalpipe.scoring.items import score_responses

PLAN = {
    "study": {"id": "s", "title": "S", "design": "parallel_rct"},
    "arms": {"a": {"label": "A", "role": "control"}, "b": {"label": "B", "role": "experimental"}},
    "visits": {"before": {"label": "Before", "day": 0}, "after": {"label": "After", "day": 30}},
    "instruments": {
        "q": {
            "label": "Questionnaire",
            "items": {"prefix": "q", "count": 4, "range": [1, 5], "reversed": [2]},
            "scales": {
                "all": {"score": "sum", "at_least_answered": 3},
                "half": {"items": [1, 2], "score": "mean"},
            },
            "better": "higher",
        },
        "direct": {"label": "Direct"},
    },
    "data": {"f": {"file": "f.csv", "one_row_per": "visit", "columns": {"id": "participant_id"}}},
    "populations": {"all": {"include": "randomised"}},
    "analyses": {},
}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return Plan.model_validate(PLAN)


def answers(
    person: Any, visit: Any, values: Any, *, rater: Any = None, reasons: Any = None, day: Any = 0.0
):
    return pd.DataFrame(
        {
            "participant_id": person,
            "rater": rater,
            "visit": visit,
            "day": day,
            "instrument": "q",
            "item": range(1, len(values) + 1),
            "response": values,
            "missing_reason": reasons or [None] * len(values),
        }
    )


def scored(plan: Any, *parts: Any, direct: Any = None):
    table = score_responses(plan, pd.concat(parts, ignore_index=True), direct)
    return table.set_index(["participant_id", "visit", "scale"])


def test_reversed_items_and_subscales_by_hand(plan: Any):
    found = scored(plan, answers("p", "before", [1, 1, 2, 3]))
    # item 2 becomes 1 + 5 - 1 = 5
    assert found.loc[("p", "before", "q.all"), "score"] == 1 + 5 + 2 + 3
    assert found.loc[("p", "before", "q.half"), "score"] == 3.0
    assert found.loc[("p", "before", "q.all"), "rule"] == "complete"
    assert found.loc[("p", "before", "q.all"), "n_items"] == 4


def test_missing_items_are_prorated_when_enough_were_answered(plan: Any):
    found = scored(plan, answers("p", "before", [1, 1, np.nan, 3])).loc[("p", "before")]
    assert found.loc["q.all", "score"] == pytest.approx((1 + 5 + 3) / 3 * 4)
    assert found.loc["q.all", "rule"] == "prorated"
    assert found.loc["q.all", "n_missing"] == 1


def test_too_few_answers_give_no_score_and_the_reason(plan: Any):
    found = scored(
        plan,
        answers("p", "before", [1, np.nan, np.nan, 3], reasons=[None, "refused", "refused", None]),
        answers("r", "before", [np.nan] * 4, reasons=["refused", "ill", None, None]),
        answers("s", "before", [np.nan] * 4),
    )
    assert np.isnan(found.loc[("p", "before", "q.all"), "score"])
    assert found.loc[("p", "before", "q.all"), "rule"] == "too_few_answered"
    assert found.loc[("p", "before", "q.all"), "missing_reason"] == "refused"
    assert found.loc[("r", "before", "q.all"), "missing_reason"] == "several_reasons"
    assert found.loc[("s", "before", "q.all"), "missing_reason"] == "unknown"


def test_without_a_minimum_every_item_must_be_answered(plan: Any):
    found = scored(plan, answers("p", "before", [1, np.nan, 2, 3]))
    assert np.isnan(found.loc[("p", "before", "q.half"), "score"])


def test_baseline_and_change_stay_with_their_rater(plan: Any):
    found = score_responses(
        plan,
        pd.concat(
            [
                answers("p", "before", [1, 5, 1, 1], rater="parent"),
                answers("p", "before", [5, 1, 5, 5], rater="teacher"),
                answers("p", "after", [2, 4, 2, 2], rater="parent", day=30.0),
                answers("r", "after", [2, 4, 2, 2], rater="parent", day=30.0),
            ],
            ignore_index=True,
        ),
    )
    after = found[(found["visit"] == "after") & (found["scale"] == "q.all")]
    assert after["baseline"].tolist()[0] == 4
    assert after["change"].tolist()[0] == 4
    assert after["baseline"].isna().tolist() == [False, True]


def test_measured_scores_are_kept_and_get_their_change(plan: Any):
    direct = pd.DataFrame(
        {
            "participant_id": ["p", "p"],
            "visit": ["before", "after"],
            "day": [0.0, 30.0],
            "scale": "direct",
            "score": [10.0, 7.0],
        }
    )
    found = scored(plan, answers("p", "before", [1, 1, 2, 3]), direct=direct)
    assert found.loc[("p", "after", "direct"), "change"] == -3
    assert found.loc[("p", "after", "direct"), "rule"] == "given"


def test_diary_days_are_numbered_within_a_participant(plan: Any):
    direct = pd.DataFrame(
        {
            "participant_id": ["p", "p", "r"],
            "visit": None,
            "day": [4.0, 2.0, 9.0],
            "scale": "direct",
            "score": [1.0, 2.0, 3.0],
        }
    )
    found = score_responses(plan, pd.DataFrame(columns=["instrument"]), direct)
    assert found["occasion"].tolist() == [1, 0, 0]
    assert found["baseline"].isna().all()


def test_what_varies_by_occasion_is_carried_along(plan: Any):
    found = scored(plan, answers("p", "before", [1, 1, 2, 3]).assign(cue="threat"))
    assert found["cue"].tolist() == ["threat", "threat"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"response": [1, 1, 2, 6.0]}, "outside 1 to 5: 1 answers .rows 4"),
        ({"item": [1, 2, 3, 3]}, "an item answered twice on one occasion: 2 answers"),
        ({"item": [1, 2, 3, 5]}, "not an item of the plan"),
    ],
)
def test_impossible_answers_stop_without_telling_a_value(plan: Any, change: Any, message: Any):
    wrong = answers("p", "before", [1, 1, 2, 3]).assign(**change)
    with pytest.raises(DataError, match=message) as caught:
        score_responses(plan, wrong)
    assert "6.0" not in str(caught.value)


def test_scores_do_not_depend_on_the_order_of_the_answers(plan: Any):
    both = pd.concat(
        [answers("p", "before", [1, 1, 2, 3]), answers("r", "before", [4, 2, 2, 3])],
        ignore_index=True,
    )
    key = ["participant_id", "scale"]
    one = score_responses(plan, both).sort_values(key, ignore_index=True)
    other = score_responses(plan, both.sample(frac=1, random_state=5))
    pd.testing.assert_frame_equal(one, other.sort_values(key, ignore_index=True))
