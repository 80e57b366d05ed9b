"""Who took part: flow diagram, baseline table, missingness."""

from __future__ import annotations

import math
from collections.abc import Sequence

from evalpipe.answers.rows import Stat
from evalpipe.report.cells import SUPPRESSED_WORDS, count_share_text, find
from evalpipe.report.documents.model import (
    Block,
    Column,
    Figure,
    Inlines,
    Row,
    Section,
    Table,
    inlines,
)
from evalpipe.report.field_words import flow_title, is_trial, start_words
from evalpipe.report.figures.flow import draw_flow
from evalpipe.report.flow_steps import flow_steps
from evalpipe.report.labels import (
    arm_label,
    in_sentence,
    level_label,
    outcome_label,
    spell,
    variable_label,
    visit_label,
)
from evalpipe.report.numbers import NOTHING, decimals_for_half_width, format_count, format_fixed
from evalpipe.report.source import Source, number_of
from evalpipe.report.words import list_words
from evalpipe.vocabulary import Statistic, StatisticTable

DIFFERENCE = str(Statistic.STANDARDISED_DIFFERENCE)
SIZE = "participants"
"""Variable of the baseline table that counts people."""


def build_participants(source: Source) -> Section | None:
    """Flow, baseline and missingness; None when none of them is there."""
    blocks: list[Block] = []
    for part in (_flow, _baseline, _missingness):
        found = part(source)
        if found is not None:
            blocks.append(found)
    return Section("participants", "Who took part", tuple(blocks)) if blocks else None


def _flow(source: Source) -> Figure | None:
    steps, alt = flow_steps(source)
    if not steps:
        return None
    picture = draw_flow(steps, alt=alt, is_synthetic=source.is_synthetic)
    notes = ["Counts are of pairs."] if source.plan.unit == "dyad" else []
    derived = {
        row.note for row in source.of_table(StatisticTable.FLOW) if "not recorded" in row.note
    }
    if derived:
        notes.append(
            "The source does not record how people left; whoever has no primary outcome at the "
            "last visit counts as lost to follow-up."
        )
    title = inlines(flow_title(source.plan))
    return Figure("figure-flow", title, picture, inlines(" ".join(notes)))


MEMBERS = {"role", "rater"}
"""Groups that make a series of outcomes of their own: whose outcome, and who rated it."""


def group_words(source: Source, row: Stat) -> str:
    """The role and rater of a row: `child, rated by observer`."""
    groups = row.groups
    words = [level_label(source.plan, "role", groups["role"])] if "role" in groups else []
    rater = groups.get("rater")
    if rater and rater != groups.get("role"):
        known = rater in source.plan.roles
        name = level_label(source.plan, "role", rater) if known else spell(rater)
        words.append(f"rated by {in_sentence(name)}")
    return ", ".join(words)


def _baseline(source: Source) -> Table | None:
    rows = source.of_table(StatisticTable.BASELINE)
    if not rows:
        return None
    plain = list(rows)
    arms = [arm for arm in source.plan.arms if any(row.group_arm == arm for row in plain)]
    groups: list[tuple[str, str]] = [(arm, arm_label(source.plan, arm)) for arm in arms] or [
        ("", "All")
    ]
    compared = [
        arm for arm in arms if any(r.group_arm == arm and r.statistic == DIFFERENCE for r in plain)
    ]
    lines: list[Row] = []
    for other in dict.fromkeys(row.group_other for row in plain):
        part = [row for row in plain if row.group_other == other]
        if all(row.variable == SIZE for row in part):
            continue
        lines += _baseline_rows(source, part, [key for key, _ in groups], compared)
    columns = [Column(inlines("Characteristic"))]
    columns += [Column(inlines(label + _size_note(plain, key)), "right") for key, label in groups]
    for arm in compared:
        which = f", {in_sentence(arm_label(source.plan, arm))}" if len(compared) > 1 else ""
        columns.append(Column(inlines(f"Standardised difference{which}"), "decimal"))
    return Table(
        "table-baseline",
        inlines(
            f"Characteristics {start_words(source.plan)}" + (" by arm" if len(arms) > 1 else "")
        ),
        tuple(columns),
        tuple(lines),
        _baseline_note(source, plain, compared),
    )


def _size_note(rows: Sequence[Stat], arm: str) -> str:
    """How many people an arm has, over all roles."""
    sizes = [row.value for row in rows if row.group_arm == arm and row.variable == SIZE]
    known = sum(sizes)
    return f" (n\u00a0=\u00a0{format_count(known)})" if sizes and math.isfinite(known) else ""


def _baseline_note(source: Source, rows: Sequence[Stat], compared: Sequence[str]) -> Inlines:
    words = "Means with standard deviations, or counts with percentages of those known."
    if compared:
        words += (
            " Standardised difference = difference of means or shares over the pooled standard "
            "deviation."
        )
    if compared and is_trial(source.plan):
        words += " No tests: with randomisation a difference at baseline is due to chance."
    if any(not math.isfinite(row.value) for row in rows):
        words += f" {SUPPRESSED_WORDS}."
    return inlines(words)


def _baseline_rows(
    source: Source, rows: Sequence[Stat], arms: Sequence[str], compared: Sequence[str]
) -> list[Row]:
    lines: list[Row] = []
    others = dict.fromkeys(row.group_other for row in rows)
    for other in others:
        if other:
            words = group_words(source, next(r for r in rows if r.group_other == other))
            lines.append(Row((inlines(words),), "group"))
    for variable in dict.fromkeys(row.variable for row in rows if row.variable != SIZE):
        own = [row for row in rows if row.variable == variable]
        if any(row.statistic == Statistic.MEAN for row in own):
            lines.append(_number_row(source, own, arms, compared))
        else:
            lines += _category_rows(source, own, arms, compared)
    return lines


def _number_row(
    source: Source, rows: Sequence[Stat], arms: Sequence[str], compared: Sequence[str]
) -> Row:
    decimals = _mean_decimals(rows)
    cells = [inlines(_label_with_unit(source, rows[0].variable))]
    for arm in arms:
        mean = find(rows, statistic=str(Statistic.MEAN), group_arm=arm)
        sd = find(rows, statistic=str(Statistic.SD), group_arm=arm)
        cells.append(_mean_sd(mean, sd, decimals))
    cells += [_difference_cell(rows, arm) for arm in compared]
    return Row(tuple(cells))


def _mean_decimals(rows: Sequence[Stat]) -> int:
    """Decimals that the means' own precision warrants: SD over the root of n."""
    widths = [
        1.96 * row.value / math.sqrt(row.n)
        for row in rows
        if row.statistic == Statistic.SD and math.isfinite(row.value) and row.n > 0
    ]
    return decimals_for_half_width(max(widths), most=3) if widths else 1


def _mean_sd(mean: Stat | None, sd: Stat | None, decimals: int) -> Inlines:
    if mean is None or not math.isfinite(mean.value):
        return inlines(NOTHING)
    words = inlines(number_of(mean, format_fixed(mean.value, decimals)))
    if sd is None or not math.isfinite(sd.value):
        return words
    return inlines(words, " (", number_of(sd, format_fixed(sd.value, decimals)), ")")


def _difference_cell(rows: Sequence[Stat], arm: str) -> Inlines:
    row = find(rows, statistic=DIFFERENCE, group_arm=arm)
    if row is None or not math.isfinite(row.value):
        return inlines("")
    return inlines(number_of(row, format_fixed(row.value, 2)))


def _category_rows(
    source: Source, rows: Sequence[Stat], arms: Sequence[str], compared: Sequence[str]
) -> list[Row]:
    variable = rows[0].variable
    head = [inlines(variable_label(source.plan, variable)), *(inlines("") for _ in arms)]
    lines = [Row((*head, *(_difference_cell(rows, arm) for arm in compared)))]
    for level in dict.fromkeys(row.level for row in rows if row.level):
        own = [row for row in rows if row.level == level]
        cells = [inlines(level_label(source.plan, variable, level))]
        for arm in arms:
            row = find(own, statistic=str(Statistic.COUNT), group_arm=arm)
            text = count_share_text(row)
            cells.append(inlines(number_of(row, text)) if row is not None else inlines(text))
        cells += [() for _ in compared]
        lines.append(Row(tuple(cells), "indented"))
    return lines


def _missingness(source: Source) -> Table | None:
    rows = [
        row
        for row in source.of_table(StatisticTable.MISSINGNESS, level="missing")
        if row.statistic == Statistic.COUNT and row.group_visit and set(row.groups) <= MEMBERS
    ]
    if not rows:
        return None
    plan = source.plan
    visits = [v for v in (*plan.visits, *plan.periods) if any(r.group_visit == v for r in rows)]
    lines: list[Row] = []
    alike = _alike(rows)
    for series in alike:
        own = [row for row in rows if (row.variable, row.group_other) == series[0]]
        if len(alike) > 1:
            names = [_series_name(source, rows, one) for one in series]
            shown = [names[0], *(in_sentence(name) for name in names[1:])]
            lines.append(Row((inlines(list_words(list(dict.fromkeys(shown)))),), "group"))
        for arm in dict.fromkeys(row.group_arm for row in own):
            cells = [inlines(arm_label(plan, arm) if arm else "All")]
            for visit in visits:
                row = find(own, group_arm=arm, group_visit=visit)
                cells.append(inlines(number_of(row, count_share_text(row))) if row else ())
            lines.append(Row(tuple(cells)))
    has_arms = any(row.group_arm for row in rows)
    columns = (
        Column(inlines("Arm" if has_arms else "")),
        *(Column(inlines(visit_label(plan, visit)), "right") for visit in visits),
    )
    title = inlines(f"Missing outcomes by {'arm and ' if has_arms else ''}visit")
    return Table("table-missingness", title, columns, tuple(lines), inlines(_missing_note(rows)))


def _alike(rows: Sequence[Stat]) -> list[list[tuple[str, str]]]:
    """Series of outcomes that are missing for the same numbers of people, together."""
    found: dict[tuple[tuple[str, str, str], ...], list[tuple[str, str]]] = {}
    for variable, other in dict.fromkeys((row.variable, row.group_other) for row in rows):
        own = [row for row in rows if (row.variable, row.group_other) == (variable, other)]
        counts = tuple((row.group_arm, row.group_visit, count_share_text(row)) for row in own)
        found.setdefault(counts, []).append((variable, other))
    return list(found.values())


def _series_name(source: Source, rows: Sequence[Stat], series: tuple[str, str]) -> str:
    """An outcome, with role and rater where it has several of them."""
    variable, other = series
    name = outcome_label(source.plan, variable)
    if len({row.group_other for row in rows if row.variable == variable}) < 2:
        return name
    first = next(r for r in rows if (r.variable, r.group_other) == (variable, other))
    return f"{name} ({in_sentence(group_words(source, first))})"


def _missing_note(rows: Sequence[Stat]) -> str:
    words = "Number (per cent) of those expected whose outcome is missing."
    if any(not math.isfinite(row.value) for row in rows):
        words += f" {SUPPRESSED_WORDS}."
    return words


def _label_with_unit(source: Source, name: str) -> str:
    """`Age (years)`: a variable's unit stands beside its label."""
    variable = source.plan.variables.get(name)
    unit = f" ({variable.unit})" if variable is not None and variable.unit else ""
    return variable_label(source.plan, name) + unit
