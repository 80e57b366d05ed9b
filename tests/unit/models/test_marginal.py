"""Marginal means, observed margins, slopes; invariance to coding."""

import numpy as np
import pandas as pd
import pytest

from evalpipe.config.analyses import Ancova
from evalpipe.errors import NotEstimableError
from evalpipe.models.model_rows import build_rows
from evalpipe.models.variables import Declared

DECLARED = Declared({"arm": ("control", "new"), "sex": ("girl", "boy")})


@pytest.fixture(scope="module")
def frame():
    generator = np.random.default_rng(8)
    n = 60
    arm = np.where(np.arange(n) % 2, "new", "control")
    sex = np.where(np.arange(n) % 3 == 0, "boy", "girl")
    age = generator.normal(11, 2, n)
    return pd.DataFrame(
        {
            "participant_id": [f"p{i}" for i in range(n)],
            "arm": arm,
            "sex": sex,
            "age": age,
            "outcome": age + (arm == "new") * (2 + 0.5 * age) + generator.normal(size=n),
        }
    )


def fit(frame, **model):
    rows = build_rows(frame, Ancova.model_validate({"kind": "ancova", **model}), DECLARED)
    beta = np.linalg.lstsq(rows.X, rows.y, rcond=None)[0]
    return rows, beta


FIXED = ["arm", "sex", "age", "arm:sex", "arm:age"]


def test_equal_weights_average_over_factors_and_covariates_at_their_mean(frame):
    rows, beta = fit(frame, fixed=FIXED)
    mean = rows.grid.mean({"arm": "new"}) @ beta
    by_hand = np.mean(
        [
            rows.grid.mean({"arm": "new", "sex": sex, "age": frame["age"].mean()}) @ beta
            for sex in ("girl", "boy")
        ]
    )
    assert mean == pytest.approx(by_hand)


def test_observed_margins_weigh_by_how_often_a_level_occurs(frame):
    rows, beta = fit(frame, fixed=FIXED)
    share = (frame["sex"] == "boy").mean()
    girl = rows.grid.mean({"arm": "new", "sex": "girl"}) @ beta
    boy = rows.grid.mean({"arm": "new", "sex": "boy"}) @ beta
    observed = rows.grid.mean({"arm": "new"}, "observed") @ beta
    assert observed == pytest.approx(share * boy + (1 - share) * girl)


@pytest.mark.parametrize(
    "change",
    [
        {"by_level": {"sex": "sum"}},
        {"by_level": {"arm": "sum", "sex": "sum"}},
        {"reference_levels": {"sex": "boy", "arm": "new"}},
        {"intercept": False},
        {"intercept": False, "by_level": {"sex": "cell_means"}},
    ],
)
def test_coding_does_not_change_means_contrasts_or_slopes(frame, change):
    rows, beta = fit(frame, fixed=FIXED)
    other, gamma = fit(frame, fixed=FIXED, **change)
    for place in ({"arm": "new"}, {"arm": "control", "sex": "boy"}, {"age": 9.0, "arm": "new"}):
        assert other.grid.mean(place) @ gamma == pytest.approx(rows.grid.mean(place) @ beta)
    assert other.grid.slope("age", {"arm": "new"}) @ gamma == pytest.approx(
        rows.grid.slope("age", {"arm": "new"}) @ beta
    )


def test_slope_in_each_arm(frame):
    rows, beta = fit(frame, fixed=FIXED)
    named = dict(zip(rows.design.columns, beta, strict=True))
    assert rows.grid.slope("age", {"arm": "control"}) @ beta == pytest.approx(named["age"])
    assert rows.grid.slope("age", {"arm": "new"}) @ beta == pytest.approx(
        named["age"] + named["arm[new]:age"]
    )


def test_a_value_given_with_at(frame):
    rows, beta = fit(frame, fixed=FIXED)
    low, high = (
        rows.grid.contrast("arm", "new", "control", {"age": a}) @ beta for a in (9.0, 13.0)
    )
    named = dict(zip(rows.design.columns, beta, strict=True))
    assert high - low == pytest.approx(4 * named["arm[new]:age"])


def test_levels_and_numbers_that_are_not_there(frame):
    rows, _ = fit(frame, fixed=FIXED)
    with pytest.raises(NotEstimableError, match="arm has no observations at level other"):
        rows.grid.mean({"arm": "other"})
    with pytest.raises(NotEstimableError, match="sex is not a number"):
        rows.grid.slope("sex", {})


def test_cell_means_need_a_model_without_intercept(frame):
    with pytest.raises(Exception, match="needs `intercept: false`"):
        fit(frame, fixed=FIXED, by_level={"sex": "cell_means"})
