"""A table's specification as a pandera schema, and any pandera schema's verdict without values."""

from __future__ import annotations

from typing import Any

import pandas as pd
from pandera.errors import SchemaErrors
from pandera.pandas import Check, DataFrameSchema
from pandera.pandas import Column as PanderaColumn

from evalpipe.schemas.check import (
    ABSENT,
    EMPTY,
    REPEATED,
    TYPE_WORDS,
    UNKNOWN,
    WHOLE_TABLE,
    Finding,
    Rule,
    column_rules,
    in_column_order,
    row_rules,
)
from evalpipe.schemas.spec import ColumnSpec, TableSpec
from evalpipe.vocabulary import ColumnKind

_PANDERA_RULES = {
    "not_nullable": EMPTY,
    "field_uniqueness": REPEATED,
    "column_in_dataframe": ABSENT,
    "column_in_schema": UNKNOWN,
}
_DTYPE_KINDS = {
    "str": ColumnKind.TEXT,
    "float": ColumnKind.NUMBER,
    "int": ColumnKind.INTEGER,
    "bool": ColumnKind.BOOLEAN,
}


def build_pandera_schema(spec: TableSpec) -> DataFrameSchema:
    """The strict pandera schema of a table, with `name` and metadata `{"version": int}`."""
    return DataFrameSchema(
        columns={column.name: _pandera_column(column) for column in spec.all_columns},
        checks=[_pandera_row_check(rule) for rule in row_rules(spec)],
        name=spec.name.value,
        strict=True,
        metadata={"version": spec.version},
    )


def check_frame(frame: pd.DataFrame, schema: DataFrameSchema) -> list[Finding]:
    """Every rule of any pandera schema that `frame` breaks, without a cell value.

    The rule's words are the check's `error` text, else its `name`; neither may hold data.
    Pandera's own messages and tracebacks hold cell values and go no further.
    """
    numbered = frame.reset_index(drop=True)
    try:
        schema.validate(numbered, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
    else:
        return []
    return in_column_order(_findings_of_cases(cases), list(frame.columns))


def _pandera_column(column: ColumnSpec) -> PanderaColumn:
    return PanderaColumn(
        column.dtype,
        checks=[_pandera_check(rule) for rule in column_rules(column)],
        nullable=column.nullable,
        unique=column.unique,
        required=True,
    )


def _pandera_check(rule: Rule) -> Check:
    return Check(lambda values: ~rule.is_broken(values), error=rule.text)


def _pandera_row_check(rule: Rule) -> Check:
    """Columns that are absent are a finding of their own."""

    def holds(rows: pd.DataFrame) -> pd.Series[bool] | bool:
        return not set(rule.columns) <= set(rows.columns) or ~rule.is_broken(rows)

    return Check(holds, error=rule.text)


def _findings_of_cases(cases: pd.DataFrame) -> list[Finding]:
    named = cases.assign(
        rule=[_rule_of(check) for check in cases["check"]],
        place=[
            _place_of(*case)
            for case in zip(
                cases["schema_context"],
                cases["column"],
                cases["check"],
                cases["failure_case"],
                strict=True,
            )
        ],
    )
    return [
        _finding(str(rule), str(place), group["index"])
        for (place, rule), group in named.groupby(["place", "rule"], sort=True)
    ]


def _place_of(context: object, column: object, check: object, case: object) -> str:
    if check in ("column_in_schema", "column_in_dataframe"):
        return str(case)
    return WHOLE_TABLE if context == "DataFrameSchema" else str(column)


def _finding(rule: str, column: str, index: pd.Series[Any]) -> Finding:
    rows = tuple(sorted({int(row) + 1 for row in index.dropna()}))
    return Finding(rule, column, len(rows), rows)


def _rule_of(check: object) -> str:
    name = str(check)
    if not name.startswith("dtype("):
        return _PANDERA_RULES.get(name, name)
    dtype = name.removeprefix("dtype('").lower()
    kinds = [kind for start, kind in _DTYPE_KINDS.items() if dtype.startswith(start)]
    return f"must be {TYPE_WORDS[kinds[0]]}" if kinds else name
