"""Parameters of the imputation model without each participant in turn, from one fit to all.

The likelihood sees the data through cross-products per pattern of observed visits. Leaving a
participant out subtracts one term from one of them, so all N restricted likelihoods are climbed
together, in batches: from the optimum of everybody, by Newton steps with the observed information
there. Each is followed until the squared length of its step, in standard errors, is below
`DECREMENT`: the same rule by which the engine ends its own search. Who does not get there in
`MOST_STEPS` is refitted by the engine.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular

from evalpipe.errors import NotEstimableError
from evalpipe.stats.fit import GaussianFit
from evalpipe.stats.missing.assumptions import BoolArray, ImputationData
from evalpipe.stats.missing.imputation_model import (
    Parameters,
    fit_people,
    join_parameters,
    parameters_of,
)
from evalpipe.stats.problem import FloatArray, IntArray, Method, Structure
from evalpipe.stats.search import DECREMENT

MOST_STEPS = 40
BATCH = 256
"""Participants left out side by side; bounds the memory."""
INDISPENSABLE = 1e-9
"""Share of the information on a fixed effect that must be left without a participant."""


@dataclass(frozen=True)
class _Pattern:
    """Participants of one covariance group observed at the same visits.

    who: (n,). visits: (m,). rows: (n, m, p+1) their [X y]. sums: (m*m, (p+1)*(p+1)).
    """

    group: int
    who: IntArray
    visits: IntArray
    rows: FloatArray
    sums: FloatArray


@dataclass(frozen=True)
class _Search:
    """What every batch shares: patterns, the way from gradient to step, and the likelihood."""

    patterns: tuple[_Pattern, ...]
    covariance: FloatArray
    information_inverse: FloatArray
    method: Method


def refit_leaving_out(data: ImputationData, fit: GaussianFit) -> Parameters:
    """Return the parameters (b = N) of the imputation model without each participant in turn.

    fit: of `fit_imputation_model` to the same data. Without a participant who has no modelled
    outcome the fit stays the same. A structure other than unstructured is refitted by the engine,
    one participant at a time.

    Raises
    ------
    NotEstimableError
        If the model cannot be fitted without one of the participants.
    """
    if fit.problem.residual.structure is not Structure.UNSTRUCTURED:
        everyone = np.arange(data.n_people)
        return join_parameters([_refit(data, fit, int(i)) for i in everyone])
    search = _prepare(data, fit)
    _check_indispensable(search)
    prepared = fit.core.prepared
    parts = []
    for first in range(0, data.n_people, BATCH):
        left_out = np.arange(first, min(first + BATCH, data.n_people))
        beta, covariance, is_done = _climb(search, left_out)
        whole = prepared.offset + prepared.scale * solve_triangular(prepared.triangle, beta.T).T
        parts.append(Parameters(whole, covariance * prepared.scale**2))
        for place in np.flatnonzero(~is_done):
            exact = _refit(data, fit, int(left_out[place]))
            parts[-1].beta[place] = exact.beta[0]
            parts[-1].covariance[place] = exact.covariance[0]
    return join_parameters(parts)


def _refit(data: ImputationData, fit: GaussianFit, left_out: int) -> Parameters:
    people = np.delete(np.arange(data.n_people), left_out)
    structure = fit.problem.residual.structure
    try:
        return parameters_of(fit_people(data, people, fit.method, structure))
    except NotEstimableError as error:
        raise NotEstimableError(f"without one of the participants {error}") from error


def _prepare(data: ImputationData, fit: GaussianFit) -> _Search:
    """Group the safe problem's rows by covariance group and pattern of visits."""
    safe = fit.core.prepared.problem
    p1 = safe.X.shape[1] + 1
    seen = data.is_modelled
    wide = np.zeros((*seen.shape, p1))
    wide[seen] = np.column_stack([safe.X, safe.y])
    keys, member = np.unique(
        np.column_stack([seen, data.group]).astype(np.int64), axis=0, return_inverse=True
    )
    patterns = []
    for number, key in enumerate(keys):
        visits = np.flatnonzero(key[:-1])
        if not len(visits):
            continue
        who = np.flatnonzero(member.ravel() == number)
        rows = wide[who][:, visits]
        flat = rows.reshape(len(who), -1)
        crossed = (flat.T @ flat).reshape(len(visits), p1, len(visits), p1)
        sums = crossed.transpose(0, 2, 1, 3).reshape(len(visits) ** 2, p1 * p1)
        patterns.append(_Pattern(int(key[-1]), who, visits, rows, sums))
    scale = fit.core.prepared.scale
    return _Search(
        tuple(patterns),
        np.stack(fit.residual_covariance) / scale**2,
        fit.core.theta_covariance_observed,
        fit.method,
    )


def _check_indispensable(search: _Search) -> None:
    """Refuse where a fixed effect hangs on one participant: X'X = I on the safe scale."""
    for pattern in search.patterns:
        X = pattern.rows[..., :-1]
        share = np.linalg.eigvalsh(X @ X.swapaxes(-1, -2))[:, -1]
        if np.any(share > 1 - INDISPENSABLE):
            raise NotEstimableError(
                "a fixed term of the imputation model is known from one participant only, so the "
                "jackknife cannot leave that participant out; drop the term or join its levels"
            )


def _climb(search: _Search, left_out: IntArray) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Return coefficients (b, p), covariance (b, G, T, T) and who arrived (b,)."""
    b, p = len(left_out), search.patterns[0].rows.shape[-1] - 1
    covariance = np.broadcast_to(search.covariance, (b, *search.covariance.shape)).copy()
    beta = np.zeros((b, p))
    is_done = np.zeros(b, dtype=bool)
    active = np.arange(b)
    for _ in range(MOST_STEPS):
        current = covariance[active]
        is_sound = np.linalg.eigvalsh(current)[..., 0].min(axis=1) > 0
        active = active[is_sound]
        if not len(active):
            break
        found, slope = _gradient(search, covariance[active], left_out[active])
        beta[active] = found
        gradient = _to_parameters(slope)
        step = gradient @ search.information_inverse
        has_arrived = np.einsum("bk,bk->b", gradient, step) < DECREMENT
        is_done[active[has_arrived]] = True
        moving = ~has_arrived
        active = active[moving]
        if not len(active):
            break
        covariance[active] += _to_matrices(step[moving], covariance.shape[-1])
    return beta, covariance, is_done


def _gradient(
    search: _Search, covariance: FloatArray, left_out: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Return beta (b, p) and the derivative of the log-likelihood in Sigma (b, G, T, T)."""
    b, p1 = len(left_out), search.patterns[0].rows.shape[-1]
    moment = np.zeros((b, p1, p1))
    inverses, owns = [], []
    for pattern in search.patterns:
        visits = pattern.visits
        inverse = np.linalg.inv(covariance[:, pattern.group, visits[:, None], visits])
        moment += (inverse.reshape(b, -1) @ pattern.sums).reshape(b, p1, p1)
        own = _find(pattern.who, left_out)
        rows = pattern.rows[own[1]]
        moment[own[0]] -= rows.swapaxes(-1, -2) @ inverse[own[0]] @ rows
        inverses.append(inverse)
        owns.append((own[0], rows))
    beta, weights = _weigh(moment, search.method)
    slope = np.zeros_like(covariance)
    for pattern, inverse, (at, rows) in zip(search.patterns, inverses, owns, strict=True):
        spread = (weights.reshape(b, -1) @ pattern.sums.T).reshape(inverse.shape)
        spread[at] -= rows @ weights[at] @ rows.swapaxes(-1, -2)
        count = np.full(b, float(len(pattern.who)))
        count[at] -= 1
        part = (inverse @ spread @ inverse - count[:, None, None] * inverse) / 2
        visits = pattern.visits
        slope[:, pattern.group, visits[:, None], visits] += part
    return beta, slope


def _weigh(moment: FloatArray, method: Method) -> tuple[FloatArray, FloatArray]:
    """Return beta (b, p) and N (b, p+1, p+1): residual cross-products are W N W'.

    REML adds X (X'V^-1 X)^-1 X' to them.
    """
    gram_inverse = np.linalg.inv(moment[:, :-1, :-1])
    beta = (gram_inverse @ moment[:, :-1, -1:])[..., 0]
    contrast = np.concatenate([-beta, np.ones((len(beta), 1))], axis=1)
    weights = contrast[:, :, None] * contrast[:, None, :]
    if method is Method.REML:
        weights[:, :-1, :-1] += gram_inverse
    return beta, weights


def _find(who: IntArray, left_out: IntArray) -> tuple[IntArray, IntArray]:
    """Return places in `left_out` and in `who` (sorted) of those who are in both."""
    place = np.minimum(np.searchsorted(who, left_out), len(who) - 1)
    here = np.flatnonzero(who[place] == left_out)
    return here, place[here]


def _to_parameters(slope: FloatArray) -> FloatArray:
    """Return the gradient (b, k) in variances and covariances, lower triangle by rows."""
    low, high = np.tril_indices(slope.shape[-1])
    twice = np.where(low == high, 1.0, 2.0)
    return (slope[..., low, high] * twice).reshape(len(slope), -1)


def _to_matrices(theta: FloatArray, T: int) -> FloatArray:
    low, high = np.tril_indices(T)
    each = theta.reshape(len(theta), -1, len(low))
    matrices = np.empty((*each.shape[:2], T, T))
    matrices[..., low, high] = each
    matrices[..., high, low] = each
    return matrices
