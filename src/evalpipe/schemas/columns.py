"""Columns of tables: the pandera column of each kind, with its type checked exactly.

pandera takes `object` for text, `Int64` for `int64` and the reverse, and looks at text cell by
cell; a file needs one type. So each kind is a pandera type of its own, exact and quick.
"""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from pandera.dtypes import DataType
from pandera.engines import pandas_engine
from pandera.pandas import Check, Column

from evalpipe.schemas.rules import cell_rule
from evalpipe.vocabulary import ColumnKind

KIND = "kind"
"""Where a column keeps its kind among its metadata."""

TYPE_WORDS = {
    ColumnKind.TEXT: "must be text",
    ColumnKind.CATEGORY: "must be text",
    ColumnKind.NUMBER: "must be a number",
    ColumnKind.INTEGER: "must be a whole number",
    ColumnKind.BOOLEAN: "must be true or false",
}
_DTYPES = {
    ColumnKind.TEXT: ("str", "str"),
    ColumnKind.CATEGORY: ("str", "str"),
    ColumnKind.NUMBER: ("float64", "float64"),
    ColumnKind.INTEGER: ("int64", "Int64"),
    ColumnKind.BOOLEAN: ("bool", "boolean"),
}
"""Without gaps, and with gaps."""


class ExactType(pandas_engine.DataType):
    """The pandas dtype of a kind and no other.

    The dtype with gaps fits a column without gaps: there the missing values are the finding.
    """

    def __init__(self, kind: ColumnKind, *, nullable: bool) -> None:
        # the constructor above warns of every type that is not among pandera's own
        object.__setattr__(self, "type", pd.api.types.pandas_dtype(_DTYPES[kind][nullable]))
        accepted = tuple(pd.api.types.pandas_dtype(dtype) for dtype in _DTYPES[kind])
        object.__setattr__(self, "accepted", accepted)

    def check(self, pandera_dtype: DataType, data_container: Any = None) -> bool:
        """Whether the values (or a pandera type) have exactly this type."""
        found = getattr(pandera_dtype if data_container is None else data_container, "dtype", None)
        if found is None:
            found = getattr(pandera_dtype, "type", None)
        return any(bool(found == dtype) for dtype in self.accepted)  # type: ignore[attr-defined]


def text(name: str, *, nullable: bool = True, unique: bool = False) -> Column:
    """A text column: identifiers, reasons, words."""
    return _column(name, ColumnKind.TEXT, nullable=nullable, unique=unique)


def category(
    name: str,
    levels: Iterable[str],
    *,
    nullable: bool = True,
    words: str | None = None,
    advice: str | None = None,
) -> Column:
    """A text column with a closed list of levels.

    words: what is wrong with another level; without them the rule lists the levels. With them the
    advice does.
    """
    known = [str(level) for level in levels]
    listed = ", ".join(known) or "nothing"
    rule = cell_rule(
        words or f"must be one of {listed}",
        lambda values: values.notna() & ~values.isin(known),
        advice=(f"One of {listed}" if advice is None else advice) if words else "",
    )
    return _column(name, ColumnKind.CATEGORY, [rule], nullable=nullable)


def number(
    name: str,
    *,
    nullable: bool = True,
    minimum: float | None = None,
    maximum: float | None = None,
) -> Column:
    """A finite number in full precision; both borders belong to the range."""
    rules = [
        *_borders(minimum, maximum),
        cell_rule("must be finite", lambda values: np.isinf(values.to_numpy())),
    ]
    return _column(name, ColumnKind.NUMBER, rules, nullable=nullable)


def integer(
    name: str,
    *,
    nullable: bool = True,
    minimum: float | None = None,
    maximum: float | None = None,
) -> Column:
    """A whole number; both borders belong to the range."""
    return _column(name, ColumnKind.INTEGER, _borders(minimum, maximum), nullable=nullable)


def boolean(name: str, *, nullable: bool = True) -> Column:
    """Yes or no."""
    return _column(name, ColumnKind.BOOLEAN, nullable=nullable)


def kind_of(column: Column) -> ColumnKind:
    """The kind of a column that a function of this module made."""
    return ColumnKind((column.metadata or {})[KIND])


def dtype_of(column: Column) -> str:
    """The pandas dtype of a column: text is `str`; whole numbers with gaps are `Int64`."""
    return _DTYPES[kind_of(column)][bool(column.nullable)]


def with_gaps(column: Column) -> Column:
    """The same column where values may be missing and every value of its type fits."""
    return _column(str(column.name), kind_of(column))


def _column(
    name: str,
    kind: ColumnKind,
    rules: Iterable[Check] = (),
    *,
    nullable: bool = True,
    unique: bool = False,
) -> Column:
    return Column(
        ExactType(kind, nullable=nullable),
        checks=list(rules),
        nullable=nullable,
        unique=unique,
        name=str(name),
        metadata={KIND: kind.value},
    )


def _borders(minimum: float | None, maximum: float | None) -> list[Check]:
    rules = []
    if minimum is not None:
        rules.append(cell_rule(f"must be at least {minimum:g}", lambda values: values < minimum))
    if maximum is not None:
        rules.append(cell_rule(f"must be at most {maximum:g}", lambda values: values > maximum))
    return rules


def mark_mistyped(values: pd.Series[Any], kind: ColumnKind) -> pd.Series[bool] | None:
    """The cells of another type; None where they cannot be told apart: the whole column."""
    if values.dtype != object:
        return None
    wrong = pd.Series([not _fits(value, kind) for value in values], index=values.index, dtype=bool)
    return wrong if wrong.any() else None


def _fits(value: object, kind: ColumnKind) -> bool:
    if pd.api.types.is_scalar(value) and pd.isna(value):  # type: ignore[call-overload]
        return True
    if kind in (ColumnKind.TEXT, ColumnKind.CATEGORY):
        return isinstance(value, str)
    if kind is ColumnKind.BOOLEAN:
        return isinstance(value, bool | np.bool_)
    if isinstance(value, bool | np.bool_) or not isinstance(value, Real):
        return False
    return kind is ColumnKind.NUMBER or float(value).is_integer()
