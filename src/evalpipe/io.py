"""The only disk access for tables and documents: checked, atomic, same input, same bytes.

A file is written beside its destination and moved over it when complete, so a killed stage leaves
either the old file or the new one. Parquet holds the table's name and schema version, and the rows
in full precision; no index, no clock.
"""

from __future__ import annotations

import csv
import io
import json
import numbers
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalpipe.errors import DataError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from pandera.pandas import DataFrameSchema

METADATA_TABLE = b"evalpipe.table"
METADATA_VERSION = b"evalpipe.version"

SHOWN_FINDINGS = 20
"""Findings written out in a message."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""First characters that a spreadsheet may take for a formula."""

_HIDDEN_FORMULA = re.compile(
    r"[\s\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\"'`;,|]*[=+\-@]"
)
"""The same behind what a spreadsheet may skip: spaces, quotes, separators, anything invisible."""


def write_table(frame: pd.DataFrame, path: Path, schema: DataFrameSchema) -> None:
    """Validate `frame` and write it as Parquet.

    schema: of `evalpipe.schemas`. Absent nullable columns are added empty; columns are put in the
    schema's order and type; the index is dropped. Row order is kept. Raises DataError (rule,
    column, count, row numbers, never a value) when the table does not fit, and then writes nothing.
    """
    from evalpipe.schemas.table import conform_frame

    conformed = conform_frame(frame, schema)
    _require_fit(conformed, path, schema, verb="write")
    write_bytes(_to_parquet(conformed, schema), path)


def read_table(path: Path, schema: DataFrameSchema) -> pd.DataFrame:
    """Read a Parquet table and validate it against `schema`.

    Missing text is NaN, missing whole numbers and booleans NA. Raises DataError when the file is
    absent, is not Parquet, is another table or schema version, or breaks a rule.
    """
    frame = load_table(path, schema)
    _require_fit(frame, path, schema, verb="read")
    return frame


def load_table(path: Path, schema: DataFrameSchema) -> pd.DataFrame:
    """Read a Parquet table in the shape of `schema`, for whoever judges it: no rule is applied.

    Raises DataError when the file is absent, is not Parquet, or is another table or version.
    """
    from evalpipe.schemas.table import conform_frame

    table = _read_parquet(path)
    _require_same_table(table.schema.metadata or {}, path, schema)
    return conform_frame(table.to_pandas(), schema)


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a table for people as CSV (UTF-8 with BOM, comma, CRLF) that cannot start a formula.

    Text that begins with `=`, `+`, `-`, `@` (also in full width, or behind spaces, quotes and other
    marks), tab or carriage return gets an apostrophe in front. Numbers are
    untouched and written so that reading them back gives the same number. Missing values are empty
    cells. No index.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([_formula_safe(str(name)) for name in frame.columns])
    columns = [_csv_cells(frame[name]) for name in frame.columns]
    writer.writerows(zip(*columns, strict=True))
    write_bytes(buffer.getvalue().encode("utf-8-sig"), path)


def write_json(value: object, path: Path) -> None:
    """Write JSON with sorted keys, two spaces and a final newline; NaN and infinity are refused."""
    text = json.dumps(value, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False)
    write_text(text + "\n", path)


def read_json(path: Path) -> Any:
    """Read a JSON file written by `write_json`; raises DataError when absent or not JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise _missing_file(path) from None
    except (OSError, RecursionError, ValueError):
        raise DataError(f"{path}: is not JSON; delete it and run again") from None


def write_text(text: str, path: Path) -> None:
    """Write UTF-8 text, lines ending as given, atomically."""
    write_bytes(text.encode("utf-8"), path)


def write_bytes(data: bytes, path: Path) -> None:
    """Write `data` to `path` atomically; missing folders are made.

    The bytes go to a temporary file in the same folder, are forced to disk and moved over `path`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(_default_mode())
        Path(name).replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise


def make_private_folder(path: Path) -> None:
    """Make a folder that only its owner may enter: for tables at the level of participants.

    A folder that holds something already keeps its permissions, so that an institution can open it
    to a group once and for all.
    """
    path.mkdir(parents=True, exist_ok=True)
    if not any(path.iterdir()):
        path.chmod(0o700)


def _default_mode() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _require_fit(frame: pd.DataFrame, path: Path, schema: DataFrameSchema, *, verb: str) -> None:
    from evalpipe.schemas.findings import find_misfits

    findings = find_misfits(frame, schema)
    if not findings:
        return
    head = f"{path}: cannot {verb} table {schema.name}: {len(findings)} rule(s) broken"
    lines = [f"  {finding}" for finding in findings[:SHOWN_FINDINGS]]
    if len(findings) > SHOWN_FINDINGS:
        lines.append(f"  and {len(findings) - SHOWN_FINDINGS} more")
    raise DataError("\n".join([head, *lines])) from None


def _to_parquet(frame: pd.DataFrame, schema: DataFrameSchema) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from evalpipe.schemas.columns import kind_of

    types = {
        "text": pa.string(),
        "category": pa.string(),
        "number": pa.float64(),
        "integer": pa.int64(),
        "boolean": pa.bool_(),
    }
    fields = [
        pa.field(str(name), types[kind_of(column)], nullable=bool(column.nullable))
        for name, column in schema.columns.items()
    ]
    metadata = _metadata(schema)
    arrow_schema = pa.schema(fields, metadata=metadata)
    table = pa.Table.from_pandas(frame, schema=arrow_schema, preserve_index=False)
    sink = pa.BufferOutputStream()
    pq.write_table(
        table.replace_schema_metadata(metadata),
        sink,
        compression="zstd",
        compression_level=3,
        version="2.6",
    )
    return bytes(sink.getvalue())


def _metadata(schema: DataFrameSchema) -> dict[bytes, bytes]:
    from evalpipe.schemas.table import version_of

    return {
        METADATA_TABLE: str(schema.name).encode(),
        METADATA_VERSION: str(version_of(schema)).encode(),
    }


def _read_parquet(path: Path) -> pa.Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with path.open("rb") as file:
            return pq.ParquetFile(file).read()
    except FileNotFoundError:
        raise _missing_file(path) from None
    except (pa.ArrowException, OSError):
        raise DataError(f"{path}: is not a Parquet file; delete it and run again") from None


def _require_same_table(
    metadata: Mapping[bytes, bytes], path: Path, schema: DataFrameSchema
) -> None:
    from evalpipe.schemas.table import version_of

    name = metadata.get(METADATA_TABLE, b"").decode(errors="replace")
    if name != schema.name:
        raise DataError(
            f"{path}: is not a table {schema.name} of evalpipe; delete it and run again"
        )
    if metadata.get(METADATA_VERSION) != str(version_of(schema)).encode():
        raise DataError(
            f"{path}: was written with another version of table {schema.name} "
            f"(this evalpipe reads version {version_of(schema)}); delete it and run again"
        )


def _missing_file(path: Path) -> DataError:
    return DataError(f"{path}: is not there; run the stage that makes it (evalpipe run)")


def _csv_cells(values: pd.Series[Any]) -> Iterable[str]:
    present = values.notna()
    return [
        _csv_cell(value) if is_present else ""
        for value, is_present in zip(values.tolist(), present, strict=True)
    ]


def _csv_cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, numbers.Integral):
        return str(int(value))
    if isinstance(value, numbers.Real):
        return repr(float(value))
    return _formula_safe(str(value))


def _formula_safe(text: str) -> str:
    is_formula = text.startswith(FORMULA_STARTS) or _HIDDEN_FORMULA.match(
        unicodedata.normalize("NFKC", text[:50])
    )
    return f"'{text}" if is_formula else text
