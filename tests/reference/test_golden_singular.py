"""Random effects estimated at zero: df, standard errors, p and intervals of the model without them.

Against lme4, lmerTest, pbkrtest, nlme and dense matrices by hand (`r/singular_fits.R`).
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from evalpipe.models.api import Fitted, fit_model

pytestmark = pytest.mark.reference

FOLDER = Path(__file__).parent / "golden_r" / "singular"
CASES = json.loads((FOLDER / "singular_fits.json").read_text())["cases"]

PERSON = {"within": "participant"}
SLOPES = {"within": "participant", "terms": ["intercept", "time"]}
APART = {**SLOPES, "correlated": False}
SITE = {"within": "site"}
GROWTH = ["arm", "time", "arm:time"]
MODELS: dict[str, dict[str, Any]] = {
    "intercept": {"fixed": ["arm"], "random": [PERSON]},
    "slope_uncorrelated": {"fixed": GROWTH, "random": [APART]},
    "correlation_one": {"fixed": GROWTH, "random": [SLOPES]},
    "site_zero": {"fixed": GROWTH, "random": [SITE, PERSON]},
    "both_zero": {"fixed": GROWTH, "random": [SITE, PERSON]},
    "site_and_slope_zero": {"fixed": GROWTH, "random": [SITE, APART]},
    "mmrm_site_zero": {
        "fixed": ["arm", "visit", "arm:visit"],
        "random": [SITE],
        "residual": {"structure": "unstructured"},
    },
    "negative": {"fixed": ["arm"], "random": [{**PERSON, "variance": "unbounded"}]},
}
SINGULAR = [name for name in MODELS if name != "negative"]
COLUMNS = {
    "estimate": "estimate",
    "se": "std_error",
    "df": "df",
    "t": "statistic",
    "p": "p_value",
    "low": "conf_low",
    "high": "conf_high",
}


@cache
def fit(name: str, inference: str) -> Fitted:
    frame = pd.read_csv(FOLDER / f"singular_{name}.csv")
    frame = frame.rename(columns={"person": "participant_id", "site": "site_id"})
    model = {"kind": "mixed", "inference": inference, **MODELS[name]}
    return fit_model(frame, outcome="y", model=model)


def rows(name: str, inference: str) -> pd.DataFrame:
    found = fit(name, inference).estimates
    return found[found["quantity"] == "coefficient"].reset_index(drop=True)


def compare(ours: pd.DataFrame, theirs: list[Mapping[str, Any]], tolerance: float) -> None:
    assert len(ours) == len(theirs)
    for place, golden in enumerate(theirs):
        for key, column in COLUMNS.items():
            floor = 0.05 * golden["se"] if key in ("estimate", "low", "high") else 0.0
            expected = pytest.approx(golden[key], rel=tolerance, abs=tolerance * floor)
            assert ours.loc[place, column] == expected, (golden["term"], key)


def test_every_case_is_tested() -> None:
    assert set(CASES) == set(MODELS)


@pytest.mark.parametrize("name", SINGULAR)
def test_likelihood_and_variances_at_zero(name: str) -> None:
    fitted = fit(name, "kenward_roger").core.fit
    assert fitted.status.value == "singular"
    assert fitted.convergence.has_converged
    if name != "mmrm_site_zero":  # nlme counts log|X'X|
        assert fitted.log_likelihood == pytest.approx(CASES[name]["loglik"], abs=1e-7)
    zero = [v for v in CASES[name].get("random", []) if v["vcov"] < 1e-8 and v.get("var1")]
    if name not in ("correlation_one", "mmrm_site_zero"):
        assert (fitted.theta == 0.0).sum() == len(zero)


@pytest.mark.parametrize("name", SINGULAR)
def test_kenward_roger_is_that_of_the_model_without(name: str) -> None:
    compare(rows(name, "kenward_roger"), CASES[name]["kenward_roger"], 2e-5)


@pytest.mark.parametrize("name", [n for n in SINGULAR if n != "mmrm_site_zero"])
def test_satterthwaite_is_that_of_the_model_without(name: str) -> None:
    compare(rows(name, "satterthwaite"), CASES[name]["satterthwaite"], 2e-5)


@pytest.mark.parametrize("name", SINGULAR)
def test_every_row_says_so(name: str) -> None:
    found = rows(name, "kenward_roger")
    assert (found["status"] == "singular").all()
    assert found["note"].str.startswith("singular: ").all()
    assert found["note"].str.contains("inference of the model ").all()


def test_a_negative_correlation_is_that_of_compound_symmetry() -> None:
    golden, fitted = CASES["negative"], fit("negative", "kenward_roger")
    assert fitted.core.fit.status.value == "ok"
    assert golden["variance_person"] < 0
    expected = [golden["variance_person"], golden["variance_residual"]]
    assert list(fitted.core.fit.theta) == pytest.approx(expected, rel=1e-5)
    ours = fitted.estimates.set_index("quantity")
    assert ours.loc["intraclass_correlation", "estimate"] == pytest.approx(golden["icc"], rel=1e-5)
    assert ours.loc["intraclass_correlation", "conf_low"] < 0
    compare(rows("negative", "kenward_roger"), golden["kenward_roger"], 2e-5)


def test_a_search_does_not_stop_on_the_boundary_below_the_top() -> None:
    golden = json.loads((FOLDER / "stuck_at_boundary.json").read_text())
    frame = pd.read_csv(FOLDER / "stuck_at_boundary.csv")
    frame = frame.rename(columns={"site": "site_id", "id": "participant_id"})
    fixed = ["base", *GROWTH]
    model = {"kind": "mixed", "fixed": fixed, "random": [SITE, SLOPES], "inference": "normal"}
    fitted = fit_model(frame, outcome="y", model=model)
    assert fitted.core.fit.convergence.has_converged
    assert fitted.core.fit.log_likelihood == pytest.approx(golden["loglik"], abs=1e-6)
    ours = fitted.estimates.set_index("term")["std_error"]
    assert ours["arm[b]"] == pytest.approx(golden["se"]["armb"], rel=1e-6)
    assert ours["arm[b]:time"] == pytest.approx(golden["se"]["armb:time"], rel=1e-6)
