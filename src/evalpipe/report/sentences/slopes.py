"""Sentences about slopes and coefficients."""

from __future__ import annotations

from evalpipe.answers.rows import Estimate
from evalpipe.config.analyses import Analysis
from evalpipe.config.plan import Plan
from evalpipe.report.documents.model import Inlines, Number, inlines
from evalpipe.report.labels import (
    each_unit,
    in_sentence,
    level_label,
    outcome_label,
    term_label,
)
from evalpipe.report.sentences.parts import (
    at_visit,
    compose,
    factor_of,
    place_words,
    signed_size,
    size_of,
)
from evalpipe.report.source import Source, number_of
from evalpipe.report.words import (
    direction_word,
)
from evalpipe.vocabulary import Quantity


def slope_sentence(source: Source, analysis: Analysis, row: Estimate) -> Inlines:
    """A slope, a difference of slopes or a coefficient."""
    plan = source.plan
    outcome = outcome_label(plan, row.outcome)
    each = each_unit(term_label(plan, row.about.effect))
    where = place_words(plan, row)
    size = number_of(row, size_of(source, row))
    factor = factor_of(row, analysis.estimand.contrast if analysis.estimand else None)
    if row.quantity == Quantity.SLOPE_CONTRAST:
        own, other = (
            in_sentence(level_label(plan, factor, x)) for x in (row.arm, row.reference_arm)
        )
        words = f" {direction_word(row)} for “{own}” than for “{other}”{where}"
        return inlines(f"The change in {outcome} with {each} was ", size, words)
    if row.quantity == Quantity.SLOPE:
        who = f" for “{in_sentence(level_label(plan, factor, row.arm))}”" if row.arm else ""
        if row.has_interval and row.conf_low <= 0 <= row.conf_high:
            signed = number_of(row, signed_size(source, row))
            return compose("", f"{outcome} changed by ", signed, f" with {each}{who}{where}")
        verb = "rose" if row.estimate > 0 else "fell"
        return compose("", f"{outcome} {verb} by ", size, f" with {each}{who}{where}")
    return _coefficient_sentence(plan, outcome, row, size)


def _coefficient_sentence(plan: Plan, outcome: str, row: Estimate, size: Number) -> Inlines:
    """A coefficient: of an arm and a number together it is a change of the arm's effect."""
    effect, _, number = row.term.partition(":")
    direction = direction_word(row)
    if effect.startswith("arm[") and number and "[" not in number:
        arm = term_label(plan, effect)
        each = each_unit(term_label(plan, number))
        first = f"the effect of {arm} on {outcome} was "
        return compose(at_visit(plan, row.visit), first, size, f" {direction} with {each}")
    if "[" in row.term:
        return compose(
            "", f"{outcome} was ", size, f" {direction} for “{term_label(plan, row.term)}”"
        )
    each = each_unit(term_label(plan, row.term))
    return compose("", f"{outcome} was ", size, f" {direction} with {each}")
