"""Removing one level's random effects from cross-products, against the formulas with inverses."""

import numpy as np
import pytest

from evalpipe.stats.elimination import (
    Jets,
    LogDeterminant,
    eliminate,
    sum_children,
    sweep_units,
)
from evalpipe.stats.problem import FloatArray


def make_units(q: int, d: int, n: int) -> FloatArray:
    rows = np.random.default_rng(q).normal(size=(n, d + 2, d))
    return np.moveaxis(rows.swapaxes(1, 2) @ rows, 0, -1)


@pytest.mark.parametrize("q", [1, 2, 3])
def test_sweep_is_the_inverse(q: int) -> None:
    A = make_units(q, q, 5)
    G = np.cov(np.random.default_rng(1).normal(size=(q, 9)), ddof=0).reshape(q, q)
    sweep = sweep_units(A, G)
    for i in range(5):
        unit = A[..., i]
        shrink = np.linalg.inv(np.linalg.inv(G) + unit)
        np.testing.assert_allclose(sweep.shrink[..., i], shrink, rtol=1e-10)
        np.testing.assert_allclose(sweep.carry[..., i], np.linalg.inv(np.eye(q) + G @ unit))
        spread = np.linalg.inv(np.linalg.inv(unit) + G)
        np.testing.assert_allclose(sweep.spread[..., i], spread, rtol=1e-9)
        sign, log_det = np.linalg.slogdet(np.eye(q) + unit @ G)
        assert sign == 1
        assert sweep.log_det[i] == pytest.approx(log_det)


@pytest.mark.parametrize("q", [1, 2, 3])
def test_negative_cross_products_are_refused(q: int) -> None:
    with pytest.raises(np.linalg.LinAlgError):
        sweep_units(-np.eye(q)[:, :, None] * np.r_[2.0, [0.5] * (q - 1)][:, None, None], np.eye(q))


@pytest.mark.parametrize("q", [1, 2, 3])
def test_zero_covariance_changes_nothing(q: int) -> None:
    A = make_units(q, q + 3, 4)
    log_det = LogDeterminant.empty(0)
    left = eliminate(Jets(A), np.zeros((q, q)), {}, 0, log_det)
    np.testing.assert_array_equal(left.value, A[q:, q:])
    assert log_det.value == 0.0


def test_derivatives_by_differences() -> None:
    """An incoming parameter moves A along a curve; the level's own move G."""
    q, d = 2, 5
    A, A1, A2 = (make_units(q, d, 3) * s for s in (1.0, 0.1, 0.05))
    B = {1: np.diag([1.0, 0.0]), 2: np.array([[0.0, 1.0], [1.0, 0.0]])}

    def at(theta: FloatArray, order: int) -> tuple[Jets, LogDeterminant]:
        value = A + theta[0] * A1 + theta[0] ** 2 / 2 * A2
        G = np.eye(q) * 0.4 + theta[1] * B[1] + theta[2] * B[2]
        log_det = LogDeterminant.empty(3)
        jets = Jets(value, {0: A1 + theta[0] * A2}, {(0, 0): A2})
        return eliminate(jets, G, B, order, log_det), log_det

    theta = np.array([0.3, 0.2, 0.1])
    left, log_det = at(theta, 2)
    step = 1e-5
    for a in range(3):
        move = np.eye(3)[a] * step
        (high, log_high), (low, log_low) = at(theta + move, 1), at(theta - move, 1)
        first = (high.value - low.value) / (2 * step)
        np.testing.assert_allclose(left.first[a], first, rtol=1e-6, atol=1e-7)
        assert log_det.d1[a] == pytest.approx((log_high.value - log_low.value) / (2 * step))
        for b in range(a, 3):
            second = (high.first[b] - low.first[b]) / (2 * step)
            np.testing.assert_allclose(left.second[a, b], second, rtol=1e-5, atol=1e-6)
            difference = (log_high.d1[b] - log_low.d1[b]) / (2 * step)
            assert log_det.second[a, b] == pytest.approx(difference, rel=1e-6)


def test_children_are_summed() -> None:
    A = make_units(1, 2, 5)
    summed = sum_children(Jets(A, {3: 2 * A}, {(3, 3): -A}), np.array([0, 2]))
    np.testing.assert_allclose(summed.value[..., 0], A[..., 0] + A[..., 1])
    np.testing.assert_allclose(summed.first[3][..., 1], 2 * A[..., 2:].sum(axis=-1))
    np.testing.assert_allclose(summed.second[3, 3][..., 0], -A[..., :2].sum(axis=-1))
