"""What was delivered: sessions, phases, dose, fidelity to the protocol, goals, therapists."""

from __future__ import annotations

import math
from collections.abc import Sequence

from evalpipe.answers.rows import Stat
from evalpipe.report.cells import SUPPRESSED_WORDS, count_share_text, find
from evalpipe.report.documents.model import (
    Block,
    Column,
    Inlines,
    Paragraph,
    Row,
    Section,
    inlines,
)
from evalpipe.report.documents.model import Table as DocumentTable
from evalpipe.report.labels import (
    arm_label,
    in_sentence,
    level_label,
    plural,
    spell,
    variable_label,
)
from evalpipe.report.numbers import (
    NOTHING,
    format_count,
    format_fixed,
    format_percentage,
)
from evalpipe.report.sections.delivery_pictures import fidelity, phases_figure, timeline
from evalpipe.report.sections.delivery_rows import arms_of, of_arms
from evalpipe.report.source import Source, number_of
from evalpipe.report.words import list_words
from evalpipe.vocabulary import Statistic, StatisticTable

MEASURES = {
    "n_sessions_held": ("Sessions held", 1),
    "n_sessions_missed": ("Sessions missed", 1),
    "total_minutes": ("Minutes in all", 0),
    "weeks_in_treatment": ("Weeks in treatment", 1),
    "spacing_days_median": ("Days between sessions (median of each)", 1),
}
LEAST_THERAPISTS = 2


def build_delivery(source: Source) -> Section | None:
    """Dose, phases, fidelity and goals; None for a study without sessions."""
    blocks: list[Block] = []
    for part in (
        _sessions,
        _dose,
        phases_figure,
        timeline,
        _phases,
        fidelity,
        _goals,
        _clusters,
    ):
        found = part(source)
        if found is not None:
            blocks.append(found)
    return Section("delivery", "What was delivered", tuple(blocks)) if blocks else None


def _sessions(source: Source) -> Paragraph | None:
    """How many sessions were held and missed, and why."""
    rows = [
        row
        for row in of_arms(source, StatisticTable.DELIVERY)
        if row.variable == "sessions" and row.statistic == Statistic.COUNT
    ]
    words: Inlines = ()
    for arm in arms_of(source, rows):
        own = [row for row in rows if row.group_arm == arm]
        held = find(own, level="held")
        if held is None or not math.isfinite(held.value):
            continue
        share = format_percentage(held.value, held.n)
        who = f" in {in_sentence(arm_label(source.plan, arm))}" if len(source.plan.arms) > 1 else ""
        words = inlines(
            words,
            " " if words else "",
            f"Of {format_count(held.n)} sessions{who}, ",
            number_of(held, f"{format_count(held.value)} ({share})"),
            " were held",
            _reasons(own),
            ".",
        )
    return Paragraph(words) if words else None


def _reasons(rows: Sequence[Stat]) -> Inlines:
    reasons = [r for r in rows if "reason" in r.groups and r.value > 0]
    if not reasons:
        return ()
    ordered = sorted(reasons, key=lambda row: -row.value)
    parts = [f"{in_sentence(spell(r.groups['reason']))} {format_count(r.value)}" for r in ordered]
    return inlines(f"; reasons for missing one: {list_words(parts)}")


def _dose(source: Source) -> DocumentTable | None:
    rows = [row for row in of_arms(source, StatisticTable.DELIVERY) if row.variable != "sessions"]
    arms = arms_of(source, rows)
    if not arms:
        return None
    lines: list[Row] = []
    for variable, words in (("has_started", "Started"), ("has_completed", "Completed")):
        own = [r for r in rows if r.variable == variable and r.statistic == Statistic.COUNT]
        if own:
            lines.append(_count_row(f"{words} treatment", own, arms))
    for variable, (words, decimals) in MEASURES.items():
        own = [row for row in rows if row.variable == variable]
        if own:
            lines.append(_spread_row(words, own, arms, decimals))
    return DocumentTable(
        "table-dose",
        inlines("Treatment that was given"),
        _arm_columns(source, "", arms),
        tuple(lines),
        _note(
            "Counts with per cent; else means with standard deviations and, in brackets, the "
            "middle half of people.",
            rows,
        ),
    )


def _note(words: str, rows: Sequence[Stat]) -> Inlines:
    hidden = any(r.statistic == Statistic.COUNT and not math.isfinite(r.value) for r in rows)
    return inlines(f"{words} {SUPPRESSED_WORDS}." if hidden else words)


def _arm_columns(source: Source, first: str, arms: Sequence[str]) -> tuple[Column, ...]:
    labels = (inlines(arm_label(source.plan, arm)) for arm in arms)
    return (Column(inlines(first)), *(Column(label, "right") for label in labels))


def _count_row(words: str, rows: Sequence[Stat], arms: Sequence[str]) -> Row:
    cells = [inlines(words)]
    for arm in arms:
        row = find(rows, group_arm=arm)
        cells.append(inlines(number_of(row, count_share_text(row))) if row else inlines(NOTHING))
    return Row(tuple(cells))


def _spread_row(words: str, rows: Sequence[Stat], arms: Sequence[str], decimals: int) -> Row:
    cells = [inlines(words)]
    for arm in arms:
        own = {row.statistic: row for row in rows if row.group_arm == arm}
        cells.append(_spread(own, decimals))
    return Row(tuple(cells))


def _spread(own: dict[str, Stat], decimals: int, factor: float = 1.0) -> Inlines:
    """Mean (SD) [quartiles]."""
    mean, sd = own.get(Statistic.MEAN), own.get(Statistic.SD)
    if mean is None or not math.isfinite(mean.value):
        return inlines(NOTHING)
    words = inlines(number_of(mean, format_fixed(factor * mean.value, decimals)))
    if sd is not None and math.isfinite(sd.value):
        words = inlines(words, " (", number_of(sd, format_fixed(factor * sd.value, decimals)), ")")
    low, high = own.get(Statistic.LOWER_QUARTILE), own.get(Statistic.UPPER_QUARTILE)
    if low is None or high is None or not math.isfinite(low.value + high.value):
        return words
    ends = [format_fixed(factor * row.value, decimals) for row in (low, high)]
    return inlines(words, f" [{ends[0]} to {ends[1]}]")


def _phases(source: Source) -> DocumentTable | None:
    rows = [row for row in source.of_table(StatisticTable.PHASES) if row.variable != "occupancy"]
    arms = arms_of(source, rows)
    if not arms or source.plan.protocol is None:
        return None
    lines: list[Row] = []
    for arm in arms:
        if len(arms) > 1:
            lines.append(Row((inlines(arm_label(source.plan, arm)),), "group"))
        for phase in source.plan.protocol.phases:
            own = [r for r in rows if r.group_arm == arm and r.groups.get("phase") == phase]
            if own:
                lines.append(Row(_phase_cells(source, phase, own)))
    columns = (
        Column(inlines("Phase")),
        Column(inlines("Planned"), "right"),
        Column(inlines("Reached"), "right"),
        Column(inlines("Completed"), "right"),
        Column(inlines("Sessions"), "right"),
        Column(inlines("Days"), "right"),
    )
    note = _note(
        "Planned = sessions in the protocol. Reached and completed: counts with per cent. Sessions "
        "and days of those who reached the phase: means with standard deviations and, in brackets, "
        "the middle half.",
        rows,
    )
    return DocumentTable(
        "table-phases", inlines("Phases of treatment"), columns, tuple(lines), note
    )


def _phase_cells(source: Source, phase: str, rows: Sequence[Stat]) -> tuple[Inlines, ...]:
    assert source.plan.protocol is not None
    spec = source.plan.protocol.phases[phase]
    planned = (
        f"{spec.sessions[0]} to {spec.sessions[1]}"
        if isinstance(spec.sessions, tuple)
        else (f"{spec.sessions}{' or more' if spec.may_extend else ''}")
    )
    cells = [inlines(level_label(source.plan, "phase", phase)), inlines(planned)]
    for variable in ("has_reached", "has_completed"):
        row = find(rows, variable=variable, statistic=str(Statistic.COUNT))
        cells.append(inlines(number_of(row, count_share_text(row))) if row else inlines(NOTHING))
    for variable, decimals in (("n_sessions", 1), ("days", 0)):
        own = {row.statistic: row for row in rows if row.variable == variable}
        cells.append(_spread(own, decimals))
    return tuple(cells)


def _goals(source: Source) -> DocumentTable | None:
    rows = [
        row
        for row in source.of_table(StatisticTable.GOALS, statistic=str(Statistic.COUNT))
        if row.level == "attained" and "block" not in row.groups and "analysis" not in row.groups
    ]
    arms = arms_of(source, rows)
    if not arms:
        return None
    plan = source.plan
    lines: list[Row] = []
    previous = ""
    for goal, spec in plan.goals.items():
        own = [row for row in rows if row.variable == goal]
        if not own:
            continue
        phase = level_label(plan, "phase", spec.phase) if spec.phase else ""
        if phase and phase != previous:
            lines.append(Row((inlines(phase),), "group"))
        previous = phase
        who = f" ({in_sentence(plan.roles[spec.role].label)})" if spec.role in plan.roles else ""
        row = _count_row(f"{spec.label}{who}", own, arms)
        lines.append(Row(row.cells, "indented") if phase else row)
    note = _note(
        "Attained at the last judgement, of those judged; once attained, a goal stays so.", rows
    )
    return DocumentTable(
        "table-goals",
        inlines("Goals attained"),
        _arm_columns(source, "Goal", arms),
        tuple(lines),
        note,
    )


def _clusters(source: Source) -> Paragraph | None:
    """How many therapists, sites and the like, and how many people each has."""
    rows = source.of_table(StatisticTable.CLUSTERING)
    sentences: list[Inlines] = []
    for count in [r for r in rows if r.statistic == Statistic.COUNT and math.isfinite(r.value)]:
        mean = find(
            rows, variable=count.variable, group_arm=count.group_arm, statistic=str(Statistic.MEAN)
        )
        if mean is None or not math.isfinite(mean.value) or count.value < LEAST_THERAPISTS:
            continue
        where = (
            f" in {in_sentence(arm_label(source.plan, count.group_arm))}" if count.group_arm else ""
        )
        unit = "pairs" if source.plan.unit == "dyad" else "people"
        level = in_sentence(variable_label(source.plan, count.variable))
        sentences.append(
            inlines(
                number_of(count, format_count(count.value)),
                f" {plural(level)}{where} with ",
                number_of(mean, format_fixed(mean.value, 0 if mean.value.is_integer() else 1)),
                f" {unit} each on average",
            )
        )
    words: Inlines = ()
    for place, sentence in enumerate(sentences):
        words = inlines(words, "; " if place else "", sentence)
    return Paragraph(inlines(words, ".")) if words else None
