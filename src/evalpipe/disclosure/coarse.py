"""Degrees of freedom of a withheld n: told as a bound, with tests that do not give them back.

An answer without its test is of little use, and a test tells its degrees of freedom, and so how
many people were lost. Instead of withholding the test, its digits are made coarser until somebody
who has the released row (and all rows of the same fit) cannot tell which of more than `threshold`
numbers of people it is of. The attack is carried out on the rounded numbers themselves.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from evalpipe.answers.rows import Estimate
from evalpipe.disclosure.precision import decimals_of_error
from evalpipe.stats.problem import FloatArray
from evalpipe.vocabulary import Column, DfMethod

STEP = 5
"""Bounds of degrees of freedom are told in these steps."""


@dataclass(frozen=True)
class Level:
    """How much of a test is told; None: it is withheld.

    decimals: of the statistic. digits: significant digits of p.
    """

    decimals: int | None
    digits: int | None
    has_error: bool


LEVELS = (
    Level(2, 3, has_error=True),
    Level(1, 2, has_error=True),
    Level(1, 2, has_error=False),
    Level(None, 2, has_error=False),
    Level(None, 1, has_error=False),
    Level(None, None, has_error=False),
)
"""From the most that is told to the least; an interval is told at each of them."""

Coarse = Mapping[tuple[int, str], float]
"""(place of the row, column) -> the number told instead; NaN where it is withheld."""


def has_test_with_df(row: Estimate) -> bool:
    """Whether a row is a t test whose degrees of freedom depend on its number of people."""
    is_t = row.df_method not in ("", DfMethod.NORMAL, DfMethod.CHI_SQUARE)
    return is_t and math.isfinite(row.df) and not math.isfinite(row.df_numerator)


def coarsen(rows: Sequence[tuple[int, Estimate]], entered: float, threshold: int) -> Coarse:
    """Return what is told instead of the tests of the rows of one fit.

    A column that is not named is told as in every released table.

    rows: (place, row) with their numbers in full, all with the n withheld. entered: participants
    who entered, which everybody knows. The least coarse level is taken at which more than
    `threshold` + 1 numbers of people fit every released row.
    """
    groups: dict[float, list[tuple[int, Estimate]]] = {}
    for place, row in rows:
        shared = row.df_method in (DfMethod.RESIDUAL, DfMethod.WELCH)
        groups.setdefault(round(row.df, 6) if shared else float(-place - 1), []).append(
            (place, row)
        )
    told: dict[tuple[int, str], float] = {}
    for own in groups.values():
        told |= _coarsen_group(own, entered, threshold)
    return told


def _coarsen_group(
    rows: Sequence[tuple[int, Estimate]], entered: float, threshold: int
) -> dict[tuple[int, str], float]:
    df, n = rows[0][1].df, rows[0][1].n_participants
    lost = max(entered - n, 0.0) if math.isfinite(entered) and math.isfinite(n) else 0.0
    most = df + lost
    least = _bound(df, most, threshold)
    candidates = most - np.arange(max(math.floor(most - max(least, 1.0)), 0) + 1, dtype=float)
    for level in LEVELS:
        released = [(place, _released(row, level)) for place, row in rows]
        fits = np.logical_and.reduce([fits_row(one, candidates) for _, one in released])
        if least >= STEP and np.count_nonzero(fits) > threshold + 1:
            break
    else:
        level, least = LEVELS[-1], math.nan if least < STEP else least
        released = [(place, _released(row, level)) for place, row in rows]
    told: dict[tuple[int, str], float] = {}
    for place, one in released:
        told[place, Column.DF] = least
        if level == LEVELS[0]:
            continue
        told[place, Column.STATISTIC] = one.statistic
        told[place, Column.P_VALUE] = one.p_value
        told[place, Column.P_ADJUSTED] = one.p_adjusted
        if not level.has_error:
            told[place, Column.STD_ERROR] = math.nan
    return told


def _bound(df: float, most: float, threshold: int) -> float:
    """The lower bound that is told: below everything that could be from nobody lost to too many."""
    wide = math.floor((most - threshold - 2) / STEP) * STEP
    if df >= wide:
        return float(wide)
    return float(math.floor((df - threshold / 2) / STEP) * STEP)


@dataclass(frozen=True)
class ReleasedTest:
    """What somebody reads of a test; half: half a unit of the last digit of each."""

    estimate: float
    std_error: float
    half_scale: float
    statistic: float
    half_statistic: float
    p_value: float
    half_p: float
    p_adjusted: float
    width: float
    """Half the width of the interval."""
    coverage: float


def _released(row: Estimate, level: Level) -> ReleasedTest:
    digits = decimals_of_error(row.std_error)
    unit = 10.0**-digits
    places = 0 if level.decimals is None else level.decimals
    p, half_p = _significant(row.p_value, level.digits)
    return ReleasedTest(
        estimate=round(row.estimate, digits),
        std_error=round(row.std_error, digits) if level.has_error else math.nan,
        half_scale=unit / 2,
        statistic=math.nan if level.decimals is None else round(row.statistic, places),
        half_statistic=0.5 * 10.0**-places,
        p_value=p,
        half_p=half_p,
        p_adjusted=_significant(row.p_adjusted, level.digits)[0],
        width=(round(row.conf_high, digits) - round(row.conf_low, digits)) / 2,
        coverage=row.conf_level,
    )


def _significant(value: float, digits: int | None) -> tuple[float, float]:
    """A p-value with some significant digits, and half a unit of the last; at most 3 decimals."""
    if digits is None or not math.isfinite(value):
        return math.nan, math.nan
    if value <= 0:
        return value, 0.0005
    places = min(digits - 1 - math.floor(math.log10(value)), 3)
    return round(value, places), 0.5 * 10.0**-places


def fits_row(test: ReleasedTest, df: FloatArray) -> FloatArray:
    """Return for each number of degrees of freedom (m,) whether it fits a released test, (m,) bool.

    A number fits when some estimate, standard error, statistic and p that round to what is
    released belong to it together.
    """
    low, high = _statistic_range(test)
    fits = np.full(df.shape, low <= high)
    if math.isfinite(test.width) and math.isfinite(test.coverage):
        quantile = stdtrit(df, 0.5 + test.coverage / 2)
        error_low, error_high = _error_range(test)
        fits &= quantile * error_low <= test.width + test.half_scale
        fits &= quantile * error_high >= test.width - test.half_scale
        least = np.abs(test.estimate) - test.half_scale
        most = np.abs(test.estimate) + test.half_scale
        width_low = max(test.width - test.half_scale, 1e-300)
        low = np.maximum(low, least * quantile / (test.width + test.half_scale))
        high = np.minimum(high, most * quantile / width_low)
        fits &= low <= high
    if math.isfinite(test.p_value):
        fits &= 2 * stdtr(df, -np.maximum(low, 0.0)) >= test.p_value - test.half_p
        fits &= 2 * stdtr(df, -np.minimum(high, 1e300)) <= test.p_value + test.half_p
    return np.asarray(fits)


def _statistic_range(test: ReleasedTest) -> tuple[float, float]:
    """Least and largest absolute statistic that round to what is released."""
    low, high = 0.0, math.inf
    if math.isfinite(test.statistic):
        low = max(abs(test.statistic) - test.half_statistic, 0.0)
        high = abs(test.statistic) + test.half_statistic
    if math.isfinite(test.std_error):
        error_low, error_high = _error_range(test)
        low = max(low, (abs(test.estimate) - test.half_scale) / error_high)
        high = min(high, (abs(test.estimate) + test.half_scale) / max(error_low, 1e-300))
    return low, high


def _error_range(test: ReleasedTest) -> tuple[float, float]:
    if not math.isfinite(test.std_error):
        return 0.0, math.inf
    return max(test.std_error - test.half_scale, 0.0), test.std_error + test.half_scale
