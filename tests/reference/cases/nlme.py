"""Random effects together with a residual structure, against nlme (`r/nlme_random_residual.R`)."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from cases.comparison import Comparison, compare, compare_likelihood
from cases.folder import HERE, read_data
from evalpipe.stats.fit import GaussianFit, fit_gaussian
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

GOLDEN = HERE / "golden_r" / "nlme"

Build = Callable[[], tuple[FloatArray, dict[str, FloatArray], RandomEffect, Residual]]


def sleepstudy_with_gaps() -> tuple[pd.DataFrame, IntArray]:
    frame = read_data("sleepstudy")
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
    frame = read_data("btheb_long").dropna(subset=["bdi"]).reset_index(drop=True)
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
    """Fit a golden file's model."""
    y, X, effect, residual = BUILDERS[name]()
    return fit_gaussian(
        GaussianProblem(y, np.column_stack(list(X.values())), tuple(X), residual, (effect,), method)
    )


@cache
def load_r(name: str) -> Any:
    """Return what nlme says, by method."""
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


def compare_all(name: str) -> Iterator[Comparison]:
    """Compare every number of a golden file."""
    for method in Method:
        yield from compare_fit(name, method)


def compare_fit(name: str, method: Method) -> Iterator[Comparison]:
    """Compare likelihood, coefficients and covariance parameters."""
    fitted, golden = fit(name, method), load_r(name)[method.value]
    shown = method.value.upper()
    yield compare_likelihood(shown, fitted.log_likelihood, golden["loglik"])
    places = [row["term"] for row in golden["fixed"]]
    estimate = [row["estimate"] for row in golden["fixed"]]
    se = [row["se"] for row in golden["fixed"]]
    yield from compare(f"{shown}: coefficients", places, fitted.beta, estimate, 1e-5)
    own = np.sqrt(np.diag(fitted.covariance_beta))
    yield from compare(f"{shown}: standard errors", places, own, se, 1e-5)
    ours = fitted.random_covariance["unit"].ravel()
    random = np.array(golden["random"]["covariance"], dtype=float).ravel()
    places = [f"random {i + 1}" for i in range(len(ours))]
    yield from compare(f"{shown}: covariance parameters", places, ours, random, 1e-4)
    residual = golden["residual"]
    expected = list(residual.values())
    if "variances" in residual:
        order = ["TAU", "BtheB"] if "arm" in name else ["1", "2", "3", "4"]
        expected = [residual["variances"][key] for key in order]
    places = [f"residual {i + 1}" for i in range(len(expected))]
    own = fitted.theta[-len(expected) :]
    yield from compare(f"{shown}: covariance parameters", places, own, expected, 1e-4)
