"""Rows of cells that nobody has declared (other worksheets, comments), laid out for the gate."""

from collections.abc import Sequence

import pandas as pd

from evalpipe.ingest.raw.cells import write_cell
from evalpipe.ingest.raw.table import RawTable


def lay_out(name: str, rows: Sequence[Sequence[object]], sheet: str | None) -> RawTable:
    """Put cells into a table of text without asking for a form.

    The first row that holds a cell gives the headings when all its cells are different texts;
    otherwise it is data. sheet: the worksheet's title, judged as one more heading with a cell.
    """
    cells = [[write_cell(cell) or None for cell in row] for row in rows]
    filled = [row for row in cells if any(row)]
    width = max((len(row) for row in filled), default=0)
    headings = [f"column {place + 1}" for place in range(width)]
    if len(filled) >= 2 and _are_headings(filled[0]):
        for place, heading in enumerate(filled.pop(0)):
            headings[place] = f"{heading or ''} {place + 1}"
    padded = [row + [None] * (width - len(row)) for row in filled]
    frame = pd.DataFrame(padded, columns=headings, dtype="string")
    if sheet is not None:
        frame.insert(width, "title", pd.Series([sheet] * max(len(frame), 1), dtype="string"))
    frame = frame.fillna(pd.NA)
    return RawTable(name, tuple(frame.columns), frame, sha256="")


def _are_headings(row: Sequence[str | None]) -> bool:
    texts = [cell.strip() for cell in row if cell]
    is_text = all(any(character.isalpha() for character in text) for text in texts)
    return is_text and len(row) >= 2 and len(set(texts)) == len(texts)
