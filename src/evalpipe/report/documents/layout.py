"""How wide the columns of a table are on paper, the same for PDF and Word."""

from evalpipe.report.documents.model import Inlines, Ref, Table

LONG_TEXT = 26
PAGE_CHARACTERS = 104
NARROWEST = 3
EASE = 1.2


def text_length(pieces: Inlines) -> int:
    """Characters that inline pieces take on paper; a reference counts as `Table 12`."""
    return sum(8 if isinstance(piece, Ref) else len(piece.text) for piece in pieces)


def column_lengths(table: Table) -> list[int]:
    """The longest text of each column; headings may break and count by their longest word.

    A word that is longer than `LONG_TEXT` breaks too.
    """
    lengths = []
    for place, column in enumerate(table.columns):
        words = "".join(getattr(piece, "text", "") for piece in column.label).split()
        cells = [text_length(row.cells[place]) for row in table.rows if row.kind != "group"]
        heading = min(max((len(word) for word in words), default=0), LONG_TEXT)
        lengths.append(max([NARROWEST, heading, *cells]))
    return lengths


def column_shares(table: Table) -> list[float]:
    """Share of the page's width for each column; long texts give way first."""
    lengths = [float(length) + 2 for length in column_lengths(table)]
    spare = PAGE_CHARACTERS - sum(length for length in lengths if length <= LONG_TEXT)
    long = [length for length in lengths if length > LONG_TEXT]
    if long and sum(long) > spare:
        scale = max(spare, LONG_TEXT) / sum(long)
        lengths = [length * scale if length > LONG_TEXT else length for length in lengths]
    spare = PAGE_CHARACTERS - sum(lengths)
    if spare > 0:
        numbers = [length * EASE for length in lengths[1:]]
        lengths = [max(PAGE_CHARACTERS - sum(numbers), lengths[0]), *numbers]
    return [length / sum(lengths) for length in lengths]


def type_size(table: Table) -> float:
    """Size of a table's type in points: 9, smaller where even the short columns do not fit."""
    needed = sum(min(length, LONG_TEXT) + 2 for length in column_lengths(table))
    return 9.0 if needed <= PAGE_CHARACTERS else max(6.5, round(9.0 * PAGE_CHARACTERS / needed, 1))
