"""Reliability of the scales and the item-total tables as rows of `statistics`."""

from __future__ import annotations

from typing import Any

import numpy as np

from evalpipe.config.plan import Plan
from evalpipe.design.people import Tables, table_of
from evalpipe.design.statistic_rows import StatisticRow
from evalpipe.scoring.reliability import ScaleReliability, scale_reliabilities
from evalpipe.vocabulary import Statistic, StatisticTable, Table


def reliability_rows(plan: Plan, tables: Tables) -> list[StatisticRow]:
    """Alpha and omega by scale, visit and rater; the item-total table at the first visit.

    `level` names the coefficient. Sources stand in `evalpipe.scoring.reliability`.
    """
    rows: list[StatisticRow] = []
    seen: set[tuple[str, str | None]] = set()
    for scale in scale_reliabilities(plan, table_of(tables, Table.RESPONSES)):
        rows += _coefficient_rows(scale)
        if (scale.scale, scale.rater) not in seen:
            seen.add((scale.scale, scale.rater))
            rows += _item_rows(scale)
    return rows


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _coefficient_rows(scale: ScaleReliability) -> list[StatisticRow]:
    rows = []
    for name, value, interval, n, note in (
        ("alpha", scale.alpha, scale.alpha_interval, scale.n_rows, None),
        ("omega", scale.omega, scale.omega_interval, scale.n_complete, scale.note),
    ):
        numbers = (
            ("value", value),
            (Statistic.CONF_LOW, interval[0]),
            (Statistic.CONF_HIGH, interval[1]),
        )
        for statistic, number in numbers:
            rows.append(
                StatisticRow(
                    table=StatisticTable.RELIABILITY,
                    variable=scale.scale,
                    statistic=str(statistic),
                    value=_known(number),
                    n=n,
                    level=name,
                    visit=scale.visit,
                    groups={"rater": scale.rater},
                    note=note,
                )
            )
    return rows


def _item_rows(scale: ScaleReliability) -> list[StatisticRow]:
    rows = []
    for item in scale.items:
        numbers: tuple[tuple[str, Any], ...] = (
            (Statistic.MEAN, item.mean),
            (Statistic.SD, item.sd),
            ("item_total_correlation", item.item_total),
            ("alpha_if_dropped", item.alpha_if_dropped),
        )
        for statistic, number in numbers:
            rows.append(
                StatisticRow(
                    table=StatisticTable.ITEMS,
                    variable=scale.scale,
                    statistic=str(statistic),
                    value=_known(number),
                    n=item.n,
                    level=f"{item.item:02d}",
                    visit=scale.visit,
                    groups={"rater": scale.rater},
                )
            )
    return rows
