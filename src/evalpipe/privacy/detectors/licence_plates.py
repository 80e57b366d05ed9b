"""Licence plates."""

import re

from evalpipe.privacy import thresholds as limits
from evalpipe.privacy.distinct import BoolArray, DistinctValues, find_none

_PLATE_TIGHT = (
    r"(?i)^(?:[a-z]\d{3}[a-z]{2}|[a-z]{2}\d{3}[a-z]|\d{2}[a-z]{3}\d|\d[a-z]{3}\d{2}|\d{2}[a-z]{4}"
    r"|[a-z]{4}\d{2}|[a-z]{3}\d{2}[a-z]|[a-z]\d{2}[a-z]{3}|\d[a-z]{2}\d{3}|\d{3}[a-z]{2}\d)$"
)
_PLATE_ABROAD = (
    r"(?i)^(?:\d-[a-z]{3}-\d{3}|[a-z]{1,3}-[a-z]{1,2} \d{1,4}|[a-z]{2}\d{2} [a-z]{3}"
    r"|[a-z]{1,3} \d{2,3} [a-z]{1,3})$"
)
_PLATE = (
    r"(?i)^(?:[a-z]{2}-\d{2}-\d{2}|\d{2}-\d{2}-[a-z]{2}|\d{2}-[a-z]{2}-\d{2}"
    r"|[a-z]{2}-\d{2}-[a-z]{2}"
    r"|[a-z]{2}-[a-z]{2}-\d{2}|\d{2}-[a-z]{2}-[a-z]{2}|\d{2}-[a-z]{3}-\d|\d-[a-z]{3}-\d{2}"
    r"|[a-z]{2}-\d{3}-[a-z]|[a-z]-\d{3}-[a-z]{2}|[a-z]{3}-\d{2}-[a-z]|[a-z]-\d{2}-[a-z]{3}"
    r"|\d-[a-z]{2}-\d{3}|\d{3}-[a-z]{2}-\d)$"
)


def find_licence_plates(cells: DistinctValues) -> BoolArray:
    """Dutch plates in their dashed forms, by share; codes of one prefix are not plates."""
    shaped = cells.match(_PLATE) | cells.match(_PLATE_ABROAD)
    tight = cells.match(_PLATE_TIGHT)
    if cells.is_mostly_plain:
        return shaped | tight
    if cells.fills(tight, limits.PLATE_TIGHT_SHARE) and _holds_no_vowels(cells.take(tight)):
        shaped |= tight
    if not cells.fills(shaped, limits.PLATE_SHARE):
        return find_none(cells)
    letters = {re.sub(r"[^a-z]", "", text.lower()) for text in cells.take(shaped).texts()}
    is_varied = len(letters) >= max(
        limits.PLATE_VARIED, limits.PLATE_VARIED_SHARE * int(shaped.sum())
    )
    return shaped if is_varied or cells.n_distinct == 1 else find_none(cells)


def _holds_no_vowels(tight: DistinctValues) -> bool:
    """Plates are issued without vowels; nine letters without one are hardly chance."""
    letters = "".join(re.sub(r"[^a-z]", "", text.lower()) for text in tight.texts())
    return len(letters) >= limits.PLATE_LETTERS and not set(letters) & set("aeiou")
