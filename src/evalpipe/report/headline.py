"""The answer of an analysis in one sentence, in the words of its field."""

from __future__ import annotations

import math
from dataclasses import dataclass

from evalpipe.answers.rows import Estimate
from evalpipe.config.analyses import Analysis, Estimand
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
    LEFT_OUT,
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

_QUANTITIES: dict[str, tuple[str, ...]] = {
    "slope": (Quantity.SLOPE,),
    "difference_in_slopes": (Quantity.SLOPE_CONTRAST,),
    "coefficient": (Quantity.COEFFICIENT, Quantity.SLOPE),
    "agreement": (Quantity.AGREEMENT, Quantity.INTRACLASS_CORRELATION),
    "marginal_homogeneity": (Quantity.MARGINAL_HOMOGENEITY,),
}
_SCALES: dict[str, tuple[str, ...]] = {
    "ratio_of_means": (Scale.RATIO,),
    "odds_ratio": (Scale.ODDS_RATIO,),
    "risk_difference": (Scale.RISK_DIFFERENCE,),
    "share_improved": (Scale.RISK_DIFFERENCE,),
    "rate_ratio": (Scale.RATE_RATIO,),
}


MOST_TOLD = 6


@dataclass(frozen=True)
class Headline:
    """One sentence, what it means, and the row that it comes from."""

    sentence: Inlines
    verdict: str
    row: Estimate | None


def headline_rows(source: Source, analysis_id: str) -> tuple[Estimate, ...]:
    """The rows that answer an analysis' question, the one of the headline visit first.

    Rows on the scale of the estimand's summary come before others; empty when none is there.
    """
    analysis = source.plan.analyses[analysis_id]
    estimand = estimand_of(source.plan, analysis)
    if estimand is None:
        likelihoods = source.of_analysis(analysis_id, Quantity.LIKELIHOOD_RATIO)
        return likelihoods or source.of_analysis(analysis_id, Quantity.PROPORTION)
    if estimand.contrast is None and estimand.summary == "share_improved":
        return source.of_analysis(analysis_id, Quantity.PROPORTION)
    wanted = _QUANTITIES.get(estimand.summary, (Quantity.CONTRAST,))
    found = [row for row in source.of_analysis(analysis_id, *wanted) if LEFT_OUT not in row.term]
    rows = [row for row in found if _fits(row, estimand)]
    scales = _SCALES.get(estimand.summary)
    own = [row for row in rows if scales and row.scale in scales]
    plain = [row for row in rows if row.scale not in (Scale.LOG, Scale.LOG_ODDS)]
    return tuple(sorted(own or plain or rows, key=lambda row: _rank(row, estimand)))


def estimand_of(plan: Plan, analysis: Analysis) -> Estimand | None:
    """The estimand of an analysis, or that of the analysis it is about."""
    if analysis.estimand is not None:
        return analysis.estimand
    of = getattr(analysis.model, "of", None) or analysis.of
    return plan.analyses[of].estimand if of in plan.analyses else None


def _fits(row: Estimate, estimand: Estimand) -> bool:
    if row.quantity == Quantity.CONTRAST:
        if estimand.summary == "change_from_baseline":
            return row.term.startswith("change")
        if estimand.summary == "difference_of_differences":
            return ":" in row.term
        contrast = estimand.contrast
        return contrast is None or (
            row.arm == contrast.level
            and row.reference_arm == contrast.versus
            and ":" not in row.term
        )
    if row.quantity == Quantity.COEFFICIENT and estimand.terms:
        return any(_names(row.term, term) for term in estimand.terms)
    return True


def _names(term: str, wanted: str) -> bool:
    """Whether a coefficient belongs to a term of the plan: `arm[new]:day` to `arm:day`."""
    bare = term.partition(" at ")[0]
    parts = [part.partition("[")[0] for part in bare.split(":")]
    return bare == wanted or ":".join(parts) == wanted or sorted(parts) == sorted(wanted.split(":"))


def _rank(row: Estimate, estimand: Estimand) -> tuple[int, int]:
    is_headline = row.visit == (estimand.headline_visit or "")
    return (0 if is_headline else 1, 0 if row.is_shown else 1)


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
