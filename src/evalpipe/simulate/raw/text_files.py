"""Raw text files: comma or semicolon, decimal point or comma, and the REDCap export."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import pandas as pd

from evalpipe.config.data import RawFile
from evalpipe.simulate.raw.sheets import Sheet

_ENCODINGS = {"auto": "utf-8", "utf-8": "utf-8", "latin-1": "latin-1", "cp1252": "cp1252"}


def csv_bytes(sheet: Sheet, entry: RawFile) -> bytes:
    """Return the sheet as delimited text in the entry's delimiter, decimal mark and encoding."""
    delimiter = {"auto": ",", "tab": "\t"}.get(entry.delimiter, entry.delimiter)
    cells = sheet.cells
    if entry.decimal == ",":
        swap = {c: cells[c].str.replace(".", ",", regex=False) for c in sheet.numeric}
        cells = cells.assign(**swap)
    return _delimited(cells, delimiter).encode(_ENCODINGS[entry.encoding])


def _delimited(cells: pd.DataFrame, delimiter: str) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(cells.columns)
    writer.writerows(cells.itertuples(index=False, name=None))
    return text.getvalue()


def redcap_bytes(parts: Sequence[tuple[RawFile, Sheet]]) -> bytes:
    """Return one export that holds every form: a row names its repeating form and instance.

    The first column of every entry is the record id; entries without a form are the one row of
    each record. Each form ends in its `<form>_complete`.
    """
    record = next(iter(parts[0][1].cells.columns))
    frames = []
    for entry, sheet in parts:
        cells = sheet.cells.copy()
        form = entry.form or ""
        cells["redcap_repeat_instrument"] = form
        instance = (cells.groupby(record).cumcount() + 1).astype(str)
        cells["redcap_repeat_instance"] = instance if form else ""
        cells[f"{form or 'intake'}_complete"] = "2"
        frames.append(cells)
    fields = [c for f in frames for c in f.columns if not c.startswith("redcap_") and c != record]
    order = [record, "redcap_repeat_instrument", "redcap_repeat_instance", *dict.fromkeys(fields)]
    together = pd.concat(frames, ignore_index=True).reindex(columns=order).fillna("")
    together = together.sort_values(record, kind="stable")
    return _delimited(together, ",").encode("utf-8")
