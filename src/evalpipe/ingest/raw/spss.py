"""SPSS .sav through pyreadstat: value labels kept, user-missing codes set apart with their reason.

The header is checked before the library opens the file: a compressed file may claim any number of
rows, and the claim is bounded first.
"""

import hashlib
import struct
import warnings
from collections.abc import Mapping
from typing import Any, BinaryIO

import numpy as np
import pandas as pd

from evalpipe.errors import DataError, EvalpipeError, PrivacyError
from evalpipe.ingest.raw.bytescan import check_size
from evalpipe.ingest.raw.cells import write_cell, write_number
from evalpipe.ingest.raw.headings import check_headings
from evalpipe.ingest.raw.table import Bounds, RawTable
from evalpipe.privacy.lookalikes import name_hostile_character

_HEADER = 176
_CASES_PER_BYTE = 9
"""A byte of the oldest compression stands for at most one 8-byte value; room for rounding."""


def read_spss(stream: BinaryIO, name: str, bounds: Bounds) -> RawTable:
    """Read an SPSS system file; row 1 is the first participant's row + 1 (headings count as row 1).

    Raises DataError for a file that is not readable, PrivacyError for one that unpacks out of
    bounds or holds hidden characters.
    """
    check_size(stream, name, bounds.file_bytes)
    digest = _digest(stream)
    _check_header(stream, name, bounds)
    frame, meta = _read(stream, name)
    columns = check_headings(name, list(frame.columns), bounds)
    if frame.size > bounds.cells:
        raise DataError(f"{name}: more than {bounds.cells} cells; split the file")
    text = _as_text(frame, columns, name)
    user_missing = _take_user_missing(text, frame, columns, meta.missing_ranges)
    labels = _read_labels(
        meta.variable_value_labels, dict(zip(frame.columns, columns, strict=True))
    )
    return RawTable(
        name, columns, text, digest, format="sav", labels=labels, user_missing=user_missing
    )


def _digest(stream: BinaryIO) -> str:
    stream.seek(0)
    return hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]


def _check_header(stream: BinaryIO, name: str, bounds: Bounds) -> None:
    stream.seek(0)
    head = stream.read(_HEADER)
    if len(head) < _HEADER or head[:4] not in (b"$FL2", b"$FL3"):
        raise DataError(f"{name}: not a readable SPSS file; save it again as .sav")
    order = "<" if 0 < struct.unpack("<i", head[64:68])[0] < 256 else ">"
    width, compression, _, rows = struct.unpack(order + "iiii", head[68:84])
    if width > bounds.columns * 8 or rows > bounds.cells:
        raise DataError(f"{name}: claims {max(width, 0)} columns and {max(rows, 0)} rows; too many")
    if max(width, 0) * max(rows, 0) > bounds.cells:
        raise DataError(f"{name}: more than {bounds.cells} cells; split the file")
    if (head[:4] == b"$FL3" or compression == 2) and rows < 0:
        raise PrivacyError(f"{name}: a compressed file that does not say how many rows it has")


def _read(stream: BinaryIO, name: str) -> tuple[pd.DataFrame, Any]:
    import pyreadstat

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame, meta = pyreadstat.read_sav(
                f"/dev/fd/{stream.fileno()}", user_missing=True, encoding=None
            )
    except EvalpipeError:
        raise
    except Exception:  # the library raises bare errors of many kinds, some with values in them
        raise DataError(f"{name}: not a readable SPSS file; save it again as .sav") from None
    return frame, meta


def _as_text(frame: pd.DataFrame, columns: tuple[str, ...], name: str) -> pd.DataFrame:
    index = pd.RangeIndex(2, len(frame) + 2, name="row")
    text = {
        column: _column_as_text(frame[raw], name, position).set_axis(index)
        for position, (raw, column) in enumerate(zip(frame.columns, columns, strict=True), start=1)
    }
    return pd.DataFrame(text, index=index)


def _column_as_text(cells: "pd.Series[Any]", name: str, position: int) -> "pd.Series[str]":
    unique = cells.dropna().unique()
    written = {value: write_cell(_plain(value)) for value in unique}
    for cell in written.values():
        if cell and (hidden := name_hostile_character(cell)):
            raise PrivacyError(f"{name}: a cell of column {position} holds {hidden}")
    texts = cells.map(written).astype(pd.StringDtype("pyarrow", na_value=pd.NA))
    return texts.mask(texts.str.strip() == "", pd.NA)


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value


def _take_user_missing(
    text: pd.DataFrame,
    frame: pd.DataFrame,
    columns: tuple[str, ...],
    ranges: Mapping[str, list[dict[str, Any]]],
) -> dict[str, "pd.Series[str]"]:
    """Move user-missing codes out of `text` (changed in place) into Series of their own."""
    taken: dict[str, pd.Series[str]] = {}
    for raw, column in zip(frame.columns, columns, strict=True):
        bounds = ranges.get(raw)
        if not bounds:
            continue
        is_missing = _falls_in(frame[raw], bounds)
        codes = text[column].where(is_missing, pd.NA)
        text[column] = text[column].mask(is_missing, pd.NA)
        taken[column] = codes
    return taken


def _falls_in(cells: "pd.Series[Any]", bounds: list[dict[str, Any]]) -> "np.ndarray[Any, Any]":
    inside = np.zeros(len(cells), dtype=bool)
    numbers = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=float)
    for bound in bounds:
        low, high = bound["lo"], bound["hi"]
        if isinstance(low, str):
            inside |= (cells == low).fillna(False).to_numpy(dtype=bool)
        else:
            inside |= (numbers >= low) & (numbers <= high)
    return inside


def _read_labels(
    labels: Mapping[str, Mapping[Any, str]], renamed: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    return {
        renamed[raw]: {_write_code(code): str(label) for code, label in codes.items()}
        for raw, codes in labels.items()
        if raw in renamed and codes
    }


def _write_code(code: object) -> str:
    return write_number(code) if isinstance(code, float) else str(code)
