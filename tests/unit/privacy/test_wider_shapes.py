"""Spellings that a person or a spreadsheet gives to identifiers; and labels that look alike."""

import numpy as np
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


STRAYS = [
    "Piet Jansen",
    "612345678",
    "IXJP97F15",
    "B-335-BL",
    "Tilburg",
    "sanne@example.nl",
    "P451 Tess van Noort",
    "Wesley 6 jr",
    "6382GH61",
    "8996 A",
    "9421 ew",
    "71-480",
    "36-BP-NH",
    "27/8/18",
    "Via Pratesi, 4",
    "Mirtebaan",
]


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


SHORT_NUMBERS = ["15", "22", "31", "18", "9", "12", "27", "30", "14", "21"]


@pytest.mark.parametrize("stray", ["619858841", "03042547920", "27/8/18", "6644699"])
def test_one_long_code_among_short_numbers_is_found(stray: str):
    assert not judge(SHORT_NUMBERS)
    assert judge([*SHORT_NUMBERS, stray])


def test_a_large_count_among_counts_is_no_code():
    assert not judge(["15", "220", "3100", "18000", "9", "120", "1270500", "0", "0", "0"])
    assert not judge(["251/255", "255", "251", "255", "255/255", "251", "251", "255"])


def test_few_codes_among_few_words_are_found():
    assert judge(["bang", "blij", "6382GH61", "bang", "6217MV32", "boos", "1506NP65", "blij"])
    assert judge(["SAMANTHA", "STACEY", "JULIAN", "moderate", "severe", "mild", "mild", "moderate"])


def test_phrases_among_one_word_answers_are_told():
    cells = ["kon niet slapen", "vraagt om andere", *["TAU", "PMT"] * 10]
    assert judge(cells) == {"free_text"}
    assert not judge([*["een beetje waar", "zeker waar"] * 10, "helemaal niet waar"])


def test_network_devices_without_signs_are_told_from_random_codes():
    """The first octet of a device's own address is even (IEEE 802: the bit of groups is 0)."""
    rng = np.random.default_rng(5)
    octets = rng.integers(0, 256, (40, 6))
    random = ["".join(f"{octet:02X}" for octet in row) for row in octets]
    own = ["".join(f"{octet:02X}" for octet in [row[0] & 0xFE, *row[1:]]) for row in octets]
    assert "ip_address" in judge(own)
    assert "ip_address" not in judge(random)


def test_landlines_without_their_zero_are_told_from_pseudonyms():
    rng = np.random.default_rng(5)
    areas = ["20", "10", "70", "30"]
    lines = [f"{areas[i % 4]}{rng.integers(2_000_000, 9_999_999)}" for i in range(12)]
    assert judge(lines) == {"phone"}
    assert not judge([str(201_000_000 + number) for number in range(1, 60)])
    assert not judge([str(number) for number in rng.integers(10**8, 10**9, 60)])


HARMLESS = {
    "verwijzer": ["huisarts", "jeugdarts", "wijkteam", "GGZ"],
    "behandelaar": ["psycholoog", "GZ-psycholoog", "vaktherapeut"],
    "naam_vragenlijst": ["SDQ", "CBCL"],
    "name_of_measure": ["SDQ", "CBCL"],
    "naam_interventie": ["PMT", "EMDR", "Speltherapie"],
    "groepsnaam": ["blauw", "groen", "rood"],
    "telefonisch_contact": ["ja", "nee"],
    "adresbekend": ["ja", "nee"],
    "date_of_session": ["0", "7", "14", "120"],
    "contact_frequency": ["weekly", "daily"],
    "opmerkingen": ["K1", "K2", "geen"],
    "place_of_birth": ["Netherlands", "abroad", "Other"],
    "residence": ["north_east", "south", "rural area"],
    "stad_platteland": ["stad", "platteland"],
    "patient_no": ["P028", "P054", "P090"],
    "device": ["Polar H10", "Empatica E4"],
    "handle": ["left", "right"],
    "remarks": ["home visit", "late", "at school"],
    "rt_msec": [str(number) for number in (150109, 811737, 265151, 396099)],
    "pc": ["35793.8", "37299.91", "36601.2"],
}


@pytest.mark.parametrize("heading", HARMLESS)
def test_a_heading_that_sounds_like_a_person_over_harmless_cells_passes(heading: str):
    assert not judge(HARMLESS[heading] * 6, heading)


TOLD = {
    "achternaam": ["Li"],
    "naam": ["Xu", "Ma"],
    "initialen": ["AB", "LI"],
    "patientID": ["48213"],
    "toestel": ["SN7277LBSB60"],
    "bestand": ["29969527-861b-4c6e-a650-890926949826"],
    "verwijzer": ["huisarts Hazenveld"],
    "woonplaats": ["Goes"],
    "opmerkingen": ["moeder belde", "moeder belde"],
    "Hausarzt": ["Kruijff"],
    "Klassenlehrer": ["Mbeki"],
    "médecin traitant": ["Kruijff"],
    "ingevuld_door": ["Kruijff"],
    "Handynr": ["612345678"],
    "Anschrift": ["Achterom 3"],
    "lieu_naissance": ["Kollum"],
    "CP": ["9712"],
    "Aktenzeichen": ["48213"],
    "numéro national": ["85073003328"],
    "commentaire": ["huilde veel"],
}


@pytest.mark.parametrize("heading", TOLD)
def test_one_cell_under_its_heading_is_enough(heading: str):
    assert judge(TOLD[heading], heading)


@pytest.mark.parametrize("heading", ["patient_number", "dossiernummer", "patientID"])
def test_a_declared_id_that_was_counted_up_passes_under_any_heading(heading: str):
    declared = DeclaredColumns(kept=frozenset({heading}), ids=frozenset({heading}))
    counted = [f"{site}{number:02d}" for site in (101, 202, 303) for number in range(1, 30)]
    assert not judge_cells(heading, distinct_of(counted), declared)
    issued = [str(n) for n in np.random.default_rng(5).integers(10**6, 10**7, 60)]
    assert "record_number" in judge_cells(heading, distinct_of(issued), declared)


def test_one_person_in_a_whole_column_is_found():
    """A name that repeats is still a name: the therapist, the referrer, the village doctor."""
    assert "person_name" in judge(["Jan de Vries"] * 100)
    assert "person_name" not in judge(["Bergen op Zoom"] * 30)
