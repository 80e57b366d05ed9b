"""Random picks."""

from collections.abc import Callable, Sequence

import numpy as np

Rng = np.random.Generator
Writer = Callable[[Rng], str]


def pick(rng: Rng, words: Sequence[str]) -> str:
    """One of the words."""
    return words[int(rng.integers(len(words)))]


def write_digits(rng: Rng, n: int) -> str:
    """So many digits."""
    return "".join(str(d) for d in rng.integers(0, 10, n))
