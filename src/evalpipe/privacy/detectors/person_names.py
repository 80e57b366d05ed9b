"""Names of people, by what stands in the cells: known names, initials, prefixes, letters.

Each value gets a weight: how much its words are known names, ordinary words, or read like either. A
column, or what is rare in it, is judged by the mean weight of its distinct values.
"""

import re

import numpy as np

from evalpipe.privacy import thresholds as limits
from evalpipe.privacy.detectors.initials import find_initials
from evalpipe.privacy.distinct import BoolArray, DistinctValues, FloatArray
from evalpipe.privacy.name_weights import weigh_name
from evalpipe.privacy.word_lists import NAME_PREFIXES

_PREFIX = "(?:(?i:" + "|".join(map(re.escape, NAME_PREFIXES)) + r")[ ']\s?)"
_CAPITAL = r"[A-Z][A-Za-z']+(?:-[A-Z]?[A-Za-z']+)?"
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

_PREFIX_FIRST = rf"^(?i:van der|van den|van de|van|de|den|ter|ten|von|el|al) {_CAPITAL}$"


def find_person_names(cells: DistinctValues) -> BoolArray:
    """Values that are names of people.

    From one cell: initials or a title with a surname, a first name with a surname. By the column:
    words that are known names or read like names, all of them or those that are rare.
    """
    found = _find_names_with_numbers(cells) | find_initials(cells)
    shaped = cells.match(_NAME_SHAPE) & ~cells.is_trivial
    if not shaped.any():
        return found
    places = _spread(np.flatnonzero(shaped))
    judged = DistinctValues(cells.values.take(places), cells.counts[places])
    weights = np.array([weigh_name(text) for text in judged.texts()])
    weights[_find_name_forms(judged) & (weights > limits.NAME_UNLISTED)] += limits.NAME_FORM
    strong = _find_written_names(judged, weights)
    found[places[strong | _find_stray_names(cells, judged, weights)]] = True
    is_most = judged.n_cells >= limits.NAME_COLUMN_SHARE * cells.n_cells
    if is_most and _is_name_column(judged, weights):
        found[places[weights > limits.NAME_COLUMN_TAKEN]] = True
    return found


def _find_names_with_numbers(cells: DistinctValues) -> BoolArray:
    """A name with an age or a code (`P040 Sanne Bakker`): among words, or in most cells."""
    held = cells.match(rf"^(?:\S*\d\S* {_CAPITAL}|{_CAPITAL} .*\d)") & (
        cells.counts <= limits.NAME_NUMBERED_RARE
    )
    held[held] = [
        weigh_name(text) >= limits.NAME_NUMBERED_WEIGHT for text in cells.take(held).texts()
    ]
    is_most = cells.fills(held, limits.NAME_NUMBERED_SHARE) and (
        held.sum() >= limits.NAME_NUMBERED_VALUES
    )
    return held if is_most or cells.is_mostly_plain else np.zeros_like(held)


def _spread(
    places: "np.ndarray[tuple[int], np.dtype[np.intp]]",
) -> "np.ndarray[tuple[int], np.dtype[np.intp]]":
    """At most so many places, evenly spread: a longer column shows its kind by those."""
    if len(places) <= limits.NAME_MOST_JUDGED:
        return places
    return places[np.linspace(0, len(places) - 1, limits.NAME_MOST_JUDGED).astype(np.intp)]


def _find_name_forms(judged: DistinctValues) -> BoolArray:
    """Forms that names have more often than labels: prefix, initial, title, `Surname, X`."""
    forms = (_SINGLE_INITIAL, _INVERTED, _PREFIXED, _PREFIX_FIRST, _TITLED)
    found: BoolArray = np.logical_or.reduce([judged.match(form) for form in forms])
    return found


def _find_written_names(judged: DistinctValues, weights: FloatArray) -> BoolArray:
    """Names that are written as only names are, each from one cell."""
    initials, titled = judged.match(_INITIALS), judged.match(_TITLED)
    inverted, prefixed = judged.match(_INVERTED), judged.match(_PREFIXED)
    parted = judged.match(r"\S[ _.,-]\S") & (weights >= limits.NAME_KNOWN)
    named = (inverted | judged.match(_SINGLE_INITIAL)) & (weights >= limits.NAME_KNOWN)
    capitals = judged.match(_TWO_CAPITALS) & (weights > limits.NAME_CAPITALS)
    return (
        initials
        | (titled & (weights > limits.NAME_ORDINARY))
        | parted
        | named
        | capitals
        | (prefixed & (weights > limits.NAME_PREFIXED))
    )


def _find_stray_names(
    cells: DistinctValues, judged: DistinctValues, weights: FloatArray
) -> BoolArray:
    """Names that occur once or twice among answers that repeat, or among ordinary words.

    A category may bear a name (a site), but then it repeats.
    """
    is_long = cells.n_cells >= limits.NAME_LONG_COLUMN
    rare = judged.counts <= (limits.NAME_RARE_CELLS_LONG if is_long else limits.NAME_RARE_CELLS)
    others = weights[~rare]
    is_apart = cells.n_cells >= limits.NAME_STRAY_CELLS and (
        len(others) == 0 or float(others.mean()) < 0
    )
    if not is_apart or not rare.any() or len(weights) == int(rare.sum()) == cells.n_distinct:
        return _find_names_among_words(cells, judged, weights) & rare
    stray = rare & (weights >= limits.NAME_KNOWN)
    unlisted = rare & (weights > limits.NAME_UNLISTED)
    n_unlisted = int(unlisted.sum())
    is_many = n_unlisted >= limits.NAME_UNLISTED_VALUES
    if is_many and float(weights[unlisted].mean()) > limits.NAME_UNLISTED_MEAN:
        stray |= unlisted & (weights > 0)
    is_clear = cells.n_cells >= limits.NAME_CLEAR_CELLS and len(others) > 0
    is_clear = is_clear and n_unlisted <= limits.NAME_CLEAR_VALUES
    if is_clear and float(others.mean()) <= limits.NAME_CLEAR_OTHERS:
        stray |= unlisted & (weights > limits.NAME_CLEAR_WEIGHT)
    return stray


def _find_names_among_words(
    cells: DistinctValues, judged: DistinctValues, weights: FloatArray
) -> BoolArray:
    """Known names in a column that has nothing to compare with but ordinary words."""
    known = (weights >= limits.NAME_KNOWN) & judged.match(r"^[A-Za-z]{4,}$")
    words = judged.count(weights <= limits.NAME_ORDINARY)
    if (
        cells.n_cells >= limits.NAME_STRAY_CELLS
        and words >= limits.NAME_WORDS_SHARE * cells.n_cells
    ):
        unlisted = weights > limits.NAME_UNLISTED
        is_named = int(unlisted.sum()) >= limits.NAME_AMONG_VALUES
        is_named = is_named and float(weights[unlisted].mean()) > limits.NAME_AMONG_MEAN
        return known | (unlisted & (weights > 0)) if is_named else known
    return known & judged.match(r"^[A-Z][a-z]+$") & (cells.n_cells >= limits.NAME_ALONE_CELLS)


def _is_name_column(judged: DistinctValues, weights: FloatArray) -> bool:
    """Whether the distinct values, taken together, are names."""
    known = weights >= limits.NAME_KNOWN
    n_judged, n_known = judged.n_distinct, int(known.sum())
    if n_judged <= limits.NAME_FEW_VALUES:
        return bool(known.all())
    mean = float(weights.mean())
    if n_judged >= limits.NAME_VARIED * judged.n_cells:
        has_enough = n_judged >= limits.NAME_ENOUGH_VALUES
        return mean > (limits.NAME_MEAN if has_enough else limits.NAME_MEAN_FEW)
    is_common = n_known >= limits.NAME_REPEATED_SHARE * n_judged
    is_common = is_common and n_known >= limits.NAME_REPEATED_VALUES
    return is_common and mean > limits.NAME_REPEATED_MEAN
