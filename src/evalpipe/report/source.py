"""What a report is written from: the plan, the released tables and the record of the run."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, TypeVar

import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.design.statistic_rows import read_groups
from evalpipe.report.disclosure_precision import round_released
from evalpipe.report.documents.model import Number
from evalpipe.report.numbers import common_decimals
from evalpipe.vocabulary import Quantity, Table


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
class Estimate:
    """One row of `estimates`. Missing text is empty, missing numbers are NaN.

    code: `estimates 12`, the row's place in the released table.
    """

    code: str
    estimate_id: str
    analysis_id: str
    role: str
    population: str
    outcome: str
    quantity: str
    term: str
    arm: str
    reference_arm: str
    visit: str
    estimate: float
    std_error: float
    df: float
    df_numerator: float
    df_method: str
    statistic: float
    p_value: float
    p_adjusted: float
    conf_low: float
    conf_high: float
    conf_level: float
    scale: str
    n_participants: float
    n_observations: float
    status: str
    note: str

    @property
    def is_shown(self) -> bool:
        """Whether the row holds an estimate that may be read."""
        return math.isfinite(self.estimate)

    @property
    def has_interval(self) -> bool:
        """Whether both ends of the interval are known."""
        return math.isfinite(self.conf_low) and math.isfinite(self.conf_high)

    def number(self, text: str) -> Number:
        """A number of this row as it is printed."""
        return Number(text, self.code)


@dataclass(frozen=True)
class Stat:
    """One row of `statistics`. groups: `{"role": "child"}`; a value that is suppressed is NaN."""

    code: str
    statistic_id: str
    table: str
    group_arm: str
    group_visit: str
    group_other: str
    variable: str
    level: str
    statistic: str
    value: float
    n: float
    note: str

    @property
    def groups(self) -> dict[str, str]:
        """What the number is about besides arm and visit."""
        return read_groups(self.group_other)

    def number(self, text: str) -> Number:
        """A number of this row as it is printed."""
        return Number(text, self.code)


Row = TypeVar("Row", Estimate, Stat)


@dataclass(frozen=True)
class Diagnosis:
    """One row of `diagnostics`."""

    analysis_id: str
    fit: str
    engine: str
    model: str
    method: str
    covariance_structure: str
    status: str
    n_participants: float
    n_observations: float
    n_fixed: float
    n_covariance: float
    log_likelihood: float
    aic: float
    bic: float
    n_evaluations: float
    n_iterations: float
    scaled_gradient: float
    condition: float
    is_singular: float
    has_converged: float
    second_fit_engine: str
    second_fit_difference: float
    second_fit_quantity: str
    warnings: str
    note: str


@dataclass(frozen=True)
class Source:
    """Plan, tables and run record of one study."""

    plan: Plan
    tables: Mapping[str, pd.DataFrame]
    run: RunRecord = RunRecord()

    @cached_property
    def estimates(self) -> tuple[Estimate, ...]:
        """Every estimate, in the order of the released table."""
        return tuple(_read(Estimate, self.table(Table.ESTIMATES), "estimates"))

    @cached_property
    def statistics(self) -> tuple[Stat, ...]:
        """Every descriptive number, in the order of the released table."""
        return tuple(_read(Stat, self.table(Table.STATISTICS), "statistics"))

    @cached_property
    def diagnostics(self) -> tuple[Diagnosis, ...]:
        """Every fit."""
        return tuple(_read(Diagnosis, self.table(Table.DIAGNOSTICS), ""))

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

    def table(self, name: str) -> pd.DataFrame:
        """A table by name; an empty frame when the study does not have it."""
        return self.tables.get(str(name), pd.DataFrame())

    def of_analysis(self, analysis_id: str, *quantities: str) -> tuple[Estimate, ...]:
        """Estimates of one analysis, all or of some quantities."""
        return tuple(
            row
            for row in self.estimates
            if row.analysis_id == analysis_id and (not quantities or row.quantity in quantities)
        )

    def of_table(self, table: str, **wanted: str) -> tuple[Stat, ...]:
        """Descriptive numbers of one table whose columns have the values wanted."""
        return tuple(
            row
            for row in self.statistics
            if row.table == table and all(getattr(row, k) == v for k, v in wanted.items())
        )

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
        return words | {row.code: row.statistic_id for row in self.statistics}


_TEXT = "str"


def _read(kind: Any, frame: pd.DataFrame, name: str) -> Iterable[Any]:
    """Rows of a table as records; columns that the table lacks are missing."""
    known = {f.name: f.type == _TEXT for f in fields(kind) if f.name != "code"}
    columns = {column: _column(frame, column, is_text=is_text) for column, is_text in known.items()}
    for place in range(len(frame)):
        record: dict[str, Any] = {column: values[place] for column, values in columns.items()}
        if name:
            record["code"] = f"{name} {place + 1}"
        yield kind(**record)


def _column(frame: pd.DataFrame, column: str, *, is_text: bool) -> list[Any]:
    if column not in frame:
        return [("" if is_text else math.nan)] * len(frame)
    present = frame[column].notna().tolist()
    values = frame[column].tolist()
    if is_text:
        return [str(v) if there else "" for v, there in zip(values, present, strict=True)]
    return [float(v) if there else math.nan for v, there in zip(values, present, strict=True)]
