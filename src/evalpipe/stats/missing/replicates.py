"""Samples of participants that an estimate is computed in again: all but one, or drawn ones."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from evalpipe.stats.problem import FloatArray, IntArray


class Replicates(Protocol):
    """b samples of N participants; sums over people are all that a linear analysis needs."""

    @property
    def number(self) -> int:
        """How many samples, b."""
        ...

    def sum_over(self, values: FloatArray, who: IntArray, part: slice) -> FloatArray:
        """Return (b', ...): the sums of values (k, ...) of participants `who` (k,), for a part of
        the samples.
        """
        ...


@dataclass(frozen=True)
class LeaveOneOut:
    """Sample i has everybody but participant i."""

    n_people: int

    @property
    def number(self) -> int:
        """One sample for each participant."""
        return self.n_people

    def sum_over(self, values: FloatArray, who: IntArray, part: slice) -> FloatArray:
        """Return the total less the own share."""
        first, last, _ = part.indices(self.n_people)
        total = values.sum(axis=0)
        sums = np.broadcast_to(total, (last - first, *total.shape)).copy()
        here = (who >= first) & (who < last)
        sums[who[here] - first] -= values[here]
        return sums


@dataclass(frozen=True)
class Weighted:
    """weights: (b, N), how often each participant is in each sample."""

    weights: FloatArray

    @property
    def number(self) -> int:
        """Samples."""
        return len(self.weights)

    def sum_over(self, values: FloatArray, who: IntArray, part: slice) -> FloatArray:
        """Return weighted sums."""
        flat = self.weights[part][:, who] @ values.reshape(len(values), -1)
        return flat.reshape(-1, *values.shape[1:])


def everybody(n_people: int) -> Weighted:
    """Return one sample of everybody."""
    return Weighted(np.ones((1, n_people)))
