"""Checking a table: every rule at once, as rule, column, count and row numbers, never a value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from evalpipe.schemas.spec import ColumnSpec, TableSpec
from evalpipe.vocabulary import ColumnKind

WHOLE_TABLE = "(table)"
"""Stands for the column in a finding about the whole row or table."""

SHOWN_ROWS = 10
"""Row numbers written out in a message; the count is always complete."""


ABSENT = "is missing from the table"
UNKNOWN = "is not a column of this table"
EMPTY = "must not be missing"
REPEATED = "must not occur twice"
TYPE_WORDS = {
    ColumnKind.TEXT: "text",
    ColumnKind.CATEGORY: "text",
    ColumnKind.NUMBER: "a number",
    ColumnKind.INTEGER: "a whole number",
    ColumnKind.BOOLEAN: "true or false",
}


@dataclass(frozen=True)
class Rule:
    """One rule: its words, the columns it reads, and which rows break it.

    is_broken: from a column (or, for rules about rows, the table) to true where it is broken;
    what it says of missing values does not count.
    """

    text: str
    columns: tuple[str, ...]
    is_broken: Callable[[Any], Any]


@dataclass(frozen=True)
class Finding:
    """One rule that a table breaks.

    rows: 1-based data row numbers (the header not counted), ascending; empty when the rule is
    about the whole column. count: how many rows break it.
    """

    rule: str
    column: str
    count: int
    rows: tuple[int, ...]

    def __str__(self) -> str:
        where = f"column {self.column}: " if self.column != WHOLE_TABLE else ""
        if not self.rows:
            return f"{where}{self.rule}"
        shown = ", ".join(str(row) for row in self.rows[:SHOWN_ROWS])
        more = ", ..." if len(self.rows) > SHOWN_ROWS else ""
        noun = "row" if self.count == 1 else "rows"
        return f"{where}{self.rule}: {self.count} {noun} ({shown}{more})"


def check_table(frame: pd.DataFrame, spec: TableSpec) -> list[Finding]:
    """Every rule of `spec` that `frame` breaks, in column order; empty when it fits.

    Rows are numbered by position, whatever the index. Findings never hold a cell value. The rules
    are those of `spec.pandera_schema`; they are applied here without it, because loading pandera
    takes as long as everything else that a small stage does.
    """
    numbered = frame.reset_index(drop=True)
    findings = [f for column in spec.all_columns for f in _check_column(numbered, column)]
    known = set(spec.column_names)
    findings += [_whole(UNKNOWN, str(name)) for name in frame.columns if name not in known]
    for rule in row_rules(spec):
        if set(rule.columns) <= set(frame.columns):
            findings += _broken(rule, WHOLE_TABLE, rule.is_broken(numbered))
    return in_column_order(findings, list(frame.columns))


def conform_frame(frame: pd.DataFrame, spec: TableSpec) -> pd.DataFrame:
    """See `TableSpec.conform`."""
    shaped: dict[str, Any] = {}
    for column in spec.all_columns:
        if column.name in frame.columns:
            shaped[column.name] = _cast(frame[column.name], column)
        elif column.nullable:
            shaped[column.name] = _missing(column, frame.index)
    for name in frame.columns:
        if name not in shaped and name not in spec.column_names:
            shaped[name] = frame[name]
    return pd.DataFrame(shaped, index=frame.index).reset_index(drop=True)


def column_rules(column: ColumnSpec) -> list[Rule]:
    """What the present values of a column must obey, beyond type, presence and uniqueness."""
    rules = []
    levels, minimum, maximum = column.levels, column.minimum, column.maximum
    if levels is not None:
        text = f"must be one of {', '.join(levels)}"
        rules.append(Rule(text, (column.name,), lambda values: ~values.isin(list(levels))))
    if minimum is not None:
        text = f"must be at least {minimum:g}"
        rules.append(Rule(text, (column.name,), lambda values: values < minimum))
    if maximum is not None:
        text = f"must be at most {maximum:g}"
        rules.append(Rule(text, (column.name,), lambda values: values > maximum))
    if column.kind is ColumnKind.NUMBER:
        rules.append(Rule("must be finite", (column.name,), np.isinf))
    return rules


def row_rules(spec: TableSpec) -> list[Rule]:
    """What the rows of a table must obey: its key, and groups of columns of which one is needed."""
    rules = []
    if spec.key:
        key = list(spec.key)
        text = f"rows must differ in {', '.join(key)}"
        rules.append(Rule(text, spec.key, lambda rows: rows.duplicated(subset=key, keep=False)))
    rules += [_any_of_rule(group) for group in spec.any_of]
    return rules


def _any_of_rule(group: tuple[str, ...]) -> Rule:
    text = f"each row needs one of {', '.join(group)}"
    return Rule(text, group, lambda rows: rows[list(group)].isna().all(axis=1))


def _check_column(frame: pd.DataFrame, column: ColumnSpec) -> Iterator[Finding]:
    if column.name not in frame.columns:
        yield _whole(ABSENT, column.name)
        return
    values = frame[column.name]
    missing = values.isna()
    if not column.nullable:
        yield from _broken(Rule(EMPTY, (column.name,), pd.isna), column.name, missing)
    if column.unique:
        doubled = values.duplicated(keep=False) & ~missing
        yield from _broken(Rule(REPEATED, (column.name,), pd.isna), column.name, doubled)
    if not _has_dtype(values, column):
        yield _wrong_type(values, column)
        return
    for rule in column_rules(column):
        yield from _broken(rule, column.name, rule.is_broken(values) & ~missing)


def _has_dtype(values: pd.Series[Any], column: ColumnSpec) -> bool:
    """Whether the type is right; gaps in a column without gaps are told as missing values only."""
    accepted = (column.dtype, replace(column, nullable=True).dtype)
    return any(bool(values.dtype == pd.api.types.pandas_dtype(dtype)) for dtype in accepted)


def _wrong_type(values: pd.Series[Any], column: ColumnSpec) -> Finding:
    """The rows whose value has another type, where they can be told apart."""
    rule = f"must be {TYPE_WORDS[column.kind]}"
    if values.dtype != object:
        return _whole(rule, column.name)
    wrong = [not _is_of(value, column.kind) for value in values]
    rows = tuple(position + 1 for position, is_wrong in enumerate(wrong) if is_wrong)
    return Finding(rule, column.name, len(rows), rows)


def _is_of(value: object, kind: ColumnKind) -> bool:
    if pd.isna(value):  # type: ignore[call-overload]
        return True
    if kind in (ColumnKind.TEXT, ColumnKind.CATEGORY):
        return isinstance(value, str)
    if kind is ColumnKind.BOOLEAN:
        return isinstance(value, bool | np.bool_)
    if isinstance(value, bool | np.bool_) or not isinstance(value, Real):
        return False
    return kind is ColumnKind.NUMBER or float(value).is_integer()


def _broken(rule: Rule, column: str, mask: pd.Series[bool]) -> Iterator[Finding]:
    positions = np.flatnonzero(mask.fillna(False).to_numpy(dtype=bool))
    if positions.size:
        rows = tuple(int(position) + 1 for position in positions)
        yield Finding(rule.text, column, len(rows), rows)


def _whole(rule: str, column: str) -> Finding:
    return Finding(rule, column, 0, ())


def in_column_order(findings: list[Finding], columns: list[str]) -> list[Finding]:
    """Findings by column as they stand in the table, those about rows last."""
    order = {name: position for position, name in enumerate(columns)}
    return sorted(findings, key=lambda f: (order.get(f.column, len(order)), f.column, f.rule))


_ACCEPTED = {
    "str": {"string", "empty"},
    "float64": {"integer", "floating", "mixed-integer-float", "empty"},
    "int64": {"integer", "floating", "empty"},
    "bool": {"boolean", "empty"},
}
"""What may be cast to each dtype; text is never taken for a number, nor a number for text."""


def _cast(values: pd.Series[Any], column: ColumnSpec) -> pd.Series[Any]:
    """`values` in the column's dtype; where that would forgive, unchanged for the check to find."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype("object")
    dtype = column.dtype
    kind = {"Int64": "int64", "boolean": "bool"}.get(dtype, dtype)
    if pd.api.types.infer_dtype(values, skipna=True) not in _ACCEPTED[kind]:
        return values
    try:
        return _cast_accepted(values, dtype)
    except (TypeError, ValueError):
        return values


def _cast_accepted(values: pd.Series[Any], dtype: str) -> pd.Series[Any]:
    if dtype == "float64":
        return pd.Series(values.to_numpy("float64", na_value=np.nan), index=values.index)
    if dtype == "str":
        return values.where(values.notna(), np.nan).astype("str")
    nullable = {"int64": "Int64", "bool": "boolean"}.get(dtype, dtype)
    cast: pd.Series[Any] = values.astype(nullable)  # type: ignore[call-overload]
    return cast if cast.isna().any() else cast.astype(dtype)  # type: ignore[call-overload]


def _missing(column: ColumnSpec, index: pd.Index[Any]) -> pd.Series[Any]:
    return _cast(pd.Series(np.nan, index=index, dtype="object"), column)
