"""Two crossed random effects and a mean: ratings of units by raters, with gaps.

y = mean + unit + rater + error, by restricted maximum likelihood. Unit effects are eliminated one
by one, so an evaluation costs what the raters cost (k x k), whatever the number of units.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import brentq, minimize, minimize_scalar

from evalpipe.stats.problem import FloatArray, IntArray

LOG_2PI = float(np.log(2 * np.pi))
TOLERANCE = 1e-10
LARGEST_SHARE = 1 - 1e-9


@dataclass(frozen=True)
class CrossedFit:
    """Variances of units, raters and error, and the restricted log-likelihood (no log|X'X|)."""

    units: float
    raters: float
    residual: float
    log_likelihood: float


class CrossedRatings:
    """Sums of ratings y (n,) of units and raters, coded 0.. without gaps in the codes.

    has_raters: whether raters are an effect of their own; without, y = mean + unit + error.
    """

    def __init__(
        self, y: FloatArray, unit: IntArray, rater: IntArray, *, has_raters: bool = True
    ) -> None:
        self.n = len(y)
        self.has_raters = has_raters
        X = np.column_stack([np.ones(self.n), y - y.mean()])
        self._count = np.bincount(unit).astype("float64")
        self._cells = np.zeros((len(self._count), int(rater.max()) + 1))
        np.add.at(self._cells, (unit, rater), 1.0)
        self._X_units = np.column_stack([np.bincount(unit, weights=x) for x in X.T])
        self._X_raters = np.column_stack([np.bincount(rater, weights=x) for x in X.T])
        self._XX = X.T @ X

    def deviance(self, units: float, raters: float) -> float:
        """Return -2 restricted log-likelihood at variance ratios to the error, which is profiled
        out.
        """
        log_det, Q = self._solve(units, raters)
        df = self.n - 1
        squares = self._squares(Q)
        return float(df * (1 + LOG_2PI + np.log(squares / df)) + log_det + np.log(Q[0, 0]))

    def residual(self, units: float, raters: float) -> float:
        """Return the error variance that is best at two variance ratios."""
        return self._squares(self._solve(units, raters)[1]) / (self.n - 1)

    @staticmethod
    def _squares(Q: FloatArray) -> float:
        return float(Q[1, 1] - Q[0, 1] ** 2 / Q[0, 0])

    def _solve(self, units: float, raters: float) -> tuple[float, FloatArray]:
        """Return log|V| and X'V^-1 X of X = [1, y], V relative to the error variance."""
        weight = units / (1 + units * self._count)
        log_det = float(np.log1p(units * self._count).sum())
        Q = self._XX - self._X_units.T @ (weight[:, None] * self._X_units)
        if not self.has_raters:
            return log_det, Q
        weighted = self._cells.T * weight
        S = np.diag(self._cells.sum(axis=0)) - weighted @ self._cells
        P = self._X_raters - weighted @ self._X_units
        M = np.eye(len(S)) + raters * S
        log_det += float(np.linalg.slogdet(M)[1])
        return log_det, Q - raters * P.T @ np.linalg.solve(M, P)


def fit_crossed(ratings: CrossedRatings) -> CrossedFit:
    """Fit by restricted maximum likelihood; a variance may be zero.

    The best of several starts: on few raters the likelihood can have two hills.
    """
    size = 2 if ratings.has_raters else 1

    def deviance(roots: FloatArray) -> float:
        squares = np.append(roots**2, np.zeros(2 - size))
        return ratings.deviance(float(squares[0]), float(squares[1]))

    starts = [np.full(size, start) for start in (0.3, 1.0, 3.0)]
    settings: Any = {"xatol": TOLERANCE, "fatol": TOLERANCE, "maxiter": 2000}
    found = [minimize(deviance, x, method="Nelder-Mead", options=settings) for x in starts]
    best = min(found, key=lambda result: float(result.fun))
    squares = np.append(np.asarray(best.x) ** 2, np.zeros(2 - size))
    error = ratings.residual(float(squares[0]), float(squares[1]))
    return CrossedFit(
        float(squares[0]) * error, float(squares[1]) * error, error, -0.5 * float(best.fun)
    )


def profile_share(
    ratings: CrossedRatings, fit: CrossedFit, conf_level: float, *, absolute: bool
) -> tuple[float, float]:
    """Return the profile-likelihood interval of the units' share of the variance.

    absolute: of all variance, raters' included; else of units and error alone. Ends at 0 where the
    data do not rule out that units do not differ.
    """
    from scipy.special import chdtri

    limit = float(chdtri(1, 1 - conf_level)) - 2 * fit.log_likelihood
    best = fit.units / (fit.units + fit.residual + (fit.raters if absolute else 0.0))

    def excess(share: float) -> float:
        return _profiled(ratings, share, absolute=absolute) - limit

    low = 0.0 if best <= 0 or excess(0.0) <= 0 else float(brentq(excess, 0.0, best))
    high = 1.0 if excess(LARGEST_SHARE) <= 0 else float(brentq(excess, best, LARGEST_SHARE))
    return low, high


def _profiled(ratings: CrossedRatings, share: float, *, absolute: bool) -> float:
    """Return the smallest deviance with a given share of units, over the raters' variance."""
    odds = share / (1 - share)
    if not ratings.has_raters:
        return ratings.deviance(odds, 0.0)

    def at(part: float) -> float:
        raters = part / (1 - part)
        return ratings.deviance(odds * (1 + raters) if absolute else odds, raters)

    return min(at(0.0), _smallest(at))


def _smallest(function: Callable[[float], float]) -> float:
    """Return the smallest value on (0, 1), looked for from the best of a coarse grid."""
    grid = np.linspace(0.02, 0.98, 25)
    values = [function(float(x)) for x in grid]
    place = int(np.argmin(values))
    edges = (0.0, *grid.tolist(), LARGEST_SHARE)
    found = minimize_scalar(
        function,
        bounds=(edges[place], edges[place + 2]),
        method="bounded",
        options={"xatol": TOLERANCE},
    )
    return min(float(found.fun), values[place])
