"""Look for mixed models whose search stops below the top of their likelihood.

Random small studies (sites, people, visits; weak clustering, so that variances often end at zero)
are fitted and held against a second route: the restricted likelihood from dense matrices, climbed
by Nelder-Mead in the Cholesky factor from several starts, and looked at with every variance at
zero. A fit is lower where that route finds more than `HIGHER`.

    .venv/bin/python benchmarks/boundary.py --models 2000 --seed 1
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from evalpipe.errors import NotEstimableError
from evalpipe.stats.fit import GaussianFit, fit_gaussian
from evalpipe.stats.problem import (
    EffectCovariance,
    FloatArray,
    GaussianProblem,
    RandomEffect,
    Residual,
)

RESULTS = Path(__file__).parent / "results" / "boundary.md"
HIGHER = 1e-4
"""Log-likelihood by which the second route must be higher to count."""
STARTS = (0.0, 0.3, 1.0)
"""Cholesky entries at which the second route starts, in units of the residual SD."""


@dataclass(frozen=True)
class Comparison:
    """Log-likelihoods of both routes, and how our fit ended."""

    number: int
    status: str
    ours: float
    theirs: float

    @property
    def is_lower(self) -> bool:
        """Whether our fit says that it is done below what the second route found."""
        return self.status in ("ok", "singular") and self.theirs - self.ours > HIGHER


def make_problem(generator: np.random.Generator) -> GaussianProblem:
    """Return a random small study: an arm, a time, people in sites, some visits missing."""
    n_people, n_visits = int(generator.integers(8, 31)), int(generator.integers(2, 6))
    n_sites = int(generator.integers(3, 8))
    person = np.repeat(np.arange(n_people), n_visits)
    time = np.tile(np.arange(n_visits, dtype=float), n_people)
    kept = generator.random(len(person)) > generator.choice([0.0, 0.15])
    person, time = person[kept], time[kept]
    person = np.unique(person, return_inverse=True)[1].astype(np.int64)
    n_people = int(person.max()) + 1
    site = (generator.permutation(n_people) % n_sites)[person].astype(np.int64)
    site = np.unique(site, return_inverse=True)[1].astype(np.int64)
    arm = generator.permutation(n_people % 2 + np.arange(n_people) % 2)[person] % 2.0
    sizes = generator.choice([0.0, 0.1, 0.4, 1.0], size=3)
    y = generator.normal(size=len(person)) + sizes[0] * generator.normal(size=n_people)[person]
    y += sizes[1] * generator.normal(size=n_people)[person] * time
    y += sizes[2] * generator.normal(size=n_sites)[site] + 0.3 * arm * time
    X = np.column_stack([np.ones(len(y)), arm, time, arm * time])
    return GaussianProblem(
        y,
        X,
        ("intercept", "arm", "time", "arm:time"),
        Residual(person),
        _effects(generator, site, person, time),
    )


def _effects(
    generator: np.random.Generator, site: np.ndarray, person: np.ndarray, time: FloatArray
) -> tuple[RandomEffect, ...]:
    one = np.ones((len(time), 1))
    both = np.column_stack([np.ones(len(time)), time])
    effects = []
    if generator.random() < 0.6:
        effects.append(RandomEffect("site", site, one, ("intercept",)))
    kind = generator.integers(3)
    if kind == 0:
        effects.append(RandomEffect("person", person, one, ("intercept",)))
    else:
        covariance = EffectCovariance.UNSTRUCTURED if kind == 1 else EffectCovariance.DIAGONAL
        effects.append(RandomEffect("person", person, both, ("intercept", "time"), covariance))
    return tuple(effects)


class Dense:
    """The restricted likelihood of a problem by dense matrices, the residual variance profiled."""

    def __init__(self, problem: GaussianProblem) -> None:
        self.y, self.X = problem.y, problem.X
        self.blocks: list[tuple[np.ndarray, int, bool]] = []
        for effect in problem.random:
            same = effect.level[:, None] == effect.level[None, :]
            pieces = np.einsum("ni,mj,nm->ijnm", effect.design, effect.design, same)
            is_free = effect.covariance is EffectCovariance.UNSTRUCTURED
            self.blocks.append((pieces, effect.design.shape[1], is_free))
        self.size = sum(q * (q + 1) // 2 if free else q for _, q, free in self.blocks)

    def value(self, omega: FloatArray) -> float:
        """Return the log-likelihood (without log|X'X|) at Cholesky entries (k,)."""
        n, p = self.X.shape
        V, first = np.eye(n), 0
        for pieces, q, is_free in self.blocks:
            L = np.zeros((q, q))
            places = np.tril_indices(q) if is_free else np.diag_indices(q)
            L[places] = omega[first : first + len(places[0])]
            first += len(places[0])
            V = V + np.einsum("ij,ijnm->nm", L @ L.T, pieces)
        factor = np.linalg.cholesky(V)
        wx, wy = np.linalg.solve(factor, self.X), np.linalg.solve(factor, self.y)
        basis, triangle = np.linalg.qr(wx)
        squares = float(wy @ wy - np.sum((basis.T @ wy) ** 2))
        log_det = 2 * np.sum(np.log(np.diag(factor)))
        log_det += 2 * np.sum(np.log(np.abs(np.diag(triangle))))
        return float(-((n - p) * (1 + np.log(2 * np.pi * squares / (n - p))) + log_det) / 2)

    def climb(self) -> float:
        """Return the best log-likelihood of several starts."""
        best = self.value(np.zeros(self.size))
        for start in STARTS:
            found = minimize(
                lambda omega: -self.value(omega),
                np.full(self.size, start) + 0.01,
                method="Nelder-Mead",
                options={"xatol": 1e-6, "fatol": 1e-9, "maxiter": 400 * self.size},
            )
            best = max(best, -float(found.fun))
        return best


def compare(number: int, seed: int) -> Comparison | None:
    """Fit one random study both ways; None where the data cannot carry the model."""
    problem = make_problem(np.random.default_rng((seed, number)))
    try:
        fit: GaussianFit = fit_gaussian(problem)
    except NotEstimableError:
        return None
    if fit.status.value == "not_estimable":
        return None
    theirs = Dense(problem).climb()
    return Comparison(number, fit.status.value, fit.log_likelihood, theirs)


def write_table(found: list[Comparison], asked: int, seed: int) -> str:
    """Return the table of a search as Markdown."""
    counts = {s: sum(c.status == s for c in found) for s in ("ok", "singular", "not_converged")}
    lower = [c for c in found if c.is_lower]
    lines = [
        "# Searches that stop below the top",
        "",
        (
            f"`benchmarks/boundary.py --models {asked} --seed {seed}`; the second route is "
            f"dense matrices and Nelder-Mead from {len(STARTS)} starts. Lower: by more than "
            f"{HIGHER:g}."
        ),
        "",
        "| what | number |",
        "| --- | --- |",
        f"| models | {asked} |",
        f"| that the data can carry | {len(found)} |",
        *(f"| status {name} | {count} |" for name, count in counts.items()),
        f"| said to have converged, and lower | {len(lower)} |",
        "",
    ]
    lines += [f"- model {c.number}: lower by {c.theirs - c.ours:.2g}" for c in lower]
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    """Run the search and write its table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, default=RESULTS)
    asked = parser.parse_args()
    found = [one for k in range(asked.models) if (one := compare(k, asked.seed)) is not None]
    table = write_table(found, asked.models, asked.seed)
    asked.output.write_text(table, encoding="utf-8")


if __name__ == "__main__":
    main()
