"""Checking a table: every rule at once, as rule, column, count and row numbers, never a value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from evalpipe.schemas.spec import ColumnSpec, TableSpec
from evalpipe.vocabulary import ColumnKind

if TYPE_CHECKING:
    from pandera.pandas import Check, DataFrameSchema

WHOLE_TABLE = "(table)"
"""Stands for the column in a finding about the whole row or table."""

SHOWN_ROWS = 10
"""Row numbers written out in a message; the count is always complete."""


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

    Rows are numbered by position, whatever the index. Findings never hold a cell value.
    """
    return check_frame(frame, spec.pandera_schema)


def check_frame(frame: pd.DataFrame, schema: DataFrameSchema) -> list[Finding]:
    """Every rule of any pandera schema that `frame` breaks, without a cell value.

    The rule's name is the check's `error` text, else its `name`; neither may hold data.
    """
    from pandera.errors import SchemaErrors

    numbered = frame.reset_index(drop=True)
    try:
        schema.validate(numbered, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
    else:
        return []
    return _findings_of_cases(cases, list(frame.columns))


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


def build_pandera_schema(spec: TableSpec) -> DataFrameSchema:
    """The strict pandera schema of a table."""
    from pandera.pandas import DataFrameSchema

    return DataFrameSchema(
        columns={column.name: _pandera_column(column) for column in spec.all_columns},
        checks=_row_checks(spec),
        name=spec.name.value,
        strict=True,
        metadata={"version": spec.version},
    )


def _pandera_column(column: ColumnSpec) -> Any:
    from pandera.pandas import Column

    return Column(
        column.dtype,
        checks=_column_checks(column),
        nullable=column.nullable,
        unique=column.unique,
        required=True,
    )


def _column_checks(column: ColumnSpec) -> list[Check]:
    from pandera.pandas import Check

    checks = []
    if column.levels is not None:
        rule = f"must be one of {', '.join(column.levels)}"
        checks.append(Check.isin(list(column.levels), error=rule))
    if column.minimum is not None:
        checks.append(Check.ge(column.minimum, error=f"must be at least {column.minimum:g}"))
    if column.maximum is not None:
        checks.append(Check.le(column.maximum, error=f"must be at most {column.maximum:g}"))
    if column.kind is ColumnKind.NUMBER:
        checks.append(Check(_is_not_infinite, error="must be finite"))
    return checks


def _row_checks(spec: TableSpec) -> list[Check]:
    from pandera.pandas import Check

    checks = []
    if spec.key:
        rule = f"rows must differ in {', '.join(spec.key)}"
        checks.append(Check(_is_unique(spec.key), error=rule))
    for group in spec.any_of:
        rule = f"each row needs one of {', '.join(group)}"
        checks.append(Check(_has_any(group), error=rule))
    return checks


def _is_not_infinite(values: pd.Series[float]) -> pd.Series[bool]:
    return pd.Series(~np.isinf(values.to_numpy()), index=values.index, dtype="bool")


def _is_unique(key: tuple[str, ...]) -> Callable[[pd.DataFrame], pd.Series[bool]]:
    def check(frame: pd.DataFrame) -> pd.Series[bool]:
        if not set(key) <= set(frame.columns):
            return pd.Series(True, index=frame.index)
        return ~frame.duplicated(subset=list(key), keep=False)

    return check


def _has_any(group: tuple[str, ...]) -> Callable[[pd.DataFrame], pd.Series[bool]]:
    def check(frame: pd.DataFrame) -> pd.Series[bool]:
        if not set(group) <= set(frame.columns):
            return pd.Series(True, index=frame.index)
        return frame[list(group)].notna().any(axis=1)

    return check


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


def _findings_of_cases(cases: pd.DataFrame, columns: list[str]) -> list[Finding]:
    named = cases.assign(
        rule=[_rule_of(check) for check in cases["check"]],
        place=[
            WHOLE_TABLE if context == "DataFrameSchema" else str(column)
            for context, column in zip(cases["schema_context"], cases["column"], strict=True)
        ],
    )
    structural = named["check"].isin(["column_in_schema", "column_in_dataframe"])
    named.loc[structural, "place"] = [str(case) for case in named.loc[structural, "failure_case"]]
    findings = [
        _finding(str(rule), str(place), group["index"])
        for (place, rule), group in named.groupby(["place", "rule"], sort=True)
    ]
    order = {name: position for position, name in enumerate(columns)}
    return sorted(findings, key=lambda f: (order.get(f.column, len(order)), f.column, f.rule))


def _finding(rule: str, column: str, index: pd.Series[Any]) -> Finding:
    rows = tuple(sorted({int(row) + 1 for row in index.dropna()}))
    return Finding(rule, column, len(rows), rows)


_RULES = {
    "not_nullable": "must not be missing",
    "field_uniqueness": "must not occur twice",
    "column_in_dataframe": "is missing from the table",
    "column_in_schema": "is not a column of this table",
}


def _rule_of(check: object) -> str:
    name = str(check)
    if name.startswith("dtype("):
        return _dtype_rule(name)
    return _RULES.get(name, name)


def _dtype_rule(check: str) -> str:
    words = {"str": "text", "float": "a number", "int": "a whole number", "bool": "true or false"}
    dtype = check.removeprefix("dtype('").lower()
    return next(
        (f"must be {word}" for start, word in words.items() if dtype.startswith(start)), check
    )
