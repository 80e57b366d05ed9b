"""What checking the data found: rule, column, count and row numbers, never a cell value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

SHOWN_ROWS = 10
"""Row numbers written out in one line; the count is always complete."""


class Level(StrEnum):
    """An error stops the run; a notice is shown in the report."""

    ERROR = "error"
    NOTICE = "notice"


@dataclass(frozen=True)
class Finding:
    """One rule that the data break.

    source: the raw file (as the plan names it) or table. column: as the plan names it, None for
    the whole row. count: how many rows break it. rows: row numbers as in the file, ascending;
    empty when the rule is about the file. advice: what to do.
    """

    level: Level
    rule: str
    source: str
    column: str | None
    count: int
    rows: tuple[int, ...] = ()
    advice: str = ""

    def __str__(self) -> str:
        where = f"{self.source}, column {self.column}" if self.column else self.source
        text = f"{where}: {self.rule}"
        if self.rows:
            shown = ", ".join(str(row) for row in self.rows[:SHOWN_ROWS])
            more = ", ..." if len(self.rows) > SHOWN_ROWS else ""
            text += f": {self.count} {'row' if self.count == 1 else 'rows'} ({shown}{more})"
        elif self.count:
            text += f": {self.count}"
        return f"{text}. {self.advice}" if self.advice else text

    def to_record(self) -> dict[str, Any]:
        """The finding as JSON data."""
        return {
            "level": self.level.value,
            "rule": self.rule,
            "source": self.source,
            "column": self.column,
            "count": self.count,
            "rows": list(self.rows),
            "advice": self.advice,
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Finding:
        """The inverse of `to_record`."""
        return cls(
            Level(record["level"]),
            str(record["rule"]),
            str(record["source"]),
            None if record["column"] is None else str(record["column"]),
            int(record["count"]),
            tuple(int(row) for row in record["rows"]),
            str(record["advice"]),
        )


def errors_in(findings: tuple[Finding, ...] | list[Finding]) -> list[Finding]:
    """Return the findings that stop a run."""
    return [finding for finding in findings if finding.level is Level.ERROR]
