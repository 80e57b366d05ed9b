"""Rows of `statistics`: one descriptive number each, with the groups that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.schemas.statistics import with_statistic_ids
from evalpipe.vocabulary import Column, Statistic, StatisticTable

GROUP_ORDER = (
    "cohort",
    "role",
    "rater",
    "period",
    "phase",
    "block",
    "stage",
    "week",
    "cluster",
    "reason",
    "analysis",
)
"""Order of the parts of `group_other`; other names (conditions) follow in alphabetical order."""


@dataclass(frozen=True)
class StatisticRow:
    """One descriptive number.

    groups: what the number is about besides arm and visit, `{"role": "child"}`; parts that are
    None are left out. n: how many participants (or occasions, see note) it rests on.
    """

    table: StatisticTable
    variable: str
    statistic: str
    value: float | None
    n: int | None = None
    level: str | None = None
    arm: str | None = None
    visit: str | None = None
    groups: Mapping[str, str | None] = field(default_factory=dict)
    note: str | None = None


def write_groups(groups: Mapping[str, str | None]) -> str | None:
    """`{"role": "child", "cohort": "2024"}` as `cohort=2024;role=child`; None when empty."""
    present = {name: level for name, level in groups.items() if level is not None}
    names = [name for name in GROUP_ORDER if name in present]
    names += sorted(set(present) - set(names))
    return ";".join(f"{name}={present[name]}" for name in names) or None


def read_groups(text: str | None) -> dict[str, str]:
    """The inverse of `write_groups`."""
    if not isinstance(text, str) or not text:
        return {}
    return dict(part.split("=", 1) for part in text.split(";"))


def statistic_frame(plan: Plan, rows: Iterable[StatisticRow]) -> pd.DataFrame:
    """The rows as a `statistics` table, in their order, with readable ids."""
    records = [_record(plan.study.id, row) for row in rows]
    return with_statistic_ids(pd.DataFrame(records, columns=list(_COLUMNS)))


_COLUMNS = (
    Column.STUDY_ID,
    Column.TABLE,
    Column.GROUP_ARM,
    Column.GROUP_VISIT,
    Column.GROUP_OTHER,
    Column.VARIABLE,
    Column.LEVEL,
    Column.STATISTIC,
    Column.VALUE,
    Column.N,
    Column.NOTE,
)


def _record(study_id: str, row: StatisticRow) -> dict[str, Any]:
    return {
        Column.STUDY_ID: study_id,
        Column.TABLE: str(row.table),
        Column.GROUP_ARM: row.arm,
        Column.GROUP_VISIT: row.visit,
        Column.GROUP_OTHER: write_groups(row.groups),
        Column.VARIABLE: row.variable,
        Column.LEVEL: row.level,
        Column.STATISTIC: str(row.statistic),
        Column.VALUE: np.nan if row.value is None else float(row.value),
        Column.N: row.n,
        Column.NOTE: row.note,
    }


def mean_rows(values: pd.Series[Any], *, spread: bool = False, **place: Any) -> list[StatisticRow]:
    """Mean and SD (and with `spread` median and quartiles) of the values that are not missing.

    place: the fields of `StatisticRow` that say what the numbers are about. The SD is missing
    with one value, all are missing with none.
    """
    known = values.dropna().astype("float64")
    n = len(known)
    numbers: list[tuple[str, float | None]] = [
        (Statistic.MEAN, float(known.mean()) if n else None),
        (Statistic.SD, float(known.std(ddof=1)) if n > 1 else None),
    ]
    if spread:
        numbers += [
            (Statistic.MEDIAN, float(known.median()) if n else None),
            (Statistic.LOWER_QUARTILE, float(known.quantile(0.25)) if n else None),
            (Statistic.UPPER_QUARTILE, float(known.quantile(0.75)) if n else None),
        ]
    return [StatisticRow(statistic=name, value=value, n=n, **place) for name, value in numbers]


def share_rows(count: int, total: int, **place: Any) -> list[StatisticRow]:
    """A count and its share of `total`; the share is missing when the total is 0."""
    share = count / total if total else None
    return [
        StatisticRow(statistic=Statistic.COUNT, value=count, n=total, **place),
        StatisticRow(statistic=Statistic.PROPORTION, value=share, n=total, **place),
    ]
