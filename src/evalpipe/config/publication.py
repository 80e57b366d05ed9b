"""A publication that a method rests on, in APA manner."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Publication:
    """Authors, year and title; where it appeared, in italics; the rest; and the DOI.

    cited: how it is named in the text, `(Kenward & Roger, 1997)`.
    """

    start: str
    journal: str
    rest: str
    doi: str
    cited: str
