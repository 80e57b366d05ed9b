"""Spellings that a person or a spreadsheet gives to identifiers; and labels that look alike."""

import pytest

from evalpipe.privacy.distinct import distinct_of
from evalpipe.privacy.findings import DeclaredColumns
from evalpipe.privacy.identifiers import judge_cells


def judge(cells: list[str], heading: str = "v17") -> set[str]:
    return set(judge_cells(heading, distinct_of(cells), DeclaredColumns()))


CLEAN = ["yes", "no", "no", "yes", "no", "yes", "yes", "no", "no", "yes"]

IDENTIFIERS = {
    "e-mail in words": (["sanne.devries at example.nl", "b_jansen at planet punt nl"], "email"),
    "e-mail with a masked point": (["sanne[at]example[dot]nl"], "email"),
    "telephone as a float": (["612345678.0", "687654321.0", "645678901.0"], "phone"),
    "telephone in powers of ten": (["3.16123E+10", "3.16451E+10", "3.16788E+10"], "phone"),
    "date as a float": (["20110503.0", "19991231.0", "20080229.0"], "date"),
    "month and year": (["05-2011", "11-2009", "01-2014"], "date"),
    "month in words": (["mei 2011", "november 2009", "jan 2014"], "date"),
    "date of a statistics program": (["03MAY2011", "29FEB2008"], "date"),
    "German date": (["3. Mai 2011", "29. Februar 2008"], "date"),
    "account with dashes": (["NL91-ABNA-0417-1643-00"], "iban"),
    "passport": (["NXK4T2R13", "IWBG11740", "BTJ11RB42"], "record_number"),
    "Belgian register": (["85.07.30-033.28"], "record_number"),
    "numbers of one build": (["2019-645880", "2016-120034", "2021-930112"], "record_number"),
    "plate without dashes": (["K206FX", "H317ZT", "R114NB"], "licence_plate"),
    "British postcode, small": (["w6f 4ee", "bl7 5xb", "la4 2sp", "po6 5ag"], "postcode"),
    "position with commas": (["52,14045; 4,19083"], "coordinates"),
    "file": (["jansen_intake.pdf"], "file_name"),
    "path": (["C:\\Users\\sanne\\scan.pdf"], "file_name"),
    "account of a medium": (["IG: gail.burton"], "url"),
    "street alone": (["Keizersgracht", "Dorpsstraat", "Molenlaan"], "street_address"),
    "towns": (["Leeuwarden", "Gouda", "Sneek"], "street_address"),
    "initial behind": (["jansen p", "bakker m", "visser k"], "person_name"),
    "names of nobody known": (["Tjebbinga", "Wiersmaker", "Okonjowski"], "person_name"),
    "name with a role": (["Zakaria (moeder)", "Anwar (vader)", "Ilias (oma)"], "person_name"),
    "name in an address form": (["piet_jansen", "mo_bakker", "els_visser"], "person_name"),
}


@pytest.mark.parametrize("kind", IDENTIFIERS)
def test_an_unnamed_column_of_them_is_found(kind: str):
    cells, rule = IDENTIFIERS[kind]
    assert rule in judge(cells)


STRAYS = ["Piet Jansen", "612345678", "IXJP97F15", "B-335-BL", "Tilburg", "sanne@example.nl"]


@pytest.mark.parametrize("stray", STRAYS)
def test_one_among_answers_that_repeat_is_found(stray: str):
    assert not judge(CLEAN * 3)
    assert judge([*CLEAN * 3, stray])


CATEGORIES = {
    "medicines": ["Ritalin", "Concerta", "Strattera", "none", "Ritalin", "Abilify", "none"],
    "months": ["Feb", "Jun", "May", "Mar", "Jul", "Feb", "Jun", "May", "Mar"],
    "colours": ["Green", "Olive", "Blue", "Green", "Amber", "Violet", "Red", "Blue"],
    "counted up": [f"NL0{n % 3 + 1}-P{n:04d}" for n in range(1, 60)],
    "site and number": [f"0{n % 3 + 1}-{n:03d}" for n in range(1, 60)],
    "voice parts": ["Soprano 1", "Soprano 2", "Alto 1", "Tenor 2", "Bass 1"] * 8,
    "versions": ["1.0", "1.1", "2.0"] * 9,
    "files of pictures": [f"img_{n:03d}.jpg" for n in range(30)],
    "counts with a large one": ["0", "3", "1", "0", "2", "0", "1", "6235", "0", "1", "0"],
}


@pytest.mark.parametrize("kind", CATEGORIES)
def test_categories_and_codes_pass(kind: str):
    assert judge(CATEGORIES[kind]) == set()


def test_a_person_s_heading_over_categories_passes_and_over_names_does_not():
    assert judge(["present", "absent", "absent", "present"], "mother") == set()
    assert "person_name" in judge(["Tjebbinga", "", "present"], "huisarts")
    assert judge(["Ritalin", "Concerta", "none"], "medication_name") == set()
    assert "person_name" in judge(["xqzw"], "achternaam")
