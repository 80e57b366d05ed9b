"""The PDF: typst source in which every text is a string literal, compiled to tagged PDF/UA-1."""

import tempfile
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from pathlib import Path

from evalpipe.report.documents.html import group_spans, safe_href
from evalpipe.report.documents.layout import column_shares, type_size
from evalpipe.report.documents.model import (
    Block,
    Bullets,
    Callout,
    Code,
    Document,
    Emph,
    Facts,
    Figure,
    Inline,
    Inlines,
    Link,
    Listing,
    Number,
    Paragraph,
    Ref,
    Row,
    Section,
    Strong,
    Sub,
    Sup,
    Table,
    plain_text,
)
from evalpipe.report.documents.numbering import (
    anchor_of,
    describe_row_codes,
    number_labels,
    resolve,
    row_codes,
)
from evalpipe.report.documents.text import clean_text

FIXED_TIME = 315_532_800
_ALIGN = {"left": "left", "right": "right", "center": "center", "decimal": "right"}


@cache
def _prelude() -> str:
    return resources.files(__package__).joinpath("report.typ").read_text(encoding="utf-8")


def _font_folders() -> list[str]:
    """The report's own faces, then matplotlib's, which ship with every installation."""
    from matplotlib import get_data_path

    from evalpipe.report.figures.canvas import font_folder

    folders = [font_folder(), Path(get_data_path()) / "fonts" / "ttf"]
    return [str(folder) for folder in folders if folder is not None]


def write_pdf(document: Document) -> bytes:
    """The document as PDF/UA-1, the same bytes for the same document.

    Raises
    ------
    typst.TypstError
        The document does not pass the accessibility check (a picture without alt text).
    """
    import typst

    labels = number_labels(document)
    with tempfile.TemporaryDirectory(prefix="evalpipe-") as folder:
        root = Path(folder)
        (root / "report.typ").write_text(typst_source(document, labels), encoding="utf-8")
        for figure in _figures(document.sections):
            (root / f"{anchor_of(figure.key)}.svg").write_bytes(figure.picture.svg)
        return bytes(
            typst.compile(
                str(root / "report.typ"),
                root=str(root),
                font_paths=_font_folders(),
                ignore_system_fonts=True,
                format="pdf",
                pdf_standards=["ua-1"],
                timestamp=FIXED_TIME,
            )
        )


def typst_source(document: Document, labels: Mapping[str, str]) -> str:
    """The typst source of a document; pictures are files named after their anchors."""
    synthetic = "true" if document.is_synthetic else "false"
    head = (
        f"#show: report.with(title: {_string(document.title)}, "
        f"subtitle: {_string(document.subtitle)}, lang: {_string(document.lang)}, "
        f"is-synthetic: {synthetic})\n"
    )
    facts = _facts(document.facts, labels) if document.facts else ""
    return _prelude() + head + facts + _blocks(document.sections, labels, 1)


def _figures(blocks: Iterable[Block]) -> Iterable[Figure]:
    for block in blocks:
        if isinstance(block, Figure):
            yield block
        elif isinstance(block, Section):
            yield from _figures(block.blocks)


def _blocks(blocks: Iterable[Block], labels: Mapping[str, str], level: int) -> str:
    return "\n".join(_block(block, labels, level) for block in blocks) + "\n"


def _block(block: Block, labels: Mapping[str, str], level: int) -> str:
    match block:
        case Section():
            heading = f"#heading(level: {level}, {_string(block.title)})"
            mark = f"<{anchor_of(block.key)}>"
            return f"{heading} {mark}\n{_blocks(block.blocks, labels, level + 1)}"
        case Paragraph():
            words = _inline(block.content, labels)
            return f"#{block.role}[{words}]\n"
        case Bullets():
            items = ", ".join(f"[{_inline(item, labels)}]" for item in block.items)
            return f"#list({items})\n"
        case Facts():
            return _facts(block.pairs, labels)
        case Listing():
            return f"#listing({_string(block.text)})\n"
        case Table():
            return _table(block, labels)
        case Figure():
            return _figure(block, labels)
        case Callout():
            content = _blocks(block.content, labels, level)
            return f"#callout({_string(block.kind)}, {_string(block.title)})[{content}]\n"


def _facts(pairs: Iterable[tuple[str, Inlines]], labels: Mapping[str, str]) -> str:
    rows = ", ".join(f"[{_quote(term)}], [{_inline(words, labels)}]" for term, words in pairs)
    return f"#facts({rows})\n"


def _figure(figure: Figure, labels: Mapping[str, str]) -> str:
    anchor = anchor_of(figure.key)
    picture = figure.picture
    note = f"[{_inline(figure.note, labels)}]" if figure.note else "none"
    return (
        f"#picture({_string(labels[figure.key])}, [{_inline(figure.title, labels)}], "
        f"{_string(anchor + '.svg')}, {_string(picture.alt)}, {picture.width_mm:.2f}mm, {note})"
        f" <{anchor}>\n"
    )


def _table(table: Table, labels: Mapping[str, str]) -> str:
    shares = ", ".join(f"{share:.4f}fr" for share in column_shares(table))
    aligns = ", ".join(_ALIGN[column.align] for column in table.columns)
    body = ",\n  ".join(_row(row, len(table.columns), labels) for row in table.rows)
    return (
        f"#data-table({_string(labels[table.key])}, [{_inline(table.title, labels)}], "
        f"({shares},), ({aligns},), {type_size(table)}pt, ({_head(table, labels)},), "
        f"(\n  {body},\n), {_note(table, labels)}) <{anchor_of(table.key)}>\n"
    )


def _note(table: Table, labels: Mapping[str, str]) -> str:
    codes = row_codes(table)
    words = f'#emph("Note.") #h(0.25em){_inline(table.note, labels)} ' if table.note else ""
    source = _quote(f"Rows: {describe_row_codes(codes)}.") if codes else ""
    return f"[{words}{source}]" if words or source else "none"


def _head(table: Table, labels: Mapping[str, str]) -> str:
    cells = ", ".join(f"[{_inline(column.label, labels)}]" for column in table.columns)
    groups = group_spans(table.columns)
    if not any(name for name, _ in groups):
        return cells
    spans: list[str] = []
    place = 0
    for name, count in groups:
        spans.append(f"table.cell(colspan: {count}, align: center)[{_quote(name) if name else ''}]")
        if name:
            spans.append(f"table.hline(start: {place}, end: {place + count}, stroke: 0.4pt, y: 1)")
        place += count
    return ", ".join(spans) + ", " + cells


def _row(row: Row, n_columns: int, labels: Mapping[str, str]) -> str:
    if row.kind == "group":
        words = _inline(row.cells[0], labels)
        return f"table.cell(colspan: {n_columns}, align: left)[#strong[{words}]]"
    start = "#h(1em)" if row.kind == "indented" else ""
    cells = [f"[{_inline(cell, labels)}]" for cell in row.cells]
    cells[0] = f"[{start}{cells[0][1:]}"
    rule = "table.hline(stroke: 0.4pt), " if row.kind == "total" else ""
    return rule + ", ".join(cells)


def _inline(pieces: Inlines, labels: Mapping[str, str]) -> str:
    return "".join(_piece(piece, labels) for piece in pieces)


def _piece(piece: Inline, labels: Mapping[str, str]) -> str:
    if isinstance(piece, Ref):
        words = _string(resolve(labels, piece.key))
        return f"#link(label({_string(anchor_of(piece.key))}), {words})"
    words = _string(piece.text)
    match piece:
        case Link():
            return f"#link({_string(safe_href(piece.href))}, {words})"
        case Emph():
            return f"#emph({words})"
        case Strong():
            return f"#strong({words})"
        case Sub():
            return f"#sub({words})"
        case Sup():
            return f"#super({words})"
        case Code():
            return f"#raw({words})"
        case Number() | _:
            return f"#{words}"


def _quote(text: str) -> str:
    return f"#{_string(text)}"


def _string(text: str) -> str:
    """A typst string literal: the only way in which text enters the source."""
    escaped = clean_text(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


__all__ = ["plain_text", "typst_source", "write_pdf"]
