"""Deviations from the protocol, in people and in files."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from evalpipe.report.documents.model import Block, Bullets, Inlines, inlines
from evalpipe.report.labels import arm_label, in_sentence
from evalpipe.report.numbers import format_count
from evalpipe.report.source import Source, number_of
from evalpipe.vocabulary import FlowStep, Statistic, StatisticTable

PLANNED = "the plan allows it"
"""In a finding about something that the protocol allows: no deviation."""


def deviations(source: Source, record: Mapping[str, Any]) -> list[Block]:
    """Who entered without meeting the criteria, changes of the protocol, findings of the files."""
    items: list[Inlines] = []
    for row in source.of_table(
        StatisticTable.FLOW,
        variable=str(FlowStep.INELIGIBLE_ENTERED),
        statistic=str(Statistic.COUNT),
        level="",
    ):
        if "cohort" not in row.groups and row.value != 0:
            count = number_of(row, format_count(row.value)) if math.isfinite(row.value) else "Some"
            arm = in_sentence(arm_label(source.plan, row.group_arm))
            items.append(inlines(count, f" entered {arm} without meeting the criteria."))
    changes = source.plan.study.protocol.changes
    if changes:
        items.append(inlines(changes))
    items += [
        inlines(_finding_words(finding))
        for finding in (record.get("ingest") or {}).get("findings", [])
        if finding.get("level") != "error" and PLANNED not in str(finding.get("rule", ""))
    ]
    return [Bullets(tuple(items))] if items else []


def _finding_words(finding: Mapping[str, Any]) -> str:
    where = f" (column {finding['column']})" if finding.get("column") else ""
    rows = f": {finding['count']} rows" if finding.get("count") else ""
    return f"In {finding.get('source', 'the data')}{where}, {finding['rule']}{rows}."
