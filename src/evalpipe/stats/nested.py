"""Nested random effects with any residual structure: V = R + sum over levels of Z G Z'.

theta: first the entries of each effect's G (lower triangle by rows; variances only if diagonal),
then the residual parameters. G refers to standardised columns (see `effect_covariance`):
`declared` is the linear map to the parameters of the columns as declared, which are reported.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from evalpipe.errors import ModelError
from evalpipe.stats.cross_products import (
    BlockProducts,
    CellProducts,
    Key,
    block_products,
    cell_products,
)
from evalpipe.stats.curvature import ClusterBatch, Curvature, Reparametrisation
from evalpipe.stats.effect_covariance import EffectScale, scale_effect
from evalpipe.stats.elimination import Jets, LogDeterminant, eliminate, sum_children
from evalpipe.stats.nested_levels import Level, build_levels, check_effect
from evalpipe.stats.nested_rows import NestedRows, nest_rows
from evalpipe.stats.nested_units import assemble_clusters, predict_effects
from evalpipe.stats.one_level import OneLevel, pool_units
from evalpipe.stats.problem import (
    ABSENT,
    FloatArray,
    GaussianProblem,
    IntArray,
    Residual,
    Structure,
)
from evalpipe.stats.structures import residual_family

BATCH_BYTES = 32_000_000
"""Bytes of derivative matrices of innermost units held at a time."""

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
            None if self._independent else _rank_within(problem.residual),
        )
        self.n_units = self._rows.n_top
        W = _stack_columns(self._levels, problem, self._rows)
        self._homogeneous = self._independent and len(self._family.names) == 1
        self._one_level: OneLevel | None = None
        self._products: CellProducts | BlockProducts | None = None
        if self._homogeneous and len(self._levels) == 1:
            self._one_level = _build_one_level(W, self._levels[0].size, self._rows)
        else:
            self._products = self._build_products(W)
        self._start_theta, self._unit = self._find_start(W)

    @property
    def declared(self) -> FloatArray:
        """Return L (k, k): parameters of the columns as declared = L @ theta."""
        k = len(self.parameter_names)
        L = np.eye(k)
        for scale in self._scales:
            L[scale.active, scale.active] = scale.report()
        return L

    def random_matrices(self, theta: FloatArray) -> dict[str, FloatArray]:
        """Return G (q, q) of the declared columns of every effect, by its name."""
        names = [scale.name for scale in self._scales]
        matrices = {}
        for scale in self._scales:
            is_alone = names.count(scale.name) == 1
            key = scale.name if is_alone else f"{scale.name}: {', '.join(scale.terms)}"
            matrices[key] = scale.declare(theta)
        return matrices

    def residual_matrices(self, theta: FloatArray) -> tuple[FloatArray, ...]:
        """Return R (S, S) of every group on the grid of positions; none in real time."""
        if self._family.structure is Structure.EXPONENTIAL:
            return ()
        own = theta[self._first_residual :]
        return tuple(self._family.sigma(own, g) for g in range(self._family.n_groups))

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
            roots = np.linalg.eigvalsh(scale.matrix(theta))
            if roots[0] < -1e-10 * max(roots[-1], 0.0):
                return False
        return self._family.is_feasible(theta[self._first_residual :])

    def evaluate(self, theta: FloatArray, order: int) -> Curvature:
        """Return the sums at theta; order 0, 1 or 2."""
        if self._homogeneous:
            variance = float(theta[-1])
            return _with_variance(
                self._evaluate_ratio(theta[:-1] / variance, order), theta, self._rows.n
            )
        if self._products is None:
            raise ValueError("the model has no cross-products")
        return self._evaluate_levels(self._products, theta, order)

    def boundary(self, theta: FloatArray) -> tuple[str, ...]:
        """Name variances at zero and correlations at one, judged against the residual's noise."""
        noise = self._mean_residual_variance(theta)
        names = [name for scale in self._scales for name in scale.boundary(theta, noise)]
        own = self._family.boundary(theta[self._first_residual :])
        if noise <= NO_NOISE * self._unit:
            own = tuple(n for n in self._family.names if n.startswith("variance"))
        return tuple(names) + tuple(f"residual: {name}" for name in own)

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
        products = self._products
        if products is None:
            products = self._build_products(_stack_columns(self._levels, self._problem, self._rows))
        by_level = predict_effects(theta, beta, self._levels, self._rows, products)
        return tuple(self._predictions(i, by_level) for i in range(len(self._problem.random)))

    def _predictions(self, number: int, by_level: list[FloatArray]) -> EffectPredictions:
        effect, scale = self._problem.random[number], self._scales[number]
        place = next(i for i, level in enumerate(self._levels) if number in level.effects)
        level, predicted = self._levels[place], by_level[place]
        columns = level.places[level.effects.index(number)]
        present = np.flatnonzero(effect.level != ABSENT)
        values = np.full((int(effect.level.max()) + 1, scale.q), np.nan)
        copy = np.zeros(len(effect.level), dtype=np.int64) if level.copy is None else level.copy
        row_number = self._unit_of_row(place)
        standard = predicted[row_number[present][:, None], columns[copy[present]]]
        values[effect.level[present]] = np.linalg.solve(scale.C, standard.T).T
        return EffectPredictions(effect.name, effect.terms, values)

    def _unit_of_row(self, place: int) -> IntArray:
        starts = self._rows.unit_start[place]
        in_order = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        if self._rows.order is None:
            return in_order
        number = np.empty_like(in_order)
        number[self._rows.order] = in_order
        return number

    def _build_products(self, W: FloatArray) -> CellProducts | BlockProducts:
        residual, rows, first = self._problem.residual, self._rows, self._first_residual
        if not self._independent:
            ordered = _sort_residual(residual, rows)
            return block_products(W, rows.base_start, rows.blocks(), ordered, self._family, first)
        cell, n_cells = variance_cells(residual)
        in_order = None if cell is None else rows.sort(cell)
        return cell_products(W, rows.unit_start[0], in_order, n_cells, first)

    def _evaluate_ratio(self, ratios: FloatArray, order: int) -> Curvature:
        """Sums of V = I + Z G Z', G in units of the residual variance."""
        if self._one_level is not None:
            level = self._levels[0]
            basis = np.stack([level.basis[k] for k in sorted(level.basis)])
            return self._one_level.evaluate(level.covariance(ratios), basis, order)
        if not isinstance(self._products, CellProducts):
            raise ValueError("the model has no cross-products")
        theta = np.append(ratios, 1.0)
        return self._evaluate_levels(self._products, theta, order, is_variance_fixed=True)

    def _evaluate_levels(
        self,
        products: CellProducts | BlockProducts,
        theta: FloatArray,
        order: int,
        is_variance_fixed: bool = False,
    ) -> Curvature:
        k = len(theta) - is_variance_fixed
        log_det = LogDeterminant.empty(k)
        total: Jets | None = None
        inner_order = 0 if is_variance_fixed else order
        d = sum(level.size for level in self._levels) + self._problem.X.shape[1] + 1
        matrices = 1 if order == 0 else 1 + k + (k * k if order == 2 else 0)
        largest = max(1, BATCH_BYTES // (8 * d * d * matrices))
        for first, last in self._rows.batches(largest):
            jets = self._sum_batch(products, theta, order, inner_order, first, last, log_det)
            total = jets if total is None else _add_jets(total, jets)
        if total is None:
            raise ValueError("the model has no units")
        return _as_curvature(total, log_det, k, order)

    def _sum_batch(
        self,
        products: CellProducts | BlockProducts,
        theta: FloatArray,
        order: int,
        inner_order: int,
        first: int,
        last: int,
        log_det: LogDeterminant,
    ) -> Jets:
        """Eliminate all levels for the independent units first..last-1 and sum over them."""
        rows = self._rows
        ends = [rows.unit_start[-1][first], rows.unit_start[-1][last]]
        low, high = np.searchsorted(rows.unit_start[0], ends)
        jets = products.jets(theta, inner_order, slice(int(low), int(high)), log_det)
        for place, level in enumerate(self._levels):
            jets = eliminate(jets, level.covariance(theta), level.basis, order, log_det)
            if place + 1 < len(self._levels):
                low, high = np.searchsorted(rows.unit_start[place + 1], ends)
                children = rows.children(place)[low : high + 1]
                jets = sum_children(jets, children[:-1] - children[0])
        return sum_children(jets, np.array([0]))

    def _find_start(self, W: FloatArray) -> tuple[FloatArray, float]:
        """Solve the moment equations at independent residuals (MIVQUE0), variances positive."""
        identity = self._identity_sums(W)
        theta = np.zeros(self._first_residual + 1)
        n, p = self._rows.n, self._problem.X.shape[1]
        beta = np.linalg.lstsq(identity.moment[:p, :p], identity.moment[:p, p], rcond=None)[0]
        contrast = np.append(-beta, 1.0)
        unit = max(float(contrast @ identity.moment @ contrast) / n, np.finfo(float).tiny)
        squares = np.einsum("a,kab,b->k", contrast, _require(identity.moment_d1), contrast) / unit
        solved = np.linalg.lstsq(_require(identity.log_det_cross), squares, rcond=None)[0]
        theta[-1] = unit * float(np.clip(solved[-1], 0.05, 1.0))
        for scale in self._scales:
            G = unit * scale.matrix(solved)
            noise = theta[-1] / np.diag(scale.information)
            root = np.sqrt(noise)
            values, vectors = np.linalg.eigh(G / np.outer(root, root))
            lifted = (vectors * np.maximum(values, 0.25)) @ vectors.T * np.outer(root, root)
            theta[scale.active] = [lifted[i, j] for i, j in scale.pairs]
        return theta, unit

    def _identity_sums(self, W: FloatArray) -> Curvature:
        """Second-order sums at V = I, in the effects' parameters and one residual variance."""
        theta = np.append(np.zeros(self._first_residual), 1.0)
        if self._homogeneous:
            return _with_variance(self._evaluate_ratio(theta[:-1], 2), theta, self._rows.n)
        products = cell_products(W, self._rows.unit_start[0], None, 1, self._first_residual)
        ratio = self._evaluate_levels(products, theta, 2, is_variance_fixed=True)
        return _with_variance(ratio, theta, self._rows.n)

    def _mean_residual_variance(self, theta: FloatArray) -> float:
        own = theta[self._first_residual :]
        if self._independent:
            return float(np.mean(own))
        sizes = []
        for group in range(self._family.n_groups):
            time, member = None, None
            if self._problem.residual.structure is Structure.EXPONENTIAL:
                time, member = np.zeros(2), np.arange(2)
            sizes.append(np.mean(np.diag(self._family.sigma(own, group, time, member))))
        return float(np.mean(sizes))


def is_independent(residual: Residual) -> bool:
    """Whether residuals of different rows are uncorrelated."""
    diagonal = residual.structure in (Structure.IDENTITY, Structure.DIAGONAL)
    return diagonal and residual.members is None


def variance_cells(residual: Residual) -> tuple[IntArray | None, int]:
    """Return (n,) which variance each row has (None where there is one) and how many there are."""
    n_local = residual.n_positions if residual.structure is Structure.DIAGONAL else 1
    n_cells = n_local * residual.n_groups
    if n_cells == 1:
        return None, 1
    cell = np.zeros(len(residual.block), dtype=np.int64)
    if residual.group is not None and residual.n_groups > 1:
        cell += residual.group * n_local
    if n_local > 1 and residual.position is not None:
        cell += residual.position
    return cell, n_cells


def _scale_effects(problem: GaussianProblem) -> tuple[EffectScale, ...]:
    scales: list[EffectScale] = []
    first = 0
    for effect in problem.random:
        present = effect.level[effect.level != ABSENT]
        n_units = int(np.count_nonzero(np.bincount(present)))
        scales.append(scale_effect(effect, first, n_units))
        first += len(scales[-1].names)
    return tuple(scales)


def _stack_columns(
    levels: tuple[Level, ...], problem: GaussianProblem, rows: NestedRows
) -> FloatArray:
    """Return (d, n) the columns of all levels' Z, X and y in nested order."""
    columns = [level.design for level in levels]
    d = sum(c.shape[1] for c in columns) + problem.X.shape[1] + 1
    W = np.empty((d, rows.n))
    start = 0
    for block in (*columns, problem.X, problem.y[:, None]):
        for j in range(block.shape[1]):
            W[start] = rows.sort(block[:, j])
            start += 1
    return W


def _build_one_level(W: FloatArray, q: int, rows: NestedRows) -> OneLevel:
    d, starts = len(W), rows.unit_start[0][:-1]
    zz = np.empty((q, q, len(starts)))
    zw = np.empty((q, d - q, len(starts)))
    for i in range(q):
        for j in range(i + 1):
            zz[i, j] = zz[j, i] = np.add.reduceat(W[i] * W[j], starts)
        for j in range(q, d):
            zw[i, j - q] = np.add.reduceat(W[i] * W[j], starts)
    return pool_units(zz, zw, W[q:] @ W[q:].T)


def _rank_within(residual: Residual) -> FloatArray:
    """Return (n,) the order of rows inside their block."""
    member = 0.0 if residual.member is None else residual.member.astype(float)
    if residual.structure is Structure.EXPONENTIAL and residual.time is not None:
        span = float(np.ptp(residual.time)) + 1.0
        return np.asarray(member * span + residual.time)
    if residual.position is None:
        raise ModelError(
            f"residual structure {residual.structure}: it needs the visit of every row"
        )
    return np.asarray(member * residual.n_positions + residual.position.astype(float))


def _sort_residual(residual: Residual, rows: NestedRows) -> Residual:
    """Bring the arrays of a residual into nested order."""
    if rows.order is None:
        return residual
    order = rows.order

    def sort(values: IntArray | None) -> IntArray | None:
        return None if values is None else values[order]

    return replace(
        residual,
        block=residual.block[order],
        position=sort(residual.position),
        time=None if residual.time is None else residual.time[order],
        group=sort(residual.group),
        member=sort(residual.member),
    )


def _with_variance(ratio: Curvature, theta: FloatArray, n: int) -> Curvature:
    """Turn sums of I + Z (G / s) Z' into sums of V = s I + Z G Z', and add the derivatives in s.

    By homogeneity: V is the sum of its parameters times its derivatives, so V_s = I follows from V.
    """
    s, g = float(theta[-1]), theta[:-1]
    log_det = ratio.log_det + n * float(np.log(s))
    moment = ratio.moment / s
    if ratio.log_det_d1 is None or ratio.moment_d1 is None:
        return Curvature(log_det, moment)
    d1 = ratio.log_det_d1 / s
    moment_d1 = ratio.moment_d1 / s**2
    d1 = np.append(d1, (n - g @ d1) / s)
    moment_s = (moment - np.tensordot(g, moment_d1, axes=1)) / s
    moment_d1 = np.concatenate([moment_d1, moment_s[None]])
    if ratio.log_det_cross is None or ratio.moment_cross is None:
        return Curvature(log_det, moment, d1, moment_d1)
    cross = _border(ratio.log_det_cross / s**2, d1, g, s)
    moment_cross = _border(ratio.moment_cross / s**3, moment_d1, g, s)
    return Curvature(log_det, moment, d1, moment_d1, cross, moment_cross)


def _border(cross: FloatArray, d1: FloatArray, g: FloatArray, s: float) -> FloatArray:
    """Add the residual variance's row and column to second-order sums (k, k, ...)."""
    k = len(g)
    full = np.zeros((k + 1, k + 1, *d1.shape[1:]))
    full[:k, :k] = cross
    row = (d1[:k] - np.tensordot(g, cross, axes=1)) / s
    full[k, :k] = full[:k, k] = row
    full[k, k] = (d1[k] - np.tensordot(g, row, axes=1)) / s
    return full


def _add_jets(a: Jets, b: Jets) -> Jets:
    """Sum two sets of jets; keys missing in one count as zero."""
    total = Jets(a.value + b.value)
    total.first = _add_stores(a.first, b.first)
    total.second = _add_stores(a.second, b.second)
    total.bend = _add_stores(a.bend, b.bend)
    return total


def _add_stores(a: dict[Key, FloatArray], b: dict[Key, FloatArray]) -> dict[Key, FloatArray]:
    total = dict(a)
    for key, values in b.items():
        total[key] = total[key] + values if key in total else values
    return total


def _as_curvature(jets: Jets, log_det: LogDeterminant, k: int, order: int) -> Curvature:
    moment = jets.value[..., 0]
    if order == 0:
        return Curvature(log_det.value, moment)
    r = len(moment)
    moment_d1 = np.zeros((k, r, r))
    for a, first in jets.first.items():
        moment_d1[a] = -first[..., 0]
    if order == 1:
        return Curvature(log_det.value, moment, log_det.d1, moment_d1)
    cross, bend = np.zeros((k, k, r, r)), np.zeros((k, k, r, r))
    for (a, b), second in jets.second.items():
        cross[a, b] = cross[b, a] = second[..., 0] / 2
    for (a, b), bent in jets.bend.items():
        bend[a, b] = bend[b, a] = -bent[..., 0]
    is_linear = not jets.bend
    return Curvature(
        log_det.value,
        moment,
        log_det.d1,
        moment_d1,
        -log_det.second,
        cross,
        None if is_linear else log_det.bend,
        None if is_linear else bend,
    )


def _require(values: FloatArray | None) -> FloatArray:
    if values is None:
        raise ValueError("second-order sums are missing")
    return values
