"""Excel workbooks: what they hold as text, and what an archive may not do."""

import datetime as dt
import io
import struct
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from evalpipe.errors import DataError, EvalpipeError, PrivacyError
from evalpipe.ingest.raw import Bounds, RawFormat, RawTable, read_raw

ROWS = [["id", "score", "day"], ["007", 2.5, dt.date(2024, 3, 1)], ["8", 3, None]]


def workbook(rows: list[list[object]] = ROWS, sheets: int = 1) -> bytes:
    book = openpyxl.Workbook()
    for number in range(1, sheets):
        book.create_sheet(f"Other{number}")
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def changed(content: bytes, changes: dict[str, bytes]) -> bytes:
    """The same archive with parts replaced or added."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.namelist():
            new.writestr(entry, changes.get(entry, old.read(entry)))
        for entry in changes.keys() - set(old.namelist()):
            new.writestr(entry, changes[entry])
    return target.getvalue()


def part(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)


def read(folder: Path, content: bytes, bounds: Bounds | None = None, **spec: Any) -> RawTable:
    (folder / "raw.xlsx").write_bytes(content)
    return read_raw(Path("raw.xlsx"), folder, RawFormat(**spec), bounds)


SHEET = "xl/worksheets/sheet1.xml"
RELATIONS = "xl/worksheets/_rels/sheet1.xml.rels"


def test_values_become_the_text_of_a_csv(tmp_path: Path):
    table = read(tmp_path, workbook())
    assert table.columns == ("id", "score", "day")
    assert table.frame["id"].tolist() == ["007", "8"]
    assert table.frame["score"].tolist() == ["2.5", "3"]
    assert table.frame["day"].tolist()[0] == "2024-03-01"
    assert table.frame["day"].isna().tolist() == [False, True]
    assert table.frame.index.tolist() == [2, 3]


def test_sheet_is_named_where_there_are_several(tmp_path: Path):
    content = workbook(sheets=3)
    with pytest.raises(DataError, match="has 3 worksheets; say which one"):
        read(tmp_path, content)
    assert read(tmp_path, content, sheet="Sheet").columns == ("id", "score", "day")
    with pytest.raises(DataError, match="no worksheet is called"):
        read(tmp_path, content, sheet="Absent")


def test_headings_below_a_title(tmp_path: Path):
    table = read(tmp_path, workbook([["Trial"], *ROWS]), header_row=2)
    assert table.frame.index.tolist() == [3, 4]


def test_cells_beyond_the_headings(tmp_path: Path):
    with pytest.raises(DataError, match="row 2 has cells to the right"):
        read(tmp_path, workbook([["id"], ["1", "canary"]]))


@cache
def hostile_archives() -> dict[str, tuple[bytes, str]]:
    content = workbook()
    sheet = part(content, SHEET)
    types = part(content, "[Content_Types].xml")
    bomb = b"<worksheet>" + b" " * 40_000_000 + b"</worksheet>"
    external = (
        b'<Relationships><Relationship Id="r1" Type="x/hyperlink" TargetMode="External" '
        b'Target="https://example.org"/></Relationships>'
    )
    return {
        "formula": (
            changed(content, {SHEET: sheet.replace(b"<v>", b"<f>1+1</f><v>", 1)}),
            "formula",
        ),
        "prefixed formula": (
            changed(content, {SHEET: sheet.replace(b"<v>", b"<x:f t='a'>1+1</x:f><v>", 1)}),
            "formula",
        ),
        "formula with a foreign prefix": (
            changed(content, {SHEET: sheet.replace(b"<v>", "<é:f>1+1</é:f><v>".encode(), 1)}),
            "formula",
        ),
        "small doctype": (changed(content, {SHEET: b"<a/><!doctype a>" + sheet}), "entities"),
        "comment in a number": (
            changed(content, {SHEET: sheet.replace(b"<v>2.5</v>", b"<v>2<!-- -->.5</v>", 1)}),
            "comments",
        ),
        "outside in entities": (
            changed(content, {RELATIONS: external.replace(b"External", b"Extern&#97;l")}),
            "links to something outside",
        ),
        "bomb": (changed(content, {SHEET: bomb}), "unpacks to far more"),
        "macros": (changed(content, {"xl/vbaProject.bin": b"x"}), "macros"),
        "macro type": (
            changed(
                content, {"[Content_Types].xml": types.replace(b"sheet.main", b"macroEnabled")}
            ),
            "macros",
        ),
        "external link": (
            changed(content, {"xl/externalLinks/externalLink1.xml": b"<a/>"}),
            "links to other files",
        ),
        "hyperlink": (
            changed(content, {RELATIONS: external}),
            "links to something outside",
        ),
        "embedded": (changed(content, {"xl/embeddings/oleObject1.bin": b"x"}), "embedded files"),
        "connection": (changed(content, {"xl/connections.xml": b"<a/>"}), "data connections"),
        "entities": (
            changed(content, {SHEET: b'<!DOCTYPE a [<!ENTITY b "c">]>' + sheet}),
            "entities|not XML",
        ),
        "utf-16 part": (
            changed(content, {SHEET: sheet.decode().encode("utf-16")}),
            "not XML in UTF-8",
        ),
        "foreign encoding": (
            changed(content, {SHEET: b'<?xml version="1.0" encoding="UTF-7"?>' + sheet}),
            "not written in UTF-8",
        ),
        "leaving the archive": (changed(content, {"../../x.xml": b"<a/>"}), "leaves the archive"),
        "many parts": (
            changed(content, {f"xl/media/{i}.png": b"" for i in range(2001)}),
            "more than 2000 parts",
        ),
        "hidden character": (workbook([["id"], ["a\u202eb"]]), "row 2, column 1 holds"),
    }


@pytest.mark.parametrize("case", hostile_archives())
def test_hostile_workbooks_are_refused(tmp_path: Path, case: str):
    content, expected = hostile_archives()[case]
    with pytest.raises(PrivacyError, match=expected) as caught:
        read(tmp_path, content)
    assert "\n" not in str(caught.value)


def test_two_parts_of_one_name(tmp_path: Path):
    target = io.BytesIO(workbook())
    with zipfile.ZipFile(target, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(SHEET, b"<worksheet/>")
    with pytest.raises(PrivacyError, match="two parts of the same name"):
        read(tmp_path, target.getvalue())


def test_a_sheet_that_spans_a_billion_cells(tmp_path: Path):
    content = workbook()
    sheet = (
        part(content, SHEET)
        .replace(b'r="C3"', b'r="XFD1048576"')
        .replace(b'r="C2"', b'r="XFD1048576"')
    )
    with pytest.raises(DataError, match="spans 16384 columns and 1048576 rows"):
        read(tmp_path, changed(content, {SHEET: sheet}))


def test_error_cells(tmp_path: Path):
    content = workbook([["id"], [1]])
    sheet = part(content, SHEET)
    broken = sheet.replace(b't="n"', b't="e"').replace(b"<v>1</v>", b"<v>#N/A</v>")
    assert broken != sheet
    with pytest.raises(DataError, match="Excel error"):
        read(tmp_path, changed(content, {SHEET: broken}))


def test_false_sizes_do_not_help(tmp_path: Path):
    """The directory claims one byte for a part that unpacks to forty million."""
    content = changed(workbook(), {SHEET: b"<worksheet>" + b" " * 40_000_000 + b"</worksheet>"})
    at = content.rindex(SHEET.encode()) - 46
    lying = content[: at + 24] + struct.pack("<I", 1) + content[at + 28 :]
    with pytest.raises(EvalpipeError) as caught:
        read(tmp_path, lying)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("cut", [10, 200, 1000, -40])
def test_torn_archives(tmp_path: Path, cut: int):
    with pytest.raises(DataError, match="not a readable"):
        read(tmp_path, workbook()[:cut])


def test_bounds_of_size(tmp_path: Path):
    with pytest.raises(DataError, match="larger than 0 MB"):
        read(tmp_path, workbook(), Bounds(workbook_bytes=100))
    with pytest.raises(DataError, match="spans"):
        read(tmp_path, workbook(), Bounds(workbook_cells=5))


@pytest.mark.parametrize("number", [b"1e309", b"NaN", b"inf", b"-inf", b"9" * 400])
def test_numbers_that_are_none_are_not_taken_for_missing(tmp_path: Path, number: bytes):
    content = workbook()
    sheet = part(content, SHEET)
    broken = sheet.replace(b"<v>2.5</v>", b"<v>" + number + b"</v>", 1)
    assert broken != sheet
    with pytest.raises(DataError, match=r"row 2, column 2 holds no finite number"):
        read(tmp_path, changed(content, {SHEET: broken}))


@pytest.mark.parametrize("number", [b"&#50;.5", b"2.5&x;", b"&amp;"])
def test_numbers_in_entities_are_not_taken_for_missing(tmp_path: Path, number: bytes):
    content = workbook()
    sheet = part(content, SHEET).replace(b"<v>2.5</v>", b"<v>" + number + b"</v>", 1)
    with pytest.raises(DataError, match="not a readable"):
        read(tmp_path, changed(content, {SHEET: sheet}))


def test_text_with_entities_is_read(tmp_path: Path):
    table = read(tmp_path, workbook([["id", "mark"], ["a & b", "<5"]]))
    assert table.frame.iloc[0].tolist() == ["a & b", "<5"]
