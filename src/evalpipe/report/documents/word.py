"""The Word document: real styles, headings, captions with fields, editable tables; byte-stable."""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from evalpipe.report.documents import word_parts
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
    inlines,
    plain_text,
)
from evalpipe.report.documents.numbering import (
    anchor_of,
    describe_row_codes,
    number_labels,
    resolve,
    row_codes,
)
from evalpipe.report.documents.word_parts import PAGE_TWIPS, attribute, xml_text

FIXED_DATE = (1980, 1, 1, 0, 0, 0)
EMU_PER_MM = 36_000
LONGEST_BOOKMARK = 40
WORD_WIDTH_MM = 165.0
_ALIGN = {"left": "left", "right": "right", "center": "center", "decimal": "right"}
_FACT_SHARES = (0.26, 0.74)


@dataclass
class _Writer:
    """What accumulates while the body is written: bookmarks, pictures, links outside."""

    labels: Mapping[str, str]
    pictures: list[bytes] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    n_bookmarks: int = 0


def write_word(document: Document) -> bytes:
    """The document as .docx, the same bytes for the same document."""
    writer = _Writer(number_labels(document))
    body = _front(document, writer) + _blocks(document.sections, writer, 1)
    parts = {
        "[Content_Types].xml": word_parts.content_types(),
        "_rels/.rels": word_parts.package_relations(),
        "docProps/core.xml": word_parts.core_properties(document.title, document.lang),
        "docProps/app.xml": word_parts.app_properties(),
        "word/document.xml": word_parts.document_part(body),
        "word/styles.xml": word_parts.styles(document.lang),
        "word/numbering.xml": word_parts.numbering(),
        "word/settings.xml": word_parts.settings(),
        "word/header1.xml": word_parts.header(document.title, document.is_synthetic),
        "word/footer1.xml": word_parts.footer(),
        "word/_rels/document.xml.rels": word_parts.relations(len(writer.pictures), writer.links),
    }
    files = [(name, text.encode("utf-8")) for name, text in parts.items()]
    files += [(f"word/media/image{i}.png", png) for i, png in enumerate(writer.pictures, 1)]
    return _zip(files)


def _zip(files: Iterable[tuple[str, bytes]]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name, FIXED_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            archive.writestr(entry, content)
    return stream.getvalue()


def _front(document: Document, writer: _Writer) -> str:
    synthetic = (
        Callout("synthetic", "SYNTHETIC", (Paragraph(inlines(word_parts.SYNTHETIC_WORDS)),)),
    )
    parts = [
        _paragraph("Title", _run(document.title)),
        _paragraph("Subtitle", _run(document.subtitle)),
        _blocks(synthetic, writer, 1) if document.is_synthetic else "",
        _block(Facts(document.facts), writer, 1) if document.facts else "",
        _contents(document),
    ]
    return "".join(parts)


def _contents(document: Document) -> str:
    """A table of contents field without page numbers: right as written, renewable in Word."""
    lines = [
        _paragraph(
            f"TOC{level}",
            f'<w:hyperlink w:anchor="{_bookmark(section.key)}">{_run(section.title)}</w:hyperlink>',
        )
        for level, section in _sections(document.sections, 1)
    ]
    if not lines:
        return ""
    begin = _field_start(' TOC \\o "1-2" \\h \\z \\n ')
    first = lines[0].replace("</w:pPr>", f"</w:pPr>{begin}", 1)
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    lines = [first, *lines[1:]]
    lines[-1] = lines[-1].removesuffix("</w:p>") + end
    return _paragraph("ContentsTitle", _run("Contents")) + "".join(lines)


def _sections(blocks: Iterable[Block], level: int) -> Iterable[tuple[int, Section]]:
    for block in blocks:
        if isinstance(block, Section) and level <= 2:
            yield level, block
            yield from _sections(block.blocks, level + 1)


def _blocks(blocks: Iterable[Block], writer: _Writer, level: int) -> str:
    return "".join(_block(block, writer, level) for block in blocks)


def _block(block: Block, writer: _Writer, level: int) -> str:
    match block:
        case Section():
            title = _mark(writer, block.key, _run(block.title))
            heading = _paragraph(f"Heading{min(level, 4)}", title)
            return heading + _blocks(block.blocks, writer, level + 1)
        case Paragraph():
            style = {"body": "BodyText", "lead": "Answer", "small": "SmallText"}[block.role]
            return _paragraph(style, _inline(block.content, writer))
        case Bullets():
            return "".join(_paragraph("ListBullet", _inline(i, writer)) for i in block.items)
        case Facts():
            return _facts(block, writer)
        case Listing():
            return "".join(_paragraph("Listing", _run(line)) for line in block.text.split("\n"))
        case Table():
            return _table(block, writer)
        case Figure():
            return _figure(block, writer)
        case Callout():
            return _callout(block, writer)


def _callout(callout: Callout, writer: _Writer) -> str:
    style = {"synthetic": "SyntheticNotice", "caution": "Caution", "note": "Remark"}[callout.kind]
    lines = [_paragraph(style, _run(callout.title, "<w:b/>"))]
    for part in callout.content:
        runs = [part.content] if isinstance(part, Paragraph) else list(part.items)
        lines += [_paragraph(style, _inline(words, writer)) for words in runs]
    return "".join(lines)


def _facts(facts: Facts, writer: _Writer) -> str:
    rows = "".join(
        "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        + _cell(_paragraph("FactTerm", _run(term)), _FACT_SHARES[0])
        + _cell(_paragraph("TableText", _inline(words, writer)), _FACT_SHARES[1])
        + "</w:tr>"
        for term, words in facts.pairs
    )
    return _table_frame("FactsTable", _FACT_SHARES, rows, "Facts") + _paragraph("AfterTable", "")


def _figure(figure: Figure, writer: _Writer) -> str:
    writer.pictures.append(figure.picture.png)
    number = len(writer.pictures)
    width = min(figure.picture.width_mm, WORD_WIDTH_MM)
    height = figure.picture.height_mm * width / figure.picture.width_mm
    drawing = word_parts.drawing(
        number, round(width * EMU_PER_MM), round(height * EMU_PER_MM), figure.picture.alt
    )
    note = _paragraph("TableNote", _inline(figure.note, writer)) if figure.note else ""
    return _caption(figure, writer) + _paragraph("Picture", drawing) + note


def _caption(block: Table | Figure, writer: _Writer) -> str:
    kind, number = writer.labels[block.key].split(" ")
    field_code = _field_start(f" SEQ {kind} \\* ARABIC ")
    counter = f"{_run(kind + ' ')}{field_code}{_run(number)}{_FIELD_END}"
    label = _paragraph("CaptionLabel", _mark(writer, block.key, counter))
    return label + _paragraph("Caption", _inline(block.title, writer))


def _table(table: Table, writer: _Writer) -> str:
    shares = column_shares(table)
    size = f'<w:sz w:val="{round(2 * type_size(table))}"/>'
    last = len(table.rows) - 1
    rows = "".join(
        _row(row, table, shares, writer, size=size, is_last=place == last)
        for place, row in enumerate(table.rows)
    )
    frame = _table_frame(
        "DataTable", shares, _head(table, shares, writer, size) + rows, plain_text(table.title)
    )
    return _caption(table, writer) + frame + _paragraph("TableNote", _note(table, writer))


def _note(table: Table, writer: _Writer) -> str:
    codes = row_codes(table)
    words = inlines(Emph("Note."), " ", table.note, " ") if table.note else ()
    source = inlines(f"Rows: {describe_row_codes(codes)}.") if codes else ()
    return _inline((*words, *source), writer)


def _table_frame(style: str, shares: Iterable[float], rows: str, title: str) -> str:
    grid = "".join(f'<w:gridCol w:w="{round(share * PAGE_TWIPS)}"/>' for share in shares)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="5000" w:type="pct"/>'
        '<w:tblLayout w:type="fixed"/><w:tblLook w:val="0420" w:firstRow="1" w:lastRow="0" '
        'w:firstColumn="0" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/>'
        f"<w:tblCaption w:val={attribute(title)}/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
        f"{rows}</w:tbl>"
    )


_HEAD_ROW = "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"


def _head(table: Table, shares: list[float], writer: _Writer, size: str) -> str:
    cells = "".join(
        _cell(
            _paragraph("TableHead", _inline(column.label, writer, size), _ALIGN[column.align]),
            share,
            bottom=True,
            valign="bottom",
        )
        for column, share in zip(table.columns, shares, strict=True)
    )
    groups = group_spans(table.columns)
    if not any(name for name, _ in groups):
        return f"{_HEAD_ROW}{cells}</w:tr>"
    spans = []
    place = 0
    for name, count in groups:
        words = _paragraph("TableHead", _run(name, size) if name else "", "center")
        share = sum(shares[place : place + count])
        spans.append(_cell(words, share, span=count, bottom=bool(name)))
        place += count
    return f"{_HEAD_ROW}{''.join(spans)}</w:tr>{_HEAD_ROW}{cells}</w:tr>"


def _row(
    row: Row, table: Table, shares: list[float], writer: _Writer, *, size: str, is_last: bool
) -> str:
    start = "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
    if row.kind == "group":
        words = _paragraph("TableGroup", _inline(row.cells[0], writer, "<w:b/>" + size))
        return f"{start}{_cell(words, 1.0, span=len(table.columns))}</w:tr>"
    cells = []
    for place, (cell, column, share) in enumerate(
        zip(row.cells, table.columns, shares, strict=True)
    ):
        style = "TableIndented" if row.kind == "indented" and place == 0 else "TableText"
        words = _paragraph(style, _inline(cell, writer, size), _ALIGN[column.align])
        cells.append(_cell(words, share, top=row.kind == "total", bottom=is_last))
    return f"{start}{''.join(cells)}</w:tr>"


def _cell(
    content: str,
    share: float,
    *,
    span: int = 1,
    top: bool = False,
    bottom: bool = False,
    valign: str = "",
) -> str:
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="2B3440"/>'
        for side, is_drawn in (("top", top), ("bottom", bottom))
        if is_drawn
    )
    properties = (
        f'<w:tcW w:w="{round(share * PAGE_TWIPS)}" w:type="dxa"/>'
        + (f'<w:gridSpan w:val="{span}"/>' if span > 1 else "")
        + (f"<w:tcBorders>{borders}</w:tcBorders>" if borders else "")
        + (f'<w:vAlign w:val="{valign}"/>' if valign else "")
    )
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def _paragraph(style: str, content: str, align: str = "left") -> str:
    place = f'<w:jc w:val="{align}"/>' if align != "left" else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{place}</w:pPr>{content}</w:p>'


def _run(text: str, properties: str = "") -> str:
    looks = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{looks}<w:t xml:space="preserve">{xml_text(text)}</w:t></w:r>'


_FIELD_END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def _field_start(code: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve">{xml_text(code)}</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )


def _bookmark(key: str) -> str:
    """A bookmark name: at most 40 letters, digits and underscores, starting with a letter."""
    name = "b_" + anchor_of(key).replace("-", "_")
    if len(name) <= LONGEST_BOOKMARK:
        return name
    digest = hashlib.sha256(key.encode()).hexdigest()[:8]
    return f"{name[: LONGEST_BOOKMARK - 9]}_{digest}"


def _mark(writer: _Writer, key: str, content: str) -> str:
    writer.n_bookmarks += 1
    number = writer.n_bookmarks
    return (
        f'<w:bookmarkStart w:id="{number}" w:name="{_bookmark(key)}"/>{content}'
        f'<w:bookmarkEnd w:id="{number}"/>'
    )


def _inline(pieces: Inlines, writer: _Writer, properties: str = "") -> str:
    return "".join(_piece(piece, writer, properties) for piece in pieces)


def _piece(piece: Inline, writer: _Writer, properties: str) -> str:
    if isinstance(piece, Ref):
        words = _run(resolve(writer.labels, piece.key), '<w:rStyle w:val="Hyperlink"/>')
        code = f" REF {_bookmark(piece.key)} \\h "
        return f"{_field_start(code)}{words}{_FIELD_END}"
    match piece:
        case Link():
            writer.links.append(safe_href(piece.href))
            words = _run(piece.text, '<w:rStyle w:val="Hyperlink"/>' + properties)
            return f'<w:hyperlink r:id="link{len(writer.links)}">{words}</w:hyperlink>'
        case Emph():
            return _run(piece.text, "<w:i/>" + properties)
        case Strong():
            return _run(piece.text, "<w:b/>" + properties.replace("<w:b/>", ""))
        case Sub():
            return _run(piece.text, properties + '<w:vertAlign w:val="subscript"/>')
        case Sup():
            return _run(piece.text, properties + '<w:vertAlign w:val="superscript"/>')
        case Code():
            return _run(piece.text, '<w:rStyle w:val="CodeCharacter"/>' + properties)
        case Number() | _:
            return _run(piece.text, properties)
