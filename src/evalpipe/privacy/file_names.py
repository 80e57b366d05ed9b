"""Words in names of files: which may be shown, because they can be nobody's."""

import re

from evalpipe.privacy.word_lists import FILE_WORDS, is_ordinary

_WORD = re.compile(r"[A-Z]?[a-z]{3,}|[A-Z]{3,}")


def names_only_things(text: str, allowed: frozenset[str] = frozenset()) -> bool:
    """Say whether no word of a file's name can be somebody's; such a name may be shown.

    allowed: words in small letters that may be shown besides.
    """
    known = FILE_WORDS | allowed
    return all(word in known or is_ordinary(word) for word in find_words(text))


def find_words(text: str) -> frozenset[str]:
    """Words of three letters and more in a file's name, in small letters."""
    return frozenset(word.casefold() for word in _WORD.findall(text))
