"""Numbers of people with a check digit: found in any country that is known, never by chance."""

import numpy as np
import pytest

from evalpipe.privacy.checksums import pass_iban, read_national_numbers, tail_probability
from evalpipe.privacy.detectors.citizen_numbers import find_citizen_numbers
from evalpipe.privacy.distinct import distinct_of

PUBLISHED = {  # examples of the authorities themselves or of encyclopaedias, of nobody
    "Belgium": "85.07.30-033.28",
    "Poland": "44051401359",
    "Turkey": "10000000146",
    "Britain": "943 476 5919",
    "Germany": "36574261809",
    "Italy": "RSSMRA85T10A562S",
    "Spain": "12345678Z",
    "France": "295109912611193",
    "Brazil": "111.444.777-35",
}


@pytest.mark.parametrize("country", PUBLISHED)
def test_published_examples_pass_and_a_wrong_digit_does_not(country: str):
    text = PUBLISHED[country].replace(".", "").replace("-", "").replace(" ", "")
    fitting = [number for number in read_national_numbers() if number.fits(text)]
    assert any(number.passes(text) for number in fitting)
    place = next(at for at, character in enumerate(text) if character.isdigit()) + 4
    wrong = text[:place] + str((int(text[place]) + 1) % 10) + text[place + 1 :]
    first = next(number for number in fitting if number.passes(text))
    assert not first.passes(wrong)


def make_valid(form: str, passes, rng: np.random.Generator, n: int) -> list[str]:
    """Random numbers of a form that pass."""
    found: list[str] = []
    pools = {"9": "0123456789", "L": "ABCDEFGHJKLMNPQRSTVWXYZ"}
    for _ in range(200_000):
        if len(found) == n:
            break
        picked = rng.random(len(form))
        text = "".join(
            pools[sign][int(at * len(pools[sign]))] if sign in pools else sign
            for sign, at in zip(form, picked, strict=True)
        )
        if passes(text):
            found.append(text)
    return found


EASY = [number for number in read_national_numbers() if number.module not in {
    "ch.ssn", "mx.curp", "cn.ric", "fr.nif", "za.idnr", "no.fodselsnummer", "fi.hetu",
    "is_.kennitala", "it.codicefiscale", "es.nie",
}]  # fmt: skip
"""Numbers of which random ones are found soon enough."""


@pytest.mark.parametrize("number", EASY, ids=lambda number: f"{number.module}, {number.form}")
def test_twelve_valid_numbers_of_any_country_are_told(number):
    texts = make_valid(number.form, number.passes, np.random.default_rng(7), 12)
    assert len(texts) == 12
    assert find_citizen_numbers(distinct_of(texts)).sum() == 12


@pytest.mark.parametrize("digits", [8, 9, 10, 11, 12, 13, 15])
def test_random_numbers_are_not(digits: int):
    """25 columns of a length: an alarm in one of 1,000 Dutch ones, one of 20,000 others."""
    rng = np.random.default_rng(digits)
    told = 0
    for _ in range(25):
        n = int(rng.integers(5, 60))
        numbers = rng.integers(10 ** (digits - 1), 10**digits, n)
        told += bool(find_citizen_numbers(distinct_of([str(x) for x in numbers])).any())
    assert told == 0


@pytest.mark.parametrize("start", [1_000_000_001, 7_560_000_000_001, 199_901_010_001])
def test_numbers_that_were_counted_up_are_not(start: int):
    """Nor are those that share a beginning which some country's numbers must have."""
    texts = [str(start + n) for n in range(150)]
    assert not find_citizen_numbers(distinct_of(texts)).any()


def test_the_share_that_passes_by_chance_is_not_larger_than_is_reckoned_with():
    rng = np.random.default_rng(3)
    for number in read_national_numbers():
        if set(number.form) != {"9"}:
            continue
        texts = ["".join(map(str, rng.integers(0, 10, len(number.form)))) for _ in range(600)]
        passed = sum(number.passes(text) for text in texts)
        assert tail_probability(passed, 600, number.by_chance) > 1e-4, number


def test_accounts_of_other_countries():
    assert pass_iban("BE68539007547034")
    assert pass_iban("DE89370400440532013000")
    assert not pass_iban("DE88370400440532013000")
    assert not pass_iban("XX89370400440532013000")
