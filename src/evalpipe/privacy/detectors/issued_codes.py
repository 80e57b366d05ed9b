"""Codes of one build that somebody issued, as against pseudonyms that were counted up."""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from evalpipe.privacy import thresholds as limits
from evalpipe.privacy.distinct import BoolArray, DistinctValues, find_none

_BUILT = r"^[A-Za-z]{0,5}[-_ ./]?\d[\dA-Za-z]*(?:[-_ ./][\dA-Za-z]+){0,4}$"


def find_issued(cells: DistinctValues) -> BoolArray:
    """Codes of one build (letters, digits and signs at the same places) whose numbers are spread.

    Numbers that somebody counted up (P001, NL01-0012) lie close together; issued ones do not.
    """
    found = find_none(cells)
    built = (
        cells.match(_BUILT)
        & ~cells.is_number
        & cells.match(r"(?:\d\D*){5}")
        & (cells.lengths >= limits.ISSUED_LENGTH)
    )
    if built.sum() < limits.ISSUED_VALUES or not cells.fills(built, limits.ISSUED_SHARE):
        return found
    places = np.flatnonzero(built)
    texts = cells.take(built).texts()
    builds = Counter(_build_of(text) for text in texts)
    build, n_alike = builds.most_common(1)[0]
    if n_alike < limits.ISSUED_ALIKE * len(texts) or not _is_spread(
        [text for text in texts if _build_of(text) == build]
    ):
        return found
    found[places] = True
    return found


def _build_of(text: str) -> str:
    return re.sub(r"[A-Za-z]", "L", re.sub(r"\d+", "9", text))


def _is_spread(texts: Sequence[str]) -> bool:
    """Whether one of the groups of digits takes values far apart for so few codes."""
    groups = [[int(run) for run in re.findall(r"\d+", text)] for text in texts]
    return any(
        max(numbers) - min(numbers) > max(limits.ISSUED_RANGE, limits.ISSUED_STEP * len(numbers))
        for numbers in zip(*groups, strict=False)
    )


def are_counted_up(texts: Sequence[str]) -> bool:
    """Whether most codes follow each other closely, as pseudonyms do (also within each site)."""
    numbers = np.sort([int("".join(re.findall(r"\d", text))[-15:] or 0) for text in texts])
    if len(numbers) <= 1:
        return False
    is_close = np.diff(numbers) <= limits.COUNTED_UP_GAP
    return float(np.mean(is_close)) >= limits.COUNTED_UP_SHARE
