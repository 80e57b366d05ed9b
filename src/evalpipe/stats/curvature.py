"""The contract between a covariance model and the likelihood: log|V|, M = W'V^-1 W and their
derivatives.

W = [X y] is (n, p + 1). Everything that the likelihood, its gradient, the observed and the expected
information, Satterthwaite and Kenward-Roger need is a function of these few sums over units, so a
covariance model (visit patterns, nested random effects) only has to supply them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from evalpipe.stats.problem import FloatArray, IntArray


@dataclass(frozen=True)
class Curvature:
    """Sums over units at one theta of k covariance parameters; V_k, V_kl are derivatives of V.

    log_det: log|V|.
    moment: (p+1, p+1) W'V^-1 W.
    Order 1 adds
    log_det_d1: (k,) tr(V^-1 V_k).
    moment_d1: (k, p+1, p+1) W'V^-1 V_k V^-1 W (note: d moment / d theta_k is its negative).
    Order 2 adds
    log_det_cross: (k, k) tr(V^-1 V_k V^-1 V_l).
    moment_cross: (k, k, p+1, p+1) W'V^-1 (V_k V^-1 V_l + V_l V^-1 V_k) V^-1 W / 2.
    log_det_d2: (k, k) tr(V^-1 V_kl), zero where V is linear in theta.
    moment_d2: (k, k, p+1, p+1) W'V^-1 V_kl V^-1 W, zero where V is linear in theta.

    Hence d2 log|V| = log_det_d2 - log_det_cross and d2 moment = 2 moment_cross - moment_d2.
    The last two may be None when V is linear in theta.
    """

    log_det: float
    moment: FloatArray
    log_det_d1: FloatArray | None = None
    moment_d1: FloatArray | None = None
    log_det_cross: FloatArray | None = None
    moment_cross: FloatArray | None = None
    log_det_d2: FloatArray | None = None
    moment_d2: FloatArray | None = None

    def first_order(self) -> tuple[FloatArray, FloatArray]:
        """Return log_det_d1 and moment_d1."""
        if self.log_det_d1 is None or self.moment_d1 is None:
            raise ValueError("a curvature of order 1 is needed")
        return self.log_det_d1, self.moment_d1

    def second_order(self) -> tuple[FloatArray, FloatArray]:
        """Return log_det_cross and moment_cross."""
        if self.log_det_cross is None or self.moment_cross is None:
            raise ValueError("a curvature of order 2 is needed")
        return self.log_det_cross, self.moment_cross


@dataclass(frozen=True)
class Contraction:
    """Second-order sums contracted with w symmetric weights N (p+1, p+1): <N, moment_cross_kl>
    and so on.

    With them no fourth-order tensor is stored when there are many visits.
    log_det_cross, log_det_d2: (k, k). cross, d2: (w, k, k). The d2 are None when V is linear.
    """

    log_det_cross: FloatArray
    cross: FloatArray
    log_det_d2: FloatArray | None = None
    d2: FloatArray | None = None


def contract(curvature: Curvature, weights: FloatArray) -> Contraction:
    """Contract the second-order tensors of a curvature of order 2 with weights (w, p+1, p+1)."""
    log_det_cross, cross = curvature.second_order()
    d2 = curvature.moment_d2
    return Contraction(
        log_det_cross=log_det_cross,
        cross=np.einsum("klpq,wpq->wkl", cross, weights),
        log_det_d2=curvature.log_det_d2,
        d2=None if d2 is None else np.einsum("klpq,wpq->wkl", d2, weights),
    )


@dataclass(frozen=True)
class Reparametrisation:
    """Natural theta at working parameters omega: values (k,), d theta/d omega (k, k), second (k,
    k, k).
    """

    theta: FloatArray
    jacobian: FloatArray
    hessian: FloatArray


@dataclass(frozen=True)
class ClusterBatch:
    """Independent top-level units with equally many rows, and their V at one theta.

    unit: (b,) codes of the units (blocks, or the outermost random-effect level).
    rows: (b, m) row numbers of the problem. covariance: (b, m, m) V; may be a broadcast view.
    """

    unit: IntArray
    rows: IntArray
    covariance: FloatArray


class CovarianceModel(Protocol):
    """A family of V(theta). Natural theta are what is reported: variances, covariances,
    correlations.

    The optimiser moves in working parameters omega (for example Cholesky factors), unconstrained or
    kept feasible by step halving; inference uses natural theta at the optimum.

    A model is built from a `GaussianProblem` alone (`PatternModel(problem)`,
    `NestedModel(problem)`). variance_powers: (k,) 1 for a variance or covariance, 0 for a
    correlation, range or ratio: an outcome times c has theta times c ** (2 * variance_powers).
    n_units: independent top-level units.
    """

    parameter_names: tuple[str, ...]
    variance_powers: FloatArray
    n_units: int

    def start(self) -> FloatArray:
        """Return working parameters (k,) to start from, scaled to the outcome."""
        ...

    def natural(self, omega: FloatArray) -> Reparametrisation:
        """Return natural parameters and their derivatives in the working ones."""
        ...

    def is_feasible(self, theta: FloatArray) -> bool:
        """Whether V(theta) is positive definite for every unit."""
        ...

    def evaluate(self, theta: FloatArray, order: int) -> Curvature:
        """Return the sums at natural theta; order 0, 1 or 2."""
        ...

    def boundary(self, theta: FloatArray) -> tuple[str, ...]:
        """Name the parameters on the boundary of their space by a relative, unit-free rule."""
        ...

    def clusters(self, theta: FloatArray) -> Iterator[ClusterBatch]:
        """Yield every unit once, in batches of bounded size (for CR2, residuals, influence)."""
        ...


@runtime_checkable
class ContractingModel(Protocol):
    """A covariance model that contracts its second-order sums itself (its `evaluate` stops at
    order 1).
    """

    def contract(self, theta: FloatArray, weights: FloatArray) -> Contraction:
        """Return the second-order sums contracted with weights (w, p+1, p+1)."""
        ...

    def weigh_cross(self, theta: FloatArray, weights: FloatArray) -> FloatArray:
        """Return sum_kl weights_kl moment_cross_kl, (p+1, p+1)."""
        ...


@runtime_checkable
class ManyTopped(Protocol):
    """A covariance model whose likelihood may have several tops."""

    def alternatives(self, omega: FloatArray) -> tuple[FloatArray, ...]:
        """Return other working parameters from which a higher top may be reached."""
        ...
