"""What a pandera schema finds in a table, as rule, column, count and rows: never a value.

pandera's errors, their text and their failure cases hold cells. They are read here and go no
further. Two environment variables switch pandera off; here they do not count.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from pandera.config import ValidationDepth, config_context
from pandera.errors import SchemaError, SchemaErrorReason, SchemaErrors
from pandera.pandas import Check, Column, DataFrameSchema

from evalpipe.findings import Finding, Level
from evalpipe.schemas.columns import KIND, TYPE_WORDS, kind_of, mark_mistyped
from evalpipe.schemas.rules import COLUMNS

EMPTY = "must not be missing"
REPEATED = "must not occur twice"

_ABOUT_COLUMNS = {
    SchemaErrorReason.COLUMN_NOT_IN_DATAFRAME: "is missing from the table",
    SchemaErrorReason.COLUMN_NOT_IN_SCHEMA: "is not a column of this table",
    SchemaErrorReason.DUPLICATE_COLUMN_LABELS: "is the name of more than one column",
}


class SchemaFaultError(RuntimeError):
    """A rule that cannot be evaluated: a mistake in the schema, not in the data."""


def find_misfits(
    frame: pd.DataFrame, schema: DataFrameSchema, *, source: str | None = None
) -> list[Finding]:
    """Every rule of `schema` that `frame` breaks, in the schema's order; empty when it fits.

    Rows are numbered by position from 1, whatever the index. A column of the wrong type has no
    other finding than that (and its gaps). source: what findings name, else the schema's name.
    Raises SchemaFaultError when a rule fails for another reason than a wrong type.
    """
    numbered = frame.reset_index(drop=True)
    errors = _schema_errors(numbered, schema)
    name = source or str(schema.name)
    mistyped = {_column_of(e) for e in errors if e.reason_code is SchemaErrorReason.WRONG_DATATYPE}
    found = [_finding(numbered, e, name) for e in errors if not _cannot_be_read(e, mistyped)]
    return list(dict.fromkeys(found))


def count_rules(schema: DataFrameSchema) -> int:
    """How many rules a schema holds: of columns (presence, gaps, uniqueness, cells) and rows."""
    of_columns = sum(
        1 + (not column.nullable) + bool(column.unique) + len(column.checks or ())
        for column in schema.columns.values()
    )
    return of_columns + len(schema.checks)


def _schema_errors(frame: pd.DataFrame, schema: DataFrameSchema) -> list[SchemaError]:
    if not frame.columns.is_unique:  # a table whose columns cannot be told apart is not judged
        only_names = DataFrameSchema(unique_column_names=True, name=schema.name)
        return _lazily(frame, only_names)
    return _lazily(frame, schema)


def _lazily(frame: pd.DataFrame, schema: DataFrameSchema) -> list[SchemaError]:
    with config_context(
        validation_enabled=True,
        validation_depth=ValidationDepth.SCHEMA_AND_DATA,
        use_narwhals_backend=False,
    ):
        try:
            schema.validate(frame, lazy=True, inplace=True)
        except SchemaErrors as errors:
            return list(errors.schema_errors)
    return []


def _cannot_be_read(error: SchemaError, mistyped: set[str | None]) -> bool:
    """Whether a rule says nothing because a column that it reads has the wrong type."""
    if not isinstance(error.check, Check):
        return False
    column = _column_of(error)
    if column is not None:
        return column in mistyped
    read = set((error.check.statistics or {}).get(COLUMNS, ()))
    return error.reason_code is SchemaErrorReason.CHECK_ERROR and bool(read & mistyped)


def _column_of(error: SchemaError) -> str | None:
    return str(error.schema.name) if isinstance(error.schema, Column) else None


def _words_of(error: SchemaError) -> str:
    check = error.check
    return str(check.error or check.name or "a rule") if isinstance(check, Check) else ""


def _finding(frame: pd.DataFrame, error: SchemaError, source: str) -> Finding:
    reason, column = error.reason_code, _column_of(error)
    if reason in _ABOUT_COLUMNS:  # here the failure case is the name of a column
        return Finding(Level.ERROR, _ABOUT_COLUMNS[reason], source, _name_in(error), 0)
    if reason is SchemaErrorReason.SERIES_CONTAINS_NULLS:
        return _of_rows(EMPTY, source, column, frame[column].isna())
    if reason is SchemaErrorReason.SERIES_CONTAINS_DUPLICATES:
        values = frame[column]
        return _of_rows(REPEATED, source, column, values.notna() & values.duplicated(keep=False))
    if reason is SchemaErrorReason.WRONG_DATATYPE:
        return _of_type(frame, error, source, column)
    if reason is SchemaErrorReason.CHECK_ERROR or not isinstance(error.check, Check):
        # the exception's text may hold a value
        words = _words_of(error) or str(reason)
        raise SchemaFaultError(f"{source}: a rule cannot be applied: {words}")
    return _of_check(error.check, error.check_output, source, column)


def _of_type(frame: pd.DataFrame, error: SchemaError, source: str, column: str | None) -> Finding:
    if column is None or KIND not in (error.schema.metadata or {}):
        return Finding(Level.ERROR, "has another type", source, column, 0)
    kind = kind_of(error.schema)
    wrong = mark_mistyped(frame[column], kind)
    if wrong is None:
        return Finding(Level.ERROR, TYPE_WORDS[kind], source, column, 0)
    return _of_rows(TYPE_WORDS[kind], source, column, wrong)


def _of_check(check: Check, output: object, source: str, column: str | None) -> Finding:
    words = str(check.error or check.name)
    level = Level(check.name) if check.name in set(Level) else Level.ERROR
    advice = check.description or ""
    where = column or check.title
    if not isinstance(output, pd.Series):
        return Finding(level, words, source, where, 0, (), advice)
    rows = tuple(int(label) + 1 for label in output.index[~output.to_numpy(dtype=bool)])
    return Finding(level, words, source, where, len(rows), rows, advice)


def _of_rows(words: str, source: str, column: str | None, mask: pd.Series[bool]) -> Finding:
    rows = tuple(int(place) + 1 for place in np.flatnonzero(mask.to_numpy(dtype=bool)))
    return Finding(Level.ERROR, words, source, column, len(rows), rows)


def _name_in(error: SchemaError) -> str:
    cases = error.failure_cases
    if isinstance(cases, pd.DataFrame):
        return ", ".join(dict.fromkeys(str(name) for name in cases["failure_case"]))
    return ", ".join(cases) if isinstance(cases, list | tuple | pd.Index) else str(cases)
