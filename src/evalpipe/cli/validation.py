"""The validation report: every finding as rule, column, count and row numbers; never a value."""

from __future__ import annotations

import html
from collections.abc import Sequence

from evalpipe.cli.project import Project
from evalpipe.config.plan import Plan
from evalpipe.findings import Finding, Level, errors_in
from evalpipe.io import write_csv, write_text

MOST_ROWS = 200
"""Row numbers listed for one finding."""

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --line: #d0d7de; --bad: #a1260d;
  --note: #5b4a00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117; --line: #30363d;
  --bad: #ff9b8a; --note: #e3c768; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  margin: 0 auto; max-width: 70rem; padding: 1.5rem 1rem; }
h1 { font-size: 1.4rem; } .wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; padding: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0;
  border-bottom: 1px solid var(--line); }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
.error { color: var(--bad); font-weight: 600; } .notice { color: var(--note); }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def write_validation(project: Project, plan: Plan, findings: Sequence[Finding]) -> None:
    """Write `validation.html` and `validation.csv` into the study's report folder.

    Errors stop the run and are told in full, for whoever mends the data. Notices stand beside a
    report that may leave: those about few rows tell neither how many nor which.
    """
    import pandas as pd

    folder = project.report(plan.study.id)
    ordered = sorted(findings, key=lambda f: (f.level is not Level.ERROR, f.source, f.rule))
    rows = [
        {
            "level": f.level.value,
            "file": f.source,
            "column": f.column or "",
            "rule": f.rule,
            "count": count_words(plan, f),
            "rows": " ".join(str(row) for row in shown_rows(plan, f)[:MOST_ROWS]),
            "what_to_do": f.advice,
        }
        for f in ordered
    ]
    columns = ["level", "file", "column", "rule", "count", "rows", "what_to_do"]
    write_csv(pd.DataFrame(rows, columns=columns), folder / "validation.csv")
    write_text(_page(plan, ordered), folder / "validation.html")


def is_few(plan: Plan, finding: Finding) -> bool:
    """Whether a notice is about 1 to the plan's threshold of rows."""
    is_small = 1 <= finding.count <= plan.privacy.disclosure_threshold
    return finding.level is Level.NOTICE and is_small


def count_words(plan: Plan, finding: Finding) -> str:
    """How many rows a finding is about; `few` for a notice about few."""
    return "few" if is_few(plan, finding) else str(finding.count)


def shown_rows(plan: Plan, finding: Finding) -> tuple[int, ...]:
    """Row numbers of a finding; none for a notice about few rows."""
    return () if is_few(plan, finding) else finding.rows


def _page(plan: Plan, findings: Sequence[Finding]) -> str:
    wrong = len(errors_in(list(findings)))
    title = f"Do the data of {plan.study.id} fit the plan?"
    verdict = (
        "Yes. Every rule of the plan holds."
        if not findings
        else f"No: {wrong} finding{'s' if wrong != 1 else ''} must be mended first."
        if wrong
        else "Yes, with remarks."
    )
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{html.escape(_POLICY)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head><body><main>",
        f"<h1>{html.escape(title)}</h1><p>{html.escape(verdict)}</p>",
    ]
    if findings:
        parts += [_table(plan, findings)]
    numbered = (
        "Rows are numbered as in the file, where the row of headings is row 1; for a processed "
        "table, from 1 on. No value of any participant stands on this page."
    )
    parts += [f"<p>{numbered}</p>", "</main></body></html>\n"]
    return "\n".join(parts)


def _table(plan: Plan, findings: Sequence[Finding]) -> str:
    head = "".join(
        f'<th scope="col">{name}</th>'
        for name in ("", "File", "Column", "What is wrong", "How often", "Rows", "What to do")
    )
    body = "\n".join(_line(plan, finding) for finding in findings)
    return (
        '<div class="wide" tabindex="0" role="region" aria-label="Findings"><table>'
        f"<caption>Every finding, errors first</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _line(plan: Plan, finding: Finding) -> str:
    numbers = shown_rows(plan, finding)
    rows = ", ".join(str(row) for row in numbers[:20])
    more = ", …" if len(numbers) > 20 else ""
    level = finding.level.value
    cells = (finding.source, finding.column or "", finding.rule)
    return (
        f'<tr><td class="{level}">{level}</td>'
        + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
        + f'<td class="number">{count_words(plan, finding)}</td><td>{rows}{more}</td>'
        + f"<td>{html.escape(finding.advice)}</td></tr>"
    )
