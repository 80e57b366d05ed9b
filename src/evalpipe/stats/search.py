"""Climb a likelihood over its working covariance parameters by Newton's method.

Expected information steers the first steps, exact observed information the rest; a step is halved
until V stays positive definite and the likelihood rises. Where the gradient vanishes but the
likelihood is convex (a variance stuck at zero that wants to grow), the search moves off along
that direction.
"""

from dataclasses import dataclass

import numpy as np

from evalpipe.stats.curvature import CovarianceModel, Reparametrisation
from evalpipe.stats.likelihood import Likelihood, evaluate_likelihood
from evalpipe.stats.problem import FloatArray, Method

MOST_ITERATIONS = 100
MOST_HALVINGS = 40
EXPECTED_STEPS = 2
DECREMENT = 1e-12
"""Squared length of the last step, in standard errors, at which the search ends."""
ACCEPTED_DECREMENT = 1e-8
"""The same when rounding stops the search from improving further."""
HIGHER = 1e-6
"""Gain in log-likelihood by which another top counts as higher."""


@dataclass(frozen=True)
class Point:
    """One place of the search: working parameters and the likelihood seen from there.

    gradient (k,), observed and expected (k, k): in the working parameters omega.
    """

    omega: FloatArray
    natural: Reparametrisation
    likelihood: Likelihood
    gradient: FloatArray
    observed: FloatArray
    expected: FloatArray


@dataclass(frozen=True)
class Top:
    """Where a climb ended."""

    point: Point
    converged: bool

    @property
    def value(self) -> float:
        """The log-likelihood there."""
        return self.point.likelihood.value


class Search:
    """The likelihood as a function of the working parameters, counting evaluations."""

    def __init__(self, model: CovarianceModel, n: int, method: Method) -> None:
        self.model, self.n, self.method = model, n, method
        self.evaluations = 0
        self.iterations = 0
        self.first: Point | None = None

    def climb(self, omega: FloatArray) -> Top | None:
        """Climb from omega until the gradient vanishes; None where omega is not feasible."""
        point = self.look(omega)
        if point is None:
            return None
        for iteration in range(1, MOST_ITERATIONS + 1):
            self.iterations += 1
            following, converged = self.advance(point, iteration)
            point = following or point
            if converged or following is None:
                return Top(point, converged)
        return Top(point, converged=False)

    def look(self, omega: FloatArray) -> Point | None:
        """Return the point at omega, or None where V is not positive definite."""
        natural = self.model.natural(omega)
        if not self.model.is_feasible(natural.theta):
            return None
        self.evaluations += 1
        try:
            likelihood = evaluate_likelihood(self.model, natural.theta, self.n, self.method)
        except np.linalg.LinAlgError:
            return None
        if not np.isfinite(likelihood.value):
            return None
        point = _pull_back(omega, natural, likelihood)
        self.first = self.first or point
        return point

    def advance(self, point: Point, iteration: int) -> tuple[Point | None, bool]:
        """Return the next point (None when no step improves) and whether the search is done."""
        step = newton_step(point, use_expected=iteration <= EXPECTED_STEPS)
        decrement = float(point.gradient @ step)
        if decrement < DECREMENT:
            return self._leave_saddle(point)
        following = self._walk(point, step, decrement)
        if following is None and iteration > EXPECTED_STEPS:
            step = newton_step(point, use_expected=True)
            following = self._walk(point, step, float(point.gradient @ step))
        if following is None:
            return (
                None if decrement > ACCEPTED_DECREMENT else point,
                decrement <= ACCEPTED_DECREMENT,
            )
        return following, False

    def _walk(self, point: Point, step: FloatArray, decrement: float) -> Point | None:
        """Halve the step until V is positive definite and the likelihood rises enough."""
        share, value = 1.0, point.likelihood.value
        noise = 1e-13 * abs(value)
        for _ in range(MOST_HALVINGS):
            following = self.look(point.omega + share * step)
            if following is not None:
                gain = following.likelihood.value - value
                if gain >= 1e-4 * share * decrement - noise:
                    return following
            share /= 2
        return None

    def _leave_saddle(self, point: Point) -> tuple[Point, bool]:
        """At a zero gradient, move along a direction in which the likelihood is convex, if any."""
        unit, values, vectors = scaled_eigen(point.observed, point.expected)
        if values[0] >= -1e-6 * max(1.0, values[-1]):
            return point, True
        for sign in (1.0, -1.0):
            for share in (1.0, 0.1, 0.01):
                trial = self.look(point.omega + sign * share * vectors[:, 0] / unit)
                if trial is not None and trial.likelihood.value > point.likelihood.value + 1e-9:
                    return trial, False
        return point, True


def _pull_back(omega: FloatArray, natural: Reparametrisation, likelihood: Likelihood) -> Point:
    J = natural.jacobian
    curved = np.tensordot(likelihood.gradient, natural.hessian, axes=1)
    return Point(
        omega=omega,
        natural=natural,
        likelihood=likelihood,
        gradient=J.T @ likelihood.gradient,
        observed=J.T @ likelihood.observed @ J - curved,
        expected=J.T @ likelihood.expected @ J,
    )


def newton_step(point: Point, *, use_expected: bool) -> FloatArray:
    """Solve information @ step = gradient; a negative curvature is turned round, a flat one
    damped.
    """
    information = point.expected if use_expected else point.observed
    unit, values, vectors = scaled_eigen(information, point.expected)
    size = np.maximum(np.abs(values), 1e-7 * np.max(np.abs(values)))
    scaled = vectors @ ((vectors.T @ (point.gradient / unit)) / size)
    return np.asarray(scaled / unit)


def scaled_eigen(
    information: FloatArray, expected: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return a unit for each parameter and the eigenvalues and vectors of the information in it."""
    diagonal = np.maximum(np.abs(np.diag(information)), np.diag(expected))
    floor = 1e-14 * np.max(diagonal, initial=0.0)
    unit = np.sqrt(np.maximum(diagonal, floor if floor > 0 else 1.0))
    values, vectors = np.linalg.eigh(information / np.outer(unit, unit))
    return unit, values, vectors
