"""Remove the random effects of one level from the cross-products of its units, with derivatives.

With A = [Z W]'R^-1[Z W] of one unit and u ~ N(0, G), the unit's covariance V = R + Z G Z' enters
the likelihood only through

    log|I + A_zz G|   and   A_ww - A_wz G (I + A_zz G)^-1 A_zw,

both defined for a singular G (Woodbury). The second is again a cross-product matrix, of whatever is
left in W: the outer levels' Z, X and y. So levels are removed one after another, innermost first,
and the children's matrices are summed into their parent in between.

Every array has the units on its last axis, so that each scalar operation runs over all units.
"""

from dataclasses import dataclass, field

import numpy as np

from evalpipe.stats.problem import FloatArray, IntArray

Pair = tuple[int, int]
"""Two parameter numbers, the smaller first."""


@dataclass(frozen=True)
class Sweep:
    """G (I + A_zz G)^-1 and its relatives for every unit; each (q, q, n).

    shrink: H = G (I + A_zz G)^-1. carry: K = (I + G A_zz)^-1. spread: S = A_zz (I + G A_zz)^-1.
    log_det: (n,) log|I + A_zz G|.
    """

    shrink: FloatArray
    carry: FloatArray
    spread: FloatArray
    log_det: FloatArray


@dataclass
class Jets:
    """Cross-products of n units and their derivatives in the parameters met so far.

    value: (d, d, n). first: by parameter, dA. second: by pair, the derivative of A along straight
    lines of V, that is without the term of V_kl; a missing key is zero. bend: by pair, the
    derivative of A in the direction V_kl, where V is not linear in the parameters.
    """

    value: FloatArray
    first: dict[int, FloatArray] = field(default_factory=dict)
    second: dict[Pair, FloatArray] = field(default_factory=dict)
    bend: dict[Pair, FloatArray] = field(default_factory=dict)


@dataclass
class LogDeterminant:
    """log|V| and its derivatives, summed over units as levels are removed.

    d1: (k,). second: (k, k) along straight lines of V, so -tr(V^-1 V_k V^-1 V_l). bend: (k, k)
    tr(V^-1 V_kl).
    """

    value: float
    d1: FloatArray
    second: FloatArray
    bend: FloatArray

    @classmethod
    def empty(cls, n_parameters: int) -> "LogDeterminant":
        """Return zeros for k parameters."""
        k = n_parameters
        return cls(0.0, np.zeros(k), np.zeros((k, k)), np.zeros((k, k)))

    def add_second(self, pair: Pair, amount: float) -> None:
        """Add to the straight-line second derivative of a pair, in both places."""
        a, b = pair
        self.second[a, b] += amount
        if a != b:
            self.second[b, a] += amount


def sweep_units(A_zz: FloatArray, G: FloatArray) -> Sweep:
    """Compute H, K, S and log|I + A_zz G| for (q, q, n) cross-products and one (q, q) G.

    Raises numpy.linalg.LinAlgError where rounding leaves I + A_zz G without a positive determinant.
    """
    q, n = A_zz.shape[0], A_zz.shape[2]
    if q == 1:
        denominator = 1.0 + A_zz[0, 0] * G[0, 0]
        _require_positive(denominator)
        carry = (1.0 / denominator)[None, None]
        return Sweep(carry * G[0, 0], carry, carry * A_zz, np.log(denominator))
    carry, log_det = _invert(np.eye(q)[:, :, None] + _left(G, A_zz))
    shrink = _right(carry, G)
    spread = np.empty((q, q, n))
    for i in range(q):
        for j in range(i + 1):
            spread[i, j] = spread[j, i] = (A_zz[i] * carry[:, j]).sum(axis=0)
    return Sweep(shrink, carry, spread, log_det)


def eliminate(
    jets: Jets,
    G: FloatArray,
    basis: dict[int, FloatArray],
    order: int,
    log_det: LogDeterminant,
) -> Jets:
    """Remove the first q rows and columns of A for every unit; add to `log_det`.

    basis: by parameter number, dG/d parameter (q, q); G is linear in its parameters.
    Returns the jets of what is left (d - q, d - q, n), with the new parameters' derivatives.
    """
    q = G.shape[0]
    sweep = sweep_units(jets.value[:q, :q], G)
    log_det.value += float(sweep.log_det.sum())
    A_zw = jets.value[:q, q:]
    T = _transpose_multiply(sweep.carry, A_zw)
    GT = _left(G, T)
    left = Jets(jets.value[q:, q:] - _gram(A_zw, GT))
    if order == 0:
        return left
    old = {a: _Moved.of(d, GT) for a, d in jets.first.items()}
    new = {k: _left(B, T) for k, B in basis.items()}
    _first_order(left, log_det, sweep, old, new, basis, T)
    if order == 2:
        _second_order(left, log_det, sweep, jets, old, new, basis, GT)
    return left


def sum_children(jets: Jets, starts: IntArray) -> Jets:
    """Sum consecutive units into parents; starts: (n_parents,) first child of each."""
    if len(starts) == jets.value.shape[-1]:
        return jets

    def add(a: FloatArray) -> FloatArray:
        return np.asarray(np.add.reduceat(a, starts, axis=-1))

    return Jets(
        add(jets.value),
        {k: add(a) for k, a in jets.first.items()},
        {k: add(a) for k, a in jets.second.items()},
        {k: add(a) for k, a in jets.bend.items()},
    )


@dataclass(frozen=True)
class _Moved:
    """A derivative dA seen after elimination: E = [dA C]_z, C'dA C and dA_zz, C = [-G T; I]."""

    E: FloatArray
    outer: FloatArray
    zz: FloatArray

    @classmethod
    def of(cls, d: FloatArray, GT: FloatArray) -> "_Moved":
        q = GT.shape[0]
        E = d[:q, q:] - _multiply(d[:q, :q], GT)
        outer = d[q:, q:] - _gram(d[:q, q:], GT) - _gram(GT, E)
        return cls(E, outer, d[:q, :q])


def _first_order(
    left: Jets,
    log_det: LogDeterminant,
    sweep: Sweep,
    old: dict[int, _Moved],
    new: dict[int, FloatArray],
    basis: dict[int, FloatArray],
    T: FloatArray,
) -> None:
    for a, moved in old.items():
        left.first[a] = moved.outer
        log_det.d1[a] += _trace(sweep.shrink, moved.zz)
    spread = sweep.spread.sum(axis=-1)
    for k, BT in new.items():
        left.first[k] = -_gram(T, BT)
        log_det.d1[k] += float((spread * basis[k]).sum())


def _second_order(
    left: Jets,
    log_det: LogDeterminant,
    sweep: Sweep,
    jets: Jets,
    old: dict[int, _Moved],
    new: dict[int, FloatArray],
    basis: dict[int, FloatArray],
    GT: FloatArray,
) -> None:
    q = GT.shape[0]
    for pair, d in jets.bend.items():
        moved = _Moved.of(d, GT)
        left.bend[pair] = moved.outer
        amount = _trace(sweep.shrink, moved.zz)
        a, b = pair
        log_det.bend[a, b] += amount
        log_det.bend[b, a] += amount if a != b else 0.0
    shrunk = {a: _multiply(sweep.shrink, moved.E) for a, moved in old.items()}
    shrunk_zz = {a: _multiply(sweep.shrink, moved.zz) for a, moved in old.items()}
    for a, b in _pairs(old):
        moved_second = jets.second.get((a, b))
        value = -_symmetric_gram(old[a].E, shrunk[b])
        if moved_second is not None:
            value += _Moved.of(moved_second, GT).outer
            log_det.add_second((a, b), _trace(sweep.shrink, moved_second[:q, :q]))
        left.second[a, b] = value
        log_det.add_second((a, b), -_product_trace(shrunk_zz[a], shrunk_zz[b]))
    carried = {k: _multiply(sweep.carry, BT) for k, BT in new.items()}
    spread_basis = {k: _right(sweep.spread, B) for k, B in basis.items()}
    for a, moved in old.items():
        pulled = _transpose_multiply(sweep.carry, _multiply(moved.zz, sweep.carry))
        for k, B in basis.items():
            pair = (min(a, k), max(a, k))
            left.second[pair] = -_symmetric_gram(moved.E, carried[k])
            log_det.add_second(pair, float((pulled.sum(axis=-1) * B).sum()))
    spread_T = {k: _multiply(sweep.spread, BT) for k, BT in new.items()}
    for k, other in _pairs(new):
        left.second[k, other] = _symmetric_gram(new[k], spread_T[other])
        log_det.add_second((k, other), -_product_trace(spread_basis[k], spread_basis[other]))


def _pairs(numbers: dict[int, FloatArray] | dict[int, _Moved]) -> list[Pair]:
    ordered = sorted(numbers)
    return [(a, b) for i, a in enumerate(ordered) for b in ordered[i:]]


def _multiply(a: FloatArray, b: FloatArray) -> FloatArray:
    return np.asarray(np.einsum("ijn,jkn->ikn", a, b))


def _transpose_multiply(a: FloatArray, b: FloatArray) -> FloatArray:
    return np.asarray(np.einsum("jin,jkn->ikn", a, b))


def _gram(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return a'b for every unit."""
    return _transpose_multiply(a, b)


def _symmetric_gram(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return a'b + b'a for every unit."""
    product = _transpose_multiply(a, b)
    return np.asarray(product + product.swapaxes(0, 1))


def _left(constant: FloatArray, a: FloatArray) -> FloatArray:
    """Multiply every unit from the left by one matrix."""
    q, _, n = a.shape
    return np.asarray((constant @ a.reshape(q, -1)).reshape(constant.shape[0], -1, n))


def _right(a: FloatArray, constant: FloatArray) -> FloatArray:
    return np.asarray(np.einsum("ijn,jk->ikn", a, constant))


def _trace(a: FloatArray, b: FloatArray) -> float:
    """Sum over units of tr(a b), b symmetric."""
    return float(np.vdot(a, b))


def _product_trace(a: FloatArray, b: FloatArray) -> float:
    return float(np.einsum("ijn,jin->", a, b))


def _invert(a: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Inverse (q, q, n) and log determinant (n,) of matrices with a positive determinant."""
    if a.shape[0] == 2:
        det = a[0, 0] * a[1, 1] - a[0, 1] * a[1, 0]
        _require_positive(det)
        inverse = np.empty_like(a)
        np.divide(a[1, 1], det, out=inverse[0, 0])
        np.divide(a[0, 0], det, out=inverse[1, 1])
        np.divide(-a[0, 1], det, out=inverse[0, 1])
        np.divide(-a[1, 0], det, out=inverse[1, 0])
        return inverse, np.log(det)
    by_unit = np.moveaxis(a, -1, 0)
    sign, log_det = np.linalg.slogdet(by_unit)
    _require_positive(sign)
    inverse = np.moveaxis(np.asarray(np.linalg.inv(by_unit), dtype=float), 0, -1)
    return np.ascontiguousarray(inverse), np.asarray(log_det)


def _require_positive(determinant: FloatArray) -> None:
    if not np.min(determinant) > 0:
        raise np.linalg.LinAlgError("V is not positive definite")
