"""Messages about the plan and the computer: one line, where it is, and what to do."""

import errno
from pathlib import Path

import pytest
from tests.intake.conftest import Check, numbered, people, visits

from evalpipe.cli import main as program
from evalpipe.cli.main import main
from evalpipe.config.yaml_file import parse_yaml
from evalpipe.errors import ConfigError

WRONG_YAML = {
    "tab": ("study:\n\tid: x\n", 2, "a tab; indent with spaces"),
    "tab_deeper": ("a:\n  b:\n  \tc: 1\n", 3, "a tab; indent with spaces"),
    "indented_too_far": ("a: 1\n  b: 2\n", 2, "a colon in the wrong place"),
    "indented_too_little": ("a:\n    b: 1\n  c: 2\n", 3, "not indented like the lines around it"),
    "colon_in_a_text": ("title: Anger: a trial\n", 1, "put a text with `: ` in quotes"),
    "typographic": ("title: “Anger”\n", 1, "typographic quotes do not quote"),
    "typographic_code": ("values: {‘1’: girl}\n", 1, "typographic quotes do not quote"),
    "low_quotes": ("title: „Angst“\n", 1, "typographic quotes do not quote"),
}


@pytest.mark.parametrize("name", WRONG_YAML)
def test_a_slip_in_the_plan_is_told_in_plain_words(name: str):
    text, line, words = WRONG_YAML[name]
    with pytest.raises(ConfigError) as caught:
        parse_yaml(text, "plan.yaml")
    told = str(caught.value)
    assert f"plan.yaml:{line}:" in told
    assert words in told
    assert len(told.splitlines()) == 1


def test_typographic_quotes_inside_a_text_stay():
    assert parse_yaml('title: "“Anger” in class"\n', "p").value == {"title": "“Anger” in class"}
    assert parse_yaml("title: The “anger” trial\n", "p").value == {"title": "The “anger” trial"}


REFUSED = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your share of the disk is full",
    errno.EACCES: "you may not read or write there",
    errno.EROFS: "the folder can only be read",
    errno.EIO: "does not answer",
}


@pytest.mark.parametrize("number", REFUSED)
def test_what_the_computer_refuses_is_one_line_with_the_path(
    number: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    class Full:
        @staticmethod
        def run(_: object) -> int:
            raise OSError(number, "refused", "data/processed/x/scores.parquet")

        @staticmethod
        def add_arguments(parser) -> None:
            parser.add_argument("study")

    monkeypatch.setattr(program, "_module", lambda _: Full)
    assert main(["score", "x"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("usage: data/processed/x/scores.parquet: ")
    assert REFUSED[number] in told
    assert len(told.splitlines()) == 1


def test_memory_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    class Large:
        @staticmethod
        def run(_: object) -> int:
            raise MemoryError

        @staticmethod
        def add_arguments(parser) -> None:
            parser.add_argument("study")

    monkeypatch.setattr(program, "_module", lambda _: Large)
    assert main(["score", "x"]) == 2
    assert "memory of this computer is used up" in capsys.readouterr().err


def test_another_fault_stays_a_bug(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    class Odd:
        @staticmethod
        def run(_: object) -> int:
            raise OSError("odd")

        @staticmethod
        def add_arguments(parser) -> None:
            parser.add_argument("study")

    monkeypatch.setattr(program, "_module", lambda _: Odd)
    assert main(["score", "x"]) == 1
    assert "this is a bug" in capsys.readouterr().err


def test_an_init_that_was_stopped_can_be_repeated(tmp_path: Path):
    assert main(["init", "x", "--project", str(tmp_path)]) == 0
    plan = tmp_path / "config" / "studies" / "x.yaml"
    plan.unlink()
    (tmp_path / "data" / "raw" / "x" / "questionnaires.csv").unlink()
    assert main(["init", "x", "--project", str(tmp_path)]) == 0
    assert plan.exists()


def test_an_init_never_takes_a_folder_with_own_data(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    own = tmp_path / "data" / "raw" / "x"
    own.mkdir(parents=True)
    (own / "children.csv").write_text("id\n1\n")
    assert main(["init", "x", "--project", str(tmp_path)]) == 2
    assert "exists already" in capsys.readouterr().err


def test_the_units_are_named(check: Check):
    ids = numbered(4)
    files = {"people.csv": people(ids), "visits.csv": visits(ids)}
    done = check(files, lambda plan: plan.update(unit="couple"))
    assert "'participant' or 'dyad'" in done.error("unit")


def test_what_stands_twice_is_told_by_file_and_row(check: Check):
    ids = numbered(6)
    text = visits(ids) + "P002,T1,5\nP003,T0,6\n"
    done = check({"people.csv": people(ids), "visits.csv": text})
    line = done.error("visits.csv: the same participant, visit and scale stands more than once")
    assert "4 rows (5, 6, 14, 15)" in line
