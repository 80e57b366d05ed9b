"""A claim in words: its sentence with interval, test and numbers of people, and its verdict."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from evalpipe.answers.choose import estimand_of
from evalpipe.answers.claims import counts_pairs, units_and_members
from evalpipe.answers.rows import Claim, Estimate
from evalpipe.config.analyses import Analysis
from evalpipe.config.privacy_rules import Profile
from evalpipe.report.documents.model import Inlines, inlines
from evalpipe.report.labels import (
    arm_label,
    in_sentence,
    level_label,
    short,
    term_label,
    visit_words,
)
from evalpipe.report.numbers import format_count, format_fixed, format_level, format_share
from evalpipe.report.precision import decimals_of, is_bounded
from evalpipe.report.sentences.contrasts import (
    change_sentence,
    contrast_sentence,
    interaction_sentence,
)
from evalpipe.report.sentences.equivalence import equivalence_test_words, equivalence_verdict
from evalpipe.report.sentences.parts import ODDS, factor_of, importance_of, nouns_of, unit_of
from evalpipe.report.sentences.plain import plain_sentence
from evalpipe.report.sentences.pre_post import pre_post_sentence
from evalpipe.report.sentences.rm_anova import rm_anova_sentence
from evalpipe.report.sentences.slopes import slope_sentence
from evalpipe.report.source import Source, number_of
from evalpipe.report.words import interval_words, list_words, test_words, verdict_sentence
from evalpipe.vocabulary import ClaimStatus, Quantity, Scale, Status

WITHHELD_NAMES = {
    "estimate": "estimate",
    "conf_low": "interval",
    "statistic": "test statistic",
    "df": "degrees of freedom",
    "p_value": "p",
    "n_participants": "number analysed",
}
"""Columns of a row -> what a reader misses when they are withheld."""

SHOWN_BY = {
    "outcomes": Profile.OPEN,
    "flow": Profile.CLINICAL,
}
"""What a withheld number would tell -> the profile under `privacy` that shows it."""


LATER = "the later measurement"
"""What a change within everybody is in favour of: no arm."""


@dataclass(frozen=True)
class Told:
    """A claim in words; the verdict is empty where the plan does not say what matters."""

    sentence: Inlines
    verdict: str = ""


def tell_claim(source: Source, claim: Claim, *, with_count: bool = True) -> Told:
    """Tell one claim in the words of its state."""
    row = claim.row
    if claim.status is ClaimStatus.NOT_ESTIMABLE:
        return Told(inlines(f"{_about(source, row)}could not be estimated{_why(claim)}."))
    if claim.status is ClaimStatus.WITHHELD:
        words = "was computed and is withheld, because it would tell about few people"
        return Told(inlines(f"{_about(source, row)}{words}; {_way_out(row)}."))
    analysis = source.plan.analyses[claim.analysis_id]
    sentence = inlines(_sentence(source, analysis, row), _delta_words(source, row))
    bracket = _bracket(source, claim, with_count=with_count)
    told = inlines(sentence, " (", bracket, ").") if bracket else inlines(sentence, ".")
    return Told(told, _verdict(source, row))


def tell_goals(source: Source, goals: Sequence[Claim]) -> Told:
    """Of several goals the ones attained most and least often."""
    rows = [claim.row for claim in goals if claim.row.is_shown]
    if not rows:
        return tell_claim(source, goals[0])
    most = max(rows, key=lambda row: row.estimate)
    least = min(rows, key=lambda row: row.estimate)
    most_share, least_share = (
        number_of(row, format_share(row.estimate, row.n_participants)) for row in (most, least)
    )
    names = [in_sentence(term_label(source.plan, row.term)) for row in (most, least)]
    return Told(
        inlines(
            f"Of {len(rows)} goals, “{names[0]}” was attained most often (by ",
            most_share,
            f"), “{names[1]}” least often (by ",
            least_share,
            ").",
        )
    )


def _way_out(row: Estimate) -> str:
    """What a plan can do about an answer that is withheld."""
    if not counts_outcomes(row):
        return "joining levels, or leaving out the term that few people differ in, gives one"
    return f"`privacy: profile: {shown_by(row)}` shows it"


def shown_by(row: Estimate) -> str:
    """Return the profile of a plan that shows what is withheld in a row."""
    return SHOWN_BY["outcomes" if counts_outcomes(row) else "flow"]


def counts_outcomes(row: Estimate) -> bool:
    """Whether a row is a function of counts of people with an outcome."""
    return row.quantity == Quantity.PROPORTION or row.scale in (
        Scale.RISK_DIFFERENCE,
        Scale.RISK_RATIO,
        Scale.ODDS_RATIO,
    )


def _about(source: Source, row: Estimate) -> str:
    """What has no answer: `The answer at 8 months (new against usual) `."""
    plan = source.plan
    when = f" {visit_words(plan, row.visit)}" if row.visit and row.visit != "average" else ""
    factor = _factor(source, row)
    sides = [short(level_label(plan, factor, arm)) for arm in (row.arm, row.reference_arm) if arm]
    who = f" ({' against '.join(in_sentence(side) for side in sides)})" if sides else ""
    return f"The answer{when}{who} "


def _factor(source: Source, row: Estimate) -> str:
    """The factor whose levels a row compares."""
    if row.arm in source.plan.arms:
        return "arm"
    estimand = estimand_of(source.plan, source.plan.analyses[row.analysis_id])
    return factor_of(row, estimand.contrast if estimand is not None else None)


def _why(claim: Claim) -> str:
    reason = claim.row.note.removeprefix("not estimable: ").rstrip(".")
    return f": {reason}" if reason else ""


def _delta_words(source: Source, row: Estimate) -> Inlines:
    """What was assumed of missing outcomes, where a row is one of several assumptions."""
    delta = row.about.delta
    if delta is None:
        return ()
    unit = unit_of(source.plan, row.outcome)
    return inlines(
        f", if missing outcomes of {in_sentence(arm_label(source.plan, row.arm))} are shifted by "
        f"{format_fixed(delta, _places(delta))} {unit}".rstrip()
    )


def _places(value: float) -> int:
    return len(f"{value:g}".partition(".")[2])


def _sentence(source: Source, analysis: Analysis, row: Estimate) -> Inlines:
    estimand = estimand_of(source.plan, analysis)
    term = row.about
    if row.quantity == Quantity.JOINT_TEST:
        return rm_anova_sentence(source, analysis, row)
    if row.quantity in (Quantity.CONTRAST, Quantity.EQUIVALENCE) and estimand is not None:
        if analysis.model.kind == "pre_post":
            return pre_post_sentence(source, analysis, row)
        if term.is_change:
            return change_sentence(source, analysis, row)
        if term.is_difference_of_differences:
            return interaction_sentence(source, row)
        return contrast_sentence(source, analysis, row, factor_of(row, estimand.contrast))
    if row.quantity in (Quantity.SLOPE, Quantity.SLOPE_CONTRAST, Quantity.COEFFICIENT):
        return slope_sentence(source, analysis, row)
    return plain_sentence(source, analysis, row)


def _verdict(source: Source, row: Estimate) -> str:
    estimand = estimand_of(source.plan, source.plan.analyses[row.analysis_id])
    if row.quantity == Quantity.EQUIVALENCE and estimand is not None:
        return equivalence_verdict(source, estimand, row)
    if row.quantity not in (Quantity.CONTRAST, Quantity.SLOPE_CONTRAST):
        return ""
    own = LATER
    if row.arm:
        own = in_sentence(short(level_label(source.plan, _factor(source, row), row.arm)))
    words = verdict_sentence(row, importance_of(source.plan, row), own)
    if row.status == Status.SINGULAR:
        what = "A variance of the model was estimated at zero, or a correlation at one"
        told = "; df, interval and p are those of the model without it" if row.df > 0 else ""
        note = f"{what}{told} (see the diagnostics)."
        return f"{words} {note}".strip()
    return words


def _bracket(source: Source, claim: Claim, *, with_count: bool) -> Inlines:
    row = claim.row
    is_equivalence = row.quantity == Quantity.EQUIVALENCE
    parts = [
        inlines(number_of(row, _interval(row, decimals_of(source, row)))) if _has_ci(row) else (),
        equivalence_test_words(row) if is_equivalence else test_words(row),
        count_words(source, claim) if with_count else (),
        inlines(_withheld_words(row)),
    ]
    joined: Inlines = ()
    for part in (part for part in parts if part):
        joined = inlines(joined, "; " if joined else "", part)
    return joined


def _has_ci(row: Estimate) -> bool:
    return row.has_interval and row.outcome != "goal attained"


def misses(row: Estimate) -> list[str]:
    """Return what a reader of an answer misses because it is withheld."""
    return [name for column, name in WITHHELD_NAMES.items() if row.withholds(column)]


def _withheld_words(row: Estimate) -> str:
    missing = misses(row)
    return f"withheld: {list_words(missing)}" if missing else ""


def _interval(row: Estimate, decimals: int) -> str:
    level = format_level(row.conf_level)
    if row.scale == Scale.RISK_DIFFERENCE:
        ends = [format_fixed(100 * end, 0) for end in (row.conf_low, row.conf_high)]
        return f"{level} CI {' to '.join(ends)} percentage points"
    differences = (Quantity.CONTRAST, Quantity.SLOPE_CONTRAST, Quantity.EQUIVALENCE)
    if row.quantity not in differences or row.scale in ODDS:
        bounded = is_bounded(row)
        ends = [
            format_fixed(end, decimals, bounded=bounded) for end in (row.conf_low, row.conf_high)
        ]
        return f"{level} CI {' to '.join(ends)}"
    return interval_words(row, decimals)


def count_words(source: Source, claim: Claim) -> Inlines:
    """Who is in the analysis and who was seen then: `97 of 100 people analysed, 52 seen then`.

    Of dyads both members, or one of each pair, are told as what they are.
    """
    row, analysed = claim.row, claim.n_analysed
    if not math.isfinite(analysed):
        return ()
    analysis = source.plan.analyses[claim.analysis_id]
    nouns, total = nouns_of(source, analysis, row), claim.n_entered
    is_dyadic = math.isfinite(units_and_members(source)[1])
    if is_dyadic and nouns == "people" and counts_pairs(row):
        nouns = "pairs"
    words = inlines(number_of(claim, format_count(analysed)))
    if math.isfinite(total) and total >= analysed:
        words = inlines(words, " of ", number_of(claim, format_count(total)))
    words = inlines(words, f" {nouns} analysed")
    seen = claim.n_observed
    if math.isfinite(seen) and seen < analysed:
        seen_number = number_of(claim, format_count(seen))
        words = inlines(words, ", ", seen_number, " seen at that time")
    return words
