"""Cells as numbers: a decimal mark is known or asked for, and what is no number is named."""

from __future__ import annotations

import numpy as np
import pandas as pd

from evalpipe.ingest.sources import Source
from evalpipe.vocabulary.formats import FormatName

_EXPONENT = r"([eE][-+]?\d{1,3})?"
_PLAIN = rf"[-+]?(\d+\.?\d*|\.\d+){_EXPONENT}"
_TYPED = (FormatName.XLSX, FormatName.SAV, FormatName.PARQUET)
"""Formats whose number cells are numbers already; they are written with a point here."""


def _clear(mark: str) -> str:
    """A number in which the mark can only be a decimal mark."""
    m = rf"\{mark}"
    return (
        rf"[-+]?(\d*{m}(\d{{1,2}}|\d{{4,}})|0{m}\d{{3}}|{m}\d{{3}}|\d{{4,}}{m}\d{{3}}){_EXPONENT}"
    )


def _unclear(mark: str) -> str:
    """A number in which the mark may also stand between thousands."""
    return rf"[-+]?[1-9]\d{{0,2}}\{mark}\d{{3}}"


def read_numbers(
    source: Source, column: str, text: pd.Series[str]
) -> tuple[pd.Series[float], pd.Series[bool]]:
    """Read cells without outer space as numbers; no number where it is none.

    Returns the numbers, and the cells that read as two different numbers (1,234: with a decimal
    mark or with a thousands mark). A mark is a decimal mark where the plan says so, where this
    column or, without another mark, this file shows it, and in cells that were numbers in the file.
    """
    text = _without_thousands(source, text)
    unclear = pd.Series(False, index=text.index)
    for mark in (",", "."):
        may_be_both = text.str.fullmatch(_unclear(mark)).fillna(False).astype(bool)
        if may_be_both.any():
            unclear |= may_be_both & ~_is_decimal(source, column, text, mark)
    points = text.str.replace(r"^([-+]?\d*),(\d+)", r"\1.\2", regex=True)
    # "1_000", "inf" and "nan" are numbers to Python but not in a study's file
    plain = points.str.fullmatch(_PLAIN).fillna(False).astype(bool) & ~unclear
    numbers = pd.to_numeric(points.where(plain), errors="coerce").astype("float64")
    return numbers.where(np.isfinite(numbers)), unclear


def _without_thousands(source: Source, text: pd.Series[str]) -> pd.Series[str]:
    mark = source.entry.thousands
    if mark is None:
        return text
    decimal = "." if mark == "," else ","
    grouped = rf"[-+]?[1-9]\d{{0,2}}(\{mark}\d{{3}})+(\{decimal}\d+)?"
    is_grouped = text.str.fullmatch(grouped).fillna(False).astype(bool)
    return text.mask(is_grouped, text.str.replace(mark, "", regex=False))


def _is_decimal(source: Source, column: str, text: pd.Series[str], mark: str) -> pd.Series[bool]:
    """Where a mark before three digits is known to be a decimal mark."""
    entry, table = source.entry, source.table
    everywhere = pd.Series(True, index=text.index)
    if entry.decimal == mark or text.str.fullmatch(_clear(mark)).fillna(False).any():
        return everywhere
    if mark == "." and table.format in _TYPED:
        typed_in = table.text_numbers.get(column, frozenset())
        return pd.Series(~text.index.isin(typed_in), index=text.index)
    if entry.decimal == "auto" and table.clear_marks == {mark}:
        return everywhere
    is_english = entry.decimal == "auto" and mark == "." and table.delimiter != ";"
    beside = text.str.fullmatch(r"[-+]?[1-9]\d{2,}").fillna(False).any()
    return everywhere if is_english and not beside else ~everywhere


_WORDS = (
    r"(?i)n\.?\s?v\.?\s?t\.?|n\.?/?a\.?n?|#n/?a|null|none|nil|missing|onbekend|unknown"
    r"|niet (ingevuld|van toepassing|bekend)|not (applicable|available|done|known)|[-–—?./*]+"
    r"|geen|weet niet|k\.?\s?a\.?"
)
"""How people write that there is nothing, in Dutch, English and German."""

KINDS: tuple[tuple[str, str, str], ...] = (
    (
        r".*\d\s*(%|‰|procent|percent|promille)",
        "has a per cent or per mille sign",
        "Take the sign off in the file (12% becomes 12), in every row alike",
    ),
    (
        r"[<>≤≥]=?\s*[-+]?[\d.,]+|(meer|minder|more|less) (dan|than) .*",
        "stands for a value below or above a limit (as in <1), which is no number",
        "Write the number that such a value counts as, or declare the text under `missing`",
    ),
    (
        _WORDS,
        "is a word or a sign for missing (such as n.v.t.), not a number",
        'Declare it under `missing`, for example `missing: {"n.v.t.": not_applicable}`',
    ),
    (
        r"[-+]?\d{1,3}([., '’\u00a0\u202f]\d{3})+([.,]\d+)?",
        "has marks between thousands",
        'Write `thousands` for this file, for example `thousands: "."`',
    ),
    (
        r"\d{1,2}:\d{2}(:\d{2})?",
        "is a time of the clock, not a number",
        "Write it in the file as a number: of minutes, or of hours",
    ),
    (
        r"[-+]?[\d.,]+\s*[A-Za-zµμ°€$£/²³]+.*|[€$£]\s*[\d.,]+",
        "has a unit behind or before the number",
        "Leave the unit out of the cells; the plan says it (`unit`)",
    ),
)
"""What stands where a number should: pattern, what it is, what to do."""
