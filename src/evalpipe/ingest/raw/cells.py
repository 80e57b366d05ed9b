"""Typed cells of Excel and SPSS written as the text that a CSV of them would hold."""

import datetime as dt
from decimal import Decimal


def write_number(value: float) -> str:
    """Write 3.0 as `3` and 2.5 as `2.5`; the shortest text that reads back to the same number."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return str(Decimal(repr(value)).normalize()) if abs(value) < 1e15 else repr(value)


def write_cell(value: object) -> str | None:
    """Write one cell: numbers plainly, dates as ISO 8601, truth as TRUE or FALSE."""
    match value:
        case None:
            return None
        case str():
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return str(value)
        case float():
            return write_number(value) if value - value == 0 else None
        case dt.datetime() if value.time() == dt.time():
            return value.date().isoformat()
        case dt.datetime() | dt.date() | dt.time():
            return value.isoformat()
        case dt.timedelta():
            return write_number(value.total_seconds())
        case _:
            return str(value)
