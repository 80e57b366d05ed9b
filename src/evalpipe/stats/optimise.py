"""Maximise a likelihood over its covariance parameters, and judge the result.

`search` climbs; where variances can be zero `settle` says whether the climb may end.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from evalpipe.stats.boundary import Bounded, Face
from evalpipe.stats.curvature import CovarianceModel, ManyTopped
from evalpipe.stats.likelihood import Likelihood
from evalpipe.stats.problem import FloatArray, Method
from evalpipe.stats.search import HIGHER, Search, Top, newton_step, scaled_eigen
from evalpipe.stats.settle import find_face_at, settle_best

FLAT = 1e-11
"""Share of the largest curvature below which a direction counts as flat."""

SIMPLER = "choose a simpler covariance structure"
NOT_MAXIMISED = (
    "the likelihood could not be maximised; choose a simpler covariance structure or fewer fixed "
    "terms"
)


class FitStatus(StrEnum):
    """How a fit ended; the same words as the `status` column of the estimates."""

    OK = "ok"
    SINGULAR = "singular"
    NOT_CONVERGED = "not_converged"
    NOT_ESTIMABLE = "not_estimable"


@dataclass(frozen=True)
class Convergence:
    """The record of an optimisation.

    scaled_gradient: length of the remaining Newton step in standard errors (unit-free).
    condition: of the observed information of the natural parameters, scaled to unit diagonal.
    boundary: names of parameters on the boundary. message: what to do, empty when all is well.
    has_converged: the conditions of an optimum hold, those of the boundary included.
    """

    status: FitStatus
    iterations: int
    evaluations: int
    scaled_gradient: float
    condition: float
    boundary: tuple[str, ...]
    message: str
    has_converged: bool = True


@dataclass(frozen=True)
class Optimum:
    """Working and natural parameters at the optimum, the likelihood there, and the record."""

    omega: FloatArray
    theta: FloatArray
    likelihood: Likelihood
    convergence: Convergence
    face: Face


def maximise(
    model: CovarianceModel, n: int, method: Method, start: FloatArray | None = None
) -> Optimum:
    """Return the optimum of the (restricted) likelihood.

    n: number of observations. start: working parameters, default the model's own.
    A failed search is not an error: the record says `not_converged`.
    """
    search = Search(model, n, method)
    top = search.climb(model.start() if start is None else start)
    if top is None:
        raise ValueError("the start is not feasible")
    redundant = _find_redundant(model, search)
    if isinstance(model, Bounded) and not redundant:
        top = settle_best(search, top, model)
    while isinstance(model, ManyTopped):
        others = [search.climb(omega) for omega in model.alternatives(top.point.omega)]
        higher = [t for t in others if t is not None and t.value > top.value + HIGHER]
        if not higher:
            break
        top = max(higher, key=lambda t: t.value)
    point = top.point
    face = find_face_at(model, point)
    judged = _judge(model, top, search, face, redundant)
    return Optimum(point.omega, point.natural.theta, point.likelihood, judged, face)


def _is_of_residuals(boundary: tuple[str, ...]) -> bool:
    """Whether residuals are on the boundary, where the likelihood has no top to converge to."""
    return any(name.startswith("residual: ") for name in boundary)


def _has_conditions(model: CovarianceModel, boundary: tuple[str, ...]) -> bool:
    """Whether a fit on the boundary has a top there, of which the conditions can be asked."""
    return isinstance(model, Bounded) and not _is_of_residuals(boundary)


def _judge(
    model: CovarianceModel, top: Top, search: Search, face: Face, redundant: str
) -> Convergence:
    point = top.point
    boundary = model.boundary(point.natural.theta)
    _, values, vectors = scaled_eigen(point.likelihood.observed, point.likelihood.expected)
    smallest, largest = values[0], values[-1]
    remaining = newton_step(point, use_expected=False)
    status, message = FitStatus.OK, ""
    if redundant:
        status = FitStatus.NOT_ESTIMABLE
        message = f"the data do not identify: {redundant}; {SIMPLER}"
    elif not top.converged and boundary and _has_conditions(model, boundary):
        status, message = FitStatus.NOT_CONVERGED, NOT_MAXIMISED
    elif boundary:
        status = FitStatus.SINGULAR
        told = "" if _is_of_residuals(boundary) else face.words()
        message = told or (
            f"on the boundary: {', '.join(boundary)}; the data do not carry this covariance, "
            "choose a simpler one or drop the term"
        )
    elif not top.converged:
        status, message = FitStatus.NOT_CONVERGED, NOT_MAXIMISED
    elif smallest <= FLAT * largest:
        status = FitStatus.NOT_ESTIMABLE
        flat = _name_flat(model.parameter_names, vectors[:, 0])
        message = f"the data do not identify: {flat}; {SIMPLER}"
    return Convergence(
        status=status,
        iterations=search.iterations,
        evaluations=search.evaluations,
        scaled_gradient=float(np.sqrt(max(float(point.gradient @ remaining), 0.0))),
        condition=float(largest / smallest) if smallest > 0 else float("inf"),
        boundary=boundary,
        message=message,
        has_converged=top.converged,
    )


def _find_redundant(model: CovarianceModel, search: Search) -> str:
    """Name the parameters that say the same thing about V, whatever their values; empty if none.

    Where derivatives of V depend on each other the expected information is singular everywhere, so
    the start shows it (a random slope with two visits, a random intercept with a free covariance).
    """
    if search.first is None:
        return ""
    expected = search.first.likelihood.expected
    _, values, vectors = scaled_eigen(expected, expected)
    if values[0] > FLAT * values[-1]:
        return ""
    return _name_flat(model.parameter_names, vectors[:, 0])


def _name_flat(names: tuple[str, ...], direction: FloatArray) -> str:
    heavy = np.abs(direction) > 0.1 * np.max(np.abs(direction))
    return ", ".join(name for name, is_heavy in zip(names, heavy, strict=True) if is_heavy)
