"""SPSS .sav: value labels kept, user-missing codes set apart with their reason.

The header is checked first: a compressed file may claim any number of rows, and the claim is
bounded. Then a process of its own reads the file (`spss_worker`): damaged files can crash the
library, which must cost no more than one line.
"""

import hashlib
import json
import os
import struct
import subprocess
import sys
from typing import TYPE_CHECKING, BinaryIO

import pandas as pd

from evalpipe.errors import DataError, PrivacyError
from evalpipe.ingest.raw.bytescan import check_size
from evalpipe.ingest.raw.columnar import as_text_array, blank_to_null, too_many_cells
from evalpipe.ingest.raw.headings import check_headings
from evalpipe.ingest.raw.names_inside import TITLE, lay_out_names
from evalpipe.ingest.raw.spss_worker import LABELS, MISSING, SECONDS, WORDS
from evalpipe.ingest.raw.table import Bounds, RawTable
from evalpipe.privacy.lookalikes import HOSTILE
from evalpipe.vocabulary.formats import FormatName

if TYPE_CHECKING:
    import pyarrow as pa

_HEADER = 176


def read_spss(stream: BinaryIO, name: str, bounds: Bounds) -> RawTable:
    """Read an SPSS system file; the first participant's row is row 2, as if headings were row 1.

    Raises DataError for a file that is not readable, PrivacyError for one that unpacks out of
    bounds or holds hidden characters.
    """
    check_size(stream, name, bounds.file_bytes)
    stream.seek(0)
    digest = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
    _check_header(stream, name, bounds)
    batch = _read_apart(stream, name)
    cells = [field.name for field in batch.schema if not field.metadata]
    columns = check_headings(name, cells, bounds)
    if batch.num_rows * len(columns) > bounds.cells:
        raise too_many_cells(name, batch.num_rows * len(columns), bounds.cells)
    frame = _build_frame(batch, columns, name)
    labels = json.loads(batch.schema.metadata[LABELS])
    if any(HOSTILE.search(text) for codes in labels.values() for text in codes.values()):
        raise PrivacyError(f"{name}: a value label holds a hidden character")
    renamed = dict(zip(cells, columns, strict=True))
    words = lay_out_names(name, json.loads(batch.schema.metadata[WORDS]))
    user_missing = _take_user_missing(batch, frame, renamed)
    return RawTable(
        name,
        columns,
        frame,
        digest,
        format=FormatName.SAV,
        labels={renamed[raw]: codes for raw, codes in labels.items() if raw in renamed},
        user_missing=user_missing,
        others={TITLE: words} if words is not None else {},
    )


def _check_header(stream: BinaryIO, name: str, bounds: Bounds) -> None:
    stream.seek(0)
    head = stream.read(_HEADER)
    if len(head) < _HEADER or head[:4] not in (b"$FL2", b"$FL3"):
        raise _unreadable(name)
    order = "<" if 0 < struct.unpack("<i", head[64:68])[0] < 256 else ">"
    width, compression, _, rows = struct.unpack(order + "iiii", head[68:84])
    if width > bounds.columns * 8 or rows > bounds.rows:
        raise DataError(f"{name}: claims {max(width, 0)} columns and {max(rows, 0)} rows; too many")
    if max(width, 0) * max(rows, 0) > bounds.cells:
        raise too_many_cells(name, width * rows, bounds.cells)
    if (head[:4] == b"$FL3" or compression == 2) and rows < 0:
        raise PrivacyError(f"{name}: a compressed file that does not say how many rows it has")


def _read_apart(stream: BinaryIO, name: str) -> "pa.RecordBatch":
    import pyarrow as pa

    stream.seek(0)
    command = [sys.executable, "-I", "-m", "evalpipe.ingest.raw.spss_worker"]
    quiet = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    try:
        done = subprocess.run(  # noqa: S603  # this interpreter and a module of the package
            command,
            stdin=stream,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=quiet,
            timeout=2 * SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _unreadable(name) from None
    if done.returncode != 0:
        raise _unreadable(name)
    try:
        with pa.ipc.open_stream(done.stdout) as source:
            batch: pa.RecordBatch = source.read_next_batch()
    except (pa.ArrowException, StopIteration):
        raise _unreadable(name) from None
    return batch


def _unreadable(name: str) -> DataError:
    return DataError(f"{name}: not a readable SPSS file; save it again as .sav")


def _build_frame(batch: "pa.RecordBatch", columns: tuple[str, ...], name: str) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.compute as pc

    arrays = {}
    for position, column in enumerate(columns, start=1):
        cells = batch.column(position - 1)
        if any(HOSTILE.search(text) for text in pc.unique(cells).drop_null().to_pylist()):
            raise PrivacyError(f"{name}: a cell of column {position} holds a hidden character")
        arrays[column] = as_text_array(pa.chunked_array([blank_to_null(cells)]))
    return pd.DataFrame(arrays, index=pd.RangeIndex(2, batch.num_rows + 2, name="row"))


def _take_user_missing(
    batch: "pa.RecordBatch", frame: pd.DataFrame, renamed: dict[str, str]
) -> dict[str, "pd.Series[str]"]:
    """Move user-missing codes out of `frame` (changed in place) into Series of their own."""
    taken: dict[str, pd.Series[str]] = {}
    for place, field in enumerate(batch.schema):
        if not field.metadata or MISSING not in field.metadata:
            continue
        column = renamed[field.name]
        is_missing = batch.column(place).to_numpy(zero_copy_only=False)
        taken[column] = frame[column].where(is_missing, pd.NA)
        frame[column] = frame[column].mask(is_missing, pd.NA)
    return taken
