"""The sentences of a study's report, with the claims and rows that they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import entail

from evalpipe.config.plan import Plan
from evalpipe.report.documents.model import (
    Bullets,
    Callout,
    Facts,
    Figure,
    Inlines,
    Number,
    Paragraph,
    Section,
    Table,
)
from evalpipe.report.headline import MOST_TOLD, write_headline
from evalpipe.report.source import Source


def sentences_of(source: Source) -> list[entail.Sentence]:
    """Every sentence that tells one claim."""
    found = []
    for name in source.plan.analyses:
        headline = write_headline(source, name)
        if len(headline.told) == min(len(headline.claims), MOST_TOLD):
            found += [
                entail.Sentence(told.sentence, told.verdict, claim)
                for told, claim in zip(headline.told, headline.claims, strict=False)
            ]
    return found


def rows_of(source: Source) -> dict[str, object]:
    """Code -> row, of everything that a sentence may rest on."""
    rows: dict[str, object] = {row.code: row for row in source.estimates}
    rows |= {row.code: row for row in source.statistics}
    rows |= {claim.code: claim for claims in source.claims.values() for claim in claims}
    return rows


def numbers_of(blocks: Iterable[object]) -> Iterator[Number]:
    """Every number of a document that carries the code of a row, in reading order."""
    for block in blocks:
        for pieces in _pieces(block):
            yield from (piece for piece in pieces if isinstance(piece, Number))
        if isinstance(block, Section):
            yield from numbers_of(block.blocks)
        elif isinstance(block, Callout):
            yield from numbers_of(block.content)


def _pieces(block: object) -> Iterable[Inlines]:
    if isinstance(block, Paragraph):
        return [block.content]
    if isinstance(block, Bullets):
        return block.items
    if isinstance(block, Facts):
        return [content for _, content in block.pairs]
    if isinstance(block, Table):
        return [cell for row in block.rows for cell in row.cells] + [block.note]
    return [block.note] if isinstance(block, Figure) else []


def problems_of(source: Source) -> list[str]:
    """What the sentences of a study say and its rows do not."""
    plan: Plan = source.plan
    rows = rows_of(source)
    return [
        f"{sentence.claim.claim_id}: {problem}: {sentence.text}"
        for sentence in sentences_of(source)
        for problem in entail.problems(plan, rows, sentence)
    ]
