"""Borders of numbers and codes that somebody issued, and of ids."""

from border_frame import Border, fill, lettered, numbered, repeat, with_detector

from evalpipe.privacy.detectors.issued_codes import are_counted_up, find_issued
from evalpipe.privacy.detectors.licence_plates import find_licence_plates
from evalpipe.privacy.detectors.professional_numbers import find_professional_numbers
from evalpipe.privacy.detectors.pseudonyms import count_non_pseudonyms
from evalpipe.privacy.detectors.record_numbers import find_record_numbers
from evalpipe.privacy.distinct import distinct_of

RECORDS, ISSUED = with_detector(find_record_numbers), with_detector(find_issued)
MRNS = numbered("MRN1234567{}", 9)
ROOMS = numbered("kamer 1234{}", 9)
PASSPORTS = [f"NXKLT{letter}R13" for letter in "ABCDEFGHJKLMNPRSTVWX"]
PREFIXED = numbered("AB1000{:02d}", 20)
LETTERED = numbered("A120000{:02d}", 20)
NINE = numbered("1{:08d}", 20, start=20_000_001, step=3_000_000)
STRAYS = lettered("AB12{}34", 20)
records = [
    Border("RECORD_SHARE", RECORDS, fill(MRNS[:6], 20), fill(MRNS[:5], 20)),
    Border("RECORD_NUMBERED_SHARE", RECORDS, fill(ROOMS[:6], 20), fill(ROOMS[:5], 20)),
    Border(
        "DOCUMENT_MIXED_SHARE",
        RECORDS,
        fill([*LETTERED[:9], *NINE[:9]], 20),
        fill([*LETTERED[:8], *NINE[:9]], 20),
    ),
    Border(
        "DOCUMENT_LETTERED_SHARE",
        RECORDS,
        [*LETTERED[:2], *NINE[:18]],
        [*LETTERED[:1], *NINE[:19]],
    ),
    Border("DOCUMENT_SHARE", RECORDS, fill(PASSPORTS[:16], 20), fill(PASSPORTS[:15], 20)),
    Border("DOCUMENT_VALUES", RECORDS, PASSPORTS[:3], PASSPORTS[:2]),
    Border("BUILT_NUMBER_SHARE", RECORDS, fill(PREFIXED[:10], 20), fill(PREFIXED[:9], 20)),
    Border("BUILT_NUMBER_VALUES", RECORDS, PREFIXED[:3], repeat(PREFIXED[:2], 2)),
    Border(
        "STRAY_USUAL_CELLS",
        RECORDS,
        [*repeat(["A1", "A2", "A3"], 2), STRAYS[0]],
        [*numbered("A{}", 6), STRAYS[0]],
    ),
    Border("STRAY_CELLS", RECORDS, [*["A1"] * 5, STRAYS[0]], [*["A1"] * 4, STRAYS[0]]),
    Border(
        "STRAY_USUAL_SHARE",
        RECORDS,
        fill([*["A1"] * 8, STRAYS[0]], 20),
        fill([*["A1"] * 7, STRAYS[0]], 20),
    ),
    Border(
        "STRAY_RARE_CELLS",
        RECORDS,
        [*["A1"] * 10, *[STRAYS[0]] * 2],
        [*["A1"] * 10, *[STRAYS[0]] * 3],
    ),
    Border("STRAY_MOST", RECORDS, [*["A1"] * 50, *STRAYS[:6]], [*["A1"] * 50, *STRAYS[:7]]),
    Border("STRAY_MOST_SHARE", RECORDS, [*["A1"] * 90, *STRAYS[:10]], [*["A1"] * 89, *STRAYS[:11]]),
]

SPREAD = numbered("AB{}", 20, start=10_000, step=4_000)
OTHERS = numbered("ABC{}", 5, start=10_000, step=4_000)
issued = [
    Border("ISSUED_LENGTH", ISSUED, SPREAD[:3], [code[1:] for code in SPREAD[:3]]),
    Border("ISSUED_VALUES", ISSUED, SPREAD[:3], SPREAD[:2]),
    Border("ISSUED_SHARE", ISSUED, fill(SPREAD[:10], 20), fill(SPREAD[:9], 20)),
    Border("ISSUED_ALIKE", ISSUED, [*SPREAD[:16], *OTHERS[:4]], [*SPREAD[:15], *OTHERS[:5]]),
    Border(
        "ISSUED_RANGE", ISSUED, ["AB10000", "AB10001", "AB12001"], ["AB10000", "AB10001", "AB12000"]
    ),
    Border(
        "ISSUED_STEP",
        ISSUED,
        [*numbered("AB{}", 199, start=10_000), "AB14001"],
        [*numbered("AB{}", 199, start=10_000), "AB14000"],
    ),
    Border("COUNTED_UP_GAP", are_counted_up, ["P100", "P120"], ["P100", "P121"]),
    Border(
        "COUNTED_UP_SHARE",
        are_counted_up,
        [*numbered("P{}", 17, start=100), *numbered("P{}", 4, start=200, step=100)],
        [*numbered("P{}", 16, start=100), *numbered("P{}", 5, start=200, step=100)],
    ),
]

EIGHT = numbered("1{:07d}", 20, start=100, step=1_001)
SIX = numbered("1{:05d}", 20)
long_numbers = [
    Border("LONG_NUMBER_SHARE", RECORDS, fill(EIGHT[:10], 20), fill(EIGHT[:9], 20)),
    Border("LONG_NUMBER_VALUES", RECORDS, EIGHT[:3], repeat(EIGHT[:2], 2)),
    Border(
        "LONG_NUMBER_SAME",
        RECORDS,
        [*EIGHT[:19], "1234567890"],
        [*EIGHT[:18], "1234567890", "2234567890"],
    ),
    Border(
        "LONG_NUMBER_OF_CITIZEN",
        RECORDS,
        ["1234567890", "2234567890", "3234567891"],
        ["123456789", "223456789", "323456781"],
    ),
    Border("LONG_NUMBER_OF_CITIZEN", RECORDS, EIGHT[:3], ["123456789", "223456789", "323456781"]),
    Border(
        "LONG_NUMBER_UNIQUE",
        RECORDS,
        [*SIX[:17], *["345678"] * 3],
        [*SIX[:16], *["345678"] * 4],
    ),
    Border(
        "LONG_NUMBER_ROUND",
        RECORDS,
        [*numbered("1{:05d}00", 10, start=1), *numbered("1{:05d}01", 10, start=50)],
        [*numbered("1{:05d}00", 11, start=1), *numbered("1{:05d}01", 9, start=50)],
    ),
    Border("LONG_NUMBER_HUNDRED", RECORDS, EIGHT[:3], ["10000100", "20000300", "30000700"]),
    Border(
        "LONG_NUMBER_STEP",
        RECORDS,
        ["10000001", "10000002", "10000007"],
        ["10000001", "10000002", "10000006"],
    ),
    Border(
        "LONG_NUMBER_RATIO", RECORDS, ["100001", "200002", "300003"], ["100001", "200002", "300002"]
    ),
    Border(
        "LONG_NUMBER_DIGITS",
        RECORDS,
        ["1000011", "1200002", "1300003"],
        ["100011", "120002", "130003"],
    ),
]

PROFESSIONALS = with_detector(find_professional_numbers)
BIG = numbered("012345678{:02d}", 20)
PLATES = with_detector(find_licence_plates)
DASHED = lettered("{}-12-34", 20)
TIGHT = [f"{letter}206FX" for letter in "BCDFGHJKLMNPRSTVWXZ"]
authorities = [
    Border("PROFESSIONAL_SHARE", PROFESSIONALS, fill(BIG[:18], 20), fill(BIG[:17], 20)),
    Border("PROFESSIONAL_VALUES", PROFESSIONALS, BIG[:3], BIG[:2]),
    Border("PLATE_SHARE", PLATES, fill(DASHED[:10], 20), fill(DASHED[:9], 20)),
    Border("PLATE_TIGHT_SHARE", PLATES, fill(TIGHT[:16], 20), fill(TIGHT[:15], 20)),
    Border("PLATE_LETTERS", PLATES, ["K206FX", "H317ZT", "R114NB"], ["12BCDF", "34GHJK"]),
    Border("PLATE_VARIED", PLATES, ["GB-12-34", "TK-12-34"], ["GB-12-34", "GB-12-35"]),
    Border(
        "PLATE_VARIED_SHARE",
        PLATES,
        [*DASHED[:6], *numbered("BB-12-{}", 14, start=50)],
        [*DASHED[:5], *numbered("BB-12-{}", 15, start=50)],
    ),
]


def are_no_pseudonyms(cells: list[str]) -> bool:
    return count_non_pseudonyms(distinct_of(cells)) > 0


COUNTED = numbered("Q{}", 20, start=100)
NAMED = numbered("P{}-sanne", 20, start=10)
BEGUN = ["san01", "bra02", "yus03", "lot05", "meh06"]
MANY_BEGUN = [f"{code}{n}" for code in BEGUN for n in range(4)]
FULL_DATES = numbered("199901{:02d}", 20, start=1)
HOMES = numbered("{}-12", 20, start=3511, step=307)
ids = [
    Border("ID_NAMED", are_no_pseudonyms, [*NAMED[:6], *COUNTED[:14]], [*NAMED[:5], *COUNTED[:15]]),
    Border("ID_BEGINNINGS", are_no_pseudonyms, BEGUN, BEGUN[:4]),
    Border(
        "ID_BEGINNINGS_SHARE",
        are_no_pseudonyms,
        [*MANY_BEGUN[:16], *numbered("xqz{}", 4)],
        [*MANY_BEGUN[:15], *numbered("xqz{}", 5)],
    ),
    Border("ID_SURNAME_LETTERS", are_no_pseudonyms, ["jsmits1", "psmits2"], ["jblom1", "pblom2"]),
    Border("ID_DATED", are_no_pseudonyms, fill(FULL_DATES[:16], 20), fill(FULL_DATES[:15], 20)),
    Border("ID_DATED_VALUES", are_no_pseudonyms, FULL_DATES[:2], [FULL_DATES[0]] * 2),
    Border(
        "ID_YEARS",
        are_no_pseudonyms,
        ["AB2010", "CD2011", "EF2012"],
        ["AB2010", "CD2011", "EF2011"],
    ),
    Border(
        "ID_INITIALS",
        are_no_pseudonyms,
        ["AB2010", "CD2011", "EF2012"],
        ["AB2010", "AB2011", "CD2012"],
    ),
    Border("ID_HOUSES", are_no_pseudonyms, fill(HOMES[:16], 20), fill(HOMES[:15], 20)),
    Border("ID_HOUSE_VALUES", are_no_pseudonyms, HOMES[:3], HOMES[:2]),
    Border(
        "ID_HOUSE_AREAS",
        are_no_pseudonyms,
        [f"{home}{n}" for home in HOMES[:10] for n in (1, 2)],
        [f"{home}{n}" for home in HOMES[:8] for n in (1, 2)] + numbered(f"{HOMES[9]}{{}}", 4),
    ),
    Border(
        "ID_HOUSE_STEP",
        are_no_pseudonyms,
        ["3511-12", "3512-12", "3542-12"],
        ["3511-12", "3512-12", "3541-12"],
    ),
]

BORDERS = [*records, *issued, *long_numbers, *authorities, *ids]
