"""Likelihood, gradient and information from patterns against dense matrices and differences."""

from dataclasses import replace

import numpy as np
import pytest

from evalpipe.stats import patterns
from evalpipe.stats.likelihood import evaluate_likelihood, weigh_cross
from evalpipe.stats.patterns import PatternModel
from evalpipe.stats.problem import GaussianProblem, Members, Method, Residual, Structure

N_UNITS, N_VISITS, STEP = 14, 3, 1e-5
CASES = [
    (Structure.UNSTRUCTURED, None),
    (Structure.HETEROGENEOUS_TOEPLITZ, None),
    (Structure.HETEROGENEOUS_ANTE_DEPENDENCE, None),
    (Structure.DIAGONAL, None),
    (Structure.IDENTITY, Members.DISTINGUISHABLE),
    (Structure.AR1, Members.EXCHANGEABLE),
    (Structure.EXPONENTIAL, None),
    (Structure.EXPONENTIAL, Members.DISTINGUISHABLE),
]


def simulate(structure: Structure, members: Members | None) -> GaussianProblem:
    """A problem with visits missing here and there, rows shuffled, two covariance groups."""
    rng = np.random.default_rng(11)
    n_members = 1 if members is None else 2
    grid = np.array(
        [(b, m, t) for b in range(N_UNITS) for m in range(n_members) for t in range(N_VISITS)]
    )
    grid = rng.permutation(grid[rng.uniform(size=len(grid)) < 0.85])
    block, member, position = grid.T
    X = np.column_stack([np.ones(len(grid)), position, rng.normal(size=len(grid))])
    y = rng.normal(size=len(grid)) + rng.normal(size=N_UNITS)[block]
    residual = Residual(
        block=block,
        structure=structure,
        position=position,
        n_positions=N_VISITS,
        time=1.5 * position + 0.1 * (block % 3),
        group=block % 2,
        n_groups=2,
        member=None if members is None else member,
        members=members,
    )
    return GaussianProblem(y, X, ("a", "b", "c"), residual)


def assemble(model: PatternModel, theta: np.ndarray, n: int) -> np.ndarray:
    V = np.zeros((n, n))
    for batch in model.clusters(theta):
        for rows, covariance in zip(batch.rows, batch.covariance, strict=True):
            V[np.ix_(rows, rows)] = covariance
    return V


def dense_log_likelihood(problem: GaussianProblem, V: np.ndarray, method: Method) -> float:
    X, y = problem.X, problem.y
    precision = X.T @ np.linalg.solve(V, X)
    beta = np.linalg.solve(precision, X.T @ np.linalg.solve(V, y))
    residual = y - X @ beta
    value = np.linalg.slogdet(V)[1] + residual @ np.linalg.solve(V, residual)
    free = len(y)
    if method is Method.REML:
        value += np.linalg.slogdet(precision)[1]
        free -= X.shape[1]
    return -(value + free * np.log(2 * np.pi)) / 2


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize(("structure", "members"), CASES)
def test_likelihood_gradient_and_information(
    structure: Structure, members: Members | None, stored: bool, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(patterns, "STORED_NUMBERS", 12_000_000 if stored else 0)
    problem = simulate(structure, members)
    n, model = len(problem.y), PatternModel(problem)
    theta = model.natural(model.start()).theta
    theta = theta * np.linspace(0.95, 1.1, len(theta))
    k = len(theta)
    differences = [
        (assemble(model, theta + step, n) - assemble(model, theta - step, n)) / (2 * STEP)
        for step in STEP * np.eye(k)
    ]
    for method in Method:
        ours = evaluate_likelihood(model, theta, n, method)
        dense = dense_log_likelihood(problem, assemble(model, theta, n), method)
        assert ours.value == pytest.approx(dense, abs=1e-9)
        for i, step in enumerate(STEP * np.eye(k)):
            above = evaluate_likelihood(model, theta + step, n, method)
            below = evaluate_likelihood(model, theta - step, n, method)
            slope = (above.value - below.value) / (2 * STEP)
            assert ours.gradient[i] == pytest.approx(slope, abs=1e-5, rel=1e-5)
            bend = -(above.gradient - below.gradient) / (2 * STEP)
            np.testing.assert_allclose(ours.observed[i], bend, rtol=1e-4, atol=1e-4)
    ours = evaluate_likelihood(model, theta, n, Method.REML)
    inverse, X = np.linalg.inv(assemble(model, theta, n)), problem.X
    P = inverse - inverse @ X @ ours.phi @ X.T @ inverse
    expected = [[np.trace(P @ a @ P @ b) / 2 for a in differences] for b in differences]
    np.testing.assert_allclose(ours.expected, expected, rtol=1e-5, atol=1e-5)
    weights = np.cov(np.random.default_rng(1).normal(size=(k, 3 * k)))
    weighed = sum(
        weights[i, j] * X.T @ inverse @ differences[i] @ inverse @ differences[j] @ inverse @ X
        for i in range(k)
        for j in range(k)
    )
    np.testing.assert_allclose(weigh_cross(model, theta, weights), weighed, rtol=1e-5, atol=1e-5)


def test_every_unit_comes_once():
    problem = simulate(Structure.UNSTRUCTURED, None)
    model = PatternModel(problem)
    theta = model.natural(model.start()).theta
    rows = np.concatenate([batch.rows.ravel() for batch in model.clusters(theta)])
    assert sorted(rows) == list(range(len(problem.y)))
    assert model.n_units == len(np.unique(problem.residual.block))


def test_independent_rows_may_change_group_within_a_unit():
    problem = simulate(Structure.DIAGONAL, None)
    by_row = replace(
        problem, residual=replace(problem.residual, group=problem.residual.position % 2)
    )
    model = PatternModel(by_row)
    theta = model.natural(model.start()).theta * np.linspace(0.5, 2, 6)
    V = assemble(model, theta, len(problem.y))
    position, group = by_row.residual.position, by_row.residual.group
    np.testing.assert_allclose(np.diag(V), theta.reshape(2, 3)[group, position])
    ours = evaluate_likelihood(model, theta, len(problem.y), Method.REML)
    assert ours.value == pytest.approx(dense_log_likelihood(by_row, V, Method.REML), abs=1e-9)
