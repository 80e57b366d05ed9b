"""Random numbers by purpose: a stream for each label, so that one part never shifts another."""

import zlib

import numpy as np


def stream(seed: int, *labels: str | int) -> np.random.Generator:
    """Return the generator of one purpose: same seed and labels, same numbers."""
    entropy = [seed, *(_number(label) for label in labels)]
    return np.random.default_rng(np.random.SeedSequence(entropy))


def _number(label: str | int) -> int:
    return label if isinstance(label, int) else zlib.crc32(label.encode("utf-8"))
