"""A plan whose every free text looks like markup, with a number of its own; what pages show of it.

Read by `test_every_label.py`. A text is `Aq0012 <b>x</b> Zq0012`: wherever one end of it is found,
the whole must stand.
"""

import csv
import io
import json
import re
import typing
import zipfile
from base64 import b64decode
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from pydantic import BaseModel

LONG_WORD = "Ж" * 250
"""A letter that no page has by itself, wide and in every face."""

SNIPPETS = (
    "<script>alert(1)</script>", "<b>bold</b> & \"q\" 'a' &lt; &#60; <!-- c -->",
    "]]> <![CDATA[x]]> <?xml?>", "</style></title></script>", "{{7*7}} {% x %} ${y} #{z} %s {0}",
    "$x^2$ $\\frac{1}{2}$ \\textbf{x} \\input{f}", '#set text(red) #eval("1") @ref <label> //c',
    "**b** _m_ [x](javascript:a) ![i](j) `c` # h", "$(touch owned) `touch owned`; rm | cat > f",
    '=HYPERLINK("http://e.invalid") +1 -1 @x', "javascript:alert(1) data:text/html,x file:///e",
    "https://e.invalid/x?a=1&b=2 10.1000/xyz", "url(http://e.invalid) expression(a) } * { a:red",
    "<svg onload=alert(1)><image href=x/></svg>", "\U0001f642 \U0001f469 é ß 漢字 עברית", LONG_WORD,
    "a\\nb \\\" \\u{1} \\0 C:\\x", "&amp;&nbsp;&#x202e;&quot; %3Cb%3E", "-- ; DROP x; '' \"\" ,|",
    "<w:p/></w:t> DDEAUTO c:\\x INCLUDETEXT \\* MERGEFORMAT", "2.5 (a) b (c) d: e",
)  # fmt: skip
NOT_SHOWN = {"format", "sheet", "prefix", "form"}
"""Words that must agree with a raw file."""

_INVISIBLE = re.compile(r"[\s\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2069\ufffd]+")
_VOID = {"meta", "link", "br", "img", "col", "hr", "wbr"}
_BETWEEN = "\x01"


def squeezed(text: str) -> str:
    """Text without spaces and marks that nobody sees: lines break elsewhere in each document."""
    return _INVISIBLE.sub("", text)


def text_places(model: BaseModel, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a plan that takes free text (a label or prose) and holds some."""
    for name, field in type(model).model_fields.items():
        value, place = getattr(model, name), (*above, field.alias or name)
        if isinstance(value, BaseModel):
            yield from text_places(value, place)
        elif isinstance(value, str):
            if name not in NOT_SHOWN and _is_free((field.annotation, field.metadata)):
                yield place
        elif isinstance(value, dict | tuple):
            inner = typing.get_args(field.annotation)[-1] if isinstance(value, dict) else None
            pairs = value.items() if isinstance(value, dict) else enumerate(value)
            for key, one in pairs:
                if isinstance(one, BaseModel):
                    yield from text_places(one, (*place, key))
                elif isinstance(one, str) and _is_free(inner):
                    yield (*place, key)


def _is_free(kind: object) -> bool:
    """Whether a type is `Label` or `Prose`: text that is bounded by its length alone."""
    words = repr(kind)
    return re.search(r"max_length=(300|5000)\b", words) is not None and "Validator" not in words


def make_hostile(plan: BaseModel, tree: Any) -> dict[str, tuple[Any, ...]]:
    """Replace every free text of a plan's tree; returns text -> place."""
    used: dict[str, tuple[Any, ...]] = {}
    for place in text_places(plan):
        parent = tree
        try:
            for key in place[:-1]:
                parent = parent[key]
            parent[place[-1]]
        except (KeyError, IndexError, TypeError):
            continue  # a default, which the file does not write
        number = len(used)
        text = f"Aq{number:04d} {SNIPPETS[number % len(SNIPPETS)]} Zq{number:04d}"
        parent[place[-1]] = text
        used[text] = place
    return used


class Page(HTMLParser):
    """Texts, attributes and elements of a page, and what a strict reader would complain about."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []
        self.values: list[str] = []
        self.elements: set[str] = set()
        self.links: set[str] = set()
        self.wrong: list[str] = []
        self.feed(text)
        self.close()
        self.wrong += [f"<{tag}> stays open" for tag in self.open]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        own = {name: value or "" for name, value in attributes}
        self.values += own.values()
        self.links |= {own[name] for name in ("href", "src", "action", "data") if name in own}
        self.wrong += [f"{tag} {name}" for name in own if name.startswith("on") or name == "style"]
        if len(own) < len(attributes):
            self.wrong.append(f"<{tag}> has an attribute twice")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes something else")

    def handle_data(self, data: str) -> None:
        if self.open[-1:] not in (["style"], ["script"]):
            self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.wrong.append("a comment")


def texts_of(path: Path) -> Iterator[tuple[str, str]]:
    """(part, text) of a released file; parts of a text that belong together stand unbroken."""
    content = path.read_bytes()
    if path.suffix == ".html":
        page = Page(content.decode())
        yield "text", "".join(page.texts)
        yield "attributes", _BETWEEN.join(page.values)
        for svg in drawings(content.decode()):
            yield "drawing", unescape("".join(re.findall(r"<!--(.*?)-->", svg, re.DOTALL)))
    elif path.suffix == ".docx":
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.endswith((".xml", ".rels")):
                    root = ET.fromstring(archive.read(name))
                    yield name, _BETWEEN.join(map(_paragraph_text, paragraphs(root)))
                    values = (v for node in root.iter() for v in node.attrib.values())
                    yield f"{name} attributes", _BETWEEN.join(values)
    elif path.suffix == ".json":
        yield "values", _BETWEEN.join(_leaves(json.loads(content)))
    elif path.suffix == ".csv":
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        yield "cells", _BETWEEN.join(cell for row in rows for cell in row)


def drawings(page: str) -> list[str]:
    """The drawings of a page as SVG."""
    return [b64decode(data).decode() for data in re.findall(r"svg\+xml;base64,([^\"]+)", page)]


def paragraphs(root: ET.Element) -> list[ET.Element]:
    """Paragraphs and titles of a part of a Word document."""
    return [node for node in root.iter() if node.tag.rpartition("}")[2] in ("p", "title")]


def _paragraph_text(node: ET.Element) -> str:
    own = node.text or "" if node.tag.endswith("}title") else ""
    return own + "".join(inner.text or "" for inner in node.iter() if inner.tag.endswith("}t"))


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield str(value)


def torn_texts(
    used: typing.Iterable[str], text: str, *, hyphens: bool = False, allowed: int = 0
) -> list[str]:
    """Beginnings of the texts of which a part stands without the rest, or whose end is missing.

    hyphens: lines of the text may be hyphenated. allowed: how often the rest may stand apart (the
    rows of a table that two pages share).
    """
    torn, shown = [], squeezed(text)
    shown = shown.replace("-", "") if hyphens else shown
    for whole in used:
        own = squeezed(whole).replace("-", "") if hyphens else squeezed(whole)
        complete = shown.count(own) + shown.count(own[0].lower() + own[1:])
        begun = shown.count(whole[:6]) + shown.count(whole[:6].lower())
        if begun != shown.count(whole[-6:]) or begun - complete > allowed:
            torn.append(whole[:6])
    return torn
