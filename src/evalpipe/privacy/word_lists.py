"""The gate's lists of words, read once from `lists/`: names, places, ordinary words.

Folded: lower case, without accents. A column is judged by the share of its values that stand in a
list, so a list needs the common words, not all. lists/SOURCE.md says where they come from.
"""

from functools import cache
from pathlib import Path

from evalpipe.privacy import thresholds as limits

FOLDER = Path(__file__).parent / "lists"


def read_words(name: str) -> tuple[str, ...]:
    """Words of a list in file order; lines that begin with `#` are headings."""
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(word for line in lines if not line.startswith("#") for word in line.split())


AMBIGUOUS = frozenset(read_words("ambiguous_names"))
"""Names that are as often a month, a colour or a trade."""
FIRST_NAMES = frozenset(read_words("first_names")) - AMBIGUOUS
SURNAMES = frozenset(read_words("surnames")) - AMBIGUOUS
NAMES = FIRST_NAMES | SURNAMES
NAME_PREFIXES = read_words("name_prefixes")
KIN_AND_TITLES = frozenset(read_words("kin_and_titles"))
PLACES = frozenset(read_words("places"))
ORDINARY = frozenset(read_words("ordinary_words"))
"""Labels, diagnoses, medicines, schools: a word missing here does no harm alone."""
FILE_WORDS = frozenset(read_words("file_words"))

_ENDINGS = read_words("ordinary_endings")


@cache
def is_ordinary(word: str) -> bool:
    """Say whether a folded word is an ordinary one, by the list or by its ending."""
    return word in ORDINARY or (len(word) >= limits.ORDINARY_LONG and word.endswith(_ENDINGS))
