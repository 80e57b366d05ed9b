"""How many digits a released table carries: those that its number of people carries.

The full precision stays in `data/processed`. A mean with fifteen digits tells how many people it
is of, and a share tells a count; in a released table a number has two significant digits of its
standard error, and a share has whole per cents (one decimal of a per cent from 1,000 people on).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from evalpipe.vocabulary import Column, Quantity, Statistic, Table

_WITH_MEAN = (
    Statistic.MEAN,
    Statistic.SD,
    Statistic.MEDIAN,
    Statistic.LOWER_QUARTILE,
    Statistic.UPPER_QUARTILE,
)
_FIXED = {
    Column.DF: 1,
    Column.DF_NUMERATOR: 1,
    Column.STATISTIC: 2,
    Column.P_VALUE: 4,
    Column.P_ADJUSTED: 4,
}
_ON_SCALE = (Column.ESTIMATE, Column.STD_ERROR, Column.CONF_LOW, Column.CONF_HIGH)
_DIAGNOSTIC = {
    Column.LOG_LIKELIHOOD: 2,
    Column.AIC: 2,
    Column.BIC: 2,
}
_SIGNIFICANT = (Column.SCALED_GRADIENT, Column.CONDITION, Column.SECOND_FIT_DIFFERENCE)
MOST_DECIMALS = 8


def round_released(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """A copy of a released table with the digits that it carries; missing stays missing."""
    if name == Table.STATISTICS and Column.STATISTIC in frame:
        return frame.assign(value=_statistics_values(frame))
    if name == Table.ESTIMATES and Column.ESTIMATE in frame:
        return _round_estimates(frame)
    if name == Table.DIAGNOSTICS:
        return _round_diagnostics(frame)
    return frame


def decimals_of_error(error: float) -> int:
    """Decimals that show two significant digits of a standard error; 2 when it is not known."""
    if not math.isfinite(error) or error <= 0:
        return 2
    return min(max(1 - math.floor(math.log10(error)), 0), MOST_DECIMALS)


def _statistics_values(frame: pd.DataFrame) -> list[float]:
    place = [c for c in _PLACE if c in frame]
    keys = list(
        zip(*(frame[c].astype(object).where(frame[c].notna(), "") for c in place), strict=True)
    )
    values = frame[Column.VALUE].astype("float64").tolist()
    names = [str(name) for name in frame[Column.STATISTIC]]
    sizes = frame[Column.N].astype("Float64").fillna(0).astype("float64").tolist()
    spread = {key: v for key, name, v in zip(keys, names, values, strict=True) if name == "sd"}
    return [
        _round_statistic(name, value, n, spread.get(key, math.nan))
        for key, name, value, n in zip(keys, names, values, sizes, strict=True)
    ]


_PLACE = (
    Column.TABLE,
    Column.VARIABLE,
    Column.LEVEL,
    Column.GROUP_ARM,
    Column.GROUP_VISIT,
    Column.GROUP_OTHER,
)


def _round_statistic(name: str, value: float, n: float, sd: float) -> float:
    if name in ("count", "members") or not math.isfinite(value):
        return value
    if name == Statistic.PROPORTION or name.startswith("share"):
        return round(value, 3 if n >= 1000 else 2)
    if name in _WITH_MEAN:
        if n > 0:
            return round(value, decimals_of_error(sd / math.sqrt(n)))
        return round(value, _decimals_without_n(sd))
    return _significant(value, 3)


def _decimals_without_n(sd: float) -> int:
    """Decimals of a mean whose n is withheld: one significant digit of its SD.

    Scores are whole numbers (or parts of one), so a mean with more digits is the mean of few
    possible numbers of people.
    """
    return max(decimals_of_error(sd) - 1, 0) if math.isfinite(sd) and sd > 0 else 0


def _significant(value: float, digits: int) -> float:
    if not math.isfinite(value) or value == 0:
        return value
    return round(value, digits - 1 - math.floor(math.log10(abs(value))))


def _round_estimates(frame: pd.DataFrame) -> pd.DataFrame:
    errors = frame[Column.STD_ERROR].astype("float64").to_numpy()
    widths = (frame[Column.CONF_HIGH] - frame[Column.CONF_LOW]).astype("float64").to_numpy() / 4
    error = np.where(np.isfinite(errors), errors, widths)
    decimals = [decimals_of_error(value) for value in error]
    bare = ~np.isfinite(error)
    known = frame[Column.N_PARTICIPANTS].notna().to_numpy(dtype=bool)
    criteria = (frame[Column.QUANTITY] == Quantity.FIT_STATISTIC).to_numpy(dtype=bool)
    columns: dict[str, pd.Series[Any]] = {}
    for name in _ON_SCALE:
        rounded = [
            value
            if not math.isfinite(value)
            else round(value, 2)
            if criterion
            else _significant(value, 3 if has_n else 2)
            if alone
            else round(value, places)
            for value, places, alone, criterion, has_n in zip(
                frame[name].astype("float64"), decimals, bare, criteria, known, strict=True
            )
        ]
        columns[name] = pd.Series(rounded, index=frame.index)
    return frame.assign(**columns, **_fixed(frame, _FIXED))


def _round_diagnostics(frame: pd.DataFrame) -> pd.DataFrame:
    fixed = _fixed(frame, _DIAGNOSTIC)
    for name in _SIGNIFICANT:
        if name in frame:
            values = [_significant(v, 3) for v in frame[name].astype("float64")]
            fixed[name] = pd.Series(values, index=frame.index)
    return frame.assign(**fixed)


def _fixed(frame: pd.DataFrame, decimals: Mapping[str, int]) -> dict[str, pd.Series[Any]]:
    return {
        name: frame[name].astype("float64").round(places)
        for name, places in decimals.items()
        if name in frame
    }
