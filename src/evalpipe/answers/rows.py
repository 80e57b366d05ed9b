"""Rows of the result tables as records: what an estimate, a descriptive number and a fit hold."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import pandas as pd

from evalpipe.answers.term import Term
from evalpipe.design.statistic_rows import read_groups
from evalpipe.vocabulary import ClaimStatus


@dataclass(frozen=True)
class Estimate:
    """One row of `estimates`. Missing text is empty, missing numbers are NaN.

    code: `estimates 12`, the row's place in the released table. withheld: names of the columns that
    the boundary withholds, parted by spaces; empty where nothing is.
    coarse: names of the columns that are told coarser than they are.
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
    n_smallest: float
    n_named: float
    status: str
    note: str
    withheld: str
    coarse: str
    modelled_class: str = ""
    effect: str = ""
    level: str = ""
    against: str = ""
    at: str = ""
    member: str = ""
    case: str = ""
    left_out: str = ""
    delta: float = math.nan
    over: str = ""

    @cached_property
    def about(self) -> Term:
        """What the row is about, part by part."""
        held = dict(part.split("=", 1) for part in self.at.split(", ") if part)
        return Term(
            effect=self.effect,
            level=self.level,
            against=self.against,
            at=held,
            member=self.member,
            case=self.case,
            left_out=self.left_out,
            delta=self.delta if math.isfinite(self.delta) else None,
            over=self.over,
        )

    def withholds(self, column: str) -> bool:
        """Whether the boundary withholds a number of this row."""
        return column in self.withheld.split()

    def is_coarse(self, column: str) -> bool:
        """Whether a number of this row is told coarser than it is: df as a lower bound."""
        return column in self.coarse.split()

    @property
    def is_shown(self) -> bool:
        """Whether the row holds an estimate that may be read."""
        return math.isfinite(self.estimate)

    @property
    def has_interval(self) -> bool:
        """Whether both ends of the interval are known."""
        return math.isfinite(self.conf_low) and math.isfinite(self.conf_high)


@dataclass(frozen=True)
class Claim:
    """One thing that an analysis asks, and what answers it.

    code: `answers 3`, its place in the table `answers`. claim_id: `analysis/1`. row: the row of
    `estimates` that answers, or the row that says why none does. n_analysed: participants in the
    analysis.
    n_observed: participants with the outcome at that visit, NaN where it is not known or withheld.
    n_entered: participants randomised or enrolled.
    """

    code: str
    claim_id: str
    analysis_id: str
    status: ClaimStatus
    row: Estimate
    n_analysed: float
    n_observed: float
    n_entered: float


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
    withheld: str

    @property
    def is_withheld(self) -> bool:
        """Whether the value was computed and may not be told."""
        return "value" in self.withheld.split()

    @property
    def groups(self) -> dict[str, str]:
        """What the number is about besides arm and visit."""
        return read_groups(self.group_other)


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


_TEXT = "str"


def read_rows(kind: Any, frame: pd.DataFrame, name: str) -> Iterable[Any]:
    """Rows of a table as records of `kind`; columns that the table lacks are missing.

    name: what the rows are called in `code` (`estimates 12`); empty for records without a code.
    """
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
