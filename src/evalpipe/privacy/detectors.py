"""What identifiers look like, one function a rule: distinct values in, which of them out.

Patterns that are an identifier on their own (an e-mail address, a bank account with its check
digits) count from one cell. Shapes that a measurement can have by chance are judged by the share of
the column. A function returns the values that meet the rule, or none when the column as a whole
does not. Nothing here sees more than one column.
"""

import ipaddress
import re
from collections.abc import Callable

import numpy as np
import pyarrow as pa

from evalpipe.privacy.checksums import (
    PASS_BY_CHANCE,
    pass_eleven_proof,
    pass_iban,
    tail_probability,
)
from evalpipe.privacy.distinct import BoolArray, DistinctValues, IntArray

Detector = Callable[[DistinctValues], BoolArray]

_MONTH = r"(?:jan|feb|maart|mar|mrt|apr|mei|may|jun|jul|aug|sep|okt|oct|nov|dec)[a-z]{0,7}\.?"
_YEAR = r"(?:1[89]\d\d|20\d\d)"
_DATE = (
    rf"(?i)\b(?:{_YEAR}[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])"
    rf"|(?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|[12]\d|3[01])[-/.]{_YEAR}"
    rf"|(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?[ -]{_MONTH},?[ -](?:{_YEAR}|'?\d\d\b)"
    rf"|{_MONTH} (?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?,? {_YEAR})"
)
_SHORT_DATE = r"^(?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|[12]\d|3[01])[-/.]\d\d$"
_STREET = (
    r"(?i)[A-Za-z][A-Za-z.' -]*(?:straat|str\.|laan|weg|plein|gracht|kade|dijk|singel|steeg|dreef"
    r"|plantsoen|boulevard|allee|hof|park|pad|dwarsstraat|burgwal|wal|markt|kamp|erf|veld|donk|hout|oord)"
    r"\s+\d{1,4}(?:\s?-?\s?[a-z0-9]{1,4})?\b"
    r"|\b\d{1,5}[a-z]?,?\s+(?:[A-Za-z][A-Za-z.']*\s+){1,3}(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr"
    r"|court|ct|close|crescent|terrace|way|place|square|boulevard|blvd|gardens|grove|hill|row)\b\.?"
    r"|\b(?:postbus|p\.?\s?o\.?\s?box)\s+\d{1,6}"
)
_STREET_SHAPE = (
    r"^(?:[A-Z]|'[ts] )[A-Za-z.'-]+(?: [A-Za-z.'-]+){0,4} \d{1,4}"
    r"(?:\s?-?\s?[A-Za-z]|-\d{1,3}|\s?-?(?:bis|hs|I{1,3}))?$"
)
_POSTCODE = r"\b[1-9]\d{3}\s[A-Z]{2}\b"
_POSTCODE_TIGHT = r"^[1-9]\d{3}\s?[A-Za-z]{2}$"
_POSTCODE_UK = r"\b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b"
_EMAIL = r"[A-Za-z\d._%+'-]+\s?(?:@|\(at\)|\[at\])\s?[A-Za-z\d-]+(?:\.[A-Za-z\d-]+)*\.[A-Za-z]{2,}"
_URL = (
    r"(?i)\b(?:https?|ftp|sftp)://\S|\bwww\d?\.[a-z0-9-]+\.[a-z]{2,}"
    r"|\b[a-z0-9][a-z0-9-]+\.(?:nl|com|org|net|be|eu|de|io|uk|edu|gov|info|me)/\S"
    r"|\b(?:linkedin|facebook|instagram|twitter|tiktok|x)\.com\b|^@[a-z0-9_.]{3,30}$"
)
_PHONE = (
    r"(?:^|[^\w+.,-])(?:(?:\+|00\d{1,3}[ (.\-/])\d{0,3}[ ().\-/]*(?:\d[ ().\-/]*){7,12}"
    r"|\(?0[1-9]\d{0,3}\)?[ \-/.]{1,3}\d(?:[ \-.]?\d){5,8}"
    r"|06[ \-]?(?:\d[ \-]?){8}|0[1-9]\d{8})(?:$|[^\w])"
    r"|^\(?\d{3}\)?[ .\-]\d{3}[ .\-]\d{4}$"
)
_IPV4 = r"\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b"
_IPV6 = r"[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]*"
_MAC = r"\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b"
_IBAN = r"(?i)\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{2,4}){3,8}\b"
_BSN_WRITTEN = (
    r"(?i)\b(?:bsn|sofi\w*)\W{0,3}\d{8,9}\b|^\d{4}\.\d{2}\.\d{3}$|^\d{3}[ .-]\d{3}[ .-]\d{3}$"
)
_RECORD = (
    r"(?i)^(?:mrn|pat|patnr|patient|pid|zh|zhs|umc|epd|dossier|dos|client|cl|nhs|hosp|z|p|c|k|m)"
    r"[-_ :#.]{0,2}\d{6,12}$|\bmrn[-_ :#]{0,2}\d{5,}"
)
_PREFIXED = r"^[A-Za-z]{1,4}[-_ ./]?\d{6,12}$"
_GROUPED = r"^\d{2,4}(?:[-. /]\d{2,4}){2,3}$"
_OUT_OF_PLACE = r"^[A-Za-z]{0,5}[-_ :#.]{0,2}\d{6,14}$|^\d{2,4}(?:[-. /]\d{2,4}){2,3}$"
_PLATE = (
    r"(?i)^(?:[a-z]{2}-\d{2}-\d{2}|\d{2}-\d{2}-[a-z]{2}|\d{2}-[a-z]{2}-\d{2}|[a-z]{2}-\d{2}-[a-z]{2}"
    r"|[a-z]{2}-[a-z]{2}-\d{2}|\d{2}-[a-z]{2}-[a-z]{2}|\d{2}-[a-z]{3}-\d|\d-[a-z]{3}-\d{2}"
    r"|[a-z]{2}-\d{3}-[a-z]|[a-z]-\d{3}-[a-z]{2}|[a-z]{3}-\d{2}-[a-z]|[a-z]-\d{2}-[a-z]{3}"
    r"|\d-[a-z]{2}-\d{3}|\d{3}-[a-z]{2}-\d)$"
)
_COORDINATE_PAIR = (
    r"^\(?[-+]?(?:[0-8]?\d|90)\.\d{3,}\s?[,; ]\s?[-+]?(?:1[0-7]\d|\d?\d)\.\d{3,}\)?$"
    r"|\d{1,3}°\s?\d{1,2}'"
)


def _none(cells: DistinctValues) -> BoolArray:
    return np.zeros(cells.n_distinct, dtype=bool)


def find_emails(cells: DistinctValues) -> BoolArray:
    """E-mail addresses, from one cell."""
    return cells.match(_EMAIL)


def find_urls(cells: DistinctValues) -> BoolArray:
    """Web addresses and social-media handles, from one cell."""
    return cells.match(_URL)


def find_ip_addresses(cells: DistinctValues) -> BoolArray:
    """IPv4 (four bytes), IPv6 and MAC addresses, from one cell."""
    found = cells.match(_IPV4) | cells.match(_MAC)
    candidates = cells.match(_IPV6) & ~found
    for place in np.flatnonzero(candidates):
        found[place] = any(_is_ipv6(word) for word in cells.values[place].as_py().split())
    return found


def _is_ipv6(word: str) -> bool:
    if word.count(":") < 3 and "::" not in word:
        return False
    try:
        ipaddress.IPv6Address(word.strip("[](),;").split("%")[0].split("/")[0])
    except ValueError:
        return False
    return len(word) > 3


def find_ibans(cells: DistinctValues) -> BoolArray:
    """Bank accounts whose check digits are right, from one cell."""
    found = cells.match(_IBAN)
    for place in np.flatnonzero(found):
        found[place] = _holds_iban(cells.values[place].as_py())
    return found


def _holds_iban(text: str) -> bool:
    tight = re.sub(r"\s", "", text.upper())
    for start in re.finditer(r"[A-Z]{2}\d{2}", tight):
        run = re.match(r"[A-Z0-9]{15,34}", tight[start.start() :])
        if run and any(pass_iban(run.group()[:end]) for end in range(15, len(run.group()) + 1)):
            return True
    return False


def find_phones(cells: DistinctValues) -> BoolArray:
    """Telephone numbers: written as such from one cell, bare digits by their share."""
    found = cells.match(_PHONE) & ~cells.match(_DATE)
    bare = cells.match(r"^(?:6\d{8}|316\d{8}|31[1-7]\d{8}|[1-57]\d{8})(?:\.0+)?$")
    for prefix, share in ((r"^(?:6|31)", 0.8), (r"^00[1-9]\d{8,13}$", 0.3)):
        begun = cells.match(prefix) & (bare | cells.match(r"^00\d+$"))
        if cells.count(begun) >= share * cells.n_cells and cells.n_cells >= 3:
            found |= begun
    return found


def find_street_addresses(cells: DistinctValues) -> BoolArray:
    """Street with house number: known endings from one cell, the bare shape by share."""
    found = cells.match(_STREET)
    shaped = cells.match(_STREET_SHAPE) | found
    if cells.reads_as_words:
        found |= shaped & (cells.counts == 1) & (cells.lengths >= 10)
    if cells.count(shaped) < 0.5 * cells.n_cells:
        return found
    starts = {value.rsplit(" ", 1)[0] for value in cells.take(shaped).texts()}
    if len(starts) >= 3 and len(starts) >= 0.5 * int(shaped.sum()):
        found = shaped
    return found


def find_postcodes(cells: DistinctValues) -> BoolArray:
    """Dutch and British postcodes: with a space from one cell, without by share."""
    found = cells.match(_POSTCODE) | cells.match(_POSTCODE_UK)
    tight = cells.match(_POSTCODE_TIGHT)
    if cells.count(tight) >= 0.3 * cells.n_cells or cells.reads_as_words:
        found |= tight
    return found


def find_dates(cells: DistinctValues) -> BoolArray:
    """Calendar dates: with a full year from one cell, short or bare ones by their share."""
    found = cells.match(_DATE)
    short = cells.match(_SHORT_DATE)
    if cells.count(short) >= 0.5 * cells.n_cells or cells.reads_as_words:
        found |= short
    bare = cells.match(r"^\d{7,8}$")
    if cells.count(bare) >= 0.8 * cells.n_cells:
        found |= _find_bare_dates(cells, bare)
    return found


def _find_bare_dates(cells: DistinctValues, bare: BoolArray) -> BoolArray:
    numbers = cells.take(bare).digits()
    for year, month, day in (
        (numbers // 10_000, numbers // 100 % 100, numbers % 100),
        (numbers % 10_000, numbers // 10_000 % 100, numbers // 1_000_000),
        (numbers % 10_000, numbers // 1_000_000, numbers // 10_000 % 100),
    ):
        valid = _is_calendar(year, month, day)
        chosen = _none(cells)
        chosen[np.flatnonzero(bare)[valid]] = True
        if cells.count(chosen) >= 0.9 * cells.count(bare) and cells.n_distinct >= 2:
            return chosen
    return _none(cells)


def _is_calendar(year: IntArray, month: IntArray, day: IntArray) -> BoolArray:
    return (year >= 1900) & (year < 2100) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)


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
    passing = _none(cells)
    passing[np.flatnonzero(plain)] = pass_eleven_proof(numbers)
    total, passed = int(plain.sum()), int(passing.sum())
    others = cells.match(r"\d{6}") & ~plain
    alone = total <= 3 and passed == total and not others.any()
    if alone or tail_probability(passed, total, PASS_BY_CHANCE) < 1e-3:
        found |= passing
    return found & (_pass_written(cells, found) | passing)


def _pass_written(cells: DistinctValues, found: BoolArray) -> BoolArray:
    passing = _none(cells)
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
        found = _none(cells)
    for pattern in (_PREFIXED, _GROUPED):
        shaped = cells.match(pattern)
        if cells.count(shaped) >= 0.5 * cells.n_cells and shaped.sum() >= 3:
            found |= shaped
    if cells.reads_as_words:
        found |= cells.match(_OUT_OF_PLACE)
    return found | _find_long_numbers(cells)


def _find_long_numbers(cells: DistinctValues) -> BoolArray:
    whole = cells.match(r"^\d{6,14}$")
    if cells.count(whole) < 0.5 * cells.n_cells or whole.sum() < 3:
        return _none(cells)
    lengths = cells.lengths[whole]
    weights = cells.counts[whole]
    common = int(np.bincount(lengths, weights=weights).argmax())
    same = whole & (cells.lengths == common)
    if cells.count(same) < 0.95 * cells.count(whole) or common == 9:
        return _none(cells)
    is_unique = int(same.sum()) >= 0.9 * cells.count(same)
    numbers = cells.take(same).digits()
    is_spread = bool(np.any(numbers % 100 != 0)) and int(np.ptp(numbers)) >= 3
    return same if is_spread and (common >= 7 or is_unique) else _none(cells)


def find_professional_numbers(cells: DistinctValues) -> BoolArray:
    """BIG numbers: eleven digits that begin with a profession's code (leading zero lost or not)."""
    shaped = cells.match(r"^(?:0?[1349]|16|17|25|2[0-9]|3[0-9]|8[0-9]|9[0-9])\d{9}$") & cells.match(
        r"^0\d{10}$|^[1349]\d{9}$|^(?:16|17|2\d|3\d|8\d|9\d)\d{9}$"
    )
    if cells.count(shaped) < 0.9 * cells.n_cells or shaped.sum() < 3:
        return _none(cells)
    return shaped


def find_licence_plates(cells: DistinctValues) -> BoolArray:
    """Dutch plates in their dashed forms, by share; codes of one prefix are not plates."""
    shaped = cells.match(_PLATE)
    if cells.reads_as_words:
        return shaped
    if cells.count(shaped) < 0.5 * cells.n_cells:
        return _none(cells)
    letters = {re.sub(r"[^a-z]", "", text.lower()) for text in cells.take(shaped).texts()}
    is_varied = len(letters) >= max(2, 0.3 * int(shaped.sum()))
    return shaped if is_varied or cells.n_distinct == 1 else _none(cells)


def find_coordinates(cells: DistinctValues) -> BoolArray:
    """Latitude and longitude in one cell, from one cell."""
    return cells.match(_COORDINATE_PAIR)


def find_latitudes(cells: DistinctValues) -> BoolArray:
    """A column that may be Dutch latitudes (to be confirmed by longitudes beside it)."""
    return _find_degrees(cells, 50.5, 53.8)


def find_longitudes(cells: DistinctValues) -> BoolArray:
    """A column that may be Dutch longitudes."""
    return _find_degrees(cells, 3.2, 7.4)


def _find_degrees(cells: DistinctValues, low: float, high: float) -> BoolArray:
    exact = cells.match(r"^\d{1,2}[.,]\d{4,}$")
    if cells.count(exact) < 0.9 * cells.n_cells or exact.sum() < 3:
        return _none(cells)
    degrees = cells.take(exact).floats()
    inside = bool(np.all((degrees >= low) & (degrees <= high)))
    return exact if inside else _none(cells)


def find_free_text(cells: DistinctValues) -> BoolArray:
    """Sentences: long texts from one cell, shorter ones when they hardly repeat.

    Answer labels repeat and stay few; what people write does neither.
    """
    words = _count_words(cells)
    long = (words >= 12) | ((cells.lengths >= 80) & (words >= 3))
    wordy = (words >= 3) & ~cells.is_number & cells.match(r"[A-Za-z]{2}")
    lone_long = long & (cells.counts < 3)
    n_wordy = int(wordy.sum())
    is_varied = n_wordy >= 0.5 * cells.count(wordy) if n_wordy else False
    if n_wordy >= 4 and is_varied and cells.count(wordy) >= 0.1 * cells.n_cells:
        return wordy
    if n_wordy > 15 and int((words >= 5).sum()) > 15:
        return wordy
    sentences = (words >= 5) & (cells.counts == 1) & cells.match(r"[a-z]{2} [a-z]{2}")
    ended = (words >= 3) & (cells.counts == 1) & cells.match(r"[a-z]{2}[.!?]$")
    lone: BoolArray = lone_long | ended
    return lone | (sentences if n_wordy <= 3 and is_varied else _none(cells))


def _count_words(cells: DistinctValues) -> IntArray:
    import pyarrow.compute as pc

    spaces = pc.count_substring_regex(cells.values, r"\s+")
    counted: IntArray = pa.array(spaces).to_numpy(zero_copy_only=False).astype(np.int64)
    return counted + 1
