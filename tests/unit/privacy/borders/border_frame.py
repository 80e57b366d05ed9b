"""What a border is: two columns a step apart, of which a rule sees one and not the other.

Moved one step up or down, a threshold makes the gate see both or neither.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product

from evalpipe.privacy import name_weights
from evalpipe.privacy.distinct import distinct_of

FILLER = "1234"
"""A cell that no rule sees and that is no short number."""


@dataclass(frozen=True)
class Border:
    """told: input that `sees` sees; untold: a neighbour that it does not see."""

    threshold: str
    sees: Callable[[list[str]], bool]
    told: list[str]
    untold: list[str]

    @property
    def holds(self) -> bool:
        return self.sees(self.told) and not self.sees(self.untold)


def with_detector(find: Callable, fewest: int = 1) -> Callable[[list[str]], bool]:
    """Whether a detector finds at least so many distinct values."""
    return lambda cells: int(find(distinct_of(cells)).sum()) >= fewest


def fill(values: Iterable[str], n_cells: int, filler: str = FILLER) -> list[str]:
    values = list(values)
    return [*values, *[filler] * (n_cells - len(values))]


def repeat(values: Iterable[str], times: int) -> list[str]:
    return [value for value in values for _ in range(times)]


def numbered(form: str, n: int, start: int = 0, step: int = 1) -> list[str]:
    return [form.format(start + step * i) for i in range(n)]


def lettered(form: str, n: int) -> list[str]:
    """The form with two capitals, all different and without vowels."""
    pairs = ["".join(pair) for pair in product("BCDFGHJKLMNPRSTVWXZ", repeat=2)]
    return [form.format(pair) for pair in pairs[:n]]


ENDINGS = ("xt", "ld", "m", "rk", "st")
SYLLABLES = tuple("".join(s) for s in product("bcdfghjklmnpqrstvwxz", "aeiou"))


def make_words(low: float, high: float, n: int) -> list[str]:
    """Words of nobody whose letters weigh between low and high, first in the alphabet."""
    found = []
    for ending in ENDINGS:
        for first, second in product(SYLLABLES, repeat=2):
            word = first + second + ending
            if low <= name_weights.weigh_name(word) <= high:
                found.append(word)
                if len(found) == n:
                    return found
    raise ValueError("no such words")
