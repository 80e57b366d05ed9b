"""Cells as dates: read rightly, or one line that names column, rows and the `format` to write."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from evalpipe.ingest.cells import NOT_AVAILABLE, Findings, filled
from evalpipe.ingest.sources import Source
from evalpipe.vocabulary.formats import FormatName

YEARS = (1900, 2099)
"""Years in which something about a participant can have happened; others are slips of the pen."""

EXCEL = "excel"
"""What the plan's `format` says where Excel's day numbers stand instead of dates."""

_EXCEL_ZERO = pd.Timestamp("1899-12-30")
_SERIAL = r"[2-7]\d{4}(\.\d+)?"
"""Day numbers of 1954 to 2118."""

_ISO = r"\d{4}-?\d{2}-?\d{2}([T ]\d{2}:?\d{2}(:?\d{2}([.,]\d+)?)?( ?(Z|UTC|[-+]\d{2}(:?\d{2})?))?)?"
_CLOCK = r"[T ]\s*\d{1,2}:\d{2}.*$"

FORMATS = (
    "%d-%m-%Y", "%m-%d-%Y", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d", "%d-%m-%y",
    "%m-%d-%y", "%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%d %b %Y", "%d-%b-%Y", "%d %B %Y",
    "%d-%b-%y", "%b %d, %Y", "%d%b%Y",
)  # fmt: skip
"""What is tried on cells that are not ISO 8601, to offer the one that fits."""


def to_date(
    source: Source, column: str, pattern: str | None, findings: Findings
) -> pd.Series[pd.Timestamp]:
    """Read a column as dates: as the plan's format says, else ISO 8601.

    A moment with a time zone has the date that its clock showed. Where cells were dates in the file
    (Excel) they are read as such beside the format of the others, and day numbers too.
    """
    text = filled(source, column).str.strip()
    text = text.mask(text == NOT_AVAILABLE)
    dates = _read(source, text, pattern)
    before = text.str.fullmatch(r"-\d{4}-\d{2}-\d{2}.*").fillna(False).astype(bool)
    wrong = text.notna() & dates.isna() & ~before
    if wrong.any():
        _tell(text, wrong, column, pattern, findings)
    far = before | (dates.notna() & ~dates.dt.year.between(*YEARS))
    findings.add(
        f"is a date before {YEARS[0]} or after {YEARS[1]}", column, far, "Correct the date"
    )
    return dates.mask(far)


def _read(source: Source, text: pd.Series[str], pattern: str | None) -> pd.Series[pd.Timestamp]:
    is_excel = source.table.format is FormatName.XLSX
    dates = pd.Series(pd.NaT, index=text.index, dtype="datetime64[us]")
    if pattern is not None and pattern != EXCEL:
        dates = _parse(text, pattern)
    if pattern is None or is_excel:
        dates = dates.fillna(_read_iso(text))
    if pattern == EXCEL or is_excel:
        dates = dates.fillna(_read_serials(text))
    return dates


def _parse(text: pd.Series[str], pattern: str) -> pd.Series[pd.Timestamp]:
    """Read by a format; a time of the clock behind the date is left out where it names none."""
    try:
        moments = pd.to_datetime(text, format=pattern, errors="coerce", utc="%z" in pattern)
    except ValueError:
        return pd.Series(pd.NaT, index=text.index, dtype="datetime64[us]")
    dates = pd.Series(moments, index=text.index)
    if "%z" in pattern:
        dates = pd.to_datetime(text.where(dates.notna()).map(_local(pattern), na_action="ignore"))
    return dates.dt.tz_localize(None).dt.normalize().astype("datetime64[us]")


def _local(pattern: str) -> Callable[[str], pd.Timestamp]:
    """The date that the clock of a moment showed, whatever its zone."""
    return lambda cell: pd.to_datetime(cell, format=pattern).tz_localize(None)


def _read_iso(text: pd.Series[str]) -> pd.Series[pd.Timestamp]:
    """Whole dates only: pandas takes a year alone for its first of January."""
    whole = text.str.fullmatch(_ISO).fillna(False).astype(bool)
    days = text.where(whole).str.replace("-", "", regex=False).str.slice(0, 8)
    dates = pd.Series(pd.to_datetime(days, format="%Y%m%d", errors="coerce"), index=text.index)
    return dates.astype("datetime64[us]")


def _read_serials(text: pd.Series[str]) -> pd.Series[pd.Timestamp]:
    serial = text.str.fullmatch(_SERIAL).fillna(False).astype(bool)
    days = pd.to_numeric(text.where(serial), errors="coerce").astype("float64")
    return (_EXCEL_ZERO + pd.to_timedelta(days // 1, unit="D")).astype("datetime64[us]")


def _tell(
    text: pd.Series[str], wrong: pd.Series[bool], column: str, pattern: str | None, told: Findings
) -> None:
    """Say what stands there instead of a date, and which format would read it."""
    for kind, rule, advice in (
        (r"(19|20)\d{2}", "is a year, not a date", "Give whole dates; a year alone is a variable"),
        (
            r"(19|20)\d{2}[-/.]?(0?[1-9]|1[0-2])|(0?[1-9]|1[0-2])[-/.](19|20)\d{2}",
            "is a month, not a date",
            "Give whole dates (a day in the month is enough if all use the same)",
        ),
        (_SERIAL, "is Excel's number of a day", "Write `format: excel` for this column"),
    ):
        named = wrong & text.str.fullmatch(kind).fillna(False).astype(bool)
        told.add(rule, column, named, advice)
        wrong = wrong & ~named
    if wrong.any():
        rule = (
            "is not a date written as year-month-day"
            if pattern is None
            else "is not a date in the format that the plan gives"
        )
        told.add(rule, column, wrong, _advice(text[wrong]))


def _advice(text: pd.Series[str]) -> str:
    """The formats that read every cell; two of them are a question that nobody answers here."""
    cells = text.str.replace(_CLOCK, "", regex=True)
    clocks = text.str.contains(_CLOCK, regex=True).any()
    readings: dict[str, pd.Series[pd.Timestamp]] = {}
    for one in FORMATS:
        dates = _parse(cells, one)
        if dates.notna().all() and not any(dates.equals(known) for known in readings.values()):
            readings[one] = dates
    fitting = list(readings)
    if not fitting:
        return "Correct the cells; no one format reads them all"
    if clocks:
        return f"The date is written as {fitting[0]} with a time behind it; leave the time out"
    if len(fitting) == 1:
        return f'Write `format: "{fitting[0]}"` for this column'
    both = " or ".join(f'`format: "{one}"`' for one in fitting[:2])
    return f"Both read every cell; write the right one: {both}"
