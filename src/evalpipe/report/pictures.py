"""Figures of analyses: which picture answers, drawn from rows of `estimates` and `statistics`."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from evalpipe.answers.choose import estimand_of
from evalpipe.answers.rows import Estimate
from evalpipe.config.analyses import Analysis
from evalpipe.report.cells import estimate_text, with_interval
from evalpipe.report.documents.model import Figure, inlines
from evalpipe.report.figures.forest import ForestScale, draw_forest
from evalpipe.report.figures.trajectories import TimeAxis, draw_trajectories
from evalpipe.report.headline import headline_rows
from evalpipe.report.labels import (
    ROLES_OF_ANALYSES,
    in_sentence,
    level_label,
    outcome_facts,
    outcome_label,
    spell,
    variable_label,
    visit_label,
    visit_words,
)
from evalpipe.report.numbers import format_count, format_level
from evalpipe.report.sentences.parts import importance_of, unit_of
from evalpipe.report.source import Source
from evalpipe.report.words import RATIO_SCALES, list_words
from evalpipe.vocabulary import Quantity, Scale, Statistic, StatisticTable

BACK_TRANSFORMED = (Scale.OUTCOME, Scale.RATIO, Scale.PROBABILITY)


def outcome_title(source: Source, outcome: str) -> str:
    """Name of an outcome with its unit or range, for an axis."""
    facts = outcome_facts(source.plan, outcome)
    label = outcome_label(source.plan, outcome)
    if facts is None:
        return label
    if facts.unit:
        return f"{label} ({facts.unit})"
    if facts.score_range:
        low, high = facts.score_range
        return f"{label} ({low:g} to {high:g})"
    return label


def picture_of_answer(source: Source, analysis_id: str) -> Figure | None:
    """Estimated means by visit and arm; None where the analysis has fewer than two means."""
    means = means_of(source, analysis_id)
    visits = {row.visit for row in means}
    is_read = bool(means) and means[0].scale not in (Scale.LOG, Scale.LOG_ODDS)
    if not is_read or len(visits - {""}) < 2:
        return None
    analysis = source.plan.analyses[analysis_id]
    factor = factor_of(analysis)
    frame = _mean_frame(source, means, factor)
    outcome = means[0].outcome
    needs_start = factor == "arm" and source.plan.baseline_visit not in visits
    baseline = _observed_baseline(source, outcome) if needs_start else pd.DataFrame()
    frame = pd.concat([baseline, frame], ignore_index=True) if len(baseline) else frame
    control = source.plan.control_arm
    picture = draw_trajectories(
        frame,
        _time_axis(source, frame),
        outcome=outcome_title(source, outcome),
        alt=_means_alt(source, analysis_id, means),
        better=better_of(source, outcome),
        control=source.plan.arms[control].label if control else None,
        is_synthetic=source.is_synthetic,
    )
    level = next((row.conf_level for row in means if math.isfinite(row.conf_level)), 0.95)
    is_observed = analysis.model.has_observed_means
    points = (
        "observed means of the people analysed" if is_observed else "means estimated by the model"
    )
    note = f"Points are {points}, bars their {format_level(level)} intervals."
    if len(baseline):
        note += " The first point of each line is the observed mean at baseline."
    what = "observed" if is_observed else "estimated"
    by = _by_words(source, analysis, means)
    title = f"{outcome_label(source.plan, outcome)}: {what} means by visit{by}"
    return Figure(f"figure-means-{analysis_id}", inlines(title), picture, inlines(note))


def factor_of(analysis: Analysis) -> str:
    """The factor whose levels an analysis compares; the arm where it compares none."""
    contrast = analysis.estimand.contrast if analysis.estimand else None
    return contrast.factor if contrast is not None else "arm"


def means_of(source: Source, analysis_id: str) -> list[Estimate]:
    """Marginal means of an analysis on the scale on which they are read."""
    rows = [r for r in source.of_analysis(analysis_id, Quantity.MARGINAL_MEAN) if r.is_shown]
    scales = {row.scale for row in rows}
    scale = next((s for s in (*BACK_TRANSFORMED, *sorted(scales)) if s in scales), "")
    if {Scale.OUTCOME, Scale.RATIO} <= scales or {Scale.LOG, Scale.OUTCOME} <= scales:
        scale = Scale.OUTCOME
    return [row for row in rows if row.scale == scale]


def _position(source: Source, visit: str) -> float:
    plan = source.plan
    if visit in plan.visits:
        return float(plan.visits[visit].day)
    if visit in plan.periods:
        return float(sum(plan.periods[visit].days)) / 2
    return float(len(plan.visits))


def _mean_frame(source: Source, means: Sequence[Estimate], factor: str) -> pd.DataFrame:
    records = [
        {
            "series": level_label(source.plan, factor, row.arm) if row.arm else "All",
            "position": _position(source, row.visit),
            "visit": row.visit,
            "estimate": row.estimate,
            "conf_low": row.conf_low,
            "conf_high": row.conf_high,
        }
        for row in map(source.drawn, means)
    ]
    return pd.DataFrame(records)


def _observed_baseline(source: Source, outcome: str) -> pd.DataFrame:
    visit = source.plan.baseline_visit
    if visit is None:
        return pd.DataFrame()
    rows = source.of_table(
        StatisticTable.OBSERVED_MEANS, variable=outcome, statistic=str(Statistic.MEAN)
    )
    records = [
        {
            "series": level_label(source.plan, "arm", row.group_arm),
            "position": _position(source, visit),
            "visit": visit,
            "estimate": source.drawn(row).value,
            "conf_low": math.nan,
            "conf_high": math.nan,
        }
        for row in rows
        if row.group_visit == visit
        and row.group_arm
        and math.isfinite(row.value)
        and not row.group_other
    ]
    return pd.DataFrame(records)


def _time_axis(source: Source, frame: pd.DataFrame) -> TimeAxis:
    pairs = dict.fromkeys(zip(frame["position"], frame["visit"], strict=True))
    ticks = tuple(
        (float(place), visit_label(source.plan, str(visit))) for place, visit in sorted(pairs)
    )
    return TimeAxis("", ticks)


def better_of(source: Source, outcome: str) -> str | None:
    """Which direction of an outcome is better."""
    facts = outcome_facts(source.plan, outcome)
    return facts.better if facts is not None else None


def _by_words(source: Source, analysis: Analysis, means: Sequence[Estimate]) -> str:
    """` and arm`, ` and sex`; nothing where everybody is one group."""
    if not any(row.arm for row in means) or len({row.arm for row in means}) < 2:
        return ""
    factor = "arm" if means[0].arm in source.plan.arms else factor_of(analysis)
    return f" and {in_sentence(variable_label(source.plan, factor))}"


def _means_alt(source: Source, analysis_id: str, means: Sequence[Estimate]) -> str:
    """The finding: the means at the headline visit."""
    rows = headline_rows(source, analysis_id)
    known = {row.visit for row in means}
    visit = rows[0].visit if rows and rows[0].visit in known else means[-1].visit
    factor = factor_of(source.plan.analyses[analysis_id])
    if not any(row.visit == visit for row in means):
        visit = means[-1].visit
    parts = [
        f"{level_label(source.plan, factor, row.arm) if row.arm else ''} "
        f"{with_interval(source, row)}".strip()
        for row in means
        if row.visit == visit
    ]
    where = f" {visit_words(source.plan, visit)}" if visit else ""
    is_observed = source.plan.analyses[analysis_id].model.has_observed_means
    what = "Observed" if is_observed else "Estimated"
    outcome = outcome_label(source.plan, means[0].outcome)
    return f"{what} mean {outcome}{where}: {list_words(parts)}."


def forest_of_outcome(source: Source, outcome: str) -> Figure | None:
    """All analyses of one outcome on one scale, primary first; None with fewer than two rows."""
    found = [
        (name, headline_rows(source, name))
        for name, analysis in source.plan.analyses.items()
        if (estimand := estimand_of(source.plan, analysis)) is not None
        and estimand.outcome == outcome
    ]
    rows = [(name, answers[0]) for name, answers in found if answers]
    primary = next((row for name, row in rows if _is_primary(source, name)), None)
    if primary is None:
        return None
    kept = [
        (n, r)
        for n, r in rows
        if _is_comparable(r, primary) and _is_same_place(source, n, primary.analysis_id)
    ]
    if len([row for _, row in kept if row.is_shown]) < 2:
        return None
    return _forest(source, kept, primary)


def _is_primary(source: Source, name: str) -> bool:
    return source.plan.analyses[name].role == "primary"


def _is_comparable(row: Estimate, primary: Estimate) -> bool:
    """Whether two rows are of the same difference: quantity, term, sides, time and scale.

    What is assumed of missing outcomes may differ; that is what such an analysis asks.
    """
    return _difference_key(row) == _difference_key(primary)


def _difference_key(row: Estimate) -> tuple[object, ...]:
    term = row.about
    return (
        row.quantity,
        row.scale,
        row.arm,
        row.reference_arm,
        row.visit,
        term.effect,
        term.level,
        term.against,
        row.at,
        term.member,
        row.modelled_class,
    )


def _is_same_place(source: Source, name: str, primary: str) -> bool:
    """Whether two analyses are about the same members at the same level of other factors."""
    first, second = source.plan.analyses[name], source.plan.analyses[primary]
    places = [e.at for a in (first, second) if (e := estimand_of(source.plan, a)) is not None]
    is_about = first.of == primary or getattr(first.model, "of", None) == primary
    same_role = is_about or first.only.get("role") == second.only.get("role")
    return same_role and places[0] == places[-1]


def _forest(source: Source, rows: list[tuple[str, Estimate]], primary: Estimate) -> Figure:
    plan = source.plan
    order = {name: place for place, name in enumerate(ROLES_OF_ANALYSES)}
    rows = sorted(rows, key=lambda pair: order[plan.analyses[pair[0]].role])
    frame = pd.DataFrame(
        [
            {
                "group": ROLES_OF_ANALYSES[plan.analyses[name].role],
                "label": short_name(source, name, row),
                "estimate": source.drawn(row).estimate,
                "conf_low": source.drawn(row).conf_low,
                "conf_high": source.drawn(row).conf_high,
                "text": with_interval(source, row),
                "is_primary": _is_primary(source, name),
                "n": format_count(row.n_participants) if math.isfinite(row.n_participants) else "",
            }
            for name, row in rows
        ]
    )
    picture = draw_forest(
        frame,
        _forest_scale(source, primary),
        alt=_forest_alt(source, rows, primary),
        is_synthetic=source.is_synthetic,
    )
    shaded = importance_of(plan, primary)
    note = "n = people analysed."
    if shaded is not None:
        note += f" Shaded: differences smaller than the smallest that matters ({shaded.text})."
    title = f"{outcome_label(plan, primary.outcome)}: every analysis of the same difference"
    return Figure(f"figure-forest-{primary.outcome}", inlines(title), picture, inlines(note))


def short_name(source: Source, analysis_id: str, row: Estimate | None = None) -> str:
    """An analysis in a few words: its name in the plan, and the visit it speaks of."""
    analysis = source.plan.analyses[analysis_id]
    words = analysis.model.short_title if analysis_id == analysis.role else spell(analysis_id)
    visit = f", {in_sentence(visit_label(source.plan, row.visit))}" if row and row.visit else ""
    return f"{words}{visit}"


def _forest_scale(source: Source, primary: Estimate) -> ForestScale:
    plan = source.plan
    own = level_label(plan, "arm", primary.arm)
    other = level_label(plan, "arm", primary.reference_arm)
    better = better_of(source, primary.outcome)
    left, right = f"lower with {own}", f"higher with {own}"
    if better == "lower":
        left, right = f"{own} better", f"{other} better"
    elif better == "higher":
        left, right = f"{other} better", f"{own} better"
    unit = unit_of(plan, primary.outcome)
    is_ratio = primary.scale in RATIO_SCALES
    kind = "Ratio" if is_ratio else "Difference"
    title = f"{kind} in {outcome_label(plan, primary.outcome)}" + (
        f" ({unit})" if unit and not is_ratio else ""
    )
    shaded = importance_of(plan, primary)
    return ForestScale(title, left, right, is_ratio, shaded.value if shaded else None)


def _forest_alt(source: Source, rows: Sequence[tuple[str, Estimate]], primary: Estimate) -> str:
    shown = [(n, row) for n, row in rows if row.is_shown]
    low = min(shown, key=lambda pair: pair[1].estimate)[1]
    high = max(shown, key=lambda pair: pair[1].estimate)[1]
    return (
        f"{len(shown)} analyses of {outcome_label(source.plan, primary.outcome)}: estimates from "
        f"{estimate_text(source, low)} to {estimate_text(source, high)}; the primary analysis "
        f"gives {with_interval(source, primary)}."
    )
