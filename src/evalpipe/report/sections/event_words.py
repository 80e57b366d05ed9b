"""Intercurrent events in words: what each is, how it is known, who had it, what was done."""

from __future__ import annotations

import math

from evalpipe.answers.rows import Stat
from evalpipe.config.analyses import Estimand
from evalpipe.config.events import EventMarks, IntercurrentEvent
from evalpipe.report.documents.model import Inlines, inlines
from evalpipe.report.labels import (
    STRATEGIES,
    arm_label,
    in_sentence,
    short,
    spell,
    variable_label,
)
from evalpipe.report.numbers import format_count
from evalpipe.report.source import Source, number_of
from evalpipe.report.words import list_words
from evalpipe.vocabulary import StatisticTable

SLOPES = ("slope", "difference_in_slopes")


def event_words(source: Source, analysis_id: str, estimand: Estimand) -> Inlines:
    """Every event of an estimand, with its strategy and how many had it, as far as is known."""
    words: Inlines = ()
    for number, event in enumerate(estimand.intercurrent_events, start=1):
        done = _done(event, estimand)
        told = inlines(event.event, _known(source, analysis_id, number, event), f": {done}")
        words = inlines(words, "; " if words else "", told)
    return words


def _known(source: Source, analysis_id: str, number: int, event: IntercurrentEvent) -> Inlines:
    """How the event is known and who had it, in brackets; empty where nothing is known of it."""
    parts = [inlines(_marked(source, event))] if event.marks is not None else []
    counts = [
        row
        for row in source.of_table(StatisticTable.EVENTS, variable=f"event {number}")
        if row.groups.get("analysis") == analysis_id
    ]
    if counts:
        parts.append(_counted(source, counts))
    elif event.marks is not None:
        parts.append(inlines("nothing in the data marks it, so it is not known who had it"))
    words: Inlines = ()
    for part in parts:
        words = inlines(words, "; " if words else "", part)
    return inlines(" (", words, ")") if words else ()


def _counted(source: Source, rows: list[Stat]) -> Inlines:
    words: Inlines = ()
    for row in rows:
        arm = in_sentence(short(arm_label(source.plan, row.group_arm)))
        count = number_of(row, format_count(row.value)) if math.isfinite(row.value) else "withheld"
        total = f" of {format_count(row.n)}" if math.isfinite(row.n) else ""
        words = inlines(words, ", " if words else "", f"{arm}: ", count, total)
    return words


def _marked(source: Source, event: IntercurrentEvent) -> str:
    marks = event.marks
    if not isinstance(marks, EventMarks):
        names = [spell(name).lower() for name in event.dispositions]
        return f"recorded as {list_words(names, 'or')}"
    if marks.variable is not None:
        return f"on the day in “{variable_label(source.plan, marks.variable)}”"
    if marks.fewer_sessions_than is not None:
        return f"fewer than {marks.fewer_sessions_than} sessions held, from the last of them on"
    return f"ended for the reason {list_words([spell(r).lower() for r in marks.reason], 'or')}"


def _done(event: IntercurrentEvent, estimand: Estimand) -> str:
    if event.strategy == "while_on_treatment" and estimand.summary in SLOPES:
        return "outcomes after it are set aside: slopes run up to it (while on treatment)"
    value = event.value
    named = {"baseline": "the own baseline", "worst": "the worst possible value"}
    shown = named.get(value, "") if isinstance(value, str) else f"{value:g}" if value else "0"
    return STRATEGIES[event.strategy].format(value=shown)
