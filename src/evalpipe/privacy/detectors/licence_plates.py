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

_PLATE_SHAPE = (
    r"^(?:[A-Z]{2}\d{2} ?[A-Z]{3}|[A-Z]{2,3}[- ]\d{3,4}|\d{3,4}[- ][A-Z]{2,3}"
    r"|[A-Z\d]{1,3}(?:[- ][A-Z\d]{1,3}){2}|\d{4} ?[A-Z]{3}|[A-Z]{3} ?\d[A-Z\d]\d)$"
)


def find_licence_plates(cells: DistinctValues) -> BoolArray:
    """Dutch plates in their dashed forms, by share; codes of one prefix are not plates."""
    shaped = cells.match(_PLATE) | cells.match(_PLATE_ABROAD)
    tight = cells.match(_PLATE_TIGHT)
    if cells.is_mostly_plain:
        return shaped | tight
    foreign = cells.match(_PLATE_SHAPE) & cells.match(r"\d") & cells.match(r"[A-Z]")
    if cells.fills(foreign, limits.PLATE_SHAPE_SHARE) and _are_issued(cells.take(foreign)):
        return shaped | tight | foreign
    if cells.fills(tight, limits.PLATE_TIGHT_SHARE) and _holds_no_vowels(cells.take(tight)):
        shaped |= tight
    if not cells.fills(shaped, limits.PLATE_SHARE):
        return find_none(cells)
    letters = {re.sub(r"[^a-z]", "", text.lower()) for text in cells.take(shaped).texts()}
    is_varied = len(letters) >= max(
        limits.PLATE_VARIED, limits.PLATE_VARIED_SHARE * int(shaped.sum())
    )
    return shaped if is_varied or cells.n_distinct == 1 else find_none(cells)


def _are_issued(plates: DistinctValues) -> bool:
    """Whether letters hardly repeat: codes of a study share those of a site or an arm."""
    letters = {re.sub(r"[^A-Z]", "", text) for text in plates.texts()}
    n_asked = max(limits.PLATE_SHAPE_VALUES, limits.PLATE_SHAPE_VARIED * plates.n_distinct)
    return len(letters) >= n_asked


def _holds_no_vowels(tight: DistinctValues) -> bool:
    """Plates are issued without vowels; nine letters without one are hardly chance."""
    letters = "".join(re.sub(r"[^a-z]", "", text.lower()) for text in tight.texts())
    return len(letters) >= limits.PLATE_LETTERS and not set(letters) & set("aeiou")
