"""Names of people, by what stands in the cells: known names, initials, prefixes, letters.

Each value gets a weight: how much its words are known names, ordinary words, or read like either. A
column, or what is rare in it, is judged by the mean weight of its distinct values.
"""

import re
from functools import cache

import numpy as np

from evalpipe.privacy.distinct import BoolArray, DistinctValues, FloatArray
from evalpipe.privacy.known_names import AMBIGUOUS, FIRST_NAMES, SURNAMES, TUSSENVOEGSELS
from evalpipe.privacy.letter_patterns import weigh_letters
from evalpipe.privacy.ordinary_words import is_ordinary

_PREFIX = "(?:(?i:" + "|".join(map(re.escape, TUSSENVOEGSELS)) + r")[ ']\s?)"
_CAPITAL = r"[A-Z][A-Za-z']+(?:-[A-Z]?[A-Za-z']+)?"
_KIN_AND_TITLES = """
moeder vader oma opa tante oom mama papa mother father mum mom dad aunt uncle grandma grandpa
broer zus brother sister mutter sohn dhr mevr mw mr mrs ms miss dr drs prof meneer mevrouw ir ing
sir herr frau mme mlle jr sr huisarts kinderarts jeugdarts juf meester leerkracht mentor
"""
_NOT_WEIGHED = frozenset(TUSSENVOEGSELS) | frozenset(_KIN_AND_TITLES.split())
_NAME_SHAPE = r"^[A-Za-z'][A-Za-z'.,\-_ ()&/]{1,60}\d{0,4}$"
_INITIALS = rf"^(?:(?:[A-Z]|Th|Ch|Ph|IJ)\.[ -]?){{1,5}}{_PREFIX}*{_CAPITAL}(?:[ -]{_CAPITAL})?$"
_TITLED = (
    r"^(?i:dhr|mevr|mw|mr|mrs|ms|miss|dr|drs|prof|meneer|mevrouw|de heer|ir|ing|sir|herr|frau"
    r"|mme|mlle|monsieur|madame|m|fam)\.?\s+"
    rf"(?:(?:[A-Z]\.\s?)+)?{_PREFIX}*{_CAPITAL}"
)
_INVERTED = rf"^{_PREFIX}*{_CAPITAL},\s?(?:(?:[A-Z]\.\s?){{1,5}}|{_CAPITAL})(?:\s?{_PREFIX})*$"
_PREFIXED = (
    rf"^(?:{_CAPITAL} |(?:[A-Z]\.\s?)+)?(?i:van der|van den|van de|van 't|van het|van|de|ter|ten"
    rf"|te|op de|op den|op 't|in 't|von|'t|el|al|ben|bin) {_CAPITAL}(?:-{_CAPITAL})?$"
)
_TWO_CAPITALS = rf"^{_CAPITAL}(?: {_CAPITAL}){{1,3}}$"
_SINGLE_INITIAL = rf"^[A-Z] {_CAPITAL}$|^{_CAPITAL} [A-Z]{{1,3}}\.?$|^[a-z'-]{{3,}},? [a-z]\.?$"
_MOST_JUDGED = 20_000

_PREFIX_FIRST = rf"^(?i:van der|van den|van de|van|de|den|ter|ten|von|el|al) {_CAPITAL}$"
_FORM = 0.7
"""Weight of a form that names have more often than labels."""
_KNOWN, _BOTH, _ORDINARY = 2.0, 0.3, -2.0
"""Weight of a word that is a known name, a name and an ordinary word, an ordinary word."""


def find_person_names(cells: DistinctValues) -> BoolArray:
    """Values that are names of people.

    From one cell: initials or a title with a surname, a first name with a surname. By the column:
    words that are known names or read like names, all of them or those that are rare.
    """
    found = _find_names_with_numbers(cells)
    shaped = cells.match(_NAME_SHAPE) & ~cells.is_trivial
    if not shaped.any():
        return found
    places = _spread(np.flatnonzero(shaped))
    judged = DistinctValues(cells.values.take(places), cells.counts[places])
    weights = np.array([weigh_name(text) for text in judged.texts()])
    weights[_find_name_forms(judged) & (weights > -1)] += _FORM
    strong = _find_written_names(judged, weights)
    found[places[strong | _find_stray_names(cells, judged, weights)]] = True
    if judged.n_cells >= 0.3 * cells.n_cells and _is_name_column(judged, weights):
        found[places[weights > _ORDINARY / 2]] = True
    return found


def _find_names_with_numbers(cells: DistinctValues) -> BoolArray:
    """A name with an age or a code (`P040 Sanne Bakker`): among words, or in most cells."""
    held = cells.match(rf"^(?:\S*\d\S* {_CAPITAL}|{_CAPITAL} .*\d)") & (cells.counts <= 2)
    held[held] = [weigh_name(text) >= 1 for text in cells.take(held).texts()]
    is_most = held.sum() >= 3 and cells.count(held) >= 0.5 * cells.n_cells
    return held if is_most or cells.is_mostly_plain else np.zeros_like(held)


def _spread(
    places: "np.ndarray[tuple[int], np.dtype[np.intp]]",
) -> "np.ndarray[tuple[int], np.dtype[np.intp]]":
    """At most `_MOST_JUDGED` places, evenly spread: a longer column shows its kind by those."""
    if len(places) <= _MOST_JUDGED:
        return places
    return places[np.linspace(0, len(places) - 1, _MOST_JUDGED).astype(np.intp)]


def _find_name_forms(judged: DistinctValues) -> BoolArray:
    """Forms that names have more often than labels: prefix, initial, title, `Surname, X`."""
    forms = (_SINGLE_INITIAL, _INVERTED, _PREFIXED, _PREFIX_FIRST, _TITLED)
    found: BoolArray = np.logical_or.reduce([judged.match(form) for form in forms])
    return found


def _find_written_names(judged: DistinctValues, weights: FloatArray) -> BoolArray:
    """Names that are written as only names are, each from one cell."""
    initials, titled = judged.match(_INITIALS), judged.match(_TITLED)
    inverted, prefixed = judged.match(_INVERTED), judged.match(_PREFIXED)
    parted = judged.match(r"\S[ _.,-]\S") & (weights >= _KNOWN)
    named = (inverted | judged.match(_SINGLE_INITIAL)) & (weights >= _KNOWN)
    capitals = judged.match(_TWO_CAPITALS) & (weights > 1.0)
    return (
        initials
        | (titled & (weights > _ORDINARY))
        | parted
        | named
        | capitals
        | (prefixed & (weights > 1.5))
    )


def _find_stray_names(
    cells: DistinctValues, judged: DistinctValues, weights: FloatArray
) -> BoolArray:
    """Names that occur once or twice among answers that repeat, or among ordinary words.

    A category may bear a name (a site), but then it repeats.
    """
    rare = judged.counts <= (3 if cells.n_cells >= 200 else 2)
    others = weights[~rare]
    is_apart = cells.n_cells >= 8 and (len(others) == 0 or float(others.mean()) < 0)
    if not is_apart or not rare.any() or len(weights) == int(rare.sum()) == cells.n_distinct:
        return _find_names_among_words(cells, judged, weights) & rare
    stray = rare & (weights >= _KNOWN)
    unlisted = rare & (weights > -1)
    if int(unlisted.sum()) >= 3 and float(weights[unlisted].mean()) > 0.35:
        stray |= unlisted & (weights > 0)
    is_clear = cells.n_cells >= 20 and len(others) > 0
    if is_clear and float(others.mean()) <= _ORDINARY + 0.5 and unlisted.sum() <= 2:
        stray |= unlisted & (weights > 0.5)
    return stray


def _find_names_among_words(
    cells: DistinctValues, judged: DistinctValues, weights: FloatArray
) -> BoolArray:
    """Known names in a column that has nothing to compare with but ordinary words."""
    known = (weights >= _KNOWN) & judged.match(r"^[A-Za-z]{4,}$")
    words = judged.count(weights <= _ORDINARY)
    if cells.n_cells >= 8 and words >= 0.3 * cells.n_cells:
        unlisted = weights > -1
        is_named = int(unlisted.sum()) >= 3 and float(weights[unlisted].mean()) > 0.6
        return known | (unlisted & (weights > 0)) if is_named else known
    return known & judged.match(r"^[A-Z][a-z]+$") & (cells.n_cells >= 10)


def _is_name_column(judged: DistinctValues, weights: FloatArray) -> bool:
    """Whether the distinct values, taken together, are names."""
    known = weights >= _KNOWN
    n_judged, n_known = judged.n_distinct, int(known.sum())
    if n_judged <= 2:
        return bool(known.all())
    mean = float(weights.mean())
    is_varied = n_judged >= 0.5 * judged.n_cells
    if is_varied:
        return mean > (0.3 if n_judged >= 5 else 0.4)
    return n_known >= 2 and n_known >= 0.3 * n_judged and mean > 0.5


@cache
def weigh_name(text: str) -> float:
    """Mean weight of the words of one value, from -2 (ordinary words) to 2 (known names)."""
    words = _words_of(text)
    if not words:
        return _ORDINARY
    return sum(_weigh_word(word) for word in words) / len(words)


@cache
def _weigh_word(word: str) -> float:
    is_name = word in FIRST_NAMES or word in SURNAMES
    if is_name or word in AMBIGUOUS:
        return _BOTH if word in AMBIGUOUS or is_ordinary(word) else _KNOWN
    if is_ordinary(word):
        return _ORDINARY
    return max(-1.0, min(1.0, 1.5 * weigh_letters(word)))


def holds_unlisted_word(text: str) -> bool:
    """Say whether a word of three letters or more stands in a text that is no ordinary one."""
    return any(len(word) > 2 and not is_ordinary(word) for word in _words_of(text))


def _words_of(text: str) -> list[str]:
    """Words of a name in lower case without prefixes, initials, titles and signs."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    words = re.split(r"[^a-z']+", parted.casefold())
    stripped = [word.strip("'") for word in words if word not in _NOT_WEIGHED]
    bare = [word.replace("'", "") for word in stripped]
    return [word for word in bare if len(word) > 2 or word in SURNAMES or word in FIRST_NAMES]
