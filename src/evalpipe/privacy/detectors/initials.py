"""Initials of people, alone or with a year of birth (`J.G.`, `J.G. (2008)`, `SW2012`)."""

import re

from evalpipe.privacy import thresholds as limits
from evalpipe.privacy.distinct import BoolArray, DistinctValues, find_none

_YEAR = r"(?:19|20)\d\d"
_DOTTED_AND_YEAR = rf"^(?:[A-Z]\. ?){{1,4}} ?[-,/(]? ?{_YEAR}\)?$"
_AND_YEAR = rf"^[A-Z]{{2,3}} ?[-_.,/(]? ?{_YEAR}\)?$|^{_YEAR} ?[-_.,/(]? ?[A-Z]{{2,3}}\)?$"
_DOTTED = r"^(?:[A-Z]\. ?){2,4}$"


def find_initials(cells: DistinctValues) -> BoolArray:
    """Initials with points and a year from one cell; others when many differ.

    One prefix before many years, or many before one year, is a code of the study.
    """
    found = cells.match(_DOTTED_AND_YEAR)
    dotted = cells.match(_DOTTED)
    n_dotted = int(dotted.sum())
    if n_dotted >= limits.INITIALS_VALUES and cells.fills(dotted, limits.INITIALS_SHARE):
        found |= dotted
    return found | _find_with_year(cells)


def _find_with_year(cells: DistinctValues) -> BoolArray:
    shaped = cells.match(_AND_YEAR)
    if not cells.fills(shaped, limits.INITIALS_YEAR_SHARE):
        return find_none(cells)
    texts = cells.take(shaped).texts()
    years = {year for text in texts for year in re.findall(_YEAR, text)}
    initials = {re.sub(r"[^A-Z]", "", text) for text in texts}
    is_varied = len(years) >= limits.INITIALS_YEARS and len(initials) >= limits.INITIALS_DIFFERENT
    return shaped if is_varied else find_none(cells)
