"""National numbers of people, by their check digits.

One in ten or eleven random numbers passes a check digit, so a column is judged, not a cell: by how
many of its numbers pass and how unlikely that is by chance.
"""

import re

import numpy as np

from evalpipe.privacy import thresholds as limits
from evalpipe.privacy.checksums import (
    NationalNumber,
    pass_bsn,
    read_national_numbers,
    strip_signs,
    tail_probability,
)
from evalpipe.privacy.distinct import BoolArray, DistinctValues, find_none

_BSN_WRITTEN = (
    r"(?i)\b(?:bsn|sofi\w*)\W{0,3}\d{8,9}\b|^\d{4}\.\d{2}\.\d{3}$|^\d{3}[ .-]\d{3}[ .-]\d{3}$"
)
_NATIONAL = r"^(?:[A-Za-z]{0,6}\d[\dA-Za-z]*(?:[ ./-][\dA-Za-z]+){0,5})$"


def find_citizen_numbers(cells: DistinctValues) -> BoolArray:
    """Dutch citizen numbers, and those of other countries whose check digits are known."""
    return _find_dutch(cells) | _find_of_other_countries(cells)


def _find_dutch(cells: DistinctValues) -> BoolArray:
    """More of the 8 and 9 digit numbers pass the 11-proof than chance does.

    Or all pass, be it one, and the column has no other long number.
    """
    written = cells.match(_BSN_WRITTEN)
    written[written] = [
        pass_bsn(re.sub(r"\D", "", text)[-9:]) for text in cells.take(written).texts()
    ]
    plain = cells.match(r"^\d{8,9}(?:\.0+)?$")
    if not plain.any():
        return written
    passing = find_none(cells)
    passing[plain] = [pass_bsn(text.split(".")[0]) for text in cells.take(plain).texts()]
    total, passed = int(plain.sum()), int(passing.sum())
    others = cells.match(r"\d{6}") & ~plain
    alone = passed == total and not others.any()
    if alone or tail_probability(passed, total, limits.CITIZEN_PASS) < limits.CITIZEN_CHANCE:
        return written | passing
    return written


def _find_of_other_countries(cells: DistinctValues) -> BoolArray:
    found = find_none(cells)
    places = np.flatnonzero(cells.match(_NATIONAL) & cells.match(r"(?:\d\D*){6}"))
    texts = [strip_signs(cells.values[int(place)].as_py()) for place in _spread(places)]
    for number in read_national_numbers():
        if _is_told(number, texts):
            found[places] |= [
                number.fits(text) and number.passes(text)
                for text in map(strip_signs, cells.values.take(places).to_pylist())
            ]
    return found


def _is_told(number: NationalNumber, texts: list[str]) -> bool:
    """Whether more of the texts of this form pass than chance gives."""
    fitting = [text for text in texts if number.fits(text)]
    passed = sum(number.passes(text) for text in fitting)
    return tail_probability(passed, len(fitting), number.by_chance) < limits.NATIONAL_CHANCE


def _spread(places: "np.ndarray[tuple[int], np.dtype[np.intp]]") -> list[int]:
    """At most so many places, evenly spread."""
    n_judged = min(len(places), limits.NATIONAL_MOST_JUDGED)
    spread: list[int] = places[
        np.linspace(0, max(0, len(places) - 1), n_judged).astype(np.intp)
    ].tolist()
    return spread
