"""Constrained baseline, slopes by arm and the complier effect, against R (`r/estimands.R`)."""

import json
from pathlib import Path

import numpy as np
import pytest
from cases.folder import load, read_data

from evalpipe.stats.baseline_adjustment import (
    Recipe,
    build_constrained_baseline,
    build_slopes_by_arm,
)
from evalpipe.stats.complier_effect import estimate_complier_effect
from evalpipe.stats.fit import GaussianFit, fit_gaussian
from evalpipe.stats.inference import test_contrasts as contrast_tests
from evalpipe.stats.problem import GaussianProblem, Method, Residual, Structure

pytestmark = pytest.mark.reference
FOLDER = Path(__file__).parent / "golden_r" / "estimands"


def golden(name: str) -> dict:
    return json.loads((FOLDER / f"{name}.json").read_text())


def fit_constrained(
    covariates: list[tuple[str, str]], method: Method
) -> tuple[GaussianFit, Recipe]:
    d = read_data("btheb_long_with_baseline").dropna(subset=["bdi"])
    months = sorted(d["month"].unique())
    visit = d["month"].map({m: i for i, m in enumerate(months)}).to_numpy(np.int64)
    arm = (d["treatment"] == "BtheB").to_numpy(np.int64)
    recipe = build_constrained_baseline(visit, arm, [str(m) for m in months], ["TAU", "BtheB"])
    more = [(d[name] == level).to_numpy(float) for name, level in covariates]
    columns = (*recipe.columns, *(name for name, _ in covariates))
    block = d["id"].astype("category").cat.codes.to_numpy(np.int64)
    residual = Residual(block, Structure.UNSTRUCTURED, visit, len(months))
    X = np.column_stack([recipe.X, *more])
    problem = GaussianProblem(d["bdi"].to_numpy(float), X, columns, residual, method=method)
    return fit_gaussian(problem), recipe


def test_constrained_baseline_is_mmrms() -> None:
    expected = load("btheb__clda_us")["reml"]
    fit, recipe = fit_constrained([("drug", "Yes"), ("length", ">6m")], Method.REML)
    assert fit.log_likelihood == pytest.approx(expected["loglik"], abs=1e-6)
    assert recipe.names == ("BtheB:2", "BtheB:3", "BtheB:5", "BtheB:8")
    assert np.allclose(fit.residual_covariance[0], expected["covariance_matrix"], rtol=1e-4)


def test_constrained_baseline_is_nlmes() -> None:
    expected = golden("clda")
    fit, recipe = fit_constrained([], Method.ML)
    # nlme stops about 1e-6 below the top: ours may be higher, never lower.
    assert fit.log_likelihood >= expected["loglik"] - 1e-7
    assert fit.log_likelihood == pytest.approx(expected["loglik"], abs=1e-4)
    tests = contrast_tests(fit, recipe.differences, "normal")
    assert np.allclose(fit.beta, expected["estimate"], atol=2e-3)
    assert np.allclose(tests.std_error, expected["se"][5:], rtol=1e-3)


def test_slopes_by_arm() -> None:
    expected = golden("slopes")
    d = read_data("anorexia")
    arms = ["Cont", "CBT", "FT"]
    arm = d["Treat"].map({name: i for i, name in enumerate(arms)}).to_numpy(np.int64)
    recipe = build_slopes_by_arm(d[["Prewt"]].to_numpy(float), arm, ["Prewt"], arms)
    residual = Residual(np.arange(len(d), dtype=np.int64))
    y = d["Postwt"].to_numpy(float)
    fit = fit_gaussian(GaussianProblem(y, recipe.X, recipe.columns, residual))
    tests = contrast_tests(fit, recipe.differences, "residual")
    assert recipe.names == ("CBT", "FT")
    assert np.allclose(tests.estimate, expected["estimate"], rtol=1e-9)
    assert np.allclose(tests.std_error, expected["se"], rtol=1e-9)
    assert np.allclose(tests.df, expected["df"])


@pytest.mark.parametrize("which", ["plain", "adjusted"])
def test_complier_effect(which: str) -> None:
    data = golden("complier")
    y, d, z = (np.array(data[key], dtype=float) for key in ("y", "received", "assigned"))
    x = np.array(data["covariate"])[:, None] if which == "adjusted" else None
    found, expected = estimate_complier_effect(y, d, z, x), data[which]
    pairs = {
        "estimate": found.estimate,
        "se": found.std_error,
        "df": found.df,
        "compliance": found.compliance,
        "compliance_se": found.compliance_std_error,
        "assigned": found.assigned_effect,
        "assigned_se": found.assigned_std_error,
        "ar_low": found.anderson_rubin_low,
        "ar_high": found.anderson_rubin_high,
    }
    for key, ours in pairs.items():
        assert ours == pytest.approx(expected[key], rel=1e-9), key
