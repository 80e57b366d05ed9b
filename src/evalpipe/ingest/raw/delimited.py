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
from evalpipe.ingest.raw.headings import check_headings
from evalpipe.ingest.raw.table import Bounds, RawFormat, RawTable
from evalpipe.vocabulary.formats import FormatName

_CANDIDATES = (",", ";", "\t", "|")
_SAMPLE_ROWS = 50
_COMMA_NUMBER = r"^\s*-?\d+,\d+\s*$"
_POINT_NUMBER = r"^\s*-?\d*\.\d+\s*$"


def read_delimited(stream: BinaryIO, name: str, spec: RawFormat, bounds: Bounds) -> RawTable:
    """Read a delimited text file into text columns.

    Rows that are wholly empty are skipped (in a one-column file they are missing cells). Raises
    DataError for malformed text (ragged rows, open quotes), PrivacyError for hidden characters.
    """
    scanned = scan_text(stream, name, spec.encoding, bounds)
    delimiter = _settle_delimiter(stream, name, scanned.encoding, spec)
    with closing(_iterate_records(stream, name, scanned.encoding, delimiter)) as records:
        columns = check_headings(name, _find_headings(records, name, spec.header_row), bounds)
        frame = _gather(records, name, columns, bounds)
    return RawTable(
        name=name,
        columns=columns,
        frame=frame,
        sha256=scanned.sha256,
        format=FormatName.CSV,
        encoding=scanned.encoding,
        delimiter=delimiter,
        decimal=detect_decimal(frame) if spec.decimal == "auto" else spec.decimal,
    )


def _gather(
    records: Iterator[tuple[int, list[str]]], name: str, columns: tuple[str, ...], bounds: Bounds
) -> pd.DataFrame:
    gatherer = ColumnGatherer(name, columns, bounds)
    for number, row in records:
        if row or len(columns) == 1:
            gatherer.add(number, row or [""])
    return gatherer.finish()


def detect_decimal(frame: pd.DataFrame) -> str:
    """Say "," when at least one column has numbers with a decimal comma and none with a point."""
    has_comma = any(_holds(frame[column], _COMMA_NUMBER) for column in frame)
    if not has_comma:
        return "."
    has_point = any(_holds(frame[column], _POINT_NUMBER) for column in frame)
    return "." if has_point else ","


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
            if number >= header_row and row:
                lengths.append(len(row))
            if len(lengths) > _SAMPLE_ROWS:
                break
    if not lengths or lengths[0] < 2:
        return (0.0, 0)
    return (sum(length == lengths[0] for length in lengths) / len(lengths), lengths[0])
