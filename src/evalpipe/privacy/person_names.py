"""Names of people, by what stands in the cells: known names, initials, prefixes, endings."""

import re
import unicodedata

import numpy as np

from evalpipe.privacy.distinct import BoolArray, DistinctValues
from evalpipe.privacy.known_names import (
    AMBIGUOUS,
    FIRST_NAMES,
    SURNAME_ENDINGS,
    SURNAMES,
    TUSSENVOEGSELS,
)

_PREFIX = "(?:(?i:" + "|".join(map(re.escape, TUSSENVOEGSELS)) + r")[ ']\s?)"
_CAPITAL = r"[A-Z][A-Za-z']+(?:-[A-Z]?[A-Za-z']+)?"
_NAME_SHAPE = r"^[A-Za-z'][A-Za-z'.,\- ]{1,60}$"
_INITIALS = rf"^(?:(?:[A-Z]|Th|Ch|Ph|IJ)\.[ -]?){{1,5}}{_PREFIX}*{_CAPITAL}(?:[ -]{_CAPITAL})?$"
_TITLED = (
    r"^(?i:dhr|mevr|mw|mr|mrs|ms|miss|dr|drs|prof|meneer|mevrouw|de heer|ir|ing|sir)\.?\s+"
    rf"(?:(?:[A-Z]\.\s?)+)?{_PREFIX}*{_CAPITAL}"
)
_INVERTED = rf"^{_PREFIX}*{_CAPITAL},\s?(?:(?:[A-Z]\.\s?){{1,5}}|{_CAPITAL})(?:\s?{_PREFIX})*$"
_PREFIXED = (
    rf"^(?:{_CAPITAL} |(?:[A-Z]\.\s?)+)?(?i:van der|van den|van de|van 't|van het|van|de|ter|ten"
    rf"|te|op de|op den|op 't|in 't|von|'t|el|al|ben|bin) {_CAPITAL}(?:-{_CAPITAL})?$"
)
_TWO_CAPITALS = rf"^{_CAPITAL}(?: {_CAPITAL}){{1,3}}$"
_MOST_JUDGED = 20_000


def find_person_names(cells: DistinctValues) -> BoolArray:
    """Values that are names of people.

    From one cell: initials or a title with a surname, a known first name followed by more, a
    surname with its Dutch prefix behind a known first name. By share: single names of which enough
    are known, and name shapes around them.
    """
    found = np.zeros(cells.n_distinct, dtype=bool)
    shaped = cells.match(_NAME_SHAPE) & ~cells.is_trivial
    if not shaped.any():
        return found
    places = _spread(np.flatnonzero(shaped))
    judged = DistinctValues(cells.values.take(places), cells.counts[places])
    is_strong, is_known, is_alike = _judge(judged)
    found[places[is_strong | _find_stray_names(judged)]] = True
    if _is_name_column(cells, judged, is_known | is_strong, is_alike | is_strong):
        found[places[is_known | is_alike | is_strong]] = True
    return found


def _find_stray_names(judged: DistinctValues) -> BoolArray:
    """Single known names that occur once or twice; surnames only among words in lower case.

    A category may bear a first name (a site, a month), but then it repeats.
    """
    stray = np.zeros(judged.n_distinct, dtype=bool)
    is_lower = judged.match(r"^[a-z]")
    among_lower = judged.count(is_lower) >= 0.5 * judged.n_cells
    rare = judged.match(r"^[A-Z][a-z]{3,}$") & (judged.counts <= 2) & (judged.n_cells >= 10)
    for place in np.flatnonzero(rare):
        word = judged.values[place].as_py().casefold()
        stray[place] = word in FIRST_NAMES or (among_lower and word in SURNAMES)
    return stray


def _spread(
    places: "np.ndarray[tuple[int], np.dtype[np.intp]]",
) -> "np.ndarray[tuple[int], np.dtype[np.intp]]":
    """At most `_MOST_JUDGED` places, evenly spread: a longer column shows its kind by those."""
    if len(places) <= _MOST_JUDGED:
        return places
    return places[np.linspace(0, len(places) - 1, _MOST_JUDGED).astype(np.intp)]


def _is_name_column(
    cells: DistinctValues, judged: DistinctValues, known: BoolArray, alike: BoolArray
) -> bool:
    n_known, n_judged = int(known.sum()), judged.n_distinct
    if n_known == 0 or judged.n_cells < 0.3 * cells.n_cells:
        return False
    share_known, share_alike = n_known / n_judged, int((known | alike).sum()) / n_judged
    if n_known >= 2 and share_known >= 0.3:
        return True
    if n_judged == 1 and known.all():
        return True
    is_varied = n_judged >= 0.5 * judged.n_cells
    return n_judged >= 5 and is_varied and share_alike >= 0.5 and share_known >= 0.08


def _judge(judged: DistinctValues) -> tuple[BoolArray, BoolArray, BoolArray]:
    strong = judged.match(_INITIALS) | judged.match(_TITLED)
    inverted = judged.match(_INVERTED)
    prefixed = judged.match(_PREFIXED)
    capitals = judged.match(_TWO_CAPITALS)
    known = np.zeros(judged.n_distinct, dtype=bool)
    alike = np.zeros(judged.n_distinct, dtype=bool)
    for place, text in enumerate(judged.texts()):
        words = _fold(text)
        if not words or len(words) > 6:
            continue
        known[place] = any(word in FIRST_NAMES or word in SURNAMES for word in words[:4])
        alike[place] = prefixed[place] or _looks_like_surname(text, words)
        opens_with_name = words[0] in FIRST_NAMES
        ends_with_surname = words[-1] in SURNAMES or words[-1] in FIRST_NAMES
        strong[place] |= (
            (capitals[place] or prefixed[place])
            and len(words) > 1
            and (
                (opens_with_name and _is_surname_like(words[-1]))
                or (opens_with_name and ends_with_surname)
            )
        )
        strong[place] |= capitals[place] and len(words) > 1 and words[-1] in SURNAMES
        strong[place] |= inverted[place] and known[place]
        strong[place] |= prefixed[place] and words[-1] in SURNAMES | AMBIGUOUS
        strong[place] |= len(words) == 2 and opens_with_name and words[1] in SURNAMES
    return strong, known, alike


def _is_surname_like(word: str) -> bool:
    return word in SURNAMES or word in AMBIGUOUS or word.endswith(SURNAME_ENDINGS)


def _looks_like_surname(text: str, words: list[str]) -> bool:
    is_capital = text[:1].isupper()
    return (
        is_capital
        and len(words) <= 3
        and (words[-1].endswith(SURNAME_ENDINGS) or words[-1] in AMBIGUOUS or len(words) > 1)
    )


def _fold(text: str) -> list[str]:
    """Words of a name in lower case without accents, initials and punctuation."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = re.split(r"[\s,.\-]+", plain.replace("’", "'"))
    return [word for word in words if len(word) > 1]


def known_name_share(words: list[str]) -> float:
    """Share of words that are a known first name (for ids such as `jan01`)."""
    return sum(word in FIRST_NAMES for word in words) / len(words) if words else 0.0
