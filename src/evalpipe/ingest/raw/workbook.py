"""Excel .xlsx: the archive is taken apart and checked first, then calamine reads a clean copy.

The copy holds only the parts that were inflated and checked here, so a second reading of the same
bytes by other rules (doubled entries, false sizes) cannot see anything else.
"""

import hashlib
import html
import io
import math
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from evalpipe.errors import DataError, EvalpipeError, PrivacyError
from evalpipe.ingest.raw.bytescan import check_size
from evalpipe.ingest.raw.cells import write_cell
from evalpipe.ingest.raw.columnar import ColumnGatherer
from evalpipe.ingest.raw.delimited import find_clear_marks, settle_decimal
from evalpipe.ingest.raw.headings import check_headings
from evalpipe.ingest.raw.loose import lay_out
from evalpipe.ingest.raw.names_inside import TITLE, find_workbook_names, lay_out_names
from evalpipe.ingest.raw.sheets import choose_sheet
from evalpipe.ingest.raw.table import Bounds, RawFormat, RawTable
from evalpipe.privacy.lookalikes import name_hostile_character
from evalpipe.vocabulary.formats import FormatName

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

_PIECE = 2**18
_SHEET_PIECE = 2**22
_FORBIDDEN = (
    ("vbaproject", "macros"),
    ("macrosheets/", "macros"),
    ("externallinks/", "links to other files"),
    ("embeddings/", "embedded files"),
    ("activex/", "controls"),
    ("connections.xml", "data connections"),
    ("querytables/", "data connections"),
)
_NEEDED = re.compile(
    r"\[content_types\]\.xml|_rels/\.rels|xl/_rels/workbook\.xml\.rels|xl/workbook\.xml"
    r"|xl/(?:comments|threadedcomments)[^.]*\.xml|xl/styles\.xml|xl/sharedstrings\.xml|xl/worksheets/[^/]+\.xml|xl/worksheets/_rels/[^/]+\.rels"
    r"|docprops/(?:core|app)\.xml|xl/persons/[^/]+\.xml"
)
_COMMENTS = re.compile(r"xl/(?:comments|threadedcomments)[^.]*\.xml")
_TEXT_RUN = re.compile(r"<(?:\w+:)?(?:t|text)(?:\s[^>]*)?>([^<]+)")
_FORMULA = re.compile(rb"<(?:[^<>\s/:]+:)?f[\s/>]")
_CELL_ERROR = re.compile(rb"<(?:[^<>\s/:]+:)?c\s[^<>]*\bt\s*=\s*[\"']e[\"']")
_NUMBER_IN_ENTITIES = re.compile(
    rb"<(?:[^<>\s/:]+:)?c(?=[\s>])(?![^<>]*\bt\s*=\s*[\"']str[\"'])[^<>]*>"
    rb"<(?:[^<>\s/:]+:)?v>[^<]*&"
)
"""A number written as `&#49;4`: the reader takes such a cell for an empty one."""
_MARKED = re.compile(r"[-+]?[1-9]\d{0,2}[.,]\d{3}")
_REFERENCE_COLUMN = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{1,7})\d")
_REFERENCE_ROW = re.compile(rb"\br\s*=\s*[\"'][A-Za-z]*(\d{1,12})")
_EXTERNAL = re.compile(rb"TargetMode\s*=\s*[\"'](?!Internal[\"'])")
_XML_ENCODING = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)[\"']")


def read_workbook(stream: BinaryIO, name: str, spec: RawFormat, bounds: Bounds) -> RawTable:
    """Read one worksheet as text; the headings stand in `spec.header_row`.

    Raises PrivacyError for archives out of bounds, macros, external links and formulas, DataError
    for anything else that cannot be read.
    """
    check_size(stream, name, bounds.workbook_bytes)
    stream.seek(0)
    content = stream.read()
    parts = inflate_parts(content, name, bounds)
    book = _open_book(_rebuild(parts), name)
    chosen = choose_sheet(book.sheet_names, name, spec.sheet)
    rows = _read_rows(book, chosen, name)
    if len(rows) < spec.header_row:
        raise DataError(f"{name}: row {spec.header_row} should hold the headings and is missing")
    headings = _trim_right(rows[spec.header_row - 1])
    columns = check_headings(name, [write_cell(cell) or "" for cell in headings], bounds)
    gatherer = ColumnGatherer(name, columns, bounds)
    for number, row in enumerate(rows[spec.header_row :], start=spec.header_row + 1):
        if number not in spec.skip_rows:
            _add_row(gatherer, number, row, len(columns), name)
    frame = gatherer.finish()
    marks = find_clear_marks(frame)
    decimal = settle_decimal(spec.decimal, marks)
    digest = hashlib.sha256(content).hexdigest()
    others = _read_other_sheets(book, parts, name, chosen)
    return RawTable(
        name,
        columns,
        frame,
        digest,
        format=FormatName.XLSX,
        decimal=decimal,
        clear_marks=marks,
        text_numbers=_find_text_numbers(columns, rows, spec.header_row),
        others=others,
    )


def _find_text_numbers(
    columns: tuple[str, ...], rows: Sequence[Sequence[object]], header_row: int
) -> dict[str, frozenset[int]]:
    """Rows where text looks like 1.234: the point may stand between thousands there."""
    found: dict[str, set[int]] = {}
    for number, row in enumerate(rows[header_row:], start=header_row + 1):
        for column, cell in zip(columns, row, strict=False):
            if isinstance(cell, str) and _MARKED.fullmatch(cell.strip()):
                found.setdefault(column, set()).add(number)
    return {column: frozenset(numbers) for column, numbers in found.items()}


def inflate_parts(content: bytes, name: str, bounds: Bounds) -> dict[str, bytes]:
    """Check the archive entry by entry and return the parts that a table needs, inflated."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_entries(entries, name, bounds)
            needed = [entry for entry in entries if _NEEDED.fullmatch(entry.filename.lower())]
            parts = _inflate_all(archive, needed, name, bounds)
    except EvalpipeError:
        raise
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError) as error:
        raise _malformed(name) from error
    except (NotImplementedError, RuntimeError, UnicodeDecodeError):
        raise _malformed(name) from None
    for part, data in parts.items():
        _check_part(part.lower(), data, name, bounds)
    return parts


def _malformed(name: str) -> DataError:
    return DataError(f"{name}: not a readable .xlsx workbook; save it again or as CSV UTF-8")


def _check_entries(entries: list[zipfile.ZipInfo], name: str, bounds: Bounds) -> None:
    if len(entries) > bounds.zip_entries:
        raise PrivacyError(f"{name}: the workbook has more than {bounds.zip_entries} parts")
    lowered = [entry.filename.lower() for entry in entries]
    if len(set(lowered)) != len(lowered):
        raise PrivacyError(f"{name}: the workbook holds two parts of the same name")
    for entry, part in zip(entries, lowered, strict=True):
        if part.startswith("/") or "\\" in part or ".." in part.split("/"):
            raise PrivacyError(f"{name}: the workbook holds a part whose name leaves the archive")
        if entry.flag_bits & 1:
            raise DataError(f"{name}: the workbook is encrypted; save it without a password")
        for mark, what in _FORBIDDEN:
            if mark in part:
                raise PrivacyError(f"{name}: the workbook holds {what}; save the values as CSV")


def _inflate_all(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], name: str, bounds: Bounds
) -> dict[str, bytes]:
    left = bounds.inflated_bytes
    parts: dict[str, bytes] = {}
    for entry in entries:
        allowed = min(left, max(2**20, bounds.zip_ratio * max(entry.compress_size, 1)))
        parts[entry.filename] = _inflate(archive, entry, allowed, name)
        left -= len(parts[entry.filename])
    return parts


def _inflate(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, allowed: int, name: str) -> bytes:
    pieces: list[bytes] = []
    size = 0
    with archive.open(entry) as part:
        while piece := part.read(_PIECE):
            size += len(piece)
            if size > allowed:
                raise PrivacyError(f"{name}: the workbook unpacks to far more than its size")
            pieces.append(piece)
    return b"".join(pieces)


def _check_part(part: str, data: bytes, name: str, bounds: Bounds) -> None:
    declared = _XML_ENCODING.search(data[:200])
    if declared and declared.group(1).lower() not in (b"utf-8", b"us-ascii"):
        raise PrivacyError(f"{name}: a part of the workbook is not written in UTF-8")
    if b"\0" in data or not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise PrivacyError(f"{name}: a part of the workbook is not XML in UTF-8")
    if b"<!" in data:
        raise PrivacyError(f"{name}: the workbook declares XML entities, or holds XML comments")
    if part.endswith(".rels") and _EXTERNAL.search(data):
        raise PrivacyError(f"{name}: the workbook links to something outside; save the values only")
    if part == "[content_types].xml" and b"macroenabled" in data.lower():
        raise PrivacyError(f"{name}: the workbook allows macros; save it as plain .xlsx")
    if part.startswith("xl/worksheets/") and part.endswith(".xml"):
        _check_sheet(data, name, bounds)


def _check_sheet(data: bytes, name: str, bounds: Bounds) -> None:
    if (b"<f" in data or b":f" in data) and _FORMULA.search(data):
        raise PrivacyError(f"{name}: a cell holds a formula; paste values only and save again")
    if (b'"e"' in data or b"'e'" in data) and _CELL_ERROR.search(data):
        raise DataError(f"{name}: a cell holds an Excel error such as #N/A; empty it")
    if b"&" in data and _NUMBER_IN_ENTITIES.search(data):
        raise _malformed(name)
    cells = data.count(b"<c") + data.count(b":c")
    width, height = _measure_area(data)
    if max(cells, width * height) > bounds.workbook_cells or width > bounds.columns:
        raise DataError(
            f"{name}: the worksheet spans {width} columns and {height} rows; save a CSV"
        )


def _measure_area(data: bytes) -> tuple[int, int]:
    """Columns and rows that the references of a sheet span; read in pieces that end with a tag."""
    letters: set[bytes] = set()
    numbers: set[bytes] = set()
    begin = 0
    while begin < len(data):
        end = data.find(b">", begin + _SHEET_PIECE) + 1 or len(data)
        piece = data[begin:end]
        letters.update(_REFERENCE_COLUMN.findall(piece))
        numbers.update(_REFERENCE_ROW.findall(piece))
        begin = end
    width = max((_column_number(text) for text in letters), default=0)
    return width, max((int(text) for text in numbers), default=0)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _rebuild(parts: dict[str, bytes]) -> io.BytesIO:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for part, data in parts.items():
            archive.writestr(zipfile.ZipInfo(part), data)
    target.seek(0)
    return target


@contextmanager
def _told_plainly(name: str) -> Iterator[None]:
    """Turn whatever calamine says about a damaged workbook into one line."""
    from python_calamine import CalamineError

    try:
        yield
    except (CalamineError, OSError, ValueError, OverflowError):
        raise _malformed(name) from None
    except BaseException as error:  # a Rust panic is a BaseException
        if type(error).__name__ != "PanicException":
            raise
        raise _malformed(name) from None


def _open_book(content: io.BytesIO, name: str) -> "CalamineWorkbook":
    from python_calamine import CalamineWorkbook

    with _told_plainly(name):
        return CalamineWorkbook.from_filelike(content)


def _read_rows(book: "CalamineWorkbook", sheet: str, name: str) -> Sequence[Sequence[object]]:
    with _told_plainly(name):
        rows: Sequence[Sequence[object]] = book.get_sheet_by_name(sheet).to_python(
            skip_empty_area=False
        )
    return rows


def read_every_sheet(stream: BinaryIO, name: str, bounds: Bounds) -> tuple[RawTable, ...]:
    """Read every worksheet and the comments of a workbook that no plan names, for the gate only."""
    check_size(stream, name, bounds.workbook_bytes)
    stream.seek(0)
    parts = inflate_parts(stream.read(), name, bounds)
    book = _open_book(_rebuild(parts), name)
    return tuple(_read_other_sheets(book, parts, name, None).values())


def _read_other_sheets(
    book: "CalamineWorkbook", parts: dict[str, bytes], name: str, chosen: str | None
) -> dict[str, RawTable]:
    """Every other worksheet by its title, hidden ones too, and the comments under ""."""
    from python_calamine import SheetTypeEnum

    tables = {
        sheet.name: lay_out(
            f"{name} [worksheet {number}]", _read_rows(book, sheet.name, name), sheet.name
        )
        for number, sheet in enumerate(book.sheets_metadata, start=1)
        if sheet.name != chosen and sheet.typ == SheetTypeEnum.WorkSheet
    }
    comments = [
        [text]
        for part, content in parts.items()
        if _COMMENTS.fullmatch(part.lower())
        for text in _texts_in(content)
    ]
    names = lay_out_names(name, find_workbook_names(parts, book.sheet_names))
    tables |= {TITLE: names} if names is not None else {}
    return tables | (
        {"": lay_out(f"{name} [comments]", [["comments", ""], *comments], None)} if comments else {}
    )


def _texts_in(part: bytes) -> list[str]:
    texts = _TEXT_RUN.findall(part.decode("utf-8", errors="replace"))
    return [html.unescape(text) for text in texts if text.strip()]


def _trim_right(row: Sequence[object]) -> Sequence[object]:
    while row and row[-1] in ("", None):
        row = row[:-1]
    return row


def _add_row(
    gatherer: ColumnGatherer, number: int, row: Sequence[object], width: int, name: str
) -> None:
    cells = [write_cell(cell) for cell in row]
    if not any(cells):
        return
    if any(cells[width:]):
        raise DataError(
            f"{name}: row {number} has cells to the right of the last heading; if a title "
            "stands above the headings, say with `header_row` in which row they stand"
        )
    for position, cell in enumerate(row, start=1):
        if isinstance(cell, float) and not math.isfinite(cell):
            raise DataError(f"{name}: row {number}, column {position} holds no finite number")
        if isinstance(cell, str) and (hidden := name_hostile_character(cell)):
            raise PrivacyError(f"{name}: row {number}, column {position} holds {hidden}")
    gatherer.add(number, cells[:width] + [None] * (width - len(cells)))
