"""Two-arm trials drawn from a known truth, as arrays for the engine."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from evalpipe.stats.problem import (
    FloatArray,
    GaussianProblem,
    IntArray,
    RandomEffect,
    Residual,
    Structure,
)
from evalpipe.stats.structures import residual_family

N_VISITS = 4
VISITS = tuple(f"visit {t + 1}" for t in range(N_VISITS))
VISIT_EFFECTS = np.array([0.0, -0.3, -0.5, -0.6])
BASELINE_SLOPE = 0.5
MMRM_COLUMNS = (
    "intercept",
    "baseline",
    *VISITS[1:],
    "arm",
    *(f"arm:{visit}" for visit in VISITS[1:]),
)

MONTHS = np.array([0.0, 1.0, 3.0, 6.0])
JITTER = 0.4
"""Months by which a planned occasion is early or late, at most."""
SLOPE_COLUMNS = ("intercept", "month", "arm", "arm:month")
RANDOM_COVARIANCE = np.array([[2.0, 0.1], [0.1, 0.09]])
SLOPE_NOISE = 1.0

HAZARD = 0.118
"""Chance of leaving after a visit for the average outcome: about 30 % are gone by the last one."""
STEEPNESS = 1.5
"""How strongly a high (bad) outcome raises that chance: missing at random, not completely so."""


@dataclass(frozen=True)
class Trial:
    """One data set and the model declared for it.

    contrast: (p,) whose true value is `truth`; joint: (r, p) contrasts that the null makes zero.
    """

    problem: GaussianProblem
    contrast: FloatArray
    joint: FloatArray
    truth: float


@dataclass(frozen=True)
class Draws:
    """The random part of a trial: the same draws serve the null and the alternative.

    numbers: standard normal (participants, columns). leaving: uniform (participants, visits - 1).
    """

    numbers: FloatArray
    leaving: FloatArray


Maker = Callable[[Draws, float, bool], Trial]


def draw(rng: Generator, n_per_arm: int, n_columns: int) -> Draws:
    """Return the draws of a trial of two equal arms."""
    size = 2 * n_per_arm
    return Draws(rng.standard_normal((size, n_columns)), rng.uniform(size=(size, N_VISITS - 1)))


def make_mmrm(structure: Structure, draws: Draws, effect: float, has_dropout: bool) -> Trial:
    """Return a trial with baseline and four visits whose residual covariance has the structure.

    effect: of the arm at the last visit; it grows in equal steps from nothing at the first.
    """
    arm = _split_arms(len(draws.numbers))
    baseline = draws.numbers[:, 0]
    days = np.cumsum(np.full(N_VISITS, 30.0)) if structure is Structure.EXPONENTIAL else None
    factor = np.linalg.cholesky(true_covariance(structure))
    noise = draws.numbers[:, 1:] @ factor.T
    steps = np.linspace(0.0, 1.0, N_VISITS)
    y = VISIT_EFFECTS + BASELINE_SLOPE * baseline[:, None] + effect * arm[:, None] * steps + noise
    spread = np.sqrt(np.diag(factor @ factor.T) + BASELINE_SLOPE**2)
    seen = _observe((y - VISIT_EFFECTS) / spread, draws.leaving, has_dropout)
    person, visit = np.nonzero(seen)
    later = np.eye(N_VISITS)[visit][:, 1:]
    arm_row = arm[person][:, None]
    X = np.column_stack([np.ones(len(person)), baseline[person], later, arm_row, arm_row * later])
    residual = Residual(
        block=person,
        structure=structure,
        position=visit,
        n_positions=N_VISITS,
        time=None if days is None else days[visit],
        position_names=VISITS,
    )
    contrast = np.zeros(len(MMRM_COLUMNS))
    contrast[[MMRM_COLUMNS.index("arm"), -1]] = 1.0
    joint = np.eye(len(MMRM_COLUMNS))[-(N_VISITS - 1) :]
    problem = GaussianProblem(y[seen], X, MMRM_COLUMNS, residual)
    return Trial(problem, contrast, joint, effect)


def make_random_slope(draws: Draws, effect: float, has_dropout: bool) -> Trial:
    """Return a trial of four occasions at irregular times with a random intercept and slope.

    effect: of the arm on the change from the first planned occasion to the last.
    """
    arm = _split_arms(len(draws.numbers))
    wobble = np.tanh(draws.numbers[:, :N_VISITS])
    months = MONTHS + JITTER * wobble
    own = draws.numbers[:, N_VISITS : N_VISITS + 2] @ np.linalg.cholesky(RANDOM_COVARIANCE).T
    slope = effect / MONTHS[-1]
    mean = -0.1 * months
    y = mean + slope * arm[:, None] * months + own[:, :1] + own[:, 1:] * months
    y = y + np.sqrt(SLOPE_NOISE) * draws.numbers[:, N_VISITS + 2 :]
    spread = np.sqrt(
        RANDOM_COVARIANCE[0, 0]
        + 2 * RANDOM_COVARIANCE[0, 1] * months
        + RANDOM_COVARIANCE[1, 1] * months**2
        + SLOPE_NOISE
    )
    seen = _observe((y - mean) / spread, draws.leaving, has_dropout)
    person = np.nonzero(seen)[0]
    time, in_arm = months[seen], arm[person]
    one = np.ones(len(person))
    X = np.column_stack([one, time, in_arm, in_arm * time])
    random = RandomEffect("participant", person, X[:, :2], ("intercept", "month"))
    problem = GaussianProblem(
        y[seen], X, SLOPE_COLUMNS, Residual(np.arange(len(person))), (random,)
    )
    contrast = np.array([0.0, 0.0, 0.0, 1.0])
    return Trial(problem, contrast, np.eye(4)[2:], slope)


def drop_slope(problem: GaussianProblem) -> GaussianProblem | None:
    """Return the model without the random slope, the fallback a plan may name; None if it has
    none.
    """
    if not problem.random or problem.random[0].design.shape[1] == 1:
        return None
    effect = problem.random[0]
    alone = replace(effect, design=effect.design[:, :1], terms=effect.terms[:1])
    return replace(problem, random=(alone,))


def _split_arms(size: int) -> FloatArray:
    return np.repeat([0.0, 1.0], size // 2)


def _observe(standardised: FloatArray, leaving: FloatArray, has_dropout: bool) -> FloatArray:
    """Return which visits are seen; a participant who leaves is gone for good."""
    seen = np.ones(standardised.shape, dtype=bool)
    if not has_dropout:
        return seen
    from scipy.special import ndtr

    chance = 2 * HAZARD * ndtr(STEEPNESS * standardised[:, :-1])
    stays = np.cumprod(leaving >= chance, axis=1).astype(bool)
    seen[:, 1:] = stays
    return seen


def true_covariance(structure: Structure) -> FloatArray:
    """Return a covariance matrix (visits, visits) of that structure; unstructured is irregular."""
    if structure is Structure.UNSTRUCTURED:
        sd = np.array([1.0, 1.15, 1.3, 1.25])
        correlation = np.array(
            [
                [1.00, 0.70, 0.55, 0.45],
                [0.70, 1.00, 0.75, 0.60],
                [0.55, 0.75, 1.00, 0.80],
                [0.45, 0.60, 0.80, 1.00],
            ]
        )
        return np.outer(sd, sd) * correlation
    time = 30.0 * (1.0 + np.arange(N_VISITS))
    block = np.zeros(N_VISITS, dtype=np.int64)
    residual = Residual(
        block,
        structure,
        position=np.arange(N_VISITS),
        n_positions=N_VISITS,
        time=time,
    )
    family = residual_family(residual)
    theta = np.array(_true_parameters(structure, family.kinds))
    on_days = time if structure is Structure.EXPONENTIAL else None
    return np.asarray(family.sigma(theta, 0, on_days))


def _true_parameters(structure: Structure, kinds: tuple[str, ...]) -> list[float]:
    """Return parameters in the family's order: variances grow, correlations fall with distance."""
    variances = iter((1.0, 1.3, 1.7, 1.55))
    is_chain = "ante" in structure.value
    near = (0.7, 0.75, 0.8) if is_chain else (0.65, 0.5, 0.4)
    correlations, covariances = iter(near), iter((0.6, 0.45, 0.35))
    of_kind = {"variance": variances, "correlation": correlations, "covariance": covariances}
    return [60.0 if kind == "range" else next(of_kind[kind]) for kind in kinds]


def count_columns(model: str) -> int:
    """Return the columns of draws that a model needs."""
    return 2 * N_VISITS + 2 if model == "random_slope" else N_VISITS + 1


def find_maker(model: str) -> Maker:
    """Return how the trials of a model are made: `random_slope` or a residual structure."""
    if model == "random_slope":
        return make_random_slope
    structure = Structure(model)

    def make(draws: Draws, effect: float, has_dropout: bool) -> Trial:
        return make_mmrm(structure, draws, effect, has_dropout)

    return make


def count_visits(problem: GaussianProblem) -> IntArray:
    """Return for each participant the number of visits seen."""
    unit = problem.random[0].level if problem.random else problem.residual.block
    return np.bincount(unit)
