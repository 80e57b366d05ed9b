"""A column as the detectors see it: its distinct values, how often each occurs, and what they are.

Values are folded to plain letters first (no accents, no full-width digits, one kind of dash), so
that patterns stay small and a look-alike letter hides nothing. Patterns run in RE2 (through
arrow): time is linear in the text, whatever the text.
"""

import unicodedata
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from evalpipe.privacy import thresholds as limits
from evalpipe.privacy.lookalikes import LOOKALIKE

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

LETTERS = LOOKALIKE | str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss", "æ": "ae", "đ": "d"}
)
"""Letters that do not come apart into a plain one and an accent."""

_NUMBER = r"^[-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][-+]?\d+)?$"
_SHORT_NUMBER = r"^[-+]?\d{1,3}(?:[.,]\d+)?$"
_NOT_TOLD = r"(?i)^(?:n/?a|nan|null|missing|n\.?v\.?t\.?|[.\-]+)$"
_TRIVIAL = (
    r"(?i)^(?:.{0,2}|-?\d{1,3}|ja|nee|yes|no|true|false|onbekend|unknown|n/?a|n\.v\.t\.?|nvt"
    r"|geen|none"
    r"|checked|unchecked|missing|refused|not given|-?99+)$"
)


@dataclass(frozen=True)
class DistinctValues:
    """Distinct filled values of a column.

    values: folded text, shape (n,), outer white space removed. counts: occurrences, shape (n,).
    """

    values: pa.Array
    counts: IntArray

    @property
    def n_cells(self) -> int:
        """Filled cells."""
        return int(self.counts.sum())

    @property
    def n_distinct(self) -> int:
        """Distinct filled values."""
        return len(self.values)

    @cached_property
    def lengths(self) -> IntArray:
        """Characters of each value."""
        return _numpy(pc.utf8_length(self.values)).astype(np.int64)

    @cached_property
    def is_number(self) -> BoolArray:
        """Whether each value is one number, with point or comma."""
        return self.match(_NUMBER)

    @cached_property
    def is_trivial(self) -> BoolArray:
        """Whether each value is a short code or a plain answer that identifies nobody."""
        return self.match(_TRIVIAL)

    @cached_property
    def is_plain(self) -> BoolArray:
        """Whether each value is words without a digit, or a number of at most three."""
        return (self.match(r"[A-Za-z]") & ~self.match(r"\d")) | self.match(_SHORT_NUMBER)

    @cached_property
    def is_mostly_words(self) -> bool:
        """Whether most cells are words without a digit."""
        told = ~self.match(_NOT_TOLD)
        worded = self.match(r"[A-Za-z]{2}") & ~self.match(r"\d") & told
        return self.count(worded) >= limits.MOSTLY * self.count(told) > 0

    @cached_property
    def is_mostly_plain(self) -> bool:
        """Whether most cells are words or short numbers: a code among them is out of place."""
        told = ~self.match(_NOT_TOLD)
        return self.count(self.is_plain & told) >= limits.MOSTLY * self.count(told) > 0

    def match(self, pattern: str) -> BoolArray:
        """Which values hold the RE2 pattern, shape (n,)."""
        return _numpy(pc.match_substring_regex(self.values, pattern)).astype(bool)

    def hold(self, text: str) -> BoolArray:
        """Which values hold the literal text, shape (n,)."""
        return _numpy(pc.match_substring(self.values, text)).astype(bool)

    def count(self, chosen: BoolArray) -> int:
        """Cells whose value is chosen."""
        return int(self.counts[chosen].sum())

    def fills(self, chosen: BoolArray, share: float) -> bool:
        """Whether the chosen values fill at least this share of the cells, 0 to 1."""
        return self.count(chosen) >= share * self.n_cells

    def take(self, chosen: BoolArray) -> "DistinctValues":
        """Only the chosen values."""
        return DistinctValues(self.values.filter(pa.array(chosen)), self.counts[chosen])

    def digits(self) -> IntArray:
        """Values as integers; only for values that are 1 to 18 digits."""
        return _numpy(pc.cast(self.values, pa.int64())).astype(np.int64)

    def floats(self) -> FloatArray:
        """Values as floats, decimal comma allowed; only for values that are numbers."""
        points = pc.replace_substring(self.values, ",", ".")
        return _numpy(pc.cast(points, pa.float64())).astype(np.float64)

    def texts(self) -> list[str]:
        """Values as Python strings."""
        texts: list[str] = self.values.to_pylist()
        return texts


def find_none(cells: DistinctValues) -> BoolArray:
    """No value chosen, shape (n,)."""
    return np.zeros(cells.n_distinct, dtype=bool)


def find_distinct(cells: "pd.Series[str]") -> DistinctValues:
    """Reduce a text column to its distinct filled values, in order of first appearance."""
    text = _as_arrow(cells).drop_null()
    return _count(pc.utf8_trim_whitespace(text).filter(pc.not_equal(text, "")))


def _as_arrow(cells: "pd.Series[str]") -> pa.ChunkedArray:
    if isinstance(cells.array, pd.arrays.ArrowStringArray):
        return pa.chunked_array(cells.array.__arrow_array__())
    return pa.chunked_array([pa.array(cells, type=pa.large_string())])


def distinct_of(values: list[str]) -> DistinctValues:
    """The same for a list of texts (value labels)."""
    return _count(pc.utf8_trim_whitespace(pa.array(values, type=pa.large_string())))


def _count(text: "pa.Array | pa.ChunkedArray") -> DistinctValues:
    table = pc.value_counts(text)
    values = table.field("values")
    return DistinctValues(_fold_all(values), _numpy(table.field("counts")).astype(np.int64))


def _fold_all(values: pa.Array) -> pa.Array:
    """Plain letters; a long whole number loses a spreadsheet's zero (`612345678.0`)."""
    if pc.any(pc.ends_with(values, "0"), min_count=0).as_py():
        values = pc.replace_substring_regex(values, r"^(\d{5,})[.,]0+$", r"\1")
    if pc.all(pc.string_is_ascii(values), min_count=0).as_py():
        return values
    return pa.array([fold_text(text) for text in values.to_pylist()], type=pa.large_string())


def fold_text(text: str) -> str:
    """Write text in plain letters: `Zoë` as `Zoe`; other scripts as their look-alike or x."""
    if text.isascii():
        return text
    parted = unicodedata.normalize("NFKD", text).translate(LETTERS)
    return "".join(
        _plain(character) for character in parted if not unicodedata.combining(character)
    )


def _plain(character: str) -> str:
    if character.isascii():
        return character
    if character.isalpha():
        return "X" if character.isupper() else "x"
    kind = unicodedata.category(character)
    return {"Pd": "-", "Zs": " ", "Pi": "'", "Pf": "'"}.get(kind, character)


def _numpy(array: "pa.Array | pa.ChunkedArray") -> "NDArray[np.generic]":
    result: NDArray[np.generic] = array.to_numpy(zero_copy_only=False)
    return result
