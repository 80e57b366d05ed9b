"""Standardised columns, Cholesky factors and the rule for singular covariance."""

import numpy as np
import pytest

from evalpipe.errors import NotEstimableError
from evalpipe.stats.effect_covariance import EffectScale, scale_effect
from evalpipe.stats.problem import ABSENT, EffectCovariance, FloatArray, RandomEffect

PERSON = np.repeat(np.arange(6), 4)
TIME = 20_000 + 7.0 * np.tile(np.arange(4), 6)


def make_effect(
    time: FloatArray = TIME, covariance: EffectCovariance = EffectCovariance.UNSTRUCTURED
) -> RandomEffect:
    Z = np.column_stack([np.ones(len(time)), time])
    return RandomEffect("person", PERSON, Z, ("intercept", "day"), covariance)


def scaled(covariance: EffectCovariance = EffectCovariance.UNSTRUCTURED) -> EffectScale:
    return scale_effect(make_effect(covariance=covariance), 0, 6)


def test_columns_are_orthonormal_on_average() -> None:
    Z = scaled().standardise(make_effect())
    np.testing.assert_allclose(Z.T @ Z / len(Z), np.eye(2), atol=1e-9)


def test_equal_days_stay_exactly_equal() -> None:
    Z = scaled().standardise(make_effect())
    np.testing.assert_array_equal(Z[:4], Z[4:8])


def test_absent_rows_have_no_effect() -> None:
    level = PERSON.copy()
    level[:8] = ABSENT
    effect = RandomEffect("therapist", level, np.ones((24, 1)), ("intercept",))
    Z = scale_effect(effect, 0, 4).standardise(effect)
    assert not Z[:8].any()
    np.testing.assert_allclose(Z[8:], 1.0)


@pytest.mark.parametrize("covariance", list(EffectCovariance))
def test_declared_parameters_give_the_same_covariance(covariance: EffectCovariance) -> None:
    effect, scale = make_effect(covariance=covariance), scaled(covariance)
    theta = np.array([2.0, 0.5, 1.0]) if len(scale.names) == 3 else np.array([2.0, 1.0])
    Z = scale.standardise(effect)
    declared = scale.declare(theta)
    expected = Z @ scale.matrix(theta) @ Z.T
    np.testing.assert_allclose(effect.design @ declared @ effect.design.T, expected, rtol=1e-6)
    values = scale.report() @ theta
    np.testing.assert_allclose(values, [declared[i, j] for i, j in scale.pairs])


def test_cholesky_round_trip() -> None:
    scale = scaled()
    theta = np.array([2.0, 0.5, 1.0])
    omega = scale.working(scale.matrix(theta), 4.0)
    np.testing.assert_allclose(scale.natural(omega, 4.0).theta, theta)


def test_names() -> None:
    assert scaled().names == (
        "person: variance(intercept)",
        "person: covariance(intercept, day)",
        "person: variance(day)",
    )
    assert len(scaled(EffectCovariance.DIAGONAL).names) == 2


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
def test_singular_rule_has_no_unit(unit: float) -> None:
    scale = scaled()
    regular, correlated = np.array([1.0, 0.2, 0.5]) * unit, np.array([1.0, 1.0, 1.0]) * unit
    no_slope = scale_effect(make_effect(np.tile([-3.0, -1.0, 1.0, 3.0], 6)), 0, 6)
    assert scale.boundary(regular, unit) == ()
    assert scale.boundary(correlated, unit) == ("person: covariance(intercept, day)",)
    assert no_slope.boundary(np.array([1.0, 0.0, 0.0]) * unit, unit) == ("person: variance(day)",)


@pytest.mark.parametrize("days", [np.full(24, 3.0), np.zeros(24)])
def test_collinear_columns_are_named(days: FloatArray) -> None:
    with pytest.raises(NotEstimableError, match="intercept, day"):
        scale_effect(make_effect(days), 0, 6)
