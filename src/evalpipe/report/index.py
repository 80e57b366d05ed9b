"""reports/index.html: every study with its headline and the way to its report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from evalpipe.disclosure.release import Release
from evalpipe.report.documents.html import page
from evalpipe.report.documents.text import clean_text

FILES = (("report.html", "Report"), ("report.pdf", "PDF"), ("report.docx", "Word"))


def build_index(headlines: Sequence[Mapping[str, Any]], folder: Path) -> None:
    """Write index.html into `folder`; headlines: what each study's report has written."""
    Release(folder).write("index.html", index_page(headlines).encode("utf-8"))


def index_page(headlines: Sequence[Mapping[str, Any]]) -> str:
    """The page: real studies first, then synthetic ones, each in the order given."""
    ordered = sorted(headlines, key=lambda record: bool(record["synthetic"]))
    items = "\n".join(_study(record) for record in ordered)
    count = len(ordered)
    noun = "study" if count == 1 else "studies"
    body = (
        '<div class="frame">\n<main id="content" tabindex="-1">\n<header class="head">'
        f'<h1>Evaluation reports</h1><p class="subtitle">{count} {noun}</p></header>\n'
        f'<ul class="studies">\n{items}\n</ul>\n</main>\n</div>'
    )
    return page("Evaluation reports", body, body_class="index")


def _study(record: Mapping[str, Any]) -> str:
    study = _text(record["study"])
    badge = '<span class="badge">SYNTHETIC</span>' if record["synthetic"] else ""
    links = "".join(
        f'<a href="{study}/{name}">{label}'
        f'<span class="hidden">: {_text(record["title"])}</span></a>'
        for name, label in FILES
    )
    headline = f"<p>{_text(record['headline'])}</p>" if record["headline"] else ""
    return (
        f'<li><article aria-labelledby="{study}"><h2 id="{study}">'
        f'<a href="{study}/report.html">{_text(record["title"])}</a>{badge}</h2>'
        f'<p class="design">{_text(record["design"])}</p>{headline}'
        f'<p class="files">{links}</p></article></li>'
    )


def _text(text: object) -> str:
    return escape(clean_text(str(text)), quote=True)
