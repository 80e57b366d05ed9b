"""The gate of a study: what its plan declares, held against every raw file and everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from evalpipe.config.data import Column as PlanColumn
from evalpipe.config.data import RawFile
from evalpipe.config.names import target_of
from evalpipe.config.plan import Plan
from evalpipe.privacy.findings import (
    DESCRIPTIONS,
    AcceptedFinding,
    Decision,
    DeclaredColumns,
    Finding,
    JudgedTable,
    find_unused,
    refuse,
)
from evalpipe.privacy.identifiers import judge_columns

if TYPE_CHECKING:
    import pandas as pd

_UNREAD_ADVICE = (
    "move the file out of the raw folder, or name it under `privacy: leave_unread` with a reason"
)
DATE_TARGETS = frozenset({"date", "baseline_date", "entry_date", "disposition_date"})


class JudgedWorkbook(JudgedTable, Protocol):
    """A raw table and what else its file holds."""

    @property
    def others(self) -> Mapping[str, JudgedTable]:
        """Title -> worksheet that no entry takes; comments under ""."""


class RawSource(Protocol):
    """One raw file of the plan: its entry and its table."""

    @property
    def entry(self) -> RawFile:
        """The entry."""

    @property
    def file(self) -> str:
        """The file, with its cohort's folder."""

    @property
    def whole(self) -> JudgedWorkbook:
        """Every cell of the file, also those that the plan does not take."""


@dataclass
class Gate:
    """Judges the files of one study; remembers its decisions for the report."""

    decisions: list[dict[str, Any]] = field(default_factory=list)
    judged: dict[tuple[str, str | None], tuple[Finding, ...]] = field(default_factory=dict)

    def __call__(self, plan: Plan, source: RawSource) -> None:
        """Judge one raw file (of a workbook also what no entry takes), each part once.

        Raises PrivacyError, one line for each refused finding.
        """
        entry = source.entry
        parts: dict[str | None, JudgedTable] = {entry.sheet: source.whole}
        taken = {other.sheet for other in plan.data.values() if other.file == entry.file}
        parts |= {title: t for title, t in source.whole.others.items() if title not in taken}
        findings: list[Finding] = []
        for title, table in parts.items():
            if (source.file, title) not in self.judged:
                is_taken = title == entry.sheet
                declared = declared_columns(plan, entry.file) if is_taken else _undeclared(plan)
                self.judged[source.file, title] = judge_columns(table, declared)
                findings += self.judged[source.file, title]
        self._settle(findings)

    def judge_unread(self, plan: Plan, tables: Sequence[JudgedTable], name: str) -> None:
        """Judge a file that the plan does not read; name: what to call it in a message.

        Raises PrivacyError, one line for each refused finding.
        """
        found = [f for table in tables for f in judge_columns(table, _undeclared(plan))]
        findings = [replace(finding, file=name) for finding in found]
        self.judged[name, None] = tuple(findings)
        self._settle(findings, advice=_UNREAD_ADVICE)

    def note_unread(self, name: str, reason: str) -> None:
        """Remember a file that the plan leaves unread with a reason, for the report."""
        self.decisions.append(
            {
                "file": name,
                "column": "",
                "rule": "left_unread",
                "count": 0,
                "decision": Decision.DROPPED.value,
                "reason": reason,
            }
        )

    def _settle(self, findings: Sequence[Finding], advice: str | None = None) -> None:
        self.decisions += [_plain(finding) for finding in findings if not _is_refused(finding)]
        refuse(findings, advice)

    def unused_overrides(self, plan: Plan) -> list[str]:
        """Return the rules of overrides that no column needed."""
        found = [finding for findings in self.judged.values() for finding in findings]
        about_columns = [o for o in _accepted(plan) if o.rule in DESCRIPTIONS]
        return [override.rule for override in find_unused(about_columns, found)]

    def check_anonymity(self, plan: Plan, people: pd.DataFrame) -> list[dict[str, Any]]:
        """Check k-anonymity and l-diversity; returns what the report prints.

        Raises PrivacyError when a group is smaller than the plan allows and no override says why.
        """
        from evalpipe.privacy.study_anonymity import check_study_anonymity

        return check_study_anonymity(plan, people)


def _undeclared(plan: Plan) -> DeclaredColumns:
    return DeclaredColumns(accepted=_accepted(plan))


def _is_refused(finding: Finding) -> bool:
    return finding.decision.value == "refused"


def _plain(finding: Finding) -> dict[str, Any]:
    return {
        "file": finding.file,
        "column": finding.column,
        "rule": finding.rule,
        "count": finding.count,
        "decision": finding.decision.value,
        "reason": finding.reason,
    }


def declared_columns(plan: Plan, file: str) -> DeclaredColumns:
    """Return what the plan says about the columns of one raw file, in all entries that read it."""
    entries = [entry for entry in plan.data.values() if entry.file == file]
    targets: dict[str, str] = {}
    dropped: dict[str, str] = {}
    levels: dict[str, frozenset[str]] = {}
    kept: set[str] = set()
    for entry in entries:
        targets |= {raw: target_of(column) for raw, column in entry.columns.items()}
        scored = _scored(entry)
        kept |= {*entry.columns, *scored, *_item_columns(plan, entry)}
        kept |= {rule.column for rule in entry.rows} | _joined(entry)
        dropped |= entry.drop
        levels |= _levels(plan, entry, scored)
    return DeclaredColumns(
        kept=frozenset(kept),
        ids=frozenset(raw for raw, target in targets.items() if target.endswith("_id"))
        | frozenset(raw for entry in entries for raw in _joined(entry)),
        dates=frozenset(raw for raw, target in targets.items() if target in DATE_TARGETS),
        dropped=dropped,
        levels=levels,
        accepted=_accepted(plan),
    )


def _joined(entry: RawFile) -> set[str]:
    """Columns that make the participant's id together."""
    return set() if entry.id_from is None or entry.id_from == "row" else set(entry.id_from)


def _accepted(plan: Plan) -> tuple[AcceptedFinding, ...]:
    return tuple(
        AcceptedFinding(o.rule, o.reason, _file_of(plan, o.file), o.column)
        for o in plan.privacy.overrides
    )


def _scored(entry: RawFile) -> dict[str, str]:
    """Return raw column -> scale of the scores that stand in a file as such."""
    scored: dict[str, str] = {}
    for scale, where in entry.scores.items():
        scored |= dict.fromkeys([where] if isinstance(where, str) else where, scale)
    return scored


def _file_of(plan: Plan, name: str | None) -> str | None:
    return plan.data[name].file if name is not None and name in plan.data else name


def _item_columns(plan: Plan, entry: RawFile) -> set[str]:
    found: set[str] = set()
    for name in entry.items:
        items = plan.instruments[name].items
        if items is not None:
            for number in range(1, items.count + 1):
                heading = f"{items.prefix}{number:0{items.width}d}"
                found |= {heading + suffix for suffix in entry.item_suffixes or ("",)}
    return found


def _levels(plan: Plan, entry: RawFile, scored: Mapping[str, str]) -> dict[str, frozenset[str]]:
    missing = frozenset(entry.missing)
    levels: dict[str, frozenset[str]] = {}
    for raw, column in entry.columns.items():
        target = target_of(column)
        codes = frozenset(column.values) if isinstance(column, PlanColumn) else frozenset()
        variable = plan.variables.get(target)
        if variable is not None:
            codes |= frozenset(variable.levels)
        if codes:
            levels[raw] = codes | missing
    for raw, scale in scored.items():
        instrument = plan.instruments[scale.split(".", maxsplit=1)[0]]
        codes = frozenset(entry.codes.get(scale, {})) | frozenset(instrument.classes)
        if codes:
            levels[raw] = codes | missing
    return levels
