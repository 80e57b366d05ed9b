"""Bank accounts."""

import re

import numpy as np

from evalpipe.privacy.checksums import pass_iban
from evalpipe.privacy.distinct import BoolArray, DistinctValues

_IBAN = r"(?i)\b[A-Z]{2}\d{2}(?:[ .-]?[A-Z0-9]{2,4}){3,8}\b"


def find_ibans(cells: DistinctValues) -> BoolArray:
    """Bank accounts whose check digits are right, from one cell."""
    found = cells.match(_IBAN)
    for place in np.flatnonzero(found):
        found[place] = _holds_iban(cells.values[place].as_py())
    return found


def _holds_iban(text: str) -> bool:
    if re.search(r"[.-]", text) and not re.match(r"\W*(?:IBAN\W*)?[A-Z]{2}\d{2}[.-]", text.upper()):
        return False
    tight = re.sub(r"[\s.-]", "", text.upper())
    for start in re.finditer(r"[A-Z]{2}\d{2}", tight):
        run = re.match(r"[A-Z0-9]{15,34}", tight[start.start() :])
        if run and any(pass_iban(run.group()[:end]) for end in range(15, len(run.group()) + 1)):
            return True
    return False
