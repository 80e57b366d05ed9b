"""Telephone numbers: written as such, or bare digits."""

import numpy as np

from evalpipe.privacy import thresholds as limits
from evalpipe.privacy.detectors.dates import DATE
from evalpipe.privacy.distinct import BoolArray, DistinctValues, find_none

_PHONE = (
    r"(?:^|[^\w+.,-])(?:(?:\+|00\d{1,3}[ (.\-/])\d{0,3}[ ().\-/]*(?:\d[ ().\-/]*){7,12}"
    r"|\(?0[1-9]\d{0,3}\)?[ \-/.]{1,3}\d(?:[ \-.]?\d){5,8}"
    r"|06[ \-]?(?:\d[ \-]?){8}|0[1-9]\d{8})(?:$|[^\w])"
    r"|^\(?\d{3}\)?[ .\-]\d{3}[ .\-]\d{4}$"
)
_AREA = (
    r"^(?:1[0358]|2[0346]|3[03568]|4[03568]|5[0358]|7\d|8[58]|11[13-8]|16[1-8]|17[24]|22[2-9]"
    r"|25[125]|29[479]|31[3-8]|32[01]|34[1-8]|41[1-8]|47[5-8]|48[15-8]|49[2-9]|51[1-9]|52[1-9]"
    r"|54[1-8]|56[126]|57[0-8]|59[1-9])"
)
"""Dutch area codes without the zero (ACM's numbering plan), and 085 and 088."""

_LINES = 10_000_000
"""Numbers behind two digits of an area."""


def find_phones(cells: DistinctValues) -> BoolArray:
    """Telephone numbers: written as such from one cell, bare digits by their share."""
    found = cells.match(_PHONE) & ~cells.match(DATE)
    exponent = cells.match(r"^\d[.,]\d{3,}[eE]\+?(?:0?9|1[0-2])$")
    n_others = cells.n_distinct - exponent.sum()
    is_common = cells.fills(exponent, limits.PHONE_POWER_SHARE)
    if is_common or n_others <= limits.PHONE_POWER_OTHERS:
        found |= exponent
    bare = cells.match(r"^(?:6\d{8}|316\d{8}|31[1-7]\d{8}|[1-57]\d{8})(?:\.0+)?$")
    for prefix, share in (
        (r"^(?:6|31)", limits.PHONE_BARE_SHARE),
        (r"^00[1-9]\d{8,13}$", limits.PHONE_ABROAD_SHARE),
    ):
        begun = cells.match(prefix) & (bare | cells.match(r"^00\d+$"))
        if cells.fills(begun, share) and cells.n_cells >= limits.PHONE_CELLS:
            found |= begun
    return found | _find_landlines(cells)


def _find_landlines(cells: DistinctValues) -> BoolArray:
    """Dutch landlines without their zero: nine digits that all begin with an area code.

    About half of the random numbers do, so seven are asked for, or four of few areas. Numbers that
    were counted up lie close together and are none.
    """
    whole = cells.match(r"^\d{9}$")
    n_whole = int(whole.sum())
    if n_whole < limits.LANDLINE_VALUES or not cells.fills(whole, limits.LANDLINE_SHARE):
        return find_none(cells)
    if not cells.match(_AREA)[whole].all():
        return find_none(cells)
    numbers = cells.take(whole).digits()
    areas, lines = np.divmod(numbers, _LINES)
    n_areas = len(np.unique(areas))
    is_spread = int(np.ptp(lines)) > limits.LANDLINE_STEP * n_whole
    is_sure = n_whole >= limits.LANDLINE_SURE_VALUES or n_whole >= limits.LANDLINE_OF_AREA * n_areas
    return whole if is_sure and (is_spread or n_whole >= limits.LANDLINE_MANY) else find_none(cells)
