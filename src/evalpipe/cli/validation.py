"""The validation page: every finding as rule, column, count and row numbers; never a value."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from evalpipe.cli.account_page import Account, account_table
from evalpipe.cli.project import Project
from evalpipe.config.plan import Plan
from evalpipe.design.judgement import Checked
from evalpipe.disclosure.release import Release
from evalpipe.errors import DataError
from evalpipe.findings import Finding, Level, errors_in
from evalpipe.report.documents.html import content_policy
from evalpipe.report.documents.text import clean_text

MOST_ROWS = 200
"""Row numbers listed for one finding."""

MOST_TOLD = 20
"""Errors told on the command line; the page lists all."""

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


def write_validation(
    project: Project,
    plan: Plan,
    findings: Sequence[Finding],
    checked: Sequence[Checked] = (),
    account: Account | None = None,
) -> None:
    """Write `validation.html` and `validation.csv` into the study's report folder.

    checked: what was held against how many rules. account: of ids, with numbers where an error
    stops the run and nothing of the page leaves. Errors stop the run and are told in full, for
    whoever mends the data. Notices stand beside a report that may leave: they tell neither how
    many rows nor which, and no table tells its rows and people, unless the data are made up
    (threshold 0).
    """
    import pandas as pd

    release = Release(project.report(plan.study.id))
    ordered = sorted(findings, key=lambda f: (f.level is not Level.ERROR, f.source, f.rule))
    told = _Told(plan)
    rows = [
        {
            "level": f.level.value,
            "file": f.source,
            "column": f.column or "",
            "rule": f.rule,
            "count": told.count(f),
            "rows": " ".join(str(row) for row in told.rows(f)[:MOST_ROWS]),
            "what_to_do": f.advice,
        }
        for f in ordered
    ]
    columns = ["level", "file", "column", "rule", "count", "rows", "what_to_do"]
    release.write_as_it_is("validation.csv", pd.DataFrame(rows, columns=columns))
    release.write("validation.html", _page(ordered, checked, told, account).encode("utf-8"))


def stop_on_errors(study: str, findings: Sequence[Finding]) -> None:
    """Raise DataError, a line for each error up to 20 and their number, where there are any."""
    wrong = errors_in(list(findings))
    if not wrong:
        return
    shown = [str(finding) for finding in wrong[:MOST_TOLD]]
    if len(wrong) > len(shown):
        shown.append(f"... and {len(wrong) - len(shown)} more")
    lines = "\n".join(shown)
    raise DataError(
        f"{lines}\nthe data do not fit the plan: {len(wrong)} finding"
        f"{'s' if len(wrong) > 1 else ''}, all listed in reports/{study}/validation.html"
    )


class _Told:
    """What is told of findings: all of errors; of notices neither how many rows nor which.

    Were counts of few rows alone hidden, hiding one would say that it is small.
    """

    def __init__(self, plan: Plan) -> None:
        self.hides = plan.privacy.disclosure_threshold > 0
        self.study = plan.study.id

    def count(self, finding: Finding) -> str:
        """How many rows a finding is about; `some` where that is not told."""
        return "some" if self._is_hidden(finding) else str(finding.count)

    def rows(self, finding: Finding) -> tuple[int, ...]:
        """Row numbers of a finding; none where they are not told."""
        return () if self._is_hidden(finding) else finding.rows

    def _is_hidden(self, finding: Finding) -> bool:
        return self.hides and finding.level is Level.NOTICE


def _page(
    findings: Sequence[Finding],
    checked: Sequence[Checked],
    told: _Told,
    account: Account | None,
) -> str:
    wrong = len(errors_in(list(findings)))
    title = f"Do the data of {told.study} fit the plan?"
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
        f'<meta http-equiv="Content-Security-Policy" content="{_text(content_policy(_STYLE))}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{_text(title)}</title><style>{_STYLE}</style></head><body><main>",
        f"<h1>{_text(title)}</h1><p>{_text(verdict)}</p>",
    ]
    if findings:
        parts += [_table(findings, told)]
    if account:
        parts += [account_table(account, hides=told.hides and not wrong)]
    if checked:
        parts += [_checked_table(checked, told)]
    numbered = (
        "Rows are numbered as in the file, where the row of headings is row 1; for a processed "
        "table, from 1 on. No value of any participant stands on this page."
    )
    if told.hides:
        numbered += (
            " How many rows a remark is about and how many people each table has stand in "
            f"data/processed/{told.study}/validation.json."
        )
    parts += [f"<p>{numbered}</p>", "</main></body></html>\n"]
    return "\n".join(parts)


def _table(findings: Sequence[Finding], told: _Told) -> str:
    head = "".join(
        f'<th scope="col">{name}</th>'
        for name in ("", "File", "Column", "What is wrong", "How often", "Rows", "What to do")
    )
    body = "\n".join(_line(finding, told) for finding in findings)
    return (
        '<div class="wide" tabindex="0" role="region" aria-label="Findings"><table>'
        f"<caption>Every finding, errors first</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _checked_table(checked: Sequence[Checked], told: _Told) -> str:
    """Tables and the number of rules; rows and people only where counts may be told."""
    names = ["Table", "Rules"] if told.hides else ["Table", "Rules", "Rows", "People"]
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    body = "\n".join(_checked_line(one, told) for one in checked)
    return (
        '<div class="wide" tabindex="0" role="region" aria-label="What was checked"><table>'
        f"<caption>What was checked</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _checked_line(one: Checked, told: _Told) -> str:
    counts = [one.rules] if told.hides else [one.rules, one.rows, one.people]
    cells = "".join(f'<td class="number">{"" if n is None else n}</td>' for n in counts)
    return f'<tr><th scope="row">{_text(one.table)}</th>{cells}</tr>'


def _line(finding: Finding, told: _Told) -> str:
    numbers = told.rows(finding)
    rows = ", ".join(str(row) for row in numbers[:20])
    more = ", …" if len(numbers) > 20 else ""
    level = finding.level.value
    cells = (finding.source, finding.column or "", finding.rule)
    return (
        f'<tr><td class="{level}">{level}</td>'
        + "".join(f"<td>{_text(cell)}</td>" for cell in cells)
        + f'<td class="number">{told.count(finding)}</td><td>{rows}{more}</td>'
        + f"<td>{_text(finding.advice)}</td></tr>"
    )


def _text(text: str) -> str:
    return escape(clean_text(text), quote=True)
