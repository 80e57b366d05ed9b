"""What a report is written from: the plan, the released tables and the record of the run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from evalpipe.answers.rows import Claim, Estimate, Stat
from evalpipe.answers.study import StudyRows
from evalpipe.disclosure.precision import round_released
from evalpipe.report.documents.model import Number
from evalpipe.report.numbers import common_decimals
from evalpipe.vocabulary import Quantity

Row = TypeVar("Row", Estimate, Stat)


def number_of(row: Estimate | Stat | Claim, text: str) -> Number:
    """A number of a row as it is printed."""
    return Number(text, row.code)


@dataclass(frozen=True)
class RunRecord:
    """What ran: digests, versions, raw files. Nothing of it depends on the clock or the machine.

    raw_files: name -> SHA-256. newest_raw: date of the newest raw file as the data say it, empty
    when they do not. versions: package -> version.
    """

    plan_digest: str = ""
    data_digest: str = ""
    code_digest: str = ""
    python: str = ""
    newest_raw: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    raw_files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Source(StudyRows):
    """Plan, released tables and run record of one study."""

    run: RunRecord = RunRecord()

    @cached_property
    def outcome_decimals(self) -> dict[tuple[str, str], int]:
        """(outcome, scale) -> decimals of its contrasts and means."""
        intervals: dict[tuple[str, str], list[tuple[float, float]]] = {}
        for wanted in (Quantity.CONTRAST, Quantity.SLOPE_CONTRAST, Quantity.MARGINAL_MEAN):
            found: dict[tuple[str, str], list[tuple[float, float]]] = {}
            for row in self.estimates:
                if row.quantity == wanted and row.has_interval:
                    pair = (row.conf_low, row.conf_high)
                    found.setdefault((row.outcome, row.scale), []).append(pair)
            intervals = found | intervals
        return {key: common_decimals(pairs, most=4) for key, pairs in intervals.items()}

    @property
    def is_synthetic(self) -> bool:
        """Whether the data are made up."""
        return self.plan.study.synthetic

    def drawn(self, row: Row) -> Row:
        """A row with the digits that its released table carries.

        Coordinates of a figure can be read to eight digits: a mean drawn in full tells how many
        people it is of, however it is rounded in the text beside it.
        """
        found: Row = self._rounded_rows[row.code]
        return found

    @cached_property
    def _rounded_rows(self) -> dict[str, Any]:
        tables = {name: round_released(name, frame) for name, frame in self.tables.items()}
        rounded = Source(self.plan, tables)
        found: dict[str, Any] = {row.code: row for row in rounded.estimates}
        return found | {row.code: row for row in rounded.statistics}

    def row_words(self) -> dict[str, str]:
        """Row code -> the row's id, for readers who follow a number."""
        words = {row.code: row.estimate_id for row in self.estimates}
        words |= {c.code: c.claim_id for claims in self.claims.values() for c in claims}
        return words | {row.code: row.statistic_id for row in self.statistics}
