"""N against N + 1: what a new report tells beside the one that was released before.

Whoever has both reports can subtract. When few people were added or left, the difference of two
tables is about those few, however well each table is protected by itself. The last release is
known by its public numbers (`released.json`); it decides only whether the new report may be
written, never what stands in it, so the same inputs give the same report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.config.privacy_rules import PrivacyRule
from evalpipe.disclosure.cells import COUNTED, SIZE
from evalpipe.errors import PrivacyError
from evalpipe.vocabulary import Column, FlowStep, StatisticTable, Table

RULE = PrivacyRule.SMALL_UPDATE
"""Rule of the override in a plan's `privacy: overrides`."""

SAME_DATA = PrivacyRule.SAME_DATA
"""Rule of the override for a second plan that reads the same raw files."""

_SIZES = (FlowStep.ASSESSED, FlowStep.RANDOMISED, FlowStep.ENROLLED, FlowStep.ALLOCATED)


def released_numbers(plan: Plan, tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """The counts of people in released tables, by the id of their row: what the public knows."""
    statistics = tables.get(str(Table.STATISTICS), pd.DataFrame())
    sizes: dict[str, int] = {}
    counts: dict[str, int] = {}
    for record in statistics.to_dict("records") if len(statistics) else []:
        if record[Column.STATISTIC] not in COUNTED or pd.isna(record[Column.VALUE]):
            continue
        is_flow = record[Column.TABLE] == StatisticTable.FLOW and record[Column.VARIABLE] in _SIZES
        is_size = record[Column.TABLE] == StatisticTable.BASELINE
        is_size &= record[Column.VARIABLE] == SIZE
        into = sizes if is_flow or is_size else counts
        into[str(record[Column.STATISTIC_ID])] = round(record[Column.VALUE])
    return {"study": plan.study.id, "sizes": sizes, "counts": counts}


def check_update(plan: Plan, last: Mapping[str, Any] | None, now: Mapping[str, Any]) -> None:
    """Raise PrivacyError when the new report would tell about few people beside the last one.

    That is so when the number of participants (of the study, an arm, a cohort) changes by 1 to the
    threshold, or when participants came or left and a count that both reports show changes by so
    little. An override `small_update` in the plan accepts it. Corrections that leave every size as
    it was are not refused.
    """
    if last is None or any(entry.rule == RULE for entry in plan.privacy.overrides):
        return
    threshold = plan.privacy.disclosure_threshold
    old, new = dict(last.get("sizes") or {}), dict(now["sizes"])
    people = _few_changed(old, new, threshold)
    counts = 0
    if any(old.get(name) != size for name, size in new.items()):
        counts = _few_changed(dict(last.get("counts") or {}), dict(now["counts"]), threshold)
    if not people and not counts:
        return
    what = "the number of participants" if people else f"{counts} released counts"
    raise PrivacyError(
        f"reports/{plan.study.id}: {what} would differ from the last released report by 1 to "
        f"{threshold}, which tells about the few who were added or left; withdraw that "
        f"report first (evalpipe forget {plan.study.id}, then run again), wait for more "
        f"participants, or accept it under `privacy: overrides` (rule: {RULE}) with a reason"
    )


def with_origin(
    plan: Plan, numbers: Mapping[str, Any], raw_files: Mapping[str, str]
) -> dict[str, Any]:
    """Public numbers with what they are made from: digests of raw files, and the threshold."""
    digests = sorted(set(raw_files.values()))
    return {**numbers, "raw": digests, "threshold": plan.privacy.disclosure_threshold}


def check_other_plans(
    plan: Plan, others: Sequence[Mapping[str, Any]], now: Mapping[str, Any]
) -> None:
    """Raise PrivacyError when another study's report was made from one of the same raw files.

    Two plans (another threshold, other bands) show two tables of the same people, and nothing
    protects one against the other. others: the released numbers of the other studies. Made-up data
    (threshold 0 in both) are free, and an override `same_data` accepts it.
    """
    if any(entry.rule == SAME_DATA for entry in plan.privacy.overrides):
        return
    for other in others:
        name = other.get("study", "another study")
        is_real = plan.privacy.disclosure_threshold or other.get("threshold")
        if is_real and set(other.get("raw") or ()) & set(now.get("raw") or ()):
            raise PrivacyError(
                f"reports/{plan.study.id}: the report of {name} was made from the same "
                "raw files; two reports on the same people give back what each of them withholds. "
                f"Withdraw that report first (evalpipe forget {name}), put both "
                "questions into one plan, or accept it under `privacy: overrides` "
                f"(rule: {SAME_DATA}) with a reason"
            )


def _few_changed(old: dict[str, Any], new: dict[str, Any], threshold: int) -> int:
    """How many numbers that both hold differ by 1 to the threshold."""
    return sum(
        1 for name, value in new.items() if name in old and 1 <= abs(value - old[name]) <= threshold
    )
