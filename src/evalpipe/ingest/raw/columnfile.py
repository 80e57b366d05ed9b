"""Parquet as a raw format: files that are Parquet by both of their marks, flat, and bounded."""

import hashlib
from typing import TYPE_CHECKING, BinaryIO

import pandas as pd

from evalpipe.errors import DataError, PrivacyError
from evalpipe.ingest.raw.bytescan import check_size
from evalpipe.ingest.raw.columnar import as_text_array, blank_to_null
from evalpipe.ingest.raw.headings import check_headings
from evalpipe.ingest.raw.table import Bounds, RawTable
from evalpipe.privacy.lookalikes import HOSTILE
from evalpipe.vocabulary.formats import FormatName

if TYPE_CHECKING:
    import pyarrow as pa

_MARK = b"PAR1"


def read_parquet(stream: BinaryIO, name: str, bounds: Bounds) -> RawTable:
    """Read a flat Parquet file as text. Row 2 is the first row, as if headings were row 1.

    Raises PrivacyError for another kind of file under this name and for hidden characters,
    DataError for nested columns, sizes out of bounds, and files that cannot be read.
    """
    check_size(stream, name, bounds.file_bytes)
    content = stream.read(bounds.file_bytes)
    if content[:4] != _MARK or content[-4:] != _MARK:
        raise PrivacyError(f"{name}: called Parquet but is not; save it as CSV or real Parquet")
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        source = pq.ParquetFile(pa.BufferReader(content), arrow_extensions_enabled=False)
        _check_claims(source.metadata, name, bounds)
        # a text that stands in a million rows is kept once until its size has been counted
        packed = pq.ParquetFile(
            pa.BufferReader(content),
            arrow_extensions_enabled=False,
            read_dictionary=_text_columns(source.schema_arrow),
        )
        table = packed.read(use_threads=False)
        if sum(map(_count_bytes, table.columns)) > bounds.inflated_bytes:
            raise PrivacyError(f"{name}: unpacks to far more than its size; split the file")
        arrays = [_column_as_text(table.column(i), i + 1, name) for i in range(table.num_columns)]
    except (pa.ArrowException, OSError, ValueError):
        raise DataError(f"{name}: not a readable Parquet file") from None
    columns = check_headings(name, table.column_names, bounds)
    frame = pd.DataFrame(
        dict(zip(columns, map(as_text_array, arrays), strict=True)),
        index=pd.RangeIndex(2, table.num_rows + 2, name="row"),
    )
    return RawTable(
        name, columns, frame, hashlib.sha256(content).hexdigest(), format=FormatName.PARQUET
    )


def _check_claims(metadata: object, name: str, bounds: Bounds) -> None:
    rows, width = metadata.num_rows, metadata.num_columns  # type: ignore[attr-defined]
    size = sum(
        metadata.row_group(i).total_byte_size  # type: ignore[attr-defined]
        for i in range(metadata.num_row_groups)  # type: ignore[attr-defined]
    )
    is_wide = width > bounds.columns or rows > bounds.rows
    if is_wide or rows * max(width, 1) > bounds.cells or size > bounds.inflated_bytes:
        raise DataError(f"{name}: {width} columns and {rows} rows are too many; split the file")


def _text_columns(schema: "pa.Schema") -> list[str]:
    return [field.name for field in schema if _is_text(field.type)]


def _is_text(kind: "pa.DataType") -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _count_bytes(cells: "pa.ChunkedArray") -> int:
    """Bytes that a column takes when each cell holds its own text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not (pa.types.is_dictionary(cells.type) and _is_text(cells.type.value_type)):
        return int(cells.nbytes)
    lengths = [pc.binary_length(part.dictionary).take(part.indices) for part in cells.chunks]
    return sum(int(pc.sum(pc.cast(part, pa.int64())).as_py() or 0) for part in lengths)


def _column_as_text(cells: "object", position: int, name: str) -> "object":
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_nested(cells.type) or pa.types.is_binary(cells.type):  # type: ignore[attr-defined]
        raise DataError(f"{name}: column {position} is not a column of plain values")
    texts = pc.cast(cells, pa.large_string())
    unique = pc.unique(texts).drop_null().to_pylist()
    if any(HOSTILE.search(cell) for cell in unique):
        raise PrivacyError(f"{name}: a cell of column {position} holds a hidden character")
    return pa.chunked_array([blank_to_null(part) for part in texts.chunks], type=pa.large_string())
