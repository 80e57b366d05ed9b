"""Separation is found exactly: which rows run off, in which families, and which do not."""

import numpy as np
import pytest

from evalpipe.stats.separation import find_separated

ARM = np.repeat([0.0, 1.0], 4)
PLAIN = np.column_stack([np.ones(8), ARM])


def test_an_arm_of_successes_only_is_separated() -> None:
    sign = np.array([1, -1, 1, -1, 1, 1, 1, 1])
    assert list(find_separated(PLAIN, sign)) == [False] * 4 + [True] * 4


def test_both_classes_in_both_arms_overlap() -> None:
    sign = np.array([1, -1, 1, -1, 1, -1, 1, 1])
    assert not find_separated(PLAIN, sign).any()


def test_a_number_that_sorts_the_classes_separates_everybody() -> None:
    X = np.column_stack([np.ones(8), np.arange(8.0)])
    assert find_separated(X, np.where(X[:, 1] > 3.5, 1, -1)).all()


def test_a_number_that_sorts_all_but_a_tie_leaves_the_tie() -> None:
    number = np.array([0.0, 1, 2, 3, 3, 4, 5, 6])
    sign = np.array([-1, -1, -1, -1, 1, 1, 1, 1])
    found = find_separated(np.column_stack([np.ones(8), number]), sign)
    assert list(found) == [True] * 3 + [False] * 2 + [True] * 3


def test_the_unit_of_a_number_does_not_matter() -> None:
    number = 1e7 + 1e-2 * np.array([0.0, 1, 2, 4, 3, 5, 6, 7])
    sign = np.array([-1, -1, -1, -1, 1, 1, 1, 1])
    X = np.column_stack([np.ones(8), number - number.mean()])
    assert not find_separated(X, sign).any()


def test_counts_of_zero_separate_and_positive_counts_do_not() -> None:
    counts = np.array([0, 1, 3, 2, 0, 0, 0, 0])
    found = find_separated(PLAIN, np.where(counts == 0, -1, 0))
    assert list(found) == [False] * 4 + [True] * 4


def test_a_share_between_zero_and_one_holds_its_level() -> None:
    sign = np.array([1, -1, 1, -1, 1, 1, 1, 0])
    assert not find_separated(PLAIN, sign).any()


@pytest.mark.parametrize("seed", range(5))
def test_against_a_search_over_directions(seed: int) -> None:
    """With two columns every direction can be tried: a circle in steps, and the rows' normals."""
    generator = np.random.default_rng(seed)
    X = generator.integers(-2, 3, size=(7, 2)).astype(float)
    sign = generator.choice([-1, 1], size=7)
    rows = X * sign[:, None]
    angles = np.linspace(0, 2 * np.pi, 3601)
    normal = np.arctan2(rows[:, 0], -rows[:, 1])
    tried = np.r_[angles, normal, normal + np.pi]
    directions = np.column_stack([np.cos(tried), np.sin(tried)])
    gains = directions @ rows.T
    allowed = (gains > -1e-9).all(axis=1)
    expected = (gains[allowed] > 1e-6).any(axis=0)
    assert list(find_separated(X, sign)) == list(expected)
