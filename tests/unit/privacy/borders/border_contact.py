"""Borders of what says where somebody can be found, and of dates."""

from border_frame import Border, fill, lettered, numbered, repeat, with_detector

from evalpipe.privacy.detectors.coordinates import find_latitudes, find_longitudes
from evalpipe.privacy.detectors.dates import find_dates
from evalpipe.privacy.detectors.network_addresses import find_ip_addresses
from evalpipe.privacy.detectors.phones import find_phones
from evalpipe.privacy.detectors.places import find_places
from evalpipe.privacy.detectors.postcodes import find_postcodes
from evalpipe.privacy.detectors.street_addresses import find_street_addresses
from evalpipe.privacy.word_lists import PLACES

DATES, IPS, PHONES = map(with_detector, (find_dates, find_ip_addresses, find_phones))
STREETS, POSTCODES = map(with_detector, (find_street_addresses, find_postcodes))
TOWNS = with_detector(find_places)
DAYS = numbered("201001{:02d}", 25, start=1)
MONTHS = numbered("05-20{:02d}", 20, start=1)

dates = [
    Border("DATE_FIRST_YEAR", DATES, ["19000105", "19000206"], ["18990105", "18990206"]),
    Border("DATE_END_YEAR", DATES, ["20990105", "20990206"], ["21000105", "21000206"]),
    Border("DATE_MONTHS", DATES, ["20101205", "20101206"], ["20101305", "20101306"]),
    Border("DATE_DAYS", DATES, ["20100131", "20100331"], ["20100132", "20100332"]),
    Border("DATE_MONTH_VALUES", DATES, MONTHS[:2], [MONTHS[0]] * 2),
    Border("DATE_MONTH_SHARE", DATES, fill(MONTHS[:10], 20), fill(MONTHS[:9], 20)),
    Border(
        "DATE_SHORT_SHARE",
        DATES,
        fill(numbered("{}-2-03", 10, start=1), 20),
        fill(numbered("{}-2-03", 9, start=1), 20),
    ),
    Border("DATE_BARE_SHARE", DATES, fill(DAYS[:16], 20), fill(DAYS[:15], 20)),
    Border(
        "DATE_BARE_VALID",
        DATES,
        [*DAYS[:18], *numbered("999999{}", 2, start=90)],
        [*DAYS[:17], *numbered("999999{}", 3, start=90)],
    ),
    Border("DATE_BARE_VALUES", DATES, DAYS[:2], [DAYS[0]] * 2),
]

MACS = numbered("0A1B2C3D4E{:02d}", 20)
POWERS = numbered("3.161{:02d}E+10", 20)
MOBILES = numbered("6123456{:02d}", 20)
LINES = numbered("20{:07d}", 20, start=2_000_000, step=200_000)
network_and_phones = [
    Border("MAC_VALUES", IPS, MACS[:6], MACS[:5]),
    Border("MAC_SHARE", IPS, fill(MACS[:18], 20), fill(MACS[:17], 20)),
    Border("IPV6_SHORTEST", IPS, ["::ab"], ["::a"]),
    Border(
        "PHONE_POWER_SHARE",
        PHONES,
        [*POWERS[:6], *numbered("10{}", 14, start=10)],
        [*POWERS[:5], *numbered("10{}", 15, start=10)],
    ),
    Border(
        "PHONE_POWER_OTHERS",
        PHONES,
        [*POWERS[:2], *numbered("10{}", 8, start=10)],
        [*POWERS[:2], *numbered("10{}", 9, start=10)],
    ),
    Border("PHONE_BARE_SHARE", PHONES, fill(MOBILES[:16], 20), fill(MOBILES[:15], 20)),
    Border(
        "PHONE_ABROAD_SHARE",
        PHONES,
        fill(numbered("00491512345{:02d}", 6), 20),
        fill(numbered("00491512345{:02d}", 5), 20),
    ),
    Border("PHONE_CELLS", PHONES, [MOBILES[0]] * 3, [MOBILES[0]] * 2),
    Border("LANDLINE_VALUES", PHONES, LINES[:4], LINES[:3]),
    Border("LANDLINE_SHARE", PHONES, fill(LINES[:18], 20), fill(LINES[:17], 20)),
    Border(
        "LANDLINE_SURE_VALUES",
        PHONES,
        [f"{area}{area}45678" for area in (10, 13, 15, 18, 20, 23, 24)],
        [f"{area}{area}45678" for area in (10, 13, 15, 18, 20, 23)],
    ),
    Border(
        "LANDLINE_OF_AREA",
        PHONES,
        ["201234568", "209234567", "101234567", "109234567"],
        ["201234568", "209234567", "101234567", "109234567", "701234567"],
    ),
    Border(
        "LANDLINE_STEP",
        PHONES,
        numbered("20200000{}", 3) + numbered("20{}", 1, start=2_400_001),
        numbered("20200000{}", 3) + numbered("20{}", 1, start=2_400_000),
    ),
    Border(
        "LANDLINE_MANY",
        PHONES,
        numbered("20{:07d}", 90, start=2_000_000),
        numbered("20{:07d}", 89, start=2_000_000),
    ),
]

ENDED = [f"{stem}weg" for stem in ("kerk", "molen", "dorps", "hoog", "laag", "oude")]
HOUSES = [f"{letter}chterom 12" for letter in "ABCDEFGHIJKLMNOPQRST"]
PLAIN = ["better", "same"] * 10
streets = [
    Border("STREET_ENDING_SHARE", STREETS, fill(ENDED, 20), fill(ENDED[:5], 20)),
    Border("STREET_ENDING_VALUES", STREETS, fill(ENDED[:2], 6), fill([ENDED[0]] * 2, 6)),
    Border("STREET_LONE_LENGTH", STREETS, [*PLAIN, "Achterom 3"], [*PLAIN, "Achtero 3"]),
    Border("STREET_SHAPE_SHARE", STREETS, fill(HOUSES[:10], 20), fill(HOUSES[:9], 20)),
    Border(
        "STREET_LONG_HOUSES",
        STREETS,
        [*HOUSES[:6], *(house[:-1] for house in HOUSES[6:])],
        [*HOUSES[:5], *(house[:-1] for house in HOUSES[5:])],
    ),
    Border(
        "STREET_STARTS",
        STREETS,
        [f"{letter}chterom {n}" for letter in "ABC" for n in (12, 13)],
        [f"{letter}chterom {n}" for letter in "AB" for n in (12, 13)],
    ),
    Border(
        "STREET_STARTS_SHARE",
        STREETS,
        [f"{HOUSES[n // 2]}{n % 2}" for n in range(20)],
        [f"{HOUSES[max(0, n // 2 - 1)]}{n % 4}" for n in range(20)],
    ),
]

KNOWN = sorted(PLACES)[:20]
UNKNOWN = [f"{stem}sxq" for stem in "abcdefghijklmnopqrstuvwxyz"]
UNKNOWN += [f"{stem}zxq" for stem in "abcdefghijklmnopqrstuvwxyz"]
places = [
    Border("PLACE_VALUES", TOWNS, KNOWN[:3], KNOWN[:2]),
    Border(
        "PLACE_KNOWN",
        TOWNS,
        repeat([*KNOWN[:18], *UNKNOWN[:42]], 3),
        repeat([*KNOWN[:17], *UNKNOWN[:43]], 3),
    ),
    Border(
        "PLACE_SHARE",
        TOWNS,
        fill(repeat(KNOWN[:12], 3), 72),
        fill(repeat(KNOWN[:12], 3), 76),
    ),
    Border(
        "PLACE_VARIED",
        TOWNS,
        [*[KNOWN[0]] * 7, *KNOWN[1:6], *UNKNOWN[:8]],
        [*[KNOWN[0]] * 8, *KNOWN[1:6], *UNKNOWN[:7]],
    ),
    Border("PLACE_MANY", TOWNS, repeat(KNOWN[:12], 3), repeat(KNOWN[:11], 3)),
    Border("PLACE_RARE_CELLS", TOWNS, [*PLAIN, *["Gouda"] * 2], [*PLAIN, *["Gouda"] * 3]),
    Border("PLACE_LEAST_CELLS", TOWNS, [*PLAIN[:7], "Gouda"], [*PLAIN[:6], "Gouda"]),
]

TIGHT = numbered("35{:02d}JE", 20, start=11)
LOOSE = numbered("D-1{:04d}", 20, start=100, step=100)
UK = lettered("{}101CD", 20)
POLISH = numbered("{:02d}-480", 100)
postcodes = [
    Border("POSTCODE_TIGHT_SHARE", POSTCODES, fill(TIGHT[:6], 20), fill(TIGHT[:5], 20)),
    Border("POSTCODE_LOOSE_SHARE", POSTCODES, fill(LOOSE[:10], 20), fill(LOOSE[:9], 20)),
    Border("POSTCODE_UK_SHARE", POSTCODES, fill(UK[:10], 20), fill(UK[:9], 20)),
    Border("POSTCODE_UK_VALUES", POSTCODES, UK[:3], repeat(UK[:2], 2)),
    Border("POSTCODE_POLISH_SHARE", POSTCODES, fill(POLISH[:10], 20), fill(POLISH[:9], 20)),
    Border("POLISH_STARTS", POSTCODES, POLISH[:4], [*POLISH[:3], "02-481"]),
    Border(
        "POLISH_STARTS_SHARE",
        POSTCODES,
        [*POLISH[:8], *numbered("07-{}", 12, start=500)],
        [*POLISH[:7], *numbered("06-{}", 13, start=500)],
    ),
    Border(
        "POLISH_STARTS_ENOUGH",
        POSTCODES,
        [*POLISH[:40], *numbered("07-{}", 160, start=500)],
        [*POLISH[:39], *numbered("07-{}", 161, start=500)],
    ),
    Border(
        "POSTCODE_STEP", POSTCODES, ["B-1001", "B-1002", "B-1032"], ["B-1001", "B-1002", "B-1031"]
    ),
]

NORTH, EAST = with_detector(find_latitudes), with_detector(find_longitudes)
DEGREES = numbered("51.{:04d}", 20)
coordinates = [
    Border("DEGREES_SHARE", NORTH, fill(DEGREES[:18], 20), fill(DEGREES[:17], 20)),
    Border("DEGREES_VALUES", NORTH, DEGREES[:3], DEGREES[:2]),
    Border("DEGREES_SOUTHMOST", NORTH, [*DEGREES[:3], "50.5000"], [*DEGREES[:3], "50.4600"]),
    Border("DEGREES_NORTHMOST", NORTH, [*DEGREES[:3], "53.8000"], [*DEGREES[:3], "53.8400"]),
    Border(
        "DEGREES_WESTMOST", EAST, ["5.1234", "5.2234", "3.2000"], ["5.1234", "5.2234", "3.1600"]
    ),
    Border(
        "DEGREES_EASTMOST", EAST, ["5.1234", "5.2234", "7.4000"], ["5.1234", "5.2234", "7.4400"]
    ),
]

BORDERS = [*dates, *network_and_phones, *streets, *places, *postcodes, *coordinates]
