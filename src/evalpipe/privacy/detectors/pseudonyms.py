"""Ids with a person in them: `jan01`, `p.jansen`, `AB020511`, `3511-12`, initials and a year.

A pseudonym is a random or counted-up code. An id is none when enough of the column reads as a name,
as a date in any order, or as a post code with a house number.
"""

import re
from functools import cache

import numpy as np

from evalpipe.privacy import thresholds as limits
from evalpipe.privacy.distinct import DistinctValues
from evalpipe.privacy.word_lists import FIRST_NAMES, SURNAMES, is_ordinary

_YEAR = r"(?:19|20)\d\d"
_MONTH, _DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
_MONTH_NAME = r"(?:jan|feb|mrt|mar|maart|apr|mei|may|jun|jul|aug|sep|okt|oct|nov|dec)[a-z]{0,6}"
_DATES = (
    rf"(?:^|\D)(?:{_YEAR}[-_.]?{_MONTH}[-_.]?{_DAY}|{_DAY}[-_.]?{_MONTH}[-_.]?{_YEAR}"
    rf"|{_MONTH}[-_.]?{_DAY}[-_.]?{_YEAR})(?:\D|$)"
    rf"|(?:^|\D)(?:\d\d[-_.]?{_MONTH}[-_.]?{_DAY}|{_DAY}[-_.]?{_MONTH}[-_.]?\d\d)(?:\D|$)"
    rf"|(?i)\d{{1,2}}[-_. ]?{_MONTH_NAME}[-_. ]?\d{{2,4}}"
)
_MONTH_OF_BIRTH = rf"(?:^|\D){_YEAR}[-_.]{_MONTH}(?:\D|$)|(?:^|\D){_MONTH}[-_.]{_YEAR}(?:\D|$)"
_INITIALS_AND_YEAR = rf"^[A-Za-z]{{1,3}}[-_.]?{_YEAR}$|^{_YEAR}[-_.]?[A-Za-z]{{1,3}}$"
_HOUSE = r"^[1-9]\d{3}[-_/ ]\d{1,3}$"
_SHORTEST_BEGINNING = 3
_RUN = re.compile(r"[A-Z]?[a-z]{3,}|[A-Z][a-z]{2}|[A-Z]{3,}")
"""Letters as people write them; random codes mix capitals and small ones."""


def count_non_pseudonyms(cells: DistinctValues) -> int:
    """Ids of a column that hold a name, a date or an address; 0 when the column is one of codes."""
    texts = cells.texts()
    if _are_named(texts):
        return cells.n_cells
    return max(_count_dated(cells, texts), _count_houses(cells))


def _are_named(texts: list[str]) -> bool:
    runs = [[run.casefold() for run in _RUN.findall(text)] for text in texts]
    n_named = sum(any(_holds_name(run) for run in found) for found in runs)
    if n_named >= limits.ID_NAMED * len(texts):
        return True
    begun = {run for found in runs for run in found if not is_ordinary(run)}
    n_begun = sum(bool(found) and found[0] in _beginnings() for found in runs)
    is_most = n_begun >= limits.ID_BEGINNINGS_SHARE * len(texts)
    return len(begun) >= limits.ID_BEGINNINGS and is_most


@cache
def _holds_name(run: str) -> bool:
    """Whether letters are a name, a first name with a surname, or an initial with a surname."""
    if is_ordinary(run):
        return False
    if run in FIRST_NAMES or run in SURNAMES:
        return True
    if len(run) >= limits.ID_SURNAME_LETTERS and run[1:] in SURNAMES:
        return True
    return any(run[:cut] in FIRST_NAMES and run[cut:] in SURNAMES for cut in range(3, len(run) - 2))


@cache
def _beginnings() -> frozenset[str]:
    """The first letters of first names, as in `san01`; ordinary words are left out."""
    begun = {name[:_SHORTEST_BEGINNING] for name in FIRST_NAMES | SURNAMES}
    return frozenset(text for text in begun if not is_ordinary(text))


def _count_dated(cells: DistinctValues, texts: list[str]) -> int:
    enough = limits.ID_DATED * cells.n_cells
    dated = cells.match(_DATES)
    if cells.count(dated) >= enough and cells.n_distinct >= limits.ID_DATED_VALUES:
        return cells.count(dated)
    for pattern in (_MONTH_OF_BIRTH, _INITIALS_AND_YEAR):
        dated = cells.match(pattern)
        years = {year for text in texts for year in re.findall(_YEAR, text)}
        begun = {re.sub(r"\d", "", text) for text in texts}
        of_many = pattern is _MONTH_OF_BIRTH or len(begun) >= limits.ID_INITIALS
        is_varied = len(years) >= limits.ID_YEARS and of_many
        if cells.count(dated) >= enough and is_varied:
            return cells.count(dated)
    return 0


def _count_houses(cells: DistinctValues) -> int:
    """Post code and house number; families that were counted up lie close together."""
    shaped = cells.match(_HOUSE)
    if not cells.fills(shaped, limits.ID_HOUSES) or cells.n_distinct < limits.ID_HOUSE_VALUES:
        return 0
    areas = np.array([int(text[:4]) for text in cells.take(shaped).texts()])
    is_varied = len(set(areas.tolist())) >= limits.ID_HOUSE_AREAS * len(areas)
    is_spread = np.ptp(areas) > limits.ID_HOUSE_STEP * len(areas)
    return cells.count(shaped) if is_varied and is_spread else 0
