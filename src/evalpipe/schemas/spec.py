"""What a table looks like, as plain data: one specification drives writing, reading and checking.

The pandera schema is built from the specification on first use, so that importing a table's
specification costs nothing in a stage that does not check it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from evalpipe.vocabulary import ColumnKind, Table

if TYPE_CHECKING:
    import pandas as pd
    from pandera.pandas import DataFrameSchema


@dataclass(frozen=True)
class ColumnSpec:
    """One column.

    nullable: whether missing values are allowed. levels: the closed list of a category column.
    minimum, maximum: borders of a number, both included. unique: no value twice.
    """

    name: str
    kind: ColumnKind
    nullable: bool = True
    levels: tuple[str, ...] | None = None
    minimum: float | None = None
    maximum: float | None = None
    unique: bool = False

    @property
    def dtype(self) -> str:
        """The pandas dtype of the column: text is `str`; whole numbers with gaps are `Int64`."""
        if self.kind in (ColumnKind.TEXT, ColumnKind.CATEGORY):
            return "str"
        if self.kind is ColumnKind.NUMBER:
            return "float64"
        if self.kind is ColumnKind.INTEGER:
            return "Int64" if self.nullable else "int64"
        return "boolean" if self.nullable else "bool"

    def to_record(self) -> dict[str, Any]:
        """The column as JSON data, for the metadata of a file."""
        return {
            "name": self.name,
            "kind": self.kind.value,
            "nullable": self.nullable,
            "levels": list(self.levels) if self.levels is not None else None,
            "minimum": self.minimum,
            "maximum": self.maximum,
            "unique": self.unique,
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> ColumnSpec:
        """The inverse of `to_record`; raises KeyError, TypeError or ValueError on foreign data."""
        levels = record["levels"]
        return cls(
            name=str(record["name"]),
            kind=ColumnKind(record["kind"]),
            nullable=bool(record["nullable"]),
            levels=None if levels is None else tuple(str(level) for level in levels),
            minimum=record["minimum"],
            maximum=record["maximum"],
            unique=bool(record["unique"]),
        )


@dataclass(frozen=True)
class TableSpec:
    """One table of the pipeline.

    key: columns that together identify a row (missing values count as equal).
    any_of: groups of columns of which each row must have at least one.
    is_open: a study may add columns (covariates, ratings); they are recorded in the file's
    metadata, and a reader that does not name them takes them from there.
    extra: the columns that this study adds.
    """

    name: Table
    version: int
    columns: tuple[ColumnSpec, ...]
    key: tuple[str, ...] = ()
    any_of: tuple[tuple[str, ...], ...] = ()
    is_open: bool = False
    extra: tuple[ColumnSpec, ...] = ()

    @property
    def all_columns(self) -> tuple[ColumnSpec, ...]:
        """Own columns, then the study's."""
        return self.columns + self.extra

    @property
    def column_names(self) -> list[str]:
        """Names of all columns, in order."""
        return [column.name for column in self.all_columns]

    def with_extra(self, extra: Mapping[str, ColumnKind | ColumnSpec]) -> TableSpec:
        """The same table with the study's own columns.

        A kind stands for a nullable column of that kind. Names that the table already has are
        passed over, so a study may declare a variable called `site`.
        """
        if extra and not self.is_open:
            raise ValueError(f"table {self.name} takes no extra columns")
        own = {column.name for column in self.columns}
        specs = [
            spec if isinstance(spec, ColumnSpec) else ColumnSpec(name, spec)
            for name, spec in extra.items()
        ]
        return replace(self, extra=tuple(spec for spec in specs if spec.name not in own))

    def conform(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A copy of `frame` in the table's shape, ready to be checked.

        Nullable columns that are absent are added empty, columns are put in order and cast to
        their dtype, the index is renumbered. A cast that is impossible is left for the check to
        find; columns that the table does not have stay, last, and fail the check.
        """
        from evalpipe.schemas.check import conform_frame

        return conform_frame(frame, self)

    def empty(self) -> pd.DataFrame:
        """The table without rows."""
        import pandas as pd

        return pd.DataFrame({c.name: pd.Series([], dtype=c.dtype) for c in self.all_columns})

    @cached_property
    def pandera_schema(self) -> DataFrameSchema:
        """The table as a strict pandera schema with `name` and metadata `{"version": int}`."""
        from evalpipe.schemas.pandera_schema import build_pandera_schema

        return build_pandera_schema(self)


def text(name: str, *, nullable: bool = True, unique: bool = False) -> ColumnSpec:
    """A text column: identifiers, names that the plan declares."""
    return ColumnSpec(name, ColumnKind.TEXT, nullable=nullable, unique=unique)


def category(name: str, levels: tuple[str, ...], *, nullable: bool = True) -> ColumnSpec:
    """A text column with a closed list of levels."""
    return ColumnSpec(name, ColumnKind.CATEGORY, nullable=nullable, levels=levels)


def number(
    name: str,
    *,
    nullable: bool = True,
    minimum: float | None = None,
    maximum: float | None = None,
) -> ColumnSpec:
    """A number in full precision."""
    return ColumnSpec(name, ColumnKind.NUMBER, nullable=nullable, minimum=minimum, maximum=maximum)


def integer(name: str, *, nullable: bool = True, minimum: float | None = None) -> ColumnSpec:
    """A whole number."""
    return ColumnSpec(name, ColumnKind.INTEGER, nullable=nullable, minimum=minimum)


def boolean(name: str, *, nullable: bool = True) -> ColumnSpec:
    """Yes or no."""
    return ColumnSpec(name, ColumnKind.BOOLEAN, nullable=nullable)
