"""Sentences about differences and ratios of two arms, conditions, visits or roles."""

from __future__ import annotations

from evalpipe.answers.rows import Estimate
from evalpipe.config.analyses import Analysis
from evalpipe.config.plan import Plan
from evalpipe.report.documents.model import Inlines, inlines
from evalpipe.report.labels import (
    in_sentence,
    level_label,
    outcome_label,
)
from evalpipe.report.numbers import format_fixed, format_share
from evalpipe.report.sentences.parts import (
    ODDS,
    at_visit,
    compose,
    given,
    has_unit,
    nouns_of,
    outcome_title,
    place_words,
    size_of,
)
from evalpipe.report.source import Source, number_of
from evalpipe.report.words import (
    RATIO_SCALES,
    direction_word,
)
from evalpipe.vocabulary import Quantity, Scale


def _sides(plan: Plan, nouns: str, factor: str, row: Estimate) -> tuple[str, str]:
    if factor == "arm":
        return given(plan, nouns, row.arm), given(plan, nouns, row.reference_arm)
    own, other = (in_sentence(level_label(plan, factor, x)) for x in (row.arm, row.reference_arm))
    return own, other


def contrast_sentence(source: Source, analysis: Analysis, row: Estimate, factor: str) -> Inlines:
    """A difference or ratio of two sides, with the shares behind it."""
    plan = source.plan
    own, other = _sides(plan, nouns_of(plan, analysis), factor, row)
    start = at_visit(plan, row.visit) if factor not in ("visit", "period") else ""
    outcome = in_sentence(outcome_label(plan, row.outcome))
    size, direction = size_of(source, row), direction_word(row)
    if row.scale == Scale.RISK_DIFFERENCE:
        points = format_fixed(100 * abs(row.estimate), 0)
        more = "larger" if row.estimate > 0 else "smaller"
        words = (
            f"{_share_name(source, analysis, row)} was ",
            number_of(row, points),
            f" percentage points {more} among {own} than among {other}",
        )
        return inlines(compose(start, *words), _shares(source, row))
    if row.scale in ODDS:
        noun = {"odds_ratio": "odds", "rate_ratio": "rate", "risk_ratio": "risk"}[row.scale]
        times = number_of(row, format_fixed(row.estimate, 2))
        words = (
            f"the {noun} of “{outcome}” among {own} were ",
            times,
            f" times those among {other}",
        )
        return inlines(compose(start, *words), _shares(source, row))
    if factor != "arm":
        words = (
            f"{outcome}{place_words(plan, row)} was ",
            number_of(row, size),
            f" {direction} under “{own}” than under “{other}”",
        )
        return compose(start, *words)
    if row.scale in RATIO_SCALES or has_unit(plan, row.outcome):
        words = (
            f"{outcome} of {own} was ",
            number_of(row, size),
            f" {direction} than that of {other}",
        )
        return compose(start, *words)
    words = (f"{own} scored ", number_of(row, size), f" {direction} on {outcome_title(plan, row)}")
    return compose(start, *words, f" than {other}")


def _share_name(source: Source, analysis: Analysis, row: Estimate) -> str:
    """What a share is of: `the share that became secure`, `the share that improved`."""
    if row.term.startswith("became "):
        level = row.term.removeprefix("became ")
        return f"the share that became {in_sentence(level_label(source.plan, row.outcome, level))}"
    if analysis.model.kind == "reliable_change":
        return "the share that improved reliably"
    return f"the share with “{in_sentence(outcome_label(source.plan, row.outcome))}”"


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


def change_sentence(source: Source, row: Estimate) -> Inlines:
    """A change since baseline."""
    plan = source.plan
    who = f" among {given(plan, 'people', row.arm)}" if row.arm in plan.arms else ""
    start = at_visit(plan, row.visit)
    outcome = in_sentence(outcome_label(plan, row.outcome))
    words = (
        f"{outcome}{who} was ",
        number_of(row, size_of(source, row)),
        f" {direction_word(row)} than at baseline",
    )
    return compose(start, *words)


def interaction_sentence(source: Source, row: Estimate) -> Inlines:
    """A difference of differences: `arm:period[after-vs-before]`."""
    plan = source.plan
    factor, _, rest = row.term.partition(":")
    other_factor, _, levels = rest.partition(" at ")[0].rstrip("]").partition("[")
    level, _, versus = levels.partition("-vs-")
    own, other = (in_sentence(level_label(plan, factor, x)) for x in (row.arm, row.reference_arm))
    first, second = (in_sentence(level_label(plan, other_factor, x)) for x in (level, versus))
    outcome = in_sentence(outcome_label(plan, row.outcome))
    return inlines(
        f"The difference in {outcome} between {own} and {other} was ",
        number_of(row, size_of(source, row)),
        f" {direction_word(row)} for “{first}” than for “{second}”",
    )
