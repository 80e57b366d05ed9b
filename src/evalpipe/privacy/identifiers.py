"""The judge of raw columns: heading and content of each, one finding for every rule it meets.

Every column of the file is judged, also those that the plan does not name: a file with names in it
has not been de-identified. What happens then is the plan's answer: `drop` with a reason, a date
that becomes days, an override with a reason, or refusal.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from evalpipe.privacy import thresholds as limits
from evalpipe.privacy.detectors.coordinates import find_latitudes, find_longitudes
from evalpipe.privacy.detectors.dates import are_years_of_birth
from evalpipe.privacy.detectors.issued_codes import are_counted_up
from evalpipe.privacy.detectors.pseudonyms import count_non_pseudonyms
from evalpipe.privacy.detectors.registry import DETECTORS, OF_NUMBERS
from evalpipe.privacy.distinct import (
    BoolArray,
    DistinctValues,
    distinct_of,
    find_distinct,
    fold_text,
)
from evalpipe.privacy.findings import (
    DESCRIPTIONS,
    Decision,
    DeclaredColumns,
    Finding,
    JudgedTable,
    matches,
)
from evalpipe.privacy.heading_names import judge_heading
from evalpipe.privacy.hints import announces_quantity, announces_time, find_hints

_LONG_NUMBER = r"^\+?\d{4,}(?:[.,]0+)?$|^0\d|[eE]\+"
_NOT_FOR_IDS = frozenset({"record_number", "licence_plate"})
_NOT_FOR_LISTED = frozenset({"person_name", "free_text", "record_number", "licence_plate"})

_CHOICES = r"^\s*-?[\w.]+\s*[,=:][^|;\n]+(?:[|;\n]\s*-?[\w.]+\s*[,=:][^|;\n]+)+[|;\s]*$"
_CODE_BEFORE = re.compile(r"^\s*-?[\w.]+\s*[,=:]\s*")
_OF_LABELS = frozenset(DETECTORS) - {"free_text", "record_number", "file_name"}
"""What a label can be; labels are phrases and may be codes."""

Cells = dict[str, int]
"""Rule -> cells that meet it."""


def judge_columns(table: JudgedTable, declared: DeclaredColumns) -> tuple[Finding, ...]:
    """Judge every column of a raw table; findings in file order, then in the order of the rules.

    Missing cells are not judged. Value labels (SPSS) are judged as cells of their column. No
    finding holds a value; a heading is repeated only when the plan names it.
    """
    views = [find_distinct(table.frame[column]) for column in table.columns]
    paired = _find_paired_coordinates(views)
    findings: list[Finding] = []
    for position, (column, cells) in enumerate(zip(table.columns, views, strict=True), start=1):
        met = judge_cells(column, cells, declared)
        for rule, count in _judge_labels(table, column).items():
            met[rule] = max(met.get(rule, 0), count)
        if position - 1 in paired:
            met.setdefault("coordinates", cells.n_cells)
        shown = column if column in declared.named else f"column {position}"
        for rule in sorted(met, key=_order):
            share = min(1.0, met[rule] / cells.n_cells) if cells.n_cells else 1.0
            found = Finding(table.name, shown, position, rule, met[rule], share, Decision.REFUSED)
            findings.append(_decide(found, column, declared))
        findings += [
            _decide(replace(found, is_heading=True), column, declared)
            for found in _judge_heading(table.name, column, shown, position, met)
        ]
    return tuple(findings)


def _judge_heading(
    file: str, column: str, shown: str, position: int, met: Cells
) -> Iterator[Finding]:
    """What the heading itself tells, as far as no cell told the same."""
    for rule in judge_heading(column):
        if rule not in met:
            yield Finding(file, shown, position, rule, 1, 1.0, Decision.REFUSED)


def judge_cells(column: str, cells: DistinctValues, declared: DeclaredColumns) -> Cells:
    """Rules that one column meets by heading or content, with the number of cells."""
    if cells.n_cells == 0:
        return {}
    met = {rule: cells.count(found) for rule, found in _judge_content(cells) if found.any()}
    if are_years_of_birth(cells) and not announces_time(column):
        met["birth_date"] = cells.n_cells
    for hint in find_hints(column):
        if hint.rule == "person_name" and column in declared.ids and _are_codes(cells):
            continue  # whether a name is part of them is judged below
        hinted = hint.find_cells(cells)
        if hinted.any():
            met[hint.rule] = max(met.get(hint.rule, 0), cells.count(hinted))
    for rule, count in _judge_choices(cells).items():
        met[rule] = max(met.get(rule, 0), count)
    if column in declared.ids:
        n_told = count_non_pseudonyms(cells)
        met |= {"not_a_pseudonym": n_told} if n_told else {}
    return _settle(met, column, cells, declared)


def _judge_choices(cells: DistinctValues) -> Cells:
    """Names among the choices of a data dictionary (`1, Fenna | 2, Joost`), each a value itself."""
    lists = cells.match(_CHOICES)
    if not lists.any():
        return {}
    met: Cells = {}
    for text in cells.take(lists).texts():
        labels = [_CODE_BEFORE.sub("", part).strip() for part in re.split(r"[|;\n]", text)]
        found = distinct_of([label for label in labels if label])
        told = judge_cells("", found, DeclaredColumns()) if found.n_cells else {}
        for rule in told.keys() & _OF_LABELS:
            met[rule] = met.get(rule, 0) + 1
    return met


def _are_codes(cells: DistinctValues) -> bool:
    return cells.fills(cells.match(r"\d"), limits.ID_CODES)


def _judge_content(cells: DistinctValues) -> Iterator[tuple[str, BoolArray]]:
    """Detectors by kind of value: those of texts see no numbers, which are most of the cells."""
    is_number = cells.is_number
    texts = cells.take(~is_number) if is_number.any() else cells
    only_numbers = bool(is_number.all())
    if only_numbers and not cells.match(_LONG_NUMBER).any():
        return
    for rule, detect in DETECTORS.items():
        if rule in OF_NUMBERS:
            yield rule, detect(cells)
        elif not only_numbers:
            found = np.zeros(cells.n_distinct, dtype=bool)
            found[np.flatnonzero(~is_number) if is_number.any() else slice(None)] = detect(texts)
            yield rule, found


def _settle(met: Cells, column: str, cells: DistinctValues, declared: DeclaredColumns) -> Cells:
    """Remove what another rule explains better."""
    hinted = {hint.rule for hint in find_hints(column)}
    if column in declared.ids:
        told = set() if are_counted_up(cells.texts()) else hinted
        met = {rule: n for rule, n in met.items() if rule not in _NOT_FOR_IDS or rule in told}
    if _is_listed(column, cells, declared):
        met = {rule: n for rule, n in met.items() if rule not in _NOT_FOR_LISTED}
    if announces_quantity(column) and cells.is_number.all():
        met.pop("record_number", None)
    if "birth_date" in met:
        met.pop("date", None)
    explained = set(met) - {"record_number", "free_text", "not_a_pseudonym"}
    if explained and "record_number" not in hinted:
        met.pop("record_number", None)
    return met


def _is_listed(column: str, cells: DistinctValues, declared: DeclaredColumns) -> bool:
    levels = declared.levels.get(column)
    if not levels or cells.n_distinct > len(levels):
        return False
    return set(cells.texts()) <= {fold_text(level.strip()) for level in levels}


def _judge_labels(table: JudgedTable, column: str) -> Cells:
    labels = list(table.labels.get(column, {}).values())
    if column in table.user_missing:
        labels += table.user_missing[column].dropna().tolist()
    if not labels:
        return {}
    met = judge_cells("", distinct_of(labels), DeclaredColumns())
    return {rule: count for rule, count in met.items() if rule != "free_text"}


def _find_paired_coordinates(views: list[DistinctValues]) -> set[int]:
    """Columns of latitudes count only beside a column of longitudes, and the other way round."""
    north = {i for i, cells in enumerate(views) if find_latitudes(cells).any()}
    if not north:
        return set()
    east = {i for i, cells in enumerate(views) if find_longitudes(cells).any()}
    return north | east if east else set()


def _decide(finding: Finding, column: str, declared: DeclaredColumns) -> Finding:
    if column in declared.dropped:
        return _with(finding, Decision.DROPPED, declared.dropped[column])
    for override in declared.accepted:
        if matches(override, finding):
            return _with(finding, Decision.OVERRIDDEN, override.reason)
    if finding.rule == "date" and column in declared.dates:
        return _with(finding, Decision.CONVERTED, "becomes days from the participant's baseline")
    return finding


def _with(finding: Finding, decision: Decision, reason: str) -> Finding:
    return replace(finding, decision=decision, reason=reason)


_RULES = tuple(DESCRIPTIONS)


def _order(rule: str) -> int:
    return _RULES.index(rule)
