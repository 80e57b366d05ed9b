"""Every raw format once: what a plan calls it, its endings, its first bytes and its reader."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from evalpipe.errors import DataError, PrivacyError
from evalpipe.ingest.raw.table import Bounds, RawFormat, RawTable
from evalpipe.vocabulary.formats import FormatName

Reader = Callable[[BinaryIO, str, RawFormat, Bounds], RawTable]


@dataclass(frozen=True)
class Format:
    """One raw format.

    name: the word of the plan. endings: of file names, in small letters; none where only the plan
    tells. marks: how the bytes begin; none for text. read: stream, name for messages, how the plan
    says it is written, and bounds in; text out. read_all: everything in the file for the gate,
    where that is more than one table.
    """

    name: FormatName
    endings: tuple[str, ...]
    marks: tuple[bytes, ...]
    read: Reader
    read_all: Callable[[BinaryIO, str, Bounds], tuple[RawTable, ...]] | None = None


def _read_text(stream: BinaryIO, name: str, spec: RawFormat, bounds: Bounds) -> RawTable:
    from evalpipe.ingest.raw.delimited import read_delimited

    return read_delimited(stream, name, spec, bounds)


def _read_castor(stream: BinaryIO, name: str, spec: RawFormat, bounds: Bounds) -> RawTable:
    from evalpipe.ingest.raw.platforms import read_castor

    return read_castor(stream, name, spec, bounds)


def _read_qualtrics(stream: BinaryIO, name: str, spec: RawFormat, bounds: Bounds) -> RawTable:
    from evalpipe.ingest.raw.platforms import read_qualtrics

    return read_qualtrics(stream, name, spec, bounds)


def _read_workbook(stream: BinaryIO, name: str, spec: RawFormat, bounds: Bounds) -> RawTable:
    from evalpipe.ingest.raw.workbook import read_workbook

    return read_workbook(stream, name, spec, bounds)


def _read_every_sheet(stream: BinaryIO, name: str, bounds: Bounds) -> tuple[RawTable, ...]:
    from evalpipe.ingest.raw.workbook import read_every_sheet

    return read_every_sheet(stream, name, bounds)


def _read_spss(stream: BinaryIO, name: str, _: RawFormat, bounds: Bounds) -> RawTable:
    from evalpipe.ingest.raw.spss import read_spss

    return read_spss(stream, name, bounds)


def _read_parquet(stream: BinaryIO, name: str, _: RawFormat, bounds: Bounds) -> RawTable:
    from evalpipe.ingest.raw.columnfile import read_parquet

    return read_parquet(stream, name, bounds)


_TEXT = Format(FormatName.CSV, (".csv", ".tsv", ".txt", ".tab"), (), _read_text)
FORMATS = (
    _TEXT,
    Format(FormatName.REDCAP, (), (), _read_text),
    Format(FormatName.CASTOR, (), (), _read_castor),
    Format(FormatName.QUALTRICS, (), (), _read_qualtrics),
    Format(FormatName.XLSX, (".xlsx",), (b"PK\x03\x04",), _read_workbook, _read_every_sheet),
    Format(FormatName.SAV, (".sav", ".zsav"), (b"$FL2", b"$FL3"), _read_spss),
    Format(FormatName.PARQUET, (".parquet",), (b"PAR1",), _read_parquet),
)

_SAVE_AS = {
    ".xls": "open it and save it as .xlsx or CSV UTF-8",
    ".xlsb": "open it and save it as .xlsx or CSV UTF-8",
    ".xlsm": "open it and save it as .xlsx (without macros)",
    ".ods": "open it and save it as .xlsx or CSV UTF-8",
    ".numbers": "export it as .xlsx or CSV UTF-8",
    ".dta": 'in Stata: export delimited using "name.csv", nolabel',
    ".rds": 'in R: write.csv(readRDS("name.rds"), "name.csv")',
    ".rdata": 'in R: load it and write.csv(table, "name.csv")',
    ".rda": 'in R: load it and write.csv(table, "name.csv")',
    ".sas7bdat": "export it from SAS as CSV, or open it in SPSS and save it as .sav",
    ".por": "open it in SPSS and save it as .sav",
    ".mdb": "export the table as CSV UTF-8",
    ".accdb": "export the table as CSV UTF-8",
    ".json": "export it as a table (CSV UTF-8)",
}
"""Endings of other programs, and how their users get a table that is read."""

_REFUSED_MARKS = (
    (b"\xd0\xcf\x11\xe0", "an old or encrypted Office file; save it as .xlsx without a password"),
    (b"\x1f\x8b", "a gzip archive; unpack it"),
    (b"%PDF", "a PDF; export the data as CSV"),
    (b"\x7fELF", "a program"),
    (b"#!", "a script"),
)


def settle_format(stream: BinaryIO, name: str, declared: FormatName) -> Format:
    """Compare what plan, ending and first bytes say; raise PrivacyError when they disagree."""
    head = stream.read(16)
    stream.seek(0)
    for mark, what in _REFUSED_MARKS:
        if head.startswith(mark):
            raise PrivacyError(f"{name}: this is {what}")
    if _looks_pickled(head):
        raise PrivacyError(f"{name}: a Python pickle, which can run code; save it as CSV")
    wanted = _wanted(name, declared)
    if not head:
        return _TEXT
    found = next((one for one in FORMATS if one.marks and head.startswith(one.marks)), _TEXT)
    if found.marks != wanted.marks:
        raise PrivacyError(
            f"{name}: declared or named as {wanted.name} but its content is {found.name}"
        )
    return wanted


def format_by_ending(name: str) -> Format | None:
    """Return the format that a file's ending tells; None for an ending that tells none."""
    ending = Path(name).suffix.lower()
    return next((one for one in FORMATS if ending in one.endings), None)


def _wanted(name: str, declared: FormatName) -> Format:
    if declared != FormatName.AUTO:
        return next(one for one in FORMATS if one.name == declared)
    found = format_by_ending(name)
    ending = Path(name).suffix.lower()
    if found is None and ending in _SAVE_AS:
        raise DataError(f"{name}: {ending} files are not read; {_SAVE_AS[ending]}")
    if found is None:
        raise DataError(f"{name}: cannot tell the format from the ending; declare `format`")
    return found


def _looks_pickled(head: bytes) -> bool:
    return len(head) > 1 and head[0] == 0x80 and 2 <= head[1] <= 5
