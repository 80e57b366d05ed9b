"""Estimating equations against R (geepack): four working correlations, robust and model-based
errors.
"""

import json
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from cases.folder import REFERENCE

from evalpipe.config.analyses import Gee
from evalpipe.models.gee import MarginalFit, fit_gee
from evalpipe.models.model_rows import build_rows
from evalpipe.models.variables import Declared

pytestmark = pytest.mark.reference
STRUCTURES = ("independence", "exchangeable", "ar1", "unstructured")
DECLARED = Declared(
    {
        "arm": ("placebo", "treatment"),
        "baseline": ("poor", "good"),
        "centre": ("1", "2"),
        "gender": ("female", "male"),
    }
)


def golden() -> dict[str, Any]:
    path = REFERENCE / "golden" / "respiratory__gee_logit.json"
    loaded: dict[str, Any] = json.loads(path.read_text())
    return loaded


def respiratory() -> pd.DataFrame:
    d = pd.read_csv(REFERENCE / "data" / "respiratory_long.csv", dtype={"centre": str})
    start = d[d["month"] == 0].set_index("subject")["status"]
    later = d[d["month"] > 0]
    return later.assign(
        participant_id=later["subject"].astype(str),
        arm=later["treatment"],
        baseline=later["subject"].map(start),
        outcome=(later["status"] == "good").astype(float),
        visit="month_" + later["month"].astype(str),
    )


@cache
def fit(correlation: str, covariance: str) -> MarginalFit:
    model = Gee.model_validate(
        {
            "kind": "gee",
            "fixed": ("centre", "arm", "gender", "age", "baseline"),
            "correlation": correlation,
            "covariance": covariance,
        }
    )
    return fit_gee(build_rows(respiratory(), model, DECLARED), model, DECLARED)


@pytest.mark.parametrize("correlation", STRUCTURES)
def test_coefficients_and_robust_errors(correlation: str) -> None:
    fitted, rows = fit(correlation, "robust"), golden()["inference"][correlation]["fixed_robust"]
    assert fitted.rows.n == golden()["n_obs"]
    assert fitted.n_clusters == golden()["n_subjects"]
    errors = np.sqrt(np.diag(fitted.covariance))
    assert fitted.beta == pytest.approx([row["estimate"] for row in rows], rel=1e-9)
    assert errors == pytest.approx([row["se"] for row in rows], rel=1e-9)


@pytest.mark.parametrize("correlation", STRUCTURES)
def test_model_based_errors(correlation: str) -> None:
    """geepack multiplies by its estimated scale; statsmodels holds a binomial's at one."""
    expected = golden()["inference"][correlation]
    errors = np.sqrt(np.diag(fit(correlation, "naive").covariance))
    scale = np.sqrt(expected["scale"])
    assert errors * scale == pytest.approx(expected["se_model_based"], rel=1e-6)


@pytest.mark.parametrize("correlation", ["exchangeable", "ar1"])
def test_working_correlation(correlation: str) -> None:
    expected = golden()["inference"][correlation]["correlation"]
    assert fit(correlation, "robust").correlation == pytest.approx(expected, rel=1e-9)


def test_bias_reduced_errors_are_larger() -> None:
    robust = np.diag(fit("exchangeable", "robust").covariance)
    reduced = np.diag(fit("exchangeable", "bias_reduced").covariance)
    assert (reduced > robust).all()
    assert (reduced < 1.3 * robust).all()
