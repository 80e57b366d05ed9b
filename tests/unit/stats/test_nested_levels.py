"""The order of levels, absent levels, and units inside residual blocks."""

import numpy as np
import pytest

from evalpipe.errors import ModelError
from evalpipe.stats.effect_covariance import scale_effect
from evalpipe.stats.nested_levels import Level, build_levels, check_effect
from evalpipe.stats.problem import ABSENT, IntArray, RandomEffect

PERSON = np.repeat(np.arange(8), 3)
DYAD = PERSON // 2
SITE = PERSON // 4
THERAPIST = np.where(SITE == 0, PERSON // 2, ABSENT)
ROW = np.arange(24)


def effect(name: str, level: IntArray) -> RandomEffect:
    return RandomEffect(name, level, np.ones((24, 1)), ("intercept",))


def build(*effects: RandomEffect, base: IntArray = ROW) -> tuple[Level, ...]:
    scales = tuple(scale_effect(e, i, 4) for i, e in enumerate(effects))
    return build_levels(effects, scales, base)


def test_levels_are_ordered_innermost_first() -> None:
    levels = build(effect("site", SITE), effect("person", PERSON), effect("dyad", DYAD))
    assert [level.names for level in levels] == [("person",), ("dyad",), ("site",)]
    assert [level.n_units for level in levels] == [8, 4, 2]
    np.testing.assert_array_equal(levels[1].unit, DYAD)


def test_effects_on_the_same_units_are_one_level() -> None:
    relabelled = 7 - PERSON
    (level,) = build(effect("a", PERSON), effect("b", relabelled))
    assert level.names == ("a", "b")
    assert level.size == 2


def test_absent_units_stay_alone() -> None:
    """Without a therapist every person is an independent unit."""
    levels = build(effect("therapist", THERAPIST), effect("person", PERSON))
    assert [level.names for level in levels] == [("person",), ("therapist",)]
    assert levels[1].n_units == 2 + 4
    assert not levels[1].design[SITE == 1].any()


def test_rows_without_the_level_belong_to_their_unit() -> None:
    """A therapist from the second session on: all of the person's rows stay together."""
    late = np.where(ROW % 3 == 0, ABSENT, DYAD)
    levels = build(effect("therapist", late), effect("person", PERSON))
    assert levels[1].n_units == 4
    np.testing.assert_array_equal(levels[1].design[:3, 0], [0.0, 1.0, 1.0])


def test_therapists_of_different_arms_may_be_two_effects() -> None:
    other = np.where(SITE == 1, PERSON // 2 - 2, ABSENT)
    levels = build(effect("treatment", THERAPIST), effect("control", other))
    assert sum(level.n_units > 0 for level in levels) == len(levels)
    assert levels[-1].n_units == 4


def test_units_inside_a_block_become_columns() -> None:
    (level,) = build(effect("person", PERSON), base=DYAD)
    assert level.n_units == 4
    assert level.size == 2
    np.testing.assert_allclose(level.basis[0], np.eye(2))
    np.testing.assert_allclose(level.design.sum(axis=1), 1.0)


def test_crossed_levels_are_named() -> None:
    with pytest.raises(ModelError, match="person and session are crossed"):
        build(effect("person", PERSON), effect("session", ROW % 3))


def test_too_many_units_in_a_block() -> None:
    with pytest.raises(ModelError, match="more than 12 units"):
        build(effect("row", ROW), base=np.zeros(24, dtype=np.int64))


@pytest.mark.parametrize(
    ("level", "design", "message"),
    [
        (PERSON[:5], np.ones((24, 1)), "one row per row"),
        (PERSON, np.ones((24, 2)), "one row per row"),
        (PERSON, np.full((24, 1), np.nan), "missing or infinite"),
        (np.zeros(24, dtype=np.int64), np.ones((24, 1)), "fewer than two units"),
        (np.full(24, ABSENT), np.ones((24, 1)), "fewer than two units"),
        (PERSON - 3, np.ones((24, 1)), "codes must be"),
    ],
)
def test_useless_effects_are_refused(level: IntArray, design: np.ndarray, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        check_effect(RandomEffect("person", level, design, ("intercept",)), 24)
