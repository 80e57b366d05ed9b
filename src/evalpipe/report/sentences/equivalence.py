"""Sentences about equivalence: whether a difference is too small to matter."""

from __future__ import annotations

from evalpipe.answers.rows import Estimate
from evalpipe.config.analyses import Estimand
from evalpipe.config.equivalence import bounds_of
from evalpipe.report.documents.model import Inlines, inlines
from evalpipe.report.numbers import MINUS
from evalpipe.report.sentences.parts import unit_of
from evalpipe.report.source import Source
from evalpipe.report.words import test_words

SIDE_WORDS = {
    "above_lower": "Above the lower bound",
    "below_upper": "Below the upper bound",
}


def bounds_words(source: Source, estimand: Estimand, outcome: str) -> str:
    """The differences that do not matter: `−5 to 5 points`."""
    bounds = bounds_of(source.plan, estimand)
    if bounds is None:
        return "the bounds"
    ends = [f"{end:g}".replace("-", MINUS) for end in bounds]
    return f"{ends[0]} to {ends[1]} {unit_of(source.plan, outcome)}".strip()


def equivalence_test_words(row: Estimate) -> Inlines:
    """Both one-sided tests in one p: `two one-sided tests, larger p = .012`."""
    words = test_words(row)
    return inlines("two one-sided tests, larger ", words) if words else ()


def equivalence_verdict(source: Source, estimand: Estimand, row: Estimate) -> str:
    """Whether equivalence is shown, by the larger p and nothing else."""
    within = bounds_words(source, estimand, row.outcome)
    alpha = (1 - row.conf_level) / 2
    if row.p_value <= alpha:
        return f"Both are equivalent: the difference lies within {within}."
    return f"Equivalence within {within} is not shown, which does not show a difference."
