"""The sentences of a study's report, with the claims and rows that they rest on."""

from __future__ import annotations

import entail

from evalpipe.config.plan import Plan
from evalpipe.report.headline import write_headline
from evalpipe.report.source import Source


def sentences_of(source: Source) -> list[entail.Sentence]:
    """Every sentence that tells one claim."""
    found = []
    for name in source.plan.analyses:
        headline = write_headline(source, name)
        if len(headline.told) == len(headline.claims[: len(headline.told)]):
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


def problems_of(source: Source) -> list[str]:
    """What the sentences of a study say and its rows do not."""
    plan: Plan = source.plan
    rows = rows_of(source)
    return [
        f"{sentence.claim.claim_id}: {problem}: {sentence.text}"
        for sentence in sentences_of(source)
        for problem in entail.problems(plan, rows, sentence)
    ]
