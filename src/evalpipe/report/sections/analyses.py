"""Estimands and analyses: each question with its estimand, model, estimates and verdict."""

from __future__ import annotations

import math

from evalpipe.answers.choose import estimand_of
from evalpipe.answers.rows import Estimate
from evalpipe.config.analyses import Analysis
from evalpipe.report.documents.model import (
    Block,
    Emph,
    Figure,
    Inlines,
    Paragraph,
    Section,
    Table,
    inlines,
)
from evalpipe.report.headline import write_headline
from evalpipe.report.labels import ROLES_OF_ANALYSES, term_label
from evalpipe.report.numbers import format_df, format_fixed, format_p_equation
from evalpipe.report.path_pictures import picture_of_paths, picture_of_residuals
from evalpipe.report.pictures import forest_of_outcome
from evalpipe.report.sections.analysis_tables import answer_table, model_table, responder_table
from evalpipe.report.sections.answer import main_picture
from evalpipe.report.sections.diagnostics_words import diagnostics_sentences
from evalpipe.report.sections.model_words import estimand_facts, model_symbols, model_words
from evalpipe.report.source import Source, number_of
from evalpipe.vocabulary import Quantity

WITH_MODEL_TABLE = ("primary", "reproduction", "exploratory")


def build_analyses(source: Source) -> Section | None:
    """One part for each analysis in the order of the plan, then the forest plots.

    Analyses that reproduce published ones stand with the published numbers.
    """
    blocks: list[Block] = [
        build_analysis(source, name, analysis)
        for name, analysis in source.plan.analyses.items()
        if analysis.role != "reproduction"
    ]
    paths = picture_of_paths(source)
    if paths is not None:
        title = "How the two members influence each other"
        blocks.append(Section("influence-of-members", title, (paths,)))
    forests = _forests(source)
    if forests:
        blocks.append(Section("all-analyses", "All analyses together", tuple(forests)))
    return Section("analyses", "Estimands and analyses", tuple(blocks)) if blocks else None


def _forests(source: Source) -> list[Figure]:
    outcomes = dict.fromkeys(
        estimand.outcome
        for analysis in source.plan.analyses.values()
        if analysis.role == "primary" and (estimand := estimand_of(source.plan, analysis))
    )
    found = (forest_of_outcome(source, outcome) for outcome in outcomes)
    return [figure for figure in found if figure is not None]


def build_analysis(source: Source, name: str, analysis: Analysis) -> Section:
    """One analysis: its answer, estimand, model, estimates and verdict."""
    blocks: list[Block] = []
    if analysis.role != "primary":
        headline = write_headline(source, name)
        for told in headline.told:
            blocks.append(Paragraph(told.sentence))
            if told.verdict and analysis.role in ("secondary", "mechanism"):
                blocks.append(Paragraph(inlines(told.verdict)))
    facts = estimand_facts(source, name, analysis) if analysis.estimand is not None else None
    if facts is not None:
        blocks.append(facts)
    blocks.append(Paragraph(model_words(source.plan, analysis)))
    symbols = model_symbols(analysis)
    if symbols and analysis.role == "primary":
        blocks.append(Paragraph(symbols))
    blocks += _results(source, name, analysis)
    sentences = diagnostics_sentences(source, name)
    if sentences:
        blocks.append(Paragraph(inlines(" ".join(sentences)), "small"))
    if analysis.note:
        blocks.append(Paragraph(inlines(analysis.note)))
    title = f"{ROLES_OF_ANALYSES[analysis.role].split(' ')[0]}: {analysis.question}"
    return Section(f"analysis-{name}", title, tuple(blocks))


def _results(source: Source, name: str, analysis: Analysis) -> list[Block]:
    tables: list[Table | None] = [answer_table(source, name), responder_table(source, name)]
    if analysis.role in WITH_MODEL_TABLE or _asks_for_coefficients(analysis):
        tables.append(model_table(source, name))
    blocks: list[Block] = [table for table in tables if table is not None]
    if analysis.role in ("secondary", "mechanism"):
        figure = main_picture(source, name)
        if figure is not None:
            blocks.append(figure)
    if analysis.role == "primary":
        residuals = picture_of_residuals(source, name)
        if residuals is not None:
            blocks.append(residuals)
    joint = _joint_sentence(source, name)
    if joint:
        blocks.append(Paragraph(joint))
    return blocks


def _asks_for_coefficients(analysis: Analysis) -> bool:
    return analysis.estimand is not None and analysis.estimand.summary == "coefficient"


def _joint_sentence(source: Source, name: str) -> Inlines:
    """Joint tests of the interactions with several degrees of freedom."""
    rows = [
        row
        for row in source.of_analysis(name, Quantity.JOINT_TEST)
        if ":" in row.term and math.isfinite(row.statistic)
    ]
    words: Inlines = ()
    for row in rows:
        words = inlines(words, "; " if words else "Joint tests: ", _joint_test(source, row))
    return inlines(words, ".") if words else ()


def _joint_test(source: Source, row: Estimate) -> Inlines:
    df = format_df(row.df)
    letter = "F" if df else "χ²/df"
    freedom = f"({format_df(row.df_numerator)}{', ' + df if df else ''})"
    relation, _, digits = format_p_equation(row.p_value).partition(" ")
    return inlines(
        f"{term_label(source.plan, row.term)}, ",
        Emph(letter),
        f"{freedom} = ",
        number_of(row, format_fixed(row.statistic, 2)),
        ", ",
        Emph("p"),
        f" {relation} ",
        number_of(row, digits),
    )
