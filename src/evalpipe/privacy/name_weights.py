"""How much the words of a value are known names, ordinary words, or read like either."""

import re
from functools import cache

from evalpipe.privacy import thresholds as limits
from evalpipe.privacy.letter_patterns import weigh_letters
from evalpipe.privacy.word_lists import (
    AMBIGUOUS,
    KIN_AND_TITLES,
    NAME_PREFIXES,
    NAMES,
    is_ordinary,
)

_NOT_WEIGHED = frozenset(NAME_PREFIXES) | KIN_AND_TITLES


@cache
def weigh_name(text: str) -> float:
    """Mean weight of the words of one value, from -2 (ordinary words) to 2 (known names)."""
    words = _words_of(text)
    if not words:
        return limits.NAME_ORDINARY
    return sum(_weigh_word(word) for word in words) / len(words)


@cache
def _weigh_word(word: str) -> float:
    is_name = word in NAMES
    if is_name or word in AMBIGUOUS:
        return limits.NAME_BOTH if word in AMBIGUOUS or is_ordinary(word) else limits.NAME_KNOWN
    if is_ordinary(word):
        return limits.NAME_ORDINARY
    most = limits.NAME_LETTERS_MOST
    return max(-most, min(most, limits.NAME_LETTERS * weigh_letters(word)))


def holds_unlisted_word(text: str) -> bool:
    """Say whether a word of three letters or more stands in a text that is no ordinary one."""
    return any(
        len(word) >= limits.NAME_SHORTEST and not is_ordinary(word) for word in _words_of(text)
    )


def _words_of(text: str) -> list[str]:
    """Words of a name in lower case without prefixes, initials, titles and signs."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    words = re.split(r"[^a-z']+", parted.casefold())
    stripped = [word.strip("'") for word in words if word not in _NOT_WEIGHED]
    bare = [word.replace("'", "") for word in stripped]
    return [word for word in bare if len(word) >= limits.NAME_SHORTEST or word in NAMES]
