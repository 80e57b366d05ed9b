"""Items that add up to a known score: the score is exact, the items share it with own noise.

For k items of a sum with variance V, item noise s around T/k gives alpha = 1 - k^2 s^2 / ((k-1) V)
(Cronbach 1951); s follows from the alpha that is wanted.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Whole = np.ndarray[Any, np.dtype[np.int64]]

ROUNDING_VARIANCE = 1 / 12
MOST_ROUNDS = 2000


def items_of_totals(
    totals: np.ndarray[Any, Any],
    count: int,
    within: tuple[int, int],
    alpha: float,
    rng: np.random.Generator,
) -> Whole:
    """Return (n, count) whole answers within the range whose rows add up to the totals.

    totals: (n,) whole numbers between count * low and count * high.
    """
    low, high = within
    spread = np.sqrt(_noise_variance(totals, count, alpha))
    noise = rng.normal(0.0, spread, size=(len(totals), count))
    difficulty = rng.permutation(np.linspace(-0.3, 0.3, count))
    wanted = totals[:, None] / count + noise - noise.mean(axis=1, keepdims=True) + difficulty
    answers = np.clip(np.rint(wanted), low, high).astype(np.int64)
    return _add_up(answers, totals.astype(np.int64), low, high, rng)


def _noise_variance(totals: np.ndarray[Any, Any], count: int, alpha: float) -> float:
    variance = float(np.var(totals)) if len(totals) > 1 else 0.0
    wanted = (1 - alpha) * (count - 1) * variance / count**2
    return max(wanted - ROUNDING_VARIANCE, 0.05)


def _add_up(answers: Whole, totals: Whole, low: int, high: int, rng: np.random.Generator) -> Whole:
    """Move single answers by one, chosen at random, until every row adds up."""
    for _ in range(MOST_ROUNDS):
        short = totals - answers.sum(axis=1)
        rows = np.flatnonzero(short)
        if len(rows) == 0:
            return answers
        step = np.sign(short[rows])
        free = np.where(step[:, None] > 0, answers[rows] < high, answers[rows] > low)
        choice = np.argmax(rng.random(free.shape) * free, axis=1)
        answers[rows, choice] += step
    raise AssertionError("totals lie outside what the items can add up to")
