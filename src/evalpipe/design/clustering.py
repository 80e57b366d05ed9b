"""Clusters: how many, how large, and what clustering costs in effective participants."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.design.people import Tables, entered, one_per_unit, table_of, with_arm
from evalpipe.design.statistic_rows import StatisticRow
from evalpipe.vocabulary import Column, Statistic, StatisticTable, Table


def clustering_rows(plan: Plan, tables: Tables) -> list[StatisticRow]:
    """Number of clusters and mean, SD and range-free spread of their sizes, by level and arm."""
    people = entered(plan, with_arm(plan, table_of(tables, Table.PARTICIPANTS)))
    units = one_per_unit(plan, people)
    rows: list[StatisticRow] = []
    for name, cluster in plan.clusters.items():
        column = f"{name}_id"
        if column not in units or not units[column].notna().any():
            continue
        for arm in cluster.arms or (None,):
            own = units if arm is None else units[units[Column.ARM] == arm]
            rows += _size_rows(name, arm, own[column].dropna())
    return rows


def _size_rows(name: str, arm: str | None, codes: pd.Series[Any]) -> list[StatisticRow]:
    sizes = codes.value_counts().to_numpy(dtype="float64")
    place: dict[str, Any] = {
        "table": StatisticTable.CLUSTERING,
        "variable": name,
        "arm": arm,
        "n": len(codes),
    }
    mean = float(sizes.mean()) if len(sizes) else None
    sd = float(sizes.std(ddof=1)) if len(sizes) > 1 else None
    return [
        StatisticRow(statistic=Statistic.COUNT, value=len(sizes), **place),
        StatisticRow(statistic=Statistic.MEAN, value=mean, **place),
        StatisticRow(statistic=Statistic.SD, value=sd, **place),
    ]


def design_effect(sizes: Any, icc: float) -> float:
    """Factor by which clustering inflates a variance: 1 + ((1 + cv^2) m - 1) icc.

    sizes: units in each cluster; m their mean, cv their coefficient of variation (SD with n in
    the denominator). Eldridge, Ashby and Kerry (2006), Int. J. Epidemiology 35, 1292-1300.
    """
    size = np.asarray(sizes, dtype="float64")
    cv = size.std() / size.mean()
    return float(1 + ((1 + cv**2) * size.mean() - 1) * icc)


def effective_sample_size(sizes: Any, icc: float) -> float:
    """Number of independent units that carry as much information as the clustered ones."""
    return float(np.sum(sizes) / design_effect(sizes, icc))
