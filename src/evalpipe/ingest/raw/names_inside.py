"""Words of a file that are no cells, for the gate: worksheets, ranges, authors, labels, notes."""

import html
import re
from collections.abc import Iterable, Mapping

import pandas as pd

from evalpipe.ingest.raw.table import RawTable

TITLE = "[names]"
"""Key among the other parts of a file; no worksheet may bear it (Excel allows no brackets)."""

_PROPERTY = re.compile(
    r"<(?:\w+:)?(creator|lastModifiedBy|title|subject|description|keywords|category|Manager|Company)"
    r"(?:\s[^>]*)?>([^<]+)<"
)
_DEFINED = re.compile(r"<(?:\w+:)?definedName\s[^>]*?\bname=[\"']([^\"']+)[\"']")
_PERSON = re.compile(r"\bdisplayName=[\"']([^\"']+)[\"']")


def lay_out_names(name: str, texts: Iterable[str]) -> RawTable | None:
    """Put words into a table of headings without cells, each judged as a heading is.

    None when there are no words. Texts that stand more than once are judged once.
    """
    words = tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))
    if not words:
        return None
    frame = pd.DataFrame({word: pd.array([], dtype="string") for word in words})
    return RawTable(f"{name} {TITLE}", words, frame, sha256="")


def find_workbook_names(parts: Mapping[str, bytes], sheets: Iterable[str]) -> list[str]:
    """Titles of worksheets, defined names, the workbook's properties, names beside comments."""
    found = list(sheets)
    for part, content in sorted(parts.items()):
        text = content.decode("utf-8", errors="replace")
        lowered = part.lower()
        if lowered == "xl/workbook.xml":
            found += [name for name in _DEFINED.findall(text) if not name.startswith("_xlnm")]
        elif lowered.startswith("docprops/"):
            found += [value for _, value in _PROPERTY.findall(text)]
        elif lowered.startswith("xl/persons/"):
            found += _PERSON.findall(text)
    return [html.unescape(value) for value in found]
