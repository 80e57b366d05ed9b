"""The answer: one sentence for each primary estimand, and one picture beside it."""

from __future__ import annotations

from evalpipe.answers.rows import Estimate
from evalpipe.report.design_pictures import (
    picture_of_changes,
    picture_of_conditions,
    picture_of_curve,
    picture_of_periods,
)
from evalpipe.report.documents.model import Block, Figure, Paragraph, Section, inlines
from evalpipe.report.headline import Headline, write_headline
from evalpipe.report.pictures import picture_of_answer
from evalpipe.report.sentences.told import counts_outcomes, misses, shown_by
from evalpipe.report.source import Source
from evalpipe.report.words import list_words

PICTURES = (
    picture_of_answer,
    picture_of_changes,
    picture_of_periods,
    picture_of_conditions,
    picture_of_curve,
)
"""In the order in which they are tried; the first that the analysis has is shown."""


def build_answer(source: Source) -> Section | None:
    """One sentence and picture for each primary analysis; None when the plan has none."""
    blocks: list[Block] = []
    for name, analysis in source.plan.analyses.items():
        if analysis.role != "primary":
            continue
        headline = write_headline(source, name)
        for told in headline.told:
            blocks.append(Paragraph(told.sentence, "lead"))
            if told.verdict:
                blocks.append(Paragraph(inlines(told.verdict)))
        if any(_misses_counts(claim.row) for claim in headline.claims):
            blocks.append(Paragraph(inlines(_withheld_line(headline)), "small"))
        figure = main_picture(source, name)
        if figure is not None:
            blocks.append(figure)
    return Section("answer", "The answer", tuple(blocks)) if blocks else None


def _misses_counts(row: Estimate) -> bool:
    """Whether a row misses what counts give back, which a profile shows."""
    return bool(misses(row)) and (counts_outcomes(row) or not row.withholds("estimate"))


def _withheld_line(headline: Headline) -> str:
    """Which key of the plan shows what the answer withholds."""
    rows = [claim.row for claim in headline.claims if _misses_counts(claim.row)]
    keys = list_words([f"`privacy: profile: {key}`" for key in dict.fromkeys(map(shown_by, rows))])
    return (
        "What is withheld would tell how many people were lost, or had an outcome, where they are "
        f"few. {keys} shows it."
    )


def main_picture(source: Source, analysis_id: str) -> Figure | None:
    """The picture that answers: means by visit, a course, conditions or a change table."""
    for draw in PICTURES:
        figure = draw(source, analysis_id)
        if figure is not None:
            return figure
    return None
