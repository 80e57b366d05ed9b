"""Clusters: how many, how large, and what clustering costs in effective participants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.design.analysis_set import AnalysisSet
from evalpipe.design.people import Tables, entered, one_per_unit, table_of, with_arm
from evalpipe.design.statistic_rows import StatisticRow
from evalpipe.vocabulary import Column, Statistic, StatisticTable, Table


def clustering_rows(
    plan: Plan, tables: Tables, primary_sets: Mapping[str, AnalysisSet] | None = None
) -> list[StatisticRow]:
    """How many clusters there are, how large, and what they cost, by level and arm.

    Sizes are of units. For the outcome of each primary analysis at each visit also the intraclass
    correlation, the design effect and the effective number of participants, described without the
    analysis's model; clusters of one participant each have none.
    """
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
            for analysis_set in (primary_sets or {}).values():
                rows += _cost_rows(plan, name, arm, analysis_set)
    return rows


def _cost_rows(
    plan: Plan, name: str, arm: str | None, analysis_set: AnalysisSet
) -> list[StatisticRow]:
    frame = analysis_set.frame
    column = f"{name}_id"
    if frame[Column.VISIT].isna().any() or column not in frame:
        return []
    own = frame[frame[column].notna()]
    own = own if arm is None else own[own[Column.ARM] == arm]
    rows: list[StatisticRow] = []
    for visit in [v for v in plan.visits if (own[Column.VISIT] == v).any()]:
        part = own[own[Column.VISIT] == visit]
        residual = _without_groups(part)
        icc = intraclass_correlation(residual, part[column])
        if icc is None:
            continue
        sizes = part[column].value_counts().to_numpy()
        place: dict[str, Any] = {
            "table": StatisticTable.CLUSTERING,
            "variable": name,
            "level": analysis_set.outcome,
            "arm": arm,
            "visit": visit,
            "groups": {"analysis": analysis_set.analysis_id},
            "n": len(part),
            "note": "analysis of variance, means of arms and roles removed",
        }
        numbers = (
            ("intraclass_correlation", icc),
            ("design_effect", design_effect(sizes, icc)),
            ("effective_sample_size", effective_sample_size(sizes, icc)),
        )
        rows += [StatisticRow(statistic=s, value=value, **place) for s, value in numbers]
    return rows


def _without_groups(part: pd.DataFrame) -> pd.Series[Any]:
    """The outcome minus the mean of the participant's arm and role."""
    groups = [part[c].astype(object).fillna("") for c in (Column.ARM, Column.ROLE) if c in part]
    outcome = part[Column.OUTCOME]
    return outcome - outcome.groupby(groups).transform("mean") if groups else outcome


def intraclass_correlation(values: pd.Series[Any], cluster: pd.Series[Any]) -> float | None:
    """One-way analysis of variance estimate for clusters of unequal size, not below 0.

    (MSB - MSW) / (MSB + (m0 - 1) MSW), m0 the adjusted mean size. Donner (1986), International
    Statistical Review 54, 67-82, section 2. None without two clusters or without a larger one.
    """
    sizes = cluster.value_counts()
    n, k = int(sizes.sum()), len(sizes)
    if k < 2 or n <= k:
        return None
    means = values.groupby(cluster.to_numpy()).transform("mean")
    between = float(((means - values.mean()) ** 2).sum()) / (k - 1)
    within = float(((values - means) ** 2).sum()) / (n - k)
    m0 = (n - float((sizes**2).sum()) / n) / (k - 1)
    total = between + (m0 - 1) * within
    return max((between - within) / total, 0.0) if total > 0 else None


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
