"""The answers of an analysis in words, one for each claim."""

from __future__ import annotations

from dataclasses import dataclass

from evalpipe.answers.rows import Claim, Estimate
from evalpipe.report.documents.model import Inlines, inlines
from evalpipe.report.sentences.told import Told, tell_claim, tell_goals
from evalpipe.report.source import Source

MOST_TOLD = 6
"""Claims told in sentences; a table beside them has all."""


@dataclass(frozen=True)
class Headline:
    """What an analysis answers.

    told: a sentence and a verdict for each claim. sentence: all of them in one run. row: the row
    behind the first claim.
    """

    told: tuple[Told, ...]
    claims: tuple[Claim, ...]

    @property
    def sentence(self) -> Inlines:
        """The sentences of all claims."""
        words: Inlines = ()
        for place, told in enumerate(self.told):
            words = inlines(words, " " if place else "", told.sentence)
        return words

    @property
    def verdict(self) -> str:
        """The verdict of the first claim."""
        return self.told[0].verdict if self.told else ""

    @property
    def row(self) -> Estimate | None:
        """The row behind the first claim."""
        return self.claims[0].row if self.claims else None


def headline_rows(source: Source, analysis_id: str) -> tuple[Estimate, ...]:
    """The rows that answer an analysis' question."""
    return tuple(claim.row for claim in source.claims.get(analysis_id, ()))


def write_headline(source: Source, analysis_id: str) -> Headline:
    """Tell every claim of one analysis; nothing where it asks for no answer of its own."""
    claims = source.claims.get(analysis_id, ())
    goals = [claim for claim in claims if claim.row.term in source.plan.goals]
    if len(goals) > 1:
        return Headline((tell_goals(source, goals),), claims)
    shown = claims[:MOST_TOLD]
    last = len(shown) - 1
    told = tuple(
        tell_claim(source, claim, with_count=place == last or _differs(claim, shown[place + 1]))
        for place, claim in enumerate(shown)
    )
    return Headline(told, claims)


def _differs(claim: Claim, other: Claim) -> bool:
    """Whether two claims are about different numbers of people."""
    return (claim.n_analysed, claim.n_observed) != (other.n_analysed, other.n_observed)


def summary_sentence(source: Source) -> Inlines:
    """The headline of the whole study, for the index: its first primary claim."""
    primary = [name for name, a in source.plan.analyses.items() if a.role == "primary"]
    return write_headline(source, primary[0]).sentence if primary else ()
