"""Synthetic studies: how far each estimate fell from the truth that was put in."""

from __future__ import annotations

import math

from evalpipe.answers.rows import Estimate, Stat
from evalpipe.report.documents.model import Block, Column, Paragraph, Row, Section, Table, inlines
from evalpipe.report.labels import in_sentence, spell, term_label, visit_label
from evalpipe.report.numbers import align_decimals, format_fixed, format_interval
from evalpipe.report.precision import decimals_of
from evalpipe.report.source import Source, number_of
from evalpipe.vocabulary import StatisticTable


def build_truth(source: Source) -> Section | None:
    """Truth, estimate, interval and whether it is covered; None for real data."""
    rows = source.of_table(StatisticTable.TRUTH)
    names = list(dict.fromkeys(row.variable for row in rows))
    if not names:
        return None
    estimates = {row.estimate_id: row for row in source.estimates}
    known = [(estimates[n], [r for r in rows if r.variable == n]) for n in names if n in estimates]
    covered = [
        r for _, own in known for r in own if r.statistic == "covered" and r.value == r.value
    ]
    hits = sum(row.value == 1 for row in covered)
    words = (
        f"The data were made from a known truth. {hits} of {len(covered)} intervals cover it; of "
        "95% intervals one in twenty is expected to miss."
    )
    blocks: list[Block] = [Paragraph(inlines(words)), _table(source, known)]
    return Section("truth", "How far from the truth?", tuple(blocks))


def _value(rows: list[Stat], statistic: str) -> float:
    return next((row.value for row in rows if row.statistic == statistic), math.nan)


# long: the columns of one table, with their words
def _table(source: Source, known: list[tuple[Estimate, list[Stat]]]) -> Table:
    truths, values = [], []
    for row, own in known:
        decimals = decimals_of(source, row)
        truths.append(format_fixed(_value(own, "truth"), decimals))
        values.append(format_fixed(row.estimate, decimals))
    lines = []
    pairs = zip(known, align_decimals(truths), align_decimals(values), strict=True)
    for (row, own), truth, value in pairs:
        is_covered = {1.0: "yes", 0.0: "no"}.get(_value(own, "covered"), "–")
        first = own[0]
        lines.append(
            Row(
                (
                    inlines(_name(source, row)),
                    inlines(number_of(first, truth)),
                    inlines(number_of(row, value)),
                    inlines(
                        number_of(
                            row,
                            format_interval(row.conf_low, row.conf_high, decimals_of(source, row)),
                        )
                    ),
                    inlines(is_covered),
                )
            )
        )
    columns = (
        Column(inlines("Estimand")),
        Column(inlines("Truth"), "decimal"),
        Column(inlines("Estimate"), "decimal"),
        Column(inlines("95% CI"), "right"),
        Column(inlines("Covered"), "center"),
    )
    return Table(
        "table-truth",
        inlines("Truth and estimate"),
        columns,
        tuple(lines),
        inlines("SYNTHETIC data. CI = confidence interval."),
    )


def _name(source: Source, row: Estimate) -> str:
    visit = f", {in_sentence(visit_label(source.plan, row.visit))}" if row.visit else ""
    return f"{spell(row.analysis_id)}: {in_sentence(term_label(source.plan, row.term))}{visit}"
