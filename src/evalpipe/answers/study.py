"""The result tables of one study, read once as records."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from evalpipe.answers.rows import Claim, Diagnosis, Estimate, Stat, read_rows
from evalpipe.config.plan import Plan
from evalpipe.vocabulary import ClaimStatus, Table


@dataclass(frozen=True)
class StudyRows:
    """Plan and result tables of one study."""

    plan: Plan
    tables: Mapping[str, pd.DataFrame]

    @cached_property
    def estimates(self) -> tuple[Estimate, ...]:
        """Every estimate, in the order of the table."""
        return tuple(read_rows(Estimate, self.table(Table.ESTIMATES), "estimates"))

    @cached_property
    def statistics(self) -> tuple[Stat, ...]:
        """Every descriptive number, in the order of the table."""
        return tuple(read_rows(Stat, self.table(Table.STATISTICS), "statistics"))

    @cached_property
    def diagnostics(self) -> tuple[Diagnosis, ...]:
        """Every fit."""
        return tuple(read_rows(Diagnosis, self.table(Table.DIAGNOSTICS), ""))

    @cached_property
    def claims(self) -> Mapping[str, tuple[Claim, ...]]:
        """Analysis -> its claims, as `answers` has them; one that asks nothing has none."""
        return _read_claims(self.estimates, self.table(Table.ANSWERS))

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


def _read_claims(rows: Iterable[Estimate], answers: pd.DataFrame) -> dict[str, tuple[Claim, ...]]:
    places = {row.estimate_id: row for row in rows}
    claims: dict[str, list[Claim]] = {}
    for number, record in enumerate(answers.to_dict("records"), start=1):
        claim = Claim(
            code=f"answers {number}",
            claim_id=record["claim_id"],
            analysis_id=record["analysis_id"],
            status=ClaimStatus(record["status"]),
            row=places[record["estimate_id"]],
            n_analysed=_number(record["n_analysed"]),
            n_observed=_number(record["n_observed"]),
            n_entered=_number(record["n_entered"]),
        )
        claims.setdefault(claim.analysis_id, []).append(claim)
    return {name: tuple(found) for name, found in claims.items()}


def _number(value: object) -> float:
    return math.nan if pd.isna(value) else float(value)  # type: ignore[call-overload, arg-type]
