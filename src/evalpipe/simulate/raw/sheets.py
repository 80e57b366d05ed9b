"""One entry of the plan's `data` as a sheet of text cells: the ingest stage, backwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.data import Column as PlanColumn
from evalpipe.config.data import RawFile
from evalpipe.config.instruments import Instrument
from evalpipe.config.names import target_of
from evalpipe.config.plan import Plan
from evalpipe.simulate.people import ENTRY_DATE, UNIT
from evalpipe.simulate.study import ITEM, SimulatedStudy
from evalpipe.vocabulary import Column

_KEY = [Column.PARTICIPANT_ID, Column.RATER, Column.VISIT, Column.OCCASION]
_ABSENT = "(none)"
REASON_OF = "reason:"
DATE_OF = {
    "date": Column.DAY,
    "disposition_date": Column.DISPOSITION_DAY,
    "entry_date": Column.ENTRY_DAY,
}


@dataclass(frozen=True)
class Sheet:
    """One raw table of text: headings in order, cells as text, empty where there is nothing.

    numeric: headings whose cells are numbers (written as numbers to Excel and SPSS).
    """

    cells: pd.DataFrame
    numeric: tuple[str, ...]


def make_sheet(plan: Plan, entry: RawFile, study: SimulatedStudy) -> Sheet:
    """Return the sheet of one entry, in points (never commas) as decimals."""
    rows = _rows(plan, entry, study)
    cells: dict[str, list[str]] = {}
    numeric: list[str] = []
    for raw, spec in entry.columns.items():
        column = spec if isinstance(spec, PlanColumn) else PlanColumn(to=spec)
        cells[raw] = _column_cells(rows, column)
        numeric += [raw] if _is_number(plan, column) else []
    for raw, name in _measured_columns(plan, entry).items():
        cells[raw] = _measured_cells(rows, name, entry, _coder(entry, name))
        numeric += [raw] if not _coder(entry, name) else []
    for raw in entry.drop:
        cells[raw] = [""] * len(rows)
    return Sheet(pd.DataFrame(cells, dtype="str"), tuple(numeric))


def _rows(plan: Plan, entry: RawFile, study: SimulatedStudy) -> pd.DataFrame:
    makers: Mapping[str, Callable[[Plan, RawFile, SimulatedStudy], pd.DataFrame]] = {
        "participant": _participant_rows,
        "session": _session_rows,
        "goal": _goal_rows,
    }
    rows = makers.get(entry.one_row_per, _occasion_rows)(plan, entry, study)
    start = _first_dates(study)
    rows = rows.assign(**{ENTRY_DATE: rows[UNIT].map(start)}).assign(**{Column.ENTRY_DAY: 0.0})
    return rows.reset_index(drop=True)


def _first_dates(study: SimulatedStudy) -> pd.Series[Any]:
    first = study.people.drop_duplicates(UNIT)
    return first.set_index(UNIT)[ENTRY_DATE]


def _participant_rows(plan: Plan, entry: RawFile, study: SimulatedStudy) -> pd.DataFrame:
    rows = study.people
    if entry.role:
        rows = rows[rows[Column.ROLE] == entry.role]
    wanted = {target_of(c) for c in entry.columns.values()}
    if Column.PARTICIPANT_ID not in wanted and Column.ROLE not in wanted and not entry.role:
        rows = rows.drop_duplicates(UNIT)
    rows = rows.set_index(Column.PARTICIPANT_ID, drop=False)
    for scale, where in entry.scores.items():
        if isinstance(where, dict):
            for raw, visit in where.items():
                rows = _add_wide(rows, study.outcomes[scale], raw, Column.SCORE, visit)
    for name in entry.items:
        table = study.answers[name]
        for suffix, visit in entry.item_suffixes.items():
            for item in [c for c in table if str(c).startswith(ITEM)]:
                raw = _heading(plan.instruments[name], int(str(item).removeprefix(ITEM)))
                rows = _add_wide(rows, table, f"{raw}{suffix}", str(item), visit)
    return rows


def _add_wide(
    rows: pd.DataFrame, table: pd.DataFrame, raw: str, value: str, visit: str
) -> pd.DataFrame:
    own = table[table[Column.VISIT] == visit].set_index(Column.PARTICIPANT_ID)
    ids = rows.index
    level = own[Column.LEVEL] if own[Column.LEVEL].notna().any() else own[value]
    source = level if value == Column.SCORE else own[value]
    reasons = own[Column.MISSING_REASON].reindex(ids).to_numpy()
    added = {raw: source.reindex(ids).to_numpy(), f"{REASON_OF}{raw}": reasons}
    return pd.concat([rows, pd.DataFrame(added, index=ids)], axis=1)


def _session_rows(_plan: Plan, _entry: RawFile, study: SimulatedStudy) -> pd.DataFrame:
    return _with_people(study.sessions, study)


def _goal_rows(_plan: Plan, _entry: RawFile, study: SimulatedStudy) -> pd.DataFrame:
    return _with_people(study.goals, study)


def _with_people(rows: pd.DataFrame, study: SimulatedStudy) -> pd.DataFrame:
    """Add what people have and the ledger lacks (arm, site)."""
    first = study.people.drop_duplicates(UNIT)
    extra = [c for c in first if c not in rows or c == UNIT]
    return rows.merge(first[extra], on=UNIT, how="left")


def _occasion_rows(_plan: Plan, entry: RawFile, study: SimulatedStudy) -> pd.DataFrame:
    """One row an occasion: all outcomes and instruments of the entry beside each other."""
    together: pd.DataFrame | None = None
    for name, table in _tables_of(entry, study).items():
        own = _keyed(table, entry, name)
        if together is None:
            together = own
            continue
        shared = [c for c in own if c in together.columns]
        known = own.drop(columns=[c for c in shared if c not in _KEY])
        missing = own.loc[~own.set_index(_KEY).index.isin(together.set_index(_KEY).index), shared]
        together = pd.concat([together, missing], ignore_index=True).merge(
            known, on=_KEY, how="left"
        )
    assert together is not None
    order = [c for c in ("person", Column.RATER, "step") if c in together]
    rows = together.sort_values(order, kind="stable")
    if entry.role:
        rows = rows[rows[Column.ROLE] == entry.role]
    return rows.assign(
        **{Column.RATER: rows[Column.RATER].where(rows[Column.RATER] != _ABSENT, None)}
    )


def _tables_of(entry: RawFile, study: SimulatedStudy) -> dict[str, pd.DataFrame]:
    tables = {name: study.answers[name] for name in entry.items}
    tables |= {s: study.outcomes[s] for s, where in entry.scores.items() if isinstance(where, str)}
    return {
        name: rows[rows[Column.VISIT] == entry.visit] if entry.visit else rows
        for name, rows in tables.items()
    }


def _keyed(table: pd.DataFrame, entry: RawFile, name: str) -> pd.DataFrame:
    """The table with its values and reasons named for this entry and its key without gaps."""
    own = table.copy()
    for column in (Column.RATER, Column.VISIT):
        own[column] = own[column].astype(object).where(own[column].notna(), _ABSENT)
    if entry.rater:
        own = own[own[Column.RATER].isin([entry.rater, _ABSENT])]
    items = [c for c in own if str(c).startswith(ITEM)]
    if items:
        own = own.rename(columns={c: f"{name}:{c}" for c in items})
    else:
        is_class = own[Column.LEVEL].notna().any()
        own[f"{name}:score"] = own[Column.LEVEL] if is_class else own[Column.SCORE]
    own = own.rename(columns={Column.MISSING_REASON: f"{REASON_OF}{name}"})
    own[Column.VISIT] = own[Column.VISIT].where(own[Column.VISIT] != _ABSENT, None)
    gone = (Column.SCORE, Column.LEVEL, Column.SCALE, "latent")
    return own.drop(columns=[c for c in gone if c in own])


def _measured_columns(plan: Plan, entry: RawFile) -> dict[str, str]:
    """Return heading -> column of the rows, for items and scores."""
    found: dict[str, str] = {}
    for name in entry.items:
        instrument = plan.instruments[name]
        assert instrument.items is not None
        for number in range(1, instrument.items.count + 1):
            raw = _heading(instrument, number)
            if entry.item_suffixes:
                found |= {f"{raw}{suffix}": f"{raw}{suffix}" for suffix in entry.item_suffixes}
            else:
                found[raw] = f"{name}:{ITEM}{number}"
    for scale, where in entry.scores.items():
        if isinstance(where, str):
            found[where] = f"{scale}:score"
        else:
            found |= {raw: raw for raw in where}
    return found


def _heading(instrument: Instrument, number: int) -> str:
    assert instrument.items is not None
    return f"{instrument.items.prefix}{number:0{instrument.items.width}d}"


def _coder(entry: RawFile, column: str) -> dict[str, str]:
    """Return class -> code in the file, for classifications."""
    codes = entry.codes.get(column.split(":")[0].split(".")[0], {})
    return {level: code for code, level in codes.items()}


def _is_number(plan: Plan, column: PlanColumn) -> bool:
    if column.to in plan.variables:
        return plan.variables[column.to].type == "number" or _all_numbers(column.values)
    ratings = plan.protocol.ratings if plan.protocol else {}
    plain = {Column.DAY, Column.SESSION_NUMBER, Column.MINUTES, Column.ATTAINMENT}
    plain |= {Column.OCCASION, Column.DISPOSITION_DAY, Column.ENTRY_DAY}
    return column.to in plain or column.to in ratings or _all_numbers(column.values)


def _all_numbers(values: Mapping[str, str]) -> bool:
    return bool(values) and all(code.lstrip("-").isdigit() for code in values)


def _column_cells(rows: pd.DataFrame, column: PlanColumn) -> list[str]:
    codes = {level: code for code, level in reversed(column.values.items())}
    if column.to in DATE_OF or column.to == ENTRY_DATE:
        return _date_cells(rows, column)
    if column.to not in rows:
        return [""] * len(rows)
    return [_cell(value, codes) for value in rows[column.to]]


def _date_cells(rows: pd.DataFrame, column: PlanColumn) -> list[str]:
    starts = rows[ENTRY_DATE]
    days = pd.Series(0.0, index=rows.index)
    if column.to != ENTRY_DATE:
        days = rows[DATE_OF[column.to]]
    pattern = column.format or "%Y-%m-%d"
    return [_date(start, day, pattern) for start, day in zip(starts, days, strict=True)]


def _date(start: Any, day: Any, pattern: str) -> str:
    if day is None or pd.isna(day):
        return ""
    moved: dt.date = start + dt.timedelta(days=int(day))
    return moved.strftime(pattern)


def _cell(value: Any, codes: Mapping[str, str]) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, bool | np.bool_):
        word = "yes" if value else "no"
        return codes.get(word, word) if codes else word
    if isinstance(value, int | float | np.integer | np.floating):
        return plain_number(float(value))
    return codes.get(str(value), str(value)) if codes else str(value)


def plain_number(value: float) -> str:
    """Return a number as short as it can be written without losing anything that was drawn."""
    return str(int(value)) if value == int(value) else repr(round(value, 10))


def _measured_cells(
    rows: pd.DataFrame, name: str, entry: RawFile, codes: Mapping[str, str]
) -> list[str]:
    if name not in rows:
        return [""] * len(rows)
    by_reason = {reason: code for code, reason in reversed(entry.missing.items())}
    owner = f"{REASON_OF}{name.split(':')[0]}"
    why = rows[owner] if owner in rows else pd.Series(None, index=rows.index)
    return [
        _cell(value, codes) or by_reason.get(str(reason), "")
        for value, reason in zip(rows[name], why, strict=True)
    ]
