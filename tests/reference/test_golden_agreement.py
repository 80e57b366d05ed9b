"""Intraclass correlations against R (psych) and pingouin; kappa against published numbers."""

import json

import numpy as np
import pandas as pd
import pytest
from cases.folder import HERE, REFERENCE

from evalpipe.errors import NotEstimableError
from evalpipe.models.agreement import cohen_kappa
from evalpipe.models.intraclass import judge_ratings, shrout_fleiss
from evalpipe.stats.crossed import CrossedRatings, fit_crossed

pytestmark = pytest.mark.reference

NAMES = {
    "ICC1": "icc_1",
    "ICC2": "icc_agreement_1",
    "ICC3": "icc_consistency_1",
    "ICC1k": "icc_k",
    "ICC2k": "icc_agreement_k",
    "ICC3k": "icc_consistency_k",
}


def test_the_six_intraclass_correlations() -> None:
    ratings = pd.read_csv(REFERENCE / "data" / "shrout_fleiss_1979_wide.csv").set_index("subject")
    golden = json.loads((REFERENCE / "golden" / "shrout_fleiss__icc.json").read_text())
    ours = {icc.name: icc for icc in shrout_fleiss(ratings.to_numpy(float))}
    for row in golden["results"]["anova"]:
        icc = ours[NAMES[row["type"]]]
        assert icc.estimate == pytest.approx(row["icc"], rel=1e-9)
        assert icc.statistic == pytest.approx(row["F"], rel=1e-9)
        assert (icc.df_numerator, icc.df_denominator) == (row["df1"], row["df2"])
        assert icc.p_value == pytest.approx(row["p"], rel=1e-7)
        assert (icc.low, icc.high) == pytest.approx((row["ci_low"], row["ci_high"]), rel=1e-7)


def long_form(ratings: np.ndarray) -> pd.DataFrame:
    n, k = ratings.shape
    return pd.DataFrame(
        {
            "unit": np.repeat(np.arange(n), k),
            "rater": np.tile(np.arange(k), n),
            "score": ratings.ravel(),
        }
    )


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("absolute_single", "ICC2"),
        ("consistency_single", "ICC3"),
        ("absolute_average", "ICC2k"),
        ("consistency_average", "ICC3k"),
    ],
)
def test_the_form_that_is_asked_for(form: str, name: str) -> None:
    ratings = pd.read_csv(REFERENCE / "data" / "shrout_fleiss_1979_wide.csv").set_index("subject")
    golden = json.loads((REFERENCE / "golden" / "shrout_fleiss__icc.json").read_text())
    row = next(row for row in golden["results"]["anova"] if row["type"] == name)
    judged = judge_ratings(long_form(ratings.to_numpy(float)), form, 0.95)
    icc = judged.icc
    assert icc.estimate == pytest.approx(row["icc"], rel=1e-12)
    assert icc.p_value == pytest.approx(row["p"], rel=1e-9)
    assert (icc.low, icc.high) == pytest.approx((row["ci_low"], row["ci_high"]), rel=1e-9)
    assert (judged.engine, judged.n_units, judged.n_ratings) == ("pingouin", 6, 24)
    assert judged.second is not None
    assert judged.second.record()["second_fit_difference"] == 1e-9


@pytest.mark.parametrize(
    ("form", "name"), [("one_way_single", "ICC1"), ("one_way_average", "ICC1k")]
)
def test_one_way_for_raters_of_their_own(form: str, name: str) -> None:
    ratings = pd.read_csv(REFERENCE / "data" / "shrout_fleiss_1979_wide.csv").set_index("subject")
    golden = json.loads((REFERENCE / "golden" / "shrout_fleiss__icc.json").read_text())
    row = next(row for row in golden["results"]["anova"] if row["type"] == name)
    long = long_form(ratings.to_numpy(float))
    own = long.assign(rater=long["unit"] * 4 + long["rater"])
    icc = judge_ratings(own, form, 0.95).icc
    assert icc.estimate == pytest.approx(row["icc"], rel=1e-12)
    assert (icc.low, icc.high) == pytest.approx((row["ci_low"], row["ci_high"]), rel=1e-9)
    with pytest.raises(NotEstimableError, match="the same raters rated everybody"):
        judge_ratings(long, form, 0.95)


@pytest.mark.parametrize("name", ["shrout_fleiss_gaps", "sleepstudy_gaps"])
def test_ratings_with_gaps_by_a_mixed_model(name: str) -> None:
    """lme4: variances, likelihood; limits from its deviance function (`r/icc_incomplete.R`)."""
    path = HERE / "golden_r" / "field" / "icc_incomplete.json"
    golden = json.loads(path.read_text())[name]
    y = np.array(golden["y"], dtype=float)
    units, raters = (pd.factorize(np.array(golden[key], str))[0] for key in ("unit", "rater"))
    for key, has_raters in (("crossed", True), ("nested", False)):
        fit = fit_crossed(CrossedRatings(y, units, raters, has_raters=has_raters))
        expected = golden[key]
        assert fit.log_likelihood == pytest.approx(expected["log_likelihood"], abs=1e-6)
        assert fit.units == pytest.approx(expected["units"], rel=1e-5)
        assert fit.residual == pytest.approx(expected["residual"], rel=1e-5)
        assert fit.raters == pytest.approx(expected.get("raters", 0.0), rel=1e-5)
    long = pd.DataFrame({"unit": units, "rater": raters, "score": y})
    for key, form in (("absolute", "absolute_single"), ("consistency", "consistency_single")):
        icc = judge_ratings(long, form, 0.95).icc
        assert (icc.estimate, icc.low, icc.high) == pytest.approx(golden[key], rel=1e-5)
    icc = judge_ratings(long, "one_way_single", 0.95).icc
    assert (icc.estimate, icc.low, icc.high) == pytest.approx(golden["one_way"], rel=1e-5, abs=1e-9)


def test_kappa_of_fleiss_cohen_and_everitt() -> None:
    """Fleiss, Levin and Paik (2003), table 18.1: kappa 0.676, standard error 0.088, under the null
    0.076.
    """
    table = np.array([[75.0, 1.0, 4.0], [5.0, 4.0, 1.0], [0.0, 0.0, 10.0]])
    kappa = cohen_kappa(table)
    assert kappa.estimate == pytest.approx(0.676, abs=5e-4)
    assert kappa.std_error == pytest.approx(0.088, abs=5e-4)
    assert kappa.std_error_null == pytest.approx(0.076, abs=5e-4)
