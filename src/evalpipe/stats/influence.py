"""Residuals and the influence of independent units on contrasts, for the report's diagnostics."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from evalpipe.errors import ModelError
from evalpipe.stats.fit import FittedCore, GaussianFit, fit_gaussian
from evalpipe.stats.inference import ContrastTests, DfMethod
from evalpipe.stats.inference import test_contrasts as run_tests
from evalpipe.stats.optimise import FitStatus
from evalpipe.stats.problem import ABSENT, FloatArray, GaussianProblem, IntArray, RandomEffect
from evalpipe.stats.robust import LEVERAGE_ONE, whiten_batch

BoolArray = NDArray[np.bool_]
Array = TypeVar("Array", FloatArray, IntArray)


@dataclass(frozen=True)
class Residuals:
    """Residuals of each row (n,), in the order of the problem.

    raw: y - X beta, in units of the outcome. scaled: whitened within each unit by the Cholesky
    factor of V, uncorrelated with variance one if the model holds. studentised: raw over its
    standard deviation, V - X Phi X'.
    """

    raw: FloatArray
    scaled: FloatArray
    studentised: FloatArray


@dataclass(frozen=True)
class UnitInfluence:
    """One-step influence of each unit: covariance parameters are held at those of the full fit.

    unit: (c,) codes. change: (c, m) contrast of the full fit minus the contrast without the unit;
    NaN where the unit alone determines a coefficient.
    """

    unit: IntArray
    change: FloatArray


@dataclass(frozen=True)
class LeftOut:
    """Refit without the rows of one code; tests is None where it cannot be fitted (see message)."""

    code: int
    n_observations: int
    tests: ContrastTests | None
    status: FitStatus
    message: str


def compute_residuals(fit: GaussianFit) -> Residuals:
    """Return raw, scaled (Cholesky) and studentised residuals of a fit."""
    core, n = fit.core, fit.n_observations
    scale, phi = core.prepared.scale, core.likelihood.phi
    problem = core.prepared.problem
    raw = scale * (problem.y - problem.X @ core.likelihood.beta)
    scaled, studentised = np.empty(n), np.empty(n)
    for batch in core.model.clusters(core.theta):
        X = problem.X[batch.rows]
        scaled[batch.rows] = whiten_batch(core, batch)[1]
        fitted = np.einsum("bip,pq,biq->bi", X, phi, X)
        variance = np.diagonal(batch.covariance, axis1=1, axis2=2) - fitted
        with np.errstate(divide="ignore", invalid="ignore"):
            studentised[batch.rows] = np.where(
                variance > LEVERAGE_ONE, raw[batch.rows] / (scale * np.sqrt(variance)), np.nan
            )
    return Residuals(raw, scaled, studentised)


def influence_one_step(fit: GaussianFit, contrasts: FloatArray) -> UnitInfluence:
    """Return how much each unit moves each contrast (m, p), covariance parameters held fixed.

    beta - beta without unit i = Phi X*_i'(I - H_i)^-1 e*_i in whitened coordinates: exact given V.
    """
    core = fit.core
    loaded = core.prepared.contrast(np.asarray(contrasts, dtype=float)) @ core.likelihood.phi
    parts = list(_iterate_changes(core, loaded))
    unit = np.concatenate([unit for unit, _ in parts])
    change = np.concatenate([change for _, change in parts])
    order = np.argsort(unit, kind="stable")
    return UnitInfluence(unit[order], change[order])


def leave_one_out(
    fit: GaussianFit,
    code: IntArray,
    contrasts: FloatArray,
    method: DfMethod | str,
    confidence_level: float = 0.95,
    only: IntArray | None = None,
) -> tuple[LeftOut, ...]:
    """Refit without each code in turn: exact influence of sites, therapists, couples or
    participants.

    code: (n,) which rows are left out together. only: the codes to leave out, default all.
    A refit that cannot be made is a `LeftOut` with status `not_estimable` and the reason.
    """
    chosen = np.unique(code) if only is None else np.asarray(only)
    return tuple(
        _leave_out(fit, np.asarray(code), int(one), contrasts, method, confidence_level)
        for one in chosen
    )


def drop_rows(problem: GaussianProblem, keep: BoolArray) -> GaussianProblem:
    """Return the problem with the rows where `keep` (n,) is true; level codes are made gapless."""
    residual = problem.residual
    return replace(
        problem,
        y=problem.y[keep],
        X=problem.X[keep],
        residual=replace(
            residual,
            block=residual.block[keep],
            position=_keep(residual.position, keep),
            time=_keep(residual.time, keep),
            group=_keep(residual.group, keep),
            member=_keep(residual.member, keep),
        ),
        random=tuple(_drop_effect_rows(effect, keep) for effect in problem.random),
    )


def _iterate_changes(core: FittedCore, loaded: FloatArray) -> Iterator[tuple[IntArray, FloatArray]]:
    for batch in core.model.clusters(core.theta):
        X, residual = whiten_batch(core, batch)
        left = np.eye(X.shape[1]) - X @ core.likelihood.phi @ X.swapaxes(1, 2)
        values, vectors = np.linalg.eigh(left)
        with np.errstate(divide="ignore"):
            inverse = np.where(values > LEVERAGE_ONE, 1 / values, np.nan)
        turned = np.einsum("bmi,bm->bi", vectors, residual) * inverse
        weighed = np.einsum("bmi,bi->bm", vectors, turned)
        yield batch.unit, np.einsum("mp,bip,bi->bm", loaded, X, weighed)


def _leave_out(
    fit: GaussianFit,
    code: IntArray,
    one: int,
    contrasts: FloatArray,
    method: DfMethod | str,
    confidence_level: float,
) -> LeftOut:
    keep = code != one
    n = int(np.sum(keep))
    try:
        refit = fit_gaussian(drop_rows(fit.problem, keep))
    except ModelError as error:
        return LeftOut(one, n, None, FitStatus.NOT_ESTIMABLE, str(error))
    tests = run_tests(refit, contrasts, method, confidence_level)
    return LeftOut(one, n, tests, refit.status, refit.convergence.message)


def _keep(values: Array | None, keep: BoolArray) -> Array | None:
    return None if values is None else values[keep]


def _drop_effect_rows(effect: RandomEffect, keep: BoolArray) -> RandomEffect:
    level = effect.level[keep]
    present = level != ABSENT
    compact = np.full_like(level, ABSENT)
    compact[present] = np.unique(level[present], return_inverse=True)[1]
    return replace(effect, level=compact, design=effect.design[keep])
