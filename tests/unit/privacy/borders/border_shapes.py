"""Borders of initials, congregations, plates abroad, bare postcodes, years of birth, headings."""

from border_frame import Border, fill, numbered, with_detector

from evalpipe.privacy.detectors.dates import are_years_of_birth
from evalpipe.privacy.detectors.initials import find_initials
from evalpipe.privacy.detectors.licence_plates import find_licence_plates
from evalpipe.privacy.detectors.organisations import find_organisations
from evalpipe.privacy.detectors.postcodes import find_postcodes
from evalpipe.privacy.distinct import distinct_of
from evalpipe.privacy.heading_names import holds_first_name

INITIALS = with_detector(find_initials)
DOTTED = [f"{letter}.K." for letter in "ABCDEFGHIJKLMNOPQRST"]
YEARED = [f"{letter}K{2000 + n % 6}" for n, letter in enumerate("ABCDEFGHIJKLMNOPQRST")]
initials = [
    Border("INITIALS_SHARE", INITIALS, fill(DOTTED[:10], 20), fill(DOTTED[:9], 20)),
    Border("INITIALS_VALUES", INITIALS, DOTTED[:3], DOTTED[:2]),
    Border("INITIALS_YEAR_SHARE", INITIALS, fill(YEARED[:16], 20), fill(YEARED[:15], 20)),
    Border("INITIALS_YEARS", INITIALS, YEARED[:3], [*YEARED[:2], "CK2001"]),
    Border("INITIALS_DIFFERENT", INITIALS, YEARED[:3], [*YEARED[:2], "BK2002"]),
]

CHURCHES = with_detector(find_organisations)
PLATES, ZIPS = with_detector(find_licence_plates), with_detector(find_postcodes)
ABROAD = [f"{letter}HX 1{n:02d}" for n, letter in enumerate("BCDFGHJKLMNPRSTVWXZQ")]
SITES = [f"BHX 2{n:02d}" for n in range(20)]
shapes = [
    Border(
        "CONGREGATION_RARE",
        CHURCHES,
        ["Grote Kerk"] * 2,
        ["Grote Kerk"] * 3,
    ),
    Border("PLATE_SHAPE_SHARE", PLATES, fill(ABROAD[:16], 20), fill(ABROAD[:15], 20)),
    Border("PLATE_SHAPE_VALUES", PLATES, ABROAD[:3], ABROAD[:2]),
    Border(
        "PLATE_SHAPE_VARIED",
        PLATES,
        [*ABROAD[:14], *SITES[:6]],
        [*ABROAD[:13], *SITES[:7]],
    ),
]

FIVES = numbered("{}", 20, start=10_007, step=4_010)
bare_postcodes = [
    Border(
        "POSTCODE_BARE_VALUES",
        ZIPS,
        numbered("{}", 8, 10_007, 10_003),
        numbered("{}", 7, 10_007, 11_671),
    ),
    Border(
        "POSTCODE_BARE_UNIQUE",
        ZIPS,
        [*FIVES[:17], "86033", "86033", "86033"],
        [*FIVES[:16], "86033", "86033", "86033", "86033"],
    ),
    # 70,000 of all numbers of five digits, or 69,999
    Border(
        "POSTCODE_BARE_RANGE",
        ZIPS,
        [*FIVES[:18], "80007"],
        [*FIVES[:15], "10008", "10009", "76037"],
    ),
    Border(
        "POSTCODE_BARE_ROUND",
        ZIPS,
        [*(f"{text[:4]}0" for text in FIVES[:6]), *FIVES[6:]],
        [*(f"{text[:4]}0" for text in FIVES[:7]), *FIVES[7:]],
    ),
]


def years(cells: list[str]) -> bool:
    return are_years_of_birth(distinct_of(cells))


others = [
    Border("BIRTH_YEARS", years, numbered("{}", 6, 1990), numbered("{}", 5, 1990)),
    Border("BIRTH_FIRST_YEAR", years, numbered("{}", 12, 1920), numbered("{}", 12, 1919)),
    Border("BIRTH_LAST_YEAR", years, numbered("{}", 12, 2009), numbered("{}", 12, 2010)),
    Border(
        "HEADING_NAME_LETTERS", lambda cells: holds_first_name(cells[0]), ["by_Emma"], ["by_Tom"]
    ),
]

BORDERS = [*initials, *shapes, *bare_postcodes, *others]
