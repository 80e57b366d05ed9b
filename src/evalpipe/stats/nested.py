"""Nested random effects with any residual structure: V = R + sum over levels of Z G Z'.

theta: first the entries of each effect's G (lower triangle by rows; variances only if diagonal),
then the residual parameters. G refers to standardised columns (see `effect_covariance`):
`declared` is the linear map to the parameters of the columns as declared, which are reported.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from evalpipe.errors import ModelError
from evalpipe.stats.boundary import Face, find_face, step_effect
from evalpipe.stats.cross_products import (
    BlockProducts,
    CellProducts,
    block_products,
    cell_products,
)
from evalpipe.stats.curvature import ClusterBatch, Curvature, Reparametrisation
from evalpipe.stats.effect_covariance import EffectScale, scale_effect
from evalpipe.stats.nested_levels import build_levels, check_effect
from evalpipe.stats.nested_residual import (
    is_independent,
    rank_within,
    sort_residual,
    variance_cells,
)
from evalpipe.stats.nested_rows import nest_rows, stack_columns
from evalpipe.stats.nested_start import find_start
from evalpipe.stats.nested_sums import NestedSums, with_variance
from evalpipe.stats.nested_units import assemble_clusters, declare_predictions, predict_effects
from evalpipe.stats.one_level import OneLevel, pool_units, unit_products
from evalpipe.stats.problem import ABSENT, EffectCovariance, FloatArray, GaussianProblem
from evalpipe.stats.structures import residual_family

SHARES_OF_START = (0.05, 4.0)
"""Factors of the working parameters of the random effects in other starts."""
FLAT = 1e-10
"""Share of the largest information below which a residual parameter's step is held back."""
NO_NOISE = 1e-9
"""Residual variance, as a share of the outcome's, that counts as zero."""


@dataclass(frozen=True)
class EffectPredictions:
    """Predicted effects of one `RandomEffect`: (n_units, terms), NaN for units without rows."""

    name: str
    terms: tuple[str, ...]
    values: FloatArray


class NestedModel:
    """Covariance model of nested random effects; implements `CovarianceModel`.

    Raises
    ------
    ModelError
        If levels cross, or arrays of an effect do not fit.
    NotEstimableError
        If the columns of an effect are collinear.
    """

    def __init__(self, problem: GaussianProblem) -> None:
        if not problem.random:
            raise ModelError("a model with nested random effects needs at least one random effect")
        self._problem = problem
        for effect in problem.random:
            check_effect(effect, len(problem.y))
        self._scales = _scale_effects(problem)
        self._family = residual_family(problem.residual)
        self._first_residual = sum(len(scale.names) for scale in self._scales)
        names = tuple(name for scale in self._scales for name in scale.names)
        self.parameter_names = names + tuple(f"residual: {name}" for name in self._family.names)
        self.variance_powers = np.concatenate(
            [np.ones(self._first_residual), self._family.variance_powers]
        )
        self._independent = is_independent(problem.residual)
        base = np.arange(len(problem.y)) if self._independent else problem.residual.block
        self._levels = build_levels(problem.random, self._scales, base)
        self._rows = nest_rows(
            self._levels,
            None if self._independent else base,
            None if self._independent else rank_within(problem.residual),
        )
        self.n_units = self._rows.n_top
        self._homogeneous = self._independent and len(self._family.names) == 1
        self._one_level: OneLevel | None = None
        if self._homogeneous and len(self._levels) == 1:
            W = stack_columns(self._levels, problem, self._rows)
            q, starts = self._levels[0].size, self._rows.unit_start[0][:-1]
            self._one_level = pool_units(*unit_products(W, q, starts))
        self._start_theta, self._unit = self._find_start()

    @property
    def declared(self) -> FloatArray:
        """Return L (k, k): parameters of the columns as declared = L @ theta."""
        k = len(self.parameter_names)
        L = np.eye(k)
        for scale in self._scales:
            L[scale.active, scale.active] = scale.report()
        return L

    def start(self) -> FloatArray:
        """Return working parameters from the moments of the least-squares residuals."""
        theta = self._start_theta
        effects = [scale.working(scale.matrix(theta), self._unit) for scale in self._scales]
        return np.concatenate([*effects, self._family.start(theta[-1])])

    def natural(self, omega: FloatArray) -> Reparametrisation:
        """Return theta at working parameters: Cholesky factors of each G, then the residual's."""
        k = len(omega)
        theta, jacobian, hessian = np.zeros(k), np.zeros((k, k)), np.zeros((k, k, k))
        parts = [(s.active, s.natural(omega[s.active], self._unit)) for s in self._scales]
        residual = slice(self._first_residual, k)
        parts.append((residual, self._family.natural(omega[residual])))
        for place, part in parts:
            theta[place] = part.theta
            jacobian[place, place] = part.jacobian
            hessian[place, place, place] = part.hessian
        return Reparametrisation(theta, jacobian, hessian)

    def is_feasible(self, theta: FloatArray) -> bool:
        """Whether every G is positive semidefinite and R positive definite."""
        if not np.all(np.isfinite(theta)):
            return False
        for scale in self._scales:
            if scale.covariance is EffectCovariance.UNBOUNDED:
                continue  # whether V is positive definite is found when it is evaluated
            roots = np.linalg.eigvalsh(scale.matrix(theta))
            if roots[0] < -1e-10 * max(roots[-1], 0.0):
                return False
        return self._family.is_feasible(theta[self._first_residual :])

    def evaluate(self, theta: FloatArray, order: int) -> Curvature:
        """Return the sums at theta; order 0, 1 or 2."""
        if self._homogeneous:
            ratio = self._evaluate_ratio(theta[:-1] / theta[-1], order)
            return with_variance(ratio, theta, self._rows.n)
        return self._sums.evaluate(theta, order)

    def boundary(self, theta: FloatArray) -> tuple[str, ...]:
        """Name variances at zero and correlations at one, judged against the residual's noise."""
        noise = self._mean_residual_variance(theta)
        names = [name for scale in self._scales for name in scale.boundary(theta, noise)]
        own = self._family.boundary(theta[self._first_residual :])
        if noise <= NO_NOISE * self._unit:
            own = tuple(n for n in self._family.names if n.startswith("variance"))
        return tuple(names) + tuple(f"residual: {name}" for name in own)

    def step_inside(
        self, omega: FloatArray, gradient: FloatArray, expected: FloatArray, share: float
    ) -> tuple[FloatArray, float]:
        """Return working parameters after a step along the projected gradient, and its gain."""
        here = self.natural(omega)
        moved, gain = omega.copy(), 0.0
        for scale in self._scales:
            G, own = step_effect(scale, here.theta, gradient, expected, share)
            moved[scale.active] = scale.working(G, self._unit)
            gain += own
        rest = slice(self._first_residual, len(omega))
        slope = (here.jacobian.T @ gradient)[rest]
        size = np.diag(here.jacobian.T @ expected @ here.jacobian)[rest]
        step = share * slope / np.maximum(size, FLAT * np.max(size))
        moved[rest] += step
        return moved, gain + float(slope @ step)

    def settle(self, omega: FloatArray) -> FloatArray:
        """Return working parameters with what counts as zero at zero."""
        theta = self.natural(omega).theta
        face, settled = find_face(self._scales, theta, self._mean_residual_variance(theta))
        if face.is_whole:
            return omega
        moved = omega.copy()
        for scale in self._scales:
            moved[scale.active] = scale.working(scale.matrix(settled), self._unit)
        return moved

    def face(self, theta: FloatArray) -> Face:
        """Return what is left of the model at natural parameters."""
        return find_face(self._scales, theta, self._mean_residual_variance(theta))[0]

    def other_starts(self) -> tuple[FloatArray, ...]:
        """Return starts with small, and with large random effects."""
        starts = []
        for share in SHARES_OF_START:
            omega = self.start()
            for scale in self._scales:
                omega[scale.active] *= share
            starts.append(omega)
        return tuple(starts)

    def clusters(self, theta: FloatArray) -> Iterator[ClusterBatch]:
        """Yield every independent unit once with its V, units of equal size together."""
        return assemble_clusters(
            theta,
            self._levels,
            self._rows,
            self._problem.residual,
            self._family,
            theta[self._first_residual :],
        )

    def random_effect_predictions(
        self, theta: FloatArray, beta: FloatArray
    ) -> tuple[EffectPredictions, ...]:
        """Return best linear unbiased predictions of every effect, in its declared columns."""
        by_level = predict_effects(theta, beta, self._levels, self._rows, self._sums.products)
        effects = self._problem.random
        return tuple(
            EffectPredictions(
                effect.name,
                effect.terms,
                declare_predictions(effect, scale, number, self._levels, self._rows, by_level),
            )
            for number, (effect, scale) in enumerate(zip(effects, self._scales, strict=True))
        )

    def _build_products(self, W: FloatArray) -> CellProducts | BlockProducts:
        residual, rows, first = self._problem.residual, self._rows, self._first_residual
        if not self._independent:
            ordered = sort_residual(residual, rows)
            return block_products(W, rows.base_start, rows.blocks(), ordered, self._family, first)
        cell, n_cells = variance_cells(residual)
        in_order = None if cell is None else rows.sort(cell)
        return cell_products(W, rows.unit_start[0], in_order, n_cells, first)

    @cached_property
    def _sums(self) -> NestedSums:
        """Cross-products by innermost unit; not needed to fit `_one_level`."""
        W = stack_columns(self._levels, self._problem, self._rows)
        return NestedSums(self._levels, self._rows, self._build_products(W))

    def _evaluate_ratio(self, ratios: FloatArray, order: int) -> Curvature:
        """Sums of V = I + Z G Z', G in units of the residual variance."""
        if self._one_level is None:
            return self._sums.evaluate_ratio(ratios, order)
        level = self._levels[0]
        basis = np.stack([level.basis[k] for k in sorted(level.basis)])
        return self._one_level.evaluate(level.covariance(ratios), basis, order)

    def _find_start(self) -> tuple[FloatArray, float]:
        """Start from the sums at V = I: effects' parameters, and one residual variance."""
        theta = np.append(np.zeros(self._first_residual), 1.0)
        if self._homogeneous:
            ratio = self._evaluate_ratio(theta[:-1], 2)
        else:
            W = stack_columns(self._levels, self._problem, self._rows)
            plain = cell_products(W, self._rows.unit_start[0], None, 1, self._first_residual)
            ratio = NestedSums(self._levels, self._rows, plain).evaluate_ratio(theta[:-1], 2)
        n = self._rows.n
        return find_start(with_variance(ratio, theta, n), n, self._scales)

    def _mean_residual_variance(self, theta: FloatArray) -> float:
        own = theta[self._first_residual :]
        if self._independent:
            return float(np.mean(own))
        sizes = []
        for group in range(self._family.n_groups):
            time, member = None, None
            if self._problem.residual.structure.is_timed:
                time, member = np.zeros(2), np.arange(2)
            sizes.append(np.mean(np.diag(self._family.sigma(own, group, time, member))))
        return float(np.mean(sizes))


def _scale_effects(problem: GaussianProblem) -> tuple[EffectScale, ...]:
    scales: list[EffectScale] = []
    first = 0
    for effect in problem.random:
        present = effect.level[effect.level != ABSENT]
        n_units = int(np.count_nonzero(np.bincount(present)))
        scales.append(scale_effect(effect, first, n_units))
        first += len(scales[-1].names)
    return tuple(scales)
