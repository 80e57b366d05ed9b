"""Sums over participants of a design times completed outcomes, without completing anybody.

A conditional mean is linear in beta and in the participant's own outcomes, with weights that
depend on the pattern of what is missing alone. So A'y of a completed data set needs a few sums per
pattern, in the jackknife as with everybody.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from evalpipe.stats.missing.assumptions import (
    BoolArray,
    ImputationData,
    Scenario,
    build_profiles,
    choose_covariances,
    mix_covariance,
)
from evalpipe.stats.missing.imputation_model import Parameters
from evalpipe.stats.missing.replicates import Replicates
from evalpipe.stats.problem import FloatArray, IntArray

BATCH = 256
"""Samples worked on side by side; bounds the memory."""


@dataclass(frozen=True)
class MissingPattern:
    """Participants who miss the same visits and share covariance and factor.

    who: (n,). missing: (T,). before, after, event: see `mix_covariance`. factor: (T,).
    """

    who: IntArray
    missing: BoolArray
    before: int
    after: int
    event: int
    factor: FloatArray

    def regress(self, covariance: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the regression of missing on observed outcomes (b, mis, obs) and what is left of
        their covariance (b, mis, mis).
        """
        mixed = mix_covariance(covariance, self.before, self.after, self.event)
        gaps, seen = np.flatnonzero(self.missing), np.flatnonzero(~self.missing)
        spread: FloatArray = mixed[:, gaps[:, None], gaps]
        if not len(seen):
            return np.zeros((len(mixed), len(gaps), 0)), spread
        cross = mixed[:, seen[:, None], gaps]
        slope = np.asarray(np.linalg.solve(mixed[:, seen[:, None], seen], cross)).swapaxes(-1, -2)
        return slope, spread - slope @ cross


def list_patterns(data: ImputationData, scenario: Scenario) -> Iterator[MissingPattern]:
    """Yield patterns in a fixed order; those with nothing missing too."""
    missing = data.is_missing
    factor = np.ones_like(data.y) if scenario.factor is None else scenario.factor
    factor = np.where(missing, factor, 1.0)
    key = np.column_stack([missing, choose_covariances(data, scenario), factor])
    kinds, member = np.unique(key, axis=0, return_inverse=True)
    T = data.n_visits
    for number, kind in enumerate(kinds):
        before, after, event = (int(code) for code in kind[T : T + 3])
        who = np.flatnonzero(member.ravel() == number)
        yield MissingPattern(who, kind[:T].astype(bool), before, after, event, kind[T + 3 :])


def sum_completed(
    data: ImputationData,
    scenario: Scenario,
    design: FloatArray,
    parameters: Parameters,
    replicates: Replicates,
) -> FloatArray:
    """Return A'y (b, q, T) of outcomes completed by conditional means, in each of b samples.

    design: A (N, q). parameters: of b fits, or of one that serves all samples.
    """
    profiles = build_profiles(data, scenario)
    wide = np.concatenate([profiles, np.nan_to_num(data.y, nan=0.0)[..., None]], axis=-1)
    patterns = list(list_patterns(data, scenario))
    sums = np.zeros((replicates.number, design.shape[1], data.n_visits))
    for first in range(0, replicates.number, BATCH):
        part = slice(first, min(first + BATCH, replicates.number))
        own = part if len(parameters.beta) == replicates.number else slice(0, 1)
        chosen = Parameters(parameters.beta[own], parameters.covariance[own])
        for pattern in patterns:
            who = pattern.who
            values = design[who][:, :, None, None] * wide[who][:, None]
            sums[part] += _complete(pattern, replicates.sum_over(values, who, part), chosen)
    if scenario.shift is not None:
        sums += sum_shift(data, scenario.shift, design, replicates)
    return sums


def sum_shift(
    data: ImputationData, shift: FloatArray, design: FloatArray, replicates: Replicates
) -> FloatArray:
    """Return A'd (b, q, T) of what is added to imputed outcomes; shift: (N, T)."""
    added = np.where(data.is_missing, shift, 0.0)
    values = design[:, :, None] * added[:, None, :]
    everyone = np.arange(data.n_people)
    return replicates.sum_over(values, everyone, slice(0, replicates.number))


def _complete(pattern: MissingPattern, sums: FloatArray, parameters: Parameters) -> FloatArray:
    """Return A'y (b, q, T) of one pattern from sums (b, q, T, p+1) of A by [U y]."""
    gaps, seen = np.flatnonzero(pattern.missing), np.flatnonzero(~pattern.missing)
    y = sums[..., -1].copy()
    if not len(gaps):
        return y
    mean = np.einsum("bqtp,bp->bqt", sums[..., :-1], _all(parameters.beta, len(sums)))
    slope, _ = pattern.regress(parameters.covariance)
    residual = y[..., seen] - mean[..., seen]
    y[..., gaps] = pattern.factor[gaps] * (mean[..., gaps] + residual @ slope.swapaxes(-1, -2))
    return y


def _all(values: FloatArray, number: int) -> FloatArray:
    return np.broadcast_to(values, (number, *values.shape[1:]))
