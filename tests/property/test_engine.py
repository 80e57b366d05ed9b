"""What must not change a result: row order, labels, units and origin of outcome and time,
threads.
"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from evalpipe.stats.fit import fit_gaussian
from evalpipe.stats.inference import ContrastTests
from evalpipe.stats.inference import test_contrasts as contrast_tests
from evalpipe.stats.problem import GaussianProblem, Members, Residual, Structure

FEW = settings(
    max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
N_VISITS = 3
STRUCTURES = st.sampled_from(
    [
        Structure.UNSTRUCTURED,
        Structure.HETEROGENEOUS_AR1,
        Structure.TOEPLITZ,
        Structure.COMPOUND_SYMMETRY,
    ]
)
SEEDS = st.integers(0, 10_000)


def simulate(seed: int, structure: Structure, n: int = 40) -> GaussianProblem:
    """Two arms, three visits, baseline, dropout."""
    rng = np.random.default_rng(seed)
    last = rng.integers(1, N_VISITS + 1, n)
    last[: n // 2] = N_VISITS
    grid = np.array([(b, t) for b in range(n) for t in range(last[b])])
    block, position = grid.T
    arm, baseline = block % 2, rng.normal(size=n)[block]
    visits = [position == t for t in range(1, N_VISITS)]
    X = np.column_stack([np.ones(len(grid)), baseline, arm, *visits, *[arm * v for v in visits]])
    y = 20 + baseline + rng.normal(size=n)[block] + rng.normal(size=len(grid)) * (1 + position / 2)
    residual = Residual(block=block, structure=structure, position=position, n_positions=N_VISITS)
    columns = ("intercept", "baseline", "arm", "visit 2", "visit 3", "arm:visit 2", "arm:visit 3")
    return GaussianProblem(y, X.astype(float), columns, residual)


LAST_VISIT = np.array([[0, 0, 1, 0, 0, 0, 1], [0, 0, 1, 0, 0, 0, 0.0]])


def run(problem: GaussianProblem, rows: np.ndarray = LAST_VISIT) -> ContrastTests:
    fit = fit_gaussian(problem)
    assert fit.status == "ok"
    return contrast_tests(fit, rows, "kenward_roger")


def assert_same(a: ContrastTests, b: ContrastTests, factor: float = 1.0, tolerance: float = 1e-6):
    se = a.std_error * factor
    np.testing.assert_array_less(np.abs(a.estimate * factor - b.estimate), tolerance * se)
    np.testing.assert_allclose(b.std_error, se, rtol=tolerance)
    np.testing.assert_allclose(b.df, a.df, rtol=10 * tolerance)


def take_rows(problem: GaussianProblem, order: np.ndarray) -> GaussianProblem:
    residual = problem.residual
    return replace(
        problem,
        y=problem.y[order],
        X=problem.X[order],
        residual=replace(residual, block=residual.block[order], position=residual.position[order]),
    )


@FEW
@given(SEEDS, STRUCTURES)
def test_row_order_and_block_labels(seed: int, structure: Structure):
    problem = simulate(seed, structure)
    rng = np.random.default_rng(seed)
    shuffled = take_rows(problem, rng.permutation(len(problem.y)))
    labels = rng.permutation(1000)
    residual = replace(shuffled.residual, block=labels[shuffled.residual.block])
    assert_same(run(problem), run(replace(shuffled, residual=residual)))


@FEW
@given(SEEDS, STRUCTURES)
def test_relabelled_arms_turn_the_sign(seed: int, structure: Structure):
    problem = simulate(seed, structure)
    other = problem.X.copy()
    other[:, 2] = 1 - problem.X[:, 2]
    other[:, 5:] = other[:, [2]] * problem.X[:, 3:5]
    a, b = run(problem), run(replace(problem, X=other))
    np.testing.assert_allclose(a.estimate, -b.estimate, atol=1e-6 * a.std_error.max())
    np.testing.assert_allclose(a.std_error, b.std_error, rtol=1e-6)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(
    SEEDS,
    STRUCTURES,
    st.sampled_from([1e-9, 1e-3, -1.0, 1e3, 1e9]),
    st.sampled_from([0.0, -1e3, 1e6, 1e9]),
)
def test_outcome_times_c_plus_d(seed: int, structure: Structure, c: float, d: float):
    problem = simulate(seed, structure)
    offset = d * abs(c)  # a shift of a billion of the outcome's own units
    a, b = run(problem), run(replace(problem, y=problem.y * c + offset))
    lost = 1e-6 if abs(d) < 1e8 else 1e-5
    np.testing.assert_allclose(b.estimate, c * a.estimate, atol=lost * abs(c) * a.std_error.max())
    np.testing.assert_allclose(b.std_error, abs(c) * a.std_error, rtol=lost)
    np.testing.assert_allclose(b.df, a.df, rtol=10 * lost)


@FEW
@given(SEEDS, st.floats(1e-3, 1e3), st.sampled_from([0.0, 20_000.0, 738_000.0]))
def test_time_origin_and_unit(seed: int, unit: float, origin: float):
    problem = simulate(seed, Structure.EXPONENTIAL)
    rng = np.random.default_rng(seed)
    days = 30.0 * problem.residual.position + rng.integers(0, 10, len(problem.y))

    def with_time(time: np.ndarray) -> GaussianProblem:
        X = np.column_stack([problem.X[:, :3], time, problem.X[:, 2] * time])
        residual = replace(problem.residual, time=time)
        return replace(problem, X=X, columns=("a", "b", "c", "d", "e"), residual=residual)

    slope = np.array([[0.0, 0, 0, 0, 1]])
    a, b = (
        contrast_tests(fit, slope, "satterthwaite")
        for fit in (fit_gaussian(with_time(days)), fit_gaussian(with_time(origin + unit * days)))
    )
    assert a.status == b.status == "ok"
    assert_same(a, b, factor=1 / unit, tolerance=1e-5)


@FEW
@given(SEEDS)
def test_visit_labels_of_an_unstructured_matrix(seed: int):
    problem = simulate(seed, Structure.UNSTRUCTURED)
    turned = replace(problem.residual, position=np.array([2, 0, 1])[problem.residual.position])
    a, b = fit_gaussian(problem), fit_gaussian(replace(problem, residual=turned))
    assert a.log_likelihood == pytest.approx(b.log_likelihood, abs=1e-8)
    where = np.ix_([2, 0, 1], [2, 0, 1])
    np.testing.assert_allclose(
        b.residual_covariance[0][where], a.residual_covariance[0], rtol=1e-5, atol=1e-6
    )


@FEW
@given(SEEDS, STRUCTURES)
def test_recoded_fixed_terms_give_the_same_contrast(seed: int, structure: Structure):
    problem = simulate(seed, structure)
    mix = np.random.default_rng(seed).normal(size=(7, 7)) + 3 * np.eye(7)
    a = run(problem)
    b = run(replace(problem, X=problem.X @ mix), LAST_VISIT @ mix)
    assert_same(a, b)


@FEW
@given(SEEDS)
def test_exchangeable_members_may_swap_places(seed: int):
    rng = np.random.default_rng(seed)
    n = 30
    block, member = np.repeat(np.arange(n), 2), np.tile([0, 1], n)
    y = rng.normal(size=2 * n) - 0.8 * rng.normal(size=n)[block] * (1 - 2 * member)
    X = np.column_stack([np.ones(2 * n), rng.normal(size=2 * n)])
    residual = Residual(block=block, member=member, members=Members.EXCHANGEABLE)
    problem = GaussianProblem(y, X, ("a", "b"), residual)
    swap = np.where(rng.uniform(size=n)[block] < 0.5, 1 - member, member)
    a = fit_gaussian(problem)
    b = fit_gaussian(replace(problem, residual=replace(residual, member=swap)))
    np.testing.assert_allclose(a.theta, b.theta, rtol=1e-6, atol=1e-8)
    assert a.log_likelihood == pytest.approx(b.log_likelihood, abs=1e-9)


def test_the_number_of_threads_does_not_matter():
    problem = simulate(5, Structure.UNSTRUCTURED, n=400)
    results = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            results.append(run(problem))
    assert_same(results[0], results[1], tolerance=1e-9)
    assert results[0].df == pytest.approx(results[1].df, rel=1e-9)
