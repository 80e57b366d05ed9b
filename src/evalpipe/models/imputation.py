"""Impute missing outcomes of an MMRM under an assumption about what follows dropout.

Parameters of each imputation come from a fit to participants drawn with replacement within arms, so
that their uncertainty is carried over (approximately proper; Wolbers et al. 2022). Missing outcomes
are then drawn from the conditional normal distribution given a participant's observed outcomes
(Carpenter, Roger and Kenward 2013).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from evalpipe.errors import NotEstimableError
from evalpipe.stats.fit import GaussianFit, fit_gaussian
from evalpipe.stats.problem import FloatArray, GaussianProblem, IntArray

MOST_REDRAWS = 20
"""Draws in a row whose fit is unusable before the imputation is given up."""


@dataclass(frozen=True)
class Layout:
    """Every participant at every visit, N participants and T visits, ordered by participant and
    visit.

    complete: the problem over all N * T rows; its outcome stands for the missing ones too. y: (N,
    T) with NaN where missing. own, reference: (N, T, p) designs in the own and the control arm.
    arm: (N,) codes for drawing within arms. switches: (N,) who behaves as control after dropout.
    group, reference_group: (N,) residual covariance group in the own and the control arm.
    """

    complete: GaussianProblem
    y: FloatArray
    own: FloatArray
    reference: FloatArray
    arm: IntArray
    switches: NDArray[np.bool_]
    group: IntArray
    reference_group: IntArray

    @property
    def is_after_dropout(self) -> NDArray[np.bool_]:
        """(N, T) visits after the last observed one."""
        seen = np.isfinite(self.y)
        return ~np.cumsum(seen[:, ::-1], axis=1)[:, ::-1].astype(bool)

    @property
    def last_seen(self) -> IntArray:
        """(N,) position of the last observed visit, -1 for nobody seen."""
        seen = np.isfinite(self.y)
        last = seen.shape[1] - 1 - np.argmax(seen[:, ::-1], axis=1)
        return np.where(seen.any(axis=1), last, -1).astype(np.int64)


def draw_completed(
    layout: Layout, assume: str, imputations: int, generator: np.random.Generator
) -> Iterator[FloatArray]:
    """Yield `imputations` completed outcomes (N, T).

    assume: `missing_at_random` (also for delta, which is added later), `jump_to_reference` or
    `copy_increments`.
    """
    for _ in range(imputations):
        fit = _draw_parameters(layout, generator)
        mean = _expected(layout, fit.beta, assume)
        yield _fill(layout, mean, fit.residual_covariance, assume, generator)


def _draw_parameters(layout: Layout, generator: np.random.Generator) -> GaussianFit:
    for _ in range(MOST_REDRAWS):
        problem = _resampled(layout, generator)
        try:
            fit = fit_gaussian(problem)
        except NotEstimableError:
            continue
        if fit.status.value == "ok":
            return fit
    raise NotEstimableError(
        "the model cannot be fitted to participants drawn again: too few of them for imputation"
    )


def _resampled(layout: Layout, generator: np.random.Generator) -> GaussianProblem:
    """Return the observed rows of participants drawn with replacement within arms."""
    chosen = np.concatenate(
        [
            generator.choice(np.flatnonzero(layout.arm == arm), size=int((layout.arm == arm).sum()))
            for arm in np.unique(layout.arm)
        ]
    )
    seen = np.isfinite(layout.y[chosen])
    unit, visit = np.nonzero(seen)
    rows = chosen[unit] * layout.y.shape[1] + visit
    full = layout.complete
    residual = replace(
        full.residual,
        block=unit.astype(np.int64),
        position=None if full.residual.position is None else full.residual.position[rows],
        group=None if full.residual.group is None else full.residual.group[rows],
        time=None if full.residual.time is None else full.residual.time[rows],
    )
    return replace(full, y=layout.y.ravel()[rows], X=full.X[rows], residual=residual)


def _expected(layout: Layout, beta: FloatArray, assume: str) -> FloatArray:
    """Return the mean (N, T) that each participant's outcomes are drawn around."""
    own, reference = layout.own @ beta, layout.reference @ beta
    if assume == "missing_at_random":
        return own
    later = layout.is_after_dropout & layout.switches[:, None]
    if assume == "jump_to_reference":
        return np.where(later, reference, own)
    last = layout.last_seen
    rows = np.arange(len(own))
    shift = np.where(last >= 0, own[rows, last] - reference[rows, last], 0.0)
    return np.where(later, reference + shift[:, None], own)


def _fill(
    layout: Layout,
    mean: FloatArray,
    covariances: tuple[FloatArray, ...],
    assume: str,
    generator: np.random.Generator,
) -> FloatArray:
    """Draw the missing outcomes of each participant given the observed ones."""
    filled = layout.y.copy()
    noise = generator.standard_normal(filled.shape)
    as_reference = (assume != "missing_at_random") & layout.switches
    group = np.where(as_reference, layout.reference_group, layout.group)
    missing = ~np.isfinite(filled)
    patterns, member = np.unique(np.column_stack([missing, group]), axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        who = np.flatnonzero(member.ravel() == number)
        gaps = pattern[:-1].astype(bool)
        if gaps.any():
            part = _draw_pattern(
                filled[who], mean[who], gaps, covariances[int(pattern[-1])], noise[who]
            )
            filled[np.ix_(who, gaps)] = part
    return filled


def _draw_pattern(
    y: FloatArray,
    mean: FloatArray,
    gaps: NDArray[np.bool_],
    covariance: FloatArray,
    noise: FloatArray,
) -> FloatArray:
    seen = ~gaps
    spread = covariance[np.ix_(gaps, gaps)]
    centre = mean[:, gaps]
    if seen.any():
        weights = np.linalg.solve(covariance[np.ix_(seen, seen)], covariance[np.ix_(seen, gaps)])
        centre = centre + (y[:, seen] - mean[:, seen]) @ weights
        spread = spread - covariance[np.ix_(gaps, seen)] @ weights
    factor = np.linalg.cholesky((spread + spread.T) / 2)
    drawn: FloatArray = centre + noise[:, gaps] @ factor.T
    return drawn
