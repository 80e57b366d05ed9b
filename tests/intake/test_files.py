"""Files as other programs write them: row names, second headings, separators, UTF-16, formats."""

import io

import pandas as pd
import pytest
from tests.intake.conftest import PLAN, Check, numbered, people, visits

IDS = numbered(8)
PEOPLE = people(IDS)
VISITS = visits(IDS)


def entry(**keys):
    return lambda plan: plan["data"]["visits"].update(keys)


def by_lines(change) -> str:
    return "\n".join(change(n, line) for n, line in enumerate(VISITS.splitlines())) + "\n"


def semicolons(text: str) -> str:
    return text.replace(",", ";")


LAYOUTS = {
    "row_names": by_lines(lambda n, line: f'"{n or ""}",{line}'),
    "row_names_unquoted": by_lines(lambda n, line: f"{n or ''},{line}"),
    "csv_trailing_separator": semicolons(by_lines(lambda n, line: line + ("," if n else ""))),
    "trailing_separators_in_headings_too": semicolons(by_lines(lambda _, line: line + ",,,")),
    "trailing_commas": by_lines(lambda n, line: line + (",," if n else "")),
    "csv_empty_rows": semicolons(VISITS.replace("P004,T0", ",,\nP004,T0") + ",,\n,,\n"),
    "blank_cells_between": VISITS.replace("P004,T0", " , ,\nP004,T0"),
    "blank_lines": VISITS.replace("P004,T0", "\n\nP004,T0"),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_layouts_of_other_programs_are_read(check: Check, name: str):
    done = check({"people.csv": PEOPLE, "visits.csv": LAYOUTS[name]})
    assert done.code == 0, done.errors
    assert len(done.scores()) == 16


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_two_byte_text_is_read(check: Check, encoding: str):
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    text = VISITS.replace(",", "\t").encode(encoding)
    done = check({"people.csv": PEOPLE, "visits.csv": mark + text})
    assert done.code == 0, done.errors
    assert len(done.scores()) == 16


def test_a_broken_row_is_still_refused(check: Check):
    text = VISITS.replace("P004,T0,", "P004,T0,5,")
    done = check({"people.csv": PEOPLE, "visits.csv": text})
    assert "has 4 cells" in done.errors[0]


TITLES = {
    "excel_title_rows": ("Results of the trial,,\n\n", 3),
    "one_title": ("Export of 1 March\n", 2),
    "title_and_units": ("A,B,C\n", 2),
}


@pytest.mark.parametrize("name", TITLES)
def test_headings_below_a_title(check: Check, name: str):
    above, row = TITLES[name]
    files = {"people.csv": PEOPLE, "visits.csv": above + VISITS}
    assert check(files).code == 4
    done = check(files, entry(header_row=row))
    assert done.code == 0, done.errors
    assert len(done.scores()) == 16


def test_a_title_above_the_headings_of_a_workbook(check: Check):
    stream = io.BytesIO()
    frame = pd.read_csv(io.StringIO(VISITS))
    frame.to_excel(stream, index=False, startrow=2)
    done = check({"people.csv": PEOPLE, "v.xlsx": stream.getvalue()},
                 entry(file="v.xlsx", header_row=3))  # fmt: skip
    assert done.code == 0, done.errors
    assert len(done.scores()) == 16


def test_second_rows_of_headings_are_skipped(check: Check):
    lines = VISITS.splitlines()
    text = "\n".join([lines[0], "person,when,points", "text,text,number", *lines[1:]])
    files = {"people.csv": PEOPLE, "visits.csv": text}
    done = check(files, entry(skip_rows=[2, 3]))
    assert done.code == 0, done.errors
    assert len(done.scores()) == 16


def test_three_rows_of_headings_of_qualtrics(check: Check):
    lines = VISITS.splitlines()
    ids = '"{""ImportId"":""QID1""}","{""ImportId"":""QID2""}","{""ImportId"":""QID3""}"'
    text = "\n".join([lines[0], '"Your code?","Which\nmoment?","How are you?"', ids, *lines[1:]])
    files = {"people.csv": PEOPLE, "visits.csv": text}
    done = check(files, entry(format="qualtrics"))
    assert done.code == 0, done.errors
    assert len(done.scores()) == 16
    done = check({"people.csv": PEOPLE, "visits.csv": VISITS}, entry(format="qualtrics"))
    assert "no row of import ids" in done.errors[0]


def test_missing_values_of_castor_are_no_numbers(check: Check):
    codes = {3: "-95", 5: "-99", 6: "##USER_MISSING_97##"}
    text = semicolons(visits(IDS, lambda n: codes.get(n, 12)))
    done = check({"people.csv": PEOPLE, "visits.csv": text}, entry(format="castor"))
    assert done.code == 0, done.errors
    assert done.scores()["score"].isna().sum() == 3


@pytest.mark.parametrize("name", ["scores (1).csv", "my scores.csv", "T1/scores of may.csv"])
def test_names_of_files_with_spaces(check: Check, name: str):
    done = check({"people.csv": PEOPLE, name: VISITS}, entry(file=name))
    assert done.code == 0, done.errors


@pytest.mark.parametrize("ending", ["xls", "ods", "dta", "rds", "sas7bdat"])
def test_formats_that_are_not_read_say_what_to_do(check: Check, ending: str):
    name = f"v.{ending}"
    done = check({"people.csv": PEOPLE, name: b"whatever it holds"}, entry(file=name))
    assert done.code == 4
    assert len(done.errors) == 1
    assert any(word in done.errors[0] for word in ("save it", "csv", "export"))


def test_ids_that_begin_again_at_each_site(check: Check):
    def change(plan):
        for one in plan["data"].values():
            del one["columns"]["id"]
            one["id_from"] = ["site", "nr"]

    def sited(text: str) -> str:
        lines = text.splitlines()
        rows = [f"{'north' if n % 2 else 'south'},{line}" for n, line in enumerate(lines[1:])]
        return "\n".join(["site," + lines[0].replace("id", "nr"), *rows])

    twice = [str(n // 2 + 1) for n in range(8)]
    rows = [f"{'ns'[n % 2]},{i},{'WT'[n // 2 % 2]}" for n, i in enumerate(twice)]
    seen = [f"{'ns'[n % 2]},{i},T{m},{n + m}" for n, i in enumerate(twice) for m in (0, 1)]
    files = {
        "people.csv": "\n".join(["site,nr,group", *rows]),
        "visits.csv": "\n".join(["site,nr,moment,score", *seen]),
    }
    done = check(files, change)
    assert done.code == 0, done.errors
    assert done.scores()["participant_id"].nunique() == 8


def test_columns_that_the_plan_does_not_mention_are_counted(check: Check):
    text = by_lines(lambda n, line: line + (",1,2" if n else ",a,b"))
    done = check({"people.csv": PEOPLE, "visits.csv": text})
    assert "notice: visits.csv: columns that the plan does not mention; they are left out: 2" in (
        done.printed
    )


def test_people_of_a_diary_without_a_participants_file(check: Check):
    def change(plan):
        del plan["data"]["people"]
        plan["data"]["visits"]["columns"]["group"] = PLAN["data"]["people"]["columns"]["group"]

    text = by_lines(lambda n, line: line + (f",{'WT'[(n - 1) // 2 % 2]}" if n else ",group"))
    done = check({"visits.csv": text}, change)
    assert done.code == 0, done.errors
    assert len(done.people()) == 8
