"""Drawing levels by their shares."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray


def draw_levels(
    rng: np.random.Generator, shares: Mapping[str, float], size: int
) -> NDArray[np.object_]:
    """Return (size,) names drawn with probability proportional to their share; none: None."""
    if not shares:
        return np.full(size, None, dtype=object)
    names = np.array(list(shares), dtype=object)
    weights = np.array(list(shares.values()), dtype=float)
    drawn: NDArray[np.object_] = names[rng.choice(len(names), size=size, p=weights / weights.sum())]
    return drawn


def balanced_levels(
    rng: np.random.Generator, shares: Mapping[str, float], size: int
) -> NDArray[np.object_]:
    """Return (size,) names in blocks that hold every name once, each block shuffled."""
    names = np.array(list(shares), dtype=object)
    blocks = -(-size // len(names))
    order = np.concatenate([rng.permutation(len(names)) for _ in range(blocks)])
    drawn: NDArray[np.object_] = names[order[:size]]
    return drawn
