"""Raw files of one study to its canonical tables; the first thing that happens is the gate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.errors import DataError
from evalpipe.findings import Finding, Level
from evalpipe.ingest.account_rules import check_account
from evalpipe.ingest.accounts import Account, find_known, take_account
from evalpipe.ingest.cluster_numbers import number_clusters
from evalpipe.ingest.days import dates_to_days
from evalpipe.ingest.exclusions import (
    check_excluded,
    drop_excluded,
    find_excluded,
    mark_excluded,
)
from evalpipe.ingest.ledger import goals_of, sessions_of
from evalpipe.ingest.measurements import occasion_variables, responses_of, scores_of
from evalpipe.ingest.participants import build_participants
from evalpipe.ingest.rows import Rows, canonical_rows
from evalpipe.ingest.sources import Source, read_sources
from evalpipe.ingest.unmentioned import find_unmentioned
from evalpipe.vocabulary import Column, Table

Gate = Callable[[Plan, Source], None]
"""Judges a raw file before anything of it is kept; raises PrivacyError."""

_SCORE_KEYS = [Column.PARTICIPANT_ID, Column.SCALE, Column.RATER, Column.VISIT, Column.OCCASION]
_RESPONSE_KEYS = [
    Column.PARTICIPANT_ID,
    Column.VISIT,
    Column.OCCASION,
    Column.INSTRUMENT,
    Column.ITEM,
    Column.RATER,
]


@dataclass(frozen=True)
class Ingested:
    """The canonical tables of a study, what was found, and the digests of the raw files.

    tables: participants, responses, scores, sessions, goals (the last four only where the plan has
    them). digests: raw file -> sha256. columns: raw file -> its headings. account: of ids.
    """

    tables: Mapping[Table, pd.DataFrame]
    findings: tuple[Finding, ...]
    digests: Mapping[str, str]
    columns: Mapping[str, tuple[str, ...]]
    account: Account


def ingest_study(plan: Plan, folder: Path, gate: Gate) -> Ingested:
    """Read, judge and shape every raw file of the plan.

    folder: the study's raw folder. gate: called with each file before it is used. Raises DataError
    for a file that is malformed or lacks a column, PrivacyError from the gate; everything that can
    be told together is in `findings`.
    """
    sources = list(_gated(plan, read_sources(plan, folder), gate))
    parts = dates_to_days(plan, [canonical_rows(plan, source) for source in sources])
    for part in parts:
        _check_keys(part)
    people, findings = build_participants(plan, parts)
    if people.empty:
        raise DataError(f"data/raw/{plan.study.id}: the files name no participant")
    known = find_known(plan, parts)
    account = take_account(plan, parts, people, known)
    excluded = find_excluded(plan, parts, people, known)
    findings += check_account(plan, parts, people, known, account)
    findings += check_excluded(plan, excluded)
    findings += find_unmentioned(plan, sources)
    long = _long_rows(plan, parts, people)
    findings += _repeated(long)
    measured = {
        table: drop_excluded(frame, excluded)
        for table, frame in _long_tables(plan, parts, long).items()
    }
    tables = {Table.PARTICIPANTS: mark_excluded(plan, people, excluded), **measured}
    for part in parts:
        findings += part.findings.found
    digests = {source.file: source.table.sha256 for source in sources}
    columns = {source.file: source.table.columns for source in sources}
    tables = number_clusters(plan, tables)
    return Ingested(tables, tuple(_once(findings)), digests, columns, account)


def _gated(plan: Plan, sources: Iterable[Source], gate: Gate) -> Iterator[Source]:
    for source in sources:
        gate(plan, source)
        yield source


def _check_keys(part: Rows) -> None:
    frame = part.frame
    key = Column.PARTICIPANT_ID if Column.PARTICIPANT_ID in frame else Column.DYAD_ID
    part.findings.add("every row needs an id", key, frame[key].isna())
    if part.source.entry.one_row_per == "participant":
        part.findings.add(
            "stands in more than one row; the plan says one row is one participant",
            key,
            frame[key].duplicated(keep=False) & frame[key].notna(),
        )


Long = Mapping[Table, Sequence[tuple[str, pd.DataFrame]]]
"""Scores and responses: the file and its long rows, whose index is the row in the file."""


def _long_rows(plan: Plan, parts: Sequence[Rows], people: pd.DataFrame) -> Long:
    rows: dict[Table, list[tuple[str, pd.DataFrame]]] = {Table.SCORES: [], Table.RESPONSES: []}
    for part in parts:
        file = part.source.file
        rows[Table.SCORES] += [(file, frame) for frame in scores_of(plan, part, people)]
    for part in parts:
        file = part.source.file
        rows[Table.RESPONSES] += [(file, frame) for frame in responses_of(plan, part, people)]
    return rows


def _long_tables(plan: Plan, parts: Sequence[Rows], long: Long) -> dict[Table, pd.DataFrame]:
    grains = {part.source.entry.one_row_per for part in parts}
    scores = [frame for _, frame in long[Table.SCORES]]
    responses = [frame for _, frame in long[Table.RESPONSES]]
    tables = {Table.SCORES: _stack(scores, _score_columns(plan), _SCORE_KEYS)}
    if responses:
        tables[Table.RESPONSES] = _stack(responses, _response_columns(plan), _RESPONSE_KEYS)
    if "session" in grains:
        ledger = [sessions_of(plan, p) for p in parts if p.source.entry.one_row_per == "session"]
        order = [Column.PARTICIPANT_ID, Column.DYAD_ID, Column.SESSION_NUMBER]
        tables[Table.SESSIONS] = _stack(ledger, list(ledger[0].columns), order)
    if "goal" in grains:
        goals = [goals_of(plan, p) for p in parts if p.source.entry.one_row_per == "goal"]
        order = [Column.PARTICIPANT_ID, Column.DYAD_ID, Column.GOAL, Column.SESSION_NUMBER]
        tables[Table.GOALS] = _stack(goals, list(goals[0].columns), order)
    return tables


def _score_columns(plan: Plan) -> list[str]:
    return [
        *_SCORE_KEYS,
        Column.DAY,
        Column.SCORE,
        Column.LEVEL,
        Column.MISSING_REASON,
        *occasion_variables(plan),
    ]


def _response_columns(plan: Plan) -> list[str]:
    return [
        *_RESPONSE_KEYS,
        Column.DAY,
        Column.RESPONSE,
        Column.MISSING_REASON,
        *occasion_variables(plan),
    ]


def _stack(frames: list[pd.DataFrame], columns: list[str], order: list[str]) -> pd.DataFrame:
    """Put tables under each other, same columns, ordered by key; the raw row number goes."""
    if not frames:
        return pd.DataFrame(columns=columns)
    shaped = [frame.reindex(columns=columns) for frame in frames]
    kept = [
        frame.astype({c: "object" for c in columns if frame[c].isna().all()}) for frame in shaped
    ]
    together = pd.concat(kept, ignore_index=True)
    key = [name for name in order if name in together and together[name].notna().any()]
    return together.sort_values(key, kind="stable", na_position="last", ignore_index=True)


def _repeated(long: Long) -> Iterator[Finding]:
    """Measurements that stand twice, with the rows of each file."""
    keys: dict[Table, list[str]] = {Table.SCORES: _SCORE_KEYS, Table.RESPONSES: _RESPONSE_KEYS}
    for table, key in keys.items():
        frames = [
            frame.reindex(columns=key).assign(_file=file, _row=frame.index)
            for file, frame in long[table]
        ]
        if not frames:
            continue
        together = pd.concat([f.astype(dict.fromkeys(key, "object")) for f in frames])
        twice = together[together.duplicated(key, keep=False)]
        for file, rows in twice.groupby("_file", sort=False)["_row"]:
            places = tuple(sorted({int(row) for row in rows}))
            rule = "the same participant, visit and scale stands more than once"
            advice = "Remove the row that is wrong, or correct its visit or id"
            yield Finding(Level.ERROR, rule, str(file), None, len(places), places, advice)


def _once(findings: Iterable[Finding]) -> list[Finding]:
    return list(dict.fromkeys(findings))
