"""Refuse, in plain words and before any arithmetic, what cannot be estimated."""

import numpy as np
from numpy.typing import NDArray

from evalpipe.errors import ModelError, NotEstimableError
from evalpipe.stats.problem import FloatArray, GaussianProblem, IntArray, Residual
from evalpipe.stats.structures import residual_family

SHOWN_ROWS = 5
BoolArray = NDArray[np.bool_]


def check_problem(problem: GaussianProblem) -> None:
    """Check shapes, finiteness, units, positions and the number of covariance parameters.

    Messages name columns, positions, groups and row numbers, never a value.

    Raises
    ------
    ModelError
        If arrays or codes do not fit together.
    NotEstimableError
        If the data cannot carry the model. (Aliased columns are found by `precondition`.)
    """
    _check_shapes(problem)
    _check_finite(problem)
    _check_codes(problem)
    _check_units(problem)
    _check_group_within_block(problem.residual)
    _check_duplicates(problem.residual, len(problem.y))
    _check_coverage(problem.residual)
    _check_parameters(problem)


def _check_shapes(problem: GaussianProblem) -> None:
    y, X, residual = problem.y, problem.X, problem.residual
    if X.ndim != 2 or y.ndim != 1 or len(X) != len(y):
        raise ModelError(f"outcome and design do not fit: shapes {y.shape} and {X.shape}")
    if X.shape[1] != len(problem.columns):
        raise ModelError(f"{X.shape[1]} fixed columns but {len(problem.columns)} names")
    if not X.shape[1]:
        raise ModelError("the model has no fixed term; give it at least an intercept")
    _check_residual_arrays(residual, y.shape)


def _check_residual_arrays(residual: Residual, shape: tuple[int, ...]) -> None:
    arrays: dict[str, FloatArray | IntArray | None] = {
        "block": residual.block,
        "position": residual.position,
        "time": residual.time,
        "group": residual.group,
        "member": residual.member,
    }
    for name, array in arrays.items():
        if array is not None and array.shape != shape:
            raise ModelError(f"residual {name} has shape {array.shape}, the outcome {shape}")
    _check_residual_needs(residual)


def _check_residual_needs(residual: Residual) -> None:
    if residual.structure.needs_position and residual.position is None:
        raise ModelError(f"the {residual.structure} structure needs a visit for every row")
    if residual.structure.is_timed and residual.time is None:
        raise ModelError(f"the {residual.structure} structure needs a time in days for every row")
    if residual.members is not None and residual.member is None:
        raise ModelError("a dyad structure needs a member code for every row")
    if residual.members is None and residual.member is not None:
        raise ModelError("member codes are given, but not how the members are related")
    if residual.n_groups > 1 and residual.group is None:
        raise ModelError("several covariance groups need a group code for every row")


def _check_finite(problem: GaussianProblem) -> None:
    _refuse_rows(np.asarray(~np.isfinite(problem.y)), "the outcome")
    finite = np.isfinite(problem.X)
    if not finite.all():
        column = int(np.flatnonzero(~finite.all(axis=0))[0])
        _refuse_rows(np.asarray(~finite[:, column]), f"fixed column {problem.columns[column]}")
    if problem.residual.time is not None:
        _refuse_rows(
            np.asarray(~np.isfinite(problem.residual.time)), "the time of the residual structure"
        )
    for effect in problem.random:
        _refuse_rows(
            np.asarray(~np.isfinite(effect.design).all(axis=1)), f"random effect {effect.name}"
        )


def _refuse_rows(bad: BoolArray, what: str) -> None:
    if bad.any():
        rows = np.flatnonzero(bad)
        shown = ", ".join(str(row + 1) for row in rows[:SHOWN_ROWS])
        more = ", ..." if len(rows) > SHOWN_ROWS else ""
        raise NotEstimableError(
            f"{what} is missing or not finite in {len(rows)} row(s) ({shown}{more}); "
            "leave these rows out or fill them in before fitting"
        )


def _check_codes(problem: GaussianProblem) -> None:
    residual = problem.residual
    limits = (
        ("position", residual.position, residual.n_positions),
        ("group", residual.group, residual.n_groups),
        ("member", residual.member, 2),
    )
    for name, codes, size in limits:
        if codes is not None and len(codes) and (codes.min() < 0 or codes.max() >= size):
            raise ModelError(f"residual {name} codes must lie between 0 and {size - 1}")
    if len(residual.block) and residual.block.min() < 0:
        raise ModelError("residual block codes must not be negative")
    names = (
        ("position", residual.position_names, residual.n_positions),
        ("group", residual.group_names, residual.n_groups),
        ("member", residual.member_names, 2),
    )
    for name, given, size in names:
        if given and len(given) != size:
            raise ModelError(f"{len(given)} {name} names for {size} {name}s")


def _check_units(problem: GaussianProblem) -> None:
    n, p = problem.X.shape
    if n == 0:
        raise NotEstimableError("no row is left after leaving out missing outcomes")
    if n <= p:
        raise NotEstimableError(
            f"{n} observations for {p} fixed columns; use fewer terms or more data"
        )
    block = problem.residual.block
    if np.all(block == block[0]):
        raise NotEstimableError("all rows belong to one unit; at least two are needed")
    if np.all(problem.y == problem.y[0]):
        raise NotEstimableError("the outcome is constant; nothing is left to model")


def _check_group_within_block(residual: Residual) -> None:
    by_row = residual.structure.is_diagonal
    if residual.group is None or (by_row and residual.members is None):
        return
    order = np.argsort(residual.block, kind="stable")
    same = np.diff(residual.block[order]) == 0
    if np.any(same & (np.diff(residual.group[order]) != 0)):
        raise ModelError("a unit appears in two covariance groups; its group must not change")


def _check_duplicates(residual: Residual, n: int) -> None:
    """One row per (block, member, position), unless rows are independent of each other."""
    independent = residual.structure.is_plain and residual.members is None
    diagonal = residual.structure.is_diagonal and residual.members is None
    if independent or (diagonal and residual.position is None):
        return
    place: FloatArray | IntArray
    if residual.structure.is_timed:
        place = np.unique(np.asarray(residual.time), return_inverse=True)[1]
    else:
        place = np.zeros(n, dtype=np.int64) if residual.position is None else residual.position
    if residual.member is not None:
        place = 2 * place + residual.member
    key = residual.block.astype(np.int64) * (int(place.max()) + 1) + place
    if np.all(key[1:] > key[:-1]):
        return
    repeated = n - len(np.unique(key))
    if repeated:
        what = "time" if residual.structure.is_timed else "visit"
        raise NotEstimableError(
            f"{repeated} row(s) repeat a {what} of the same unit; keep one row per unit and {what}"
        )


def _check_coverage(residual: Residual) -> None:
    """Every group needs data at every position that has parameters of its own."""
    if not residual.structure.needs_every_position or residual.position is None:
        return
    n_groups, T = residual.n_groups, residual.n_positions
    group = np.zeros_like(residual.position) if residual.group is None else residual.group
    seen = np.bincount(group * T + residual.position, minlength=n_groups * T).reshape(n_groups, T)
    if np.all(seen > 0):
        return
    g, t = (int(i) for i in np.argwhere(seen == 0)[0])
    visit = residual.position_names[t] if residual.position_names else str(t + 1)
    arm = residual.group_names[g] if residual.group_names else str(g + 1)
    where = f" in group {arm}" if n_groups > 1 else ""
    raise NotEstimableError(f"no observation at visit {visit}{where}; leave that visit out")


def _check_parameters(problem: GaussianProblem) -> None:
    residual, n = problem.residual, len(problem.y)
    family = residual_family(residual)
    k = len(family.names) + sum(
        _count_parameters(e.design.shape[1], e.covariance) for e in problem.random
    )
    if k >= n - problem.X.shape[1]:
        raise NotEstimableError(
            f"{k} covariance parameters for {n} observations and {problem.X.shape[1]} fixed "
            "columns; choose a simpler covariance structure"
        )
    if residual.structure.is_free:
        _check_pairs(residual)


def _count_parameters(q: int, covariance: str) -> int:
    return q if covariance == "diagonal" else q * (q + 1) // 2


def _check_pairs(residual: Residual) -> None:
    """An unstructured covariance needs, in each group, a unit seen at both visits of every pair."""
    if residual.position is None or residual.members is not None:
        return
    T = residual.n_positions
    group = np.zeros_like(residual.position) if residual.group is None else residual.group
    for g in range(residual.n_groups):
        own = group == g
        code = _compact_codes(residual.block[own])
        seen = np.zeros((int(code.max()) + 1, T), dtype=np.float32)
        seen[code, residual.position[own]] = 1.0
        together = seen.T @ seen
        if np.all(together > 0):
            continue
        i, j = (int(v) for v in np.argwhere(together == 0)[0])
        names = residual.position_names or tuple(str(t + 1) for t in range(T))
        raise NotEstimableError(
            f"no unit was seen at both visits {names[i]} and {names[j]}, so their covariance is "
            "not estimable; choose a structure with fewer parameters"
        )


def _compact_codes(codes: IntArray) -> IntArray:
    """Return codes small enough to index an array."""
    if codes.max() < 4 * len(codes):
        return codes
    return np.unique(codes, return_inverse=True)[1]
