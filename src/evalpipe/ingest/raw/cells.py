"""Typed cells of Excel and SPSS written as the text that a CSV of them would hold."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

_LARGEST_PLAIN = 1e15


def write_number(value: float) -> str | None:
    """Write 3.0 as `3` and 2.5 as `2.5`: the shortest text that reads back to the same number.

    Not a number and infinities are missing.
    """
    if not -_LARGEST_PLAIN < value < _LARGEST_PLAIN:
        return repr(value) if value - value == 0 else None
    if value.is_integer():
        return str(int(value))
    text = repr(value)
    return format(Decimal(text), "f") if "e" in text else text


def write_time(value: dt.datetime) -> str:
    """Write a moment as ISO 8601; midnight is a date."""
    return value.date().isoformat() if value.time() == dt.time() else value.isoformat()


_WRITERS: dict[type, Callable[[Any], str | None]] = {
    type(None): lambda value: value,
    str: lambda value: value,
    bool: lambda value: "TRUE" if value else "FALSE",
    int: str,
    float: write_number,
    dt.datetime: write_time,
    dt.date: dt.date.isoformat,
    dt.time: dt.time.isoformat,
    dt.timedelta: lambda value: write_number(value.total_seconds()),
}


def write_cell(value: object) -> str | None:
    """Write one cell: numbers plainly, dates as ISO 8601, truth as TRUE or FALSE."""
    return _WRITERS.get(type(value), str)(value)
