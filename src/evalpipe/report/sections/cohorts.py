"""Several cohorts: what changed from one to the next."""

from __future__ import annotations

import math
from collections.abc import Sequence

from evalpipe.answers.rows import Stat
from evalpipe.report.documents.model import (
    Column,
    Inlines,
    Paragraph,
    Row,
    Section,
    Table,
    inlines,
    plain_text,
)
from evalpipe.report.labels import in_sentence, level_label, spell, variable_label, visit_label
from evalpipe.report.numbers import NOTHING, format_count, format_fixed, format_share
from evalpipe.report.source import Source, number_of
from evalpipe.vocabulary import Statistic, StatisticTable

KINDS = {
    "size": "How many people",
    "schema": "Measured at all (1 = yes)",
    "baseline": "At the start",
    "missingness": "Share of outcomes missing",
    "dose": "Treatment given",
    "reliability": "Reliability",
}


def build_cohorts(source: Source) -> Section | None:
    """The drift report; None with fewer than two cohorts."""
    rows = [row for row in source.of_table(StatisticTable.DRIFT) if "cohort" in row.groups]
    cohorts = list(dict.fromkeys(row.groups["cohort"] for row in rows))
    if len(cohorts) < 2:
        return None
    labels = [level_label(source.plan, "cohort", cohort) for cohort in cohorts]
    words = f"{len(cohorts)} cohorts; each is held against {labels[0]}."
    return Section(
        "cohorts",
        "What changed between cohorts",
        (Paragraph(inlines(words)), _table(source, rows, cohorts, labels)),
    )


def _table(
    source: Source, rows: Sequence[Stat], cohorts: Sequence[str], labels: Sequence[str]
) -> Table:
    lines: list[Row] = []
    for kind in dict.fromkeys(row.level for row in rows):
        own = [row for row in rows if row.level == kind]
        shown = [
            line
            for line in _kind_rows(source, own, cohorts)
            if kind != "schema" or len({plain_text(cell) for cell in line.cells[1:]}) > 1
        ]
        if shown:
            lines.append(Row((inlines(KINDS.get(kind, spell(kind))),), "group"))
            lines += shown
    columns = (Column(inlines("")), *(Column(inlines(label), "right") for label in labels))
    note = inlines(
        "Means with standard deviations unless said otherwise. Standardised difference: "
        "from the first cohort."
    )
    return Table("table-drift", inlines("Drift from cohort to cohort"), columns, tuple(lines), note)


def _kind_rows(source: Source, rows: Sequence[Stat], cohorts: Sequence[str]) -> list[Row]:
    keys = dict.fromkeys(
        (r.variable, r.group_arm, r.group_visit, _others(r), r.statistic)
        for r in rows
        if r.statistic != Statistic.SD
    )
    lines = []
    for variable, arm, visit, others, statistic in keys:
        cells = [inlines(_name(source, variable, arm, visit, others, statistic))]
        for cohort in cohorts:
            found = [
                r
                for r in rows
                if (r.variable, r.group_arm, r.group_visit, _others(r))
                == (variable, arm, visit, others)
                and r.groups["cohort"] == cohort
            ]
            cells.append(_cell(found, statistic))
        lines.append(Row(tuple(cells), "indented"))
    return lines


def _others(row: Stat) -> str:
    return ", ".join(spell(v) for k, v in row.groups.items() if k != "cohort")


def _name(source: Source, variable: str, arm: str, visit: str, others: str, statistic: str) -> str:
    plan = source.plan
    parts = [variable_label(plan, variable)]
    parts += [in_sentence(visit_label(plan, visit))] if visit else []
    parts += [in_sentence(level_label(plan, "arm", arm))] if arm else []
    parts += [in_sentence(others)] if others else []
    plain = (Statistic.MEAN, Statistic.COUNT, Statistic.PROPORTION, "is_present", "value")
    parts += [spell(statistic).lower()] if statistic not in plain else []
    return ", ".join(parts)


def _cell(rows: Sequence[Stat], statistic: str) -> Inlines:
    own = {row.statistic: row for row in rows}
    row = own.get(statistic)
    if row is None or not math.isfinite(row.value):
        return inlines(NOTHING)
    if statistic in (Statistic.COUNT, "is_present"):
        return inlines(number_of(row, format_count(row.value)))
    if statistic == Statistic.PROPORTION:
        return inlines(number_of(row, format_share(row.value, row.n)))
    if statistic == Statistic.MEAN:
        sd = own.get(Statistic.SD)
        spread = f" ({format_fixed(sd.value, 1)})" if sd and math.isfinite(sd.value) else ""
        return inlines(number_of(row, f"{format_fixed(row.value, 1)}{spread}"))
    return inlines(
        number_of(
            row, format_fixed(row.value, 2, bounded=abs(row.value) < 1 and statistic == "value")
        )
    )
