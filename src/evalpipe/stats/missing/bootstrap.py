"""The imputation model in samples of participants drawn with replacement within arms."""

import numpy as np

from evalpipe.errors import NotEstimableError
from evalpipe.stats.fit import GaussianFit
from evalpipe.stats.missing.assumptions import ImputationData
from evalpipe.stats.missing.imputation_model import (
    Parameters,
    fit_people,
    join_parameters,
    parameters_of,
)
from evalpipe.stats.missing.replicates import Weighted
from evalpipe.stats.problem import IntArray

MOST_REDRAWS = 20
"""Samples in a row whose fit is unusable before the attempt is given up."""


def draw_refits(
    data: ImputationData, fit: GaussianFit, samples: int, generator: np.random.Generator
) -> tuple[Parameters, Weighted]:
    """Return parameters (b = samples) and how often each participant was drawn.

    A sample that cannot carry the model is drawn again.
    """
    parts, weights = [], np.empty((samples, data.n_people))
    for number in range(samples):
        people, found = draw_parameters(data, fit, generator)
        parts.append(found)
        weights[number] = np.bincount(people, minlength=data.n_people)
    return join_parameters(parts), Weighted(weights)


def draw_parameters(
    data: ImputationData, fit: GaussianFit, generator: np.random.Generator
) -> tuple[IntArray, Parameters]:
    """Return participants drawn within arms and the parameters fitted to them.

    Raises NotEstimableError after `MOST_REDRAWS` unusable samples in a row.
    """
    structure = fit.problem.residual.structure
    for _ in range(MOST_REDRAWS):
        people = draw_people(data, generator)
        try:
            return people, parameters_of(fit_people(data, people, fit.method, structure))
        except NotEstimableError:
            continue
    raise NotEstimableError(
        "the model cannot be fitted to participants drawn again: too few of them for imputation"
    )


def draw_people(data: ImputationData, generator: np.random.Generator) -> IntArray:
    """Return N participants drawn with replacement, each arm as large as it is."""
    drawn = []
    for arm in np.unique(data.arm):
        members = np.flatnonzero(data.arm == arm)
        drawn.append(generator.choice(members, size=len(members)))
    return np.concatenate(drawn)
