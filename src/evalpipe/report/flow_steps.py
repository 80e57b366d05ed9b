"""Counts of the flow as the boxes of the diagram."""

from __future__ import annotations

import math
from collections.abc import Sequence

from evalpipe.answers.rows import Stat
from evalpipe.report.field_words import is_trial, treatment_word
from evalpipe.report.figures.flow import FlowBox
from evalpipe.report.figures.flow import FlowStep as Level
from evalpipe.report.labels import arm_label, in_sentence, spell
from evalpipe.report.numbers import format_count
from evalpipe.report.source import Source
from evalpipe.report.words import list_words
from evalpipe.vocabulary import Disposition, FlowStep, Statistic, StatisticTable

_LEFT = (
    Disposition.DISCONTINUED,
    Disposition.LOST_TO_FOLLOW_UP,
    Disposition.WITHDREW_CONSENT,
    Disposition.DIED,
)
_ENDS = {
    Disposition.COMPLETED: "Seen to the end",
    Disposition.DISCONTINUED: "Stopped treatment",
    Disposition.LOST_TO_FOLLOW_UP: "Lost to follow-up",
    Disposition.WITHDREW_CONSENT: "Withdrew consent",
    Disposition.DIED: "Died",
    Disposition.ONGOING: "Still taking part",
    Disposition.NOT_ELIGIBLE: "Not eligible",
    Disposition.DECLINED: "Declined",
    Disposition.NOT_RANDOMISED: "Not randomised",
}
_EXCLUSIONS = {
    "after_event": "every outcome came after an event and was set aside",
    "outcome_missing": "no outcome measured",
    "outcome_incomplete": "outcome not complete",
    "not_eligible": "not eligible",
    "not_started": "did not start",
    "not_completed": "did not complete",
}


def flow_steps(source: Source) -> tuple[tuple[Level, ...], str]:
    """Levels of the flow diagram and its alt text; nothing when the flow was not counted."""
    rows = [
        row
        for row in source.of_table(StatisticTable.FLOW, statistic=str(Statistic.COUNT))
        if "cohort" not in row.groups
    ]
    if not rows:
        return (), ""
    arms = [arm for arm in source.plan.arms if _one(rows, FlowStep.ALLOCATED, arm) is not None]
    allocation = _allocation(source, rows, arms)
    is_one = len(arms) == 1 and not allocation.boxes[0].details
    steps = [*_enrolment(rows), *([] if is_one else [allocation]), *_end(source, rows, arms)]
    return tuple(steps), _alt(source, rows, arms)


def _one(rows: Sequence[Stat], step: FlowStep, arm: str = "", level: str = "") -> Stat | None:
    return next(
        (
            row
            for row in rows
            if (row.variable, row.group_arm, row.level) == (step, arm, level)
            and "reason" not in row.groups
        ),
        None,
    )


def _count(row: Stat | None) -> str:
    return format_count(row.value) if row and math.isfinite(row.value) else "not shown"


def _is_none(row: Stat | None) -> bool:
    return row is None or row.value == 0


def _title(words: str, row: Stat | None) -> str:
    return (
        f"{words} (n = {_count(row)})"
        if row and math.isfinite(row.value)
        else f"{words} (n not shown)"
    )


def _enrolment(rows: Sequence[Stat]) -> list[Level]:
    entry = _one(rows, FlowStep.RANDOMISED)
    words = "Randomised" if entry else "Enrolled"
    entry = entry or _one(rows, FlowStep.ENROLLED)
    assessed = _one(rows, FlowStep.ASSESSED)
    levels: list[Level] = []
    if assessed is not None:
        out = _one(rows, FlowStep.NOT_ENTERED)
        details = tuple(
            _title(_ENDS.get(Disposition(row.level), spell(row.level)), row)
            for row in rows
            if row.variable == FlowStep.NOT_ENTERED and row.level and "reason" not in row.groups
        )
        leaving = FlowBox(_title("Did not enter", out), details)
        box = FlowBox(_title("Assessed for eligibility", assessed))
        levels.append(Level("Enrolment", (box,), (leaving,)))
    stage = "" if levels else "Enrolment"
    return [*levels, Level(stage, (FlowBox(_title(words, entry)),))]


def _allocation(source: Source, rows: Sequence[Stat], arms: Sequence[str]) -> Level:
    boxes = []
    for arm in arms:
        details: list[str] = []
        for step, words in (
            (FlowStep.STARTED, f"Started {treatment_word(source.plan)}"),
            (FlowStep.NOT_STARTED, "Did not start"),
            (FlowStep.INELIGIBLE_ENTERED, "Not eligible, yet entered (deviation)"),
        ):
            row = _one(rows, step, arm)
            if row is not None and row.value != 0:
                details.append(_title(words, row))
        title = _title(arm_label(source.plan, arm), _one(rows, FlowStep.ALLOCATED, arm))
        boxes.append(FlowBox(title, tuple(details)))
    return Level("Allocation" if is_trial(source.plan) else "Groups", tuple(boxes))


def _end(source: Source, rows: Sequence[Stat], arms: Sequence[str]) -> list[Level]:
    boxes, leaving = [], []
    for arm in arms:
        ended = [r for r in rows if r.variable == FlowStep.ENDED and r.group_arm == arm]
        stayed = [
            row
            for row in ended
            if row.level not in _LEFT and "reason" not in row.groups and row.value != 0
        ]
        treated = _one(rows, FlowStep.TREATMENT_COMPLETED, arm)
        what = f"Completed {treatment_word(source.plan)}"
        details = [_title(what, treated)] if treated is not None else []
        details += [_title(_ENDS[Disposition(row.level)], row) for row in stayed]
        boxes.append(FlowBox("Follow-up", tuple(details)))
        leaving.append(_leaving(ended))
    analysed = [_analysed(rows, arm) for arm in arms]
    levels = [Level("Follow-up", tuple(boxes), tuple(leaving))]
    return [*levels, Level("Analysis", tuple(analysed))] if any(analysed) else levels


def _leaving(ended: Sequence[Stat]) -> FlowBox | None:
    left = [r for r in ended if r.level in _LEFT and "reason" not in r.groups and r.value != 0]
    if not left:
        return None
    details: list[str] = []
    for row in left:
        details.append(_title(_ENDS[Disposition(row.level)], row))
        details += [
            f"\u2003{_title(spell(why.groups['reason']), why)}"
            for why in ended
            if why.level == row.level and "reason" in why.groups and why.value != 0
        ]
    return FlowBox("Left before the end", tuple(details))


def _analysed(rows: Sequence[Stat], arm: str) -> FlowBox:
    own = [r for r in rows if r.group_arm == arm and "analysis" in r.groups]
    names = list(dict.fromkeys(row.groups["analysis"] for row in own))
    details: list[str] = []
    title = "Analysed"
    for place, name in enumerate(names):
        of_name = [row for row in own if row.groups["analysis"] == name]
        analysed = _one(of_name, FlowStep.ANALYSED, arm)
        if place == 0:
            title = _title("Analysed", analysed)
        else:
            words = f"Analysed, {in_sentence(spell(name))}"
            details.append(_title(words, analysed))
        details += [
            f"Not analysed: {_title(_exclusion(row.level), row)}"
            for row in of_name
            if row.variable == FlowStep.NOT_ANALYSED and row.level and row.value != 0
        ]
    return FlowBox(title, tuple(dict.fromkeys(details)))


def _exclusion(reason: str) -> str:
    return _EXCLUSIONS.get(reason, in_sentence(spell(reason)))


def _alt(source: Source, rows: Sequence[Stat], arms: Sequence[str]) -> str:
    entry = _one(rows, FlowStep.RANDOMISED)
    word = "randomised" if entry else "enrolled"
    entry = entry or _one(rows, FlowStep.ENROLLED)
    parts = []
    for arm in arms:
        analysed = next(
            (r for r in rows if r.variable == FlowStep.ANALYSED and r.group_arm == arm), None
        )
        share = f"{_count(analysed)} of {_count(_one(rows, FlowStep.ALLOCATED, arm))} analysed"
        parts.append(f"{arm_label(source.plan, arm)}: {share}")
    return f"{_count(entry)} {word}. {list_words(parts)}." if parts else f"{_count(entry)} {word}."
