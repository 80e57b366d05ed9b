"""Check digits, by python-stdnum; and how likely chance alone passes them."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import yaml

from evalpipe.privacy import thresholds as limits

_NUMBERS = Path(__file__).with_name("national_numbers.yaml")
_SIGNS = re.compile(r"[ ./-]")


def pass_bsn(number: str) -> bool:
    """Say whether digits (leading zeros lost or not) pass the Dutch citizen number's 11-proof."""
    from stdnum.nl import bsn

    return bool(bsn.is_valid(number.zfill(_BSN_DIGITS)))


_BSN_DIGITS = 9


def pass_iban(account: str) -> bool:
    """Say whether an account has a country's build and passes mod 97 (ISO 13616)."""
    from stdnum import iban

    return bool(iban.is_valid(account, check_country=False))


@dataclass(frozen=True)
class NationalNumber:
    """One country's number of people.

    form: 9 for a digit, L for a letter. check_digits: of the number, each of which one in ten or
    eleven random numbers passes.
    """

    of: str
    module: str
    form: str
    check_digits: int

    @property
    def by_chance(self) -> float:
        """Share of numbers of this form that pass by chance, the rest of them being right."""
        return limits.NATIONAL_PASS_ONE if self.check_digits == 1 else limits.NATIONAL_PASS_TWO

    @property
    def _is_digits(self) -> bool:
        return set(self.form) == {"9"}

    def fits(self, text: str) -> bool:
        """Say whether text without signs has this form; a number may have lost one zero."""
        form = _SIGNS.sub("", self.form)
        if self._is_digits:
            return text.isdigit() and len(form) - len(text) in (0, 1)
        return len(text) == len(form) and all(
            character.isdigit() if sign == "9" else character.isalpha()
            for sign, character in zip(form, text, strict=True)
        )

    def passes(self, text: str) -> bool:
        """Say whether text of this form is valid."""
        number = text.zfill(len(self.form)) if self._is_digits else text
        try:
            return bool(_validator(self.module)(number))
        except (ValueError, LookupError, TypeError, AttributeError):
            return False  # the library stumbles over some numbers that nobody can have


@cache
def _validator(module: str) -> Callable[[str], bool]:
    found: Callable[[str], bool] = importlib.import_module(f"stdnum.{module}").is_valid
    return found


@cache
def read_national_numbers() -> tuple[NationalNumber, ...]:
    """Every kind of number whose check digits are known, in the order of the file."""
    entries = yaml.safe_load(_NUMBERS.read_text(encoding="utf-8"))["numbers"]
    return tuple(NationalNumber(**entry) for entry in entries)


def strip_signs(text: str) -> str:
    """Write a number without the signs that part its groups, letters as capitals."""
    return _SIGNS.sub("", text).upper()


def tail_probability(passed: int, total: int, chance: float) -> float:
    """P(at least `passed` of `total` by chance): the exact binomial tail, by its own logarithms."""
    if passed <= 0:
        return 1.0
    counts = np.arange(total + 1, dtype=float)
    steps = np.log(total - counts[:-1]) - np.log(counts[1:]) + np.log(chance / (1 - chance))
    logs = total * np.log1p(-chance) + np.concatenate([[0.0], np.cumsum(steps)])
    tail = logs[passed:]
    top = float(tail.max())
    return float(min(1.0, np.exp(top) * np.exp(tail - top).sum()))
