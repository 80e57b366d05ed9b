"""Trials imputed by assumption: conditional means and the jackknife against rbmi."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from cases.folder import load, read_data
from evalpipe.stats.missing.assumptions import (
    Assumption,
    ImputationData,
    Scenario,
    event_after_last_seen,
    shift_after_event,
)
from evalpipe.stats.missing.conditional_mean import (
    Analysis,
    ConditionalMeanEstimates,
    Refits,
    estimate_conditional_means,
    jackknife_refits,
)
from evalpipe.stats.missing.imputation_model import fit_imputation_model
from evalpipe.stats.problem import FloatArray

ASSUMPTIONS = {
    "MAR": Assumption.MISSING_AT_RANDOM,
    "JR": Assumption.JUMP_TO_REFERENCE,
    "CR": Assumption.COPY_REFERENCE,
    "CIR": Assumption.COPY_INCREMENTS,
    "LMCF": Assumption.LAST_MEAN_CARRIED_FORWARD,
}


@dataclass(frozen=True)
class Trial:
    """Data, refits and analysis; visits as the golden file names them."""

    data: ImputationData
    refits: Refits
    analysis: Analysis
    visits: tuple[str, ...]


@dataclass(frozen=True)
class Recipe:
    """Which columns of a data set are what."""

    source: str
    person: str
    visit: str
    outcome: str
    arm: str
    treated: str
    covariates: tuple[tuple[str, str | None], ...]
    by_visit: tuple[str, ...] = ()


RECIPES = {
    "btheb": Recipe(
        "btheb_long", "id", "month", "bdi", "treatment", "BtheB",
        (("bdi_pre", None), ("drug", "Yes"), ("length", ">6m")),
    ),
    "fev": Recipe(
        "fev_data", "USUBJID", "AVISIT", "FEV1", "ARMCD", "TRT",
        (("FEV1_BL", None), ("SEX", "Female")), ("FEV1_BL",),
    ),
}  # fmt: skip


def golden(name: str) -> dict[str, Any]:
    """Return the golden file of a trial."""
    return load(f"{name}__reference_based_condmean_jackknife")


@cache
def build(name: str) -> Trial:
    """Return the trial with its refits, everyone without each participant."""
    recipe = RECIPES[name]
    frame = read_data(recipe.source)
    wide = frame.pivot(index=recipe.person, columns=recipe.visit, values=recipe.outcome)
    people = frame.drop_duplicates(recipe.person).set_index(recipe.person).loc[wide.index]
    y = wide.to_numpy(dtype=float)
    treated = (people[recipe.arm] == recipe.treated).to_numpy(dtype=float)
    covariates = {
        column: _code(people[column], level).to_numpy(dtype=float)
        for column, level in recipe.covariates
    }
    own, columns = _design(covariates, recipe.by_visit, treated, y.shape[1])
    reference, _ = _design(covariates, recipe.by_visit, 0 * treated, y.shape[1])
    none = np.zeros(len(y), dtype=np.int64)
    data = ImputationData(
        y, own, reference, columns, treated.astype(np.int64), event_after_last_seen(y), none, none
    )
    refits = jackknife_refits(data, fit_imputation_model(data))
    return Trial(data, refits, _analysis(covariates, treated), tuple(map(str, wide.columns)))


def estimate(name: str, scenario: Scenario) -> ConditionalMeanEstimates:
    """Return the estimates of one scenario."""
    trial = build(name)
    return estimate_conditional_means(trial.data, trial.refits, scenario, trial.analysis)


def shifted(name: str, delta: float) -> Scenario:
    """Return missing at random, then delta added in the treated arm at every visit."""
    data = build(name).data
    start = np.zeros(data.n_people, dtype=np.int64)
    return Scenario(shift=shift_after_event(delta * data.arm.astype(float), start, data.n_visits))


def numbers(name: str, rows: list[dict[str, Any]]) -> Iterator[tuple[str, FloatArray]]:
    """Yield estimate and standard error (3, T) as the golden file has them."""
    by_name = {row["parameter"]: row for row in rows}
    for key in ("estimate", "se"):
        yield (
            key,
            np.array(
                [
                    [by_name[f"{what}_{visit}"][key] for visit in build(name).visits]
                    for what in ("trt", "lsm_ref", "lsm_alt")
                ]
            ),
        )


def _code(values: pd.Series, level: str | None) -> pd.Series:
    return values if level is None else (values == level)


def _design(
    covariates: dict[str, FloatArray], by_visit: tuple[str, ...], treated: FloatArray, T: int
) -> tuple[FloatArray, tuple[str, ...]]:
    """Return visit, arm by visit and covariates (N, T, p), some of them by visit."""
    eye, n = np.eye(T), len(treated)
    parts = [np.broadcast_to(eye, (n, T, T)), treated[:, None, None] * eye]
    names = [f"visit{t}" for t in range(T)] + [f"treated{t}" for t in range(T)]
    for name, values in covariates.items():
        if name in by_visit:
            parts.append(values[:, None, None] * eye)
            names += [f"{name}{t}" for t in range(T)]
        else:
            parts.append(np.broadcast_to(values[:, None, None], (n, T, 1)))
            names.append(name)
    return np.concatenate(parts, axis=2), tuple(names)


def _analysis(covariates: dict[str, FloatArray], treated: FloatArray) -> Analysis:
    q = 2 + len(covariates)
    design = np.column_stack([np.ones(len(treated)), treated, *covariates.values()])
    mean = np.full(q - 2, np.nan)
    contrasts = np.array([[0.0, 1.0, *np.zeros(q - 2)], [1.0, 0.0, *mean], [1.0, 1.0, *mean]])
    return Analysis(design, ("intercept", "treated", *covariates), contrasts)
