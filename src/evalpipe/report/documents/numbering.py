"""Numbers of tables and figures, the targets of references, and the row codes of a table."""

from collections.abc import Mapping, Sequence
from itertools import chain

from evalpipe.report.documents.model import (
    Document,
    Figure,
    Inline,
    Number,
    Section,
    Table,
    iterate_blocks,
)


def number_labels(document: Document) -> dict[str, str]:
    """Key of every table, figure and section -> what a reference to it says (`Table 2`).

    Raises
    ------
    ValueError
        Two blocks share a key.
    """
    labels: dict[str, str] = {}
    counts = {"Table": 0, "Figure": 0}
    for block in iterate_blocks(document.sections):
        if not isinstance(block, Table | Figure | Section):
            continue
        if block.key in labels:
            raise ValueError(f"two blocks of the document share the key {block.key!r}")
        if isinstance(block, Section):
            labels[block.key] = block.title
        else:
            kind = type(block).__name__
            counts[kind] += 1
            labels[block.key] = f"{kind} {counts[kind]}"
    return labels


def anchor_of(key: str) -> str:
    """A key as a fragment that is safe in HTML, Word and PDF."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in key)


def row_codes(table: Table) -> list[str]:
    """Codes of the rows that the table's numbers come from, in order, each once."""
    pieces: chain[Inline] = chain.from_iterable(
        chain.from_iterable(row.cells for row in table.rows)
    )
    return list(dict.fromkeys(piece.row for piece in pieces if isinstance(piece, Number)))


def describe_row_codes(codes: Sequence[str]) -> str:
    """Row codes with runs drawn together: `primary 1–12, 14; ancova 3`."""
    numbers: dict[str, list[int]] = {}
    for code in codes:
        name, _, number = code.rpartition(" ")
        numbers.setdefault(name, []).append(int(number))
    return "; ".join(f"{name} {_join_runs(sorted(found))}" for name, found in numbers.items())


MOST_RUNS = 6


def _join_runs(numbers: Sequence[int]) -> str:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    if len(runs) > MOST_RUNS:
        return f"{runs[0][0]} to {runs[-1][-1]}, in part"
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}\u2013{run[-1]}" for run in runs)


def resolve(labels: Mapping[str, str], key: str) -> str:
    """What a reference says; a key that is not in the document is a defect of the report."""
    if key not in labels:
        raise KeyError(f"the report refers to {key!r}, which it does not have")
    return labels[key]
