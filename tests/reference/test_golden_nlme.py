"""Random effects together with a residual structure, against nlme (`r/nlme_random_residual.R`)."""

import json
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evalpipe.stats.fit import GaussianFit, fit_gaussian
from evalpipe.stats.optimise import FitStatus
from evalpipe.stats.problem import (
    EffectCovariance,
    FloatArray,
    GaussianProblem,
    IntArray,
    Method,
    RandomEffect,
    Residual,
    Structure,
)

GOLDEN = Path(__file__).parent / "golden_r" / "nlme"
REFERENCE = Path(
    os.environ.get("EVALPIPE_REFERENCE", Path(__file__).parents[3] / "shared" / "reference")
)
pytestmark = [
    pytest.mark.reference,
    pytest.mark.skipif(
        not (REFERENCE / "data").is_dir(), reason="the reference folder is not beside the project"
    ),
]

Build = Callable[[], tuple[FloatArray, dict[str, FloatArray], RandomEffect, Residual]]


def read_data(name: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "data" / name, keep_default_na=False, na_values=[""])


def sleepstudy_with_gaps() -> tuple[pd.DataFrame, IntArray]:
    frame = read_data("sleepstudy.csv")
    frame = frame[(np.arange(len(frame)) + 1) % 7 != 0].reset_index(drop=True)
    return frame, np.unique(frame["Subject"], return_inverse=True)[1].astype(np.int64)


def random_effect(
    level: IntArray, slope: FloatArray | None = None, *, is_diagonal: bool = False
) -> RandomEffect:
    columns = [np.ones(len(level))] + ([] if slope is None else [slope])
    kind = EffectCovariance.DIAGONAL if is_diagonal else EffectCovariance.UNSTRUCTURED
    return RandomEffect(
        "unit", level, np.column_stack(columns), ("intercept", "slope")[: len(columns)], kind
    )


def build_sleepstudy_ar1(*, has_slope: bool) -> Any:
    frame, person = sleepstudy_with_gaps()
    days = frame["Days"].to_numpy(float)
    position = frame["Days"].to_numpy(np.int64)
    residual = Residual(person, Structure.AR1, position, 10)
    effect = random_effect(person, days if has_slope else None, is_diagonal=has_slope)
    X = {"(Intercept)": np.ones(len(days)), "Days": days}
    return frame["Reaction"].to_numpy(float), X, effect, residual


def build_sleepstudy_exponential() -> Any:
    frame, person = sleepstudy_with_gaps()
    row = np.arange(len(frame)) + 1
    time = frame["Days"].to_numpy(float) * 7 + (row * 5) % 4
    residual = Residual(person, Structure.EXPONENTIAL, time=time)
    X = {"(Intercept)": np.ones(len(time)), "time": time}
    return frame["Reaction"].to_numpy(float), X, random_effect(person), residual


def build_btheb(by: str) -> Any:
    frame = read_data("btheb_long.csv").dropna(subset=["bdi"]).reset_index(drop=True)
    person = np.unique(frame["id"], return_inverse=True)[1].astype(np.int64)
    arm = (frame["treatment"] == "BtheB").to_numpy(np.int64)
    visit = np.searchsorted([2, 3, 5, 8], frame["month"].to_numpy(int)).astype(np.int64)
    if by == "arm":
        residual = Residual(person, group=arm, n_groups=2)
    else:
        residual = Residual(person, Structure.DIAGONAL, visit, 4)
    X = {
        "(Intercept)": np.ones(len(frame)),
        "bdi_pre": frame["bdi_pre"].to_numpy(float),
        "month": frame["month"].to_numpy(float),
        "treatmentBtheB": arm.astype(float),
    }
    return frame["bdi"].to_numpy(float), X, random_effect(person), residual


BUILDERS: dict[str, Build] = {
    "sleepstudy_ri_ar1": lambda: build_sleepstudy_ar1(has_slope=False),
    "sleepstudy_ris_ar1": lambda: build_sleepstudy_ar1(has_slope=True),
    "sleepstudy_ri_exponential": build_sleepstudy_exponential,
    "btheb_ri_variance_by_arm": lambda: build_btheb("arm"),
    "btheb_ri_variance_by_visit": lambda: build_btheb("visit"),
}


@cache
def fit(name: str, method: Method) -> GaussianFit:
    y, X, effect, residual = BUILDERS[name]()
    return fit_gaussian(
        GaussianProblem(y, np.column_stack(list(X.values())), tuple(X), residual, (effect,), method)
    )


def load(name: str, method: Method) -> Any:
    return json.loads((GOLDEN / f"{name}.json").read_text())[method.value]


CASES = [(name, method) for name in BUILDERS for method in Method]


def test_every_file_is_tested() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(BUILDERS)


@pytest.mark.parametrize(("name", "method"), CASES)
def test_likelihood(name: str, method: Method) -> None:
    fitted, golden = fit(name, method), load(name, method)
    assert fitted.status is FitStatus.OK
    assert fitted.log_likelihood == pytest.approx(golden["loglik"], abs=1e-6)


@pytest.mark.parametrize(("name", "method"), CASES)
def test_fixed_effects(name: str, method: Method) -> None:
    fitted, golden = fit(name, method), load(name, method)
    for i, row in enumerate(golden["fixed"]):
        variance = fitted.covariance_beta[i, i]
        assert fitted.beta[i] == pytest.approx(row["estimate"], rel=1e-5)
        assert np.sqrt(variance) == pytest.approx(row["se"], rel=1e-5)


@pytest.mark.parametrize(("name", "method"), CASES)
def test_covariance_parameters(name: str, method: Method) -> None:
    fitted, golden = fit(name, method), load(name, method)
    random = np.array(golden["random"]["covariance"], dtype=float)
    ours = fitted.random_covariance["unit"]
    np.testing.assert_allclose(ours, random.reshape(ours.shape), rtol=1e-4)
    residual = golden["residual"]
    if "variances" in residual:
        order = ["TAU", "BtheB"] if "arm" in name else ["1", "2", "3", "4"]
        expected = [residual["variances"][key] for key in order]
    else:
        expected = list(residual.values())
    np.testing.assert_allclose(fitted.theta[-len(expected) :], expected, rtol=1e-4)
