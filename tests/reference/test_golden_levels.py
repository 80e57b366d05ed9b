"""A level in one arm only, and slopes on two levels, against lme4 (`r/lme4_levels.R`)."""

import json
import os
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evalpipe.stats.fit import GaussianFit, fit_gaussian
from evalpipe.stats.inference import DfMethod, test_contrasts
from evalpipe.stats.optimise import FitStatus
from evalpipe.stats.problem import ABSENT, GaussianProblem, Method, RandomEffect, Residual

GOLDEN = Path(__file__).parent / "golden_r" / "lme4"
REFERENCE = Path(
    os.environ.get("EVALPIPE_REFERENCE", Path(__file__).parents[3] / "shared" / "reference")
)
pytestmark = [
    pytest.mark.reference,
    pytest.mark.skipif(
        not (REFERENCE / "data").is_dir(), reason="the reference folder is not beside the project"
    ),
]


def read_data(name: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "data" / name, keep_default_na=False, na_values=[""])


def build_btheb(method: Method) -> GaussianProblem:
    frame = read_data("btheb_long.csv").dropna(subset=["bdi"]).reset_index(drop=True)
    n = len(frame)
    one = np.ones((n, 1))
    arm = (frame["treatment"] == "BtheB").to_numpy(int)
    person = np.unique(frame["id"], return_inverse=True)[1]
    therapist = np.where(arm == 1, frame["id"].to_numpy(int) % 13, ABSENT)
    X = np.column_stack([one, frame[["bdi_pre", "month"]].to_numpy(float), arm])
    effects = (
        RandomEffect("id", person, one, ("(Intercept)",)),
        RandomEffect("therapist", therapist, one, ("arm",)),
    )
    return GaussianProblem(
        frame["bdi"].to_numpy(float), X, tuple("abcd"), Residual(person), effects, method
    )


def build_sleepstudy(method: Method) -> GaussianProblem:
    frame = read_data("sleepstudy.csv")
    person = np.unique(frame["Subject"], return_inverse=True)[1]
    days = frame["Days"].to_numpy(float)
    X = np.column_stack([np.ones(len(days)), days])
    effects = (
        RandomEffect("pair", person // 3, days[:, None], ("Days",)),
        RandomEffect("Subject", person, X, ("(Intercept)", "Days")),
    )
    return GaussianProblem(
        frame["Reaction"].to_numpy(float), X, ("a", "b"), Residual(person), effects, method
    )


def build_sleepstudy_slope(method: Method) -> GaussianProblem:
    trio = build_sleepstudy(method)
    return replace(trio, random=trio.random[1:])


BUILDERS = {
    "sleepstudy_slope": build_sleepstudy_slope,
    "btheb_therapist_in_one_arm": build_btheb,
    "sleepstudy_slope_in_trio": build_sleepstudy,
}
CASES = [(name, method) for name in BUILDERS for method in Method]


@cache
def fit(name: str, method: Method) -> GaussianFit:
    return fit_gaussian(BUILDERS[name](method))


def load(name: str) -> Any:
    return json.loads((GOLDEN / f"{name}.json").read_text())


def test_every_file_is_tested() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(BUILDERS)


@pytest.mark.parametrize(("name", "method"), CASES)
def test_likelihood(name: str, method: Method) -> None:
    fitted = fit(name, method)
    golden = load(name)[method.value]
    assert fitted.log_likelihood == pytest.approx(golden["loglik"], abs=1e-6)
    assert fitted.status is (FitStatus.SINGULAR if golden["singular"] else FitStatus.OK)


@pytest.mark.parametrize(("name", "method"), CASES)
def test_variance_components(name: str, method: Method) -> None:
    """The likelihood is flat along the small variance of the outer level: hence 1e-4."""
    fitted = fit(name, method)
    for row in load(name)[method.value]["random"]:
        if row["grp"] == "Residual":
            assert fitted.residual_covariance[0][0, 0] == pytest.approx(row["vcov"], rel=1e-5)
            continue
        level = next(e for e in fitted.problem.random if e.name == row["grp"])
        i = level.terms.index(row["var1"])
        j = level.terms.index(row["var2"] or row["var1"])
        ours = fitted.random_covariance[row["grp"]]
        scale = np.sqrt(ours[i, i] * ours[j, j])
        assert ours[i, j] == pytest.approx(row["vcov"], abs=1e-4 * scale), row


@pytest.mark.parametrize("method", [DfMethod.SATTERTHWAITE, DfMethod.KENWARD_ROGER])
@pytest.mark.parametrize("name", BUILDERS)
def test_coefficients(name: str, method: DfMethod) -> None:
    fitted = fit(name, Method.REML)
    ours = test_contrasts(fitted, np.eye(len(fitted.beta)), method)
    for i, row in enumerate(load(name)[method.value]):
        assert ours.estimate[i] == pytest.approx(row["estimate"], rel=1e-5), row["term"]
        assert ours.std_error[i] == pytest.approx(row["se"], rel=1e-5), row["term"]
        assert ours.df[i] == pytest.approx(row["df"], rel=1e-3), row["term"]
        assert ours.p_value[i] == pytest.approx(row["p"], rel=2e-3), row["term"]


@pytest.mark.parametrize("name", ["sleepstudy_slope", "sleepstudy_slope_in_trio"])
def test_cluster_robust(name: str) -> None:
    fitted = fit(name, Method.REML)
    ours = test_contrasts(fitted, np.eye(len(fitted.beta)), DfMethod.CR2)
    for i, row in enumerate(load(name)["cr2"]):
        assert ours.std_error[i] == pytest.approx(row["se"], rel=1e-5), row["term"]
        assert ours.df[i] == pytest.approx(row["df"], rel=1e-3), row["term"]
        assert ours.p_value[i] == pytest.approx(row["p"], rel=2e-3), row["term"]
