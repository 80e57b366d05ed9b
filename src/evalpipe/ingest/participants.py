"""Everybody once: what every file says of a participant, and whether the files agree."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.findings import Finding, Level
from evalpipe.ingest.rows import Rows, key_columns
from evalpipe.vocabulary import Column

DAYS = (Column.ENTRY_DAY, Column.DISPOSITION_DAY)


def participant_columns(plan: Plan) -> tuple[str, ...]:
    """Return the columns of `participants` that raw files may give."""
    variables = tuple(n for n, v in plan.variables.items() if v.varies != "occasion")
    return (*key_columns(plan), *DAYS, *variables)


def build_participants(plan: Plan, parts: Sequence[Rows]) -> tuple[pd.DataFrame, list[Finding]]:
    """Return one row for each participant, sorted by id, and the findings.

    A value that a dyad's file gives belongs to both members. A participant for whom a column has
    two values is a finding (arms must be constant within a participant).
    """
    ids = _everybody(parts)
    people = pd.DataFrame({Column.PARTICIPANT_ID: ids}).set_index(Column.PARTICIPANT_ID)
    findings: list[Finding] = []
    dyad = _collect(parts, Column.DYAD_ID, Column.PARTICIPANT_ID, findings)
    people[Column.DYAD_ID] = dyad.reindex(people.index) if dyad is not None else None
    for name in participant_columns(plan):
        if name != Column.DYAD_ID:
            people[name] = _column(people, parts, name, findings)
    people = _complete(plan, people)
    return people.reset_index(), findings


def _everybody(parts: Sequence[Rows]) -> list[str]:
    seen: set[str] = set()
    for part in parts:
        if Column.PARTICIPANT_ID in part.frame:
            seen |= set(part.frame[Column.PARTICIPANT_ID].dropna())
    return sorted(seen)


def _column(
    people: pd.DataFrame, parts: Sequence[Rows], name: str, findings: list[Finding]
) -> pd.Series:
    own = _collect(parts, name, Column.PARTICIPANT_ID, findings)
    values = own.reindex(people.index) if own is not None else None
    dyads_only = [p for p in parts if Column.PARTICIPANT_ID not in p.frame]
    shared = _collect(dyads_only, name, Column.DYAD_ID, findings)
    if shared is not None:
        of_dyad = people[Column.DYAD_ID].map(shared)
        values = of_dyad if values is None else values.fillna(of_dyad)
    return values if values is not None else pd.Series(None, index=people.index, dtype="object")


def _collect(
    parts: Sequence[Rows], name: str, key: str, findings: list[Finding]
) -> pd.Series | None:
    """Return the first value of each participant (or dyad); two different ones are a finding."""
    found = []
    for part in parts:
        frame = part.frame
        is_own = part.source.entry.one_row_per != "session" or name != Column.THERAPIST_ID
        if key in frame and name in frame and name != key and is_own:
            known = frame[[key, name]].dropna()
            _check_constant(part, known, name, key, findings)
            found.append(known.drop_duplicates(key).set_index(key)[name])
    if not found:
        return None
    together = pd.concat(found)
    differs = together.groupby(level=0).nunique() > 1
    if differs.any():
        rule = f"differs between files for the same {_unit(key)}"
        findings.append(Finding(Level.ERROR, rule, "participants", name, int(differs.sum())))
    first: pd.Series = together[~together.index.duplicated()]
    return first


def _check_constant(
    part: Rows, known: pd.DataFrame, name: str, key: str, findings: list[Finding]
) -> None:
    first = known.groupby(key)[name].transform("first")
    wrong = known[name] != first
    rows = tuple(int(row) for row in known.index[wrong.to_numpy(dtype=bool)])
    if rows:
        rule = f"must be the same in every row of one {_unit(key)}"
        findings.append(Finding(Level.ERROR, rule, part.source.file, name, len(rows), rows))


def _unit(key: str) -> str:
    return "dyad" if key == Column.DYAD_ID else "participant"


def _complete(plan: Plan, people: pd.DataFrame) -> pd.DataFrame:
    if len(plan.arms) == 1:
        people[Column.ARM] = next(iter(plan.arms))
    given = people[Column.RANDOMISED].astype("boolean")
    people[Column.RANDOMISED] = given.fillna(people[Column.ARM].notna()).astype(bool)
    people[Column.ELIGIBLE] = pd.Series(pd.NA, index=people.index, dtype="boolean")
    people[Column.ELIGIBILITY_REASON] = None
    return people
