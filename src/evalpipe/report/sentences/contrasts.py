"""Sentences about differences and ratios of two arms, conditions, visits or roles."""

from __future__ import annotations

from evalpipe.answers.rows import Estimate
from evalpipe.config.analyses import Analysis
from evalpipe.config.plan import Plan
from evalpipe.report.documents.model import Inlines, Words, inlines
from evalpipe.report.labels import (
    in_sentence,
    level_label,
    outcome_label,
    plural,
    short,
)
from evalpipe.report.numbers import format_fixed, format_share
from evalpipe.report.sentences.parts import (
    ODDS,
    compose,
    counted_words,
    given,
    has_unit,
    nouns_of,
    outcome_title,
    size_of,
    start_of,
)
from evalpipe.report.source import Source, number_of
from evalpipe.report.words import (
    RATIO_SCALES,
    direction_word,
)
from evalpipe.vocabulary import Quantity, Scale


def sides_of(plan: Plan, nouns: str, factor: str, row: Estimate) -> tuple[str, str]:
    """Both sides after `among`, `for` or `in`: people of an arm, children, a condition."""
    if factor == "arm":
        return given(plan, nouns, row.arm), given(plan, nouns, row.reference_arm)
    own, other = (short(level_label(plan, factor, x)) for x in (row.arm, row.reference_arm))
    if factor == "role":
        return plural(in_sentence(own)), plural(in_sentence(other))
    if _is_within(plan, factor):
        return f"the condition “{own}”", f"“{other}”"
    return in_sentence(own), in_sentence(other)


def side_word(plan: Plan, factor: str) -> str:
    """The word before a side: `among` people, `in` a condition."""
    is_condition = factor not in ("arm", "role") and _is_within(plan, factor)
    return "in" if is_condition else "among"


def _is_within(plan: Plan, factor: str) -> bool:
    """Whether everybody has several levels of a factor: a condition, an order, a phase."""
    variable = plan.variables.get(factor)
    return variable is None or variable.varies == "occasion"


def contrast_sentence(source: Source, analysis: Analysis, row: Estimate, factor: str) -> Inlines:
    """A difference or ratio of two sides, with the shares behind it."""
    plan = source.plan
    own, other = sides_of(plan, nouns_of(source, analysis, row), factor, row)
    start = start_of(plan, row, with_visit=factor not in ("visit", "period"))
    if row.scale == Scale.RISK_DIFFERENCE:
        return inlines(
            compose(start, *_risk_words(source, analysis, row, own, other)), _shares(source, row)
        )
    if row.scale in ODDS:
        return inlines(compose(start, *_odds_words(source, row, own, other)), _shares(source, row))
    among = side_word(plan, factor)
    size, direction = number_of(row, size_of(source, row)), direction_word(row)
    outcome = outcome_label(plan, row.outcome)
    if getattr(analysis.model, "outcome_as", "score") == "change":
        outcome = f"the change since baseline in {outcome}"
    elif factor == "arm" and row.scale not in RATIO_SCALES and not has_unit(plan, row.outcome):
        first = f"{own} scored "
        return compose(
            start, first, size, f" {direction} on {outcome_title(plan, row)} than {other}"
        )
    first = f"{outcome} was "
    return compose(start, first, size, f" {direction} {among} {own} than {among} {other}")


def _risk_words(
    source: Source, analysis: Analysis, row: Estimate, own: str, other: str
) -> tuple[str, Words, Words]:
    points = number_of(row, format_fixed(100 * abs(row.estimate), 0))
    more = "larger" if row.estimate > 0 else "smaller"
    return (
        f"{_share_name(source, analysis, row)} was ",
        points,
        f" percentage points {more} among {own} than among {other}",
    )


def _odds_words(source: Source, row: Estimate, own: str, other: str) -> tuple[str, Words, Words]:
    noun, verb, those = {
        "odds_ratio": ("odds", "were", "those"),
        "rate_ratio": ("rate", "was", "that"),
        "risk_ratio": ("risk", "was", "that"),
    }[row.scale]
    times = number_of(row, format_fixed(row.estimate, 2))
    return (
        f"the {noun} of {counted_words(source.plan, row)} among {own} {verb} ",
        times,
        f" times {those} among {other}",
    )


def _share_name(source: Source, analysis: Analysis, row: Estimate) -> str:
    """What a share is of: `the share that became secure`, `the share that recovered`."""
    plan, term = source.plan, row.about
    if term.effect.startswith("became "):
        level = term.effect.removeprefix("became ")
        return f"the share that became {in_sentence(level_label(plan, row.outcome, level))}"
    if analysis.model.kind == "reliable_change":
        return RESPONDED_AS.get(term.effect, "the share that {responded}").format(
            responded=responded(analysis.model)
        ) + (
            f" among {plural(in_sentence(short(plan.roles[term.member].label)))}"
            if term.member in plan.roles
            else ""
        )
    return f"the share with {counted_words(plan, row)}"


RESPONDED_AS = {
    "both members responded": "the share of pairs in which both {responded}",
    "at least one member responded": "the share of pairs in which at least one {responded}",
}
"""What is counted -> whose share it is."""


def responded(model: object) -> str:
    """What the responders of an analysis did, by the criterion of its plan."""
    criterion = getattr(model, "criterion", "reliable")
    if criterion == "reliable_and_clinical":
        return "recovered (improved reliably and crossed the cut-off)"
    return "improved reliably"


def _shares(source: Source, row: Estimate) -> Inlines:
    """The two proportions behind a difference or ratio: ` (62% against 32%)`."""
    rows = {
        found.arm: found
        for found in source.of_analysis(row.analysis_id, Quantity.PROPORTION)
        if found.visit == row.visit and found.term == row.term and found.is_shown
    }
    if row.arm not in rows or row.reference_arm not in rows:
        return ()
    own, other = (
        number_of(found, format_share(found.estimate, found.n_participants))
        for found in (rows[row.arm], rows[row.reference_arm])
    )
    return inlines(": ", own, " against ", other)


def change_sentence(source: Source, analysis: Analysis, row: Estimate) -> Inlines:
    """A change since baseline."""
    plan = source.plan
    nouns = nouns_of(source, analysis, row)
    who = f" among {given(plan, nouns, row.arm)}" if len(plan.arms) > 1 and row.arm else ""
    start = start_of(plan, row)
    words = (
        f"{outcome_label(plan, row.outcome)}{who} was ",
        number_of(row, size_of(source, row)),
        f" {direction_word(row)} than at baseline",
    )
    return compose(start, *words)


def interaction_sentence(source: Source, row: Estimate) -> Inlines:
    """A difference of differences: `arm:period[after-vs-before]`."""
    plan, term = source.plan, row.about
    factor, other_factor = term.factors[0], term.factors[-1]
    own, other = (short(level_label(plan, factor, x)) for x in (row.arm, row.reference_arm))
    first, second = (short(level_label(plan, other_factor, x)) for x in (term.level, term.against))
    start = start_of(plan, row, with_visit=other_factor != "visit")
    return compose(
        start,
        f"the difference in {outcome_label(plan, row.outcome)} between {in_sentence(own)} and "
        f"{in_sentence(other)} was ",
        number_of(row, size_of(source, row)),
        f" {direction_word(row)} for “{first}” than for “{second}”",
    )
