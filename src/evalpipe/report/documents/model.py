"""What a report is made of: sections, paragraphs, tables, figures; no markup in any text.

Every text field is plain text. The writers escape it for their own format, so a label that holds
HTML, Markdown, typst, TeX or shell syntax appears as it was written.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

Align = Literal["left", "right", "center", "decimal"]


@dataclass(frozen=True)
class Text:
    """Running text."""

    text: str


@dataclass(frozen=True)
class Emph:
    """Text in italics (statistical symbols, titles)."""

    text: str


@dataclass(frozen=True)
class Strong:
    """Text in bold."""

    text: str


@dataclass(frozen=True)
class Sub:
    """A subscript."""

    text: str


@dataclass(frozen=True)
class Sup:
    """A superscript."""

    text: str


@dataclass(frozen=True)
class Code:
    """A name or command, set in a fixed-width face."""

    text: str


@dataclass(frozen=True)
class Number:
    """A number that comes from one row of a table. row: its code, such as `primary 12`."""

    text: str
    row: str


@dataclass(frozen=True)
class Ref:
    """A reference to a table, figure or section of this document by its key."""

    key: str


@dataclass(frozen=True)
class Link:
    """A link outside the document; `href` starts with https:// or http://."""

    text: str
    href: str


Inline = Text | Emph | Strong | Sub | Sup | Code | Number | Ref | Link
Inlines = tuple[Inline, ...]
Words = str | Inline | Iterable[str | Inline]


def inlines(*words: Words) -> Inlines:
    """Plain strings and inline pieces as one tuple of pieces."""
    pieces: list[Inline] = []
    for word in words:
        if isinstance(word, str):
            pieces.append(Text(word))
        elif isinstance(word, Iterable):
            pieces.extend(inlines(*word))
        else:
            pieces.append(word)
    return tuple(piece for piece in pieces if not isinstance(piece, Text) or piece.text)


def plain_text(pieces: Inlines) -> str:
    """The words of inline pieces, without references."""
    return "".join("" if isinstance(piece, Ref) else piece.text for piece in pieces)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph. role: `lead` for the answer, `small` for side remarks."""

    content: Inlines
    role: Literal["body", "lead", "small"] = "body"


@dataclass(frozen=True)
class Bullets:
    """A list; each item is one line of text."""

    items: tuple[Inlines, ...]


@dataclass(frozen=True)
class Facts:
    """Pairs of a term and what it is (the attributes of an estimand, digests)."""

    pairs: tuple[tuple[str, Inlines], ...]


@dataclass(frozen=True)
class Listing:
    """Commands to copy, line by line."""

    text: str


@dataclass(frozen=True)
class Column:
    """A table column. group: a heading that spans neighbouring columns of the same group."""

    label: Inlines
    align: Align = "left"
    group: str = ""


@dataclass(frozen=True)
class Row:
    """A table row; kind `group` is one cell over the whole width, its first."""

    cells: tuple[Inlines, ...]
    kind: Literal["body", "group", "indented", "total"] = "body"


@dataclass(frozen=True)
class Table:
    """A table with its title above and its note below; the first column names the row."""

    key: str
    title: Inlines
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: Inlines = ()


@dataclass(frozen=True)
class Picture:
    """A drawing. svg: for HTML and PDF; png: for Word; width_mm: final width on paper."""

    svg: bytes
    png: bytes
    width_mm: float
    height_mm: float
    alt: str


@dataclass(frozen=True)
class Figure:
    """A picture with its title above and its note below."""

    key: str
    title: Inlines
    picture: Picture
    note: Inlines = ()


@dataclass(frozen=True)
class Callout:
    """A remark set apart. kind: `synthetic`, `caution` or `note`."""

    kind: Literal["synthetic", "caution", "note"]
    title: str
    content: tuple["Paragraph | Bullets", ...]


@dataclass(frozen=True)
class Section:
    """A part with a heading; key: its anchor."""

    key: str
    title: str
    blocks: tuple["Block", ...]


Block = Paragraph | Bullets | Facts | Listing | Table | Figure | Callout | Section


@dataclass(frozen=True)
class Document:
    """A report. rows: what stands behind each row code, shown where a reader can follow it."""

    title: str
    subtitle: str
    sections: tuple[Section, ...]
    facts: tuple[tuple[str, Inlines], ...] = ()
    lang: str = "en"
    is_synthetic: bool = False
    rows: dict[str, str] = field(default_factory=dict)


def row_codes_of(blocks: Iterable[Block]) -> Iterator[str]:
    """Code of the row of every number in the blocks, in reading order."""
    for block in iterate_blocks(blocks):
        for pieces in _runs_of(block):
            yield from (piece.row for piece in pieces if isinstance(piece, Number))


def _runs_of(block: Block) -> Iterator[Inlines]:
    match block:
        case Paragraph():
            yield block.content
        case Bullets():
            yield from block.items
        case Facts():
            yield from (words for _, words in block.pairs)
        case Table():
            for row in block.rows:
                yield from row.cells
        case Callout():
            for part in block.content:
                yield from _runs_of(part)
        case _:
            return


def iterate_blocks(blocks: Iterable[Block]) -> Iterator[Block]:
    """Every block in reading order, sections before what they hold."""
    for block in blocks:
        yield block
        if isinstance(block, Section):
            yield from iterate_blocks(block.blocks)
