"""The answer of an analysis in one sentence, in the words of its field."""

from __future__ import annotations

import math
from dataclasses import dataclass

from evalpipe.answers.choose import answering_rows, estimand_of
from evalpipe.answers.rows import Estimate
from evalpipe.config.analyses import Analysis
from evalpipe.config.plan import Plan
from evalpipe.report.documents.model import Inlines, inlines
from evalpipe.report.labels import (
    arm_label,
    in_sentence,
)
from evalpipe.report.numbers import format_fixed, format_level
from evalpipe.report.precision import decimals_of, is_bounded
from evalpipe.report.sentences.contrasts import (
    change_sentence,
    contrast_sentence,
    interaction_sentence,
)
from evalpipe.report.sentences.parts import (
    ODDS,
    factor_of,
    importance_of,
    nouns_of,
    total_entered,
)
from evalpipe.report.sentences.plain import plain_sentence
from evalpipe.report.sentences.slopes import slope_sentence
from evalpipe.report.source import Source, number_of
from evalpipe.report.words import (
    analysed_words,
    interval_words,
    list_words,
    test_words,
    verdict_sentence,
)
from evalpipe.vocabulary import Quantity, Scale, Status

MOST_TOLD = 6


@dataclass(frozen=True)
class Headline:
    """One sentence, what it means, and the row that it comes from."""

    sentence: Inlines
    verdict: str
    row: Estimate | None


def headline_rows(source: Source, analysis_id: str) -> tuple[Estimate, ...]:
    """The rows that answer an analysis' question."""
    return answering_rows(source.plan, analysis_id, source.estimates)


def write_headline(source: Source, analysis_id: str) -> Headline:
    """The sentence of one analysis; when nothing could be estimated it says so and why."""
    rows = headline_rows(source, analysis_id)
    row = rows[0] if rows else None
    if row is None or not (row.is_shown or math.isfinite(row.p_value)):
        return Headline(inlines(_no_answer(source, analysis_id)), "", row)
    analysis = source.plan.analyses[analysis_id]
    told = [row]
    if row.quantity in (Quantity.SLOPE, Quantity.COEFFICIENT) or ":" in row.term:
        told = [found for found in rows if found.is_shown][:MOST_TOLD]
    sentence: Inlines = ()
    for place, found in enumerate(told):
        is_last = place == len(told) - 1
        bracket = _bracket(source, analysis, found, with_count=is_last)
        one = inlines(_sentence(source, analysis, found), " (", bracket)
        sentence = inlines(sentence, " " if place else "", one, ").")
    return Headline(sentence, _verdict(source, row), row)


def _no_answer(source: Source, analysis_id: str) -> str:
    rows = source.of_analysis(analysis_id)
    notes = list(dict.fromkeys(row.note for row in rows if row.note and row.status != Status.OK))
    why = f": {notes[0]}" if notes else ""
    return f"This question could not be answered from these data{why}."


def _verdict(source: Source, row: Estimate) -> str:
    if row.status == Status.SINGULAR:
        return "The model is at the edge of what the data can tell (see the diagnostics)."
    if row.quantity not in (Quantity.CONTRAST, Quantity.SLOPE_CONTRAST) or not row.has_interval:
        return ""
    own = _own_side(source.plan, row)
    return verdict_sentence(row, importance_of(source.plan, row), own)


def _own_side(plan: Plan, row: Estimate) -> str:
    """What the difference is in favour of."""
    return in_sentence(arm_label(plan, row.arm)) if row.arm in plan.arms else "this side"


def _bracket(source: Source, analysis: Analysis, row: Estimate, *, with_count: bool) -> Inlines:
    decimals = decimals_of(source, row)
    parts = [
        inlines(number_of(row, _interval(row, decimals))) if _has_bracket(row) else (),
        test_words(row),
        inlines(_count_words(source, analysis, row)) if with_count else (),
    ]
    shown = [part for part in parts if part]
    joined: Inlines = ()
    for place, part in enumerate(shown):
        joined = inlines(joined, "; " if place else "", part)
    return joined


def _interval(row: Estimate, decimals: int) -> str:
    level = format_level(row.conf_level)
    if row.scale == Scale.RISK_DIFFERENCE:
        ends = [format_fixed(100 * end, 0) for end in (row.conf_low, row.conf_high)]
        return f"{level} CI {' to '.join(ends)} percentage points"
    if row.quantity not in (Quantity.CONTRAST, Quantity.SLOPE_CONTRAST) or row.scale in ODDS:
        bounded = is_bounded(row)
        ends = [
            format_fixed(end, decimals, bounded=bounded) for end in (row.conf_low, row.conf_high)
        ]
        return f"{level} CI {' to '.join(ends)}"
    return interval_words(row, decimals)


def _has_bracket(row: Estimate) -> bool:
    return row.has_interval and row.outcome != "goal attained"


def _count_words(source: Source, analysis: Analysis, row: Estimate) -> str:
    """`97 of 100 people analysed`; pairs where one member of each is analysed."""
    units, members = total_entered(source)
    nouns = nouns_of(source.plan, analysis)
    if not math.isfinite(members):
        return analysed_words(row, units, nouns)
    if nouns != "people":
        return analysed_words(row, units, nouns)
    is_one_of_each = row.n_participants <= units
    return analysed_words(
        row, units if is_one_of_each else members, "pairs" if is_one_of_each else nouns
    )


def _sentence(source: Source, analysis: Analysis, row: Estimate) -> Inlines:
    estimand = estimand_of(source.plan, analysis)
    if row.quantity == Quantity.CONTRAST and estimand is not None:
        if estimand.summary == "change_from_baseline":
            return change_sentence(source, row)
        if ":" in row.term:
            return interaction_sentence(source, row)
        return contrast_sentence(source, analysis, row, factor_of(row, estimand.contrast))
    if row.quantity in (Quantity.SLOPE, Quantity.SLOPE_CONTRAST, Quantity.COEFFICIENT):
        return slope_sentence(source, analysis, row)
    return plain_sentence(source, row)


def summary_sentence(source: Source) -> Inlines:
    """The headline of the whole study, for the index: its first primary estimand."""
    primary = [name for name, a in source.plan.analyses.items() if a.role == "primary"]
    return write_headline(source, primary[0]).sentence if primary else ()


__all__ = ["Headline", "headline_rows", "list_words", "write_headline"]
