"""Do published numbers come out? The table that `evalpipe verify` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evalpipe.config.described import DESCRIBED
from evalpipe.report.documents.model import (
    Block,
    Bullets,
    Column,
    Inlines,
    Number,
    Paragraph,
    Row,
    Section,
    Table,
    inlines,
)
from evalpipe.report.labels import (
    arm_label,
    in_sentence,
    level_label,
    spell,
    term_label,
    variable_label,
    visit_label,
)
from evalpipe.report.numbers import MINUS, align_decimals
from evalpipe.report.sections.analyses import build_analysis
from evalpipe.report.source import Source

VERDICTS = {
    "identical": "identical",
    "rounding": "last digit",
    "differs": "differs",
    "not_computed": "not computed",
}
FIELDS = {
    "estimate": "estimate",
    "std_error": "standard error",
    "df": "degrees of freedom",
    "statistic": "test statistic",
    "p_value": "p",
    "conf_low": "lower end",
    "conf_high": "upper end",
    "n_participants": "people",
    "n_observations": "observations",
    "n": "number of people",
}
MOST_TOLD = 6
_COME_OUT = ("identical", "rounding")


def build_reproduction(source: Source, published: Sequence[Mapping[str, Any]]) -> Section | None:
    """Every printed number beside the computed one; None when the plan names none."""
    if not published:
        return None
    right = [record for record in published if record["verdict"] in _COME_OUT]
    wrong = [record for record in published if record["verdict"] not in _COME_OUT]
    words = f"{len(right)} of {len(published)} published numbers come out."
    blocks: list[Block] = [Paragraph(inlines(words))]
    told = wrong if len(wrong) <= MOST_TOLD else [r for r in wrong if r["explained"]]
    if told:
        blocks.append(Bullets(tuple(_explanation(source, record) for record in told)))
    blocks.append(_table(source, published))
    blocks += [
        build_analysis(source, name, analysis)
        for name, analysis in source.plan.analyses.items()
        if analysis.role == "reproduction"
    ]
    return Section("reproduction", "Do published numbers come out?", tuple(blocks))


def _name(source: Source, record: Mapping[str, Any]) -> str:
    if record["quantity"] in DESCRIBED:
        return _described_name(source, record)
    term = str(record["term"] or "")
    words = term_label(source.plan, term) if term else spell(str(record["quantity"]))
    return f"{words}, {FIELDS[str(record['field'])]}"


def _described_name(source: Source, record: Mapping[str, Any]) -> str:
    """`Observed mean of BDI-II, treatment as usual, 2 months`."""
    plan = source.plan
    number = plan.published[str(record["publication"])].numbers[int(record["number"])]
    of = variable_label(plan, str(number.variable))
    parts = [f"{spell(number.quantity)} of {in_sentence(of)}"]
    if number.level:
        parts.append(in_sentence(level_label(plan, str(number.variable), str(number.level))))
    parts += [in_sentence(level_label(plan, key, str(v))) for key, v in number.groups.items()]
    if number.arm:
        parts.append(in_sentence(arm_label(plan, str(number.arm))))
    if number.visit:
        parts.append(in_sentence(visit_label(plan, number.visit)))
    if record["field"] == "n":
        parts.append(FIELDS["n"])
    return ", ".join(parts)


def _explanation(source: Source, record: Mapping[str, Any]) -> Inlines:
    printed, shown = _minus(str(record["printed"])), _minus(str(record["shown"]))
    found = f"computed {shown}" if shown else "not computed"
    words = f"{_name(source, record)}: printed {printed}, {found}."
    explained = str(record["explained"] or "").strip()
    return inlines(f"{words} {explained}" if explained else words)


def _table(source: Source, published: Sequence[Mapping[str, Any]]) -> Table:
    codes = {row.estimate_id: row.code for row in source.estimates}
    codes |= {row.statistic_id: row.code for row in source.statistics}
    printed = align_decimals([_minus(str(record["printed"])) for record in published])
    shown = align_decimals([_minus(str(record["shown"])) for record in published])
    lines: list[Row] = []
    previous = ""
    for record, text, own in zip(published, printed, shown, strict=True):
        if record["source"] != previous:
            lines.append(Row((inlines(str(record["source"])),), "group"))
        previous = record["source"]
        code = codes.get(str(record["estimate_id"]))
        computed = inlines(Number(own, code)) if code and own.strip() else inlines(own)
        verdict = inlines(VERDICTS[str(record["verdict"])])
        lines.append(
            Row((inlines(_name(source, record)), inlines(text), computed, verdict), "indented")
        )
    columns = (
        Column(inlines("Number")),
        Column(inlines("Published"), "decimal"),
        Column(inlines("Computed"), "decimal"),
        Column(inlines("Verdict")),
    )
    note = inlines(
        "Computed numbers are rounded to the digits that were printed. Last digit: off by one unit "
        "of the last printed digit."
    )
    return Table(
        "table-published", inlines("Published and computed numbers"), columns, tuple(lines), note
    )


def _minus(text: str) -> str:
    return text.replace("-", MINUS)
