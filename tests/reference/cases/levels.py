"""A level in one arm only, and slopes on two levels, against lme4 (`r/lme4_levels.R`)."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from cases.comparison import Close, Comparison, compare, compare_likelihood
from cases.folder import HERE, read_data
from evalpipe.stats.fit import GaussianFit, fit_gaussian
from evalpipe.stats.inference import DfMethod, test_contrasts
from evalpipe.stats.problem import ABSENT, GaussianProblem, Method, RandomEffect, Residual

GOLDEN = HERE / "golden_r" / "lme4"
CLUSTER_ROBUST = ("sleepstudy_slope", "sleepstudy_slope_in_trio")
SHOWN = {DfMethod.SATTERTHWAITE: "Satterthwaite", DfMethod.KENWARD_ROGER: "Kenward-Roger"}


def build_btheb(method: Method) -> GaussianProblem:
    """Therapists, made up from the row number, in the treated arm only."""
    frame = read_data("btheb_long").dropna(subset=["bdi"]).reset_index(drop=True)
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
    """Trios of participants share a slope besides each one's own."""
    frame = read_data("sleepstudy")
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
    """Intercept and slope of each participant."""
    trio = build_sleepstudy(method)
    return replace(trio, random=trio.random[1:])


BUILDERS: dict[str, Callable[[Method], GaussianProblem]] = {
    "sleepstudy_slope": build_sleepstudy_slope,
    "btheb_therapist_in_one_arm": build_btheb,
    "sleepstudy_slope_in_trio": build_sleepstudy,
}


@cache
def fit(name: str, method: Method) -> GaussianFit:
    """Fit a golden file's model."""
    return fit_gaussian(BUILDERS[name](method))


@cache
def load_r(name: str) -> Any:
    """Return what lme4, lmerTest, pbkrtest and clubSandwich say."""
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


def compare_all(name: str) -> Iterator[Comparison]:
    """Compare every number of a golden file."""
    for method in Method:
        yield from compare_fit(name, method)
    for df_method in SHOWN:
        yield from compare_coefficients(name, df_method)
    if name in CLUSTER_ROBUST:
        yield from compare_cluster_robust(name)


def compare_fit(name: str, method: Method) -> Iterator[Comparison]:
    """Compare likelihood and variances, the latter in units of their standard deviations.

    The likelihood is flat along the small variance of the outer level: hence 1e-4.
    """
    fitted, golden = fit(name, method), load_r(name)[method.value]
    shown = method.value.upper()
    yield compare_likelihood(shown, fitted.log_likelihood, golden["loglik"])
    for row in golden["random"]:
        quantity = f"{shown}: variance components"
        if row["grp"] == "Residual":
            own = fitted.residual_covariance[0][0, 0]
            yield from compare(quantity, ["Residual"], own, row["vcov"], 1e-5)
            continue
        level = next(e for e in fitted.problem.random if e.name == row["grp"])
        i = level.terms.index(row["var1"])
        j = level.terms.index(row["var2"] or row["var1"])
        ours = fitted.random_covariance[row["grp"]]
        floor = np.sqrt(ours[i, i] * ours[j, j])
        place = [f"{row['grp']} {level.terms[i]} {level.terms[j]}"]
        yield from compare(quantity, place, ours[i, j], row["vcov"], 1e-4, floor)


def compare_coefficients(name: str, method: DfMethod) -> Iterator[Comparison]:
    """Compare coefficients under one df method."""
    fitted, theirs = fit(name, Method.REML), load_r(name)[method.value]
    ours = test_contrasts(fitted, np.eye(len(fitted.beta)), method)
    places = [row["term"] for row in theirs]
    close = Close()
    found = {
        "estimate": (ours.estimate, "estimate", close.estimate),
        "standard error": (ours.std_error, "se", close.std_error),
        "df": (ours.df, "df", close.df),
        "p": (ours.p_value, "p", close.p_value),
    }
    for quantity, (own, field, tolerance) in found.items():
        expected = [row[field] for row in theirs]
        what = f"{SHOWN[method]} coefficients: {quantity}"
        yield from compare(what, places, own, expected, tolerance, 5e-10)


def compare_cluster_robust(name: str) -> Iterator[Comparison]:
    """Compare CR2 with clubSandwich."""
    fitted, theirs = fit(name, Method.REML), load_r(name)["cr2"]
    ours = test_contrasts(fitted, np.eye(len(fitted.beta)), DfMethod.CR2)
    places = [row["term"] for row in theirs]
    se, df, p = ([row[field] for row in theirs] for field in ("se", "df", "p"))
    yield from compare("CR2 coefficients: standard error", places, ours.std_error, se, 1e-5)
    yield from compare("CR2 coefficients: df", places, ours.df, df, 1e-3)
    yield from compare("CR2 coefficients: p", places, ours.p_value, p, 2e-3, 5e-10)
