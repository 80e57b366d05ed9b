"""A table between stages as a strict pandera schema, and a frame in its shape."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from pandera.pandas import Check, Column, DataFrameSchema

from evalpipe.schemas.columns import dtype_of, with_gaps
from evalpipe.schemas.rules import differ_in, one_of
from evalpipe.vocabulary import Table

VERSION = "version"
"""Where a schema keeps the version of its table among its metadata."""


def table(
    name: Table,
    version: int,
    columns: Iterable[Column],
    *,
    key: Sequence[str] = (),
    any_of: Sequence[Sequence[str]] = (),
    rules: Iterable[Check] = (),
) -> DataFrameSchema:
    """The schema of one table: these columns, in this order, and no others.

    key: columns that together identify a row (missing values count as equal). any_of: groups of
    columns of which each row must have at least one. rules: what else its rows must obey. Of two
    columns of one name the first counts, so a study may declare a variable called `cohort`.
    """
    own: dict[str, Column] = {}
    for column in columns:
        own.setdefault(str(column.name), column)
    checks = [*([differ_in(key)] if key else []), *(one_of(group) for group in any_of), *rules]
    return DataFrameSchema(
        own,
        checks=checks,
        name=name.value,
        strict=True,
        unique_column_names=True,
        metadata={VERSION: version},
    )


def with_columns(schema: DataFrameSchema, *columns: Column) -> DataFrameSchema:
    """The same table with these columns in the place of its own of the same name."""
    own = dict(schema.columns) | {str(column.name): column for column in columns}
    return DataFrameSchema(
        own,
        checks=schema.checks,
        name=schema.name,
        strict=True,
        unique_column_names=True,
        metadata=schema.metadata,
    )


def with_rules(schema: DataFrameSchema, rules: Iterable[Check]) -> DataFrameSchema:
    """The same table with more rules about its rows."""
    return DataFrameSchema(
        schema.columns,
        checks=[*schema.checks, *rules],
        name=schema.name,
        strict=True,
        unique_column_names=True,
        metadata=schema.metadata,
    )


def version_of(schema: DataFrameSchema) -> int:
    """The version of a table's schema."""
    return int((schema.metadata or {})[VERSION])


def names_of(schema: DataFrameSchema) -> list[str]:
    """Names of the columns, in order."""
    return [str(name) for name in schema.columns]


def shape_of(schema: DataFrameSchema) -> DataFrameSchema:
    """The same columns and types without any rule: what was read and is not judged yet."""
    return DataFrameSchema(
        {str(name): with_gaps(column) for name, column in schema.columns.items()},
        name=schema.name,
        strict=True,
        unique_column_names=True,
        metadata=schema.metadata,
    )


def empty_frame(schema: DataFrameSchema) -> pd.DataFrame:
    """The table without rows."""
    return pd.DataFrame(
        {str(n): pd.Series([], dtype=dtype_of(column)) for n, column in schema.columns.items()}
    )


def conform_frame(frame: pd.DataFrame, schema: DataFrameSchema) -> pd.DataFrame:
    """A copy of `frame` in the table's shape, ready to be validated.

    Nullable columns that are absent are added empty, columns are put in order and cast to their
    dtype, the index is renumbered. A cast that is impossible is left for the schema to find;
    columns that the table does not have stay, last, and are found too.
    """
    if not frame.columns.is_unique:
        return frame.reset_index(drop=True)
    shaped: dict[Any, Any] = {}
    for name, column in schema.columns.items():
        if name in frame.columns:
            shaped[name] = _cast(frame[name], dtype_of(column))
        elif column.nullable:
            missing = pd.Series(np.nan, index=frame.index, dtype="object")
            shaped[name] = _cast(missing, dtype_of(column))
    for name in frame.columns:
        if name not in schema.columns:
            shaped[name] = frame[name]
    return pd.DataFrame(shaped, index=frame.index).reset_index(drop=True)


_ACCEPTED = {
    "str": {"string", "empty"},
    "float64": {"integer", "floating", "mixed-integer-float", "empty"},
    "int64": {"integer", "floating", "empty"},
    "bool": {"boolean", "empty"},
}
"""What may be cast to each dtype; text is never taken for a number, nor a number for text."""


_AS_IT_IS: dict[str, Any] = {
    "str": pd.Series([], dtype="str").dtype,
    "float64": np.dtype("float64"),
    "int64": np.dtype("int64"),
    "bool": np.dtype("bool"),
}
"""The dtype of a column at which nothing is to be looked at or cast."""


def _cast(values: pd.Series[Any], dtype: str) -> pd.Series[Any]:
    """`values` in this dtype; where that would forgive, unchanged for the schema to find."""
    if dtype in _AS_IT_IS and values.dtype == _AS_IT_IS[dtype]:
        return values
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype("object")
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
