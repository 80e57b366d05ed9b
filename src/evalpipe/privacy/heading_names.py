"""People in headings: `rates_Fenna`, `Jan Jansen`, an address over the column of a household.

A heading names one thing, so words are judged one by one: a common first name that is no ordinary
word, or what only an address, an account or a name of a person looks like.
"""

import re

from evalpipe.privacy import thresholds as limits
from evalpipe.privacy.detectors.emails import find_emails
from evalpipe.privacy.detectors.ibans import find_ibans
from evalpipe.privacy.detectors.person_names import find_person_names
from evalpipe.privacy.detectors.phones import find_phones
from evalpipe.privacy.detectors.street_addresses import find_street_addresses
from evalpipe.privacy.distinct import distinct_of, fold_text
from evalpipe.privacy.word_lists import AMBIGUOUS, FIRST_NAMES, NAME_PREFIXES, NAMES, is_ordinary

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_SIGNS = re.compile(r"[_.]+|\s+")
_SURE = {
    "email": find_emails,
    "iban": find_ibans,
    "phone": find_phones,
    "street_address": find_street_addresses,
}


def judge_heading(heading: str) -> tuple[str, ...]:
    """Rules that the words of a heading meet, in the order of the rules."""
    folded = fold_text(heading.strip())
    written = [text for text in {folded, _SIGNS.sub(" ", folded).strip()} if text]
    if not written:
        return ()
    cells = distinct_of(sorted(written))
    met = {rule for rule, find in _SURE.items() if find(cells).any()}
    if "street_address" not in met and _names_somebody(folded):
        met.add("person_name")
    return tuple(sorted(met))


def _names_somebody(folded: str) -> bool:
    words = [word.casefold() for word in _WORD.findall(folded)]
    known = [word for word in words if word in NAMES and not is_ordinary(word)]
    others = set(words) - set(known) - AMBIGUOUS - set(NAME_PREFIXES)
    is_full = len(words) > 1 and bool(known) and not others
    is_written = " " in folded and bool(find_person_names(distinct_of([folded])).any())
    return is_full or is_written or holds_first_name(folded)


def holds_first_name(folded: str) -> bool:
    """Say whether one of the words is a common first name and nothing else."""
    words = [word.casefold() for word in _WORD.findall(folded)]
    return any(
        len(word) >= limits.HEADING_NAME_LETTERS and word in FIRST_NAMES and not is_ordinary(word)
        for word in words
    )
