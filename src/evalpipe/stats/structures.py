"""Residual covariance of a block: a structure over visits, times a dyad's covariance, per group.

`residual_family` turns a `Residual` into a family of matrices over the grid of positions (with
members: first all positions of member 0, then those of member 1), in natural parameters.
"""

from dataclasses import dataclass, field

import numpy as np

from evalpipe.stats.curvature import Reparametrisation
from evalpipe.stats.member_covariance import (
    member_basis,
    member_matrix,
    member_start,
    name_members,
)
from evalpipe.stats.problem import FloatArray, IntArray, Members, Residual, Structure
from evalpipe.stats.visit_covariance import (
    START_CORRELATION,
    Derivatives,
    VisitParameter,
    drop_first,
    evaluate_structure,
    list_parameters,
    multiply_elementwise,
)

SINGULAR = 1e-8
"""Smallest eigenvalue of a correlation matrix, and smallest ratio of variances, not called
singular.
"""


@dataclass(frozen=True)
class ResidualFamily:
    """Matrices Sigma_g(theta) of one residual structure; theta stacks the groups' parameters.

    Natural theta: variances and covariances, correlations, range in days. Under a dyad's covariance
    the first variance of the visit structure is held at one and its other variances and covariances
    are relative to it, so that the scale is identified.
    """

    structure: Structure
    members: Members | None
    n_positions: int
    n_groups: int
    names: tuple[str, ...]
    variance_powers: FloatArray
    gaps: tuple[float, float] | None = None
    """Smallest and largest distance in time (days) within a block, for a structure in time."""
    parameters: tuple[VisitParameter, ...] = field(default=(), repr=False)
    kinds: tuple[str, ...] = ()
    """Of one group's parameters: variance, covariance, relative variance, correlation, range."""

    @property
    def n_local(self) -> int:
        """Parameters of one group."""
        return len(self.names) // self.n_groups

    @property
    def size(self) -> int:
        """Rows of the grid matrix: positions, times two with members."""
        return self.n_positions * (1 if self.members is None else 2)

    @property
    def is_linear(self) -> bool:
        """Whether Sigma is linear in theta (no second derivative)."""
        if self.members is not None and len(self.parameters) > 1:
            return False
        one_position = self.n_positions == 1 and not self.structure.is_timed
        return self.structure.is_linear or one_position

    def active(self, group: int) -> slice:
        """Return the places of one group's parameters in theta."""
        return slice(group * self.n_local, (group + 1) * self.n_local)

    def start(self, variance: float) -> FloatArray:
        """Return working parameters (k,) to start from at a residual variance."""
        local = [] if self.members is None else member_start(self.members, variance)
        relative = 1.0 if self.members is not None else variance
        for parameter in self.parameters[len(local) > 0 :]:
            local.append(self._start_parameter(parameter, relative))
        return np.tile(np.array(local, dtype=float), self.n_groups)

    def alternatives(self, omega: FloatArray) -> tuple[FloatArray, ...]:
        """Return other places (k,) where the likelihood may have a higher top than at omega.

        A chain of correlations (AR(1), ante-dependence) has a top for each pattern of signs; a
        correlation in time may be short or long.
        """
        if self.structure.is_signed_chain:
            places = [
                i for i, kind in enumerate(self.kinds * self.n_groups) if kind == "correlation"
            ]
            return tuple(_replace(omega, i, -omega[i]) for i in places)
        if self.structure.is_timed and self.gaps is not None:
            low, high = np.log(self.gaps)
            places = list(range(self.n_local - 1, len(omega), self.n_local))
            return tuple(_replace(omega, i, end) for i in places for end in (low, high))
        return ()

    def natural(self, omega: FloatArray) -> Reparametrisation:
        """Return natural theta at working omega: equal, but for log(range)."""
        k = len(omega)
        theta, jacobian, hessian = omega.copy(), np.eye(k), np.zeros((k, k, k))
        if self.structure.is_timed:
            last = np.arange(self.n_local - 1, k, self.n_local)
            theta[last] = np.exp(np.clip(omega[last], -300, 300))
            jacobian[last, last] = hessian[last, last, last] = theta[last]
        return Reparametrisation(theta, jacobian, hessian)

    def is_feasible(self, theta: FloatArray) -> bool:
        """Whether every group's matrix is positive definite."""
        if not np.all(np.isfinite(theta)):
            return False
        return all(self._is_group_feasible(theta, g) for g in range(self.n_groups))

    def sigma(
        self,
        theta: FloatArray,
        group: int,
        time: FloatArray | None = None,
        member: IntArray | None = None,
    ) -> FloatArray:
        """Return Sigma (S, S) on the grid; in time (..., m, m) at times (..., m)."""
        return self.evaluate(theta, group, time, member)[0]

    def d1(
        self,
        theta: FloatArray,
        group: int,
        time: FloatArray | None = None,
        member: IntArray | None = None,
    ) -> FloatArray:
        """Return d Sigma / d theta (k, S, S); zero outside the group's own parameters."""
        local = self.evaluate(theta, group, time, member)[1]
        full = np.zeros((len(self.names), *local.shape[1:]))
        full[self.active(group)] = local
        return full

    def d2(
        self,
        theta: FloatArray,
        group: int,
        time: FloatArray | None = None,
        member: IntArray | None = None,
    ) -> FloatArray | None:
        """Return the second derivative (k, k, S, S), or None where Sigma is linear in theta."""
        local = self.evaluate(theta, group, time, member)[2]
        if local is None:
            return None
        k, own = len(self.names), self.active(group)
        full = np.zeros((k, k, *local.shape[2:]))
        full[own, own] = local
        return full

    def evaluate(
        self,
        theta: FloatArray,
        group: int,
        time: FloatArray | None = None,
        member: IntArray | None = None,
    ) -> Derivatives:
        """Return Sigma, its first and second derivative in the group's own parameters only."""
        local = theta[self.active(group)]
        if self.members is None:
            return evaluate_structure(self.structure, local, self.n_positions, time)
        basis = member_basis(self.members)
        n_members = len(basis)
        visits = drop_first(
            evaluate_structure(
                self.structure, np.append(1.0, local[n_members:]), self.n_positions, time
            )
        )
        if time is None:
            member = np.repeat(np.arange(2), self.n_positions)
            visits = _take(visits, np.tile(np.arange(self.n_positions), 2))
        elif member is None:
            raise ValueError("members need a member code for every time")
        between = basis[:, member[..., :, None], member[..., None, :]]
        value = np.tensordot(local[:n_members], between, axes=1)
        return multiply_elementwise((value, between, None), visits)

    def boundary(self, theta: FloatArray) -> tuple[str, ...]:
        """Name the parameters on the boundary: correlation at one, variance at zero, range at an
        end.
        """
        return tuple(
            name
            for group in range(self.n_groups)
            for name in self._group_boundary(theta[self.active(group)], group)
        )

    def _start_parameter(self, parameter: VisitParameter, variance: float) -> float:
        if parameter.kind == "variance":
            return variance
        if parameter.kind == "range":
            low, high = self.gaps or (1.0, 1.0)
            return float(np.log(np.sqrt(low * high)))
        if parameter.kind == "covariance" and self.structure is not Structure.COMPOUND_SYMMETRY:
            return 0.0
        if parameter.kind == "covariance":
            return START_CORRELATION * variance
        if self.structure is Structure.HETEROGENEOUS_TOEPLITZ:
            return START_CORRELATION ** (parameter.lag or 1)
        return START_CORRELATION

    def _is_group_feasible(self, theta: FloatArray, group: int) -> bool:
        local = theta[self.active(group)]
        positive = [_is_variance(kind) or kind == "range" for kind in self.kinds]
        if np.any(local[positive] <= 0):
            return False
        if not self.structure.is_timed:
            return _is_positive(self.sigma(theta, group))
        return self.members is None or _is_positive(member_matrix(self.members, local))

    def _group_boundary(self, local: FloatArray, group: int) -> list[str]:
        names = self.names[self.active(group)]
        if self.structure.is_timed and self.gaps is not None:
            low, high = self.gaps
            return [names[-1]] if not low / 40 < local[-1] < high * 1e4 else []
        theta = np.tile(local, self.n_groups)
        sigma = self.sigma(theta, group)
        sd = np.sqrt(np.diag(sigma))
        small = sd**2 < SINGULAR * np.max(sd**2)
        if np.any(small):
            return [n for n, kind in zip(names, self.kinds, strict=True) if _is_variance(kind)]
        if np.linalg.eigvalsh(sigma / np.outer(sd, sd))[0] < SINGULAR:
            return [n for n, kind in zip(names, self.kinds, strict=True) if not _is_variance(kind)]
        return []


def residual_family(residual: Residual) -> ResidualFamily:
    """Return the family of residual covariance matrices that a `Residual` describes."""
    parameters = list_parameters(residual.structure, residual.n_positions)
    visits = residual.position_names or tuple(str(i + 1) for i in range(residual.n_positions))
    local = [_name(p, visits) for p in parameters]
    kinds = [p.kind for p in parameters]
    powers = [float(kind in ("variance", "covariance")) for kind in kinds]
    if residual.members is not None:
        names = residual.member_names or ("member 1", "member 2")
        member_parts = name_members(residual.members, names)
        relative = ["relative " if power else "" for power in powers[1:]]
        local = member_parts + [r + n for r, n in zip(relative, local[1:], strict=True)]
        kinds = [n.split("(")[0] for n in member_parts] + [
            r + kind for r, kind in zip(relative, kinds[1:], strict=True)
        ]
        powers = [1.0] * len(member_parts) + [0.0] * (len(powers) - 1)
    groups = residual.group_names or tuple(f"group {g + 1}" for g in range(residual.n_groups))
    several = residual.n_groups > 1
    return ResidualFamily(
        structure=residual.structure,
        members=residual.members,
        n_positions=residual.n_positions,
        n_groups=residual.n_groups,
        names=tuple(f"{n} [{g}]" if several else n for g in groups for n in local),
        variance_powers=np.tile(powers, residual.n_groups),
        gaps=_find_gaps(residual) if residual.structure.is_timed else None,
        parameters=parameters,
        kinds=tuple(kinds),
    )


def _replace(omega: FloatArray, place: int, value: float) -> FloatArray:
    changed = omega.copy()
    changed[place] = value
    return changed


def _name(parameter: VisitParameter, visits: tuple[str, ...]) -> str:
    if parameter.lag is not None:
        return f"{parameter.kind}(lag {parameter.lag})"
    if parameter.visits:
        return f"{parameter.kind}({', '.join(visits[v] for v in parameter.visits)})"
    return parameter.kind


def _take(derivatives: Derivatives, index: IntArray) -> Derivatives:
    value, d1, d2 = derivatives
    pick = (..., index[:, None], index[None, :])
    return value[pick], d1[pick], None if d2 is None else d2[pick]


def _is_variance(kind: str) -> bool:
    return kind in ("variance", "relative variance")


def _is_positive(matrix: FloatArray) -> bool:
    """Whether a covariance matrix is positive definite, judged on the correlation scale."""
    variances = np.diag(matrix)
    if np.any(variances <= 0):
        return False
    sd = np.sqrt(variances)
    try:
        factor = np.linalg.cholesky(matrix / np.outer(sd, sd))
    except np.linalg.LinAlgError:
        return False
    return bool(np.min(np.diag(factor)) > 1e-7)


def _find_gaps(residual: Residual) -> tuple[float, float]:
    """Return the smallest positive and the largest distance in time within a block."""
    if residual.time is None:
        raise ValueError("a structure in time needs times")
    order = np.lexsort((residual.time, residual.block))
    time, block = residual.time[order], residual.block[order]
    step = np.diff(time)[(np.diff(block) == 0)]
    step = step[step > 0]
    if not len(step):
        return 1.0, 1.0
    first = np.flatnonzero(np.r_[True, np.diff(block) != 0])
    last = np.r_[first[1:] - 1, len(block) - 1]
    return float(step.min()), float(np.max(time[last] - time[first]))
