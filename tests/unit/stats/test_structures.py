"""Derivatives of every residual structure against differences, and its borders."""

import numpy as np
import pytest

from evalpipe.stats.problem import Members, Residual, Structure
from evalpipe.stats.structures import ResidualFamily, residual_family

STEP = 1e-6


def build_family(structure: Structure, members: Members | None, n_positions: int) -> ResidualFamily:
    time = np.array([0.0, 1.5, 4.0, 9.0, 0.0, 2.0, 3.0, 8.0])
    return residual_family(
        Residual(
            block=np.repeat([0, 1], 4),
            structure=structure,
            n_positions=n_positions,
            time=time,
            n_groups=2,
            members=members,
        )
    )


def choose_theta(family: ResidualFamily) -> np.ndarray:
    rng = np.random.default_rng(4)
    theta = family.natural(family.start(2.0)).theta
    return theta * rng.uniform(0.9, 1.1, len(theta)) + 0.03 * rng.uniform(size=len(theta))


@pytest.mark.parametrize("n_positions", [1, 2, 4])
@pytest.mark.parametrize("members", [None, *Members])
@pytest.mark.parametrize("structure", list(Structure))
def test_derivatives_match_differences(
    structure: Structure, members: Members | None, n_positions: int
):
    family = build_family(structure, members, n_positions)
    theta = choose_theta(family)
    time = member = None
    if structure is Structure.EXPONENTIAL:
        time = np.array([[0.0, 1.0, 3.5], [2.0, 2.5, 9.0]])
        member = None if members is None else np.array([[0, 1, 0], [1, 1, 0]])
    for group in (0, 1):
        d1 = family.d1(theta, group, time, member)
        d2 = family.d2(theta, group, time, member)
        for k in range(len(theta)):
            step = STEP * np.eye(len(theta))[k]
            above = family.sigma(theta + step, group, time, member)
            below = family.sigma(theta - step, group, time, member)
            np.testing.assert_allclose((above - below) / (2 * STEP), d1[k], atol=1e-7)
            above = family.d1(theta + step, group, time, member)
            below = family.d1(theta - step, group, time, member)
            expected = np.zeros_like(d1) if d2 is None else d2[k]
            np.testing.assert_allclose((above - below) / (2 * STEP), expected, atol=1e-6)
        assert (d2 is None) == family.is_linear or not np.any(d2)


@pytest.mark.parametrize("members", [None, *Members])
@pytest.mark.parametrize("structure", list(Structure))
def test_start_is_feasible_and_inside(structure: Structure, members: Members | None):
    family = build_family(structure, members, 4)
    theta = family.natural(family.start(3.0)).theta
    assert family.is_feasible(theta)
    assert family.boundary(theta) == ()
    assert len(family.kinds) * 2 == len(family.names) == len(theta) == len(family.variance_powers)


def test_a_scale_of_the_outcome_scales_sigma_by_its_square():
    for structure in set(Structure) - {Structure.EXPONENTIAL}:
        for members in (None, *Members):
            family = build_family(structure, members, 4)
            theta = choose_theta(family)
            scaled = theta * 3.0 ** (2 * family.variance_powers)
            np.testing.assert_allclose(family.sigma(scaled, 1), 9 * family.sigma(theta, 1))


def test_members_multiply_the_structure_over_visits():
    family = build_family(Structure.AR1, Members.DISTINGUISHABLE, 3)
    theta = np.tile([4.0, 1.0, 9.0, 0.5], 2)
    visits = 0.5 ** np.abs(np.subtract.outer(np.arange(3), np.arange(3)))
    np.testing.assert_allclose(family.sigma(theta, 0), np.kron([[4, 1], [1, 9]], visits))


def test_exchangeable_members_may_be_negatively_related():
    family = build_family(Structure.IDENTITY, Members.EXCHANGEABLE, 1)
    assert family.is_feasible(np.array([2.0, -1.9, 2.0, 0.5]))
    assert not family.is_feasible(np.array([2.0, -2.1, 2.0, 0.5]))


def test_boundary_names_correlation_at_one_and_variance_at_zero():
    family = build_family(Structure.HETEROGENEOUS_COMPOUND_SYMMETRY, None, 2)
    at_one = np.array([1.0, 2.0, 1 - 1e-10, 1.0, 1.0, 0.1])
    assert family.boundary(at_one) == ("correlation [group 1]",)
    at_zero = np.array([1.0, 1.0, 0.1, 1.0, 1e-12, 0.1])
    assert set(family.boundary(at_zero)) == {"variance(1) [group 2]", "variance(2) [group 2]"}


def test_the_boundary_does_not_depend_on_units():
    family = build_family(Structure.UNSTRUCTURED, None, 2)
    inside = np.tile([1.0, 0.5, 2.0], 2)
    assert family.boundary(inside * 1e-18) == family.boundary(inside * 1e18) == ()
