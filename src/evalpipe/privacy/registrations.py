"""Numbers and codes that an authority, a bank, an insurer or a hospital has given to somebody."""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from evalpipe.privacy.checksums import (
    PASS_BY_CHANCE,
    pass_eleven_proof,
    pass_iban,
    tail_probability,
)
from evalpipe.privacy.distinct import BoolArray, DistinctValues, find_none

_IBAN = r"(?i)\b[A-Z]{2}\d{2}(?:[ .-]?[A-Z0-9]{2,4}){3,8}\b"
_BSN_WRITTEN = (
    r"(?i)\b(?:bsn|sofi\w*)\W{0,3}\d{8,9}\b|^\d{4}\.\d{2}\.\d{3}$|^\d{3}[ .-]\d{3}[ .-]\d{3}$"
)
_RECORD = (
    r"(?i)^(?:mrn|pat|patnr|patient|pid|zh|zhs|umc|epd|dossier|dos|client|cl|nhs|hosp|z|p|c|k|m)"
    r"[-_ :#.]{0,2}\d{6,12}$|\bmrn[-_ :#]{0,2}\d{5,}"
)
_WORD_AND_NUMBER = r"[A-Za-z]{4,}.*\b\d{5,}\b|\b\d{5,}\b.*[A-Za-z]{4,}"
_PREFIXED = r"^[A-Za-z]{1,4}[-_ ./]?\d{6,12}$"
_GROUPED = r"^\d{2,4}(?:[-. /]\d{2,4}){2,3}$"
_OUT_OF_PLACE = r"^[A-Za-z]{0,5}[-_ :#.]{0,2}\d{6,14}$|^\d{2,4}(?:[-. /]\d{2,4}){2,3}$"
_BUILT = r"^[A-Za-z]{0,5}[-_ ./]?\d[\dA-Za-z]*(?:[-_ ./][\dA-Za-z]+){0,4}$"
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


def find_ibans(cells: DistinctValues) -> BoolArray:
    """Bank accounts whose check digits are right, from one cell."""
    found = cells.match(_IBAN)
    for place in np.flatnonzero(found):
        found[place] = _holds_iban(cells.values[place].as_py())
    return found


def _holds_iban(text: str) -> bool:
    if re.search(r"[.-]", text) and not re.match(r"\W*(?:IBAN\W*)?[A-Z]{2}\d{2}[.-]", text.upper()):
        return False
    tight = re.sub(r"[\s.-]", "", text.upper())
    for start in re.finditer(r"[A-Z]{2}\d{2}", tight):
        run = re.match(r"[A-Z0-9]{15,34}", tight[start.start() :])
        if run and any(pass_iban(run.group()[:end]) for end in range(15, len(run.group()) + 1)):
            return True
    return False


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
    alone = total <= 3 and passed == total and not others.any()
    if alone or tail_probability(passed, total, PASS_BY_CHANCE) < 1e-3:
        found |= passing
    return found & (_pass_written(cells, found) | passing)


def _pass_written(cells: DistinctValues, found: BoolArray) -> BoolArray:
    passing = find_none(cells)
    for place in np.flatnonzero(found):
        digits = re.sub(r"\D", "", cells.values[place].as_py())[-9:]
        passing[place] = bool(pass_eleven_proof(np.array([int(digits or 0)]))[0])
    return passing


def find_record_numbers(cells: DistinctValues) -> BoolArray:
    """Record, client and membership numbers: a known prefix, or long codes of one length.

    Whole numbers of one fixed length of 7 digits and more are not measurements. Nine digits are
    left to the citizen number's own proof; six count when hardly one repeats. Among words one long
    number is enough.
    """
    found = cells.match(_RECORD)
    if cells.count(found) < 0.3 * cells.n_cells:
        found = find_none(cells)
    found |= cells.match(_FISCAL_CODE) | cells.match(_BELGIAN_NUMBER)
    numbered = cells.match(_WORD_AND_NUMBER)
    if cells.count(numbered) >= 0.3 * cells.n_cells or cells.is_mostly_plain:
        found |= numbered
    for pattern in (_PASSPORT, _INSURANCE_NUMBER):
        shaped = cells.match(pattern) & cells.match(r"\d") & cells.match(r"[A-Z]")
        if cells.count(shaped) >= 0.8 * cells.n_cells and shaped.sum() >= 3:
            found |= shaped
    for pattern in (_PREFIXED, _GROUPED):
        shaped = cells.match(pattern)
        if cells.count(shaped) >= 0.5 * cells.n_cells and shaped.sum() >= 3:
            found |= shaped
    if cells.is_mostly_plain:
        odd = cells.match(_OUT_OF_PLACE)
        found |= odd if cells.is_mostly_words else odd & ~cells.is_number
    return found | _find_long_numbers(cells) | _find_issued(cells) | _find_strays(cells)


def _find_strays(cells: DistinctValues) -> BoolArray:
    """Long codes that occur once or twice among answers that are short and repeat."""
    usual = (cells.counts >= 2) & ~cells.match(r"\d{3}|[A-Za-z]\d{2}|\d{2}[A-Za-z]")
    usual |= cells.is_plain & ~cells.match(r"[.,]\d")
    if cells.match(_OF_COUNTS).any():
        usual &= ~cells.is_number
    if cells.n_cells < 6 or cells.count(usual) < 0.4 * cells.n_cells:
        return find_none(cells)
    shaped = cells.match(_STRAY) & ~cells.match(_MEASURED) & ~cells.match(_MISSING_CODE)
    shaped &= ~cells.match(_PAIR)
    shaped &= ~cells.is_number | cells.match(r"^\d{7,}$")
    stray = shaped & (cells.counts <= 2)
    return stray if cells.count(stray) <= max(6, 0.1 * cells.n_cells) else find_none(cells)


def _find_issued(cells: DistinctValues) -> BoolArray:
    """Codes of one build (letters, digits and signs at the same places) whose numbers are spread.

    Numbers that somebody counted up (P001, NL01-0012) lie close together; issued ones do not.
    """
    found = find_none(cells)
    built = (
        cells.match(_BUILT) & ~cells.is_number & cells.match(r"(?:\d\D*){5}") & (cells.lengths >= 7)
    )
    if built.sum() < 3 or cells.count(built) < 0.5 * cells.n_cells:
        return found
    places = np.flatnonzero(built)
    texts = cells.take(built).texts()
    builds = Counter(_build_of(text) for text in texts)
    build, n_alike = builds.most_common(1)[0]
    if n_alike < 0.8 * len(texts) or not _is_spread(
        [text for text in texts if _build_of(text) == build]
    ):
        return found
    found[places] = True
    return found


def _build_of(text: str) -> str:
    return re.sub(r"[A-Za-z]", "L", re.sub(r"\d+", "9", text))


def _is_spread(texts: Sequence[str]) -> bool:
    """Whether one of the groups of digits takes values far apart for so few codes."""
    groups = [[int(run) for run in re.findall(r"\d+", text)] for text in texts]
    return any(
        max(numbers) - min(numbers) > max(2_000, 20 * len(numbers))
        for numbers in zip(*groups, strict=False)
    )


def are_counted_up(texts: Sequence[str]) -> bool:
    """Whether most codes follow each other closely, as pseudonyms do (also within each site)."""
    numbers = np.sort([int("".join(re.findall(r"\d", text))[-15:] or 0) for text in texts])
    return len(numbers) >= 2 and float(np.mean(np.diff(numbers) <= 20)) >= 0.8


def _find_long_numbers(cells: DistinctValues) -> BoolArray:
    whole = cells.match(r"^\d{6,20}$")
    if cells.count(whole) < 0.5 * cells.n_cells or whole.sum() < 3:
        return find_none(cells)
    lengths = cells.lengths[whole]
    weights = cells.counts[whole]
    common = int(np.bincount(lengths, weights=weights).argmax())
    same = whole & (cells.lengths == common)
    if cells.count(same) < 0.95 * cells.count(whole) or common == 9:
        return find_none(cells)
    is_unique = int(same.sum()) >= 0.9 * cells.count(same)
    numbers = np.array([int(text[-18:]) for text in cells.take(same).texts()])
    is_round = float(np.mean(numbers % 100 == 0)) > 0.5
    is_spread = not is_round and int(np.ptp(numbers)) >= max(3, 2 * len(numbers))
    is_scattered = int(numbers.max()) >= 3 * int(numbers.min())
    return same if is_spread and (common >= 7 or (is_unique and is_scattered)) else find_none(cells)


def find_professional_numbers(cells: DistinctValues) -> BoolArray:
    """BIG numbers: eleven digits that begin with a profession's code (leading zero lost or not)."""
    shaped = cells.match(r"^(?:0?[1349]|16|17|25|2[0-9]|3[0-9]|8[0-9]|9[0-9])\d{9}$") & cells.match(
        r"^0\d{10}$|^[1349]\d{9}$|^(?:16|17|2\d|3\d|8\d|9\d)\d{9}$"
    )
    if cells.count(shaped) < 0.9 * cells.n_cells or shaped.sum() < 3:
        return find_none(cells)
    return shaped


def _holds_no_vowels(tight: DistinctValues) -> bool:
    """Plates are issued without vowels; nine letters without one are hardly chance."""
    letters = "".join(re.sub(r"[^a-z]", "", text.lower()) for text in tight.texts())
    return len(letters) >= 9 and not set(letters) & set("aeiou")


def find_licence_plates(cells: DistinctValues) -> BoolArray:
    """Dutch plates in their dashed forms, by share; codes of one prefix are not plates."""
    shaped = cells.match(_PLATE) | cells.match(_PLATE_ABROAD)
    tight = cells.match(_PLATE_TIGHT)
    if cells.is_mostly_plain:
        return shaped | tight
    if cells.count(tight) >= 0.8 * cells.n_cells and _holds_no_vowels(cells.take(tight)):
        shaped |= tight
    if cells.count(shaped) < 0.5 * cells.n_cells:
        return find_none(cells)
    letters = {re.sub(r"[^a-z]", "", text.lower()) for text in cells.take(shaped).texts()}
    is_varied = len(letters) >= max(2, 0.3 * int(shaped.sum()))
    return shaped if is_varied or cells.n_distinct == 1 else find_none(cells)
