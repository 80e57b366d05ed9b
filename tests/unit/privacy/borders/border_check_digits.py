"""Borders of numbers with check digits: so many of so many pass.

Probabilities beside the columns are binomial tails (R: pbinom(k - 1, n, p, lower = FALSE)).
"""

from itertools import count, islice

import numpy as np
from border_frame import Border, lettered, with_detector
from stdnum.br import cpf
from stdnum.hr import oib
from stdnum.nl import bsn

from evalpipe.privacy import thresholds as limits
from evalpipe.privacy.checksums import read_national_numbers
from evalpipe.privacy.detectors.citizen_numbers import find_citizen_numbers

SEEN = with_detector(find_citizen_numbers)


def passing(module, form: str, step: int):
    """Numbers that one country knows and no other."""
    for start in count(10_000_000_019, step):
        text = str(start)[-len(form) :]
        known = [number.module for number in read_national_numbers() if number.fits(text)]
        valid = [n.module for n in read_national_numbers() if n.fits(text) and n.passes(text)]
        if module is None and known and not valid:
            yield text
        if module is not None and module.is_valid(text) and len(valid) == 1:
            yield text


def failing(digits: int, n: int) -> list[str]:
    step = 1_234_567
    texts = (str(10_000_000_019 + i * step)[-digits:] for i in count())
    free = (
        text
        for text in texts
        if text[0] != "0"
        and not bsn.is_valid(text)
        and not any(k.fits(text) and k.passes(text) for k in read_national_numbers())
    )
    return list(islice(free, n))


OIBS = list(islice(passing(oib, "9" * 11, 7_654_321), 12))
CPFS = list(islice(passing(cpf, "9" * 11, 654_321), 6))
NONE = failing(11, 200)
DUTCH = [text for n in range(150_000_011, 150_090_000, 37) if bsn.is_valid(text := str(n))]
DUTCH = [n for n in DUTCH if not any(k.fits(n) and k.passes(n) for k in read_national_numbers())]
NOT_DUTCH = failing(9, 12)


def column(valid: list[str], passed: int, total: int, others: list[str] = NONE) -> list[str]:
    return [*valid[:passed], *others[: total - passed]]


def placed(n: int, place: int) -> list[str]:
    """Seven valid numbers (7 of 7 are told, 6 of 6 are not) among other codes, one at its place."""
    cells = [*OIBS[:6], *lettered("{}123456789012345", n - 7)]
    cells.insert(place, OIBS[6])
    return cells


def skipped(n: int, n_judged: int) -> int:
    taken = set(np.linspace(0, n - 1, n_judged).astype(int).tolist())
    return min(set(range(n)) - taken)


MOST = limits.NATIONAL_MOST_JUDGED

BORDERS = [
    # 4 of 6: 0.00088; 5 of 9: 0.00057; 5 of 10: 0.00106
    Border("CITIZEN_PASS", SEEN, column(DUTCH, 4, 6, NOT_DUTCH), column(DUTCH, 5, 10, NOT_DUTCH)),
    Border("CITIZEN_CHANCE", SEEN, column(DUTCH, 5, 9, NOT_DUTCH), column(DUTCH, 5, 10, NOT_DUTCH)),
    # 11 of 19: 9.2e-7; 10 of 16: 1.11e-6; 8 of 10: 7.9e-7; 9 of 13: 1.11e-6
    Border("NATIONAL_PASS_ONE", SEEN, column(OIBS, 11, 19), column(OIBS, 10, 16)),
    Border("NATIONAL_CHANCE", SEEN, column(OIBS, 8, 10), column(OIBS, 9, 13)),
    # two check digits: 4 of 8: 9.9e-7; 5 of 18: 1.22e-6
    Border("NATIONAL_PASS_TWO", SEEN, column(CPFS, 4, 8), column(CPFS, 5, 18)),
    Border(
        "NATIONAL_MOST_JUDGED",
        SEEN,
        placed(MOST, skipped(MOST, MOST - 1)),
        placed(MOST + 1, skipped(MOST + 1, MOST)),
    ),
]
