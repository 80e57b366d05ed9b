"""Calendar dates, of birth or not, in the ways in which people and programs write them."""

import numpy as np

from evalpipe.privacy import thresholds as limits
from evalpipe.privacy.distinct import BoolArray, DistinctValues, IntArray, find_none

_MONTH = (
    r"(?:jan|feb|fev|maart|mar|maerz|mrt|apr|avr|mei|mai|may|juin|jun|juil|jul|aug|aout|sep|okt|oct"
    r"|nov|dec|dez)[a-z]{0,7}\.?"
)
_YEAR = r"(?:1[89]\d\d|20\d\d)"
DATE = (
    rf"(?i)\b(?:{_YEAR} ?[-/.] ?(?:0?[1-9]|1[0-2]) ?[-/.] ?(?:0?[1-9]|[12]\d|3[01])"
    rf"|(?:0?[1-9]|[12]\d|3[01])(?: ?[-/.] ?| )(?:0?[1-9]|[12]\d|3[01])(?: ?[-/.] ?| ){_YEAR}"
    rf"|(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|\.)?[ -]?{_MONTH},?[ -]?(?:{_YEAR}|'?\d\d\b)"
    rf"|{_MONTH} (?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?,? {_YEAR})"
)
_MONTH_OF_YEAR = (
    rf"(?i)^(?:(?:0?[1-9]|1[0-2])[-/.]{_YEAR}|{_YEAR}[-/.](?:0[1-9]|1[0-2])"
    rf"|{_MONTH}[ -](?:{_YEAR}|'?\d\d))$"
)
_SHORT_DATE = r"^(?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|[12]\d|3[01])[-/.]\d\d$"


def find_dates(cells: DistinctValues) -> BoolArray:
    """Calendar dates: with a full year from one cell; short, bare and month ones by their share."""
    found = cells.match(DATE)
    month = cells.match(_MONTH_OF_YEAR)
    n_months = int(month.sum())
    if n_months >= limits.DATE_MONTH_VALUES and cells.fills(month, limits.DATE_MONTH_SHARE):
        found |= month
    if cells.is_mostly_plain:
        found |= month & ~cells.is_number
    short = cells.match(_SHORT_DATE)
    if cells.fills(short, limits.DATE_SHORT_SHARE) or cells.is_mostly_plain:
        found |= short
    bare = cells.match(r"^\d{7,8}$")
    if cells.fills(bare, limits.DATE_BARE_SHARE):
        found |= _find_bare_dates(cells, bare)
    return found


def are_years_of_birth(cells: DistinctValues) -> bool:
    """Whether a column holds many years in which people alive were born, and nothing else."""
    years = cells.match(r"^(?:19|20)\d\d$")
    if not years.all() or cells.n_distinct < limits.BIRTH_YEARS:
        return False
    numbers = cells.digits()
    return bool(
        numbers.min() >= limits.BIRTH_FIRST_YEAR and numbers.max() <= limits.BIRTH_LAST_YEAR
    )


def _find_bare_dates(cells: DistinctValues, bare: BoolArray) -> BoolArray:
    numbers = cells.take(bare).digits()
    for year, month, day in (
        (numbers // 10_000, numbers // 100 % 100, numbers % 100),
        (numbers % 10_000, numbers // 10_000 % 100, numbers // 1_000_000),
        (numbers % 10_000, numbers // 1_000_000, numbers // 10_000 % 100),
    ):
        valid = _is_calendar(year, month, day)
        chosen = find_none(cells)
        chosen[np.flatnonzero(bare)[valid]] = True
        is_most = cells.count(chosen) >= limits.DATE_BARE_VALID * cells.count(bare)
        if is_most and cells.n_distinct >= limits.DATE_BARE_VALUES:
            return chosen
    return find_none(cells)


def _is_calendar(year: IntArray, month: IntArray, day: IntArray) -> BoolArray:
    of_years = (year >= limits.DATE_FIRST_YEAR) & (year < limits.DATE_END_YEAR)
    of_months = (month >= 1) & (month <= limits.DATE_MONTHS)
    return of_years & of_months & (day >= 1) & (day <= limits.DATE_DAYS)
