"""Rows in nested order and the places of children in their parents."""

import numpy as np

from evalpipe.stats.nested_levels import Level
from evalpipe.stats.nested_rows import NestedRows, nest_rows
from evalpipe.stats.problem import IntArray

SITE = np.repeat([0, 1], [5, 3])
PERSON = np.array([0, 0, 1, 1, 1, 2, 3, 3])


def make_level(unit: IntArray) -> Level:
    n_units = int(unit.max()) + 1
    return Level(("a",), unit, n_units, np.ones((len(unit), 1)), {}, (0,), (), None)


def nest(person: IntArray, site: IntArray) -> NestedRows:
    return nest_rows((make_level(person), make_level(site)), None, None)


def test_rows_in_order_stay() -> None:
    rows = nest(PERSON, SITE)
    assert rows.order is None
    np.testing.assert_array_equal(rows.unit_start[0], [0, 2, 5, 6, 8])
    np.testing.assert_array_equal(rows.unit_start[1], [0, 5, 8])
    np.testing.assert_array_equal(rows.children(0), [0, 2, 4])
    assert rows.n_top == 2


def test_shuffled_rows_come_into_order() -> None:
    order = np.random.default_rng(1).permutation(8)
    rows = nest(PERSON[order], SITE[order])
    np.testing.assert_array_equal(rows.sort(SITE[order]), SITE)
    np.testing.assert_array_equal(rows.sort(PERSON[order]), PERSON)
    np.testing.assert_array_equal(rows.number_units(0), PERSON[order])


def test_contiguous_units_need_no_sorting() -> None:
    """Units may come in any order, as long as each stands together."""
    rows = nest(3 - PERSON, 1 - SITE)
    assert rows.order is None


def test_rows_of_a_block_are_ordered_by_place() -> None:
    place = np.array([1.0, 0.0, 2.0, 0.0, 1.0, 0.0, 1.0, 0.0])
    rows = nest_rows((make_level(SITE),), PERSON, place)
    np.testing.assert_array_equal(rows.order, [1, 0, 3, 4, 2, 5, 7, 6])
    np.testing.assert_array_equal(rows.base_start, [0, 2, 5, 6, 8])
    np.testing.assert_array_equal(rows.blocks(), [0, 2, 4])


def test_batches_cover_every_unit() -> None:
    rows = nest(PERSON, SITE)
    assert list(rows.batches(1)) == [(0, 1), (1, 2)]
    assert list(rows.batches(100)) == [(0, 2)]
