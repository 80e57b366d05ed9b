"""Postcodes of the Netherlands, Britain and other countries."""

import numpy as np

from evalpipe.privacy import thresholds as limits
from evalpipe.privacy.distinct import BoolArray, DistinctValues, find_none

_POSTCODE = r"\b[1-9]\d{3}\s{1,3}[A-Z]{2}\b"
_POSTCODE_TIGHT = r"^[1-9]\d{3}\s?[A-Za-z]{2}$"
_POSTCODE_LOOSE = (
    r"(?i)^(?:[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|\d{5}-\d{4}|[1-9]\d{3}\s[A-Z]{1,2}"
    r"|[1-9]\d{3}[A-Z]{2}\s?\d{1,4}"
    r"|(?:NL|B|BE|D|DE|F|FR|L|A|CH|PL)[- ]\d{4,5}|NL-?\s?\d{4}\s?[A-Z]{2})$"
)
_POSTCODE_DUTCH_LOOSE = r"^[1-9]\d{3}(?:\s[A-Z]|[A-Z]{2}\s?\d{1,4})$"
_POSTCODE_UK_LOOSE = r"(?i)^[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}$"
_POSTCODE_POLISH = r"^\d{2}-\d{3}$"
_POSTCODE_UK = r"\b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b"


def find_postcodes(cells: DistinctValues) -> BoolArray:
    """Dutch and British postcodes: with a space from one cell, without by share."""
    found = cells.match(_POSTCODE) | cells.match(_POSTCODE_UK)
    tight = cells.match(_POSTCODE_TIGHT)
    if cells.fills(tight, limits.POSTCODE_TIGHT_SHARE) or cells.is_mostly_plain:
        found |= tight
    loose = cells.match(_POSTCODE_LOOSE)
    if cells.is_mostly_plain:
        found |= cells.match(_POSTCODE_DUTCH_LOOSE)
    if cells.fills(loose, limits.POSTCODE_LOOSE_SHARE) and _is_scattered(cells.take(loose)):
        found |= loose
    british = cells.match(_POSTCODE_UK_LOOSE)
    n_british = int(british.sum())
    if cells.fills(british, limits.POSTCODE_UK_SHARE) and n_british >= limits.POSTCODE_UK_VALUES:
        found |= british
    found |= _find_bare(cells)
    polish = cells.match(_POSTCODE_POLISH)
    starts = {text[:2] for text in cells.take(polish).texts()}
    if cells.is_mostly_words:
        found |= polish
    n_asked = max(limits.POLISH_STARTS, limits.POLISH_STARTS_SHARE * polish.sum())
    if cells.fills(polish, limits.POSTCODE_POLISH_SHARE) and (
        len(starts) >= min(n_asked, limits.POLISH_STARTS_ENOUGH)
    ):
        found |= polish
    return found


def _find_bare(cells: DistinctValues) -> BoolArray:
    """Bare numbers of four or five digits that hardly repeat and reach over all of their length.

    A measurement that reaches so far has some shorter numbers.
    """
    bare = cells.match(r"^\d{4,5}$")
    if not cells.fills(bare, 1) or cells.n_distinct < limits.POSTCODE_BARE_VALUES:
        return find_none(cells)
    if cells.n_distinct < limits.POSTCODE_BARE_UNIQUE * cells.n_cells or np.ptp(cells.lengths):
        return find_none(cells)
    of_this_length = 10 ** int(cells.lengths[0])
    is_wide = int(np.ptp(cells.digits())) >= limits.POSTCODE_BARE_RANGE * of_this_length
    is_amount = cells.count(cells.match(r"0$")) > limits.POSTCODE_BARE_ROUND * cells.n_cells
    return bare if is_wide and not is_amount else find_none(cells)


def _is_scattered(loose: DistinctValues) -> bool:
    """Whether codes are no counted-up pseudonyms (B-1001, B-1002, ...): their numbers lie apart."""
    numbers = [int("".join(filter(str.isdigit, text))) for text in loose.texts()]
    return max(numbers) - min(numbers) > limits.POSTCODE_STEP * len(numbers)
