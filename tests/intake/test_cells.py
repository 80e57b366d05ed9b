"""Numbers, missing codes, categories and dates: read rightly, or one line that says what to do."""

import io
from datetime import date, timedelta

import pandas as pd
import pytest
from tests.intake.conftest import Check, numbered, people, visits

IDS = numbered(12)
BOTH = "may be a decimal mark or a mark between thousands"


def entry(**keys):
    """Change the entry of the visits file."""
    return lambda plan: plan["data"]["visits"].update(keys)


def scored(check: Check, cells: list[str], *, separator: str = ",", **keys):
    """Check a study whose scores are these cells, in turn."""
    text = visits(IDS, lambda n: cells[n % len(cells)])
    if separator == ",":
        text = "\n".join(
            ",".join([*line.split(",", 2)[:2], f'"{line.split(",", 2)[2]}"'])
            for line in text.splitlines()
        ).replace('"score"', "score")
    else:
        text = "\n".join(separator.join(line.split(",", 2)) for line in text.splitlines())
    return check({"people.csv": people(IDS), "visits.csv": text + "\n"}, entry(**keys))


ASKED = {
    "thousands_english": (["1,146", "996", "1,584"], ","),
    "thousands_only": (["1,146", "1,584"], ","),
    "thousands_dutch": (["1.146", "996", "1.584"], ";"),
    "thousands_beside_decimals": (["1,146", "996.5"], ","),
    "thousands_dutch_beside_decimals": (["1.146", "996,5"], ";"),
    "point_beside_whole_numbers": (["1.146", "996"], ","),
}


@pytest.mark.parametrize("name", ASKED)
def test_a_mark_before_three_digits_is_asked_for(check: Check, name: str):
    cells, separator = ASKED[name]
    done = scored(check, cells, separator=separator)
    assert done.code == 4
    line = done.error("column score", BOTH)
    mark = "," if "," in cells[0] else "."
    assert f'`thousands: "{mark}"`' in line
    cured = scored(check, cells, separator=separator, thousands=mark)
    assert cured.code == 0
    assert 1146.0 in set(cured.scores()["score"])


def test_a_declared_comma_does_not_make_thousands_of_a_point(check: Check):
    done = scored(check, ["1.146", "1.584"], separator=";", decimal=",")
    assert done.code == 4
    done.error(BOTH)


READ = {
    "comma": (["3,5", "4,25", "4"], ";", 4.25),
    "comma_with_three_digits": (["3,5", "1,146"], ";", 1.146),
    "less_than_one": (["0,146", "0,512"], ";", 0.146),
    "point": (["3.5", "1.146", "2"], ",", 1.146),
    "reaction_times": (["1.146", "1.584"], ",", 1.146),
    "one_cell_with_a_comma": (["3,5", "4.25", "3.75"], ";", 3.5),
}


@pytest.mark.parametrize("name", READ)
def test_a_mark_that_is_known_is_read(check: Check, name: str):
    cells, separator, wanted = READ[name]
    done = scored(check, cells, separator=separator)
    assert done.code == 0
    assert wanted in set(done.scores()["score"])


def workbook(frame: pd.DataFrame) -> bytes:
    stream = io.BytesIO()
    frame.to_excel(stream, index=False)
    return stream.getvalue()


def excel(cells: list[object], column: str = "score", **more: list[object]) -> bytes:
    rows = [(i, f"T{m}") for i in IDS for m in (0, 1)]
    frame = pd.DataFrame(rows, columns=["id", "moment"])
    for name, values in {column: cells, **more}.items():
        frame[name] = pd.Series([values[n % len(values)] for n in range(len(frame))], dtype=object)
    return workbook(frame)


@pytest.mark.parametrize("text", ["1,146", "1.146"])
def test_text_among_numbers_of_a_workbook_is_asked_for(check: Check, text: str):
    pytest.importorskip("openpyxl")
    files = {"people.csv": people(IDS), "v.xlsx": excel([996, text, 1200])}
    done = check(files, entry(file="v.xlsx"))
    done.error("v.xlsx, column score", BOTH)


def test_a_number_of_a_workbook_is_what_it_is(check: Check):
    pytest.importorskip("openpyxl")
    files = {"people.csv": people(IDS), "v.xlsx": excel([996, 1.146, 1200])}
    done = check(files, entry(file="v.xlsx"))
    assert 1.146 in set(done.scores()["score"])


KINDS = {
    "12%": "per cent",
    "3 ‰": "per mille",
    "<1": "below or above a limit",
    "> 50": "below or above a limit",
    "n.v.t.": "for missing",
    "-": "for missing",
    "onbekend": "for missing",
    "12 kg": "has a unit",
    "1.146.000": "between thousands",
    "14:30": "time of the clock",
}


@pytest.mark.parametrize("cell", KINDS)
def test_what_is_no_number_is_named_as_what_it_is(check: Check, cell: str):
    done = scored(check, ["12", "13", cell])
    assert done.code == 4
    line = done.error("column score", KINDS[cell])
    assert f" {cell} " not in line


def test_not_available_as_r_writes_it_is_missing(check: Check):
    done = scored(check, ["12", "13", "NA"])
    assert done.code == 0
    assert done.scores()["score"].isna().sum() == 8


def items(plan, **keys):
    plan["instruments"]["y"] = {
        "label": "Items",
        "better": "lower",
        "items": {"prefix": "q", "count": 2, "range": [0, 10], **keys},
        "scales": {"total": {"score": "mean"}},
    }
    visit = plan["data"]["visits"]
    del visit["scores"]
    visit["items"] = ["y"]
    plan["analyses"]["main"]["estimand"]["outcome"] = "y.total"


def answered(cell) -> str:
    rows = [f"{i},T{m},{cell(n)},5" for n, i in enumerate(IDS) for m in (0, 1)]
    return "\n".join(["id,moment,q1,q2", *rows]) + "\n"


def test_missing_code_in_range(check: Check):
    files = {"people.csv": people(IDS), "visits.csv": answered(lambda n: 9 if n % 3 else 4)}

    def change(plan):
        items(plan)
        plan["data"]["visits"]["missing"] = {"9": "not_done"}

    assert "the missing code 9 lies inside the range 0 to 10" in check(files, change).error("q1")

    def said(plan):
        change(plan)
        plan["data"]["visits"]["missing_in_range"] = "this version of the form ended at eight"

    done = check(files, said)
    assert done.code == 0
    assert "notice: visits.csv, column q1: the missing code 9" in done.printed


def test_a_missing_code_in_the_range_of_a_score(check: Check):
    def change(plan):
        plan["instruments"]["y"]["range"] = [0, 100]
        plan["data"]["visits"]["missing"] = {"99": "not_done"}

    files = {"people.csv": people(IDS), "visits.csv": visits(IDS, lambda n: 99 if n == 3 else n)}
    check(files, change).error("column score", "the missing code 99 lies inside")


@pytest.mark.parametrize(("ages", "rows"), [("96", "(2)"), ("-4", "(2)"), ("99", None)])
def test_variable_range(check: Check, ages: str, rows: str | None):
    """Also a missing code that a variable's range holds."""

    def change(plan):
        plan["variables"]["age"] = {"label": "Age", "type": "number", "range": [6, 18]}
        plan["data"]["people"]["columns"]["age"] = "age"
        if rows is None:
            plan["variables"]["age"]["range"] = [6, 99]
            plan["data"]["people"]["missing"] = {"99": "unknown"}

    text = "\n".join(f"{line},{12}" for line in people(IDS).splitlines()).replace(
        "group,12", "group,age"
    )
    text = text.replace("P001,W,12", f"P001,W,{ages}")
    done = check({"people.csv": text, "visits.csv": visits(IDS)}, change)
    wanted = "out of range" if rows else "the missing code 99 lies inside"
    assert (rows or "(2)") in done.error("column age", wanted)


def test_items_in_half_steps(check: Check):
    files = {"people.csv": people(IDS), "visits.csv": answered(lambda n: 2.5 + n % 2)}
    check(files, items).error("column q1: item is not a whole number", "`step: 0.5`")
    assert check(files, lambda plan: items(plan, step=0.5)).code == 0
    files["visits.csv"] = answered(lambda _: 2.3)
    check(files, lambda plan: items(plan, step=0.5)).error("q1: item is not a multiple of 0.5")


@pytest.mark.parametrize("spelling", ["w", "W ", "w ", " t"])
def test_a_category_in_another_spelling_is_offered(check: Check, spelling: str):
    text = people(IDS).replace(f",{spelling.strip().upper()}", f",{spelling}")
    files = {"people.csv": text, "visits.csv": visits(IDS)}
    done = check(files)
    if spelling.strip().isupper():
        assert done.code == 0
        return
    assert "6 would fit without case and spaces" in done.error("people.csv, column group: is not")

    def loosely(plan):
        plan["data"]["people"]["columns"]["group"]["spelling"] = "loose"

    assert check(files, loosely).code == 0


def dated(form, *, cells=None) -> str:
    """Visits with a date, 84 days apart."""
    rows = []
    for n, one in enumerate(IDS):
        for moment in (0, 1):
            day = date(2023, 1, 9) + timedelta(days=11 * n + 84 * moment)
            rows.append(f"{one},T{moment},{10 + n},{form(day)}")
    return "\n".join(["id,moment,score,d", *rows]) + "\n"


def as_date(**keys):
    def change(plan):
        plan["data"]["visits"]["columns"]["d"] = {"to": "date", **keys} if keys else "date"

    return change


WRITTEN = {
    "dates_dmy_message": (lambda d: f"{d.day}-{d.month}-{d.year}", "%d-%m-%Y"),
    "month_first": (lambda d: f"{d.month}/{d.day}/{d.year}", "%m/%d/%Y"),
    "points": (lambda d: d.strftime("%d.%m.%Y"), "%d.%m.%Y"),
    "slashes_year_first": (lambda d: d.strftime("%Y/%m/%d"), "%Y/%m/%d"),
    "short_years": (lambda d: d.strftime("%d-%m-%y"), "%d-%m-%y"),
    "day_numbers": (lambda d: str((d - date(1899, 12, 30)).days), "excel"),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_date_in_another_form_is_told_with_its_format(check: Check, name: str):
    form, wanted = WRITTEN[name]
    files = {"people.csv": people(IDS), "visits.csv": dated(form)}
    done = check(files, as_date())
    assert done.code == 4
    assert len(done.errors) == 2
    line = done.error("visits.csv, column d: is", "24 rows")
    assert "excel" in line if wanted == "excel" else f'`format: "{wanted}"`' in line
    cured = check(files, as_date(format=wanted))
    assert cured.code == 0
    assert set(cured.scores()["day"]) == {0.0, 84.0}


def test_day_and_month_that_both_fit_are_a_question(check: Check):
    text = dated(lambda d: f"{d.day % 12 + 1}-{d.month}-{d.year}")
    done = check({"people.csv": people(IDS), "visits.csv": text}, as_date())
    line = done.error("column d: is not a date")
    assert "Both read every cell" in line
    assert "%d-%m-%Y" in line
    assert "%m-%d-%Y" in line


@pytest.mark.parametrize(
    ("form", "what"),
    [
        (lambda d: str(d.year), "is a year, not a date"),
        (lambda d: d.strftime("%Y-%m"), "is a month, not a date"),
        (lambda d: d.strftime("%m-%Y"), "is a month, not a date"),
    ],
)
def test_years_and_months_alone_are_no_dates(check: Check, form, what: str):
    done = check({"people.csv": people(IDS), "visits.csv": dated(form)}, as_date())
    done.error("column d", what)


ZONES = {
    "dates_time_zones": lambda d: f"{d}T10:00:00{'+02:00' if 3 < d.month < 11 else '+01:00'}",
    "late_in_the_evening": lambda d: f"{d}T23:30:00{'+02:00' if 3 < d.month < 11 else '+01:00'}",
    "just_after_midnight": lambda d: f"{d} 00:10:00.000{'+0200' if 3 < d.month < 11 else '+0100'}",
    "universal_time": lambda d: f"{d}T10:00:00Z",
}


@pytest.mark.parametrize("name", ZONES)
def test_a_moment_with_a_zone_has_its_local_date(check: Check, name: str):
    done = check({"people.csv": people(IDS), "visits.csv": dated(ZONES[name])}, as_date())
    assert done.code == 0
    assert set(done.scores()["day"]) == {0.0, 84.0}


def test_dates_excel_mixed(check: Check):
    """Dates, text and day numbers in one column: text needs its format, the others none."""
    pytest.importorskip("openpyxl")
    frame = pd.read_csv(io.StringIO(dated(str)))
    days = pd.to_datetime(frame["d"])
    mixed = [
        day.to_pydatetime() if n % 3 == 0
        else day.strftime("%d-%m-%Y") if n % 3 == 1
        else (day - pd.Timestamp("1899-12-30")).days
        for n, day in enumerate(days)
    ]  # fmt: skip
    frame["d"] = pd.Series(mixed, dtype=object)
    files = {"people.csv": people(IDS), "v.xlsx": workbook(frame)}

    def change(**keys):
        def both(plan):
            as_date(**keys)(plan)
            plan["data"]["visits"]["file"] = "v.xlsx"

        return both

    done = check(files, change())
    assert "8 rows (3, 6, 9, 12" in done.error("v.xlsx, column d", '`format: "%d-%m-%Y"`')
    cured = check(files, change(format="%d-%m-%Y"))
    assert cured.code == 0
    assert set(cured.scores()["day"]) == {0.0, 84.0}
