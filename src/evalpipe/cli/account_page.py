"""The account of ids, told on the command line and on the validation page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from evalpipe.report.documents.text import clean_text

Account = Mapping[str, Any]
"""`Account.to_record()` of `ingest.accounts`: counts by file and by pair of files."""

_COUNTS = (
    ("rows", "Rows"),
    ("ids", "Ids"),
    ("known", "In the participants file"),
    ("unknown", "Unknown"),
    ("without_arm", "Without arm"),
    ("without_visit", "Rows without visit"),
)
_MOST_PAIRS = 60
"""Pairs of files written out: a study of 12 files has 66."""


def account_lines(account: Account) -> Iterator[str]:
    """A line for each file and for each pair of files that do not name the same people."""
    for one in account["files"]:
        parts = [_counted(one["rows"], "row"), _counted(one["ids"], "id")]
        if one["is_register"]:
            parts.append("says who is in the study")
        elif one["known"] is not None:
            parts += [f"{one['known']} known", f"{one['unknown']} unknown"]
        if one["without_arm"] is not None:
            parts.append(f"{one['without_arm']} without arm")
        if one["without_visit"] is not None:
            parts.append(f"{_counted(one['without_visit'], 'row')} without visit")
        yield f"{one['file']}: {', '.join(parts)}"
    for pair in account["pairs"][:_MOST_PAIRS]:
        yield f"{pair['first']} and {pair['second']}: {pair_words(pair)}"


def pair_words(pair: Account) -> str:
    """How far two files agree, in words."""
    more = [f"{count} more without {name}" for name, count in pair["more"].items()]
    return ", ".join([f"{_counted(pair['match'], 'id')} in both", *more])


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def account_table(account: Account, *, hides: bool) -> str:
    """The table of the page; hides: tell `none`, `some` or `all` instead of how many."""
    head = "".join(f'<th scope="col">{name}</th>' for name in ("File", *(n for _, n in _COUNTS)))
    body = "\n".join(_file_line(one, hides=hides) for one in account["files"])
    pairs = "\n".join(_pair_line(one, hides=hides) for one in account["pairs"][:_MOST_PAIRS])
    return (
        '<div class="wide" tabindex="0" role="region" aria-label="Account of ids"><table>'
        f"<caption>Whom each file names</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
        + (
            "<table><caption>Do the files name the same people?</caption><thead><tr>"
            '<th scope="col">File</th><th scope="col">File</th><th scope="col">Ids</th></tr>'
            f"</thead><tbody>{pairs}</tbody></table>"
            if pairs
            else ""
        )
        + "</div>"
    )


def _file_line(one: Account, *, hides: bool) -> str:
    cells = "".join(f'<td class="number">{_cell(one, key, hides=hides)}</td>' for key, _ in _COUNTS)
    return f'<tr><th scope="row">{_text(one["file"])}</th>{cells}</tr>'


def _cell(one: Account, key: str, *, hides: bool) -> str:
    count = one[key]
    if count is None:
        return ""
    if not hides:
        return str(count)
    if key in ("rows", "ids", "known"):
        return "all" if key == "known" and one["unknown"] == 0 else "some" if count else "none"
    return "some" if count else "none"


def _pair_line(pair: Account, *, hides: bool) -> str:
    words = "some more would match" if pair["more"] else "no more would match"
    told = words if hides else pair_words(pair)
    cells = (pair["first"], pair["second"], told)
    return f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in cells)}</tr>"


def _text(text: str) -> str:
    return escape(clean_text(text), quote=True)
