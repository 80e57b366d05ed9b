"""CSV as people have it: comma, semicolon or tab; UTF-8 with or without BOM, Latin-1, cp1252."""

import csv
import io
from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from typing import BinaryIO

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from evalpipe.errors import DataError
from evalpipe.ingest.raw.bytescan import scan_text
from evalpipe.ingest.raw.columnar import ColumnGatherer
from evalpipe.ingest.raw.headings import check_headings, trim_headings
from evalpipe.ingest.raw.table import Bounds, RawFormat, RawTable
from evalpipe.ingest.raw.two_bytes import as_utf8
from evalpipe.vocabulary.formats import FormatName

_CANDIDATES = (",", ";", "\t", "|")
_SAMPLE_ROWS = 50
_CLEAR = {
    mark: rf"^\s*[-+]?(\d*{m}(\d{{1,2}}|\d{{4,}})|0{m}\d{{3}}|\d{{4,}}{m}\d{{3}})\s*$"
    for mark, m in ((",", ","), (".", r"\."))
}
"""Numbers whose mark can only be a decimal mark: 1,234 is not among them, 1,23 and 0,234 are."""


def read_delimited(stream: BinaryIO, name: str, spec: RawFormat, bounds: Bounds) -> RawTable:
    """Read a delimited text file into text columns.

    Rows that are wholly empty (separators alone, too) are skipped; in a one-column file they are
    missing cells. Empty cells to the right of the last heading are passed over. Raises
    DataError for malformed text (ragged rows, open quotes), PrivacyError for hidden characters.
    """
    with as_utf8(stream, name, bounds) as (text, digest):
        return _read_text(text, name, spec, bounds, digest)


def _read_text(
    stream: BinaryIO, name: str, spec: RawFormat, bounds: Bounds, digest: str | None
) -> RawTable:
    """Read text; digest: of the file, where the stream is not the file itself."""
    scanned = scan_text(stream, name, spec.encoding, bounds)
    delimiter = _settle_delimiter(stream, name, scanned.encoding, spec)
    with closing(_iterate_records(stream, name, scanned.encoding, delimiter)) as records:
        headings = trim_headings(_find_headings(records, name, spec.header_row))
        columns = check_headings(name, headings, bounds)
        frame = _gather(records, name, columns, spec.skip_rows, bounds)
    marks = find_clear_marks(frame)
    return RawTable(
        name=name,
        columns=columns,
        frame=frame,
        sha256=digest or scanned.sha256,
        format=FormatName.CSV,
        encoding=scanned.encoding,
        delimiter=delimiter,
        decimal=settle_decimal(spec.decimal, marks),
        clear_marks=marks,
    )


def _gather(
    records: Iterator[tuple[int, list[str]]],
    name: str,
    columns: tuple[str, ...],
    skip: tuple[int, ...],
    bounds: Bounds,
) -> pd.DataFrame:
    gatherer = ColumnGatherer(name, columns, bounds)
    width = len(columns)
    for number, row in records:
        if number in skip or (width > 1 and not any(cell.strip() for cell in row)):
            continue
        gatherer.add(number, _without_trailing(row, width) or [""])
    return gatherer.finish()


def _without_trailing(row: list[str], width: int) -> list[str]:
    """A row without empty cells to the right of the last heading."""
    return row[:width] if not any(cell.strip() for cell in row[width:]) else row


def find_clear_marks(frame: pd.DataFrame) -> frozenset[str]:
    """The marks that some cell shows to be a decimal mark."""
    return frozenset(
        mark for mark, pattern in _CLEAR.items() if any(_holds(frame[c], pattern) for c in frame)
    )


def settle_decimal(declared: str, marks: frozenset[str]) -> str:
    """The decimal mark: as declared, else a comma where the file shows it and never a point."""
    if declared != "auto":
        return declared
    return "," if marks == {","} else "."


def _holds(cells: "pd.Series[str]", pattern: str) -> bool:
    first = pa.array(cells.head(5_000), type=pa.large_string())
    return bool(pc.any(pc.match_substring_regex(first, pattern)).as_py())


def _find_headings(
    records: Iterator[tuple[int, list[str]]], name: str, header_row: int
) -> list[str]:
    for number, row in records:
        if number == header_row and row:
            return row
        if number >= header_row:
            break
    raise DataError(f"{name}: row {header_row} should hold the headings and is empty or missing")


def _iterate_records(
    stream: BinaryIO, name: str, encoding: str, delimiter: str
) -> Generator[tuple[int, list[str]], None, None]:
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    number = 0
    try:
        for number, row in enumerate(csv.reader(text, delimiter=delimiter, strict=True), start=1):
            yield number, row
    except csv.Error:
        raise DataError(
            f"{name}: row {number + 1}: quotes do not match, or a cell is longer than "
            f"{csv.field_size_limit()} characters"
        ) from None
    except UnicodeDecodeError:
        raise DataError(f"{name}: changed while it was read; run again") from None
    finally:
        text.detach()


def _settle_delimiter(stream: BinaryIO, name: str, encoding: str, spec: RawFormat) -> str:
    if spec.delimiter != "auto":
        return "\t" if spec.delimiter == "tab" else spec.delimiter
    scores = {mark: _score(stream, name, encoding, mark, spec.header_row) for mark in _CANDIDATES}
    best = max(_CANDIDATES, key=lambda mark: scores[mark])
    return best if scores[best] > (0.0, 0) else ","


def _score(
    stream: BinaryIO, name: str, encoding: str, mark: str, header_row: int
) -> tuple[float, int]:
    """How well a delimiter explains the first rows: share as long as the headings, their number."""
    lengths: list[int] = []
    # with the wrong mark quotes need not match; the rows so far decide
    with suppress(DataError), closing(_iterate_records(stream, name, encoding, mark)) as records:
        for number, row in records:
            if number >= header_row and any(cell.strip() for cell in row):
                first = lengths[0] if lengths else len(trim_headings(row))
                lengths.append(len(_without_trailing(row, first)))
            if len(lengths) > _SAMPLE_ROWS:
                break
    if not lengths or lengths[0] < 2:
        return (0.0, 0)
    return (sum(length == lengths[0] for length in lengths) / len(lengths), lengths[0])
