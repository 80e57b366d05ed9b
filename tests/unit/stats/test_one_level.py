"""One level with independent residuals: pooling units changes nothing."""

import numpy as np
import pytest

from evalpipe.stats.curvature import Curvature
from evalpipe.stats.one_level import OneLevel, pool_units, unit_products
from evalpipe.stats.problem import FloatArray, IntArray

BASIS = np.array([[[1.0, 0], [0, 0]], [[0, 1.0], [1.0, 0]], [[0, 0], [0, 1.0]]])
G = np.array([[0.8, 0.1], [0.1, 0.3]])


def make_columns(n_units: int) -> tuple[FloatArray, IntArray]:
    """Two columns of Z (an intercept and two possible times), then three of [X y]."""
    rng = np.random.default_rng(1)
    time = np.tile([0.0, 1.0, 2.0], n_units)
    time[2::6] = 5.0
    rows = len(time)
    W = np.vstack([np.ones(rows), time, rng.normal(size=(3, rows))])
    return W, np.arange(0, rows, 3)


def test_units_with_the_same_design_are_pooled() -> None:
    pooled = pool_units(*unit_products(*_split(200)))
    assert pooled.zz.shape == (2, 2, 2)
    np.testing.assert_array_equal(pooled.count, [100, 100])
    assert pooled.zw.shape[2] == 12


@pytest.mark.parametrize("order", [0, 1, 2])
def test_pooling_changes_nothing(order: int) -> None:
    zz, zw, ww = unit_products(*_split(200))
    pooled = pool_units(zz, zw, ww).evaluate(G, BASIS, order)
    plain = OneLevel(zz, np.ones(200), zw, None, ww).evaluate(G, BASIS, order)
    for name in Curvature.__dataclass_fields__:
        a, b = getattr(pooled, name), getattr(plain, name)
        assert (a is None) == (b is None)
        if a is not None:
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9)


def test_few_units_are_left_alone() -> None:
    assert pool_units(*unit_products(*_split(6))).pattern is None


def _split(n_units: int) -> tuple[FloatArray, int, IntArray]:
    W, starts = make_columns(n_units)
    return W, 2, starts
