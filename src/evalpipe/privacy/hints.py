"""Headings that announce an identifier: Dutch and English, and common German and French ones.

A hint alone refuses nothing: at least one cell must be of a kind that the hint makes plausible
(`email_opt_in` with yes and no is clean, `email` with one address is not).
"""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from evalpipe.privacy import thresholds as limits
from evalpipe.privacy.detectors.places import is_place
from evalpipe.privacy.distinct import BoolArray, DistinctValues
from evalpipe.privacy.lookalikes import skeleton
from evalpipe.privacy.name_weights import holds_unlisted_word, weigh_name

_HEADINGS = Path(__file__).with_name("headings.yaml")
_YEAR_ENDINGS = ("year", "yr", "jaar", "jahr")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
_SEPARATORS = re.compile(r"[^0-9a-z]+")
_SHORT_NAME = r"^[A-Z][A-Za-z]$"
_PLAIN_ANSWER = r"(?i)^(?:ja|no|na|ok)$"


@dataclass(frozen=True)
class Hint:
    """One rule's headings.

    words: whole words of the heading. parts: letters in a row anywhere in it, separators ignored
    (Dutch joins words). plausible: RE2 pattern that at least one cell must hold. is_weak: headings
    about a person that as often hold a category (`moeder`, `school`): besides, a word must stand in
    the cell that is no ordinary one.
    """

    rule: str
    words: frozenset[str]
    parts: tuple[str, ...]
    plausible: str
    is_weak: bool = False

    def fits_heading(self, words: frozenset[str], squeezed: str) -> bool:
        """Say whether the heading announces this rule."""
        return not self.words.isdisjoint(words) or any(part in squeezed for part in self.parts)

    def find_cells(self, cells: DistinctValues) -> BoolArray:
        """Which distinct values are plausible under this heading."""
        trivial = cells.is_trivial
        if self.rule == "person_name" and not self.is_weak:
            trivial = trivial & ~cells.match(_SHORT_NAME) | cells.match(_PLAIN_ANSWER)
        found = cells.match(self.plausible) & ~trivial
        if self.rule in _OF_WHOLE_NUMBERS:
            parted = cells.match(r"^-?\d*[.,]\d+$")
            found &= ~parted & (not cells.fills(parted, limits.HINT_PARTED))
        if self.rule in {"street_address", "url"}:
            found &= ~_find_listed(cells, found)
        if self.rule == "free_text" and _are_categories(cells):
            return np.zeros_like(found)
        return found & _find_unlisted(cells, found) if self.is_weak else found


def _are_categories(cells: DistinctValues) -> bool:
    """Whether a few short phrases repeat so often that somebody chose them from a list."""
    is_short = not cells.match(r"\S\s+\S+\s+\S+\s+\S").any()
    repeats = cells.n_cells >= limits.HINT_CATEGORY_CELLS * cells.n_distinct
    return is_short and repeats and bool((cells.counts >= limits.HINT_CATEGORY_LEAST).all())


def _find_listed(cells: DistinctValues, chosen: BoolArray) -> BoolArray:
    """Chosen values of ordinary words alone (`rural`, `north_east`), unless one is a town's."""
    listed = np.zeros(cells.n_distinct, dtype=bool)
    for place in np.flatnonzero(chosen & ~cells.match(r"\d")):
        text = cells.values[place].as_py()
        listed[place] = not holds_unlisted_word(text) and not is_place(text)
    return listed


def _find_unlisted(cells: DistinctValues, chosen: BoolArray) -> BoolArray:
    """Chosen values with a word that no list of ordinary words knows; among categories a name."""
    is_varied = (
        cells.n_distinct >= limits.HINT_VARIED * cells.n_cells
        or cells.n_distinct >= limits.HINT_VARIED_VALUES
    )
    unlisted = np.zeros(cells.n_distinct, dtype=bool)
    for place in np.flatnonzero(chosen):
        text = cells.values[place].as_py()
        unlisted[place] = weigh_name(text) >= limits.HINT_NAME or (
            is_varied and holds_unlisted_word(text)
        )
    return unlisted


def _read_headings() -> dict[str, Any]:
    headings: dict[str, Any] = yaml.safe_load(_HEADINGS.read_text(encoding="utf-8"))
    return headings


def _make_hint(entry: dict[str, Any]) -> Hint:
    words, parts = (entry.get(key, "").split() for key in ("words", "parts"))
    is_weak = entry.get("weak", False)
    return Hint(
        entry["rule"], frozenset(words), tuple(parts), "|".join(entry["plausible"]), is_weak
    )


_READ = _read_headings()
HINTS = tuple(_make_hint(entry) for entry in _READ["hints"])
"""In the order in which they are told."""
_ABOUT_THINGS = frozenset(_READ["about_things"].split())
_OF_QUANTITIES = frozenset(_READ["quantities"].split())
_OF_TIMES = frozenset(_READ["times"].split())
_OF_WHOLE_NUMBERS = frozenset(_READ["whole_numbers"].split())


def announces_quantity(heading: str) -> bool:
    """Say whether a heading announces an amount (`rt_msec`, `budget`)."""
    return not _OF_QUANTITIES.isdisjoint(_words_of(heading))


def announces_time(heading: str) -> bool:
    """Say whether a heading announces a time of the calendar (`year`, `cohort`)."""
    words = _words_of(heading)
    return not _OF_TIMES.isdisjoint(words) or any(word.endswith(_YEAR_ENDINGS) for word in words)


def find_hints(heading: str) -> list[Hint]:
    """The rules that a heading announces, in the order of `HINTS`.

    Look-alike letters of other scripts do not hide a hint.
    """
    words = _words_of(heading)
    if words & _ABOUT_THINGS:
        return []
    squeezed = _SEPARATORS.sub("", _fold(heading))
    return [hint for hint in HINTS if hint.fits_heading(words, squeezed)]


def _words_of(heading: str) -> frozenset[str]:
    parted = _CAMEL.sub(" ", heading)
    return frozenset(
        word for text in (heading, parted) for word in _SEPARATORS.split(_fold_words(text)) if word
    )


def _fold_words(heading: str) -> str:
    return " ".join(_fold(word) for word in heading.split())


def _fold(word: str) -> str:
    letters = unicodedata.normalize("NFKD", skeleton(word))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
