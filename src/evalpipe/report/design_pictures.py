"""Pictures that some designs have: curves, conditions, change tables, dyad paths, residuals."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from evalpipe.answers.rows import Estimate, Stat
from evalpipe.config.analyses import ChangeTable
from evalpipe.report.cells import count_text, with_interval
from evalpipe.report.documents.model import Figure, inlines
from evalpipe.report.figures.bands import draw_bands
from evalpipe.report.figures.changes import draw_changes
from evalpipe.report.figures.conditions import draw_conditions
from evalpipe.report.figures.trajectories import TimeAxis, draw_trajectories
from evalpipe.report.labels import (
    at_start,
    in_sentence,
    level_label,
    outcome_facts,
    outcome_label,
    plural,
    variable_label,
    visit_label,
)
from evalpipe.report.numbers import format_count, format_fixed
from evalpipe.report.path_pictures import LAGGED
from evalpipe.report.pictures import better_of, factor_of, means_of, outcome_title
from evalpipe.report.sentences.parts import place_words
from evalpipe.report.source import Source
from evalpipe.report.words import list_words
from evalpipe.vocabulary import Quantity, Scale, Statistic, StatisticTable

CLOCKS = {
    "day": "Days since baseline",
    "session_number": "Session",
    "occasion": "Occasion",
}


def picture_of_curve(source: Source, analysis_id: str) -> Figure | None:
    """The predicted mean over time with its interval."""
    rows = [r for r in source.of_analysis(analysis_id, Quantity.TRAJECTORY) if r.is_shown]
    plain = [r for r in rows if r.scale not in (Scale.LOG, Scale.LOG_ODDS)] or rows
    estimand = source.plan.analyses[analysis_id].estimand
    if len(plain) < 3 or estimand is None or estimand.summary in LAGGED:
        return None
    factor = factor_of(source.plan.analyses[analysis_id])
    frame = pd.DataFrame(
        {
            "series": [level_label(source.plan, factor, r.arm) if r.arm else "All" for r in plain],
            "position": [float(r.term.partition("=")[2]) for r in plain],
            "estimate": [source.drawn(r).estimate for r in plain],
            "conf_low": [source.drawn(r).conf_low for r in plain],
            "conf_high": [source.drawn(r).conf_high for r in plain],
        }
    )
    outcome = plain[0].outcome
    control = source.plan.control_arm
    clock = plain[0].term.partition("=")[0]
    first, last = plain[0], plain[-1]
    name = outcome_label(source.plan, outcome)
    alt = (
        f"Predicted mean {name} goes from {with_interval(source, first)} at "
        f"{clock.replace('_', ' ')} {first.term.partition('=')[2]} to "
        f"{with_interval(source, last)} at {clock.replace('_', ' ')} "
        f"{last.term.partition('=')[2]}."
    )
    picture = draw_bands(
        frame,
        x_title=CLOCKS.get(clock, variable_label(source.plan, clock)),
        y_title=outcome_title(source, outcome),
        alt=alt,
        better=better_of(source, outcome),
        control=level_label(source.plan, "arm", control) if control else None,
        is_synthetic=source.is_synthetic,
    )
    note = "Means predicted by the model at the times of the measurements, with 95% intervals."
    return Figure(
        f"figure-curve-{analysis_id}", inlines(f"{name}: predicted course"), picture, inlines(note)
    )


def picture_of_periods(source: Source, analysis_id: str) -> Figure | None:
    """Observed means of diary days by period and arm: first within persons, then over them."""
    plan, analysis = source.plan, source.plan.analyses[analysis_id]
    if not plan.periods or analysis.estimand is None:
        return None
    outcome, role = analysis.estimand.outcome, analysis.only.get("role")
    rows = [
        row
        for row in source.of_table(StatisticTable.OBSERVED_MEANS, variable=outcome)
        if row.group_arm
        and set(row.groups) <= {"period", "role"}
        and "period" in row.groups
        and row.groups.get("role") == role
    ]
    frame = pd.DataFrame([_period_record(source, r, rows) for r in rows if r.statistic == "mean"])
    if frame.empty or frame["position"].nunique() < 2 or frame["series"].nunique() < 2:
        return None
    middles = {name: sum(period.days) / 2 for name, period in plan.periods.items()}
    axis = TimeAxis("", tuple((middles[n], period.label) for n, period in plan.periods.items()))
    control = plan.control_arm
    name = outcome_label(plan, outcome)
    last = frame[frame["position"] == frame["position"].max()]
    alt = "; ".join(
        f"{series} {format_fixed(mean, 1)}"
        for series, mean in zip(last["series"], last["estimate"], strict=True)
    )
    picture = draw_trajectories(
        frame,
        axis,
        outcome=outcome_title(source, outcome),
        alt=f"Observed mean {name} in the last period: {alt}.",
        better=better_of(source, outcome),
        control=level_label(plan, "arm", control) if control else None,
        is_synthetic=source.is_synthetic,
    )
    who = f" of {plural(in_sentence(plan.roles[role].label))}" if role in plan.roles else ""
    title = f"{name}{who}: observed means by period and arm"
    note = "Points are means over persons of their own means; bars are 1.96 standard errors."
    return Figure(f"figure-periods-{analysis_id}", inlines(title), picture, inlines(note))


def _period_record(source: Source, row: Stat, rows: Sequence[Stat]) -> dict[str, object]:
    spread = next(
        (
            source.drawn(r).value
            for r in rows
            if r.statistic == "sd"
            and r.group_other == row.group_other
            and r.group_arm == row.group_arm
        ),
        math.nan,
    )
    half = 1.96 * spread / math.sqrt(row.n) if row.n > 0 else math.nan
    mean = source.drawn(row).value
    return {
        "series": level_label(source.plan, "arm", row.group_arm),
        "position": sum(source.plan.periods[row.groups["period"]].days) / 2,
        "estimate": mean,
        "conf_low": mean - half,
        "conf_high": mean + half,
    }


def picture_of_conditions(source: Source, analysis_id: str) -> Figure | None:
    """Estimated means (or shares) of conditions or arms without a course over visits."""
    rows = means_of(source, analysis_id)
    if not rows or rows[0].scale in (Scale.LOG_ODDS, Scale.LOG):
        shares = source.of_analysis(analysis_id, Quantity.PROPORTION)
        rows = [r for r in shares if r.is_shown and r.arm and r.term == shares[0].term]
    if len(rows) < 2 or len({row.visit for row in rows}) > 1:
        return None
    plan = source.plan
    factor = "arm" if rows[0].arm in plan.arms else factor_of(plan.analyses[analysis_id])
    frame = pd.DataFrame(
        {
            "condition": [level_label(plan, factor, r.arm) if r.arm else "All" for r in rows],
            "series": [_place(source, row) for row in rows],
            "estimate": [source.drawn(row).estimate for row in rows],
            "conf_low": [source.drawn(row).conf_low for row in rows],
            "conf_high": [source.drawn(row).conf_high for row in rows],
        }
    )
    if frame.duplicated(["condition", "series"]).any():
        return None
    outcome = rows[0].outcome
    parts = [
        f"{in_sentence(c)} {with_interval(source, row)}"
        for c, row in zip(frame["condition"], rows, strict=True)
    ]
    name = outcome_label(plan, outcome)
    is_share = rows[0].scale == Scale.PROBABILITY
    picture = draw_conditions(
        frame,
        outcome=_share_title(source, analysis_id) if is_share else outcome_title(source, outcome),
        alt=f"{name}: {list_words(parts)}.",
        better=None if is_share else better_of(source, outcome),
        is_synthetic=source.is_synthetic,
    )
    what = "shares" if is_share else "means"
    title = f"{name}: estimated {what} by {in_sentence(variable_label(plan, factor))}"
    note = f"Points are {what} estimated by the model, bars their 95% intervals."
    return Figure(f"figure-conditions-{analysis_id}", inlines(title), picture, inlines(note))


def _place(source: Source, row: Estimate) -> str:
    return at_start(place_words(source.plan, row).strip(" ()"))


def _share_title(source: Source, analysis_id: str) -> str:
    analysis = source.plan.analyses[analysis_id]
    if analysis.model.kind == "reliable_change":
        return "Share that improved reliably"
    outcome = analysis.estimand.outcome if analysis.estimand else ""
    return f"Share: {in_sentence(outcome_label(source.plan, outcome))}"


def picture_of_changes(source: Source, analysis_id: str) -> Figure | None:
    """The change table of a classification, one panel an arm."""
    model = source.plan.analyses[analysis_id].model
    rows = [
        row
        for row in source.of_table(StatisticTable.TRANSITIONS, statistic=str(Statistic.COUNT))
        if row.groups.get("analysis") == analysis_id
    ]
    if not rows or not isinstance(model, ChangeTable):
        return None
    rows = [row for row in rows if row.group_arm] or rows
    plan, variable = source.plan, rows[0].variable
    facts = outcome_facts(plan, variable)
    keys = list(dict.fromkeys(row.level.split(":")[0] for row in rows))
    order = [c for c in (facts.classes if facts else ()) if c in keys] or keys
    labels = {key: level_label(plan, variable, key) for key in order}
    frame = pd.DataFrame([_change_record(source, row, labels) for row in rows])
    before, after = (visit_label(plan, visit) for visit in (model.before, model.after))
    picture = draw_changes(
        frame,
        [labels[key] for key in order],
        before=before,
        after=after,
        alt=_changes_alt(rows, labels),
        is_synthetic=source.is_synthetic,
    )
    name = outcome_label(plan, variable)
    title = f"{name}: from {in_sentence(before)} (rows) to {in_sentence(after)} (columns)"
    note = "Numbers of people; frames mark those who stayed in their class."
    if frame["count"].isna().any():
        note += " – = not shown, to protect the people counted."
    return Figure(f"figure-changes-{analysis_id}", inlines(title), picture, inlines(note))


def _change_record(source: Source, row: Stat, labels: dict[str, str]) -> dict[str, object]:
    before, _, after = row.level.partition(":")
    others = [v for k, v in row.groups.items() if k != "analysis"]
    panel = level_label(source.plan, "arm", row.group_arm) if row.group_arm else " ".join(others)
    return {
        "panel": panel,
        "before": labels[before],
        "after": labels[after],
        "count": row.value,
        "text": count_text(row),
    }


def _changes_alt(rows: Sequence[Stat], labels: dict[str, str]) -> str:
    known = [row for row in rows if math.isfinite(row.value)]
    if len(known) < len(rows):
        return "Numbers of people by class before and after; some are not shown."
    stayed = sum(r.value for r in known if r.level.split(":")[0] == r.level.split(":")[1])
    total = sum(row.value for row in known)
    moves = [r for r in known if r.level.split(":")[0] != r.level.split(":")[1]]
    words = f"{format_count(stayed)} of {format_count(total)} people stayed in their class"
    if not moves:
        return f"{words}."
    first, _, second = max(moves, key=lambda row: row.value).level.partition(":")
    return f"{words}; the most frequent move is from {labels[first]} to {labels[second]}."
