"""Check digits: the Dutch citizen number's 11-proof and the bank account's mod 97; and chance."""

import numpy as np

from evalpipe.privacy import thresholds as limits
from evalpipe.privacy.distinct import BoolArray, IntArray

PASS_BY_CHANCE = 1 / 11
"""Share of random 9-digit numbers that pass the 11-proof."""

_WEIGHTS = np.array([9, 8, 7, 6, 5, 4, 3, 2, -1])
_POWERS = 10 ** np.arange(8, -1, -1)


def pass_eleven_proof(numbers: IntArray) -> BoolArray:
    """Which numbers of at most 9 digits (leading zeros lost or not) pass; shape (n,) to (n,).

    9a + 8b + 7c + 6d + 5e + 4f + 3g + 2h - i is divisible by 11 (Dutch citizen service number).
    """
    digits = (numbers[:, None] // _POWERS) % 10
    passes: BoolArray = (digits @ _WEIGHTS) % limits.ELEVEN == 0
    return passes & (numbers > 0)


def pass_iban(account: str) -> bool:
    """Say whether an account number without spaces passes mod 97 (ISO 13616)."""
    turned = account[4:] + account[:4]
    digits = "".join(str(int(character, 36)) for character in turned)
    return int(digits) % limits.NINETY_SEVEN == 1


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
