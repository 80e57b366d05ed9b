"""The one door for raw files: what kind of file is it really, and which reader takes it."""

from pathlib import Path
from typing import BinaryIO

from evalpipe.errors import DataError, PrivacyError
from evalpipe.ingest.raw.folder import check_inside, open_inside
from evalpipe.ingest.raw.table import Bounds, FormatName, RawFormat, RawTable

_BY_ENDING: dict[str, FormatName] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".tab": "csv",
    ".xlsx": "xlsx",
    ".sav": "sav",
    ".zsav": "sav",
    ".parquet": "parquet",
}
_BY_MARK: tuple[tuple[bytes, FormatName], ...] = (
    (b"PK\x03\x04", "xlsx"),
    (b"$FL2", "sav"),
    (b"$FL3", "sav"),
    (b"PAR1", "parquet"),
)
_REFUSED_MARKS = (
    (b"\xd0\xcf\x11\xe0", "an old or encrypted Office file; save it as .xlsx without a password"),
    (b"\x1f\x8b", "a gzip archive; unpack it"),
    (b"%PDF", "a PDF; export the data as CSV"),
    (b"\x7fELF", "a program"),
    (b"#!", "a script"),
)


def read_raw(
    path: Path, root: Path, spec: RawFormat | None = None, bounds: Bounds | None = None
) -> RawTable:
    """Read one raw file of the study as text.

    path: relative to `root`, the study's raw folder (or starting with it). Returns every cell as
    text, `pd.NA` where empty. Raises PrivacyError when the path leaves the folder or the file is
    hostile or not what its name says, DataError when it is malformed or out of bounds; neither
    message holds a cell value.
    """
    spec, bounds = spec or RawFormat(), bounds or Bounds()
    name = str(check_inside(path, root))
    with open_inside(path, root) as stream:
        kind = _settle_format(stream, name, spec.format)
        try:
            return _read_as(kind, stream, name, spec, bounds)
        except MemoryError:
            raise DataError(f"{name}: does not fit into memory; split the file") from None


def read_for_gate(path: Path, root: Path) -> tuple[RawTable, ...]:
    """Read everything that a file holds, every worksheet of a workbook, only to judge it.

    Raises as `read_raw` does.
    """
    name, bounds = str(check_inside(path, root)), Bounds()
    if _BY_ENDING.get(path.suffix.lower()) != "xlsx":
        return (read_raw(path, root),)
    from evalpipe.ingest.raw.workbook import read_every_sheet

    with open_inside(path, root) as stream:
        _settle_format(stream, name, "xlsx")
        return read_every_sheet(stream, name, bounds)


def _read_as(
    kind: FormatName, stream: BinaryIO, name: str, spec: RawFormat, bounds: Bounds
) -> RawTable:
    match kind:
        case "xlsx":
            from evalpipe.ingest.raw.workbook import read_workbook

            return read_workbook(stream, name, spec, bounds)
        case "sav":
            from evalpipe.ingest.raw.spss import read_spss

            return read_spss(stream, name, bounds)
        case "parquet":
            from evalpipe.ingest.raw.columnfile import read_parquet

            return read_parquet(stream, name, bounds)
        case _:
            from evalpipe.ingest.raw.delimited import read_delimited

            return read_delimited(stream, name, spec, bounds)


def _settle_format(stream: BinaryIO, name: str, declared: FormatName) -> FormatName:
    """Compare what the plan, the ending and the first bytes say; refuse when they disagree."""
    head = stream.read(16)
    stream.seek(0)
    for mark, what in _REFUSED_MARKS:
        if head.startswith(mark):
            raise PrivacyError(f"{name}: this is {what}")
    if _looks_pickled(head):
        raise PrivacyError(f"{name}: a Python pickle, which can run code; save it as CSV")
    wanted = _wanted_format(name, declared)
    found: FormatName = next((kind for mark, kind in _BY_MARK if head.startswith(mark)), "csv")
    if found != wanted and head:
        raise PrivacyError(f"{name}: declared or named as {wanted} but its content is {found}")
    return found


def _wanted_format(name: str, declared: FormatName) -> FormatName:
    if declared in ("csv", "redcap"):
        return "csv"
    if declared != "auto":
        return declared
    ending = Path(name).suffix.lower()
    if ending not in _BY_ENDING:
        raise DataError(f"{name}: cannot tell the format from the ending; declare `format`")
    return _BY_ENDING[ending]


def _looks_pickled(head: bytes) -> bool:
    return len(head) > 1 and head[0] == 0x80 and 2 <= head[1] <= 5
