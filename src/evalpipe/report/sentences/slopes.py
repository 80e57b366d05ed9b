"""Sentences about slopes and coefficients."""

from __future__ import annotations

from evalpipe.answers.rows import Estimate
from evalpipe.config.analyses import Analysis
from evalpipe.config.plan import Plan
from evalpipe.report.documents.model import Inlines, Number
from evalpipe.report.labels import (
    in_sentence,
    level_label,
    outcome_label,
    step_words,
    term_label,
)
from evalpipe.report.sentences.contrasts import side_word, sides_of
from evalpipe.report.sentences.parts import (
    at_visit,
    compose,
    factor_of,
    given,
    nouns_of,
    signed_size,
    size_of,
    start_of,
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
    if row.quantity == Quantity.COEFFICIENT:
        return _coefficient_sentence(plan, outcome, row, number_of(row, size_of(source, row)))
    each = step_words(plan, row.about.effect)
    start = start_of(plan, row)
    factor = factor_of(row, analysis.estimand.contrast if analysis.estimand else None)
    nouns = nouns_of(source, analysis, row)
    if row.quantity == Quantity.SLOPE_CONTRAST:
        own, other = sides_of(plan, nouns, factor, row)
        word = side_word(plan, factor)
        words = f" {direction_word(row)} {word} {own} than {word} {other}"
        size = number_of(row, size_of(source, row))
        return compose(start, f"the change in {outcome} with {each} was ", size, words)
    who = f" {_among(plan, nouns, factor, row)}" if row.arm else ""
    if row.has_interval and row.conf_low <= 0 <= row.conf_high:
        signed = number_of(row, signed_size(source, row))
        return compose(start, f"{outcome} changed by ", signed, f" with {each}{who}")
    verb = "rose" if row.estimate > 0 else "fell"
    size = number_of(row, size_of(source, row))
    return compose(start, f"{outcome} {verb} by ", size, f" with {each}{who}")


def _among(plan: Plan, nouns: str, factor: str, row: Estimate) -> str:
    """Whose slope it is: `among people given new care`, `in the phase “Closing”`."""
    if row.arm in plan.arms:
        return f"among {given(plan, nouns, row.arm)}" if len(plan.arms) > 1 else ""
    return f"for “{in_sentence(level_label(plan, factor, row.arm))}”"


def _coefficient_sentence(plan: Plan, outcome: str, row: Estimate, size: Number) -> Inlines:
    """A coefficient: of an arm and a number together it is a change of the arm's effect."""
    effect, _, number = row.term.partition(":")
    direction = direction_word(row)
    if effect.startswith("arm[") and number and "[" not in number:
        arm = term_label(plan, effect)
        each = step_words(plan, number)
        first = f"the effect of {arm} on {outcome} was "
        return compose(at_visit(plan, row.visit), first, size, f" {direction} with {each}")
    if "[" in row.term:
        return compose(
            "", f"{outcome} was ", size, f" {direction} for “{term_label(plan, row.term)}”"
        )
    each = step_words(plan, row.term)
    return compose("", f"{outcome} was ", size, f" {direction} with {each}")
