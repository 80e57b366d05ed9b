"""An id is refused when a person, a date or an address is in it; codes pass."""

import numpy as np
import pytest

from evalpipe.privacy.detectors.pseudonyms import count_non_pseudonyms
from evalpipe.privacy.distinct import distinct_of

REFUSED = {
    "initials and day": ["AB020511", "KD311209", "SV150714", "MJ010299"],
    "day and initials": ["020511AB", "311209KD", "150714SV", "010299MJ"],
    "date, year first": ["110502", "091231", "140715", "990201"],
    "initials and year": ["SV2011", "BJ2009", "YA2012", "LB2010"],
    "month of birth": ["M2011-05", "F2009-12", "F2014-07", "M1999-02"],
    "month in words": ["LT_16mei1999", "SV_2jan2011"],
    "first and last name": ["sannejansen", "brambakker", "lottevisser"],
    "initial and surname": ["sjansen", "bbakker", "lvisser"],
    "a number and a name": ["P001-sanne", "P002-bram", "P003-lotte"],
    "three letters of names": ["san01", "bra02", "yus03", "lot04", "fat05", "meh06"],
    "post code and house": ["3511-12", "9712-3", "1018-204", "5611-77", "6211-9"],
}
PASSED = {
    "counted": [f"P{n:03d}" for n in range(1, 200)],
    "plain numbers": [str(n) for n in range(1, 300)],
    "site and number": [f"NL0{n % 3}-{n:03d}" for n in range(1, 90)],
    "cohort and number": [f"2024-{n:03d}" for n in range(1, 90)],
    "families": [f"{1001 + n // 2}-{n % 2 + 1}" for n in range(90)],
    "animals": [f"{('vos', 'beer', 'uil', 'egel')[n % 4]}{n}" for n in range(60)],
}


@pytest.mark.parametrize("kind", REFUSED)
def test_ids_with_a_person_in_them(kind: str):
    assert count_non_pseudonyms(distinct_of(REFUSED[kind])) == len(REFUSED[kind])


@pytest.mark.parametrize("kind", PASSED)
def test_codes(kind: str):
    assert count_non_pseudonyms(distinct_of(PASSED[kind])) == 0


@pytest.mark.parametrize("digits", [6, 8, 9])
def test_random_numbers_and_hashes(digits: int):
    rng = np.random.default_rng(digits)
    numbers = [str(n) for n in rng.integers(10 ** (digits - 1), 10**digits, 200)]
    hashes = [f"{n:08x}" for n in rng.integers(0, 2**32, 200)]
    assert count_non_pseudonyms(distinct_of(numbers)) == 0
    assert count_non_pseudonyms(distinct_of(hashes)) == 0
