"""The verdict on the canonical tables of a study: each against its schema, all against each other.

Judged are participants, measured scores, responses, sessions and goals, before anything is
computed from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.design.consistency import check_consistency, joined_schemas
from evalpipe.findings import Finding, errors_in
from evalpipe.schemas import SCHEMAS
from evalpipe.schemas.findings import SchemaFaultError, count_rules, find_misfits
from evalpipe.vocabulary import Column, Table

CANONICAL = (Table.PARTICIPANTS, Table.SCORES, Table.RESPONSES, Table.SESSIONS, Table.GOALS)


@dataclass(frozen=True)
class Checked:
    """What was held against how many rules.

    table: a canonical table, or `between <table> and the others`. rows: None for the latter.
    people: participants (dyads, where a row names no participant) with a row; None likewise.
    """

    table: str
    rules: int
    rows: int | None = None
    people: int | None = None

    def to_record(self) -> dict[str, Any]:
        """The same as JSON data."""
        return asdict(self)


@dataclass(frozen=True)
class Judgement:
    """Every finding, and what was checked to find them."""

    findings: tuple[Finding, ...]
    checked: tuple[Checked, ...]


def judge_tables(plan: Plan, tables: Mapping[Table, pd.DataFrame]) -> Judgement:
    """Hold the canonical tables against their schemas and against each other.

    tables: in the shape of their schemas (`conform_frame`); one that is absent is not judged.
    Where a table breaks its own schema, a rule between tables may have nothing to stand on; then
    the findings so far are told alone.
    """
    found: list[Finding] = []
    checked: list[Checked] = []
    for table in CANONICAL:
        if table not in tables:
            continue
        frame, schema = tables[table], SCHEMAS[table](plan)
        found += find_misfits(frame, schema, source=f"{table} table")
        checked.append(Checked(table.value, count_rules(schema), len(frame), _people(frame)))
    checked += [
        Checked(f"between {name} and the others", count_rules(schema))
        for name, schema in joined_schemas(plan).items()
    ]
    found += _between(plan, tables, is_sound=not errors_in(found))
    return Judgement(tuple(_widest(found)), tuple(checked))


def _between(plan: Plan, tables: Mapping[Table, pd.DataFrame], *, is_sound: bool) -> list[Finding]:
    named = {table.value: frame for table, frame in tables.items()}
    if is_sound:
        return check_consistency(plan, named)
    try:
        return check_consistency(plan, named)
    except (LookupError, TypeError, ValueError, AttributeError, SchemaFaultError):
        return []


def _widest(findings: list[Finding]) -> list[Finding]:
    """Each finding once: of one rule found twice the one with more rows, in the first place."""
    kept: dict[tuple[str, str, str | None], Finding] = {}
    for finding in findings:
        key = (finding.source, finding.rule, finding.column)
        if key not in kept or finding.count > kept[key].count:
            kept[key] = finding
    return list(kept.values())


def _people(frame: pd.DataFrame) -> int:
    owner = frame[Column.PARTICIPANT_ID]
    if Column.DYAD_ID in frame:
        owner = owner.fillna(frame[Column.DYAD_ID])
    return int(owner.nunique())
