"""Profile-likelihood intervals for covariance parameters.

A limit is where the likelihood, maximised over everything else, has fallen by half the quantile of
chi-squared with one degree of freedom. The likelihood profiled is that of the fit: restricted or
full. A parameter is held by an equality constraint in the working parameters of the covariance
model, so that the others may reach their boundary. The constrained maximum is found by Newton's
method on the Lagrangian (Nocedal and Wright 2006, chapter 18); the multiplier is the slope of the
profile.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtri

from evalpipe.stats.fit import GaussianFit
from evalpipe.stats.optimise import FitStatus
from evalpipe.stats.problem import FloatArray
from evalpipe.stats.search import Point, Search
from evalpipe.stats.variance import ParameterInterval, list_kinds

MOST_ITERATIONS = 60
MOST_HALVINGS = 30
MOST_STEPS = 12
"""Steps of one Wald margin in which a limit is looked for."""
DECREMENT = 1e-11
MISSED = 1e-9
"""Share of the parameter's standard error by which the constraint may be missed."""
VARIANCES = ("variance", "relative variance")
POSITIVE = (*VARIANCES, "range")
VANISHED = 1e-5
"""Share of its estimate at which a variance counts as zero."""


def profile_intervals(
    fit: GaussianFit, confidence_level: float = 0.95
) -> tuple[ParameterInterval, ...]:
    """Return every covariance parameter with its profile interval, in the order of `theta_names`.

    A limit is NaN where it could not be found, and zero where the profile of a variance does not
    fall far enough above zero. Both are NaN where the fit is not `ok`. The scale is `profile`: on
    which scale a profile is taken does not matter. std_error: from the observed information.
    """
    found = []
    for place, kind in enumerate(list_kinds(fit)):
        std_error, low, high = float("nan"), float("nan"), float("nan")
        if fit.status is FitStatus.OK:
            std_error = float(np.sqrt(fit.theta_covariance_observed[place, place]))
            low, high = _find_limits(fit, place, kind, std_error, confidence_level)
        name, value = fit.theta_names[place], float(fit.theta[place])
        found.append(ParameterInterval(name, kind, value, std_error, low, high, "profile"))
    return tuple(found)


@dataclass(frozen=True)
class _Held:
    """The constraint a'theta(omega) = value, seen from one point: r, its gradient and curvature."""

    missed: float
    gradient: FloatArray
    curvature: FloatArray


@dataclass
class _Profile:
    """The profile of one parameter a'theta; remembers the last maximum to start the next from."""

    search: Search
    a: FloatArray
    unit: float
    last: Point

    def value(self, target: float) -> float:
        """Return the log-likelihood maximised with the parameter held at target.

        Raises
        ------
        ArithmeticError
            If the maximum could not be found.
        """
        point, multiplier = self.last, 0.0
        for _ in range(MOST_ITERATIONS):
            held = self._hold(point, target)
            step, multiplier, decrement = _solve(point, held, multiplier)
            if decrement < DECREMENT and abs(held.missed) <= MISSED * self.unit:
                self.last = point
                return point.likelihood.value
            following = self._walk(point, held, step, multiplier, target)
            if following is None:
                break
            point = following
        held = self._hold(point, target)
        if decrement < 1e-7 and abs(held.missed) <= 1e-6 * self.unit:
            self.last = point
            return point.likelihood.value
        raise ArithmeticError("the constrained maximum was not found")

    def _hold(self, point: Point, target: float) -> _Held:
        natural = point.natural
        return _Held(
            float(self.a @ natural.theta) - target,
            natural.jacobian.T @ self.a,
            np.tensordot(self.a, natural.hessian, axes=1),
        )

    def _walk(
        self, point: Point, held: _Held, step: FloatArray, multiplier: float, target: float
    ) -> Point | None:
        """Halve the step until the likelihood, less a penalty on the constraint, rises."""
        weight = 2 * abs(multiplier) + 1 / self.unit
        merit = point.likelihood.value - weight * abs(held.missed)
        share = 1.0
        for _ in range(MOST_HALVINGS):
            following = self.search.look(point.omega + share * step)
            if following is not None:
                missed = abs(float(self.a @ following.natural.theta) - target)
                if following.likelihood.value - weight * missed > merit - 1e-12:
                    return following
            share /= 2
        return None


def _solve(point: Point, held: _Held, multiplier: float) -> tuple[FloatArray, float, float]:
    """Return Newton's step on the Lagrangian, the new multiplier and the step's decrement."""
    A = held.gradient
    square = float(A @ A)
    M = point.observed + multiplier * held.curvature
    onto = -held.missed / square * A
    Z = np.linalg.svd(A[None])[2][1:].T
    slope = Z.T @ (point.gradient - M @ onto)
    values, vectors = np.linalg.eigh(Z.T @ M @ Z)
    largest = max(float(np.max(np.abs(values), initial=0.0)), 1e-300)
    size = np.maximum(np.abs(values), 1e-9 * largest)
    along = Z @ (vectors @ ((vectors.T @ slope) / size))
    free = Z.T @ point.gradient
    decrement = float(np.sum((vectors.T @ free) ** 2 / size))
    step = onto + along
    return step, float(A @ (point.gradient - M @ step)) / square, decrement


def _find_limits(
    fit: GaussianFit, place: int, kind: str, std_error: float, confidence_level: float
) -> tuple[float, float]:
    core = fit.core
    search = Search(core.model, fit.n_observations, fit.method)
    top = search.look(core.omega)
    if top is None or not np.isfinite(std_error) or std_error <= 0:
        return float("nan"), float("nan")
    quantile = -float(ndtri((1 - confidence_level) / 2))
    level = top.likelihood.value - quantile**2 / 2
    ends = []
    for sign in (-1.0, 1.0):
        profile = _Profile(search, core.report[place], std_error, top)
        path = _choose_path(kind, float(fit.theta[place]), quantile * std_error, sign)
        ends.append(_find_limit(profile, path, level, is_variance=kind in VARIANCES))
    return ends[0], ends[1]


def _choose_path(kind: str, value: float, margin: float, sign: float) -> Callable[[float], float]:
    """Return the parameter after some Wald margins, on a scale where it stays in its space."""
    if kind == "correlation":
        centre, half = float(np.arctanh(value)), margin / (1 - value**2)
        return lambda share: float(np.tanh(centre + sign * share * half))
    if kind not in POSITIVE:
        return lambda share: value + sign * share * margin
    return lambda share: value * float(np.exp(sign * share * margin / value))


def _find_limit(
    profile: _Profile, path: Callable[[float], float], level: float, *, is_variance: bool
) -> float:
    """Walk until the profile has fallen below the level, then find where it crossed."""
    before, estimate = 0.0, path(0.0)
    try:
        for share in np.cumsum(np.full(2 * MOST_STEPS, 0.5)):
            if profile.value(path(share)) < level:
                crossed = brentq(
                    lambda s: profile.value(path(s)) - level, before, share, xtol=1e-7, rtol=1e-10
                )
                return path(float(crossed))
            before = float(share)
            if is_variance and path(before) < VANISHED * estimate:
                return 0.0
    except (ArithmeticError, ValueError, np.linalg.LinAlgError):
        return float("nan")
    return float("nan")
