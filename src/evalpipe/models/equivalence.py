"""Equivalence: two one-sided tests of a contrast against the differences that do not matter.

Schuirmann (1987). Two sides are equivalent at level a when both one-sided p are at most a, which is
when the interval at 1 - 2a lies within the bounds.
"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from evalpipe.config.estimands import Estimand
from evalpipe.models.estimate_rows import EstimateRow
from evalpipe.vocabulary import Quantity, Scale

CHANGE = "change"
"""`term` of a mean change within people."""


def equivalence_rows(
    rows: Iterable[EstimateRow],
    estimand: Estimand,
    bounds: tuple[float, float],
    conf_level: float,
) -> list[EstimateRow]:
    """Return for each contrast of the estimand its equivalence and both one-sided tests.

    Contrasts on the outcome's own scale with a standard error; df as they have it, none is normal.
    """
    found: list[EstimateRow] = []
    for row in rows:
        if _is_asked(row, estimand):
            found += judge_equivalence(row, bounds, conf_level)
    return found


def _is_asked(row: EstimateRow, estimand: Estimand) -> bool:
    if row.quantity is not Quantity.CONTRAST or row.scale is not Scale.OUTCOME:
        return False
    if not row.can_be_told or row.estimate is None or row.std_error is None:
        return False
    term = str(row.term)
    contrasts = [c for c in (estimand.contrast, *estimand.contrasts) if c is not None]
    if not contrasts:
        return term == CHANGE
    return any(
        (term.split(" at ")[0], row.arm, row.reference_arm) == (c.factor, c.level, c.versus)
        for c in contrasts
    )


def judge_equivalence(
    row: EstimateRow, bounds: tuple[float, float], conf_level: float
) -> list[EstimateRow]:
    """Return the equivalence of one contrast, then its tests above the lower and below the upper
    bound.
    """
    assert row.estimate is not None
    assert row.std_error is not None
    low, high = bounds
    above = (row.estimate - low) / row.std_error
    below = (row.estimate - high) / row.std_error
    p_above, p_below = _tail(row.df, -above), _tail(row.df, below)
    level = 2 * conf_level - 1
    half = _quantile(row.df, conf_level) * row.std_error
    plain = replace(row, statistic=None, p_adjusted=None, conf_low=None, conf_high=None)
    whole = replace(
        plain,
        quantity=Quantity.EQUIVALENCE,
        p_value=max(p_above, p_below),
        conf_low=row.estimate - half,
        conf_high=row.estimate + half,
        conf_level=level,
        note=f"two one-sided tests against {low:g} and {high:g}; the larger p",
    )
    sides = [
        replace(
            plain,
            quantity=Quantity.ONE_SIDED_TEST,
            term=f"{row.term} {side}",
            estimate=row.estimate - bound,
            statistic=statistic,
            p_value=p,
            note=f"the difference minus {bound:g}",
        )
        for side, bound, statistic, p in (
            ("above_lower", low, above, p_above),
            ("below_upper", high, below, p_below),
        )
    ]
    return [whole, *sides]


def _tail(df: float | None, statistic: float) -> float:
    return float(ndtr(statistic) if df is None or not np.isfinite(df) else stdtr(df, statistic))


def _quantile(df: float | None, probability: float) -> float:
    if df is None or not np.isfinite(df):
        return float(ndtri(probability))
    return float(stdtrit(df, probability))
