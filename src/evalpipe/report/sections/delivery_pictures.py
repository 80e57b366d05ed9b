"""Pictures of the delivery: phases, single courses, fidelity."""

from __future__ import annotations

import pandas as pd

from evalpipe.config.scale_facts import who_words
from evalpipe.report.documents.model import (
    Figure,
    inlines,
)
from evalpipe.report.figures.occupancy import draw_occupancy
from evalpipe.report.figures.shares import draw_shares
from evalpipe.report.figures.timeline import draw_timeline
from evalpipe.report.labels import (
    arm_label,
    in_sentence,
    level_label,
)
from evalpipe.report.numbers import (
    format_count,
    format_share,
)
from evalpipe.report.sections.delivery_rows import OUTSIDE, arms_of, of_arms, state_label
from evalpipe.report.source import Source
from evalpipe.report.words import list_words
from evalpipe.vocabulary import Statistic, StatisticTable, Table

FIDELITY = {
    "phases_share": "Sessions in each phase as planned",
    "spacing_share": "Spacing of sessions as planned",
    "minutes_share": "Length of sessions as planned",
    "video_feedback_share": "Video feedback as planned",
    "homework_share": "Homework as planned",
    "fidelity": "Fidelity in all (mean of these)",
}


def phases_figure(source: Source) -> Figure | None:
    """Which share is in which phase, week by week."""
    rows = [row for row in source.of_table(StatisticTable.PHASES) if row.variable == "occupancy"]
    arms = arms_of(source, rows)
    if not arms:
        return None
    own = [row for row in rows if row.group_arm == arms[0]]
    frame = pd.DataFrame(
        {
            "week": [int(row.groups["week"]) for row in own],
            "state": [state_label(source, row.level) for row in own],
            "count": [row.value for row in own],
        }
    )
    if frame["count"].isna().mean() > 0.5:
        return None
    unit = "pairs" if source.plan.unit == "dyad" else "people"
    picture = draw_occupancy(
        frame,
        outside={words for state, words in OUTSIDE.items() if state != "in_treatment"},
        alt=_occupancy_alt(frame, unit),
        unit=unit,
        is_synthetic=source.is_synthetic,
    )
    title = f"{arm_label(source.plan, arms[0])}: number of {unit} in each phase by week"
    note = "Heights are counts; single people cannot be followed from week to week."
    if frame["count"].isna().any():
        note += " Counts that are not shown, to protect the people counted, are left out."
    return Figure("figure-phases", inlines(title), picture, inlines(note))


def timeline(source: Source) -> Figure | None:
    """Sessions of single people, where the plan allows it."""
    """One row a participant; the table is there only where the plan allows individual lines."""
    sessions = source.table(Table.SESSIONS)
    if sessions.empty or "phase" not in sessions:
        return None
    key = "dyad_id" if source.plan.unit == "dyad" else "participant_id"
    known = sessions[sessions["day"].notna() & sessions["phase"].notna()]
    order = {code: place for place, code in enumerate(dict.fromkeys(known.sort_values("day")[key]))}
    phases = source.plan.protocol.phases if source.plan.protocol else {}
    rank = {phase: place for place, phase in enumerate(phases)}
    known = known.sort_values("phase", key=lambda phase: phase.map(rank), kind="stable")
    frame = pd.DataFrame(
        {
            "unit": known[key].map(order),
            "day": known["day"].astype(float),
            "phase": [level_label(source.plan, "phase", str(phase)) for phase in known["phase"]],
            "held": known["held"].fillna(True).astype(bool),
        }
    )
    unit = "pair" if source.plan.unit == "dyad" else "participant"
    alt = f"{len(order)} rows of sessions, the last on day {format_count(frame['day'].max())}."
    picture = draw_timeline(frame, alt=alt, unit=unit, is_synthetic=source.is_synthetic)
    title = inlines(f"Sessions of each {unit}, by day and phase")
    note = inlines("Filled: held; open: missed. The plan allows individual lines (see Privacy).")
    return Figure("figure-timeline", title, picture, note)


def _occupancy_alt(frame: pd.DataFrame, unit: str) -> str:
    last = frame[frame["week"] == frame["week"].max()]
    parts = [
        f"{format_count(count)} {in_sentence(state)}"
        for state, count in zip(last["state"], last["count"], strict=True)
        if count == count and count > 0
    ]
    return f"In week {int(frame['week'].max())}, of the {unit}: {list_words(parts)}."


def fidelity(source: Source) -> Figure | None:
    """Fidelity of sessions by therapist."""
    rows = [
        row
        for row in of_arms(source, StatisticTable.FIDELITY)
        if row.statistic == Statistic.MEAN and row.variable in FIDELITY
    ]
    if not rows:
        return None
    rows = sorted(rows, key=lambda row: list(FIDELITY).index(row.variable))
    frame = pd.DataFrame(
        {
            "label": [_fidelity_label(source, row.variable) for row in rows],
            "series": [arm_label(source.plan, row.group_arm) for row in rows],
            "share": [source.drawn(row).value for row in rows],
            "text": [format_share(row.value, row.n) for row in rows],
        }
    )
    whole = next((row for row in rows if row.variable == "fidelity"), rows[0])
    alt = (
        f"Fidelity to the protocol is {format_share(whole.value, whole.n)} on average; "
        + "; ".join(
            f"{in_sentence(label)} {text}"
            for label, text in zip(frame["label"], frame["text"], strict=True)
        )
    )
    picture = draw_shares(
        frame,
        title="Mean share of what the protocol asks",
        alt=f"{alt}.",
        is_synthetic=source.is_synthetic,
    )
    title = inlines("Fidelity: how much of the protocol was followed")
    note = inlines("Means over people; sessions outside the allowed range count as not as planned.")
    return Figure("figure-fidelity", title, picture, note)


def _fidelity_label(source: Source, variable: str) -> str:
    """A part of fidelity; video feedback says with whom."""
    protocol = source.plan.protocol
    feedback = protocol.video_feedback if protocol is not None else None
    if variable == "video_feedback_share" and feedback is not None and feedback.with_ is not None:
        return f"Video feedback with {who_words(source.plan, feedback.with_)} as planned"
    return FIDELITY[variable]
