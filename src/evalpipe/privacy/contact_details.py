"""Where people can be found: e-mail, telephone, address, place, post code, network, web, position.

Patterns that are an identifier on their own count from one cell. Shapes that a measurement can have
by chance are judged by the share of the column. One function a rule: distinct values in, which of
them meet it out.
"""

import ipaddress
import re

import numpy as np

from evalpipe.privacy.calendar_dates import DATE
from evalpipe.privacy.distinct import BoolArray, DistinctValues, find_none
from evalpipe.privacy.known_places import PLACES
from evalpipe.privacy.ordinary_words import is_ordinary

_DOMAIN_END = (
    r"(?:nl|com|org|net|be|eu|de|fr|es|it|pl|pt|tr|io|uk|edu|gov|info|me|tv|app|frl|amsterdam"
    r"|example)"
)
_STREET = (
    r"(?i)[A-Za-z][A-Za-z.' -]*(?:straat|str\.|laan|weg|plein|gracht|kade|dijk|singel|steeg|dreef"
    r"|plantsoen|boulevard|allee|hof|park|pad|dwarsstraat|burgwal|wal|markt|kamp|erf|veld|donk"
    r"|hout|oord)"
    r"\s+\d{1,4}(?:\s?-?\s?[a-z0-9]{1,4})?\b"
    r"|\b\d{1,5}[a-z]?,?\s+(?:[A-Za-z][A-Za-z.']*\s+){1,3}(?:street|st|road|rd|avenue|ave|lane"
    r"|ln|drive|dr"
    r"|court|ct|close|crescent|terrace|way|place|square|boulevard|blvd|gardens|grove|hill|row)\b\.?"
    r"|\b(?:postbus|p\.?\s?o\.?\s?box)\s+\d{1,6}"
)
_STREET_ALONE = (
    r"^[A-Z][A-Za-z.' -]{2,}(?:straat|gracht|laan|plein|singel|dreef|steeg|kade|plantsoen"
    r"|stra(?:ss|ß)e)$"
    r"|(?i)^(?:rue|avenue|boulevard|chemin|place|via|viale|piazza|calle|avenida|plaza|rua|ul\."
    r"|strada|corso|borgo|vicolo|largo|piazzale|contrada|canale)"
    r"\s[a-z.' -]{3,},?\s\d|\d+,? (?:rue|avenue|boulevard|chemin|allee|impasse)\s\w"
    r"|(?i)\b(?:apt|suite|unit|flat)\.? \d+|\b[A-Za-z]+stra(?:ss|ß)e \d+|\b[A-Z]{2} \d{5}\b"
)
_SCHOOL = (
    r"^(?:OBS|CBS|RKBS|KBS|PCB|SBO|ODS|Basisschool|Daltonschool|Montessorischool|Jenaplanschool"
    r"|Vrije School"
    r"|Kinderdagverblijf|KDV|BSO|Peuterspeelzaal) (?:De |Het |'t )?[A-Z][a-z]{2}"
)
_STREET_ENDING = (
    r"(?i)^[a-z][a-z.' -]{2,}(?:straat|gracht|laan|weg|plein|singel|dreef|steeg|kade|dijk|hof"
    r"|pad|park|baan|boulevard)$"
)
_STREET_SHAPE = (
    r"^(?:[A-Z]|'[ts] )[A-Za-z.'-]+(?: [A-Za-z.'-]+){0,4} \d{1,4}"
    r"(?:\s?-?\s?[A-Za-z]|-\d{1,3}|\s?-?(?:bis|hs|I{1,3}))?$"
)
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
_EMAIL = (
    r"(?i)[a-z\d._%+'-]+\s?(?:@|\(at\)|\[at\]|\{at\}|<at>|apenstaart\w*)\s?(?:[a-z\d-]{2,}"
    r"|[a-z\d]\.[a-z]{2,})"
    rf"|[a-z\d._-]{{3,}} at [a-z\d-]+(?:\.| dot )(?:[a-z\d-]+(?:\.| dot ))?{_DOMAIN_END}\b"
)
_URL = (
    r"(?i)\b(?:https?|ftp|sftp)://\S|\bwww\d?\.[a-z0-9-]+\.[a-z]{2,}"
    r"|\b[a-z0-9][a-z0-9-]+\.(?:nl|com|org|net|be|eu|de|io|uk|edu|gov|info|me)/\S"
    r"|\b(?:linkedin|facebook|instagram|twitter|tiktok|x)\.com\b|^@[a-z0-9_.]{3,30}$"
    r"|\b(?:wa|t)\.me/|\byoutu\.be/|\b(?:twitch|snapchat|strava|pinterest)\.\w{2,3}/"
    r"|^(?:ig|insta|instagram|snap|snapchat|skype|discord|tiktok|twitter|fb|facebook|whatsapp"
    r"|telegram)"
    r"\s?[:=]\s?\S|^[a-z][a-z0-9._-]{2,30}#\d{4}$"
    rf"|^[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.{_DOMAIN_END}$"
)
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
_IPV4 = r"\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b"
_IPV4_PADDED = (
    r"^[0-2]\d\d\.[0-2]\d\d\.[0-2]\d\d\.[0-2]\d\d$|^(?:[0-9a-fA-F]{4}\.){2}[0-9a-fA-F]{4}$"
)
_IPV6 = r"[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]*"
_MAC = r"\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b"
_COORDINATE_PAIR = (
    r"\d{1,2}[.,]\d{3,}\s?°?\s?[NS]\b.*\d{1,3}[.,]\d{3,}\s?°?\s?[EWO]\b|\d{1,3}[.,]\d{2,}°"
    r"|^geo:\s?-?\d|^\d{1,2},\d{4,};\s?-?\d{1,3},\d{4,}$"
    r"|^[23456789CFGHJMPQRVWX]{8}\+[23456789CFGHJMPQRVWX]{2,3}$"
    r"|^///\w+\.\w+\.\w+$|^[1-2]?\d{5}[,; ]{1,2}[3-6]\d{5}$|"
    r"^\(?[-+]?(?:[0-8]?\d|90)\.\d{3,}\s?[,; ]\s?[-+]?(?:1[0-7]\d|\d?\d)\.\d{3,}\)?$"
    r"|\d{1,3}°\s?\d{1,2}'"
)


def find_emails(cells: DistinctValues) -> BoolArray:
    """E-mail addresses, from one cell."""
    return cells.match(_EMAIL)


def find_urls(cells: DistinctValues) -> BoolArray:
    """Web addresses and social-media handles, from one cell."""
    return cells.match(_URL)


def find_ip_addresses(cells: DistinctValues) -> BoolArray:
    """IPv4 (four bytes), IPv6 and MAC addresses, from one cell."""
    found = cells.match(_IPV4) | cells.match(_MAC) | cells.match(_IPV4_PADDED)
    found |= _find_tight_mac(cells)
    candidates = cells.match(_IPV6) & ~found
    for place in np.flatnonzero(candidates):
        found[place] = any(_is_ipv6(word) for word in cells.values[place].as_py().split())
    return found


def _find_tight_mac(cells: DistinctValues) -> BoolArray:
    """Twelve hexadecimal digits of which all are addresses of one device (IEEE 802, bit I/G 0).

    Of random codes half would be.
    """
    tight = cells.match(r"^[0-9A-Fa-f]{12}$") & cells.match(r"[A-Fa-f]")
    if tight.sum() < 6 or cells.count(tight) < 0.9 * cells.n_cells:
        return find_none(cells)
    of_one = cells.match(r"^[0-9A-Fa-f][02468ACEace]")
    return tight if of_one[tight].all() else find_none(cells)


def _is_ipv6(word: str) -> bool:
    if word.count(":") < 3 and "::" not in word:
        return False
    try:
        ipaddress.IPv6Address(word.strip("[](),;").split("%")[0].split("/")[0])
    except ValueError:
        return False
    return len(word) > 3


def find_phones(cells: DistinctValues) -> BoolArray:
    """Telephone numbers: written as such from one cell, bare digits by their share."""
    found = cells.match(_PHONE) & ~cells.match(DATE)
    exponent = cells.match(r"^\d[.,]\d{3,}[eE]\+?(?:0?9|1[0-2])$")
    if cells.count(exponent) >= 0.3 * cells.n_cells or cells.n_distinct - exponent.sum() <= 8:
        found |= exponent
    bare = cells.match(r"^(?:6\d{8}|316\d{8}|31[1-7]\d{8}|[1-57]\d{8})(?:\.0+)?$")
    for prefix, share in ((r"^(?:6|31)", 0.8), (r"^00[1-9]\d{8,13}$", 0.3)):
        begun = cells.match(prefix) & (bare | cells.match(r"^00\d+$"))
        if cells.count(begun) >= share * cells.n_cells and cells.n_cells >= 3:
            found |= begun
    return found | _find_landlines(cells)


def _find_landlines(cells: DistinctValues) -> BoolArray:
    """Dutch landlines without their zero: nine digits that all begin with an area code.

    About half of the random numbers do, so seven are asked for, or four of few areas. Numbers that
    were counted up lie close together and are none.
    """
    whole = cells.match(r"^\d{9}$")
    n_whole = int(whole.sum())
    if n_whole < 4 or cells.count(whole) < 0.9 * cells.n_cells:
        return find_none(cells)
    if not cells.match(_AREA)[whole].all():
        return find_none(cells)
    numbers = cells.take(whole).digits()
    n_areas = len(np.unique(numbers // 10_000_000))
    is_spread = int(np.ptp(numbers % 10_000_000)) > 100_000 * n_whole
    is_sure = n_whole >= 7 or n_areas <= 0.5 * n_whole
    return whole if is_sure and (is_spread or n_whole >= 90) else find_none(cells)


def find_street_addresses(cells: DistinctValues) -> BoolArray:
    """Streets: known endings from one cell, a house number behind words by share; and towns."""
    found = cells.match(_STREET) | cells.match(_STREET_ALONE) | find_places(cells)
    ended = cells.match(_STREET_ENDING)
    if cells.count(ended) >= 0.3 * cells.n_cells and ended.sum() >= 2:
        found |= ended
    if cells.is_mostly_plain:
        found |= ended & (cells.counts == 1) & cells.match(r"^[A-Z][a-z]{4}") & ~_is_listed(cells)
    shaped = cells.match(_STREET_SHAPE) | found
    if cells.is_mostly_plain:
        found |= shaped & (cells.counts == 1) & (cells.lengths >= 10)
    if cells.count(shaped) < 0.5 * cells.n_cells:
        return found
    if cells.count(shaped & cells.match(r" \d{2,}")) < 0.3 * cells.count(shaped):
        return found
    starts = {value.rsplit(" ", 1)[0] for value in cells.take(shaped).texts()}
    if len(starts) >= 3 and len(starts) >= 0.5 * int(shaped.sum()):
        found = shaped
    return found


def find_places(cells: DistinctValues) -> BoolArray:
    """Towns: when many different ones stand in a column, or one among ordinary words.

    A few towns that repeat are sites of the study.
    """
    worded = cells.match(r"^[A-Za-z'][A-Za-z' .()/-]{1,40}$") & ~cells.is_trivial
    known = find_none(cells)
    for place in np.flatnonzero(worded):
        known[place] = is_place(cells.values[place].as_py())
    n_known, n_worded = int(known.sum()), int(worded.sum())
    found = cells.match(_SCHOOL)
    is_varied = n_worded >= 0.7 * cells.count(worded) or n_known >= 12
    is_most = n_known >= 0.3 * n_worded and cells.count(worded) >= 0.5 * cells.n_cells
    if n_known >= 3 and is_most and is_varied:
        return found | worded
    is_rare = cells.counts <= 2
    if cells.n_cells >= 8 and not (known & ~is_rare).any():
        begun = cells.match(r"^[A-Za-z']*[a-z]|^[A-Z]{4}")
        begun[begun] = [is_place(text, begins=True) for text in cells.take(begun).texts()]
        found |= known & is_rare & begun & ~_is_listed(cells)
    return found


def _is_listed(cells: DistinctValues) -> BoolArray:
    """Whether each value is an ordinary word."""
    return np.array([is_ordinary(text.casefold()) for text in cells.texts()], dtype=bool)


def is_place(text: str, *, begins: bool = False) -> bool:
    """Say whether a folded text is a known town, perhaps with words before or behind it.

    begins: the town's name comes first (`York`, and not the state of New York).
    """
    words = re.split(r"[^a-z']+", text.casefold())
    return any(word in PLACES for word in words[: 1 if begins else 3])


def find_postcodes(cells: DistinctValues) -> BoolArray:
    """Dutch and British postcodes: with a space from one cell, without by share."""
    found = cells.match(_POSTCODE) | cells.match(_POSTCODE_UK)
    tight = cells.match(_POSTCODE_TIGHT)
    if cells.count(tight) >= 0.3 * cells.n_cells or cells.is_mostly_plain:
        found |= tight
    loose = cells.match(_POSTCODE_LOOSE)
    if cells.is_mostly_plain:
        found |= cells.match(_POSTCODE_DUTCH_LOOSE)
    if cells.count(loose) >= 0.5 * cells.n_cells and _is_scattered(cells.take(loose)):
        found |= loose
    british = cells.match(_POSTCODE_UK_LOOSE)
    if cells.count(british) >= 0.5 * cells.n_cells and british.sum() >= 3:
        found |= british
    polish = cells.match(_POSTCODE_POLISH)
    starts = {text[:2] for text in cells.take(polish).texts()}
    if cells.is_mostly_words:
        found |= polish
    if cells.count(polish) >= 0.5 * cells.n_cells and len(starts) >= min(
        max(4, 0.4 * polish.sum()), 40
    ):
        found |= polish
    return found


def _is_scattered(loose: DistinctValues) -> bool:
    """Whether codes are no counted-up pseudonyms (B-1001, B-1002, ...): their numbers lie apart."""
    numbers = [int("".join(filter(str.isdigit, text))) for text in loose.texts()]
    return len(numbers) >= 2 and max(numbers) - min(numbers) > 10 * len(numbers)


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
        return find_none(cells)
    degrees = cells.take(exact).floats()
    inside = bool(np.all((degrees >= low) & (degrees <= high)))
    return exact if inside else find_none(cells)
