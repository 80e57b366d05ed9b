"""Decisions of disclosure control: every number withheld or shown though small, without values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from evalpipe.config.plan import Plan

RULES = {
    "small_count": "counts {small}, and counts that would give one back",
    "reason_of_loss": "reasons of loss and exclusion that few people had, which CONSORT asks for "
    "and the plan does not show, and those that would give one back",
    "gives_count_back": "numbers from which a withheld count can be computed",
    "few_people": "means and other numbers of few people, and of others that hide which",
    "rests_on_few": "numbers of models that rest on few people at a level, a cell or a site, "
    "and those that would give these back",
    "edge_of_few": "quantiles with few people beyond them",
    "single_person": "numbers that belong to one person: extremes, the last week of the longest",
    "allowed_by_plan": "small numbers shown by decision of the plan",
}


@dataclass(frozen=True)
class Decision:
    """One number that is withheld, or shown though small. row: id of the row. No value."""

    table: str
    row: str
    column: str
    rule: str
    reason: str = ""


def small_words(threshold: int) -> str:
    """Which counts are small: `from 1 to 5`, `of 1`."""
    return f"from 1 to {threshold}" if threshold > 1 else "of 1"


def decision_sentences(plan: Plan, decisions: Sequence[Decision]) -> tuple[str, ...]:
    """How many numbers each rule withholds in each table, in words and without a value."""
    small = small_words(plan.privacy.disclosure_threshold)
    rules = {name: words.format(small=small) for name, words in RULES.items()}
    counted = Counter((decision.rule, decision.table) for decision in decisions)
    sentences = []
    for rule, words in rules.items():
        parts = [
            f"{count} in {table}" for (own, table), count in sorted(counted.items()) if own == rule
        ]
        if parts:
            verb = "shown" if rule == "allowed_by_plan" else "withheld"
            sentences.append(f"{words[0].upper()}{words[1:]}: {verb} {', '.join(parts)}.")
    return tuple(sentences)


def decision_table(decisions: Sequence[Decision]) -> pd.DataFrame:
    """Every decision as a row: table, row, column, rule, reason."""
    columns = ["table", "of_row", "number", "rule", "reason"]
    rows = [(d.table, d.row, d.column, d.rule, d.reason) for d in decisions]
    return pd.DataFrame(rows, columns=columns)
