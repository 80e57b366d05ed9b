"""Record, client and membership numbers; numbers of documents."""

import numpy as np

from evalpipe.privacy import thresholds as limits
from evalpipe.privacy.detectors.issued_codes import find_issued
from evalpipe.privacy.distinct import BoolArray, DistinctValues, find_none

_RECORD = (
    r"(?i)^(?:mrn|pat|patnr|patient|pid|zh|zhs|umc|epd|dossier|dos|client|cl|nhs|hosp|z|p|c|k|m)"
    r"[-_ :#.]{0,2}\d{6,12}$|\bmrn[-_ :#]{0,2}\d{5,}"
)
_WORD_AND_NUMBER = r"[A-Za-z]{4,}.*\b\d{5,}\b|\b\d{5,}\b.*[A-Za-z]{4,}"
_PREFIXED = r"^[A-Za-z]{1,4}[-_ ./]?\d{6,12}$"
_GROUPED = r"^\d{2,4}(?:[-. /]\d{2,4}){2,3}$"
_OUT_OF_PLACE = r"^[A-Za-z]{0,5}[-_ :#.]{0,2}\d{6,14}$|^\d{2,4}(?:[-. /]\d{2,4}){2,3}$"
_STRAY = (
    r"^[A-Za-z]{0,8}[-_ :#./]{0,2}\d{4,}[A-Za-z]{0,2}$|^(?:[A-Za-z]{1,3}[- ]?\d"
    r"|\d[- ]?[A-Za-z])[A-Za-z\d -]{3,14}$"
    r"|\d{2,}[-. /]\d{2,}[-. /]\d{2,}|^\d{4,}[-/ ]\d+|^\d{2,5}[-/ ]\d{3,}|[A-Za-z]{3}.*\d{5}"
    r"|^[A-Za-z\d]{1,3}-(?:[A-Za-z]{1,4}-\d{2,3}|\d{2,3}-[A-Za-z]{1,4})$|^[A-Z]{2,6}\d[A-Z\d]{4,}$"
)
_MEASURED = (
    r"(?i)\d\s?(?:mg|mcg|ml|g|gram|kg|cm|mm|km|min|minutes|minuten|hz|ms|s|sec|x|%|jaar|years?"
    r"|dagen|days?"
    r"|weken|weeks?|uur|hours?|euro)\b|^-?\d+[.,]\d+$"
)
_OF_COUNTS = r"^-?\d{4,6}(?:[.,]\d+)?$|^-?\d{7,}[.,]\d"
"""Numbers between short ones and long ones: a column with these is of counts or sums."""
_PAIR = r"^\d{1,3}[-/ ]\d{1,3}$"
_MISSING_CODE = r"^-?(?:9{3,}|8{3,}|7{3,}|0+)(?:[.,]0*)?$"
_PASSPORT = r"^(?:[NIB][A-NP-Z0-9]{2}[A-NP-Z0-9]{5}\d|[CFGHJK][CFGHJKLMNPRTVWXYZ0-9]{8})$"
_FISCAL_CODE = r"(?i)^[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]$"
_BELGIAN_NUMBER = r"\b\d{2}\.\d{2}\.\d{2}[-.]\d{3}[.]\d{2}\b"
_INSURANCE_NUMBER = r"(?i)^[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]$"


def find_record_numbers(cells: DistinctValues) -> BoolArray:
    """Record, client and membership numbers: a known prefix, or long codes of one length.

    Whole numbers of one fixed length of 7 digits and more are not measurements. Nine digits are
    left to the citizen number's own proof; six count when hardly one repeats. Among words one long
    number is enough.
    """
    found = cells.match(_RECORD)
    if not cells.fills(found, limits.RECORD_SHARE):
        found = find_none(cells)
    found |= cells.match(_FISCAL_CODE) | cells.match(_BELGIAN_NUMBER)
    numbered = cells.match(_WORD_AND_NUMBER)
    if cells.fills(numbered, limits.RECORD_NUMBERED_SHARE) or cells.is_mostly_plain:
        found |= numbered
    for pattern in (_PASSPORT, _INSURANCE_NUMBER):
        shaped = cells.match(pattern) & cells.match(r"\d") & cells.match(r"[A-Z]")
        if _are_common(cells, shaped, limits.DOCUMENT_SHARE, limits.DOCUMENT_VALUES):
            found |= shaped
    found |= _find_passports(cells)
    for pattern in (_PREFIXED, _GROUPED):
        shaped = cells.match(pattern)
        if _are_common(cells, shaped, limits.BUILT_NUMBER_SHARE, limits.BUILT_NUMBER_VALUES):
            found |= shaped
    if cells.is_mostly_plain:
        odd = cells.match(_OUT_OF_PLACE)
        found |= odd if cells.is_mostly_words else odd & ~cells.is_number
    return found | _find_long_numbers(cells) | find_issued(cells) | _find_strays(cells)


def _find_passports(cells: DistinctValues) -> BoolArray:
    """Nine digits of which some begin with a letter; bare ones alone may be anything."""
    mixed, lettered = cells.match(r"^[A-Z]\d{8}$|^\d{9}$"), cells.match(r"^[A-Z]\d{8}$")
    is_most = cells.fills(mixed, limits.DOCUMENT_MIXED_SHARE)
    is_told = is_most and cells.fills(lettered, limits.DOCUMENT_LETTERED_SHARE)
    return mixed if is_told else find_none(cells)


def _are_common(cells: DistinctValues, chosen: BoolArray, share: float, n_values: int) -> bool:
    """Whether so many distinct values are chosen and fill such a share of the column."""
    return cells.fills(chosen, share) and int(chosen.sum()) >= n_values


def _find_strays(cells: DistinctValues) -> BoolArray:
    """Long codes that occur once or twice among answers that are short and repeat."""
    usual = (cells.counts >= limits.STRAY_USUAL_CELLS) & ~cells.match(
        r"\d{3}|[A-Za-z]\d{2}|\d{2}[A-Za-z]"
    )
    usual |= cells.is_plain & ~cells.match(r"[.,]\d")
    if cells.match(_OF_COUNTS).any():
        usual &= ~cells.is_number
    if cells.n_cells < limits.STRAY_CELLS or not cells.fills(usual, limits.STRAY_USUAL_SHARE):
        return find_none(cells)
    shaped = cells.match(_STRAY) & ~cells.match(_MEASURED) & ~cells.match(_MISSING_CODE)
    shaped &= ~cells.match(_PAIR)
    shaped &= ~cells.is_number | cells.match(r"^\d{7,}$")
    stray = shaped & (cells.counts <= limits.STRAY_RARE_CELLS)
    most = max(limits.STRAY_MOST, limits.STRAY_MOST_SHARE * cells.n_cells)
    return stray if cells.count(stray) <= most else find_none(cells)


def _find_long_numbers(cells: DistinctValues) -> BoolArray:
    whole = cells.match(r"^\d{6,20}$")
    if not _are_common(cells, whole, limits.LONG_NUMBER_SHARE, limits.LONG_NUMBER_VALUES):
        return find_none(cells)
    lengths = cells.lengths[whole]
    weights = cells.counts[whole]
    common = int(np.bincount(lengths, weights=weights).argmax())
    same = whole & (cells.lengths == common)
    is_of_citizen = common == limits.LONG_NUMBER_OF_CITIZEN
    if cells.count(same) < limits.LONG_NUMBER_SAME * cells.count(whole) or is_of_citizen:
        return find_none(cells)
    is_unique = int(same.sum()) >= limits.LONG_NUMBER_UNIQUE * cells.count(same)
    numbers = np.array([int(text[-18:]) for text in cells.take(same).texts()])
    of_hundreds = numbers % limits.LONG_NUMBER_HUNDRED == 0
    if float(np.mean(of_hundreds)) > limits.LONG_NUMBER_ROUND:
        return find_none(cells)
    is_spread = int(np.ptp(numbers)) >= limits.LONG_NUMBER_STEP * len(numbers)
    is_scattered = int(numbers.max()) >= limits.LONG_NUMBER_RATIO * int(numbers.min())
    is_long = common >= limits.LONG_NUMBER_DIGITS
    return same if is_spread and (is_long or (is_unique and is_scattered)) else find_none(cells)
