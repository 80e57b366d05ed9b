"""The HTML report: one file, no script, no request; light and dark, screen, phone and paper."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib import resources

from evalpipe.report.documents.model import (
    Block,
    Bullets,
    Callout,
    Code,
    Column,
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
from evalpipe.report.figures.dark import add_dark_colours

TOC_DEPTH = 2


@dataclass(frozen=True)
class _Context:
    labels: Mapping[str, str]
    rows: Mapping[str, str]


@cache
def stylesheet() -> str:
    """The style sheet that every HTML page carries."""
    return resources.files(__package__).joinpath("report.css").read_text(encoding="utf-8")


def content_policy(style: str) -> str:
    """A policy under which the page may show its own style and pictures and do nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def page(title: str, body: str, *, lang: str = "en", body_class: str = "") -> str:
    """A whole HTML page around `body`, with style sheet and content security policy."""
    style = stylesheet()
    return (
        f'<!DOCTYPE html>\n<html lang="{_text(lang)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_text(content_policy(style))}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="generator" content="evalpipe">\n'
        f"<title>{_text(title)}</title>\n<style>{style}</style>\n</head>\n"
        f'<body class="{_text(body_class)}">\n<a class="skip" href="#content">Skip to content</a>\n'
        f"{body}\n</body>\n</html>\n"
    )


def write_html(document: Document) -> bytes:
    """The document as one self-contained HTML file."""
    context = _Context(number_labels(document), document.rows)
    ribbon = (
        '<p class="ribbon" role="note"><strong>SYNTHETIC</strong> '
        "<span>Made-up data with a known truth; not a finding.</span></p>\n"
        if document.is_synthetic
        else ""
    )
    body = (
        f'{ribbon}<div class="frame">\n{_contents(document)}\n'
        f'<main id="content" tabindex="-1">\n{_head(document, context)}\n'
        f"{_blocks(document.sections, context, 2)}\n{_row_index(document)}</main>\n</div>"
    )
    mark = "SYNTHETIC: " if document.is_synthetic else ""
    return page(mark + document.title, body, lang=document.lang).encode("utf-8")


def _head(document: Document, context: _Context) -> str:
    facts = "".join(
        f"<div><dt>{_text(term)}</dt><dd>{_inline(words, context)}</dd></div>"
        for term, words in document.facts
    )
    listing = f'<dl class="facts">{facts}</dl>' if facts else ""
    return (
        f'<header class="head"><h1>{_text(document.title)}</h1>'
        f'<p class="subtitle">{_text(document.subtitle)}</p>{listing}</header>'
    )


def _contents(document: Document) -> str:
    entries = _contents_list(document.sections, TOC_DEPTH)
    return (
        '<nav class="contents" aria-label="Contents"><details open><summary>Contents</summary>'
        f"{entries}</details></nav>"
    )


def _contents_list(blocks: Iterable[Block], depth: int) -> str:
    sections = [block for block in blocks if isinstance(block, Section)]
    if not sections or depth == 0:
        return ""
    items = "".join(
        f'<li><a href="#{anchor_of(section.key)}">{_text(section.title)}</a>'
        f"{_contents_list(section.blocks, depth - 1)}</li>"
        for section in sections
    )
    return f"<ol>{items}</ol>"


def _row_index(document: Document) -> str:
    if not document.rows:
        return ""
    items = "".join(
        f'<div id="{_row_anchor(code)}"><dt>{_text(code)}</dt><dd>{_text(words)}</dd></div>'
        for code, words in document.rows.items()
    )
    return (
        '<section class="rows" id="rows"><h2>Where each number comes from</h2><details>'
        f"<summary>{len(document.rows)} rows of the released tables</summary>"
        f"<dl>{items}</dl></details></section>\n"
    )


def _blocks(blocks: Iterable[Block], context: _Context, level: int) -> str:
    return "\n".join(_block(block, context, level) for block in blocks)


def _block(block: Block, context: _Context, level: int) -> str:
    match block:
        case Section():
            return _section(block, context, level)
        case Paragraph():
            return f'<p class="{block.role}">{_inline(block.content, context)}</p>'
        case Bullets():
            items = "".join(f"<li>{_inline(item, context)}</li>" for item in block.items)
            return f"<ul>{items}</ul>"
        case Facts():
            pairs = "".join(
                f"<div><dt>{_text(term)}</dt><dd>{_inline(words, context)}</dd></div>"
                for term, words in block.pairs
            )
            return f'<dl class="facts">{pairs}</dl>'
        case Listing():
            code = f"<code>{_text(block.text)}</code>"
            return f'<pre tabindex="0" aria-label="Commands">{code}</pre>'
        case Table():
            return _table(block, context)
        case Figure():
            return _figure(block, context)
        case Callout():
            return (
                f'<aside class="callout {block.kind}" aria-label="{_text(block.title)}">'
                f'<p class="title">{_text(block.title)}</p>'
                f"{_blocks(block.content, context, level)}</aside>"
            )


def _section(section: Section, context: _Context, level: int) -> str:
    anchor = anchor_of(section.key)
    depth = min(level, 6)
    return (
        f'<section id="{anchor}" aria-labelledby="{anchor}-title">'
        f'<h{depth} id="{anchor}-title">{_text(section.title)}'
        f'<a class="anchor" href="#{anchor}" aria-label="Link to {_text(section.title)}">#</a>'
        f"</h{depth}>\n{_blocks(section.blocks, context, level + 1)}\n</section>"
    )


def _figure(figure: Figure, context: _Context) -> str:
    picture = figure.picture
    data = base64.b64encode(add_dark_colours(picture.svg)).decode()
    anchor = anchor_of(figure.key)
    width, height = round(picture.width_mm * 96 / 25.4), round(picture.height_mm * 96 / 25.4)
    note = f'<p class="note">{_inline(figure.note, context)}</p>' if figure.note else ""
    return (
        f'<figure id="{anchor}"><figcaption><span class="label">{context.labels[figure.key]}</span>'
        f'<span class="title">{_inline(figure.title, context)}</span></figcaption>'
        f'<div class="scroll" tabindex="0" role="group" aria-label="{context.labels[figure.key]}">'
        f'<img src="data:image/svg+xml;base64,{data}" width="{width}" height="{height}" '
        f'alt="{_text(picture.alt)}"></div>{note}</figure>'
    )


def _table(table: Table, context: _Context) -> str:
    anchor = anchor_of(table.key)
    label = context.labels[table.key]
    codes = row_codes(table)
    source = (
        f'<span class="source">Rows: {_text(describe_row_codes(codes))}.</span>' if codes else ""
    )
    note = f"<em>Note.</em> {_inline(table.note, context)} " if table.note else ""
    foot = f'<p class="note">{note}{source}</p>' if note or source else ""
    rows = "".join(_table_row(row, table.columns, context) for row in table.rows)
    return (
        f'<div class="table" id="{anchor}"><p class="caption" id="{anchor}-title">'
        f'<span class="label">{label}</span>'
        f'<span class="title">{_inline(table.title, context)}</span></p>'
        f'<div class="scroll" tabindex="0" role="region" aria-labelledby="{anchor}-title">'
        f'<table aria-labelledby="{anchor}-title"><thead>{_table_head(table, context)}</thead>'
        f"<tbody>{rows}</tbody></table></div>{foot}</div>"
    )


def _table_head(table: Table, context: _Context) -> str:
    cells = "".join(
        f'<th scope="col" class="{column.align}">{_inline(column.label, context)}</th>'
        for column in table.columns
    )
    groups = group_spans(table.columns)
    if not any(name for name, _ in groups):
        return f"<tr>{cells}</tr>"
    spans = "".join(
        f'<th scope="colgroup" class="span" colspan="{count}">{_text(name)}</th>'
        if name
        else f'<td colspan="{count}"></td>'
        for name, count in groups
    )
    return f"<tr>{spans}</tr><tr>{cells}</tr>"


def group_spans(columns: tuple[Column, ...]) -> list[tuple[str, int]]:
    """Neighbouring columns of one group as (name, how many)."""
    spans: list[tuple[str, int]] = []
    for column in columns:
        if spans and column.group and spans[-1][0] == column.group:
            spans[-1] = (column.group, spans[-1][1] + 1)
        else:
            spans.append((column.group, 1))
    return spans


def _table_row(row: Row, columns: tuple[Column, ...], context: _Context) -> str:
    if row.kind == "group":
        words = _cell_words(row.cells[0], context)
        return f'<tr class="group"><th scope="rowgroup" colspan="{len(columns)}">{words}</th></tr>'
    first, *others = row.cells
    cells = "".join(
        f'<td class="{column.align}">{_cell_words(cell, context)}</td>'
        for cell, column in zip(others, columns[1:], strict=True)
    )
    return (
        f'<tr class="{row.kind}"><th scope="row" class="{columns[0].align}">'
        f"{_cell_words(first, context)}</th>{cells}</tr>"
    )


def _cell_words(cell: Inlines, context: _Context) -> str:
    return "".join(
        _cell_number(piece, context) if isinstance(piece, Number) else _piece(piece, context)
        for piece in cell
    )


def _cell_number(number: Number, context: _Context) -> str:
    return f'<span class="number" title="{_row_hint(number, context)}">{_text(number.text)}</span>'


def _inline(pieces: Inlines, context: _Context) -> str:
    return "".join(_piece(piece, context) for piece in pieces)


def _piece(piece: Inline, context: _Context) -> str:
    if isinstance(piece, Ref):
        label = _text(resolve(context.labels, piece.key))
        return f'<a href="#{anchor_of(piece.key)}">{label}</a>'
    words = _text(piece.text)
    match piece:
        case Number():
            hint = _row_hint(piece, context)
            if piece.row not in context.rows:
                return f'<span class="number" title="{hint}">{words}</span>'
            return f'<a class="number" href="#{_row_anchor(piece.row)}" title="{hint}">{words}</a>'
        case Link():
            return f'<a href="{_text(safe_href(piece.href))}" rel="noreferrer">{words}</a>'
        case Emph():
            return f"<em>{words}</em>"
        case Strong():
            return f"<strong>{words}</strong>"
        case Sub():
            return f"<sub>{words}</sub>"
        case Sup():
            return f"<sup>{words}</sup>"
        case Code():
            return f"<code>{words}</code>"
        case _:
            return words


def safe_href(href: str) -> str:
    """A web address as it is; anything else (a script, a file) becomes an empty fragment."""
    return href if href.startswith(("https://", "http://")) else "#"


def _row_anchor(code: str) -> str:
    return "row-" + anchor_of(code)


def _row_hint(number: Number, context: _Context) -> str:
    words = context.rows.get(number.row, "")
    return _text(f"{number.row}: {words}" if words else number.row)


def _text(text: str) -> str:
    return escape(clean_text(text), quote=True)


__all__ = ["content_policy", "group_spans", "page", "plain_text", "safe_href", "write_html"]
