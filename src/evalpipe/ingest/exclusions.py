"""People who are in the files and, as the plan says with a reason, not in the study."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from evalpipe.config.ids import Exclusion
from evalpipe.config.plan import Plan
from evalpipe.findings import Finding, Level
from evalpipe.ingest.accounts import Known, key_of
from evalpipe.ingest.rows import Rows
from evalpipe.vocabulary import Column, Disposition

_BEFORE_ENTRY = (
    Disposition.NOT_ELIGIBLE.value,
    Disposition.DECLINED.value,
    Disposition.NOT_RANDOMISED.value,
)


def lacks_arm(plan: Plan, people: pd.DataFrame) -> pd.Series[bool]:
    """True for people without an arm where neither disposition nor `randomised` says why."""
    if len(plan.arms) < 2:
        return pd.Series(False, index=people.index)
    explained = people[Column.DISPOSITION].isin(_BEFORE_ENTRY)
    if Column.RANDOMISED in _given(plan):
        explained |= ~people[Column.RANDOMISED].astype(bool)
    return people[Column.ARM].isna() & ~explained


def _given(plan: Plan) -> set[str]:
    from evalpipe.config.names import target_of

    return {target_of(c) for entry in plan.data.values() for c in entry.columns.values()}


def is_excluded(plan: Plan, part: Rows, who: str) -> pd.Series[bool]:
    """Whether the plan excludes such people at all; then they are counted, not told by row."""
    excluded = any(one.who == who for one in plan.exclusions.values())
    is_person = key_of(part) == Column.PARTICIPANT_ID
    return pd.Series(excluded and is_person, index=part.frame.index)


def find_excluded(
    plan: Plan, parts: Sequence[Rows], people: pd.DataFrame, known: Known
) -> dict[str, frozenset[str]]:
    """Exclusion of the plan -> ids of whom it is about."""
    strangers = frozenset(
        i
        for part in parts
        if key_of(part) == Column.PARTICIPANT_ID
        for i in part.frame.loc[~known.knows(part), Column.PARTICIPANT_ID]
    )
    armless = frozenset(people.loc[lacks_arm(plan, people), Column.PARTICIPANT_ID]) - strangers
    ids = {"not_in_participants_file": strangers, "without_arm": armless}
    return {name: ids[one.who] for name, one in plan.exclusions.items()}


def check_excluded(plan: Plan, excluded: dict[str, frozenset[str]]) -> list[Finding]:
    """Hold the number of each exclusion against the files."""
    return [
        Finding(
            Level.ERROR,
            f"the plan excludes {one.number} people under `exclusions: {name}` ({one.who}); "
            f"the files have {len(excluded[name])}",
            "participants",
            None,
            0,
            (),
            "Correct the number, or find out who came or went",
        )
        for name, one in plan.exclusions.items()
        if len(excluded[name]) != one.number
    ]


def mark_excluded(
    plan: Plan, people: pd.DataFrame, excluded: dict[str, frozenset[str]]
) -> pd.DataFrame:
    """Give excluded people the disposition and reason of the plan; they never entered."""
    marked = people.copy()
    for name, ids in excluded.items():
        one: Exclusion = plan.exclusions[name]
        rows = marked[Column.PARTICIPANT_ID].isin(ids)
        if not rows.any():
            continue
        for column, value in (
            (Column.DISPOSITION, one.disposition),
            (Column.DISPOSITION_REASON, one.reason),
        ):
            marked[column] = marked[column].astype("object").mask(rows, value)
        marked[Column.RANDOMISED] = marked[Column.RANDOMISED].mask(rows, False)
    return marked


def drop_excluded(table: pd.DataFrame, excluded: dict[str, frozenset[str]]) -> pd.DataFrame:
    """Leave out what was measured of excluded people."""
    ids = frozenset().union(*excluded.values()) if excluded else frozenset()
    if not ids or Column.PARTICIPANT_ID not in table:
        return table
    return table[~table[Column.PARTICIPANT_ID].isin(ids)].reset_index(drop=True)
