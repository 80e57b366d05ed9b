"""Lines under a table that are no participant: sums, means, counts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from evalpipe.ingest.accounts import key_of
from evalpipe.ingest.numbers import read_numbers
from evalpipe.ingest.rows import Rows

WORDS = frozenset(
    """
    total totals totaal totalen subtotal subtotaal sum som summe gesamt insgesamt grandtotal
    eindtotaal mean means average avg gemiddelde gemiddeld gem mittelwert median mediaan sd std
    stdev stddev standaarddeviatie variance variantie min max minimum maximum count aantal anzahl
    n range
    """.split()  # noqa: SIM905  # a list of words is read more easily
)
"""What such a line is called where the id should stand, in small letters and without marks."""

_LEAST_ROWS = 4
"""Below it a value may be the sum of the others by chance."""


def find_totals(part: Rows) -> pd.Series[bool]:
    """Say which rows are a line of totals: by the word in place of the id, or by the numbers.

    By numbers: a measured value is the sum of those of all other rows, in every column where the
    row has one.
    """
    frame, key = part.frame, key_of(part)
    names = frame[key].astype("string")
    if part.source.cohort is not None:
        names = names.str.removeprefix(f"{part.source.cohort}-")
    words = names.str.casefold().str.replace(r"[^a-z]", "", regex=True)
    has_digit = names.str.contains(r"\d", regex=True)
    by_word = (words.isin(WORDS) & ~has_digit.fillna(False)).fillna(False).astype(bool)
    return by_word | _is_sum(part)


def _is_sum(part: Rows) -> pd.Series[bool]:
    """True for the last row where it is the sum of the rows above in every number it has."""
    frame = part.source.table.frame
    none = pd.Series(False, index=part.frame.index)
    if len(frame) < _LEAST_ROWS:
        return none
    columns = [name for name in _measured(part) if name in frame]
    sums = []
    for name in columns:
        text = frame[name].astype("string").str.strip()
        numbers = read_numbers(part.source, name, text)[0].to_numpy()
        last, above = numbers[-1], numbers[:-1]
        filled = above[np.isfinite(above)]
        if np.isfinite(last) and len(filled) >= _LEAST_ROWS - 1 and np.any(filled != 0):
            sums.append(bool(np.isclose(last, filled.sum(), rtol=1e-9, atol=1e-9)))
    if not sums or not all(sums):
        return none
    none.iloc[-1] = True
    return none


def _measured(part: Rows) -> list[str]:
    found: list[str] = []
    for where in part.source.entry.scores.values():
        found += [where] if isinstance(where, str) else list(where)
    return found
