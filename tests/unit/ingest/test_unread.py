"""Everything in the raw folder is judged: other worksheets, other files, comments."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from tests.unit.ingest.conftest import BASE

from evalpipe.cli.intake import _judge_unread
from evalpipe.config.plan import Plan
from evalpipe.errors import PrivacyError
from evalpipe.ingest.sources import read_sources
from evalpipe.ingest.unread import find_unread
from evalpipe.privacy.gate import Gate

NAMES = ["Sanne de Vries", "Bram Jansen", "Youssef El Amrani"]
KEY = "nr;wie\n1;Sanne de Vries\n2;Bram Jansen\n"


def make_plan(file: str = "data.csv", **privacy: Any) -> Plan:
    entry = {
        "file": file,
        "one_row_per": "participant",
        "columns": {"id": "participant_id", "arm": "arm"},
        "scores": {"mood": {"mood": "before"}},
    }
    if file.endswith("xlsx"):
        entry["sheet"] = "data"
    return Plan.model_validate({**BASE, "data": {"main": entry}, "privacy": privacy})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data.csv").write_text("id;arm;mood\nP1;wait;3\nP2;train;4\n", encoding="utf-8")
    return tmp_path


def judge_folder(plan: Plan, folder: Path) -> Gate:
    gate = Gate()
    _judge_unread(gate, plan, folder)
    return gate


@pytest.mark.parametrize("name", ["sleutel.csv", ".hidden.csv", "oud/key.csv", "Jansen.csv"])
def test_a_key_file_beside_the_data_is_refused_without_a_value(folder: Path, name: str):
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(KEY, encoding="utf-8")
    with pytest.raises(PrivacyError, match="person_name") as told:
        judge_folder(make_plan(), folder)
    assert not any(word in str(told.value) for word in ("Sanne", "Bram", "Jansen"))
    assert "leave_unread" in str(told.value)


@pytest.mark.parametrize("name", ["brief.docx", "notes.md", "old.xls", "photo.jpg", "no_ending"])
def test_a_file_that_cannot_be_judged_is_refused(folder: Path, name: str):
    (folder / name).write_bytes(b"Sanne")
    with pytest.raises(PrivacyError, match="cannot be judged"):
        judge_folder(make_plan(), folder)


def test_links_and_pipes_are_refused(folder: Path):
    (folder / "link.csv").symlink_to("/etc/hostname")
    with pytest.raises(PrivacyError, match="cannot be judged"):
        judge_folder(make_plan(), folder)
    (folder / "link.csv").unlink()
    os.mkfifo(folder / "pipe.csv")
    with pytest.raises(PrivacyError, match="cannot be judged"):
        judge_folder(make_plan(), folder)


def test_a_reason_in_the_plan_leaves_a_file_unread_and_is_remembered(folder: Path):
    (folder / "sleutel.csv").write_text(KEY, encoding="utf-8")
    reason = "kept by the data manager until the last visit"
    gate = judge_folder(make_plan(leave_unread={"sleutel.csv": reason}), folder)
    assert [(d["file"], d["reason"]) for d in gate.decisions] == [("sleutel.csv", reason)]


def test_a_reason_for_a_folder_covers_what_is_below_it(folder: Path):
    (folder / ".git" / "objects").mkdir(parents=True)
    (folder / ".git" / "objects" / "ab").write_bytes(b"Sanne")
    (folder / "scores (1).csv").write_text(KEY, encoding="utf-8")
    reason = "kept by the data manager until the last visit"
    with pytest.raises(PrivacyError, match=r"\.git/.*cannot be judged"):
        judge_folder(make_plan(), folder)
    plan = make_plan(leave_unread={".git/": reason, "scores (1).csv": reason})
    assert len(judge_folder(plan, folder).decisions) == 2
    (folder / "key.csv").write_text(KEY, encoding="utf-8")
    with pytest.raises(PrivacyError, match="person_name"):
        judge_folder(plan, folder)


@pytest.mark.parametrize("name", ["..", ".", "../other", "/etc/passwd", "a/../b", "", "a\nb"])
def test_only_names_inside_the_raw_folder_can_be_left_unread(name: str):
    with pytest.raises(ValueError, match="leave_unread"):
        make_plan(leave_unread={name: "kept by the data manager until the last visit"})


def test_a_name_that_is_not_there_is_told(folder: Path):
    plan = make_plan(leave_unread={"gone.csv": "kept by the data manager until the last visit"})
    told = _judge_unread(Gate(), plan, folder)
    assert [(n.source, n.rule) for n in told] == [
        ("gone.csv", "stands under `privacy: leave_unread` and is not there")
    ]


def test_every_refused_file_is_told_by_a_name_that_can_be_nobody_s(folder: Path):
    for name in ("codebook.bin", ".Rhistory", "data_old.bin", "Jansen.bin"):
        (folder / name).write_bytes(b"\0")
    with pytest.raises(PrivacyError) as told:
        judge_folder(make_plan(), folder)
    starts = [line.split(": ")[0] for line in str(told.value).splitlines()]
    unnamed = "file 2 by name (.bin) of those that the plan does not name"
    assert starts == [".Rhistory", unnamed, "codebook.bin", "data_old.bin"]
    for number in range(30):
        (folder / f"file_{number}.bin").write_bytes(b"\0")
    with pytest.raises(PrivacyError, match="and 24 more such files"):
        judge_folder(make_plan(), folder)


def test_what_only_looks_like_a_system_s_file_is_judged(folder: Path):
    (folder / "._data.csv").write_bytes(b"\x00\x05\x16\x07\x00\x02")
    (folder / "thumbs.db").write_bytes(b"\0")
    (folder / ".~lock.data.csv#").write_text("somebody", encoding="utf-8")
    assert find_unread(make_plan(), folder) == ()
    (folder / "~$key.csv").write_text(KEY * 20, encoding="utf-8")
    (folder / "._key.csv").write_text(KEY, encoding="utf-8")
    with pytest.raises(PrivacyError) as told:
        judge_folder(make_plan(), folder)
    assert len(str(told.value).splitlines()) == 2


def test_companions_and_clean_files_pass(folder: Path):
    for name in (
        "README.md",
        "readme.MD",
        "SOURCE.md",
        "SYNTHETIC.md",
        "truth.json",
        ".DS_Store",
        "~$data.xlsx",
    ):
        (folder / name).write_text("Sanne", encoding="utf-8")
    assert find_unread(make_plan(), folder) == ()
    (folder / "score.csv").write_text("id;score\nP1;3\nP2;4\n", encoding="utf-8")
    gate = Gate()
    notices = _judge_unread(gate, make_plan(), folder)
    assert [(n.source, n.rule) for n in notices] == [
        ("score.csv", "lies in the raw folder and is not read")
    ]


def write_workbook(path: Path, change: Callable[[Any], None]) -> None:
    book = openpyxl.Workbook()
    book.active.title = "data"
    for row in (["id", "arm", "mood"], ["P1", "wait", 3], ["P2", "train", 4]):
        book.active.append(row)
    change(book)
    book.save(path)


def judge_workbook(folder: Path) -> None:
    plan = make_plan("data.xlsx")
    gate = Gate()
    for source in read_sources(plan, folder):
        gate(plan, source)


@pytest.mark.parametrize("state", ["visible", "hidden", "veryHidden"])
def test_worksheets_that_the_plan_does_not_name_are_judged(tmp_path: Path, state: str):
    def add_key(book: Any) -> None:
        sheet = book.create_sheet("Blad2")
        sheet.append(["nr", "wie"])
        for number, name in enumerate(NAMES):
            sheet.append([number, name])
        sheet.sheet_state = state

    write_workbook(tmp_path / "data.xlsx", add_key)
    with pytest.raises(PrivacyError, match=r"worksheet 2\]: column 2: .*person_name") as told:
        judge_workbook(tmp_path)
    assert not any(name in str(told.value) for name in NAMES)


def test_comments_and_titles_of_worksheets_are_judged(tmp_path: Path):
    def comment(book: Any) -> None:
        book.active["B2"].comment = Comment("Sanne belde af, moeder is ziek", "somebody")

    write_workbook(tmp_path / "data.xlsx", comment)
    with pytest.raises(PrivacyError, match="comments"):
        judge_workbook(tmp_path)
    write_workbook(tmp_path / "data.xlsx", lambda book: book.create_sheet("Jansen"))
    with pytest.raises(PrivacyError, match="person_name"):
        judge_workbook(tmp_path)


def test_empty_and_chart_sheets_pass(tmp_path: Path):
    def add(book: Any) -> None:
        book.create_sheet("Blad2")
        book.create_chartsheet("grafiek")

    write_workbook(tmp_path / "data.xlsx", add)
    judge_workbook(tmp_path)
