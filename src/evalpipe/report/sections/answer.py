"""The answer: one sentence for each primary estimand, and one picture beside it."""

from __future__ import annotations

from evalpipe.report.design_pictures import (
    picture_of_changes,
    picture_of_conditions,
    picture_of_curve,
    picture_of_periods,
)
from evalpipe.report.documents.model import Block, Figure, Paragraph, Section, inlines
from evalpipe.report.headline import write_headline
from evalpipe.report.pictures import picture_of_answer
from evalpipe.report.source import Source

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
        blocks.append(Paragraph(inlines(headline.sentence), "lead"))
        if headline.verdict:
            blocks.append(Paragraph(inlines(headline.verdict)))
        figure = main_picture(source, name)
        if figure is not None:
            blocks.append(figure)
    return Section("answer", "The answer", tuple(blocks)) if blocks else None


def main_picture(source: Source, analysis_id: str) -> Figure | None:
    """The picture that answers: means by visit, a course, conditions or a change table."""
    for draw in PICTURES:
        figure = draw(source, analysis_id)
        if figure is not None:
            return figure
    return None
