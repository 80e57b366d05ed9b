"""How well it was measured: reliability of scales and of single items."""

from __future__ import annotations

import math
from collections.abc import Sequence

from evalpipe.answers.rows import Stat
from evalpipe.report.cells import find
from evalpipe.report.documents.model import Column, Emph, Inlines, Row, Section, Table, inlines
from evalpipe.report.labels import in_sentence, outcome_label, spell, visit_label, visit_words
from evalpipe.report.numbers import NOTHING, format_count, format_fixed, format_interval
from evalpipe.report.source import Source, number_of
from evalpipe.vocabulary import Statistic, StatisticTable

COEFFICIENTS = {"alpha": "α", "omega": "ω"}


def build_measurement(source: Source) -> Section | None:
    """Reliability of every scale with items; None without one."""
    rows = source.of_table(StatisticTable.RELIABILITY)
    visit = source.plan.baseline_visit
    at_baseline = [row for row in rows if row.group_visit == visit]
    rows = tuple(at_baseline) or rows
    if not rows:
        return None
    return Section("measurement", "How well it was measured", (_reliability(source, rows),))


def _reliability(source: Source, rows: Sequence[Stat]) -> Table:
    scales = list(dict.fromkeys((r.variable, r.group_visit, r.group_other) for r in rows))
    several = len({(variable, other) for variable, _, other in scales}) < len(scales)
    lines = []
    for variable, visit, other in scales:
        own = [
            r
            for r in rows
            if (r.variable, r.group_visit, r.group_other) == (variable, visit, other)
        ]
        name = outcome_label(source.plan, variable)
        rater = own[0].groups.get("rater")
        name += f", {in_sentence(spell(rater))}" if rater else ""
        name += f", {in_sentence(visit_label(source.plan, visit))}" if visit and several else ""
        cells = [inlines(name)]
        for level in COEFFICIENTS:
            cells += _coefficient([row for row in own if row.level == level])
        cells.append(inlines(format_count(max((row.n for row in own), default=math.nan))))
        lines.append(Row(tuple(cells)))
    columns = [Column(inlines("Scale"))]
    for sign in COEFFICIENTS.values():
        columns += [Column(inlines(Emph(sign)), "decimal"), Column(inlines("95% CI"), "right")]
    columns.append(Column(inlines(Emph("n")), "right"))
    note = inlines(
        "α = Cronbach's alpha; ω = McDonald's omega of one factor; CI = confidence interval",
        _visit_words(source, scales, several),
        ".",
        _reasons(source, rows),
    )
    return Table(
        "table-reliability",
        inlines("Reliability of the scales"),
        tuple(columns),
        tuple(lines),
        note,
    )


def _reasons(source: Source, rows: Sequence[Stat]) -> str:
    """Why a coefficient is missing, each scale in a sentence."""
    sentences = dict.fromkeys(
        f" {outcome_label(source.plan, row.variable)}: no {COEFFICIENTS[row.level]}, {row.note}."
        for row in rows
        if row.statistic == "value" and row.note and not math.isfinite(row.value)
    )
    return "".join(sentences)


def _visit_words(source: Source, scales: list[tuple[str, str, str]], several: bool) -> str:
    visits = {visit for _, visit, _ in scales if visit}
    if several or len(visits) != 1:
        return ""
    return f"; measured {visit_words(source.plan, visits.pop())}"


def _coefficient(rows: Sequence[Stat]) -> list[Inlines]:
    value = find(rows, statistic="value")
    low = find(rows, statistic=str(Statistic.CONF_LOW))
    high = find(rows, statistic=str(Statistic.CONF_HIGH))
    if value is None or not math.isfinite(value.value):
        return [inlines(NOTHING), inlines("")]
    number = inlines(number_of(value, format_fixed(value.value, 2, bounded=True)))
    if low is None or high is None or not math.isfinite(low.value + high.value):
        return [number, inlines("")]
    interval = format_interval(low.value, high.value, 2, bounded=True)
    return [number, inlines(number_of(low, interval))]
