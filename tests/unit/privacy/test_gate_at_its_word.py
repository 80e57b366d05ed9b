"""What was missed and what was refused though harmless; people in places that are no cells."""

from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
import pytest
from openpyxl.workbook.defined_name import DefinedName

from evalpipe.ingest.raw import read_raw
from evalpipe.privacy.distinct import distinct_of
from evalpipe.privacy.findings import Decision, DeclaredColumns
from evalpipe.privacy.heading_names import judge_heading
from evalpipe.privacy.identifiers import judge_cells, judge_columns


def judge(cells: list[str], heading: str = "v17", *, is_id: bool = False) -> set[str]:
    names = frozenset({heading})
    declared = DeclaredColumns(kept=names, ids=names) if is_id else DeclaredColumns()
    return set(judge_cells(heading, distinct_of(cells), declared))


TOLD = {
    "initials and a year of birth": (
        ["J.G. (2008)", "better", "same", "same"],
        "v17",
        "person_name",
    ),
    "the same without points": (["SW2012", "JG2008", "AB2010", "KD2011"], "v17", "person_name"),
    "the same, one cell": (["SW2012"], "kind", "person_name"),
    "initials alone": (["J.G.", "S.W.", "A.B."], "v17", "person_name"),
    "employer": (["Philips", "Gemeentewerken Arum"], "werkgever", "organisation"),
    "company": (["better", "Bouwbedrijf Hoekstra B.V."], "v17", "organisation"),
    "church": (["Grote Kerk", "St Marys Church"], "v17", "organisation"),
    "village": (["Wezup", "Zwiggelte", "Orvelte", "Elp", "Drouwen", "Gasselte"], "v17", ""),
    "years of birth": ([str(year) for year in range(1990, 2012)], "v17", "birth_date"),
    "bare postcodes": ([str(n) for n in range(10_117, 99_000, 4_013)], "v17", "postcode"),
    "choices of a dictionary": (["1, Fenna | 2, Joost | 3, Ilse"], "Choices", "person_name"),
    "codes of a codebook": (["1=Fenna; 2=Joost; 3=Ilse"], "values", "person_name"),
}


@pytest.mark.parametrize("kind", TOLD)
def test_what_was_missed_is_told(kind: str):
    cells, heading, rule = TOLD[kind]
    met = judge(cells, heading)
    assert rule in met if rule else met


@pytest.mark.parametrize(
    "heading",
    [
        "geboortejaar",
        "yob",
        "year of birth",
        "birth_year",
        "Geburtsjahr",
        "geb_jaar",
        "YearOfBirth",
    ],
)
def test_one_year_of_birth_under_its_heading_is_told(heading: str):
    assert "birth_date" in judge(["2008"], heading)


@pytest.mark.parametrize("form", ["SW2012", "JG2008"])
def test_initials_and_a_year_are_no_pseudonym(form: str):
    assert judge([form, "AB2010", "KD2011", "LM2009"], "id", is_id=True)


RNG = np.random.default_rng(5)
LETTERS = list("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
RESPONSES = ["R_" + "".join(RNG.choice(LETTERS, 15)) for _ in range(120)]
HARMLESS = {
    "redcap_event_name": ["baseline_arm_1", "week_12_arm_1", "followup_arm_2"] * 9,
    "redcap_repeat_instrument": ["diary", "session"] * 9,
    "ResponseId": RESPONSES,
    "leeftijd": [f"{n} jaar en {n % 12} maanden" for n in range(6, 18)],
    "age": [f"{n} years, {n % 12} months" for n in range(6, 18)],
    "year": [str(year) for year in range(1990, 2012)],
    "dxyr": [str(year) for year in range(1970, 2012)],
    "religion": ["Catholic Church", "Protestant", "none", "Catholic Church", "Catholic Church"],
    "werkgever": ["ja", "nee", "ja"] * 5,
    "steps": [str(n) for n in RNG.integers(800, 22_000, 60)],
    "site_code": ["AMC-101", "UMC-102", "AMC-103", "UMC-104", "AMC-105"],
    "cohort_code": ["EX2012", "EX2013", "EX2014", "EX2015"],
    "choices": ["0, never | 1, sometimes | 2, often", "0=no; 1=yes"],
}


@pytest.mark.parametrize("heading", HARMLESS)
def test_what_is_harmless_passes(heading: str):
    assert judge(HARMLESS[heading], heading) == set()


@pytest.mark.parametrize("seed", range(10))
def test_random_response_ids_pass_as_ids(seed: int):
    rng = np.random.default_rng(seed)
    texts = ["R_" + "".join(rng.choice(LETTERS, 15)) for _ in range(60)]
    assert judge(texts, "ResponseId", is_id=True) == set()


@pytest.mark.parametrize(
    ("heading", "rule"),
    [
        ("rates_Fenna", "person_name"),
        ("ratesFenna", "person_name"),
        ("Jan Jansen", "person_name"),
        ("jan_jansen", "person_name"),
        ("Mw. de Vries", "person_name"),
        ("Dorpsstraat 12", "street_address"),
        ("dorpsstraat_12", "street_address"),
        ("s.jansen@example.nl", "email"),
    ],
)
def test_people_in_headings_are_told(heading: str, rule: str):
    assert rule in judge_heading(heading)


@pytest.mark.parametrize(
    "heading",
    ["sdq_total", "phq9_1", "mark01", "total_bill", "W.Hnd", "gross_us", "Lot_Shape",
     "week 12 score", "beck_total", "hope_scale", "jan", "may_sales", "Big Five openness", "v1",
     "BDI.2", "raven_iq"],
)  # fmt: skip
def test_ordinary_headings_are_not(heading: str):
    assert judge_heading(heading) == ()


def test_a_finding_in_a_heading_says_so_and_shows_it_not():
    frame = pd.DataFrame({"rates_Fenna": pd.array(["1", "2"], dtype="string")})

    class Table:
        name, columns, labels, user_missing = "raw.csv", ("rates_Fenna",), {}, {}

    Table.frame = frame
    (found,) = judge_columns(Table(), DeclaredColumns())
    assert str(found) == (
        "raw.csv: column 1: looks like names of people (person_name) in its heading"
    )
    assert found.decision is Decision.REFUSED


def write_book(folder: Path, author: str = "openpyxl", sheet: str = "data", name: str = "") -> Path:
    book = openpyxl.Workbook()
    book.properties.creator = author
    table = book.active
    table.title = sheet
    for row in (["id", "score"], ["P1", 3], ["P2", 5]):
        table.append(row)
    if name:
        book.defined_names[name] = DefinedName(name, attr_text=f"'{sheet}'!$A$1")
    book.save(folder / "book.xlsx")
    return Path("book.xlsx")


def rules_beside_the_cells(folder: Path, file: Path) -> set[str]:
    table = read_raw(file, folder)
    found = [f for part in table.others.values() for f in judge_columns(part, DeclaredColumns())]
    return {finding.rule for finding in found}


def test_a_workbook_without_people_passes(tmp_path: Path):
    assert rules_beside_the_cells(tmp_path, write_book(tmp_path, name="scores")) == set()


@pytest.mark.parametrize(
    "where", [{"author": "Fenna de Boer"}, {"sheet": "Fenna"}, {"name": "scores_Fenna"}]
)
def test_people_in_a_workbook_beside_its_cells_are_told(tmp_path: Path, where: dict[str, str]):
    assert rules_beside_the_cells(tmp_path, write_book(tmp_path, **where)) == {"person_name"}


@pytest.mark.parametrize(
    "where",
    [
        {"column_labels": ["id", "rating by Fenna"]},
        {"file_label": "data of Fenna"},
        {"note": "call Fenna at 06-12345678"},
    ],
)
def test_people_in_labels_and_notes_of_spss_are_told(tmp_path: Path, where: dict[str, object]):
    frame = pd.DataFrame({"id": ["P1", "P2"], "score": [3.0, 5.0]})
    pyreadstat.write_sav(frame, tmp_path / "a.sav", column_labels=["id", "total score"])
    assert rules_beside_the_cells(tmp_path, Path("a.sav")) == set()
    pyreadstat.write_sav(frame, tmp_path / "b.sav", **{"column_labels": ["id", "sum"], **where})
    assert "person_name" in rules_beside_the_cells(tmp_path, Path("b.sav"))
