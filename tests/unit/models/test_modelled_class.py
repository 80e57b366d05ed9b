"""One meaning of `better_class` for every kind: which class is counted, and is it better."""

import numpy as np
import pandas as pd
import pytest

from evalpipe.config.modelled_class import modelled_class
from evalpipe.models.dispatch import run_analysis

VISITS = {"visits": ["v2"], "headline_visit": "v2", "summary": "odds_ratio"}


def instruments(kind, classes, better):
    given = {} if better is None else {"better_class": better}
    return {
        "score": {"label": "Score"},
        "state": {"label": "State", "kind": kind, "classes": classes, **given},
    }


@pytest.fixture(scope="module")
def infected():
    """30 people in each arm: 17 of the control arm and 6 of the new one are infected (code 1)."""
    frames = [
        pd.DataFrame({"arm": arm, "outcome": np.r_[np.ones(count), np.zeros(30 - count)]})
        for arm, count in (("control", 17), ("new", 6))
    ]
    people = pd.concat(frames, ignore_index=True)
    return people.assign(participant_id=[f"p{i:02d}" for i in range(60)], visit="v2")


@pytest.mark.parametrize(
    ("kind", "classes", "better", "name", "is_better"),
    [
        ("binary", ["no", "yes"], "no", "yes", False),
        ("binary", ["no", "yes"], "yes", "yes", True),
        ("binary", ["no", "yes"], None, "yes", None),
        ("classification", ["bad", "good"], "good", "good", True),
        ("classification", ["a", "b", "c"], "a", "a", True),
        ("ordinal", ["1", "2", "3", "4"], "1", "4", False),
        ("ordinal", ["1", "2", "3", "4"], "4", "4", True),
        ("ordinal", ["1", "2", "3", "4"], "2", "4", None),
    ],
)
def test_what_is_counted(make_plan, make_analysis, kind, classes, better, name, is_better):
    model = {"kind": "gee", "fixed": ["arm"]}
    plan = make_plan(
        {"primary": make_analysis(model, **VISITS, outcome="state")},
        instruments=instruments(kind, classes, better),
    )
    found = modelled_class(plan, "state")
    assert found is not None
    assert (found.name, found.is_better) == (name, is_better)
    assert classes[found.code] == name


def test_without_a_better_one_of_three_classes_nothing_is_counted(make_plan, make_analysis):
    model = {"kind": "gee", "fixed": ["arm"]}
    plan = make_plan(
        {"primary": make_analysis(model, **VISITS, outcome="state")},
        instruments=instruments("classification", ["a", "b", "c"], None),
    )
    assert modelled_class(plan, "state") is None


@pytest.mark.parametrize("better", ["no", "yes"])
@pytest.mark.parametrize("kind", ["gee", "ancova"])
def test_the_event_is_counted_whichever_class_is_better(
    make_plan, make_analysis, infected, kind, better
):
    model = {"kind": kind, "fixed": ["arm"]}
    asked = {**VISITS} if kind == "gee" else {"visits": ["v2"], "headline_visit": "v2"}
    plan = make_plan(
        {"primary": make_analysis(model, **asked, outcome="state")},
        instruments=instruments("binary", ["no", "yes"], better),
    )
    found = run_analysis(plan, "primary", infected).estimates
    assert set(found["modelled_class"]) == {"yes"}
    contrast = found[found["quantity"] == "contrast"].set_index("scale")["estimate"]
    if kind == "gee":
        odds_ratio = (6 / 24) / (17 / 13)
        assert contrast["odds_ratio"] == pytest.approx(odds_ratio, rel=1e-9)
        assert contrast["risk_difference"] == pytest.approx(6 / 30 - 17 / 30, rel=1e-9)
    else:
        assert contrast["outcome"] == pytest.approx(6 / 30 - 17 / 30, rel=1e-9)


def test_an_ordinal_answer_names_the_end_that_its_odds_move_towards(make_plan, make_analysis):
    generator = np.random.default_rng(3)
    people = pd.DataFrame(
        {
            "participant_id": [f"p{i}" for i in range(80)],
            "arm": np.where(np.arange(80) % 2, "new", "control"),
            "visit": "v2",
            "outcome": generator.integers(0, 3, size=80).astype(float),
        }
    )
    model = {"kind": "ordinal", "fixed": ["arm"]}
    plan = make_plan(
        {"primary": make_analysis(model, **VISITS, outcome="state")},
        instruments=instruments("ordinal", ["clear", "so_so", "muddled"], "clear"),
    )
    found = run_analysis(plan, "primary", people).estimates
    assert set(found["modelled_class"]) == {"muddled"}
