"""What the report shows of a fit's quality: residuals in bins, influence, leaving out one site.

Nothing here is about one participant: residuals are counted in bins and quantiles, influence is
summarised.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from evalpipe.config.analyses import Estimand
from evalpipe.design.statistic_rows import StatisticRow
from evalpipe.errors import NotEstimableError
from evalpipe.models.answers import stack_rows
from evalpipe.models.gaussian import setting_of
from evalpipe.models.gaussian_fit import FittedGaussian, fit_declared
from evalpipe.models.requests import Request, requests_of
from evalpipe.stats.fit import GaussianFit
from evalpipe.stats.problem import FloatArray
from evalpipe.vocabulary import Quantity, Statistic, StatisticTable

BINS = 12
QUANTILES = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99)
LARGEST_FOR_INFLUENCE = 20_000
MOST_SITES = 40


@dataclass(frozen=True)
class Residuals:
    """Residuals (n,): scaled by the Cholesky factor of V within each unit (about standard normal if
    the model holds), studentised by their own standard deviation, and the fitted means.
    """

    scaled: FloatArray
    studentised: FloatArray
    fitted: FloatArray


def residuals_of(fit: GaussianFit) -> Residuals:
    """Return marginal residuals of a fit, in the order of its rows."""
    problem = fit.problem
    mean = problem.X @ fit.beta
    raw = problem.y - mean
    scaled, spread = np.empty_like(raw), np.empty_like(raw)
    for batch in fit.iterate_clusters():
        factor = np.linalg.cholesky(batch.covariance)
        here = raw[batch.rows]
        scaled[batch.rows] = np.linalg.solve(factor, here[..., None])[..., 0]
        X = problem.X[batch.rows]
        explained = np.einsum("bmp,pq,bmq->bm", X, fit.covariance_beta, X)
        own = np.diagonal(batch.covariance, axis1=1, axis2=2) - explained
        spread[batch.rows] = np.sqrt(np.maximum(own, 1e-300))
    return Residuals(scaled, raw / spread, mean)


def influence_of(fit: GaussianFit, L: FloatArray) -> FloatArray:
    """Return (units, m) the change of each contrast when one unit is left out.

    One-step: exact for the coefficients at the fitted covariance parameters, which are not fitted
    again. Order of the batches of units.
    """
    problem = fit.problem
    residual = problem.y - problem.X @ fit.beta
    changes = []
    for batch in fit.iterate_clusters():
        X = problem.X[batch.rows]
        inverse = np.linalg.inv(batch.covariance)
        loaded = np.swapaxes(X, 1, 2) @ inverse
        A, b = loaded @ X, (loaded @ residual[batch.rows][..., None])[..., 0]
        step = np.einsum("pq,bq->bp", fit.covariance_beta, b)
        hat = np.eye(A.shape[1])[None] - fit.covariance_beta @ A
        changes.append(-np.linalg.solve(hat, step[..., None])[..., 0] @ L.T)
    return np.concatenate(changes)


def residual_statistics(fitted: FittedGaussian, outcome: str) -> Iterator[StatisticRow]:
    """Yield scaled residuals in bins and quantiles, and their spread over fitted values."""
    residuals = residuals_of(fitted.fit)
    counts, edges = np.histogram(np.clip(residuals.scaled, -3.49, 3.49), bins=14, range=(-3.5, 3.5))
    n = len(residuals.scaled)
    for count, low in zip(counts, edges[:-1], strict=True):
        yield _row(
            outcome, "count", float(count), n, level=f"{low:.1f}", what="scaled_residual_bin"
        )
    for share in QUANTILES:
        value = float(np.quantile(residuals.scaled, share))
        yield _row(
            outcome, "quantile", value, n, level=f"{share:g}", what="scaled_residual_quantile"
        )
    order = np.argsort(residuals.fitted, kind="stable")
    for number, part in enumerate(np.array_split(order, min(BINS, max(1, n // 10)))):
        level = f"part {number + 1:02d}"
        place = {"level": level, "what": "studentised_residual_by_fitted"}
        values = residuals.studentised[part]
        centre = float(residuals.fitted[part].mean())
        yield _row(outcome, "fitted_mean", centre, len(part), **place)
        yield _row(outcome, "mean", float(values.mean()), len(part), **place)
        if len(part) > 1:
            yield _row(outcome, "sd", float(values.std(ddof=1)), len(part), **place)
    beyond = int((np.abs(residuals.studentised) > 3).sum())
    yield _row(outcome, "count", float(beyond), n, level="beyond 3", what="studentised_residual")


def _row(
    outcome: str, statistic: str, value: float, n: int, *, level: str, what: str
) -> StatisticRow:
    return StatisticRow(
        StatisticTable.RESIDUALS,
        outcome,
        statistic,
        value,
        n=n,
        level=level,
        groups={"kind": what},
    )


def headline_request(fitted: FittedGaussian, estimand: Estimand) -> Request | None:
    """Return the contrast at the headline visit (else the last), which influence is measured on."""
    requests = requests_of(estimand, setting_of(fitted, estimand))
    wanted = [
        r
        for r in requests
        if r.quantity in (Quantity.CONTRAST, Quantity.SLOPE_CONTRAST, Quantity.SLOPE)
    ]
    at = [r for r in wanted if r.visit == estimand.headline_visit] or wanted[-1:]
    return at[0] if at else None


def influence_statistics(
    fitted: FittedGaussian, request: Request, outcome: str
) -> Iterator[StatisticRow]:
    """Yield how far the contrast moves when single units are left out, in standard errors."""
    fit = fitted.fit
    if fit.n_units > LARGEST_FOR_INFLUENCE:
        return
    change = influence_of(fit, stack_rows([request], len(fit.beta)))[:, 0]
    error = float(np.sqrt(request.L @ fit.covariance_beta @ request.L))
    moved = change / error
    numbers = {
        "largest_fall": float(moved.min()),
        "largest_rise": float(moved.max()),
        "share_beyond_a_fifth": float((np.abs(moved) > 0.2).mean()),
        "root_mean_square": float(np.sqrt((moved**2).mean())),
    }
    for statistic, value in numbers.items():
        yield StatisticRow(
            StatisticTable.INFLUENCE,
            outcome,
            statistic,
            value,
            n=fit.n_units,
            level=request.term,
            visit=request.visit,
            note="change of the contrast in standard errors when one unit is left out; one-step: "
            "covariance parameters are not fitted again",
        )


def leave_one_out_statistics(
    frame: pd.DataFrame,
    fitted: FittedGaussian,
    estimand: Estimand,
    level: str,
    outcome: str,
    conf_level: float,
) -> Iterator[StatisticRow]:
    """Yield the headline contrast without each unit of a level (site), fitted anew.

    frame: the analysis set. Units are numbered in order of size, not named.
    """
    column = f"{level}_id" if f"{level}_id" in frame.columns else level
    sizes = frame[column].value_counts(sort=False)
    order = sorted(sizes.index, key=lambda unit: (-sizes[unit], str(unit)))
    if not 2 < len(order) <= MOST_SITES:
        return
    for number, unit in enumerate(order, start=1):
        part = frame[frame[column] != unit]
        name = f"without {level} {number:02d}"
        yield from _refitted(part, fitted, estimand, name, outcome, conf_level)


def _refitted(
    part: pd.DataFrame,
    fitted: FittedGaussian,
    estimand: Estimand,
    name: str,
    outcome: str,
    conf_level: float,
) -> Iterator[StatisticRow]:
    try:
        again = fit_declared(part, fitted.attempts[0].model, fitted.declared)
        request = headline_request(again, estimand)
        assert request is not None
    except NotEstimableError as error:
        yield StatisticRow(
            StatisticTable.INFLUENCE, outcome, "estimate", None, level=name, note=str(error)
        )
        return
    tests = again.test([request], conf_level)
    for statistic, value in (
        ("estimate", tests.estimate[0]),
        (Statistic.CONF_LOW, tests.conf_low[0]),
        (Statistic.CONF_HIGH, tests.conf_high[0]),
    ):
        yield StatisticRow(
            StatisticTable.INFLUENCE,
            outcome,
            statistic,
            float(value),
            n=again.rows.n_participants,
            level=name,
            arm=request.arm,
            visit=request.visit,
            groups={"kind": "leave_one_out"},
            note=again.note,
        )
