"""One digest of a raw folder: every file and byte counts, no time does."""

import os
from pathlib import Path

import pytest

from evalpipe.cli.intake import take_in
from evalpipe.cli.project import Project
from evalpipe.errors import DataError
from evalpipe.ingest import study as ingest_study
from evalpipe.ingest.raw_content import digest_raw, refuse_changed_raw

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "c2022").mkdir()
    (tmp_path / "c2022" / "visits.csv").write_text("id,y\n1,2\n")
    (tmp_path / "people.csv").write_text("id\n1\n")
    return tmp_path


def test_names_and_bytes_count(folder: Path):
    seen = {digest_raw(folder)}
    (folder / "c2022" / "visits.csv").write_text("id,y\n1,3\n")
    seen.add(digest_raw(folder))
    (folder / "people.csv").rename(folder / "persons.csv")
    seen.add(digest_raw(folder))
    (folder / "unnamed.sav").write_bytes(b"")
    seen.add(digest_raw(folder))
    (folder / "c2022" / ".hidden").write_bytes(b"x")
    seen.add(digest_raw(folder))
    (folder / "link").symlink_to(folder / "people.csv")
    seen.add(digest_raw(folder))
    (folder / "people.csv").write_text("back again")
    seen.add(digest_raw(folder))
    (folder / "folder").symlink_to(folder / "c2022")
    seen.add(digest_raw(folder))
    assert len(seen) == 8


def test_times_and_what_programs_leave_do_not_count(folder: Path):
    before = digest_raw(folder)
    os.utime(folder / "people.csv", (1, 1))
    (folder / ".DS_Store").write_bytes(b"x")
    (folder / "~$people.xlsx").write_bytes(b"x")
    (folder / "README.md").write_text("about")
    (folder / "truth.json").write_text("{}")
    assert digest_raw(folder) == before
    (folder / "c2022" / "README.md").write_text("about")
    assert digest_raw(folder) != before


def test_of_what_is_left_unread_only_the_presence_counts(folder: Path):
    before = digest_raw(folder, ["notes/", "old.csv"])
    assert before == digest_raw(folder)
    (folder / "notes").mkdir()
    (folder / "notes" / "a.txt").write_text("a")
    with_notes = digest_raw(folder, ["notes/", "old.csv"])
    (folder / "notes" / "b.txt").write_text("b")
    (folder / "notes" / "a.txt").write_text("c")
    assert digest_raw(folder, ["notes/", "old.csv"]) == with_notes != before
    assert digest_raw(folder) != with_notes


def test_a_folder_that_is_not_there_has_the_digest_of_an_empty_one(tmp_path: Path):
    assert digest_raw(tmp_path / "absent") == digest_raw(tmp_path)


def test_a_change_is_told_in_one_line_without_the_name_of_a_file(folder: Path):
    digest = digest_raw(folder)
    refuse_changed_raw(folder, (), digest, "x")
    (folder / "J. Smith.csv").write_text("")
    with pytest.raises(DataError, match="was changed, added or removed") as caught:
        refuse_changed_raw(folder, (), digest, "x")
    assert "Smith" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_swapped_while_it_is_read_ends_the_intake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    raw = tmp_path / "data" / "raw" / "btheb"
    raw.mkdir(parents=True)
    (tmp_path / "config" / "studies").mkdir(parents=True)
    for name in (ROOT / "data" / "raw" / "btheb").iterdir():
        (raw / name.name).write_bytes(name.read_bytes())
    plan = ROOT / "config" / "studies" / "btheb.yaml"
    (tmp_path / "config" / "studies" / "btheb.yaml").write_bytes(plan.read_bytes())
    take_in(Project(tmp_path), "btheb")
    read = ingest_study.ingest_study

    def read_and_swap(*arguments):
        found = read(*arguments)
        with (raw / "btheb_wide.csv").open("a") as file:
            file.write("\n")
        return found

    monkeypatch.setattr(ingest_study, "ingest_study", read_and_swap)
    with pytest.raises(DataError, match="was changed, added or removed"):
        take_in(Project(tmp_path), "btheb")
