"""REDCap exports: one table per repeating instrument, checkboxes made readable.

REDCap writes all instruments into one table. A row of a repeating instrument names it in
`redcap_repeat_instrument` and leaves every other instrument's fields empty; the fields of an
instrument stand before its `<instrument>_complete`.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from evalpipe.errors import DataError
from evalpipe.ingest.raw.table import RawTable

INSTRUMENT = "redcap_repeat_instrument"
INSTANCE = "redcap_repeat_instance"
_KEYS = ("redcap_event_name", INSTRUMENT, INSTANCE, "redcap_data_access_group")
_CHECKBOX = re.compile(r"(?P<field>[a-z][a-z0-9_]*?)___(?P<code>_?[A-Za-z0-9]+)")
_CHECKED = {"1": "1", "Checked": "1", "0": "0", "Unchecked": "0"}
NOT_REPEATED = ""
"""Key of the table with the rows that belong to no repeating instrument."""


def split_redcap(table: RawTable) -> dict[str, RawTable]:
    """Split a REDCap export into one table per repeating instrument, in order of first fields.

    The rows of no repeating instrument stand under `NOT_REPEATED`. Each table keeps the record id
    (the first column), the REDCap key columns and its own fields; checkbox columns `field___1` hold
    "1" or "0", `pd.NA` where the instrument was not filled in. Raises DataError when repeating rows
    lack an instance or an instance appears twice for a record.
    """
    table = decode_checkboxes(table)
    if INSTRUMENT not in table.columns:
        return {NOT_REPEATED: replace(table, name=table.name)}
    instrument = table.frame[INSTRUMENT].fillna(NOT_REPEATED)
    owners = assign_fields(table)
    names = [name for name in dict.fromkeys(instrument) if name != NOT_REPEATED]
    parts = {NOT_REPEATED: _take(table, instrument == NOT_REPEATED, NOT_REPEATED, owners, names)}
    for name in names:
        parts[name] = _take(table, instrument == name, name, owners, names)
        _check_instances(parts[name])
    return parts


def checkbox_groups(columns: Sequence[str]) -> dict[str, dict[str, str]]:
    """Find checkbox fields: field -> code -> column. `q___1` is code 1, `q____9` is code -9."""
    groups: dict[str, dict[str, str]] = {}
    for column in columns:
        if found := _CHECKBOX.fullmatch(column):
            code = found["code"]
            code = "-" + code[1:] if code.startswith("_") else code
            groups.setdefault(found["field"], {})[code] = column
    return groups


def decode_checkboxes(table: RawTable) -> RawTable:
    """Write checkboxes as "1" and "0" and make them missing where their form was not filled in.

    REDCap exports an unanswered checkbox as 0. A row where the form's `_complete` is empty was
    never opened there, so its zeros are no answers.
    """
    frame = table.frame.copy()
    owners = assign_fields(table)
    for group in checkbox_groups(table.columns).values():
        for column in group.values():
            frame[column] = _decode(table, column, owners.get(column))
    return replace(table, frame=frame)


def _decode(table: RawTable, column: str, owner: str | None) -> "pd.Series[str]":
    cells = table.frame[column]
    unknown = cells.notna() & ~cells.isin(list(_CHECKED))
    if unknown.any():
        raise DataError(
            f"{table.name}: checkbox column {table.columns.index(column) + 1} holds something else "
            f"than 0 and 1 in {int(unknown.sum())} rows, first in row {unknown.idxmax()}"
        )
    decoded = cells.map(_CHECKED, na_action="ignore").astype(cells.dtype)
    complete = f"{owner}_complete"
    if owner is None or complete not in table.columns:
        return decoded
    return decoded.mask(table.frame[complete].isna(), pd.NA)


def assign_fields(table: RawTable) -> dict[str, str]:
    """Say which instrument owns each field: those before `<instrument>_complete` are its own."""
    owners: dict[str, str] = {}
    waiting: list[str] = []
    for column in table.columns[1:]:
        if column in _KEYS:
            continue
        waiting.append(column)
        if column.endswith("_complete"):
            owners.update(dict.fromkeys(waiting, column.removesuffix("_complete")))
            waiting = []
    return owners


def _take(
    table: RawTable,
    rows: "pd.Series[bool]",
    form: str,
    owners: dict[str, str],
    repeating: list[str],
) -> RawTable:
    frame = table.frame[rows]
    columns = [
        column
        for position, column in enumerate(table.columns)
        if position == 0
        or column in _KEYS
        or _belongs(frame[column], form, owners.get(column), repeating)
    ]
    name = f"{table.name} [{form}]" if form else table.name
    return replace(table, name=name, columns=tuple(columns), frame=frame[columns])


def _belongs(cells: "pd.Series[str]", form: str, owner: str | None, repeating: list[str]) -> bool:
    """A field belongs where it is filled; where it is empty, to its owner's table."""
    if cells.notna().any():
        return True
    home = owner if owner in repeating else NOT_REPEATED
    return form == home


def _check_instances(table: RawTable) -> None:
    if INSTANCE not in table.columns:
        raise DataError(f"{table.name}: repeating rows without the column {INSTANCE}")
    if table.frame[INSTANCE].isna().any():
        raise DataError(f"{table.name}: a repeating row without an instance number")
    keys = [table.columns[0], *(key for key in _KEYS[:3] if key in table.columns)]
    repeated = table.frame.duplicated(keys)
    if repeated.any():
        row = repeated.idxmax()
        raise DataError(f"{table.name}: row {row} repeats the instance of an earlier row")
