"""Sentences about t tests of before and after."""

from __future__ import annotations

from evalpipe.answers.rows import Estimate
from evalpipe.config.analyses import Analysis, PrePost
from evalpipe.report.documents.model import Inlines
from evalpipe.report.labels import outcome_label, visit_label, visit_words
from evalpipe.report.sentences.contrasts import contrast_sentence, sides_of
from evalpipe.report.sentences.parts import at_visit, compose, factor_of, nouns_of, size_of
from evalpipe.report.source import Source, number_of
from evalpipe.report.words import direction_word


def pre_post_sentence(source: Source, analysis: Analysis, row: Estimate) -> Inlines:
    """A change within people, a difference of two groups' changes, or of their later scores."""
    plan, model = source.plan, analysis.model
    assert isinstance(model, PrePost)
    outcome = outcome_label(plan, row.outcome)
    size = (number_of(row, size_of(source, row)), f" {direction_word(row)} ")
    if model.compare == "within":
        before = visit_words(plan, model.before)
        return compose(at_visit(plan, row.visit), f"{outcome} was ", *size, f"than {before}")
    contrast = analysis.estimand.contrast if analysis.estimand is not None else None
    factor = factor_of(row, contrast)
    if model.compare == "after":
        return contrast_sentence(source, analysis, row, factor)
    own, other = sides_of(plan, nouns_of(source, analysis, row), factor, row)
    start, end = (visit_label(plan, visit) for visit in (model.before, model.after))
    words = f"the change in {outcome} from “{start}” to “{end}” was "
    return compose("", words, *size, f"among {own} than among {other}")
