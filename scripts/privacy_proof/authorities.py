"""How dates and numbers of authorities are written."""

import numpy as np

from privacy_proof.rng import Rng, pick, write_digits


def write_birth_date(rng: Rng, style: int) -> str:
    """A date in one of eighteen ways."""
    year, month, day = (
        int(rng.integers(1940, 2019)),
        int(rng.integers(1, 13)),
        int(rng.integers(1, 29)),
    )
    words = (
        "januari februari maart april mei juni juli augustus september oktober november december"
    )
    name = words.split()[month - 1]
    return (
        f"{day:02d}-{month:02d}-{year}",
        f"{year}-{month:02d}-{day:02d}",
        f"{day}/{month}/{year}",
        f"{day} {name} {year}",
        f"{year}{month:02d}{day:02d}",
        f"{day:02d}-{month:02d}-{year % 100:02d}",
        f"{day:02d}{month:02d}{year}",
        f"{year}-{month:02d}-{day:02d} 00:00:00",
        f"{day:02d}.{month:02d}.{year}",
        f"{year}-{month:02d}-{day:02d}T00:00:00Z",
        f"{day}-{name[:3]}-{year % 100:02d}",
        f"{month:02d}-{year}",
        f"{name} {year}",
        f"{year}{month:02d}{day:02d}.0",
        f"{day:02d}{('JAN', 'MAR', 'JUN', 'OCT', 'DEC')[month % 5]}{year}",
        f"{day:02d} - {month:02d} - {year}",
        f"geb. {day}-{month}-{year}",
        f"{day}. {('Mai', 'Juni', 'Oktober', 'Dezember')[month % 4]} {year}",
    )[style % 18]


def write_citizen_number(rng: Rng, style: int) -> str:
    """A citizen number that passes the 11-proof."""
    while True:
        head = rng.integers(0, 10, 8)
        check = int(head @ np.arange(9, 1, -1)) % 11
        number = "".join(map(str, head)) + str(check)
        if check < 10 and number[:2] != "00":
            break
    short = number.lstrip("0")
    dotted = f"{number[:4]}.{number[4:6]}.{number[6:]}"
    spaced = " ".join(number[i : i + 3] for i in range(0, 9, 3))
    return (number, short, f"{short}.0", dotted, spaced, f"BSN {number}")[style % 6]


def write_iban(rng: Rng, style: int) -> str:
    """A bank account with right check digits."""
    bank = pick(rng, ("INGB", "RABO", "ABNA", "TRIO", "SNSB"))
    tail = f"{bank}{write_digits(rng, 10)}"
    turned = "".join(str(int(c, 36)) for c in f"{tail}NL00")
    account = f"NL{98 - int(turned) % 97:02d}{tail}"
    spaced = " ".join(account[i : i + 4] for i in range(0, len(account), 4))
    return (account, spaced, account.lower(), spaced.replace(" ", "-"), f"IBAN: {spaced}")[
        style % 5
    ]


def write_record_number(rng: Rng, style: int) -> str:
    """A record number in one of twelve ways."""
    return (
        f"{rng.integers(1, 9)}{write_digits(rng, 6)}",
        f"MRN{write_digits(rng, 7)}",
        f"PAT-{write_digits(rng, 6)}",
        f"{rng.integers(1, 9)}{write_digits(rng, 7)}",
        f"Z{write_digits(rng, 7)}",
        f"{write_digits(rng, 3)}-{write_digits(rng, 4)}-{write_digits(rng, 3)}",
        f"{rng.integers(1, 9)}{write_digits(rng, 9)}",
        f"{rng.integers(1, 9)}{write_digits(rng, 5)}",
        f"{rng.integers(2012, 2026)}-{write_digits(rng, 6)}",
        f"EPD {write_digits(rng, 6)}",
        f"{write_digits(rng, 7)}{pick(rng, list('ABCDEF'))}",
        f"{rng.integers(1, 9)}{write_digits(rng, 6)}.0",
    )[style % 12]


def write_plate(rng: Rng, style: int) -> str:
    """A Dutch licence plate."""
    a, b = (pick(rng, ("GB", "TK", "HX", "ZP", "RL", "NJ", "SV")) for _ in range(2))
    return (
        f"{write_digits(rng, 2)}-{a}{b[0]}-{write_digits(rng, 1)}",
        f"{a}-{write_digits(rng, 3)}-{b[0]}",
        f"{a}-{b}-{write_digits(rng, 2)}",
        f"{write_digits(rng, 1)}-{a}{b[0]}-{write_digits(rng, 2)}",
        f"{a[0]}{write_digits(rng, 3)}{b}",
        f"1-{a}{b[0]}-{write_digits(rng, 3)}",
    )[style % 6]


def write_document(rng: Rng, style: int) -> str:
    """A number of a passport, an identity card or an insurance, of several countries."""
    a, b = (pick(rng, list("BCDFGHJKLMNPRST")) for _ in range(2))
    return (
        f"N{a}{b}{pick(rng, list('KLPRTX0123'))}{write_digits(rng, 2)}{a}{write_digits(rng, 2)}",
        f"E{a} {write_digits(rng, 2)} {write_digits(rng, 2)} {write_digits(rng, 2)} C",
        f"{rng.integers(100, 899)}-{rng.integers(10, 99)}-{write_digits(rng, 4)}",
        f"{rng.integers(50, 99)}.11."
        + "-".join((str(rng.integers(10, 28)), write_digits(rng, 3)))
        + f".{write_digits(rng, 2)}",
        f"{write_digits(rng, 8)}{a}",
        f"POL-{write_digits(rng, 8)}",
        f"U{write_digits(rng, 8)}",
    )[style % 7]


def write_professional_number(rng: Rng, style: int) -> str:
    """A registration number of a health professional."""
    big = f"{pick(rng, ('19', '29', '39', '49', '59', '69', '89', '99'))}0{write_digits(rng, 8)}"
    return (big, f"{pick(rng, ('01', '94', '90', '03'))}{write_digits(rng, 6)}")[style % 2]
