"""Free text: what people write, as against labels that they choose."""

import re

import numpy as np
import pyarrow as pa

from evalpipe.privacy import thresholds as limits
from evalpipe.privacy.distinct import BoolArray, DistinctValues, IntArray, find_none
from evalpipe.privacy.word_lists import is_ordinary

_WORD = re.compile(r"[a-z]{3,}")

_CODE = (
    r"\d.*\d.*\d|^[A-Z0-9]+$|^[0-9a-f-]+$|^\S*\d\S*[a-z]\S*[A-Z]\S*$|^\S*\d\S*[A-Z]\S*[a-z]\S*$"
    r"|^\S*(?:[a-z]+[A-Z]+){2}\S*$"
)
"""Codes: three digits, or capitals and small letters as nobody writes them."""
_UNIT = (
    r"(?:jaar|jaren|jr|years?|yrs?|maand(?:en)?|mnd|months?|mo|we(?:ek|ken|eks)|wk|dag(?:en)?"
    r"|days?|uur|uren|hours?|h|min|minuten|minutes?|sec\w*|Jahre?|Monate?|ans?|mois)\.?"
)
_DURATION = (
    rf"(?i)^\d+(?:[.,]\d+)? ?{_UNIT}(?:,? (?:en |and |und |et |& )?\d+(?:[.,]\d+)? ?{_UNIT})*$"
)
"""`9 jaar en 2 maanden` is an age and no text."""


def find_free_text(cells: DistinctValues) -> BoolArray:
    """Sentences: long texts from one cell, shorter ones when they hardly repeat.

    Answer labels repeat and stay few; what people write does neither.
    """
    words = _count_words(cells)
    words = _count_words(cells)
    worded = words >= limits.TEXT_WORDS
    wordy = worded & ~cells.is_number & cells.match(r"[A-Za-z]{2}") & ~cells.match(_DURATION)
    n_wordy = int(wordy.sum())
    is_varied = n_wordy >= limits.TEXT_VARIED * cells.count(wordy) if n_wordy else False
    if n_wordy >= limits.TEXT_VALUES and is_varied and cells.fills(wordy, limits.TEXT_SHARE):
        return wordy
    are_labels = cells.count(wordy) >= limits.TEXT_LABEL_CELLS * n_wordy
    if n_wordy >= limits.TEXT_MANY_VALUES and not are_labels:
        return wordy
    long = (words >= limits.TEXT_LONG_WORDS) | ((cells.lengths >= limits.TEXT_LONG_LENGTH) & worded)
    ended = worded & (cells.counts == 1) & cells.match(r"[a-z]{2}[.!?]$")
    lone: BoolArray = (long & (cells.counts < limits.TEXT_LONG_CELLS)) | ended
    lone |= _find_odd_phrases(cells, wordy) | _find_unlisted(cells)
    is_told = cells.n_cells >= limits.TEXT_TOLD_CELLS or n_wordy == cells.n_distinct
    if n_wordy <= limits.TEXT_TOLD_VALUES and is_varied and is_told:
        lone |= _find_sentences(cells, words)
    return lone


def _find_sentences(cells: DistinctValues, words: IntArray) -> BoolArray:
    """Sentences that occur once."""
    told = words >= limits.TEXT_TOLD_WORDS
    told |= (words >= limits.TEXT_TOLD_WORDS_SMALL) & cells.match(r"^[a-z]")
    found: BoolArray = told & (cells.counts == 1) & cells.match(r"[a-z]{2} [a-z]{2}")
    return found


def _find_odd_phrases(cells: DistinctValues, wordy: BoolArray) -> BoolArray:
    """Phrases that occur once, in a column that has no others."""
    phrased = cells.match(r"^[A-Za-z]+(?:,? [a-z']{2,}){2,}$") & (cells.counts == 1)
    is_long = cells.n_cells >= limits.TEXT_ODD_CELLS
    fewest = limits.TEXT_ODD_VALUES if is_long else limits.TEXT_ODD_VALUES_FEW
    is_odd = not (wordy & ~phrased).any() and phrased.sum() >= fewest
    return phrased if is_odd and (is_long or phrased.all()) else find_none(cells)


def _find_unlisted(cells: DistinctValues) -> BoolArray:
    """Mostly distinct words that no list of ordinary words knows: names, places or text.

    A column of categories repeats; one that does not has no place in the data, whatever it holds.
    """
    worded = cells.match(r"[A-Za-z]{4}") & ~cells.match(_CODE)
    n_worded = int(worded.sum())
    is_varied = n_worded >= limits.TEXT_UNLISTED_VARIED * cells.count(worded)
    if n_worded < limits.TEXT_UNLISTED_VALUES or not is_varied:
        return find_none(cells)
    if not cells.fills(worded, limits.TEXT_UNLISTED_SHARE):
        return find_none(cells)
    unlisted = worded.copy()
    for place in np.flatnonzero(worded):
        text = cells.values[place].as_py().casefold()
        unlisted[place] = not all(is_ordinary(word) for word in _WORD.findall(text))
    is_most = unlisted.sum() >= limits.TEXT_UNLISTED_KNOWN * n_worded
    return unlisted if is_most else find_none(cells)


def _count_words(cells: DistinctValues) -> IntArray:
    import pyarrow.compute as pc

    spaces = pc.count_substring_regex(cells.values, r"\s+")
    counted: IntArray = pa.array(spaces).to_numpy(zero_copy_only=False).astype(np.int64)
    return counted + 1
