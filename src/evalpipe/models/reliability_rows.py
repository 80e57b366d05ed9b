"""Reliability of the scales and the item-total tables as rows of `statistics`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.design.statistic_rows import StatisticRow, statistic_frame
from evalpipe.models.result import AnalysisResult
from evalpipe.models.second_computation import bound_difference, relative_difference
from evalpipe.schemas.diagnostics import DIAGNOSTICS
from evalpipe.schemas.estimates import ESTIMATES
from evalpipe.schemas.statistics import STATISTICS
from evalpipe.schemas.table import conform_frame, empty_frame
from evalpipe.scoring.reliability import ScaleReliability, scale_reliabilities
from evalpipe.vocabulary import Statistic, StatisticTable

SECOND = "second_computation"
"""`statistic` of how far two computations of alpha lie apart."""


def analyse_reliability(plan: Plan, responses: pd.DataFrame) -> AnalysisResult:
    """Return the `statistics` of every scale with items: alpha, omega and the item-total table.

    The other two tables are empty: reliability is no analysis of the plan.
    """
    rows = reliability_rows(plan, responses)
    statistics = empty_frame(STATISTICS)
    if rows:
        statistics = conform_frame(statistic_frame(plan, rows).astype("object"), STATISTICS)
    return AnalysisResult(empty_frame(ESTIMATES), empty_frame(DIAGNOSTICS), statistics)


def has_reliability(plan: Plan) -> bool:
    """Whether any instrument has items."""
    return any(instrument.items is not None for instrument in plan.instruments.values())


def reliability_rows(plan: Plan, responses: pd.DataFrame) -> list[StatisticRow]:
    """Alpha and omega by scale, visit and rater; the item-total table at the first visit.

    `level` names the coefficient. Sources stand in `evalpipe.scoring`.
    """
    rows: list[StatisticRow] = []
    seen: set[tuple[str, str | None]] = set()
    for scale in scale_reliabilities(plan, responses, by_pingouin=True):
        rows += _coefficient_rows(scale)
        if (scale.scale, scale.rater) not in seen:
            seen.add((scale.scale, scale.rater))
            rows += _item_rows(scale)
    return rows


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _coefficient_rows(scale: ScaleReliability) -> list[StatisticRow]:
    second = relative_difference(scale.second_alpha, scale.alpha)
    found: list[StatisticRow] = []
    for name, value, interval, n, note in (
        ("alpha", scale.alpha, scale.alpha_interval, scale.n_rows, scale.alpha_note),
        ("omega", scale.omega, scale.omega_interval, scale.n_complete, scale.note),
    ):
        numbers = [
            ("value", value, note),
            (str(Statistic.CONF_LOW), interval[0], None),
            (str(Statistic.CONF_HIGH), interval[1], None),
        ]
        if name == "alpha" and np.isfinite(second):
            words = "pingouin against the formula: largest relative difference, a bound"
            numbers.append((SECOND, bound_difference(second), words))
        found += [
            StatisticRow(
                table=StatisticTable.RELIABILITY,
                variable=scale.scale,
                statistic=statistic,
                value=_known(number),
                n=n,
                level=name,
                visit=scale.visit,
                groups={"rater": scale.rater},
                note=words_of,
            )
            for statistic, number, words_of in numbers
        ]
    return found


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
