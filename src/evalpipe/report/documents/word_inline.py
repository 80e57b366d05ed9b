"""Runs, fields and bookmarks of the Word document."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from evalpipe.report.documents.html import safe_href
from evalpipe.report.documents.model import (
    Code,
    Emph,
    Inline,
    Inlines,
    Link,
    Number,
    Ref,
    Strong,
    Sub,
    Sup,
)
from evalpipe.report.documents.numbering import (
    anchor_of,
    resolve,
)
from evalpipe.report.documents.word_parts import xml_text

LONGEST_BOOKMARK = 40


@dataclass
class Writer:
    """What accumulates while the body is written: bookmarks, pictures, links outside."""

    labels: Mapping[str, str]
    pictures: list[bytes] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    n_bookmarks: int = 0


def paragraph(style: str, content: str, align: str = "left") -> str:
    """A paragraph in a named style."""
    place = f'<w:jc w:val="{align}"/>' if align != "left" else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{place}</w:pPr>{content}</w:p>'


def run(text: str, properties: str = "") -> str:
    """A run of text with its properties."""
    looks = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{looks}<w:t xml:space="preserve">{xml_text(text)}</w:t></w:r>'


FIELD_END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def field_start(code: str) -> str:
    """The start of a field, up to its shown text."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve">{xml_text(code)}</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )


def bookmark(key: str) -> str:
    """A bookmark name: at most 40 letters, digits and underscores, starting with a letter."""
    name = "b_" + anchor_of(key).replace("-", "_")
    if len(name) <= LONGEST_BOOKMARK:
        return name
    digest = hashlib.sha256(key.encode()).hexdigest()[:8]
    return f"{name[: LONGEST_BOOKMARK - 9]}_{digest}"


def mark(writer: Writer, key: str, content: str) -> str:
    """Content inside a bookmark of its own."""
    writer.n_bookmarks += 1
    number = writer.n_bookmarks
    return (
        f'<w:bookmarkStart w:id="{number}" w:name="{bookmark(key)}"/>{content}'
        f'<w:bookmarkEnd w:id="{number}"/>'
    )


def inline(pieces: Inlines, writer: Writer, properties: str = "") -> str:
    """Pieces of text as runs."""
    return "".join(_piece(piece, writer, properties) for piece in pieces)


def _piece(piece: Inline, writer: Writer, properties: str) -> str:
    if isinstance(piece, Ref):
        words = run(resolve(writer.labels, piece.key), '<w:rStyle w:val="Hyperlink"/>')
        code = f" REF {bookmark(piece.key)} \\h "
        return f"{field_start(code)}{words}{FIELD_END}"
    match piece:
        case Link():
            writer.links.append(safe_href(piece.href))
            words = run(piece.text, '<w:rStyle w:val="Hyperlink"/>' + properties)
            return f'<w:hyperlink r:id="link{len(writer.links)}">{words}</w:hyperlink>'
        case Emph():
            return run(piece.text, "<w:i/>" + properties)
        case Strong():
            return run(piece.text, "<w:b/>" + properties.replace("<w:b/>", ""))
        case Sub():
            return run(piece.text, properties + '<w:vertAlign w:val="subscript"/>')
        case Sup():
            return run(piece.text, properties + '<w:vertAlign w:val="superscript"/>')
        case Code():
            return run(piece.text, '<w:rStyle w:val="CodeCharacter"/>' + properties)
        case Number() | _:
            return run(piece.text, properties)
