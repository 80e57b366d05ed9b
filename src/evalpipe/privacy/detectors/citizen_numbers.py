"""Citizen service numbers."""

import re

import numpy as np

from evalpipe.privacy import thresholds as limits
from evalpipe.privacy.checksums import (
    PASS_BY_CHANCE,
    pass_eleven_proof,
    tail_probability,
)
from evalpipe.privacy.distinct import BoolArray, DistinctValues, find_none

_BSN_WRITTEN = (
    r"(?i)\b(?:bsn|sofi\w*)\W{0,3}\d{8,9}\b|^\d{4}\.\d{2}\.\d{3}$|^\d{3}[ .-]\d{3}[ .-]\d{3}$"
)


def find_citizen_numbers(cells: DistinctValues) -> BoolArray:
    """Dutch citizen numbers: more of the 8 and 9 digit numbers pass the 11-proof than chance does.

    One in eleven random numbers passes, so a column is judged, not a cell: refused when chance
    gives as many passes in fewer than 1 of 1,000 columns, or when one to three such numbers are the
    only long ones in a column and all pass.
    """
    found = cells.match(_BSN_WRITTEN)
    plain = cells.match(r"^\d{8,9}(?:\.0+)?$")
    if not plain.any():
        return found & _pass_written(cells, found)
    numbers = np.array([int(float(text)) for text in cells.take(plain).texts()])
    passing = find_none(cells)
    passing[np.flatnonzero(plain)] = pass_eleven_proof(numbers)
    total, passed = int(plain.sum()), int(passing.sum())
    others = cells.match(r"\d{6}") & ~plain
    alone = total <= limits.CITIZEN_ALONE and passed == total and not others.any()
    if alone or tail_probability(passed, total, PASS_BY_CHANCE) < limits.CITIZEN_CHANCE:
        found |= passing
    return found & (_pass_written(cells, found) | passing)


def _pass_written(cells: DistinctValues, found: BoolArray) -> BoolArray:
    passing = find_none(cells)
    for place in np.flatnonzero(found):
        digits = re.sub(r"\D", "", cells.values[place].as_py())[-9:]
        passing[place] = bool(pass_eleven_proof(np.array([int(digits or 0)]))[0])
    return passing
