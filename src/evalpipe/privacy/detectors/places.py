"""Places of residence, and schools."""

import re

import numpy as np

from evalpipe.privacy import thresholds as limits
from evalpipe.privacy.distinct import BoolArray, DistinctValues, find_none
from evalpipe.privacy.word_lists import PLACES, is_ordinary

_SCHOOL = (
    r"^(?:OBS|CBS|RKBS|KBS|PCB|SBO|ODS|Basisschool|Daltonschool|Montessorischool|Jenaplanschool"
    r"|Vrije School"
    r"|Kinderdagverblijf|KDV|BSO|Peuterspeelzaal) (?:De |Het |'t )?[A-Z][a-z]{2}"
)


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
    is_varied = (
        n_worded >= limits.PLACE_VARIED * cells.count(worded) or n_known >= limits.PLACE_MANY
    )
    is_most = n_known >= limits.PLACE_KNOWN * n_worded and cells.fills(worded, limits.PLACE_SHARE)
    if n_known >= limits.PLACE_VALUES and is_most and is_varied:
        return found | worded
    is_rare = cells.counts <= limits.PLACE_RARE_CELLS
    if cells.n_cells >= limits.PLACE_LEAST_CELLS and not (known & ~is_rare).any():
        begun = cells.match(r"^[A-Za-z']*[a-z]|^[A-Z]{4}")
        begun[begun] = [is_place(text, begins=True) for text in cells.take(begun).texts()]
        found |= known & is_rare & begun & ~are_listed(cells)
    return found


def are_listed(cells: DistinctValues) -> BoolArray:
    """Whether each value is an ordinary word."""
    return np.array([is_ordinary(text.casefold()) for text in cells.texts()], dtype=bool)


def is_place(text: str, *, begins: bool = False) -> bool:
    """Say whether a folded text is a known town, perhaps with words before or behind it.

    begins: the town's name comes first (`York`, and not the state of New York).
    """
    words = re.split(r"[^a-z']+", text.casefold())
    return any(word in PLACES for word in words[: 1 if begins else 3])
