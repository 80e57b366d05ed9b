"""One raw file as canonical rows: keys, variables and days, one line for each raw row."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from evalpipe.config.data import Column as PlanColumn
from evalpipe.config.data import RawFile
from evalpipe.config.names import levels_of, target_of
from evalpipe.config.plan import Plan
from evalpipe.errors import DataError
from evalpipe.ingest.cells import (
    Findings,
    check_missing_codes,
    check_range,
    to_level,
    to_number,
    to_yes_no,
)
from evalpipe.ingest.dates import to_date
from evalpipe.ingest.ids import ID_TARGETS, read_ids
from evalpipe.ingest.reasons import hide_rare_reasons
from evalpipe.ingest.sources import Source
from evalpipe.vocabulary import Column

YES_NO = frozenset(
    {"randomised", "planned", "held", "video_feedback", "homework", "attained", "eligible"}
)
NUMBERS = frozenset(
    {
        "day",
        "entry_day",
        "disposition_day",
        "minutes",
        "session_number",
        "attainment",
        "occasion",
    }
)
DATES = frozenset({"date", "baseline_date", "entry_date", "disposition_date"})


@dataclass(frozen=True)
class Rows:
    """Canonical rows of one source; dates are still dates here and go no further than `days`.

    frame: index = row in the file; columns are canonical names and variables. findings: of cells.
    """

    source: Source
    frame: pd.DataFrame
    findings: Findings


def canonical_rows(plan: Plan, source: Source) -> Rows:
    """Return the declared columns of a raw file under their canonical names, typed.

    Raises DataError when a column that the plan names is not in the file.
    """
    _require_columns(source)
    findings = Findings(source)
    columns: dict[str, pd.Series] = {}
    for raw, spec in source.entry.columns.items():
        column = spec if isinstance(spec, PlanColumn) else PlanColumn(to=spec)
        columns[column.to] = _typed(plan, source, raw, column, findings)
    if source.entry.id_from is not None:
        columns[Column.PARTICIPANT_ID] = _joined_ids(plan, source)
    frame = pd.DataFrame(columns, index=source.table.frame.index)
    named = _with_constants(source, frame)
    return Rows(source, hide_rare_reasons(plan, source, named), findings)


def _joined_ids(plan: Plan, source: Source) -> pd.Series[str]:
    """Ids of several columns together, or of the row; missing where one of the columns is."""
    frame = source.table.frame
    if source.entry.id_from == "row":
        return pd.Series(frame.index.astype(str), index=frame.index, dtype="string")
    parts = [frame[raw].astype("string").str.strip() for raw in joined_columns(source.entry)]
    text = parts[0]
    for part in parts[1:]:
        text = text + "-" + part
    return read_ids(plan, source.entry, text)


def joined_columns(entry: RawFile) -> tuple[str, ...]:
    """The headings that make the participant's id together."""
    return () if entry.id_from is None or entry.id_from == "row" else entry.id_from


def _require_columns(source: Source) -> None:
    present = set(source.table.columns)
    wanted = [*source.entry.columns, *joined_columns(source.entry)]
    for scores in source.entry.scores.values():
        wanted += [scores] if isinstance(scores, str) else list(scores)
    absent = [raw for raw in wanted if raw not in present]
    if absent:
        listed = ", ".join(f"`{name}`" for name in absent[:10])
        raise DataError(
            f"{source.file}: has no column {listed}; the plan (data.{source.name}) names it. "
            "Correct the heading in the file or in the plan"
        )


def _typed(
    plan: Plan, source: Source, raw: str, column: PlanColumn, findings: Findings
) -> pd.Series:
    variable = plan.variables.get(column.to)
    is_rating = plan.protocol is not None and column.to in plan.protocol.ratings
    if column.to in ID_TARGETS:
        text = to_level(source, raw, column.values, None, findings)
        return read_ids(plan, source.entry, text)
    if column.to in DATES:
        return to_date(source, raw, column.format, findings)
    if column.to in YES_NO:
        return to_yes_no(source, raw, column.values, findings)
    is_number = variable is not None and variable.type == "number"
    if column.to in NUMBERS or is_number or is_rating:
        values = to_number(source, raw, findings)
        if variable is not None and variable.range is not None:
            check_range(values, raw, variable.range, "out of range", findings)
            check_missing_codes(source, raw, variable.range, findings)
        return values
    levels = levels_of(plan, column.to)
    loose = column.spelling == "loose"
    return to_level(source, raw, column.values, levels, findings, loose=loose)


def _with_constants(source: Source, frame: pd.DataFrame) -> pd.DataFrame:
    entry = source.entry
    constants = {
        Column.VISIT: entry.visit,
        Column.RATER: entry.rater,
        Column.ROLE: entry.role,
        Column.COHORT: source.cohort,
    }
    for name, value in constants.items():
        if value is not None and name not in frame:
            frame[name] = pd.Series(value, index=frame.index, dtype="string")
    return _with_participant(source, frame)


def _with_participant(source: Source, frame: pd.DataFrame) -> pd.DataFrame:
    """Name the participant: given, or the dyad and the member's role."""
    for key in (Column.PARTICIPANT_ID, Column.DYAD_ID):
        if source.cohort is not None and key in frame:
            frame[key] = f"{source.cohort}-" + frame[key]
    if Column.PARTICIPANT_ID in frame:
        return frame
    if Column.DYAD_ID in frame and Column.ROLE in frame:
        frame[Column.PARTICIPANT_ID] = frame[Column.DYAD_ID] + "-" + frame[Column.ROLE]
    elif Column.DYAD_ID not in frame:
        raise DataError(
            f"{source.file}: the plan names no `participant_id` (or `dyad_id`) for this file"
        )
    return frame


def key_columns(plan: Plan) -> tuple[str, ...]:
    """Return the columns that belong to a participant, besides variables."""
    clusters = tuple(f"{name}_id" for name in plan.clusters)
    return (
        Column.DYAD_ID,
        Column.ROLE,
        Column.ARM,
        Column.COHORT,
        Column.RANDOMISED,
        Column.DISPOSITION,
        Column.DISPOSITION_REASON,
        *clusters,
    )


def targets(source: Source) -> set[str]:
    """Return the canonical columns that this file gives."""
    given = {target_of(column) for column in source.entry.columns.values()}
    return given | ({Column.PARTICIPANT_ID} if source.entry.id_from is not None else set())
