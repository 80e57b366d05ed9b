"""On how few people a number of a model rests, against counts by hand."""

import numpy as np
import pandas as pd
import pytest

from evalpipe.models.dispatch import run_analysis

DX = {"dx": {"label": "Diagnosis", "type": "category", "levels": ["a", "b", "rare"]}}


def people(rare=2, n=40, visits=("v3",)):
    generator = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "participant_id": [f"p{i:02d}" for i in range(n)],
            "arm": ["control", "new"] * (n // 2),
            "dx": (["rare"] * rare + ["a", "b", "b"] * n)[:n],
        }
    )
    frame = pd.concat([frame.assign(visit=visit) for visit in visits], ignore_index=True)
    return frame.assign(outcome=20 + generator.standard_normal(len(frame)))


def rows_of(make_plan, make_analysis, frame, model, **estimand):
    plan = make_plan({"primary": make_analysis(model, **estimand)}, variables=DX)
    return run_analysis(plan, "primary", frame).estimates.set_index("estimate_id")


def one(rows, *parts):
    found = rows[[all(part in name for part in parts) for name in rows.index]]
    assert len(found) == 1, list(rows.index)
    return found.iloc[0]


@pytest.fixture(scope="module")
def additive(make_plan, make_analysis):
    model = {"kind": "ancova", "fixed": ["dx", "arm"]}
    return rows_of(make_plan, make_analysis, people(), model, visits=["v3"])


@pytest.mark.parametrize(
    ("parts", "smallest"),
    [
        (("coefficient", "dx[rare]"), 2),
        (("coefficient", "dx[b]"), 13),
        (("coefficient", "arm[new]"), 20),
        (("/contrast/",), 20),
        (("marginal_mean", "arm/new"), 2),
        (("joint_test", "/dx/"), 2),
        (("joint_test", "/arm/"), 20),
    ],
)
def test_rows_of_an_additive_model(additive, parts, smallest):
    assert one(additive, *parts)["n_smallest"] == smallest


def test_a_few_at_the_reference_level_are_in_everything_compared_with_it(make_plan, make_analysis):
    model = {"kind": "ancova", "fixed": ["dx", "arm"], "reference_levels": {"dx": "rare"}}
    rows = rows_of(make_plan, make_analysis, people(), model, visits=["v3"])
    for parts in (("intercept",), ("dx[a]",), ("dx[b]",)):
        assert one(rows, "coefficient", *parts)["n_smallest"] == 2
    assert one(rows, "/contrast/")["n_smallest"] == 20


def test_a_cell_of_an_interaction(make_plan, make_analysis):
    model = {"kind": "ancova", "fixed": ["dx", "arm", "dx:arm"]}
    rows = rows_of(make_plan, make_analysis, people(rare=4), model, visits=["v3"])
    contrast = one(rows, "/contrast/")
    assert (contrast["n_smallest"], contrast["n_named"]) == (2, 20)
    at = rows_of(make_plan, make_analysis, people(rare=4), model, visits=["v3"], at={"dx": "rare"})
    assert one(at, "/contrast/")["n_named"] == 2
    assert one(at, "coefficient", "dx[b]/")["n_smallest"] > 5


def test_a_visit_that_few_reached(make_plan, make_analysis):
    frame = people(rare=0, visits=("v1", "v3"))
    frame = frame[(frame["visit"] == "v1") | (frame["participant_id"] < "p06")]
    model = {"kind": "mmrm", "fixed": ["arm", "visit"]}
    rows = rows_of(make_plan, make_analysis, frame, model, visits=["v1", "v3"])
    assert one(rows, "coefficient", "visit[v3]")["n_smallest"] == 6
    assert one(rows, "variance_component", "residual.v3")["n_smallest"] == 6
    assert one(rows, "marginal_mean", "arm/new/v3")["n_named"] == 3


def test_a_number_that_few_have(make_plan, make_analysis):
    frame = people(rare=0).assign(dose=[0.0] * 37 + [1.0, 2.0, 4.0])
    variables = {**DX, "dose": {"label": "Dose", "type": "number", "unit": "mg"}}
    model = {"kind": "ancova", "fixed": ["dose", "arm"]}
    plan = make_plan({"primary": make_analysis(model, visits=["v3"])}, variables=variables)
    rows = run_analysis(plan, "primary", frame).estimates.set_index("estimate_id")
    assert one(rows, "coefficient", "dose")["n_smallest"] == 3


def test_shares_count_the_rarer_answer(make_plan, make_analysis):
    frame = people(rare=0).assign(outcome=[1.0] * 3 + [0.0] * 37)
    plan = make_plan(
        {"primary": make_analysis({"kind": "gee", "fixed": ["arm"]}, visits=["v3"], outcome="state",
                                  summary="odds_ratio")},
        instruments={
            "score": {"label": "Score"},
            "state": {"label": "State", "kind": "binary", "classes": ["no", "yes"]},
        },
    )  # fmt: skip
    rows = run_analysis(plan, "primary", frame).estimates.set_index("estimate_id")
    assert one(rows, "proportion", "arm/control")["n_smallest"] == 2
    assert one(rows, "proportion", "arm/new")["n_smallest"] == 1
