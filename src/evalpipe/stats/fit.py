"""Fit a Gaussian mixed model: gate, precondition, choose the covariance model, maximise, carry
back.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from evalpipe.stats.boundary import Face
from evalpipe.stats.curvature import ClusterBatch, CovarianceModel
from evalpipe.stats.gate import check_problem
from evalpipe.stats.likelihood import Likelihood
from evalpipe.stats.optimise import Convergence, FitStatus, Optimum, maximise
from evalpipe.stats.patterns import PatternModel
from evalpipe.stats.precondition import Preconditioned, precondition
from evalpipe.stats.problem import (
    EffectCovariance,
    FloatArray,
    GaussianProblem,
    Method,
    RandomEffect,
)
from evalpipe.stats.structures import residual_family


@dataclass(frozen=True)
class FittedCore:
    """The fit on the safe scale of `precondition`: what inference computes with.

    theta: (k,) the model's own natural parameters; omega: (k,) its working ones.
    theta_covariance_*: (k, k), NaN where singular; on a boundary those of what is left of the
    model (`boundary.Face`), zero for what was estimated at zero.
    report: (k, k) reported theta = report @ theta.
    """

    prepared: Preconditioned
    model: CovarianceModel
    omega: FloatArray
    theta: FloatArray
    likelihood: Likelihood
    theta_covariance_observed: FloatArray
    theta_covariance_expected: FloatArray
    report: FloatArray
    face: Face
    is_residual_singular: bool


@dataclass(frozen=True)
class GaussianFit:
    """A fitted Gaussian mixed model, in the units of the problem.

    beta: (p,). covariance_beta: (p, p), model-based and unadjusted. theta: (k,) covariance
    parameters with `theta_names`; their covariance matrices from observed and expected
    information (k, k). log_likelihood: REML without the log|X'X| constant (as SAS, lme4 and
    mmrm), or ML. half_log_det_gram: half of log|X'X|; add it to a REML log-likelihood for the
    other convention (nlme, Stata). residual_covariance: (S, S) for each group over the grid of
    positions (members: first all positions of member 0); empty for a structure in real time.
    """

    problem: GaussianProblem
    beta: FloatArray
    covariance_beta: FloatArray
    theta: FloatArray
    theta_names: tuple[str, ...]
    theta_covariance_observed: FloatArray
    theta_covariance_expected: FloatArray
    log_likelihood: float
    half_log_det_gram: float
    n_units: int
    convergence: Convergence
    residual_covariance: tuple[FloatArray, ...]
    random_covariance: dict[str, FloatArray]
    core: FittedCore = field(repr=False)

    @property
    def status(self) -> FitStatus:
        """How the fit ended."""
        return self.convergence.status

    @property
    def has_inference(self) -> bool:
        """Whether df and intervals can be given: the fit is `ok`, or random effects were estimated
        at zero and the inference is that of the model without them.
        """
        if self.status is FitStatus.SINGULAR:
            return not self.core.face.is_whole and not self.core.is_residual_singular
        return self.status is FitStatus.OK

    @property
    def has_random_effects(self) -> bool:
        """Whether any random effect is left that was not estimated at zero."""
        n_effects = sum(len(places) for _, places in place_effects(self.problem))
        return bool(np.any(self.core.theta[:n_effects]))

    @property
    def method(self) -> Method:
        """REML or ML."""
        return self.problem.method

    @property
    def n_observations(self) -> int:
        """Rows."""
        return len(self.problem.y)

    @property
    def n_parameters(self) -> int:
        """Covariance parameters."""
        return len(self.theta)

    def information_criteria(self, *, count_fixed: bool) -> tuple[float, float]:
        """Return (AIC, BIC).

        count_fixed=False as SAS and mmrm: covariance parameters only, BIC with log(units);
        count_fixed=True as lme4: fixed effects too, BIC with log(observations).
        """
        number = self.n_parameters + (len(self.beta) if count_fixed else 0)
        sample = self.n_observations if count_fixed else self.n_units
        deviance = -2 * self.log_likelihood
        return deviance + 2 * number, deviance + float(np.log(sample)) * number

    def iterate_clusters(self) -> Iterator[ClusterBatch]:
        """Yield every independent unit once: rows and V in squared units of the outcome."""
        square = self.core.prepared.scale**2
        for batch in self.core.model.clusters(self.core.theta):
            yield ClusterBatch(batch.unit, batch.rows, batch.covariance * square)


def fit_gaussian(problem: GaussianProblem) -> GaussianFit:
    """Fit a Gaussian mixed model by REML or ML.

    Rows with a missing outcome must have been left out. A fit that is singular or did not
    converge is returned with that status; it is never repaired silently.

    Raises
    ------
    NotEstimableError
        If the data cannot carry the model (see `gate`): aliased columns, too few units, and so on.
    """
    check_problem(problem)
    prepared = precondition(problem)
    model = choose_model(prepared.problem)
    optimum = maximise(model, len(problem.y), problem.method)
    core = _build_core(prepared, model, optimum)
    theta = core.report @ core.theta
    return GaussianFit(
        problem=problem,
        beta=prepared.beta(optimum.likelihood.beta),
        covariance_beta=prepared.covariance(optimum.likelihood.phi),
        theta=theta,
        theta_names=model.parameter_names,
        theta_covariance_observed=core.report @ core.theta_covariance_observed @ core.report.T,
        theta_covariance_expected=core.report @ core.theta_covariance_expected @ core.report.T,
        log_likelihood=prepared.log_likelihood(optimum.likelihood.value),
        half_log_det_gram=prepared.log_det_triangle,
        n_units=model.n_units,
        convergence=optimum.convergence,
        residual_covariance=_list_residual_covariance(problem, theta),
        random_covariance=_list_random_covariance(problem, theta),
        core=core,
    )


def choose_model(problem: GaussianProblem) -> CovarianceModel:
    """Return the covariance model for a (preconditioned) problem."""
    if not problem.random:
        return PatternModel(problem)
    from evalpipe.stats.nested import NestedModel

    return NestedModel(problem)


def _build_core(prepared: Preconditioned, model: CovarianceModel, optimum: Optimum) -> FittedCore:
    units = np.diag(prepared.scale ** (2 * model.variance_powers))
    declared = getattr(model, "declared", None)
    face, seen = optimum.face, optimum.likelihood
    return FittedCore(
        prepared=prepared,
        model=model,
        omega=optimum.omega,
        theta=optimum.theta,
        likelihood=optimum.likelihood,
        theta_covariance_observed=_spread(face, face.restrict(seen.observed, seen.gradient)),
        theta_covariance_expected=_spread(face, face.restrict(seen.expected)),
        report=units if declared is None else units @ declared,
        face=face,
        is_residual_singular=any(
            name.startswith("residual: ") for name in optimum.convergence.boundary
        ),
    )


def _spread(face: Face, information: FloatArray) -> FloatArray:
    """Return the covariance (k, k) of theta from the information in what is left of the model."""
    return np.asarray(face.tangent @ _invert(information) @ face.tangent.T)


def _invert(information: FloatArray) -> FloatArray:
    """Invert an information matrix scaled to unit diagonal; NaN where it is not positive
    definite.
    """
    diagonal = np.diag(information)
    if np.any(diagonal <= 0):
        return np.full_like(information, np.nan)
    unit = np.sqrt(diagonal)
    values, vectors = np.linalg.eigh(information / np.outer(unit, unit))
    if values[0] <= 1e-13 * values[-1]:
        return np.full_like(information, np.nan)
    return np.asarray((vectors / values) @ vectors.T / np.outer(unit, unit))


def place_effects(
    problem: GaussianProblem,
) -> list[tuple[RandomEffect, list[tuple[int, int, int]]]]:
    """Pair every random effect with its parameters: (place in theta, row i, column j of G)."""
    placed, first = [], 0
    for effect in problem.random:
        q = effect.design.shape[1]
        pairs = [(i, j) for i in range(q) for j in range(i + 1)]
        if effect.covariance is not EffectCovariance.UNSTRUCTURED:
            pairs = [(i, i) for i in range(q)]
        placed.append((effect, [(first + m, i, j) for m, (i, j) in enumerate(pairs)]))
        first += len(pairs)
    return placed


def _list_residual_covariance(
    problem: GaussianProblem, theta: FloatArray
) -> tuple[FloatArray, ...]:
    family = residual_family(problem.residual)
    if family.structure.is_timed:
        return ()
    own = theta[len(theta) - len(family.names) :]
    return tuple(family.sigma(own, group) for group in range(family.n_groups))


def _list_random_covariance(problem: GaussianProblem, theta: FloatArray) -> dict[str, FloatArray]:
    """Return G by name of the effect, with its terms where a name comes twice."""
    found: dict[str, FloatArray] = {}
    names = [effect.name for effect in problem.random]
    for effect, places in place_effects(problem):
        G = np.zeros((len(effect.terms), len(effect.terms)))
        for place, i, j in places:
            G[i, j] = G[j, i] = theta[place]
        is_alone = names.count(effect.name) == 1
        found[effect.name if is_alone else f"{effect.name}: {', '.join(effect.terms)}"] = G
    return found
