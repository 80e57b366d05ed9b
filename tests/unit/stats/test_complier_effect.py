"""Complier average effect: identities, borders and refusals."""

import numpy as np
import pytest

from evalpipe.errors import ModelError, NotEstimableError
from evalpipe.stats.baseline_adjustment import build_constrained_baseline, build_slopes_by_arm
from evalpipe.stats.complier_effect import estimate_complier_effect
from evalpipe.stats.quadratic import solve_quadratic


def draw(n: int = 400, share: float = 0.5, effect: float = 2.0, seed: int = 1):
    generator = np.random.default_rng(seed)
    z = np.arange(n) % 2.0
    complier = generator.random(n) < share
    d = np.where(complier, z, 0.0)
    y = effect * d + 1.5 * complier + generator.normal(size=n)
    return y, d, z


def test_it_is_the_effect_of_assignment_over_compliance() -> None:
    y, d, z = draw()
    found = estimate_complier_effect(y, d, z)
    assert found.estimate == pytest.approx(found.assigned_effect / found.compliance)
    assert found.assigned_effect == pytest.approx(y[z == 1].mean() - y[z == 0].mean())
    assert found.compliance == pytest.approx(d[z == 1].mean() - d[z == 0].mean())
    assert found.estimate == pytest.approx(2, abs=4 * found.std_error)
    assert not found.is_weak


def test_with_full_compliance_it_is_the_effect_of_assignment() -> None:
    y, _, z = draw()
    found = estimate_complier_effect(y, z, z)
    assert found.estimate == pytest.approx(found.assigned_effect)
    assert found.std_error == pytest.approx(found.assigned_std_error)
    assert found.anderson_rubin_low == pytest.approx(found.conf_low)
    assert found.anderson_rubin_high == pytest.approx(found.conf_high)


def test_a_weak_instrument_is_told_and_its_limits_are_open() -> None:
    generator = np.random.default_rng(3)
    z = np.arange(60) % 2.0
    d = (generator.random(60) < 0.45 + 0.05 * z).astype(float)
    found = estimate_complier_effect(generator.normal(size=60), d, z)
    assert found.is_weak
    assert not np.isfinite(found.anderson_rubin_low)
    assert not np.isfinite(found.anderson_rubin_high)


def test_units_of_the_outcome_change_the_units_of_the_answer() -> None:
    y, d, z = draw()
    one, other = estimate_complier_effect(y, d, z), estimate_complier_effect(10 * y + 1e6, d, z)
    assert other.estimate == pytest.approx(10 * one.estimate, rel=1e-7)
    assert other.std_error == pytest.approx(10 * one.std_error, rel=1e-7)
    assert other.p_value == pytest.approx(one.p_value, rel=1e-6)


def test_what_cannot_be_answered_is_refused() -> None:
    y, d, z = draw(20)
    with pytest.raises(NotEstimableError, match="nobody complied"):
        estimate_complier_effect(y, np.zeros(20), z)
    with pytest.raises(ModelError, match="people in both arms"):
        estimate_complier_effect(y, d, np.ones(20))
    with pytest.raises(ModelError, match="missing values"):
        estimate_complier_effect(np.where(z == 1, np.nan, y), d, z)
    with pytest.raises(ModelError, match="differ in length"):
        estimate_complier_effect(y[1:], d, z)
    with pytest.raises(NotEstimableError, match="assignment is a combination"):
        estimate_complier_effect(y, d, z, z[:, None] * 2)
    with pytest.raises(NotEstimableError, match="too few"):
        estimate_complier_effect(y[:2], d[:2], z[:2])


def test_arms_share_the_baseline_mean_and_nothing_else() -> None:
    visit, arm = np.tile([0, 1, 2], 4), np.repeat([0, 1, 2, 0], 3)
    recipe = build_constrained_baseline(
        visit, arm, ["v0", "v1", "v2"], ["a", "b", "c"], reference=1
    )
    assert recipe.columns == ("v0", "v1", "v2", "a:v1", "a:v2", "c:v1", "c:v2")
    assert np.all(recipe.X[visit == 0][:, 1:] == 0)
    assert np.array_equal(recipe.differences, np.eye(7)[3:])
    assert recipe.X.sum(axis=0).tolist() == [4, 4, 4, 2, 2, 1, 1]
    with pytest.raises(ModelError, match="every visit needs a row"):
        build_constrained_baseline(visit, arm, ["v0", "v1", "v2", "v3"], ["a", "b", "c"])


def test_slopes_by_arm_are_centred() -> None:
    x = np.array([[1.0], [2], [3], [6]])
    recipe = build_slopes_by_arm(x, np.array([0, 0, 1, 1]), ["x"], ["a", "b"])
    assert recipe.columns == ("intercept", "b", "x", "b:x")
    assert recipe.X[:, 2].tolist() == [-2, -1, 0, 3]
    assert recipe.X[:, 3].tolist() == [0, 0, 0, 3]
    with pytest.raises(ModelError, match="missing values"):
        build_slopes_by_arm(np.full((4, 1), np.nan), np.array([0, 0, 1, 1]), ["x"], ["a", "b"])


@pytest.mark.parametrize(
    ("coefficients", "roots"),
    [
        ((1, -3, 2), (1, 2)),
        ((0, 2, -4), (2,)),
        ((0, 0, 1), ()),
        ((1, 0, 1), ()),
        ((1, -2, 1), ()),
        ((1, 0, -4), (-2, 2)),
        ((-1, -1e9, 1), (-1e9, 1e-9)),
    ],
)
def test_roots_of_a_quadratic(coefficients, roots) -> None:
    assert solve_quadratic(*coefficients) == pytest.approx(roots)
