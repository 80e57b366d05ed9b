"""Sentences about agreement, shares, tests and other single numbers."""

from __future__ import annotations

from evalpipe.answers.rows import Estimate
from evalpipe.config.analyses import Analysis
from evalpipe.report.documents.model import Inlines, inlines
from evalpipe.report.labels import (
    in_sentence,
    level_label,
    outcome_label,
    term_label,
)
from evalpipe.report.numbers import format_fixed, format_share
from evalpipe.report.precision import decimals_of, is_bounded
from evalpipe.report.sentences.contrasts import responded
from evalpipe.report.sentences.intraclass import INTRACLASS_NAMES
from evalpipe.report.sentences.parts import AGREEMENTS, at_visit, compose, given, nouns_of
from evalpipe.report.source import Source, number_of
from evalpipe.vocabulary import Quantity


def plain_sentence(source: Source, analysis: Analysis, row: Estimate) -> Inlines:
    """A single number: agreement, a share, a test."""
    plan = source.plan
    outcome = outcome_label(plan, row.outcome) if row.outcome else ""
    if row.quantity == Quantity.MARGINAL_HOMOGENEITY:
        return _homogeneity_sentence(source, row, outcome)
    if row.quantity == Quantity.LIKELIHOOD_RATIO:
        return inlines("The richer model was tested against the simpler one by their likelihoods")
    if row.quantity == Quantity.PROPORTION:
        return _proportion_sentence(source, analysis, row)
    if row.about.over == "cases":
        return _median_sentence(source, row, outcome)
    if row.term in INTRACLASS_NAMES and row.is_shown:
        return _intraclass_sentence(source, row, outcome)
    what = AGREEMENTS.get(row.term) or AGREEMENTS.get(row.quantity) or term_label(plan, row.term)
    if not row.is_shown:
        return inlines(f"{what}, {outcome}" if outcome else what)
    digits = format_fixed(row.estimate, decimals_of(source, row), bounded=is_bounded(row))
    about = f"{what} on {outcome}" if outcome else what
    return compose(at_visit(plan, row.visit), f"{about} was ", number_of(row, digits))


def _intraclass_sentence(source: Source, row: Estimate, outcome: str) -> Inlines:
    """Which intraclass correlation, of what: its form and code in brackets."""
    name, _, code = INTRACLASS_NAMES[row.term].partition(": ")
    kind, _, form = name.partition(", ")
    digits = format_fixed(row.estimate, decimals_of(source, row), bounded=is_bounded(row))
    words = f"the {in_sentence(kind)} of {outcome} ({form}, {code}) was "
    return compose(at_visit(source.plan, row.visit), words, number_of(row, digits))


def _proportion_sentence(source: Source, analysis: Analysis, row: Estimate) -> Inlines:
    """A single share, or of several goals the ones attained most and least often."""
    rows = [r for r in source.of_analysis(row.analysis_id, Quantity.PROPORTION) if r.is_shown]
    goals = [found for found in rows if found.term in source.plan.goals]
    share = number_of(row, format_share(row.estimate, row.n_participants))
    if len(goals) < 2:
        nouns = nouns_of(source, analysis, row)
        who = given(source.plan, nouns, row.arm) if row.arm in source.plan.arms else nouns
        return inlines(share, f" of {who} {responded(analysis.model)}")
    most = max(goals, key=lambda found: found.estimate)
    least = min(goals, key=lambda found: found.estimate)
    most_share, least_share = (
        number_of(found, format_share(found.estimate, found.n_participants))
        for found in (most, least)
    )
    return inlines(
        f"Of {len(goals)} goals, “{in_sentence(term_label(source.plan, most.term))}” was attained "
        "most often (by ",
        most_share,
        f"), “{in_sentence(term_label(source.plan, least.term))}” least often (by ",
        least_share,
        ")",
    )


def _homogeneity_sentence(source: Source, row: Estimate, outcome: str) -> Inlines:
    """Shares before and after in words, the test behind them."""
    shares = {
        found.term.rpartition(" ")[2]: found
        for found in source.of_analysis(row.analysis_id, Quantity.PROPORTION)
        if found.arm == row.arm and found.term.endswith((" before", " after"))
    }
    if set(shares) != {"before", "after"}:
        return inlines(f"Equality of the distributions of {outcome} before and after")
    level = shares["after"].term.removesuffix(" after")
    before, after = (
        number_of(found, format_share(found.estimate, found.n_participants))
        for found in (shares["before"], shares["after"])
    )
    name = in_sentence(level_label(source.plan, row.outcome, level))
    if level == "yes":
        name = f"“{outcome}”"
    return inlines(before, f" were {name} before and ", after, " after")


OVERLAPS = {
    "nap": "share of pairs of observations in which the later phase is better (NAP)",
    "pnd": "share of observations in the later phase beyond the best of the baseline phase (PND)",
    "tau_u": "overlap corrected for the trend in the baseline phase (Tau-U)",
}
"""Measures of single cases in words."""


def _median_sentence(source: Source, row: Estimate, outcome: str) -> Inlines:
    """The median of a measure over single cases."""
    name = row.about.effect
    digits = format_fixed(row.estimate, decimals_of(source, row), bounded=is_bounded(row))
    what = OVERLAPS.get(name, name)
    return inlines(f"Over all cases, the median {what} on {outcome} was ", number_of(row, digits))
