"""Five lines from a DataFrame to tidy estimates."""

import numpy as np
import pytest

from evalpipe.errors import ModelError
from evalpipe.models.api import fit_model

MODEL = {"kind": "mmrm", "fixed": ["baseline", "arm", "visit", "arm:visit"]}
LEVELS = {"arm": ["control", "new"]}


@pytest.fixture(scope="module")
def fitted(trial):
    table = trial.rename(columns={"participant_id": "person", "outcome": "mood"})
    return fit_model(table, outcome="mood", participant="person", model=MODEL, levels=LEVELS)


def test_tidy_estimates(fitted):
    found = fitted.estimates
    assert {"coefficient", "joint_test", "variance_component", "fit_statistic"} <= set(
        found["quantity"]
    )
    assert found["estimate"].dtype == np.float64


def test_means_and_contrasts(fitted):
    means = fitted.means("arm", by="visit").set_index(["arm", "visit"])["estimate"]
    contrasts = fitted.contrasts("arm", "new", versus="control", by="visit").set_index("visit")
    difference = means["new", "v2"] - means["control", "v2"]
    assert contrasts.loc["v2", "estimate"] == pytest.approx(difference)
    overall = fitted.contrasts("arm", "new", versus="control")["estimate"].iloc[0]
    assert overall == pytest.approx(contrasts["estimate"].mean())


def test_slopes(fitted):
    slope = fitted.slopes("baseline")["estimate"].iloc[0]
    found = fitted.estimates
    coefficient = found[found["term"] == "baseline"]["estimate"].iloc[0]
    assert slope == pytest.approx(coefficient, rel=1e-12)  # two sums, in another order


def test_the_frame_is_not_changed(trial):
    before = trial.copy()
    fit_model(trial, outcome="outcome", model=MODEL, levels=LEVELS)
    assert trial.equals(before)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"model": {"kind": "gee"}}, "`kind` must be mixed or mmrm"),
        ({"model": {**MODEL, "fixd": []}}, "model.fixd"),
        ({"outcome": "joy"}, "no column joy"),
        ({"participant": "who"}, "no column who"),
    ],
)
def test_mistakes_are_named(trial, change, sentence):
    arguments = {"outcome": "outcome", "model": MODEL, **change}
    with pytest.raises(ModelError, match=sentence):
        fit_model(trial, **arguments)
