"""The Word document: real styles, headings, captions with fields, editable tables; byte-stable."""

import io
import zipfile
from collections.abc import Iterable

from evalpipe.report.documents import word_parts
from evalpipe.report.documents.html import group_spans
from evalpipe.report.documents.layout import column_shares, type_size
from evalpipe.report.documents.model import (
    Block,
    Bullets,
    Callout,
    Document,
    Emph,
    Facts,
    Figure,
    Listing,
    Paragraph,
    Row,
    Section,
    Table,
    inlines,
    plain_text,
)
from evalpipe.report.documents.numbering import (
    describe_row_codes,
    number_labels,
    row_codes,
)
from evalpipe.report.documents.word_inline import (
    FIELD_END,
    Writer,
    bookmark,
    field_start,
    inline,
    mark,
    paragraph,
    run,
)
from evalpipe.report.documents.word_parts import PAGE_TWIPS, attribute
from evalpipe.report.documents.word_styles import styles

FIXED_DATE = (1980, 1, 1, 0, 0, 0)
EMU_PER_MM = 36_000
WORD_WIDTH_MM = 165.0
_ALIGN = {"left": "left", "right": "right", "center": "center", "decimal": "right"}
_FACT_SHARES = (0.26, 0.74)


def write_word(document: Document) -> bytes:
    """The document as .docx, the same bytes for the same document."""
    writer = Writer(number_labels(document))
    body = _front(document, writer) + _blocks(document.sections, writer, 1)
    parts = {
        "[Content_Types].xml": word_parts.content_types(),
        "_rels/.rels": word_parts.package_relations(),
        "docProps/core.xml": word_parts.core_properties(document.title, document.lang),
        "docProps/app.xml": word_parts.app_properties(),
        "word/document.xml": word_parts.document_part(body),
        "word/styles.xml": styles(document.lang),
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


def _front(document: Document, writer: Writer) -> str:
    synthetic = (
        Callout("synthetic", "SYNTHETIC", (Paragraph(inlines(word_parts.SYNTHETIC_WORDS)),)),
    )
    parts = [
        paragraph("Title", run(document.title)),
        paragraph("Subtitle", run(document.subtitle)),
        _blocks(synthetic, writer, 1) if document.is_synthetic else "",
        _block(Facts(document.facts), writer, 1) if document.facts else "",
        _contents(document),
    ]
    return "".join(parts)


def _contents(document: Document) -> str:
    """A table of contents field without page numbers: right as written, renewable in Word."""
    lines = [
        paragraph(
            f"TOC{level}",
            f'<w:hyperlink w:anchor="{bookmark(section.key)}">{run(section.title)}</w:hyperlink>',
        )
        for level, section in _sections(document.sections, 1)
    ]
    if not lines:
        return ""
    begin = field_start(' TOC \\o "1-2" \\h \\z \\n ')
    first = lines[0].replace("</w:pPr>", f"</w:pPr>{begin}", 1)
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    lines = [first, *lines[1:]]
    lines[-1] = lines[-1].removesuffix("</w:p>") + end
    return paragraph("ContentsTitle", run("Contents")) + "".join(lines)


def _sections(blocks: Iterable[Block], level: int) -> Iterable[tuple[int, Section]]:
    for block in blocks:
        if isinstance(block, Section) and level <= 2:
            yield level, block
            yield from _sections(block.blocks, level + 1)


def _blocks(blocks: Iterable[Block], writer: Writer, level: int) -> str:
    return "".join(_block(block, writer, level) for block in blocks)


def _block(block: Block, writer: Writer, level: int) -> str:
    match block:
        case Section():
            title = mark(writer, block.key, run(block.title))
            heading = paragraph(f"Heading{min(level, 4)}", title)
            return heading + _blocks(block.blocks, writer, level + 1)
        case Paragraph():
            style = {"body": "BodyText", "lead": "Answer", "small": "SmallText"}[block.role]
            return paragraph(style, inline(block.content, writer))
        case Bullets():
            return "".join(paragraph("ListBullet", inline(i, writer)) for i in block.items)
        case Facts():
            return _facts(block, writer)
        case Listing():
            return "".join(paragraph("Listing", run(line)) for line in block.text.split("\n"))
        case Table():
            return _table(block, writer)
        case Figure():
            return _figure(block, writer)
        case Callout():
            return _callout(block, writer)


def _callout(callout: Callout, writer: Writer) -> str:
    style = {"synthetic": "SyntheticNotice", "caution": "Caution", "note": "Remark"}[callout.kind]
    lines = [paragraph(style, run(callout.title, "<w:b/>"))]
    for part in callout.content:
        runs = [part.content] if isinstance(part, Paragraph) else list(part.items)
        lines += [paragraph(style, inline(words, writer)) for words in runs]
    return "".join(lines)


def _facts(facts: Facts, writer: Writer) -> str:
    rows = "".join(
        "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        + _cell(paragraph("FactTerm", run(term)), _FACT_SHARES[0])
        + _cell(paragraph("TableText", inline(words, writer)), _FACT_SHARES[1])
        + "</w:tr>"
        for term, words in facts.pairs
    )
    return _table_frame("FactsTable", _FACT_SHARES, rows, "Facts") + paragraph("AfterTable", "")


def _figure(figure: Figure, writer: Writer) -> str:
    writer.pictures.append(figure.picture.png)
    number = len(writer.pictures)
    width = min(figure.picture.width_mm, WORD_WIDTH_MM)
    height = figure.picture.height_mm * width / figure.picture.width_mm
    drawing = word_parts.drawing(
        number, round(width * EMU_PER_MM), round(height * EMU_PER_MM), figure.picture.alt
    )
    note = paragraph("TableNote", inline(figure.note, writer)) if figure.note else ""
    return _caption(figure, writer) + paragraph("Picture", drawing) + note


def _caption(block: Table | Figure, writer: Writer) -> str:
    kind, number = writer.labels[block.key].split(" ")
    field_code = field_start(f" SEQ {kind} \\* ARABIC ")
    counter = f"{run(kind + ' ')}{field_code}{run(number)}{FIELD_END}"
    label = paragraph("CaptionLabel", mark(writer, block.key, counter))
    return label + paragraph("Caption", inline(block.title, writer))


def _table(table: Table, writer: Writer) -> str:
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
    return _caption(table, writer) + frame + paragraph("TableNote", _note(table, writer))


def _note(table: Table, writer: Writer) -> str:
    codes = row_codes(table)
    words = inlines(Emph("Note."), " ", table.note, " ") if table.note else ()
    source = inlines(f"Rows: {describe_row_codes(codes)}.") if codes else ()
    return inline((*words, *source), writer)


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


def _head(table: Table, shares: list[float], writer: Writer, size: str) -> str:
    cells = "".join(
        _cell(
            paragraph("TableHead", inline(column.label, writer, size), _ALIGN[column.align]),
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
        words = paragraph("TableHead", run(name, size) if name else "", "center")
        share = sum(shares[place : place + count])
        spans.append(_cell(words, share, span=count, bottom=bool(name)))
        place += count
    return f"{_HEAD_ROW}{''.join(spans)}</w:tr>{_HEAD_ROW}{cells}</w:tr>"


def _row(
    row: Row, table: Table, shares: list[float], writer: Writer, *, size: str, is_last: bool
) -> str:
    start = "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
    if row.kind == "group":
        words = paragraph("TableGroup", inline(row.cells[0], writer, "<w:b/>" + size))
        return f"{start}{_cell(words, 1.0, span=len(table.columns))}</w:tr>"
    cells = []
    for place, (cell, column, share) in enumerate(
        zip(row.cells, table.columns, shares, strict=True)
    ):
        style = "TableIndented" if row.kind == "indented" and place == 0 else "TableText"
        words = paragraph(style, inline(cell, writer, size), _ALIGN[column.align])
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
