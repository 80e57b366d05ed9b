"""The headings of a raw file: present, bounded, and different from each other to the eye.

Messages name columns by position: a heading may itself be a person's name.
"""

import unicodedata
from collections.abc import Sequence

from evalpipe.errors import DataError, PrivacyError
from evalpipe.ingest.raw.table import Bounds
from evalpipe.privacy.lookalikes import name_hostile_character, skeleton

ROW_NAMES = "row_names"
"""What a first column without a heading is called: R and pandas write the names of rows so."""


def trim_headings(headings: Sequence[str]) -> list[str]:
    """Headings without the empty ones at the end: trailing separators, columns never filled."""
    kept = list(headings)
    while len(kept) > 1 and not kept[-1].strip():
        kept.pop()
    return kept


def check_headings(name: str, headings: Sequence[str], bounds: Bounds) -> tuple[str, ...]:
    """Return headings without outer white space, in Unicode's composed form (NFC).

    A first column without a heading is called `row_names`.

    Raises DataError for a heading that is missing, too long or doubled, PrivacyError for hidden
    characters and for headings that differ only by case, spaces or look-alike letters.
    """
    if len(headings) > bounds.columns:
        raise DataError(f"{name}: {len(headings)} columns, at most {bounds.columns} are read")
    cleaned = tuple(unicodedata.normalize("NFC", heading.strip()) for heading in headings)
    if len(cleaned) > 1 and not cleaned[0] and ROW_NAMES not in cleaned:
        cleaned = (ROW_NAMES, *cleaned[1:])
    for position, heading in enumerate(cleaned, start=1):
        _check_heading(name, position, heading, bounds)
    _check_distinct(name, cleaned)
    return cleaned


def _check_heading(name: str, position: int, heading: str, bounds: Bounds) -> None:
    where = f"{name}: the heading of column {position}"
    if not heading:
        raise DataError(
            f"{where} is empty; name the column or remove it (in R: `row.names = FALSE`)"
        )
    if len(heading) > bounds.name_characters:
        raise DataError(f"{where} is longer than {bounds.name_characters} characters")
    if "\n" in heading or "\r" in heading:
        raise DataError(f"{where} holds a line break")
    if hidden := name_hostile_character(heading):
        raise PrivacyError(f"{where} holds {hidden}; rename it")


def _check_distinct(name: str, headings: tuple[str, ...]) -> None:
    exact: dict[str, int] = {}
    alike: dict[str, int] = {}
    for position, heading in enumerate(headings, start=1):
        if heading in exact:
            raise DataError(f"{name}: columns {exact[heading]} and {position} have the same name")
        looks = skeleton(heading)
        if looks in alike:
            raise PrivacyError(
                f"{name}: the names of columns {alike[looks]} and {position} differ only by case, "
                "spaces or look-alike letters; rename one"
            )
        exact[heading] = alike[looks] = position
