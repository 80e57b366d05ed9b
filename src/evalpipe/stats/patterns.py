"""Covariance model without random effects: V is the residual covariance of each block.

Units with the same observed positions share V, and the likelihood sees their data only through the
cross-products of W = [X y], stored once. An evaluation costs the same for 100 and for a million
units.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from evalpipe.stats.curvature import ClusterBatch, Contraction, Curvature, Reparametrisation
from evalpipe.stats.problem import FloatArray, GaussianProblem, IntArray
from evalpipe.stats.residual_rows import (
    CLUSTER_ROWS,
    is_by_row,
    list_diagonal_blocks,
    place_rows,
)
from evalpipe.stats.structures import ResidualFamily, residual_family
from evalpipe.stats.visit_patterns import (
    Patterns,
    find_patterns,
    gather_rows,
    separate_units,
    split_patterns,
    sum_cross_products,
)

BATCH_NUMBERS = 2_000_000
"""Numbers in one work array of an evaluation (16 MB)."""
STORED_NUMBERS = 12_000_000
"""Above this, cross-products are not stored if the rows themselves are fewer numbers (96 MB)."""


@dataclass(frozen=True)
class CrossProducts:
    """Data of patterns as S (s, m, m, p+1, p+1)."""

    sums: FloatArray

    def moments(self, coefficients: FloatArray) -> FloatArray:
        """Return sum over units of W'CW, (c, p+1, p+1), for C (c, s, m, m)."""
        p1 = self.sums.shape[-1]
        flat = coefficients.reshape(len(coefficients), -1) @ self.sums.reshape(-1, p1 * p1)
        return flat.reshape(-1, p1, p1)

    def contract(self, weights: FloatArray) -> FloatArray:
        """Return sum over the units of a pattern of W N W', (w, s, m, m), for N (w, p+1, p+1)."""
        flat = self.sums.reshape(-1, weights[0].size) @ weights.reshape(len(weights), -1).T
        return flat.T.reshape(len(weights), *self.sums.shape[:3])


@dataclass(frozen=True)
class SingleUnits:
    """Data of patterns that are single units, as W (s, m, p+1)."""

    rows: FloatArray

    def moments(self, coefficients: FloatArray) -> FloatArray:
        """Return sum over units of W'CW, (c, p+1, p+1), for C (c, s, m, m)."""
        flat = self.rows.reshape(-1, self.rows.shape[-1])
        return np.stack([flat.T @ (c @ self.rows).reshape(flat.shape) for c in coefficients])

    def contract(self, weights: FloatArray) -> FloatArray:
        """Return W N W', (w, s, m, m), for N (w, p+1, p+1)."""
        return (self.rows @ weights[:, None]) @ self.rows.swapaxes(-1, -2)


@dataclass(frozen=True)
class Batch:
    """Patterns of equal size and their data; time and member (s, m) where the structure reads
    them.
    """

    patterns: Patterns
    data: CrossProducts | SingleUnits
    time: FloatArray | None
    member: IntArray | None


@dataclass(frozen=True)
class Prepared:
    """V^-1 and derivatives of one batch at one theta: inverse (s, m, m), first (k, s, m, m)."""

    batch: Batch
    log_det: FloatArray
    inverse: FloatArray
    first: FloatArray
    second: FloatArray | None

    @cached_property
    def product(self) -> FloatArray:
        """V_k V^-1, (k, s, m, m)."""
        return self.first @ self.inverse


class PatternModel:
    """Residual covariance only: MMRM, dyads, least squares with unequal variances, diary series."""

    def __init__(self, problem: GaussianProblem) -> None:
        if problem.random:
            raise ValueError("random effects need the nested model")
        self.family: ResidualFamily = residual_family(problem.residual)
        self.parameter_names = self.family.names
        self.variance_powers = self.family.variance_powers
        self._residual = problem.residual
        self._variance = float(np.mean(problem.y**2)) or 1.0
        self._p1 = problem.X.shape[1] + 1
        self._batches = list(_build_batches(problem, self.family))
        self.n_units = (
            len(np.unique(problem.residual.block))
            if is_by_row(problem.residual)
            else sum(len(batch.patterns.unit) for batch in self._batches)
        )
        self._prepared: tuple[bytes, list[Prepared]] = (b"", [])

    def start(self) -> FloatArray:
        """Return working parameters to start from, at the outcome's mean square."""
        return self.family.start(self._variance)

    def alternatives(self, omega: FloatArray) -> tuple[FloatArray, ...]:
        """Return other working parameters from which a higher top may be reached."""
        return self.family.alternatives(omega)

    def natural(self, omega: FloatArray) -> Reparametrisation:
        """Return natural parameters and their derivatives in the working ones."""
        return self.family.natural(omega)

    def is_feasible(self, theta: FloatArray) -> bool:
        """Whether every group's covariance matrix is positive definite."""
        return self.family.is_feasible(theta)

    def boundary(self, theta: FloatArray) -> tuple[str, ...]:
        """Name the parameters on the boundary."""
        return self.family.boundary(theta)

    def evaluate(self, theta: FloatArray, order: int) -> Curvature:
        """Return the sums at natural theta, order 0 or 1; `contract` gives the second order."""
        p1, k = self._p1, len(theta)
        log_det, moment = 0.0, np.zeros((p1, p1))
        log_det_d1, moment_d1 = np.zeros(k), np.zeros((k, p1, p1))
        for prepared in self._prepare(theta):
            patterns, data = prepared.batch.patterns, prepared.batch.data
            log_det += float(patterns.counts @ prepared.log_det)
            moment += data.moments(prepared.inverse[None])[0]
            if order:
                own = self.family.active(patterns.group)
                traces = np.trace(prepared.product, axis1=-2, axis2=-1)
                log_det_d1[own] += traces @ patterns.counts
                moment_d1[own] += data.moments(prepared.inverse @ prepared.product)
        moment = (moment + moment.T) / 2
        if not order:
            return Curvature(log_det, moment)
        return Curvature(log_det, moment, log_det_d1, (moment_d1 + moment_d1.swapaxes(1, 2)) / 2)

    def contract(self, theta: FloatArray, weights: FloatArray) -> Contraction:
        """Return the second-order sums contracted with weights (w, p+1, p+1)."""
        k, w = len(theta), len(weights)
        cross, d2 = np.zeros((w + 1, k, k)), np.zeros((w + 1, k, k))
        for prepared in self._prepare(theta):
            own = self.family.active(prepared.batch.patterns.group)
            middle = self._weigh(prepared, weights)
            product = prepared.product.reshape(len(prepared.first), -1)
            for i, matrix in enumerate(middle):
                other = (prepared.first @ matrix).swapaxes(-1, -2)
                cross[i, own, own] += product @ other.reshape(len(other), -1).T
            if prepared.second is not None:
                d2[:, own, own] += self._contract_second(prepared, prepared.second, middle)
        if self.family.is_linear:
            return Contraction(cross[0], cross[1:])
        return Contraction(cross[0], cross[1:], d2[0], d2[1:])

    def weigh_cross(self, theta: FloatArray, weights: FloatArray) -> FloatArray:
        """Return sum_kl weights_kl moment_cross_kl, (p+1, p+1)."""
        total = np.zeros((self._p1, self._p1))
        for prepared in self._prepare(theta):
            own = self.family.active(prepared.batch.patterns.group)
            weighted = np.tensordot(weights[own, own], prepared.first, axes=1)
            middle = prepared.inverse @ np.sum(prepared.product @ weighted, axis=0)
            total += prepared.batch.data.moments((middle @ prepared.inverse)[None])[0]
        return (total + total.T) / 2

    def clusters(self, theta: FloatArray) -> Iterator[ClusterBatch]:
        """Yield every block once with its V."""
        residual = self._residual
        if is_by_row(residual):
            yield from list_diagonal_blocks(residual, self.family, theta)
            return
        for prepared in self._prepare(theta):
            patterns = prepared.batch.patterns
            covariance = np.linalg.inv(prepared.inverse)
            m = patterns.rows.shape[1]
            for s, units in enumerate(patterns.slice_units()):
                for low in range(units.start, units.stop, max(1, CLUSTER_ROWS // m)):
                    some = slice(low, min(low + max(1, CLUSTER_ROWS // m), units.stop))
                    rows = patterns.rows[some]
                    shared = np.broadcast_to(covariance[s], (len(rows), m, m))
                    yield ClusterBatch(patterns.unit[some], rows, shared)

    def _prepare(self, theta: FloatArray) -> list[Prepared]:
        key = theta.tobytes()
        if self._prepared[0] != key:
            self._prepared = (key, [_prepare_batch(self.family, b, theta) for b in self._batches])
        return self._prepared[1]

    def _weigh(self, prepared: Prepared, weights: FloatArray) -> FloatArray:
        """Stack n V^-1 and V^-1 (W N W') V^-1 for each weight, (1 + w, s, m, m)."""
        counts = prepared.batch.patterns.counts[:, None, None]
        inside = prepared.batch.data.contract(weights)
        weighed = prepared.inverse @ inside @ prepared.inverse
        return np.concatenate([(counts * prepared.inverse)[None], weighed])

    def _contract_second(
        self, prepared: Prepared, second: FloatArray, middle: FloatArray
    ) -> FloatArray:
        """Return sum over units of <V_kl, M> for M (w, s, m, m), (w, k, k)."""
        if self.family.structure.is_timed:
            return np.asarray(np.einsum("klsij,wsij->wkl", second, middle))
        on_grid = np.zeros((len(middle), self.family.size, self.family.size))
        positions = prepared.batch.patterns.positions
        for total, matrices in zip(on_grid, middle, strict=True):
            np.add.at(total, (positions[:, :, None], positions[:, None, :]), matrices)
        return np.asarray(np.einsum("klij,wij->wkl", second, on_grid))


def _build_batches(problem: GaussianProblem, family: ResidualFamily) -> Iterator[Batch]:
    residual, n = problem.residual, len(problem.y)
    position, size = place_rows(residual, n)
    group = np.zeros(n, dtype=np.int64) if residual.group is None else residual.group
    unit = np.arange(n) if is_by_row(residual) else residual.block
    p1 = problem.X.shape[1] + 1
    found = list(find_patterns(unit, position, size, group))
    stored = sum(f.positions.size * f.positions.shape[1] for f in found) * p1**2
    as_rows = stored > STORED_NUMBERS and stored > n * p1
    for patterns in found:
        m = patterns.positions.shape[1]
        n_most = max(1, BATCH_NUMBERS // (family.n_local * m * m))
        for some in split_patterns(separate_units(patterns) if as_rows else patterns, n_most):
            first = some.rows[np.cumsum(some.counts) - some.counts]
            timed = residual.structure.is_timed and residual.time is not None
            dyadic = timed and residual.member is not None
            yield Batch(
                patterns=some,
                data=SingleUnits(gather_rows(some.rows, problem.y, problem.X))
                if as_rows
                else CrossProducts(sum_cross_products(some, problem.y, problem.X)),
                time=np.asarray(residual.time)[first] if timed else None,
                member=np.asarray(residual.member)[first] if dyadic else None,
            )


def _prepare_batch(family: ResidualFamily, batch: Batch, theta: FloatArray) -> Prepared:
    group, positions = batch.patterns.group, batch.patterns.positions
    sigma, first, second = family.evaluate(theta, group, batch.time, batch.member)
    if batch.time is None:
        sigma = sigma[positions[:, :, None], positions[:, None, :]]
        first = first[:, positions[:, :, None], positions[:, None, :]]
    factor = np.linalg.cholesky(sigma)
    log_det = 2 * np.sum(np.log(np.diagonal(factor, axis1=-2, axis2=-1)), axis=-1)
    inverse = np.linalg.inv(sigma)
    inverse = (inverse + inverse.swapaxes(-1, -2)) / 2
    return Prepared(batch, log_det, inverse, first, second)
