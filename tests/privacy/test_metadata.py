"""Files of a report tell nothing of who made them, when and on which machine."""

import base64
import getpass
import platform
import re
import zipfile
import zlib
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from evalpipe.disclosure.study_release import release_study
from evalpipe.report.build import build_report

PNG_CHUNKS = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"pHYs", b"tRNS", b"sRGB", b"gAMA"}
MACHINE_PATH = re.compile(rb"(?:/(?:home|root|tmp|Users|usr|var|work)/|[A-Z]:\\\\)[\w.-]")
CLOCK = re.compile(rb"(?<!\d)20[2-9]\d-[01]\d-[0-3]\dT[0-2]\d:")


@pytest.fixture(scope="module")
def folder(study_tables, tmp_path_factory):
    plan, tables = study_tables("btheb", True)
    found = tmp_path_factory.mktemp("reports") / "btheb"
    released = release_study(plan, tables, {}, found)
    build_report(plan, released.tables, released.record, found)
    return found


def streams_of(pdf):
    """The file and its compressed streams."""
    yield pdf
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            yield zlib.decompress(found.group(1))
        except zlib.error:
            continue


def parts_of(path: Path):
    """Everything readable in a file: (name, bytes)."""
    data = path.read_bytes()
    if path.suffix == ".pdf":
        yield from ((f"{path.name}", part) for part in streams_of(data))
    elif path.suffix == ".docx":
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                yield f"{path.name}/{info.filename}", archive.read(info)
    else:
        yield path.name, data


def private_words():
    words = {platform.node(), str(Path.home()), str(Path.cwd())}
    words.add(getpass.getuser())
    return [word.encode() for word in words if len(word) > 5]  # `root` is a word of XML too


def test_no_user_machine_or_path_in_any_file(folder):
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    assert {path.suffix for path in files} >= {".html", ".pdf", ".docx", ".csv", ".json"}
    for path in files:
        for name, part in parts_of(path):
            if name.endswith(".png"):
                continue
            part = re.sub(rb"base64,[A-Za-z0-9+/=]+", b"", part)
            assert not [word for word in private_words() if word in part], name
            is_text = path.suffix in (".html", ".csv", ".json") or name.endswith(".xml")
            if is_text:
                assert not MACHINE_PATH.search(part), name
                assert not CLOCK.search(part), name


def test_word_names_the_program_and_nobody(folder):
    with zipfile.ZipFile(folder / "report.docx") as archive:
        core = ET.fromstring(archive.read("docProps/core.xml"))
        app = ET.fromstring(archive.read("docProps/app.xml"))
        dates = {info.date_time for info in archive.infolist()}
        comments = [name for name in archive.namelist() if "comment" in name]
    own = {node.tag.rpartition("}")[2]: node.text for node in core.iter() if node.text}
    assert own.get("creator") == "evalpipe"
    assert not set(own) - {"title", "creator", "language", "subject", "description"}
    names = {node.tag.rpartition("}")[2] for node in app.iter()}
    assert not names & {"Company", "Manager", "Template", "TotalTime"}
    assert dates == {(1980, 1, 1, 0, 0, 0)}
    assert not comments


def test_pictures_in_word_carry_no_words(folder):
    with zipfile.ZipFile(folder / "report.docx") as archive:
        pictures = [archive.read(n) for n in archive.namelist() if n.endswith(".png")]
    assert pictures
    for picture in pictures:
        assert picture.startswith(b"\x89PNG\r\n\x1a\n")
        assert set(chunks_of(picture)) <= PNG_CHUNKS


def chunks_of(png):
    place = 8
    while place < len(png):
        size = int.from_bytes(png[place : place + 4], "big")
        yield png[place + 4 : place + 8]
        place += size + 12


def test_pdf_names_no_author_and_a_fixed_date(folder):
    data = (folder / "report.pdf").read_bytes()
    for part in streams_of(data):
        assert b"/Author" not in part
        assert b"<dc:creator>" not in part
        dates = re.findall(rb"(?:CreationDate|ModDate)\s*\(D:(\d{4})", part)
        assert set(dates) <= {b"1980"}
        made = re.findall(rb"<xmp:(?:CreateDate|ModifyDate)>(\d{4})", part)
        assert set(made) <= {b"1980"}


def test_drawings_carry_no_creator_and_no_date(folder):
    text = (folder / "report.html").read_text(encoding="utf-8")
    drawings = re.findall(r"svg\+xml;base64,([^\"]+)", text)
    assert drawings
    for data in drawings:
        svg = base64.b64decode(data).decode()
        assert "<dc:date>" not in svg
        assert "<dc:creator>" not in svg
        assert "Matplotlib v" not in svg
