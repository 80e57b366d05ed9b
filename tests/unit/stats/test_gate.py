"""What the gate refuses, and that it says so in the plan's words."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from evalpipe.errors import ModelError, NotEstimableError
from evalpipe.stats.fit import fit_gaussian
from evalpipe.stats.problem import GaussianProblem, Residual, Structure


@pytest.fixture
def problem() -> GaussianProblem:
    rng = np.random.default_rng(2)
    block, position = np.repeat(np.arange(20), 3), np.tile(np.arange(3), 20)
    arm = block % 2
    X = np.column_stack([np.ones(60), arm, position == 1, position == 2]).astype(float)
    residual = Residual(
        block=block,
        structure=Structure.UNSTRUCTURED,
        position=position,
        n_positions=3,
        position_names=("week 2", "week 4", "week 8"),
    )
    y = rng.normal(size=60) + rng.normal(size=20)[block]
    return GaussianProblem(y, X, ("intercept", "arm", "visit 4", "visit 8"), residual)


def change_residual(problem: GaussianProblem, **changes: Any) -> GaussianProblem:
    return replace(problem, residual=replace(problem.residual, **changes))


def test_the_problem_itself_passes(problem: GaussianProblem):
    assert fit_gaussian(problem).status == "ok"


def test_a_value_that_is_not_finite_is_named_by_row_and_not_shown(problem: GaussianProblem):
    y = problem.y.copy()
    y[[3, 7]] = np.nan
    with pytest.raises(NotEstimableError, match=r"outcome .* 2 row\(s\) \(4, 8\)"):
        fit_gaussian(replace(problem, y=y))
    X = problem.X.copy()
    X[5, 1] = np.inf
    with pytest.raises(NotEstimableError, match=r"fixed column arm .* 1 row\(s\) \(6\)"):
        fit_gaussian(replace(problem, X=X))


@pytest.mark.parametrize("factor", [1e-9, 1.0, 1e9])
def test_an_aliased_column_is_named_with_its_parts(problem: GaussianProblem, factor: float):
    alias = factor * (problem.X[:, 0] - problem.X[:, 1])
    bad = replace(
        problem,
        X=np.column_stack([problem.X, alias]),
        columns=(*problem.columns, "control"),
    )
    with pytest.raises(NotEstimableError, match=r"control is a combination of intercept, arm;"):
        fit_gaussian(bad)


def test_a_calendar_day_is_not_an_alias_of_the_intercept(problem: GaussianProblem):
    day = 20_000.0 + problem.residual.position * 7.0
    X = np.column_stack([problem.X[:, :2], day])
    assert fit_gaussian(replace(problem, X=X, columns=("intercept", "arm", "day"))).status == "ok"


def test_a_column_of_zeros_is_named(problem: GaussianProblem):
    X = np.column_stack([problem.X, np.zeros(60)])
    with pytest.raises(NotEstimableError, match="fixed column site is zero"):
        fit_gaussian(replace(problem, X=X, columns=(*problem.columns, "site")))


@pytest.mark.parametrize("level", [0.0, 12.3, 1e9])
def test_a_constant_outcome_is_refused(problem: GaussianProblem, level: float):
    with pytest.raises(NotEstimableError, match="constant"):
        fit_gaussian(replace(problem, y=np.full(60, level)))


def test_an_outcome_that_the_design_explains_exactly_is_refused(problem: GaussianProblem):
    y = problem.X @ np.array([3.0, 1.0, -2.0, 0.5])
    with pytest.raises(NotEstimableError, match="exact combination"):
        fit_gaussian(replace(problem, y=y))


def test_a_single_unit_is_refused(problem: GaussianProblem):
    one = change_residual(problem, block=np.zeros(60, dtype=int))
    with pytest.raises(NotEstimableError, match="one unit"):
        fit_gaussian(one)


def test_a_repeated_visit_is_counted(problem: GaussianProblem):
    position = problem.residual.position.copy()
    position[1] = 0
    with pytest.raises(NotEstimableError, match=r"1 row\(s\) repeat a visit"):
        fit_gaussian(change_residual(problem, position=position))


def test_a_group_without_data_at_a_visit_is_named(problem: GaussianProblem):
    keep = ~((problem.residual.block % 2 == 1) & (problem.residual.position == 2))
    residual = replace(
        problem.residual,
        block=problem.residual.block[keep],
        position=problem.residual.position[keep],
        group=problem.residual.block[keep] % 2,
        n_groups=2,
        group_names=("waiting list", "training"),
    )
    bad = replace(problem, y=problem.y[keep], X=problem.X[keep], residual=residual)
    with pytest.raises(NotEstimableError, match="visit week 8 in group training"):
        fit_gaussian(bad)


def test_visits_never_seen_together_are_named(problem: GaussianProblem):
    keep = problem.residual.position != np.where(problem.residual.block < 10, 0, 2)
    residual = replace(
        problem.residual,
        block=problem.residual.block[keep],
        position=problem.residual.position[keep],
    )
    bad = replace(problem, y=problem.y[keep], X=problem.X[keep], residual=residual)
    with pytest.raises(NotEstimableError, match="both visits week 2 and week 8"):
        fit_gaussian(bad)


def test_more_parameters_than_the_data_carry(problem: GaussianProblem):
    keep = problem.residual.block < 3
    residual = replace(
        problem.residual,
        block=problem.residual.block[keep],
        position=problem.residual.position[keep],
    )
    few = replace(problem, y=problem.y[keep], X=problem.X[keep], residual=residual)
    with pytest.raises(NotEstimableError, match="6 covariance parameters for 9 observations"):
        fit_gaussian(few)


def test_a_unit_in_two_groups_is_refused(problem: GaussianProblem):
    group = problem.residual.position % 2
    with pytest.raises(ModelError, match="two covariance groups"):
        fit_gaussian(change_residual(problem, group=group, n_groups=2))


def test_codes_and_shapes_are_checked(problem: GaussianProblem):
    with pytest.raises(ModelError, match="between 0 and 1"):
        fit_gaussian(change_residual(problem, n_positions=2, position_names=("a", "b")))
    with pytest.raises(ModelError, match="needs a visit"):
        fit_gaussian(change_residual(problem, position=None))
    with pytest.raises(ModelError, match="shape"):
        fit_gaussian(replace(problem, y=problem.y[:-1]))
    with pytest.raises(ModelError, match="4 fixed columns but 1 names"):
        fit_gaussian(replace(problem, columns=("intercept",)))


def test_no_message_holds_a_value(problem: GaussianProblem):
    y = problem.y.copy()
    y[0] = 123456.789
    y[1] = np.nan
    with pytest.raises(NotEstimableError) as error:
        fit_gaussian(replace(problem, y=y))
    assert "123456" not in str(error.value)
