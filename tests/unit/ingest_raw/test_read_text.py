"""CSV as people have it, and CSV as nobody should."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from evalpipe.errors import DataError, PrivacyError
from evalpipe.ingest.raw import Bounds, RawFormat, RawTable, read_raw

CANARY = "Zyx-Canary-77"


def write(folder: Path, content: bytes | str, name: str = "raw.csv") -> Path:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return Path(name)


def read(folder: Path, content: bytes | str, **spec: Any) -> RawTable:
    return read_raw(write(folder, content), folder, RawFormat(**spec))


def test_cells_stay_text_and_empty_cells_are_missing(tmp_path: Path):
    table = read(tmp_path, "id,code,note\n007,1.50,\n8, ,x\n")
    assert table.columns == ("id", "code", "note")
    assert table.frame["id"].tolist() == ["007", "8"]
    assert table.frame["code"].isna().tolist() == [False, True]
    assert table.frame["note"].isna().tolist() == [True, False]
    assert table.frame.index.tolist() == [2, 3]
    assert {str(kind) for kind in table.frame.dtypes} == {"string"}
    assert table.frame.iloc[0, 2] is pd.NA


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_delimiter_is_found(tmp_path: Path, mark: str):
    rows = [["id", "score", "remark"], ["1", "2", '"a, b; c"'], ["2", "3", "x"]]
    table = read(tmp_path, "\n".join(mark.join(row) for row in rows) + "\n")
    assert table.delimiter == mark
    assert table.frame["remark"].tolist() == ["a, b; c", "x"]


def test_semicolons_with_decimal_commas(tmp_path: Path):
    table = read(tmp_path, "id;bdi\n1;2,5\n2;3,75\n")
    assert (table.delimiter, table.decimal) == (";", ",")
    assert table.frame["bdi"].tolist() == ["2,5", "3,75"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252"])
def test_encodings_are_detected(tmp_path: Path, encoding: str):
    table = read(tmp_path, "naam,café\nJosé,1\nZoë,2\n".encode(encoding))
    assert table.columns == ("naam", "café")
    assert table.frame["naam"].tolist() == ["José", "Zoë"]


def test_declared_latin_1_reads_every_byte_that_is_a_letter(tmp_path: Path):
    table = read(tmp_path, "a,b\nþ,1\n".encode("latin-1"), encoding="latin-1")
    assert table.frame["a"].tolist() == ["þ"]


def test_rows_that_are_empty_are_skipped_and_numbers_kept(tmp_path: Path):
    table = read(tmp_path, "a,b\n1,2\n\n3,4\n\n")
    assert table.frame.index.tolist() == [2, 4]


def test_one_column_keeps_its_empty_rows(tmp_path: Path):
    table = read(tmp_path, "a\n1\n\n3\n")
    assert table.frame["a"].isna().tolist() == [False, True, False]


def test_headings_below_a_title(tmp_path: Path):
    table = read(tmp_path, "Export of the trial\n\na,b\n1,2\n", header_row=3)
    assert table.columns == ("a", "b")
    assert table.frame.index.tolist() == [4]


def test_line_breaks_inside_quotes(tmp_path: Path):
    table = read(tmp_path, 'a,b\n1,"two\nlines"\n2,x\n')
    assert table.frame["b"].tolist() == ["two\nlines", "x"]
    assert table.frame.index.tolist() == [2, 3]


MALFORMED = {
    "ragged": (f"a,b\n1,{CANARY}\n1,{CANARY},3\n", "row 3 has 3 cells, the headings are 2"),
    "short row": (f"a,b\n1,{CANARY}\n{CANARY}\n", "row 3 has 1 cells"),
    "open quote": (f'a,b\n1,"{CANARY}\n', "quotes do not match"),
    "text behind a quote": (f'a,b\n1,"x"{CANARY}\n', "quotes do not match"),
    "empty file": ("", "the file is empty"),
    "empty heading": (f"a,,c\n1,{CANARY},3\n", "the heading of column 2 is empty"),
    "same heading twice": (f"{CANARY},{CANARY}\n1,2\n", "columns 1 and 2 have the same name"),
    "no headings": ("\n\n\n", "should hold the headings"),
    "utf-16 cut off": ("a,b\n1,2\n".encode("utf-16")[:-1], "UTF-16"),
    "half utf-8": (f"a,b\né,{CANARY}".encode() + b"\xff\n", "not valid UTF-8"),
    "overlong utf-8": (b"a,b\n\xc0\xaf,1\n", "not valid UTF-8"),
    "lone surrogate": (b"a,b\n\xed\xa0\x80,1\n", "not valid UTF-8"),
    "long heading": ("a" * 201 + ",b\n1,2\n", "longer than 200 characters"),
}
HOSTILE = {
    "NUL": (f"a,b\n{CANARY},\0\n", "NUL byte"),
    "direction override": (f"a,b\n{CANARY},\u202e\n", r"line 2 .* override \(U\+202E\)"),
    "isolate": (f"a,b\n{CANARY},\u2066x\n", "override"),
    "zero width": (f"a,b\n1,2\n{CANARY},x\u200by\n", "line 3 .* invisible"),
    "zero width in a heading": ("a,b\u200b\n1,2\n", "invisible"),
    "escape": (f"a,b\n{CANARY},\x1b[31m\n", "control character"),
    "case": (f"{CANARY},{CANARY.lower()}\n1,2\n", "columns 1 and 2 differ only by case"),
    "spaces": ("total score,totalscore\n1,2\n", "differ only by case, spaces"),
    "cyrillic": ("age,\u0430ge\n1,2\n", "look-alike"),
    "greek": ("\u0397OME,home\n1,2\n", "look-alike"),
    "full width": ("score,\uff53core\n1,2\n", "look-alike"),
    "pickle": (b"\x80\x04\x95\x0f\x00\x00\x00\x00\x00\x00\x00\x8c", "pickle"),
    "gzip": (b"\x1f\x8b\x08\x00" + b"x" * 20, "gzip"),
    "zip": (b"PK\x03\x04" + b"x" * 20, "content is xlsx"),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_malformed_files_are_data_errors_of_one_line(tmp_path: Path, case: str):
    content, expected = MALFORMED[case]
    with pytest.raises(DataError, match=expected) as caught:
        read(tmp_path, content)
    check_message(str(caught.value))


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_files_are_privacy_errors_of_one_line(tmp_path: Path, case: str):
    content, expected = HOSTILE[case]
    with pytest.raises(PrivacyError, match=expected) as caught:
        read(tmp_path, content)
    check_message(str(caught.value))


def check_message(message: str) -> None:
    assert "\n" not in message
    assert CANARY.lower() not in message.lower()
    assert message.startswith("raw.csv: ")


def test_a_line_without_end_is_refused_after_the_bound(tmp_path: Path):
    path = tmp_path / "raw.csv"
    with path.open("wb") as stream:
        stream.truncate(600 * 2**20)
    with pytest.raises(DataError, match="larger than 256 MB"):
        read_raw(Path("raw.csv"), tmp_path)
    path.write_bytes(b"a,b\n" + b"7" * 5_000_000)
    with pytest.raises(DataError, match="a line is longer than 4194304 bytes"):
        read_raw(Path("raw.csv"), tmp_path)


def test_line_length_is_counted_across_pieces(tmp_path: Path):
    write(tmp_path, b"a,b\n" + b"1" * 2_200_000 + b",2\n")
    bounds = Bounds(line_bytes=2_000_000)
    with pytest.raises(DataError, match="a line is longer"):
        read_raw(Path("raw.csv"), tmp_path, bounds=bounds)


def test_a_million_columns(tmp_path: Path):
    write(tmp_path, ",".join(f"c{i}" for i in range(400_000)) + "\n")
    with pytest.raises(DataError, match="400000 columns, at most 16384"):
        read_raw(Path("raw.csv"), tmp_path)


def test_too_many_cells(tmp_path: Path):
    write(tmp_path, "a,b\n" + "1,2\n" * 100)
    with pytest.raises(DataError, match="more than 150 cells"):
        read_raw(Path("raw.csv"), tmp_path, bounds=Bounds(cells=150))


def test_text_like_a_formula_is_text(tmp_path: Path):
    table = read(tmp_path, "a,b\n=cmd|' /C calc'!A0,+1\n@SUM(1),-2\n")
    assert table.frame["a"].tolist() == ["=cmd|' /C calc'!A0", "@SUM(1)"]


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_rows_are_counted_before_anything_is_parsed(tmp_path: Path, end: bytes):
    """Sixty million empty lines are read by a CSV parser for minutes."""
    write(tmp_path, b"a,b" + end + b"1,2" + end + end * 2_000_000)
    with pytest.raises(DataError, match="more than 1500000 rows"):
        read_raw(Path("raw.csv"), tmp_path)
    write(tmp_path, (b"a,b" + end + b"1,2" + end + end * 8))
    assert len(read_raw(Path("raw.csv"), tmp_path, bounds=Bounds(rows=10)).frame) == 1
    with pytest.raises(DataError, match="more than 9 rows"):
        read_raw(Path("raw.csv"), tmp_path, bounds=Bounds(rows=9))
