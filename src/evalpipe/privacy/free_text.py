"""Free text: what people write, as against labels that they choose."""

import re

import numpy as np
import pyarrow as pa

from evalpipe.privacy.distinct import BoolArray, DistinctValues, IntArray, find_none
from evalpipe.privacy.ordinary_words import is_ordinary

_WORD = re.compile(r"[a-z]{3,}")


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
    if n_wordy >= 12:
        return wordy
    told = (words >= 5) | ((words >= 4) & cells.match(r"^[a-z]"))
    sentences = told & (cells.counts == 1) & cells.match(r"[a-z]{2} [a-z]{2}")
    phrased = cells.match(r"^[A-Za-z]+(?:,? [a-z']{2,}){2,}$") & (cells.counts == 1)
    is_odd = not (wordy & ~phrased).any() and phrased.sum() >= (2 if cells.n_cells >= 12 else 3)
    if is_odd and (cells.n_cells >= 12 or phrased.all()):
        found_phrases = phrased
    else:
        found_phrases = find_none(cells)
    ended = (words >= 3) & (cells.counts == 1) & cells.match(r"[a-z]{2}[.!?]$")
    lone: BoolArray = lone_long | ended | found_phrases | _find_unlisted(cells)
    is_told = cells.n_cells >= 10 or n_wordy == cells.n_distinct
    return lone | (sentences if n_wordy <= 5 and is_varied and is_told else find_none(cells))


def _find_unlisted(cells: DistinctValues) -> BoolArray:
    """Mostly distinct words that no list of ordinary words knows: names, places or text.

    A column of categories repeats; one that does not has no place in the data, whatever it holds.
    """
    worded = cells.match(r"[A-Za-z]{4}") & ~cells.match(r"\d.*\d.*\d|^[A-Z0-9]+$|^[0-9a-f-]+$")
    n_worded = int(worded.sum())
    if n_worded < 8 or n_worded < 0.8 * cells.count(worded):
        return find_none(cells)
    if cells.count(worded) < 0.5 * cells.n_cells:
        return find_none(cells)
    unlisted = worded.copy()
    for place in np.flatnonzero(worded):
        text = cells.values[place].as_py().casefold()
        unlisted[place] = not all(is_ordinary(word) for word in _WORD.findall(text))
    return unlisted if unlisted.sum() >= 0.6 * n_worded else find_none(cells)


def _count_words(cells: DistinctValues) -> IntArray:
    import pyarrow.compute as pc

    spaces = pc.count_substring_regex(cells.values, r"\s+")
    counted: IntArray = pa.array(spaces).to_numpy(zero_copy_only=False).astype(np.int64)
    return counted + 1
