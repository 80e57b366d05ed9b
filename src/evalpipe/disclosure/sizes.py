"""Standard errors and variances of a withheld n: rounded until they do not give group sizes back.

A standard error is a spread over the root of a size. Somebody who knows the spread, from the
residual variance or from the standard error of a group of known size, has the size. Contrasts are
what a study asks, so they keep their digits, and what would tell the spread loses them: where the
number of people is withheld, variances are told in large steps, and means and coefficients have
standard errors, intervals and tests in steps in which more numbers of people than the threshold fit
the released row. That attack is carried out with the spread taken as known to every digit.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from evalpipe.answers.rows import Estimate
from evalpipe.disclosure.precision import decimals_of_error
from evalpipe.stats.problem import FloatArray
from evalpipe.vocabulary import Column, Quantity

STEPS = (1, 2, 5, 10, 20, 50, 100)
"""Steps of standard errors and bounds, in units of the last digit that a table carries."""

TESTS = ((2, 3), (1, 2), (1, 1), (0, 1), (None, 1), (None, None))
"""Decimals of a statistic and significant digits of p, from the most that is told to the least."""

_OF_GROUPS = (
    Quantity.COEFFICIENT,
    Quantity.MARGINAL_MEAN,
    Quantity.TRAJECTORY,
    Quantity.SLOPE,
)
"""Quantities whose standard error tells the size of a group, and which no study asks first."""

_SPREADS = (Quantity.VARIANCE_COMPONENT, Quantity.COVARIANCE)

NORMAL = 1e9
"""Degrees of freedom that stand for the normal distribution."""


@dataclass(frozen=True)
class RoundedRow:
    """What is told of a row, with half a step of each; NaN where nothing is told."""

    std_error: float
    conf_low: float
    conf_high: float
    half: float
    statistic: float
    half_statistic: float
    p_value: float
    half_p: float


@dataclass(frozen=True)
class Worlds:
    """What a row would be with each number of people: arrays (m,), the truth among them."""

    std_error: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    statistic: FloatArray
    p_value: FloatArray


def coarsen_sizes(
    row: Estimate, told: Mapping[str, float], lost: float, threshold: int, smallest: float
) -> dict[str, float]:
    """Return what is told of a row of a withheld n instead; NaN where a column is withheld.

    told: what is told instead already. lost: people who entered and are not analysed. smallest:
    people of the smallest group of the analysis.
    """
    if not math.isfinite(row.estimate):
        return {}
    if row.quantity in _SPREADS:
        return _coarsen_variance(row, threshold, smallest)
    has_spread = math.isfinite(row.std_error) or row.has_interval
    if row.quantity in _OF_GROUPS and has_spread:
        return coarsen_row(row, told, lost, threshold)
    return {}


def _coarsen_variance(row: Estimate, threshold: int, smallest: float) -> dict[str, float]:
    """A variance in steps in which `threshold` + 2 sizes fit; its error over it tells the size."""
    wanted = abs(row.estimate) * (threshold + 2) / smallest
    unit = 10.0 ** (math.floor(math.log10(wanted)) if wanted > 0 else 0)
    step = next(unit * k for k in (1, 2, 5, 10) if unit * k >= wanted)
    value = _to_step(row.estimate, step)
    told = {Column.ESTIMATE: value if value else math.nan}
    return told | dict.fromkeys((Column.STD_ERROR, Column.CONF_LOW, Column.CONF_HIGH), math.nan)


def coarsen_row(
    row: Estimate, told: Mapping[str, float], lost: float, threshold: int
) -> dict[str, float]:
    """Return what is told of a row instead; NaN where a column is withheld.

    told: what is told instead already. lost: people who entered and are not analysed. The least
    coarse of all is taken at which more than `threshold` + 1 numbers of people fit.
    """
    worlds = worlds_of(row, lost)
    for decimals, digits, step in _levels(told):
        rounded = round_row(row, decimals, digits, step, with_error=_tells(told, Column.STD_ERROR))
        if np.count_nonzero(fits(rounded, worlds)) > threshold + 1:
            return _changes(row, rounded, step, told)
    columns = (Column.STD_ERROR, Column.CONF_LOW, Column.CONF_HIGH)
    tests = (Column.STATISTIC, Column.P_VALUE, Column.P_ADJUSTED)
    return dict.fromkeys((*columns, *tests), math.nan)


def worlds_of(row: Estimate, lost: float) -> Worlds:
    """Return the row as it would be with other numbers of people, from nobody lost to many."""
    n = row.n_participants
    own = row.n_smallest if 1 <= row.n_smallest <= n else n
    change = np.arange(lost, -own + 1, -1.0)
    size = own + change
    ratio = own / size
    if row.quantity == Quantity.COEFFICIENT and n > own:
        ratio = (1 / size + 1 / (n - own)) / (1 / own + 1 / (n - own))
    scale = np.sqrt(ratio)
    freedom = np.full(len(change), NORMAL)
    if math.isfinite(row.df):
        freedom = np.maximum(row.df + change, 1.0)
    tail = 0.5 + (row.conf_level if math.isfinite(row.conf_level) else 0.95) / 2
    reach = stdtrit(freedom, tail) / stdtrit(row.df if math.isfinite(row.df) else NORMAL, tail)
    with np.errstate(invalid="ignore"):
        statistic = row.statistic / scale
        return Worlds(
            row.std_error * scale,
            row.estimate + (row.conf_low - row.estimate) * scale * reach,
            row.estimate + (row.conf_high - row.estimate) * scale * reach,
            statistic,
            np.asarray(2 * stdtr(freedom, -np.abs(statistic))),
        )


def round_row(
    row: Estimate, decimals: int | None, digits: int | None, step: int, *, with_error: bool
) -> RoundedRow:
    """Return a row in steps of the last digit of its standard error."""
    spread = row.std_error
    if not math.isfinite(spread):
        spread = (row.conf_high - row.conf_low) / 4
    unit = step * 10.0 ** -decimals_of_error(spread)
    is_told = with_error and row.std_error >= 2 * unit
    p, half_p = _significant(row.p_value, digits)
    return RoundedRow(
        _to_step(row.std_error, unit) if is_told else math.nan,
        _to_step(row.conf_low, unit),
        _to_step(row.conf_high, unit),
        unit / 2,
        math.nan if decimals is None else _to_step(row.statistic, 10.0**-decimals),
        math.nan if decimals is None else 0.5 * 10.0**-decimals,
        p,
        half_p,
    )


def fits(told: RoundedRow, worlds: Worlds) -> FloatArray:
    """Return (m,) bool: with which numbers of people a row would be told as it is."""
    pairs = (
        (told.std_error, worlds.std_error, told.half),
        (told.conf_low, worlds.conf_low, told.half),
        (told.conf_high, worlds.conf_high, told.half),
        (told.statistic, worlds.statistic, told.half_statistic),
        (told.p_value, worlds.p_value, told.half_p),
    )
    found = np.ones(len(worlds.std_error), dtype=bool)
    for value, own, half in pairs:
        if math.isfinite(value):
            found &= np.abs(own - value) <= half * (1 + 1e-9)
    return np.asarray(found)


def _levels(told: Mapping[str, float]) -> Iterator[tuple[int | None, int | None, int]]:
    """Yield decimals, digits and step, from the finest that is told already."""
    start = 0
    if Column.P_VALUE in told:
        start = 4 if _tells(told, Column.P_VALUE) else 5
        if _tells(told, Column.STATISTIC):
            start = 1
    for decimals, digits in TESTS[start:]:
        for step in STEPS:
            yield decimals, digits, step


def _tells(told: Mapping[str, float], column: str) -> bool:
    return not math.isnan(told.get(column, 0.0))


def _changes(
    row: Estimate, rounded: RoundedRow, step: int, told: Mapping[str, float]
) -> dict[str, float]:
    """Return the columns whose number differs from the one that a table carries anyway."""
    changed: dict[str, float] = {}
    if step > 1:
        changed |= {Column.CONF_LOW: rounded.conf_low, Column.CONF_HIGH: rounded.conf_high}
    if step > 1 or not _tells(told, Column.STD_ERROR):
        changed[Column.STD_ERROR] = rounded.std_error
    if not math.isclose(rounded.half_statistic, 0.005):
        changed[Column.STATISTIC] = rounded.statistic
        changed[Column.P_VALUE] = rounded.p_value
        digits = _digits_of(rounded.half_p, rounded.p_value)
        changed[Column.P_ADJUSTED] = _significant(row.p_adjusted, digits)[0]
    own = {name: getattr(row, name) for name in changed}
    return {name: value for name, value in changed.items() if math.isfinite(own[name])}


def _digits_of(half: float, p: float) -> int | None:
    if not math.isfinite(p):
        return None
    return 1 if p <= 0 else max(round(math.floor(math.log10(p)) - math.log10(2 * half)) + 1, 1)


def _to_step(value: float, unit: float) -> float:
    if not math.isfinite(value):
        return math.nan
    return round(round(value / unit) * unit, 10)


def _significant(value: float, digits: int | None) -> tuple[float, float]:
    """A p-value with some significant digits and at most 3 decimals, and half of the last."""
    if digits is None or not math.isfinite(value):
        return math.nan, math.nan
    if value <= 0:
        return value, 0.0005
    places = min(max(digits - 1 - math.floor(math.log10(value)), 0), 3)
    return round(value, places), 0.5 * 10.0**-places
