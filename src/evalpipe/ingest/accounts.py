"""The account of ids: for every file whom it names, for every two files whether they agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.ingest.ids import FORMS, find_cure
from evalpipe.ingest.rows import Rows, targets
from evalpipe.vocabulary import Column


@dataclass(frozen=True)
class FileAccount:
    """Whom one file names; only counts.

    is_register: whether it says who is in the study. known, unknown: ids that the files that say so
    have and have not; None where no file says so. without_arm: ids of people without an arm, None
    in a study with one arm. without_visit: rows, None where the file gives no visit.
    """

    file: str
    is_register: bool
    rows: int
    ids: int
    known: int | None
    unknown: int | None
    without_arm: int | None
    without_visit: int | None


@dataclass(frozen=True)
class PairAccount:
    """Whether two files name the same people; only counts.

    match: ids of both. more: how many more would match without leading zeros, case, ... cure: the
    keys of the plan that let `cured` more match, "" where none does.
    """

    first: str
    second: str
    match: int
    more: dict[str, int]
    cure: str
    cured: int


@dataclass(frozen=True)
class Account:
    """The whole account; see `FileAccount` and `PairAccount`."""

    files: tuple[FileAccount, ...]
    pairs: tuple[PairAccount, ...]

    def to_record(self) -> dict[str, Any]:
        """The same as JSON data."""
        return {"files": [asdict(f) for f in self.files], "pairs": [asdict(p) for p in self.pairs]}


@dataclass(frozen=True)
class Known:
    """Who is in the study, by the files that say so.

    registers: those files; none where people are taken from whatever file names them.
    """

    registers: tuple[Rows, ...]
    participants: frozenset[str]
    dyads: frozenset[str]

    def knows(self, part: Rows) -> pd.Series[bool]:
        """Whether the person (or dyad) of each row is in the study; true where no id stands."""
        frame = part.frame
        key = key_of(part)
        if not self.registers or key not in frame:
            return pd.Series(True, index=frame.index)
        known = self.participants if key == Column.PARTICIPANT_ID else self.dyads
        if not known and key == Column.PARTICIPANT_ID and Column.DYAD_ID in frame:
            key, known = Column.DYAD_ID, self.dyads
        return frame[key].isna() | frame[key].isin(known)


def key_of(part: Rows) -> str:
    """The column that says whose rows they are."""
    has_own = Column.PARTICIPANT_ID in part.frame
    return Column.PARTICIPANT_ID if has_own else Column.DYAD_ID


def has_outcomes(part: Rows) -> bool:
    """Whether something was measured in this file, at a visit or in a session."""
    entry = part.source.entry
    return bool(entry.scores or entry.items) or entry.one_row_per != "participant"


def find_known(plan: Plan, parts: Sequence[Rows]) -> Known:
    """Say which files tell who is in the study, and whom they name.

    Those that give the arm; in a study where none does, those with a row a participant and nothing
    measured.
    """
    registers = tuple(p for p in parts if len(plan.arms) > 1 and Column.ARM in targets(p.source))
    if not registers:
        registers = tuple(p for p in parts if not has_outcomes(p) and p.source.entry.visit is None)
    frames = [part.frame for part in registers]
    return Known(registers, _ids_in(frames, Column.PARTICIPANT_ID), _ids_in(frames, Column.DYAD_ID))


def _ids_in(frames: Sequence[pd.DataFrame], key: str) -> frozenset[str]:
    return frozenset(i for frame in frames if key in frame for i in frame[key].dropna())


def take_account(plan: Plan, parts: Sequence[Rows], people: pd.DataFrame, known: Known) -> Account:
    """Count whom every file names, and how far every two files of one cohort agree.

    people: the participants table, for the arms. Ids are as read, after the plan's `ids`.
    """
    names = name_parts(parts)
    files = [_of_file(plan, n, p, people, known) for n, p in zip(names, parts, strict=True)]
    pairs = []
    for (first, one), (second, other) in combinations(zip(names, parts, strict=True), 2):
        key = _common_key(one, other)
        if key is not None and one.source.cohort == other.source.cohort and first != second:
            pairs.append(_of_pair(first, one.frame[key], second, other.frame[key]))
    return Account(tuple(files), tuple(pairs))


def name_parts(parts: Sequence[Rows]) -> list[str]:
    """The file of each part; with the plan's name for it where several read one file."""
    files = [part.source.file for part in parts]
    return [
        f"{file} [{part.source.name}]" if files.count(file) > 1 else file
        for file, part in zip(files, parts, strict=True)
    ]


def _of_file(plan: Plan, name: str, part: Rows, people: pd.DataFrame, known: Known) -> FileAccount:
    frame, key = part.frame, key_of(part)
    ids = frame[key].dropna().drop_duplicates()
    unknown = frame.loc[~known.knows(part), key].nunique() if known.registers else None
    without_arm = None
    if len(plan.arms) > 1:
        owner = people.dropna(subset=[key])
        lacking = set(owner.loc[owner[Column.ARM].isna(), key])
        without_arm = int(ids.isin(lacking).sum())
    has_visit = Column.VISIT in targets(part.source)
    return FileAccount(
        file=name,
        is_register=any(part is register for register in known.registers),
        rows=len(frame),
        ids=len(ids),
        known=None if unknown is None else len(ids) - unknown,
        unknown=unknown,
        without_arm=without_arm,
        without_visit=int(frame[Column.VISIT].isna().sum()) if has_visit else None,
    )


def _common_key(one: Rows, other: Rows) -> str | None:
    for key in (Column.PARTICIPANT_ID, Column.DYAD_ID):
        if key in targets(one.source) and key in targets(other.source):
            return key
    return None


def _of_pair(first: str, ids: pd.Series[str], second: str, others: pd.Series[str]) -> PairAccount:
    own, theirs = set(ids.dropna()), set(others.dropna())
    left = pd.Series(sorted(own - theirs), dtype="string")
    right = pd.Series(sorted(theirs - own), dtype="string")
    if left.empty or right.empty:
        return PairAccount(first, second, len(own & theirs), {}, "", 0)
    more = {name: len(set(form(left)) & set(form(right))) for name, form in FORMS.items()}
    cure, cured = find_cure(left, right)
    gained = {name: count for name, count in more.items() if count}
    return PairAccount(first, second, len(own & theirs), gained, cure, cured)
