"""Linear mixed models of lme4, lmerTest and pbkrtest: designs built by hand, fits, comparisons."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from cases.comparison import (
    Close,
    Comparison,
    compare,
    compare_joint,
    compare_likelihood,
    compare_tests,
)
from cases.folder import load, read_data
from evalpipe.stats.fit import GaussianFit, fit_gaussian
from evalpipe.stats.inference import DfMethod, test_contrasts, test_joint
from evalpipe.stats.problem import (
    EffectCovariance,
    FloatArray,
    GaussianProblem,
    Method,
    RandomEffect,
    Residual,
)

SHOWN = {DfMethod.SATTERTHWAITE: "Satterthwaite", DfMethod.KENWARD_ROGER: "Kenward-Roger"}


@dataclass(frozen=True)
class Golden:
    """A design built by hand: fixed columns under R's names, random effects."""

    frame: pd.DataFrame
    outcome: str
    X: dict[str, FloatArray]
    effects: tuple[RandomEffect, ...]

    def problem(self, method: Method) -> GaussianProblem:
        n = len(self.frame)
        return GaussianProblem(
            self.frame[self.outcome].to_numpy(float),
            np.column_stack(list(self.X.values())),
            tuple(self.X),
            Residual(np.arange(n)),
            self.effects,
            method,
        )


def code(frame: pd.DataFrame, column: str) -> Any:
    return np.unique(frame[column].astype(str), return_inverse=True)[1].astype(np.int64)


def random_effect(
    frame: pd.DataFrame,
    level: str,
    slope: str | None = None,
    *,
    intercept: bool = True,
    covariance: EffectCovariance = EffectCovariance.UNSTRUCTURED,
) -> RandomEffect:
    columns, terms = [], []
    if intercept:
        columns.append(np.ones(len(frame)))
        terms.append("(Intercept)")
    if slope:
        columns.append(frame[slope].to_numpy(float))
        terms.append(slope)
    return RandomEffect(
        level, code(frame, level), np.column_stack(columns), tuple(terms), covariance
    )


def numbers(frame: pd.DataFrame, *names: str) -> dict[str, FloatArray]:
    columns = {"(Intercept)": np.ones(len(frame))}
    return columns | {name: frame[name].to_numpy(float) for name in names}


def dummy(frame: pd.DataFrame, column: str, *levels: str) -> dict[str, FloatArray]:
    text = frame[column].astype(str)
    return {f"{column}{level}": (text == level).to_numpy(float) for level in levels}


def interact(a: dict[str, FloatArray], b: dict[str, FloatArray]) -> dict[str, FloatArray]:
    return {f"{i}:{j}": x * z for j, z in b.items() for i, x in a.items()}


def btheb() -> pd.DataFrame:
    frame = read_data("btheb_long").dropna(subset=["bdi"]).reset_index(drop=True)
    return frame.assign(visit=frame["month"].astype(int))


def btheb_people(frame: pd.DataFrame) -> dict[str, FloatArray]:
    return {
        "drugYes": (frame["drug"] == "Yes").to_numpy(float),
        "length>6m": (frame["length"] == ">6m").to_numpy(float),
    }


def btheb_arm(frame: pd.DataFrame) -> dict[str, FloatArray]:
    return dummy(frame, "treatment", "BtheB")


def build_btheb_lmm_ri() -> Golden:
    d = btheb()
    X = numbers(d, "bdi_pre", "month") | btheb_arm(d) | btheb_people(d)
    return Golden(d, "bdi", X, (random_effect(d, "id"),))


def build_btheb_lmm_ris() -> Golden:
    return replace(build_btheb_lmm_ri(), effects=(random_effect(btheb(), "id", "month"),))


def build_btheb_lmm_ri_by_visit() -> Golden:
    d = btheb()
    arm, visit = btheb_arm(d), dummy(d, "visit", "3", "5", "8")
    X = numbers(d, "bdi_pre") | btheb_people(d) | arm | visit | interact(arm, visit)
    return Golden(d, "bdi", X, (random_effect(d, "id"),))


def build_btheb_lmm_ri_growth() -> Golden:
    d = btheb()
    arm = btheb_arm(d)
    month = {"month": d["month"].to_numpy(float)}
    X = numbers(d, "bdi_pre") | btheb_people(d) | arm | month | interact(arm, month)
    return Golden(d, "bdi", X, (random_effect(d, "id", "month"),))


def build_sleepstudy_lmm_ri() -> Golden:
    d = read_data("sleepstudy")
    return Golden(d, "Reaction", numbers(d, "Days"), (random_effect(d, "Subject"),))


def build_sleepstudy_lmm_ris() -> Golden:
    d = read_data("sleepstudy")
    return Golden(d, "Reaction", numbers(d, "Days"), (random_effect(d, "Subject", "Days"),))


def build_sleepstudy_lmm_ris_uncorrelated() -> Golden:
    d = read_data("sleepstudy")
    effect = random_effect(d, "Subject", "Days", covariance=EffectCovariance.DIAGONAL)
    return Golden(d, "Reaction", numbers(d, "Days"), (effect,))


def build_fev_lmm_ri() -> Golden:
    d = read_data("fev_data").dropna(subset=["FEV1"]).reset_index(drop=True)
    arm = dummy(d, "ARMCD", "TRT")
    visit = dummy(d, "AVISIT", "VIS2", "VIS3", "VIS4")
    X = (
        numbers(d, "FEV1_BL")
        | dummy(d, "RACE", "Black or African American", "White")
        | dummy(d, "SEX", "Female")
        | arm
        | visit
        | interact(arm, visit)
    )
    return Golden(d, "FEV1", X, (random_effect(d, "USUBJID"),))


def build_classroom(names: tuple[str, ...], *, complete: bool = False) -> Golden:
    d = read_data("classroom")
    if complete:
        d = d.dropna().reset_index(drop=True)
    effects = (random_effect(d, "classid"), random_effect(d, "schoolid"))
    return Golden(d, "mathgain", numbers(d, *names), effects)


def build_classroom_lmm_3level() -> Golden:
    return build_classroom(("mathkind", "sex", "minority", "ses"))


def build_classroom_lmm_3level_null() -> Golden:
    return build_classroom(())


def build_classroom_lmm_3level_all() -> Golden:
    pupil = ("mathkind", "sex", "minority", "ses")
    return build_classroom((*pupil, "yearstea", "mathprep", "mathknow", "housepov"), complete=True)


def build_classroom_lmm_2level_slope() -> Golden:
    golden = build_classroom(("mathkind", "ses"))
    return replace(golden, effects=(random_effect(golden.frame, "schoolid", "ses"),))


def build_acitelli_apim_lmm_ri() -> Golden:
    d = read_data("acitelli_couples")
    for role, suffix in (("other_ac", "other_pos_a"), ("other_pc", "other_pos_p")):
        d[role] = d[suffix] - d[suffix].mean()
    return Golden(
        d, "satisfaction_a", numbers(d, "other_ac", "other_pc"), (random_effect(d, "couple"),)
    )


def leidig() -> pd.DataFrame:
    d = read_data("leidig2018_days").dropna(subset=["academic_engagement"]).reset_index(drop=True)
    return d.assign(day_c=(d["day"] - 1) / 10, phaseB=(d["phase"] == "B").astype(float))


def build_leidig_lmm_phase() -> Golden:
    d = leidig()
    effects = (random_effect(d, "case"), random_effect(d, "class_id"))
    return Golden(d, "academic_engagement", numbers(d, "day_c", "phaseB"), effects)


def build_leidig_lmm_phase_slope() -> Golden:
    d = leidig()
    effects = (random_effect(d, "case", "phaseB"), random_effect(d, "class_id"))
    return replace(build_leidig_lmm_phase(), effects=effects)


GROWTH = "btheb__lmm_ri_growth"
BUILDERS: dict[str, Callable[[], Golden]] = {
    "sleepstudy__lmm_ri": build_sleepstudy_lmm_ri,
    "sleepstudy__lmm_ris": build_sleepstudy_lmm_ris,
    "sleepstudy__lmm_ris_uncorrelated": build_sleepstudy_lmm_ris_uncorrelated,
    "btheb__lmm_ri": build_btheb_lmm_ri,
    "btheb__lmm_ris": build_btheb_lmm_ris,
    "btheb__lmm_ri_by_visit": build_btheb_lmm_ri_by_visit,
    "btheb__lmm_ri_growth": build_btheb_lmm_ri_growth,
    "fev__lmm_ri": build_fev_lmm_ri,
    "classroom__lmm_3level_null": build_classroom_lmm_3level_null,
    "classroom__lmm_3level": build_classroom_lmm_3level,
    "classroom__lmm_3level_all": build_classroom_lmm_3level_all,
    "classroom__lmm_2level_slope": build_classroom_lmm_2level_slope,
    "acitelli__apim_lmm_ri": build_acitelli_apim_lmm_ri,
    "leidig__lmm_phase": build_leidig_lmm_phase,
    "leidig__lmm_phase_slope": build_leidig_lmm_phase_slope,
}
SINGULAR = {"classroom__lmm_2level_slope"}


@cache
def fit(name: str, method: Method) -> GaussianFit:
    """Fit a golden file's model."""
    return fit_gaussian(BUILDERS[name]().problem(method))


def covariance_parameters(golden: dict[str, Any]) -> dict[tuple[str, str, str], float]:
    """lme4's variances and covariances, by (level, term, term)."""
    values = {}
    for row in golden["random"]:
        level = row["grp"].partition(".")[0]
        one, two = row["var1"] or "", row["var2"] or row["var1"] or ""
        values[level, one, two] = row["variance_or_covariance"]
    return values


def our_parameters(fitted: GaussianFit) -> dict[tuple[str, str, str], float]:
    values = {}
    start = 0
    for effect in fitted.problem.random:
        q = len(effect.terms)
        for i in range(q):
            for j in range(i + 1):
                if i != j and effect.covariance is EffectCovariance.DIAGONAL:
                    continue
                term = effect.terms[j], effect.terms[i]
                values[effect.name, *term] = float(fitted.theta[start])
                start += 1
    values["Residual", "", ""] = float(fitted.theta[start])
    return values


FACTORS = {
    "btheb": {
        "treatment": ("TAU", "BtheB"),
        "drug": ("No", "Yes"),
        "length": ("<6m", ">6m"),
        "visit": ("2", "3", "5", "8"),
    },
    "fev": {
        "ARMCD": ("PBO", "TRT"),
        "AVISIT": ("VIS1", "VIS2", "VIS3", "VIS4"),
        "RACE": ("Asian", "Black or African American", "White"),
        "SEX": ("Male", "Female"),
    },
    "leidig": {"phase": ("A", "B")},
}
INFERENCE = [
    (name, method)
    for name in BUILDERS
    for method in (DfMethod.SATTERTHWAITE, DfMethod.KENWARD_ROGER)
    if name not in SINGULAR
    if method is DfMethod.SATTERTHWAITE or name != "leidig__lmm_phase_slope"
]
WITH_MEANS = {
    "btheb__lmm_ri",
    "btheb__lmm_ris",
    "btheb__lmm_ri_by_visit",
    "fev__lmm_ri",
    "leidig__lmm_phase",
    "leidig__lmm_phase_slope",
}


class Means:
    """Rows of marginal means: factors at a level or averaged, numbers at their mean or a value."""

    def __init__(self, name: str) -> None:
        self.factors = FACTORS.get(name.partition("__")[0], {})
        golden = BUILDERS[name]()
        self.columns = list(golden.X)
        self.mean = {column: float(x.mean()) for column, x in golden.X.items()}

    def row(self, **given: str | float) -> FloatArray:
        return np.array(
            [
                np.prod([self._weight(part, given) for part in column.split(":")])
                for column in self.columns
            ]
        )

    def _weight(self, part: str, given: dict[str, str | float]) -> float:
        for factor, levels in self.factors.items():
            level = part.removeprefix(factor)
            if level != part and level in levels:
                chosen = given.get(factor)
                return 1 / len(levels) if chosen is None else float(chosen == level)
        return float(given.get(part, self.mean[part]))

    def type_three(self, term: str) -> FloatArray:
        """Rows of a term's type III test: main effects averaged over the other factors' levels."""
        if ":" in term:
            parts = term.split(":")
            chosen = [
                column
                for column in self.columns
                if len(column.split(":")) == len(parts)
                and all(c.startswith(p) for c, p in zip(column.split(":"), parts, strict=True))
            ]
            return np.array([[float(c == k) for c in self.columns] for k in chosen])
        zero = {c: 0.0 for c in self.columns if ":" not in c and c != "(Intercept)"}
        if term in self.factors:
            levels = self.factors[term]
            rows = [self.row(**(zero | {term: level})) for level in levels]
            return np.array([row - rows[0] for row in rows[1:]])
        return (self.row(**(zero | {term: 1.0})) - self.row(**zero))[None]


def compare_all(name: str) -> Iterator[Comparison]:
    """Compare every number of a golden file."""
    for method in Method:
        yield from compare_fit(name, method)
    yield from compare_model_based(name)
    for df_method in SHOWN:
        if (name, df_method) not in INFERENCE:
            continue
        yield from compare_coefficients(name, df_method)
        yield from compare_type_three(name, df_method)
        if name in WITH_MEANS:
            yield from compare_means(name, df_method)
        if name == GROWTH:
            yield from compare_slope_differences(df_method)
    if (name, DfMethod.KENWARD_ROGER) in INFERENCE:
        yield from compare_adjusted_covariance(name)


def compare_fit(name: str, method: Method) -> Iterator[Comparison]:
    """Compare likelihood and variance components.

    lme4's optimum is flat: its own four starts spread by the root of the deviance's spread.
    """
    golden, ours = load(name)[method.value], fit(name, method)
    shown = method.value.upper()
    yield compare_likelihood(shown, ours.log_likelihood, golden["loglik"])
    expected, found = covariance_parameters(golden), our_parameters(ours)
    if set(expected) != set(found):
        raise KeyError(f"{name}: the covariance parameters are not the same")
    places = [" ".join(part for part in key if part) for key in expected]
    mine = [found[key] for key in expected]
    theirs = list(expected.values())
    floor = 0.02 * max(abs(value) for value in theirs)
    yield from compare(f"{shown}: variance components", places, mine, theirs, 1e-4, floor)


def compare_model_based(name: str) -> Iterator[Comparison]:
    """Compare coefficients and unadjusted standard errors; also where a singular fit has no df."""
    ours, rows = fit(name, Method.REML), load(name)["inference"]["satterthwaite"]["fixed"]
    places = [row["term"] for row in rows]
    floor = 1e-4 * float(np.max(np.abs(ours.beta)))
    estimate, se = [row["estimate"] for row in rows], [row["se"] for row in rows]
    yield from compare("REML: coefficients", places, ours.beta, estimate, 1e-5, floor)
    own = np.sqrt(np.diag(ours.covariance_beta))
    yield from compare("REML: standard errors", places, own, se, 1e-5)


def compare_coefficients(name: str, method: DfMethod) -> Iterator[Comparison]:
    """Compare the coefficients under one df method."""
    fitted = fit(name, Method.REML)
    theirs = load(name)["inference"][method.value]["fixed"]
    yield from _compare_rows(name, method, np.eye(len(fitted.beta)), theirs, "coefficients")


def compare_type_three(name: str, method: DfMethod) -> Iterator[Comparison]:
    """Compare the type III F tests."""
    fitted, means = fit(name, Method.REML), Means(name)
    for row in load(name)["inference"][method.value]["anova_type3"]:
        ours = test_joint(fitted, means.type_three(row["term"]), method)
        what = f"{SHOWN[method]} type III test"
        yield from compare_joint(what, row["term"], ours, row, Close())


def compare_means(name: str, method: DfMethod) -> Iterator[Comparison]:
    """Compare marginal means and their differences."""
    golden, means = load(name)["inference"][method.value]["emmeans"], Means(name)
    rows = [
        means.row(**{factor: row[factor] for factor in means.factors if factor in row})
        for row in golden["means"]
    ]
    yield from _compare_rows(name, method, np.array(rows), golden["means"], "marginal means")
    differences = []
    for row in golden["contrasts"]:
        one, two = row["contrast"].split(" - ")
        factor = next(f for f, levels in means.factors.items() if one in levels)
        others = {f: row[f] for f in means.factors if f in row}
        differences.append(
            means.row(**(others | {factor: one})) - means.row(**(others | {factor: two}))
        )
    contrasts = golden["contrasts"]
    yield from _compare_rows(name, method, np.array(differences), contrasts, "contrasts")


def compare_slope_differences(method: DfMethod) -> Iterator[Comparison]:
    """Compare the difference between arms at two months of the growth model."""
    theirs = load(GROWTH)["inference"][method.value]["linear_combinations"]
    means = Means(GROWTH)
    rows = [
        means.row(treatment="BtheB", month=month) - means.row(treatment="TAU", month=month)
        for month in (2.0, 8.0)
    ]
    yield from _compare_rows(GROWTH, method, np.array(rows), theirs, "combinations")


def compare_adjusted_covariance(name: str) -> Iterator[Comparison]:
    """Compare Kenward and Roger's adjusted covariance matrix of the coefficients."""
    fitted = fit(name, Method.REML)
    golden = np.array(load(name)["inference"]["kenward_roger"]["vcov_adjusted"])
    p = len(fitted.beta)
    rows = [np.eye(p)[i] + np.eye(p)[j] for i in range(p) for j in range(p)]
    variance = test_contrasts(fitted, np.array(rows), DfMethod.KENWARD_ROGER).std_error ** 2
    sums = variance.reshape(p, p)
    ours = (sums - (np.diag(sums)[:, None] + np.diag(sums)[None, :]) / 4) / 2
    floor = np.sqrt(np.outer(np.diag(golden), np.diag(golden))).ravel()
    places = [f"{i + 1}, {j + 1}" for i in range(p) for j in range(p)]
    quantity = "Kenward-Roger covariance of coefficients"
    yield from compare(quantity, places, ours.ravel(), golden.ravel(), 2e-5, floor)


def _compare_rows(
    name: str, method: DfMethod, rows: FloatArray, theirs: list[dict[str, Any]], what: str
) -> Iterator[Comparison]:
    ours = test_contrasts(fit(name, Method.REML), rows, method)
    # pbkrtest's own standard errors agree between its two routes to six digits
    close = Close(std_error=1e-5 if method is DfMethod.SATTERTHWAITE else 1e-4)
    yield from compare_tests(f"{SHOWN[method]} {what}", ours, theirs, close)
