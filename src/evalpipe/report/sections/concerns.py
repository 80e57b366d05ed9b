"""What could be wrong: missing data, fits, deviations, decisions on disclosure, the design."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from evalpipe.answers.rows import Stat
from evalpipe.config.analyses import Analysis
from evalpipe.config.privacy_rules import PROFILE_WORDS, SHOWN_BY_PROFILE
from evalpipe.config.study import Design
from evalpipe.disclosure.decisions import small_words
from evalpipe.report.cells import estimate_text, find
from evalpipe.report.documents.model import Block, Bullets, Inlines, Paragraph, Section, inlines
from evalpipe.report.headline import headline_rows
from evalpipe.report.labels import (
    in_sentence,
    level_label,
    outcome_label,
    plural,
    spell,
    variable_label,
    visit_words,
)
from evalpipe.report.numbers import format_count, format_fixed, format_percentage, format_share
from evalpipe.report.precision import decimals_of
from evalpipe.report.sections.deviations import deviations
from evalpipe.report.sections.diagnostics_words import diagnostics_sentences, is_troubled
from evalpipe.report.sections.participants import MEMBERS
from evalpipe.report.sentences.parts import given
from evalpipe.report.source import Source, number_of
from evalpipe.report.words import list_words
from evalpipe.vocabulary import Statistic, StatisticTable, Status

DESIGN_LIMITS = {
    Design.SINGLE_ARM: "There is no control arm: change over time is not the effect of treatment. "
    "Recovery on its own, regression to the mean and other help are part of it.",
    Design.PRE_POST: "Measurements before and after without randomisation: change is not the "
    "effect of treatment.",
    Design.OBSERVATIONAL: "Nobody was randomised: differences may have other causes.",
    Design.MULTIPLE_BASELINE: "Few people, each compared with their own baseline: what else "
    "happened when the phase changed is part of the difference.",
    Design.CROSSOVER: "Everyone had every condition: effects that carry over from one condition "
    "to the next are in the model as far as the plan declares them.",
}
PART_TITLES = (
    "Missing data",
    "Fits",
    "Influence",
    "Deviations",
    "Privacy and disclosure",
    "Design",
)


def build_concerns(source: Source, record: Mapping[str, Any]) -> Section | None:
    """One part for each kind of concern that the study has."""
    parts = (
        _missing(source),
        _fits(source),
        _influence(source),
        deviations(source, record),
        _disclosure(source, record),
        _design(source),
    )
    blocks: list[Block] = [
        Section(f"concerns-{title.split(' ')[0].lower()}", title, tuple(part))
        for title, part in zip(PART_TITLES, parts, strict=True)
        if part
    ]
    return Section("concerns", "What could be wrong", tuple(blocks)) if blocks else None


def _missing(source: Source) -> list[Block]:
    """Where outcomes are missing most often; `none` only where every count is known to be zero."""
    rows = [
        row
        for row in source.of_table(
            StatisticTable.MISSINGNESS, statistic=str(Statistic.COUNT), level="missing"
        )
        if row.group_visit and set(row.groups) <= MEMBERS
    ]
    known = [row for row in rows if row.n > 0 and math.isfinite(row.value)]
    if not rows:
        return []
    worst = max(known, key=lambda row: row.value / row.n, default=None)
    if len(known) < len(rows):
        told = _worst_words(source, worst) if worst is not None and worst.value > 0 else ()
        return [Paragraph(inlines(MISSING_WITHHELD, told, _assumption(source)))]
    if worst is None or worst.value == 0:
        return [Paragraph(inlines("No outcome is missing at any visit."))]
    return [Paragraph(inlines(_worst_words(source, worst), _assumption(source)))]


MISSING_WITHHELD = (
    "Outcomes are missing, or may be: some of the numbers missing were counted and are withheld "
    "(`privacy: profile: clinical` shows them). "
)


def _worst_words(source: Source, worst: Stat) -> Inlines:
    plan = source.plan
    where = visit_words(plan, worst.group_visit)
    role = worst.groups.get("role")
    nouns = plural(in_sentence(level_label(plan, "role", role))) if role else "people"
    has_arms = worst.group_arm and len(plan.arms) > 1
    who = given(plan, nouns, worst.group_arm) if has_arms else nouns
    share = format_percentage(worst.value, worst.n)
    return inlines(
        f"The largest share known to be missing is that of {outcome_label(plan, worst.variable)} "
        f"{where}: ",
        number_of(worst, f"{format_count(worst.value)} of {format_count(worst.n)}"),
        f" {who} (",
        number_of(worst, share),
        "). ",
    )


def _assumption(source: Source) -> Inlines:
    primary = [a for a in source.plan.analyses.values() if a.role == "primary"]
    words = " ".join(
        dict.fromkeys(AT_RANDOM if a.model.is_likelihood else COMPLETE for a in primary)
    )
    return inlines(f"{words} " if words else "", _sensitivity(source))


AT_RANDOM = (
    "The primary model assumes that what is missing depends only on what was seen (missing at "
    "random)."
)
COMPLETE = (
    "The primary analysis is of those whose outcome was seen: it assumes that who is missing "
    "depends on nothing but what the analysis adjusts for."
)


def _sensitivity(source: Source) -> str:
    """Which analyses assume something else than missing at random."""
    names = [
        f"“{analysis.question}”"
        for analysis in source.plan.analyses.values()
        if getattr(analysis.model, "assume", "missing_at_random") != "missing_at_random"
    ]
    if not names:
        return (
            "No analysis of this plan asks what happens when that is wrong, so the answer rests "
            "on it."
        )
    return f"What happens when that is wrong is asked by {list_words(names)}."


def _fits(source: Source) -> list[Block]:
    items: list[Inlines] = []
    told = ""
    for name in source.plan.analyses:
        rows = [row for row in source.diagnostics if row.analysis_id == name]
        if any(is_troubled(row) for row in rows):
            words = " ".join(diagnostics_sentences(source, name))
            told += f"{name}: {words}\n"
            items.append(inlines(f"{_title(source, name)}: {words}"))
    for name, analysis in source.plan.analyses.items():
        own = source.of_analysis(name)
        if not own:
            kind = spell(analysis.model.kind).lower()
            items.append(
                inlines(
                    f"{_title(source, name)}: this version computes no analysis of the kind "
                    f"“{kind}”; nothing is reported for it."
                )
            )
        items += [
            inlines(f"{_title(source, name)}: {note.rstrip('.')}.")
            for note in dict.fromkeys(
                row.note
                for row in own
                if row.status in (Status.NOT_ESTIMABLE, Status.NOT_AVAILABLE) and row.note
            )
            if note not in told
        ]
    if items:
        return [Bullets(tuple(items))]
    if not source.diagnostics:
        return []
    return [Paragraph(inlines("Every fit converged; none is singular."))]


def _title(source: Source, analysis_id: str) -> str:
    """How an analysis is called: its role and its question."""
    analysis = source.plan.analyses[analysis_id]
    return f"{spell(analysis.role)} (“{analysis.question}”)"


def _influence(source: Source) -> list[Block]:
    """How far the primary answers move when single units or sites are left out."""
    items: list[Inlines] = []
    for name, analysis in source.plan.analyses.items():
        if analysis.role != "primary":
            continue
        rows = [
            row
            for row in source.of_table(StatisticTable.INFLUENCE)
            if row.groups.get("analysis") == name
        ]
        mean = find(rows, statistic="root_mean_square")
        share = find(rows, statistic="share_beyond_a_fifth")
        if mean and share and math.isfinite(mean.value + share.value):
            moved = number_of(mean, format_fixed(mean.value, 2))
            unit = _unit_left_out(source, analysis)
            words = inlines(
                f"When any one {unit} is left out, the answer moves by ",
                moved,
                " standard errors (root mean square), and by more than a fifth of one for ",
                number_of(share, format_share(share.value, share.n)),
                " of them.",
            )
            items.append(words)
        items += _left_out(source, name)
    return [Bullets(tuple(items))] if items else []


def _unit_left_out(source: Source, analysis: Analysis) -> str:
    """What one unit of the model is: its highest level, a site, a pair or a person."""
    plan, model = source.plan, analysis.model
    levels = [str(term.within) for term in getattr(model, "random", ())]
    residual = getattr(model, "residual", None)
    levels += [str(residual.within)] if residual is not None and residual.within else []
    found = [name for name in plan.clusters if name in levels]
    if found:
        outer = {plan.clusters[name].contains for name in found}
        return in_sentence(variable_label(plan, next(n for n in found if n not in outer)))
    is_pair = plan.unit == "dyad" and "dyad" in levels
    return "pair" if is_pair else "person"


def _left_out(source: Source, analysis_id: str) -> list[Inlines]:
    """The range of the answer when whole sites are left out, one at a time."""
    rows = [
        row
        for row in source.of_table(StatisticTable.INFLUENCE, statistic="estimate")
        if row.groups.get("analysis") == analysis_id
        and row.groups.get("kind") == "leave_one_out"
        and math.isfinite(row.value)
    ]
    whole = headline_rows(source, analysis_id)
    if len(rows) < 2 or not whole or not whole[0].is_shown:
        return []
    level = rows[0].level.removeprefix("without ").rpartition(" ")[0]
    low = min(rows, key=lambda row: row.value)
    high = max(rows, key=lambda row: row.value)
    decimals = decimals_of(source, whole[0])
    return [
        inlines(
            f"Fitted again without one {in_sentence(variable_label(source.plan, level))} at a "
            "time, the answer lies between ",
            number_of(low, format_fixed(low.value, decimals)),
            " and ",
            number_of(high, format_fixed(high.value, decimals)),
            " (with all of them: ",
            number_of(whole[0], estimate_text(source, whole[0])),
            ").",
        )
    ]


def _disclosure(source: Source, record: Mapping[str, Any]) -> list[Block]:
    privacy = source.plan.privacy
    items: list[Inlines] = []
    gate = (record.get("ingest") or {}).get("gate", {})
    if SHOWN_BY_PROFILE[privacy.profile]:
        items.append(
            inlines(f"Disclosure profile `{privacy.profile}`: {PROFILE_WORDS[privacy.profile]}.")
        )
    for allowed in privacy.allow:
        words = f"Shown although small or individual: {spell(allowed.what).lower()}."
        items.append(inlines(f"{words} {allowed.reason}"))
    items += [inlines(str(decision)) for decision in record.get("disclosure", [])]
    items += [inlines(words) for words in _gate_words(gate.get("decisions", []))]
    for check in gate.get("anonymity", []):
        words = f"Anonymity {check['finding']}. {check['reason']}"
        items.append(inlines(words.strip()))
    words = (
        f"Counts {small_words(privacy.disclosure_threshold)} are not shown, nor are numbers from "
        "which they could be computed; every decision is a row of disclosure.csv, without its "
        "value."
        if privacy.disclosure_threshold
        else "Small counts are shown, since nobody is behind made-up data."
    )
    first: list[Block] = [Paragraph(inlines(words))]
    return [*first, *([Bullets(tuple(items))] if items else [])]


def _gate_words(decisions: Sequence[Mapping[str, Any]]) -> list[str]:
    """Decisions of the gate, alike ones in one line with their columns."""
    columns: dict[tuple[str, str, str], list[str]] = {}
    for decision in decisions:
        key = (decision["rule"], decision["decision"], decision["reason"])
        columns.setdefault(key, []).append(str(decision["column"]))
    lines = []
    for (rule, decided, reason), named in columns.items():
        where = "column" if len(named) == 1 else f"{len(named)} columns:"
        lines.append(
            f"The gate, {where} {list_words(named)}: {spell(rule).lower()}, {decided}. "
            f"{reason}".strip()
        )
    return lines


def _design(source: Source) -> list[Block]:
    study = source.plan.study
    words = DESIGN_LIMITS.get(study.design)
    parts = [words] if words else []
    if study.synthetic:
        parts.append(
            "The data are made up from a known recipe: they show what the pipeline does, "
            "not what the treatment does."
        )
    if not study.protocol.blinding and study.design in (Design.PARALLEL_RCT, Design.CLUSTER_RCT):
        parts.append("The plan does not say who was blind to the allocation.")
    return [Paragraph(inlines(" ".join(parts)))] if parts else []
