"""Cronbach's alpha: what stands before it, the number by pingouin and by its formula, its interval.

pingouin gives the number. Its interval is not used: after its own deletion of incomplete rows it
counts the rows that were there before (it then covers 0.87 of a nominal 0.95), and it is always
rounded. Nor does it say when an item never varies or nobody answered a pair of items.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FEWEST = 3
"""People who answered both items of a pair, below which their covariance says nothing."""


def why_no_alpha(answers: Floats, items: tuple[int, ...]) -> str | None:
    """Return why alpha cannot be computed from answers (n, k), NaN where unanswered; or None.

    items: their numbers, to name them.
    """
    if answers.shape[1] < 2:
        return "the scale has one item"
    answered = np.isfinite(answers)
    empty = [item for item, column in zip(items, answered.T, strict=True) if not column.any()]
    if empty:
        return f"nobody answered {_named(empty)}"
    constant = [
        item
        for item, column in zip(items, answers.T, strict=True)
        if np.nanmin(column) == np.nanmax(column)
    ]
    if constant:
        return f"every answer to {_named(constant)} is the same"
    together = answered.T.astype("float64") @ answered.astype("float64")
    if together.min() < FEWEST:
        return f"fewer than {FEWEST} people answered both items of a pair"
    return None


def _named(items: list[int]) -> str:
    words = [str(item) for item in items]
    if len(words) == 1:
        return f"item {words[0]}"
    return f"items {', '.join(words[:-1])} and {words[-1]}"


def compute_alpha(answers: Floats) -> float:
    """Return alpha by pingouin from pairwise covariances; see `why_no_alpha` for what it needs."""
    from pingouin import cronbach_alpha

    return float(cronbach_alpha(pd.DataFrame(answers), nan_policy="pairwise")[0])


def alpha_of(covariance: Floats) -> float:
    """Cronbach's alpha; NaN for one item or without variance. Cronbach (1951), equation 2."""
    k = len(covariance)
    total = covariance.sum()
    if k < 2 or not total > 0:
        return float("nan")
    return float(k / (k - 1) * (1 - np.trace(covariance) / total))


def alpha_interval(
    alpha: float, n_rows: int, n_items: int, conf_level: float = 0.95
) -> tuple[float, float]:
    """Feldt's interval; NaN where alpha is. Feldt, Woodruff and Salih (1987), equation 8.

    n_rows: people with any answer, whose pairwise covariances alpha is made of.
    """
    from scipy.special import fdtri

    if not np.isfinite(alpha) or n_rows < 2 or n_items < 2:
        return (float("nan"), float("nan"))
    first, second = n_rows - 1, (n_rows - 1) * (n_items - 1)
    tail = (1 - conf_level) / 2
    low = 1 - (1 - alpha) * fdtri(first, second, 1 - tail)
    high = 1 - (1 - alpha) * fdtri(first, second, tail)
    return float(low), float(high)
