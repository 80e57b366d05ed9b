"""The model that missing outcomes are imputed with: an unstructured MMRM, fitted by the engine."""

from dataclasses import dataclass

import numpy as np

from evalpipe.errors import NotEstimableError
from evalpipe.stats.fit import GaussianFit, fit_gaussian
from evalpipe.stats.missing.assumptions import ImputationData
from evalpipe.stats.optimise import FitStatus
from evalpipe.stats.problem import (
    FloatArray,
    GaussianProblem,
    IntArray,
    Method,
    Residual,
    Structure,
)


@dataclass(frozen=True)
class Parameters:
    """Parameters of the imputation model in b fits.

    beta: (b, p). covariance: (b, G, T, T), one matrix for each covariance group.
    """

    beta: FloatArray
    covariance: FloatArray


def fit_imputation_model(
    data: ImputationData,
    *,
    method: Method = Method.REML,
    structure: Structure = Structure.UNSTRUCTURED,
) -> GaussianFit:
    """Fit the imputation model to the outcomes of `data.is_modelled`.

    Raises
    ------
    NotEstimableError
        If the data cannot carry the model, or the fit is singular or did not converge: nothing
        is imputed from such a fit.
    """
    return fit_people(data, np.arange(data.n_people), method, structure)


def fit_people(
    data: ImputationData, people: IntArray, method: Method, structure: Structure
) -> GaussianFit:
    """Fit the model to some participants; one who is named twice counts as two."""
    fit = fit_gaussian(build_problem(data, people, method, structure))
    if fit.status is not FitStatus.OK:
        raise NotEstimableError(
            f"the imputation model is {fit.status.value.replace('_', ' ')}"
            f": {fit.convergence.message}"
        )
    return fit


def build_problem(
    data: ImputationData, people: IntArray, method: Method, structure: Structure
) -> GaussianProblem:
    """Return the modelled rows of some participants (k,), by participant and visit."""
    unit, visit = np.nonzero(data.is_modelled[people])
    person = people[unit]
    return GaussianProblem(
        y=data.y[person, visit],
        X=data.own[person, visit],
        columns=data.columns,
        residual=Residual(
            block=unit.astype(np.int64),
            structure=structure,
            position=visit.astype(np.int64),
            n_positions=data.n_visits,
            group=data.group[person] if data.n_groups > 1 else None,
            n_groups=data.n_groups,
        ),
        method=method,
    )


def parameters_of(fit: GaussianFit) -> Parameters:
    """Return the parameters of one fit, b = 1."""
    return Parameters(fit.beta[None], np.stack(fit.residual_covariance)[None])


def join_parameters(parts: list[Parameters]) -> Parameters:
    """Return the parameters of all parts in order."""
    return Parameters(
        np.concatenate([part.beta for part in parts]),
        np.concatenate([part.covariance for part in parts]),
    )
